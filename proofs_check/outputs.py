"""The JSON objects that commands other than ``verify`` print; their schemas are published in ``docs/schemas``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hessproof.proofs_check.model.claim import Quantifier
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import Verdict


class Output(BaseModel):
    """Base of the objects: no unknown fields, no infinities or NaN."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, serialize_by_alias=True, populate_by_name=True)


class ClaimRow(Output):
    """One claim as ``hessproof claims --json`` lists it."""

    id: str
    paper: str
    where: str
    statement: str = Field(description="LaTeX without dollar signs")
    quantifier: Quantifier
    verdict: Verdict = Field(description="the ledger's, at the standard profile")
    holds_on: list[str]
    fails_on: list[str]
    repaired_by: list[str] = Field(description="ids of the claims that amend this one")
    engines: list[Engine] = Field(description="engines on which a check of this claim runs")


class ClaimList(Output):
    """What ``hessproof claims --json`` prints."""

    schema_id: Literal["hessproof/claims/1"] = Field(default="hessproof/claims/1", alias="schema")
    claims: list[ClaimRow]


class ArchitectureRecord(Output):
    """An architecture."""

    widths: list[int]
    bias: bool
    activation: str
    loss: str


class Quantity(Output):
    """One rank: predicted, measured, and whether the two agree."""

    predicted: int | None = Field(description="the best statement that the project stands behind; null if it has none")
    published: int | None = Field(default=None, description="the published formula's value, where it differs")
    measured: int
    engine: Literal["exact", "multiprecision", "float"]
    bound: Literal["exact", "lower", "numerical"] = Field(
        description="exact: proved over the rationals; lower: a proved lower bound; numerical: above a tolerance"
    )
    tolerance: float | None = Field(description="relative to the largest singular value; null for exact arithmetic")
    gap: float | None = Field(
        description="smallest counted over largest uncounted singular value; null if there is none, or if that is zero"
    )
    agrees: bool | None = Field(description="null if the measurement cannot decide")
    special: bool = Field(
        default=False,
        description="given weights at which the rank is smaller than at almost all; that contradicts no prediction",
    )
    primes: list[int] = Field(default=[], description="the primes that the rank was taken modulo, if any")
    why: str = Field(description="what makes the measured value trustworthy, in one sentence")


class RankOutput(Output):
    """What ``hessproof rank --json`` prints."""

    schema_id: Literal["hessproof/rank/1"] = Field(default="hessproof/rank/1", alias="schema")
    architecture: ArchitectureRecord
    parameters: int
    data_rank: int = Field(description="r = rk E[xx⊤]")
    augmented_data_rank: int = Field(description="rank of the second moment of (x, 1)")
    residual_rank: int = Field(description="s = rk E[δx⊤]")
    augmented_residual_rank: int = Field(description="rank of E[δ(x, 1)⊤]")
    quantities: dict[str, Quantity] = Field(description="outer, functional and loss")
    seed: int
    drawn: dict[str, Any] = Field(description="what the instance was made from")
    weights: str | None = Field(default=None, description="the file of the weights; null if they were drawn")
    structured: bool = Field(default=True, description="false if p × p matrices were formed")
    notes: list[str] = Field(default=[], description="what a reader of the ranks should know")
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether no prediction is contradicted."""
        return all(quantity.agrees is not False for quantity in self.quantities.values())

    def to_json(self) -> str:
        """The object as text; ``published`` is left out where it does not differ."""
        return self.model_dump_json(
            indent=2,
            exclude={"quantities": {name: {"published"} for name, q in self.quantities.items() if q.published is None}},
        )


class ConjectureCertificate(Output):
    """The certificate behind a counterexample, for ``hessproof check``."""

    kind: Literal["instance", "architecture"]
    rank: int
    statement: str = Field(description="what it proves")
    file: str | None = Field(default=None, description="where it was written, if it was asked for")


class ConjectureCounterexample(Output):
    """An instance on which a conjecture fails, in numbers that a reader can redo by hand."""

    widths: list[int]
    bias: bool
    activation: str
    loss: str
    parameters: int
    data_rank: int = Field(description="r = rk E[xx⊤]")
    augmented_data_rank: int = Field(description="rank of the second moment of (x, 1)")
    residual_rank: int = Field(description="s = rk E[δx⊤]")
    augmented_residual_rank: int = Field(description="rank of E[δ(x, 1)⊤]")
    residual_mean: int = Field(description="rank of E[δ]: 0 or 1")
    samples: int = Field(description="N")
    active: list[int] = Field(description="active neurons of each hidden layer")
    predicted: int | str = Field(description="what the conjecture says")
    measured: int | str = Field(description="the truth")
    about: str = Field(description="what measured is")
    minimal: bool = Field(description="whether everything before it in the order was measured and held")
    minimal_among: str | None = Field(
        description="if not, a part of the space in which that is so; null if there is none"
    )
    order: str = Field(description="the order in which it is the smallest")
    weights: list[list[list[str]]] = Field(description="W^1 … W^L, with bias [W^l b^l]")
    inputs: list[list[str]] = Field(description="samples x as rows")
    targets: list[list[str]] = Field(description="samples y as rows")
    sigma: list[list[str]] = Field(description="Σ = E[xx⊤], with bias of (x, 1), times N where samples are given")
    omega: list[list[str]] = Field(description="Ω = E[δx⊤], likewise")
    values: dict[str, str] = Field(description="further letters and their values")
    traits: list[str] = Field(description="what else the formula could see, in words")
    confirmed_by: str | None = Field(description="how a second route found the same; null if none did")
    certificate: ConjectureCertificate | None = Field(description="null where no certificate is available")
    reproduce: str = Field(description="the command that finds it again")


class ConjectureOutput(Output):
    """What ``hessproof conjecture --json`` prints."""

    schema_id: Literal["hessproof/conjecture/1"] = Field(default="hessproof/conjecture/1", alias="schema")
    name: str
    statement: str
    quantity: str
    relation: Literal["==", "<=", ">="]
    quantifier: Literal["generic", "every"]
    bias: bool | None = Field(description="null for networks with and without bias")
    activation: str
    loss: str
    verdict: Literal["refuted", "survives"]
    instances: int = Field(description="instances on which the conjecture was compared with the truth")
    architectures: int
    exhaustive_up_to: int | None = Field(description="every instance of the order up to this p was compared")
    largest: int = Field(description="largest p compared")
    undecided: int = Field(description="instances on which the measured truth could not decide")
    excluded: int = Field(description="instances that where= left out")
    parts: dict[str, int] = Field(description="instances by part of the search")
    order: str
    drawn: str = Field(description="how the truth was measured")
    caveat: str | None = Field(description="what to keep in mind where the truth is not exact")
    seconds: float
    max_parameters: int | None
    seed: int
    complete: bool = Field(description="whether everything up to max_parameters was compared")
    counterexample: ConjectureCounterexample | None
