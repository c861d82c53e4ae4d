"""The flow rests where the residual vanishes, so that it never gets there in finite time."""

from __future__ import annotations

import math
from fractions import Fraction

from hessproof.numeric.training.series import flow_series, product
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs

CLAIM = "hessproof.vanishing_residual"
CLOSED = "the exact power series of a flow that is known in closed form"
ORDER = 10


def follows_logistic(rate: int, start: Fraction) -> bool:
    """1-1-1, x = y = 1, w_1 = w_2 = w: whether w_1w_2 = 1/(1 + c exp(−rate·t)), c = 1/w² − 1, to the order t^10.

    Then Ω = w_1w_2 − 1 = −c exp(−rate·t)/(1 + c exp(−rate·t)), which is zero at no t unless w² = 1.
    """
    one, two = flow_series([[[start]], [[start]]], [[1]], [[1]], ORDER)
    found = [Fraction(int(m[0, 0].p), int(m[0, 0].q)) for m in product(two, one)]
    c = 1 / start**2 - 1
    denominator = [1 + c, *(c * Fraction((-rate) ** power, math.factorial(power)) for power in range(1, ORDER + 1))]
    ones = [sum(found[i] * denominator[total - i] for i in range(total + 1)) for total in range(ORDER + 1)]
    return ones == [1] + [0] * ORDER


STARTS = tuple(Fraction(a, b) for b in range(1, 5) for a in range(1, 6))
"""Values of w at the start."""


def _logistic(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part("finite_time"))
    case = Case(Architecture((1, 1, 1)), 1, 1)
    for start in STARTS:
        counter.count(case, follows_logistic(2, start))
    controls = tuple(
        Mutant(description=f"rate {rate}", caught=not follows_logistic(rate, Fraction(1, 2)), by="another series")
        for rate in (-2, 0, 1, 3, 4)
    )
    return Finding(
        Strength.SAMPLE, f"1-1-1 with x = y = 1 from {len(STARTS)} starts w_1 = w_2, to t^{ORDER}", counter.tally,
        counter.regions, controls, details={"w_1w_2": "1/(1 + c exp(−2ηt)), c = 1/w² − 1"},
    )  # fmt: skip


def demonstrate_rest() -> None:
    """Nothing moves where the residual vanishes."""
    for derivation in proofs.never_in_finite_time():
        derivation.check(0, count=1)


def demonstrate_logistic() -> None:
    """One start."""
    follows_logistic(2, Fraction(1, 2))


CHECKS = (
    FunctionCheck(
        CLAIM, "finite_time", "derivation", Engine.SYMBOLIC, DERIVED,
        lambda context: examine(proofs.never_in_finite_time(), context), demonstrate_rest,
        derivations=proofs.never_in_finite_time,
    ),
    FunctionCheck(CLAIM, "finite_time", "closed form", Engine.EXACT, CLOSED, _logistic, demonstrate_logistic),
)  # fmt: skip
