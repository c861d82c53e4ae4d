"""Derivations for all sizes about the softmax, the Jacobian, the split of the Hessian and its gates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy.core.symbol import Str

from hessproof.proofs_check.catalogue.regions_gates import KINKS
from hessproof.proofs_check.checks.derivations import IDEA, examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.softmax import confidence, curvature, jacobian, kinks, norm, split, states
from hessproof.symbolic.softmax.definitions import BOTH, SHIFTS, WEIGHTS

Made = Callable[[], tuple[Derivation, ...]]


def _others(make: Callable[[Str], Derivation]) -> tuple[Derivation, ...]:
    """The same for biases, and for weights and biases together."""
    return make(SHIFTS), make(BOTH)


def _alone(derivation: Derivation) -> Derivation:
    """Without the lemmas, which another derivation of the same part brings along."""
    return replace(derivation, lemmas=())


PROOFS: dict[tuple[str, str], Made] = {
    ("kiselev2024.split", "main"): lambda: (split.split(WEIGHTS), split.split(BOTH)),
    ("kiselev2024.softmax", "main"): lambda: (curvature.softmax_hessian(), curvature.slope()),
    ("kiselev2024.thm1.a", "main"): lambda: (norm.published(),),
    ("hessproof.softmax_norm", "frobenius"): lambda: (norm.frobenius(),),
    ("hessproof.softmax_norm", "discs"): lambda: (norm.gershgorin(), norm.variance(), norm.below_largest()),
    ("hessproof.softmax_norm", "two_outputs"): lambda: (confidence.two_outputs(), norm.gershgorin()),
    ("hessproof.softmax_norm", "approached"): lambda: (confidence.approached(), confidence.strict()),
    ("hessproof.softmax_norm", "confidence"): lambda: (
        confidence.confident(), confidence.residual_above(), confidence.residual_below(),
    ),
    ("hessproof.softmax_norm", "ball"): lambda: (
        confidence.ball(), norm.below_largest(), confidence.pair_in_ball(),
    ),
    ("hessproof.h_term_blocks", "blocks"): lambda: (
        split.functional(WEIGHTS), *map(_alone, (split.functional(BOTH), split.functional_diagonal(WEIGHTS))),
        _alone(split.functional_diagonal(BOTH)),
    ),
    ("hessproof.gates", "closed"): lambda: (kinks.along("closed"),),
    ("hessproof.gates", "open"): lambda: (kinks.along("open"),),
}  # fmt: skip
"""Which derivations prove which part on its whole domain."""
OFF_KINKS: dict[tuple[str, str], Made] = {
    ("kiselev2024.jacobian", "chain"): lambda: (jacobian.chain(), states.state()),
    ("kiselev2024.jacobian", "stack"): lambda: (jacobian.stack(WEIGHTS), *map(_alone, _others(jacobian.stack))),
    ("kiselev2024.jacobian", "g_term"): lambda: (
        jacobian.g_term(WEIGHTS), *map(_alone, _others(jacobian.g_term)),
    ),
}  # fmt: skip
"""Which derivations prove which part where no pre-activation is zero."""


def _everywhere(made: Made) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context)


def _off_kinks(made: Made) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = examine(made(), context)
        return replace(found, scope=f"all sizes, {KINKS[0].name}", regions={KINKS[0].name: found.tally})

    return work


def demonstrate_networks() -> None:
    """The derivations about networks."""
    jacobian.g_term(BOTH).check(0, count=1)
    split.split(BOTH).check(0, count=1)
    split.functional(WEIGHTS).check(0, count=1)
    states.state().check(0, count=1)
    kinks.along("closed").check(0, count=1)


def demonstrate_softmax() -> None:
    """The derivations about the softmax."""
    for one in (curvature.softmax_hessian(), norm.frobenius(), norm.variance(), confidence.confident(),
                confidence.ball()):  # fmt: skip
        one.check(0, count=1)


def _demonstration(name: str, key: str) -> Callable[[], None]:
    about_networks = name in ("kiselev2024.split", "kiselev2024.jacobian", "hessproof.gates", "hessproof.h_term_blocks")
    return demonstrate_networks if about_networks else demonstrate_softmax


CHECKS = tuple(
    FunctionCheck(
        name, key, "derivation", Engine.SYMBOLIC, IDEA, work(made), _demonstration(name, key), derivations=made
    )
    for proofs, work in ((PROOFS, _everywhere), (OFF_KINKS, _off_kinks))
    for (name, key), made in proofs.items()
)
