"""The kernels on a GPU: that they give NumPy's numbers, how fast they are, and what the checks on the GPU find.

    python -m benchmarks.gpu [--quick] [--device cuda] [--out docs]

It prints the device, one line for every kernel that is compared with NumPy, the seconds of eliminations, products,
decompositions and of one exact rank on both sides, and the claims that the GPU's checks decide. With ``--out`` it
writes gpu-evidence.json and .md there. The exit status is 1 if a number differs or a claim does not hold, and 2, with
one line, without a CUDA device. ``--device cpu`` puts NumPy on both sides, which tries this command and nothing else.

Every time is the smallest of ``--repeats`` runs after one that is not counted, with the device idle before and after.
The matrix that is eliminated has full rank; the processor gets the same one, up to the order at which it would take
longer than ``--patience`` seconds, as its own last run and n³ predict.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.table import ratio, rows, show
from hessproof.numeric.arrays import Array, Device, chosen_device, namespace, wait_for
from hessproof.numeric.instance import generic_instance
from hessproof.numeric.modular import blocked_rank
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.parameters import matrix_shapes
from hessproof.numeric.parity import Comparison, compare
from hessproof.numeric.parity_kernels import PRIME, kernels
from hessproof.numeric.ranks import measure
from hessproof.proofs_check import verify
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Row = dict[str, Any]
SIZES = {True: (4, 16), False: (4, 16, 48)}
"""Hidden widths of the compared kernels, quick or not; matrices have orders of up to 16 times as much."""
ORDERS = {True: (500, 1_000), False: (2_000, 4_000, 8_000, 16_000, 24_000)}
"""Orders of the eliminated matrices: the last one takes 4.6 GB, and about as much again to eliminate."""
DECOMPOSED = {True: (500,), False: (2_000, 5_000)}
PRODUCTS = {True: "64-100-10", False: "784-512-512-10"}
"""The ReLU network whose products with vectors are timed, on 1,024 objects and 16 vectors."""
RANKED = {True: "64-40-40-10", False: "64-420-420-10"}
"""The network of the exact rank: the larger one has 207,480 parameters and a core of order 17,240."""
OBJECTS, VECTORS = 1_024, 16

HEAD = """\
# The kernels on a GPU

Written by `python -m benchmarks.gpu{options}` on {device}; {system}, {cores} cores, Python {python}, NumPy {numpy}.
Every time is the smallest of {repeats} runs. Speeds belong to this machine.
"""
PARITY = """
## The same numbers

Modular kernels, and floating point on small integers, have to agree with NumPy to the last digit; for the others the
share of the bound of `hessproof.numeric.parity` that the largest difference uses up is shown.
"""
SPEED = """
## Times
"""
CLAIMS = """
## Claims

