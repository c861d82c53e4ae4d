"""docs/benchmarks-scale.md from its runs, and from nothing else: ``python -m benchmarks.scale.page``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.scale.contenders import CONTENDERS
from benchmarks.scale.fit import ABOVE, exponent
from benchmarks.scale.networks import parameters
from benchmarks.scale.product_tables import density_table, product_tables
from benchmarks.scale.records import Runs
from benchmarks.scale.schedule import LONG
from benchmarks.table import ratio, rows, show

HEAD = """\
# Ranks, spectra and products as networks grow

Written by `python -m benchmarks.scale` on {system}, {cores} cores, {threads} thread(s) a process, Python {python},
hessproof {hessproof}, NumPy {numpy}, SciPy {scipy}, python-flint {python-flint}, SymPy {sympy}, mpmath {mpmath},
PyTorch {torch}, JAX {jax}, curvlinops {curvlinops-for-pytorch}, all on the CPU.
Each run is a process of its own, with at most {limits},
and the contenders take turns. Numbers are medians over {repeats} run(s); what took more than {long:.0f} s was run once.
Imports are not part of the times. Speeds belong to this machine; ratios and exponents are what carries over.

![Time, memory and products against the number of parameters](benchmarks-scale.svg)

## Rank of the loss Hessian of a linear network

Everybody gets the same integer weights and the same 1,797 handwritten digits. *hessproof* starts from them and proves
the rank over the rationals: the core has that order, and the rank modulo a prime, found in bases in which the weights
have entries 0 and 1, meets it. *hessproof, core* eliminates the core as it is, *hessproof, p × p* the whole matrix.
FLINT (`nmod_mat.rank` modulo one prime, which is a lower bound, and `fmpz_mat.rank`), SymPy (`DomainMatrix.rank`) and
mpmath (`eigsy` in 50 digits) are handed the whole matrix; only the rank is timed. PyTorch (`torch.func` in chunks) and
JAX (`jax.hessian`, and the same derivatives in chunks) differentiate the loss twice and count singular values with
their `matrix_rank`; that rank is numerical. Eigenvalues are all nonzero ones, from the core in orthonormal bases.

Seconds:

"""
TIMES = """
How many times longer than hessproof's exact rank:

"""
MEMORY = """
Largest resident memory of the process, in MiB, with what the imports take:

"""
FITS = """
Time grows like p^e. The exponent is fitted to the largest sizes, down to {above:g} times the smallest time of the
contender, below which fixed costs hide it; that is why some have none. The core's order grows like √p here, since it
depends on the narrowest layer and on the sum of the widths; its elimination and its eigenvalues take p^1.5.

"""
FAILURES = """
How each came to its end; larger networks were not tried:

