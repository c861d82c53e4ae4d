"""A linear teacher: the moments of labels y = Tx that a linear network is trained towards."""

from __future__ import annotations

import numpy as np

from hessproof.numeric.training.initialisation import Array
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def linear_teacher(
    architecture: Architecture, sigma: Array | None = None, *, seed: int = 0, rank: int | None = None
) -> tuple[Array, Array]:
    """Σ and Σ_yx = TΣ of labels y = Tx, so that the smallest loss is 0 if rk T ≤ q.

    T is Gaussian with entries of variance 1/d; with ``rank`` it is a product of two Gaussian factors.

    Args:
        architecture: The network that is trained.
        sigma: Σ of the inputs, d × d, by default I, as for whitened inputs.
        seed: Seed of the teacher.
        rank: Rank of the teacher, by default min(d, K).

    Returns:
        Σ, d × d, and Σ_yx, K × d.

    Raises:
        UnusableRequest: If the rank is out of range.

    Example:
        >>> sigma, cross = linear_teacher(Architecture((4, 3, 2)), seed=1)
        >>> sigma.shape, cross.shape, np.linalg.matrix_rank(cross)
        ((4, 4), (2, 4), np.int64(2))
    """
    inputs, outputs = architecture.inputs, architecture.outputs
    stream = np.random.default_rng([seed, 1])
    if rank is None:
        teacher = stream.standard_normal((outputs, inputs)) / np.sqrt(inputs)
    elif not 0 <= rank <= min(inputs, outputs):
        raise UnusableRequest(
            f"a teacher of rank {rank}", f"0 to {min(inputs, outputs)}, the smaller side of T", "give a smaller rank"
        )
    else:
        left, right = stream.standard_normal((outputs, rank)), stream.standard_normal((rank, inputs))
        teacher = left @ right / np.sqrt(inputs * max(rank, 1))
    covariance = np.eye(inputs) if sigma is None else np.asarray(sigma, dtype=np.float64)
    return covariance, teacher @ covariance
