r"""Ranks of block rows (X_1 ⊗ Y_1, …, X_n ⊗ Y_n) whose factors are nested: the tensor-flag lemma as a rule.

The column space of such a row is Σ_i col X_i ⊗ col Y_i. The rule demands that nestedness is *shown*: for consecutive
blocks, X_i = X_{i+1} P_i and Y_{i+1} = Y_i Q_i with given P_i, Q_i, by the normal form of chains. It then gives

    Σ_i rk X_i rk Y_i − Σ_i rk X_i rk Y_{i+1},

which :mod:`~hessproof.symbolic.tensor_flag` derives by induction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Integer, MatrixExpr, Sum, Symbol, Transpose, Tuple, sympify
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import normal, words
from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.generalised_inverse import RankRule, Rk
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate, kronecker
from hessproof.symbolic.words import times


@dataclass(frozen=True)
class Segment:
    """Blocks X_i ⊗ Y_i for lower ≤ i ≤ upper, X and Y being given as expressions in the index i."""

    left: MatrixExpr
    right: MatrixExpr
    index: Symbol
    lower: Any
    upper: Any

    def at(self, value: Expr | int) -> tuple[MatrixExpr, MatrixExpr]:
        """X and Y at one value of the index."""
        change = {self.index: sympify(value)}
        return self.left.xreplace(change), self.right.xreplace(change)

    def inside(self, ordering: Ordering) -> Ordering:
        """The assumptions for two consecutive blocks i and i + 1."""
        return ordering.where(self.lower <= self.index, self.index + 1 <= self.upper)


class BlockRow(MatrixExpr):  # type: ignore[misc]
    """(X_i ⊗ Y_i) for all i of one or more segments, side by side."""

    def __new__(cls, *segments: Segment | Tuple) -> Any:
        """Take the segments, left to right."""
        packed = [Tuple(s.left, s.right, s.index, s.lower, s.upper) if isinstance(s, Segment) else s for s in segments]
        return super().__new__(cls, *packed)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, left to right."""
        return tuple(Segment(*part) for part in self.args)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows of any block; the sum of all blocks' columns."""
        parts = self.segments
        cols = sum((Sum(s.left.cols * s.right.cols, (s.index, s.lower, s.upper)) for s in parts), Integer(0))
        return parts[0].left.rows * parts[0].right.rows, cols

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols but the indices."""
        found: set[Symbol] = set()
        for s in self.segments:
            found |= (s.left.free_symbols | s.right.free_symbols) - {s.index}
            found |= sympify(s.lower).free_symbols | sympify(s.upper).free_symbols
        return found

    def doit(self, **hints: Any) -> BlockRow:
        """The expression itself."""
        return self

    def _latex(self, printer: Any) -> str:
        parts = [
            rf"\left({printer._print(kron(s.left, s.right))}\right)_{{{printer._print(s.index)} = "
            rf"{printer._print(s.lower)}, \ldots, {printer._print(s.upper)}}}"
            for s in self.segments
        ]
        return rf"\begin{{pmatrix}} {' & '.join(parts)} \end{{pmatrix}}"


@normal.terms_of.register(BlockRow)
def _(expression: BlockRow, ordering: Ordering) -> normal.Terms:
    return {(expression,): Integer(1)}


@evaluate.register(BlockRow)
def _(expression: BlockRow, valuation: Valuation) -> Array:
    blocks = []
    for segment in expression.segments:
        for value in range(valuation.number(segment.lower), valuation.number(segment.upper) + 1):
            one, two = segment.at(value)
            blocks.append(kronecker(evaluate(one, valuation), evaluate(two, valuation)))
    return np.concatenate(blocks, axis=1)


@dataclass(frozen=True)
class Link:
    """X_i = X_{i+1} P and Y_{i+1} = Y_i Q for two consecutive blocks."""

    left: MatrixExpr
    right: MatrixExpr


class RankOfFlag(RankRule):
    """The rank of a block row with nested factors, nestedness being shown by chain identities.

    Args:
        links: For each segment, P_i and Q_i for consecutive blocks inside it, in the segment's index.
        joints: For each pair of consecutive segments, P and Q for the last block of one and the first of the next.
    """

    name = "tensor flag"
    statement = (
        r"\operatorname{rk}(X_i \otimes Y_i)_i = \sum_i \operatorname{rk} X_i \operatorname{rk} Y_i"
        r" - \sum_i \operatorname{rk} X_i \operatorname{rk} Y_{i+1}"
    )

    def __init__(self, links: tuple[Link, ...], joints: tuple[Link, ...] = ()) -> None:
        self.links, self.joints = links, joints

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The staircase count, after checking every link."""
        if not isinstance(matrix, BlockRow):
            return None
        parts = matrix.segments
        if len(parts) != len(self.links) or len(parts) != len(self.joints) + 1:
            raise RuleFailure("a link for each segment and a joint for each pair of neighbours is needed")
        total: Expr = Integer(0)
        for part, link in zip(parts, self.links, strict=True):
            ordering.require(part.upper - part.lower, "a segment with at least one block")
            if ordering.zero(part.upper - part.lower) is not True:
                _check(part.at(part.index), part.at(part.index + 1), link, part.inside(ordering))
            next_right = part.at(part.index + 1)[1]
            total += Sum(Rk(part.left) * Rk(part.right), (part.index, part.lower, part.upper))
            total -= Sum(Rk(part.left) * Rk(next_right), (part.index, part.lower, part.upper - 1))
        for one, two, joint in zip(parts, parts[1:], self.joints, strict=False):
            last, first = one.at(one.upper), two.at(two.lower)
            _check(last, first, joint, ordering)
            total -= Rk(last[0]) * Rk(first[1])
        return total


