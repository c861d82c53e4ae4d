"""The index with ReLU for τ > 1: densities integrated in balls, real roots counted, and matrices of integers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

import flint
import numpy as np

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.two_layer.inertia import Inertia, inertia
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.published import RELU, case, value_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.free_probability.models import RELU_SATURATION, RELU_SHARE
from hessproof.symbolic.free_probability.sturm import double_roots, real_roots, relu_model
from hessproof.symbolic.variants import variants

CLAIM = "hessproof.relu_index"
INTEGRATED = "the density integrated over (−∞, 0) in balls"
COUNTED = "real roots at λ = 0 counted by Sturm's theorem on both sides of the stated energy and at it"
ELIMINATED = "inertia of random matrices of integers by symmetric elimination over the rational numbers"
DIGITS = 15
"""Digits of an integral."""
CLOSE = 1e-13
"""Largest relative difference to 1/(2τ): the integrals are good to 1e-15."""
PLACES = {
    Profile.QUICK: (("2", "1", "1"), ("5/2", "1/100", "3"), ("7", "30", "1/2")),
    Profile.STANDARD: tuple((t, e, s) for t in ("2", "201/100", "3", "20") for e in ("1/100", "1", "50")
                            for s in ("1", "1/3")),
    Profile.THOROUGH: tuple((t, e, s) for t in ("2", "2001/1000", "5/2", "3", "7", "20", "100")
                            for e in ("1/10000", "1/10", "1", "7", "1000") for s in ("1", "3", "1/3")),
}  # fmt: skip
"""τ, ε, σ."""
SLOPES = {Profile.QUICK: 2, Profile.STANDARD: 5, Profile.THOROUGH: 9}
"""Values of τ between 1 and 2."""
SCALES = (Fraction(1), Fraction(3))
NEAR = Fraction(1, 1000)
"""How far from ε_*, relatively, α is integrated: below it, α misses 1/(2τ) by about the power 3/2 of it, 10^-6."""
STEP = Fraction(1, 10**9)
"""How far from ε_*, relatively, roots are counted."""
CONTROLS = {Profile.QUICK: (4, 24), Profile.STANDARD: (1, 8), Profile.THOROUGH: (1, 2)}
"""Every how many generated wrong formulas one is tried: by counting, and by integrals, which take longer."""
SIZES = {
    Profile.QUICK: ((2, 1), (3, 1)),
    Profile.STANDARD: ((2, 1), (3, 1), (4, 1), (4, 2)),
    Profile.THOROUGH: ((2, 1), (3, 1), (4, 1), (4, 2), (5, 2), (6, 3)),
}
"""n hidden units, k active samples of each; N = 2n² and τ = n/k ≥ 2."""
DRAWS = {Profile.QUICK: 2, Profile.STANDARD: 4, Profile.THOROUGH: 8}
ENTRY = 9
"""Largest entry: so that columns in special position do not turn up by chance."""


def ratios(count: int) -> list[Fraction]:
    """τ = (16 − 2k)/(8 + k²) between 1 and 2, with which ξ is a rational square and ε_* is rational.

    Example:
        >>> [str(each) for each in ratios(2)]
        ['14/9', '20/11']
    """
    slopes = map(Fraction, ("1", "1/2", "3/2", "1/5", "9/5", "5/4", "3/4", "1/20", "19/10"))
    return [(16 - 2 * k) / (8 + k * k) for k in islice(slopes, count)]


def saturated(tau: Fraction, energy: Fraction, scale: Fraction, share: Fraction) -> bool:
    """Whether the integral of the density over (−∞, 0) is a share, to `CLOSE`."""
    found = FreeSum(RELU, energy, tau, scale).negative_integral(DIGITS).value
    near = flint.arb(flint.fmpq(share.numerator, share.denominator))
    return bool(abs(found - near) < CLOSE * abs(near))


def _law(context: Context) -> Finding:
    counter, controls = Counter(claim(CLAIM).part("law")), list[Mutant]()
    for numbers in PLACES[context.profile]:
        tau, energy, scale = map(Fraction, numbers)
        counter.count(case(tau, energy, scale), saturated(tau, energy, scale, value_of(RELU_SHARE, tau)[0]))
    place = Fraction(5, 2), Fraction(1, 100), Fraction(3)
    for words, wrong in variants(RELU_SHARE):
        caught = not saturated(*place, value_of(wrong, place[0])[0])
        controls.append(Mutant(description=f"α: {words}", caught=caught, by="the integral at τ = 5/2"))
    low = Fraction(3, 2), Fraction(1), Fraction(1)
    controls.append(
        Mutant(description="τ = 3/2 at ε = 1", caught=not saturated(*low, Fraction(1, 3)), by="the integral")
    )
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} triples of τ ≥ 2, ε and σ", counter.tally, counter.regions,
        tuple(controls),
    )  # fmt: skip


def integrated(tau: Fraction, scale: Fraction, energy: Fraction) -> bool:
    """Whether α = 1/(2τ) just above an energy and less than that just below it."""
    if energy <= 0:
        return False
    share = 1 / (2 * tau)
    above, below = (saturated(tau, energy * (1 + side * NEAR), scale, share) for side in (1, -1))
    return above and not below


def counted(tau: Fraction, scale: Fraction, energy: Fraction) -> bool:
    """Whether there are two negative roots at λ = 0 just above an energy, none just below, a double one at it.

    Example:
        >>> counted(Fraction(14, 9), Fraction(1), Fraction(125, 4)), counted(Fraction(14, 9), Fraction(1), Fraction(31))
        (True, False)
    """
    if energy <= 0:
        return False
    below, at, above = (relu_model(energy * (1 + side * STEP), tau, scale) for side in (-1, 0, 1))
    return (
        real_roots(below, None, Fraction(0)) == 0
        and double_roots(at) == 1
        and real_roots(above, None, Fraction(0)) == 2
    )


def _threshold(decide: Callable[[Fraction, Fraction, Fraction], bool], strength: Strength) -> Any:
    def work(context: Context) -> Finding:
        counter, controls = Counter(claim(CLAIM).part("threshold")), list[Mutant]()
        places = [(tau, scale) for tau in ratios(SLOPES[context.profile]) for scale in SCALES]
        for tau, scale in places:
            energy = value_of(RELU_SATURATION, tau, scale)[0]
            counter.count(case(tau, energy, scale), decide(tau, scale, energy))
        stride = CONTROLS[context.profile][strength == Strength.SAMPLE]
        for words, wrong in islice(variants(RELU_SATURATION), 0, None, stride):
            tau, scale = places[1]
            try:
                caught = not decide(tau, scale, value_of(wrong, tau, scale)[0])
            except (TypeError, ValueError, ZeroDivisionError):
                caught = True
            controls.append(Mutant(description=f"ε_*: {words}", caught=caught, by=f"τ = {tau}, σ = {scale}"))
        return Finding(
            strength, f"{len(places)} pairs of τ between 1 and 2, with a rational ε_*, and σ", counter.tally,
            counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def blocks(stream: random.Random, units: int, active: int) -> Any:
    """A direct sum of n blocks [[0, EX⊤], [XE⊤, 0]], E and X of k columns.

    Example:
        >>> blocks(random.Random(1), 2, 1).shape
        (8, 8)
    """
    total = np.zeros((2 * units**2, 2 * units**2), dtype=object)
    for unit in range(units):
        errors, inputs = (drawn(stream, units, active) for _ in range(2))
        first, second = (slice((2 * unit + side) * units, (2 * unit + side + 1) * units) for side in (0, 1))
        total[first, second] = errors.dot(inputs.T)
        total[second, first] = total[first, second].T
    return total


def drawn(stream: random.Random, rows: int, columns: int) -> Any:
    """A matrix of small integers."""
    entries = [[stream.randint(-ENTRY, ENTRY) for _ in range(columns)] for _ in range(rows)]
    return np.array(entries, dtype=object).reshape(rows, columns)


def _matrices(context: Context) -> Finding:
    counter, controls = Counter(claim(CLAIM).part("matrices")), list[Mutant]()
    for units, active in SIZES[context.profile]:
        for draw in range(DRAWS[context.profile]):
            stream = random.Random(context.seed_for(f"{units}|{active}|{draw}"))
            found = inertia(_sum(stream, units, 2 * units * active, active))
            counter.count(case(Fraction(units, active)), found == expected(units, active))
    controls += _special(context.seed_for("controls"))
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} matrices of up to {2 * SIZES[context.profile][-1][0] ** 2} rows",
        counter.tally, counter.regions, tuple(controls),
    )  # fmt: skip


def expected(units: int, active: int) -> Inertia:
    """N/(2τ) = nk negative eigenvalues; those of H_0 and as many of H_1 positive."""
    size, half = 2 * units**2, units * active
    return Inertia(3 * half, size - 4 * half, half)


def _sum(stream: random.Random, units: int, columns: int, active: int, sign: int = 1) -> Any:
    jacobian = drawn(stream, 2 * units**2, columns)
    return sign * jacobian.dot(jacobian.T) + blocks(stream, units, active)


def _special(seed: int) -> Iterator[Mutant]:
    """What must change the index: more columns than there is room for, H_0 with the other sign, or in H_1's image."""
    stream = random.Random(seed)
    fewer = inertia(_sum(stream, 3, 16, 1)).negative
    yield Mutant(description="16 columns in place of 6", caught=fewer != 3, by=f"{fewer} negative eigenvalues, not 3")
    minus = inertia(_sum(stream, 3, 6, 1, -1)).negative
    yield Mutant(description="−JJ⊤ + H_1", caught=minus != 3, by=f"{minus} negative eigenvalues, not 3")
    curved = blocks(stream, 3, 1)
    none = inertia(curved.dot(curved) * 100 + curved).negative
    yield Mutant(description="J = 10 H_1: no general position", caught=none != 3, by=f"{none} negative, not 3")


