r"""How large the numbers are that add up to a linear network's Hessian: what its rounding is measured by.

Every entry of H is a sum of products of weights, inputs and derivatives of the loss. Formed in floating point it is off
by a small multiple of ε times the same sum over absolute values, H̄, however much of it cancels: with δ = F − y the
difference may be nothing but rounding, and H_f with it. So eigenvalues are off by a small multiple of ε ‖H̄‖, which may
be far more than ε ‖H‖.

Under a loss that is no square, F̄ = |W^L| ⋯ |W^1| |x| times ε is how far F is off; the derivatives of cross-entropy and
of cosh are at most the mass t (at least 1), so δ and Λ are off by at most about t (1 + F̄) ε.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import Factors, Part
from hessproof.numeric.network.parameters import with_one
from hessproof.numeric.spectra.closed_forms import trace_and_norm
from hessproof.symbolic.architecture import Architecture


def absolute(architecture: Architecture, matrices: Sequence[Array], x: Array, y: Array) -> tuple[Factors, Array]:
    """|P^l|, E[|x̃||x̃|⊤] and E[δ̄|x̃|⊤] with δ̄ as above, and 1 (or t (1 + F̄)) for each sample, by which Λ is bounded.

    Args:
        architecture: Of a linear network.
        matrices: P^1, …, P^L.
        x: Inputs, N × d.
        y: Targets, N × K.
    """
    xp, bias = namespace_of(x), architecture.bias
    weights, inputs, sizes = [xp.abs(matrix) for matrix in matrices], with_one(xp.abs(x), bias), xp.abs(y)
    passed = xp.abs(x)
    for weight in weights:
        passed = with_one(passed, bias) @ weight.T
    curved = xp.ones_like(passed[:, :1])
    if architecture.loss != "mse":
        curved = xp.clip(xp.sum(sizes, axis=1, keepdims=True), 1.0, None)
        curved = curved * (1.0 + xp.max(passed, axis=1, keepdims=True))
        passed = xp.broadcast_to(curved, passed.shape)
    sigma, omega = inputs.T @ inputs / x.shape[0], (passed + sizes).T @ inputs / x.shape[0]
    return Factors(weights, sigma, omega, bias=bias), curved


def magnitude(architecture: Architecture, matrices: Sequence[Array], x: Array, y: Array, part: Part) -> float:
    """‖H̄‖, an upper bound of ‖H‖ in which nothing cancels.

    Args:
        architecture: Of a linear network.
        matrices: P^1, …, P^L.
        x: Inputs, N × d.
        y: Targets, N × K.
        part: outer, functional or loss.

    Example:
        >>> import numpy as np
        >>> weights, x, y = [np.asarray([[3.0]]), np.asarray([[1.0]])], np.asarray([[1.0]]), np.asarray([[3.0]])
        >>> round(magnitude(Architecture((1, 1, 1)), weights, x, y, "functional") ** 2, 9)
        72.0
    """
    factors, curved = absolute(architecture, matrices, x, y)
    if architecture.loss == "mse":
        return trace_and_norm(factors, part)[1]
    xp, outputs, bias, total = factors.xp, architecture.outputs, architecture.bias, 0.0
    if part != "outer":
        total += trace_and_norm(factors, "functional")[1]
    if part != "functional":
        # Λ̄ is constant, so W^L counts through the sums of its columns: ‖A⊤ 11⊤ A‖ with √K of it in W^L itself.
        weights, inputs = [xp.abs(matrix) for matrix in matrices], with_one(xp.abs(x), bias)
        sums = xp.sum(weights[-1], axis=0, keepdims=True) / math.sqrt(outputs)
        summed = [*weights[:-1], xp.tile(sums, (outputs, 1))]
        sigma = (inputs * curved).T @ inputs / x.shape[0]
        total += math.sqrt(outputs) * trace_and_norm(Factors(summed, sigma, bias=bias), "outer")[1]
    return total
