"""Width and depth on the features of a pre-trained encoder, where a file with such features is given.

The features do not come with this package, and features of anything else would say nothing about the statement; so
without them the parts are not checked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from hessproof.numeric.features.files import Features, load_features
from hessproof.numeric.landscape.protocol import EPOCHS, OBJECTS, published_network
from hessproof.numeric.landscape.study import Study, study
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import landscape as criteria
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Unavailable
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

CLAIM = "kiselev2024.exp_features"
IDEA = "heads trained by Adam on given features from several random starts, 100 random orders of the objects for each"
REMEDY = (
    "features of a pre-trained encoder are needed: make them with python -m hessproof.numeric.features (extra vit), "
    "then give the file with hessproof verify kiselev2024.exp_features --features FILE"
)


def given(context: Context) -> Features:
    """The features that are given.

    Raises:
        Unavailable: If there are none.
    """
    if context.features is None:
        raise Unavailable(REMEDY)
    return load_features(context.features)


def _study(network: tuple[int, int], features: Features, seeds: tuple[int, ...]) -> Study:
    values, targets = features.values[:OBJECTS], features.targets[:OBJECTS]
    return study(*network, values, targets, seeds=seeds, epochs=EPOCHS)


def compared(key: str) -> Callable[[Context], Finding]:
    """Judge every comparison of a part."""

    def work(context: Context) -> Finding:
        features = given(context)
        counter = Counter(claim(CLAIM).part(key))
        records: list[dict[str, Any]] = []
        controls: list[Mutant] = []
        for one, two, rule in criteria.features(key):
            heights = []
            for network in (one, two):
                name = f"features-{network[0]}-{network[1]}"
                heights.append(context.shared(name, partial(_study, network, features, rule.seeds)).heights)
            gaps = [b - a for a, b in zip(*heights, strict=True)]
            architecture = published_network(features.values.shape[1], features.targets.shape[1], *two)
            counter.count(Case(architecture, architecture.inputs, architecture.outputs), rule.met(gaps))
            records.append(rule.record(gaps))
            missed = not rule.met([-gap for gap in gaps])
            controls.append(Mutant(description=f"{rule.measures}, exchanged", caught=missed, by="the criterion"))
        scope = (
            f"{min(len(features.values), OBJECTS):,} objects of {features.name}, {len(criteria.FEATURE_SEEDS)} starts"
        )
        return Finding(
            Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls), details={"criteria": records}
        )

    return work


def demonstrate() -> None:
    """One epoch on a few made-up features."""
    stream = np.random.default_rng(0)
    features = Features("made up", stream.standard_normal((20, 6)), np.arange(20) % 3)
    study(4, 1, features.values, features.targets, seeds=[0, 1], epochs=1, permutations=2)


CHECKS = tuple(
    FunctionCheck(CLAIM, key, "heads on features", Engine.FLOAT, IDEA, compared(key), demonstrate)
    for key in ("width", "depth")
)
