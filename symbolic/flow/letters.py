r"""Letters and rules of gradient flow: time derivatives, the flow equation, and projectors on hidden spaces.

Along gradient flow Ẇ^l = −η ∂𝓛/∂W^l a matrix built from the weights has a time derivative, `TimeDerivative`. Its exact
value comes from the definition: the gradient of the loss is computed by infinitesimals, not by Eq. (2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Expr, Integer, MatrixExpr, MatrixSymbol, Rational, Symbol, Trace, Transpose

from hessproof.symbolic import normal, words
from hessproof.symbolic.derivation import Rule, RuleFailure
from hessproof.symbolic.derivatives import Gradient
from hessproof.symbolic.jets import Jet, coefficient
from hessproof.symbolic.normal import Terms, Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Descending, L, Letter, M, Node, Omega, Sigma, Syx, Transposed, add, times

ETA = Symbol("eta", positive=True)
"""η, the rate of the flow."""
FLOW_LOSS = Rational(1, 2) * Trace(times(Descending(L, 1), Sigma(), Transposed(1, L))) - Trace(
    times(Descending(L, 1), Syx().T)
)
"""𝓛 without its constant: ½tr(W^{L:1}ΣW^{1:L}) − tr(W^{L:1}Σ_yx⊤)."""


def gradient_word(layer: Expr) -> MatrixExpr:
    """∂𝓛/∂W^l = W^{l+1:L} Ω W^{1:l-1} (Singh et al. 2021, Eq. (2))."""
    return times(Transposed(layer + 1, L), Omega(), Transposed(1, layer - 1))


class TimeDerivative(Node):
    """dX/dt along gradient flow, of the shape of X."""

    def _latex(self, printer: Any) -> str:
        return rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}t}} \left[{printer._print(self.args[0])}\right]"


class Velocity(Letter):
    """Ẇ^l, the velocity of W^l along gradient flow, of shape M_l × M_{l-1}."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return M(self.args[0] - 1)

    def _text(self, printer: Any) -> str:
        return rf"\dot W^{{{printer._print(self.args[0])}}}"


class Projector(Letter):
    """P_l, an orthogonal projector of R^{M_l} with P_l W^l = W^l and W^{l+1} P_l = W^{l+1}."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    _cols = _rows

    def _eval_transpose(self) -> Projector:
        return self

    def _text(self, printer: Any) -> str:
        return f"P_{{{printer._print(self.args[0])}}}"


class PseudoInverse(Letter):
    """(W^l)⁺, the Moore–Penrose inverse of W^l, of shape M_{l-1} × M_l."""

    def _rows(self) -> Expr:
        return M(self.args[0] - 1)

    def _cols(self) -> Expr:
        return M(self.args[0])

    def _text(self, printer: Any) -> str:
        return rf"W^{{{printer._print(self.args[0])}\,+}}"


class ProductRuleInTime(Rule):
    """d/dt of a sum of products of single weights and constants."""

    name = "product rule"
    statement = r"\frac{\mathrm{d}}{\mathrm{d}t}(XY) = \dot X Y + X \dot Y"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Differentiate products of weights."""

        def local(node: Any, inner: Ordering) -> Any:
            return _differentiated(node.args[0], inner) if isinstance(node, TimeDerivative) else None

        return rewrite(expression, ordering, local)


class FlowEquation(Rule):
    """Ẇ^l = −η W^{l+1:L} Ω W^{1:l-1}: the definition of gradient flow with Eq. (2)."""

    name = "flow equation and Eq. (2)"
    statement = r"\dot W^l = -\eta\, W^{l+1:L} \Omega W^{1:l-1}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every velocity."""

        def local(node: Any, inner: Ordering) -> Any:
            return times(-ETA, gradient_word(node.args[0])) if isinstance(node, Velocity) else None

        return rewrite(expression, ordering, local)


