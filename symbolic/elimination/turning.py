r"""Orthogonal coordinates of white data: any residual may be taken diagonal."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import sympy as sp
from sympy import Expr, Integer, Trace, Transpose

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.elimination.data import NETWORK, objective, scaled_networks
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Descending, L, Letter, M, Syx, times


class Turn(Letter):
    """P or R, orthogonal, of the size of the outputs or of the r white inputs."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    _cols = _rows

    def _text(self, printer: Any) -> str:
        return "R" if self.args[0] == 0 else "P"


class Orthogonal(Rule):
    """P⊤P = I and R⊤R = I."""

    name = "orthogonal matrices"
    statement = r"P^\top P = I,\quad R^\top R = I"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Cancel neighbours in every trace, around its corner too."""
        return rewrite(expression, ordering, self._cancelled)

    @staticmethod
    def _cancelled(node: Any, inner: Ordering) -> Any:
        if not isinstance(node, Trace):
            return None
        total = Integer(0)
        for word, coefficient in normal.terms_of(node.arg, inner).items():
            letters = list(word)
            if len(letters) > 1 and isinstance(letters[0], Turn) and letters[-1] == Transpose(letters[0]):
                letters = [*letters[1:], letters[0]]
            place = 0
            while place + 1 < len(letters):
                if isinstance(letters[place + 1], Turn) and letters[place] == Transpose(letters[place + 1]):
                    del letters[place : place + 2]
                    place = max(place - 1, 0)
                else:
                    place += 1
            total += coefficient * Trace(times(*letters))
        return total


@cache
def turned() -> Derivation:
    """𝓛(PW^L, …, W^1R⊤; I, PSR⊤) = 𝓛(W; I, S): the residual, PΩR⊤, may be taken diagonal.

    Example:
        >>> turned().check(0, count=1).ok
        True
    """
    left, right, rule = Turn(L), Transpose(Turn(0)), Orthogonal()
    chain, labels = times(left, Descending(L, 1), right), times(left, Syx(), right)
    start = objective(chain, sp.Identity(M(0)), labels)
    final = objective(Descending(L, 1), sp.Identity(M(0)), Syx())
    return Derivation(
        "turned", "the loss of white data in other orthogonal coordinates", NETWORK, start,
        (Step(rule.apply(start, NETWORK), rule),), final, source="this project", valuations=scaled_networks,
    )  # fmt: skip


@evaluate.register(Turn)
def _(expression: Turn, valuation: Valuation) -> Array:
    """A permutation with signs."""
    layer = valuation.number(expression.args[0])
    stream = random.Random(f"{valuation.seed}|{layer}|turn")
    size = valuation.widths[layer]
    result = filled(size, size)
    for row, column in enumerate(stream.sample(range(size), size)):
        result[row, column] = stream.choice((1, -1))
    return result
