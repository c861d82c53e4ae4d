r"""Ranks, generalised inverses and oblique projectors over symbolic sizes: the tools of Lemma 1.

A generalised inverse of A is any G with AGA = A (no other Moore–Penrose condition is asked for). Then GA is an oblique
projector, rk(I − GA) = n − rk A for A with n columns, and a stacked matrix has the rank

    rk [A; B] = rk A + rk(B(I − GA)),

because [A; B] = [A; 0] + [0; BGA] + [0; B(I − GA)], row operations remove the middle term, and a vector x with
Ax = 0 and B(I − GA)x = 0 has GAx = 0, so the kernels are those of A and of B restricted to ker A = im(I − GA).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Expr, Identity, MatrixExpr
from sympy.matrices.expressions.kronecker import KroneckerProduct

from hessproof.symbolic import normal
from hessproof.symbolic.derivation import Rule, RuleFailure
from hessproof.symbolic.kronecker import MixedProduct
from hessproof.symbolic.normal import Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate, unit
from hessproof.symbolic.words import add, times


class Rk(Expr):  # type: ignore[misc]
    """rk X, the rank of a matrix, as a scalar.

    Example:
        >>> from sympy import MatrixSymbol
        >>> Rk(MatrixSymbol("C", 2, 3)).is_nonnegative
        True
    """

    is_commutative = True
    is_integer = True
    is_nonnegative = True

    def __new__(cls, matrix: MatrixExpr) -> Any:
        """Take the matrix."""
        return super().__new__(cls, matrix)

    @property
    def matrix(self) -> MatrixExpr:
        """X."""
        return self.args[0]

    def doit(self, **hints: Any) -> Rk:
        """The expression itself."""
        return self

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\operatorname{{rk}}\left({printer._print(self.matrix)}\right)"
        return text if exp is None else rf"{text}^{{{exp}}}"


class Ginv(MatrixExpr):  # type: ignore[misc]
    """C⁻, some generalised inverse of C: C C⁻ C = C. Under a valuation, a random one, in general not symmetric.

    Example:
        >>> from sympy import MatrixSymbol
        >>> Ginv(MatrixSymbol("C", 2, 3)).shape
        (3, 2)
    """

    def __new__(cls, matrix: MatrixExpr) -> Any:
        """Take the matrix."""
        return super().__new__(cls, matrix)

    @property
    def matrix(self) -> MatrixExpr:
        """C."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Columns and rows of C."""
        return self.matrix.cols, self.matrix.rows

    def doit(self, **hints: Any) -> Ginv:
        """The expression itself."""
        return self

    def _latex(self, printer: Any) -> str:
        return rf"{printer._print(self.matrix)}^{{-}}"


class Stacked(MatrixExpr):  # type: ignore[misc]
    """[A; B], A above B."""

    def __new__(cls, upper: MatrixExpr, lower: MatrixExpr) -> Any:
        """Stack two matrices with the same number of columns.

        Raises:
            IllShaped: If the numbers of columns differ.
        """
        if upper.cols != lower.cols:
            raise normal.IllShaped(f"stacking of {upper.shape} and {lower.shape}")
        return super().__new__(cls, upper, lower)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """The rows of both, the columns that they share."""
        return self.args[0].rows + self.args[1].rows, self.args[0].cols

    def doit(self, **hints: Any) -> Stacked:
        """The expression itself."""
        return self

    def _latex(self, printer: Any) -> str:
        upper, lower = map(printer._print, self.args)
        return rf"\begin{{pmatrix}} {upper} \\ {lower} \end{{pmatrix}}"


def absorbed(expression: MatrixExpr, ordering: Ordering) -> MatrixExpr:
    """The normal form with C C⁻ C = C and the mixed product used until neither applies.

    Example:
        >>> from sympy import MatrixSymbol
        >>> C = MatrixSymbol("C", 2, 3)
        >>> absorbed(times(C, Ginv(C), C), Ordering())
        C
    """
    merged = MixedProduct().apply(expression, ordering)
    result: normal.Terms = {}
    for word, coefficient in terms_of(merged, ordering).items():
        reduced = tuple(_letter(letter, ordering) for letter in _shortened(word))
        value = times(coefficient, normal.word_expression(reduced, merged.shape))
        result = normal.summed(result, terms_of(value, ordering))
    return normal.rebuilt(result, merged.shape)


def _letter(letter: MatrixExpr, ordering: Ordering) -> MatrixExpr:
    if isinstance(letter, KroneckerProduct):
        return KroneckerProduct(*(absorbed(factor, ordering) for factor in letter.args))
    return letter


def _shortened(word: Word) -> Word:
    letters = list(word)
    position = 0
    while position + 2 < len(letters):
        first, middle, last = letters[position : position + 3]
        if isinstance(middle, Ginv) and middle.matrix == first == last:
            del letters[position + 1 : position + 3]
            position = max(0, position - 2)
        else:
            position += 1
    return tuple(letters)


def equal(one: MatrixExpr, two: MatrixExpr, ordering: Ordering) -> bool:
    """Whether two matrices are equal by the normal form, the mixed product and C C⁻ C = C."""
    return bool(absorbed(one, ordering) == absorbed(two, ordering))


