"""A claim: what was published, where, for which quantifier and domain, and in which parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from hessproof.symbolic.architecture import Architecture

OWN = "hessproof"
"""The paper of statements of this project, which are stated here and published nowhere."""


class Quantifier(StrEnum):
    """Over which parameters a statement is made."""

    EVERY = "every"
    GENERIC = "generic"
    DISTRIBUTION = "distribution"


@dataclass(frozen=True, slots=True)
class Case:
    """An architecture with the ranks of its data: what a region of a domain is a predicate of.

    Args:
        architecture: Widths, bias, activation and loss.
        data_rank: r = rk E[xx⊤].
        residual_rank: s = rk E[δx⊤].
        augmented_data_rank: r̃ = rk E[x̃x̃⊤] with x̃ = (x, 1), which is r or r + 1; None where no bias asks for it.
        augmented_residual_rank: s̃ = rk E[δx̃⊤], which is s or s + 1; None likewise.
        residual_mean: e = rk E[δ]: 0 if E[δ] = 0, where a trained last bias ends (then s̃ = s), otherwise 1; None
            where no bias asks for it.
        traits: What else a region asks for, in words: of a norm bound for instance ``M_W < 1`` or ``dead neurons``.
    """

    architecture: Architecture
    data_rank: int
    residual_rank: int
    augmented_data_rank: int | None = None
    augmented_residual_rank: int | None = None
    residual_mean: int | None = None
    traits: frozenset[str] = frozenset()

    @property
    def q(self) -> int:
        """q = min(r, M_1, …, M_{L-1}, K)."""
        return self.architecture.narrowest(self.data_rank)


@dataclass(frozen=True, slots=True)
class Region:
    """A named piece of a claim's domain, so that 'where it holds' and 'where it fails' can be counted."""

    name: str
    contains: Callable[[Case], bool]


ANYWHERE = Region("everywhere", lambda case: True)
ELSEWHERE = "elsewhere"
"""Name of what no region of a part contains."""


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a claim; a claim with a proof or several assertions has several.

    Args:
        key: Short name, unique in the claim.
        statement: LaTeX, without dollar signs.
        text: The same in words.
        quantifier: Over which parameters.
        assumptions: Names of the assumptions used (A1, …), empty if none.
        published_domain: The domain that the source states, in words.
        regions: A partition of the widest domain on which the statement makes sense; counts are kept for each.
        in_domain: Whether a case lies in the published domain. Failures outside do not refute; they are shown.
        quantity: Whose rank is stated, "outer", "functional", "loss", "jacobian", "a_o" or "column:1", "column:l" and
            "column:L" for the first block column, any and the last; or the number that the formula is about; or None.
        relation: How the rank relates to the formula, "==", "<=" or ">=", or None.
        formula: Id of the expression in ``hessproof.symbolic.formulas.FORMULAS``, or None if there is no rank formula.
    """

    key: str
    statement: str
    text: str
    quantifier: Quantifier
    assumptions: tuple[str, ...] = ()
    published_domain: str = "every architecture"
    regions: tuple[Region, ...] = (ANYWHERE,)
    in_domain: Callable[[Case], bool] = lambda case: True
    quantity: str | None = None
    relation: str | None = None
    formula: str | None = None

    def region_of(self, case: Case) -> str:
        """Name of the first region that contains ``case``."""
        return next((region.name for region in self.regions if region.contains(case)), ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A published statement, or a repair of one, with a permanent id.

    Args:
        id: ``paper.row``, permanent.
        paper: ``singh2021``, ``kiselev2024``, ``pennington2017``, or ``hessproof`` for statements of this project.
        where: Place in the source.
        original: The source's own sentence, quoted.
        statement: LaTeX of the whole claim.
        summary: The claim in words, one or two sentences.
        parts: Its statements, at least one.
        repairs: Id of the claim that this one amends, if it is a repair.
        remarks: What a reader must know to use the claim (ambiguities of notation, readings chosen).
    """

    id: str
    paper: str
    where: str
    original: str
    statement: str
    summary: str
    parts: tuple[Part, ...]
    repairs: str | None = None
    remarks: tuple[str, ...] = field(default=())

    @property
    def quantifier(self) -> Quantifier:
        """The widest quantifier among the parts: every before generic before distribution."""
        order = list(Quantifier)
        return min((part.quantifier for part in self.parts), key=order.index)

    def part(self, key: str) -> Part:
        """The part named ``key``.

        Raises:
            KeyError: If the claim has no such part.
        """
        for part in self.parts:
            if part.key == key:
                return part
        raise KeyError(f"{self.id} has no part {key!r}")
