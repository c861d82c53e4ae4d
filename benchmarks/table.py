"""docs/benchmarks.md from docs/benchmarks.json, and from nothing else: ``python -m benchmarks.table``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

Record = dict[str, Any]

COMMAND = "python -m benchmarks"
HEAD = """\
# Benchmarks

Written by `{command}` on {system}, {cores} cores, Python {python}, hessproof {hessproof}, NumPy {numpy},
SciPy {scipy}, python-flint {python-flint}, PyTorch {torch} (CPU). Every number is the median of {repeats} runs; each
run is a process of its own, the contenders take turns, and all of them get the same integer weights, the same
handwritten digits and double precision or better. Speeds belong to this machine; the ratios are what carries over.
"""
RANK = """
## Rank of the loss Hessian

*hessproof* gives the exact rank over the rationals. *torch* differentiates the loss twice and takes a numerical
rank; the column shows the faster of `torch.func` and `torch.autograd.functional.hessian`, first with the
singular values of `torch.linalg.matrix_rank`, then with its eigenvalue variant `hermitian=True`.
Seconds are the work alone; *process* adds starting Python and importing. Memory is the largest resident size of the
process.
"""
ASSEMBLY = """
## Assembling the Hessian

All p² entries from Kronecker factors in double precision, against writing p² doubles to fresh memory, which is the
least that any method has to do. The two take turns in one process. The first call also
derives the blocks for this depth.
"""


def runs_of(record: Record, network: str, contender: str) -> list[Record]:
    """The runs of one pair."""
    return [run for run in record["runs"] if run["network"] == network and run["contender"] == contender]


def middle(runs: Iterable[Record], key: str) -> float | None:
    """Median of ``key`` over the runs that finished; None if one did not."""
    runs = list(runs)
    if not runs or any("failed" in run for run in runs):
        return None
    return median(run[key] for run in runs)


def show(value: float | None, unit: str = "") -> str:
    """Three significant digits, or a dash."""
    return "–" if value is None else f"{value:,.3g}{unit}" if value < 1000 else f"{value:,.0f}{unit}"


def ratio(above: float | None, below: float | None) -> str:
    """How many times ``below`` goes into ``above``."""
    return "–" if above is None or below is None else f"{above / below:,.2g}×"


def rows(lines: Iterable[Iterable[str]]) -> str:
    """Lines of a Markdown table."""
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def rank_table(record: Record, networks: list[str]) -> str:
    """Ranks, seconds, ratios and memory, one line a network."""
    head = [
        "network",
        "p",
        "rank",
        "hessproof",
        "process",
        "MiB",
        "torch, SVD",
        "hermitian",
        "process",
        "MiB",
        "SVD/hessproof",
        "hermitian/hessproof",
        "torch's rank",
    ]
    lines = [head, ["---"] * len(head)]
    for network in networks:
        own = runs_of(record, network, "hessproof_rank")
        parameters = middle(runs_of(record, network, "assembly"), "parameters")
        seconds = middle(own, "seconds")
        others = [runs_of(record, network, name) for name in ("torch_func", "torch_autograd")]
        finished = [runs for runs in others if middle(runs, "seconds") is not None]
        best = min(finished, key=lambda runs: middle(runs, "seconds") or 0.0, default=[])
        svd, hermitian = middle(best, "seconds"), middle(best, "seconds_hermitian")
        lines.append(
            [
                f"`{network}`",
                show(parameters),
                show(middle(own, "rank")),
                show(seconds, " s"),
                show(middle(own, "wall"), " s"),
                show(middle(own, "peak_mib")),
                show(svd, " s"),
                show(hermitian, " s"),
                show(middle(best, "wall"), " s"),
                show(middle(best, "peak_mib")),
                ratio(svd, seconds),
                ratio(hermitian, seconds),
                f"{show(middle(best, 'rank'))}, {show(middle(best, 'rank_hermitian'))}",
            ]
        )
    return rows(lines)


def assembly_table(record: Record, networks: list[str]) -> str:
    """Seconds of assembly and of writing, one line a network."""
    lines = [["network", "p", "assembly", "writing p² doubles", "ratio", "first call"], ["---"] * 6]
    for network in networks:
        runs = runs_of(record, network, "assembly")
        built, written = middle(runs, "seconds"), middle(runs, "seconds_write")
        first = middle(runs, "seconds_first")
        lines.append(
            [
                f"`{network}`",
                show(middle(runs, "parameters")),
                show(built, " s"),
                show(written, " s"),
                ratio(built, written),
                show(first, " s"),
            ]
        )
    return rows(lines)


def crossover(record: Record, networks: list[str]) -> str:
    """Which networks PyTorch is faster on."""
    faster = []
    for network in networks:
        own = middle(runs_of(record, network, "hessproof_rank"), "seconds")
        others = [
            middle(runs_of(record, network, name), key)
            for name in ("torch_func", "torch_autograd")
            for key in ("seconds", "seconds_hermitian")
        ]
        if own is not None and any(other is not None and other < own for other in others):
            faster.append(f"`{network}`")
    return f"\nPyTorch is faster on: {', '.join(faster) or 'none of them'}.\n"


def failures(record: Record) -> str:
    """Every run that did not finish, by its own words."""
    found = {(run["network"], run["contender"], run["failed"]) for run in record["runs"] if "failed" in run}
    lines = [f"- `{contender}` on `{network}`: {why}\n" for network, contender, why in sorted(found)]
    return "\n## Runs that failed\n\n" + ("".join(lines) if lines else "None.\n")


def render(record: Record) -> str:
    """The whole page."""
    networks = list(dict.fromkeys(run["network"] for run in record["runs"]))
    head = HEAD.format(command=COMMAND, repeats=record["repeats"], **record["environment"])
    return (
        head
        + RANK
        + "\n"
        + rank_table(record, networks)
        + crossover(record, networks)
        + ASSEMBLY
        + "\n"
        + assembly_table(record, networks)
        + failures(record)
    )


def main() -> None:
    """Write the page again from the stored runs."""
    docs = Path(__file__).resolve().parent.parent / "docs"
    record = json.loads((docs / "benchmarks.json").read_text(encoding="utf-8"))
    (docs / "benchmarks.md").write_text(render(record), encoding="utf-8")


if __name__ == "__main__":
    main()
