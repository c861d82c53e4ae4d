"""The published R-transforms and critical energies as plain formulas, and wrong variants, for numeric routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.free_probability.models import (
    PENNINGTON,
    PENNINGTON_RELU,
    PUBLISHED_CRITICAL_ENERGY,
    PUBLISHED_RELU_CRITICAL_ENERGY,
)
from hessproof.symbolic.free_probability.symbols import SIGMA, TAU
from hessproof.symbolic.variants import variants

DIGITS = 60
"""Digits of a critical energy that is irrational."""


@dataclass(frozen=True)
class Stated:
    """A model as this room uses it: its R-transform and what is said about its critical energy.

    Args:
        key: ``linear`` or ``relu``.
        r_transform: R in z, ε, τ, σ.
        critical_energy: ε_c, of τ and σ.
        coefficient: α_0, of τ.
    """

    key: str
    r_transform: sp.Expr
    critical_energy: sp.Expr
    coefficient: sp.Expr

    def energy(self, tau: Fraction, sigma: Fraction = Fraction(1)) -> tuple[Fraction, bool]:
        """ε_c and whether it is exact; otherwise it is good to 60 digits.

        Example:
            >>> LINEAR.energy(Fraction(5, 32))
            (Fraction(135, 2048), True)
        """
        return value_of(self.critical_energy, tau, sigma)


LINEAR = Stated("linear", PENNINGTON.r_transform, PUBLISHED_CRITICAL_ENERGY, PENNINGTON.index_coefficient)
"""Wishart plus Wigner, with the published ε_c and the derived α_0."""
RELU = Stated("relu", PENNINGTON_RELU.r_transform, PUBLISHED_RELU_CRITICAL_ENERGY, PENNINGTON_RELU.index_coefficient)
"""The model with ReLU, likewise."""


def value_of(formula: sp.Expr, tau: Fraction, sigma: Fraction = Fraction(1)) -> tuple[Fraction, bool]:
    """A formula of τ and σ at rational numbers, and whether the value is rational and therefore exact."""
    numbers = {TAU: sp.Rational(tau.numerator, tau.denominator), SIGMA: sp.Rational(sigma.numerator, sigma.denominator)}
    found = formula.subs(numbers)
    if found.is_Rational:
        return Fraction(int(found.p), int(found.q)), True
    near = sp.Rational(sp.N(found, DIGITS))
    return Fraction(int(near.p), int(near.q)), False


def laws(stated: Stated) -> Iterator[tuple[str, Stated]]:
    """Wrong variants of R: what each is, and a record with it in place of the published one."""
    for words, changed in variants(stated.r_transform):
        yield f"R: {words}", Stated(stated.key, changed, stated.critical_energy, stated.coefficient)


def energies(stated: Stated) -> Iterator[tuple[str, sp.Expr]]:
    """Wrong variants of ε_c."""
    for words, changed in variants(stated.critical_energy):
        yield f"ε_c: {words}", changed


def linear_ratios(count: int) -> list[Fraction]:
    """τ = (s² − 1)/8 < 1 with √(1 + 8τ) = s rational, so that ε_c is rational.

    Example:
        >>> [str(each) for each in linear_ratios(3)]
        ['2/9', '3/8', '5/32']
    """
    roots = [Fraction(5, 3), Fraction(2), Fraction(3, 2), Fraction(5, 2), Fraction(11, 10), Fraction(29, 10)]
    roots += [Fraction(10 + k, 10) for k in range(2, 19) if k not in (5, 10, 15)]
    return [(root * root - 1) / 8 for root in roots[:count]]


def relu_ratios(count: int) -> list[Fraction]:
    """τ = (16 − 2k)/(8 + k²) < 1, with which ξ = 1 + 16τ − 8τ² is a rational square.

    The line r = 1 + kτ meets r² = 1 + 16τ − 8τ² in τ = 0 and there.

    Example:
        >>> [str(each) for each in relu_ratios(3)]
        ['1/3', '10/17', '2/11']
    """
    slopes = [Fraction(4), Fraction(3), Fraction(5), Fraction(6), Fraction(7), Fraction(9, 4)]
    slopes += [Fraction(k, 4) for k in range(10, 31) if k not in (12, 16, 20, 24, 28)]
    return [(16 - 2 * k) / (8 + k * k) for k in slopes[:count]]


def case(tau: Fraction, epsilon: Fraction = Fraction(1), sigma: Fraction = Fraction(1), *more: str) -> Case:
    """A case that is about a law and no network; its traits say which of the regions of τ and σ it lies in."""
    size = "τ < 1" if tau < 1 else "τ = 1" if tau == 1 else "τ > 1"
    unit = "σ = 1" if sigma == 1 else "σ ≠ 1"
    energy = "ε = 0" if epsilon == 0 else "ε > 0"
    return Case(Architecture((1, 1)), 0, 0, traits=frozenset({size, unit, energy, *more}))
