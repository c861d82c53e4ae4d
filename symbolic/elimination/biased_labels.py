r"""Given inputs and labels and a network with bias: the rank of the residual at almost all parameters.

E[δx̃⊤] has the rank of [Cov(δ, x) E[δ]]. The first part is W^{L:1}Cov(x) − Cov(y, x), the residual of the network
without bias on centred data of rank r̃ − 1; it does not see the biases. The last bias moves E[δ] freely, so that this
column adds one to the rank unless it is K.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from sympy import Add, Min, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.elimination.labels import ANY, LABELS, RESIDUAL_RANK, residual_attained, residual_bound
from hessproof.symbolic.elimination.resting import Resting
from hessproof.symbolic.elimination.steps import chained
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, filled

AUGMENTED = Symbol(r"\operatorname{rk} E[\delta \tilde x^\top]", integer=True)
CENTRED = Symbol(r"\operatorname{rk} \operatorname{Cov}(\delta, x)", integer=True)
STATED = Min(formula.K, 1 + Min(formula.r_aug - 1, formula.q_centred + LABELS))
"""min(K, 1 + min(r̃ − 1, q̄ + σ)), the rank of E[δx̃⊤] for almost all parameters; σ = rk Cov(y, x)."""
DISTANCE = 1000
"""Entries of the weights and biases that are drawn: far above those of the data, so that none is special."""


class FreeColumn(Rule):
    """rk [C e] = min(K, 1 + rk C) for almost all columns e of length K."""

    name = "a free column"
    statement = r"\operatorname{rk} [C \; e] = \min(K, 1 + \operatorname{rk} C)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The centred residual and one column more."""
        return expression.xreplace({AUGMENTED: Min(formula.K, 1 + CENTRED)})


class OnCentredData(Resting):
    """The rank without bias, on centred data: r̃ − 1 for r, q̄ for q, and σ = rk Cov(y, x)."""

    wanted = ("residual attained", "residual bound")
    name = "the residual on centred data"
    statement = r"\operatorname{rk} \operatorname{Cov}(\delta, x) = \min(\tilde r - 1, K, \bar q + \sigma)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The theorem without bias."""
        self.look_up([ordering])
        without = {formula.r: formula.r_aug - 1, formula.q: formula.q_centred}
        return expression.xreplace({CENTRED: RESIDUAL_RANK.xreplace(without)})


def _flat(expression: Any) -> Any:
    """Minima without minima inside: c + min(a, b) = min(c + a, c + b)."""
    if isinstance(expression, Min):
        return Min(*map(_flat, expression.args))
    if isinstance(expression, Add):
        inner = [part for part in expression.args if isinstance(part, Min)]
        if len(inner) == 1:
            rest = expression - inner[0]
            return Min(*(_flat(rest + part) for part in inner[0].args))
    return expression


def _same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Equality of minima."""
    return bool(_flat(one) == _flat(two))


@cache
def biased_residual() -> Derivation:
    """rk E[δx̃⊤] = min(K, 1 + min(r̃ − 1, q̄ + σ)) for every data set and almost all weights and biases.

    Example:
        >>> biased_residual().check(0, count=1).ok
        True
    """
    found = residual_attained(), residual_bound()
    return Derivation(
        "biased residual", "the rank of the residual of a data set with bias", ANY, AUGMENTED,
        (*chained(AUGMENTED, ANY, FreeColumn(), OnCentredData(*found)), Step(STATED, Algebra("minima"))), STATED,
        source="this project", same=_same, valuations=_networks, lemmas=found,
    )  # fmt: skip


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small samples and networks with bias, weights and biases drawn, the ranks computed from the samples."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 2, 3, 2):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        count = stream.randint(1, widths[0] + 1)
        x, y = _drawn(stream, count, widths[0], 2), _drawn(stream, count, widths[-1], 2) * stream.randint(0, 1)
        ones = filled(count, 1, 1)
        larger, value = np.concatenate([x, ones], axis=1), x.T
        for columns, rows in pairwise(widths):
            value = _drawn(stream, rows, columns, DISTANCE).dot(value) + _drawn(stream, rows, 1, DISTANCE)
        residual = value.T - y
        inner = exact_rank(larger) - 1
        numbers: dict[Any, Any] = {
            formula.r_aug: inner + 1, formula.K: widths[-1], formula.q_centred: min(inner, *widths[1:]),
            LABELS: exact_rank(_covariance(y, x)), CENTRED: exact_rank(_covariance(residual, x)),
            AUGMENTED: exact_rank(residual.T.dot(larger)),
        }  # fmt: skip
        yield Valuation(numbers)


def _covariance(one: Array, two: Array) -> Array:
    """N² times the covariance."""
    result: Array = len(one) * one.T.dot(two) - np.outer(one.sum(axis=0), two.sum(axis=0))
    return result


def _drawn(stream: random.Random, rows: int, columns: int, size: int) -> Array:
    entries = [[stream.randint(-size, size) for _ in range(columns)] for _ in range(rows)]
    return np.array(entries, dtype=object).reshape(rows, columns)
