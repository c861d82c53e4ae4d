r"""The equations of the kernel of H_L, for every weights and data, and the law of balance that they imply.

A tuple U of changes ΔW^1, …, ΔW^L is in the kernel of H_L if and only if for every layer k

    F_k = W^{k-1:1}ΣD⊤W^{L:k+1} + W^{k-1:1}Ω⊤A_k + B_kΩ⊤W^{L:k+1} = 0,   of shape M_{k-1} × M_k,

with D = Σ_l W^{L:l+1}ΔW^lW^{l-1:1}, the change of the end-to-end matrix, A_k = Σ_{l>k} W^{L:l+1}ΔW^lW^{l-1:k+1}, that
of the chain behind layer k, and B_k = Σ_{l<k} W^{k-1:l+1}ΔW^lW^{l-1:1}, that of the chain before it. In
W^kF_k − F_{k+1}W^{k+1} the terms with D cancel, and the others telescope: with C_k = W^{k-1:1}Ω⊤W^{L:k+1},

    C_{k+1}ΔW^{k+1} = ΔW^kC_k   for k = 1, …, L − 1.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from sympy import Add, Expr, Integer, MatrixExpr, Sum, Trace, Transpose, expand

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import INDEX, LayerSum, SplitSum, rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Delta, Descending, L, Letter, M, Omega, Sigma, add, k, times, weight

Part = Literal["loss", "functional"]


class Other(Letter):
    """V, a change of W^k alone, of shape M_k × M_{k-1}."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return M(self.args[0] - 1)

    def _text(self, printer: Any) -> str:
        return f"V^{{{printer._print(self.args[0])}}}"


def changed(first: Expr | int, last: Expr | int, lower: Expr | int, upper: Expr | int) -> LayerSum:
    """Σ_{i=lower}^{upper} W^{first:i+1}ΔW^iW^{i-1:last}; the change of the chain W^{first:last} if the limits are its.

    Example:
        >>> changed(L, 1, 1, L).shape
        (M(L), M(0))
    """
    return LayerSum(times(Descending(first, INDEX + 1), Delta(INDEX), Descending(INDEX - 1, last)), INDEX, lower, upper)


def end_to_end() -> LayerSum:
    """D, the change of W^{L:1}."""
    return changed(L, 1, 1, L)


def behind(layer: Expr | int) -> LayerSum:
    """A_k, the change of W^{L:k+1}."""
    return changed(L, layer + 1, layer + 1, L)


def before(layer: Expr | int) -> LayerSum:
    """B_k, the change of W^{k-1:1}."""
    return changed(layer - 1, 1, 1, layer - 1)


def equation(
    layer: Expr | int, sigma: MatrixExpr | None = None, omega: MatrixExpr | None = None, part: Part = "loss"
) -> MatrixExpr:
    """F_k, whose vanishing for all k says that the changes are in the kernel.

    Args:
        layer: k.
        sigma: Σ; the letter unless given.
        omega: Ω; the letter unless given.
        part: ``functional`` leaves the term with D out, for the kernel of H_f.
    """
    middle = Sigma() if sigma is None else sigma
    residual = Transpose(Omega() if omega is None else omega)
    front, back = Descending(layer - 1, 1), Descending(L, layer + 1)
    outer = times(front, middle, end_to_end().T, back)
    inner = times(front, residual, behind(layer)), times(before(layer), residual, back)
    return add(outer, *inner) if part == "loss" else add(*inner)


def closed(layer: Expr | int, omega: MatrixExpr | None = None) -> MatrixExpr:
    """C_k = W^{k-1:1}Ω⊤W^{L:k+1}."""
    residual = Transpose(Omega() if omega is None else omega)
    return times(Descending(layer - 1, 1), residual, Descending(L, layer + 1))


def balance(layer: Expr | int, omega: MatrixExpr | None = None) -> MatrixExpr:
    """C_{k+1}ΔW^{k+1} − ΔW^kC_k, which vanishes on the kernel."""
    return add(
        times(closed(layer + 1, omega), Delta(layer + 1)),
        times(-1, Delta(layer), closed(layer, omega)),
    )


