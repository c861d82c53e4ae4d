"""What was aimed at for large networks, and what is measured: docs/benchmarks-acceptance.json and .md.

    python -m benchmarks.acceptance [--repeats 3] [--limit 300] [--fresh] [--out docs]

Measurements are processes of their own, taking turns, like those of ``benchmarks.scale``, and kept in the same way.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.bad_input import bad_input
from benchmarks.scale.__main__ import KEPT, environment
from benchmarks.scale.contenders import BESIDE, CONTENDERS
from benchmarks.scale.limits import Limits
from benchmarks.scale.product_tables import work
from benchmarks.scale.products import BATCH, PRECISIONS
from benchmarks.scale.records import Runs
from benchmarks.scale.schedule import Pair, go
from benchmarks.table import rows, show

LARGE, SMALL, SPECTRUM, GPU = "64-400-400-10", "64-50-20-20-20-10", "64-200-170-10@2000", "64-420-420-10"
RELU = ("64-400-400-10", "784-512-512-10@2000")
PRODUCTS = ("hvp", "hvp-curvlinops", "ggn", "ggn-curvlinops")
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (SMALL, ("rank", "torch", "jax-chunks")),
    *((network, PRODUCTS) for network in RELU),
    (SPECTRUM, ("eigenvalues",)),
    (LARGE, ("all-ranks", "all-ranks-core")),
    (GPU, ("rank-core", "rank-cuda")),
)
SECONDS, GIB, TIMES_FASTER, EIGEN_SECONDS, WORK, GPU_TIMES = 180.0, 8.0, 100.0, 120.0, 3.0, 20.0

HEAD = """\
# Aims for large networks, and measurements

Written by `python -m benchmarks.acceptance` on {system}, {cores} cores, {threads} thread(s) a process, Python {python},
hessproof {hessproof}, NumPy {numpy}, PyTorch {torch}, JAX {jax}, curvlinops {curvlinops-for-pytorch}. Medians of
{repeats} run(s) in processes of their own; imports are not part of the times, and are part of the memory.

"""
BAD = """
Bad input: one line and exit status 2.

