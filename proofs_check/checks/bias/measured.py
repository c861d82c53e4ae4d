"""What measured ranks of networks with bias say about a statement, and which statements they decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from hessproof.proofs_check.bias.cases import named, value_at
from hessproof.proofs_check.bias.record import BiasRecord
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Counter, Profile
from hessproof.proofs_check.model.claim import Part
from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.statements import agrees
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

GENERIC: tuple[tuple[str, str], ...] = (
    ("singh2021.thm12_remark", "equality"),
    ("singh2021.fact13", "main"),
    ("singh2021.functional_bias", "main"),
    ("singh2021.functional_bias", "closed"),
    ("singh2021.fact13_deficiency", "generic"),
    ("hessproof.outer_bias", "generic"),
    ("hessproof.functional_bias", "generic"),
    ("hessproof.functional_bias", "centred"),
    ("hessproof.loss_bias", "generic"),
    ("hessproof.loss_bias", "centred"),
    ("hessproof.loss_bias", "published"),
    ("hessproof.deficiency_bias", "generic"),
    ("hessproof.deficiency_bias", "centred"),
)
"""Parts about almost all parameters of networks with bias."""
MUTANTS = {Profile.QUICK: 8, Profile.STANDARD: 60, Profile.THOROUGH: 400}
"""Variants of a formula that are tried, in the order in which they are generated."""
SHOWN = 12


def formula_of(part: Part) -> RankFormula:
    """The formula of a part that has one."""
    return FORMULAS[part.formula or ""]


def outcome(part: Part, record: BiasRecord, formula: RankFormula | None = None) -> bool:
    """Whether a record agrees with a part, or with another formula in its place."""
    predicted = value_at(formula_of(part) if formula is None else formula, record.case)
    return agrees(record.value(part.quantity or ""), part.relation or "==", predicted)


def counted(part: Part, records: Sequence[BiasRecord]) -> tuple[Counter, list[BiasRecord]]:
    """The counts of a part, and the records of the published domain that contradict it."""
    counter, failing = Counter(part), []
    for record in records:
        agreed = outcome(part, record)
        counter.count(record.case, agreed)
        if not agreed and part.in_domain(record.case):
            failing.append(record)
    return counter, failing


@cache
def variants(formula: str, most: int) -> tuple[RankFormula, ...]:
    """The first generated variants of a formula."""
    return tuple(islice(FORMULAS[formula].mutants(), most))


def controls(part: Part, records: Sequence[BiasRecord], profile: Profile) -> tuple[Mutant, ...]:
    """Generated variants of the formula, each tried on the records of the published domain until one differs.

    The last records, of the largest networks, tell variants apart the soonest.
    """
    inside = [record for record in reversed(records) if part.in_domain(record.case)]
    return tuple(_controls(part, inside, MUTANTS[profile]))


def _controls(part: Part, inside: Sequence[BiasRecord], most: int) -> Iterator[Mutant]:
    quantity = part.quantity or ""
    for mutant in variants(part.formula or "", most):
        other = next((one for one in inside if value_at(mutant, one.case) != one.value(quantity)), None)
        by = "the same number at every record of the domain" if other is None else named(other.case)
        yield Mutant(description=mutant.mutation, caught=other is not None, by=by)


def parts() -> Iterator[tuple[str, str, Part]]:
    """The generic parts with their claims and keys."""
    for name, key in GENERIC:
        yield name, key, claim(name).part(key)
