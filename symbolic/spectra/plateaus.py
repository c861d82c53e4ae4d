r"""Repeated eigenvalues (Singh et al. 2021, S8): eigenvectors of H_f, H_o and H_𝓛 for symbolic depth and widths.

Take a hidden layer l, and the residual as the two layers around it see it,

    Ω_l = W^{l+2:L} Ω W^{1:l-1},   of shape M_{l+1} × M_{l-1}   (W^{l+2:L} and W^{1:l-1} are products of transposes).

Let Ω_l v = σ w and Ω_l⊤ w = σ v, and let u be *free* at layer l: W^{l⊤}u = 0 and W^{l+1}u = 0. Then the direction

    ΔW^l = u v⊤,   ΔW^{l+1} = w u⊤,   all other layers unchanged,

is an eigenvector of H_f with eigenvalue σ, and H_o annihilates it; so it is one of H_𝓛 as well. With −w in place of w
the eigenvalue is −σ. For orthonormal u the directions are orthogonal, so each of ±σ_i(Ω_l) occurs at least

    m_l = M_l − rk [W^l, W^{l+1⊤}]

times in H_f and in H_𝓛, at every depth. With two layers H_f asks nothing of u, because no other layer can feel the
change: each ±σ_i(Ω) occurs M_1 times, and what is left is the kernel, of dimension (d + K − 2s)M_1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from math import isqrt
from typing import Literal

import numpy as np
from sympy import Expr, Integer, MatrixExpr, MatrixSymbol, Symbol, Trace

from hessproof.symbolic.citation import Cite
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.gauss_newton import (
    functional_after,
    functional_before,
    functional_diagonal,
    outer_gauss_newton,
)
from hessproof.symbolic.kronecker import Commute, VecIdentity, VecR
from hessproof.symbolic.layer_blocks import (
    BACK,
    FRONT,
    FUNCTIONAL_AFTER,
    FUNCTIONAL_BEFORE,
    FUNCTIONAL_DEFINITION,
    OUTER,
    OUTER_DEFINITION,
    SWAP,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.spectra.letters import InnerProducts, VanishingWords, WordPair, inner
from hessproof.symbolic.valuation import Array, Valuation
from hessproof.symbolic.words import Descending, L, M, Omega, Sigma, Transposed, add, k, l, times, zero

Row = Literal["before", "lower", "upper", "after"]
ROWS: dict[Row, Ordering] = {
    "before": Ordering(k >= 1, k + 1 <= l, l + 1 <= L),
    "lower": Ordering(l >= 1, l + 1 <= L),
    "upper": Ordering(l >= 1, l + 1 <= L),
    "after": Ordering(l >= 1, l + 2 <= k, k <= L),
}
"""Where the row of blocks lies: k < l, k = l, k = l + 1, k > l + 1."""

u, v, w = MatrixSymbol("u", M(l), 1), MatrixSymbol("v", M(l - 1), 1), MatrixSymbol("w", M(l + 1), 1)
sigma = Symbol(r"\sigma", real=True)
LOWER, UPPER = times(u, v.T), times(w, u.T)
"""ΔW^l = u v⊤ and ΔW^{l+1} = w u⊤."""
EFFECTIVE = (Transposed(l + 2, L), Omega(), Transposed(1, l - 1))
"""The letters of Ω_l."""
SINGULAR = WordPair(
    "singular pair of Ω_l",
    r"\Omega_l v = \sigma w,\ \Omega_l^\top w = \sigma v",
    (((*EFFECTIVE, v), sigma, (w,)), ((w.T, *EFFECTIVE), sigma, (v.T,))),
)
FREE = VanishingWords("free direction", r"W^{l\top} u = 0,\ W^{l+1} u = 0", u, l)
VALUATIONS = 3
"""How many sizes a check of a derivation is tried on."""
SOURCE = "this project; two layers: Singh et al. 2021, S8"


def _at(block: MatrixExpr, row: Row, column: Expr) -> MatrixExpr:
    """Block (k, l) at the layers of a row, and at column l or l + 1."""
    place = {"before": k, "lower": l, "upper": l + 1, "after": k}[row]
    return block.subs({k: place, l: column}, simultaneous=True)


def _start(definition: MatrixExpr, row: Row) -> MatrixExpr:
    return add(times(_at(definition, row, l), VecR(LOWER)), times(_at(definition, row, l + 1), VecR(UPPER)))


@cache
def functional_row(row: Row) -> Derivation:
    """One row of blocks of H_f times the direction: σ times the direction at rows l and l + 1, zero elsewhere.

    Example:
        >>> all(functional_row(row).check(0, count=1).ok for row in ROWS)
        True
    """
    start = _start(FUNCTIONAL_DEFINITION, row)
    swapped = times(SWAP.subs(l, l + 1), VecR(UPPER)), times(SWAP, VecR(LOWER))
    ordering = ROWS[row]
    if row in ("lower", "upper"):
        column, kept, turned, cited = {
            "lower": (l + 1, UPPER, swapped[0], functional_before()),
            "upper": (l, LOWER, swapped[1], functional_after()),
        }[row]
        block = FUNCTIONAL_BEFORE if row == "lower" else FUNCTIONAL_AFTER
        other = _at(FUNCTIONAL_DEFINITION, row, column)
        inside = times(u, w.T, *EFFECTIVE) if row == "lower" else times(*EFFECTIVE, v, u.T)
        final = VecR(times(sigma, LOWER if row == "lower" else UPPER))
        place = l if row == "lower" else l + 1
        steps = (
            Step(times(other, VecR(kept)), Cite(functional_diagonal(), {k: place})),
            Step(times(_at(block, row, column), turned), Cite(cited, {k: place, l: column})),
            Step(times(_at(block, row, column), VecR(kept.T)), Commute()),
            Step(VecR(inside), VecIdentity()),
            Step(final, SINGULAR),
        )
    else:
        cited = functional_before() if row == "before" else functional_after()
        block = FUNCTIONAL_BEFORE if row == "before" else FUNCTIONAL_AFTER
        lower, upper = _at(block, row, l), _at(block, row, l + 1)
        if row == "before":
            first = times(Transposed(k + 1, l - 1), v, u.T, Transposed(l + 1, L), Omega(), FRONT)
            second = times(Transposed(k + 1, l), u, w.T, Transposed(l + 2, L), Omega(), FRONT)
        else:
            first = times(BACK, Omega(), Transposed(1, l - 1), v, u.T, Transposed(l + 1, k - 1))
            second = times(BACK, Omega(), Transposed(1, l), u, w.T, Transposed(l + 2, k - 1))
        final = zero(M(k) * M(k - 1), 1)
        next_block = times(_at(FUNCTIONAL_DEFINITION, row, l + 1), VecR(UPPER))
        steps = (
            Step(add(times(lower, swapped[1]), next_block), Cite(cited)),
            Step(add(times(lower, swapped[1]), times(upper, swapped[0])), Cite(cited, {l: l + 1})),
            Step(add(times(lower, VecR(LOWER.T)), times(upper, VecR(UPPER.T))), Commute()),
            Step(add(VecR(first), VecR(second)), VecIdentity()),
            Step(final, FREE),
        )
    return Derivation(
        f"plateau_{row}", f"rows of H_f times the direction, k {_SIGN[row]}", ordering, start, steps, final, SOURCE,
        valuations=_singular if row in ("lower", "upper") else _free,
        assumptions=("singular pair",) if row in ("lower", "upper") else ("free direction",),
    )  # fmt: skip


_SIGN: dict[Row, str] = {"before": "before l", "lower": "= l", "upper": "= l + 1", "after": "after l + 1"}


@cache
def outer_row() -> Derivation:
    """H_o annihilates the direction, at every row of blocks.

    Example:
        >>> outer_row().check(0, count=1).ok
        True
    """
    first = times(BACK, Descending(L, l + 1), u, v.T, Descending(l - 1, 1), Sigma(), FRONT)
    second = times(BACK, Descending(L, l + 2), w, u.T, Descending(l, 1), Sigma(), FRONT)
    definition = OUTER_DEFINITION
    next_block = definition.subs(l, l + 1)
    final = zero(M(k) * M(k - 1), 1)
    ordering = Ordering(k >= 1, k <= L, l >= 1, l + 1 <= L)
    steps = (
        Step(add(times(OUTER, VecR(LOWER)), times(next_block, VecR(UPPER))), Cite(outer_gauss_newton())),
        Step(
            add(times(OUTER, VecR(LOWER)), times(OUTER.subs(l, l + 1), VecR(UPPER))),
            Cite(outer_gauss_newton(), {l: l + 1}),
        ),
        Step(add(VecR(first), VecR(second)), VecIdentity()),
        Step(final, FREE),
    )
    return Derivation(
        "plateau_outer", "rows of H_o times the direction", ordering,
        add(times(definition, VecR(LOWER)), times(next_block, VecR(UPPER))), steps, final, SOURCE,
        valuations=_free, assumptions=("free direction",),
    )  # fmt: skip


@cache
def orthogonal() -> Derivation:
    """⟨(u v⊤, w u⊤), (a b⊤, c a⊤)⟩ = (u·a)(v·b + w·c): orthonormal u and singular vectors give orthogonal directions.

    For the signs ± of one singular pair v·b + w·c = 1 − 1 = 0.

    Example:
        >>> orthogonal().check(0, count=2).ok
        True
    """
    a, b, c = (MatrixSymbol(name, one.rows, 1) for name, one in (("a", u), ("b", v), ("c", w)))
    start = Trace(times(v, u.T, a, b.T)) + Trace(times(u, w.T, c, a.T))
    final = inner(u, a) * (inner(v, b) + inner(w, c))
    rule = InnerProducts(((u, a), (v, b), (w, c)))
    return Derivation(
        "plateau_orthogonal", "inner products of the directions", Ordering(l >= 1, l + 1 <= L), start,
        (Step(inner(u, a) * inner(v, b) + inner(u, a) * inner(w, c), rule), Step(final, Algebra("distribute"))), final,
        SOURCE,
    )  # fmt: skip


@cache
def count() -> Derivation:
    """2 s M_1 directions with a sign and (d + K − 2s) M_1 in the kernel make all p = (d + K) M_1 of two layers.

    The kernel is spanned by (u v⊤, 0) with Ωv = 0 and (0, w u⊤) with Ω⊤w = 0: singular pairs with σ = 0.

    Example:
        >>> count().check(0, count=2).ok
        True
    """
    s = Symbol("s", integer=True, nonnegative=True)
    d, hidden, outputs = M(Integer(0)), M(Integer(1)), M(Integer(2))
    signed, kernel = 2 * s * hidden, (d - s) * hidden + (outputs - s) * hidden
    final = d * hidden + hidden * outputs
    return Derivation(
        "plateau_count", "eigenvalues of H_f with two layers, counted", Ordering(L >= 2, L <= 2),
        signed + kernel, (Step(signed + (d + outputs - 2 * s) * hidden, Algebra("collect")), Step(final, Algebra("p"))),
        final, "Singh et al. 2021, S8",
    )  # fmt: skip


def two_layers() -> tuple[Derivation, ...]:
    """All eigenvectors of H_f with one hidden layer: rows 1 and 2, orthogonality, count."""
    return functional_row("lower"), functional_row("upper"), orthogonal(), count()


def every_depth() -> tuple[Derivation, ...]:
    """The plateaus of H_f and of H_𝓛 at any hidden layer of any network."""
    return (*(functional_row(row) for row in ROWS), outer_row(), orthogonal())


def _valued(derivation: Derivation, seed: int, free: bool) -> Iterator[Valuation]:
    """Layer numbers and widths of all kinds; weights, a rank-one Ω and u, v, w that meet the assumptions."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    found = list(derivation.ordering.solutions(1, 4))
    for numbers in stream.sample(found, min(VALUATIONS, len(found))):
        depth, layer = numbers[L], numbers[l]
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        made = Valuation({**numbers, sigma: 0}, widths, seed=stream.randrange(2**32))
        one = made.draw("u", (widths[layer], 1))
        if free:
            _set_free(made, layer, one)
        _set_residual(made, layer, stream)
        yield made


