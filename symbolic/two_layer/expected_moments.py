r"""Exact expected moments of the two parts of the Hessian, for every n and m, and their limits.

For the two-layer network without activation, as maps of a pair (U, V) of changes of (W¹, W²), with P = XX^⊤/m and
B = EX^⊤/m,

    H_0 (U, V) = (W²^⊤ (W²U + VW¹) P,  (W²U + VW¹) P W¹^⊤),      H_1 (U, V) = (V^⊤ B,  B U^⊤).

Every product of them is a sum of maps T ↦ LTR, whose trace is tr L · tr R, and T ↦ LT^⊤R, whose trace is tr(LR^⊤), so
that `gaussian_words` gives the expected normalised trace φ = E tr/(2n²) under the assumptions of the random model
themselves: entries of W¹ ~ N(0, v_1/n), of W² ~ N(0, v_2/n), of X ~ N(0, 1) and of E ~ N(0, 2ε), all independent.

With ReLU, the block B_a = (1/m) Σ_μ 1[w_a·x_μ > 0] e_μ x_μ^⊤ has exactly the law of (1/m) Σ e x^⊤ over k ~ Bin(m, ½)
samples: e x^⊤ does not change if both signs do, which moves a sample across the hyperplane of the gate.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import NamedTuple

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU
from hessproof.symbolic.two_layer.gaussian_words import Word, expected_traces, transposed, word

N, M = sp.symbols("n m", positive=True, integer=True)
"""n, all widths; m, samples."""
V1, V2 = sp.symbols("v_1 v_2", positive=True)
"""n times the variances of the entries of W¹ and W²."""
SHAPES = {"X": (N, M), "E": (N, M), "1": (N, N), "2": (N, N)}
"""X, E, W¹ and W²."""


class Piece(NamedTuple):
    """The map T ↦ L T R, or T ↦ L T^⊤ R if ``flips``."""

    left: Word
    right: Word
    flips: bool = False


OUTER = {
    ("U", "U"): Piece(word("2'2"), word("XX'")),
    ("V", "U"): Piece(word("2'"), word("1XX'")),
    ("U", "V"): Piece(word("2"), word("XX'1'")),
    ("V", "V"): Piece((), word("1XX'1'")),
}
"""m H_0, by where it maps from and to."""
ERROR = {("U", "V"): Piece(word("EX'"), (), True), ("V", "U"): Piece((), word("EX'"), True)}
"""m H_1."""
FACTORS = {"0": OUTER, "1": ERROR}


def composed(second: Piece, first: Piece) -> Piece:
    """The second map after the first.

    Example:
        >>> composed(ERROR["U", "V"], ERROR["V", "U"]).flips
        False
    """
    if second.flips:
        return Piece(second.left + transposed(first.right), transposed(first.left) + second.right, not first.flips)
    return Piece(second.left + first.left, first.right + second.right, first.flips)


@cache
def expected_moment(factors: str) -> sp.Expr:
    """φ(H_{i_1} ⋯ H_{i_k}) = E tr(H_{i_1} ⋯ H_{i_k})/(2n²) for the network without activation, for every n and m.

    Args:
        factors: A word in 0 and 1, for instance ``011`` for H_0 H_1².

    Raises:
        UnusableRequest: If it is empty or has another letter.

    Example:
        >>> expected_moment("0"), expected_moment("11")
        (v_1/2 + v_2/2, 2*epsilon*n/m)
    """
    if not factors or set(factors) - set(FACTORS):
        raise UnusableRequest(f"moment {factors!r}", "a word in 0 and 1", "give for instance 011")
    total = sp.Integer(0)
    for path in product("UV", repeat=len(factors)):
        steps = [FACTORS[which].get((path[i - 1], path[i])) for i, which in enumerate(factors)]
        if all(step is not None for step in steps):
            total += _trace([step for step in steps if step is not None])
    return sp.expand(total / (2 * N**2 * M ** len(factors)))


def _trace(steps: list[Piece]) -> sp.Expr:
    """E tr of a product of maps, with the variances of the letters."""
    whole = steps[0]
    for step in steps[1:]:
        whole = composed(step, whole)
    words = [whole.left + transposed(whole.right)] if whole.flips else [whole.left, whole.right]
    letters = [each.name for one in words for each in one]
    bare = [one for one in words if one]
    weight = (2 * EPSILON) ** sp.Rational(letters.count("E"), 2)
    weight *= (V1 / N) ** sp.Rational(letters.count("1"), 2) * (V2 / N) ** sp.Rational(letters.count("2"), 2)
    if any(letters.count(name) % 2 for name in SHAPES):
        return sp.Integer(0)
    return weight * N ** (len(words) - len(bare)) * expected_traces(bare, SHAPES)


@cache
def expected_block_moment(order: int, activation: str = "linear") -> sp.Expr:
    """φ(H_1^{order}) for every n and m, without activation or with ReLU; 0 for odd orders.

    It is E tr((BB^⊤)^{order/2})/n, with ReLU averaged over the number k of active samples.

    Args:
        order: 1 or more.
        activation: linear or relu.

    Raises:
        UnusableRequest: If the order is not positive or the activation is another one.

    Example:
        >>> expected_block_moment(2), expected_block_moment(2, "relu"), expected_block_moment(3)
        (2*epsilon*n/m, epsilon*n/m, 0)
    """
    if order < 1 or activation not in ("linear", "relu"):
        raise UnusableRequest(f"moment {order} of {activation!r}", "a positive order, linear or relu", "give 4")
    if order % 2:
        return sp.Integer(0)
    active = sp.Dummy("k")
    shapes = {"X": (N, active), "E": (N, active)}
    half = order // 2
    moment = expected_traces([word("EX'XE'" * half)], shapes) * (2 * EPSILON) ** half / (N * M**order)
    if activation == "linear":
        return sp.expand(moment.subs(active, M))
    powers = sp.Poly(sp.expand(moment), active)
    return sp.expand(sum(coefficient * binomial_moment(power) for (power,), coefficient in powers.terms()))


def binomial_moment(power: int) -> sp.Expr:
    """E k^power for k ~ Bin(m, ½): Σ_j S(power, j) m(m − 1)⋯(m − j + 1)/2^j, S of the second kind.

    Example:
        >>> binomial_moment(2)
        m**2/4 + m/4
    """
    terms = (stirling(power, j) * sp.ff(M, j) / sp.Integer(2) ** j for j in range(power + 1))
    return sp.expand(sp.Add(*(sp.expand_func(term) for term in terms)))


def limit(moment: sp.Expr) -> sp.Expr:
    """The limit of a rational function of n and m for m = 2n/τ, n → ∞.

    Raises:
        UnusableRequest: If it has none.

    Example:
        >>> limit(expected_moment("11"))
        epsilon*tau
    """
    over = sp.cancel(sp.together(moment.subs(M, 2 * N / TAU)))
    above, below = (sp.Poly(each, N) for each in sp.fraction(over))
    if above.degree() > below.degree():
        raise UnusableRequest(f"{moment}", "a moment that has a limit", "normalise it")
    if above.degree() < below.degree():
        return sp.Integer(0)
    return sp.factor(above.LC() / below.LC())


def free_moment(factors: str) -> sp.Expr:
    """What the limit of φ would be if H_0 and H_1 were free, from their own limits; for 011 and 0101 and 0011.

    For free A and B with vanishing odd moments of B: φ(AB²) = φ(A)φ(B²), φ(A²B²) = φ(A²)φ(B²) and
    φ(ABAB) = φ(A)²φ(B²).

    Raises:
        UnusableRequest: For another word.

    Example:
        >>> free_moment("011").subs({V1: 1, V2: 1})
        epsilon*tau
    """
    first, second, square = (limit(expected_moment(each)) for each in ("0", "00", "11"))
    known = {"011": first * square, "0011": second * square, "0101": first**2 * square}
    if factors not in known:
        raise UnusableRequest(f"moment {factors!r}", f"one of {', '.join(known)}", "give 011")
    return sp.factor(known[factors])


__all__ = [
    "V1",
    "V2",
    "M",
    "N",
    "binomial_moment",
    "expected_block_moment",
    "expected_moment",
    "free_moment",
    "limit",
]
