"""Derivations about sums of freely independent matrices: polynomials, edges, critical energies and the 3/2 law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Tally
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.free_probability import (
    below_critical,
    critical_energy,
    distribution,
    edges,
    index_law,
    interpolation,
    plateau,
    polynomial,
    relu_blocks,
    selection,
    semicircular,
    sylvester,
)
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, Model

IDEA = "a derivation for all energies and ratios: elimination and expansion at the edge, each line checked by its rule"
MUTANTS = {Profile.QUICK: 3, Profile.STANDARD: 15}
"""Mutants tried for each derivation, evenly spread: of wrong rational functions the first point tells most apart."""
Made = Callable[[], tuple[Derivation, ...]]


def _both(make: Callable[[Model], Derivation]) -> tuple[Derivation, ...]:
    return make(PENNINGTON), make(PENNINGTON_RELU)


PROOFS: dict[tuple[str, str], Made] = {
    ("pennington2017.density", "density"): lambda: (polynomial.equation(PENNINGTON), selection.apart()),
    ("pennington2017.density", "semicircular"): lambda: (semicircular.falls(), semicircular.fades()),
    ("pennington2017.density", "negative"): lambda: (
        edges.one_maximum(), edges.falls(PENNINGTON), critical_energy.published(PENNINGTON),
    ),
    ("pennington2017.index", "main"): lambda: (
        critical_energy.published(PENNINGTON), distribution.potential(PENNINGTON), index_law.leading(PENNINGTON),
    ),
    ("pennington2017.eps_c", "main"): lambda: (
        edges.one_maximum(), critical_energy.published(PENNINGTON), below_critical.nothing_below(PENNINGTON),
    ),
    ("pennington2017.relu_r", "transform"): lambda: (relu_blocks.relu_r(),),
    ("pennington2017.relu_eps_c", "critical_energy"): lambda: (
        polynomial.equation(PENNINGTON_RELU), edges.one_maximum(), critical_energy.published(PENNINGTON_RELU),
        below_critical.nothing_below(PENNINGTON_RELU),
    ),
    ("pennington2017.relu_eps_c", "power"): lambda: (
        critical_energy.published(PENNINGTON_RELU), distribution.potential(PENNINGTON_RELU),
        index_law.leading(PENNINGTON_RELU),
    ),
    ("hessproof.free_sum_roots", "unique"): lambda: (selection.apart(),),
    ("hessproof.leftmost_edge", "one_maximum"): lambda: (edges.one_maximum(),),
    ("hessproof.leftmost_edge", "falls"): lambda: _both(edges.falls),
    ("hessproof.critical_energy", "linear"): lambda: (critical_energy.critical_energy(PENNINGTON),),
    ("hessproof.critical_energy", "relu"): lambda: (critical_energy.critical_energy(PENNINGTON_RELU),),
    ("hessproof.critical_energy", "overparameterised"): lambda: _both(edges.overparameterised),
    ("hessproof.index_law", "linear"): lambda: (index_law.leading(PENNINGTON),),
    ("hessproof.index_law", "relu"): lambda: (index_law.leading(PENNINGTON_RELU),),
    ("hessproof.index_law", "next"): lambda: (index_law.following(PENNINGTON),),
    ("hessproof.index_law", "relu_next"): lambda: (index_law.following(PENNINGTON_RELU),),
    ("hessproof.index_law", "zero"): lambda: _both(below_critical.nothing_below),
    ("hessproof.index_law", "interpolation"): lambda: _both(interpolation.one_third),
    ("hessproof.index_distribution", "closed"): lambda: _both(distribution.potential),
    ("hessproof.index_distribution", "grows"): lambda: _both(distribution.growth),
    ("hessproof.relu_index", "law"): lambda: (
        plateau.share(), plateau.at_once(True), plateau.at_once(False), selection.apart(),
    ),
    ("hessproof.relu_index", "threshold"): lambda: (
        plateau.share(), plateau.arrival(), edges.overparameterised(PENNINGTON_RELU),
        distribution.growth(PENNINGTON_RELU), selection.apart(),
    ),
    ("hessproof.relu_index", "matrices"): lambda: (sylvester.negative_index(),),
}  # fmt: skip
"""Which derivations prove which part."""


def _work(made: Made) -> Callable[[Context], Finding]:
    """Every derivation is examined once in a run, also where several parts use it."""

    def work(context: Context) -> Finding:
        found, most = [], MUTANTS.get(context.profile)
        for one in made():
            found.append(context.shared(f"sum-proof-{one.claim}", partial(examine, (one,), context, most)))
        details: dict[str, Any] = {}
        for finding in found:
            for name, value in finding.details.items():
                details[name] = details[name] + value if name in details else value
        tally = sum((finding.tally for finding in found), Tally())
        controls = tuple(control for finding in found for control in finding.controls)
        return replace(found[0], tally=tally, controls=controls, details=details)

    return work


def demonstrate() -> None:
    """Something of every module: a derivation with its numbers, and a mutant of it."""
    made = (
        polynomial.equation(PENNINGTON), selection.quotient(), edges.falls(PENNINGTON),
        below_critical.nothing_below(PENNINGTON), distribution.potential(PENNINGTON), semicircular.falls(),
        relu_blocks.relu_r(), index_law.following(PENNINGTON), interpolation.one_third(PENNINGTON), plateau.share(),
        sylvester.negative_index(),
    )  # fmt: skip
    for derivation in made:
        derivation.check(0)
        next(derivation.mutants()).rejection()


CHECKS = tuple(
    FunctionCheck(name, key, "derivation", Engine.SYMBOLIC, IDEA, _work(made), demonstrate, derivations=made)
    for (name, key), made in PROOFS.items()
)