"""

Row = tuple[str, str, str, bool | None]
"""What, the aim, what was measured, and whether that meets it; None if it could not be measured."""


def pairs(repeats: int, cuda: bool) -> list[Pair]:
    """Everything that is to run; what needs something that is not there is left out."""
    found = []
    for network, names in CASES:
        if network == GPU and not cuda:
            continue
        every = CONTENDERS | BESIDE
        found += [
            (name, network, repeat) for repeat, name in product(range(repeats), names) if not every[name].missing()
        ]
    return found


def ranks(runs: Runs) -> list[Row]:
    """Exact ranks of a large network, and of a small one beside automatic differentiation."""
    what = "exact ranks of H_o, H_f and H_L of `64-400-400-10`, p = 189,600"
    large = [_large(runs, "all-ranks", what), _large(runs, "all-ranks-core", f"{what}, with the cores eliminated")]
    own = runs.middle("rank", SMALL)
    others = {name: runs.middle(name, SMALL) for name in ("torch", "jax-chunks")}
    done = {name: other for name, other in others.items() if other is not None}
    small: Row = _failed(runs, "rank", SMALL, f"exact rank of `{SMALL}`, p = 5,200, beside autodiff and SVD")
    if own is not None and done:
        fastest = min(done, key=lambda name: done[name])
        text = f"{show(own)} s; {CONTENDERS[fastest].label} {show(done[fastest])} s: {done[fastest] / own:,.0f} times"
        small = (small[0], f"at least {TIMES_FASTER:.0f} times faster", text, done[fastest] / own >= TIMES_FASTER)
    return [*large, small]


def _large(runs: Runs, name: str, what: str) -> Row:
    seconds, held, value = (runs.middle(name, LARGE, key) for key in ("seconds", "peak_mib", "rank"))
    if seconds is None or held is None or value is None:
        return _failed(runs, name, LARGE, what)
    return (what, *_aim(seconds, held / 1024, f"rank of H_L {value:,.0f}"))


def _aim(seconds: float, gib: float, found: str) -> tuple[str, str, bool]:
    aim = f"{SECONDS:.0f} s and {GIB:g} GiB"
    return aim, f"{show(seconds)} s and {gib:.2f} GiB, {found}", seconds <= SECONDS and gib <= GIB


def eigenvalues(runs: Runs) -> list[Row]:
    """All nonzero eigenvalues."""
    what = "all nonzero eigenvalues of `64-200-170-10`, p = 48,500"
    seconds, held = (runs.middle("eigenvalues", SPECTRUM, key) for key in ("seconds", "peak_mib"))
    count, norm = (runs.middle("eigenvalues", SPECTRUM, key) for key in ("rank", "norm"))
    if seconds is None or held is None or count is None:
        return [_failed(runs, "eigenvalues", SPECTRUM, what)]
    beside = "" if norm is None else f", Frobenius norm within {norm:.0e} of that of the factors"
    text = f"{show(seconds)} s and {held / 1024:.2f} GiB, {count:,.0f} of them{beside}"
    return [(what, f"{EIGEN_SECONDS:.0f} s", text, seconds <= EIGEN_SECONDS)]


def products(runs: Runs) -> list[Row]:
    """Products beside their floating-point operations and beside curvlinops."""
    found: list[Row] = []
    for network, (own, other), precision in product(RELU, (PRODUCTS[:2], PRODUCTS[2:]), PRECISIONS):
        what = f"{CONTENDERS[own].label.split()[-1]} of ReLU `{network.partition('@')[0]}`, {precision}"
        share = work(runs, network, own, precision)
        if share is None:
            found.append(_failed(runs, own, network, what))
            continue
        text = f"{share:.2f} times the time of its operations"
        found.append((f"{what}, one vector", f"at most {WORK:g} times", text, share <= WORK))
        for key, vectors in (("one", "one vector"), ("batch", f"{BATCH} vectors")):
            mine, theirs = (runs.middle(name, network, f"{precision}_{key}") for name in (own, other))
            if mine is not None and theirs is not None:
                text = f"{show(1000 * mine)} ms; curvlinops {show(1000 * theirs)} ms: {theirs / mine:.2f} times"
                found.append((f"{what}, {vectors}", "at least as fast as curvlinops", text, mine <= theirs))
    return found


def gpu(runs: Runs, why: str) -> list[Row]:
    """Rank on a GPU beside the CPU."""
    what, aim = (
        f"exact rank of `{GPU}`, p = 207,480, with the core eliminated on a GPU",
        f"at least {GPU_TIMES:.0f} times faster than on the CPU",
    )
    cpu, cuda = runs.middle("rank-core", GPU), runs.middle("rank-cuda", GPU)
    if cpu is None or cuda is None:
        return [(what, aim, why or _failed(runs, "rank-cuda", GPU, what)[2], None)]
    return [(what, aim, f"{show(cuda)} s; CPU {show(cpu)} s: {cpu / cuda:.1f} times", cpu / cuda >= GPU_TIMES)]


def _failed(runs: Runs, name: str, network: str, what: str) -> Row:
    return what, "–", runs.failure(name, network) or "not measured", None


def render(record: dict[str, Any]) -> str:
    """docs/benchmarks-acceptance.md from its runs, and from nothing else."""
    runs = Runs(runs=record["runs"])
    lines = [["what", "aim", "measured", "met"], ["---"] * 4]
    for what, aim, found, met in [*ranks(runs), *eigenvalues(runs), *products(runs), *gpu(runs, record["cuda"])]:
        lines.append([what, aim, found, "not measured" if met is None else "yes" if met else "no"])
    bad = [["given", "exit status", "what was printed"], ["---"] * 3]
    bad += [[one["given"], str(one["status"]), "`" + one["printed"].replace("|", "\\|") + "`"] for one in record["bad"]]
    head = HEAD.format(**record["environment"], threads=record["threads"], repeats=record["repeats"])
    return head + rows(lines) + BAD + rows(bad)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; the exit status is 1 if something is not met, or left for another time."""
    from hessproof.numeric.arrays import chosen_device, missing_cuda

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.acceptance", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each pair (3)")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that one measurement may take (300)")
    parser.add_argument("--memory", type=float, default=16.0, help="GiB that one measurement may take (16)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="cores of one measurement (all)")
    parser.add_argument("--networks", default="", help="comma-separated, only these of the networks")
    parser.add_argument("--fresh", action="store_true", help="forget the finished runs first")
    parser.add_argument(
        "--kept", type=Path, default=KEPT.with_name("benchmarks-acceptance.jsonl"), help="finished runs"
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the two files (docs)")
    given = parser.parse_args(arguments)
    if given.fresh:
        given.kept.unlink(missing_ok=True)
    cuda = chosen_device("auto").name == "cuda"
    runs = Runs(given.kept)
    planned = [
        pair for pair in pairs(given.repeats, cuda) if not given.networks or pair[1] in given.networks.split(",")
    ]
    done = go(planned, runs, Limits(given.limit, given.memory, given.threads), math.inf)
    record = {
        "environment": environment(),
        "repeats": given.repeats,
        "threads": given.threads,
        "cuda": "" if cuda else f"no CUDA device here: {missing_cuda()}",
        "bad": bad_input(),
        "runs": list(runs),
    }
    page = given.out / "benchmarks-acceptance"
    page.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    page.with_suffix(".md").write_text(render(record), encoding="utf-8")
    if not done:
        print("not everything was measured: the same command goes on", file=sys.stderr)
    return int(not done or "| no |" in render(record))


if __name__ == "__main__":
    sys.exit(main())
