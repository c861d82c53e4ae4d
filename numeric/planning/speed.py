"""How fast this machine multiplies matrices, measured once a process."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cache

import array_api_compat

from hessproof.numeric.arrays import Namespace, namespace

ENOUGH_SECONDS = 0.05
"""A product that takes this long is timed; shorter ones feel the clock, the caches and the start of the threads."""

LARGEST_ORDER = 8192
"""3 · 8 · 8192² bytes are 1.5 GiB: a GPU has that, and no processor needs an order so large to fill the time."""

FIRST_ORDER = 256


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a machine multiplies float64 matrices.

    Args:
        gflops: 10⁹ operations a second, 2n³ of them in a product of order n.
        threads: Threads that the library may use; 0 on a device that has none to speak of.
        how: How it is known.

    Example:
        >>> Speed(76.0, 2, "a product of order 1,024").words
        '76 Gflop/s on 2 threads'
    """

    gflops: float
    threads: int
    how: str

    @property
    def words(self) -> str:
        """The speed and the threads in words."""
        where = "the GPU" if self.threads == 0 else f"{self.threads} thread{'' if self.threads == 1 else 's'}"
        return (
            f"{self.gflops:,.0f} Gflop/s on {where}" if self.gflops >= 10 else f"{self.gflops:.1f} Gflop/s on {where}"
        )


@cache
def machine_speed(xp: Namespace | None = None) -> Speed:
    """The speed of float64 matrix products here, from products of growing order until one takes 0.05 s.

    Measured once a process and array library, in about 0.1 s on a processor and less on a GPU. The largest speed of
    the last order's two products counts: other programs can only slow a product down.

    Args:
        xp: The array library; NumPy if None.

    Example:
        >>> machine_speed().gflops > 0
        True
    """
    xp = namespace() if xp is None else xp
    order = FIRST_ORDER
    _product_seconds(xp, order)  # the first product also loads the library's kernels and starts its threads
    while True:
        seconds = min(_product_seconds(xp, order) for _ in range(2))
        if seconds >= ENOUGH_SECONDS or order >= LARGEST_ORDER:
            break
        # an eighth of the work missing asks for twice the order; far from it, larger steps save time
        order = min(LARGEST_ORDER, order * (4 if seconds < ENOUGH_SECONDS / 64 else 2))
    return Speed(2 * order**3 / seconds / 1e9, thread_count(xp), f"a product of order {order:,}")


def _product_seconds(xp: Namespace, order: int) -> float:
    matrix = xp.full((order, order), 0.5, dtype=xp.float64)
    float(matrix[0, 0])  # a GPU answers only when it is asked for a number
    start = time.perf_counter()
    product = matrix @ matrix
    float(product[0, 0])
    return max(time.perf_counter() - start, 1e-9)


def thread_count(xp: Namespace | None = None) -> int:
    """How many threads a matrix product may use; 0 on a GPU.

    As OpenBLAS and MKL decide it: the first of their own variables and ``OMP_NUM_THREADS`` that is set, at most the
    processors that this process may use; otherwise all of those.

    Example:
        >>> thread_count() >= 1
        True
    """
    if xp is not None and array_api_compat.is_cupy_namespace(xp):
        return 0
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdecimal() and int(value) > 0:
            return min(allowed, int(value))
    return allowed
