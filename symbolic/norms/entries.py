r"""The G-term by the largest entry M of all weights: Lemma 1 of Kiselev & Grabovoy 2024 with the widths kept.

    ‖G-term‖ ≤ ½ M_x² M^{2(L−1)} Σ_l Π_{s≠l} M_s M_{s−1},

and for equal hidden widths h the sum is h^{2L−4}(h(K + d) + (L − 2)dK), L ≥ 2: of degree 2L − 3 in h, not 2L.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation
from hessproof.symbolic.norms import hessian
from hessproof.symbolic.norms.bounds import BOUNDS, weight_from_entries
from hessproof.symbolic.norms.draws import network
from hessproof.symbolic.norms.factors import derived, weight_by_entries
from hessproof.symbolic.norms.g_term import DEPTH, by_layers
from hessproof.symbolic.norms.hypotheses import AtMost
from hessproof.symbolic.norms.rules import LocalRule
from hessproof.symbolic.norms.symbols import K, L, M_x, d, h, m, norm_x, width
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

DEEP = Ordering(L >= 2)
ENTRIES = AtMost("bounded entries, input norms", {m: weight_from_entries, norm_x: M_x})


@cache
def widths() -> Derivation:
    """‖G-term‖ ≤ ½ M_x² M^{2(L−1)} Σ_l Π_{s≠l} M_s M_{s−1}.

    Example:
        >>> widths().check(0).ok
        True
        >>> widths().with_final(BOUNDS["lemma1"].expression).check(0, numbers=False).ok
        False
    """
    start = BOUNDS["g_term"].expression
    final = BOUNDS["entries"].expression
    return derived(
        "entries", "the G-term by the largest entry of the weights", DEPTH,
        [(ENTRIES.apply(start, DEPTH), ENTRIES), (final, Algebra("powers of M collected"))], final, start=start,
        lemmas=(by_layers(), weight_by_entries()),
    )  # fmt: skip


@cache
def full_hessian() -> Derivation:
    """‖H‖ by the largest entry of the weights: the bound by layers with ‖W^s‖ ≤ M√(M_s M_{s−1}).

    Example:
        >>> full_hessian().check(0).ok
        True
    """
    start, final = BOUNDS["hessian"].expression, BOUNDS["entries_hessian"].expression
    return derived(
        "entries_hessian", "the Hessian by the largest entry of the weights", DEPTH,
        [(ENTRIES.apply(start, DEPTH), ENTRIES)], final, start=start, lemmas=(hessian.by_layers(), weight_by_entries()),
    )  # fmt: skip


class EndsApart(LocalRule):
    """Σ_{l=1}^{L} f_l = f_1 + f_L + Σ_{l=2}^{L−1} f_l for L ≥ 2."""

    name = "first and last layer apart"
    statement = r"\textstyle\sum_{l=1}^{L} f_l = f_1 + f_L + \sum_{l=2}^{L-1} f_l"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum over all layers in three pieces."""
        if not isinstance(node, sp.Sum) or node.limits[0][1:] != (1, L):
            return None
        ordering.require(L - 2, "two ends")
        index, body = node.limits[0][0], node.function
        ends = [body.xreplace({index: at}) for at in (sp.S.One, L)]
        return sp.Add(*ends, sp.Sum(body, (index, 2, L - 1)))


class EqualWidths(LocalRule):
    """M_0 = d, M_L = K, and h for all widths between: a product of widths is a power of h, with d or K at its ends."""

    name = "equal hidden widths"
    statement = r"M_0 = d,\ M_1 = \cdots = M_{L-1} = h,\ M_L = K"
    assumptions = ("equal hidden widths",)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The power for a product of widths with consecutive numbers, wherever its ends are."""
        if not isinstance(node, sp.Product):
            return None
        index, first, last = node.limits[0]
        result = sp.S.One
        for part in sp.Mul.make_args(node.function):
            if not isinstance(part, sp.Indexed) or part.base != width:
                return None
            shift = part.indices[0] - index
            result *= self._power(first + shift, last + shift, ordering)
        return result

    @staticmethod
    def _power(first: Any, last: Any, ordering: Ordering) -> Any:
        if ordering.zero(last - first + 1):
            return sp.S.One
        ordering.require(last - first, "a product of widths")
        count, result = last - first + 1, sp.S.One
        for end, symbol in ((first, d), (last - L, K)):
            touched = ordering.zero(end)
            if touched is None:
                ordering.require(-1, f"whether {end} is zero")
            if touched:
                count, result = count - 1, result * symbol
        return result * h**count


@cache
def equal_widths() -> Derivation:
    """Σ_l Π_{s≠l} M_s M_{s−1} = h^{2L−4}(h(K + d) + (L − 2)dK) for equal hidden widths and L ≥ 2.

    Example:
        >>> equal_widths().check(0).ok
        True
    """
    start, final = BOUNDS["entries"].expression, BOUNDS["entries_equal"].expression
    apart, equal = EndsApart(), EqualWidths()
    pieces = apart.apply(start, DEEP)
    return derived(
        "entries_equal", "the bound by entries for equal hidden widths", DEEP,
        [(pieces, apart), (equal.apply(pieces, DEEP), equal), (final, Algebra("powers of h collected"))], final,
        start=start, lemmas=(widths(),), valuations=_equal_hidden,
    )  # fmt: skip


def _equal_hidden(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks with equal hidden widths, of depth 2 to 5."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 4, 5):
        inner = (stream.randint(1, 3),) * (depth - 1)
        widths = (stream.randint(1, 4), *inner, stream.randint(1, 4))
        yield network(stream, depth, {}, widths=widths)
