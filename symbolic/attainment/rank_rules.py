r"""Rules for the rank of block matrices of symbolic size whose blocks are αJ + βF + γF⊤ + δI.

None of them knows where a block comes from. Pivots are blocks of size 1; a size may be zero.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import sympy as sp
from sympy import BlockMatrix, Expr, Integer, MatrixExpr, expand

from hessproof.symbolic.attainment.toeplitz import Coefficients, combined, read
from hessproof.symbolic.derivation import Rule, RuleFailure
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.words import add, times

Blocks = list[list[MatrixExpr]]


def blocks_of(matrix: Any) -> Blocks:
    """The blocks of a block matrix; a plain matrix is one block."""
    if not isinstance(matrix, BlockMatrix):
        return [[matrix]]
    rows, cols = matrix.blockshape
    return [[matrix.blocks[row, col] for col in range(cols)] for row in range(rows)]


def block_matrix(blocks: Blocks) -> MatrixExpr:
    """The block matrix, or the block itself if it is alone."""
    return blocks[0][0] if len(blocks) == len(blocks[0]) == 1 else BlockMatrix(blocks)


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal as polynomials in ranks of matrices, whose blocks are put into normal form."""
    return bool(expand(_flat(one, ordering) - _flat(two, ordering)) == 0)


def _flat(expression: Any, ordering: Ordering) -> Any:
    if isinstance(expression, Rk):
        blocks = [[canonical(block, ordering) for block in row] for row in blocks_of(expression.matrix)]
        return Rk(block_matrix(blocks))
    if not getattr(expression, "args", ()):
        return expression
    return expression.func(*(_flat(argument, ordering) for argument in expression.args))


class RankRule(Rule):
    """A rule that replaces the rank of a block matrix, wherever one stands in a sum of ranks and numbers."""

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Every rank replaced that the rule is about.

        Raises:
            RuleFailure: If it is about none.
        """
        found = {one: self.rank(one.matrix, ordering) for one in expression.atoms(Rk)}
        known = {one: value for one, value in found.items() if value is not None}
        if not known:
            raise RuleFailure(f"there is no rank that rule '{self.name}' is about")
        return expression.xreplace(known)

    def rank(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank in other terms, or None if the rule is not about such a matrix."""
        raise RuleFailure(f"rule '{self.name}' is about no matrix")


