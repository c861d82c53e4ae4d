"""What an elimination costs, before it is tried."""

from __future__ import annotations

from hessproof.numeric.modular.elimination import HOST

_TEMPORARIES = 4
"""Tiles held at once: the product, the rounded quotient, and two that NumPy makes on the way."""


def elimination_cost(rows: int, columns: int, rank: int | None = None, *, symmetric: bool = False) -> tuple[float, int]:
    """Floating-point operations and bytes of a blocked elimination.

    The k-th pivot changes (m − k)(n − k) entries by a multiplication and an addition each, so rank r takes
    2 m n r − (m + n) r² + 2 r³ / 3 operations; with m = n = r that is 2 n³ / 3.

    Args:
        rows: m.
        columns: n.
        rank: r; min(m, n) if not given.
        symmetric: Whether the matrix is eliminated as a symmetric one, with half the operations.

    Returns:
        The operations, and the bytes of the matrix with the workspace. Without ``overwrite`` the copy comes on top.

    Example:
        >>> flops, size = elimination_cost(3000, 3000)
        >>> flops == 2 * 3000**3 / 3, size / (8 * 3000**2) < 1.5
        (True, True)
    """
    full = min(rows, columns)
    r = full if rank is None else min(rank, full)
    flops = 2.0 * rows * columns * r - (rows + columns) * float(r) ** 2 + 2.0 * float(r) ** 3 / 3.0
    if symmetric:
        flops /= 2.0
    panel = HOST.panel * (rows + 2 * columns)
    tiles = _TEMPORARIES * min(HOST.tile, max(1, rows * columns))
    return flops, 8 * (rows * columns + panel + tiles)


def elimination_share(order: int) -> float:
    """Which share of a matrix product's speed assembling and eliminating a square matrix reaches.

    Large eliminations reach 3/4. What is done entry by entry adds 4,000 over the order to 1 over the share: 1,700 in
    the elimination itself (shares of 0.28, 0.50 and 0.61 at order 1,000, 2,000 and 4,000, in processor seconds on one
    core), the rest in the assembly of the matrix.

    Example:
        >>> round(elimination_share(2000), 2), round(elimination_share(16_000), 2)
        (0.3, 0.63)
    """
    return 1.0 / (4.0 / 3.0 + 4000.0 / max(1, order))
