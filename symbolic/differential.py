r"""The product rule for a layer whose number is symbolic.

The rule needs to know where W^j occurs: d W^{a:b} = W^{a:j+1} ΔW^j W^{j-1:b} if the ordering proves b ≤ j ≤ a, zero
if it proves j < b or j > a, and a refusal otherwise. With Eq. (1) of Singh et al. 2021, ∂(AWB)/∂W = A ⊗ B⊤, the
terms of a differential become the blocks of a Jacobian.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Add, Expr, Integer, MatrixExpr, MatrixSymbol, Mul, Number, Symbol, Trace, Transpose
from sympy.core.symbol import Str

from hessproof.symbolic import normal, words
from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.derivatives import ALL, PLAIN, TRANSPOSED, Frozen, Gradient
from hessproof.symbolic.kronecker import Commutation, kron
from hessproof.symbolic.normal import terms_of
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.words import Delta, Descending, M, Transposed, add, identity, shown, times, zero

_CONSTANT = (words.Sigma, words.Syx, words.Syy, words.Input, words.Target, words.Delta, MatrixSymbol)


@dataclass(frozen=True)
class Occurrence:
    """coefficient · left ΔW^layer right, or with ΔW^{layer⊤} if ``kind`` is ``TRANSPOSED``."""

    coefficient: Expr
    left: MatrixExpr
    kind: Str
    right: MatrixExpr

    def expression(self, layer: Expr) -> MatrixExpr:
        """The term of the differential."""
        middle = Delta(layer) if self.kind == PLAIN else Delta(layer).T
        return times(self.coefficient, self.left, middle, self.right)


def occurrences(matrix: MatrixExpr, layer: Expr, ordering: Ordering, kind: Str = ALL) -> list[Occurrence]:
    """The terms of the differential of a matrix expression in direction ΔW^layer, by the product rule.

    Raises:
        NotSettled: If the ordering does not tell whether the layer lies in some chain.
        RuleFailure: If a factor's dependence on the weights is unknown.

    Example:
        >>> from hessproof.symbolic.words import L, k, l
        >>> order = Ordering(1 <= k, k < l, l <= L)
        >>> [one] = occurrences(Descending(L, k + 1), l, order)
        >>> one.expression(l)
        Descending(L, l + 1)*Delta(l)*Descending(l - 1, k + 1)
        >>> occurrences(Descending(k, 1), l, order)
        []
        >>> occurrences(Descending(L, 2), k, order)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        hessproof.symbolic.ordering.NotSettled: whether layer k lies in Descending(L, 2) does not follow ...
    """
    found = []
    for word, factor in terms_of(matrix, ordering).items():
        for position, letter in enumerate(word):
            left = times(identity(matrix.rows), *word[:position])
            right = times(*word[position + 1 :], identity(matrix.cols))
            for one in _of_letter(letter, layer, ordering):
                if kind in (ALL, one.kind):
                    found.append(
                        Occurrence(
                            factor * one.coefficient,
                            normal.canonical(times(left, one.left), ordering),
                            one.kind,
                            normal.canonical(times(one.right, right), ordering),
                        )
                    )
    return found


def differential(matrix: MatrixExpr, layer: Expr, ordering: Ordering, kind: Str = ALL) -> MatrixExpr:
    """d X in direction ΔW^layer.

    Example:
        >>> from hessproof.symbolic.words import L, k
        >>> differential(Descending(L, 1), k, Ordering(1 <= k, k <= L))
        Descending(L, k + 1)*Delta(k)*Descending(k - 1, 1)
    """
    terms = [one.expression(layer) for one in occurrences(matrix, layer, ordering, kind)]
    return normal.canonical(add(*terms), ordering) if terms else zero(*matrix.shape)


def degree(matrix: MatrixExpr, layer: Expr, ordering: Ordering) -> int:
    """How often W^layer occurs, in either kind, in the longest product of an expression.

    Example:
        >>> from hessproof.symbolic.words import L, k
        >>> degree(times(Descending(L, 1), Transposed(1, L)), k, Ordering(1 <= k, k <= L))
        2
    """
    counts = [0]
    for word in terms_of(matrix, ordering):
        counts.append(sum(bool(_of_letter(letter, layer, ordering)) for letter in word))
    return max(counts)


def _of_letter(letter: MatrixExpr, layer: Expr, ordering: Ordering) -> list[Occurrence]:
    one = Integer(1)
    match letter:
        case Descending() if type(letter) is Descending:
            if not _inside(layer, letter.last, letter.first, letter, ordering):
                return []
            return [Occurrence(one, Descending(letter.first, layer + 1), PLAIN, Descending(layer - 1, letter.last))]
        case Transposed() if type(letter) is Transposed:
            if not _inside(layer, letter.first, letter.last, letter, ordering):
                return []
            left, right = Transposed(letter.first, layer - 1), Transposed(layer + 1, letter.last)
            return [Occurrence(one, left, TRANSPOSED, right)]
        case Transpose():
            flipped = {PLAIN: TRANSPOSED, TRANSPOSED: PLAIN}
            return [
                Occurrence(
                    inner.coefficient,
                    normal.canonical(inner.right.T, ordering),
                    flipped[inner.kind],
                    normal.canonical(inner.left.T, ordering),
                )
                for inner in _of_letter(letter.arg, layer, ordering)
            ]
        case words.Omega() | words.Residual():
            return occurrences(letter.definition(), layer, ordering)
    if isinstance(letter, (*_CONSTANT, Frozen)):
        return []
    raise RuleFailure(f"the dependence of {shown(letter)} on the weights is unknown")


def _inside(layer: Expr, lowest: Expr, highest: Expr, chain: MatrixExpr, ordering: Ordering) -> bool:
    if ordering.nonnegative(layer - lowest) is True and ordering.nonnegative(highest - layer) is True:
        return True
    if ordering.nonnegative(lowest - layer - 1) is True or ordering.nonnegative(layer - highest - 1) is True:
        return False
    raise NotSettled(f"whether layer {layer} lies in {shown(chain)} does not follow from {ordering}")


def jacobian(matrix: MatrixExpr, layer: Expr, kind: Str, ordering: Ordering) -> MatrixExpr:
    """∂X/∂W^layer as a sum of Kronecker products, by Eq. (1) and the product rule."""
    swap = Commutation(M(layer), M(layer - 1))
    terms = []
    for one in occurrences(matrix, layer, ordering, kind):
        block = times(one.coefficient, kron(one.left, normal.canonical(one.right.T, ordering)))
        terms.append(times(block, swap) if kind == ALL and one.kind == TRANSPOSED else block)
    return add(*terms) if terms else zero(matrix.rows * matrix.cols, M(layer) * M(layer - 1))


def gradient(node: Gradient, ordering: Ordering) -> MatrixExpr:
    """∂f/∂W^layer of a linear combination f of traces.

    Raises:
        RuleFailure: If f is no such combination.
    """
    scalar, layer = node.args
    parts = []
    for factor, trace in _traces(normal.canonical(scalar, ordering)):
        for one in occurrences(trace.arg, layer, ordering):
            around = times(factor, one.coefficient, one.right, one.left)
            parts.append(normal.canonical(around.T if one.kind == PLAIN else around, ordering))
    return add(*parts) if parts else zero(*node.shape)


def _traces(scalar: Expr) -> Iterator[tuple[Expr, Trace]]:
    """A linear combination of traces, term by term; numbers and sizes have no derivative."""
    for term in Add.make_args(scalar):
        traces = [factor for factor in Mul.make_args(term) if isinstance(factor, Trace)]
        rest = [factor for factor in Mul.make_args(term) if not isinstance(factor, Trace)]
        if any(not isinstance(f, Number | Symbol) and f.func != M for f in rest) or len(traces) > 1:
            raise RuleFailure(f"{shown(term)} is not a multiple of one trace")
        if traces:
            yield Mul(*rest), traces[0]
