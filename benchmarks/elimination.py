"""Ranks modulo a prime: the blocked elimination, FLINT, and the speed of matrix products, over a range of orders.

    python -m benchmarks.elimination [--orders 50,100,…] [--large 5000,10000] [--repeats 3] [--device cpu] [--out docs]

It writes benchmarks-elimination.json and .md. The contenders take turns within each repeat, in one process; a matrix
product of order 2000 is timed before and after each elimination of a large matrix. The number of threads is that of
BLAS (set OPENBLAS_NUM_THREADS).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from hessproof.numeric.arrays import Array, Device, Namespace, namespace
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.modular import CROSSOVER, blocked_rank, elimination_cost
from hessproof.numeric.primes import primes

ORDERS = (30, 50, 70, 100, 150, 200, 300, 500, 800, 1200, 2410)
LARGE = (5000, 10000)
FLINT_UP_TO = 1200
REFERENCE = 2000
SHORTEST = 0.05

HEAD = """\
# Eliminations modulo a prime

Written by `python -m benchmarks.elimination` on {system}, {device}, {threads} BLAS thread(s), Python {python},
NumPy {numpy}, python-flint {flint}. Matrices are n × n modulo {prime}; FLINT's time contains its conversion from
float64. Medians of {repeats} runs, the contenders in turn. *Generic* matrices have independent entries, *low* ones rank
n / 2, *blocks* are [[0, F], [F⊤, 0]] with generic F, zero where a Hessian is zero, and symmetric.

