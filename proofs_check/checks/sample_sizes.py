"""Samples of several sizes and labels (§5.1, Fig. 2a): only the rank of their covariance enters the rank of H_L."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from hessproof.numeric.modular import blocked_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.reference import reference_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.generic_ranks import controls_of, survey
from hessproof.proofs_check.checks.measured import comparisons
from hessproof.proofs_check.checks.upper_bounds import bounded
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.surveys.draws import draw_instance
from hessproof.proofs_check.surveys.record import TARGETS, Draw, Record, Request
from hessproof.proofs_check.surveys.survey import measure
from hessproof.symbolic.architecture import Architecture

SAMPLES = "ranks measured modulo primes for samples of several sizes and labels, the data's rank kept"
DEFINITION = (
    "ranks of the Hessian that the Taylor coefficients of the loss give, for samples of several sizes and labels"
)

Route = Callable[[Sequence[Request]], list[Record]]


def sample_groups(context: Context, seed: int) -> Iterator[tuple[Architecture, int, list[Request]]]:
    """Architectures with some r, and samples of several sizes and labels whose covariances all have rank r."""
    rng = np.random.default_rng(seed)
    chosen = [record for record in survey(context).moments_first() if 1 <= record.architecture.parameters <= 60]
    count = {Profile.QUICK: 12, Profile.STANDARD: 40, Profile.THOROUGH: 150}[context.profile]
    for place in rng.choice(len(chosen), min(count, len(chosen)), replace=False):
        architecture, rank = chosen[place].architecture, max(1, chosen[place].data_rank)
        sizes = (rank, rank + 1, 2 * architecture.inputs + 3)
        yield (
            architecture,
            rank,
            [
                Request(architecture.widths, rank, -1, int(rng.integers(2**31)), 1, targets, size)
                for size in sizes
                for targets in TARGETS
            ],
        )


def by_definition(requests: Sequence[Request]) -> list[Record]:
    """The rank of H_L of each request, from the Taylor coefficients of the loss on the samples."""
    (prime,) = primes(1, below=2**22)
    found = []
    for request in requests:
        instance = draw_instance(request, request.seed)
        matrix = np.asarray(reference_hessian(instance, "loss", prime), dtype=np.float64)
        ranks = {"loss": blocked_rank(matrix, prime)}
        draws = (Draw(request.seed, prime),)
        found.append(
            Record(
                request.widths, instance.data_rank, instance.residual_rank, ranks, draws,
                targets=request.targets, samples=instance.samples,
            )
        )  # fmt: skip
    return found


def _samples_work(route: Route) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        part = claim("singh2021.samples").part("only_through_rank")
        counter = Counter(part)
        groups = list(sample_groups(context, context.seed_for("groups")))
        differ = False
        for architecture, rank, requests in groups:
            records = route(requests)
            inside = [one for one in records if part.in_domain(one.case)]
            found = {one.ranks["loss"] for one in inside}
            for one in inside:
                counter.count(one.case, len(found) == 1)
            differ = differ or (rank > 1 and _other_rank_differs(architecture, rank, found, route))
        control = Mutant(description="samples of another rank r", caught=differ, by="the rank of H_L changes")
        strength = Strength.CERTIFICATE if bounded("singh2021.samples", "only_through_rank") else Strength.SAMPLE
        return Finding(
            strength,
            f"{len(groups)} architectures and r, N = r, r + 1 and 2d + 3, labels {', '.join(TARGETS)}",
            counter.tally,
            counter.regions,
            (control,),
        )

    return work


def _other_rank_differs(architecture: Architecture, rank: int, found: set[int], route: Route) -> bool:
    """Whether data of rank 1 give another rank of H_L."""
    request = Request(architecture.widths, 1, -1, 7, 1, "free", 2)
    return route([request])[0].ranks["loss"] not in found


_DEMONSTRATED = Request((2, 2, 2), 1, -1, 3, 1, "free", 2)


def demonstrate_samples() -> None:
    """One sample, measured by the survey."""
    measure([_DEMONSTRATED])


def demonstrate_definition() -> None:
    """One sample, measured from the definition."""
    by_definition([_DEMONSTRATED])


def _prediction_work(context: Context) -> Finding:
    """Fact 7's value at the samples of all groups."""
    part = claim("singh2021.samples").part("prediction")
    counter, found = Counter(part), []
    for _, _, requests in sample_groups(context, context.seed_for("groups")):
        found += by_definition(requests)
    for record in found:
        (pair,) = comparisons(part, record)
        counter.count(record.case, pair[0] == pair[1])
    scope = f"{len(found)} samples, N = r, r + 1 and 2d + 3, labels {', '.join(TARGETS)}"
    controls = controls_of("singh2021.samples", "prediction", found)
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)


def _check(
    key: str, name: str, idea: str, work: Callable[[Context], Finding], show: Callable[[], None]
) -> FunctionCheck:
    return FunctionCheck(
        "singh2021.samples", key, name, Engine.EXACT, idea, work, show, survey, preliminaries.shallow_blocks
    )


CHECKS = (
    _check("only_through_rank", "sizes and labels", SAMPLES, _samples_work(measure), demonstrate_samples),
    _check("only_through_rank", "definition", DEFINITION, _samples_work(by_definition), demonstrate_definition),
    _check("prediction", "definition", DEFINITION, _prediction_work, demonstrate_definition),
)
