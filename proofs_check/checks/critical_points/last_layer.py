"""Every critical point has at most the energy of silence, and at most half of its eigenvalues are negative."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hessproof.numeric.critical_points.planted import RationalPoint, anywhere, planted
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.two_layer import last_layer

CLAIM = "hessproof.last_layer"
PLANTED = "rational points, critical ones with targets made for them: exact energies, and inertia by congruence"
SEEDS = {Profile.QUICK: 3, Profile.STANDARD: 10, Profile.THOROUGH: 40}
"""Points of each size, with and without ReLU."""
SIZES = ((1, 3), (1, 5), (2, 5), (2, 6))
"""n and m, with m > 2n so that errors are left. Fractions of n = 3 take seconds a point."""

WRONG: dict[str, Callable[[int], float]] = {
    "n² − 1": lambda n: n**2 - 1, "n²/2": lambda n: n**2 / 2, "n − 1": lambda n: n - 1,
}  # fmt: skip
"""Bounds on the index that some point has to break."""


def points(
    profile: Profile, make: Callable[[int, int, int, bool], RationalPoint]
) -> Iterator[tuple[RationalPoint, str]]:
    """Points and names of their activations."""
    for seed in range(SEEDS[profile]):
        for width, samples in SIZES:
            for relu in (False, True):
                yield make(seed, width, samples, relu), "relu" if relu else "linear"


def _energy(context: Context) -> Finding:
    """2mnε ≤ Σy², and = Σy² − Σŷ²; mutants: other factors of Σŷ², a smaller bound."""
    counter, wrong = Counter(CLAIMS[CLAIM].part("energy")), dict.fromkeys((0, 2, -1), False)
    smaller = False
    for point, activation in points(context.profile, planted):
        energy, silent = point.twice()
        outputs = sum(each**2 for row in point.outputs() for each in row)
        counter.count(_case(point, activation), energy <= silent and energy == silent - outputs)
        for factor in wrong:
            wrong[factor] |= energy != silent - factor * outputs
        smaller |= energy > silent / 2
    controls = [
        Mutant(description=f"{factor} Σŷ² for Σŷ²", caught=caught, by="energies") for factor, caught in wrong.items()
    ]
    controls.append(Mutant(description="half the energy of silence", caught=smaller, by="energies"))
    return _finding(counter, controls)


def _half(context: Context) -> Finding:
    """The index is at most n²; mutants: n² − 1, and half of it."""
    counter, most = Counter(CLAIMS[CLAIM].part("half")), dict[int, int]()
    for point, activation in points(context.profile, anywhere):
        width, index = len(point.first), point.index()
        most[width] = max(most.get(width, 0), index)
        counter.count(_case(point, activation), index <= width**2)
    controls = [
        Mutant(description=f"{name} for n²", caught=any(most[n] > bound(n) for n in most), by=f"largest index {most}")
        for name, bound in WRONG.items()
    ]
    return _finding(counter, controls)


def _finding(counter: Counter, controls: list[Mutant]) -> Finding:
    scope = f"{counter.tally.tried} exact points with n ≤ 2, without activation and with ReLU"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, tuple(controls))


def _case(point: RationalPoint, activation: str) -> Case:
    width = len(point.first)
    return Case(Architecture((width, width, width), activation=activation), width, 0)


def demonstrate_planted() -> None:
    """One point, its energy and its index."""
    point = planted(0, 1, 3, True)
    point.twice()
    point.index()


def demonstrate_derivation() -> None:
    """Both derivations and a mutant."""
    for derivation in (last_layer.energy(), last_layer.half()):
        derivation.check(0, count=1)
        next(derivation.mutants()).rejection()


CHECKS = tuple(
    check
    for part, work, make in (
        ("energy", _energy, lambda: (last_layer.energy(),)),
        ("half", _half, lambda: (last_layer.half(),)),
    )
    for check in (
        FunctionCheck(CLAIM, part, "rational points", Engine.EXACT, PLANTED, work, demonstrate_planted),
        FunctionCheck(
            CLAIM, part, "derivation", Engine.SYMBOLIC, DERIVED,
            (lambda context, make=make: examine(make(), context)), demonstrate_derivation, derivations=make,  # type: ignore[misc]
        ),
    )
)  # fmt: skip
