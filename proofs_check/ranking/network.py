"""From a request to ranks: which engine measures which network."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from hessproof.numeric.arrays import namespace
from hessproof.numeric.planning import Plan, Watch, make_plan, watched_by
from hessproof.numeric.ranks import ENGINES, QUANTITIES
from hessproof.numeric.result import Rank
from hessproof.numeric.weights import Weights
from hessproof.proofs_check.outputs import ArchitectureRecord, RankOutput
from hessproof.proofs_check.ranking import activated, squared, under_loss
from hessproof.proofs_check.ranking.compare import compared
from hessproof.proofs_check.ranking.prepared import Prepared, Settings
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.proofs_check.resuming import Store, digest
from hessproof.proofs_check.selection import choose_device, one_of
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MOST_PRIMES = 1000
MODULAR = (
    "a rank modulo a prime is never larger than the one over Q, so it proves “at least”; where it meets a proved upper "
    "bound the rank is exact, and where it does not it says nothing about “at most”"
)
SPECIAL = (
    "special: the rank at these weights is smaller than at almost all weights; a prediction about almost all is not "
    "contradicted by it"
)


def rank_network(
    architecture: Architecture,
    data: DataRequest | None = None,
    *,
    engine: str = "exact",
    device: str = "cpu",
    seed: int = 0,
    weights: Weights | None = None,
    quantities: Sequence[str] = QUANTITIES,
    structured: bool = True,
    primes: int | None = None,
    store: Store | None = None,
    plan: Callable[[Plan], None] = lambda plan: None,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> RankOutput:
    """Measure the ranks of H_o, H_f and H_L at one instance and compare them with the predictions.

    Weights are drawn at random, so the ranks are those of almost all weights, with a probability that the range of the
    draw makes overwhelming. A measured rank contradicts a prediction if it is proved to differ, or differs numerically;
    a lower bound that falls short of a prediction decides nothing.

    Given weights are taken as the dyadic rationals that they are. They may be special, as trained weights often are: a
    smaller rank than the predicted one, which is that of almost all weights, is then marked as special and contradicts
    nothing. A larger one does.

    Args:
        architecture: The network.
        data: The data; Gaussian of full rank if None.
        engine: ``exact``, ``multiprecision`` or ``float``. Exact arithmetic knows linear networks under every loss, and
            relu and leaky-relu networks under the squared loss; with given weights the squared loss only.
        device: ``cpu``, ``cuda`` or ``auto``.
        seed: Seed of weights and drawn data.
        weights: Given weights; drawn ones if None.
        quantities: Those of ``outer``, ``functional`` and ``loss`` that are wanted.
        structured: Use the structure of the Hessian; False forms p × p matrices, so that the two can be compared.
        primes: How many primes to try before a smaller modular rank is believed.
        store: Where finished ranks are kept and found again.
        plan: Called with the predicted cost before anything is measured.
        progress: Called with what is measured and the share of all that is done.

    Raises:
        UnusableRequest: If the request makes no sense or does not fit into memory.

    Example:
        >>> found = rank_network(Architecture.parse("4-3-2", bias=True))
        >>> [(name, rank.predicted, rank.measured) for name, rank in found.quantities.items()]
        [('outer', 10, 10), ('functional', 12, 12), ('loss', 20, 20)]
    """
    start = time.perf_counter()
    data = data or DataRequest()
    one_of("engine", engine, ENGINES, "give --engine exact")
    choose_device(device)
    names = _chosen(quantities)
    if primes is not None and not 1 <= primes <= MOST_PRIMES:
        raise UnusableRequest(f"{primes} primes", f"1 to {MOST_PRIMES}", "give for instance --primes 5")
    data.check(architecture, engine, given=weights is not None)
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "0 or more", "give --seed 0")
    if weights is not None and (weights.widths, weights.bias) != (architecture.widths, architecture.bias):
        raise UnusableRequest(
            f"weights of other widths than {architecture}", "weights that fit", "leave the widths out"
        )
    settings = Settings(engine, device, seed, names, structured, primes)  # type: ignore[arg-type]
    prepared = _prepared(architecture, data, settings, weights)
    made = make_plan([cost for name in names for cost in prepared.costs(name)], namespace(settings.device))
    plan(made)
    found = _measured(architecture, prepared, settings, store, made, progress)
    ranks = prepared.ranks()
    compare = {name: compared(architecture, ranks, rank, given=weights is not None) for name, rank in found.items()}
    drawn, told = prepared.later()
    notes = [*prepared.notes, *told]
    if any(rank.primes for rank in found.values()) and (weights is not None or not _all_exact(found)):
        notes.append(MODULAR)
    if any(quantity.special for quantity in compare.values()):
        notes.append(SPECIAL)
    return RankOutput(
        architecture=ArchitectureRecord(
            widths=list(architecture.widths),
            bias=architecture.bias,
            activation=architecture.activation,
            loss=architecture.loss,
        ),
        parameters=architecture.parameters,
        data_rank=ranks.data,
        residual_rank=ranks.residual,
        augmented_data_rank=ranks.augmented_data,
        augmented_residual_rank=ranks.augmented_residual,
        quantities=compare,
        seed=seed,
        drawn={**prepared.drawn, **drawn},
        weights=None if weights is None else weights.path,
        structured=structured,
        notes=notes,
        seconds=round(time.perf_counter() - start, 3),
    )


def _chosen(quantities: Sequence[str]) -> tuple[str, ...]:
    """The quantities, each once, in the usual order."""
    for name in quantities:
        one_of("quantity", name, QUANTITIES, "give --quantity loss")
    return tuple(name for name in QUANTITIES if name in quantities) or QUANTITIES


def _prepared(architecture: Architecture, data: DataRequest, settings: Settings, weights: Weights | None) -> Prepared:
    linear = architecture.activation == "linear"
    if linear and architecture.loss == "mse":
        return squared.prepare(architecture, data, settings, weights)
    if linear and settings.engine == "exact" and weights is None:
        return under_loss.prepare(architecture, data, settings)
    return activated.prepare(architecture, data, settings, weights)


def _measured(
    architecture: Architecture,
    prepared: Prepared,
    settings: Settings,
    store: Store | None,
    plan: Plan,
    progress: Callable[[str, float], None],
) -> dict[str, Rank]:
    """The ranks; one by one where they are kept or take long, together where they can share what is soon done."""
    if store is None and plan.seconds is None:
        return prepared.measure(settings.quantities)
    content = digest(*prepared.content) if store is not None else ""
    found, done = {}, 0.0
    whole = sum(cost.seconds(1.0) for name in settings.quantities for cost in prepared.costs(name))
    for name in settings.quantities:
        progress(f"rank of {name}", done)
        key = {
            "command": "rank", "quantity": name, "content": content, "network": repr(architecture),
            "engine": settings.engine, "structured": settings.structured, "primes": settings.primes,
        }  # fmt: skip
        watch = Watch(progress) if store is None else Watch(progress, store.scratch_of(key))

        def compute(name: str = name, watch: Watch = watch) -> dict[str, Any]:
            if settings.engine == "float":
                seconds = Plan(tuple(prepared.costs(name)), plan.speed).seconds
                return asdict(watch.wait(f"rank of {name}", lambda: prepared.measure([name])[name], seconds))
            with watched_by(watch):
                return asdict(prepared.measure([name])[name])

        kept = compute() if store is None else store.piece(key, compute)
        found[name] = Rank(**{**kept, "primes": tuple(kept["primes"])})
        done += sum(cost.seconds(1.0) for cost in prepared.costs(name)) / whole if whole else 0.0
    return found


def _all_exact(found: dict[str, Rank]) -> bool:
    return all(rank.bound != "lower" for rank in found.values())
