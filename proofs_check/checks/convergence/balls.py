"""Drawn ReLU networks with rational weights: losses in balls, straight from the definition, against the proven bounds.

Logits are exact and losses are enclosed, so that an instance holds or fails and is not a matter of rounding. Where a
bound is attained, its hypothesis is widened by one part in 10^12, and equality is shown apart, to 30 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import flint

from hessproof.numeric.landscape.ball_losses import (
    at_most,
    ball,
    change,
    excess,
    forward,
    frobenius,
    last_gradient,
    losses,
    one_hot,
    precision,
    residual,
)
from hessproof.numeric.landscape.ball_networks import Point, chain, drawn
from hessproof.numeric.landscape.formula_values import ball_value
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.statement import Statement, statement

IDEA = "losses of rational ReLU networks enclosed by balls, from the definition, at drawn and extreme points"
COUNT = {Profile.QUICK: 18, Profile.STANDARD: 150, Profile.THOROUGH: 1500}
MOST_CONTROLS = {Profile.QUICK: 8, Profile.STANDARD: 30, Profile.THOROUGH: 100}
TRIED_BY_CONTROLS = 18
WIDER = 1 + Fraction(1, 10**12)
"""By what a hypothesis is widened, so that balls can tell where equality would be."""
TIGHT = flint.arb(10) ** -30

Letters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Test:
    """An inequality about networks.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        key: Name of the formula, the right side.
        left: Left side and letters at a point; None where the statement does not speak about it.
    """

    claim: str
    part: str
    key: str
    left: Callable[[Point], tuple[Any, Letters] | None]


def range_of_logits(point: Point) -> tuple[Any, Letters]:
    """|ℓ_{k+1} − 𝓛_k| at θ, and the largest norm of the logits there."""
    squares = [sum((z * z for z in forward(point.moved, x)[1]), Fraction(0)) for x in point.sample.inputs]
    return abs(excess(losses(point.moved, point.sample))), {
        "K": point.widths[-1],
        "rho": ball(max(squares)).sqrt() * ball(WIDER) + ball(Fraction(1, 10**20)),
    }


def range_of_norms(point: Point) -> tuple[Any, Letters]:
    """(k + 1)|𝓛_{k+1} − 𝓛_k| at θ*, and ρ = M_x M_W^L."""
    rho = ball(point.squared_input).sqrt() * ball(max(point.norms)) ** len(point.weights)
    size = abs(change(point.weights, point.sample)) * (point.sample.k + 1)
    return size, {"K": point.widths[-1], "rho": rho * ball(WIDER) + ball(Fraction(1, 10**20))}


def within_radius(point: Point) -> tuple[Any, Letters]:
    """(k + 1)|𝓛_{k+1} − 𝓛_k| at θ, and what bounds it from θ*."""
    size = abs(change(point.moved, point.sample)) * (point.sample.k + 1)
    letters = {
        "L": len(point.weights),
        "M_W": max(point.norms),
        "M_x": ball(point.squared_input).sqrt() * ball(WIDER) + ball(Fraction(1, 10**20)),
        "R": ball(point.squared_radius).sqrt(),
        "S": abs(excess(losses(point.weights, point.sample))) + ball(Fraction(1, 10**20)),
    }
    return size, letters


def one_layer(point: Point) -> tuple[Any, Letters] | None:
    """|𝓛_{k+1} − 𝓛_k| at θ of a network with one layer, and gradients at θ*."""
    if len(point.weights) > 1:
        return None
    classes, sample = point.widths[-1], point.sample
    pairs = zip(sample.inputs, sample.labels, strict=True)
    gradients = [last_gradient(point.weights, x, one_hot(label, classes)) for x, label in pairs]
    moved = [[excess(entries) for entries in zip(*rows, strict=True)] for rows in zip(*gradients, strict=True)]
    return abs(change(point.moved, sample)), {
        "k": sample.k,
        "S": abs(excess(losses(point.weights, sample))) + ball(Fraction(1, 10**20)),
        "G": frobenius(moved),
        "R": ball(point.squared_radius).sqrt(),
        "M_x": ball(point.squared_input).sqrt(),
    }


def nearly_critical(point: Point) -> tuple[Any, Letters] | None:
    """‖x^L_{k+1}‖(1 − p_y)√(K/(K−1)), and the gradients of 𝓛_k and 𝓛_{k+1} in the last layer."""
    classes, sample = point.widths[-1], point.sample
    pairs = list(zip(sample.inputs, sample.labels, strict=True))
    gradients = [last_gradient(point.weights, x, one_hot(label, classes)) for x, label in pairs]
    features, logits = forward(point.weights, pairs[-1][0])
    missing = -residual(logits, one_hot(pairs[-1][1], classes))[pairs[-1][1]]
    length = ball(sum((x * x for x in features), Fraction(0))).sqrt()
    left = length * missing * ball(Fraction(classes, classes - 1)).sqrt()
    wider, more = ball(WIDER), ball(Fraction(1, 10**20))
    return left, {
        "k": sample.k,
        "e_new": _mean_norm(gradients) * wider + more,
        "e_old": _mean_norm(gradients[:-1]) * wider + more,
    }


def _mean_norm(gradients: list[Any]) -> Any:
    count = len(gradients)
    rows = zip(*gradients, strict=True)
    return frobenius([[sum(each, flint.arb(0)) / count for each in zip(*row, strict=True)] for row in rows])


TESTS = (
    Test("hessproof.loss_range", "range", "range", range_of_logits),
    Test("hessproof.sample_size", "range", "range", range_of_norms),
    Test("hessproof.sample_size", "local", "local", within_radius),
    Test("hessproof.sample_size", "smooth", "smooth", one_layer),
    Test("hessproof.common_minimum", "approximate", "fitted", nearly_critical),
)


def points(seed: int, count: int) -> Iterator[Point]:
    """Drawn networks, those near the extremes among them."""
    return (drawn(seed, number) for number in range(count))


def case_of(point: Point) -> Case:
    """The architecture, as a case."""
    architecture = Architecture(point.widths, activation="relu", loss="cross-entropy")
    return Case(architecture, min(point.widths[0], len(point.sample.inputs)), 0)


def work(test: Test, context: Context) -> Finding:
    """Judge drawn networks, and generated wrong variants of the bound on some of them."""
    stated, counter = statement(test.key), Counter(claim(test.claim).part(test.part))
    closest, tried = flint.arb(0), []
    with precision():
        for point in points(context.seed_for(f"balls-{test.part}"), COUNT[context.profile]):
            found = test.left(point)
            if found is None:
                continue
            left, letters = found
            right = ball_value(stated.expression, stated.letters, letters)
            counter.count(case_of(point), at_most(left, right))
            tried.append(found)
            if right > 0 and left / right > closest:
                closest = left / right
        controls = tuple(_controls(stated, tried[:TRIED_BY_CONTROLS], MOST_CONTROLS[context.profile]))
        details = {"largest share of the bound": f"{float(closest):.6f}"}
        if test.key == "range":
            details |= {"attained to 30 digits, k = 1 to 5, L = 1 to 4, two classes": str(attained())}
    return Finding(
        Strength.SAMPLE, f"{len(tried)} ReLU networks without bias, L ≤ 4, widths ≤ 3, K ≤ 4", counter.tally,
        counter.regions, controls, details=details,
    )  # fmt: skip


def _controls(stated: Statement, tried: list[tuple[Any, Letters]], most: int) -> Iterator[Mutant]:
    step = max(1, len(stated.mutants) // most)
    for description, expression in stated.mutants[::step]:
        yield control(description, expression, stated, tried)


def control(description: str, expression: Any, stated: Statement, tried: list[tuple[Any, Letters]]) -> Mutant:
    """A wrong variant: violated by some network, held by all, or without a value or not told apart on some."""
    fails, without, open_ones = 0, 0, 0
    for left, letters in tried:
        right = _value(expression, stated, letters)
        if right is None:
            without += 1
            continue
        outcome = at_most(left, right)
        fails += outcome is False
        open_ones += outcome is None
    by = (
        "a drawn network" if fails
        else f"no value on {without} points" if without
        else f"not told apart on {open_ones} points" if open_ones
        else "holds on all of them"
    )  # fmt: skip
    return Mutant(description=description, caught=fails > 0, by=by)


def _value(expression: Any, stated: Statement, letters: Letters) -> Any:
    """A formula as a finite ball, or None."""
    try:
        value = ball_value(expression, stated.letters, letters)
    except (ZeroDivisionError, TypeError):
        return None
    return value if value.is_finite() else None


def attained() -> bool:
    """Whether aligned chains reach the range for two classes, (k + 1)|𝓛_{k+1} − 𝓛_k| = √2 M_x M_W^L, to 30 digits."""
    stated, good = statement("range"), True
    for depth in range(1, 5):
        for k in range(1, 6):
            point = chain(depth, Fraction(1, 2), Fraction(0), k)
            rho = ball(point.squared_input).sqrt() * ball(point.norms[0]) ** depth
            right = ball_value(stated.expression, stated.letters, {"K": 2, "rho": rho})
            good = good and bool(abs(abs(change(point.weights, point.sample)) * (k + 1) - right) < TIGHT)
    return good


def demonstrate(test: Test) -> None:
    """Three networks."""
    stated = statement(test.key)
    with precision():
        for point in (drawn(0, 0), drawn(0, 1), drawn(0, 3)):
            found = test.left(point)
            if found is not None:
                at_most(found[0], ball_value(stated.expression, stated.letters, found[1]))


def write_down(test: Test) -> None:
    """The bound, before the trace."""
    statement(test.key)


CHECKS = tuple(
    FunctionCheck(
        test.claim, test.part, "balls", Engine.BALL, IDEA, partial(work, test), partial(demonstrate, test),
        statement=partial(write_down, test),
    )
    for test in TESTS
)  # fmt: skip
