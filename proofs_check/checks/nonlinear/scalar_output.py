"""The rank of H_L of two-layer rectified networks with one output: a derivation, and every small pattern."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from hessproof.numeric.integers import to_flint
from hessproof.numeric.rectified.blocks import rectified_hessian
from hessproof.numeric.rectified.network import Rectified
from hessproof.numeric.rectified.patterns import Pattern, network_with, pattern_of
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.nonlinear import scalar_output

CLAIM, PART = "hessproof.rectified_scalar", "main"
PATTERNS = "every activation pattern of small networks with exact weights, ranks over Q"
SIZES = {Profile.QUICK: ((1, 1), (1, 2), (2, 1), (2, 2)), Profile.STANDARD: ((2, 2), (1, 3), (3, 1), (2, 3), (3, 2)),
         Profile.THOROUGH: ((2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (2, 4))}  # fmt: skip
"""Neurons and samples: every pattern of these sizes is taken, 2^{MN} of them."""
KINDS = (("relu", False), ("relu", True), ("leaky-relu", False), ("leaky-relu", True), ("linear", False))
COEFFICIENTS = {"m": 2, "N": 1, "c": -1, "z": -1, "1": 0}
"""Of the formula; each variant changes one of them by one."""
MUTANTS = 30
"""Mutants of each derivation; there are about 100, and all are tried in the tests."""


def formula(pattern: Pattern, change: tuple[str, int] = ("1", 0)) -> int:
    """2m + N − c − z, or a variant with one coefficient changed.

    Example:
        >>> formula(Pattern(2, 3, 1, 0)), formula(Pattern(2, 3, 1, 0), ("c", -1))
        (6, 5)
    """
    numbers = {"m": pattern.neurons, "N": pattern.samples, "c": pattern.parts, "z": pattern.special, "1": 1}
    changed = {**COEFFICIENTS, change[0]: COEFFICIENTS[change[0]] + change[1]}
    return sum(changed[name] * numbers[name] for name in numbers)


def networks(context: Context) -> Iterator[Rectified]:
    """Every pattern of the profile's sizes, with generic residuals and with special ones, N = d and N < d."""
    seed = context.seed_for("patterns") % 2**31
    for neurons, samples in SIZES[context.profile]:
        for number, flat in enumerate(product((False, True), repeat=neurons * samples)):
            active = np.asarray(flat).reshape(neurons, samples).tolist()
            for place, (activation, special) in enumerate(KINDS):
                inputs = samples + (number + place) % 2
                yield network_with(active, activation, inputs, seed + number, special=special)


def exact_rank_of(network: Rectified) -> int:
    """rk H_L over Q."""
    return int(to_flint(rectified_hessian(network)).rank())


def _work(context: Context) -> Finding:
    """Every pattern; controls: one coefficient of the formula changed by one."""
    counter, seen = Counter(claim(CLAIM).part(PART)), dict[str, int]()
    variants = [(name, step) for name in COEFFICIENTS for step in (-1, 1)]
    caught = dict.fromkeys(variants, "")
    for network in networks(context):
        pattern, found = pattern_of(network), exact_rank_of(network)
        counter.count(Case(network.architecture, network.samples, 1), found == formula(pattern))
        seen[f"c = {pattern.parts}, z = {pattern.special}"] = seen.get(
            f"c = {pattern.parts}, z = {pattern.special}", 0) + 1  # fmt: skip
        for variant in variants:
            if found != formula(pattern, variant):
                caught[variant] = caught[variant] or str(network.architecture)
    controls = tuple(
        Mutant(description=f"coefficient of {name} changed by {step:+d}", caught=bool(by), by=by)
        for (name, step), by in caught.items()
    )
    scope = (
        f"every activation pattern of M neurons and N samples, (M, N) in {SIZES[context.profile]}, ReLU and leaky ReLU"
    )
    return Finding(Strength.CERTIFICATE, scope, counter.tally, counter.regions, controls, details={"networks": seen})


def derivations() -> tuple[Derivation, ...]:
    """The count, with what the kernel asks of a component."""
    return (scalar_output.counted(),)


def _proof(context: Context) -> Finding:
    return examine(derivations(), context, MUTANTS)


def demonstrate_patterns() -> None:
    """One network and its rank."""
    network = network_with([[True, False], [True, True]], "relu", 2, 0)
    pattern_of(network)
    exact_rank_of(network)


def demonstrate_derivation() -> None:
    """The derivation with its numbers, and a mutant."""
    scalar_output.counted().check(0, count=1)
    next(scalar_output.counted().mutants()).rejection()


CHECKS = (
    FunctionCheck(CLAIM, PART, "derivation", Engine.SYMBOLIC, DERIVED, _proof, demonstrate_derivation,
                  derivations=derivations),
    FunctionCheck(CLAIM, PART, "patterns", Engine.EXACT, PATTERNS, _work, demonstrate_patterns),
)  # fmt: skip
