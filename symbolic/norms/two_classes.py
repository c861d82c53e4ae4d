r"""Two classes: the G-term has rank one and its norm is known exactly.

With v = (1, −1)/√2 the curvature is A = ‖A‖vv⊤, so that

    ‖F⊤AF‖ = ‖A‖‖F⊤v‖² = ‖A‖ Σ_l ‖G^{l⊤}v‖²‖x^l‖²,   ‖A‖ = 2p_1p_2.

With this, networks whose entries are ±M reach the bounds by entries: for W^l = M11⊤ and W^L = M(1, −1)⊤1⊤ the quotient
of norm and bound is 4p_1p_2; with balanced signs in W^2 two layers attain the bound; with W^L = 0 the degree 2L − 3 in
the hidden width is reached at every depth.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.norms.bounds import BOUNDS, HALF, ROOT, weight_from_entries
from hessproof.symbolic.norms.draws import network
from hessproof.symbolic.norms.entries import DEEP, EqualWidths
from hessproof.symbolic.norms.factors import ONE_LAYER, derived, followed
from hessproof.symbolic.norms.hypotheses import AtMost
from hessproof.symbolic.norms.letters import Jacobian, Norm
from hessproof.symbolic.norms.rules import LocalRule, turned
from hessproof.symbolic.norms.symbols import (
    L,
    M,
    M_x,
    d,
    factor,
    h,
    layer,
    m,
    norm_A,
    norm_x,
    over_layers,
    product,
    width,
)
from hessproof.symbolic.norms.words import Curvature, State, backward
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Letter, times, weight
from hessproof.symbolic.words import M as width_of

DEPTH = Ordering(L >= 1)
ALL, BALANCED, LAST_ZERO = "all entries M, x = c1", "balanced signs in the last layer", "the last layer is zero"


class Contrast(Letter):
    """e_1 − e_2 = √2 v, of shape M_L × 1, for two classes."""

    def _rows(self) -> Expr:
        return width_of(L)

    def _cols(self) -> Expr:
        return sp.S.One

    def _text(self, printer: Any) -> str:
        return "(e_1 - e_2)"


@evaluate.register(Contrast)
def _(expression: Contrast, valuation: Valuation) -> Array:
    return np.array([[1], [-1]], dtype=object)


def pushed(at: Any) -> Any:
    """‖G^{l⊤}(e_1 − e_2)‖."""
    return Norm(times(turned(backward(at)), Contrast()))


class RankOneCurvature(Rule):
    """A = ‖A‖vv⊤ for two classes, v = (e_1 − e_2)/√2, so that ‖F⊤AF‖ = ‖A‖‖F⊤v‖²."""

    name = "two classes"
    statement = r"A = \lVert A \rVert v v^\top,\ v = \tfrac{1}{\sqrt2}(e_1 - e_2)"
    assumptions = ("K = 2",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """‖A‖‖F⊤(e_1 − e_2)‖²/2 for the norm of the G-term."""
        stack = Jacobian(0)
        whole = Norm(times(stack.T, Curvature(), stack))
        return expression.xreplace({whole: norm_A * Norm(times(stack.T, Contrast())) ** 2 / 2})


class StackedVector(LocalRule):
    """‖F⊤u‖² = Σ_l ‖(G^l ⊗ x^{l⊤})⊤u‖² = Σ_l ‖G^{l⊤}u‖²‖x^l‖²: squares of the pieces of a vector add up."""

    name = "pieces of a vector"
    statement = r"\lVert F^\top u \rVert^2 = \textstyle\sum_l \lVert G^{l\top} u \rVert^2 \lVert x^l \rVert^2"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum for the square of the norm."""
        whole = Norm(times(Jacobian(0).T, Contrast()))
        return over_layers(pushed(layer) ** 2 * Norm(State(layer)) ** 2) if node == whole**2 else None


