"""The experiments a second time: other training code, other seeds, and D_k drawn directly instead of whole curves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from hessproof.numeric.datasets import digits
from hessproof.numeric.landscape.one_start import Array, drawn_distances, final_losses
from hessproof.numeric.landscape.protocol import centred_pixels, published_network
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import landscape as criteria
from hessproof.proofs_check.criteria import landscape_again as again
from hessproof.proofs_check.criteria.landscape import Range
from hessproof.proofs_check.criteria.landscape_second import MOST_DEAD, live
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

IDEA = "one start at a time on the gradients of the general kernels, D_k drawn directly for some k"
EPOCHS = criteria.SCHEDULES[criteria.EPOCHS][0]
Network = tuple[int, int]
"""Hidden size and "number of layers"."""


def _distances(network: Network, size: int | None = None, epochs: int = EPOCHS) -> Array:
    """D_k of every start, one row each."""
    inputs, targets = digits(64, size).floats()
    architecture = published_network(inputs.shape[1], targets.shape[1], *network)
    seeds = again.SEEDS if size is None else again.SEEDS[:1]
    counts = [k for k in again.COUNTS if k < len(inputs)]
    rows = []
    for seed in seeds:
        losses = final_losses(architecture, centred_pixels(inputs), targets, seed=seed, epochs=epochs)
        rows.append(drawn_distances(losses, counts, again.DRAWS if size is None else 3, seed))
    return np.stack(rows)


def distances(context: Context, network: Network) -> Array:
    """The same, made once for all checks of a run."""
    return context.shared(f"again-{network[0]}-{network[1]}", partial(_distances, network))


def slopes(rows: Array, power: float = 0.0) -> list[float]:
    """The slope of log k^power D_k/(k + 1) against log k, start by start; NaN where all losses are equal."""
    counts = np.asarray(again.COUNTS, dtype=float)[: rows.shape[1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        curves = np.log(rows * counts**power / (counts + 1))
    return [float(np.polyfit(np.log(counts), row, 1)[0]) if np.isfinite(row).all() else float("nan") for row in curves]


def _case(network: Network) -> Case:
    architecture = published_network(64, 10, *network)
    return Case(architecture, architecture.inputs, architecture.outputs, traits=frozenset({criteria.EPOCHS}))


def _decay(context: Context) -> Finding:
    counter = Counter(claim("kiselev2024.exp_decay").part("rate"))
    records: list[dict[str, Any]] = []
    controls: list[Mutant] = []
    for network, rule in again.decay():
        rows = distances(context, network)
        kept = live(slopes(rows))
        counter.count(_case(network), len(kept) >= MOST_DEAD * len(rows) and rule.met(kept))
        records.append({**rule.record(kept), "dead starts": len(rows) - len(kept)})
        controls += _other_powers(network, rule, rows)
    return _finding(counter, records, controls)


def _other_powers(network: Network, rule: Range, rows: Array) -> Iterator[Mutant]:
    for power in (-0.5, -0.25, 0.25, 0.5):
        missed = not rule.met(live(slopes(rows, power)))
        yield Mutant(
            description=f"D_k of {network[1]} layers of {network[0]} times k^{power:g}", caught=missed,
            by="the criterion is missed" if missed else "the criterion is met as well",
        )  # fmt: skip


def _ends(name: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part("ends"))
        records, controls = [], []
        for one, two, rule in again.ends(name):
            gaps = (distances(context, two).mean(axis=1) - distances(context, one).mean(axis=1)).tolist()
            counter.count(_case(two), rule.met(gaps))
            records.append(rule.record(gaps))
            missed = not rule.met([-gap for gap in gaps])
            controls.append(Mutant(description=f"{rule.measures}, exchanged", caught=missed, by="the criterion"))
        return _finding(counter, records, controls)

    return work


def _finding(counter: Counter, records: list[dict[str, Any]], controls: list[Mutant]) -> Finding:
    return Finding(
        Strength.SAMPLE, f"the digits, ten epochs, {len(again.SEEDS)} starts", counter.tally, counter.regions,
        tuple(controls), details={"criteria": records},
    )  # fmt: skip


def prepare(context: Context) -> None:
    """Train the four networks."""
    for network, _ in again.decay():
        distances(context, network)


def demonstrate() -> None:
    """One epoch of one start on a few digits."""
    slopes(_distances((4, 1), 80, 1))


CHECKS = (
    FunctionCheck(
        "kiselev2024.exp_decay", "rate", "one start at a time", Engine.FLOAT, IDEA, _decay, demonstrate, prepare=prepare
    ),
    *(
        FunctionCheck(
            name, "ends", "one start at a time", Engine.FLOAT, IDEA, _ends(name), demonstrate, prepare=prepare
        )
        for name in ("kiselev2024.exp_width", "kiselev2024.exp_depth")
    ),
)