What `hessproof verify --engine gpu --profile {profile}` finds, each with the instances that held among those tried.
"""


def parity(device: Device, quick: bool) -> Iterator[Comparison]:
    """Every kernel on the device and on NumPy."""
    xp = namespace(device)
    for number, width in enumerate(SIZES[quick]):
        for kernel in kernels(width, seed=number):
            yield compare(kernel, xp.asarray)


def fastest(run: Callable[[], Array], repeats: int) -> float:
    """Seconds of the fastest of some runs, after one that is not counted."""
    wait_for(run())
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        wait_for(run())
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def eliminations(device: Device, quick: bool, repeats: int, patience: float) -> Iterator[Row]:
    """Seconds of eliminations modulo a prime."""
    xp, last = namespace(device), (0.0, 1)
    for order in ORDERS[quick]:
        residues = np.random.default_rng(order).integers(-(PRIME // 2), PRIME // 2 + 1, (order, order))
        matrix = residues.astype(np.float64)
        moved = xp.asarray(matrix)
        row = _row(f"elimination of order {order:,}", 2 * order**3 / 3)
        row["device"] = fastest(lambda moved=moved: xp.asarray(float(blocked_rank(moved, PRIME))), repeats)  # type: ignore[misc]
        if last[0] * (order / last[1]) ** 3 <= patience:
            start = time.perf_counter()
            blocked_rank(matrix, PRIME)
            row["processor"] = time.perf_counter() - start
            last = row["processor"], order
        yield row


def decompositions(device: Device, quick: bool, repeats: int) -> Iterator[Row]:
    """Seconds of eigenvalues of symmetric matrices."""
    xp, host = namespace(device), namespace("cpu")
    for order in DECOMPOSED[quick]:
        matrix = np.random.default_rng(order).normal(size=(order, order))
        matrix += matrix.T
        moved = xp.asarray(matrix)
        row = _row(f"eigenvalues of order {order:,}", 4 * order**3 / 3)
        row["device"] = fastest(lambda moved=moved: xp.linalg.eigvalsh(moved), repeats)  # type: ignore[misc]
        row["processor"] = fastest(lambda matrix=matrix: host.linalg.eigvalsh(matrix), 1)  # type: ignore[misc]
        yield row


def products(device: Device, quick: bool, repeats: int) -> Iterator[Row]:
    """Seconds of products of a ReLU network's Hessian with vectors."""
    widths = Architecture.parse(PRODUCTS[quick]).widths
    network = Architecture(widths, activation="relu", loss="cross-entropy")
    rng = np.random.default_rng(0)
    parameters = [rng.normal(size=shape) / shape[1] ** 0.5 for shape in matrix_shapes(network)]
    inputs = rng.normal(size=(OBJECTS, network.inputs))
    targets = np.eye(network.outputs)[rng.integers(0, network.outputs, OBJECTS)]
    for count in (1, VECTORS):
        row = _row(f"{count} product{'s' * (count > 1)}, {network}, {OBJECTS:,} objects", 0.0)
        vectors = rng.normal(size=(network.parameters, count))
        row["flops"] = 12.0 * OBJECTS * network.parameters * count
        for side, place in (("processor", "cpu"), ("device", device)):
            xp = namespace(place)  # type: ignore[arg-type]
            moved = [xp.asarray(matrix) for matrix in parameters]
            operator = NetworkOperator(network, moved, xp.asarray(inputs), xp.asarray(targets))
            given = xp.asarray(vectors)
            row[side] = fastest(lambda one=operator, many=given: one.apply(many), repeats)  # type: ignore[misc]
        yield row


def ranks(device: Device, quick: bool) -> Iterator[Row]:
    """Seconds of one exact rank, everything included, once on either side: both get the same instance."""
    network = Architecture.parse(RANKED[quick])
    instance = generic_instance(network, network.inputs, network.outputs, seed=1)
    row = _row(f"exact rank of {network}, {network.parameters:,} parameters", 0.0)
    found = {}
    for side, place in (("device", device), ("processor", "cpu")):
        start = time.perf_counter()
        rank = measure(instance, "exact", ("loss",), device=place)["loss"]  # type: ignore[arg-type]
        row[side] = time.perf_counter() - start
        found[side] = (rank.value, rank.bound)
    row["same"] = found["device"] == found["processor"]
    row["what"] += f": {found['device'][0]:,} ({found['device'][1]})"
    yield row


def claims(profile: str, device: Device) -> list[Row]:
    """What the GPU's checks find; nothing where NumPy stands on both sides."""
    if device == "cpu":
        return []
    report = verify(engine="gpu", profile=profile)
    return [
        {
            "claim": f"{result.claim}/{part.key}", "verdict": part.verdict.value, "agrees": result.agrees,
            "held": found.tally.held, "tried": found.tally.tried, "scope": found.scope, "seconds": found.seconds,
            "controls": [sum(control.caught for control in found.controls), len(found.controls)],
        }
        for result in report.results for part in result.parts for found in part.evidence
    ]  # fmt: skip


