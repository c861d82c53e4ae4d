"""Which contender runs on which network, how often, and when it stops being tried."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.scale.contenders import CONTENDERS
from benchmarks.scale.limits import Limits, command_of, measure
from benchmarks.scale.networks import parameters, write
from benchmarks.scale.records import Run, Runs, line_of

LONG = 6.0
"""Seconds of a process from which on a pair is measured once: repeats are for what a moment can spoil."""
ONLY = {
    "products": ("64-10-10-10", "64-100-100-10", "64-400-400-10", "64-1000-1000-10"),
    "density": ("64-24-24-10", "64-100-100-10"),
}
"""Groups that grow smoothly, so that fewer networks show how; the others run on all of them."""

Pair = tuple[str, str, int]


def pairs(networks: Sequence[str], repeats: int, chosen: Iterable[str], every: bool = False) -> Iterator[Pair]:
    """Contender, network, repeat: small networks first, and within a repeat the contenders take turns.

    Args:
        networks: Widths.
        repeats: Runs of a pair.
        chosen: Contenders by name.
        every: Whether the groups in ``ONLY`` run on all networks too.
    """
    names = list(chosen)
    for network in sorted(networks, key=parameters):
        for repeat in range(repeats):
            for name in names:
                only = ONLY.get(CONTENDERS[name].group)
                if every or only is None or network in only:
                    yield name, network, repeat


def due(pair: Pair, runs: Runs, limits: Limits) -> bool:
    """Whether a pair still has to run."""
    name, network, repeat = pair
    if runs.settled(name, network, repeat, limits) or runs.failed_below(name, network, limits):
        return False
    first = runs.settled(name, network, 0, limits) if repeat else None
    return first is None or not ("failed" in first or first["wall"] > LONG)


def go(
    planned: Iterable[Pair],
    runs: Runs,
    limits: Limits,
    end: float,
    measured: Callable[[list[str], Limits], Run] = measure,
) -> bool:
    """Run what is due until a time (of ``time.monotonic``) or until it is interrupted; whether everything was done."""
    with tempfile.TemporaryDirectory() as folder:
        for pair in planned:
            if not due(pair, runs, limits):
                continue
            if time.monotonic() > end:
                return False
            name, network, repeat = pair
            path = Path(folder) / f"{network}.npz"
            try:
                if not path.exists():
                    write(network, path)
                run = line_of(name, network, repeat, limits, measured(command_of(name, path, limits), limits))
            except KeyboardInterrupt:
                return False
            runs.add(run)
            print(json.dumps(run), flush=True)
    return True
