"""The report as data: everything that a page, a table or a JUnit file says is computed from one `Report`.

The runner fills a `Report`; the writers of this room read nothing else. `Report.model_dump_json()` is the content of
``report.json``, and ``docs/schemas/report.schema.json`` is its schema.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Quantifier
from hessproof.proofs_check.model.evidence import Engine, Evidence
from hessproof.proofs_check.model.verdict import Verdict

SCHEMA: Literal["hessproof/report/1"] = "hessproof/report/1"

PAPERS = {
    "singh2021": "Singh, Bachmann & Hofmann 2021, Analytic insights into structure and rank of neural network "
    "Hessian maps",
    "kiselev2024": "Kiselev & Grabovoy 2024, Unraveling the Hessian: a key to smooth convergence in loss function "
    "landscapes",
    "pennington2017": "Pennington & Bahri 2017 and the lecture after it, Random DNN training landscape: Hessian "
    "eigenvalues",
    "hessproof": "Statements of this project: repairs and additions",
}
"""Citation of each paper."""

Cell: TypeAlias = int | float | str | None


class Record(BaseModel):
    """Base of the records of a report: no unknown fields, no infinities or NaN in the JSON."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Environment(Record):
    """What the report was made with. Names of machines and people stay out of it."""

    hessproof: str = Field(description="version of hessproof")
    python: str = Field(description="version of Python")
    platform: str = Field(description="operating system and processor architecture, no host name")
    processors: int | None = Field(default=None, description="processors that the run could use")
    libraries: dict[str, str] = Field(default_factory=dict, description="name → version")


class StepRecord(Record):
    """One step of a derivation: an expression, the rule that gave it, and what the two checks of the step said."""

    rule: str = Field(description="name of the rule that leads to this expression")
    latex: str = Field(description="the expression, LaTeX without dollar signs")
    note: str = Field(default="", description="the identity or inequality that the rule uses, in LaTeX or in words")
    relation: Literal["=", "<=", ">="] = Field(default="=", description="how the line before relates to this one")
    assumptions: list[str] = Field(default_factory=list, description="what the rule takes for granted")
    symbolic: bool | None = Field(default=None, description="checked for symbolic sizes; null if not checked so")
    numeric: bool | None = Field(default=None, description="checked on random exact matrices; null if not checked so")
    why: str = Field(default="", description="what a check found, if it did not hold")


class DerivationRecord(Record):
    """A derivation as it is printed: title, steps, and the whole as LaTeX."""

    title: str
    steps: list[StepRecord] = Field(default_factory=list)
    latex: str | None = Field(default=None, description="the whole derivation as LaTeX source")


class PartResult(Record):
    """One statement of a claim with its verdict, the routes tried, and what they found."""

    key: str
    statement: str = Field(description="LaTeX without dollar signs")
    text: str
    quantifier: Quantifier
    assumptions: list[str] = Field(default_factory=list)
    published_domain: str
    verdict: Verdict
    why: str = Field(description="how the verdict follows from the evidence, one or two sentences")
    holds_on: list[str] = Field(default_factory=list, description="regions of the domain where it held, in words")
    fails_on: list[str] = Field(default_factory=list, description="regions where it failed, in words")
    routes: list[str] = Field(default_factory=list, description="checks that held independently of each other")
    evidence: list[Evidence] = Field(default_factory=list, description="one record a route")
    derivations: list[DerivationRecord] = Field(default_factory=list)

    @property
    def ran(self) -> list[Evidence]:
        """The evidence of routes that ran; those with ``missing`` set did not."""
        return [evidence for evidence in self.evidence if evidence.missing is None]


class ClaimResult(Record):
    """A claim with its verdict and the verdicts of its parts."""

    claim: str = Field(description="permanent id")
    paper: str
    where: str
    original: str = Field(description="the source's own wording")
    statement: str = Field(description="LaTeX without dollar signs")
    summary: str
    quantifier: Quantifier
    verdict: Verdict
    why: str = Field(default="", description="how the claim's verdict follows from those of its parts")
    holds_on: list[str] = Field(default_factory=list)
    fails_on: list[str] = Field(default_factory=list)
    repairs: str | None = Field(default=None, description="id of the claim that this one amends")
    repaired_by: list[str] = Field(default_factory=list, description="ids of the claims that amend this one")
    remarks: list[str] = Field(default_factory=list)
    expected: Verdict | None = Field(default=None, description="the ledger's verdict for this profile, null if none")
    agrees: bool | None = Field(default=None, description="as the ledger expects; null if nothing was expected or run")
    disagreement: str = Field(default="", description="how the verdict departs from the ledger, if it does")
    parts: list[PartResult] = Field(default_factory=list)

    @property
    def evidence(self) -> list[Evidence]:
        """The evidence of all parts, in order."""
        return [evidence for part in self.parts for evidence in part.evidence]

    @property
    def engines(self) -> list[Engine]:
        """Engines that ran for this claim, in the order of `Engine`."""
        ran = {evidence.engine for evidence in self.evidence if evidence.missing is None}
        return [engine for engine in Engine if engine in ran]

    @property
    def counterexamples(self) -> list[Evidence]:
        """Evidence that carries a counterexample."""
        return [evidence for evidence in self.evidence if evidence.counterexample is not None]

    @property
    def seconds(self) -> float:
        """Time spent on all routes, summed over processes."""
        return sum(evidence.seconds for evidence in self.evidence)


