r"""The cores where T = I: they are one matrix a, and (2L − 1)a = 0.

From Ta_{k+1} = a_kT all a_l are equal, and (Σ_l a_l)⊤ + TΣ_{l≥2}a_l = 0 becomes La⊤ + (L − 1)a = 0. Taken with its
transpose it says (2L − 1)a = 0.
"""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from sympy import Expr, MatrixExpr, Transpose

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.elimination.letters import (
    QHAT,
    Inject,
    Project,
    Root,
    rewritten,
)
from hessproof.symbolic.elimination.steps import DEEP, cores_added, neighbouring_cores, solved_by, sum_of_cores
from hessproof.symbolic.normal import Word
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import LayerSum, rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.words import Delta, L, Letter, add, times


class Common(Letter):
    """a, the matrix that all a_l are where T = I, of shape q̂ × q̂."""

    def _rows(self) -> Expr:
        return QHAT

    _cols = _rows

    def _text(self, printer: Any) -> str:
        return "a"


A = Common()


class OneCore(Rule):
    """a_l = a for every l, which Ta_{k+1} = a_kT says for T = I; and T = I."""

    name = "T = I, so that all cores are equal"
    statement = r"T = I,\quad p_l \Delta W^l i_{l-1} = a"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put a for each core and I for each power of N."""
        return rewritten(expression, ordering, self._one)

    @staticmethod
    def _one(word: Word, place: int, ordering: Ordering) -> Word | None:
        if isinstance(word[place], Root):
            return word[place + 1 :]
        match word[place : place + 3]:
            case Project(), Delta(), Inject():
                return (A, *word[place + 3 :])
            case Project(), Transpose(arg=Delta()), Inject():
                return (A.T, *word[place + 3 :])
        return None


class EqualSummands(Rule):
    """Σ_{i=a}^{b} X = (b − a + 1)X where X does not depend on i."""

    name = "equal summands"
    statement = r"\sum_{i=a}^{b} X = (b - a + 1) X"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Count the summands of each sum whose body is constant."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, LayerSum):
                return None
            body, index, lower, upper = node.args
            if body.has(index) or inner.nonnegative(upper - lower + 1) is not True:
                return None
            return times(upper - lower + 1, body)

        return rewrite(expression, ordering, local)


@cache
def one_core() -> Derivation:
    """If T = I: La⊤ + (L − 1)a = 0.

    Example:
        >>> one_core().check(0, count=1).ok
        True
    """
    return solved_by(
        "one core", "all cores are one", DEEP, cores_added(), (OneCore(), EqualSummands()), _one_core(),
        prepare=equal_cores, simple=True, lemmas=(neighbouring_cores(), sum_of_cores()),
    )  # fmt: skip


def _one_core() -> MatrixExpr:
    return add(times(L, A.T), times(L - 1, A))


@cache
def no_core() -> Derivation:
    """L(La⊤ + (L − 1)a)⊤ − (L − 1)(La⊤ + (L − 1)a) = (2L − 1)a, and 2L − 1 is odd.

    Example:
        >>> no_core().check(0, count=1).ok
        True
    """
    start = add(times(L, _one_core().T), times(1 - L, _one_core()))
    final = times(2 * L - 1, A)
    return solved_by(
        "no core", "the core and its transpose, eliminated", DEEP, start, (Algebra("both are multiples of a"),), final,
        prepare=equal_cores, simple=True, lemmas=(one_core(),),
    )  # fmt: skip


def equal_cores(valuation: Valuation, stream: random.Random) -> None:
    """Changes whose cores are one matrix."""
    size = valuation.symbols[QHAT]
    for layer in range(1, len(valuation.widths)):
        change = evaluate(Delta(layer), valuation).copy()
        change[:size, :size] = evaluate(A, valuation)
        valuation._drawn["D", layer] = change


@evaluate.register(Common)
def _(expression: Common, valuation: Valuation) -> Array:
    size = valuation.symbols[QHAT]
    return valuation.draw("a", (size, size))
