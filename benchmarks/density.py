"""The density of a free sum at 10,000 places, beside what one would write oneself.

    python -m benchmarks.density [--repeats 3] [--out docs]

It writes benchmarks-density.json and .md. Every contender runs in this process with one thread, in turn; what is timed
is the call alone, without imports. Errors are the largest absolute ones over a thousand of the places, against ball
arithmetic with 30 digits.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.table import middle, ratio, rows, show

CASES = (
    ("pennington", 0.5, 0.25),
    ("pennington", 0.0001, 1.0),
    ("pennington_relu", 1.0, 0.25),
    ("pennington_relu", 1.0, 4.0),
)
"""Model, ε and τ: a plain case, one at the hardest ratio, and ReLU with one band and with two."""
POINTS, CHECKED = 10_000, 10
"""Places, and every how many of them one is compared with balls."""
HEIGHT, STEPS, SETTLED = 1e-6, 2_000, 1e-10
"""Of the fixed-point iteration: Im z, most steps, and when it ends. Less height costs steps, more costs accuracy."""
NOTHING = 1e-9
"""Eigenvalues below it belong to the atom at 0, which is no part of the density."""
MATRIX, BINS = 2_000, 100
"""Size of the sampled matrix and bins of its histogram."""

HEAD = """\
# Density of a free sum

Written by `python -m benchmarks.density` on {system}, {cores} cores, one thread, Python {python}, NumPy {numpy},
python-flint {flint}. The density of Wishart plus Wigner (`pennington`) and of the model with ReLU at {points:,} places
over the spectrum. Every time is the median of {repeats} runs. Speeds belong to this machine; the ratios are what
carries over.

*hessproof* is `FreeSum.density`, which proves an error below 1e-10 for every place; *roots* calls `numpy.roots` for
each place and takes the root with the smallest imaginary part; *iteration* repeats G ← 1/(z − R(G)) for all places at
once, at Im z = {height:g}; *histogram* draws one matrix of size {matrix:,} and sorts its eigenvalues into {bins} bins
(for the model with ReLU, H_1 is a sum of projections with the jumps of its law). Errors are the largest absolute ones,
against ball arithmetic.

