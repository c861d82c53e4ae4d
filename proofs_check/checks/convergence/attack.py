"""The repaired bounds on very many networks in floating point: 100,000 at the standard profile, none may violate one.

Hypotheses are widened by one part in 10^6 where a bound is attained, so that rounding decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.landscape import parabolas
from hessproof.numeric.landscape.batches import Batch, drawn
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.convergence.minimum import case_of
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.statement import Statement, statement

IDEA = "very many random networks and points near them, vectorised, in double precision"
COUNT = {Profile.QUICK: 3_000, Profile.STANDARD: 100_000, Profile.THOROUGH: 500_000}
MOST_CONTROLS = {Profile.QUICK: 6, Profile.STANDARD: 24, Profile.THOROUGH: 100}
SHAPES = ((1, 2), (3, 2), (2, 4), (1, 1, 2), (2, 3, 2), (3, 2, 3), (2, 2, 2, 2), (3, 2, 4, 3), (2, 3, 2, 2, 2))
SINGLE = ((1, 2), (2, 2), (3, 2), (2, 3), (2, 4), (4, 3))
WIDER = 1 + 1e-6

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
    """A formula as a function of arrays, by the names of its letters."""
    names = sorted(stated.letters)
    function = sp.lambdify([stated.letters[name] for name in names], expression, modules="numpy")

    def bound(letters: Letters) -> Any:
        with np.errstate(all="ignore"):
            return function(*(np.asarray(letters[name], dtype=np.float64) for name in names))

    return bound


def work(test: Test, context: Context) -> Finding:
    """Judge all networks; wrong variants of the bound must be violated by some."""
    stated, part = statement(test.key), claim("hessproof.sample_size").part(test.part)
    tally, regions, found, closest = Tally(), dict[str, Tally](), [], 0.0
    bound = compiled(stated.expression, stated)
    rng = np.random.default_rng(context.seed_for(f"attack-{test.part}"))
    for trial in test.trials(rng, COUNT[context.profile]):
        right = np.broadcast_to(bound(trial.letters), trial.left.shape)
        held = int(np.sum(trial.left <= right))
        count = Tally(tried=trial.left.size, satisfied=trial.left.size, held=held, failed=trial.left.size - held)
        tally, region = tally + count, part.region_of(trial.case)
        regions[region] = regions.get(region, Tally()) + count
        closest = max(closest, float(np.max(trial.left / right)))
        found.append((trial.left, trial.letters))
    step = max(1, len(stated.mutants) // MOST_CONTROLS[context.profile])
    controls = tuple(_controls(stated, found, step))
    return Finding(
        Strength.SAMPLE, f"{tally.tried} {test.scope}", tally, regions, controls,
        details={"largest share of the bound": f"{closest:.6f}"},
    )  # fmt: skip


def _controls(stated: Statement, found: list[tuple[Floats, Letters]], step: int) -> Iterator[Mutant]:
    bound = compiled(stated.expression, stated)
    for description, expression in stated.mutants[::step]:
        other = compiled(expression, stated)
        caught = any(_violated(other, left, letters) for left, letters in found)
        larger = not caught and not any(_smaller(other, bound, letters) for _, letters in found)
        by = "a drawn instance" if caught else "implied: at least as large everywhere" if larger else "not told apart"
        yield Mutant(description=description, caught=caught, by=by)


def _violated(bound: Bound, left: Floats, letters: Letters) -> bool:
    try:
        return bool(np.any(left > bound(letters)))
    except (TypeError, ZeroDivisionError):
        return False


def _smaller(other: Bound, bound: Bound, letters: Letters) -> bool:
    """Whether a variant is below the bound on some instance, beyond rounding."""
    try:
        return bool(np.any(other(letters) < bound(letters) * (1 - 1e-9)))
    except (TypeError, ZeroDivisionError):
        return False


def demonstrate(test: Test) -> None:
    """The first trial."""
    stated = statement(test.key)
    trial = next(test.trials(np.random.default_rng(0), 9))
    _violated(compiled(stated.expression, stated), trial.left, trial.letters)


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
