"""Rank formulas under the three losses for almost all parameters: by the core, and by the definition of the Hessian.

A rank modulo a prime is a lower bound of the rank at a point, and that is one of the generic rank. Where a checked
derivation says that no parameter exceeds the formula, a record that meets it decides its case for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.losses.survey import (
    LOSSES,
    PARTS,
    Record,
    Request,
    Route,
    by_core,
    by_definition,
    core_records,
    definition_records,
    scope,
    squared,
)
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.derivations import upper_bound as bias_bounds
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.losses.bounds import outer, upper_bounds
from hessproof.symbolic.losses.outputs import narrowest
from hessproof.symbolic.losses.rank_rule import generic, under

CORE = (
    "ranks modulo primes of Σ J⊤ΛJ and the residual blocks, Λ and δ from powers of 2, on the complement of the kernel"
)
DEFINITION = "ranks of the Taylor coefficients of the loss itself, powers of 2 with nilpotent exponents modulo a prime"
SHOWN = 8
MUTANTS = {Profile.QUICK: 0, Profile.STANDARD: 30, Profile.THOROUGH: 300}
"""Variants of a formula that are tried, by profile."""

PUBLISHED: dict[str, tuple[str, str, str]] = {
    "mse": ("mse", "loss", "fact7"),
    "cross_entropy": ("cross-entropy", "loss", "fact7"),
    "cross_entropy_outer": ("cross-entropy", "outer", "cor4"),
    "cross_entropy_functional": ("cross-entropy", "functional", "cor6_equality"),
    "log_cosh": ("cosh", "loss", "fact7"),
    "log_cosh_outer": ("cosh", "outer", "cor4"),
    "log_cosh_functional": ("cosh", "functional", "cor6_equality"),
}
"""Parts of the published row: loss, quantity and formula."""

OWN = tuple(("hessproof.losses_generic", key) for key in (*PARTS, "transfer", "labelled")) + tuple(
    ("hessproof.losses_bias", key) for key in PARTS
)
"""Parts of the repairs."""


def formula_of(name: str, key: str, architecture: Architecture) -> RankFormula:
    """The formula that a part states for an architecture."""
    if name == "singh2021.losses":
        return under(architecture.loss, FORMULAS[PUBLISHED[key][2]])
    return generic(quantity_of(name, key), architecture)


def quantity_of(name: str, key: str) -> str:
    """outer, functional or loss."""
    if name == "singh2021.losses":
        return PUBLISHED[key][1]
    return key if key in PARTS else "loss"


def about(name: str, key: str, records: Sequence[Record]) -> list[Record]:
    """The records that a part speaks of."""
    if name == "singh2021.losses":
        loss = PUBLISHED[key][0]
        chosen = [one for one in records if one.case.architecture.loss == loss and not one.labelled]
    elif key == "labelled":
        chosen = [one for one in records if one.labelled]
    else:
        chosen = [one for one in records if not one.labelled]
    bias = name == "hessproof.losses_bias"
    return [one for one in chosen if one.case.architecture.bias == bias]


def holds(name: str, key: str, record: Record) -> bool:
    """Whether a record agrees with a part."""
    if key == "transfer":
        return record.ranks["loss"] >= squared(record)
    if key == "labelled" and record.case.residual_rank < narrowest(record.case.architecture, record.case.data_rank):
        return False
    return record.ranks[quantity_of(name, key)] == record.predicted(formula_of(name, key, record.case.architecture))


@cache
def bounds_of(quantity: str, loss: str, bias: bool) -> tuple[Derivation, ...]:
    """The derivations that no parameter exceeds the formula."""
    if bias:
        cited = () if loss == "mse" else (outer(loss),)
        return (*bias_bounds(quantity), *cited)
    return upper_bounds(loss)[quantity]


@cache
def bounded(quantity: str, loss: str, bias: bool) -> bool:
    """Whether every line of these derivations passes."""
    return all(_passes(derivation) for derivation in bounds_of(quantity, loss, bias))


@cache
def _passes(derivation: Derivation) -> bool:
    return derivation.check(0, numbers=False).ok


def _strength(name: str, key: str, records: Sequence[Record]) -> Strength:
    quantity, losses = quantity_of(name, key), {one.case.architecture.loss for one in records}
    if key == "transfer":
        certain = True
    else:
        certain = all(bounded(quantity, loss, name == "hessproof.losses_bias") for loss in losses)
    return Strength.CERTIFICATE if certain else Strength.SAMPLE


def _work(name: str, key: str, route: Route) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        part = claim(name).part(key)
        records = about(name, key, route(context))
        counter, failures = Counter(part), []
        for record in records:
            outcome = holds(name, key, record)
            counter.count(record.case, outcome)
            if not outcome and part.in_domain(record.case):
                failures.append(record)
        return Finding(
            _strength(name, key, records),
            scope(records, context.profile, key),
            counter.tally,
            counter.regions,
            tuple(controls(name, key, [one for one in records if part.in_domain(one.case)], context.profile)),
            details={
                "losses": sorted({one.case.architecture.loss for one in records}),
                "largest p": max(one.case.architecture.parameters for one in records),
                "first failures": [str(one.request) for one in failures[:SHOWN]],
            },
        )

    return work


def controls(name: str, key: str, records: Sequence[Record], profile: Profile) -> Iterator[Mutant]:
    """Wrong variants of the formula, each tried on the records until one differs.

    At the quick profile the formula is asked about another network or other data; beyond it, it is changed itself.
    """
    if key == "transfer":
        caught = any(one.ranks["loss"] < squared(one) + 1 for one in records)
        yield Mutant(description="one more than the rank for the squared loss", caught=caught, by="a record is smaller")
        return
    quantity = quantity_of(name, key)
    for text, wrong in PERTURBED.items():
        found = next((one for one in records if _differs(name, key, wrong(one), one.ranks[quantity])), None)
        yield _control(text, found)
    chosen = {one.case.architecture.loss: one.case.architecture for one in records}
    for architecture in [chosen[loss] for loss in LOSSES if loss in chosen][:1]:
        mine = [one for one in records if one.case.architecture.loss == architecture.loss]
        for mutant in _mutants(name, key, architecture, MUTANTS[profile]):
            found = next((one for one in mine if one.predicted(mutant) != one.ranks[quantity]), None)
            yield _control(f"{architecture.loss}: {mutant.mutation}", found)


def _differs(name: str, key: str, record: Record | None, measured: int) -> bool:
    return record is not None and record.predicted(formula_of(name, key, record.case.architecture)) != measured


def _control(text: str, found: Record | None) -> Mutant:
    case = found.case if found else None
    where = f"{case.architecture}, r = {case.data_rank}, s = {case.residual_rank}" if case else ""
    by = where or "the same number at every record of the domain"
    return Mutant(description=text, caught=found is not None, by=by)


def _other_network(widen: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Callable[[Record], Record | None]:
    def wrong(record: Record) -> Record | None:
        architecture = record.case.architecture
        widths = widen(architecture.widths)
        other = replace(architecture, widths=widths) if len(widths) > 1 else architecture
        return replace(record, case=replace(record.case, architecture=other))

    return wrong


def _other_loss(record: Record) -> Record | None:
    """Cross-entropy and a loss of all K outputs exchanged."""
    architecture = record.case.architecture
    other = "mse" if architecture.loss == "cross-entropy" else "cross-entropy"
    return replace(record, case=replace(record.case, architecture=replace(architecture, loss=other)))


def _less_data(record: Record) -> Record | None:
    case = record.case
    augmented = None if case.augmented_data_rank is None else case.augmented_data_rank - 1
    if not case.data_rank or augmented == 0:
        return None
    return replace(record, case=replace(case, data_rank=case.data_rank - 1, augmented_data_rank=augmented))


PERTURBED: dict[str, Callable[[Record], Record | None]] = {
    "one output more": _other_network(lambda widths: (*widths[:-1], widths[-1] + 1)),
    "a hidden layer one wider": _other_network(lambda widths: (widths[0], *(w + 1 for w in widths[1:-1]), widths[-1])),
    "a hidden layer left out": _other_network(lambda widths: (widths[0], *widths[2:]) if len(widths) > 2 else widths),
    "K and K − 1 exchanged": _other_loss,
    "data of smaller rank": _less_data,
}
"""What the formula is asked about in place of a record."""


@cache
def _mutants(name: str, key: str, architecture: Architecture, most: int) -> tuple[RankFormula, ...]:
    if not most:
        return ()
    return tuple(islice(formula_of(name, key, architecture).mutants(), most))


_TINY = tuple(
    Request(Architecture((2, 2, 2), loss=loss, bias=bias), 2, s, 2, 5)
    for loss in ("cross-entropy", "cosh", "mse")
    for bias in (False, True)
    for s in (1, None)
    if not (bias and s is None)
)


def demonstrate_core() -> None:
    """Tiny cases of every loss, by the core."""
    for request in _TINY:
        by_core(request)


def demonstrate_definition() -> None:
    """Tiny cases of every loss, by the definition."""
    for request in _TINY:
        by_definition(request)


def _checks() -> Iterator[FunctionCheck]:
    for name, key in (*(("singh2021.losses", key) for key in PUBLISHED), *OWN):
        yield FunctionCheck(
            name, key, "core", Engine.EXACT, CORE, _work(name, key, core_records), demonstrate_core, core_records
        )
        yield FunctionCheck(
            name, key, "definition", Engine.EXACT, DEFINITION, _work(name, key, definition_records),
            demonstrate_definition, definition_records,
        )  # fmt: skip


CHECKS = tuple(_checks())
