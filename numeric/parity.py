r"""Whether another array library, or another device, gives the numbers that NumPy gives.

Each kernel of ``hessproof.numeric.parity_kernels`` runs on the same numbers, once on NumPy and once where it is asked
for. What is exact arithmetic (all modular kernels, and floating point on integers small enough that nothing is rounded)
must agree to the last digit. The others must agree within a bound. With u = 2^{-53} and γ_k = ku/(1 − ku):

* *Sums of products* (matrix products, Hessian blocks of linear networks, products with their Hessians). A term passes
  at most k roundings, whatever the order of the sums and whether a fused multiply-add is used, so that each result is
  within γ_k of the exact one times the same kernel at the moduli of the numbers (Higham 2002, §3.1, §3.5). Two results
  differ by at most twice that. k is counted generously in `roundings`.
* *Eigenvalues and singular values.* Each set belongs exactly to a matrix within p(n)·2u·‖A‖ of A, p a slowly growing
  function (LAPACK Users' Guide, §4.7), and moves by no more (Weyl). p(n)‖A‖ ≤ n‖A‖_F is taken, and twice that.
* *Smooth activations and softmax.* exp and tanh differ between libraries by a few units of their last place. The bound
  is ``SMOOTH`` · k · u times the largest entry: not a proof, but a limit that NumPy in float64 itself keeps by a factor
  of ten against NumPy in extended precision.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, to_numpy, wait_for

Floats = npt.NDArray[np.float64]
Values = tuple[Floats, ...]
UNIT = 2.0**-53
SMOOTH = 100.0
"""By how much a smooth network may exceed its roundings; `tests/gpu` sees float64 stay within a tenth of that."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kernel on both sides.

    Args:
        kernel: What it does.
        size: How large the request was, in words.
        exact: Whether the two must be equal.
        difference: The largest |difference| of two entries; infinite where a shape differs or a number is not finite.
        share: The largest |difference| as a share of its bound; 0 or infinite where they must be equal.
        seconds: On the device, once it is warm.
        reference_seconds: On NumPy.
    """

    kernel: str
    size: str
    exact: bool
    difference: float
    share: float
    seconds: float
    reference_seconds: float

    @property
    def holds(self) -> bool:
        """Whether they are equal, or within their bound."""
        return self.share <= 1.0


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel with numbers to run it on.

    Args:
        name: What it does.
        size: In words.
        values: The numbers, as NumPy's arrays.
        run: The kernel, on arrays of any library.
        bound: The largest allowed |difference| for each entry, from the numbers; None if there must be none.
    """

    name: str
    size: str
    values: Values
    run: Callable[..., Array]
    bound: Callable[..., Any] | None = None


def compare(kernel: Kernel, put: Callable[[Floats], Array]) -> Comparison:
    """Run a kernel on both sides.

    Args:
        kernel: The kernel.
        put: Makes an array of NumPy one of the other library, on its device.

    Example:
        >>> found = compare(Kernel("twice", "2", (np.ones(2),), lambda array: 2.0 * array), np.asarray)
        >>> found.holds, found.difference
        (True, 0.0)
    """
    start = time.perf_counter()
    wanted = np.asarray(kernel.run(*kernel.values), dtype=np.float64)
    reference = time.perf_counter() - start
    moved = [put(value) for value in kernel.values]
    kernel.run(*moved)  # compiles what has to be compiled
    start = time.perf_counter()
    result = kernel.run(*moved)
    wait_for(result)
    seconds = time.perf_counter() - start
    found = np.asarray(to_numpy(result), dtype=np.float64)
    difference, share = _apart(found, wanted, None if kernel.bound is None else kernel.bound(*kernel.values))
    return Comparison(kernel.name, kernel.size, kernel.bound is None, difference, share, seconds, reference)


def _apart(found: Floats, wanted: Floats, bound: Any) -> tuple[float, float]:
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return float("inf"), float("inf")
    if not found.size:
        return 0.0, 0.0
    apart = np.abs(found - wanted)
    largest = float(apart.max())
    if bound is None:
        return largest, 0.0 if largest == 0.0 else float("inf")
    allowed = np.broadcast_to(np.asarray(bound, dtype=np.float64), apart.shape)
    shares = np.divide(apart, allowed, out=np.where(apart > 0, np.inf, 0.0), where=allowed > 0)
    return largest, float(shares.max())


def gamma(k: int) -> float:
    """γ_k = ku/(1 − ku).

    Example:
        >>> gamma(1) > 2.0**-53
        True
    """
    return k * UNIT / (1 - k * UNIT)


def roundings(widths: tuple[int, ...]) -> int:
    """k: at least as many roundings as a term of a Hessian, or of a product with one, passes.

    On its way a term meets each layer's sum at most six times (a chain to the left and one to the right in each of two
    moments and a direction), every sum of M numbers rounds at most M times, and eight more a layer add blocks up.
    """
    return 6 * (sum(widths) + len(widths)) + 8 * len(widths) + 16


def moduli(run: Callable[..., Array], k: int) -> Callable[..., Any]:
    """The bound of a kernel of sums of products: 2γ_k times the kernel at the moduli."""
    return lambda *values: 2 * gamma(k) * np.asarray(run(*map(np.abs, values)))


def largest(run: Callable[..., Array], share: float) -> Callable[..., Any]:
    """A share of the largest |entry| of the result."""
    return lambda *values: share * float(np.abs(run(*values)).max())


def backward(matrix: Floats) -> float:
    """The bound of eigenvalues and singular values: twice n · 2u · ‖A‖_F."""
    return float(2 * max(matrix.shape) * 2 * UNIT * np.linalg.norm(matrix))
