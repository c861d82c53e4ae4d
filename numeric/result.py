"""What a measurement of a rank says: a number, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

EngineName = Literal["exact", "multiprecision", "float"]
Bound = Literal["exact", "lower", "numerical"]


@dataclass(frozen=True, slots=True)
class Rank:
    """A measured rank.

    ``bound`` says what the value means: ``exact`` is the rank over Q, proved; ``lower`` is a proved lower bound (the
    largest rank found modulo a prime); ``numerical`` is the number of singular values above ``tolerance``.

    Args:
        quantity: What was measured: outer, functional, loss, jacobian, a_o or column:l.
        value: The rank.
        engine: exact, multiprecision or float.
        bound: exact, lower or numerical.
        why: One sentence that says what makes the value trustworthy.
        tolerance: Relative to the largest singular value; None for exact arithmetic.
        gap: Smallest singular value (or pivot) counted, divided by the largest one not counted; infinite if that
            one is zero, None for exact arithmetic or if all or none are counted.
        primes: The primes used, if any.
        seconds: Wall-clock time of this measurement.

    Example:
        >>> Rank("loss", 3, "exact", "exact", "FLINT rank over Q").value
        3
    """

    quantity: str
    value: int
    engine: EngineName
    bound: Bound
    why: str
    tolerance: float | None = None
    gap: float | None = None
    primes: tuple[int, ...] = ()
    seconds: float = 0.0

    def named(self, quantity: str, seconds: float | None = None) -> Rank:
        """The same measurement under another name, with the time it took as a whole."""
        return replace(self, quantity=quantity, seconds=self.seconds if seconds is None else seconds)

    def to_json(self) -> dict[str, Any]:
        """The fields that a report shows, as plain JSON values.

        Example:
            >>> Rank("loss", 3, "exact", "lower", "rank modulo a prime", primes=(7,)).to_json()["primes"]
            [7]
        """
        gap = None if self.gap is None else ("inf" if self.gap == float("inf") else self.gap)
        return {
            "quantity": self.quantity,
            "measured": self.value,
            "engine": self.engine,
            "bound": self.bound,
            "tolerance": self.tolerance,
            "gap": gap,
            "primes": list(self.primes),
            "why": self.why,
            "seconds": self.seconds,
        }