class Absorb(Rule):
    """P_l W^l = W^l and W^{l+1} P_l = W^{l+1}, and the same transposed.

    Args:
        before: Whether P_l W^l = W^l may be used.
        after: Whether W^{l+1} P_l = W^{l+1} may be used.
    """

    name = "projector on the hidden space"
    statement = r"P_l W^l = W^l, \quad W^{l+1} P_l = W^{l+1}"

    def __init__(self, *, before: bool = True, after: bool = True) -> None:
        self.before, self.after = before, after

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take in every projector that stands beside a weight that it leaves as it is."""
        result: Terms = {}
        for word, factor in terms_of(expression, ordering).items():
            reduced = self._reduced(word, ordering)
            result = normal.summed(result, {normal.joined(reduced, ordering): factor})
        return normal.rebuilt(result, expression.shape)

    def _reduced(self, word: Word, ordering: Ordering) -> Word:
        letters = list(word)
        position = 0
        while position + 1 < len(letters):
            one, two = letters[position : position + 2]
            if isinstance(one, Projector) and (one == two or self._keeps(one, two, ordering)):
                del letters[position]
            elif isinstance(two, Projector) and self._keeps(two, one.T, ordering):
                del letters[position + 1]
            else:
                position += 1
        return tuple(letters)

    def _keeps(self, projector: Projector, chain: MatrixExpr, ordering: Ordering) -> bool:
        """Whether P · chain = chain."""
        layer = projector.args[0]
        if not isinstance(chain, Descending | Transposed) or ordering.nonnegative(chain.length - 1) is not True:
            return False
        if isinstance(chain, Descending):
            return self.before and bool(ordering.zero(chain.first - layer))
        return self.after and bool(ordering.zero(chain.first - layer - 1))


def _differentiated(matrix: MatrixExpr, ordering: Ordering) -> MatrixExpr:
    terms = []
    for word, factor in terms_of(matrix, ordering).items():
        for position, letter in enumerate(word):
            moved = _velocity(letter, ordering)
            if moved is not None:
                terms.append(times(factor, *word[:position], moved, *word[position + 1 :]))
    return add(*terms) if terms else words.zero(*matrix.shape)


def _velocity(letter: MatrixExpr, ordering: Ordering) -> MatrixExpr | None:
    inner = letter.arg if isinstance(letter, Transpose) else letter
    if isinstance(inner, Descending | Transposed):
        if not ordering.zero(inner.length - 1):
            raise RuleFailure(f"{words.shown(letter)} is not a single weight")
        moved = Velocity(inner.first)
        return moved if isinstance(inner, Descending) is (inner is letter) else moved.T
    if isinstance(inner, Sigma | Syx | Projector | MatrixSymbol):
        return None
    raise RuleFailure(f"the time derivative of {words.shown(letter)} is unknown")


def velocity(layer: int, valuation: Valuation) -> Array:
    """Ẇ^layer at exact weights, from the definition of the gradient."""
    plain = valuation._changed(symbols={**valuation.symbols, L: len(valuation.widths) - 1})
    return np.asarray(-valuation.number(ETA) * evaluate(Gradient(FLOW_LOSS, Integer(layer)), plain), dtype=object)


def moving(expression: Any, valuation: Valuation) -> tuple[Valuation, int]:
    """The weights of an expression with their velocities as infinitesimal parts, and the mask of that infinitesimal."""
    mask = 1 << valuation.level
    changed = valuation
    for layer in sorted(_layers(expression, valuation)):
        moved = valuation.weights[layer - 1] + velocity(layer, valuation) * Jet({mask: 1})
        changed = changed.with_weight(layer, moved, moved.T)
    return changed, mask


def _layers(expression: Any, valuation: Valuation) -> set[int]:
    """Layers whose weights occur in an expression of chains."""
    found: set[int] = set()
    for chain in expression.atoms(Descending, Transposed):
        ends = sorted(valuation.number(end) for end in (chain.first, chain.last))
        found |= set(range(ends[0], ends[1] + 1))
    return found & set(range(1, len(valuation.widths)))


@terms_of.register(TimeDerivative)
def _(expression: TimeDerivative, ordering: Ordering) -> Terms:
    result: Terms = {}
    matrix = expression.args[0]
    for word, factor in terms_of(matrix, ordering).items():
        letter = TimeDerivative(normal.word_expression(word, matrix.shape))
        result = normal.summed(result, {(letter,): factor})
    return result


@evaluate.register(TimeDerivative)
def _(expression: TimeDerivative, valuation: Valuation) -> Any:
    changed, mask = moving(expression.args[0], valuation)
    return coefficient(evaluate(expression.args[0], changed), mask)


@evaluate.register(Velocity)
def _(expression: Velocity, valuation: Valuation) -> Array:
    return velocity(valuation.number(expression.args[0]), valuation)


@evaluate.register(Projector)
def _(expression: Projector, valuation: Valuation) -> Array:
    return valuation._drawn["projector", valuation.number(expression.args[0])]


@evaluate.register(PseudoInverse)
def _(expression: PseudoInverse, valuation: Valuation) -> Array:
    return np.asarray(valuation._drawn["pseudo-inverse", valuation.number(expression.args[0])], dtype=object)
