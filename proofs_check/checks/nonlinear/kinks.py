"""Corollary 10 at a minimum that lies on a kink: what either convention for σ′(0) makes of the Hessian there."""

from __future__ import annotations

from typing import Any

from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.rectified.blocks import rectified_hessian
from hessproof.numeric.rectified.forward import forward, on_kink
from hessproof.numeric.rectified.jets import active_neurons, definition_hessian
from hessproof.numeric.rectified.kink_minimum import is_global_minimum
from hessproof.numeric.rectified.network import Rectified, squared
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.nonlinear.bounds import a1_and_a2, pruned
from hessproof.proofs_check.checks.nonlinear.draws import case_of
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.nonlinear import scaling_formulas as symbols

IDEA = "exact ranks of the Hessian that each convention for σ′(0) gives, at a global minimum certified by convexity"
RELU = Architecture((2, 1, 1), activation="relu")
INPUTS = [[1, 0], [1, 1], [-1, 1]]
PLACES = ((4, 1), (8, 1), (8, 2), (8, 3), (4, 3))
"""(h, a): W^1 = (0, h) and targets (−h, h + a, h − a); the first sample lies on the kink. The last is no minimum."""


def kinked_minimum(height: int, step: int, side: str) -> Rectified:
    """W^1 = (0, h), W^2 = 1: outputs 0, h, h, and residuals h, −a, a.

    The gradient over the two active samples is (−2a, 0), and the first sample pulls by up to (h, 0) the other way, so
    that zero lies in the subdifferential for 2a ≤ h.
    """
    targets = [[-height], [height + step], [height - step]]
    return squared(RELU, [[[0, height]], [[1]]], INPUTS, targets, side)


def kinks(context: Context) -> Finding:
    """The bound at minima on a kink, under both conventions."""
    part = claim("singh2021.cor10").part("kinks")
    counter, failing = Counter(part), list[Rectified]()
    for height, step in PLACES:
        for side in ("below", "above"):
            network = kinked_minimum(height, step, side)
            found = forward(network)
            met = a1_and_a2(network, found) and on_kink(network) and is_global_minimum(network)
            holds = _measured(network) <= _predicted(network)
            counter.count(case_of(network, found.residuals), holds, satisfied=met)
            failing += [network] if met and not holds else []
    found_both = {network.slope_at_kink for network in failing} == {"below", "above"}
    away = squared(RELU, [[[1, 4]], [[1]]], INPUTS, [[1], [5], [3]])
    controls = (
        Mutant(
            description="the published statement itself", caught=bool(failing), by="the counterexample of this check"
        ),
        Mutant(
            description="a minimum off the kinks in place of one on a kink",
            caught=_measured(away) <= _predicted(away) and not on_kink(away),
            by="the bound holds there",
        ),
    )
    return Finding(
        Strength.SAMPLE,
        "2-1-1 with three samples, one of them on the kink, under both conventions for σ′(0)",
        counter.tally,
        counter.regions,
        controls,
        _counterexample(failing[0]) if found_both else None,
        details={"fails under both conventions": found_both},
    )


def _counterexample(network: Rectified) -> Counterexample:
    found, other = forward(network), kinked_minimum(*PLACES[0], "above")
    case = case_of(network, found.residuals)
    predicted, measured = _predicted(network), _measured(network)
    again = [_rank(definition_hessian(one, "loss")) for one in (network, other)]
    same = again == [measured, measured] and active_neurons(network) == found.active
    targets: Any = network.targets
    return Counterexample(
        widths=list(RELU.widths),
        data_rank=case.data_rank,
        residual_rank=case.residual_rank,
        predicted=predicted,
        measured=measured,
        activation="relu",
        weights=[[[str(entry) for entry in row] for row in weight] for weight in network.weights],
        inputs=[[str(entry) for entry in row] for row in network.inputs],
        targets=[[str(entry) for entry in row] for row in targets],
        order="p: below p = 3, A1 leaves no kink; three samples are the fewest that fail for σ′(0) = 0 and 1",
        confirmed_by=(
            "the loss in hyper-dual integers (numeric.rectified.jets), ranks over Q by SymPy: rank "
            f"{again[0]} with σ′(0) = 0 and {again[1]} with σ′(0) = 1, where the bound says {predicted}"
        )
        if same
        else None,
        reproduce="hessproof verify singh2021.cor10 --engine exact",
    )


def _measured(network: Rectified) -> int:
    return exact_rank(rectified_hessian(network, "loss")).value


def _predicted(network: Rectified) -> int:
    return symbols.FORMULAS["thm9"].evaluate_at(pruned(network, forward(network)))


def _rank(matrix: Any) -> int:
    entries = [[QQ(int(entry)) for entry in row] for row in matrix]
    return int(DomainMatrix(entries, matrix.shape, QQ).rank())


def demonstrate() -> None:
    """The counterexample."""
    network = kinked_minimum(4, 1, "below")
    a1_and_a2(network, forward(network))
    on_kink(network)
    is_global_minimum(network)
    _measured(network)
    _predicted(network)


CHECKS = (FunctionCheck("singh2021.cor10", "kinks", "kinked minimum", Engine.EXACT, IDEA, kinks, demonstrate),)
