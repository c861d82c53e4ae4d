r"""Which targets a network without activation can fit, and a point at which its Jacobian has the rank n².

The outputs W²W¹X run through MX for all n × n matrices M. If the m samples are independent, which needs m ≤ n, every
target is met; otherwise a vector c with Xc = 0 is left that every fitted target must be orthogonal to as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.counting import OUTER, STEP, FirstOrder, first_order, words_same
from hessproof.symbolic.valuation import Valuation

FIRST = sp.Symbol("W^1", commutative=False)
TARGETS, INPUTS, LEFT, NULL, CHANGE1, CHANGE2 = sp.symbols("Y X X^+ c dW^1 dW^2", commutative=False)
"""Targets, inputs, a left inverse of X if its columns are independent, a vector with Xc = 0, changes of the weights."""


class _Rewrite(Rule):
    """Neighbours in a word replaced by what their product is known to be.

    Args:
        name: What is used.
        statement: In LaTeX.
        pairs: Products of two letters and their values.
        assumptions: What is taken for granted.
    """

    def __init__(
        self, name: str, statement: str, pairs: dict[tuple[Any, Any], Any], assumptions: tuple[str, ...]
    ) -> None:
        self.name, self.statement, self.pairs, self.assumptions = name, statement, pairs, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace the first such pair of every word; each word must hold one."""
        total = sp.S.Zero
        for term in sp.Add.make_args(sp.expand(expression)):
            scalar, letters = sp.sympify(term).args_cnc()
            places = [place for place, pair in enumerate(pairwise(letters)) if pair in self.pairs]
            if not places:
                raise RuleFailure(f"nothing to replace in {term}")
            place = places[0]
            value = self.pairs[letters[place], letters[place + 1]]
            total += sp.Mul(*scalar) * sp.Mul(*letters[:place]) * value * sp.Mul(*letters[place + 2 :])
        return sp.expand(total)


@cache
def fitted() -> Derivation:
    """(Y X⁺) X = Y with X⁺X = I: for independent samples, m ≤ n, the product W²W¹ = Y X⁺ fits every target.

    Example:
        >>> fitted().check(0).ok
        True
    """
    rule = _Rewrite("a left inverse", "X^+ X = I", {(LEFT, INPUTS): sp.Integer(1)}, ("rk X = m",))
    return Derivation(
        "fitted targets", "a network that fits", Ordering(), TARGETS * LEFT * INPUTS, (Step(TARGETS, rule),), TARGETS,
        source="this project", same=words_same, evaluate=_word, valuations=_full_rank, assumptions=rule.assumptions,
        remarks=("W² = Y X⁺ and W¹ = I",),
    )  # fmt: skip


@cache
def missed() -> Derivation:
    """(W²W¹X)c = 0 for Xc = 0: with m > n samples no target with Yc ≠ 0 is fitted.

    Example:
        >>> missed().check(0).ok
        True
    """
    rule = _Rewrite("a null vector", "X c = 0", {(INPUTS, NULL): sp.Integer(0)}, ("Xc = 0 with c ≠ 0: m > n",))
    return Derivation(
        "missed targets", "what no network reaches", Ordering(), OUTER * FIRST * INPUTS * NULL,
        (Step(sp.Integer(0), rule),), sp.Integer(0), source="this project", same=words_same, evaluate=_word,
        valuations=_wide_inputs, assumptions=rule.assumptions,
        remarks=("the targets with Yc = 0 are a subspace of lower dimension",),
    )  # fmt: skip


