r"""Expected moments of the model's matrices for every size, as polynomials in 1/n with exact coefficients.

All are E (1/n) tr A^k, n × n matrices with normal entries, written in the powers of 1/n:

=============  ===================================================  ==================================================
function       matrix                                               term n^a p^b of the trace with unit entries
=============  ===================================================  ==================================================
`wigner`       GOE, entries of variance v/n                         v^{k/2} n^{a − 1 − k/2}
`wishart`      JJ⊤, entries of variance s/p, p = n/τ                s^k τ^{k−b} n^{a + b − 1 − k}
`block`        [[0, B], [B⊤, 0]] of size 2n with ReLU               (ε/2)^{k/2} τ^{k−a} n^{a + b − 1 − k}
`sum_moment`   the sum of the first two, independent, v = 2ε        products of the factors above
=============  ===================================================  ==================================================

The coefficient of n^0 is the limit; as no term has a positive power, the error is of order 1/n. With
`covariance_order` ≥ 2 the variance of (1/n) tr A^k is of order 1/n², and the moments converge in probability.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import sympy as sp

from hessproof.numeric.random_matrices import loop_equations as loops
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, SCALE, TAU, VARIANCE

Expansion = dict[int, sp.Expr]
"""Coefficients by the power of 1/n; zero coefficients are left out."""


@cache
def wigner(order: int) -> Expansion:
    """E (1/n) tr M^k for GOE with entries of variance v/n.

    Raises:
        UnusableRequest: If the order is no integer of at least 1.

    Example:
        >>> wigner(4)
        {0: 2*v**2, 1: 5*v**2, 2: 5*v**2}
    """
    half = sp.Rational(_order(order), 2)
    found = loops.moment(loops.GOE, order)
    return _collected((int(half) + 1 - a, coefficient * VARIANCE**half) for (a, _, _), coefficient in _terms(found))


@cache
def wishart(order: int) -> Expansion:
    """E (1/n) tr (JJ⊤)^k for normal J ∈ R^{n×p} with entries of variance s/p and n = τp.

    Raises:
        UnusableRequest: If the order is no integer of at least 1.

    Example:
        >>> wishart(2)
        {0: s**2*tau + s**2, 1: s**2*tau}
    """
    found = loops.moment(loops.WISHART, _order(order))
    return _collected(
        (order + 1 - a - b, coefficient * SCALE**order * TAU ** (order - b)) for (a, b, _), coefficient in _terms(found)
    )


@cache
def block(order: int) -> Expansion:
    """E (1/2n) tr H_1^k for H_1 = [[0, B], [B⊤, 0]], B = (1/m) Σ_{μ≤m/2} e_μ x_μ⊤, e ~ N(0, 2ε), m = 2n/τ.

    tr H_1^{2j} = 2 tr (BB⊤)^j = 2 (2ε)^j m^{-2j} tr (E⊤E X⊤X)^j, two independent Wishart matrices of size q = n/τ with
    n columns each.

    Example:
        >>> block(2), block(4)[0]
        ({0: epsilon*tau/2}, epsilon**2*tau**3/4 + epsilon**2*tau**2/2)
    """
    if _order(order) % 2:
        return {}
    found = loops.expected_traces((loops.WISHART + loops.SECOND) * (order // 2))
    scale = (EPSILON / 2) ** (order // 2)
    return _collected(
        (order + 1 - a - b - c, coefficient * scale * TAU ** (order - a)) for (a, b, c), coefficient in _terms(found)
    )


@cache
def sum_moment(order: int) -> Expansion:
    """E (1/n) tr (JJ⊤ + M)^k: J as in `wishart`, M an independent GOE matrix with entries of variance 2ε/n.

    Example:
        >>> sum_moment(2)
        {0: 2*epsilon + s**2*tau + s**2, 1: 2*epsilon + s**2*tau}
    """
    found: list[tuple[int, sp.Expr]] = []
    for letters in product((loops.GOE, loops.WISHART), repeat=_order(order)):
        goe = letters.count(loops.GOE)
        if goe % 2:
            continue
        rest = order - goe
        factor = (2 * EPSILON) ** (goe // 2) * SCALE**rest
        for (a, b, _), coefficient in _terms(loops.expected_traces("".join(letters))):
            found.append((1 + goe // 2 + rest - a - b, coefficient * factor * TAU ** (rest - b)))
    return _collected(iter(found))


def covariance_order(letters: str, one: int, other: int) -> int:
    """The power of 1/n that the covariance of (1/n) tr A^j and (1/n) tr A^k has, p and q being of order n.

    Args:
        letters: ``m`` for GOE, ``w`` for Wishart, ``wv`` for the product of two Wishart matrices, as in `block`.
        one: j.
        other: k.

    Example:
        >>> covariance_order("m", 2, 2), covariance_order("w", 1, 3)
        (2, 2)
    """
    weight = (one + other) * sum(sp.Rational(1, 2) if letter == loops.GOE else 1 for letter in letters)
    traces = loops.expected_traces(letters * one) * loops.expected_traces(letters * other)
    found = loops.expected_traces(letters * one, letters * other) - traces
    top = max((sum(powers) for powers, _ in _terms(found)), default=-1)
    return int(weight + 2 - top)


def moments_from_cumulants(cumulants: list[sp.Expr]) -> list[sp.Expr]:
    """m_0, …, m_k from free cumulants κ_1, …, κ_k: m_j = Σ_s κ_s Σ_{i_1 + … + i_s = j − s} m_{i_1} ⋯ m_{i_s}.

    Example:
        >>> moments_from_cumulants([sp.S(0), sp.S(1), sp.S(0), sp.S(0)])
        [1, 0, 1, 0, 2]
    """
    moments: list[sp.Expr] = [sp.S.One]
    for order in range(1, len(cumulants) + 1):
        total, powers = sp.S.Zero, [sp.S.One, *[sp.S.Zero] * (order - 1)]
        for s in range(1, order + 1):
            powers = [
                sp.expand(sum(powers[i] * moments[j - i] for i in range(j + 1) if j - i < len(moments)))
                for j in range(order)
            ]
            total += cumulants[s - 1] * powers[order - s]
        moments.append(sp.expand(total))
    return moments


def cumulants_of(r_transform: sp.Expr, argument: sp.Symbol, count: int) -> list[sp.Expr]:
    """κ_1, …, κ_k, the coefficients of R = Σ κ_j z^{j−1}.

    Raises:
        UnusableRequest: If R has no power series at 0.

    Example:
        >>> from hessproof.symbolic.free_probability.symbols import Z
        >>> cumulants_of(1 / (1 - TAU * Z), Z, 3)
        [1, tau, tau**2]
    """
    top, bottom = (sp.Poly(part, argument) for part in sp.fraction(sp.together(r_transform)))
    below = [bottom.coeff_monomial(argument**j) for j in range(count)]
    if below[0] == 0:
        raise UnusableRequest("this R-transform", "a power series at 0", "check its denominator")
    found: list[sp.Expr] = []
    for j in range(count):
        rest = sum((below[i] * found[j - i] for i in range(1, j + 1)), sp.S.Zero)
        found.append(sp.cancel((top.coeff_monomial(argument**j) - rest) / below[0]))
    return found


def _order(order: int) -> int:
    whole: object = order
    if not isinstance(whole, int) or isinstance(whole, bool) or order < 1:
        raise UnusableRequest(f"order {order}", "an integer of at least 1", "ask for moment 1, 2, …")
    return order


def _terms(polynomial: object) -> list[tuple[tuple[int, int, int], int]]:
    found = polynomial.terms()  # type: ignore[attr-defined]
    return [((int(a), int(b), int(c)), int(coefficient)) for (a, b, c), coefficient in found]


def _collected(terms: Iterator[tuple[int, sp.Expr]]) -> Expansion:
    found: Expansion = {}
    for power, coefficient in terms:
        found[power] = found.get(power, sp.S.Zero) + coefficient
    return {power: sp.expand(found[power]) for power in sorted(found) if sp.expand(found[power]) != 0}
