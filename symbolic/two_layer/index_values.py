r"""Exact values of sums over indices, from their definitions: tables of integers for all letters, φ a cubic.

A derivative is read off nilpotent numbers: its variable gets ε with ε² = 0 added, and the coefficient of ε is taken.
No rule of a derivation is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import count, product
from math import prod
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.two_layer.letters import (
    BENT,
    CROSS,
    CURVED,
    EPSILON,
    JAC,
    MU,
    RANGES,
    SCALE,
    VARIANCE,
    W1,
    W2,
    D,
    E,
    H,
    I,
    K,
    M,
    Mean,
    Output,
    P,
    Phi,
    PhiBend,
    PhiSlope,
    S,
    T,
    U,
    V,
    X,
    Y,
    output,
)
from hessproof.symbolic.valuation import Valuation

_FRESH = count()
CUBIC = (0, -1, 2, 1)
"""φ(z) = −z + 2z² + z³: all derivatives that are met differ."""
LINEAR = (0, 2)
SIZES = ((1, 1, 1, 1), (2, 2, 1, 2), (1, 2, 3, 1))
"""d, h, K, m of the valuations, equal and different ones."""


class Nilpotent:
    """A sum of fractions times products of different ε, each of square zero.

    Example:
        >>> e = Nilpotent({frozenset({1}): Fraction(1), frozenset(): Fraction(3)})
        >>> (e * e).parts[frozenset({1})]
        Fraction(6, 1)
    """

    __slots__ = ("parts",)

    def __init__(self, parts: dict[frozenset[int], Fraction]) -> None:
        self.parts = {key: value for key, value in parts.items() if value}

    def __add__(self, other: Nilpotent) -> Nilpotent:
        found = dict(self.parts)
        for key, value in other.parts.items():
            found[key] = found.get(key, Fraction(0)) + value
        return Nilpotent(found)

    def __mul__(self, other: Nilpotent) -> Nilpotent:
        found: dict[frozenset[int], Fraction] = {}
        for (one, first), (two, second) in product(self.parts.items(), other.parts.items()):
            if not one & two:
                found[one | two] = found.get(one | two, Fraction(0)) + first * second
        return Nilpotent(found)

    def coefficient(self, units: frozenset[int]) -> Nilpotent:
        """What multiplies a product of ε."""
        return Nilpotent({key - units: value for key, value in self.parts.items() if units <= key})


def number(value: Any) -> Nilpotent:
    """A plain number."""
    return Nilpotent({frozenset(): Fraction(value)})


Table = dict[Any, Any]


def index_value(expression: Any, valuation: Valuation) -> Fraction:
    """The exact value of an expression.

    Raises:
        TypeError: If the kind of expression is unknown.
    """
    found = _value(sp.sympify(expression), dict(valuation.symbols))
    if set(found.parts) - {frozenset()}:
        raise ArithmeticError("an ε is left over")
    return found.parts.get(frozenset(), Fraction(0))


def _value(node: Any, table: Table) -> Nilpotent:
    match node:
        case sp.Rational():
            return number(Fraction(int(node.p), int(node.q)))
        case sp.Symbol():
            found = table[node]
            return found if isinstance(found, Nilpotent) else number(found)
        case sp.Indexed():
            found = table[_place(node, table)]
            return found if isinstance(found, Nilpotent) else number(found)
        case sp.Add():
            total = number(0)
            for argument in node.args:
                total += _value(argument, table)
            return total
        case sp.Mul():
            return _product([_value(argument, table) for argument in node.args])
        case sp.Pow():
            return _power(_value(node.base, table), _value(node.exp, table))
        case sp.Sum():
            return _sum(node, table)
        case sp.KroneckerDelta():
            one, two = (_index(argument, table) for argument in node.args)
            return number(one == two)
        case sp.Derivative():
            return _derivative(node, table)
        case Phi() | PhiSlope() | PhiBend():
            return _polynomial(_coefficients(type(node), table["phi"]), _value(node.args[0], table))
        case Mean():
            return _mean(node.args[0], table)
        case Output():
            return _output(node, table)
        case sp.Abs():
            found = _value(node.args[0], table)
            if set(found.parts) - {frozenset()}:
                raise TypeError("the derivative of a modulus")
            return number(abs(found.parts.get(frozenset(), Fraction(0))))
    raise TypeError(f"no value for {type(node).__name__}: {node}")


def _product(factors: list[Nilpotent]) -> Nilpotent:
    result = number(1)
    for factor in factors:
        result = result * factor
    return result


def _power(base: Nilpotent, exponent: Nilpotent) -> Nilpotent:
    power = exponent.parts.get(frozenset(), Fraction(0))
    if power.denominator != 1:
        raise TypeError(f"the power {power}")
    if power >= 0:
        return _product([base] * int(power))
    if set(base.parts) - {frozenset()}:
        raise TypeError("a quotient whose denominator is differentiated")
    return number(base.parts[frozenset()] ** int(power))


def _sum(node: Any, table: Table) -> Nilpotent:
    *inner, (index, lower, upper) = node.limits
    body = sp.Sum(node.function, *inner) if inner else node.function
    total = number(0)
    for value in range(_index(lower, table), _index(upper, table) + 1):
        total += _value(body, {**table, index: value})
    return total


def _index(node: Any, table: Table) -> int:
    return int(_value(sp.sympify(node), table).parts.get(frozenset(), Fraction(0)))


def _place(node: Any, table: Table) -> tuple[Any, ...]:
    return (node.base, *(_index(index, table) for index in node.indices))


def _derivative(node: Any, table: Table) -> Nilpotent:
    units, moved = set[int](), dict(table)
    for variable in node.variables:
        unit = next(_FRESH)
        units.add(unit)
        key = _place(variable, table) if isinstance(variable, sp.Indexed) else variable
        held = moved[key] if isinstance(moved[key], Nilpotent) else number(moved[key])
        moved[key] = held + Nilpotent({frozenset({unit}): Fraction(1)})
    return _value(node.expr, moved).coefficient(frozenset(units))


def _coefficients(kind: type, phi: tuple[int, ...]) -> tuple[int, ...]:
    for _ in range((Phi, PhiSlope, PhiBend).index(kind)):
        phi = tuple(power * factor for power, factor in enumerate(phi))[1:]
    return phi


def _polynomial(coefficients: tuple[int, ...], z: Nilpotent) -> Nilpotent:
    total = number(0)
    for factor in reversed(coefficients):
        total = total * z + number(factor)
    return total


_ATOMS = {E: ((Fraction(-3), 1), (Fraction(0), 4), (Fraction(3), 1))}
"""Values with their weights of an error of variance 3, whose moments up to the fifth are those of a normal one."""
_SIGNS = ((Fraction(-1), 1), (Fraction(1), 1))
"""Those of a weight or an input of variance 1, with the first three moments of a normal one."""


def _mean(body: Any, table: Table) -> Nilpotent:
    """Over all values of all entries of the letters that occur."""
    bases = {entry.base for entry in body.atoms(sp.Indexed)} & {E, W1, W2, X}
    places = [key for key in table if isinstance(key, tuple) and key[0] in bases]
    total, weights = number(0), 0
    for chosen in product(*(_ATOMS.get(key[0], _SIGNS) for key in places)):
        weight = prod(each[1] for each in chosen)
        values = {key: each[0] for key, each in zip(places, chosen, strict=True)}
        total += number(weight) * _value(body, {**table, **values})
        weights += weight
    return total * number(Fraction(1, weights))


def drawn_means(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Sizes so small that all values of all entries can be run through; ε = 3/2 and v = 1 fit those values."""
    sizes = ((1, 1, 1, 1), (1, 1, 2, 1), (1, 1, 1, 2), (2, 1, 1, 1))
    for valuation in drawn(derivation, seed, sizes=sizes):
        valuation.symbols.update({EPSILON: Fraction(3, 2), VARIANCE: 1})
        yield valuation