"""


def limits_in_words(runs: Runs) -> str:
    """The limits under which the runs were made."""
    found = sorted({(run["seconds_limit"], run["gib"]) for run in runs})
    return " or ".join(f"{seconds:.0f} s and {gib:g} GiB" for seconds, gib in found)


def cell(runs: Runs, name: str, network: str, key: str = "seconds") -> str:
    """A median; *failed* if it did, a dash if it was not tried."""
    return "failed" if runs.failure(name, network) else show(runs.middle(name, network, key))


def rank_tables(runs: Runs, networks: list[str]) -> str:
    """Seconds, ratios and memory, one line a network."""
    names = [name for name, one in CONTENDERS.items() if one.group in ("rank", "eigenvalues")]
    labels = [_heading(name) for name in names]
    seconds: list[list[str]] = [["network", "p", "rank", *labels]]
    ratios: list[list[str]] = [["network", "p", *labels[1:]]]
    memory: list[list[str]] = [["network", "p", *labels]]
    for table in (seconds, ratios, memory):
        table.append(["---"] * len(table[0]))
    for network in networks:
        first = [f"`{network}`", f"{parameters(network):,}"]
        own = runs.middle("rank", network)
        seconds.append([*first, rank_cell(runs, names, network), *(cell(runs, name, network) for name in names)])
        ratios.append([*first, *(times_longer(runs, name, network, own) for name in names[1:])])
        memory.append([*first, *(cell(runs, name, network, "peak_mib") for name in names)])
    return rows(seconds) + TIMES + rows(ratios) + MEMORY + rows(memory)


def times_longer(runs: Runs, name: str, network: str, own: float | None) -> str:
    """A ratio of medians; a lower bound of it where time ended the run."""
    if own is not None and (runs.failure(name, network) or "").startswith("not done"):
        return f">{runs.of(name, network)[-1]['seconds_limit'] / own:,.2g}×"
    return ratio(runs.middle(name, network), own)


def rank_cell(runs: Runs, names: list[str], network: str) -> str:
    """The rank; and who found another one."""
    own = runs.middle("rank", network, "rank")
    others = {name: runs.middle(name, network, "rank") for name in names}
    if own is None:
        own = max((value for value in others.values() if value is not None), default=None)
    differing = [f"{_heading(name)}: {value:,.0f}" for name, value in others.items() if value not in (None, own)]
    return "–" if own is None else "; ".join([f"{own:,.0f}", *differing])


def fits_table(runs: Runs, networks: list[str]) -> str:
    """The exponents."""
    lines = [["contender", "e", "sizes", "largest p that it managed", "seconds there"], ["---"] * 5]
    for name, one in CONTENDERS.items():
        if one.group not in ("rank", "eigenvalues"):
            continue
        timed = [(parameters(network), runs.middle(name, network)) for network in networks]
        points = [(float(p), seconds) for p, seconds in timed if seconds is not None]
        if points:
            fit = exponent(points)
            shown = ("–", "–") if fit is None else (f"{fit[0]:.2f}", str(fit[2]))
            lines.append([_heading(name), *shown, f"{points[-1][0]:,.0f}", show(points[-1][1])])
    return rows(lines)


def failures(runs: Runs, networks: list[str]) -> str:
    """Every end, in words."""
    lines = []
    for name in CONTENDERS:
        for network in networks:
            why = runs.failure(name, network)
            if why is not None:
                memory = max((run.get("peak_mib") or 0.0 for run in runs.of(name, network)), default=0.0)
                held = f", holding {memory:,.0f} MiB" if memory else ""
                lines.append(f"- {_heading(name)} at p = {parameters(network):,}: {why}{held}\n")
    return "".join(lines) or "None did.\n"


def render(record: dict[str, Any]) -> str:
    """The whole page."""
    runs = Runs(runs=record["runs"])
    networks = sorted({run["network"] for run in runs}, key=parameters)
    head = HEAD.format(
        **record["environment"],
        threads=record["threads"],
        repeats=record["repeats"],
        limits=limits_in_words(runs),
        long=LONG,
    )
    parts = [head, rank_tables(runs, networks), FITS.format(above=ABOVE), fits_table(runs, networks)]
    parts += [product_tables(runs, networks), density_table(runs, networks), FAILURES, failures(runs, networks)]
    if record["missing"]:
        parts.append(f"\nNot installed: {', '.join(record['missing'])}.\n")
    if not record["complete"]:
        parts.append("\nMeasuring was stopped before all pairs had run.\n")
    return "".join(parts)


def _heading(name: str) -> str:
    one = CONTENDERS[name]
    return f"{one.label}, eigenvalues" if one.group == "eigenvalues" else one.label


def main() -> None:
    """Write the page and the picture again from the stored runs."""
    from benchmarks.scale.picture import draw

    docs = Path(__file__).resolve().parents[2] / "docs"
    record = json.loads((docs / "benchmarks-scale.json").read_text(encoding="utf-8"))
    (docs / "benchmarks-scale.md").write_text(render(record), encoding="utf-8")
    draw(record, docs / "benchmarks-scale.svg")


if __name__ == "__main__":
    main()
