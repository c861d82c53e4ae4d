"""The range of the Hessian (§3.2) and the labels' absence from the diagonal blocks, against the definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.instance import data_instance
from hessproof.numeric.operators import HessianOperator
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.samples import Sample, make_sample, samples, scope, tiny
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

Array = NDArray[Any]

SWEEPS = "the two sweeps of §3.2 in integers, compared with the Hessian that hyper-dual numbers find"
LABELS = "the definition's Hessian at two sets of labels"
DIRECTIONS = 3


def _integers(sample: Sample) -> tuple[list[Array], Array, Array]:
    """Weights, Σ and Ω as int64; the samples' entries are so small that no product of them overflows."""
    instance = sample.instance
    weights = [np.asarray(weight, dtype=np.int64) for weight in instance.weights]
    return weights, np.asarray(instance.sigma, dtype=np.int64), np.asarray(instance.omega, dtype=np.int64)


def swept(sample: Sample, part: str, vectors: Array, variant: str = "") -> Array:
    """The part of the Hessian times ``vectors``, by the formulas of §3.2; ``variant`` makes them wrong."""
    weights, sigma, omega = _integers(sample)
    if variant == "−Ω for Ω":
        omega = -omega
    elif variant == "2Σ for Σ":
        sigma = 2 * sigma
    elif variant == "order of the layers reversed in Δθ":
        vectors = vectors[::-1]
    elif variant == "W^1 doubled in the chains":
        weights = [2 * weights[0], *weights[1:]]
    product = HessianOperator(weights, sigma, omega, "outer" if part == "outer" else "functional").apply(vectors)
    return np.asarray(product)


WRONG = {
    "outer": ("2Σ for Σ", "order of the layers reversed in Δθ", "W^1 doubled in the chains"),
    "functional": ("−Ω for Ω", "order of the layers reversed in Δθ", "W^1 doubled in the chains"),
}


def sweep_agrees(sample: Sample, part: str, rng: np.random.Generator, variant: str = "") -> bool:
    """Whether the sweeps and the definition agree on a few random integer directions."""
    vectors = rng.integers(-9, 10, (sample.loss.shape[0], DIRECTIONS))
    expected = getattr(sample, part) @ vectors.astype(object)
    return bool(np.all(swept(sample, part, vectors, variant) == expected))


def _sweep_work(row: str, part: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = samples(context)
        counter = Counter(claim(f"singh2021.{row}").part("main"))
        rng = np.random.default_rng(context.seed_for(row))
        for sample in found:
            counter.count(sample.case, sweep_agrees(sample, part, rng))
        controls = tuple(
            Mutant(
                description=variant,
                caught=not all(sweep_agrees(sample, part, rng, variant) for sample in found),
                by="products differ",
            )
            for variant in WRONG[part]
        )
        details = {"directions at each instance": DIRECTIONS}
        return Finding(Strength.SAMPLE, scope(found), counter.tally, counter.regions, controls, details=details)

    return work


def labels_matter(sample: Sample, rng: np.random.Generator, *, off_diagonal: bool = False) -> bool:
    """Whether other labels change a diagonal block, or another block if ``off_diagonal``."""
    instance = sample.instance
    assert instance.targets is not None
    targets = instance.targets + rng.integers(1, 9, instance.targets.shape)
    other = data_instance(instance.architecture, instance.inputs, targets, weights=instance.weights)
    change = reference_hessian(other, "loss") - sample.loss
    for part in instance.architecture.slices:
        if not off_diagonal and change[part, part].any():
            return True
        change[part, part] = 0
    return off_diagonal and bool(change.any())


def _labels_work(context: Context) -> Finding:
    found = samples(context)
    counter = Counter(claim("singh2021.diag").part("independent_of_y"))
    rng = np.random.default_rng(context.seed_for("labels"))
    for sample in found:
        counter.count(sample.case, not labels_matter(sample, rng))
    control = Mutant(
        description="all blocks independent of y",
        caught=any(labels_matter(sample, rng, off_diagonal=True) for sample in found),
        by="blocks off the diagonal change with y",
    )
    return Finding(Strength.SAMPLE, scope(found), counter.tally, counter.regions, (control,))


def demonstrate_sweeps() -> None:
    """Both sweeps at one tiny instance."""
    sample, rng = make_sample(tiny()), np.random.default_rng(0)
    sweep_agrees(sample, "outer", rng)
    sweep_agrees(sample, "functional", rng)


def demonstrate_labels() -> None:
    """Two sets of labels at one tiny instance."""
    labels_matter(make_sample(tiny()), np.random.default_rng(0))


def _sweep_check(row: str, part: str) -> FunctionCheck:
    work = _sweep_work(row, part)
    return FunctionCheck(f"singh2021.{row}", "main", "sweeps", Engine.EXACT, SWEEPS, work, demonstrate_sweeps, samples)


CHECKS = (
    _sweep_check("range_o", "outer"),
    _sweep_check("range_f", "functional"),
    FunctionCheck(
        "singh2021.diag",
        "independent_of_y",
        "two sets of labels",
        Engine.EXACT,
        LABELS,
        _labels_work,
        demonstrate_labels,
        samples,
    ),
)