@cache
def at_identity() -> Derivation:
    """At W¹ = W² = I the outputs change by (dW¹ + dW²)X: with rk X = n these are n² dimensions.

    Example:
        >>> at_identity().check(0).ok
        True
    """
    start = sp.expand((OUTER + STEP * CHANGE2) * (FIRST + STEP * CHANGE1) * INPUTS)
    put = start.subs({OUTER: 1, FIRST: 1})
    final = INPUTS + STEP * (CHANGE1 + CHANGE2) * INPUTS
    return Derivation(
        "rank at the identity", "a point with the rank n²", Ordering(), start,
        (Step(sp.expand(put), _Identity()), Step(sp.expand(final), FirstOrder())), sp.expand(final),
        source="this project", same=words_same, evaluate=first_order, valuations=_identities,
        remarks=("the rank at almost all points is at least that at any one",),
    )  # fmt: skip


class _Identity(Rule):
    """W¹ = W² = I."""

    name = "both layers the identity"
    statement = "W^1 = W^2 = I"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in."""
        return sp.expand(expression.subs({OUTER: 1, FIRST: 1}))


def _integers(stream: random.Random, rows: int, columns: int) -> np.ndarray[Any, Any]:
    entries = [Fraction(stream.randint(-3, 3)) for _ in range(rows * columns)]
    return np.asarray(entries, dtype=object).reshape(rows, columns)


def _identities(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    one = np.eye(2, dtype=int).astype(object)
    for _ in range(4):
        table: dict[Any, Any] = {letter: _integers(stream, 2, 2) for letter in (CHANGE1, CHANGE2, INPUTS)}
        table.update({OUTER: one, FIRST: one})
        yield Valuation(table)


def _full_rank(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """X is 2 × 1 and not zero, X⁺ = X⊤/‖X‖²."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        inputs: Any = _integers(stream, 2, 1) + np.asarray([[7], [0]], dtype=object)
        left = inputs.T / inputs.T.dot(inputs)[0, 0]
        table: dict[Any, Any] = {INPUTS: inputs, LEFT: left, TARGETS: _integers(stream, 2, 1)}
        yield Valuation(table)


def _wide_inputs(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """X is 1 × 2, and c turns it round."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        inputs = _integers(stream, 1, 2)
        null = np.asarray([[inputs[0, 1]], [-inputs[0, 0]]], dtype=object)
        table: dict[Any, Any] = {INPUTS: inputs, NULL: null}
        table.update({OUTER: _integers(stream, 1, 1), FIRST: _integers(stream, 1, 1)})
        yield Valuation(table)


def _word(expression: Any, valuation: Valuation) -> Any:
    """The value of a word, or of zero as zeros of any shape."""
    if expression == 0:
        return np.zeros((1, 1), dtype=object)
    scalar, letters = sp.sympify(expression).args_cnc()
    result: Any = valuation.symbols[letters[0]]
    for letter in letters[1:]:
        result = np.asarray(result).dot(valuation.symbols[letter])
    return np.asarray(result) * Fraction(str(sp.Mul(*scalar)))


@cache
def through_product() -> Derivation:
    """(W² + t dW²)(W¹ + t dW¹)X = W²W¹X + t CX to first order, C = W² dW¹ + dW² W¹: n² numbers move the outputs.

    Example:
        >>> through_product().check(0).ok
        True
    """
    start = (OUTER + STEP * CHANGE2) * (FIRST + STEP * CHANGE1) * INPUTS
    final = OUTER * FIRST * INPUTS + STEP * (OUTER * CHANGE1 + CHANGE2 * FIRST) * INPUTS
    return Derivation(
        "rank of a product", "all changes pass through an n × n matrix", Ordering(), start,
        (Step(sp.expand(start), Algebra("multiply out")), Step(sp.expand(final), FirstOrder()),
         Step(final, Algebra("take out X"))),
        final, source="this project", same=words_same, evaluate=first_order, valuations=_changes,
        remarks=("the Jacobian factors through the entries of C, so that its rank is at most n² at every point",),
    )  # fmt: skip


def _changes(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        letters = (CHANGE1, CHANGE2, INPUTS, OUTER, FIRST)
        table: dict[Any, Any] = {letter: _integers(stream, 2, 2) for letter in letters}
        yield Valuation(table)
