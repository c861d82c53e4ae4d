"""Exact quadratic losses with Hessians whose spectra are known: what one more object changes, from the two averages.

Both sides of a statement are fractions, so that equalities and inequalities are decided; wrong variants of each
formula are generated and must fail on the same losses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from hessproof.numeric.landscape.formula_values import fraction_value
from hessproof.numeric.landscape.known_spectrum import Growth, Vector, dot, drawn
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_convergence import QUADRATIC_LOSSES
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.statement import Statement, statement

IDEA = "averages of exact quadratic losses at two points, Hessians conjugated by rational reflections"
COUNT = {Profile.QUICK: 16, Profile.STANDARD: 100, Profile.THOROUGH: 1000}
MOST_CONTROLS = {Profile.QUICK: 8, Profile.STANDARD: 20, Profile.THOROUGH: 100}
TRIED_BY_CONTROLS = 24
"""How many of the instances a wrong variant is tried on."""


@dataclass(frozen=True, slots=True)
class Test:
    """A statement about quadratics.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        key: Name of the formula, its right side.
        relation: ``==`` or ``<=``.
        left: The left side, from the losses and h.
        critical: Whether θ* must be a common critical point.
        definite: Whether Hessians must be positive semidefinite.
    """

    claim: str
    part: str
    key: str
    relation: str
    left: Callable[[Growth, Vector], Fraction]
    critical: bool = True
    definite: bool = False


def changed(growth: Growth, h: Vector) -> Fraction:
    """𝓛_{k+1} − 𝓛_k at θ* + h."""
    return growth.change(h)


def size(growth: Growth, h: Vector) -> Fraction:
    """Its absolute value."""
    return abs(growth.change(h))


def levels_apart(growth: Growth, h: Vector) -> Fraction:
    """|ℓ_{k+1} − (1/k)Σℓ_i| at θ*."""
    means = growth.means(h)
    return abs(means["a_new"] - means["a_old"])


def gap(growth: Growth, h: Vector) -> Fraction:
    """‖H_{k+1} − (1/k)ΣH_i‖."""
    return growth.gap


def mean_slope(growth: Growth, h: Vector) -> Fraction:
    """∇𝓛_{k+1}(θ* + h)·h, which is (k∇𝓛_k + ∇ℓ_{k+1})·h/(k + 1)."""
    slopes = [each.slope_at(h) for each in growth.objects]
    return sum((dot(slope, h) for slope in slopes), Fraction(0)) / len(slopes)


TESTS = (
    Test("kiselev2024.difference", "main", "difference", "==", changed, critical=False),
    Test("kiselev2024.triangle", "main", "triangle", "<=", size),
    Test("kiselev2024.lemma2", "losses", "losses", "<=", levels_apart, definite=True),
    Test("kiselev2024.lemma2", "hessians", "hessians", "<=", gap),
    Test("hessproof.common_minimum", "gradients", "gradient", "==", mean_slope, critical=False),
    Test("hessproof.taylor_difference", "difference", "corrected", "==", changed),
    Test("hessproof.taylor_difference", "any_point", "any_point", "==", changed, critical=False),
    Test("hessproof.taylor_difference", "bound", "corrected_triangle", "<=", size),
    Test("hessproof.sample_size", "quadratic", "definite", "<=", size, definite=True),
)


def instances(test: Test, seed: int, count: int) -> Iterator[tuple[Growth, Vector, dict[str, Fraction]]]:
    """Losses, a step h, and the numbers that the formula's letters stand for.

    Half of the steps are eigenvectors, on which norms are attained, some of them small; in the other half the
    components are drawn.
    """
    for number in range(count):
        growth = drawn(seed, number, critical=test.critical, definite=test.definite)
        h = [entry * (number % 5 + 1) / 2 for entry in growth.worst()]
        if number % 8 >= 4:
            h = [Fraction((3 * number + 5 * i) % 7 - 3, 2) for i in range(len(h))]
        yield growth, h, numbers(test, growth, h)


def numbers(test: Test, growth: Growth, h: Vector) -> dict[str, Fraction]:
    """The letters of the formulas; ‖h‖ is rational only for eigenvectors, so that M_H‖h‖² goes into one letter."""
    found = growth.means(h)
    if test.key == "difference":
        values = [each.at(h) for each in growth.objects]
        found |= {"a_new": values[-1], "a_old": sum(values[:-1], Fraction(0)) / growth.k}
    if test.key == "gradient":
        slopes = [dot(each.slope_at(h), h) for each in growth.objects]
        found |= {"a_new": slopes[-1], "a_old": sum(slopes[:-1], Fraction(0)) / growth.k}
    square = dot(h, h)
    return found | {
        "k": Fraction(growth.k),
        r"M_{\ell}": max(each.level for each in growth.objects),
        r"M_{\mathbf{H}}": max(each.norm for each in growth.objects) * (square if test.definite else 1),
        r"\lVert\Delta\mathbf{H}\rVert": growth.gap * square,
        r"\lVert h \rVert": Fraction(1),
        "R": Fraction(1),
    }


def judged(test: Test, stated: Statement, growth: Growth, h: Vector, known: dict[str, Fraction]) -> bool | None:
    """Whether the statement holds there."""
    return compared(test, stated.expression, stated, growth, h, known)


def compared(
    test: Test, expression: object, stated: Statement, growth: Growth, h: Vector, known: dict[str, Fraction]
) -> bool | None:
    """Whether the left side and this right side are in the relation; None if the right side divides by zero."""
    try:
        right = fraction_value(expression, stated.letters, known)
    except ZeroDivisionError:
        return None
    left = test.left(growth, h)
    return left == right if test.relation == "==" else left <= right


def work(test: Test, context: Context) -> Finding:
    """Judge drawn losses, and generated wrong variants of the formula on some of them."""
    stated, counter = statement(test.key), Counter(claim(test.claim).part(test.part))
    found = list(instances(test, context.seed_for(f"quadratics-{test.key}"), COUNT[context.profile]))
    attained = 0
    for growth, h, known in found:
        case = Case(Architecture((len(h), 1)), len(h), 1, traits=frozenset({QUADRATIC_LOSSES}))
        counter.count(case, judged(test, stated, growth, h, known))
        attained += test.left(growth, h) == fraction_value(stated.expression, stated.letters, known)
    return Finding(
        Strength.SAMPLE, f"{len(found)} drawn families of quadratics, up to 4 parameters, k ≤ 5", counter.tally,
        counter.regions, tuple(_controls(test, stated, found[:TRIED_BY_CONTROLS], MOST_CONTROLS[context.profile])),
        details={"equality": f"on {attained} of them"} if test.relation == "<=" else {},
    )  # fmt: skip


def _controls(
    test: Test, stated: Statement, found: list[tuple[Growth, Vector, dict[str, Fraction]]], most: int
) -> Iterator[Mutant]:
    step = max(1, len(stated.mutants) // most)
    for description, expression in stated.mutants[::step]:
        yield control(test, description, expression, stated, found)


def control(
    test: Test, description: str, expression: object, stated: Statement,
    found: list[tuple[Growth, Vector, dict[str, Fraction]]],
) -> Mutant:  # fmt: skip
    """A wrong variant, tried on the families on which it has a value."""
    try:
        outcomes = [compared(test, expression, stated, *instance) for instance in found]
    except TypeError:
        return Mutant(description=description, caught=False, by="no exact value, so that it is not tried")
    without = outcomes.count(None)
    by = (
        "a drawn family of quadratics" if False in outcomes
        else f"no value on {without} of {len(found)} families" if without
        else "holds on all of them"
    )  # fmt: skip
    return Mutant(description=description, caught=False in outcomes, by=by)


def demonstrate(test: Test) -> None:
    """One family."""
    for instance in instances(test, 0, 1):
        judged(test, statement(test.key), *instance)


def write_down(test: Test) -> None:
    """The formula, before the trace."""
    statement(test.key)


CHECKS = tuple(
    FunctionCheck(
        test.claim, test.part, "exact quadratics", Engine.EXACT, IDEA, partial(work, test), partial(demonstrate, test),
        statement=partial(write_down, test),
    )
    for test in TESTS
)  # fmt: skip
