"""Rank bounds of rectified networks at exact points: integer weights and data, kinks and dead neurons included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.rectified.blocks import loss_gradient, rectified_hessian
from hessproof.numeric.rectified.critical import critical_point
from hessproof.numeric.rectified.forward import Forward, forward, on_kink
from hessproof.numeric.rectified.network import Rectified, squared
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.nonlinear.draws import Wanted, case_of, networks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.nonlinear import scaling_formulas as symbols

IDEA = "exact ranks of Hessians assembled sample by sample, at integer points with dead, isolated and kinked neurons"
CRITICAL_IDEA = "exact ranks of Hessians assembled sample by sample, at exact critical points with or without residual"

Values = Mapping[Any, int]


@dataclass(frozen=True)
class Bound:
    """How a part is tried.

    Args:
        formula: Id of its formula.
        wanted: Networks it is tried on.
        values: What the symbols of the formula stand for at a network.
        assumption: Whether the network meets the part's assumptions.
        critical: Whether the networks are moved to critical points, and H_L is measured.
    """

    formula: str
    wanted: Wanted
    values: Callable[[Rectified, Forward], Values]
    assumption: Callable[[Rectified, Forward], bool] = lambda network, found: True
    critical: bool = False


def pruned(network: Rectified, found: Forward) -> dict[Any, int]:
    """The symbols for the network without its dead neurons."""
    architecture, case = network.architecture, case_of(network)
    widths = (architecture.inputs, *found.active, architecture.outputs)
    parameters = sum(after * (before + architecture.bias) for before, after in pairwise(widths))
    return {
        symbols.r: case.data_rank,
        symbols.d: architecture.inputs,
        symbols.K: architecture.outputs,
        symbols.p: parameters,
        symbols.active: found.active[0],
        symbols.first: found.active[0],
        symbols.hidden: sum(found.active),
        symbols.r_aug: case.augmented_data_rank or 0,
        symbols.seen: sum(_seen(network, found)),
    }


def whole(network: Rectified, found: Forward) -> dict[Any, int]:
    """The symbols for the network as it stands."""
    architecture = network.architecture
    values = pruned(network, found)
    hidden = architecture.hidden
    return values | {symbols.p: architecture.parameters, symbols.first: hidden[0], symbols.hidden: sum(hidden)}


def a1_and_a2(network: Rectified, found: Forward) -> bool:
    """A1 for W^1 on the span of the data and for W^2; A2 for each active neuron."""
    r = exact_rank(network.inputs).value
    architecture = network.architecture
    first = exact_rank(network.inputs @ network.weights[0].T).value
    maximal = first == min(architecture.hidden[0], r) and exact_rank(network.weights[1]).value == min(
        architecture.outputs, architecture.hidden[0]
    )
    return maximal and all(rank == r for rank in _seen(network, found))


def nobody_dead(network: Rectified, found: Forward) -> bool:
    """Whether every hidden neuron is active on some sample."""
    return found.active == network.architecture.hidden


def _seen(network: Rectified, found: Forward) -> list[int]:
    """r_i of each active neuron of the first hidden layer: the rank of the samples on which it is active."""
    slopes = found.slopes[0]
    active = [network.inputs[slopes[:, neuron] != 0] for neuron in range(slopes.shape[1])]
    return [exact_rank(samples).value for samples in active if len(samples)]


ANY_LOSS = ("mse", "cross-entropy", "cosh")
DEEP = (2, 4)

BOUNDS: dict[tuple[str, str], Bound] = {
    ("singh2021.thm9", "main"): Bound("thm9", Wanted(), pruned, a1_and_a2),
    ("singh2021.fact11", "main"): Bound("fact11", Wanted(depths=DEEP), whole, nobody_dead),
    ("hessproof.rectified_outer", "samples"): Bound("thm9_samples", Wanted(losses=ANY_LOSS), pruned),
    ("hessproof.rectified_outer", "cross_entropy"): Bound("thm9_cross_entropy", Wanted(losses=ANY_LOSS[1:2]), pruned),
    ("hessproof.rectified_depth", "every"): Bound("fact11", Wanted(depths=DEEP, losses=ANY_LOSS), pruned),
    ("hessproof.rectified_depth", "bias"): Bound("fact11_bias", Wanted(DEEP, bias=True, losses=ANY_LOSS), pruned),
    ("singh2021.cor10", "differentiable"): Bound("thm9", Wanted(kinks=False), pruned, a1_and_a2, critical=True),
    ("hessproof.rectified_critical", "every"): Bound(
        "fact11", Wanted(DEEP, losses=ANY_LOSS, kinks=False), pruned, critical=True
    ),
    ("hessproof.rectified_critical", "bias"): Bound(
        "fact11_bias", Wanted(DEEP, bias=True, losses=ANY_LOSS, kinks=False), pruned, critical=True
    ),
}
"""How each part is tried."""


@dataclass(frozen=True)
class Trial:
    """One network, what was measured there, and whether it met the assumptions."""

    network: Rectified
    values: Values
    measured: int
    satisfied: bool


def trials(bound: Bound, profile: Profile, seed: int) -> Iterator[Trial]:
    """The networks with what is measured at each."""
    rng = np.random.default_rng(seed)
    for network in networks(bound.wanted, profile, seed):
        if bound.critical:
            if on_kink(network):
                continue
            network = critical_point(network, rng, balanced=network.architecture.loss == "cross-entropy")
            if loss_gradient(network).any():
                raise AssertionError("the residuals are not orthogonal to the Jacobian")
        found = forward(network)
        measured = exact_rank(rectified_hessian(network, "loss" if bound.critical else "outer")).value
        yield Trial(network, bound.values(network, found), measured, bound.assumption(network, found))


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        bound, part = BOUNDS[name, key], claim(name).part(key)
        formula, counter = symbols.FORMULAS[bound.formula], Counter(part)
        kept, attained = [], 0
        for trial in trials(bound, context.profile, context.seed_for(f"{name}/{key}") % 2**31):
            predicted = formula.evaluate_at(trial.values)
            deltas = forward(trial.network).residuals
            case = case_of(trial.network, deltas)
            if not part.in_domain(case):
                continue
            counter.count(case, trial.measured <= predicted, satisfied=trial.satisfied)
            if trial.satisfied:
                kept.append(trial)
                attained += trial.measured == predicted
        depth = f"L between {bound.wanted.depths[0]} and {bound.wanted.depths[1]}"
        return Finding(
            Strength.SAMPLE,
            f"{counter.tally.tried} integer networks, {depth}, every width up to 2 and random ones; "
            f"{counter.tally.satisfied} met the assumptions, {attained} attained the bound",
            counter.tally,
            counter.regions,
            tuple(_controls(formula, kept)),
            details={"attained": attained},
        )

    return work


def _controls(formula: RankFormula, kept: list[Trial]) -> Iterator[Mutant]:
    """Every variant of the formula that is somewhere smaller than the original one."""
    stated = [formula.evaluate_at(trial.values) for trial in kept]
    for mutant in formula.mutants():
        try:
            wrong = [mutant.evaluate_at(trial.values) for trial in kept]
        except (KeyError, TypeError, ArithmeticError):
            yield Mutant(description=mutant.mutation, caught=True, by="it asks for a number that no network has")
            continue
        failing = [trial for trial, value in zip(kept, wrong, strict=True) if trial.measured > value]
        if failing:
            where = str(failing[0].network.architecture)
            yield Mutant(description=mutant.mutation, caught=True, by=f"a network {where} exceeds it")
        elif any(value < right for value, right in zip(wrong, stated, strict=True)):
            yield Mutant(description=mutant.mutation, caught=False, by="no network that was tried exceeds it")


def demonstrate() -> None:
    """Bounds of a network, at a critical point too."""
    network = squared(
        Architecture((2, 2, 1), activation="relu"), [[[1, 2], [-1, 1]], [[1, 1]]], [[1, 2], [2, 1]], [[1], [0]]
    )
    for bound in (BOUNDS["singh2021.thm9", "main"], BOUNDS["hessproof.rectified_critical", "every"]):
        moved = critical_point(network, np.random.default_rng(0)) if bound.critical else network
        found = forward(moved)
        loss_gradient(moved)
        on_kink(moved)
        bound.assumption(moved, found)
        exact_rank(rectified_hessian(moved, "outer"))
        symbols.FORMULAS[bound.formula].evaluate_at(bound.values(moved, found))


def state() -> None:
    """Write the formulas down."""
    for formula in symbols.FORMULAS.values():
        formula.latex  # noqa: B018


CHECKS = tuple(
    FunctionCheck(
        name, key, "exact points", Engine.EXACT, CRITICAL_IDEA if bound.critical else IDEA, _work(name, key),
        demonstrate, None, state,
    )
    for (name, key), bound in BOUNDS.items()
)  # fmt: skip
