"""The record of a training run: parameters at some times, written and read without rounding."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from hessproof.numeric.training.initialisation import Array, Parameters
from hessproof.symbolic.errors import UnusableRequest

Gradient = Callable[[Sequence[Array]], Sequence[Array]]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Parameters at some times of a training run.

    Args:
        method: ``flow`` or ``descent``.
        rate: η.
        times: When; for descent the number of steps done.
        states: The parameters then.
        relative: Relative tolerance of the integrator, 0 for descent.
        absolute: Absolute tolerance of the integrator, 0 for descent.
        evaluations: Gradients computed so far.
    """

    method: str
    rate: float
    times: tuple[float, ...]
    states: tuple[Parameters, ...]
    relative: float = 0.0
    absolute: float = 0.0
    evaluations: int = 0

    def __iter__(self) -> Iterator[tuple[float, Parameters]]:
        return iter(zip(self.times, self.states, strict=True))

    def to_json(self) -> str:
        """All of it as JSON; floats are written in hexadecimal, so that nothing is rounded."""
        states = [[[[float(x).hex() for x in row] for row in matrix] for matrix in state] for state in self.states]
        fields = ("method", "rate", "relative", "absolute", "evaluations")
        return json.dumps({**{f: getattr(self, f) for f in fields}, "times": list(self.times), "states": states})

    @classmethod
    def from_json(cls, text: str) -> Trajectory:
        """What `to_json` wrote.

        Raises:
            UnusableRequest: If the text is not that.

        Example:
            >>> path = Trajectory("flow", 1.0, (0.0, 1.0), ((np.ones((1, 1)),), (np.full((1, 1), 0.1),)))
            >>> again = Trajectory.from_json(path.to_json())
            >>> bool((again.states[1][0] == path.states[1][0]).all()), again.times
            (True, (0.0, 1.0))
        """
        try:
            read: dict[str, Any] = json.loads(text)
            states = tuple(
                tuple(np.array([[float.fromhex(x) for x in row] for row in matrix]) for matrix in state)
                for state in read.pop("states")
            )
            return cls(**{**read, "times": tuple(read["times"])}, states=states)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnusableRequest(
                f"a saved trajectory ({error})", "the text that to_json wrote", "start the run again"
            ) from None


def check_times(times: Sequence[float], **positive: float) -> None:
    """Refuse times that do not increase, and numbers that are not positive.

    Raises:
        UnusableRequest: If a time is negative, not finite or not later than the one before, or a number not positive.
    """
    rising = all(one < two for one, two in pairwise(times))
    if not times or not rising or not all(math.isfinite(time) and time >= 0 for time in times):
        raise UnusableRequest(f"times {list(times)}", "increasing times from 0 or later", "give for instance 0 1 2")
    for name, value in positive.items():
        if not (math.isfinite(value) and value > 0):
            raise UnusableRequest(f"{name.replace('_', ' ')} {value}", "a positive number", "give for instance 0.1")


def continued(path: Trajectory, more: Trajectory) -> Trajectory:
    """A path and the one that goes on where it ends.

    Raises:
        UnusableRequest: If the second does not start at the end of the first.
    """
    if (more.method, more.times[0]) != (path.method, path.times[-1]):
        raise UnusableRequest(
            f"a {more.method} from {more.times[0]:g} after a {path.method} to {path.times[-1]:g}",
            "the same method from where the first ends", "start the second at the last time of the first",
        )  # fmt: skip
    return replace(
        path,
        times=(*path.times, *more.times[1:]),
        states=(*path.states, *more.states[1:]),
        evaluations=path.evaluations + more.evaluations,
    )
