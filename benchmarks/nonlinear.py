"""Full Hessians of nonlinear networks on the digits, beside automatic differentiation.

    python -m benchmarks.nonlinear [--repeats 3] [--threads 1] [--out docs]

It writes benchmarks-nonlinear.json and .md. Each measurement is a fresh process, and the contenders take turns. Memory
is counted from what the process held after a tiny Hessian, so that imports do not count, and is given in units of the
p² doubles that have to be written.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.table import middle, ratio, rows, show

WIDTHS = (64, 30, 20, 10)
CASES = tuple((activation, loss) for activation in ("tanh", "relu") for loss in ("mse", "cross-entropy"))
CHUNK = 64
"""Directions that torch.func differentiates at a time: the fastest of 16, 64 and 256 here."""
SEED = 1
TINY = (2, 2, 2)

HEAD = """\
# Hessians of nonlinear networks

Written by `python -m benchmarks.nonlinear` on {system}, {cores} cores, {threads} thread(s) a process, Python {python},
NumPy {numpy}, PyTorch {torch} (CPU). All p² entries of the loss Hessian of {widths} in double precision, on the
{samples:,} handwritten digits, Glorot normal weights. Every number is the median of {repeats} runs; each run is a
process of its own, and the contenders take turns. Speeds belong to this machine; the ratios are what carries over.

*hessproof* is `network_hessian`; *torch.func* is forward over reverse mode in chunks of {chunk} directions;
*torch.autograd* is `torch.autograd.functional.hessian`. The ratio takes the faster of the two. Memory is what a process
needs beyond what it held after a Hessian of a tiny network, divided by the 8p² bytes of the result ({parameters:,}
parameters, {mib:.0f} MiB). The last column is the largest difference between the two Hessians, over the largest entry.

