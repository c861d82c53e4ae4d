"""Trace and Frobenius norm of a linear network's Hessian from its Kronecker factors, without forming it.

A block of H_o is A ⊗ B with trace (tr A)(tr B) and squared norm ‖A‖²‖B‖²; a block of H_f, turned by the transposition
of ΔW^l, has the entries F_{ij′} G_{ji′}, the squared norm ‖F‖²‖G‖² and no diagonal. The inner product of the two is
Σ A_{ii′} B_{jj′} F_{ij′} G_{ji′} = ⟨A G⊤, F B⊤⟩.
"""

from __future__ import annotations

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import Factors, Part, block_terms
from hessproof.symbolic.terms import KroneckerTerm


def trace_and_norm(factors: Factors, part: Part) -> tuple[float, float]:
    """tr H and ‖H‖_F of a part of the Hessian.

    Args:
        factors: Weights and moments in floating point, with or without bias.
        part: outer, functional or loss.

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> import numpy as np
        >>> one = Factors([np.asarray([[2.0]]), np.asarray([[3.0]])], np.asarray([[1.0]]), np.asarray([[5.0]]))
        >>> trace, norm = trace_and_norm(one, "loss")
        >>> trace, round(norm**2, 9)
        (13.0, 339.0)
    """
    trace, square = 0.0, 0.0
    for k in range(1, factors.layers + 1):
        for l in range(k, factors.layers + 1):
            terms = block_terms(part, factors.layers, k, l)
            sides = [_sides(factors, term, k, l) for term in terms]
            twice = 1.0 if k == l else 2.0
            square += twice * sum(_square(left) * _square(right) for left, right in sides)
            plain = [side for side, term in zip(sides, terms, strict=True) if not term.transposed]
            turned = [side for side, term in zip(sides, terms, strict=True) if term.transposed]
            for left, right in plain:
                if k == l:
                    trace += float(factors.xp.linalg.trace(left)) * float(factors.xp.linalg.trace(right))
                for other, cross in turned:
                    square += 2.0 * twice * float(factors.xp.sum((left @ cross.T) * (other @ right.T)))
    return trace, float(square) ** 0.5


def _sides(factors: Factors, term: KroneckerTerm, k: int, l: int) -> tuple[Array, Array]:
    """Both factors of a term, without the rows and columns of the constant coordinate, which is no parameter."""
    left, right = factors.word(term.left), factors.word(term.right)
    rows, columns = factors.heights[k - 1], factors.heights[l - 1]
    if term.transposed:
        return left[:rows, :], right[:, :columns]
    return left[:rows, :columns], right


def _square(matrix: Array) -> float:
    return float(namespace_of(matrix).sum(matrix**2))
