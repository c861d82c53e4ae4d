"""Moments of the sums by planar pairings of normal entries, without a transform, against those of the polynomials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import comb

import sympy as sp

from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.free_probability.formal import moments
from hessproof.symbolic.free_probability.models import PENNINGTON, PUBLISHED_RELU_R
from hessproof.symbolic.free_probability.planar import block_moment, moment
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU, G, Z
from hessproof.symbolic.variants import variants

PLANAR = "pairings without crossings of the entries of Wishart and Wigner matrices, counted word by word"
BLOCKS = "pairings of the entries of the two factors of the off-diagonal block, those of most loops counted"
ORDERS = {Profile.QUICK: 5, Profile.STANDARD: 7, Profile.THOROUGH: 9}
"""Moments compared as polynomials in ε, τ, σ; the words double with each."""
BLOCK_ORDERS = {Profile.QUICK: 2, Profile.STANDARD: 3, Profile.THOROUGH: 4}
"""Half the order of the block matrix's moments: 225 pairs of pairings at 3, 11,025 at 4."""
MOST_CONTROLS = {Profile.QUICK: 8, Profile.STANDARD: 30, Profile.THOROUGH: 60}
ENERGIES = tuple(map(Fraction, ("1/100", "1/10", "1", "10", "1000", "1000000")))
RATIOS = tuple(map(Fraction, ("1/10", "1/2", "1", "3")))
NEAR = Fraction(1, 100)
"""How near the moments at ε = 10^6 must be to the semicircle's: c_3 ≤ τ²/(τ + 2ε)^{3/2} < 10^−6 for τ ≤ 3."""


def polynomial(r_transform: sp.Expr) -> sp.Expr:
    """R(G) + 1/G = z, multiplied out."""
    numerator = sp.expand(sp.numer(sp.together(r_transform.xreplace({Z: G}) + 1 / G - Z)))
    return numerator if numerator.subs({G: 0}).is_positive else -numerator


def same_moments(r_transform: sp.Expr, expected: tuple[sp.Expr, ...]) -> bool:
    """Whether the equation of R has these moments m_0, m_1, …."""
    try:
        found = moments(sp.expand(polynomial(r_transform)), len(expected) - 1)
    except (ValueError, sp.PolynomialError):
        return False
    return all(sp.expand(sp.cancel(one - two)) == 0 for one, two in zip(found, expected, strict=True))


def _compared(r_transform: sp.Expr, expected: tuple[sp.Expr, ...], scope: str, most: int) -> Finding:
    tally = Tally()
    found = moments(sp.expand(polynomial(r_transform)), len(expected) - 1)
    for one, two in zip(found[1:], expected[1:], strict=True):
        tally.count(sp.expand(one - two) == 0)
    return Finding(Strength.CERTIFICATE, scope, tally, controls=tuple(_wrong(r_transform, expected, most)))


def _wrong(r_transform: sp.Expr, expected: tuple[sp.Expr, ...], most: int) -> Iterator[Mutant]:
    everything = list(variants(r_transform))
    for words, changed in everything[:: max(1, len(everything) // most)]:
        if sp.cancel(changed - r_transform) != 0:
            caught = not same_moments(changed, expected)
            yield Mutant(description=f"R: {words}", caught=caught, by="a moment" if caught else "the same moments")


def _density(context: Context) -> Finding:
    order = ORDERS[context.profile]
    expected = tuple(moment(k) for k in range(order + 1))
    r_transform = PENNINGTON.r_wishart + PENNINGTON.r_wigner
    return _compared(
        r_transform, expected, f"moments 1 to {order} as polynomials in ε, τ, σ", MOST_CONTROLS[context.profile]
    )


def _blocks(context: Context) -> Finding:
    order = BLOCK_ORDERS[context.profile]
    zero, expected = sp.S.Zero, [sp.S.One]
    for k in range(1, order + 1):
        expected += [zero, block_moment(k)]
    return _compared(
        PUBLISHED_RELU_R, tuple(expected), f"moments 1 to {2 * order} as polynomials in ε, τ",
        MOST_CONTROLS[context.profile],
    )  # fmt: skip


def standardised(order: int, epsilon: Fraction, tau: Fraction, sign: int = 1) -> list[Fraction]:
    """(E (λ − m)^k)²/(E (λ − m)²)^k for k = 3, …, with the sign of the moment, at σ = 1.

    Args:
        order: The highest k.
        epsilon: ε.
        tau: τ.
        sign: −1 for a wrong variant with the variance of H_1 negated.
    """
    point = {EPSILON: sp.Rational(str(epsilon)) * sign, TAU: sp.Rational(str(tau)), SIGMA: sp.S.One}
    plain = [Fraction(str(moment(k).xreplace(point))) for k in range(order + 1)]
    mean = plain[1]
    about = [
        sum((comb(k, j) * plain[j] * (-mean) ** (k - j) for j in range(k + 1)), Fraction(0)) for k in range(order + 1)
    ]
    return [about[k] * abs(about[k]) / about[2] ** k for k in range(3, order + 1)]


def turns(order: int, tau: Fraction, energies: tuple[Fraction, ...], sign: int = 1) -> bool:
    """Whether all of them fall with the energy, and end near the semicircle's."""
    rows = [standardised(order, epsilon, tau, sign) for epsilon in energies]
    falling = all(one > two for row, later in pairwise(rows) for one, two in zip(row, later, strict=True))
    limits = [comb(k, k // 2) // (k // 2 + 1) if k % 2 == 0 else 0 for k in range(3, order + 1)]
    return falling and all(abs(value - limit**2) < NEAR for value, limit in zip(rows[-1], limits, strict=True))


def _semicircular(context: Context) -> Finding:
    order, tally = ORDERS[context.profile], Tally()
    for tau in RATIOS:
        tally.count(turns(order, tau, ENERGIES))
    half = Fraction(1, 2)
    controls = (
        Mutant(description="energies in falling order", caught=not turns(order, half, ENERGIES[::-1]), by="they grow"),
        Mutant(description="variance of H_1 negated", caught=not turns(order, half, ENERGIES, -1), by="a moment"),
        Mutant(description="the last energy left out", caught=not turns(order, half, ENERGIES[:3]), by="far from it"),
    )
    return Finding(
        Strength.SAMPLE, f"moments 3 to {order} about the mean, {len(RATIOS)} ratios, {len(ENERGIES)} energies", tally,
        controls=controls,
    )  # fmt: skip


def demonstrate_sum() -> None:
    """Four moments."""
    same_moments(PENNINGTON.r_wishart + PENNINGTON.r_wigner, tuple(moment(k) for k in range(4)))


def demonstrate_blocks() -> None:
    """Two moments."""
    same_moments(PUBLISHED_RELU_R, (sp.S.One, sp.S.Zero, block_moment(1)))


def demonstrate_standardised() -> None:
    """The fourth moment."""
    standardised(4, Fraction(1), Fraction(1, 2))


Work = Callable[[Context], Finding]
CHECKS = (
    FunctionCheck("pennington2017.density", "density", "planar pairings", Engine.EXACT, PLANAR, _density,
                  demonstrate_sum),
    FunctionCheck("pennington2017.density", "semicircular", "planar pairings", Engine.EXACT, PLANAR, _semicircular,
                  demonstrate_standardised),
    FunctionCheck("pennington2017.relu_r", "transform", "pairings of the factors", Engine.EXACT, BLOCKS, _blocks,
                  demonstrate_blocks),
)  # fmt: skip
