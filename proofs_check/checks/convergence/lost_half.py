"""The display after Eq. (2): the difference of two quadratics, printed without its ½."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from hessproof.numeric.landscape.formula_values import fraction_value
from hessproof.numeric.landscape.known_spectrum import Growth, Quadratic, Vector, drawn
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_convergence import QUADRATIC_LOSSES
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.statement import statement

IDEA = "averages of exact quadratic losses against the printed right side"
CLAIM = "kiselev2024.taylor"
COUNT = {Profile.QUICK: 24, Profile.STANDARD: 150, Profile.THOROUGH: 2000}


def instances(seed: int, count: int) -> Iterator[tuple[Growth, Vector]]:
    """Quadratics at a common critical point, and a step."""
    for number in range(count):
        growth = drawn(seed, number)
        yield growth, [entry * (number % 4) / 2 for entry in growth.worst()]


def printed(growth: Growth, h: Vector) -> Fraction:
    """The right side as printed."""
    stated = statement("published")
    return fraction_value(stated.expression, stated.letters, growth.means(h) | {"k": Fraction(growth.k)})


def parabolas() -> Growth:
    """ℓ_1 = 0 and ℓ_2 = ½w².

    Example:
        >>> parabolas().change([Fraction(1)])
        Fraction(1, 4)
    """
    zero, one = Fraction(0), Fraction(1)
    flat, round_ = (Quadratic(zero, [zero], [[value]], [value]) for value in (zero, one))
    return Growth((flat, round_), [[one]])


def squared_error_change(weight: Fraction) -> Fraction:
    """𝓛_2 − 𝓛_1 of the network 1-1 under ½(wx − y)², at x = 0, 1 with y = 0: from the errors, no Hessian.

    Example:
        >>> squared_error_change(Fraction(1))
        Fraction(1, 4)
    """
    losses = [(weight * x) ** 2 / 2 for x in (0, 1)]
    return (losses[0] + losses[1]) / 2 - losses[0]


def work(context: Context) -> Finding:
    """Count where the printed identity holds; the smallest counterexample is redone from the errors."""
    counter = Counter(claim(CLAIM).part("difference"))
    for growth, h in instances(context.seed_for("lost-half"), COUNT[context.profile]):
        case = Case(Architecture((len(h), 1)), len(h), 1, traits=frozenset({QUADRATIC_LOSSES}))
        counter.count(case, growth.change(h) == printed(growth, h))
    known = {"a_new": Fraction(0), "a_old": Fraction(0), "q_new": Fraction(1), "q_old": Fraction(0), "k": Fraction(1)}
    stated = statement("published")
    right, left = fraction_value(stated.expression, stated.letters, known), parabolas().change([Fraction(1)])
    again = squared_error_change(Fraction(1))
    example = Counterexample(
        widths=[1, 1], data_rank=1, residual_rank=0, predicted=str(right), measured=str(left), weights=[[["1"]]],
        reference_weights=[[["0"]]], inputs=[["0"], ["1"]], targets=[["0"], ["0"]],
        about="printed right side and 𝓛_2 − 𝓛_1 of ½(wx − y)², θ* = 0, θ = 1: H_1 = 0, H_2 = 1",
        order="number of parameters, then k, then θ",
        confirmed_by=f"the errors themselves: ½·½·1² = {again}" if again == left != right else None,
        reproduce=f"hessproof verify {CLAIM} --engine exact",
    )  # fmt: skip
    return Finding(
        Strength.SAMPLE, f"{counter.tally.tried} drawn families of quadratics", counter.tally, counter.regions,
        (Mutant(description="the published statement itself", caught=left != right, by="the counterexample"),), example,
        details={"when it agrees": "where h⊤(H_{k+1} − H^{(k)})h = 0; otherwise the quadratic part is twice too large"},
    )  # fmt: skip


def demonstrate() -> None:
    """One family."""
    for growth, h in instances(0, 1):
        printed(growth, h)


CHECKS = (
    FunctionCheck(
        CLAIM, "difference", "exact quadratics", Engine.EXACT, IDEA, work, demonstrate,
        statement=lambda: statement("published"),
    ),
)  # fmt: skip