def _set_free(made: Valuation, layer: int, one: Array) -> None:
    """Take from W^l and W^{l+1} what they have along u, times |u|² so that all stay integers."""
    square = int((one * one).sum())
    below, above = made.weights[layer - 1], made.weights[layer]
    made.weights[layer - 1] = square * below - one.dot(one.T.dot(below))
    made.weights[layer] = square * above - above.dot(one).dot(one.T)
    made.weights_transposed = [matrix.T for matrix in made.weights]


def _set_residual(made: Valuation, layer: int, stream: random.Random) -> None:
    """Targets with Ω = a b⊤ such that Ω_l has a singular pair of integers, which become v, w and σ."""
    depth, inputs, outputs = len(made.widths) - 1, made.widths[0], made.widths[-1]
    above, below = np.eye(made.widths[layer + 1], dtype=object), np.eye(made.widths[layer - 1], dtype=object)
    for index in range(layer + 2, depth + 1):
        above = above.dot(made.weights_transposed[index - 1])
    for index in range(layer - 1, 0, -1):
        below = below.dot(made.weights[index - 1])
    for _ in range(4000):
        a, b = _drawn(stream, outputs), _drawn(stream, inputs)
        left, right = above.dot(a), below.dot(b)
        sizes = int((left * left).sum()), int((right * right).sum())
        root = isqrt(sizes[0] * sizes[1])
        if root * root == sizes[0] * sizes[1]:
            break
    else:
        a, left, root = 0 * a, 0 * left, 0
    network = np.eye(inputs, dtype=object)
    for matrix in made.weights:
        network = matrix.dot(network)
    residuals = (-a, 0 * a, 0 * a)
    made._drawn["x", 0] = b
    for index, residual in enumerate(residuals):
        made._drawn["y", index] = network.dot(made.samples()[index][1]) - residual
    # Ω_l = left right⊤ with |left|²|right|² = σ²: v = σ right and w = |right|² left are a singular pair.
    made.symbols[sigma] = root
    made._drawn["v"] = root * right if root else right
    made._drawn["w"] = sizes[1] * left if root else left


def _drawn(stream: random.Random, size: int) -> Array:
    return np.array([[stream.randint(-3, 3)] for _ in range(size)], dtype=object)


def _free(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    return _valued(derivation, seed, True)


def _singular(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    return _valued(derivation, seed, False)
