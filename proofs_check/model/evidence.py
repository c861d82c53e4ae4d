"""What one check found. Everything that a verdict or a report says is computed from these records."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Engine(StrEnum):
    """The machinery that a check runs on."""

    SYMBOLIC = "symbolic"
    EXACT = "exact"
    BALL = "ball"
    MULTIPRECISION = "multiprecision"
    FLOAT = "float"
    GPU = "gpu"
    FORMAL = "formal"


class Strength(StrEnum):
    """What *held* means when a check of this kind says it.

    PROOF: a checked argument for all sizes. CERTIFICATE: rigorous, with the claim's own quantifier, for every listed
    instance or a whole enumerated range. SAMPLE: floating point, or a universal statement tried on samples.
    """

    PROOF = "proof"
    CERTIFICATE = "certificate"
    SAMPLE = "sample"


class Tally(BaseModel):
    """Counts of instances. ``satisfied`` met the assumptions; held + failed + undecided = satisfied."""

    model_config = ConfigDict(extra="forbid")

    tried: int = 0
    satisfied: int = 0
    held: int = 0
    failed: int = 0
    undecided: int = 0

    def count(self, outcome: bool | None, *, satisfied: bool = True) -> None:
        """Add one instance: ``outcome`` True held, False failed, None undecided."""
        self.tried += 1
        if not satisfied:
            return
        self.satisfied += 1
        if outcome is None:
            self.undecided += 1
        elif outcome:
            self.held += 1
        else:
            self.failed += 1

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in Tally.model_fields})


class Counterexample(BaseModel):
    """An exact instance on which the statement fails, small enough to redo by hand.

    ``confirmed_by`` names the second route that found the same failure; without it nothing is refuted. A statement
    about a distribution or a function has no network: ``widths`` is then empty, and ``values`` gives the letters.

    Example:
        >>> found = Counterexample(widths=[], data_rank=0, residual_rank=0, predicted="2", measured="4",
        ...                        about="mean eigenvalue", values={"σ": "2"}, order="σ", reproduce="…")
        >>> found.place
        'σ = 2'
    """

    model_config = ConfigDict(extra="forbid")

    widths: list[int]
    data_rank: int
    residual_rank: int
    predicted: int | str
    measured: int | str
    bias: bool = False
    activation: str = "linear"
    loss: str = "mse"
    augmented_data_rank: int | None = Field(default=None, description="r̃ = rk E[x̃x̃⊤], x̃ = (x, 1), with bias")
    augmented_residual_rank: int | None = Field(default=None, description="s̃ = rk E[δx̃⊤], with bias")
    residual_mean: int | None = Field(default=None, description="rk E[δ], 0 or 1, with bias")
    weights: list[list[list[str]]] = Field(
        default_factory=list, description="W^1 … W^L, entries as rationals; with bias [W^l b^l]"
    )
    sigma: list[list[str]] = Field(default_factory=list, description="Σ = E[xx⊤], with bias E[x̃x̃⊤]")
    omega: list[list[str]] = Field(default_factory=list, description="Ω = E[δx⊤], with bias E[δx̃⊤]")
    inputs: list[list[str]] = Field(default_factory=list, description="samples x as rows, where moments do not do")
    targets: list[list[str]] = Field(default_factory=list, description="samples y as rows, where moments do not do")
    reference_weights: list[list[list[str]]] = Field(
        default_factory=list, description="θ*, where a statement compares two points; ``weights`` is then θ"
    )
    values: dict[str, str] = Field(
        default_factory=dict, description="the letters of a statement that is not about a network, and their values"
    )
    about: str = Field(default="rank", description="what predicted and measured are; r and s are shown for ranks")
    traits: list[str] = Field(default_factory=list, description="what else a region of the domain asks for, in words")
    order: str = Field(description="the order in which it is the smallest found")
    confirmed_by: str | None = None
    reproduce: str = Field(description="the one command that shows it again")

    @property
    def place(self) -> str:
        """Where it is: the widths, or the values of the letters, or both."""
        values = ", ".join(f"{letter} = {value}" for letter, value in self.values.items())
        return "; ".join(part for part in ("-".join(map(str, self.widths)), values) if part)


class Mutant(BaseModel):
    """A deliberately wrong variant of a formula or step, and whether the check noticed."""

    model_config = ConfigDict(extra="forbid")

    description: str
    caught: bool
    by: str = Field(description="what caught it, or why it cannot be told apart")


class Evidence(BaseModel):
    """What one check found about one part of one claim."""

    model_config = ConfigDict(extra="forbid")

    claim: str
    part: str = Field(description="key of the sub-claim, 'main' if the claim has one part")
    check: str = Field(description="name of the check, unique within the claim")
    engine: Engine
    idea: str = Field(description="how this route decides, in one sentence")
    modules: list[str] = Field(description="modules of the project that this route executed, as traced")
    strength: Strength
    scope: str = Field(description="'all sizes', or which instances")
    tally: Tally = Field(default_factory=Tally)
    regions: dict[str, Tally] = Field(default_factory=dict, description="the same counts by region of the domain")
    counterexample: Counterexample | None = None
    controls: list[Mutant] = Field(default_factory=list, description="negative controls run with the check")
    details: dict[str, Any] = Field(default_factory=dict, description="tolerances, gaps, primes, steps, samples")
    seed: int | None = None
    seconds: float = 0.0
    versions: dict[str, str] = Field(default_factory=dict)
    missing: str | None = Field(default=None, description="why the check could not run, if it could not")
