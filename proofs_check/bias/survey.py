"""Measure the generic ranks of networks with bias, modulo large primes.

Exact instances are drawn, the blocks of the chain T^L ⋯ T^1 assembled on the rows that are parameters, and ranked with
FLINT; :mod:`hessproof.proofs_check.bias.definition` is the second route. One case again, as JSON::

    python -m hessproof.proofs_check.bias.survey 1-1-2 --data-rank 1 --augmented-data-rank 2
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.bias.data import chosen_ranks
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.kernels import Factors, Part, Rectangle, assemble
from hessproof.numeric.primes import primes
from hessproof.proofs_check.bias.cases import biased_cases, case_key, with_bias
from hessproof.proofs_check.bias.draws import draw_case
from hessproof.proofs_check.bias.record import BiasRecord, BiasSurvey
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.record import Draw
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS: tuple[Part, ...] = ("outer", "functional", "loss")
PRIMES = primes(4)
RANGES = {Profile.QUICK: (2, 2, 60), Profile.STANDARD: (3, 3, 200), Profile.THOROUGH: (4, 3, 4000)}
"""By profile: depth and width up to which every architecture is taken with every case, and larger random cases."""
DRAWS = {Profile.QUICK: 1, Profile.STANDARD: 1, Profile.THOROUGH: 2}
"""Independent instances of a case; more are drawn where the ranks stay below the bound for every parameter."""


def planned(profile: Profile, seed: int) -> tuple[list[Case], str]:
    """The cases of a profile and what they are, in words; the same profile and seed always give the same cases.

    Example:
        >>> planned(Profile.QUICK, 0)[1].partition(";")[0]
        'all 12 architectures with bias, L ≤ 2 and widths ≤ 2, every r, r̃, s, s̃ and E[δ]'
    """
    depth, width, more = RANGES[profile]
    small = architectures_within(depth, width)
    found = [case for one in small for case in biased_cases(with_bias(one))]
    rng = np.random.default_rng([seed, 12])
    for _ in range(more):
        widths = np.floor(np.exp(rng.uniform(0.0, np.log(7), size=int(rng.integers(2, 7))))).astype(int)
        choice = list(biased_cases(Architecture(tuple(int(w) for w in widths), bias=True)))
        found.append(choice[int(rng.integers(len(choice)))])
    unique = sorted(dict.fromkeys(found), key=case_key)
    scope = (
        f"all {len(small)} architectures with bias, L ≤ {depth} and widths ≤ {width}, every r, r̃, s, s̃ and E[δ]; "
        f"{more} cases with L ≤ 5, widths ≤ 6"
    )
    return unique, scope


def survey(profile: Profile, seed: int, progress: Callable[[int, int], None] | None = None) -> BiasSurvey:
    """All cases of a profile by the first route."""
    cases, scope = planned(profile, seed)
    records = []
    for number, case in enumerate(cases):
        records.append(measure(case, seed, DRAWS[profile]))
        if progress is not None:
            progress(number + 1, len(cases))
    return BiasSurvey(tuple(records), scope)


def measure(case: Case, seed: int = 0, draws: int = 2) -> BiasRecord:
    """The record of a case by the blocks of the augmented chain.

    Example:
        >>> dict(measure(Case(Architecture((1, 1, 2), bias=True), 1, 1, 2, 2, 1)).ranks)
        {'outer': 4, 'functional': 4, 'loss': 6}
    """
    drawn = [Draw(seed + number, PRIMES[number % len(PRIMES)]) for number in range(draws)]
    found = [_ranks(draw_case(case, draw.seed), draw.prime) for draw in drawn]
    return BiasRecord(case, {part: max(ranks[part] for ranks in found) for part in PARTS}, tuple(drawn), seed)


def _ranks(instance: Instance, prime: int) -> dict[Part, int]:
    def residues(matrix: IntegerMatrix) -> NDArray[np.int64]:
        return np.asarray(matrix % prime, dtype=np.int64)

    def product(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        return (left @ right) % prime

    weights = [residues(weight) for weight in instance.weights]
    factors = Factors(
        weights, residues(instance.sigma), residues(instance.omega), product, lambda tile: tile % prime, bias=True
    )
    every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
    outer, functional = (assemble(factors, part, every, every) for part in PARTS[:2])
    return {
        "outer": flint_rank(outer, prime),
        "functional": flint_rank(functional, prime),
        "loss": flint_rank(outer + functional, prime),
    }


def cases_of(text: str, given: argparse.Namespace) -> Case:
    """The case that a command line names; what it leaves open is as large as it can be.

    Raises:
        UnusableRequest: If no data have such ranks.
    """
    architecture = Architecture.parse(text, bias=True)
    r = architecture.inputs if given.data_rank is None else given.data_rank
    s = max(0, min(r, architecture.outputs)) if given.residual_rank is None else given.residual_rank
    augmented = given.augmented_data_rank, given.augmented_residual_rank, given.residual_mean
    ranks = chosen_ranks(architecture, r, s, *augmented)
    return Case(architecture, r, s, ranks.augmented_data, ranks.augmented_residual, ranks.residual_mean)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one case and print its ranks as JSON; 2 if the request was unusable."""
    parser = argparse.ArgumentParser(prog="python -m hessproof.proofs_check.bias.survey", description=__doc__)
    parser.add_argument("widths", help="for instance 1-1-2")
    for name in ("data-rank", "augmented-data-rank", "residual-rank", "augmented-residual-rank"):
        parser.add_argument(f"--{name}", type=int, default=None)
    parser.add_argument("--residual-mean", type=int, choices=(0, 1), default=None, help="rk E[δ]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--draws", type=int, default=2)
    given = parser.parse_args(arguments)
    try:
        record = measure(cases_of(given.widths, given), given.seed, given.draws)
    except UnusableRequest as problem:
        print(problem, file=sys.stderr)
        return 2
    print(json.dumps(shown(record), indent=2))
    return 0


def shown(record: BiasRecord) -> dict[str, object]:
    """A record as JSON values."""
    case = record.case
    return {
        "widths": list(case.architecture.widths),
        "bias": True,
        "data_rank": case.data_rank,
        "augmented_data_rank": case.augmented_data_rank,
        "residual_rank": case.residual_rank,
        "augmented_residual_rank": case.augmented_residual_rank,
        "residual_mean": case.residual_mean,
        "ranks": dict(record.ranks),
        "seed": record.seed,
    }


if __name__ == "__main__":
    sys.exit(main())
