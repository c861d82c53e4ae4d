"""What ``hessproof spectrum --json`` prints about a network."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hessproof.numeric.stochastic.counts import Count
from hessproof.numeric.stochastic.intervals import Interval
from hessproof.proofs_check.outputs import ArchitectureRecord, Output
from hessproof.proofs_check.report.model import Figure

Method = Literal["dense", "structured", "gram", "matrix-free"]


class IntervalRecord(Output):
    """An estimate and an interval around it."""

    estimate: float
    low: float
    high: float
    confidence: float = Field(description="probability with which the interval holds, at least or about: see how")
    how: str = Field(description="what the interval rests on")

    @classmethod
    def of(cls, one: Interval | None) -> IntervalRecord | None:
        """From a measured one."""
        if one is None:
            return None
        return cls(estimate=one.estimate, low=one.low, high=one.high, confidence=one.confidence, how=one.how)


class CountRecord(Output):
    """How many eigenvalues exceed a tolerance, by an interval."""

    tolerance: float = Field(description="relative to |λ_1|")
    estimate: float = Field(description="middle of what the quadrature leaves open, within the interval")
    low: int = Field(description="at least so many")
    high: int = Field(description="at most so many")
    sampling: float = Field(description="half of the interval's length that the probes bring")
    quadrature: float = Field(description="half of it that the quadrature leaves open, whatever the number of probes")

    @classmethod
    def of(cls, one: Count, tolerance: float) -> CountRecord:
        """From a measured one."""
        return cls(
            tolerance=tolerance, estimate=one.estimate, low=one.low, high=one.high, sampling=one.sampling,
            quadrature=one.quadrature,
        )  # fmt: skip


class MatrixFree(Output):
    """What products with vectors told about one part of the Hessian."""

    extremes: list[float] = Field(description="eigenvalues of largest modulus found, outermost first")
    residuals: list[float] = Field(description="‖Hv − θv‖ of each: some eigenvalue lies within it")
    together: float = Field(description="as many eigenvalues, with multiplicity, lie so near to the extremes")
    intervals: list[CountRecord] = Field(description="eigenvalues above tolerances; all hold together")
    confidence: float = Field(description="probability with which all of the intervals hold, at least")
    trace: IntervalRecord
    frobenius: IntervalRecord
    sure_trace: IntervalRecord | None = Field(description="an interval for every matrix; null with too few probes")
    sure_frobenius: IntervalRecord | None = Field(description="likewise")
    probes: int = Field(description="random vectors, 0 if the part vanishes")
    steps: int = Field(description="Lanczos steps of each")
    error: float = Field(description="the share of the parameters that was asked for")
    reached: bool = Field(description="whether probes and quadrature both stay within it at 1e-1 and 1e-2")
    products: int = Field(description="Hessian-vector products that were formed, those of earlier runs included")


class PartSpectrum(Output):
    """The spectrum of H_L, H_f or H_o."""

    predicted: int = Field(description="rank of the linear network with these widths, s as large as it can be")
    method: Method = Field(default="dense", description="how the part was measured")
    why: str = Field(default="", description="why that method was chosen")
    gap: float | None = Field(
        description="|λ_ρ| / |λ_{ρ+1}| at the predicted rank ρ; null if the second is zero or unknown"
    )
    beyond: float | None = Field(description="|λ_{ρ+1}| / |λ_1|; null if unknown")
    truncation: float | None = Field(
        description="relative Frobenius error of the best approximation of rank ρ; null if unknown"
    )
    counts: dict[str, int] | None = Field(
        description="numerical rank by tolerance relative to |λ_1|; null where only intervals are known"
    )
    plateaus: list[tuple[float, int]] | None = Field(
        description="repeated nonzero eigenvalues and their multiplicities; null if unknown"
    )
    eigenvalues: list[float] | None = Field(
        description="by decreasing absolute value, all but the zeros counted beside them; null if unknown"
    )
    zeros: int | None = Field(
        default=0, description="eigenvalues that are zero by structure and not listed; null if unknown"
    )
    order: int | None = Field(
        default=None, description="order of the matrix that was decomposed; null if there is none"
    )
    accuracy: float | None = Field(default=None, description="how far each eigenvalue may be off; null if not stated")
    matrix_free: MatrixFree | None = Field(default=None, description="what products with vectors told; else null")


class SpectrumOutput(Output):
    """What ``hessproof spectrum --json`` prints."""

    schema_id: Literal["hessproof/spectrum/1"] = Field(default="hessproof/spectrum/1", alias="schema")
    architecture: ArchitectureRecord
    parameters: int
    data: str
    samples: int
    data_rank: int = Field(description="r, the numerical rank of the inputs")
    initialisation: str = Field(description="how the weights were drawn, or the file that they come from")
    seed: int
    parts: dict[str, PartSpectrum] = Field(description="loss, functional and outer, or those that were asked for")
    figures: list[Figure] = Field(description="ordered spectra, counts against the tolerance, density")
    files: list[str] = Field(default_factory=list, description="names of the files that were written")
    seconds: float
