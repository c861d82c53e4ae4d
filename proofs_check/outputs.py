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
