"""The assumptions of the random model, each looked at on real two-layer networks, by criteria that were committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import numpy as np

from hessproof.numeric.two_layer.ensembles import DrawnNet, drawn_net, whitened_digits
from hessproof.numeric.two_layer.measurements import (
    data_numbers,
    free_numbers,
    model_shares,
    negative_shares,
    residual_numbers,
    spectrum,
    weights_numbers,
    wigner_number,
    wishart_number,
)
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.two_layer.assumption_controls import controls, demonstrate_controls
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.random_model import CLAIM, DRAWN, ENERGIES, ENERGY, MINIMUM, Setting, rules
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Strength
from hessproof.symbolic.architecture import Architecture

IDEA = "H_0 and H_1 of drawn networks in float64, measured and held against committed criteria"
PARTS = ("weights", "data", "residuals", "wishart", "wigner", "free", "usable")


def network(setting: Setting, seed: int) -> DrawnNet:
    """The network of a setting; drawn residuals have the energy `ENERGY`."""
    net = drawn_net(setting.activation, setting.n, setting.m, data=setting.data, seed=seed)
    if setting.place == DRAWN:
        return net.with_residuals(ENERGY, seed)
    return net.minimum() if setting.place == MINIMUM else net


def numbers(part: str, setting: Setting, seed: int) -> list[float]:
    """The numbers of one run, in the order of the criteria.

    Example:
        >>> numbers("wishart", Setting("linear", "gaussian", 2, 8, "initialisation"), 1)[0] > 0.4
        True
    """
    if part == "data":
        return data_numbers(whitened_digits()[0])
    net = network(setting, seed)
    if part == "weights":
        return weights_numbers(net)
    if part == "residuals":
        return residual_numbers(net.residuals, net.x)
    outer, error = net.parts()
    if part == "wishart":
        return [wishart_number(spectrum(outer), setting.tau)]
    if part == "wigner":
        return [wigner_number(spectrum(error))]
    if part == "free":
        return free_numbers(outer, error, np.random.default_rng([seed, 2]))
    found = negative_shares(outer, error / np.sqrt(2 * ENERGY), ENERGIES)
    model = model_shares(setting.tau, ENERGIES, setting.activation == "relu")
    return [max(abs(one - two) for one, two in zip(found, model, strict=True))]


def case_of(setting: Setting) -> Case:
    """The network, with its place and its data as traits."""
    architecture = Architecture((setting.n,) * 3, activation=setting.activation)
    rank = min(setting.n, setting.m)
    return Case(architecture, rank, rank, traits=frozenset({setting.place, f"{setting.data} data"}))


def grouped(part: str, profile: Profile) -> Iterator[tuple[Setting, list[Criterion]]]:
    """Settings with all their criteria."""
    for setting, pairs in groupby(rules(part, profile), lambda pair: pair[0]):
        yield setting, [rule for _, rule in pairs]


def _work(part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(CLAIM).part(part))
        records: list[dict[str, Any]] = []
        settings = list(grouped(part, context.profile))
        for setting, criteria in settings:
            values = [numbers(part, setting, seed) for seed in criteria[0].seeds]
            for found in values:
                met = all(rule.met(value) for rule, value in zip(criteria, found, strict=True))
                counter.count(case_of(setting), met)
            records += [
                rule.record([found[i] for found in values]) | {"met": sum(rule.met(found[i]) for found in values)}
                for i, rule in enumerate(criteria)
            ]
        mutants, own = controls(
            part, *settings[0], np.random.default_rng(context.seed_for(f"controls of {part}"))
        )  # fmt: skip
        return Finding(
            Strength.SAMPLE, f"settings of two-layer networks: {len(settings)}, n up to {settings[0][0].n}",
            counter.tally, counter.regions, tuple(mutants),
            details={"criteria": records, "the model's own matrices": own},
        )  # fmt: skip

    return work


def demonstrate() -> None:
    """Every number of one tiny network."""
    for part in PARTS:
        numbers(part, Setting("linear", "gaussian", 2, 8, MINIMUM if part == "weights" else DRAWN), 0)
    demonstrate_controls()


CHECKS = tuple(
    FunctionCheck(CLAIM, part, "drawn networks", Engine.FLOAT, IDEA, _work(part), demonstrate) for part in PARTS
)
