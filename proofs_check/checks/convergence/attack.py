"""The repaired bounds on very many networks in floating point: 100,000 at the standard profile, none may violate one.

Hypotheses are widened by one part in 10^6 where a bound is attained, so that rounding decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.landscape import parabolas
from hessproof.numeric.landscape.batches import Batch, drawn
from hessproof.numeric.landscape.formula_values import ball_value
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.convergence.minimum import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.statement import Statement, statement

IDEA = "very many random networks and points near them, vectorised, in double precision"
COUNT = {Profile.QUICK: 3_000, Profile.STANDARD: 100_000, Profile.THOROUGH: 500_000}
MOST_CONTROLS = {Profile.QUICK: 6, Profile.STANDARD: 24, Profile.THOROUGH: 100}
SHAPES = ((1, 2), (3, 2), (2, 4), (1, 1, 2), (2, 3, 2), (3, 2, 3), (2, 2, 2, 2), (3, 2, 4, 3), (2, 3, 2, 2, 2))
SINGLE = ((1, 2), (2, 2), (3, 2), (2, 3), (2, 4), (4, 3))
WIDER = 1 + 1e-6
LARGE = 300.0
"""Letters beyond this may have exponentials that no double holds, though the formula has a value."""

Floats = npt.NDArray[np.float64]
Letters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """Left sides and letters of many instances of one shape, as a case."""

    case: Case
    left: Floats
    letters: Letters


@dataclass(frozen=True, slots=True)
class Test:
    """A bound: its formula, and where it is tried; ``trials`` takes a generator and about how many there shall be."""

    part: str
    key: str
    scope: str
    trials: Callable[[np.random.Generator, int], Iterator[Trial]]


def over_all(batch: Batch) -> tuple[Floats, Letters]:
    """(k + 1)|𝓛_{k+1} − 𝓛_k| at θ, with ρ = M_x M_W^L there."""
    rho = batch.input_norm * batch.moved_norm ** (len(batch.widths) - 1) * WIDER
    return batch.change * (batch.k + 1), {"K": batch.widths[-1], "rho": rho}


def within(batch: Batch) -> tuple[Floats, Letters]:
    """(k + 1)|𝓛_{k+1} − 𝓛_k| at θ, from θ*."""
    return batch.change * (batch.k + 1), {
        "L": len(batch.widths) - 1, "M_x": batch.input_norm * WIDER, "M_W": batch.weight_norm, "R": batch.radius,
        "S": batch.centre,
    }  # fmt: skip


def single(batch: Batch) -> tuple[Floats, Letters]:
    """|𝓛_{k+1} − 𝓛_k| at θ of one layer, from θ*."""
    return batch.change, {
        "k": batch.k, "M_x": batch.input_norm, "R": batch.radius * WIDER, "S": batch.centre, "G": batch.slopes,
    }  # fmt: skip


Sides = Callable[[Batch], tuple[Floats, Letters]]


def networks(
    sides: Sides, shapes: tuple[tuple[int, ...], ...], rng: np.random.Generator, count: int
) -> Iterator[Trial]:
    """Networks, spread over the shapes and over k = 1, 2, 5."""
    each = -(-count // (3 * len(shapes)))
    for widths in shapes:
        for k in (1, 2, 5):
            yield Trial(case_of(widths), *sides(drawn(rng, widths, k, each)))


def quadratics(rng: np.random.Generator, count: int) -> Iterator[Trial]:
    """Convex quadratics with one to three parameters."""
    for k in (1, 2, 5):
        for size in (1, 2, 3):
            found = parabolas.drawn(rng, k, size, -(-count // 9))
            letters = {
                "k": k, r"M_{\ell}": found.level, r"M_{\mathbf{H}}": found.curvature, "R": found.radius * WIDER,
            }  # fmt: skip
            yield Trial(Case(Architecture((size, 1)), size, 1), found.change * (1 - 1e-9), letters)


_NETWORKS = "networks of {} shapes, L ≤ 4"
TESTS = (
    Test("range", "range", _NETWORKS.format(len(SHAPES)), partial(networks, over_all, SHAPES)),
    Test("local", "local", _NETWORKS.format(len(SHAPES)), partial(networks, within, SHAPES)),
    Test("smooth", "smooth", "networks with one layer", partial(networks, single, SINGLE)),
    Test("quadratic", "definite", "families of convex quadratics", quadratics),
)


Bound = Callable[[Letters], Any]


def compiled(expression: Any, stated: Statement) -> Bound:
    """A formula as a function of arrays, by its letters' names; through balls where an exponential is too large."""
    names = sorted(stated.letters)
    function = sp.lambdify([stated.letters[name] for name in names], expression, modules="numpy")

    def bound(letters: Letters) -> Any:
        known = [np.asarray(letters[name], dtype=np.float64) for name in names]
        shape = np.broadcast_shapes(*(values.shape for values in known))
        rows = [np.broadcast_to(values, shape).ravel() for values in known]
        found = _real(function, known, shape)
        large = np.max(np.abs(rows), axis=0, initial=0.0) > LARGE
        places = np.flatnonzero(large & ~np.isfinite(found.ravel()))
        found.flat[places] = _real(function, [values[places].astype(np.longdouble) for values in rows], places.shape)
        for place in places[~np.isfinite(found.ravel()[places])]:
            numbers = {name: Fraction(float(values[place])) for name, values in zip(names, rows, strict=True)}
            found.flat[place] = _through_balls(expression, stated, numbers)
        return found

    return bound


