r"""rk H_o ≤ Kr from the factorisation H_o = A_o (I_K ⊗ Σ) A_o⊤ (Singh et al. 2021, Prop. 2)."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Expr, MatrixExpr
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.derivation import Derivation, Step
from hessproof.symbolic.generalised_inverse import RankOfKronecker, RankRule, Rk
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import DEEP, a_o_transposed, weights_of_any_rank
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.words import L, M, Sigma, identity, times


class RankOfFactor(RankRule):
    """rk(XYZ) ≤ rk Y.

    Args:
        place: Which factor is kept, counted from 0.
    """

    name = "rank of a factor"
    statement = r"\operatorname{rk}(XYZ) \le \operatorname{rk} Y"
    relation = "<="

    def __init__(self, place: int) -> None:
        self.place = place

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of one factor."""
        if not isinstance(matrix, MatMul) or self.place >= len(matrix.args):
            raise RuleFailure(f"{matrix} has no factor {self.place}")
        factor: Any = matrix.args[self.place]
        return Rk(factor)


@cache
def prop2_bound() -> Derivation:
    """rk(A_o (I_K ⊗ Σ) A_o⊤) ≤ rk(I_K ⊗ Σ) = K rk Σ, for every weights.

    Example:
        >>> prop2_bound().check(0).ok, prop2_bound().relation
        (True, '<=')
    """
    row, middle = a_o_transposed(), kron(identity(M(L)), Sigma())
    final = M(L) * Rk(Sigma())
    return Derivation(
        "prop2_bound", "H_o has at most the rank of its middle factor", DEEP, Rk(times(row.T, middle, row)),
        (Step(Rk(middle), RankOfFactor(1)), Step(final, RankOfKronecker())), final,
        source="Singh et al. 2021, Prop. 2", same=same, valuations=weights_of_any_rank,
    )  # fmt: skip
