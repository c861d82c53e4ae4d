r"""Partial derivatives of a rational function at a point by truncated power series: nothing is differentiated."""

from __future__ import annotations

from collections.abc import Mapping
from math import factorial
from typing import Any

import sympy as sp
from sympy.polys.fields import FracField

from hessproof.symbolic.free_probability.fractions_field import Fraction, computed

Power = tuple[int, int]


class Ring:
    """Power series in x and y over a field of fractions, up to x^j y^k with j + 2k ≤ weight.

    Args:
        field: Where the coefficients lie.
        weight: The largest j + 2k.
    """

    def __init__(self, field: Any, weight: int) -> None:
        self.field = field
        self.powers = sorted(
            ((j, k) for k in range(weight // 2 + 1) for j in range(weight - 2 * k + 1)), key=lambda p: p[0] + 2 * p[1]
        )
        self.kept = frozenset(self.powers)
        self.zero, self.one = self(0), self(1)

    def __call__(self, number: Any) -> Series:
        """A constant."""
        return Series(self, {(0, 0): self.field(number)})

    def letter(self, value: Any, which: int) -> Series:
        """``value`` plus x (0) or y (1)."""
        return Series(self, {(0, 0): value, (1 - which, which): self.field.one})


class Series:
    """A truncated power series: coefficients by powers, zeros left out."""

    def __init__(self, ring: Ring, terms: Mapping[Power, Any]) -> None:
        self.ring = ring
        self.terms = {power: c for power, c in terms.items() if c != 0 and power in ring.kept}

    def __eq__(self, other: object) -> bool:
        return not self.terms if other == 0 else isinstance(other, Series) and self.terms == other.terms

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Series) -> Series:
        found = dict(self.terms)
        for power, c in other.terms.items():
            found[power] = found[power] + c if power in found else c
        return Series(self.ring, found)

    def __mul__(self, other: Series) -> Series:
        found: dict[Power, Any] = {}
        for (j, k), one in self.terms.items():
            for (i, m), two in other.terms.items():
                power = j + i, k + m
                if power in self.ring.kept:
                    product = one * two
                    found[power] = found[power] + product if power in found else product
        return Series(self.ring, found)

    def __pow__(self, power: int) -> Series:
        base = self._inverse() if power < 0 else self
        found = self.ring.one
        for _ in range(abs(power)):
            found = found * base
        return found

    def _inverse(self) -> Series:
        """The series d with cd = 1, one coefficient after the other."""
        constant = self.terms.get((0, 0))
        if constant is None:
            raise ZeroDivisionError("a denominator vanishes at the point")
        found: dict[Power, Any] = {(0, 0): self.ring.field.one / constant}
        for j, k in self.ring.powers[1:]:
            total = self.ring.field.zero
            for (i, m), c in self.terms.items():
                if (i, m) != (0, 0) and (j - i, k - m) in found:
                    total = total + c * found[j - i, k - m]
            found[j, k] = -total * found[0, 0]
        return Series(self.ring, found)


def derivatives(
    expression: Any, point: Mapping[sp.Symbol, Any], weight: int, values: Mapping[sp.Symbol, Any] | None = None
) -> dict[Power, sp.Expr]:
    """All ∂_x^j ∂_y^k with j + 2k ≤ weight at a point.

    Args:
        expression: A rational function.
        point: x and y, in this order, with the values that they have there, rational functions of other letters.
        weight: The largest j + 2k.
        values: What some other letters stand for.

    Raises:
        ZeroDivisionError: If a denominator vanishes there.

    Example:
        >>> x, y, a = sp.symbols("x y a")
        >>> found = derivatives(y / x**2, {x: a, y: sp.Integer(3)}, 3)
        >>> found[2, 0], found[1, 1], found[0, 0]
        (18/a**4, -2/a**3, 3/a**2)
    """
    expression, known = sp.sympify(expression), {**(values or {}), **point}
    letters = (expression.free_symbols - set(known)).union(*(sp.sympify(each).free_symbols for each in known.values()))
    ordered = [*sorted(letters, key=str), sp.pi]
    field = FracField([f"x{place}" for place in range(len(ordered))], sp.QQ, sp.lex)
    ring = Ring(field, weight)
    base: dict[Any, Any] = dict(zip(ordered, field.gens, strict=True))
    inner = {letter: computed(sp.sympify(each), field, dict(base)) for letter, each in known.items()}
    seen = {letter: Series(ring, {(0, 0): generator}) for letter, generator in (base | inner).items()}
    seen |= {letter: ring.letter(inner[letter], which) for which, letter in enumerate(point)}
    found = computed(expression, ring, seen).terms
    return {
        (j, k): Fraction(found.get((j, k), field.zero) * field(factorial(j) * factorial(k)), ordered).as_expr()
        for j, k in ring.powers
    }