def _exact_lines() -> tuple[Any, list[tuple[Any, Rule]]]:
    stack = Jacobian(0)
    start = Norm(times(stack.T, Curvature(), stack))
    return start, followed(start, [RankOneCurvature(), StackedVector()], DEPTH)


@cache
def g_term() -> Derivation:
    """‖F⊤AF‖ = ‖A‖ Σ_l ‖G^{l⊤}v‖²‖x^l‖² for two classes: every network without bias.

    Example:
        >>> g_term().check(0).ok, g_term().relation
        (True, '=')
    """
    start, lines = _exact_lines()
    return derived(
        "two_classes", "the G-term of two classes", DEPTH, lines, lines[-1][0], start=start,
        valuations=partial(_drawn, ""),
    )  # fmt: skip


class AlongEntries(LocalRule):
    """‖x^l‖ = ‖x‖ Π_{s<l} m_s and ‖G^{l⊤}v‖ = Π_{s>l} m_s: every matrix maps 1 to a multiple of 1 with no loss.

    Args:
        family: The networks that are meant.
    """

    name = "constant vectors stay constant"
    statement = r"W^l = M 1 1^\top:\ W^l 1 = M M_{l-1} 1,\ \lVert W^l \rVert = M \sqrt{M_l M_{l-1}}"

    def __init__(self, family: str) -> None:
        self.assumptions = (family,)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The products for the norms."""
        if not isinstance(node, Norm):
            return None
        if self.assumptions == (BALANCED,) and (isinstance(node.matrix, State) or node == pushed(layer)):
            ordering.require(2 - L, BALANCED)
        if isinstance(node.matrix, State):
            return norm_x * product(1, node.matrix.args[0] - 1)
        return ROOT * product(layer + 1, L) if node == pushed(layer) else None


class LastLayerOnly(LocalRule):
    """W^L = 0: G^l = 0 for l < L and G^L = I, so that one summand is left."""

    name = "the last layer is zero"
    statement = r"W^L = 0:\ G^l = 0 \ (l < L),\ G^L = I"
    assumptions = (LAST_ZERO,)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The last summand, with ‖e_1 − e_2‖² = 2."""
        whole = over_layers(pushed(layer) ** 2 * Norm(State(layer)) ** 2)
        return 2 * Norm(State(L)) ** 2 if node == whole else None


ENTRIES = AtMost("the norms of these matrices", {m: weight_from_entries}, equal=True)
EQUAL_LOGITS = AtMost("equal logits of two classes", {norm_A: HALF}, equal=True)


@cache
def constant_matrix() -> Derivation:
    """‖W^l‖ = M√(M_l M_{l−1}) if all entries are M.

    Example:
        >>> constant_matrix().check(0).ok
        True
    """
    start, rule = Norm(weight(layer)), ConstantEntries()
    return derived(
        "weight_entries_attained", "a matrix of equal entries", ONE_LAYER, followed(start, [rule], ONE_LAYER),
        BOUNDS["weight_entries"].expression, start=start, valuations=partial(_drawn, ALL),
    )  # fmt: skip


class ConstantEntries(LocalRule):
    """‖M11⊤‖ = M‖1‖‖1‖ = M√(rows·columns)."""

    name = "norm of a constant matrix"
    statement = r"\lVert M 1_a 1_b^\top \rVert = M \sqrt{a b}"
    assumptions = (ALL,)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """M√(M_l M_{l−1}) for the norm of a weight matrix."""
        return weight_from_entries(layer) if node == Norm(weight(layer)) else None


@cache
def approached() -> Derivation:
    """‖G-term‖ = 4p_1p_2 times the bound by entries, where all entries are ±M: p_1p_2 → ¼ as x → 0.

    Example:
        >>> approached().check(0).ok, approached().relation
        (True, '=')
    """
    start, lines = _exact_lines()
    final = 2 * norm_A * BOUNDS["entries"].expression.xreplace({M_x: norm_x})
    lines += followed(lines[-1][0], [AlongEntries(ALL), ENTRIES], DEPTH)
    return derived(
        "entries_approached", "networks of entries ±M approach the bound", DEPTH,
        [*lines, (final, Algebra("powers of M collected"))], final, start=start, valuations=partial(_drawn, ALL),
        remarks=("‖A‖ = 2p_1p_2",),
    )  # fmt: skip


