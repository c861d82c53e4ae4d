"""Errors that H_1 does not see: the smallest networks with e ≠ 0 and H_1 = 0, by exhaustion over small integers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from hessproof.numeric.rectified.jets import definition_hessian
from hessproof.numeric.rectified.network import squared
from hessproof.numeric.two_layer.exact import ExactNet, exact_net
from hessproof.numeric.two_layer.inertia import inertia
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.two_layer.instances import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

CLAIM, PART = "pennington2017.definiteness", "indefinite"
IDEA = "all networks 1-1-1 with small integer weights and samples, by the inertia of their exact H_1"
VALUES = (-1, 1)
"""Weights and inputs that are tried; none is zero."""
TARGETS = (0, 1, 2)


def small_nets(samples: int, activation: str = "linear") -> Iterator[ExactNet]:
    """All 1-1-1 with weights and inputs ±1 and the given targets, those with no error left out.

    Example:
        >>> sum(1 for _ in small_nets(1))
        20
    """
    for w1, w2, *x in product(VALUES, repeat=2 + samples):
        for y in product(TARGETS, repeat=samples):
            net = exact_net([[w1]], [[w2]], [[each] for each in x], [[each] for each in y], activation)
            if net.errors.any():
                yield net


def smallest() -> ExactNet | None:
    """The first linear network without a sign: fewest samples, then least Σ|y|, then most positive entries."""
    for samples in (1, 2):
        found = [net for net in small_nets(samples) if not inertia(net.hessian_parts()[1]).indefinite]
        if found:
            return min(found, key=lambda net: (sum(abs(each) for each in net.y.flat), *_negative(net)))
    return None


def _negative(net: ExactNet) -> tuple[int, ...]:
    """Minus the entries, so that the largest come first; targets by size."""
    return (*(-int(each) for each in (*net.w1.flat, *net.w2.flat, *net.x.flat)), *map(int, net.y.flat))


def confirmed(net: ExactNet) -> bool:
    """Whether the second derivatives of the outputs, from their definition, add up to zero with the errors too."""
    architecture = Architecture((1, 1, 1), activation=net.activation)
    weights = [[[int(net.w1[0, 0])]], [[int(net.w2[0, 0])]]]
    inputs, targets = (np.asarray([[int(each)] for each in array.flat], dtype=object) for array in (net.x, net.y))
    return not definition_hessian(squared(architecture, weights, inputs, targets), "functional").any()


def _counterexample(net: ExactNet) -> Counterexample:
    strings = [[[str(each) for each in row] for row in matrix] for matrix in (net.w1, net.w2, net.x, net.y)]
    case = case_of(net)
    return Counterexample(
        widths=[1, 1, 1], data_rank=case.data_rank, residual_rank=case.residual_rank, activation=net.activation,
        predicted="both signs", measured="none: H_1 = 0", about="signs of the eigenvalues of H_1",
        weights=strings[:2], inputs=strings[2], targets=strings[3],
        order="samples, then Σ|y|, among weights and inputs ±1", reproduce=f"hessproof verify {CLAIM}",
        confirmed_by="hyper-dual numbers, from the definition" if confirmed(net) else None,
    )  # fmt: skip


def _work(context: Context) -> Finding:
    counter = Counter(claim(CLAIM).part(PART))
    for samples in (1, 2):
        for net in small_nets(samples):
            counter.count(case_of(net), inertia(net.hessian_parts()[1]).indefinite)
    found = smallest()
    assert found is not None
    dead = exact_net([[1]], [[1]], [[-1]], [[1]], "relu")
    shifted = [exact_net(found.w1, found.w2, found.x, found.y + shift, "linear")
               for shift in (np.asarray([[each], [0]], dtype=object) for each in (-2, -1, 1, 2))]  # fmt: skip
    controls = [
        Mutant(
            description=f"the first target {net.y[0, 0]} in place of {found.y[0, 0]}",
            caught=inertia(net.hessian_parts()[1]).indefinite, by="H_1 has both signs there",
        )
        for net in shifted
    ]  # fmt: skip
    errors = ", ".join(str(each) for each in found.errors.flat)
    return Finding(
        Strength.CERTIFICATE, "all 1-1-1 with weights and inputs ±1, targets 0 to 2, one or two samples",
        counter.tally, counter.regions, tuple(controls), _counterexample(found),
        details={
            "errors": errors,
            "gradient": [str(each) for each in found.gradient()],
            "a dead unit (ReLU, W¹ = W² = 1, x = −1, y = 1)": f"H_1 = 0: {not dead.hessian_parts()[1].any()}",
        },
    )  # fmt: skip


CHECKS = (
    FunctionCheck(
        CLAIM, PART, "smallest networks", Engine.EXACT, IDEA, _work,
        lambda: inertia(next(small_nets(1)).hessian_parts()[1]),
    ),
)  # fmt: skip
