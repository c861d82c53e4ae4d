"""What one piece of work costs, counted before it is begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work costs.

    Args:
        what: The piece in a few words, such as ``core of order 16,410``.
        flops: Floating-point operations, an addition and a multiplication counted as two.
        bytes: Memory at its peak, everything that is held meanwhile included.
        products: Hessian-vector products among the operations; 0 where there are none.
        share: Which share of the speed of a matrix product such work reaches, in (0, 1]; measured by the kernel's
            author and stated where the cost is made.

    Raises:
        UnusableRequest: If a number is negative, or the share not in (0, 1].

    Example:
        >>> Cost("core of order 100", 2 / 3 * 100**3, 8 * 100**2).bytes
        80000
    """

    what: str
    flops: float
    bytes: int
    products: int = 0
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.flops < 0 or self.bytes < 0 or self.products < 0 or not 0 < self.share <= 1:
            raise UnusableRequest(
                f"a cost of {self.flops:g} operations, {self.bytes} bytes and {self.products} products at a share of "
                f"{self.share:g}",
                "none negative and a share above 0 and up to 1",
                "see how it was counted",
            )

    def seconds(self, gflops: float) -> float:
        """Predicted seconds where matrix products run at ``gflops`` · 10⁹ operations a second: flops / (share · speed).

        Example:
            >>> Cost("a product", 2e9, 0, share=0.5).seconds(40.0)
            0.1
        """
        return self.flops / (self.share * gflops * 1e9)


def largest_that_fits(cost_of: Callable[[int], Cost | int], limit: int, most: int = 10**9) -> int:
    """The largest size n in 0 … ``most`` whose cost takes at most ``limit`` bytes, by bisection.

    Args:
        cost_of: The cost of a size, or its bytes; must not fall where the size grows.
        limit: Bytes that may be taken.
        most: Largest size to think of.

    Returns:
        The size; 0 if not even size 1 fits.

    Example:
        >>> largest_that_fits(lambda order: 8 * order**2, 8 * 10**6)
        1000
    """

    def fits(size: int) -> bool:
        cost = cost_of(size)
        return (cost.bytes if isinstance(cost, Cost) else cost) <= limit

    below, above = 0, most + 1
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if fits(middle) else (below, middle)
    return below
