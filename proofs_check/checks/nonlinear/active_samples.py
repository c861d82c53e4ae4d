"""Assumption A2 of Singh et al. 2021: experiments at N = 2d + 1, and how likely a neuron misses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.datasets import digits
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.rectified.active import flips_that_miss, share_exactly, share_in_floats
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVATION
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.degeneracy import A2_AMPLE, A2_DIGITS, A2_GAUSSIAN, A2_INTEGERS
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.nonlinear import active_samples

Array = npt.NDArray[Any]

FLOAT_IDEA = "the rank of each neuron's active samples by singular values, at Glorot weights, for fixed seeds"
EXACT_IDEA = "the rank over Q of each neuron's active samples, at integer weights and inputs, for fixed seeds"
FLIPS_IDEA = "all 2^N ways to turn samples round, with exact ranks of the active ones"
UNION_IDEA = "the exact probability for one neuron, times the number of neurons"
LARGEST = {Profile.QUICK: 5, Profile.STANDARD: 7, Profile.THOROUGH: 10}
"""Largest N for which all sign patterns are tried."""


def gaussian_share(seed: int, inputs: int, hidden: int, samples: int) -> float:
    """The share of active neurons that meet A2: standard normal inputs, Glorot normal W^1."""
    rng = np.random.default_rng(seed)
    return share_in_floats(_glorot(rng, hidden, inputs), rng.standard_normal((samples, inputs)))


def digit_share(seed: int) -> float:
    """The same on 129 digit images drawn without replacement."""
    rng, images = np.random.default_rng(seed), np.asarray(digits().inputs, dtype=np.float64)
    chosen = images[rng.permutation(len(images))[:129]]
    return share_in_floats(_glorot(rng, 30, 64), chosen)


def integer_share(seed: int) -> float:
    """The same for integer weights and inputs, d = 8, N = 17, 12 neurons."""
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(-(10**6), 10**6 + 1, shape).astype(object) for shape in ((12, 8), (17, 8))]
    return share_exactly(drawn[0], drawn[1])


def _glorot(rng: np.random.Generator, rows: int, columns: int) -> Array:
    return np.asarray(rng.standard_normal((rows, columns)) * np.sqrt(2 / (rows + columns)))


def _experiment(
    name: str, key: str, runs: Sequence[tuple[Criterion, Callable[[int], float]]], control: Callable[[int], float]
) -> Callable[[Context], Finding]:
    """Run criteria on all their seeds; the control has to fall on the other side of its criterion."""

    def work(context: Context) -> Finding:
        tally, records = Tally(), []
        for criterion, run in runs:
            values = [run(seed) for seed in criterion.seeds]
            for value in values:
                tally.count(criterion.met(value))
            records.append(criterion.record(values))
        first = runs[0][0]
        expected = not first.met(control(first.seeds[0]))
        control_is = "N = d samples, where hardly any neuron can meet A2"
        return Finding(
            Strength.SAMPLE,
            "; ".join(criterion.configuration for criterion, _ in runs),
            tally,
            controls=(Mutant(description=control_is, caught=expected, by="it misses the criterion"),),
            details={"criteria": records},
        )

    return work


def probability(context: Context) -> Finding:
    """The expected share at N = 2d + 1 for symmetric inputs, exactly; the criterion asks for 1."""
    tally, shares = Tally(), {}
    for d in (2, 8, 16, 64):
        share = 1 - Fraction(active_samples.missed(2 * d + 1, d), 2 ** (2 * d + 1))
        shares[f"d = {d}, N = {2 * d + 1}"] = float(share)
        tally.count(share >= 1)
    one = 1 - Fraction(active_samples.missed(3, 1), 8)
    control = Mutant(description="d = 1, where one active sample is enough", caught=one == 1, by="probability 1")
    return Finding(
        Strength.SAMPLE,
        "independent symmetric inputs in general position, N = 2d + 1",
        tally,
        controls=(control,),
        details={"probability that a neuron is inactive or meets A2": shares},
    )


def flips(context: Context) -> Finding:
    """Every sign pattern of small sets of samples in general position."""
    part = claim("hessproof.active_samples").part("flips")
    counter, wrong = Counter(part), 0
    rng = np.random.default_rng(context.seed_for("flips") % 2**31)
    largest = LARGEST[context.profile]
    for samples in range(1, largest + 1):
        for rank in range(1, min(samples, 4) + 1):
            inputs, row = _general_position(rng, samples, rank)
            found, stated = flips_that_miss(row, inputs), active_samples.missed(samples, rank)
            counter.count(Case(Architecture((4, 1, 1), activation="relu"), rank, 0), found == stated)
            wrong += found != stated + 1
    controls = (
        Mutant(description="the number plus one", caught=wrong == counter.tally.tried, by="every count differs"),
    )
    scope = f"all sign patterns of N ≤ {largest} samples of each rank r ≤ 4, drawn in general position"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)


def _general_position(rng: np.random.Generator, samples: int, rank: int) -> tuple[Array, Array]:
    """N × 4 integers of rank r, and w with w·x ≠ 0; drawn from so large a range that every r samples have rank r."""
    while True:
        factors = rng.integers(-999, 1000, (samples, rank)), rng.integers(-999, 1000, (rank, 4))
        inputs, row = (factors[0] @ factors[1]).astype(object), rng.integers(-999, 1000, 4).astype(object)
        if bool(np.all(inputs @ row != 0)) and exact_rank(inputs).value == rank:
            return inputs, row


def union_bound(context: Context) -> Finding:
    """30 neurons, d = 16, N = 80: the probability that one of them misses A2."""
    bound = 30 * Fraction(active_samples.missed(80, 16), 2**80)
    tally = Tally()
    tally.count(bound < Fraction(1, 10**6))
    fewer = 30 * Fraction(active_samples.missed(33, 16), 2**33)
    control = Mutant(
        description="N = 2d + 1 in place of 5d", caught=fewer >= Fraction(1, 10**6), by="a bound above 1e-6"
    )
    details = {"probability at most": float(bound), "at N = 2d + 1": float(fewer)}
    return Finding(Strength.SAMPLE, "symmetric inputs in general position", tally, controls=(control,), details=details)


def demonstrate_floats() -> None:
    """One share in floating point."""
    gaussian_share(1, 2, 3, 5)
    digit_share(1)


def demonstrate_exactly() -> None:
    """One share over Q."""
    integer_share(1)


def demonstrate_flips() -> None:
    """One count of sign patterns."""
    flips_that_miss(*reversed(_general_position(np.random.default_rng(0), 3, 2)))


def demonstrate_count() -> None:
    """The count and its derivation."""
    active_samples.missed(5, 2)
    active_samples.count().check(0, count=1)


def state() -> None:
    """Write the count down."""
    active_samples.missed(1, 1)


_A2 = "singh2021.a2"
_REPAIR = "hessproof.active_samples"

CHECKS = (
    FunctionCheck(
        _A2, "main", "experiments", Engine.FLOAT, FLOAT_IDEA,
        _experiment(
            _A2, "main",
            ((A2_GAUSSIAN, lambda seed: gaussian_share(seed, 16, 30, 33)), (A2_DIGITS, digit_share)),
            lambda seed: gaussian_share(seed, 16, 30, 16),
        ),
        demonstrate_floats,
    ),
    FunctionCheck(
        _A2, "main", "integers", Engine.EXACT, EXACT_IDEA,
        _experiment(_A2, "main", ((A2_INTEGERS, integer_share),), lambda seed: gaussian_share(seed, 8, 12, 8)),
        demonstrate_exactly,
    ),
    FunctionCheck(_A2, "main", "probability", Engine.SYMBOLIC, UNION_IDEA, probability, demonstrate_count),
    FunctionCheck(
        _REPAIR, "flips", "derivation", Engine.SYMBOLIC, DERIVATION,
        lambda context: examine((active_samples.count(),), context), demonstrate_count,
        derivations=lambda: (active_samples.count(),),
    ),
    FunctionCheck(_REPAIR, "flips", "sign patterns", Engine.EXACT, FLIPS_IDEA, flips, demonstrate_flips, None, state),
    FunctionCheck(
        _REPAIR, "ample", "experiments", Engine.FLOAT, FLOAT_IDEA,
        _experiment(
            _REPAIR, "ample", ((A2_AMPLE, lambda seed: gaussian_share(seed, 16, 30, 80)),),
            lambda seed: gaussian_share(seed, 16, 30, 16),
        ),
        demonstrate_floats,
    ),
    FunctionCheck(_REPAIR, "ample", "union bound", Engine.EXACT, UNION_IDEA, union_bound, demonstrate_count),
)  # fmt: skip
