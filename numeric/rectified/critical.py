"""Exact critical points: residuals that are orthogonal to the columns of the Jacobian."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hessproof.numeric.integers import IntegerMatrix, from_flint, to_flint
from hessproof.numeric.rectified.blocks import network_jacobian
from hessproof.numeric.rectified.network import Rectified


def critical_point(network: Rectified, rng: np.random.Generator, *, balanced: bool = False) -> Rectified:
    """The same weights and inputs with residuals δ such that Σ_n J_n⊤δ_n = 0: any such δ makes θ a critical point.

    For the squared loss these are the targets y = F − δ. The residuals are a random element of the null space of J⊤,
    zero if that is trivial: then only a perfect fit makes θ critical.

    Args:
        network: Weights and inputs.
        rng: Chooses the element.
        balanced: Whether each δ_n must add up to zero, as p − y does under cross-entropy.

    Example:
        >>> from hessproof.numeric.rectified.blocks import loss_gradient
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [2]], [[0], [0]])
        >>> found = critical_point(net, np.random.default_rng(0))
        >>> loss_gradient(found).tolist(), bool(found.deltas.any())
        ([0, 0], True)
    """
    equations = network_jacobian(network).T
    count, outputs = network.samples, network.architecture.outputs
    if balanced:
        sums = np.kron(np.eye(count, dtype=int), np.ones((1, outputs), dtype=int)).astype(object)
        equations = np.vstack([equations, sums])
    basis = null_space(equations)
    chosen = basis @ rng.integers(-3, 4, basis.shape[1]).astype(object)
    curvatures = network.curvatures
    if curvatures is None:
        curvatures = np.stack([np.eye(outputs, dtype=int)] * count).astype(object)
    deltas = chosen.reshape(count, outputs)
    return replace(network, targets=None, deltas=np.asarray(deltas), curvatures=curvatures)


def null_space(matrix: IntegerMatrix) -> IntegerMatrix:
    """Integer columns that span the null space over Q.

    Example:
        >>> null_space(np.asarray([[1, 2], [2, 4]], dtype=object)).ravel().tolist()
        [2, -1]
    """
    basis, nullity = to_flint(matrix).nullspace()
    found = from_flint(basis)[:, : int(nullity)]
    if not found.size:
        return found
    divisors = np.gcd.reduce(found, axis=0)
    return np.asarray(found // np.where(divisors == 0, 1, divisors))