"""

Density = Callable[[str, float, float, Any], Any]


def hessproof(model: str, epsilon: float, tau: float, points: Any) -> Any:
    """This project."""
    from hessproof.numeric.free_probability.free_sum import FreeSum
    from hessproof.symbolic.free_probability.models import MODELS

    return FreeSum(MODELS[model], epsilon, tau).density(points)


def coefficients(model: str, epsilon: float, tau: float, place: float) -> list[float]:
    """The polynomial of G, the highest power first, worked out by hand."""
    if model == "pennington":
        return [-2 * epsilon * tau, 2 * epsilon + place * tau, 1 - tau - place, 1.0]
    e = epsilon * tau**2
    linear = 2 * tau * place + epsilon * tau * (1 - tau)
    return [-e * tau * place, e * (tau + place - 2), linear, 2 - 2 * tau - 2 * place, 2.0]


def roots(model: str, epsilon: float, tau: float, points: Any) -> Any:
    """numpy.roots in a loop."""
    found = [np.roots(coefficients(model, epsilon, tau, place)).imag.min() for place in points.tolist()]
    return -np.array(found) / np.pi


def iteration(model: str, epsilon: float, tau: float, points: Any) -> Any:
    """The fixed point of G ← 1/(z − R(G)), averaged with the last value so that it settles."""
    z = points + 1j * HEIGHT
    g = np.full(points.shape, -1j)
    for _ in range(STEPS):
        wigner = 2 * epsilon * g if model == "pennington" else epsilon * tau * g / (2 - epsilon * tau**2 * g**2)
        after = (g + 1 / (z - 1 / (1 - tau * g) - wigner)) / 2
        if np.abs(after - g).max() < SETTLED:
            break
        g = after
    return -g.imag / np.pi


def histogram(model: str, epsilon: float, tau: float, points: Any) -> Any:
    """Eigenvalues of one drawn matrix."""
    generator = np.random.default_rng(0)
    columns = round(MATRIX / tau)
    j = generator.standard_normal((MATRIX, columns)) / np.sqrt(columns)
    if model == "pennington":
        drawn = generator.standard_normal((MATRIX, MATRIX)) * np.sqrt(epsilon / MATRIX)
        second = drawn + drawn.T
    else:
        count = round(MATRIX / tau)
        jumps = tau * np.sqrt(epsilon / 2) * np.where(np.arange(count) % 2, 1, -1)
        vectors = generator.standard_normal((MATRIX, count)) / np.sqrt(MATRIX)
        second = (vectors * jumps) @ vectors.T
    values = np.linalg.eigvalsh(j @ j.T + second)
    values = values[np.abs(values) > NOTHING]
    heights, ends = np.histogram(values, bins=BINS, range=(points[0], points[-1]))
    density = heights / MATRIX / (ends[1] - ends[0])
    return density[np.clip(np.searchsorted(ends, points) - 1, 0, BINS - 1)]


CONTENDERS: dict[str, Density] = {
    "hessproof": hessproof,
    "roots": roots,
    "iteration": iteration,
    "histogram": histogram,
}


def reference(model: str, epsilon: float, tau: float) -> tuple[Any, Any]:
    """Places over the spectrum, and the density at some of them from balls."""
    from hessproof.numeric.free_probability.free_sum import FreeSum
    from hessproof.symbolic.free_probability.models import MODELS

    law = FreeSum(MODELS[model], epsilon, tau)
    edges = law.edges()
    margin = (edges[-1] - edges[0]) / 20
    points = np.linspace(edges[0] - margin, edges[-1] + margin, POINTS)
    return points, np.array([float(law.density_ball(place).mid()) for place in points[::CHECKED].tolist()])


def measure(name: str, case: tuple[str, float, float], points: Any, exact: Any) -> dict[str, Any]:
    """One measurement."""
    with np.errstate(all="ignore"):
        start = time.perf_counter()
        found = CONTENDERS[name](*case, points)
        seconds = time.perf_counter() - start
    errors = np.abs(found[::CHECKED] - exact)
    return {"seconds": seconds, "error": float(np.nanmax(errors)), "lost": int(np.isnan(errors).sum())}


def render(record: dict[str, Any]) -> str:
    """docs/benchmarks-density.md from its runs, and from nothing else."""
    head = ["model", "ε", "τ"]
    for name in CONTENDERS:
        head += [name, "error"] if name == "hessproof" else [name, "error", "ratio"]
    lines = [head, ["---"] * len(head)]
    for case in CASES:
        cells = [f"`{case[0]}`", f"{case[1]:g}", f"{case[2]:g}"]
        mine = None
        for name in CONTENDERS:
            runs = [run for run in record["runs"] if run["contender"] == name and tuple(run["case"]) == case]
            seconds = middle(runs, "seconds")
            mine = seconds if name == "hessproof" else mine
            cells += [show(seconds, " s"), f"{max(run['error'] for run in runs):.0e}"]
            cells += [] if name == "hessproof" else [ratio(seconds, mine)]
        lines.append(cells)
    return HEAD.format(**record["environment"], **record["sizes"], repeats=record["repeats"]) + rows(lines)


def environment() -> dict[str, str]:
    """What the numbers depend on, besides the code."""
    return {
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "system": platform.system(),
        "numpy": np.__version__,
        "flint": importlib.metadata.version("python-flint"),
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.density", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each pair (3)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the two files (docs)")
    options = parser.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        parser.error("set OPENBLAS_NUM_THREADS=1, so that every contender has one thread")

    runs: list[dict[str, Any]] = []
    for case in CASES:
        points, exact = reference(*case)
        for repeat in range(options.repeats):
            for name in CONTENDERS:
                runs.append({"case": case, "contender": name, "repeat": repeat, **measure(name, case, points, exact)})
                print(json.dumps(runs[-1]), flush=True)
    sizes = {"points": POINTS, "height": HEIGHT, "matrix": MATRIX, "bins": BINS}
    record = {"environment": environment(), "sizes": sizes, "repeats": options.repeats, "runs": runs}
    record = json.loads(json.dumps(record))
    (options.out / "benchmarks-density.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (options.out / "benchmarks-density.md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
