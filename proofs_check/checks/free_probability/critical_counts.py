"""Critical energies with a scale, and where there is none: real roots at λ = 0 counted by Sturm's theorem.

Two different negative roots mean an edge right of 0, one double root an edge at 0, none an edge left of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import sympy as sp

from hessproof.proofs_check.checks.free_probability.published import linear_ratios, relu_ratios, value_of
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
from hessproof.symbolic.free_probability.sturm import Polynomial, double_roots, linear_model, real_roots, relu_model
from hessproof.symbolic.variants import variants

THRESHOLD = "negative real roots at λ = 0 counted by Sturm's theorem on both sides of the stated energy and at it"
ABSENT = "no real root G at λ = 0 with −g_∞ < G < 0 from τ = 1 on, counted by Sturm's theorem"
NONE_BELOW = "all roots at places λ ≤ 0 real, counted by Sturm's theorem, at energies below the stated one"
COUNT = {Profile.QUICK: 4, Profile.STANDARD: 10, Profile.THOROUGH: 23}
"""τ with a rational critical energy."""
MOST_CONTROLS = {Profile.QUICK: 12, Profile.STANDARD: 60, Profile.THOROUGH: 200}
SCALES = (Fraction(1), Fraction(2), Fraction(1, 3))
STEP = Fraction(1, 10**9)
"""How far from the critical energy, relatively, the roots are counted on either side."""
RATIOS = tuple(map(Fraction, ("1", "101/100", "3/2", "2", "3", "10")))
ROOTS = tuple(map(Fraction, ("1/40", "1/4", "1", "3")))
"""√(ε/2): with these the pole −1/(τ√(ε/2)) of the model with ReLU is rational."""
FINE = 10**6
"""Denominator of √(ε/2) at half the critical energy: rounding down takes less than a thousandth off the energy."""
PLACES = tuple(map(Fraction, ("0", "-1/1000", "-1/10", "-1", "-10")))
SHARES = tuple(map(Fraction, ("1/100", "1/2", "9/10", "999999/1000000")))
"""ε/ε_c below the critical energy."""

Polynomials = Callable[[Fraction, Fraction, Fraction, Fraction], Polynomial]


@dataclass(frozen=True)
class Stated:
    """A model and what is said about its critical energy."""

    key: str
    polynomial: Polynomials
    formula: sp.Expr
    ratios: Callable[[int], list[Fraction]]

    def places(self, profile: Profile) -> Iterator[tuple[Fraction, Fraction]]:
        """(τ, σ)."""
        for tau in self.ratios(COUNT[profile]):
            for scale in SCALES:
                yield tau, scale


LINEAR = Stated("linear", linear_model, PENNINGTON.critical_energy, linear_ratios)
RELU = Stated("relu", relu_model, PENNINGTON_RELU.critical_energy, relu_ratios)


def negative_roots(polynomial: Polynomial) -> int:
    """Different negative real roots."""
    return real_roots(polynomial, None, Fraction(0))


def is_threshold(stated: Stated, tau: Fraction, scale: Fraction, energy: Fraction) -> bool:
    """Whether the edge is right of 0 just below an energy, at 0 there, and left of 0 just above.

    Example:
        >>> is_threshold(LINEAR, Fraction(3, 8), Fraction(2), Fraction(3, 32))
        True
    """
    if energy <= 0:
        return False
    below, above = (stated.polynomial(energy * (1 + side * STEP), tau, scale, Fraction(0)) for side in (-1, 1))
    return (
        negative_roots(below) == 2
        and negative_roots(above) == 0
        and double_roots(stated.polynomial(energy, tau, scale, Fraction(0))) == 1
    )


def _threshold(stated: Stated) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        tally = Tally()
        places = list(stated.places(context.profile))
        for tau, scale in places:
            tally.count(is_threshold(stated, tau, scale, value_of(stated.formula, tau, scale)[0]))
        controls = tuple(_wrong(stated, places, MOST_CONTROLS[context.profile]))
        return Finding(
            Strength.CERTIFICATE, f"{len(places)} pairs of rational τ and σ with a rational ε_c", tally,
            controls=controls, details={"on either side, relatively": str(STEP)},
        )  # fmt: skip

    return work


def _wrong(stated: Stated, places: list[tuple[Fraction, Fraction]], most: int) -> Iterator[Mutant]:
    everything = list(variants(stated.formula))
    for words, formula in everything[:: max(1, len(everything) // most)]:
        failing = None
        for tau, scale in places[:6]:
            try:
                energy = value_of(formula, tau, scale)[0]
            except (TypeError, ValueError, ZeroDivisionError):
                failing = f"no value at τ = {tau}, σ = {scale}"
                break
            if not is_threshold(stated, tau, scale, energy):
                failing = f"τ = {tau}, σ = {scale}"
                break
        yield Mutant(description=f"ε_c: {words}", caught=failing is not None, by=failing or "the same values")


def no_threshold(stated: Stated, tau: Fraction, scale: Fraction, root: Fraction, everywhere: bool = False) -> bool:
    """Whether no real root at λ = 0 and ε = 2q² lies between the negative pole, if there is one, and 0.

    Example:
        >>> no_threshold(RELU, Fraction(3), Fraction(1), Fraction(1))
        True
        >>> no_threshold(RELU, Fraction(3), Fraction(1), Fraction(1), everywhere=True)
        False
    """
    low = None if stated is LINEAR or everywhere else -1 / (tau * root)
    return real_roots(stated.polynomial(2 * root**2, tau, scale, Fraction(0)), low, Fraction(0)) == 0


def _absent(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    for stated in (LINEAR, RELU):
        for tau in RATIOS:
            for scale in SCALES:
                for root in ROOTS:
                    tally.count(no_threshold(stated, tau, scale, root))
        for tau in (Fraction(1, 2), Fraction(9, 10)):
            energy = value_of(stated.formula, tau)[0] / 2
            root = Fraction(isqrt(int(energy / 2 * FINE**2)), FINE)
            caught = not no_threshold(stated, tau, Fraction(1), root)
            controls.append(Mutant(description=f"{stated.key}, τ = {tau}", caught=caught, by="two negative roots"))
    caught = not no_threshold(RELU, Fraction(3), Fraction(1), Fraction(1), everywhere=True)
    controls.append(Mutant(description="relu, τ = 3, all g > 0", caught=caught, by="a root beyond the pole"))
    return Finding(
        Strength.CERTIFICATE, f"{tally.tried} triples of τ from 1 to 10, σ and ε", tally, controls=tuple(controls)
    )


def nothing_negative(polynomial: Polynomials, tau: Fraction, scale: Fraction, energy: Fraction) -> bool:
    """Whether all roots are real at places λ ≤ 0, and two of them negative at λ = 0."""
    for place in PLACES:
        found = polynomial(energy, tau, scale, place)
        if real_roots(found) + double_roots(found) != len(found) - 1:
            return False
    return negative_roots(polynomial(energy, tau, scale, Fraction(0))) == 2


def _zero(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    for stated in (LINEAR, RELU):
        for tau, scale in stated.places(context.profile):
            for share in SHARES:
                energy = value_of(stated.formula, tau, scale)[0] * share
                tally.count(nothing_negative(stated.polynomial, tau, scale, energy))
        tau = stated.ratios(1)[0]
        for factor in ("1000001/1000000", "2", "100"):
            energy = value_of(stated.formula, tau)[0] * Fraction(factor)
            caught = not nothing_negative(stated.polynomial, tau, Fraction(1), energy)
            controls.append(
                Mutant(description=f"{stated.key}, ε = {factor} ε_c", caught=caught, by="roots off the real line")
            )
    return Finding(
        Strength.CERTIFICATE, f"{tally.tried} triples of τ, σ and ε < ε_c, each at {len(PLACES)} places", tally,
        controls=tuple(controls),
    )  # fmt: skip


def demonstrate() -> None:
    """One critical energy of each model, and both sides of τ = 1."""
    is_threshold(LINEAR, Fraction(3, 8), Fraction(1), Fraction(3, 128))
    is_threshold(RELU, Fraction(1, 3), Fraction(1), Fraction(5, 16))
    nothing_negative(linear_model, Fraction(3, 8), Fraction(1), Fraction(3, 256))
    no_threshold(RELU, Fraction(3, 2), Fraction(1), Fraction(1))


def state() -> None:
    """The formulas under test and their variants."""
    list(variants(PENNINGTON.critical_energy))


CHECKS = (
    FunctionCheck(
        "hessproof.critical_energy", "linear", "Sturm", Engine.EXACT, THRESHOLD, _threshold(LINEAR), demonstrate,
        statement=state,
    ),
    FunctionCheck(
        "hessproof.critical_energy", "relu", "Sturm", Engine.EXACT, THRESHOLD, _threshold(RELU), demonstrate,
        statement=state,
    ),
    FunctionCheck(
        "hessproof.critical_energy", "overparameterised", "Sturm", Engine.EXACT, ABSENT, _absent, demonstrate
    ),
    FunctionCheck("hessproof.index_law", "zero", "Sturm", Engine.EXACT, NONE_BELOW, _zero, demonstrate),
)  # fmt: skip