def _row(what: str, flops: float) -> Row:
    return {"what": what, "flops": flops, "device": None, "processor": None}


def speed(row: Row) -> str:
    """Gflop/s of the device, where the operations are known."""
    return show(row["flops"] / row["device"] / 1e9 if row["flops"] and row["device"] else None)


def render(record: Row) -> str:
    """The page, from the record and from nothing else."""
    same = [["kernel", "size", "largest difference", "share of its bound"], ["---"] * 4]
    for one in record["parity"]:
        share = "equal" if one["exact"] and one["holds"] else f"{one['share']:.2g}"
        same.append([one["kernel"], one["size"], f"{one['difference']:.2g}", share])
    times = [["work", "device", "Gflop/s", "processor", "processor/device"], ["---"] * 5]
    for row in record["times"]:
        seconds = show(row["device"], " s"), speed(row), show(row["processor"], " s")
        times.append([row["what"], *seconds, ratio(row["processor"], row["device"])])
    page = HEAD.format(**record["environment"]) + PARITY + "\n" + rows(same) + SPEED + "\n" + rows(times)
    if record["claims"]:
        found = [["claim", "verdict", "held", "tried", "controls caught", "scope"], ["---"] * 6]
        for one in record["claims"]:
            counts = str(one["held"]), str(one["tried"]), "{} of {}".format(*one["controls"])
            found.append([one["claim"], one["verdict"], *counts, one["scope"]])
        page += CLAIMS.format(profile=record["environment"]["profile"]) + "\n" + rows(found)
    return page


def holds(record: Row) -> bool:
    """Whether every kernel, every rank and every claim came out as it has to."""
    return (
        all(one["holds"] for one in record["parity"])
        and all(row.get("same", True) for row in record["times"])
        and all(one["agrees"] for one in record["claims"])
    )


def run(device: Device, quick: bool, repeats: int, patience: float) -> Row:
    """Everything, with a line on standard error after each piece."""
    place = chosen_device(device)
    record: Row = {"environment": _environment(place.about or place.name, quick, repeats), "parity": [], "times": []}
    _say(str(place))
    for found in parity(device, quick):
        record["parity"].append({name: getattr(found, name) for name in (*found.__slots__, "holds")})
        _say(f"{'same' if found.holds else 'DIFFERENT'}: {found.kernel}, {found.size}")
    for piece in (
        eliminations(device, quick, repeats, patience), decompositions(device, quick, repeats),
        products(device, quick, repeats), ranks(device, quick),
    ):  # fmt: skip
        for row in piece:
            record["times"].append(row)
            _say(f"{row['what']}: {show(row['device'], ' s')}, processor {show(row['processor'], ' s')}")
    record["claims"] = claims(record["environment"]["profile"], device)
    return record


def _environment(device: str, quick: bool, repeats: int) -> Row:
    from hessproof.proofs_check.versions import processors

    return {
        "device": device, "options": " --quick" if quick else "", "repeats": repeats,
        "profile": "quick" if quick else "standard", "system": f"{platform.system()} {platform.machine()}",
        "cores": processors(), "python": platform.python_version(), "numpy": version("numpy"),
    }  # fmt: skip


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Run, print the page, and write it if a folder is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu only tries this command")
    parser.add_argument("--quick", action="store_true", help="small sizes, a minute")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--patience", type=float, default=120.0, help="seconds that the processor may eliminate")
    parser.add_argument("--out", type=Path, help="folder for gpu-evidence.json and .md")
    given = parser.parse_args()
    try:
        record = run(given.device, given.quick, given.repeats, given.patience)
    except UnusableRequest as error:
        _say(f"benchmarks.gpu: {error}")
        return 2
    page = render(record)
    print(page)
    if given.out is not None:
        (given.out / "gpu-evidence.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        (given.out / "gpu-evidence.md").write_text(page, encoding="utf-8")
    return 0 if holds(record) else 1


if __name__ == "__main__":
    sys.exit(main())
