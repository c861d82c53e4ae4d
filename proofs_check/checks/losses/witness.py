"""Generic ranks under cross-entropy and log-cosh by a witness: small outputs and rectangular identities as weights.

In the limit of small outputs the Hessian is that of the squared loss with K − 1 outputs (K for log-cosh), a derivation
for all sizes; and there the network with rectangular identities has a Hessian of small blocks, whose ranks are computed
exactly. So widths in the tens of thousands cost no more than small ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

import numpy as np

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.losses.generic import PUBLISHED, bounded, formula_of, quantity_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import best
from hessproof.symbolic.losses.bounds import transfer
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.witness import attained_rank

IDEA = "the limit of small outputs, with rectangular identities as weights, whose Hessian is a sum of small blocks"
COUNT = {Profile.QUICK: 30, Profile.STANDARD: 200, Profile.THOROUGH: 2000}
LARGEST = 50_000
MOST_CONTROLS = 40
PARTS = (
    *(("singh2021.losses", key) for key in PUBLISHED if key != "mse"),
    *(("hessproof.losses_generic", key) for key in ("outer", "functional", "loss")),
)


def cases(context: Context) -> Iterator[Case]:
    """Random networks under both losses, L ≤ 6, widths log-uniform up to 50,000; r and s full in half of them."""
    rng = np.random.default_rng(context.seed_for("losses-witness"))
    for number in range(COUNT[context.profile]):
        loss = ("cross-entropy", "cosh")[number % 2]
        widths = np.exp(rng.uniform(0, np.log(LARGEST), int(rng.integers(2, 8)))).astype(int) + 1
        architecture = Architecture(tuple(int(width) for width in widths), loss=loss)
        r = architecture.inputs if rng.random() < 0.5 else int(rng.integers(0, architecture.inputs + 1))
        most = min(r, architecture.outputs - (loss == "cross-entropy"))
        yield Case(architecture, r, most if rng.random() < 0.5 else int(rng.integers(0, most + 1)))


def witnessed(case: Case, quantity: str) -> int:
    """The rank that the witness attains: that of the squared loss for the outputs that count."""
    architecture = case.architecture
    outputs = architecture.outputs - (architecture.loss == "cross-entropy")
    plain = Architecture((*architecture.widths[:-1], outputs))
    return attained_rank(plain, case.data_rank, case.residual_rank, quantity)  # type: ignore[arg-type]


@cache
def transferred() -> bool:
    """Whether the derivations of the limit pass."""
    return all(transfer(loss).check(0, numbers=False).ok for loss in ("cross-entropy", "cosh"))


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        part, quantity = claim(name).part(key), quantity_of(name, key)
        losses = {PUBLISHED[key][0]} if name == "singh2021.losses" else {"cross-entropy", "cosh"}
        found = [case for case in cases(context) if case.architecture.loss in losses]
        counter, attained = Counter(part), {}
        for case in found:
            formula = formula_of(name, key, case.architecture)
            attained[case] = witnessed(case, quantity)
            stated = formula.evaluate(case.architecture, case.data_rank, case.residual_rank)
            counter.count(case, attained[case] == stated)
        inside = [case for case in found if part.in_domain(case)]
        certain = transferred() and all(bounded(quantity, loss, False) for loss in losses)
        return Finding(
            Strength.CERTIFICATE if certain else Strength.SAMPLE,
            f"{len(found)} random networks, L ≤ 6, widths up to {LARGEST}",
            counter.tally,
            counter.regions,
            _controls(inside, attained, quantity),
            details={"largest p": max(case.architecture.parameters for case in found)},
        )

    return work


def _controls(inside: list[Case], attained: dict[Case, int], quantity: str) -> tuple[Mutant, ...]:
    """Wrong variants of the formula of the squared loss, at the outputs that count: each must differ somewhere."""
    cases = [case for case in inside if effective_outputs(case.architecture) > 0]

    def differs(mutant: RankFormula) -> bool:
        for case in cases:
            widths = (*case.architecture.widths[:-1], effective_outputs(case.architecture))
            if mutant.evaluate(Architecture(widths), case.data_rank, case.residual_rank) != attained[case]:
                return True
        return False

    found = ((mutant.mutation, differs(mutant)) for mutant in islice(best(quantity).mutants(), MOST_CONTROLS))
    return tuple(
        Mutant(description=text, caught=caught, by="another number" if caught else "the same number at every case")
        for text, caught in found
    )


def demonstrate() -> None:
    """The witness of one tiny case, and the derivation of the limit."""
    witnessed(Case(Architecture((3, 2, 3, 3), loss="cross-entropy"), 2, 1), "loss")
    for loss in ("cross-entropy", "cosh"):
        transfer(loss).check(0, numbers=False)


CHECKS = tuple(
    FunctionCheck(name, key, "witness", Engine.EXACT, IDEA, _work(name, key), demonstrate) for name, key in PARTS
)
