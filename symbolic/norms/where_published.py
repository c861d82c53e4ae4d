r"""The published rows on the pieces of their domain where they are true, each from a repaired bound.

Theorem 1 for the G-term, with and without the columns of biases, and for L = 1:     2√2 M_W² ≥ 1,
step 1 of Lemma 1, and Lemma 1 for the G-term:                                        d, K ≤ h, and 2√2 (hM)² ≥ 1,
Lemma 1 for the Hessian:                                                              d, K ≤ h, and hM ≥ 1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.norms import entries, exact, g_term, where
from hessproof.symbolic.norms.bounds import BOUNDS, HALF, ROOT
from hessproof.symbolic.norms.draws import network
from hessproof.symbolic.norms.entries import DEEP
from hessproof.symbolic.norms.factors import (
    LargestEntry,
    SpectralByFrobenius,
    derived,
    followed,
    weight_by_entries,
)
from hessproof.symbolic.norms.g_term import DEPTH
from hessproof.symbolic.norms.hypotheses import AtMost
from hessproof.symbolic.norms.letters import Frobenius, Norm
from hessproof.symbolic.norms.published import Reversed
from hessproof.symbolic.norms.symbols import M_W, K, L, M, M_x, b, d, factor, h, layer, width
from hessproof.symbolic.norms.where import AddNonnegative, AtLeastOne, numbers
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import weight

FITTING = AtMost("d, K ≤ h", {d: h, K: h})
INNER = Ordering(2 <= layer, layer <= L - 1)


@cache
def bias_columns() -> Derivation:
    """Theorem 1 for F with the columns of biases, all biases zero, where 2√2 M_W² ≥ 1.

    Its bound is 2√2 M_W² times the repaired one.

    Example:
        >>> bias_columns().check(0).ok
        True
    """
    start, wanted = BOUNDS["g_term_bias"].expression, BOUNDS["thm1"].expression
    zero = AtMost("all biases zero", {b: lambda at: sp.S.Zero}, equal=True)
    powers = sp.Sum(M_W ** (2 * (L - layer)), (layer, 1, L))
    tidy = HALF * (L * M_x**2 * M_W ** (2 * (L - 1)) + powers)
    more = AtLeastOne(2 * ROOT * M_W**2, "2√2 M_W² ≥ 1")
    turned = ROOT * L * M_x**2 * M_W ** (2 * L) + ROOT * sp.Sum(M_W ** (2 * (L + 1 - layer)), (layer, 1, L))
    lines = followed(start, [zero, g_term.COMMON], DEPTH)
    lines += [(tidy, Algebra("constants collected")), (more.apply(tidy, DEPTH), more), (turned, Algebra()),
              (Reversed().apply(turned, DEPTH), Reversed())]  # fmt: skip
    return derived(
        "thm1_bias_columns", "Theorem 1 with the columns of biases, where 2√2 M_W² ≥ 1", DEPTH, lines, wanted,
        start=start, valuations=_without_biases, lemmas=(g_term.by_layers(True),),
    )  # fmt: skip


def _without_biases(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks without bias whose largest ‖W^l‖ is at least 1."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3):
        yield network(stream, depth, {}, large=True)


@cache
def one_layer() -> Derivation:
    """The published bound for one layer, where 2√2 M_W² ≥ 1.

    Example:
        >>> one_layer().check(0).ok
        True
    """
    single = Ordering(L >= 1, L <= 1)
    start, wanted = HALF * M_x**2, BOUNDS["thm1_L1"].expression
    rules: list[Rule] = [AtLeastOne(2 * ROOT * M_W**2, "2√2 M_W² ≥ 1"), AddNonnegative(ROOT * M_W**2)]
    return derived(
        "thm1_L1_where", "the bound for one layer, where 2√2 M_W² ≥ 1", single,
        [*followed(start, rules, single), (wanted, Algebra())], wanted, start=start,
        lemmas=(exact.one_layer_at_most(),), valuations=partial(numbers, Fraction(6, 10)),
    )  # fmt: skip


@cache
def frobenius() -> Derivation:
    """‖W^l‖² ≤ ‖W^l‖_F².

    Example:
        >>> frobenius().check(0).ok
        True
    """
    start, final = Norm(weight(layer)) ** 2, Frobenius(weight(layer)) ** 2
    order = Ordering(1 <= layer, layer <= L)
    return derived(
        "lemma1.a_frobenius", "spectral and Frobenius norm", order, followed(start, [SpectralByFrobenius()], order),
        final, start=start,
    )  # fmt: skip


@cache
def between_hidden() -> Derivation:
    """‖W^l‖_F² ≤ h²M² for 1 < l < L, where all hidden widths are h.

    Example:
        >>> between_hidden().check(0).ok
        True
    """
    start = Frobenius(weight(layer)) ** 2
    equal = AtMost("equal hidden widths", {width: lambda at: h}, equal=True)
    lines = followed(start, [LargestEntry(), equal], INNER)
    final = h**2 * M**2
    return derived(
        "lemma1.a_square", "a weight matrix between hidden layers", INNER, [*lines, (final, Algebra())], final,
        start=start, valuations=partial(_hidden, 0),
    )  # fmt: skip


@cache
def fitting_layers() -> Derivation:
    """‖W^l‖² ≤ h²M² for every layer, where all hidden widths are h and d, K ≤ h.

    Example:
        >>> fitting_layers().check(0).ok
        True
    """
    start, order = Norm(weight(layer)) ** 2, Ordering(1 <= layer, layer <= L, L >= 2)
    fits = AtMost("all widths ≤ h", {width: lambda at: h})
    lines = followed(start, [SpectralByFrobenius(), LargestEntry(), fits], order)
    final = h**2 * M**2
    return derived(
        "lemma1.a_layers", "every weight matrix, where d, K ≤ h", order, [*lines, (final, Algebra())], final,
        start=start, valuations=partial(_hidden, 0), lemmas=(weight_by_entries(),),
    )  # fmt: skip


@cache
def lemma_g_term() -> Derivation:
    """Lemma 1 for the G-term, where d, K ≤ h and 2√2 (hM)² ≥ 1.

    Example:
        >>> lemma_g_term().check(0).ok
        True
    """
    start, wanted = BOUNDS["entries_equal"].expression, BOUNDS["lemma1"].expression
    rest = ROOT * sp.Sum((h * M) ** (2 * factor), (factor, 1, L))
    tidy = HALF * L * M_x**2 * (h * M) ** (2 * (L - 1))
    rules: list[Rule] = [AtLeastOne(2 * ROOT * (h * M) ** 2, "2√2 (hM)² ≥ 1"), AddNonnegative(rest)]
    lines = [*followed(start, [FITTING], DEEP), (tidy, Algebra("powers of h collected"))]
    return derived(
        "lemma1_where", "Lemma 1 for the G-term, where d, K ≤ h and 2√2 (hM)² ≥ 1", DEEP,
        [*lines, *followed(tidy, rules, DEEP), (wanted, Algebra())], wanted, start=start,
        lemmas=(entries.equal_widths(),), valuations=partial(_hidden, 1),
    )  # fmt: skip


@cache
def lemma_hessian() -> Derivation:
    """Lemma 1 for the Hessian, where d, K ≤ h and hM ≥ 1: Theorem 1 at M_W = hM.

    Example:
        >>> lemma_hessian().check(0).ok
        True
    """
    start, wanted = BOUNDS["thm1"].expression, BOUNDS["lemma1"].expression
    equal = AtMost("M_W = hM, which bounds every ‖W^l‖", {M_W: h * M})
    return derived(
        "lemma1_hessian", "Lemma 1 for the Hessian, where d, K ≤ h and hM ≥ 1", DEEP,
        [*followed(start, [equal], DEEP), (wanted, Algebra())], wanted, start=start,
        lemmas=(fitting_layers(), where.for_hessian()), valuations=partial(_hidden, 1),
    )  # fmt: skip


def _hidden(least: int, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks of depth 2 to 4 with equal hidden widths and no width above them, entries of ``least`` and more."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 4):
        found = [values for values in derivation.ordering.solutions(1, depth) if values.get(L, depth) == depth]
        if not found:
            continue
        inner = stream.randint(1, 3)
        widths = (stream.randint(1, inner), *((inner,) * (depth - 1)), stream.randint(1, inner))
        values: dict[Any, Any] = stream.choice(found)
        yield network(stream, depth, values, widths=widths, large=bool(least))