def _output(node: Any, table: Table) -> Nilpotent:
    """A polynomial in s and t whose coefficients the table holds for every i and μ."""
    row, sample = (_index(argument, table) for argument in node.args[:2])
    s, t = (_value(argument, table) for argument in node.args[2:])
    total = number(0)
    for (one, two), factor in table["outputs"][row, sample].items():
        total += _product([number(factor), *([s] * one), *([t] * two)])
    return total


def drawn(
    derivation: Derivation, seed: int, phi: tuple[int, ...] = CUBIC, sizes: tuple[tuple[int, ...], ...] = SIZES
) -> Iterator[Valuation]:
    """Integers from −3 to 3 for all entries, for several sizes; e = ŷ − y; the same seed gives the same numbers."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for each in sizes:
        table: Table = dict(zip((D, H, K, M, P), (*each, 3), strict=True))
        table["phi"] = phi
        for base, ranges in _TABLES:
            for place in product(*(range(1, table[size] + 1) for size in ranges)):
                table[base, *place] = stream.randint(-3, 3)
        for row, column in product(range(1, table[D] + 1), repeat=2):
            table[BENT, row, column] = table[BENT, min(row, column), max(row, column)]
        for index, size in RANGES.items():
            table[index] = stream.randint(1, table[size])
        for letter in (S, T, SCALE):
            table[letter] = stream.randint(-3, 3)
        powers = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1)]
        places = list(product(range(1, table[K] + 1), range(1, table[M] + 1)))
        table["outputs"] = {place: {power: stream.randint(-3, 3) for power in powers} for place in places}
        for row, sample in places:
            made = index_value(output(I, MU), Valuation({**table, I: row, MU: sample}))
            table[E, row, sample] = made - table[Y, row, sample]
        yield Valuation(table)


_TABLES = (
    (W1, (H, D)), (W2, (K, H)), (X, (D, M)), (Y, (K, M)), (V, (P,)), (JAC, (P, K, M)), (CURVED, (P, P, K, M)),
    (U, (D,)), (CROSS, (K, D)), (BENT, (D, D)),
)  # fmt: skip
"""The ranges of the indices of each letter."""


def drawn_linear(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """The same with φ(z) = 2z, which is piecewise linear and passes through zero."""
    return drawn(derivation, seed, LINEAR)
