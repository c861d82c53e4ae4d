"""Derivations for all sizes about two-layer networks, their residuals, and convex functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hessproof.proofs_check.catalogue.regions_two_layer import COUPLED, MINIMUM
from hessproof.proofs_check.checks.derivations import IDEA, examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.two_layer import convexity, counting, critical, energy, fitting, signs, spectrum, split

Made = Callable[[], tuple[Derivation, ...]]


def _split() -> tuple[Derivation, ...]:
    return split.split(), split.split(diagonal=True)


PROOFS: dict[tuple[str, str], Made] = {
    ("pennington2017.split", "linear"): _split,
    ("pennington2017.split", "relu"): _split,
    ("pennington2017.counting", "main"): lambda: (counting.parameters(), counting.ratio()),
    ("pennington2017.definiteness", "semidefinite"): lambda: (signs.semidefinite(),),
    ("pennington2017.definiteness", "independent"): lambda: (signs.free_of_labels(),),
    ("pennington2017.definiteness", "magnitude"): lambda: (signs.proportional(),),
    ("pennington2017.energy", "expectation"): lambda: (energy.mean_energy(),),
    ("pennington2017.energy", "entries"): lambda: (energy.mean_square_entry(),),
    ("pennington2017.convexity", "indefinite"): lambda: (convexity.convex_curvature(),),
    ("hessproof.two_layer_blocks", "blocks"): lambda: (
        split.cross_entry(), split.first_entry(), split.second_entry(),
    ),
    ("hessproof.two_layer_blocks", "symmetric"): lambda: (spectrum.diagonalised(), spectrum.reflected()),
    ("hessproof.two_layer_blocks", "indefinite"): lambda: (signs.both_signs(1), signs.both_signs(-1)),
    ("hessproof.two_layer_blocks", "almost_all"): lambda: (
        signs.moved_by_labels(), signs.both_signs(1), signs.both_signs(-1),
    ),
    ("hessproof.two_layer_blocks", "critical"): lambda: (spectrum.without_blocks(), critical.by_first()),
    ("hessproof.two_layer_blocks", "zero_modes"): lambda: (critical.by_first(), critical.by_second()),
    ("hessproof.usable_parameters", "linear"): lambda: (
        fitting.through_product(), fitting.at_identity(), counting.still_directions(),
    ),
    ("hessproof.usable_parameters", "relu"): lambda: (counting.still_directions(rectified=True),),
    ("hessproof.usable_parameters", "fits"): lambda: (fitting.fitted(), fitting.missed()),
    ("hessproof.residual_gradient", "norm"): lambda: (energy.mean_square_gradient(),),
    ("hessproof.residual_gradient", "model"): lambda: (energy.mean_gradient(),),
    ("hessproof.residual_gradient", "spread"): lambda: (energy.energy_spread(),),
    ("hessproof.convexity", "convex"): lambda: (
        convexity.tangent(), convexity.jensen(), convexity.convex_curvature(),
    ),
    ("hessproof.convexity", "critical"): lambda: (convexity.tangent(),),
    ("hessproof.convexity", "set"): lambda: (convexity.jensen(),),
    ("hessproof.convexity", "unique"): lambda: (convexity.strict_gap(),),
    ("hessproof.convexity", "exists"): lambda: (convexity.coercive(), convexity.strict_gap()),
}  # fmt: skip
"""Which derivations prove which part on its whole domain."""
PIECES: dict[tuple[str, str], tuple[Made, str]] = {
    ("pennington2017.definiteness", "indefinite"): (
        lambda: (signs.both_signs(1), signs.both_signs(-1)), COUPLED,
    ),
    ("pennington2017.convexity", "definite"): (lambda: (convexity.strict_gap(), convexity.tangent()), MINIMUM),
}  # fmt: skip
"""Those that prove a part on one region of its domain."""


def _whole(made: Made) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context)


def _piece(made: Made, region: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = examine(made(), context)
        return replace(found, scope=f"all sizes, {region}", regions={region: found.tally})

    return work


def demonstrate_networks() -> None:
    """Derivations about networks, one of each kind."""
    for one in (
        split.split(), split.cross_entry(), signs.semidefinite(), signs.both_signs(1), spectrum.diagonalised(),
        critical.by_second(), counting.ratio(), counting.still_directions(), fitting.at_identity(),
    ):  # fmt: skip
        one.check(0, numbers=False)
    for one in (split.output_by_second(), spectrum.reflected(), counting.still_directions(), fitting.at_identity()):
        one.check(0, symbolic=False)


def demonstrate_residuals() -> None:
    """A derivation about random residuals."""
    energy.energy_spread().check(0, count=1)


def demonstrate_functions() -> None:
    """Derivations about convex functions."""
    for one in (convexity.tangent(), convexity.jensen(), convexity.coercive(), convexity.convex_curvature()):
        one.check(0, numbers=False)
    convexity.jensen().check(0, symbolic=False)


def _demonstration(name: str) -> Callable[[], None]:
    if name.endswith(".convexity"):
        return demonstrate_functions
    return demonstrate_residuals if name.endswith((".energy", ".residual_gradient")) else demonstrate_networks


CHECKS = (
    *(
        FunctionCheck(
            name, key, "derivation", Engine.SYMBOLIC, IDEA, _whole(made), _demonstration(name), derivations=made
        )
        for (name, key), made in PROOFS.items()
    ),
    *(
        FunctionCheck(
            name, key, "derivation", Engine.SYMBOLIC, IDEA, _piece(made, region), _demonstration(name),
            derivations=made,
        )
        for (name, key), (made, region) in PIECES.items()
    ),
)  # fmt: skip
