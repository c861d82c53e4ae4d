"""For every n a rectified network whose Jacobian has the rank n(2n − 1): inequalities, and exact ranks."""

from __future__ import annotations

from itertools import pairwise

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.two_layer.exact import ExactNet, exact_net
from hessproof.numeric.two_layer.windows import window_network
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.two_layer.instances import whole
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.two_layer.counting import still_directions
from hessproof.symbolic.two_layer.windows import FACTS, counterexamples

CLAIM, PART = "hessproof.usable_parameters", "relu_open"
PROOF = "inequalities between indices for symbolic n, and the directions along which the outputs stand still"
EXACT = "exact rank of the Jacobian of the network with windows of active samples, width by width"
LARGEST = {Profile.QUICK: 4, Profile.STANDARD: 6, Profile.THOROUGH: 8}
"""Largest width n."""


def _inequalities(context: Context) -> Finding:
    tally, controls = Tally(), list[Mutant]()
    for fact in FACTS:
        tally.count(fact.follows())
        if fact.tight:
            point = next(counterexamples(fact, 1), None)
            shown = ", ".join(f"{letter} = {value}" for letter, value in point.items()) if point else "none"
            controls.append(
                Mutant(
                    description=f"{fact.text}: by one more", caught=not fact.follows(less=1),
                    by=f"does not follow; fails at {shown}",
                )
            )  # fmt: skip
    report = still_directions(rectified=True).check(context.seed)
    tally.count(report.ok)
    return Finding(
        Strength.PROOF, "all n: an open set for m ≤ 2n − 1, none for m ≥ 2n", tally, {}, tuple(controls),
        details={"inequalities": [fact.text for fact in FACTS]},
    )  # fmt: skip


def _reached(net: ExactNet) -> bool:
    """Whether the rank is the number of outputs."""
    jacobian: IntegerMatrix = whole(4 * net.jacobian())
    return exact_rank(jacobian).value == net.errors.size


def _ranks(context: Context) -> Finding:
    counter, controls = Counter(claim(CLAIM).part(PART)), list[Mutant]()
    for width in range(1, LARGEST[context.profile] + 1):
        net = window_network(width)
        counter.count(Case(Architecture((width,) * 3, activation="relu"), width, width), _reached(net))
        for one, two in pairwise(range(width)):
            rows = [list(row) for row in net.w1]
            rows[two] = rows[one]
            wrong = exact_net(rows, net.w2, net.x, net.y, "relu")
            controls.append(
                Mutant(
                    description=f"n = {width}: the window of unit {one + 1} for unit {two + 1} as well",
                    caught=not _reached(wrong), by="the rank falls",
                )
            )  # fmt: skip
    scope = f"every n ≤ {LARGEST[context.profile]}, m = 2n − 1"
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, tuple(controls))


def demonstrate_inequalities() -> None:
    """One inequality, and the still directions."""
    FACTS[2].follows()
    still_directions(rectified=True).check(0, numbers=False)


CHECKS = (
    FunctionCheck(
        CLAIM, PART, "inequalities", Engine.SYMBOLIC, PROOF, _inequalities, demonstrate_inequalities,
        derivations=lambda: (still_directions(rectified=True),),
    ),
    FunctionCheck(CLAIM, PART, "windows", Engine.EXACT, EXACT, _ranks, lambda: _reached(window_network(2))),
)  # fmt: skip
