"""The experiments on the digits: networks trained from several starts, judged by the committed criteria.

Every network is trained once for a schedule and its seeds, and shared by all checks of a run. The controls put wrong
numbers into the same judgement: curves that fall with another power of k, and the networks in other orders.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import cache, partial
from statistics import fmean
from typing import Any

import numpy as np

from hessproof.numeric.datasets import digits
from hessproof.numeric.landscape.adam import Array
from hessproof.numeric.landscape.differences import decay_slope
from hessproof.numeric.landscape.protocol import FIXED_LAYERS, centred_pixels, published_network
from hessproof.numeric.landscape.study import Study, study
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import landscape as criteria
from hessproof.proofs_check.criteria import landscape_second as second
from hessproof.proofs_check.criteria import landscape_third as third
from hessproof.proofs_check.criteria.landscape import Comparison, Range
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile, Unavailable
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.reproduction.landscape_panels import heights_panel, raw_panel

IDEA = "networks trained by Adam from several random starts, 100 random orders of the objects for each"
Network = tuple[int, int]
"""Hidden size and "number of layers"."""
POWERS = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
"""Powers of k by which the curves are multiplied for controls."""

EPOCHS = {criteria.EPOCHS: 10, criteria.STEPS: 54, "initial": 0, "few": 10, "many": 54}
"""Epochs of each region, and of the parts whose runs have a schedule of their own."""


@cache
def data() -> tuple[Array, Array]:
    """The digits with pixels between −1 and 1."""
    inputs, targets = digits(64).floats()
    return centred_pixels(inputs), targets


def trained(context: Context, network: Network, rule: Range) -> Study:
    """The starts of one network, made once for all checks of a run."""
    epochs = EPOCHS[rule.part if rule.part in EPOCHS else rule.region]
    name = f"landscape-{network[0]}-{network[1]}-{epochs}-{rule.seeds[0]}-{len(rule.seeds)}"
    return context.shared(name, partial(_study, network, epochs, rule.seeds))


def _study(network: Network, epochs: int, seeds: tuple[int, ...]) -> Study:
    inputs, targets = data()
    return study(*network, inputs, targets, seeds=seeds, epochs=epochs)


def schedules(profile: Profile) -> list[str]:
    """The schedules that a profile runs."""
    return [name for name in criteria.SCHEDULES if (name, profile) in criteria.SEEDS]


def case_of(network: Network, region: str) -> Case:
    """The network with its region as a trait."""
    inputs, targets = data()
    architecture = published_network(inputs.shape[1], targets.shape[1], *network)
    return Case(architecture, architecture.inputs, architecture.outputs, traits=frozenset({region}))


def decay_rules(profile: Profile) -> list[tuple[Network, Range]]:
    """The criteria of a profile: on live starts where the first one was badly posed."""
    return [
        item
        for schedule in schedules(profile)
        for item in (
            second.live_decay()
            if (schedule, profile) == (criteria.EPOCHS, Profile.THOROUGH)
            else criteria.decay(schedule, profile)
        )
    ]


def _decay(context: Context) -> Finding:
    counter = Counter(claim("kiselev2024.exp_decay").part("rate"))
    records: list[dict[str, Any]] = []
    controls: list[Mutant] = []
    figures: list[Figure] = []
    shown: dict[str, list[Study]] = {}
    for network, rule in decay_rules(context.profile):
        found = trained(context, network, rule)
        slopes = found.slopes
        kept = second.live(slopes) if rule.seeds == second.LIVE_SEEDS else slopes
        enough = len(kept) >= second.MOST_DEAD * len(slopes) and len(kept) > 1
        counter.count(case_of(network, rule.region), enough and rule.met(kept))
        records.append({**rule.record(kept), "dead starts": len(slopes) - len(second.live(slopes))})
        controls += _other_powers(network, rule, found)
        shown.setdefault(rule.region, []).append(found)
    for region, studies in shown.items():
        wider = [each for each in studies if each.layers == FIXED_LAYERS]
        words = f"Five layers on {len(data()[0]):,} digits, {criteria.SCHEDULES[region][1]}"
        figures.append(raw_panel(f"kiselev2024.exp_decay {region}", "kiselev2024.exp_decay", wider, "width", words))
    return Finding(
        Strength.SAMPLE, f"nine networks on the digits, {_listed(context.profile)}", counter.tally, counter.regions,
        tuple(controls), details={"criteria": records, "figures": _dumped(figures)},
    )  # fmt: skip


def _other_powers(network: Network, rule: Range, found: Study) -> Iterator[Mutant]:
    """The same curves times a power of k: the criterion must be missed."""
    counts = np.arange(1.0, found.curves.shape[1] + 1)
    for power in POWERS:
        slopes = second.live([decay_slope(curve * counts**power) for curve in found.curves])
        missed = not rule.met(slopes) if len(slopes) > 1 else True
        yield Mutant(
            description=f"curves of {network[1]} layers of {network[0]} times k^{power:g}", caught=missed,
            by="the criterion is missed" if missed else "the criterion is met as well",
        )  # fmt: skip


Rules = Callable[[Profile], list[Comparison]]


def compared(name: str, key: str, rules: Rules) -> Callable[[Context], Finding]:
    """Judge every comparison of a part."""

    def work(context: Context) -> Finding:
        items = rules(context.profile)
        if not items:
            raise Unavailable("it takes more starts than this profile has; give --profile standard, or thorough")
        counter = Counter(claim(name).part(key))
        records: list[dict[str, Any]] = []
        studies: dict[str, dict[Network, Study]] = {}
        for one, two, rule in items:
            row = studies.setdefault(rule.region, {})
            for network in (one, two):
                row[network] = trained(context, network, rule)
            gaps = [b - a for a, b in zip(row[one].heights, row[two].heights, strict=True)]
            counter.count(case_of(two, rule.region), rule.met(gaps))
            records.append(rule.record(gaps))
        heights = {
            region: {network: each.heights for network, each in row.items()} for region, row in studies.items()
        }  # fmt: skip
        figures = [
            heights_panel(f"{name} {region}", name, list(row.values()), name.rpartition("_")[2],
                          f"{len(data()[0]):,} digits, {criteria.SCHEDULES[region][1]}")
            for region, row in studies.items() if key == "steps"
        ]  # fmt: skip
        return Finding(
            Strength.SAMPLE, f"comparisons on the digits, {_listed(context.profile)}", counter.tally, counter.regions,
            tuple(_other_orders(items, heights)), details={"criteria": records, "figures": _dumped(figures)},
        )  # fmt: skip

    return work


def _other_orders(items: list[Comparison], heights: dict[str, dict[Network, list[float]]]) -> Iterator[Mutant]:
    """The networks of each region in every other order (up to 24 of them): some comparison must be missed."""
    for region, row in heights.items():
        networks = list(row)
        rules = [(one, two, rule) for one, two, rule in items if rule.region == region]
        for order in itertools.islice(itertools.permutations(networks), 1, 25):
            renamed = dict(zip(networks, order, strict=True))
            missed = any(
                not rule.met([b - a for a, b in zip(row[renamed[one]], row[renamed[two]], strict=True)])
                for one, two, rule in rules
            )
            words = ", ".join(f"{layers} of {hidden}" for hidden, layers in order)
            yield Mutant(
                description=f"{region}: networks in the order {words}", caught=missed,
                by="a comparison is missed" if missed else "all comparisons are met as well",
            )  # fmt: skip


def _dumped(figures: list[Figure]) -> list[dict[str, Any]]:
    return [figure.model_dump(mode="json") for figure in figures]


def _listed(profile: Profile) -> str:
    parts = [f"{len(criteria.SEEDS[name, profile])} starts ({name})" for name in schedules(profile)]
    return ", ".join(parts)


def _published(make: Callable[[str, str, Profile], list[Comparison]], part: str) -> Rules:
    return lambda profile: [item for name in schedules(profile) for item in make(part, name, profile)]


def _suggested(make: Callable[[str], list[Comparison]]) -> Rules:
    """Ten epochs in the standard profile, both schedules in the thorough one."""
    runs = {Profile.QUICK: (), Profile.STANDARD: (criteria.EPOCHS,), Profile.THOROUGH: second.BOTH}
    return lambda profile: [item for name in runs[profile] for item in make(name)]


def _thorough(schedule: str) -> Rules:
    """The deepest networks, in the thorough profile alone."""
    return lambda profile: third.deep(schedule) if profile == Profile.THOROUGH else []


COMPARED: tuple[tuple[str, str, Rules], ...] = (
    ("kiselev2024.exp_width", "ends", _published(criteria.width, "ends")),
    ("kiselev2024.exp_width", "steps", _published(criteria.width, "steps")),
    ("kiselev2024.exp_depth", "ends", _published(criteria.depth, "ends")),
    ("kiselev2024.exp_depth", "steps", _published(criteria.depth, "steps")),
    ("hessproof.width_spread", "narrow", lambda profile: second.narrow() if profile != Profile.QUICK else []),
    ("hessproof.width_spread", "wide", _suggested(second.wide)),
    ("hessproof.loss_spread", "shallow", _suggested(second.shallow)),
    ("hessproof.loss_spread", "initial", lambda profile: criteria.initial_depth()),
    ("hessproof.deep_spread", "few", _thorough(criteria.EPOCHS)),
    ("hessproof.deep_spread", "many", _thorough(criteria.STEPS)),
)


def prepare(context: Context) -> None:
    """Train every network of the profile."""
    for network, rule in decay_rules(context.profile):
        trained(context, network, rule)
    for _, _, rules in COMPARED:
        for one, two, rule in rules(context.profile):
            for network in (one, two):
                trained(context, network, rule)


def demonstrate() -> None:
    """One step of training of a small network, and its curve."""
    inputs, targets = data()
    found = study(4, 1, inputs[:80], targets[:80], seeds=[0, 1], epochs=1, permutations=2)
    assert math.isfinite(fmean(found.heights) + fmean(found.slopes))


CHECKS = (
    FunctionCheck(
        "kiselev2024.exp_decay", "rate", "trained networks", Engine.FLOAT, IDEA, _decay, demonstrate, prepare=prepare
    ),
    *(
        FunctionCheck(
            name, key, "trained networks", Engine.FLOAT, IDEA, compared(name, key, rules), demonstrate, prepare=prepare
        )
        for name, key, rules in COMPARED
    ),
)
