r"""How the residual bounds the functional Hessian: ‖Ĥ^{kl}‖ ≤ ‖W^{l-1:k+1}‖ ‖W^{k-1:1}‖ ‖W^{L:l+1}‖ ‖Ω‖ for k < l.

‖·‖ is the Frobenius norm; its square is exact over the rationals. An empty product is an identity, whose norm is the
root of its size.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Expr, MatrixExpr, Mul, Transpose
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import words
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.layer_blocks import eq4
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Descending, L, Omega, k, l


class SquaredNorm(Expr):  # type: ignore[misc]
    """‖X‖_F², the sum of the squares of the entries."""

    is_commutative = True
    is_nonnegative = True

    def __new__(cls, matrix: MatrixExpr) -> Any:
        """Take the matrix."""
        return super().__new__(cls, matrix)

    @property
    def matrix(self) -> MatrixExpr:
        """X."""
        return self.args[0]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\lVert {printer._print(self.matrix)} \rVert_F^{{2}}"


class NormOfKronecker(Rule):
    """‖X ⊗ Y‖ = ‖X‖‖Y‖."""

    name = "norm of a Kronecker product"
    statement = r"\lVert X \otimes Y \rVert_F = \lVert X \rVert_F \lVert Y \rVert_F"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The product of the factors' norms."""
        changes = {
            norm: Mul(*(SquaredNorm(factor) for factor in norm.matrix.args))
            for norm in expression.atoms(SquaredNorm)
            if isinstance(norm.matrix, KroneckerProduct)
        }
        return expression.xreplace(changes)


class NormOfProduct(Rule):
    """‖XY‖ ≤ ‖X‖‖Y‖ and ‖X⊤‖ = ‖X‖."""

    name = "norm of a product"
    statement = r"\lVert X Y \rVert_F \le \lVert X \rVert_F \lVert Y \rVert_F"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The product of the factors' norms, for every product."""
        changes = {}
        for norm in expression.atoms(SquaredNorm):
            factors = norm.matrix.args if isinstance(norm.matrix, MatMul) else (norm.matrix,)
            changes[norm] = Mul(*(SquaredNorm(_upright(factor)) for factor in factors))
        if not changes:
            raise RuleFailure(f"no norm in {expression}")
        return expression.xreplace(changes)


def _upright(matrix: MatrixExpr) -> MatrixExpr:
    """X or X⊤, whichever is written without a transpose."""
    return matrix.T if isinstance(matrix, Transpose | words.Transposed) else matrix


@cache
def functional_norm() -> Derivation:
    """‖Ĥ^{kl}‖² ≤ ‖W^{l-1:k+1}‖² ‖W^{k-1:1}‖² ‖Ω‖² ‖W^{L:l+1}‖² for k < l.

    Example:
        >>> functional_norm().check(0).ok, functional_norm().relation
        (True, '<=')
    """
    block = eq4().final
    left, right = block.args
    final = Mul(*map(SquaredNorm, (Descending(l - 1, k + 1), Descending(k - 1, 1), Omega(), Descending(L, l + 1))))
    return Derivation(
        "functional_norm", "the residual bounds every block of the functional Hessian", eq4().ordering,
        SquaredNorm(block),
        (Step(SquaredNorm(left) * SquaredNorm(right), NormOfKronecker()), Step(final, NormOfProduct())), final,
        source="this project", lemmas=(eq4(),),
    )  # fmt: skip


@evaluate.register(SquaredNorm)
def _(expression: SquaredNorm, valuation: Valuation) -> Any:
    return sum(entry * entry for entry in evaluate(expression.matrix, valuation).flat)