"""


def matrix(kind: str, order: int, prime: int, xp: Namespace) -> Array:
    """A matrix of residues."""
    rng = np.random.default_rng(order)
    half = prime // 2
    entries = rng.integers(-half, half, (order, order)).astype(np.float64)
    if kind == "low":
        inner = rng.integers(-9, 10, (order, order // 2)).astype(np.float64)
        entries = inner @ rng.integers(-9, 10, (order // 2, order)).astype(np.float64)
    elif kind == "blocks":
        middle = order // 2
        entries[:middle, :middle] = 0.0
        entries[middle:, middle:] = 0.0
        entries[middle:, :middle] = entries[:middle, middle:].T
    elif kind == "symmetric":
        entries = np.tril(entries) + np.tril(entries, -1).T
    return xp.asarray(entries)


def seconds(call: Callable[[], int], expected: int) -> float:
    """Seconds of a call, repeated until the clock can tell."""
    count, start = 0, time.perf_counter()
    while True:
        if call() != expected:
            raise ArithmeticError("a wrong rank")
        count += 1
        took = time.perf_counter() - start
        if took >= SHORTEST:
            return took / count


def product_speed(xp: Namespace) -> float:
    """Floating-point operations a second of a matrix product in float64."""
    one = xp.ones((REFERENCE, REFERENCE), dtype=xp.float64)
    float((one @ one)[0, 0])
    start = time.perf_counter()
    float((one @ one)[0, 0])
    return 2.0 * REFERENCE**3 / (time.perf_counter() - start)


def small(orders: list[int], repeats: int, prime: int, xp: Namespace) -> list[dict[str, Any]]:
    """The two eliminations side by side."""
    rows = []
    for order in orders:
        for kind in ("generic", "low", "blocks"):
            given = matrix(kind, order, prime, xp)
            rank = order // 2 if kind == "low" else order
            calls: dict[str, Callable[[], int]] = {"blocked": partial(blocked_rank, given, prime)}
            if kind == "blocks":
                calls["symmetric"] = partial(blocked_rank, given, prime, symmetric=True)
            if order <= FLINT_UP_TO:
                calls["flint"] = partial(flint_rank, given, prime)
            times: dict[str, list[float]] = {name: [] for name in calls}
            for _ in range(repeats):
                for name, call in calls.items():
                    times[name].append(seconds(call, rank))
            found = {name: statistics.median(took) for name, took in times.items()}
            rows.append({"order": order, "kind": kind, **found})
            print(json.dumps(rows[-1]), flush=True)
    return rows


def large(orders: list[int], repeats: int, prime: int, xp: Namespace) -> list[dict[str, Any]]:
    """The blocked elimination against the speed of matrix products, in the place of the matrix."""
    rows = []
    for order in orders:
        for kind in ("generic", "symmetric"):
            symmetric = kind == "symmetric"
            flops = elimination_cost(order, order, symmetric=symmetric)[0]
            times, shares = [], []
            for _ in range(repeats):
                given = matrix(kind, order, prime, xp)
                before, start = product_speed(xp), time.perf_counter()
                if blocked_rank(given, prime, overwrite=True, symmetric=symmetric) != order:
                    raise ArithmeticError("a wrong rank")
                times.append(time.perf_counter() - start)
                shares.append(2.0 * flops / times[-1] / (before + product_speed(xp)))
            middle = statistics.median(times)
            beside = workspace(kind, min(order, 5000), prime) if xp is namespace("cpu") else None
            share = statistics.median(shares)
            row = {"order": order, "kind": kind, "seconds": middle, "gflops": flops / middle / 1e9, "share": share}
            rows.append({**row, "workspace": beside})
            print(json.dumps(rows[-1]), flush=True)
    return rows


def workspace(kind: str, order: int, prime: int) -> float:
    """Bytes beside the matrix at most, as a share of the matrix."""
    given = matrix(kind, order, prime, namespace("cpu"))
    gc.collect()
    tracemalloc.start()
    blocked_rank(given, prime, overwrite=True, symmetric=kind == "symmetric")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak / given.nbytes)


def render(record: dict[str, Any]) -> str:
    """The page."""
    lines = [HEAD.format(**record["environment"], repeats=record["repeats"], prime=record["prime"])]
    lines.append(
        "Milliseconds, blocked elimination / FLINT; with blocks also the symmetric elimination, in the middle:\n\n"
    )
    lines.append("| n | generic | low | blocks |\n| --- | --- | --- | --- |\n")
    for order in dict.fromkeys(row["order"] for row in record["small"]):
        cells = [f"{order:,}"]
        for row in record["small"]:
            if row["order"] == order:
                names = [name for name in ("blocked", "symmetric", "flint") if name in row]
                cells.append(" / ".join(f"{row[name] * 1e3:.2f}" for name in names))
        lines.append(f"| {' | '.join(cells)} |\n")
    lines.append(f"\nFLINT is taken below order {record['crossover']}.\n\n")
    lines.append(
        "In the place of the matrix. Operations are 2 n³ / 3, half of that for symmetric matrices; their speed\n"
    )
    lines.append(
        f"is compared with a matrix product of order {REFERENCE} timed before and after. The workspace is memory\n"
    )
    lines.append("beside the matrix as a share of it (at order 5,000 if n is larger; it falls with n).\n\n")
    lines.append("| n | matrix | time | Gflop/s | of the product's speed | workspace |\n")
    lines.append("| --- | --- | --- | --- | --- | --- |\n")
    for row in record["large"]:
        beside = "–" if row["workspace"] is None else f"{row['workspace']:.1%}"
        speed = f"{row['gflops']:.0f}"
        cells = [f"{row['order']:,}", row["kind"], f"{row['seconds']:.2f} s", speed, f"{row['share']:.0%}", beside]
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.elimination", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--orders", default=",".join(map(str, ORDERS)), help="orders of the first table")
    parser.add_argument("--large", default=",".join(map(str, LARGE)), help="orders of the second table")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="where the blocked one runs (cpu)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the two files (docs)")
    options = parser.parse_args()
    device: Device = options.device
    xp, prime = namespace(device), primes(1)[0]
    environment = {
        "system": platform.system(),
        "device": f"{os.cpu_count()} cores" if device == "cpu" else device,
        "threads": os.environ.get("OPENBLAS_NUM_THREADS", "all"),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "flint": version("python-flint"),
    }
    first = small([int(order) for order in options.orders.split(",") if order], options.repeats, prime, xp)
    second = large([int(order) for order in options.large.split(",") if order], options.repeats, prime, xp)
    record = {"environment": environment, "repeats": options.repeats, "prime": prime, "crossover": CROSSOVER}
    record |= {"small": first, "large": second}
    (options.out / "benchmarks-elimination.json").write_text(f"{json.dumps(record, indent=1)}\n", encoding="utf-8")
    (options.out / "benchmarks-elimination.md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
