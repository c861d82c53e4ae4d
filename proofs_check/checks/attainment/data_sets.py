"""Every small data set, one by one: the exact rank at weights drawn for it, under the bound that no weights exceed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
from sympy import Min, Symbol, lambdify

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.attainment.small_data import (
    DRAWS,
    PRIME,
    DataSet,
    Measured,
    Mode,
    data_sets,
    measure,
)
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic import formula, kernel_proof
from hessproof.symbolic import residual_bound as deficient
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.mutation import mutations

CLAIM = "hessproof.every_data_set"
IDEA = "exact ranks for every small data set, one by one, at weights that are drawn for it"
RANGES = {
    Profile.QUICK: ((2, 2, 3), (3, 2, 29)),
    Profile.STANDARD: ((3, 2, 1), (2, 3, 9)),
    Profile.THOROUGH: ((4, 2, 1), (3, 3, 7)),
}
"""By profile: depth, largest width, and of how many data sets one is taken."""
SIGMA = Symbol("σ", integer=True, nonnegative=True)
STATED = Min(formula.r, formula.K, formula.q + SIGMA)
"""rk Ω for almost all weights, as stated."""


def residual_rank(one: Measured) -> int:
    """min(r, K, q + σ), or what is given."""
    architecture = one.data.architecture
    if one.data.mode == "residual":
        return one.label_rank
    q = architecture.narrowest(one.data_rank)
    return min(one.data_rank, architecture.outputs, q + one.label_rank)


def outcomes(one: Measured, formulas: dict[str, RankFormula] | None = None) -> dict[str, bool]:
    """For each part that speaks about the data set: whether it is right.

    Args:
        one: What was measured.
        formulas: Other formulas in place of the parts' own: mutants.
    """
    stated, s = formulas or {}, residual_rank(one)
    result = {}
    for key in ("labels", "labels_functional") if one.data.mode == "labels" else ("residual", "residual_functional"):
        part = claim(CLAIM).part(key)
        used = stated.get(key, FORMULAS[part.formula or ""])
        result[key] = one.ranks[part.quantity or ""] == used.evaluate(one.data.architecture, one.data_rank, s)
    if one.data.mode == "labels":
        result["labels_residual"] = one.ranks["residual"] == s
    return result


def is_right(one: Measured) -> bool:
    """Whether every part is right about the data set."""
    return all(outcomes(one).values())


def survey(context: Context) -> list[Measured]:
    """Every data set of the profile, measured. Made once a run."""

    def make() -> list[Measured]:
        rng = np.random.default_rng(context.seed_for("data sets"))
        found = [data for limits in RANGES[context.profile] for data in data_sets(*limits, rng)]
        return measure(found, rng, is_right)

    return context.shared("data_sets", make)


@cache
def bounded() -> bool:
    """Whether the derivations that bound the ranks for all weights and data pass."""
    made = kernel_proof.loss_bound(), kernel_proof.functional_bound(), deficient.deficient_residual_bound()
    return all(derivation.check(0).ok for derivation in made)


def _work(key: str) -> Callable[[Context], Finding]:
    mode: Mode = "residual" if key.startswith("residual") else "labels"

    def work(context: Context) -> Finding:
        counter, failures, alike = (
            Counter(claim(CLAIM).part(key)),
            list[str](),
            dict[tuple[object, ...], list[Measured]](),
        )
        inside = [one for one in survey(context) if one.data.mode == mode]
        for one in inside:
            alike.setdefault(one.key, []).append(one)
        for group in alike.values():
            right = outcomes(group[0])[key]
            counter.count_many(group[0].case, right * len(group), (not right) * len(group))
            failures += [] if right else [str(one) for one in group]
        limits = (f"L ≤ {depth}, widths ≤ {width}, one in {step}" for depth, width, step in RANGES[context.profile])
        return Finding(
            Strength.CERTIFICATE if bounded() else Strength.SAMPLE,
            f"{len(inside)} small data sets ({'; '.join(limits)}), each at weights of its own",
            counter.tally,
            counter.regions,
            tuple(_controls(key, [group[0] for group in alike.values()])),
            details={"prime": PRIME, "draws": DRAWS, "first failures": failures[:12]},
        )

    return work


def _controls(key: str, inside: Sequence[Measured]) -> Iterator[Mutant]:
    """Generated variants of the formula, tried on the data sets; and labels that the weights fit, where Ω = 0."""
    part = claim(CLAIM).part(key)
    wanted = [one for one in inside if part.in_domain(one.case)]
    if part.formula is None:
        yield from _wrong_residuals(wanted)
        return
    for mutant in FORMULAS[part.formula].mutants():
        other = next((one for one in wanted if not outcomes(one, {key: mutant})[key]), None)
        by = "the same number for every data set" if other is None else str(other)
        yield Mutant(description=mutant.mutation, caught=other is not None, by=by)
    if key.startswith("labels"):
        yield _fitted(key)


def _wrong_residuals(wanted: Sequence[Measured]) -> Iterator[Mutant]:
    symbols = formula.r, formula.K, formula.q, SIGMA
    for description, wrong in mutations(STATED):
        value = lambdify(symbols, wrong, "math", cse=False)
        other = next((one for one in wanted if value(*_numbers(one)) != one.ranks["residual"]), None)
        by = "the same number for every data set" if other is None else str(other)
        yield Mutant(description=description, caught=other is not None, by=by)


def _numbers(one: Measured) -> tuple[int, int, int, int]:
    architecture = one.data.architecture
    return one.data_rank, architecture.outputs, architecture.narrowest(one.data_rank), one.label_rank


def _fitted(key: str) -> Mutant:
    """The labels chosen after the weights: a statement that no longer holds."""
    architecture = Architecture((2, 2, 2))
    nothing = DataSet(architecture, np.eye(2, dtype=np.int64), np.zeros((2, 2), dtype=np.int64), "residual")
    (found,) = measure([nothing], np.random.default_rng(0), is_right)
    part = claim(CLAIM).part(key)
    stated = FORMULAS[part.formula or ""].evaluate(architecture, 2, 2)
    rank = found.ranks[part.quantity or ""]
    return Mutant(
        description="labels chosen after the weights, to fit them", caught=rank != stated,
        by=f"{architecture} with Ω = 0: {rank}, not {stated}",
    )  # fmt: skip


def demonstrate() -> None:
    """Two tiny data sets, measured and compared."""
    one = np.array([[1, 1]], dtype=np.int64)
    for network in (Architecture((2, 2, 1)), Architecture((2, 1, 2, 1))):
        for mode in ("labels", "residual"):
            for found in measure([DataSet(network, one, one[:, :1], mode)], np.random.default_rng(0), is_right):
                outcomes(found)


PARTS = tuple(part.key for part in claim(CLAIM).parts)
CHECKS = tuple(
    FunctionCheck(
        CLAIM, key, "data sets", Engine.EXACT, IDEA, _work(key), demonstrate, survey, preliminaries.shallow_blocks
    )
    for key in PARTS
)