def demonstrate_integrals() -> None:
    """One integral: all of them run the same code."""
    saturated(Fraction(5, 2), Fraction(1), Fraction(1), Fraction(1, 5))


def demonstrate_roots() -> None:
    """One count."""
    counted(Fraction(14, 9), Fraction(1), Fraction(30))


def demonstrate_matrices() -> None:
    """One matrix."""
    inertia(_sum(random.Random(1), 2, 4, 1))


def state() -> None:
    """The formulas under test and their variants."""
    list(variants(RELU_SATURATION))


CHECKS = (
    FunctionCheck(CLAIM, "law", "integrals", Engine.BALL, INTEGRATED, _law, demonstrate_integrals, statement=state),
    FunctionCheck(
        CLAIM, "threshold", "integrals", Engine.BALL, INTEGRATED, _threshold(integrated, Strength.SAMPLE),
        demonstrate_integrals, statement=state,
    ),
    FunctionCheck(
        CLAIM, "threshold", "Sturm", Engine.EXACT, COUNTED, _threshold(counted, Strength.CERTIFICATE),
        demonstrate_roots, statement=state,
    ),
    FunctionCheck(CLAIM, "matrices", "inertia", Engine.EXACT, ELIMINATED, _matrices, demonstrate_matrices),
)  # fmt: skip
