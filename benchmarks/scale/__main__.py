"""Run every contender on every network, in turn, and write docs/benchmarks-scale.json, .md and .svg.

    python -m benchmarks.scale [--minutes 24] [--limit 70] [--repeats 3] [--networks 64-24-24-10,...] [--out docs]

Each measurement is a fresh process with limits of time and memory. What fails at one size is not tried at larger ones.
Finished runs are kept, one line each: the same command goes on after an interruption, and wider limits try again what
failed under narrower ones.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scale.contenders import CONTENDERS
from benchmarks.scale.limits import Limits
from benchmarks.scale.networks import NETWORKS
from benchmarks.scale.page import render
from benchmarks.scale.picture import draw
from benchmarks.scale.records import Runs
from benchmarks.scale.schedule import go, pairs

PACKAGES = ("hessproof", "numpy", "scipy", "python-flint", "sympy", "mpmath", "torch", "jax", "curvlinops-for-pytorch")
KEPT = Path(__file__).resolve().parents[2] / "build" / "benchmarks-scale.jsonl"


def environment() -> dict[str, str]:
    """What the numbers depend on, besides the code."""
    found = {"python": platform.python_version(), "cores": str(os.cpu_count()), "system": platform.system()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=24.0, help="begin no measurement after this time (24)")
    parser.add_argument("--limit", type=float, default=70.0, help="seconds that one measurement may take (70)")
    parser.add_argument("--memory", type=float, default=16.0, help="GiB that one measurement may take (16)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="cores of one measurement (all)")
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each pair (3)")
    parser.add_argument("--networks", default=",".join(NETWORKS), help="comma-separated widths")
    parser.add_argument("--only", default=",".join(CONTENDERS), help="comma-separated contenders")
    parser.add_argument("--every", action="store_true", help="products and densities on all networks, not on a few")
    parser.add_argument("--kept", type=Path, default=KEPT, help="file of the finished runs (build/…)")
    parser.add_argument("--fresh", action="store_true", help="forget the finished runs first")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the page, its runs and its picture")
    given = parser.parse_args(arguments)
    unknown = set(given.only.split(",")) - set(CONTENDERS)
    if unknown:
        parser.error(f"no contender {', '.join(sorted(unknown))}: expected some of {', '.join(CONTENDERS)}")
    return given


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; the exit status is 1 if something was left for another time."""
    given = options(arguments)
    end = time.monotonic() + 60 * given.minutes
    if given.fresh:
        given.kept.unlink(missing_ok=True)
    chosen = [name for name in given.only.split(",") if not CONTENDERS[name].missing()]
    limits = Limits(given.limit, given.memory, given.threads)
    runs = Runs(given.kept)
    done = go(pairs(given.networks.split(","), given.repeats, chosen, given.every), runs, limits, end)
    record = {
        "environment": environment(),
        "repeats": max((run["repeat"] for run in runs), default=0) + 1,
        "threads": given.threads,
        "missing": [one.label for one in CONTENDERS.values() if one.missing()],
        "complete": done,
        "runs": list(runs),
    }
    page = given.out / "benchmarks-scale"
    page.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    page.with_suffix(".md").write_text(render(record), encoding="utf-8")
    draw(record, page.with_suffix(".svg"))
    if not done:
        print("not everything was measured: the same command goes on", file=sys.stderr)
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())
