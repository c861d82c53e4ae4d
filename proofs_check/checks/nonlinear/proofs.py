"""Derivations for all sizes about rectified networks."""

from __future__ import annotations

from collections.abc import Callable

from hessproof.proofs_check.checks.derivations import IDEA, Made, examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine
from hessproof.symbolic.nonlinear import columns, scaling_rank

PROOFS: dict[tuple[str, str], Made] = {
    ("singh2021.thm9", "main"): lambda: (scaling_rank.one_hidden_layer(),),
    ("singh2021.cor10", "differentiable"): lambda: (scaling_rank.one_hidden_layer(critical=True),),
    ("singh2021.fact11", "main"): lambda: (scaling_rank.outer_bound(),),
    ("hessproof.rectified_outer", "samples"): lambda: (scaling_rank.by_samples(),),
    ("hessproof.rectified_outer", "cross_entropy"): lambda: (scaling_rank.cross_entropy_bound(),),
    ("hessproof.rectified_depth", "every"): lambda: (scaling_rank.outer_bound(),),
    ("hessproof.rectified_depth", "bias"): lambda: (scaling_rank.outer_bound_with_bias(),),
    ("hessproof.rectified_depth", "directions"): lambda: (scaling_rank.independence(), scaling_rank.dependence()),
    ("hessproof.rectified_critical", "every"): lambda: (scaling_rank.critical_bound(),),
    ("hessproof.rectified_critical", "bias"): lambda: (scaling_rank.critical_bound(bias=True),),
    ("hessproof.two_layer_columns", "every"): lambda: (columns.two_layers(),),
}
"""Which derivations prove which part, for every parameter that meets the part's assumptions."""


def _work(made: Made) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context)


def demonstrate() -> None:
    """The derivations, checked with one valuation each."""
    for made in PROOFS.values():
        for derivation in made():
            derivation.check(0, count=1)


CHECKS = tuple(
    FunctionCheck(name, key, "derivation", Engine.SYMBOLIC, IDEA, _work(made), demonstrate, derivations=made)
    for (name, key), made in PROOFS.items()
)