@cache
def two_layers() -> Derivation:
    """‖G-term‖ is the bound by entries for two layers, two classes and balanced signs.

    Example:
        >>> two_layers().check(0).ok
        True
    """
    order = Ordering(L >= 2, L <= 2)
    start, lines = _exact_lines()
    final = BOUNDS["entries"].expression.xreplace({M_x: norm_x})
    lines += followed(lines[-1][0], [AlongEntries(BALANCED), ENTRIES, EQUAL_LOGITS], order)
    return derived(
        "entries_attained", "two layers with balanced signs attain the bound", order,
        [*lines, (final, Algebra("powers of M collected"))], final, start=start, valuations=partial(_drawn, BALANCED),
    )  # fmt: skip


@cache
def degree() -> Derivation:
    """‖G-term‖ = ½‖x‖²M^{2(L−1)} d h^{2L−3} with W^L = 0 and all other entries M, L ≥ 2.

    Example:
        >>> degree().check(0).ok
        True
    """
    start, lines = _exact_lines()
    tidy = HALF * norm_x**2 * M ** (2 * (L - 1)) * sp.Product(width[factor] * width[factor - 1], (factor, 1, L - 1))
    final = HALF * norm_x**2 * M ** (2 * (L - 1)) * d * h ** (2 * L - 3)
    rules: list[Rule] = [LastLayerOnly(), AlongEntries(LAST_ZERO), ENTRIES, EQUAL_LOGITS]
    lines += followed(lines[-1][0], rules, DEEP)
    equal = EqualWidths()
    lines += [(tidy, Algebra("powers of M collected")), (equal.apply(tidy, DEEP), equal), (final, Algebra())]
    return derived(
        "entries_degree", "the degree 2L − 3 in the hidden width is reached", DEEP, lines, final, start=start,
        valuations=partial(_drawn, LAST_ZERO),
    )  # fmt: skip


def _drawn(family: str, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks of two classes, of a family or any, of depth 1 to 3."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3):
        found = [values for values in derivation.ordering.solutions(1, depth) if values.get(L, depth) == depth]
        if found:
            yield member(stream, family, depth, stream.choice(found))


def member(stream: random.Random, family: str, depth: int, numbers: dict[Any, Any]) -> Valuation:
    """One network of two classes: of a family with entries ±M, or any if ``family`` is empty."""
    inner = stream.choice((2, 4)) if family == BALANCED else stream.randint(1, 4)
    hidden = (
        [inner] * (depth - 1) if family in (LAST_ZERO, BALANCED) else [stream.randint(1, 3) for _ in range(depth - 1)]
    )
    widths = (stream.randint(1, 3), *hidden, 2)
    made = network(stream, depth, numbers, widths=widths)
    share = Fraction(1, 2) if family in (BALANCED, LAST_ZERO) else Fraction(stream.randint(1, 8), 9)
    p = np.array([[share], [1 - share]], dtype=object)
    made._drawn["A"] = (np.diag(p[:, 0]) - p.dot(p.T)) * Fraction(1, 2)
    if not family:
        return made
    size = Fraction(stream.randint(1, 9), stream.randint(2, 6))
    made.weights = [np.full(shape, size, dtype=object) for shape in zip(widths[1:], widths, strict=False)]
    signs = np.array([[(-1) ** column for column in range(widths[-2])]], dtype=object)
    row = {ALL: signs * 0 + 1, BALANCED: signs, LAST_ZERO: signs * 0}[family] * size
    made.weights[-1] = np.vstack([row, -row])
    made.weights_transposed = [matrix.T for matrix in made.weights]
    made._drawn["x"] = np.full((widths[0], 1), Fraction(stream.randint(1, 9), 4), dtype=object)
    return made
