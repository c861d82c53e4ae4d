"""Kill a campaign at random moments, resume it each time, and look at what became of its rows.

    python -m benchmarks.campaign_kills [--kills 20] [--layers 3] [--width 4] [--jobs 2] [--seed 0]

The campaign measures every instance with L and widths up to the limits, without and with bias. Each of its runs is
killed with SIGKILL after a random time, its processes left to themselves; the time counts from its first commit, and
for every fifth run from the start of the process, so that some are killed while they start. Before each kill the rows
that are committed are read from outside, while the run writes. Afterwards each of them must still be there,
unchanged and made by the same run, and the processes of the run must be gone. The last run is left to finish. Then
every instance of the plan must have one row, no run may have made a row that another had committed, and all rows must
equal those of an undisturbed campaign.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from hessproof.proofs_check.campaigns.plan import Plan
from hessproof.proofs_check.campaigns.run import run_campaign

PATIENCE = 60.0
"""Seconds that processes without their parent have to end; on a slow machine they may still be starting."""


@dataclass
class Outcome:
    """What the kills did.

    Args:
        instances: Of the plan.
        kills: How many runs were killed.
        moments: Seconds from the first commit; every fifth from the start of the process.
        committed: How many rows there were at each kill.
        lost: Rows that were committed before a kill and not there, or not the same, after it.
        left: Processes that outlived a killed run.
        repeated: Rows that a run made although another had committed them.
        runs: Runs with committed rows.
        complete: Whether every instance has one row in the end.
        same: Whether all rows equal those of an undisturbed campaign.
    """

    instances: int
    kills: int = 0
    moments: tuple[float, ...] = ()
    committed: tuple[int, ...] = ()
    lost: int = 0
    left: int = 0
    repeated: int = 0
    runs: int = 0
    complete: bool = False
    same: bool = False

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing repeated."""
        return self.complete and self.same and not (self.lost or self.left or self.repeated)


def command(path: Path, layers: int, width: int, jobs: int) -> list[str]:
    """The campaign as a command line."""
    words = ["campaign", "run", "--out", str(path), "--layers", str(layers), "--width", str(width), "--both"]
    words += ["--data-rank", "all", "--residual-rank", "all", "--jobs", str(jobs)]
    return [sys.executable, "-m", "hessproof.proofs_check", *words]


def asked(path: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds; nothing if the tables are not there yet."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            return []


def rows(path: Path, *, with_run: bool) -> dict[str, tuple[object, ...]]:
    """The committed rows by id."""
    return {str(row[0]): row if with_run else row[:-1] for row in asked(path, "SELECT * FROM instances")}


def runs(path: Path) -> int:
    """How many runs have committed rows."""
    return len(asked(path, "SELECT run FROM runs WHERE added > 0"))


def kill_and_resume(folder: Path, kills: int, layers: int, width: int, jobs: int, seed: int, longest: float) -> Outcome:
    """Kill the campaign so many times (or until it is finished), then let it finish, and compare."""
    stream = random.Random(seed)
    path = folder / "killed.sqlite"
    plan = Plan(layers=layers, width=width, biases=(False, True), data_rank="all", residual_rank="all")
    outcome = Outcome(plan.count())
    words = command(path, layers, width, jobs)
    for number in range(kills):
        moment = stream.uniform(0.0, longest)
        begun = runs(path)
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while number % 5 and runs(path) == begun and process.poll() is None:
            time.sleep(0.02)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            before = rows(path, with_run=True)
            process.send_signal(signal.SIGKILL)
            process.wait()
            outcome.kills += 1
            outcome.moments = (*outcome.moments, round(moment, 2))
            outcome.committed = (*outcome.committed, len(before))
            after = rows(path, with_run=True)
            outcome.lost += sum(after.get(name) != row for name, row in before.items())
            outcome.left += not gone(process.pid)
        if process.returncode == 0:
            break
    subprocess.run(words, check=True, capture_output=True)
    quiet = folder / "quiet.sqlite"
    run_campaign(plan, quiet, jobs=1)
    found = rows(path, with_run=False)
    outcome.complete = set(found) == {item.id for item in plan.items()} and len(found) == outcome.instances
    outcome.same = found == rows(quiet, with_run=False)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT sum(repeated), sum(added > 0), sum(added) FROM runs"
        outcome.repeated, outcome.runs, added = connection.execute(query).fetchone()
    outcome.complete = outcome.complete and added == outcome.instances
    return outcome


def gone(group: int) -> bool:
    """Whether all processes of a group end in time; those that do not are killed."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


def main() -> int:
    """Kill, resume, and print what was found; 1 if a row was lost or repeated."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how many runs to kill (20)")
    parser.add_argument("--layers", type=int, default=3, help="L of the campaign (3)")
    parser.add_argument("--width", type=int, default=4, help="largest width of the campaign (4)")
    parser.add_argument("--jobs", type=int, default=2, help="processes of each run (2)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the moments (0)")
    parser.add_argument("--longest", type=float, default=3.0, help="latest moment, in seconds (3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_and_resume(Path(folder), **vars(options))
    print(json.dumps(asdict(outcome), indent=2))
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
