r"""Spectra of the model of the Hessian, H = H_0 + H_1 with independent parts, without and with ReLU.

H_0 = JJ⊤ is a Wishart matrix, J ∈ R^{N×p} with entries of variance s/p and p = N/τ. Without ReLU H_1 is a GOE matrix
with entries of variance 2ε/N; with ReLU it is [[0, B], [B⊤, 0]], B = (1/m) Σ e x⊤ over m/2 samples with e ~ N(0, 2ε)
and m = N/τ. Both H_0 and GOE are invariant under rotations, so that one of the two summands may be taken diagonal:
that is exact in law, and makes the summands freely independent in the limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Device, namespace
from hessproof.numeric.random_matrices.matrices import (
    Entries,
    balanced,
    eigenvalues,
    factor,
    gram,
    products,
    triangular,
    wigner,
)
from hessproof.numeric.random_matrices.requests import counted, positive
from hessproof.numeric.random_matrices.tridiagonal import wishart_spectrum
from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
MOST_COLUMNS = 2**53
"""Above it not every integer is a float."""


@dataclass(frozen=True)
class SumSpectrum:
    """The spectrum of one drawn matrix of the model.

    Args:
        eigenvalues: In increasing order, N of them.
        columns: p, the columns of J; with ReLU also the samples m, of which half are active.
        ratio: N/p, the τ that the matrix has; it differs from the τ that was asked for by rounding of p.
        energy: ε.
        scale: s.
        relu: Whether H_1 is the block matrix of ReLU.
        seed: Seed of the draw.
    """

    eigenvalues: Floats
    columns: int
    ratio: float
    energy: float
    scale: float
    relu: bool
    seed: int

    @property
    def rounding(self) -> float:
        """N times the unit of rounding times the largest |λ|: eigenvalues closer to 0 count as zero."""
        return float(len(self.eigenvalues) * np.finfo(float).eps * abs(self.eigenvalues).max())

    @property
    def negative_fraction(self) -> float:
        """The share of eigenvalues below 0, further than `rounding`.

        Example:
            >>> sum_spectrum(200, 0.0, 0.5).negative_fraction, sum_spectrum(200, 0.0, 4.0, relu=True).negative_fraction
            (0.0, 0.0)
        """
        return float((self.eigenvalues < -self.rounding).mean())


def columns_for(size: int, tau: float, *, even: bool = False) -> int:
    """p = N/τ, rounded to an integer of at least 1, or to an even one of at least 2.

    Raises:
        UnusableRequest: If N or τ is out of range, or p would be.

    Example:
        >>> columns_for(400, 0.25), columns_for(10, 3.0), columns_for(10, 3.0, even=True)
        (1600, 3, 4)
    """
    wanted = counted(size, "size") / positive(tau, "tau")
    if wanted > MOST_COLUMNS:
        raise UnusableRequest(f"tau {tau} at size {size}", f"at most {MOST_COLUMNS} columns", "give a larger tau")
    return max(2, 2 * round(wanted / 2)) if even else max(1, round(wanted))


def sum_spectrum(
    size: int,
    epsilon: float,
    tau: float,
    *,
    relu: bool = False,
    scale: float = 1.0,
    entries: Entries = "normal",
    seed: int = 0,
    device: Device = "cpu",
) -> SumSpectrum:
    """Draw a matrix of the model and find its eigenvalues.

    With normal entries one summand is diagonal, see above; with others both are dense, which takes up to p/N times
    as long to draw and tests more.

    Args:
        size: N, even with ReLU; 2n² for the network of the model.
        epsilon: ε ≥ 0.
        tau: τ > 0; p = N/τ is rounded.
        relu: Whether H_1 is the block matrix of ReLU.
        scale: s, the mean eigenvalue of H_0.
        entries: Law of the entries of J and of H_1, or of e and x.
        seed: Seed of the draw.
        device: Where the matrices live.

    Raises:
        UnusableRequest: If an argument is out of range, or the matrix does not fit into memory.

    Example:
        >>> found = sum_spectrum(300, 0.5, 0.5, seed=1)
        >>> found.columns, found.ratio, bool(0 < found.negative_fraction < 0.5)
        (600, 0.5, True)
        >>> round(float(sum_spectrum(300, 0.5, 0.5, relu=True, seed=1).eigenvalues.mean()), 1)
        1.0
    """
    positive(epsilon, "epsilon", zero=True)
    columns = columns_for(size, tau, even=relu)
    if relu:
        if size % 2:
            raise UnusableRequest(f"size {size}", "an even size with ReLU", f"give {size + 1}")
        found = _with_blocks(size, columns, epsilon, scale, entries, seed, device)
    elif entries == "normal":
        dense = wigner(size, 2 * epsilon, seed=seed, device=device)  # first: it refuses what memory does not hold
        diagonal = namespace(device).asarray(np.diag(wishart_spectrum(size, columns, scale, seed=seed)))
        found = eigenvalues(diagonal + dense)
    else:
        dense = gram(factor(size, columns, scale, entries=entries, seed=seed, device=device))
        found = eigenvalues(dense + wigner(size, 2 * epsilon, entries=entries, seed=seed, device=device))
    return SumSpectrum(found, columns, size / columns, float(epsilon), float(scale), relu, seed)


def block_spectrum(
    size: int, epsilon: float, samples: int, *, relu: bool = True, entries: Entries = "normal", seed: int = 0,
    device: Device = "cpu",
) -> Floats:  # fmt: skip
    """Eigenvalues of H_1 = [[0, B], [B⊤, 0]] of size N, B the mean over m samples of e x⊤, in increasing order.

    Args:
        size: N = 2n, even.
        epsilon: ε ≥ 0; residuals have variance 2ε.
        samples: m; with ReLU half of them (rounded down) are active, without activation all.
        relu: Whether half of the samples are switched off.
        entries: Law of the entries of e and x, before scaling.
        seed: Seed of the draw.
        device: Where the matrices live.

    Raises:
        UnusableRequest: If an argument is out of range.

    Example:
        >>> found = block_spectrum(100, 0.5, 200, seed=1)
        >>> bool(abs(found + found[::-1]).max() < 1e-12)
        True
    """
    if counted(size, "size") % 2:
        raise UnusableRequest(f"size {size}", "an even size", f"give {size + 1}")
    active = samples // 2 if relu else samples
    return balanced(products(size // 2, active, samples, epsilon, entries=entries, seed=seed, device=device))


def _with_blocks(
    size: int, columns: int, epsilon: float, scale: float, entries: Entries, seed: int, device: Device
) -> Floats:
    xp = namespace(device)
    if entries == "normal":
        blocks = xp.asarray(np.diag(block_spectrum(size, epsilon, columns, seed=seed, device=device)))
        return eigenvalues(gram(triangular(size, columns, scale, seed=seed, device=device)) + blocks)
    half = size // 2
    cross = products(half, columns // 2, columns, epsilon, entries=entries, seed=seed, device=device)
    zeros = xp.zeros((half, half), dtype=cross.dtype)
    upper = xp.concat([zeros, cross], axis=1)
    lower = xp.concat([cross.T, zeros], axis=1)
    dense = gram(factor(size, columns, scale, entries=entries, seed=seed, device=device))
    return eigenvalues(dense + xp.concat([upper, lower], axis=0))