def _real(function: Callable[..., Any], known: list[Any], shape: tuple[int, ...]) -> Floats:
    """The values of a function, NaN where they are not real."""
    with np.errstate(all="ignore"):
        found = np.broadcast_to(function(*known), shape)
        return np.array(np.where(found.imag == 0, found.real, np.nan), dtype=np.float64)


def _through_balls(expression: Any, stated: Statement, numbers: dict[str, Fraction]) -> float:
    """The value of a formula at one point, NaN where it has none."""
    try:
        return float(ball_value(expression, stated.letters, numbers).mid())
    except (TypeError, ZeroDivisionError):
        return float("nan")


def work(test: Test, context: Context) -> Finding:
    """Judge all networks; wrong variants of the bound must be violated by some."""
    stated, part = statement(test.key), claim("hessproof.sample_size").part(test.part)
    counter, found, closest = Counter(part), [], 0.0
    bound = compiled(stated.expression, stated)
    rng = np.random.default_rng(context.seed_for(f"attack-{test.part}"))
    for trial in test.trials(rng, COUNT[context.profile]):
        right = _values(bound, trial.left, trial.letters)
        size, open_ones = trial.left.size, int(np.sum(~np.isfinite(right)))
        held = int(np.sum(np.isfinite(right) & (trial.left <= right)))
        counter.count_many(trial.case, held, size - held - open_ones, open_ones)
        closest = max(closest, float(np.max(trial.left / right)))
        found.append((trial.left, trial.letters))
    step = max(1, len(stated.mutants) // MOST_CONTROLS[context.profile])
    controls = tuple(_controls(stated, found, step))
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} {test.scope}", counter.tally, counter.regions, controls,
        details={"largest share of the bound": f"{closest:.6f}"},
    )  # fmt: skip


def _controls(stated: Statement, found: list[tuple[Floats, Letters]], step: int) -> Iterator[Mutant]:
    bound = compiled(stated.expression, stated)
    for description, expression in stated.mutants[::step]:
        yield control(description, compiled(expression, stated), bound, found)


def control(description: str, other: Bound, bound: Bound, found: list[tuple[Floats, Letters]]) -> Mutant:
    """A wrong variant: violated on some instance, implied because it is nowhere smaller, without a value, or neither.

    Only finite values count: where a variant has none it is neither violated nor larger.
    """
    violated = smaller = without = 0
    for left, letters in found:
        values = _values(other, left, letters)
        finite = np.isfinite(values)
        violated += int(np.sum(finite & (left > values)))
        smaller += int(np.sum(finite & ~(values >= bound(letters) * (1 - 1e-9))))
        without += int(np.sum(~finite))
    by = (
        "a drawn instance" if violated
        else f"no value on {without} points" if without
        else "not told apart" if smaller
        else "implied: at least as large everywhere"
    )  # fmt: skip
    return Mutant(description=description, caught=violated > 0, by=by)


def _values(bound: Bound, left: Floats, letters: Letters) -> Floats:
    """What a formula is on each instance, NaN where it has no value."""
    try:
        return np.broadcast_to(np.asarray(bound(letters), dtype=np.float64), left.shape)
    except (TypeError, ZeroDivisionError):
        return np.full(left.shape, np.nan, dtype=np.float64)


def demonstrate(test: Test) -> None:
    """The first trial."""
    stated = statement(test.key)
    trial = next(test.trials(np.random.default_rng(0), 9))
    bound = compiled(stated.expression, stated)
    control("the bound itself", bound, bound, [(trial.left, trial.letters)])


def write_down(test: Test) -> None:
    """The bound, before the trace."""
    statement(test.key)


CHECKS = tuple(
    FunctionCheck(
        "hessproof.sample_size", test.part, "attack", Engine.FLOAT, IDEA, partial(work, test),
        partial(demonstrate, test), statement=partial(write_down, test),
    )
    for test in TESTS
)  # fmt: skip
