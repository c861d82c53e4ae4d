"""Products of Hessians with vectors, beside their floating-point operations and beside curvlinops.

    python -m benchmarks.products [--repeats 3] [--threads 1,2] [--out docs]
    python -m benchmarks.products --workspaces

The first writes benchmarks-products.json and .md: each contender measures all cases in a process of its own, the
contenders take turns, and each case has the speed of a matrix product measured beside it. The second prints how the
seconds depend on the workspace.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale.products import matmul_speed
from benchmarks.scale.timing import usual
from benchmarks.table import middle, ratio, rows, show

Record = dict[str, Any]
PARTS: dict[Any, str] = {"loss": "H", "outer": "GGN"}
CONTENDERS = ("hessproof", "curvlinops")
SEED = 1

HEAD = """\
# Products with vectors

Written by `python -m benchmarks.products` on {system}, {cores} cores, Python {python}, NumPy {numpy}, PyTorch {torch},
curvlinops {curvlinops} (CPU). H is the Hessian, GGN its Gauss–Newton part, for half the squared error on random inputs
and targets. Every number is the median of {repeats} runs; in each run each contender measures all cases in a process of
its own, and the contenders take turns. Speeds belong to this machine; the ratios are what carries over.

*First* is a product that computes the forward and backward pass anew (`kept=0`), *next* one that finds them kept, as
every product of a Lanczos run but the first does. *Work* is the seconds of the next product over those that
`product_operations` takes at the speed of a matrix product of order 1,536 in the same process, measured beside each
case: 12 N p − 8 N p₁ operations a vector for H and 8 N p − 4 N p₁ for the GGN, with p₁ parameters in the first layer.
curvlinops keeps nothing between products; both ratios are given. The last column is the largest difference between the
two results over the largest entry.

