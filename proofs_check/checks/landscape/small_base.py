"""Whether hM is below one in trained networks, and whether the estimate is then not too high (§4.1).

Weights are read twice: in floating point, and as the dyadic rationals that float64 numbers are, in which every
comparison is exact. The true norms come from every object's Hessian in its own coordinates, and from Lanczos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from hessproof.numeric.curvature.lanczos import measured_norms
from hessproof.numeric.curvature.objects import object_norms
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.landscape.curved_networks import Curved, networks, untrained
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.curvature import BASE, SIZES, criterion
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.norms.bounds import BOUNDS

WEIGHT_SIZES = {
    Profile.QUICK: ("small",),
    Profile.STANDARD: ("small", "shallow", "deep", "narrow", "deepest"),
    Profile.THOROUGH: tuple(SIZES),
}
"""Sizes at which weights are looked at."""
NORM_SIZES = {
    Profile.QUICK: ("small",),
    Profile.STANDARD: ("small", "shallow", "deep"),
    Profile.THOROUGH: ("small", "shallow", "deep"),
}
LANCZOS_SIZES = {
    Profile.QUICK: ("small",),
    Profile.STANDARD: ("small",),
    Profile.THOROUGH: ("small", "shallow", "deep"),
}
PARTS = ("entries", "hidden", "norms")
Value = Callable[[str, Curved], float]


def in_floats(part: str, one: Curved) -> float:
    """The number of a part: largest entries by NumPy, spectral norms by LAPACK's singular values."""
    weights = one.weights["trained"]
    if part == "norms":
        return float(max(np.linalg.norm(weight, 2) for weight in weights))
    chosen = weights if part == "entries" else weights[1:-1]
    return float(one.architecture.hidden[0] * max(np.abs(weight).max() for weight in chosen))


def in_rationals(part: str, one: Curved) -> float:
    """A number that is at most that of the part, from weights read as rationals.

    For the entries it is the number itself. For the norms it is the root of the largest squared length of a row or a
    column, compared with one before it is rounded.
    """
    weights = one.weights["trained"]
    if part == "norms":
        longest = max(_squared_length(line) for weight in weights for line in (*weight, *weight.T))
        rounded = float(longest) ** 0.5
        return rounded if (longest > 1) == (rounded > 1) else 1.0
    chosen = weights if part == "entries" else weights[1:-1]
    largest = max(abs(Fraction(entry)) for weight in chosen for entry in weight.ravel().tolist())
    return float(one.architecture.hidden[0] * largest)


def outcome(part: str, value: Value, rule: Criterion, found: float) -> bool | None:
    """Whether the criterion is met; None where it is met by a number that is only known to be at most that of the part.

    Example:
        >>> rule = criterion(BASE, "norms", "small")
        >>> [outcome("norms", value, rule, 0.5) for value in (in_floats, in_rationals)]
        [True, None]
    """
    met = rule.met(found)
    return None if met and part == "norms" and value is in_rationals else met


def _squared_length(line: Any) -> Fraction:
    """Σ w² over the rationals, in units of 2^-200, far below the last bit of any of these weights."""
    unit = 1 << 100
    numbers = (int(Fraction(entry) * unit) for entry in line.tolist())
    return Fraction(sum(number * number for number in numbers), unit * unit)


def lemma1(one: Curved) -> float:
    """The bound of Lemma 1 at the measured M and M_x."""
    weights = one.weights["trained"]
    values = {
        "h": one.architecture.hidden[0], "M": max(float(np.abs(weight).max()) for weight in weights),
        "M_x": float(np.linalg.norm(one.objects()[0], axis=1).max()),
    }  # fmt: skip
    return float(BOUNDS["lemma1"].compiled(one.architecture.layers)(values))


def by_coordinates(part: str, one: Curved) -> float:
    """Lemma 1 over the largest ‖H_i‖, from every object's Hessian in its own coordinates."""
    found = object_norms(one.architecture, one.weights["trained"], *one.objects())
    return lemma1(one) / float(found.loss.max())


def by_lanczos(part: str, one: Curved) -> float:
    """The same with ‖H_i‖ by Lanczos."""
    x, y = one.objects()
    weights = one.weights["trained"]
    sizes = [
        measured_norms(one.architecture, weights, x[i : i + 1], y[i : i + 1], tolerance=1e-3, basis=12).value
        for i in range(len(x))
    ]
    return lemma1(one) / max(sizes)


