"""The closed form of the distribution function against integrals of the density, and α as a growing function of ε."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise, product
from typing import Any

import flint
import numpy as np
import sympy as sp

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.published import LINEAR, RELU, Stated, case
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SIGMA, TAU, G
from hessproof.symbolic.variants import variants

CLAIM = "hessproof.index_distribution"
INTEGRATED = "the density integrated from the left end to λ by the double exponential rule"
DIFFERENCES = "differences of α at two energies that agree in 12 digits, from 40 digits of each"
POTENTIALS = {LINEAR.key: PENNINGTON.potential, RELU.key: PENNINGTON_RELU.potential}
"""Φ of each model, as it is stated."""
X, Y = sp.symbols("X Y", real=True)
"""Real and imaginary part of G at λ = 0."""
GROWTH = {
    LINEAR.key: 2 * X * Y / sp.pi,
    RELU.key: 2 * TAU * X * Y / sp.pi
    / ((2 - EPSILON * TAU**2 * (X**2 - Y**2)) ** 2 + (2 * EPSILON * TAU**2 * X * Y) ** 2),
}  # fmt: skip
"""dα/dε = Im G²/π, and τ Im G²/(π|2 − ετ²G²|²), in real letters."""
CLOSE = 1e-11
"""Largest difference of the two sides: both are good to 1e-13, and masses are of size 1."""
SMOOTH = 1e-20
"""Largest relative difference of a difference quotient and the derivative: about the square of `STEP`."""
STEP = Fraction(1, 10**12)
"""Step of the quotient over ε − ε_c, on which scale α changes; 40 digits of α leave 28 of the quotient."""
NUMBERS = {
    Profile.QUICK: (("1/5",), ("1/3", "5/2"), ("2",)),
    Profile.STANDARD: (("1/100", "1/5", "4"), ("1/10", "1/3", "1", "3/2", "5/2"), ("1", "2")),
    Profile.THOROUGH: (("1/1000", "1/100", "1/5", "4", "300"), ("1/100", "1/3", "9/10", "1", "3/2", "2", "5/2", "40"),
                       ("1/3", "1", "2")),
}  # fmt: skip
"""ε, τ and σ."""
SHARES = {Profile.QUICK: 2, Profile.STANDARD: 7, Profile.THOROUGH: 15}
"""Places λ in each band."""
ABOVE = {
    Profile.QUICK: ("1/1000", "1"),
    Profile.STANDARD: ("1/1000000", "1/1000", "1/10", "1", "10", "1000"),
    Profile.THOROUGH: ("1/1000000000", "1/1000000", "1/1000", "1/10", "1/2", "1", "3", "10", "100", "1000", "1000000"),
}
"""(ε − ε_c)/ε_c."""
RATIOS = {
    Profile.QUICK: ("1/3",),
    Profile.STANDARD: ("1/100", "1/3", "9/10"),
    Profile.THOROUGH: ("1/1000", "1/100", "1/10", "1/3", "1/2", "7/10", "9/10", "99/100"),
}
STRIDE = {Profile.QUICK: 6, Profile.STANDARD: 1, Profile.THOROUGH: 1}
"""Every how many generated wrong formulas one is tried."""

Place = tuple[Fraction, Fraction, Fraction]


def inner(law: FreeSum, count: int) -> list[float]:
    """Places in every band, also close to its edges."""
    edges = law.edges()
    shares = (1 - np.cos(np.pi * (np.arange(count) + 0.5) / count)) / 2
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [float(left + share * (right - left)) for left, right in pairs for share in shares]


def sides(stated: Stated, place: Place, count: int, formulas: list[sp.Expr]) -> tuple[Any, list[Any]]:
    """N at places inside the spectrum by integration, and 1 − Im Φ/π for each of some Φ."""
    law = FreeSum(stated, *place)
    points = np.array(inner(law, count))
    g = law.stieltjes(points)
    steps = [law.integral(None, one, two).value for one, two in pairwise((-np.inf, *points.tolist()))]
    masses = np.cumsum(steps)
    numbers = dict(zip((EPSILON, TAU, SIGMA), map(float, place), strict=True))
    with np.errstate(all="ignore"):
        found = [
            1 - np.imag(sp.lambdify((G, LAMBDA), formula.subs(numbers), "numpy")(g, points)) / np.pi
            for formula in formulas
        ]
    return masses, found


def _closed(context: Context) -> Finding:
    counter, largest, controls = Counter(claim(CLAIM).part("closed")), 0.0, list[Mutant]()
    for stated in (LINEAR, RELU):
        for numbers in product(*NUMBERS[context.profile]):
            energy, ratio, scale = map(Fraction, numbers)
            masses, (found,) = sides(stated, (energy, ratio, scale), SHARES[context.profile], [POTENTIALS[stated.key]])
            gaps = np.abs(masses - found)
            largest = max(largest, float(gaps.max()))
            for gap in gaps.tolist():
                counter.count(case(ratio, energy, scale, stated.key), gap <= CLOSE)
        controls += _wrong_potentials(stated, STRIDE[context.profile])
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} places λ inside the spectra of both models", counter.tally,
        counter.regions, tuple(controls), details={"largest difference": largest},
    )  # fmt: skip


def _wrong_potentials(stated: Stated, stride: int) -> Iterator[Mutant]:
    """Wrong variants of Φ at numbers that are all different; what adds a real number to Φ changes nothing."""
    place = (Fraction(1, 5), Fraction(5, 2), Fraction(2))
    wrong = list(islice(variants(POTENTIALS[stated.key]), 0, None, stride))
    masses, found = sides(stated, place, SHARES[Profile.QUICK], [formula for _, formula in wrong])
    for (words, formula), values in zip(wrong, found, strict=True):
        with np.errstate(all="ignore"):
            gap = float(np.max(np.abs(np.broadcast_to(values, masses.shape) - masses)))
        by = f"off by {gap:.1e}"
        if gap <= CLOSE:
            constant = (formula - POTENTIALS[stated.key]).is_real
            by = "adds a real constant to Φ, and Im Φ stays as it is" if constant else "not noticed"
        yield Mutant(description=f"Φ of {stated.key}: {words}", caught=not gap <= CLOSE, by=by)


def slopes(stated: Stated, tau: Fraction, energy: Fraction) -> tuple[Any, Any, Any]:
    """dα/dε as a difference quotient, and the two parts of G at λ = 0, as balls."""
    with flint.ctx.workprec(300):
        step = (energy - stated.energy(tau)[0]) * STEP
        ends = [FreeSum(stated, energy + sign * step, tau).negative_ball(40) for sign in (1, -1)]
        quotient = (ends[0] - ends[1]) / flint.arb(flint.fmpq(*(2 * step).as_integer_ratio()))
        g = FreeSum(stated, energy, tau).root_ball(0, 30)
        return quotient, g.real, g.imag


def _value(formula: sp.Expr, numbers: tuple[Any, Any], tau: Fraction, energy: Fraction) -> Any:
    """A formula of X, Y, ε and τ to 30 digits."""
    x, y = (sp.Float(number.mid().str(35, radius=False), 35) for number in numbers)
    values = {X: x, Y: y, TAU: sp.Rational(*tau.as_integer_ratio()), EPSILON: sp.Rational(*energy.as_integer_ratio())}
    return sp.N(formula.subs(values), 30)


def grows(formula: sp.Expr, found: tuple[Any, Any, Any], tau: Fraction, energy: Fraction) -> bool:
    """Whether a formula gives a measured slope, and the slope is positive."""
    quotient = sp.Float(found[0].mid().str(35, radius=False), 35)
    stated = _value(formula, found[1:], tau, energy)
    return bool(found[0] > 0 and abs(sp.N(stated - quotient, 30)) < SMOOTH * abs(quotient))


def _grows(context: Context) -> Finding:
    counter, controls = Counter(claim(CLAIM).part("grows")), list[Mutant]()
    for stated in (LINEAR, RELU):
        for ratio, above in product(RATIOS[context.profile], ABOVE[context.profile]):
            tau = Fraction(ratio)
            energy = stated.energy(tau)[0] * (1 + Fraction(above))
            found = slopes(stated, tau, energy)
            counter.count(case(tau, energy, Fraction(1), stated.key), grows(GROWTH[stated.key], found, tau, energy))
        tau, energy = Fraction(1, 3), Fraction(2)
        found = slopes(stated, tau, energy)
        for words, formula in islice(variants(GROWTH[stated.key]), 0, None, STRIDE[context.profile]):
            caught = not grows(formula, found, tau, energy)
            by = "the difference quotient at τ = 1/3, ε = 2"
            controls.append(Mutant(description=f"dα/dε of {stated.key}: {words}", caught=caught, by=by))
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} pairs (τ, ε) above ε_c", counter.tally, counter.regions,
        tuple(controls),
    )  # fmt: skip


def demonstrate_closed() -> None:
    """One law."""
    sides(LINEAR, (Fraction(1, 5), Fraction(1, 3), Fraction(1)), 2, [POTENTIALS[LINEAR.key]])


def demonstrate_grows() -> None:
    """One slope of each model."""
    for stated in (LINEAR, RELU):
        slopes(stated, Fraction(1, 3), Fraction(2))


CHECKS = (
    FunctionCheck(CLAIM, "closed", "quadrature", Engine.FLOAT, INTEGRATED, _closed, demonstrate_closed),
    FunctionCheck(CLAIM, "grows", "differences", Engine.MULTIPRECISION, DIFFERENCES, _grows, demonstrate_grows),
)
