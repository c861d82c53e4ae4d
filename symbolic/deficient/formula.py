r"""Generic ranks where the weights have prescribed ranks ρ_1, …, ρ_L: closed formulas for H_o, H_f and H_L.

Let m be a layer of the smallest rank q = ρ_m and m′ one of the smallest rank among the others. A product of generic
matrices of given ranks has the smallest of these, so a = rk W^{L:m+1} and b = rk W^{m−1:1} are minima of ρ_l (K and r
if there is none). Residuals of rank s see the ranks q₁ = min(q, s) and q₂ = min(ρ_{m′}, s). Then

    rk H_o = q(r + K − q) + (a − q)(b − q),
    rk H_f = 2q₁(M + s) − Lq₁² + E,                E = 2(q₂ − q₁)(A + B − q₁ − q₂) + 2(u − q₂)(v − q₂),
    rk H_L = rk H_o + 2q₁M − (L − 1)q₁² + E − (a′ − q₁)(b′ − q₁) + (a′ − s)₊(b′ − s)₊,

where A and B are the widths before and after layer m, but s at the input and at the output, a′ = s if m = L and b′ = s
if m = 1, otherwise a′ = a and b′ = b; u is the smallest rank between the layers m and m′ (the width between neighbours)
and v the smallest of s and the other ranks, both at least q₂. With s ≤ q nothing but H_o sees the ranks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

import sympy as sp

from hessproof.symbolic.arithmetic import compiled
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.mutation import mutations

Quantity = Literal["outer", "functional", "loss", "inside"]
"""Of H_o, of H_f, of H_L, and of H_f on the kernel of H_o, for which there is no formula here."""
q, q1, q2, r, K, s, L, M, A, B, U, V, a, b, a_cut, b_cut, past_a, past_b = sp.symbols(
    "q q_1 q_2 r K s L M A B u v a b a' b' (a'-s)_+ (b'-s)_+", integer=True
)


@dataclass(frozen=True)
class Ranks:
    """A network without bias, the ranks of its weights, and that of its residual.

    Args:
        widths: r, M_1, …, M_{L−1}, K: data are reduced to r inputs.
        weights: ρ_1, …, ρ_L, each at most the smaller side of its matrix.
        residual: s ≤ min(r, K).

    Example:
        >>> values(Ranks((2, 3, 2), (0, 0), 2))[M]
        3
    """

    widths: tuple[int, ...]
    weights: tuple[int, ...]
    residual: int

    @property
    def layers(self) -> int:
        """L."""
        return len(self.weights)

    @property
    def sizes(self) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """Widths, ranks of the weights, rank of the residual."""
        return self.widths, self.weights, self.residual


def expression(quantity: Quantity) -> sp.Expr:
    """The formula, for L ≥ 2.

    Example:
        >>> expression("outer")
        q*(K - q + r) + (a - q)*(b - q)
    """
    outer = q * (r + K - q) + (a - q) * (b - q)
    extra = 2 * (q2 - q1) * (A + B - q1 - q2) + 2 * (U - q2) * (V - q2)
    if quantity == "outer":
        return outer
    if quantity == "inside":
        raise UnusableRequest("a formula for H_f on ker H_o", "outer, functional or loss", "rank its blocks")
    if quantity == "functional":
        return 2 * q1 * (M + s) - L * q1**2 + extra
    both = (a_cut - q1) * (b_cut - q1) - past_a * past_b
    return outer + 2 * q1 * M - (L - 1) * q1**2 + extra - both


def narrowest(ranks: Ranks) -> list[tuple[int, int]]:
    """Every choice of m and m′: layers of the smallest rank, and of the smallest rank among the others.

    Example:
        >>> narrowest(Ranks((2, 2, 2), (1, 2), 2)), narrowest(Ranks((2, 2, 2), (1, 1), 2))
        ([(1, 2)], [(1, 2), (2, 1)])
    """
    weights, layers = ranks.weights, range(1, ranks.layers + 1)
    one, two = sorted(weights)[:2]
    return [(m, n) for m in layers for n in layers if m != n and (weights[m - 1], weights[n - 1]) == (one, two)]


def values(ranks: Ranks, chosen: tuple[int, int] | None = None) -> dict[sp.Symbol, int]:
    """What the letters of the formulas stand for.

    Args:
        ranks: Of the network, with two layers or more.
        chosen: m and m′, where several layers have the same rank; the choice does not matter.
    """
    widths, weights, residual, depth = ranks.widths, ranks.weights, ranks.residual, ranks.layers
    first, second = chosen or narrowest(ranks)[0]
    low, high = sorted((first, second))
    one, two = (min(weights[layer - 1], residual) for layer in (first, second))
    above = min(weights[first:], default=widths[-1])
    below = min(weights[: first - 1], default=widths[0])
    between = min(weights[low : high - 1], default=widths[low])
    others = min((residual, *weights[: low - 1], *weights[high:]))
    cut_above, cut_below = residual if first == depth else above, residual if first == 1 else below
    return {
        q: weights[first - 1], q1: one, q2: two, r: widths[0], K: widths[-1], s: residual, L: depth,
        M: sum(widths[1:-1]), A: residual if first == 1 else widths[first - 1],
        B: residual if first == depth else widths[first], U: max(between, two), V: max(others, two),
        a: above, b: below, a_cut: cut_above, b_cut: cut_below,
        past_a: max(0, cut_above - residual), past_b: max(0, cut_below - residual),
    }  # fmt: skip


def evaluate(formula: sp.Expr, ranks: Ranks, chosen: tuple[int, int] | None = None) -> int:
    """The value of a formula in the letters of this module.

    Example:
        >>> evaluate(expression("functional"), Ranks((3, 5, 2), (0, 0), 2))
        20
    """
    return int(compiled(formula)(values(ranks, chosen)))


def variants(quantity: Quantity) -> Iterator[tuple[str, sp.Expr]]:
    """Wrong variants: the formula changed in one place."""
    yield from mutations(expression(quantity))


def maximal(depth: int) -> Iterator[Ranks]:
    """The corners of networks whose weights have maximal ranks.

    Example:
        >>> all(found.weights == tuple(map(min, pairwise(found.widths))) for found in maximal(2))
        True
    """
    return (found for found in corners(depth) if found.weights == tuple(map(min, pairwise(found.widths))))


def corners(depth: int) -> Iterator[Ranks]:
    """Networks of one depth with at most two different positive sizes, which decide the formulas for all sizes.

    Once the sizes M_l, ρ_l, s are in order, every formula here and every sum over pairs of indices is a quadratic
    polynomial in the differences of neighbouring sizes. It is determined by its values where at most two differences
    are not zero, at (1, 0), (2, 0), (0, 1), (0, 2), (1, 1). Widths 0 occur among these points.

    Args:
        depth: L ≥ 2.

    Example:
        >>> found = list(corners(2))
        >>> len(found) == len(set(found)), found[0]
        (True, Ranks(widths=(0, 0, 0), weights=(0, 0), residual=0))
    """
    seen = set()
    for widths in product(range(3), repeat=depth + 1):
        for weights in product(*(range(min(pair) + 1) for pair in pairwise(widths))):
            for residual in range(min(widths[0], widths[-1]) + 1):
                for steps in ((1, 0), (2, 0), (0, 1), (0, 2), (1, 1)):
                    sizes = (0, steps[0], steps[0] + steps[1])
                    made = Ranks(
                        tuple(sizes[each] for each in widths), tuple(sizes[each] for each in weights), sizes[residual]
                    )
                    if made not in seen:
                        seen.add(made)
                        yield made