"""


def network() -> tuple[list[Any], Any, Any]:
    """Weights, inputs N × 64 from 0 to 1, and one-hot targets N × 10."""
    from hessproof.numeric.datasets import digits

    data = digits(WIDTHS[0])
    generator = np.random.default_rng(SEED)
    weights = [
        generator.normal(size=(height, width)) * np.sqrt(2.0 / (height + width)) for width, height in pairwise(WIDTHS)
    ]
    return weights, data.inputs.astype(np.float64) / 16.0, data.targets.astype(np.float64)


def hessproof(activation: str, loss: str) -> Callable[[list[Any], Any, Any], Any]:
    """The kernels of this project."""
    from hessproof.numeric.network.hessians import network_hessian
    from hessproof.symbolic.architecture import Architecture

    def whole(weights: list[Any], inputs: Any, targets: Any) -> Any:
        widths = (weights[0].shape[1], *(weight.shape[0] for weight in weights))
        return network_hessian(Architecture(widths, activation=activation, loss=loss), weights, inputs, targets)

    return whole


def _torch_loss(activation: str, loss: str, weights: list[Any], inputs: Any, targets: Any) -> tuple[Any, Any]:
    import torch

    x, y = torch.tensor(inputs), torch.tensor(targets)
    sizes = [weight.size for weight in weights]
    rule = {"tanh": torch.tanh, "relu": torch.relu}[activation]

    def mean_loss(vector: Any) -> Any:
        current = x
        for number, piece in enumerate(torch.split(vector, sizes)):
            current = (rule(current) if number else current) @ piece.reshape(weights[number].shape).T
        if loss == "mse":
            return ((current - y) ** 2).sum() / (2 * len(x))
        return torch.nn.functional.cross_entropy(current, y)

    return mean_loss, torch.tensor(np.concatenate([weight.ravel() for weight in weights]))


def torch_func(activation: str, loss: str) -> Callable[[list[Any], Any, Any], Any]:
    """PyTorch, forward over reverse mode."""
    import torch
    from torch.func import grad, jvp, vmap

    def whole(weights: list[Any], inputs: Any, targets: Any) -> Any:
        function, vector = _torch_loss(activation, loss, weights, inputs, targets)
        units = torch.eye(vector.numel(), dtype=vector.dtype)
        return vmap(lambda unit: jvp(grad(function), (vector,), (unit,))[1], chunk_size=CHUNK)(units).numpy()

    return whole


def torch_autograd(activation: str, loss: str) -> Callable[[list[Any], Any, Any], Any]:
    """PyTorch, reverse over reverse mode, row by row."""
    from torch.autograd.functional import hessian

    def whole(weights: list[Any], inputs: Any, targets: Any) -> Any:
        return hessian(*_torch_loss(activation, loss, weights, inputs, targets)).numpy()

    return whole


CONTENDERS = {"hessproof": hessproof, "torch_func": torch_func, "torch_autograd": torch_autograd}


def one(contender: str, activation: str, loss: str, stored: Path) -> dict[str, float]:
    """One measurement in this process. Whoever comes first stores the Hessian, the others compare theirs with it."""
    weights, inputs, targets = network()
    whole = CONTENDERS[contender](activation, loss)
    ones = [np.ones((height, width)) for width, height in pairwise(TINY)]
    whole(ones, np.eye(2), np.eye(2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    matrix = whole(weights, inputs, targets)
    seconds = time.perf_counter() - start
    held = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    found = {"seconds": seconds, "memory": held / matrix.nbytes, "parameters": float(len(matrix))}
    if stored.exists():
        reference = np.load(stored)
        found["difference"] = float(np.abs(matrix - reference).max() / np.abs(reference).max())
    else:
        np.save(stored, matrix)
    return found


def measure(contender: str, activation: str, loss: str, stored: Path, threads: int) -> dict[str, Any]:
    """One measurement in a process of its own: what it found, or how it failed."""
    limits = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-m", "benchmarks.nonlinear", "--one", contender, activation, loss, str(stored)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | limits, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return {"failed": lines[-1] if lines else f"ended with status {done.returncode}"}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def render(record: dict[str, Any]) -> str:
    """docs/benchmarks-nonlinear.md from its runs, and from nothing else."""
    head = ["activation", "loss", "hessproof", "memory", "torch.func", "memory", "torch.autograd", "memory"]
    lines = [[*head, "ratio", "difference"], ["---"] * (len(head) + 2)]
    for activation, loss in CASES:
        found = {
            name: [run for run in record["runs"] if (run["contender"], run["case"]) == (name, f"{activation}, {loss}")]
            for name in CONTENDERS
        }
        seconds = {name: middle(runs, "seconds") for name, runs in found.items()}
        theirs = [seconds[name] for name in ("torch_func", "torch_autograd") if seconds[name] is not None]
        cells = [
            cell
            for name, runs in found.items()
            for cell in (show(seconds[name], " s"), show(middle(runs, "memory"), "×"))
        ]
        differences = [run["difference"] for runs in found.values() for run in runs if "difference" in run]
        fastest = min(theirs, default=None)
        worst = f"{max(differences):.1g}" if differences else "–"
        lines.append([activation, loss, *cells, ratio(fastest, seconds["hessproof"]), worst])
    parameters = sum(height * width for width, height in pairwise(WIDTHS))
    values = {
        **record["environment"],
        "widths": f"`{'-'.join(map(str, WIDTHS))}`",
        "chunk": CHUNK,
        "repeats": record["repeats"],
        "parameters": parameters,
        "mib": 8 * parameters**2 / 2**20,
    }
    failed = sorted(
        {f"{run['contender']}, {run['case']}: {run['failed']}" for run in record["runs"] if "failed" in run}
    )
    return HEAD.format(**values) + rows(lines) + ("\nFailed:\n\n" + "".join(failed) if failed else "")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nonlinear", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each pair (3)")
    parser.add_argument("--threads", type=int, default=1, help="threads that one process may use (1)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the two files (docs)")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(*options.one[:3], Path(options.one[3]))))
        return

    from benchmarks.__main__ import environment

    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(options.repeats):
            for activation, loss in CASES:
                for name in CONTENDERS:
                    stored = Path(folder) / f"{activation}-{loss}.npy"
                    result = measure(name, activation, loss, stored, options.threads)
                    runs.append({"case": f"{activation}, {loss}", "contender": name, "repeat": repeat, **result})
                    print(json.dumps(runs[-1]), flush=True)
    about = environment() | {"threads": str(options.threads)}
    record = {"environment": {**about, "samples": len(network()[1])}, "repeats": options.repeats, "runs": runs}
    page = options.out / "benchmarks-nonlinear"
    page.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    page.with_suffix(".md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
