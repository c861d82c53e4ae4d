"""The runs of a comparison, kept on disk one line each, so that it can be stopped and goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scale.limits import Limits
from benchmarks.scale.networks import parameters

Run = dict[str, Any]


class Runs:
    """The runs so far.

    Args:
        path: A file of JSON lines; None keeps them in memory only.
    """

    def __init__(self, path: Path | None = None, runs: Iterable[Run] = ()) -> None:
        self.path, self.runs = path, list(runs)
        if path is not None and path.exists():
            self.runs += _lines(path)

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def add(self, run: Run) -> None:
        """Keep one more run, on disk before anything else happens."""
        self.runs.append(run)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(run) + "\n")

    def of(self, contender: str, network: str) -> list[Run]:
        """The runs of one pair, in their order."""
        return [run for run in self.runs if (run["contender"], run["network"]) == (contender, network)]

    def settled(self, contender: str, network: str, repeat: int, limits: Limits) -> Run | None:
        """What is known already: a run that finished, or one that failed under limits at least as wide."""
        for run in self.of(contender, network):
            if run["repeat"] != repeat or run["threads"] != limits.threads:
                continue
            if "failed" not in run or (run["seconds_limit"] >= limits.seconds and run["gib"] >= limits.gib):
                return run
        return None

    def middle(self, contender: str, network: str, key: str = "seconds") -> float | None:
        """Median over the runs that finished; None if there is none."""
        found = [run[key] for run in self.of(contender, network) if key in run and "failed" not in run]
        return median(found) if found else None

    def failure(self, contender: str, network: str) -> str | None:
        """How the pair failed, if none of its runs finished."""
        runs = self.of(contender, network)
        return runs[-1]["failed"] if runs and all("failed" in run for run in runs) else None

    def failed_below(self, contender: str, network: str, limits: Limits) -> str | None:
        """A smaller network at which a contender failed under these limits; larger ones need not be tried."""
        size = parameters(network)
        for run in self.runs:
            smaller = run["contender"] == contender and parameters(run["network"]) < size
            if smaller and "failed" in run and self.settled(contender, run["network"], run["repeat"], limits) is run:
                return str(run["network"])
        return None


def line_of(contender: str, network: str, repeat: int, limits: Limits, found: Run) -> Run:
    """What is kept of one run."""
    given = asdict(limits)
    given["seconds_limit"] = given.pop("seconds")
    return {"contender": contender, "network": network, "repeat": repeat, **given, **found}


def _lines(path: Path) -> list[Run]:
    """The runs in a file; a last line that was cut off when the process ended is left out."""
    runs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            runs.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return runs
