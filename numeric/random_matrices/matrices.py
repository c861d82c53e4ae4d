r"""Random matrices from independent entries, written against the array API.

======================  ==========================================================  ========================
function                entries                                                     limit law
======================  ==========================================================  ========================
`wigner`                symmetric, variance v/n; normal diagonals have 2v/n (GOE)   semicircle of variance v
`factor`, `gram`        J ∈ R^{n×p}, variance s/p; JJ⊤                              Marchenko–Pastur (s, n/p)
`products`, `balanced`  B = (1/m) Σ_{μ≤q} e_μ x_μ⊤; [[0, B], [B⊤, 0]]               symmetric Poisson
======================  ==========================================================  ========================

Entries are drawn by NumPy from a seed and then moved to the device, so that a matrix does not depend on where it lives.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, Device, namespace, namespace_of, to_numpy
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.random_matrices.requests import counted, one_of, positive, seeded

Floats = npt.NDArray[np.float64]
Entries = Literal["normal", "sign", "uniform"]
ENTRIES: tuple[Entries, ...] = ("normal", "sign", "uniform")
"""Laws of an entry, all of mean 0 and variance 1: N(0, 1), ±1 with equal probability, uniform on [−√3, √3]."""
COPIES = 4
"""Dense copies of a matrix that drawing and decomposing it hold at once."""


def stream(seed: int, *salt: int) -> np.random.Generator:
    """The generator of a seed; ``salt`` separates matrices that are drawn from the same seed.

    Raises:
        UnusableRequest: If the seed is no integer from 0 on.

    Example:
        >>> bool(stream(1).normal() == stream(1).normal() != stream(1, 2).normal())
        True
    """
    return np.random.default_rng([seeded(seed), *salt])


def drawn(shape: tuple[int, ...], entries: Entries, generator: np.random.Generator) -> Floats:
    """Independent entries of mean 0 and variance 1.

    Args:
        shape: Shape of the array.
        entries: Law of an entry, one of `ENTRIES`.
        generator: Where they are drawn from.

    Raises:
        UnusableRequest: If the law is unknown.

    Example:
        >>> sorted({float(entry) for entry in drawn((20,), "sign", stream(1))})
        [-1.0, 1.0]
    """
    match one_of(entries, ENTRIES, "entries"):
        case "normal":
            return generator.standard_normal(shape)
        case "sign":
            return np.asarray(generator.integers(0, 2, shape) * 2.0 - 1.0, dtype=np.float64)
        case _:
            return generator.uniform(-math.sqrt(3), math.sqrt(3), shape)


def wigner(
    size: int, variance: float = 1.0, *, entries: Entries = "normal", seed: int = 0, device: Device = "cpu"
) -> Array:  # fmt: skip
    """A symmetric n × n matrix with independent entries of variance v/n on and above the diagonal.

    With normal entries the diagonal has variance 2v/n, so that the law is invariant under rotations (GOE).

    Args:
        size: n.
        variance: v, the variance of the limit law.
        entries: Law of an entry.
        seed: Seed of the draw.
        device: Where the matrix lives.

    Raises:
        UnusableRequest: If an argument is out of range, or the matrix does not fit into memory.

    Example:
        >>> matrix = wigner(4, 2.0, entries="sign", seed=1)
        >>> bool((matrix == matrix.T).all()), float(matrix[0, 1] ** 2)
        (True, 0.5000000000000001)
    """
    _fits(counted(size, "size"), size)
    raw = drawn((size, size), entries, stream(seed, 1))
    upper = np.triu(raw, 1)
    diagonal = np.diag(raw) * (math.sqrt(2) if entries == "normal" else 1.0)
    matrix = (upper + upper.T + np.diag(diagonal)) * math.sqrt(positive(variance, "variance", zero=True) / size)
    return namespace(device).asarray(matrix)


def factor(
    rows: int, columns: int, scale: float = 1.0, *, entries: Entries = "normal", seed: int = 0, device: Device = "cpu"
) -> Array:  # fmt: skip
    """J ∈ R^{n×p} with independent entries of variance s/p, so that JJ⊤ has mean eigenvalue s.

    Args:
        rows: n.
        columns: p.
        scale: s.
        entries: Law of an entry.
        seed: Seed of the draw.
        device: Where the matrix lives.

    Raises:
        UnusableRequest: If an argument is out of range, or the matrix does not fit into memory.

    Example:
        >>> factor(2, 3, 3.0, entries="sign", seed=1).tolist()[0]
        [1.0, -1.0, 1.0]
    """
    _fits(counted(rows, "rows"), counted(columns, "columns"))
    scaled = drawn((rows, columns), entries, stream(seed, 2)) * math.sqrt(positive(scale, "scale") / columns)
    return namespace(device).asarray(scaled)


def triangular(rows: int, columns: int, scale: float = 1.0, *, seed: int = 0, device: Device = "cpu") -> Array:
    """L with LL⊤ distributed as JJ⊤ for normal J ∈ R^{n×p}, of at most n columns (Bartlett's decomposition).

    The triangular part of J's LQ decomposition: for n ≤ p the diagonal is χ_p, χ_{p-1}, … and the entries below it
    are normal; for n > p it is J itself.

    Args:
        rows: n.
        columns: p.
        scale: s, p times the variance of an entry of J.
        seed: Seed of the draw.
        device: Where the matrix lives.

    Raises:
        UnusableRequest: If an argument is out of range, or the matrix does not fit into memory.

    Example:
        >>> triangular(3, 100, seed=1).shape, triangular(3, 2, seed=1).shape
        ((3, 3), (3, 2))
    """
    if counted(rows, "rows") > counted(columns, "columns"):
        return factor(rows, columns, scale, seed=seed, device=device)
    _fits(rows, rows)
    generator = stream(seed, 3)
    lower = np.tril(generator.standard_normal((rows, rows)), -1)
    lower += np.diag(np.sqrt(generator.chisquare(columns - np.arange(rows))))
    return namespace(device).asarray(lower * math.sqrt(positive(scale, "scale") / columns))


def products(
    half: int, active: int, total: int, energy: float, *, entries: Entries = "normal", seed: int = 0,
    device: Device = "cpu",
) -> Array:  # fmt: skip
    r"""B = (1/m) Σ_{μ≤q} e_μ x_μ⊤ with residuals e_μ of variance 2ε and inputs x_μ of variance 1, both in R^n.

    With ReLU about q = m/2 samples meet an active unit; without activation all q = m do.

    Args:
        half: n; the block matrix of `balanced` has size 2n.
        active: q, how many products are added.
        total: m, by which the sum is divided.
        energy: ε.
        entries: Law of an entry of e and x, before scaling.
        seed: Seed of the draw.
        device: Where the matrix lives.

    Raises:
        UnusableRequest: If an argument is out of range, or the matrix does not fit into memory.

    Example:
        >>> products(2, 1, 2, 0.5, entries="sign", seed=1).tolist()
        [[-0.5, 0.5], [0.5, -0.5]]
    """
    _fits(counted(half, "half"), counted(active, "active samples"))
    generator = stream(seed, 4)
    residuals, inputs = (drawn((half, active), entries, generator) for _ in range(2))
    scale = math.sqrt(2 * positive(energy, "energy", zero=True)) / counted(total, "samples")
    xp = namespace(device)
    return xp.asarray(residuals * scale) @ xp.asarray(inputs).T


def gram(matrix: Array) -> Array:
    """JJ⊤.

    Example:
        >>> gram(np.array([[1.0, 2.0]])).tolist()
        [[5.0]]
    """
    return matrix @ matrix.T


def eigenvalues(matrix: Array) -> Floats:
    """Eigenvalues of a symmetric matrix in increasing order, by its library's solver.

    Example:
        >>> eigenvalues(np.array([[0.0, 2.0], [2.0, 0.0]])).tolist()
        [-2.0, 2.0]
    """
    found: Any = to_numpy(namespace_of(matrix).linalg.eigvalsh(matrix))
    return np.sort(np.asarray(found, dtype=np.float64))


def balanced(block: Array) -> Floats:
    """Eigenvalues of [[0, B], [B⊤, 0]] in increasing order: ± the singular values of a square B.

    Example:
        >>> balanced(np.array([[3.0, 0.0], [0.0, 1.0]])).tolist()
        [-3.0, -1.0, 1.0, 3.0]
    """
    found = np.asarray(to_numpy(namespace_of(block).linalg.svdvals(block)), dtype=np.float64)
    return np.sort(np.concatenate([-found, found]))


def _fits(rows: int, columns: int) -> None:
    refuse_if_too_large(
        matrix_bytes(rows, columns, copies=COPIES), f"a random matrix of {rows} × {columns}", "ask for a smaller size"
    )
