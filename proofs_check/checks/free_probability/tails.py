"""The 3/2 law, its constants, and the distribution function against integrals of the density."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.checks.free_probability.published import (
    LINEAR,
    RELU,
    Stated,
    linear_ratios,
    relu_ratios,
)
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, Model
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SIGMA, TAU, G, Z
from hessproof.symbolic.variants import variants

INTEGRAL = "the density integrated over the negative axis close to the critical energy"
INSIDE = "the density integrated between places inside the spectrum, in double precision"
BALLS = "the index enclosed in balls at growing energies"
COUNT = {Profile.QUICK: 2, Profile.STANDARD: 5, Profile.THOROUGH: 12}
"""Ratios τ with a rational critical energy."""
NEAR, FURTHER = Fraction(1, 10**6), Fraction(1, 10**4)
"""(ε − ε_c)/ε_c: the law is looked at so close that it is right to six digits, and its next term further away."""
SLACK = 2
"""|α_1| < 6/5 for 0 < τ < 1, so that the ratio to the law differs from 1 by less than 2x."""
DIGITS = 18
"""Of α, so that the next term at x = 10^−4 is left with ten digits."""
CURVED = 5 * float(FURTHER)
"""(ratio − 1)/x − α_1 is of order x with a coefficient near 1; five times that is allowed."""
AGREE = 1e-9
"""Between a closed form in double precision and an integral that is good to 1e-12; roots lose some digits."""
APART = 1e-7
"""Imaginary parts below it are rounding of a real root; the places looked at lie well inside the spectrum."""
GROWING = tuple(map(Fraction, ("1000001/1000000", "11/10", "2", "10", "1000")))
"""ε/ε_c."""
STEPS = (Fraction(1, 10**4), Fraction(1, 10**6))
"""δ at τ = 1; α/δ differs from its limit by a share of order δ, with a coefficient near 0.4."""
ONE_THIRD = 3 * sp.sqrt(3) / (4 * sp.pi)
"""lim α/δ."""
MOST_CONTROLS = {Profile.QUICK: 10, Profile.STANDARD: 40, Profile.THOROUGH: 100}
PARAMETER = sp.Symbol(r"\varrho", positive=True)
ALPHA_1 = -3 * (PARAMETER**4 + 24 * PARAMETER**3 + 18 * PARAMETER**2 + 16 * PARAMETER + 5) / (160 * PARAMETER**3)
"""α_1 without activation, ϱ = √(1 + 8τ)."""


def ratio(stated: Stated, tau: Fraction, x: Fraction, digits: int = DIGITS) -> mpmath.mpf:
    """π α/x^{3/2}, α from an integral of the density."""
    energy = stated.energy(tau)[0] * (1 + x)
    found = FreeSum(stated, energy, tau).negative_integral(digits).value
    with mpmath.workdps(digits + 10):
        alpha = mpmath.mpf(found.str(digits + 8, radius=False))
        return alpha * mpmath.pi / mpmath.sqrt(mpmath.mpf(x.numerator) / x.denominator) ** 3


def _value(formula: sp.Expr, tau: Fraction) -> mpmath.mpf:
    """π α_0 at τ."""
    with mpmath.workdps(DIGITS + 10):
        number = sp.N((sp.pi * formula).subs({TAU: sp.Rational(tau.numerator, tau.denominator)}), DIGITS + 8)
        return mpmath.mpf(str(number)) if number.is_real else mpmath.nan


def _ratios(stated: Stated, profile: Profile) -> list[Fraction]:
    return (linear_ratios if stated is LINEAR else relu_ratios)(COUNT[profile])


def _leading(stated: Stated, model: Model) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally = Tally()
        measured = {tau: ratio(stated, tau, NEAR) for tau in _ratios(stated, context.profile)}
        for tau, found in measured.items():
            tally.count(_close(found, _value(model.index_coefficient, tau)))
        everything = list(variants(model.index_coefficient))
        step = max(1, len(everything) // MOST_CONTROLS[context.profile])
        controls = []
        for words, formula in everything[::step]:
            caught = any(not _close(found, _value(formula, tau)) for tau, found in measured.items())
            by = "an integral" if caught else "the same values"
            controls.append(Mutant(description=f"α_0: {words}", caught=caught, by=by))
        return Finding(
            Strength.SAMPLE, f"{len(measured)} ratios τ at (ε − ε_c)/ε_c = {NEAR}", tally, controls=tuple(controls),
            details={str(tau): mpmath.nstr(found / mpmath.pi, 12) for tau, found in measured.items()},
        )  # fmt: skip

    return work


def _close(found: mpmath.mpf, stated: mpmath.mpf) -> bool:
    return bool(stated > 0 and abs(found / stated - 1) < SLACK * float(NEAR))


def slope(tau: Fraction) -> mpmath.mpf:
    """(α/(α_0 x^{3/2}) − 1)/x at x = 10^−4, which is α_1 + O(x)."""
    with mpmath.workdps(DIGITS + 10):
        found = ratio(LINEAR, tau, FURTHER) / _value(PENNINGTON.index_coefficient, tau)
        return (found - 1) * FURTHER.denominator


def _next(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    measured = {tau: slope(tau) for tau in _ratios(LINEAR, context.profile)}

    def good(formula: sp.Expr) -> Iterator[bool]:
        for tau, found in measured.items():
            root = sp.sqrt(1 + 8 * sp.Rational(tau.numerator, tau.denominator))
            stated = formula.subs(PARAMETER, root)
            yield bool(stated.is_finite and abs(found - mpmath.mpf(str(sp.N(stated, 20)))) < CURVED)

    for outcome in good(ALPHA_1):
        tally.count(outcome)
    everything = list(variants(ALPHA_1))
    for words, formula in everything[:: max(1, len(everything) // MOST_CONTROLS[context.profile])]:
        caught = not all(good(formula))
        controls.append(Mutant(description=f"α_1: {words}", caught=caught, by="an integral" if caught else "the same"))
    return Finding(
        Strength.SAMPLE, f"{len(measured)} ratios τ at (ε − ε_c)/ε_c = {FURTHER}", tally, controls=tuple(controls),
        details={str(tau): mpmath.nstr(found, 8) for tau, found in measured.items()},
    )  # fmt: skip


@cache
def _coefficients(model: Model) -> Callable[..., list[float]]:
    """F(G) = λ multiplied out, as a function of λ, ε, τ, σ."""
    equation = (model.r_wishart + model.r_wigner).xreplace({Z: G}) + 1 / G - LAMBDA
    polynomial = sp.Poly(sp.numer(sp.together(equation)), G)
    made: Callable[..., list[float]] = sp.lambdify((LAMBDA, EPSILON, TAU, SIGMA), polynomial.all_coeffs())
    return made


def closed(model: Model, primitive: sp.Expr, numbers: tuple[Fraction, Fraction, Fraction], place: float) -> float:
    """1 − Im(λG − ∫F dG)/π at the root with Im G < 0, from the polynomial's floating roots; nan outside the bands."""
    epsilon, tau, scale = numbers
    x = {EPSILON: float(epsilon), TAU: float(tau), SIGMA: float(scale)}
    below = [root for root in np.roots(_coefficients(model)(place, *x.values())) if root.imag < -APART]
    if len(below) != 1:
        return math.nan
    made = sp.lambdify((G,), primitive.subs(x), modules=[{"log": cmath.log}])
    return 1 - (place * complex(below[0]) - complex(made(complex(below[0])))).imag / math.pi


