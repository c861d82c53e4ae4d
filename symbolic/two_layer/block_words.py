r"""Block matrices of letters that do not commute: words for square matrices of one size, and rules about them.

A word is reduced by cancelling neighbours that are inverse to each other, such as V^⊤V. Values are exact: rational
orthogonal matrices, and invertible matrices with their inverses.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

B, BT, U, UT, S, VV, VT = sp.symbols(r"B B^{\top} U U^{\top} S V V^{\top}", commutative=False)
"""A square matrix, its transpose, and the factors of B = U S V^⊤; S is diagonal."""
W, WT, WI = sp.symbols(r"W W^{\top} W^{-\top}", commutative=False)
"""An invertible square matrix, its transpose and the inverse of that."""
INVERSES = ((U, UT), (UT, U), (VV, VT), (VT, VV), (WI, WT), (WT, WI))
"""Pairs whose product is the identity."""


class Blocks(sp.Basic):  # type: ignore[misc]
    """A 2 × 2 block matrix of words, row by row."""

    def _latex(self, printer: Any) -> str:
        a, b, c, d = map(printer.doprint, self.args)
        return rf"\begin{{pmatrix}} {a} & {b} \\ {c} & {d} \end{{pmatrix}}"

    def times(self, other: Blocks) -> Blocks:
        """The product of block matrices."""
        a, b, c, d = self.args
        e, f, g, h = other.args
        return Blocks(*(sp.expand(entry) for entry in (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)))


class Chain(sp.Basic):  # type: ignore[misc]
    """A product of block matrices, not multiplied out."""

    def _latex(self, printer: Any) -> str:
        return " ".join(map(printer.doprint, self.args))


class Multiply(Rule):
    """Block matrices are multiplied like matrices, the order of letters kept."""

    name = "multiply block by block"
    statement = r"(XY)_{ij} = \textstyle\sum_k X_{ik} Y_{kj}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The product as one block matrix."""
        if not isinstance(expression, Chain) or not all(isinstance(one, Blocks) for one in expression.args):
            raise RuleFailure(f"{expression} is no product of block matrices")
        first, *rest = expression.args
        for factor in rest:
            first = first.times(factor)
        return first


class PutIn(Rule):
    """Letters replaced by the words that they stand for.

    Args:
        name: What is put in.
        statement: In LaTeX.
        words: What stands for which letter.
        assumptions: What is taken for granted.
    """

    def __init__(
        self, name: str, statement: str, words: dict[sp.Symbol, Any], assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.statement, self.words, self.assumptions = name, statement, words, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace everywhere."""
        if not expression.free_symbols & set(self.words):
            raise RuleFailure(f"no letter to replace in {expression}")
        return expression.subs(self.words, simultaneous=True)


class Cancel(Rule):
    """Neighbours that are inverse to each other cancel."""

    name = "orthogonal matrices cancel"
    statement = r"U^\top U = U U^\top = I"

    def __init__(self, name: str = "", statement: str = "", assumptions: tuple[str, ...] = ()) -> None:
        self.name, self.statement = name or self.name, statement or self.statement
        self.assumptions = assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Cancel until nothing changes."""
        if isinstance(expression, Blocks):
            return Blocks(*(reduced(entry) for entry in expression.args))
        return reduced(expression)


def reduced(expression: Any) -> Any:
    """A sum of words in which no two neighbours are inverse to each other."""
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(expression)):
        scalar, letters = sp.sympify(term).args_cnc()
        word = [base for letter in letters for base in _spelled(letter)]
        place = 0
        while place + 1 < len(word):
            if (word[place], word[place + 1]) in INVERSES:
                del word[place : place + 2]
                place = max(place - 1, 0)
            else:
                place += 1
        total += sp.Mul(*scalar) * sp.Mul(*word)
    return sp.expand(total)


def _spelled(letter: Any) -> list[Any]:
    if isinstance(letter, sp.Pow) and letter.exp.is_Integer and letter.exp > 0:
        return [letter.base] * int(letter.exp)
    return [letter]


def blocks_same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two words, or two block matrices of words, are equal as sums of words."""
    if isinstance(one, Blocks) and isinstance(two, Blocks):
        pairs = zip(one.args, two.args, strict=True)
        return all(sp.expand(first - second) == 0 for first, second in pairs)
    if isinstance(one, Chain) and isinstance(two, Chain) and len(one.args) == len(two.args):
        return all(blocks_same(first, second, ordering) for first, second in zip(one.args, two.args, strict=True))
    if isinstance(one, Blocks | Chain) or isinstance(two, Blocks | Chain):
        return False
    return bool(sp.expand(one - two) == 0)


Square = np.ndarray[Any, Any]


def _exact(rows: list[list[int]], divisor: int = 1) -> Square:
    return np.asarray([[sp.Rational(entry, divisor) for entry in row] for row in rows], dtype=object)


_TURNS = (
    _exact([[3, -4], [4, 3]], 5),
    _exact([[5, 12], [12, -5]], 13),
    _exact([[0, 1], [-1, 0]]),
    _exact([[8, 15], [-15, 8]], 17),
)
"""Rational orthogonal matrices."""


def decomposed(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """B = U S V^⊤ with rational U and V."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for place in range(4):
        u, v = _TURNS[place], _TURNS[(place + 1) % 4]
        s = _exact([[stream.randint(1, 5), 0], [0, stream.randint(0, 5)]])
        b = u.dot(s).dot(v.T)
        letters: dict[Any, Any] = {U: u, UT: u.T, VV: v, VT: v.T, S: s, B: b, BT: b.T}
        yield Valuation(letters)


def critical_matrices(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """W invertible, and therefore B = 0."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(4):
        upper = _exact([[1, stream.randint(-4, 4)], [0, 1]])
        lower = _exact([[1, 0], [stream.randint(-4, 4), 1]])
        w = upper.dot(lower)
        inverse = _exact([[1, 0], [-int(lower[1, 0]), 1]]).dot(_exact([[1, -int(upper[0, 1])], [0, 1]]))
        letters: dict[Any, Any] = {W: w, WT: w.T, WI: inverse.T, B: _exact([[0, 0], [0, 0]])}
        yield Valuation(letters)


def block_value(expression: Any, valuation: Valuation) -> Square:
    """The matrix, 2 × 2 for a word and 4 × 4 for blocks."""
    if isinstance(expression, Chain):
        result = block_value(expression.args[0], valuation)
        for factor in expression.args[1:]:
            result = result.dot(block_value(factor, valuation))
        return result
    if isinstance(expression, Blocks):
        a, b, c, d = (block_value(entry, valuation) for entry in expression.args)
        return np.block([[a, b], [c, d]])
    total = _exact([[0, 0], [0, 0]])
    for term in sp.Add.make_args(sp.expand(expression)):
        scalar, letters = sp.sympify(term).args_cnc()
        word = _exact([[1, 0], [0, 1]]) * sp.Mul(*scalar)
        for letter in (base for one in letters for base in _spelled(one)):
            word = word.dot(valuation.symbols[letter])
        total = total + word
    return total
