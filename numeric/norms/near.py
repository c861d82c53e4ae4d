"""Matrices known up to an error of bounded norm, and products of three of them.

A pair (X̃, ε) stands for every X with ‖X − X̃‖ ≤ ε in spectral norm, one ε for each matrix of a stack. That is cheaper
than a radius for every entry, and as good where a norm is what is asked for.
"""

from __future__ import annotations

import numpy as np

from hessproof.numeric.norms.enclosure import TINY, UNIT, Floats

Near = tuple[Floats, Floats]
"""Matrices (B, n, m), and upper bounds (B,) of how far the true ones are from them."""
ROOM = 1 + 2.0**-30
"""Covers the rounding of a sum of up to 2^20 nonnegative floats, and of a few operations with such sums."""


def congruence(outer: Near, inner: Near) -> Near:
    """SYS⊤ for a square Y.

    SYS⊤ − S̃ỸS̃⊤ = (S − S̃)YS⊤ + S̃(Y − Ỹ)S⊤ + S̃Ỹ(S − S̃)⊤ with ‖S − S̃‖ ≤ σ, ‖Y − Ỹ‖ ≤ η has a norm of at most
    (2s + σ)σ(y + η) + s²η for ‖S̃‖ ≤ s, ‖Ỹ‖ ≤ y. The two products are rounded by 2(n + 2)u s²y in Frobenius norm, n
    the larger inner dimension, (n + 2)u ≥ n u/(1 − n u) with room for the second product of rounded numbers.

    Example:
        >>> eye, none = np.eye(2)[None], np.zeros(1)
        >>> matrix, error = congruence((eye, none), (2 * eye, none))
        >>> matrix.tolist(), bool(error[0] < 1e-14)
        ([[[2.0, 0.0], [0.0, 2.0]]], True)
    """
    (left, sigma), (middle, eta) = outer, inner
    s, y, size = frobenius_upper(left), frobenius_upper(middle), middle.shape[-1]
    passed = (2 * s + sigma) * sigma * (y + eta) + s * s * eta
    rounded = 2 * (size + 2) * UNIT * s * s * y
    nothing = ((s == 0) & (sigma == 0)) | ((y == 0) & (eta == 0))
    error = np.where(nothing, 0.0, (passed + rounded) * ROOM + TINY)
    return left @ middle @ left.swapaxes(-1, -2), error


def frobenius_upper(matrices: Floats) -> Floats:
    """Floats that are at least ‖·‖_F of exact matrices.

    Example:
        >>> bool(5 <= frobenius_upper(np.asarray([[3.0, 4.0]])) < 5.0001)
        True
    """
    with np.errstate(all="ignore"):
        total = np.asarray(np.einsum("...ij,...ij->...", matrices, matrices))
        found = np.asarray(np.sqrt(total) * ROOM)
        poor = ~((total > 2.0**-900) & np.isfinite(total))  # all is zero, or squares below 2^-1022 were lost
        if poor.any():
            sizes = np.abs(matrices[poor]).max(axis=(-1, -2))
            if sizes.any():
                exponents = np.clip(np.frexp(sizes)[1], -1000, 1000)
                unit = np.ldexp(matrices[poor], -exponents[:, None, None])
                again = np.ldexp(np.sqrt((unit * unit).sum(axis=(-1, -2))) * ROOM, exponents) + 2.0**-1070
                found[poor] = np.where(sizes == 0, 0.0, again)
        return found