class Series(Record):
    """A named sequence of points of a figure.

    ``measured`` values are drawn as circles, ``predicted`` values as a line; so wherever the two sorts meet,
    a reader can tell them apart without colour. A ``curve`` is measured too, at so many points that circles would
    hide each other: a spectrum, or a run of training.
    """

    name: str
    x: list[float]
    y: list[float | None] = Field(description="null where nothing was measured or predicted")
    style: Literal["measured", "predicted", "curve"]
    filled: bool = Field(default=False, description="circles of measured values are filled, not hollow")
    low: list[float] | None = Field(default=None, description="lower edge of a band around y; null if there is none")
    high: list[float] | None = Field(default=None, description="upper edge of that band")

    @model_validator(mode="after")
    def _same_length(self) -> Series:
        if len(self.x) != len(self.y):
            raise ValueError(f"series {self.name!r} has {len(self.x)} x values and {len(self.y)} y values")
        for edge in (self.low, self.high):
            if (edge is None) != (self.low is None) or (edge is not None and len(edge) != len(self.x)):
                raise ValueError(f"series {self.name!r} has half a band, or one of another length")
        return self


class Line(Record):
    """A dashed line across a figure, with its name in the legend: at ``at`` on the axis ``axis``."""

    axis: Literal["x", "y"]
    at: float
    name: str


class Table(Record):
    """Numbers behind a figure."""

    columns: list[str]
    rows: list[list[Cell]]


class Figure(Record):
    """A figure as numbers. Drawing it is the business of `hessproof.proofs_check.report.figures`."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    claim: str | None = Field(default=None, description="id of the claim that the figure belongs to")
    title: str
    caption: str
    alt: str = Field(default="", description="what the picture shows, for those who do not see it")
    x_label: str
    y_label: str
    x_scale: Literal["linear", "log"] = "linear"
    y_scale: Literal["linear", "log"] = "linear"
    y_from_zero: bool = True
    series: list[Series]
    lines: list[Line] = Field(default_factory=list, description="dashed lines, such as a predicted rank")
    table: Table | None = Field(default=None, description="the numbers; made from the series if not given")
    seconds: float = 0.0

    def numbers(self) -> Table:
        """The figure's table, or one made from the series: a row for each x, a column for each series."""
        if self.table is not None:
            return self.table
        abscissae = sorted({x for series in self.series for x in series.x})
        values = [dict(zip(series.x, series.y, strict=True)) for series in self.series]
        rows: list[list[Cell]] = [[x, *(value.get(x) for value in values)] for x in abscissae]
        return Table(columns=[self.x_label, *(f"{series.name} ({series.style})" for series in self.series)], rows=rows)


class Report(Record):
    """One run: what was asked, with what, and what came out.

    Example:
        >>> from datetime import UTC, datetime
        >>> report = Report(
        ...     generated=datetime(2026, 1, 1, tzinfo=UTC),
        ...     profile=Profile.QUICK,
        ...     seed=0,
        ...     jobs=2,
        ...     environment=Environment(hessproof="0.1.0", python="3.12", platform="Linux x86_64"),
        ... )
        >>> Report.model_validate_json(report.model_dump_json()) == report
        True
        >>> report.counts()["proved"], report.as_expected
        (0, True)
    """

    schema_id: Literal["hessproof/report/1"] = Field(default=SCHEMA, alias="schema")
    generated: datetime
    command: str = Field(default="hessproof verify", description="the command that makes this report again")
    profile: Profile
    seed: int
    jobs: int
    seconds: float = Field(default=0.0, description="wall time of the run")
    environment: Environment
    results: list[ClaimResult] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    definitions: dict[str, str] = Field(default_factory=dict, description="what each verdict means, by its name")
    papers: dict[str, str] = Field(
        default_factory=lambda: dict(PAPERS), description="citation of each paper, by the id that claims use"
    )

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, serialize_by_alias=True, populate_by_name=True)

    def counts(self) -> dict[str, int]:
        """How many claims have each verdict, every verdict named, in the order of `Verdict`."""
        found = Counter(result.verdict for result in self.results)
        return {verdict.value: found[verdict] for verdict in Verdict}

    @property
    def disagreements(self) -> list[ClaimResult]:
        """Claims whose verdict is not what the ledger expects."""
        return [result for result in self.results if result.agrees is False]

    @property
    def as_expected(self) -> bool:
        """Whether no claim's verdict departs from the ledger."""
        return not self.disagreements
