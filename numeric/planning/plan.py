"""The plan of a computation: what it will cost in seconds and bytes, and whether it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hessproof.numeric.arrays import Namespace
from hessproof.numeric.memory import SHARE, memory_room
from hessproof.numeric.planning.cost import Cost, largest_that_fits
from hessproof.numeric.planning.speed import Speed, machine_speed
from hessproof.symbolic.errors import UnusableRequest

NOT_WORTH_MEASURING = 2e8
"""Fewer operations than this take less than a second at 0.2 Gflop/s, slower than any machine in use; measuring the
speed, 0.1 s, would cost more than it tells."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a computation will cost: its pieces follow each other, so times add and the largest memory counts.

    Args:
        costs: The pieces, at least one.
        speed: Of matrix products here; None where the work is too little to measure it.

    Example:
        >>> plan = Plan((Cost("core of order 16,410", 2.9e12, 2**31),), Speed(76.0, 2, "measured"))
        >>> print(plan.line)
        plan: core of order 16,410, 2.0 GiB, about 38 s at 76 Gflop/s on 2 threads
    """

    costs: tuple[Cost, ...]
    speed: Speed | None

    @property
    def flops(self) -> float:
        """Operations of all pieces."""
        return sum(cost.flops for cost in self.costs)

    @property
    def bytes(self) -> int:
        """Memory of the piece that needs most."""
        return max((cost.bytes for cost in self.costs), default=0)

    @property
    def products(self) -> int:
        """Hessian-vector products of all pieces."""
        return sum(cost.products for cost in self.costs)

    @property
    def seconds(self) -> float | None:
        """Predicted seconds; None where the work is too little for the speed to matter."""
        if self.speed is None:
            return None
        return sum(cost.seconds(self.speed.gflops) for cost in self.costs)

    @property
    def line(self) -> str:
        """The whole plan in one line."""
        what = " and ".join(cost.what for cost in self.costs) or "nothing to compute"
        return f"plan: {what}, {bytes_in_words(self.bytes)}, {self._time()}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The plan in one line, and one more for each piece if there are several that take time."""
        if self.speed is None or len(self.costs) < 2 or (self.seconds or 0.0) < 1:
            return (self.line,)
        own = [
            f"  {cost.what}: {bytes_in_words(cost.bytes)}, {seconds_in_words(cost.seconds(self.speed.gflops))}"
            for cost in self.costs
        ]
        return (self.line, *own)

    def share_done(self, piece: int, share: float) -> float:
        """Share of the whole that is done when a share of one piece is, by their predicted seconds.

        Args:
            piece: Number of the piece, from 0; the ones before it are done.
            share: Of this piece, in [0, 1].

        Example:
            >>> plan = Plan((Cost("a", 1e9, 0), Cost("b", 3e9, 0)), None)
            >>> plan.share_done(1, 0.5)
            0.625
        """
        times = [cost.seconds(1.0) for cost in self.costs]
        whole = sum(times)
        return (sum(times[:piece]) + times[piece] * share) / whole if whole else 1.0

    def _time(self) -> str:
        seconds = self.seconds
        if seconds is None or self.speed is None or seconds < 1:
            return "less than a second"
        return f"{seconds_in_words(seconds)} at {self.speed.words}"


def make_plan(costs: Sequence[Cost], xp: Namespace | None = None) -> Plan:
    """The plan of some pieces, with the machine's speed where there is enough work for it to matter.

    Args:
        costs: The pieces, in order.
        xp: The array library that does the work; NumPy if None.

    Example:
        >>> make_plan([Cost("core of order 10", 700, 800)]).line
        'plan: core of order 10, 1 KiB, less than a second'
    """
    effort = sum(cost.seconds(1.0) * 1e9 for cost in costs)
    return Plan(tuple(costs), machine_speed(xp) if effort >= NOT_WORTH_MEASURING else None)


def refuse_if_it_cannot_fit(
    plan: Plan,
    remedy: str,
    *,
    cost_of: Callable[[int], Cost | int] | None = None,
    size_in_words: str = "order {size:,}",
    xp: Namespace | None = None,
    limit: int | None = None,
) -> None:
    """Refuse a plan that would not fit into memory, naming what is there, what is needed and what would fit.

    Args:
        plan: The plan.
        remedy: What would work instead.
        cost_of: The cost as a function of a size; the largest size that fits is named if given.
        size_in_words: How a size is named; ``{size}`` stands for it.
        xp: The array library whose memory is meant; the processor's if None.
        limit: Bytes that may be taken; `hessproof.numeric.memory.SHARE` of the available ones if None.

    Raises:
        UnusableRequest: If it would not fit.

    Example:
        >>> plan = Plan((Cost("core of order 40,000", 4e13, 8 * 40_000**2),), None)
        >>> try:
        ...     refuse_if_it_cannot_fit(plan, "choose narrower layers", cost_of=lambda n: 8 * n**2, limit=2**33)
        ... except UnusableRequest as refused:
        ...     print(refused.expected, "|", refused.remedy)
        at most 8.0 GiB | order 32,768 would fit: choose narrower layers
    """
    if limit is None:
        room, why = memory_room(xp)
        limit = int(SHARE * room)
        reason = f" ({SHARE:.0%} of {why}, {bytes_in_words(room)})"
    else:
        reason = ""
    if plan.bytes <= limit:
        return
    largest = max(plan.costs, key=lambda cost: cost.bytes)
    if cost_of is not None:
        size = largest_that_fits(cost_of, limit)
        remedy = f"{size_in_words.format(size=size)} would fit: {remedy}" if size else remedy
    raise UnusableRequest(
        f"{largest.what} ({bytes_in_words(largest.bytes)})", f"at most {bytes_in_words(limit)}{reason}", remedy
    )


def bytes_in_words(count: int) -> str:
    """Bytes with the unit in which they read well.

    Example:
        >>> bytes_in_words(800), bytes_in_words(5 * 2**20), bytes_in_words(21 * 2**29), bytes_in_words(2**45)
        ('1 KiB', '5 MiB', '10.5 GiB', '32,768.0 GiB')
    """
    if count < 2**20:
        return f"{max(1, round(count / 2**10))} KiB"
    if count < 2**30:
        return f"{count / 2**20:.0f} MiB"
    return f"{count / 2**30:,.1f} GiB"


def seconds_in_words(seconds: float) -> str:
    """A predicted time, in no more digits than a prediction has.

    Example:
        >>> [seconds_in_words(time) for time in (0.2, 38.4, 250, 7200, 400_000)]
        ['less than a second', 'about 38 s', 'about 4 min', 'about 2.0 h', 'about 4.6 days']
    """
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"about {seconds:.0f} s"
    if seconds < 5400:
        return f"about {seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"about {seconds / 3600:.1f} h"
    return f"about {seconds / 86400:.1f} days"
