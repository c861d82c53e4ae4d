"""Plans beside what came: predicted and measured seconds and memory of whole commands, each in a process of its own.

    python -m benchmarks.plans [--busy] [--only WORD] [--limit SECONDS]

It prints the table of docs/plans.md. With --busy, for a machine that others use too, times are processor seconds of all
threads, and so is the speed that they are planned with.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hessproof.numeric.planning import Plan, bytes_in_words
from hessproof.symbolic.architecture import Architecture

CASES = (
    "rank 64-50-20-20-20-10",
    "rank 64-400-400-10",
    "rank 64-20-20-10 --dense",
    "rank 64-35-30-10 --dense",
    "rank 64-40-30-10 --activation relu",
    "rank 64-20-20-10 --activation tanh --engine float",
    "spectrum 64-25-10 --method dense",
    "spectrum 64-100-80-10 --method structured",
    "spectrum 64-200-10 --method gram",
    "spectrum 64-200-10 --method matrix-free",
    "bound 64-200-170-10",
)
"""Commands on data that are drawn; with the largest, about two minutes on two cores."""
ORDER = 1024
SAMPLES = {"gram": 200, "relu": 128, "matrix-free": 1000, "bound": 500}


class Meter:
    """Notes when the plan came and how much memory there was then."""

    def __init__(self, busy: bool) -> None:
        self.plans: list[Plan] = []
        self.clock = time.process_time if busy else time.perf_counter
        self.gflops = _busy_gflops() if busy else None
        self.start, self.held = 0.0, 0

    def __call__(self, plan: Plan) -> None:
        """Take a plan, and the time and the memory from which on it counts."""
        self.plans.append(plan)
        self.start, self.held = self.clock(), _held_bytes()

    def read(self) -> dict[str, Any]:
        """What was predicted, and what came since the last plan."""
        seconds, plan = self.clock() - self.start, self.plans[-1]
        planned = plan.seconds
        if self.gflops is not None and planned is not None:
            planned = sum(cost.seconds(self.gflops) for cost in plan.costs)
        return {
            "planned_seconds": planned, "seconds": seconds, "planned_bytes": plan.bytes,
            "bytes": max(0, _peak_bytes() - self.held),
        }  # fmt: skip


def _busy_gflops() -> float:
    """The speed of a matrix product in processor seconds."""
    matrix, best = np.full((ORDER, ORDER), 0.5), math.inf
    for _ in range(5):
        start = time.process_time()
        _ = matrix @ matrix
        best = min(best, time.process_time() - start)
    return float(2 * ORDER**3 / best / 1e9)


def _held_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _peak_bytes() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measured(case: str, busy: bool = False) -> dict[str, Any]:
    """One command of ``CASES``, run in this process."""
    words = case.split()
    options = dict(zip(words[2::2], words[3::2], strict=False))
    runs: dict[str, Callable[[str, dict[str, str], Meter], None]] = {
        "rank": _rank,
        "spectrum": _spectrum,
        "bound": _bound,
    }
    meter = Meter(busy)
    runs[words[0]](case, options, meter)
    return meter.read()


def _rank(case: str, options: dict[str, str], meter: Meter) -> None:
    from hessproof.proofs_check.ranking import DataRequest, rank_network

    activation = options.get("--activation", "linear")
    architecture = Architecture.parse(case.split()[1], activation=activation)
    data = DataRequest(samples=SAMPLES["relu"]) if activation != "linear" else None
    rank_network(
        architecture, data, engine=options.get("--engine", "exact"), structured="--dense" not in case, plan=meter
    )


def _spectrum(case: str, options: dict[str, str], meter: Meter) -> None:
    from hessproof.proofs_check.spectra.methods import Options
    from hessproof.proofs_check.spectra.output import spectrum_of_network

    method = options["--method"]
    architecture = Architecture.parse(
        case.split()[1], activation="relu" if method in ("gram", "matrix-free") else "linear"
    )
    spectrum_of_network(
        architecture, samples=SAMPLES.get(method), options=Options(method=method, probes=4), announce=meter
    )


def _bound(case: str, options: dict[str, str], meter: Meter) -> None:
    from hessproof.proofs_check.bounding.network import NetworkRequest
    from hessproof.proofs_check.bounding.run import bound_network

    bound_network(NetworkRequest(case.split()[1], samples=SAMPLES["bound"]), plan=meter)


RUNS: dict[str, Callable[[str, dict[str, str], Meter], None]] = {"rank": _rank, "spectrum": _spectrum, "bound": _bound}


def row(case: str, found: dict[str, Any]) -> str:
    """One row of the table."""
    planned, seconds = found["planned_seconds"], found["seconds"]
    shown = "—" if planned is None else f"{planned:.1f} s"
    ratio = "—" if not planned else f"{seconds / planned:.1f}"
    room = f"{bytes_in_words(found['planned_bytes'])} | {bytes_in_words(found['bytes'])}"
    return f"| `{case}` | {shown} | {seconds:.1f} s | {ratio} | {room} |"


def main(arguments: list[str] | None = None) -> None:
    """Run the cases that contain a word, all of them without one, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="cases that contain this")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds a case may take")
    parser.add_argument("--busy", action="store_true", help="count processor seconds")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one is not None:
        print(json.dumps(measured(given.one, given.busy)))
        return
    print("| command | planned | took | ratio | planned memory | took |\n|---|---:|---:|---:|---:|---:|")
    for case in CASES:
        if given.only in case:
            print(_in_a_process(case, given.limit, given.busy), flush=True)


def _in_a_process(case: str, limit: float, busy: bool) -> str:
    words = [sys.executable, "-m", "benchmarks.plans", "--one", case, *(["--busy"] if busy else [])]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"| `{case}` | | more than {limit:g} s | | | |"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return f"| `{case}` | | failed: {last} | | | |"
    return row(case, json.loads(done.stdout))


if __name__ == "__main__":
    main()
