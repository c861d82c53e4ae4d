"""Lemma 1 and the step to it: what bounded entries say of norms, and how the Hessian's norm grows with the width."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from hessproof.numeric.norms.definition import rational_norm_at_most
from hessproof.numeric.norms.exact import compare_norm, norm_at_most, squared_norm_at_most
from hessproof.numeric.norms.instance import NormInstance, fractions, norm_instance
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_norms import entries_trait
from hessproof.proofs_check.checks.norms.closed import closed_form, exact_square
from hessproof.proofs_check.checks.norms.points import SECOND, Again, Point
from hessproof.proofs_check.checks.norms.reals import ball
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.proofs_check.searches.norm_smallest import ORDER, Grid, smallest
from hessproof.symbolic.architecture import Architecture

COUNT = {Profile.QUICK: 40, Profile.STANDARD: 400, Profile.THOROUGH: 4000}
"""Matrices tried."""
DRAWN = "random rational matrices, by definiteness over Q"
LISTED = "all matrices with small entries, by the characteristic polynomial over Q"
OUTER = "random rational matrices, ‖W‖_F² as the norm of vec(W) vec(W)⊤, by definiteness over Q"
COUNTED = "all matrices with small entries, the squares of the entries summed up"
NORMS = "norms of small networks that are rational, and the entries that bound them"
NORMS_SQUARE = "the norm of a Hessian of constant square weights, by Kronecker blocks and definiteness"
_RANGES = {Profile.QUICK: (2, 1), Profile.STANDARD: (3, 1), Profile.THOROUGH: (3, 1)}
"""Largest size of the matrices that are listed, and largest entry."""


def drawn(count: int, seed: int, square: bool) -> Iterator[Any]:
    """Matrices with random small rational entries, of sizes up to 5."""
    rng = np.random.default_rng(seed % 2**63)
    for _ in range(count):
        rows, columns = (int(size) for size in rng.integers(1, 6, size=2))
        shape = (rows, rows if square else columns)
        entries = [Fraction(int(rng.integers(-6, 7)), int(rng.integers(1, 4))) for _ in range(shape[0] * shape[1])]
        yield fractions(entries).reshape(shape)


def listed(profile: Profile, square: bool) -> Iterator[Any]:
    """All matrices with entries −1, 0, 1 up to 2 × 2, and up to 2 × 3 and 3 × 2 in longer runs."""
    size, entry = _RANGES[profile]
    for rows, columns in product(range(1, size + 1), repeat=2):
        if rows * columns <= 6 and (rows == columns or not square):
            for values in product(range(-entry, entry + 1), repeat=rows * columns):
                yield fractions(values).reshape(rows, columns)


def frobenius(matrix: Any) -> Fraction:
    """‖W‖_F²."""
    return sum((entry**2 for entry in matrix.flat), Fraction(0))


def spectral(matrix: Any, bound: Fraction, by_polynomial: bool) -> bool:
    """‖W‖² ≤ bound."""
    if by_polynomial:
        return rational_norm_at_most(matrix.dot(matrix.T), bound)
    return squared_norm_at_most(matrix, bound)


def _frobenius_work(by_polynomial: bool, context: Context) -> Finding:
    counter = Counter(claim("kiselev2024.lemma1.a").part("frobenius"))
    seed = context.seed_for("lemma1.a-frobenius")
    found = listed(context.profile, False) if by_polynomial else drawn(COUNT[context.profile], seed, False)
    wrong = 0
    for matrix in found:
        size = frobenius(matrix)
        counter.count(_case(*matrix.shape), spectral(matrix, size, by_polynomial))
        wrong += not spectral(matrix, size * Fraction(99, 100), by_polynomial)
    return _finding(counter, Mutant(description="99/100 of it", caught=wrong > 0, by="matrices of rank one"))


def _case(rows: int, columns: int) -> Case:
    return Case(Architecture((columns, rows)), 1, 1)


def _finding(counter: Counter, control: Mutant) -> Finding:
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} matrices, exact", counter.tally, counter.regions, (control,)
    )


def square_bound(matrix: Any, power: int = 2) -> Fraction:
    """h^power M² for an h × h matrix, M the largest entry in size; ``power`` 2 is the bound itself."""
    largest = max(abs(Fraction(entry)) for entry in matrix.flat)
    return Fraction(len(matrix)) ** power * largest**2


def frobenius_at_most(matrix: Any, bound: Fraction, by_definiteness: bool) -> bool:
    """‖W‖_F² ≤ bound: bound·I − vec(W) vec(W)⊤ is positive semidefinite, or the squares add up to no more."""
    if by_definiteness:
        entries = matrix.ravel()
        return norm_at_most(np.multiply.outer(entries, entries), bound)
    return frobenius(matrix) <= bound


def _square_work(listing: bool, context: Context) -> Finding:
    """‖W‖_F² ≤ h²M² for h × h matrices; between hidden layers of h-h-h-h."""
    counter, wrong = Counter(claim("kiselev2024.lemma1.a").part("square")), 0
    seed = context.seed_for("lemma1.a-square")
    found = listed(context.profile, True) if listing else drawn(COUNT[context.profile], seed, True)
    for matrix in found:
        case = Case(Architecture((len(matrix),) * 4, activation="relu", loss="cross-entropy"), 1, 1)
        counter.count(case, frobenius_at_most(matrix, square_bound(matrix), not listing))
        wrong += not frobenius_at_most(matrix, square_bound(matrix, 1), not listing)
    return _finding(counter, Mutant(description="h M² for h² M²", caught=wrong > 0, by="a matrix exceeds it"))


def largest_entry(instance: NormInstance) -> Fraction:
    """M, the smallest admissible one."""
    return max(abs(Fraction(entry)) for weight in instance.weights for entry in weight.flat)


def _common_test(found: Grid) -> Any:
    norms = np.max([np.linalg.norm(weight, ord=2, axis=(-1, -2)) for weight in found.weights], axis=0)
    entries = np.max([np.abs(weight).max(axis=(-1, -2)) for weight in found.weights], axis=0)
    equal = len(set(found.widths[1:-1])) == 1
    return equal & (found.widths[1] * entries > norms + 1e-9)


def common_fails(instance: NormInstance, point: Point | None = None) -> bool:
    """Whether (hM)² > M_W² for the smallest admissible M and M_W, proved."""
    found = Point(instance) if point is None else point
    bound = min(instance.widths[1:-1]) * largest_entry(instance)
    return all(bool(ball(bound) > found.norm(weight)) for weight in instance.weights)


def _common_work(context: Context) -> Finding:
    counter = Counter(claim("kiselev2024.lemma1.a").part("common"))
    one = smallest(
        _common_test, common_fails, most_parameters=6, most_height=1, least_layers=2, with_input=False
    )  # fmt: skip
    if one is None:
        return Finding(Strength.SAMPLE, "no network found", counter.tally)
    counter.count(Case(one.architecture, 1, 1), False)
    square = max((exact_square(weight) for weight in one.weights), key=float)
    bound = min(one.widths[1:-1]) * largest_entry(one)
    narrow = norm_instance([[[1]], [[1], [0]]], [1], 0)
    example = Counterexample(
        **{**_fields(one), "inputs": [], "targets": []}, predicted=f"h²M² at most M_W² = {square}",
        measured=str(bound**2),
        about="h²M² and M_W², M and M_W as small as they may be", order=ORDER,
        confirmed_by=SECOND if common_fails(one, Again(one)) else None,
        reproduce="hessproof verify kiselev2024.lemma1.a --engine exact",
    )  # fmt: skip
    control = Mutant(
        description="h = 1, where it holds with M and M_W as small as they may be", caught=not common_fails(narrow),
        by="a network with h = 1",
    )  # fmt: skip
    return Finding(
        Strength.SAMPLE, f"one network, the smallest by {ORDER}", counter.tally, counter.regions, (control,), example
    )


def _fields(instance: NormInstance) -> dict[str, Any]:
    classes = instance.widths[-1]
    return {
        "widths": list(instance.widths), "data_rank": 1, "residual_rank": 1, "activation": "relu",
        "loss": "cross-entropy", "weights": [_text(weight) for weight in instance.weights],
        "inputs": [[str(entry) for entry in instance.inputs]],
        "targets": [[str(int(label == instance.label)) for label in range(classes)]],
    }  # fmt: skip


def _text(matrix: Any) -> list[list[str]]:
    return [[str(entry) for entry in row] for row in matrix]


def scaled(size: int) -> NormInstance:
    """1-1-2 with W^1 = size, W^2 = 0 and x = 1."""
    return norm_instance([[[size]], [[0], [0]]], [1], 0)


def widest(hidden: int) -> NormInstance:
    """1-h-2 with W^1 = 1, W^2 = (s, −s)⊤, s⊤1 = 0 and x = 1: the largest G-term for M = M_x = 1 and even h."""
    signs = [(-1) ** place for place in range(hidden)]
    return norm_instance([[[1]] * hidden, [signs, [-one for one in signs]]], [1], 0)


def _exact_norm(instance: NormInstance, guess: Fraction) -> bool:
    return compare_norm(Point(instance).matrices["gauss_newton"], guess) == 0


def _again(instance: NormInstance, guess: Fraction) -> bool:
    value = Again(instance).measured("gauss_newton")
    return bool(value.contains(ball(guess))) and bool(value.rad() < 1e-30)


def _proportional_work(context: Context) -> Finding:
    """The quotient of ‖G-term‖ and L (hM)^{2L} at two networks of one architecture."""
    counter = Counter(claim("kiselev2024.lemma1").part("proportional"))
    one, two = scaled(1), scaled(2)
    measured = _exact_norm(one, Fraction(1, 2)) and _exact_norm(two, Fraction(2))
    quotients = Fraction(1, 2) / (2 * 1**4), Fraction(2) / (2 * 2**4)
    counter.count(Case(one.architecture, 1, 1), quotients[0] == quotients[1] if measured else None)
    again = _again(one, Fraction(1, 2)) and _again(two, Fraction(2))
    example = Counterexample(
        **_fields(two), reference_weights=[_text(weight) for weight in one.weights],
        predicted=f"{quotients[0]}, as at the reference weights", measured=str(quotients[1]),
        about="quotient of ‖G-term‖ and L (hM)^{2L}", order="p, then L, then widths",
        confirmed_by=SECOND if again else None,
        reproduce="hessproof verify kiselev2024.lemma1 --engine exact",
    )  # fmt: skip
    third = scaled(3)
    controls = (
        Mutant(
            description="L (hM)^{2L-2} for L (hM)^{2L}", caught=_exact_norm(third, Fraction(1, 2) * 3**2),
            by="the norm at W^1 = 3 is the one that it foretells from W^1 = 1",
        ),
        Mutant(
            description="L (hM)^{2L-1} for L (hM)^{2L}", caught=not _exact_norm(third, Fraction(1, 2) * 3**3),
            by="the norm at W^1 = 3 is not the one that it foretells from W^1 = 1",
        ),
    )  # fmt: skip
    return Finding(Strength.SAMPLE, "two networks 1-1-2", counter.tally, counter.regions, controls, example)


def _largest_work(context: Context) -> Finding:
    """The largest ‖G-term‖ of 1-h-2 with M = M_x = 1 and even h is 3h/2: the bound in the entries is attained there."""
    counter = Counter(claim("kiselev2024.lemma1").part("largest"))
    values = {hidden: Fraction(3 * hidden, 2) for hidden in (2, 4)}
    found = {hidden: widest(hidden) for hidden in values}
    attained = all(_is_largest(found[hidden], value) for hidden, value in values.items())
    counter.count(Case(found[4].architecture, 1, 1), values[4] == 2**4 * values[2] if attained else None)
    again = all(_again(found[hidden], value) for hidden, value in values.items())
    example = Counterexample(
        **_fields(found[4]), predicted=f"{2**4 * values[2]}, which is 2^{{2L}} times the largest at h = 2, {values[2]}",
        measured=f"{values[4]}, the largest by hessproof.entries_bound",
        about="largest ‖G-term‖ at h = 4, for d = M = M_x = 1", order="h, at the first even widths",
        confirmed_by=SECOND if again else None, reproduce="hessproof verify kiselev2024.lemma1 --engine exact",
    )  # fmt: skip
    sixth = widest(6)
    controls = (
        Mutant(
            description="(hM)^{2L-3} for (hM)^{2L}", caught=_is_largest(sixth, 3 * values[2]),
            by="the largest at h = 6 is the one that it foretells from h = 2",
        ),
        Mutant(
            description="(hM)^{2L-2} for (hM)^{2L}", caught=not _exact_norm(sixth, 3**2 * values[2]),
            by="the norm at h = 6 is not the one that it foretells from h = 2",
        ),
    )  # fmt: skip
    return Finding(Strength.SAMPLE, "1-2-2 and 1-4-2", counter.tally, counter.regions, controls, example)


def _is_largest(instance: NormInstance, value: Fraction) -> bool:
    """Whether ‖G-term‖ is a number, exactly, and the bound in the entries encloses it."""
    return _exact_norm(instance, value) and bool(Point(instance).bound("entries").contains(ball(value)))


def square_network() -> NormInstance:
    """2-2-2 with |w_ij| = 1/3, the last row negative, x = (1, 1) and the label of the less probable class."""
    size = Fraction(1, 3)
    return norm_instance([[[size, size]] * 2, [[size, size], [-size, -size]]], [1, 1], 1)


def _square_hessian_work(context: Context) -> Finding:
    """The bound of the Hessian where all weights are h × h and (hM)² = 4/9 ≥ 1/(2√2)."""
    counter, one = Counter(claim("kiselev2024.lemma1").part("hessian")), square_network()
    point, again = Point(one), Again(one)
    trait = entries_trait(2 * largest_entry(one))
    exceeds = point.exceeds("hessian", "lemma1")
    counter.count(Case(one.architecture, 1, 1, traits=frozenset({trait})), not exceeds)
    bound = closed_form("lemma1", one)
    example = Counterexample(
        **_fields(one), predicted=f"{bound} = {float(bound):.6g}", traits=[trait],
        measured=f"{float(point.measured('hessian').mid()):.12g}", about="published bound and ‖Hessian‖",
        order="the first of the constant matrices M = 1/2, 1/3, … with h = 2 and x = (1, 1) that fails",
        confirmed_by=SECOND if again.exceeds("hessian", "lemma1") else None,
        reproduce="hessproof verify kiselev2024.lemma1 --engine ball",
    )  # fmt: skip
    control = Mutant(
        description="the repaired bound hessian_at in its place", caught=not point.exceeds("hessian", "hessian_at"),
        by="the norm does not exceed it",
    )  # fmt: skip
    return Finding(
        Strength.SAMPLE, "one network 2-2-2", counter.tally, counter.regions, (control,), example if exceeds else None
    )


def demonstrate_drawn() -> None:
    """A few random matrices."""
    for matrix in drawn(3, 0, False):
        spectral(matrix, frobenius(matrix), False)


def demonstrate_listed() -> None:
    """A few listed matrices."""
    for matrix in listed(Profile.QUICK, False):
        spectral(matrix, frobenius(matrix), True)


def demonstrate_square_drawn() -> None:
    """A few random square matrices."""
    for matrix in drawn(3, 0, True):
        frobenius_at_most(matrix, square_bound(matrix), True)


def demonstrate_square_listed() -> None:
    """A few listed square matrices."""
    for matrix in listed(Profile.QUICK, True):
        frobenius_at_most(matrix, square_bound(matrix), False)


def demonstrate_norms() -> None:
    """The special networks."""
    _exact_norm(scaled(1), Fraction(1, 2))
    common_fails(widest(2))


_STEP, _LEMMA = "kiselev2024.lemma1.a", "kiselev2024.lemma1"
CHECKS = (
    FunctionCheck(
        _STEP, "frobenius", "drawn matrices", Engine.EXACT, DRAWN, partial(_frobenius_work, False), demonstrate_drawn
    ),
    FunctionCheck(
        _STEP, "frobenius", "listed matrices", Engine.EXACT, LISTED, partial(_frobenius_work, True), demonstrate_listed
    ),
    FunctionCheck(
        _STEP, "square", "drawn matrices", Engine.EXACT, OUTER, partial(_square_work, False), demonstrate_square_drawn
    ),
    FunctionCheck(
        _STEP,
        "square",
        "listed matrices",
        Engine.EXACT,
        COUNTED,
        partial(_square_work, True),
        demonstrate_square_listed,
    ),
    FunctionCheck(_STEP, "common", "smallest network", Engine.EXACT, NORMS, _common_work, demonstrate_norms),
    FunctionCheck(
        _LEMMA, "hessian", "square network", Engine.BALL, NORMS_SQUARE, _square_hessian_work, demonstrate_norms
    ),
    FunctionCheck(_LEMMA, "proportional", "two networks", Engine.EXACT, NORMS, _proportional_work, demonstrate_norms),
    FunctionCheck(_LEMMA, "largest", "two widths", Engine.EXACT, NORMS, _largest_work, demonstrate_norms),
)
