r"""The published way to Lemma 8: polar factors turn the flow into Ẇ^l = W^l A, and Jacobi's formula keeps the rank.

Balanced weights are W^{l+1⊤} = W^l C with C = (W^l)⁺W^{l+1⊤}, and CC⊤ = (W^l)⁺W^l is an orthogonal projector, so that
‖C‖ ≤ 1: the polar factors of the two sides of (W^{l+1⊤}W^{l+1})^{1/2} = (W^lW^{l⊤})^{1/2}. Hence Ẇ^l = W^l A(t) with a
bounded measurable A, so W^l_t = W^l_0 Φ(t) with an invertible Φ, det Φ = exp ∫ tr A. For square weights this is

    d/dt det W^l = det W^l · tr A,    det W^l_t = det W^l_0 · exp ∫ tr A.

With centred classes, (a), the residual is Ω = W^{L:1}Σ and A is a polynomial of the weights; that also settles L = 1,
where there is no hidden space.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import permutations
from typing import Any

from sympy import Expr, MatrixExpr, Trace

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.flow.balanced import balanced_valuations
from hessproof.symbolic.flow.conservation import HIDDEN
from hessproof.symbolic.flow.hidden_space import Balance
from hessproof.symbolic.flow.letters import (
    ETA,
    Absorb,
    FlowEquation,
    ProductRuleInTime,
    Projector,
    PseudoInverse,
    TimeDerivative,
    Velocity,
    gradient_word,
    moving,
)
from hessproof.symbolic.jets import coefficient
from hessproof.symbolic.normal import Terms, Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import (
    Descending,
    Letter,
    M,
    identity,
    l,
    times,
    weight,
)

HERE = weight(l)
INVERSE = PseudoInverse(l)


class RangeProjector(Rule):
    """P_l = W^l(W^l)⁺."""

    name = "projector on the range"
    statement = r"P_l = W^l W^{l\,+}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put W(W)⁺ for P."""
        result: Terms = {}
        for word, factor in terms_of(expression, ordering).items():
            longer: list[MatrixExpr] = []
            for letter in word:
                inside = isinstance(letter, Projector)
                longer += [weight(letter.args[0]), PseudoInverse(letter.args[0])] if inside else [letter]
            result = normal.summed(result, {normal.joined(tuple(longer), ordering): factor})
        return normal.rebuilt(result, expression.shape)


class MoorePenrose(Rule):
    """(W⁺W)⊤ = W⁺W and W⁺WW⁺ = W⁺, so that W⁺W W⊤ W⁺⊤ = W⁺W."""

    name = "Moore–Penrose equations"
    statement = r"(W^{+}W)^\top = W^{+}W, \quad W^{+} W W^{+} = W^{+}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace W⁺W W⊤W⁺⊤ by W⁺W."""
        result: Terms = {}
        for word, factor in terms_of(expression, ordering).items():
            result = normal.summed(result, {self._reduced(word): factor})
        return normal.rebuilt(result, expression.shape)

    def _reduced(self, word: Word) -> Word:
        for place in range(len(word) - 3):
            inverse, one = word[place], word[place + 1]
            projects = isinstance(inverse, PseudoInverse) and one == weight(inverse.args[0])
            if projects and word[place + 2 : place + 4] == (one.T, inverse.T):
                return (*word[:place], inverse, one, *word[place + 4 :])
        return word


@cache
def polar_factor() -> Derivation:
    """W^{l+1⊤} = W^l C with C = (W^l)⁺W^{l+1⊤} for balanced weights.

    Example:
        >>> polar_factor().check(0).ok
        True
    """
    up = weight(l + 1).T
    final = times(HERE, INVERSE, up)
    return Derivation(
        "lemma8_polar", "W^{l+1⊤} factors through W^l", HIDDEN, up,
        (Step(times(Projector(l), up), Backwards(Absorb())), Step(final, RangeProjector())), final,
        source="this project", valuations=balanced_valuations,
    )  # fmt: skip


@cache
def polar_factor_bounded() -> Derivation:
    """CC⊤ = (W^l)⁺W^l, an orthogonal projector, so that ‖C‖ ≤ 1.

    Example:
        >>> polar_factor_bounded().check(0).ok
        True
    """
    factor = times(INVERSE, weight(l + 1).T)
    final = times(INVERSE, HERE)
    return Derivation(
        "lemma8_polar_bounded", "the factor is a partial isometry", HIDDEN, times(factor, factor.T),
        (
            Step(times(INVERSE, weight(l + 1).T, weight(l + 1), INVERSE.T), Algebra("transpose")),
            Step(times(INVERSE, HERE, HERE.T, INVERSE.T), Balance()),
            Step(final, MoorePenrose()),
        ),
        final, source="this project", valuations=balanced_valuations,
    )  # fmt: skip


@cache
def linear_flow() -> Derivation:
    """Ẇ^l = W^l A, A = −η (W^l)⁺W^{l+1:L} Ω W^{1:l-1}, for l < L and balanced weights.

    Example:
        >>> linear_flow().check(0).ok
        True
    """
    word = gradient_word(l)
    final = times(-ETA, HERE, INVERSE, word)
    return Derivation(
        "lemma8_linear_flow", "balanced flow multiplies W^l from the right", HIDDEN, TimeDerivative(HERE),
        (
            Step(Velocity(l), ProductRuleInTime()),
            Step(times(-ETA, word), FlowEquation()),
            Step(times(-ETA, Projector(l), word), Backwards(Absorb())),
            Step(final, RangeProjector()),
        ),
        final, source="this project", valuations=balanced_valuations, lemmas=(polar_factor(), polar_factor_bounded()),
    )  # fmt: skip


