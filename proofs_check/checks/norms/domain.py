"""Where Theorem 1 is true: just above and just below its borders, at the networks that decide it, by two routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import isqrt

from hessproof.numeric.norms.instance import NormInstance, norm_instance
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.norms.points import FIRST, SECOND, Again, Point
from hessproof.proofs_check.checks.norms.reals import ball, precision
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.norms.bounds import BOUNDS

ABOVE, BELOW = Fraction(5947, 10000), Fraction(5945, 10000)
"""Rationals on both sides of 8^{-1/4} = 0.59460…"""
DEPTHS = {Profile.QUICK: (1, 2), Profile.STANDARD: (1, 2, 3), Profile.THOROUGH: (1, 2, 3, 4, 6)}
FAILING = ((Fraction(3, 5), 2, 2), (Fraction(2, 3), 2, 2), (Fraction(7, 10), 3, 2), (Fraction(3, 4), 3, 2),
           (Fraction(4, 5), 5, Fraction(12, 5)), (Fraction(17, 20), 9, 3))  # fmt: skip
"""M_W < 1, a depth L at which the bound of the Hessian fails, and ‖x‖ there."""


@dataclass(frozen=True)
class Trial:
    """A network, what its norm is compared with, and whether the published bound fails there by the statement."""

    instance: NormInstance
    quantity: str
    fails: bool


def identity(layers: int, size: Fraction, entry: Fraction) -> NormInstance:
    """W^l = M_W I, x = c(1, 1), two classes: the largest G-term at these M_W and M_x = √2 c."""
    weight = [[size, 0], [0, size]]
    return norm_instance([weight] * layers, [entry, entry], 0)


def chain(layers: int, size: Fraction, entry: Fraction) -> NormInstance:
    """W^l = M_W, W^L = a(1, −1)⊤ with √2 a just below M_W, x = c, the label of the less probable class."""
    last = Fraction(isqrt(10**12 * size.numerator**2 // (2 * size.denominator**2)), 10**6)
    return norm_instance([*([[[size]]] * (layers - 1)), [[last], [-last]]], [entry], 1)


def g_term_trials(profile: Profile) -> Iterator[Trial]:
    """Identity-like networks: the bound fails exactly where ½ L M_x² M_W^{2L−2} is above it."""
    for layers in DEPTHS[profile]:
        for size in (ABOVE, BELOW, Fraction(1), Fraction(1, 4)):
            for entry in (Fraction(1, 8), Fraction(10**4)):
                square = 2 * entry**2
                geometric = sum(size ** (2 * j) for j in range(1, layers + 1))
                right = layers * square * size ** (2 * layers) + geometric
                left = layers * square * size ** (2 * layers - 2) / 2
                yield Trial(identity(layers, size, entry), "gauss_newton", left**2 > 2 * right**2)


def large_trials(profile: Profile) -> Iterator[Trial]:
    """Chains with M_W ≥ 1, misclassified: the bound of the Hessian holds."""
    for layers in DEPTHS[profile]:
        for size in (Fraction(1), Fraction(5, 4), Fraction(2)):
            for entry in (Fraction(1, 4), Fraction(1), Fraction(4)):
                yield Trial(chain(layers, size, entry / size**layers), "hessian", False)


def small_trials(profile: Profile) -> Iterator[Trial]:
    """Chains with M_W < 1, misclassified, at a depth where the bound of the Hessian fails, and deeper ones."""
    for size, layers, entry in FAILING[: 3 if profile == Profile.QUICK else None]:
        for more in (0, 1) if profile == Profile.QUICK else (0, 1, 2):
            yield Trial(chain(layers + more, size, Fraction(entry) / size**more), "hessian", True)


TRIALS = {
    ("hessproof.g_term_norm", "domain"): g_term_trials,
    ("hessproof.hessian_norm", "domain"): large_trials,
    ("hessproof.hessian_norm", "below"): small_trials,
}
ROUTES: dict[str, tuple[type[Point], str]] = {
    "borders": (Point, f"networks on both sides of the borders of Theorem 1, by {FIRST}"),
    "borders again": (Again, f"networks on both sides of the borders of Theorem 1, by {SECOND}"),
}


@dataclass(frozen=True)
class Variant:
    """A wrong statement: other networks where the bound is said to fail or to hold, or another bound.

    Args:
        description: What it says.
        trials: The networks at which it is tried.
        factor: What the published bound is multiplied by.
    """

    description: str
    trials: Callable[[Profile], Iterator[Trial]]
    factor: Fraction = Fraction(1)


def _g_term_border(size: Fraction, fails: bool, profile: Profile) -> Iterator[Trial]:
    """Identity-like networks with a large input at an M_W beside the border, on the wrong side of it."""
    for layers in DEPTHS[profile]:
        yield Trial(identity(layers, size, Fraction(10**4)), "gauss_newton", fails)


def _beyond_large(profile: Profile) -> Iterator[Trial]:
    """A chain with M_W = 17/20, where the bound of the Hessian is said to hold."""
    size, layers, entry = FAILING[-1]
    yield Trial(chain(layers, size, Fraction(entry)), "hessian", False)


def _beyond_small(profile: Profile) -> Iterator[Trial]:
    """The chains of `small_trials` with M_W = 1, where the bound of the Hessian is said to fail."""
    for _, layers, entry in FAILING[:3]:
        yield Trial(chain(layers, Fraction(1), Fraction(entry)), "hessian", True)


VARIANTS = {
    ("hessproof.g_term_norm", "domain"): (
        Variant("Theorem 1's bound halved", g_term_trials, Fraction(1, 2)),
        Variant("M_W ≥ 0.5945 for M_W ≥ 8^{-1/4}", partial(_g_term_border, BELOW, False)),
        Variant("M_W ≥ 0.5948 for M_W ≥ 8^{-1/4}, tried at 0.5947", partial(_g_term_border, ABOVE, True)),
    ),
    ("hessproof.hessian_norm", "domain"): (
        Variant("a quarter of Theorem 1's bound", large_trials, Fraction(1, 4)),
        Variant("M_W ≥ 17/20 for M_W ≥ 1", _beyond_large),
    ),
    ("hessproof.hessian_norm", "below"): (
        Variant("Theorem 1's bound doubled", small_trials, Fraction(2)),
        Variant("M_W ≤ 1 for M_W < 1", _beyond_small),
    ),
}
"""Wrong variants of each statement; a check notices one where it proves the opposite at a network."""


def fails_at(trial: Trial, route: str, factor: Fraction = Fraction(1)) -> bool | None:
    """Whether the norm is above the bound times a factor: proved, proved not to be, or None where the balls overlap."""
    point = ROUTES[route][0](trial.instance)
    with precision():
        norm, bound = point.measured(trial.quantity), point.bound("thm1") * ball(factor)
        if norm > bound:
            return True
        return False if norm <= bound else None


def agrees(trial: Trial, route: str, factor: Fraction = Fraction(1)) -> bool | None:
    """Whether the bound fails at a network exactly if the statement says so; None where that is undecided."""
    found = fails_at(trial, route, factor)
    return None if found is None else found == trial.fails


def noticed(variant: Variant, route: str, profile: Profile) -> Mutant:
    """A wrong variant at its networks, by the comparison of the check itself."""
    for trial in variant.trials(profile):
        if agrees(trial, route, variant.factor) is False:
            by = f"a network {trial.instance.architecture} where the norm is proved {_side(trial)} the bound"
            return Mutant(description=variant.description, caught=True, by=by)
    return Mutant(description=variant.description, caught=False, by="no network contradicts it")


def _side(trial: Trial) -> str:
    return "not above" if trial.fails else "above"


def _work(name: str, key: str, route: str, context: Context) -> Finding:
    counter = Counter(claim(name).part(key))
    trials = list(TRIALS[name, key](context.profile))
    for trial in trials:
        counter.count(Case(trial.instance.architecture, 1, 1), agrees(trial, route))
    return Finding(
        Strength.SAMPLE,
        f"{len(trials)} networks, {sum(trial.fails for trial in trials)} of them where the published bound fails",
        counter.tally,
        counter.regions,
        tuple(noticed(variant, route, context.profile) for variant in VARIANTS[name, key]),
    )


def state() -> None:
    """Write the bound down."""
    for layers in (1, 2):
        BOUNDS["thm1"].at(layers)


def demonstrate_first() -> None:
    """One network of each part, by matrices."""
    for trials in TRIALS.values():
        agrees(next(trials(Profile.QUICK)), "borders")


def demonstrate_second() -> None:
    """The same by the definition."""
    for trials in TRIALS.values():
        agrees(next(trials(Profile.QUICK)), "borders again")


CHECKS = tuple(
    FunctionCheck(
        name, key, route, Engine.BALL, ROUTES[route][1], partial(_work, name, key, route),
        demonstrate_first if route == "borders" else demonstrate_second, None, state,
    )
    for name, key in TRIALS
    for route in ROUTES
)  # fmt: skip
