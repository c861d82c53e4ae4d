r"""Matrices of a network with bias, for symbolic layer numbers: augmented weights, data and changes.

T^l = [W^l b^l; 0 1], of shape (M_l+1) × (M_{l-1}+1), maps (z^{l-1}, 1) to (z^l, 1). So a network with bias is a section
of a network without bias that has the widths M_l + 1: its parameters are the first M_l rows of T^l, its outputs the
first M_L of z̃^L, and its residual is (δ, 0). With E_l = [I; 0] a change of the parameters is E_lΔ^l, Δ^l = [ΔW^l Δb^l].
Everything about it follows from the theory without bias and from T^lE_{l-1} = E_lW^l.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from sympy import Expr
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import words
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import L, Letter, M, k, times


class Affine(words.Descending):
    """T^first T^{first-1} ⋯ T^last, of shape (M_first+1) × (M_{last-1}+1); the identity if last = first + 1.

    Example:
        >>> Affine(L, k + 1).shape, Affine(L, k + 1).T
        ((M(L) + 1, M(k) + 1), AffineTransposed(k + 1, L))
    """

    def _rows(self) -> Expr:
        return M(self.first) + 1

    def _cols(self) -> Expr:
        return M(self.last - 1) + 1

    def _eval_transpose(self) -> AffineTransposed:
        return AffineTransposed(self.last, self.first)

    def _text(self, printer: Any) -> str:
        return super()._text(printer).replace("W", "T", 1)


class AffineTransposed(words.Transposed):
    """T^{first⊤} ⋯ T^{last⊤}, of shape (M_{first-1}+1) × (M_last+1); the identity if last = first − 1."""

    def _rows(self) -> Expr:
        return M(self.first - 1) + 1

    def _cols(self) -> Expr:
        return M(self.last) + 1

    def _eval_transpose(self) -> Affine:
        return Affine(self.last, self.first)

    def _text(self, printer: Any) -> str:
        return super()._text(printer).replace("W", "T", 1)


class Embed(Letter):
    """E_l = [I; 0], of shape (M_l+1) × M_l."""

    def _rows(self) -> Expr:
        return M(self.args[0]) + 1

    def _cols(self) -> Expr:
        return M(self.args[0])

    def _text(self, printer: Any) -> str:
        return f"E_{{{printer._print(self.args[0])}}}"


class AugmentedDelta(Letter):
    """Δ^l = [ΔW^l Δb^l], a change of the parameters of layer l, of shape M_l × (M_{l-1}+1)."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return M(self.args[0] - 1) + 1

    def _text(self, printer: Any) -> str:
        return rf"\Delta^{{{printer._print(self.args[0])}}}"


class AugmentedSigma(Letter):
    """Σ̃ = E[x̃x̃⊤] with x̃ = (x, 1), of shape (M_0+1) × (M_0+1)."""

    def _rows(self) -> Expr:
        return M(0) + 1

    _cols = _rows

    def _eval_transpose(self) -> AugmentedSigma:
        return self

    def _text(self, printer: Any) -> str:
        return r"\tilde{\Sigma}"


class AugmentedOmega(words._OutputsByInputs):
    """Ω̃ = E[δx̃⊤], of shape M_L × (M_0+1); its argument is the depth L."""

    def _cols(self) -> Expr:
        return M(0) + 1

    def _text(self, printer: Any) -> str:
        return r"\tilde{\Omega}"


