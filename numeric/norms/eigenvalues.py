"""Enclosures of the largest eigenvalue and of the spectral norm of many symmetric matrices at once.

A library's eigenvalues are only a guess. What is proved afterwards:

* Above: for a guess c and the factor R that a library's Cholesky factorisation of cI − X returns, whatever its errors,
  cI − X = RR⊤ + E with a residual E that is computed, and RR⊤ ⪰ 0. Hence λ_max(X) ≤ c + ‖E‖_F. For the norm the same
  is done with X², ‖X‖² = λ_max(X²).
* Below: λ_max(X) ≥ v⊤Xv/v⊤v for every v ≠ 0; v comes from one step of inverse iteration.

Matrices with error bounds are their midpoint plus a symmetric perturbation of norm at most ‖R‖_F, R the radii (Weyl).
All matrices are first scaled by powers of two to entries of size about 1, so that nothing underflows that matters.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from hessproof.numeric.norms.enclosure import TINY, UNIT, Ball, Booleans, Floats, join
from hessproof.numeric.norms.near import ROOM, Near, frobenius_upper

_PIECE = 2**15
"""Entries of the matrices that are worked on at a time."""
_SHIFT = 2.0**-42
"""How far, relative to ‖X‖, inverse iteration stays from the eigenvalue that it looks for."""


def spectral_norm(matrices: Ball) -> Ball:
    """‖X‖ of symmetric matrices.

    Args:
        matrices: (…, n, n); the true matrices are symmetric.

    Example:
        >>> found = spectral_norm(Ball.exact([[[0.0, 2.0], [2.0, 0.0]], [[-3.0, 0.0], [0.0, 1.0]]]))
        >>> found.contains([2, 3]).tolist(), bool(found.rad.max() < 1e-13)
        ([True, True], True)
    """
    return _extreme(matrices, both=True)


def largest_eigenvalue(matrices: Ball) -> Ball:
    """λ_max(X) of symmetric matrices.

    Args:
        matrices: (…, n, n); the true matrices are symmetric.

    Example:
        >>> largest_eigenvalue(Ball.exact([[[-3.0, 0.0], [0.0, 1.0]]])).contains(1).tolist()
        [True]
    """
    return _extreme(matrices, both=False)


def operator_norm(matrices: Ball) -> Ball:
    """‖A‖ of rectangular matrices, as √λ_max(AA⊤) with the smaller of the two Gram matrices.

    Example:
        >>> operator_norm(Ball.exact([[[1.0, 1.0]]])).contains(1).tolist(), operator_norm(Ball.exact([[[0.0]]])).upper
        ([False], array([0.]))
    """
    tall = matrices.shape[-2] > matrices.shape[-1]
    gram = matrices.transposed @ matrices if tall else matrices @ matrices.transposed
    return largest_eigenvalue(gram).nonnegative().sqrt()


def spectral_norm_near(matrices: Near) -> Ball:
    """‖X‖ of symmetric matrices that differ from given ones by an error of bounded spectral norm.

    Args:
        matrices: (B, n, n), symmetric up to rounding, and (B,) upper bounds of the norm of the difference.

    Example:
        >>> found = spectral_norm_near((np.asarray([[[0.0, 2.0], [2.0, 0.0]]]), np.asarray([0.125])))
        >>> found.contains([1.875]).tolist(), found.contains([2.2]).tolist()
        ([True], [False])
    """
    return _near(*matrices, both=True)


def largest_eigenvalue_near(matrices: Near) -> Ball:
    """λ_max(X) of symmetric matrices that differ from given ones by an error of bounded spectral norm.

    Args:
        matrices: As in `spectral_norm_near`.
    """
    return _near(*matrices, both=False)


def _extreme(matrices: Ball, both: bool) -> Ball:
    shape, size = matrices.shape[:-2], matrices.shape[-1]
    flat = Ball(matrices.mid.reshape(-1, size, size), matrices.rad.reshape(-1, size, size))
    if size == 1:
        one = flat[:, 0, 0]
        found = Ball.between(np.maximum(np.maximum(one.lower, -one.upper), 0.0), one.magnitude) if both else one
    else:
        found = _near(flat.mid, frobenius_upper(flat.rad), both)
    return Ball(found.mid.reshape(shape), found.rad.reshape(shape))


def _near(centres: Floats, errors: Floats, both: bool) -> Ball:
    """In pieces that fit into a cache."""
    step = max(_PIECE // centres.shape[-1] ** 2, 32)
    pieces = [
        _piece(centres[start : start + step], errors[start : start + step], both)
        for start in range(0, len(centres), step)
    ]
    return join(pieces, axis=0) if pieces else Ball.exact(np.zeros(0))


def _piece(centres: Floats, errors: Floats, both: bool) -> Ball:
    with np.errstate(all="ignore"):
        sizes = np.abs(centres).max(axis=(-1, -2))
        exponents = np.frexp(sizes)[1]
        usable = np.isfinite(sizes) & np.isfinite(errors) & (np.abs(exponents) < 900)
        exponents = np.where(usable, exponents, 0)
        if not usable.all():
            centres = np.where(usable[:, None, None], centres, 0.0)
        # Entries are below 1; those below 2^-1022 lose at most 2^-1074 each, less than the steps taken below.
        scaled = centres * np.ldexp(1.0, -exponents)[:, None, None]
        symmetric = 0.5 * (scaled + scaled.swapaxes(-1, -2))
        # The true X is symmetric, so that its distance from the symmetric part is no larger; the sum is rounded once.
        spread = (errors + np.ldexp(UNIT * frobenius_upper(symmetric), exponents)) * ROOM
        low, high = _proved(symmetric, both)
        low, high = np.nextafter(low, -np.inf) - TINY, np.nextafter(high, np.inf) + TINY
        lower = np.nextafter(np.ldexp(low, exponents) - TINY - spread, -np.inf)
        upper = np.nextafter(np.ldexp(high, exponents) + TINY + spread, np.inf)
        zero = usable & (sizes == 0)
        lower, upper = np.where(zero, -spread, lower), np.where(zero, spread, upper)
        lower = np.where(usable, np.maximum(lower, 0.0) if both else lower, 0.0 if both else -np.inf)
        return Ball.between(lower, np.where(usable, upper, np.inf))


def _proved(matrices: Floats, both: bool) -> tuple[Floats, Floats]:
    """Bounds of λ_max or of ‖·‖ for exact symmetric matrices with entries below 1."""
    size = matrices.shape[-1]
    values = np.linalg.eigvalsh(matrices)
    most, least = values[:, -1], values[:, 0]
    scale = np.maximum(np.abs(most), np.abs(least))
    guess: Floats = scale if both else np.asarray(most)
    if both:  # ‖X‖² = λ_max(X²); X² is rounded by (n + 2)u ‖X‖_F²
        rounded = (size + 2) * UNIT * frobenius_upper(matrices) ** 2 * ROOM
        square = _certified_above(matrices @ matrices, scale * scale, scale * scale)
        upper = np.nextafter(np.sqrt((square + rounded) * (1 + 2 * UNIT)), np.inf)
    else:
        upper = _certified_above(matrices, guess, scale)
    turned = np.where(both & (-least > most), -1.0, 1.0)[:, None, None] * matrices
    shifted = (np.where(both, scale, most) + _SHIFT * scale + TINY)[:, None, None] * np.eye(size) - turned
    lower = _rayleigh(turned, _solved(shifted))
    loose = lower < upper - 2.0**-36 * scale  # the start was nearly orthogonal, or eigenvalues are close
    if loose.any():
        lower[loose] = np.maximum(lower[loose], _rayleigh(turned[loose], np.linalg.eigh(turned[loose])[1][..., -1]))
    return lower, upper


def _rayleigh(matrices: Floats, vectors: Floats) -> Floats:
    """Lower bounds of λ_max from Rayleigh quotients of vectors with entries of size about 1."""
    quotient = (vectors * (matrices @ vectors[..., None])[..., 0]).sum(axis=-1) / (vectors * vectors).sum(axis=-1)
    # v⊤(Xv): (2n + 2)u |v|⊤|X||v| ≤ (2n + 2)u ‖X‖_F v⊤v; v⊤v: relative n u; the quotient: u. Together, with room:
    error = (4 * matrices.shape[-1] + 8) * UNIT * frobenius_upper(matrices) * ROOM
    return np.asarray(np.nextafter(quotient - error, -np.inf))


def _certified_above(matrices: Floats, guess: Floats, scale: Floats) -> Floats:
    """Upper bounds of λ_max from Cholesky factors of cI − X and their residuals."""
    size = matrices.shape[-1]
    slack = 4.0 * (size + 2) ** 2 * UNIT
    while True:
        bound = guess + slack * scale + TINY
        shifted = -matrices
        shifted[:, np.arange(size), np.arange(size)] += bound[:, None]
        try:
            factor = np.linalg.cholesky(shifted)
            break
        except np.linalg.LinAlgError:
            # scale ≥ ‖X‖/2 for any sensible guess, so this ends; the residual decides, not the guess.
            slack *= 16
            if slack > 64:
                return frobenius_upper(matrices)
    squares = (factor * factor).sum(axis=(-1, -2))
    residual = frobenius_upper(shifted - factor @ factor.swapaxes(-1, -2))
    # The diagonal of cI − X is rounded once: ≤ u max|diagonal|. RR⊤: (n + 2)u ‖R‖_F² in Frobenius norm. The difference:
    # relative u, covered by the factor.
    rounded = UNIT * np.abs(shifted[:, np.arange(size), np.arange(size)]).max(axis=-1)
    error = (residual + (size + 2) * UNIT * squares + rounded) * ROOM + TINY
    return np.asarray(np.nextafter(bound + error, np.inf))


def _solved(systems: Floats) -> Floats:
    """One step of inverse iteration, scaled to entries of size about 1; unit vectors where that fails."""
    start = np.broadcast_to(_start(systems.shape[-1])[:, None], (*systems.shape[:-1], 1))
    try:
        found = np.linalg.solve(systems, start)[..., 0]
    except np.linalg.LinAlgError:
        found = start[..., 0]
    size = np.abs(found).max(axis=-1, keepdims=True)
    sound: Booleans = np.isfinite(size) & (size > 0)
    return np.where(sound, found / np.where(sound, size, 1.0), np.eye(systems.shape[-1])[0])


@cache
def _start(size: int) -> Floats:
    """A vector without structure, the same each time."""
    return np.random.default_rng(size).standard_normal(size)
