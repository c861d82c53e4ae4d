"""How long certificates take to make, and how large their files are.

    python -m benchmarks.certificates [--repeats 3] [--out docs]

It writes benchmarks-certificates.json and .md. All runs are in one process on one thread, after one small certificate
that loads what is needed; the cache of block ranks is emptied before each run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hessproof.proofs_check.certificates import diagonal
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.drawn import DrawnRanks, drawn_point
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.symbolic.architecture import Architecture

QUANTITIES = ("loss", "outer", "functional")
WIDE = ((4096, 16384, 16384, 4096), (40000, 30000, 50000, 20000, 60000))
INSTANCES: tuple[tuple[str, Architecture, DataRequest], ...] = (
    ("linear, s ≥ q", Architecture((10,) * 6), DataRequest()),
    ("linear, s = 2", Architecture((10,) * 6), DataRequest(residual_rank=2)),
    ("linear with bias", Architecture((20, 12, 20), bias=True), DataRequest()),
    ("relu, 6 samples", Architecture((8, 8, 4), activation="relu"), DataRequest(samples=6)),
    ("relu with bias, 12 samples", Architecture((5, 6, 6, 4), bias=True, activation="relu"), DataRequest(samples=12)),
)

HEAD = """\
# Making certificates

Written by `python -m benchmarks.certificates` on {system}, {cores} cores, Python {python}, python-flint {flint}. One
process, one thread, each number the median of {repeats} runs with empty caches. Checking them is timed in
[Certificates](certificates.md).

"""


def timed(repeats: int, make: Any) -> dict[str, Any]:
    """Rank, size of the file and seconds of a certificate."""
    seconds = []
    for _ in range(repeats):
        diagonal._block.cache_clear()
        start = time.perf_counter()
        made = make()
        text = made.to_json()
        seconds.append(time.perf_counter() - start)
    return {"rank": made.rank, "bytes": len(text.encode()), "seconds": statistics.median(seconds)}


def measure(repeats: int) -> list[dict[str, Any]]:
    """All measurements."""
    certify(Architecture((2, 2, 2), bias=True))
    certify(drawn_point(Architecture((2, 2)), DataRequest(), 0, DrawnRanks()))
    found = []
    for widths in WIDE:
        for bias in (False, True):
            for quantity in QUANTITIES:
                one = Architecture(widths, bias=bias)
                row = timed(repeats, lambda one=one, quantity=quantity: certify(one, quantity))
                found.append({"about": "architecture with bias" if bias else "architecture", "widths": str(one),
                              "parameters": one.parameters, "quantity": quantity, **row})  # fmt: skip
    for about, architecture, request in INSTANCES:
        point = drawn_point(architecture, request, seed=1)
        for quantity in QUANTITIES:
            row = timed(repeats, lambda point=point, quantity=quantity: certify(point, quantity))
            found.append({"about": about, "widths": str(architecture), "parameters": architecture.parameters,
                          "quantity": quantity, **row})  # fmt: skip
    return found


def render(record: dict[str, Any]) -> str:
    """The page."""
    lines = [HEAD.format(**record["environment"], repeats=record["repeats"])]
    lines.append("| about | network | parameters | quantity | rank | file | time |\n")
    lines.append("| --- | --- | --- | --- | --- | --- | --- |\n")
    for row in record["runs"]:
        size = f"{row['bytes'] / 1000:.1f} kB"
        took = f"{row['seconds'] * 1000:.1f} ms" if row["seconds"] < 1 else f"{row['seconds']:.2f} s"
        cells = (
            row["about"],
            f"`{row['widths']}`",
            f"{row['parameters']:,}",
            row["quantity"],
            f"{row['rank']:,}",
            size,
            took,
        )
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.certificates", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each certificate (3)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the two files (docs)")
    options = parser.parse_args()
    environment = {
        "system": platform.system(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "flint": version("python-flint"),
    }
    record = {"environment": environment, "repeats": options.repeats, "runs": measure(options.repeats)}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (options.out / "benchmarks-certificates.json").write_text(f"{text}\n", encoding="utf-8")
    (options.out / "benchmarks-certificates.md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
