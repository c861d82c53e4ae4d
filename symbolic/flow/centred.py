r"""Balanced flow with centred classes: Ẇ^l = −η W^l (W^{l⊤}W^l)^{L-l} W^{l-1:1} Σ W^{1:l-1} for every l and L.

With centred classes, assumption (a) of Lemma 8, E[yx⊤] = 0 and Ω = W^{L:1}Σ. Then the flow multiplies W^l from the
right by a polynomial of the weights, also in the last layer and for L = 1, where balancedness says nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.flow.balanced import balanced_valuations
from hessproof.symbolic.flow.letters import (
    ETA,
    FlowEquation,
    ProductRuleInTime,
    TimeDerivative,
    Velocity,
    gradient_word,
)
from hessproof.symbolic.normal import Terms, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, unit
from hessproof.symbolic.words import Descending, L, Letter, M, Omega, Sigma, Transposed, l, times, weight

m = Symbol("m", integer=True)
ANY_LAYER = Ordering(l >= 1, l <= L)


class Outside(Letter):
    """(W^lW^{l⊤})^n, of size M_l."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    _cols = _rows

    def _eval_transpose(self) -> Outside:
        return self

    def _text(self, printer: Any) -> str:
        layer, power = map(printer._print, self.args)
        return rf"(W^{{{layer}}} W^{{{layer}\top}})^{{{power}}}"


class Inside(Outside):
    """(W^{l⊤}W^l)^n, of size M_{l-1}."""

    def _rows(self) -> Expr:
        return M(self.args[0] - 1)

    _cols = _rows

    def _text(self, printer: Any) -> str:
        layer, power = map(printer._print, self.args)
        return rf"(W^{{{layer}\top}} W^{{{layer}}})^{{{power}}}"


class GramPower(Rule):
    """W^{l+1:m}W^{m:l+1} = (W^lW^{l⊤})^{m-l} for balanced weights.

    Args:
        below: Use it only for products of fewer factors than this (the induction), or for all if None.
    """

    name = "power of a Gram matrix"
    statement = r"W^{l+1:m} W^{m:l+1} = (W^l W^{l\top})^{m-l}"

    def __init__(self, below: Expr | None = None) -> None:
        self.below = below

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every such product."""
        result: Terms = {}
        for word, factor in terms_of(expression, ordering).items():
            letters = list(word)
            for place, (one, two) in enumerate(pairwise(letters)):
                if isinstance(one, Transposed) and isinstance(two, Descending) and one.last == two.first:
                    letters[place : place + 2] = self._replaced(one, two, ordering)
                    break
            result = normal.summed(result, {normal.joined(tuple(letters), ordering): factor})
        return normal.rebuilt(result, expression.shape)

    def _replaced(self, one: Transposed, two: Descending, ordering: Ordering) -> list[Any]:
        """The power in place of the common factors W^{a:m}W^{m:a}, a the larger of the two starts.

        In the induction it stands in place of the product without its outermost factors, which is shorter.
        """
        if ordering.nonnegative(one.first - two.last) is not True:
            raise RuleFailure(f"{one} reaches below {two}")
        if self.below is not None:
            layer, top = one.first, one.last
            if ordering.nonnegative(self.below - 1 - (top - layer)) is not True:
                raise RuleFailure(f"W^{layer + 1}:{top} is not shorter than the product at hand")
            return [Transposed(layer, layer), Outside(layer, top - layer), Descending(layer, two.last)]
        layer = one.first - 1
        ordering.require(layer - 1, f"a weight W^{layer}")
        power = Outside(layer, one.last - layer)
        rest = one.first - two.last
        return [power] if ordering.zero(rest) else [power, Descending(one.first - 1, two.last)]


class PushThrough(Rule):
    """W⊤(WW⊤)^nW = (W⊤W)^{n+1} and (WW⊤)^nW = W(W⊤W)^n."""

    name = "push through"
    statement = r"W^\top (W W^\top)^n W = (W^\top W)^{n+1}, \quad (W W^\top)^n W = W (W^\top W)^n"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Move every power past the weight on its right."""
        result: Terms = {}
        for word, factor in terms_of(expression, ordering).items():
            letters = list(word)
            for place, letter in enumerate(letters[:-1]):
                if type(letter) is not Outside:
                    continue
                layer, power = letter.args
                after = letters[place + 1]
                if not isinstance(after, Descending) or not ordering.zero(after.first - layer):
                    raise RuleFailure(f"{after} does not start with W^{layer}")
                if place and letters[place - 1] == weight(layer).T and after == weight(layer):
                    letters[place - 1 : place + 2] = [Inside(layer, power + 1)]
                else:
                    rest = Descending(layer - 1, after.last)
                    letters[place : place + 2] = [weight(layer), Inside(layer, power), rest]
                break
            result = normal.summed(result, {normal.joined(tuple(letters), ordering): factor})
        return normal.rebuilt(result, expression.shape)