def _distribution(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    numbers = [
        (Fraction(1, 2), Fraction(1, 4), Fraction(1)), (Fraction(1, 10), Fraction(3), Fraction(2)),
        (Fraction(3, 100), Fraction(9, 10), Fraction(1, 3)), (Fraction(2), Fraction(1), Fraction(1)),
    ][: 2 if context.profile == Profile.QUICK else 4]  # fmt: skip
    for stated, model in ((LINEAR, PENNINGTON), (RELU, PENNINGTON_RELU)):
        kept = []
        for epsilon, tau, scale in numbers:
            law = FreeSum(stated, epsilon, tau, scale)
            low, high = law.edges()[0], law.edges()[1]
            places = [low + (high - low) * share for share in (0.1, 0.4, 0.7, 0.95)]
            mass = 0.0
            for before, place in zip([low, *places], places, strict=False):
                mass += float(law.integral(lower=before, upper=place).value)
                kept.append(((epsilon, tau, scale), place, mass))
                tally.count(abs(closed(model, model.primitive, (epsilon, tau, scale), place) - mass) < AGREE)
        everything = list(variants(model.primitive))
        for words, primitive in everything[:: max(1, len(everything) // (MOST_CONTROLS[context.profile] // 2))]:
            values = (abs(closed(model, primitive, one, place) - mass) for one, place, mass in kept[:5])
            caught = not all(value < AGREE for value in values)
            by = "an integral" if caught else "a real constant, which changes nothing"
            controls.append(Mutant(description=f"{model.key}: {words}", caught=caught, by=by))
    return Finding(Strength.SAMPLE, f"{tally.tried} places in {2 * len(numbers)} laws", tally, controls=tuple(controls))


def _grows(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    for stated in (LINEAR, RELU):
        for tau in _ratios(stated, context.profile):
            critical = stated.energy(tau)[0]
            found = [FreeSum(stated, critical * factor, tau).negative_ball(20) for factor in GROWING]
            tally.count(rising(found))
            controls.append(
                Mutant(description=f"{stated.key}, τ = {tau}, energies falling", caught=not rising(found[::-1]),
                       by="the index falls")
            )  # fmt: skip
    return Finding(
        Strength.SAMPLE, f"{tally.tried} ratios τ, {len(GROWING)} energies up to 1000 ε_c", tally,
        controls=tuple(controls),
    )  # fmt: skip


def rising(values: list[object]) -> bool:
    """Whether balls are positive and grow without overlap."""
    return all(bool(one < two) for one, two in zip([0, *values], values, strict=False))  # type: ignore[operator]


def onset(stated: Stated, step: Fraction) -> mpmath.mpf:
    """α/δ at τ = 1, ε = δ³/2 or, with ReLU, 2δ³."""
    energy = step**3 / 2 if stated is LINEAR else 2 * step**3
    found = FreeSum(stated, energy, Fraction(1)).negative_ball(DIGITS)
    with mpmath.workdps(DIGITS + 10):
        return mpmath.mpf(found.str(DIGITS + 5, radius=False)) * step.denominator / step.numerator


def _interpolation(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    for stated in (LINEAR, RELU):
        measured = {step: onset(stated, step) for step in STEPS}

        def good(formula: sp.Expr, measured: dict[Fraction, mpmath.mpf] = measured) -> Iterator[bool]:
            limit = mpmath.mpf(str(sp.N(formula, DIGITS)))
            for step, found in measured.items():
                yield bool(limit > 0 and abs(found / limit - 1) < SLACK * float(step))

        for outcome in good(ONE_THIRD):
            tally.count(outcome)
        for words, formula in variants(ONE_THIRD):
            if formula.is_finite and formula.is_real:
                caught = not all(good(formula))
                by = "a ball" if caught else "the same value"
                controls.append(Mutant(description=f"{stated.key}: {words}", caught=caught, by=by))
    return Finding(
        Strength.SAMPLE, f"{len(STEPS)} energies for each model, the least 5·10^−19 and 2·10^−18", tally,
        controls=tuple(controls),
    )  # fmt: skip


def demonstrate_tail() -> None:
    """One ratio."""
    ratio(LINEAR, Fraction(3, 8), Fraction(1, 100), 6)


def demonstrate_balls() -> None:
    """One energy."""
    FreeSum(LINEAR, Fraction(1, 2), Fraction(1, 4)).negative_ball(5)


def demonstrate_inside() -> None:
    """One integral."""
    law = FreeSum(LINEAR, Fraction(1, 2), Fraction(1, 4))
    law.integral(lower=0.0, upper=1.0)
    closed(PENNINGTON, PENNINGTON.primitive, (Fraction(1, 2), Fraction(1, 4), Fraction(1)), 1.0)


CHECKS = (
    FunctionCheck("hessproof.index_law", "linear", "integral of the density", Engine.MULTIPRECISION, INTEGRAL,
                  _leading(LINEAR, PENNINGTON), demonstrate_tail),
    FunctionCheck("hessproof.index_law", "relu", "integral of the density", Engine.MULTIPRECISION, INTEGRAL,
                  _leading(RELU, PENNINGTON_RELU), demonstrate_tail),
    FunctionCheck("hessproof.index_law", "next", "integral of the density", Engine.MULTIPRECISION, INTEGRAL, _next,
                  demonstrate_tail),
    FunctionCheck("hessproof.index_law", "interpolation", "balls", Engine.BALL, BALLS, _interpolation,
                  demonstrate_balls),
    FunctionCheck("hessproof.index_distribution", "closed", "integral of the density", Engine.FLOAT, INSIDE,
                  _distribution, demonstrate_inside),
    FunctionCheck("hessproof.index_distribution", "grows", "balls", Engine.BALL, BALLS, _grows, demonstrate_balls),
)  # fmt: skip
