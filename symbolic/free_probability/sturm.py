r"""Real roots of polynomials with rational coefficients, counted by Sturm's theorem, and the polynomials of free sums.

Nothing here is eliminated or expanded: a polynomial is multiplied out from the definition of F at rational numbers,
and its real roots are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Polynomial = list[Fraction]
"""Coefficients, that of the constant term first."""


def times(*factors: Sequence[Fraction | int]) -> Polynomial:
    """The product of polynomials."""
    result = [Fraction(1)]
    for factor in factors:
        longer = [Fraction(0)] * (len(result) + len(factor) - 1)
        for i, one in enumerate(result):
            for j, two in enumerate(factor):
                longer[i + j] += one * two
        result = longer
    return result


def plus(*summands: Sequence[Fraction | int]) -> Polynomial:
    """The sum of polynomials, without leading zeros."""
    result = [Fraction(0)] * max(map(len, summands))
    for summand in summands:
        for place, coefficient in enumerate(summand):
            result[place] += coefficient
    return trimmed(result)


def trimmed(polynomial: Sequence[Fraction]) -> Polynomial:
    """Without leading zeros."""
    result = list(polynomial)
    while result and result[-1] == 0:
        result.pop()
    return result


def free_sum(
    jumps: Sequence[tuple[Fraction, Fraction]], variance: Fraction, place: Fraction, pairs: Sequence[Fraction] = ()
) -> Polynomial:
    """F(G) = λ multiplied out: 1/G + Σ w t/(1 − tG) + Σ c G/(2 − bG²) + vG − λ times all denominators and G.

    Args:
        jumps: (w, t) of each compound Poisson term.
        variance: v.
        place: λ.
        pairs: ε and τ for one further term ετG/(2 − ετ²G²), whose jumps may be irrational; empty for none.

    Example:
        >>> [str(c) for c in free_sum([(Fraction(4), Fraction(1, 4))], Fraction(1), Fraction(0))]
        ['1', '3/4', '1', '-1/4']
    """
    denominators: list[Sequence[Fraction | int]] = [[1, -jump] for _, jump in jumps]
    numerators: list[Sequence[Fraction | int]] = [[weight * jump] for weight, jump in jumps]
    if pairs:
        energy, tau = pairs
        denominators.append([2, 0, -energy * tau**2])
        numerators.append([0, energy * tau])
    total = times([1, -place, variance], *denominators)
    for number, numerator in enumerate(numerators):
        others = [one for other, one in enumerate(denominators) if other != number]
        total = plus(total, times([0, 1], numerator, *others))
    return trimmed(total)


def linear_model(energy: Fraction, tau: Fraction, scale: Fraction, place: Fraction = Fraction(0)) -> Polynomial:
    """The polynomial of Wishart plus Wigner at λ."""
    return free_sum([(1 / tau, scale * tau)], 2 * energy, place)


def relu_model(energy: Fraction, tau: Fraction, scale: Fraction, place: Fraction = Fraction(0)) -> Polynomial:
    """The polynomial of the model with ReLU at λ."""
    return free_sum([(1 / tau, scale * tau)], Fraction(0), place, (energy, tau))


def real_roots(polynomial: Sequence[Fraction], low: Fraction | None = None, high: Fraction | None = None) -> int:
    """How many different real roots lie in (low, high], by Sturm's theorem; None is infinity.

    Example:
        >>> real_roots([Fraction(0), Fraction(-1), Fraction(0), Fraction(1)], Fraction(0))
        1
    """
    chain = _chain(trimmed(polynomial))
    # divided by the common factor of P and P', so that an end may be a multiple root
    chain = [_divided(one, chain[-1]) for one in chain]
    return _changes(chain, low, -1) - _changes(chain, high, 1)


def double_roots(polynomial: Sequence[Fraction]) -> int:
    """How many roots, counted with multiplicity, are repetitions: the degree of gcd(P, P')."""
    return len(_chain(trimmed(polynomial))[-1]) - 1


def _chain(polynomial: Polynomial) -> list[Polynomial]:
    chain = [polynomial, trimmed([place * c for place, c in enumerate(polynomial)][1:])]
    while True:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            return chain
        chain.append([-c for c in rest])


def _remainder(one: Polynomial, two: Polynomial) -> Polynomial:
    rest = list(one)
    while len(rest) >= len(two):
        factor = rest[-1] / two[-1]
        shift = len(rest) - len(two)
        for place, coefficient in enumerate(two):
            rest[shift + place] -= factor * coefficient
        rest.pop()
    return trimmed(rest)


def _divided(one: Polynomial, two: Polynomial) -> Polynomial:
    """The quotient of an exact division."""
    rest, quotient = list(one), [Fraction(0)] * (len(one) - len(two) + 1)
    for shift in reversed(range(len(quotient))):
        quotient[shift] = rest[shift + len(two) - 1] / two[-1]
        for place, coefficient in enumerate(two):
            rest[shift + place] -= quotient[shift] * coefficient
    return quotient


def _changes(chain: list[Polynomial], place: Fraction | None, side: int) -> int:
    if place is None:
        values = [one[-1] * (side if len(one) % 2 == 0 else 1) for one in chain]
    else:
        values = [_at(one, place) for one in chain]
    signs = [value > 0 for value in values if value]
    return sum(one != two for one, two in pairwise(signs))


def _at(polynomial: Polynomial, place: Fraction) -> Fraction:
    result = Fraction(0)
    for coefficient in reversed(polynomial):
        result = result * place + coefficient
    return result
