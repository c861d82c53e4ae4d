r"""The outer part of a linear network's Hessian under any loss, from moments: H_o = A⊤GA.

With U^k = W^{L:k+1}, V^k = T^{k-1:1} and directions u v⊤ of layer k, A has the columns (U^k u) ⊗ (V^{k⊤} v), and
G = E[Λ_n ⊗ x̃_nx̃_n⊤], of order K (d + bias); for the squared loss G = I ⊗ Σ. With G = RR⊤ the nonzero eigenvalues of
H_o are those of R⊤(AA⊤)R, AA⊤ = Σ_k U^kU^{k⊤} ⊗ V^{k⊤}V^k, whose order is at most K times the rank of Σ.
"""

from __future__ import annotations

from collections.abc import Sequence

from hessproof.numeric.arrays import Array
from hessproof.numeric.kernels import Factors, Rectangle
from hessproof.symbolic.blocks import jacobian_block


def add_curved_outer(core: Array, factors: Factors, moment: Array, where: Sequence[Rectangle]) -> None:
    """Add A⊤GA to a matrix over the directions of some rectangles, in place.

    Args:
        core: n × n, n the number of directions.
        factors: The network's weights.
        moment: G.
        where: Rectangles of vectors (or None for all unit vectors).
    """
    if not where:
        return
    slopes = factors.xp.concat([_slopes(factors, one) for one in where], axis=1)
    core += slopes.T @ (moment @ slopes)


def curvature_moment(factors: Factors, inputs: Array, curvatures: Array) -> Array:
    """G = E[Λ_n ⊗ x̃_nx̃_n⊤], of order K (d + bias).

    Example:
        >>> import numpy as np
        >>> one = np.ones((2, 1))
        >>> curvature_moment(Factors([np.ones((1, 1))]), one, np.asarray([[[1.0]], [[3.0]]])).tolist()
        [[2.0]]
    """
    outputs, samples = int(curvatures.shape[1]), int(inputs.shape[0])
    rows = []
    for a in range(outputs):
        blocks = [(inputs * curvatures[:, a, b][:, None]).T @ inputs / samples for b in range(outputs)]
        rows.append(factors.xp.concat(blocks, axis=1))
    return factors.xp.concat(rows, axis=0)


def slopes_gram(factors: Factors) -> Array:
    """AA⊤ = Σ_k U^kU^{k⊤} ⊗ V^{k⊤}V^k, of order K (d + bias).

    Example:
        >>> import numpy as np
        >>> slopes_gram(Factors([np.asarray([[2.0]]), np.asarray([[3.0]])])).tolist()
        [[13.0]]
    """
    total = None
    for layer in range(1, factors.layers + 1):
        term = jacobian_block(factors.layers, layer)
        left = factors.word(term.left)[:, : factors.heights[layer - 1]]
        right = factors.word(term.right)
        block = _kron(factors, left @ left.T, right @ right.T)
        total = block if total is None else total + block
    return total


def outer_core(factors: Factors, moment: Array | None, kept: int) -> Array:
    """R⊤(AA⊤)R, with the nonzero eigenvalues of H_o.

    Args:
        factors: The network's weights, and Σ for the squared loss.
        moment: G; None for I ⊗ Σ.
        kept: The rank of Σ if ``moment`` is None, of G otherwise, or a larger number: how many columns R has for each
            output, or in all. What is left out is rounding.
    """
    xp = factors.xp
    root = _root(factors, factors.moment("Sigma") if moment is None else moment, kept)
    if moment is None:
        root = _kron(factors, factors.identity(factors.heights[-1]), root)
    result = root.T @ slopes_gram(factors) @ root
    return (result + xp.matrix_transpose(result)) / 2


def _root(factors: Factors, moment: Array, kept: int) -> Array:
    """R with RR⊤ = a positive semidefinite matrix of at most ``kept`` nonzero eigenvalues."""
    xp = factors.xp
    values, vectors = xp.linalg.eigh(moment)
    first = int(moment.shape[0]) - kept
    return vectors[:, first:] * xp.sqrt(xp.clip(values[first:], 0.0, None))[None, :]


def _slopes(factors: Factors, one: Rectangle) -> Array:
    """Columns (U^k u) ⊗ (V^{k⊤} v) for the directions of a rectangle, u first."""
    term = jacobian_block(factors.layers, one.layer)
    left = factors.word(term.left)[:, : factors.heights[one.layer - 1]]
    right = factors.word(term.right)
    left = left if one.rows is None else left @ one.rows
    right = right if one.columns is None else right @ one.columns
    return _kron(factors, left, right)


def _kron(factors: Factors, left: Array, right: Array) -> Array:
    block = left[:, None, :, None] * right[None, :, None, :]
    return factors.xp.reshape(block, (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1]))
