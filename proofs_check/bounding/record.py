"""What ``hessproof bound --json`` prints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hessproof.proofs_check.outputs import ArchitectureRecord, Output
from hessproof.proofs_check.report.model import Figure

Part = Literal["outer", "functional", "loss"]


class LayerRecord(Output):
    """One layer's weights."""

    name: str
    shape: tuple[int, int] = Field(description="outputs, inputs")
    norm: float = Field(description="‖W‖, spectral")
    frobenius: float = Field(description="‖W‖_F")
    entry: float = Field(description="largest absolute entry")
    bias: float | None = Field(description="‖b‖; null without bias")


class MeasuredPart(Output):
    """The norm of a part of the Hessian, as measured."""

    largest: float = Field(description="largest norm among the measured objects")
    at: int = Field(description="the object that has it, counted from 1")
    median: float = Field(description="median over the measured objects")
    mean: float = Field(description="mean over the measured objects")
    mean_hessian: float = Field(description="norm of the mean over all objects, a lower bound up to rounding")
    mean_above: float | None = Field(
        description="the norm of the mean is at most this, with a probability of failure of 1e-6; null if nothing is "
        "known from above"
    )
    residual: float = Field(description="an eigenvalue of the mean lies within this of ± mean_hessian")


class BoundRow(Output):
    """One bound of one part of the Hessian."""

    part: Part
    key: str
    name: str
    formula: str = Field(description="the right-hand side on one line")
    latex: str = Field(description="the right-hand side as LaTeX")
    published: bool
    source: str
    claim: str = Field(description="the claim of the catalogue that states it, or that it is part of")
    attained: str = Field(description="where the bound is attained; empty if that is not known")
    single: float | None = Field(
        description="bound for every object: the largest over them; null beyond floating point"
    )
    single_ratio: float | None = Field(description="over the largest measured norm; null if that is zero")
    mean: float | None = Field(description="mean of the objects' bounds, which bounds the mean Hessian")
    mean_ratio: float | None = Field(description="over the measured norm of the mean Hessian; null if that is zero")
    violated: bool = Field(description="whether the bound is below a measured norm")


class Change(Output):
    """How much one more object changes the mean loss near the given weights, for one sample size."""

    k: int
    proven: float = Field(description="no change within the radius is larger: C/(k + 1)")
    found: float = Field(description="largest change found within the radius, a lower bound of the largest there is")
    centre: float = Field(description="the change at the given weights themselves")


class SampleSize(Output):
    """From which k on |𝓛_{k+1}(θ) − 𝓛_k(θ)| < T for all θ with ‖θ − θ*‖ ≤ R, θ* the given weights."""

    radius: float
    tolerance: float | None
    constant: float = Field(description="C: the change is at most C/(k + 1), for these objects in any order")
    any_constant: float | None = Field(description="the same for any object with ‖x‖ ≤ M_x; null if not known")
    published_constant: float | None = Field(
        description="2(M_ℓ + M_H R²) of Lemma 2 with the bound of Theorem 1; null outside its domain, or if too large"
    )
    hessian_within: float | None = Field(
        description="no object's Hessian has a larger norm at any weights within the radius at which it exists; null "
        "if no bound of the whole Hessian is stated, or if it is too large"
    )
    proven: int | None = Field(description="k by the proven bound, for these objects in any order")
    any_object: int | None = Field(description="k by the proven bound for any object with ‖x‖ ≤ M_x")
    published: int | None = Field(description="k by Lemma 2")
    measured: int | None = Field(
        description="least k tried from which on all changes found stay below the tolerance; null if there is none"
    )
    changes: list[Change]


class BoundOutput(Output):
    """What ``hessproof bound --json`` prints."""

    schema_id: Literal["hessproof/bound/1"] = Field(default="hessproof/bound/1", alias="schema")
    architecture: ArchitectureRecord
    parameters: int
    weights: str = Field(description="where the weights come from")
    training_loss: list[float] = Field(description="mean loss before training and after each epoch")
    data: str
    objects: int = Field(description="N")
    object: int | None = Field(description="the only object that was looked at, counted from 1; null for all")
    measured_objects: int = Field(description="how many of them were measured one by one")
    seed: int
    layers: list[LayerRecord]
    largest_weight_norm: float = Field(description="M_W")
    largest_input_norm: float = Field(description="M_x")
    largest_entry: float = Field(description="M")
    measured: dict[Part, MeasuredPart] = Field(description="outer: G-term; functional: H-term; loss: full Hessian")
    bounds: list[BoundRow]
    largest_step: float | None = Field(
        description="2/λ with λ the largest eigenvalue of the mean Hessian: gradient descent on the quadratic model "
        "diverges above it; null if λ is not positive"
    )
    guaranteed_step: float | None = Field(description="2 over the smallest proven bound; null if that is zero or none")
    sample_size: SampleSize | None
    figures: list[Figure]
    files: list[str] = Field(default_factory=list)
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether no bound of this project is below a measured norm."""
        return not any(row.violated for row in self.bounds if not row.published)