class RankRule(Rule):
    """A rule that replaces ranks inside a scalar expression."""

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every rank that the rule knows."""
        changes = {rank: self.replacement(rank.matrix, ordering) for rank in expression.atoms(Rk)}
        return expression.xreplace({rank: new for rank, new in changes.items() if new is not None})

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """What rk(matrix) is replaced by, or None."""
        return None


class RankOfStack(RankRule):
    """rk [A; B] = rk A + rk(B(I − GA)) for a generalised inverse G of A, which is checked.

    Args:
        inverse: G.
    """

    name = "rank of a stacked matrix"
    statement = r"\operatorname{rk}[A; B] = \operatorname{rk} A + \operatorname{rk}(B(I - A^- A))"

    def __init__(self, inverse: MatrixExpr) -> None:
        self.inverse = inverse

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """Split the rank of a stacked matrix."""
        if not isinstance(matrix, Stacked):
            return None
        upper, lower = matrix.args
        if not equal(times(upper, self.inverse, upper), upper, ordering):
            raise RuleFailure(f"{self.inverse} is not shown to be a generalised inverse of {upper}")
        projector = times(self.inverse, upper)
        return Rk(upper) + Rk(times(lower, add(Identity(upper.cols), times(-1, projector))))


class MixedProductInside(RankRule):
    """The mixed product and C C⁻ C = C inside a rank."""

    name = "mixed product inside the rank"
    statement = r"(A \otimes B)(C \otimes D) = AC \otimes BD"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of the simplified matrix."""
        return Rk(absorbed(matrix, ordering))


class RankOfKronecker(RankRule):
    """rk(X ⊗ Y) = rk X · rk Y, and rk I_n = n."""

    name = "rank of a Kronecker product"
    statement = r"\operatorname{rk}(X \otimes Y) = \operatorname{rk} X \operatorname{rk} Y"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The product of the factors' ranks."""
        if isinstance(matrix, Identity):
            return matrix.rows
        if not isinstance(matrix, KroneckerProduct):
            return None
        result = 1
        for factor in matrix.args:
            result = result * (factor.rows if isinstance(factor, Identity) else Rk(factor))
        return result


class RankOfComplement(RankRule):
    """rk(I − GA) = n − rk A for a generalised inverse G of an A with n columns, which is checked.

    GA is idempotent, so rk(I − GA) = tr(I − GA) = n − rk(GA); and rk A = rk(AGA) ≤ rk(GA) ≤ rk A.

    Args:
        matrix: A.
        inverse: G.
    """

    name = "rank of the complementary projector"
    statement = r"\operatorname{rk}(I_n - A^- A) = n - \operatorname{rk} A"

    def __init__(self, matrix: MatrixExpr, inverse: MatrixExpr) -> None:
        self.matrix, self.inverse = matrix, inverse

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """n − rk A where the matrix is I − GA."""
        size = self.matrix.cols
        complement = add(Identity(size), times(-1, self.inverse, self.matrix))
        if matrix.shape != (size, size) or not equal(matrix, complement, ordering):
            return None
        if not equal(times(self.matrix, self.inverse, self.matrix), self.matrix, ordering):
            raise RuleFailure(f"{self.inverse} is not shown to be a generalised inverse of {self.matrix}")
        return size - Rk(self.matrix)


def exact_rank(matrix: Array) -> int:
    """The rank of an array of integers or fractions, by elimination."""
    return len(_echelon(matrix)[1])


def _echelon(matrix: Array) -> tuple[Array, list[int]]:
    """Reduced row echelon form and pivot columns."""
    rows: Array = np.array([[Fraction(x) for x in row] for row in matrix], dtype=object).reshape(matrix.shape)
    pivots: list[int] = []
    for column in range(rows.shape[1]):
        top = len(pivots)
        choice = next((i for i in range(top, rows.shape[0]) if rows[i, column] != 0), None)
        if choice is None:
            continue
        rows[[top, choice]] = rows[[choice, top]]
        rows[top] = rows[top] / rows[top, column]
        for i in range(rows.shape[0]):
            if i != top and rows[i, column] != 0:
                rows[i] = rows[i] - rows[i, column] * rows[top]
        pivots.append(column)
    return rows, pivots


def null_space(matrix: Array) -> Array:
    """A basis of the kernel, as columns.

    Example:
        >>> null_space(np.array([[1, 1]], dtype=object)).tolist()
        [[Fraction(-1, 1)], [Fraction(1, 1)]]
    """
    rows, pivots = _echelon(matrix)
    cols = matrix.shape[1]
    free = [column for column in range(cols) if column not in pivots]
    basis = np.full((cols, len(free)), Fraction(0), dtype=object)
    for position, column in enumerate(free):
        basis[column, position] = Fraction(1)
        for i, pivot in enumerate(pivots):
            basis[pivot, position] = -rows[i, column]
    return basis


def generalised_inverse(matrix: Array, valuation: Valuation, key: object = "G") -> Array:
    """A random G with AGA = A: G = G_0 + X − G_0 A X A G_0 for the pivot inverse G_0 and a random X.

    Example:
        >>> a = np.array([[1, 2], [2, 4]], dtype=object)
        >>> g = generalised_inverse(a, Valuation({}))
        >>> bool((a.dot(g).dot(a) == a).all())
        True
    """
    rows, cols = matrix.shape
    reduced, pivots = _echelon(np.concatenate([matrix, unit(rows)], axis=1))
    start = np.full((cols, rows), Fraction(0), dtype=object)
    for i, column in enumerate(pivots):
        if column < cols:
            start[column] = reduced[i, cols:]
    free = valuation.draw((key, "X"), (cols, rows))
    result: Array = start + free - start.dot(matrix).dot(free).dot(matrix).dot(start)
    return result


@evaluate.register(Rk)
def _(expression: Rk, valuation: Valuation) -> int:
    return exact_rank(evaluate(expression.matrix, valuation))


@evaluate.register(Ginv)
def _(expression: Ginv, valuation: Valuation) -> Array:
    return generalised_inverse(evaluate(expression.matrix, valuation), valuation, str(expression))


@evaluate.register(Stacked)
def _(expression: Stacked, valuation: Valuation) -> Array:
    return np.concatenate([evaluate(part, valuation) for part in expression.args], axis=0)