class Pivots(RankRule):
    """rk [[P, B], [C, D]] = n + rk(D − CP⁻¹B) for a nonsingular n × n matrix P of numbers.

    P, B and C have constant blocks: the first n block rows and columns are of size 1.

    Args:
        count: n.
    """

    name = "elimination with a block of pivots"
    statement = (
        r"\operatorname{rk} \begin{pmatrix} P & B \\ C & D \end{pmatrix} = n + \operatorname{rk}(D - C P^{-1} B)"
    )

    def __init__(self, count: int) -> None:
        self.count = count

    def rank(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """Eliminate the first block rows and columns."""
        blocks, n = blocks_of(matrix), self.count
        if len(blocks) <= n:
            return None
        sizes = [row[0].rows for row in blocks], [block.cols for block in blocks[0]]
        if any(size != 1 for side in sizes for size in side[:n]):
            raise RuleFailure(f"the first {n} blocks are not of size 1")
        found = [[read(block, ordering) for block in row] for row in blocks]
        pivots = sp.Matrix(n, n, lambda a, b: sum(found[a][b]))
        if pivots.det() == 0:
            raise RuleFailure(f"the pivots {pivots.tolist()} are singular")
        inverse = pivots.inv()
        rest: Blocks = []
        for row in range(n, len(blocks)):
            rest.append([])
            for col in range(n, len(blocks[0])):
                column, line = [found[row][a] for a in range(n)], [found[b][col] for b in range(n)]
                if not all(part.constant for part in (*column, *line)):
                    raise RuleFailure("the blocks beside the pivots are not constant")
                taken = sum(
                    column[a].ones * inverse[a, b] * line[b].ones for a, b in product(range(n), repeat=2)
                )  # fmt: skip
                less = Coefficients(-taken, *(Integer(0),) * 3)
                shape = sizes[0][row], sizes[1][col]
                rest[-1].append(canonical(add(blocks[row][col], combined(*shape, less)), ordering))
        return n + Rk(block_matrix(rest))


class Separate(RankRule):
    """The rank of a matrix is the sum of the ranks of its parts, if no block row or column belongs to two of them.

    Block rows and columns are those of one part if a nonzero block stands where they meet. Zero rows and columns go.
    """

    name = "independent blocks"
    statement = (
        r"\operatorname{rk} \begin{pmatrix} A & 0 \\ 0 & B \end{pmatrix} = \operatorname{rk} A"
        r" + \operatorname{rk} B"
    )

    def rank(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The sum of ranks over connected parts."""
        blocks = blocks_of(matrix)
        filled = {
            (row, col) for row, line in enumerate(blocks) for col, block in enumerate(line)
            if not read(block, ordering).zero
        }  # fmt: skip
        total: Expr = Integer(0)
        while filled:
            rows, cols = {min(filled)[0]}, set[int]()
            while True:
                more_cols = {col for row, col in filled if row in rows}
                more_rows = {row for row, col in filled if col in more_cols}
                if more_cols == cols and more_rows == rows:
                    break
                rows, cols = more_rows, more_cols
            total += Rk(block_matrix([[blocks[row][col] for col in sorted(cols)] for row in sorted(rows)]))
            filled = {(row, col) for row, col in filled if row not in rows}
        return total


class SumAndDifference(RankRule):
    """rk [[A, B], [B, A]] = rk(A + B) + rk(A − B): in the coordinates x + y and x − y."""

    name = "sum and difference"
    statement = (
        r"\operatorname{rk} \begin{pmatrix} A & B \\ B & A \end{pmatrix} = \operatorname{rk}(A + B)"
        r" + \operatorname{rk}(A - B)"
    )

    def rank(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """Both ranks."""
        blocks = [[canonical(block, ordering) for block in row] for row in blocks_of(matrix)]
        if len(blocks) != 2:
            return None
        (a, b), (c, d) = blocks
        if (a, b) != (d, c) or a.rows != a.cols:
            raise RuleFailure("the blocks are not A, B, B, A with a square A")
        return Rk(canonical(add(a, b), ordering)) + Rk(canonical(add(a, times(-1, b)), ordering))


class Triangle(RankRule):
    """rk F = rk F⊤ = n: F has the inverse I − N, N being the shift with N_{b+1,b} = 1.

    (F(I − N))_{ab} = F_{ab} − F_{a,b+1} is [b ≤ a] − [b + 1 ≤ a], which the rule compares with δ_ab for a < b, a = b
    and a > b, for all n at once; a multiple of F has the same rank.
    """

    name = "a triangle of ones is nonsingular"
    statement = r"(F(I - N))_{ab} = [b \le a] - [b + 1 \le a] = \delta_{ab}"

    def rank(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """n, for a nonzero multiple of F or of its transpose."""
        if isinstance(matrix, BlockMatrix):
            return None
        found = read(matrix, ordering)
        if found.ones != 0 or found.unit != 0 or (found.lower == 0) == (found.upper == 0):
            return None
        _invert_triangle()
        size: Expr = matrix.rows
        return size


def _invert_triangle() -> None:
    """Check [b ≤ a] − [b + 1 ≤ a] = δ_ab in each of the three orders of a and b, from 1 to n."""
    row, col, size = sp.symbols("a b n", integer=True)
    inside = Ordering(row >= 1, row <= size, col >= 1, col <= size)
    for order, unit in ((inside.where(row < col), 0), (inside.where(sp.Eq(row, col)), 1), (inside.where(row > col), 0)):
        entries = [order.nonnegative(row - col), order.nonnegative(row - col - 1)]
        if None in entries or int(bool(entries[0])) - int(bool(entries[1])) != unit:
            raise RuleFailure("I − N is no inverse of F")


class OnesAndIdentity(RankRule):
    """rk(αJ + δI) = n if δ ≠ 0 and αn + δ ≠ 0, by its inverse δ⁻¹(I − α(αn + δ)⁻¹J), with J² = nJ; rk(αJ) = 1 if α ≠ 0.

    That αn + δ ≠ 0 must follow from the ordering; so must, for rank 1, that the block is not empty.
    """

    name = "ones and identity"
    statement = r"(\alpha J + \delta I)\, \delta^{-1} (I - \tfrac{\alpha}{\alpha n + \delta} J) = I"

    def rank(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """n or 1."""
        if isinstance(matrix, BlockMatrix):
            return None
        found = read(matrix, ordering)
        if found.lower != 0 or found.upper != 0 or found.zero:
            return None
        alpha, delta, n = found.ones, found.unit, matrix.rows
        if delta == 0:
            ordering.require(n - 1, "rank 1")
            ordering.require(matrix.cols - 1, "rank 1")
            return Integer(1)
        end = expand(alpha * n + delta)
        if not (ordering.nonnegative(end - 1) or ordering.nonnegative(-end - 1)):
            raise RuleFailure(f"{end} may be zero")
        inverse = -alpha / end
        left_over = sp.simplify(alpha + delta * inverse + alpha * inverse * n)
        if left_over != 0:
            raise RuleFailure(f"J is left over, {left_over} times")
        size: Expr = n
        return size
