r"""Block columns of the functional Hessian of a rectified network with one hidden layer.

Off the kinks σ″ = 0, so that no neuron couples with itself: ∂²(δ·F)/∂W^1∂W^1 = 0, and ∂²(δ·F)/∂W^2∂W^2 = 0 because F is
affine in W^2. Both diagonal blocks vanish, for every parameter, sample and loss, with bias or without.
"""

from __future__ import annotations

from functools import cache

from sympy import MatrixSymbol, Symbol, Transpose

from hessproof.symbolic.derivation import Derivation, Step
from hessproof.symbolic.functional_rank import AntiDiagonal, RankOfAntiDiagonal
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same

first, second = Symbol("p_1", integer=True, positive=True), Symbol("p_2", integer=True, positive=True)
"""Parameters of the two layers."""


@cache
def two_layers() -> Derivation:
    """rk H_f = rk B + rk B⊤ for H_f = (0 B; B⊤ 0): the second block column is B over zeros, the first B⊤ under zeros.

    Example:
        >>> two_layers().check(0).ok
        True
    """
    block = MatrixSymbol("B", first, second)
    final = Rk(block) + Rk(Transpose(block))
    return Derivation(
        "rectified_columns", "block columns of a rectified network with one hidden layer",
        Ordering(first >= 1, second >= 1), Rk(AntiDiagonal(block, Transpose(block))),
        (Step(final, RankOfAntiDiagonal()),), final, source="this project", same=same,
    )  # fmt: skip
