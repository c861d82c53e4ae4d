r"""Expectations over the data, E[X], and the moments that they reduce to.

Words that contain data have one pair of neighbouring data letters, such as x x⊤ or δ x⊤; by linearity E reaches that
pair alone: E[xx⊤] = Σ, E[yx⊤] = Σ_yx, E[δx⊤] = Ω, E[yy⊤] = Σ_yy (Singh et al. 2021, §2).
"""

from __future__ import annotations

from typing import Any

from sympy import Identity, MatrixExpr, Transpose
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import normal, words
from hessproof.symbolic.derivation import Rule, RuleFailure
from hessproof.symbolic.normal import Terms, Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Node, shown, times

_DATA = (words.Input, words.Target, words.Residual)


class Expectation(Node):
    """E[X] over the samples (x, y).

    Example:
        >>> from hessproof.symbolic.words import Input, Residual, L
        >>> Expectation(times(Residual(), Input().T)).shape
        (M(L), M(0))
    """

    def _eval_transpose(self) -> Expectation:
        return Expectation(self.args[0].T)

    def _latex(self, printer: Any) -> str:
        return rf"\mathbf{{E}}\left[{printer._print(self.args[0])}\right]"


class TakeExpectation(Rule):
    """Linearity of E, and the moments of the data.

    Example:
        >>> from hessproof.symbolic.words import Descending, Input, L, Residual
        >>> inside = times(Descending(L, 1), Input(), Input().T)
        >>> TakeExpectation().apply(Expectation(inside), Ordering(1 <= L))
        Descending(L, 1)*Sigma()
    """

    name = "expectation"
    statement = r"\mathbf{E}[A\,x x^\top B] = A\,\Sigma\,B,\quad \mathbf{E}[A\,\delta x^\top B] = A\,\Omega\,B"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every expectation by its moments."""

        def local(node: Any, inner: Ordering) -> Any:
            return _taken(node, inner) if isinstance(node, Expectation) else None

        return rewrite(expression, ordering, local)


class Define(Rule):
    """Write a defined letter out: δ = W^{L:1}x − y, Ω = W^{L:1}Σ − Σ_yx.

    Args:
        letter: The class of the letter, :class:`~hessproof.symbolic.words.Residual` or ``Omega``.
    """

    def __init__(self, letter: type[words.Residual] | type[words.Omega]) -> None:
        self.letter = letter
        self.name = "definition of the residual" if letter is words.Residual else "definition of Omega"
        both = {words.Residual: r"\delta = W^{L:1} x - y", words.Omega: r"\Omega = W^{L:1} \Sigma - \Sigma_{yx}"}
        self.statement = both[letter]

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Write out every such letter."""
        return rewrite(
            expression, ordering, lambda node, _: node.definition() if isinstance(node, self.letter) else None
        )


def _taken(node: Expectation, ordering: Ordering) -> MatrixExpr:
    terms: Terms = {}
    for word, coefficient in terms_of(node.args[0], ordering).items():
        value = normal.word_expression(_moment_word(word), node.shape)
        terms = normal.summed(terms, terms_of(times(coefficient, value), ordering))
    return normal.rebuilt(terms, node.shape)


def _moment_word(word: Word) -> Word:
    """The word with its one pair of data letters replaced by a moment; a word without data stays.

    Raises:
        RuleFailure: If the data letters are not one neighbouring pair.
    """
    holders = [position for position, letter in enumerate(word) if letter.has(*_DATA)]
    if not holders:
        return word
    if len(holders) == 1 and isinstance(word[holders[0]], KroneckerProduct):
        position = holders[0]
        factors = [_moment_factor(factor) for factor in word[position].args]
        if sum(factor.has(*_DATA) for factor in word[position].args) == 1:
            return (*word[:position], KroneckerProduct(*factors), *word[position + 1 :])
    if len(holders) == 2 and holders[1] == holders[0] + 1:
        moment = _moment(word[holders[0]], word[holders[1]])
        if moment is not None:
            return (*word[: holders[0]], moment, *word[holders[1] + 1 :])
    raise RuleFailure(f"no moment is known for the expectation of {shown(times(*word))}")


def _moment_factor(factor: MatrixExpr) -> MatrixExpr:
    if isinstance(factor, Identity):
        return factor
    letters = factor.args if isinstance(factor, MatMul) else (factor,)
    return times(*_moment_word(tuple(letters)))


def _moment(left: MatrixExpr, right: MatrixExpr) -> MatrixExpr | None:
    if not (isinstance(left, _DATA) and isinstance(right, Transpose) and isinstance(right.arg, _DATA)):
        return None
    match left, right.arg:
        case words.Input(), words.Input():
            return words.Sigma()
        case words.Target(), words.Input():
            return words.Syx(left.args[0])
        case words.Input(), words.Target():
            return words.Syx(right.arg.args[0]).T
        case words.Residual(), words.Input():
            return words.Omega(left.args[0])
        case words.Input(), words.Residual():
            return words.Omega(right.arg.args[0]).T
        case words.Target(), words.Target():
            return words.Syy(left.args[0])
    return None


@terms_of.register(Expectation)
def _(expression: Expectation, ordering: Ordering) -> Terms:
    result: Terms = {}
    for word, coefficient in terms_of(expression.args[0], ordering).items():
        inside = normal.word_expression(word, expression.shape)
        letter: Word = () if not word else (Expectation(inside),)
        result = normal.summed(result, {letter: coefficient})
    return result


@evaluate.register(Expectation)
def _(expression: Expectation, valuation: Valuation) -> Any:
    return sum(
        (share * evaluate(expression.args[0], valuation.with_sample(x, y)) for share, x, y in valuation.samples()),
        0,
    )