class OneLayer(Rule):
    """T^lE_{l-1} = E_lW^l, the first M_{l-1} columns of [W^l b^l; 0 1]; the same transposed."""

    name = "first columns of an augmented weight"
    statement = r"T^l E_{l-1} = E_l W^l"
    single = True

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Move every E_l to the left and every E_l⊤ to the right, past augmented weights, in products as written."""

        def local(node: Any, inner: Ordering) -> Any:
            return times(*self._moved(node.args)) if isinstance(node, MatMul) else None

        return rewrite(expression, ordering, local)

    def _moved(self, word: tuple[Any, ...]) -> list[Any]:
        letters = list(word)
        for position in range(len(letters) - 2, -1, -1):
            one, two = letters[position : position + 2]
            fits = isinstance(one, Affine) and isinstance(two, Embed) and one.last - 1 == two.args[0]
            if fits and (not self.single or one.first == one.last):
                letters[position : position + 2] = [Embed(one.first), words.Descending(one.first, one.last)]
        for position in range(len(letters) - 1):
            one, two = letters[position : position + 2]
            fits = isinstance(two, AffineTransposed) and one == Embed(two.first - 1).T
            if fits and (not self.single or two.first == two.last):
                letters[position : position + 2] = [words.Transposed(two.first, two.last), Embed(two.last).T]
        return letters


class Intertwine(OneLayer):
    """T^{a:b}E_{b-1} = E_aW^{a:b}, which :func:`intertwining` derives by induction."""

    name = "first columns of an augmented chain"
    statement = r"T^{a:b} E_{b-1} = E_a W^{a:b}"
    single = False


class Section(Rule):
    """E_l⊤E_l = I: the first M_l rows of the first M_l columns."""

    name = "first rows"
    statement = r"E_l^\top E_l = I"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put an identity for every neighbouring pair, in products as they are written."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, MatMul):
                return None
            letters = list(node.args)
            for position in range(len(letters) - 2, -1, -1):
                one, two = letters[position : position + 2]
                if isinstance(two, Embed) and one == two.T:
                    letters[position : position + 2] = [words.identity(two.cols)]
            return times(*letters)

        return rewrite(expression, ordering, local)


@cache
def intertwining() -> Derivation:
    """T^{L:k}E_{k-1} = E_LW^{L:k} from the same with k + 1 for k: the induction step, from the empty chain on.

    Example:
        >>> intertwining().check(0).ok
        True
    """
    final = times(Embed(L), words.Descending(L, k))
    return Derivation(
        "intertwining", "first columns of an augmented chain, induction step", Ordering(k >= 1, k <= L),
        times(Affine(L, k), Embed(k - 1)),
        (Step(times(Affine(L, k + 1), Affine(k, k), Embed(k - 1)), Algebra("cut the chain at k")),
         Step(times(Affine(L, k + 1), Embed(k), words.weight(k)), OneLayer()),
         Step(times(Embed(L), words.Descending(L, k + 1), words.weight(k)), Intertwine()),
         Step(final, Algebra("join the chain"))), final,
        source="this project", remarks=("the third step is the induction hypothesis, for the shorter chain",),
    )  # fmt: skip


def biases(layer: int, valuation: Valuation) -> Array:
    """b^l, of shape M_l × 1."""
    return valuation.draw(("b", layer), (valuation.widths[layer], 1))


def augmented_weight(layer: int, valuation: Valuation) -> Array:
    """T^l = [W^l b^l; 0 1]."""
    upper = np.concatenate([valuation.weights[layer - 1], biases(layer, valuation)], axis=1)
    last = filled(1, upper.shape[1])
    last[0, -1] = 1
    return np.concatenate([upper, last], axis=0)


def samples(valuation: Valuation) -> Iterator[tuple[int, Array, Array]]:
    """(weight, x̃, δ) of each sample, δ = F(x) − y with biases."""
    for share, x, y in valuation.samples():
        augmented = np.concatenate([x, unit(1)], axis=0)
        state = augmented
        for layer in range(1, len(valuation.widths)):
            state = augmented_weight(layer, valuation).dot(state)
        yield share, augmented, state[:-1] - y


@evaluate.register(Affine)
def _(expression: Affine, valuation: Valuation) -> Array:
    first, last = valuation.number(expression.first), valuation.number(expression.last)
    if first < last - 1:
        raise ValueError(f"meaningless chain T^{first}:{last}")
    result = unit(valuation.widths[first] + 1)
    for layer in range(first, last - 1, -1):
        result = result.dot(augmented_weight(layer, valuation))
    return result


@evaluate.register(AffineTransposed)
def _(expression: AffineTransposed, valuation: Valuation) -> Array:
    value: Array = evaluate(expression.T, valuation).T
    return value


@evaluate.register(Embed)
def _(expression: Embed, valuation: Valuation) -> Array:
    size = valuation.widths[valuation.number(expression.args[0])]
    return np.concatenate([unit(size), filled(1, size)], axis=0)


@evaluate.register(AugmentedDelta)
def _(expression: AugmentedDelta, valuation: Valuation) -> Array:
    layer = valuation.number(expression.args[0])
    return valuation.draw(("change", layer), (valuation.widths[layer], valuation.widths[layer - 1] + 1))


@evaluate.register(AugmentedSigma)
def _(expression: AugmentedSigma, valuation: Valuation) -> Array:
    return np.asarray(sum(share * x.dot(x.T) for share, x, _ in samples(valuation)), dtype=object)


@evaluate.register(AugmentedOmega)
def _(expression: AugmentedOmega, valuation: Valuation) -> Array:
    return np.asarray(sum(share * residual.dot(x.T) for share, x, residual in samples(valuation)), dtype=object)