def controls(part: str, one: Curved, value: Value, rule: Criterion) -> Iterator[Mutant]:
    """Weights scaled down until the statement has to hold, and up until it has to fail."""
    now = value(part, one)
    for factor, expected in ((0.5 / now, True), (0.9 / now, True), (1.1 / now, False), (2.0 / now, False)):
        scaled = replace(one, weights={"trained": tuple(factor * weight for weight in one.weights["trained"])})
        met = outcome(part, value, rule, value(part, scaled))
        yield Mutant(
            description=f"all weights times {factor:.3g}: the number is {factor * now:.3g}",
            caught=(met is not False) == expected,
            by="the criterion is met" if met else "the criterion is missed" if met is False else "it is left open",
        )  # fmt: skip


def estimate_controls(part: str, one: Curved, value: Value, rule: Criterion) -> Iterator[Mutant]:
    """Weights scaled down until the estimate has to be small enough, and up, where it cannot be."""
    weights = one.weights["trained"]
    base = in_floats("entries", one)
    few = replace(one, inputs=one.inputs[:2], targets=one.targets[:2])
    for size, expected in ((0.25, True), (0.5, True), (2.0 * base, False), (4.0 * base, False)):
        scaled = replace(few, weights={"trained": tuple(size / base * weight for weight in weights)})
        found = value(part, scaled)
        yield Mutant(
            description=f"all weights scaled until hM = {size:.3g}", caught=rule.met(found) == expected,
            by=f"the estimate is {found:.3g} times the largest norm",
        )  # fmt: skip


def _work(
    part: str, value: Value, mutants: Callable[..., Iterator[Mutant]], sizes_at: dict[Profile, tuple[str, ...]]
) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(BASE).part(part))
        records = []
        found: list[Mutant] = []
        sizes = sizes_at[context.profile]
        for size in sizes:
            rule = criterion(BASE, part, size)
            values = []
            for one in networks(context, size):
                values.append(value(part, one))
                counter.count(one.case, outcome(part, value, rule, values[-1]))
            if size == sizes[0]:
                found += mutants(part, networks(context, size)[0], value, rule)
            records.append(
                {**rule.record(values), "losses": [one.losses["trained"] for one in networks(context, size)]}
            )
        words = "; ".join(SIZES[size].words for size in sizes)
        return Finding(
            Strength.SAMPLE, f"the digits, {words}", counter.tally, counter.regions, tuple(found),
            details={"criteria": records},
        )  # fmt: skip

    return work


def demonstrate_floats() -> None:
    """A tiny untrained network in floating point."""
    for part in PARTS:
        in_floats(part, untrained((4, 3, 3, 10), 0))


def demonstrate_rationals() -> None:
    """A tiny untrained network in rationals."""
    for part in PARTS:
        in_rationals(part, untrained((4, 3, 3, 10), 0))


def demonstrate_coordinates() -> None:
    """A tiny untrained network in its objects' coordinates."""
    by_coordinates("estimate", untrained((4, 3, 3, 10), 0))


def demonstrate_lanczos() -> None:
    """A tiny untrained network by Lanczos."""
    by_lanczos("estimate", untrained((4, 3, 3, 10), 0))


def state() -> None:
    """Write down Lemma 1 for the depth of the demonstrations."""
    BOUNDS["lemma1"].compiled(3)


def prepare(context: Context) -> None:
    """Train the networks."""
    for size in WEIGHT_SIZES[context.profile]:
        networks(context, size)


CHECKS = (
    *(
        FunctionCheck(
            BASE, part, name, engine, idea, _work(part, value, controls, WEIGHT_SIZES), demonstrate, prepare
        )
        for part in PARTS
        for name, engine, idea, value, demonstrate in (
            ("floating point", Engine.FLOAT, "largest entries and singular values in float64", in_floats,
             demonstrate_floats),
            ("rationals", Engine.EXACT, "weights read as dyadic rationals: entries, and lengths of rows and columns",
             in_rationals, demonstrate_rationals),
        )
    ),
    FunctionCheck(
        BASE, "estimate", "coordinates", Engine.FLOAT, "every object's Hessian in its own coordinates, decomposed",
        _work("estimate", by_coordinates, estimate_controls, NORM_SIZES), demonstrate_coordinates, prepare, state,
    ),
    FunctionCheck(
        BASE, "estimate", "Lanczos", Engine.FLOAT, "Lanczos on every object's Hessian-vector products",
        _work("estimate", by_lanczos, estimate_controls, LANCZOS_SIZES), demonstrate_lanczos, prepare, state,
    ),
)  # fmt: skip
