"""The critical energies decided by exact roots: at ε_c an edge lies at 0, below it nothing is negative, above it some.

For rational τ, σ and ε the polynomial of G at λ = 0 has rational coefficients. That it has two equal real roots, or a
pair that is not real, is decided, and α is 0 or a ball above 0. Nothing is eliminated, and no discriminant formed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import sympy as sp

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.free_probability.published import (
    LINEAR,
    RELU,
    Stated,
    case,
    energies,
    linear_ratios,
    relu_ratios,
    value_of,
)
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

DECIDED = "roots isolated over the rational numbers: where an edge meets 0, and whether anything is negative"
COUNTS = {Profile.QUICK: 6, Profile.STANDARD: 12, Profile.THOROUGH: 20}
"""τ with a rational ε_c; the first six reach from 0.026 to 0.93."""
STRIDE = {Profile.QUICK: 7, Profile.STANDARD: 1, Profile.THOROUGH: 1}
"""Every how many generated wrong formulas one is tried."""
IRRATIONAL = ("1/1000", "1/3", "1/2", "9/10", "999/1000")
"""τ with an irrational ε_c, among them some close to 0 and 1."""
SCALES = (Fraction(1), Fraction(2), Fraction(1, 3))
"""σ of the model with ReLU."""
STEP, FINE = Fraction(1, 10**6), Fraction(1, 10**50)
"""How far from ε_c, relatively, α is looked at: a millionth, and ten digits less than ε_c is known to."""
BEYOND = (STEP, Fraction(1, 10), Fraction(1), Fraction(10), Fraction(1000))
"""(ε − ε_c)/ε_c at which α must be positive."""


@dataclass(frozen=True)
class Threshold:
    """What is stated about one part.

    Args:
        claim: Its claim.
        part: Its key.
        stated: The model.
        ratios: τ with a rational ε_c.
        scales: σ.
    """

    claim: str
    part: str
    stated: Stated
    ratios: Callable[[int], list[Fraction]]
    scales: tuple[Fraction, ...]

    def places(self, profile: Profile) -> Iterator[tuple[Fraction, Fraction]]:
        """(τ, σ)."""
        count = COUNTS[profile]
        for sigma in self.scales[: 1 if profile == Profile.QUICK else None]:
            for tau in (*self.ratios(count), *map(Fraction, IRRATIONAL[: count // 2])):
                yield tau, sigma


TARGETS = (
    Threshold("pennington2017.eps_c", "main", LINEAR, linear_ratios, SCALES[:1]),
    Threshold("pennington2017.relu_eps_c", "critical_energy", RELU, relu_ratios, SCALES),
)


def is_threshold(stated: Stated, tau: Fraction, sigma: Fraction, energy: Fraction, exact: bool) -> bool:
    """Whether α vanishes up to an energy and not beyond.

    An exact energy must put an edge at 0. One that is known to 60 digits must do so within 50 digits: nothing is
    negative just below it, something is just above.
    """
    if energy <= 0:
        return False
    step = STEP if exact else FINE
    below, above = (FreeSum(stated, energy * (1 + sign * step), tau, sigma) for sign in (-1, 1))
    at = not exact or (FreeSum(stated, energy, tau, sigma).touches_zero() and not negative(stated, energy, tau, sigma))
    return at and not below.has_negative() and above.has_negative()


def negative(stated: Stated, energy: Fraction, tau: Fraction, sigma: Fraction) -> bool:
    """Whether some of the spectrum is negative."""
    return FreeSum(stated, energy, tau, sigma).has_negative()


def wrong(target: Threshold, stride: int) -> Iterator[Mutant]:
    """Wrong variants of ε_c; a variant is caught where it is no threshold."""
    places = [(tau, sigma) for tau in target.ratios(3) for sigma in target.scales[-1:]]
    for words, formula in islice(energies(target.stated), 0, None, stride):
        missed = [place for place in places if not _stands(target.stated, formula, *place)]
        by = f"no threshold at τ = {missed[0][0]}, σ = {missed[0][1]}" if missed else "a threshold at every τ tried"
        yield Mutant(description=words, caught=bool(missed), by=by)


def _stands(stated: Stated, formula: sp.Expr, tau: Fraction, sigma: Fraction) -> bool:
    try:
        energy, exact = value_of(formula, tau, sigma)
    except (TypeError, ValueError, ZeroDivisionError):  # complex or infinite
        return False
    return is_threshold(stated, tau, sigma, energy, exact)


def _decided(target: Threshold) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, rational = Counter(claim(target.claim).part(target.part)), 0
        for tau, sigma in target.places(context.profile):
            energy, exact = target.stated.energy(tau, sigma)
            rational += exact
            counter.count(case(tau, energy, sigma), is_threshold(target.stated, tau, sigma, energy, exact))
        tried = counter.tally.tried
        scope = f"{rational} pairs (τ, σ) with rational ε_c, exactly, and {tried - rational} others to 50 digits"
        return Finding(
            Strength.CERTIFICATE, scope, counter.tally, counter.regions, tuple(wrong(target, STRIDE[context.profile]))
        )

    return work


def _negative(context: Context) -> Finding:
    counter = Counter(claim("pennington2017.density").part("negative"))
    controls: list[Mutant] = []
    shown = {}
    for tau in (*linear_ratios(COUNTS[context.profile]), *map(Fraction, IRRATIONAL)):
        energy, _ = LINEAR.energy(tau)
        for step in BEYOND:
            share = FreeSum(LINEAR, energy * (1 + step), tau).negative_ball(5)
            counter.count(case(tau, energy), bool(share > 0))
            if step == 1:
                shown[str(tau)] = round(float(share.mid()), 6)
    for words, factor in (
        ("0.999999", 1 - STEP),
        ("9/10", Fraction(9, 10)),
        ("1/2", Fraction(1, 2)),
        ("0", Fraction(0)),
    ):
        energy, _ = LINEAR.energy(Fraction(1, 4))
        none = not negative(LINEAR, energy * factor, Fraction(1, 4), Fraction(1))
        controls.append(Mutant(description=f"ε > {words} ε_c", caught=none, by="α = 0 at the end of it, τ = 1/4"))
    return Finding(
        Strength.CERTIFICATE, f"{counter.tally.tried} pairs (τ, ε) with ε up to 1001 ε_c", counter.tally,
        counter.regions, tuple(controls), details={"α at ε = 2 ε_c": shown},
    )  # fmt: skip


def demonstrate() -> None:
    """One threshold, and one that is none."""
    tau = Fraction(5, 32)
    energy, exact = LINEAR.energy(tau)
    is_threshold(LINEAR, tau, Fraction(1), energy, exact)
    FreeSum(LINEAR, 2 * energy, tau).negative_ball(5)
    is_threshold(RELU, Fraction(1, 3), Fraction(1), *RELU.energy(Fraction(1, 3)))


CHECKS = (
    *(
        FunctionCheck(
            target.claim, target.part, "exact roots", Engine.EXACT, DECIDED, _decided(target), demonstrate
        )
        for target in TARGETS
    ),
    FunctionCheck("pennington2017.density", "negative", "exact roots", Engine.BALL, DECIDED, _negative, demonstrate),
)  # fmt: skip
