"""Run every contender on every network, in turn, and write docs/benchmarks.json and docs/benchmarks.md.

    python -m benchmarks [--repeats 3] [--networks 64-20-10,64-30-20-10] [--out docs]

The contenders take turns within each repeat, so that a slow minute of the machine touches all of them. Each
measurement is a fresh process; its wall time includes starting Python and importing what the contender needs.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.contenders import CONTENDERS
from benchmarks.networks import NETWORKS, write
from benchmarks.table import render


def measure(name: str, path: Path, limit: float) -> dict[str, Any]:
    """One measurement of ``name`` on the network in ``path``: what it found, or how it failed."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.one", name, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {limit:.0f} s"}
    wall = time.perf_counter() - start
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return {"failed": lines[-1] if lines else f"ended with status {done.returncode}"}
    return {**json.loads(done.stdout.splitlines()[-1]), "wall": wall}


def environment() -> dict[str, str]:
    """What the numbers depend on, besides the code."""
    packages = ("hessproof", "numpy", "scipy", "python-flint", "torch")
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), "cores": str(os.cpu_count()), "system": platform.system(), **versions}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each pair (3)")
    parser.add_argument("--networks", default=",".join(NETWORKS), help="comma-separated widths")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds that one measurement may take (900)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for benchmarks.json and .md (docs)")
    options = parser.parse_args()

    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for widths in options.networks.split(","):
            path = Path(folder) / f"{widths}.npz"
            write(widths, path)
            for repeat in range(options.repeats):
                for name in CONTENDERS:
                    result = measure(name, path, options.limit)
                    runs.append({"network": widths, "contender": name, "repeat": repeat, **result})
                    print(json.dumps(runs[-1]), flush=True)
    record = {"environment": environment(), "repeats": options.repeats, "runs": runs}
    (options.out / "benchmarks.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (options.out / "benchmarks.md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