"""


@dataclass(frozen=True, slots=True)
class Case:
    """One network, and the products that are measured on it."""

    widths: tuple[int, ...]
    samples: int
    vectors: int
    precision: str
    activation: str = "relu"

    @property
    def name(self) -> str:
        """The case in words."""
        return (
            f"{'-'.join(map(str, self.widths))}, {self.activation}, {self.samples:,}, {self.vectors}, {self.precision}"
        )

    def data(self) -> tuple[list[Any], Any, Any, Any]:
        """Weights, inputs, targets and vectors."""
        rng = np.random.default_rng(SEED)
        weights = [rng.normal(size=(height, width)) / np.sqrt(width) for width, height in pairwise(self.widths)]
        inputs, targets = rng.random((self.samples, self.widths[0])), rng.random((self.samples, self.widths[-1]))
        vectors = rng.normal(size=(sum(weight.size for weight in weights), self.vectors))
        inputs, targets, vectors = (array.astype(self.precision) for array in (inputs, targets, vectors))
        return [weight.astype(self.precision) for weight in weights], inputs, targets, vectors


LARGE, DIGITS = (784, 512, 512, 10), (64, 400, 400, 10)
CASES = (
    *(Case(LARGE, 1797, 1, precision) for precision in ("float64", "float32")),
    *(Case(LARGE, 10000, 1, precision) for precision in ("float64", "float32")),
    *(Case(DIGITS, 1797, vectors, precision) for vectors in (1, 16) for precision in ("float64", "float32")),
    Case(DIGITS, 1797, 1, "float64", "tanh"),
)
TINY = (Case((3, 4, 2), 5, 1, "float64"), Case((3, 4, 2), 5, 2, "float32", "tanh"))
"""For the test of this file."""

Measured = tuple[float, float | None, Any]
"""Seconds of the next product, seconds of the first (None if it is the same), and the result."""


def hessproof(case: Case, part: Any) -> Measured:
    """``NetworkOperator``."""
    from hessproof.numeric.network.operators import NetworkOperator
    from hessproof.symbolic.architecture import Architecture

    weights, inputs, targets, vectors = case.data()
    arguments = Architecture(case.widths, activation=case.activation), weights, inputs, targets, part
    _, first = usual(lambda: NetworkOperator(*arguments, kept=0).apply(vectors))
    operator = NetworkOperator(*arguments)
    result, seconds = usual(lambda: operator.apply(vectors))
    return seconds, first, result


def curvlinops(case: Case, part: str) -> Measured:
    """HessianLinearOperator and GGNLinearOperator on one batch of all samples."""
    import torch
    from curvlinops import GGNLinearOperator, HessianLinearOperator

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    weights, inputs, targets, vectors = case.data()
    layers: list[Any] = []
    for weight in weights:
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=getattr(torch, case.precision))
        layer.weight.data = torch.from_numpy(weight)
        layers += [layer, {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[case.activation]()]
    model = torch.nn.Sequential(*layers[:-1])
    operator = (HessianLinearOperator if part == "loss" else GGNLinearOperator)(
        model,
        torch.nn.MSELoss(),  # the mean over N and K, 2/K times the mean of half the squared errors
        list(model.parameters()),
        [(torch.from_numpy(inputs), torch.from_numpy(targets))],
        check_deterministic=False,
    )
    columns = torch.from_numpy(vectors[:, 0].copy() if case.vectors == 1 else vectors)
    result, seconds = usual(lambda: operator @ columns)
    return seconds, None, result.numpy().reshape(vectors.shape) * (case.widths[-1] / 2)


MEASURES: dict[str, Callable[[Case, str], Measured]] = {"hessproof": hessproof, "curvlinops": curvlinops}


def one(contender: str, folder: Path, cases: tuple[Case, ...] = CASES) -> Iterator[Record]:
    """All cases in this process. Whoever comes first stores its products, the other compares with them."""
    from hessproof.numeric.network.products import product_operations
    from hessproof.symbolic.architecture import Architecture

    for number, case in enumerate(cases):
        for part in PARTS:
            seconds, first, result = MEASURES[contender](case, part)
            speed = matmul_speed(case.precision)
            needed = case.vectors * product_operations(Architecture(case.widths), case.samples, part)
            found = {"case": case.name, "part": part, "contender": contender, "seconds": seconds}
            found |= {"work": seconds * speed / needed, "gigaflops": speed / 1e9}
            if first is not None:
                found["first"] = first
            stored = folder / f"{number}-{part}.npy"
            if stored.exists():
                reference = np.load(stored)
                found["difference"] = float(np.abs(result - reference).max() / np.abs(reference).max())
            else:
                np.save(stored, result)
            yield found


def measure(contender: str, folder: Path, threads: int) -> list[Record]:
    """One process: what it found, or how it failed."""
    limits = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.products", "--one", contender, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | limits, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        found.append({"contender": contender, "failed": lines[-1] if lines else f"status {done.returncode}"})
    return found


def render(record: Record) -> str:
    """docs/benchmarks-products.md from its runs, and from nothing else."""
    head = ["network", "activation", "N", "vectors", "precision", "matrix", "threads", "first", "next", "work"]
    head += ["curvlinops", "to first", "to next", "difference"]
    lines = [head, ["---"] * len(head)]
    done = [run for run in record["runs"] if "failed" not in run]
    for case, part, threads in dict.fromkeys((run["case"], run["part"], run["threads"]) for run in done):
        some = [run for run in done if (run["case"], run["part"], run["threads"]) == (case, part, threads)]
        own, other = ([run for run in some if run["contender"] == name] for name in CONTENDERS)
        first, following, theirs = middle(own, "first"), middle(own, "seconds"), middle(other, "seconds")
        differences = [run["difference"] for run in some if "difference" in run]
        cells = [show(first, " s"), show(following, " s"), show(middle(own, "work")), show(theirs, " s")]
        cells += [ratio(theirs, first), ratio(theirs, following)]
        cells.append(f"{max(differences):.0e}" if differences else "–")
        network, *rest = case.split(", ")
        lines.append([f"`{network}`", *rest, PARTS[part], str(threads), *cells])
    failed = sorted({f"{run['contender']}: {run['failed']}\n" for run in record["runs"] if "failed" in run})
    tail = "\nFailed:\n\n" + "".join(failed) if failed else ""
    return HEAD.format(**record["environment"], repeats=record["repeats"]) + rows(lines) + tail


def workspaces() -> None:
    """Print work for every workspace."""
    from hessproof.numeric.network import operators
    from hessproof.numeric.network.products import product_operations
    from hessproof.symbolic.architecture import Architecture

    for case in (CASES[0], CASES[4], CASES[6]):
        weights, inputs, targets, vectors = case.data()
        architecture = Architecture(case.widths, activation=case.activation)
        needed = case.vectors * product_operations(architecture, case.samples)
        shown = []
        for power in range(16, 25):
            operators.WORKSPACE = 1 << power
            operator = operators.NetworkOperator(architecture, weights, inputs, targets)
            speed = matmul_speed(case.precision)
            _, seconds = usual(lambda operator=operator, vectors=vectors: operator.apply(vectors))
            shown.append(f"2^{power}: {seconds * speed / needed:.2f}")
        print(f"{case.name}: {', '.join(shown)}", flush=True)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.products", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--workspaces", action="store_true", help="print how the seconds depend on the workspace")
    parser.add_argument("--repeats", type=int, default=3, help="processes of each contender (3)")
    parser.add_argument("--threads", default="1,2", help="threads that a process may use (1,2)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the two files (docs)")
    options = parser.parse_args()
    if options.one:
        for found in one(options.one[0], Path(options.one[1])):
            print(json.dumps(found), flush=True)
        return
    if options.workspaces:
        workspaces()
        return

    from benchmarks.__main__ import environment

    runs: list[Record] = []
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(options.repeats):
            for threads in map(int, options.threads.split(",")):
                for contender in CONTENDERS:
                    for found in measure(contender, Path(folder), threads):
                        runs.append({**found, "threads": threads, "repeat": repeat})
                        print(json.dumps(runs[-1]), flush=True)
    about = {**environment(), "curvlinops": importlib.metadata.version("curvlinops-for-pytorch")}
    record = {"environment": about, "repeats": options.repeats, "runs": runs}
    page = options.out / "benchmarks-products"
    page.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    page.with_suffix(".md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