class SplitEvery(Rule):
    """Σ_{i=a}^{b} X_i = Σ_{i=a}^{c-1} X_i + X_c + Σ_{i=c+1}^{b} X_i in each sum over layers that has the summand c.

    Args:
        at: c.
    """

    name = "split the sums"
    statement = SplitSum.statement

    def __init__(self, at: Expr | int) -> None:
        self.at = at

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Split the sums whose limits have c between them."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, LayerSum):
                return None
            _, _, lower, upper = node.args
            if inner.nonnegative(self.at - lower) is True and inner.nonnegative(upper - self.at) is True:
                return SplitSum(self.at).apply(node, inner)
            return None

        return rewrite(expression, ordering, local)


def same_traces(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two sums of traces are equal, the trace of a sum over layers taken summand by summand."""
    return bool(_traces(one, ordering) == _traces(two, ordering))


def _traces(expression: Any, ordering: Ordering) -> Expr:
    total: Expr = Integer(0)
    for trace in Add.make_args(expression):
        factor, rest = trace.as_coeff_Mul()
        for word, coefficient in normal.terms_of(rest.arg, ordering).items():
            if len(word) == 1 and isinstance(word[0], LayerSum):
                body, index, lower, upper = word[0].args
                summand = normal.canonical(Trace(body), word[0].inside(ordering))
                value = Sum(summand, (index, lower, upper))
            else:
                value = normal.canonical(Trace(times(*word)), ordering)
            total += factor * coefficient * value
    return expand(total)


@cache
def kernel_equation(part: Part = "loss") -> Derivation:
    """The second derivative of the loss in the directions U and V, a change of W^k alone, is tr(F_kV).

    Args:
        part: ``functional`` for H_f alone.

    Example:
        >>> kernel_equation().check(0, count=1).ok, kernel_equation("functional").check(0).ok
        (True, True)
    """
    front, back, other = Descending(k - 1, 1), Descending(L, k + 1), Other(k)
    outer = Trace(times(Sigma(), end_to_end().T, back, other, front)) if part == "loss" else Integer(0)
    later = Trace(times(Transpose(Omega()), behind(k), other, front))
    earlier = Trace(times(Transpose(Omega()), back, other, before(k)))
    final = Trace(times(equation(k, part=part), other))
    return Derivation(
        f"kernel equation, {part}", f"the equations of the kernel, layer by layer, {part}", Ordering(1 <= k, k <= L),
        outer + later + earlier, (Step(final, Algebra("cyclic trace")),), final, source="this project",
        same=same_traces,
    )  # fmt: skip


@cache
def law_of_balance(part: Part = "loss") -> Derivation:
    """W^kF_k − F_{k+1}W^{k+1} = C_{k+1}ΔW^{k+1} − ΔW^kC_k, for every weights and data.

    Args:
        part: ``functional`` for H_f alone; the law is the same.

    Example:
        >>> law_of_balance().check(0, count=1).ok, law_of_balance("functional").check(0).ok
        (True, True)
    """
    order = Ordering(1 <= k, k + 1 <= L)
    one, two = equation(k, part=part), equation(k + 1, part=part)
    start = add(times(weight(k), one), times(-1, two, weight(k + 1)))
    splits = [SplitEvery(k + 1), SplitEvery(k)]
    first = splits[0].apply(start, order)
    second = splits[1].apply(first, order)
    return Derivation(
        f"law of balance, {part}", f"neighbouring equations telescope, {part}", order, start,
        (Step(first, splits[0]), Step(second, splits[1]), Step(balance(k), Algebra("telescoping"))), balance(k),
        source="this project",
    )  # fmt: skip


@evaluate.register(Other)
def _(expression: Other, valuation: Valuation) -> Array:
    layer = valuation.number(expression.args[0])
    return valuation.draw(("V", layer), (valuation.widths[layer], valuation.widths[layer - 1]))