class PowerOfBalance(Rule):
    """(W^{l+1⊤}W^{l+1})^n = (W^lW^{l⊤})^n for balanced weights."""

    name = "balancedness, to a power"
    statement = r"(W^{l+1\top} W^{l+1})^n = (W^l W^{l\top})^n"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every such power."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, Inside):
                return None
            layer, power = node.args
            inner.require(layer - 2, f"a layer below W^{layer}")
            return Outside(layer - 1, power)

        return rewrite(expression, ordering, local)


class CentredClasses(Rule):
    """Ω = W^{L:1}Σ, since E[yx⊤] = Σ_c e_c Σ_{i: y_i = c} x_i⊤/N = 0."""

    name = "centred classes"
    statement = r"\Omega = W^{L:1} \Sigma - \Sigma_{yx}, \quad \Sigma_{yx} = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The product for the residual."""

        def local(node: Any, inner: Ordering) -> Any:
            return times(Descending(L, 1), Sigma()) if isinstance(node, Omega) else None

        return rewrite(expression, ordering, local)


@cache
def gram_power() -> Derivation:
    """W^{l+1:m}W^{m:l+1} = (W^lW^{l⊤})^{m-l}, by induction on m − l: the step. For m = l both sides are I.

    Example:
        >>> gram_power().check(0).ok
        True
    """
    up = weight(l + 1)
    final = Outside(l, m - l)
    return Derivation(
        "lemma8_gram_power", "products of balanced weights with their transposes", Ordering(l >= 1, l + 1 <= m, m <= L),
        times(Transposed(l + 1, m), Descending(m, l + 1)),
        (
            Step(times(up.T, Transposed(l + 2, m), Descending(m, l + 2), up), Algebra("cut")),
            Step(times(up.T, Outside(l + 1, m - l - 1), up), GramPower(below=m - l)),
            Step(Inside(l + 1, m - l), PushThrough()),
            Step(final, PowerOfBalance()),
        ),
        final, source="this project", valuations=balanced_valuations,
    )  # fmt: skip


@cache
def centred_flow() -> Derivation:
    """Ẇ^l = W^l A with A = −η (W^{l⊤}W^l)^{L-l} W^{l-1:1} Σ W^{1:l-1}.

    Example:
        >>> centred_flow().check(0).ok
        True
    """
    below = times(Sigma(), Transposed(1, l - 1))
    final = times(-ETA, weight(l), Inside(l, L - l), Descending(l - 1, 1), below)
    return Derivation(
        "lemma8_centred", "with centred classes every layer is multiplied from the right", ANY_LAYER,
        TimeDerivative(weight(l)),
        (
            Step(Velocity(l), ProductRuleInTime()),
            Step(times(-ETA, gradient_word(l)), FlowEquation()),
            Step(times(-ETA, Transposed(l + 1, L), Descending(L, 1), below), CentredClasses()),
            Step(times(-ETA, Outside(l, L - l), Descending(l, 1), below), GramPower()),
            Step(final, PushThrough()),
        ),
        final, source="this project; Singh et al. 2021, Lemma 8", valuations=_centred, lemmas=(gram_power(),),
        assumptions=("centred classes", "balanced"),
    )  # fmt: skip


def _centred(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Balanced weights and labels with E[yx⊤] = 0: samples (1, x, y), (1, −x, y) and (−1, x′, 0)."""
    stream = random.Random(f"centred|{seed}")
    for valuation in balanced_valuations(derivation, seed):
        inputs, outputs = valuation.widths[0], valuation.widths[-1]
        drawn = dict(valuation._drawn)
        x = np.array([[stream.randint(-4, 4)] for _ in range(inputs)], dtype=object)
        y = np.array([[stream.randint(-4, 4)] for _ in range(outputs)], dtype=object)
        for place, (one, two) in enumerate(((x * 0 + 2, y * 0), (x, y), (-x, y))):
            drawn["x", place], drawn["y", place] = one, two
        yield replace(valuation, _drawn=drawn)


@evaluate.register(Outside)
def _(expression: Outside, valuation: Valuation) -> Array:
    matrix = evaluate(weight(expression.args[0]), valuation)
    return _power(matrix.dot(matrix.T), valuation.number(expression.args[1]))


@evaluate.register(Inside)
def _(expression: Inside, valuation: Valuation) -> Array:
    matrix = evaluate(weight(expression.args[0]), valuation)
    return _power(matrix.T.dot(matrix), valuation.number(expression.args[1]))


def _power(matrix: Array, exponent: int) -> Array:
    result = unit(len(matrix))
    for _ in range(exponent):
        result = result.dot(matrix)
    return result