def _check(
    block: tuple[MatrixExpr, MatrixExpr], following: tuple[MatrixExpr, MatrixExpr], link: Link, ordering: Ordering
) -> None:
    if not normal.same(block[0], times(following[0], link.left), ordering):
        raise RuleFailure(f"not shown that {block[0]} = {following[0]} times {link.left}")
    if not normal.same(following[1], times(block[1], link.right), ordering):
        raise RuleFailure(f"not shown that {following[1]} = {block[1]} times {link.right}")


class RankOfTranspose(RankRule):
    """rk X⊤ = rk X, used to turn transposed chains and letters into plain ones."""

    name = "rank of a transpose"
    statement = r"\operatorname{rk} X^\top = \operatorname{rk} X"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of the transpose if the matrix is made of transposed chains."""
        if isinstance(matrix, Transpose):
            return Rk(matrix.arg)
        letters = matrix.args if isinstance(matrix, MatMul) else (matrix,)
        plain = all(isinstance(letter, MatrixExpr) for letter in letters)
        if not plain or not any(isinstance(letter, words.Transposed) for letter in letters):
            return None
        return Rk(normal.transposed_word(matrix))


class RankOfGram(RankRule):
    """rk(T⊤T) = rk T over an ordered field: T⊤Tx = 0 gives |Tx|² = 0, so the kernels agree. The same for TT⊤."""

    name = "Gram matrix over an ordered field"
    statement = r"\operatorname{rk}(T^\top T) = \operatorname{rk}(T T^\top) = \operatorname{rk} T"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """rk T for T⊤T or TT⊤."""
        if not isinstance(matrix, MatMul) or len(matrix.args) != 2:
            return None
        one, two = matrix.args
        if normal.transposed_letter(one) != two:
            return None
        return Rk(two if isinstance(two, BlockRow) else one)


class SideBySide(RankRule):
    """R⊤(I ⊗ Z)⊤(I ⊗ Z)R = T⊤T for a block row R = (X_i ⊗ Y_i)_i, with T = (X_i ⊗ Z Y_i)_i by the mixed product.

    Args:
        factor: Z.
    """

    name = "mixed product, block by block"
    statement = r"(I \otimes Z)(X_i \otimes Y_i)_i = (X_i \otimes Z Y_i)_i"

    def __init__(self, factor: MatrixExpr) -> None:
        self.factor = factor

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """rk T⊤T."""
        row = matrix.args[-1] if isinstance(matrix, MatMul) else None
        if not isinstance(row, BlockRow):
            return None
        parts = row.segments
        inner = kron(words.identity(parts[0].left.rows), self.factor)
        if matrix != times(row.T, normal.transposed_letter(inner), inner, row):
            return None
        new = BlockRow(*(Segment(s.left, times(self.factor, s.right), s.index, s.lower, s.upper) for s in parts))
        return Rk(times(new.T, new))
