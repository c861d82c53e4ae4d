"""Derivations of what one more object changes, for every sample size, depth and number of classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hessproof.proofs_check.catalogue.regions_convergence import QUADRATIC
from hessproof.proofs_check.checks.derivations import IDEA, examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine
from hessproof.symbolic.convergence import expansion, local, minimum, one_layer, peano, ranges, samples
from hessproof.symbolic.derivation import Derivation

Made = Callable[[], tuple[Derivation, ...]]

PROOFS: dict[tuple[str, str], Made] = {
    ("kiselev2024.difference", "main"): lambda: (samples.difference(),),
    ("kiselev2024.bounded_loss", "at_minimum"): lambda: (
        ranges.critical_change(), minimum.never_fitted(), minimum.dead_loss(),
    ),
    ("kiselev2024.taylor", "expansion"): lambda: (peano.peano(),),
    ("kiselev2024.triangle", "main"): lambda: (expansion.triangle(),),
    ("kiselev2024.lemma2", "losses"): lambda: (samples.losses_apart(),),
    ("kiselev2024.lemma2", "hessians"): lambda: (expansion.hessians_apart(),),
    ("hessproof.common_minimum", "gradients"): lambda: (samples.new_gradient(),),
    ("hessproof.common_minimum", "dead"): lambda: (minimum.never_fitted(), minimum.dead_loss()),
    ("hessproof.common_minimum", "soft"): lambda: (minimum.frobenius(),),
    ("hessproof.common_minimum", "approximate"): lambda: (minimum.nearly_fitted(),),
    ("hessproof.common_minimum", "deep"): lambda: (minimum.dead_network(),),
    ("hessproof.loss_range", "range"): lambda: (ranges.loss_range(),),
    ("hessproof.loss_range", "logits"): lambda: (ranges.logits(),),
    ("hessproof.loss_range", "critical"): lambda: (ranges.critical(),),
    ("hessproof.taylor_difference", "difference"): lambda: (expansion.common_critical(),),
    ("hessproof.taylor_difference", "any_point"): lambda: (expansion.any_point(),),
    ("hessproof.taylor_difference", "bound"): lambda: (expansion.corrected_triangle(),),
    ("hessproof.sample_size", "range"): lambda: (ranges.loss_range(), ranges.logits()),
    ("hessproof.sample_size", "local"): lambda: (local.local_change(),),
    ("hessproof.sample_size", "smooth"): lambda: (one_layer.one_layer_change(),),
    ("hessproof.sample_size", "quadratic"): lambda: (expansion.definite(),),
}  # fmt: skip
"""Which derivations prove which part."""
ONLY_QUADRATIC = ("kiselev2024.triangle", "main")
"""Proved for the expansions themselves, not for other losses."""


def _work(key: tuple[str, str]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        finding = examine(PROOFS[key](), context)
        return replace(finding, regions={QUADRATIC[0].name: finding.tally}) if key == ONLY_QUADRATIC else finding

    return work


def demonstrate() -> None:
    """One derivation of each module, a pair of numbers and one mutant each."""
    made = (
        samples.new_gradient(), expansion.hessians_apart(), peano.peano(), ranges.logits(), local.lipschitz(),
        minimum.frobenius(), one_layer.one_layer_curvature(),
    )  # fmt: skip
    for derivation in made:
        derivation.check(0)
        next(derivation.mutants()).rejection()


CHECKS = tuple(
    FunctionCheck(claim, part, "derivation", Engine.SYMBOLIC, IDEA, _work((claim, part)), demonstrate, derivations=made)
    for (claim, part), made in PROOFS.items()
)