class Det(Expr):  # type: ignore[misc]
    """det W^l of a square weight."""

    is_commutative = True

    def __new__(cls, matrix: MatrixExpr) -> Any:
        """Take the matrix."""
        return super().__new__(cls, matrix)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\det {printer._print(self.args[0])}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class RateOfDet(Expr):  # type: ignore[misc]
    """d/dt det W^l along the flow."""

    is_commutative = True

    def __new__(cls, matrix: MatrixExpr) -> Any:
        """Take the matrix."""
        return super().__new__(cls, matrix)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}t}} \det {printer._print(self.args[0])}"


class Adjugate(Letter):
    """adj W^l, the transposed matrix of cofactors of a square weight."""

    def _rows(self) -> Expr:
        return M(self.args[0] - 1)

    def _cols(self) -> Expr:
        return M(self.args[0])

    def _text(self, printer: Any) -> str:
        return rf"\operatorname{{adj}} W^{{{printer._print(self.args[0])}}}"


class JacobiFormula(Rule):
    """d/dt det W = tr(adj(W) Ẇ)."""

    name = "Jacobi's formula"
    statement = r"\frac{\mathrm{d}}{\mathrm{d}t} \det W = \operatorname{tr}(\operatorname{adj}(W)\, \dot W)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The trace for the rate of the determinant of one weight."""
        if not isinstance(expression, RateOfDet) or not isinstance(expression.args[0], Descending):
            raise RuleFailure(f"{expression} is no rate of a determinant")
        layer = expression.args[0].first
        return Trace(times(Adjugate(layer), TimeDerivative(expression.args[0])))


class PutIn(Rule):
    """What another derivation says, put in.

    Args:
        derivation: It says start = final.
    """

    def __init__(self, derivation: Derivation) -> None:
        if derivation.relation != "=":
            raise RuleFailure(f"{derivation.claim} is no equality")
        self.derivation, self.name = derivation, derivation.title

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace the start of the derivation by its published formula."""
        return expression.xreplace({self.derivation.start: self.derivation.final})


class AdjugateIdentity(Rule):
    """adj(W) W = det(W) I inside a trace."""

    name = "adjugate"
    statement = r"\operatorname{adj}(W) W = \det(W) I"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the determinant out of the trace."""
        total = 0
        for word, factor in terms_of(expression.arg, ordering).items():
            if len(word) < 2 or not isinstance(word[0], Adjugate) or word[1] != weight(word[0].args[0]):
                raise RuleFailure(f"no adjugate before its matrix in {expression}")
            total += factor * Det(word[1]) * Trace(times(*word[2:]) if word[2:] else identity(M(word[0].args[0])))
        return total


@cache
def determinant() -> Derivation:
    """d/dt det W^l = det W^l · tr A for square balanced weights, l < L.

    Example:
        >>> determinant().check(0).ok
        True
    """
    inner = linear_flow()
    field = times(INVERSE, gradient_word(l))
    final = -ETA * Det(HERE) * Trace(field)
    return Derivation(
        "lemma8_determinant", "a determinant that is zero stays zero, and no other becomes zero", HIDDEN,
        RateOfDet(HERE),
        (
            Step(Trace(times(Adjugate(l), TimeDerivative(HERE))), JacobiFormula()),
            Step(Trace(times(Adjugate(l), inner.final)), PutIn(inner)),
            Step(final, AdjugateIdentity()),
        ),
        final, source="Singh et al. 2021, Appendix S5", valuations=partial(balanced_valuations, square=True),
        assumptions=("balanced", "square"),
    )  # fmt: skip


@evaluate.register(Det)
def _(expression: Det, valuation: Valuation) -> Any:
    return _leibniz(evaluate(expression.args[0], valuation))


@evaluate.register(RateOfDet)
def _(expression: RateOfDet, valuation: Valuation) -> Any:
    changed, mask = moving(expression.args[0], valuation)
    return coefficient(_leibniz(evaluate(expression.args[0], changed)), mask)


@evaluate.register(Adjugate)
def _(expression: Adjugate, valuation: Valuation) -> Array:
    matrix = evaluate(weight(expression.args[0]), valuation)
    size = len(matrix)
    result: Array = matrix.copy()
    for i in range(size):
        for j in range(size):
            rows, cols = [x for x in range(size) if x != j], [y for y in range(size) if y != i]
            result[i, j] = (-1) ** (i + j) * _leibniz(matrix[rows][:, cols])
    return result


def _leibniz(matrix: Array) -> Any:
    """The determinant as a sum over permutations; entries may have infinitesimal parts."""
    size = len(matrix)
    total: Any = 0
    for order in permutations(range(size)):
        inversions = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        term: Any = (-1) ** inversions
        for row, column in enumerate(order):
            term = term * matrix[row, column]
        total = total + term
    return total
