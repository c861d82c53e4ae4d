"""Minimisers of linear networks: ½(1 − φ) against the exact mean over targets, by projections and by determinants."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction

from hessproof.numeric.critical_points.linear_gram import gram_mean_energy
from hessproof.numeric.critical_points.linear_projection import mean_least_energy
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.two_layer import linear_minimum

PUBLISHED, REPAIR = "pennington2017.exp_minimisers", "hessproof.linear_minimisers"
PROJECTED = "the trace of what a projection leaves, by Gram–Schmidt in rational numbers"
DETERMINED = "quotients of Gram determinants of integers, summed over unit vectors"
SIZES = {Profile.QUICK: (2, 5), Profile.STANDARD: (3, 7), Profile.THOROUGH: (4, 10)}
"""Largest n and m."""
DRAWS = {Profile.QUICK: 2, Profile.STANDARD: 4, Profile.THOROUGH: 8}
"""Random inputs of each size, beside the unit vectors."""

Rows = list[list[int]]
Mean = Callable[[Rows], Fraction]
Formula = Callable[[int, int, int], Fraction]
HALF = Fraction(1, 2)


def ratio(width: int, samples: int) -> Fraction:
    """φ = 2n/m."""
    return Fraction(2 * width, samples)


FORMULAS: dict[str, Formula] = {
    "½(1 − φ)": lambda n, m, r: HALF * (1 - ratio(n, m)),
    "½(1 − φ)²": lambda n, m, r: HALF * (1 - ratio(n, m)) ** 2,
    "½(1 − φ/3)": lambda n, m, r: HALF * (1 - ratio(n, m) / 3),
    "½(1 − 2φ/3)": lambda n, m, r: HALF * (1 - 2 * ratio(n, m) / 3),
    "½(1 − φ/2)²": lambda n, m, r: HALF * (1 - ratio(n, m) / 2) ** 2,
    "1 − φ/2": lambda n, m, r: 1 - ratio(n, m) / 2,
    "½(1 + φ/2)": lambda n, m, r: HALF * (1 + ratio(n, m) / 2),
    "½(1 − φ/2)": lambda n, m, r: HALF * (1 - ratio(n, m) / 2),
    "½(1 − rk X/m)": lambda n, m, r: HALF * (1 - Fraction(r, m)),
}
"""The published formula, mutants of it, and the two of the repair."""


def inputs(profile: Profile) -> Iterator[tuple[int, int, int, Rows]]:
    """n, m, rk X and inputs as rows, for φ ≤ 1 and full rank, and for every smaller rank and φ ≤ 2."""
    largest, most = SIZES[profile]
    stream = random.Random("inputs of linear networks")
    for width in range(1, largest + 1):
        for samples in range(width, most + 1):
            for rank in range(width + 1):
                for _ in range(DRAWS[profile]):
                    yield width, samples, rank, _rows(stream, width, samples, rank)


def _rows(stream: random.Random, width: int, samples: int, rank: int) -> Rows:
    """Integer inputs of the given rank: unit vectors mixed by a unit triangular matrix, zeros below."""
    rows = [[int(i == j and j < rank) for j in range(width)] for i in range(samples)]
    for i in range(rank, samples):
        rows[i] = [stream.randint(-3, 3) if j < rank else 0 for j in range(width)]
    mixed = [[row[j] + sum(row[k] * ((j + k) % 3 - 1) for k in range(j)) for j in range(width)] for row in rows]
    stream.shuffle(mixed)
    return mixed


def _case(width: int, rank: int) -> Case:
    return Case(Architecture((width, width, width)), rank, 0)


def _published(mean: Mean, other: Mean, confirmed: str, context: Context) -> Finding:
    """The published formula on inputs of full rank with φ ≤ 1; its smallest failure is computed by both routes."""
    counter = Counter(CLAIMS[PUBLISHED].part("linear"))
    some = [each for each in inputs(context.profile) if each[2] == each[0] and 2 * each[0] <= each[1]]
    for width, samples, rank, rows in some:
        counter.count(_case(width, rank), mean(rows) == FORMULAS["½(1 − φ)"](width, samples, rank))
    rows = [[1], [1]]
    found = Counterexample(
        widths=[1, 1, 1], data_rank=1, residual_rank=1, predicted="0", measured=str(mean(rows)),
        inputs=[["1"], ["1"]], about="mean of the least energy over targets N(0, 1), n = 1, m = 2, φ = 1",
        order="n, then m", reproduce=f"hessproof verify {PUBLISHED}",
        confirmed_by=confirmed if mean(rows) == other(rows) else None,
    )  # fmt: skip
    scope = f"{len(some)} inputs of full rank with n ≤ {SIZES[context.profile][0]}, φ ≤ 1"
    return Finding(
        Strength.CERTIFICATE, scope, counter.tally, counter.regions, _mutants(mean, some, "½(1 − φ/2)"), found
    )  # fmt: skip


def _mutants(mean: Mean, some: list[tuple[int, int, int, Rows]], right: str) -> tuple[Mutant, ...]:
    """Every other formula, on the same inputs."""
    found = []
    for name, formula in FORMULAS.items():
        if name in (right, "½(1 − rk X/m)"):
            continue
        wrong = [each for each in some if mean(each[3]) != formula(*each[:3])]
        place = f"n = {wrong[0][0]}, m = {wrong[0][1]}" if wrong else "no input tells them apart"
        found.append(Mutant(description=f"{name} for {right}", caught=bool(wrong), by=place))
    return tuple(found)


def _repaired(part: str, mean: Mean, context: Context) -> Finding:
    counter = Counter(CLAIMS[REPAIR].part(part))
    right = "½(1 − φ/2)" if part == "full_rank" else "½(1 − rk X/m)"
    some = [each for each in inputs(context.profile) if part != "full_rank" or each[0] == each[2]]
    for width, samples, rank, rows in some:
        counter.count(_case(width, rank), mean(rows) == FORMULAS[right](width, samples, rank))
    scope = f"{len(some)} integer inputs with n ≤ {SIZES[context.profile][0]}, m ≤ {SIZES[context.profile][1]}"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, _mutants(mean, some, right))


def demonstrate_projection() -> None:
    """Two samples."""
    mean_least_energy([[1], [1]])


def demonstrate_gram() -> None:
    """Two samples."""
    gram_mean_energy([[1], [1]])


def demonstrate_derivation() -> None:
    """A derivation and a mutant."""
    linear_minimum.by_ratio().check(0, count=1)
    next(linear_minimum.by_ratio().mutants()).rejection()


DERIVATIONS = {
    "rank": lambda: (linear_minimum.by_rank(),),
    "full_rank": lambda: (linear_minimum.by_ratio(),),
}

ROUTES = (
    ("projection", PROJECTED, mean_least_energy, gram_mean_energy, demonstrate_projection),
    ("Gram determinants", DETERMINED, gram_mean_energy, mean_least_energy, demonstrate_gram),
)

CHECKS = (
    *(
        FunctionCheck(
            PUBLISHED, "linear", name, Engine.EXACT, idea,
            (lambda context, mean=mean, other=other, name=name: _published(mean, other, _other(name), context)),  # type: ignore[misc]
            demonstration,
        )
        for name, idea, mean, other, demonstration in ROUTES
    ),
    *(
        FunctionCheck(
            REPAIR, part, name, Engine.EXACT, idea,
            (lambda context, part=part, mean=mean: _repaired(part, mean, context)), demonstration,  # type: ignore[misc]
        )
        for part, (name, idea, mean, _, demonstration) in itertools.product(DERIVATIONS, ROUTES)
    ),
    *(
        FunctionCheck(
            REPAIR, part, "derivation", Engine.SYMBOLIC, DERIVED,
            (lambda context, make=make: examine(make(), context)), demonstrate_derivation, derivations=make,  # type: ignore[misc]
        )
        for part, make in DERIVATIONS.items()
    ),
)  # fmt: skip


def _other(name: str) -> str:
    return next(each[0] for each in ROUTES if each[0] != name)
