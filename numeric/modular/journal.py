"""Steps of an elimination that are done whole or not at all, counted, and skipped when a run is resumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hessproof.numeric.arrays import Array
from hessproof.numeric.modular.checkpoint import Keeper

Place = tuple[slice, slice]

Progress = Callable[[float], None]
"""Called with the share of the work that is done, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step does.

    Args:
        writes: New values at places of the matrix, in this order.
        pivots: Columns of the pivots found by then.
        singular: Where a diagonal block begins that was found singular; -1 if none was.
    """

    writes: tuple[tuple[Place, Array], ...]
    pivots: tuple[int, ...]
    singular: int = -1


@dataclass(frozen=True, slots=True)
class State:
    """How far an elimination is.

    Args:
        steps: How many steps have been done.
        pivots: Columns of the pivots found.
        singular: Where the first singular diagonal block of a symmetric matrix begins; -1 if none has been met.
        pending: A step whose values are known but perhaps not all written.
    """

    steps: int = 0
    pivots: tuple[int, ...] = ()
    singular: int = -1
    pending: Step | None = None


class Journal:
    """Carries out steps one after the other.

    The values of a step are computed before any of them is written, and the state changes by a single assignment. So
    an interruption (KeyboardInterrupt) at any moment leaves a matrix from which ``settle`` makes that of a whole number
    of steps: writing the same values twice does no harm.

    Args:
        matrix: The matrix, changed in place.
        start: Where an earlier run stopped. Its steps are counted again, but not done again.
        work: Floating-point operations that the whole is expected to take.
        progress: Called with the share of ``work`` that is done, in [0, 1] and never falling, about 1000 times at most.
        keeper: Writes checkpoints.
    """

    def __init__(
        self,
        matrix: Array,
        start: State,
        work: float,
        progress: Progress | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.matrix, self.state = matrix, start
        self._seen, self._skip = 0, start.steps
        self._work, self._done, self._told = max(work, 1.0), 0.0, -1.0
        self._progress, self._keeper = progress, keeper

    @property
    def pivots(self) -> tuple[int, ...]:
        """Columns of the pivots found so far, rising."""
        return self.state.pivots

    @property
    def singular(self) -> int:
        """Where the first singular diagonal block of a symmetric matrix begins; -1 if none has been met."""
        return self.state.singular

    def step(self, make: Callable[[], Step], flops: float) -> None:
        """Do the step that ``make`` computes, unless an earlier run did it."""
        self._seen += 1
        self._done += flops
        if self._seen <= self._skip:
            return
        self.state = replace(self.state, pending=make())
        self.settle()
        self._tell(min(1.0, self._done / self._work))
        if self._keeper is not None and self._keeper.due():
            self.keep()

    def settle(self) -> None:
        """Finish the step that is under way, if its values are known."""
        pending = self.state.pending
        if pending is None:
            return
        for place, values in pending.writes:
            self.matrix[place] = values
        singular = max(self.state.singular, pending.singular)
        self.state = State(self.state.steps + 1, pending.pivots, singular)

    def keep(self) -> None:
        """Write a checkpoint now, if there is to be one."""
        if self._keeper is not None:
            self.settle()
            self._keeper.write(self.matrix, self.state.steps, self.state.pivots, self.state.singular)

    def finish(self) -> None:
        """Say that all is done, and remove the checkpoint."""
        self._tell(1.0)
        if self._keeper is not None:
            self._keeper.remove()

    def _tell(self, share: float) -> None:
        if self._progress is not None and (share >= self._told + 0.001 or share == 1.0 > self._told):
            self._told = share
            self._progress(share)
