r"""Sums of matrices over a layer number with symbolic limits, Σ_{i=a}^{b} X_i, and rewriting inside them.

The body of a sum is treated under the assumptions of its surroundings and a ≤ i ≤ b. A sum with b = a − 1 is zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from sympy import Basic, Dummy, Expr, MatrixExpr, Symbol, sympify
from sympy.matrices.expressions.matmul import MatMul
from sympy.printing.precedence import PRECEDENCE

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Rule, RuleFailure
from hessproof.symbolic.normal import Terms, Word, terms_of
from hessproof.symbolic.ordering import NotSettled, Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Node, add, shown, times

INDEX = Symbol("i", integer=True)
"""The bound layer number of every sum in normal form."""


class LayerSum(Node):
    """Σ_{index=lower}^{upper} body, whose shape must not depend on the index.

    Example:
        >>> from hessproof.symbolic.words import Delta, Descending, L
        >>> from hessproof.symbolic.normal import canonical
        >>> i = INDEX
        >>> inner = times(Descending(L, i + 1), Delta(i), Descending(i - 1, 1))
        >>> canonical(LayerSum(inner, i, 1, L).T, Ordering(1 <= L)).body
        Transposed(1, i - 1)*Delta(i).T*Transposed(i + 1, L)
    """

    precedence = PRECEDENCE["Add"]

    def __new__(cls, body: MatrixExpr, index: Symbol, lower: Expr | int, upper: Expr | int) -> Self:
        """Take Σ_{index=lower}^{upper} body.

        Raises:
            IllShaped: If the shape of the body depends on the index.
        """
        if index in getattr(body.rows, "free_symbols", set()) | getattr(body.cols, "free_symbols", set()):
            raise normal.IllShaped(f"the shape {body.shape} of the summands depends on {index}")
        return super().__new__(cls, body, index, sympify(lower), sympify(upper))

    @property
    def body(self) -> MatrixExpr:
        """X_i."""
        return self.args[0]

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols but the index."""
        body, index, lower, upper = self.args
        found: set[Symbol] = (body.free_symbols - {index}) | lower.free_symbols | upper.free_symbols
        return found

    def inside(self, ordering: Ordering) -> Ordering:
        """The assumptions under which the body is treated.

        Raises:
            NotSettled: If the index is a free layer number as well.
        """
        _, index, lower, upper = self.args
        if index in ordering.symbols:
            raise NotSettled(f"{index} is summed over and also free")
        return ordering.where(lower <= index, index <= upper)

    def empty(self, ordering: Ordering) -> bool:
        """Whether the sum certainly has no summand."""
        return ordering.nonnegative(self.args[2] - self.args[3] - 1) is True

    def mapped(self, function: Callable[[MatrixExpr], MatrixExpr]) -> LayerSum:
        """The sum of function(X_i), for a linear function."""
        return LayerSum(function(self.body), *self.args[1:])

    def absorbed(self, left: Word, right: Word, ordering: Ordering) -> LayerSum | None:
        """A Σ X_i B = Σ A X_i B; None if A or B depends on i, too."""
        if any(self.args[1] in letter.free_symbols for letter in (*left, *right)):
            return None
        letters = self.body.args if isinstance(self.body, MatMul) else (self.body,)
        letters = tuple(letter for letter in letters if not letter.is_Identity)
        word = normal.joined((*left, *letters, *right), self.inside(ordering))
        shape = (left[0] if left else self).rows, (right[-1] if right else self).cols
        return LayerSum(normal.word_expression(word, shape), *self.args[1:])

    def _eval_transpose(self) -> LayerSum:
        return self.mapped(normal.transposed_word)

    def _latex(self, printer: Any) -> str:
        body, index, lower, upper = map(printer._print, self.args)
        return rf"\sum_{{{index}={lower}}}^{{{upper}}} {body}"


class SplitSum(Rule):
    """Σ_{i=a}^{b} X_i = Σ_{i=a}^{c-1} X_i + X_c + Σ_{i=c+1}^{b} X_i, where a ≤ c ≤ b.

    Args:
        at: c.
    """

    name = "split the sum"
    statement = r"\sum_{i=a}^{b} X_i = \sum_{i=a}^{c-1} X_i + X_c + \sum_{i=c+1}^{b} X_i"

    def __init__(self, at: Expr) -> None:
        self.at = at

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Split the sum that the whole expression is."""
        if not isinstance(expression, LayerSum):
            raise RuleFailure(f"{shown(expression)} is no sum over layers")
        body, index, lower, upper = expression.args
        ordering.require(self.at - lower, "splitting the sum")
        ordering.require(upper - self.at, "splitting the sum")
        middle = body.xreplace({index: self.at})
        return add(LayerSum(body, index, lower, self.at - 1), middle, LayerSum(body, index, self.at + 1, upper))


def rewrite(expression: Any, ordering: Ordering, local: Callable[[Any, Ordering], Any]) -> Any:
    """Replace parts of an expression from the outside inwards.

    ``local`` gets each node with the assumptions that hold there, and gives its replacement or None. A node with
    ``opaque`` true is offered to ``local`` but not entered: its meaning depends on how its argument is written.
    """
    changed = local(expression, ordering)
    if changed is not None and changed != expression:
        return changed
    if not isinstance(expression, Basic) or not expression.args or getattr(expression, "opaque", False):
        return expression
    if isinstance(expression, LayerSum):
        if expression.empty(ordering):
            return expression
        body = rewrite(expression.body, expression.inside(ordering), local)
        return LayerSum(body, *expression.args[1:])
    arguments = [rewrite(argument, ordering, local) for argument in expression.args]
    if isinstance(expression, MatMul):
        return times(*arguments)
    return expression.func(*arguments) if arguments != list(expression.args) else expression


@terms_of.register(LayerSum)
def _(expression: LayerSum, ordering: Ordering) -> Terms:
    if expression.empty(ordering):
        return {}
    body, index, lower, upper = expression.args
    if body.has(LayerSum):
        return {(expression,): sympify(1)}
    taken = INDEX in ordering.symbols or INDEX in expression.free_symbols
    fresh = Dummy("i", integer=True) if taken else INDEX
    renamed = LayerSum(body.xreplace({index: fresh}), fresh, lower, upper)
    result: Terms = {}
    for word, coefficient in terms_of(renamed.body, renamed.inside(ordering)).items():
        inner = normal.word_expression(word, expression.shape)
        if coefficient.has(fresh):
            inner, coefficient = times(coefficient, inner), sympify(1)
        result = normal.summed(result, {(LayerSum(inner, fresh, lower, upper),): coefficient})
    return result


@evaluate.register(LayerSum)
def _(expression: LayerSum, valuation: Valuation) -> Array:
    body, index, lower, upper = expression.args
    result = filled(valuation.number(expression.rows), valuation.number(expression.cols))
    for value in range(valuation.number(lower), valuation.number(upper) + 1):
        result = result + evaluate(body, valuation.with_symbol(index, value))
    return result
