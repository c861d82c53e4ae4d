"""Generic ranks for weights of prescribed ranks: block by block for all sizes, and at random points modulo a prime.

The blocks give the generic rank itself, since ranks of H_f and of (H_o; H_f) do not change with the coordinates of any
layer. Formulas and sums over blocks are quadratic in the sizes once these are ordered, so that finitely many networks
of each depth decide all of that depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product

import numpy as np

from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.integers import residues
from hessproof.numeric.primes import primes
from hessproof.numeric.signature.points import draw_point
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.enumeration import architectures_within, ranks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.deficient.blocks import block_rank
from hessproof.symbolic.deficient.formula import (
    Quantity,
    Ranks,
    corners,
    evaluate,
    expression,
    narrowest,
    variants,
)

CLAIM = "hessproof.deficient_weights"
BLOCKS = "one block for each pair of summands of the cycle W^1, …, W^L, Ω⊤, ranked exactly; corners decide all sizes"
POINTS = "random integer weights of given ranks, ranks modulo a prime"
PARTS: tuple[Quantity, ...] = ("outer", "functional", "loss")
DEPTHS = {Profile.QUICK: (2,), Profile.STANDARD: (2, 3), Profile.THOROUGH: (2, 3, 4)}
"""By profile: depths whose corners are all tried: 129, 650 and 3,281 networks."""
RANGES = {Profile.QUICK: (3, 2, 6), Profile.STANDARD: (3, 3, 10), Profile.THOROUGH: (4, 2, 16)}
"""By profile: depth, width and p up to which every choice of ranks is drawn once."""
MAGNITUDE = 10**6
"""Entries this large meet the zeros of a minor of small degree with a probability below one in ten thousand."""
DRAWS = 3
"""A point that stays below the formula is drawn again, at most so often in all."""


def _case(found: Ranks) -> Case:
    widths = tuple(max(1, width) for width in found.widths)
    return Case(Architecture(widths), found.widths[0], found.residual)


def _finding(
    counter: Counter, quantity: Quantity, known: list[tuple[Ranks, int]], strength: Strength, scope: str
) -> Finding:
    controls = []
    for description, formula in variants(quantity):
        wrong = next((found for found, rank in known if evaluate(formula, found) != rank), None)
        controls.append(
            Mutant(description=description, caught=wrong is not None, by="" if wrong is None else str(wrong))
        )
    return Finding(strength, scope, counter.tally, counter.regions, tuple(controls))


def _blocks(quantity: Quantity) -> Callable[[Context], Finding]:
    """All corners, every choice of m and m′; controls: variants of the formula."""

    def work(context: Context) -> Finding:
        counter, formula = Counter(claim(CLAIM).part(quantity)), expression(quantity)
        known = []
        for depth in DEPTHS[context.profile]:
            for found in corners(depth):
                rank = block_rank(found, quantity)
                known.append((found, rank))
                counter.count(
                    _case(found), all(evaluate(formula, found, chosen) == rank for chosen in narrowest(found))
                )
        scope = f"all widths and ranks with L in {DEPTHS[context.profile]}, by {len(known)} networks that decide them"
        return _finding(counter, quantity, known, Strength.CERTIFICATE, scope)

    return work


def all_ranks(architecture: Architecture) -> Iterator[Ranks]:
    """Every choice of ρ_1, …, ρ_L and s, with r = d.

    Example:
        >>> len(list(all_ranks(Architecture((1, 1, 1)))))
        8
    """
    sizes = [range(min(pair) + 1) for pair in pairwise(architecture.widths)]
    for weights in product(*sizes):
        for data, residual in ranks(architecture):
            if data == architecture.inputs:
                yield Ranks(architecture.widths, weights, residual)


def measured(widths: tuple[int, ...], weights: tuple[int, ...], residual: int, quantity: Quantity, seed: int) -> int:
    """The rank at one random point, modulo a prime: a lower bound of the generic rank.

    Example:
        >>> measured((2, 3, 2), (0, 0), 1, "loss", 0)
        6
    """
    point = draw_point(Architecture(widths), widths[0], residual, seed, MAGNITUDE, ranks=weights)
    form = {"outer": point.outer, "functional": point.functional, "loss": point.outer + point.functional}[quantity]
    prime = primes(1)[0]
    return int(flint_rank(np.asarray(residues(form, prime)), prime))


def _points(quantity: Quantity) -> Callable[[Context], Finding]:
    """Every choice of ranks of small networks; controls: variants of the formula."""

    def work(context: Context) -> Finding:
        depth, width, largest = RANGES[context.profile]
        counter, formula = Counter(claim(CLAIM).part(quantity)), expression(quantity)
        seed, known = context.seed_for("deficient") % 2**31, []
        for architecture in architectures_within(depth, width):
            if architecture.parameters > largest or architecture.layers < 2:
                continue
            for found in all_ranks(architecture):
                stated, rank = evaluate(formula, found), 0
                for draw in range(DRAWS):
                    rank = max(rank, measured(*found.sizes, quantity, seed + draw))
                    if rank >= stated:
                        break
                known.append((found, rank))
                counter.count(Case(architecture, architecture.inputs, found.residual), rank == stated)
        scope = (
            f"every choice of ranks of networks with L ≤ {depth}, widths ≤ {width}, p ≤ {largest}: {len(known)} cases"
        )
        return _finding(counter, quantity, known, Strength.SAMPLE, scope)

    return work


def demonstrate_blocks() -> None:
    """One network, block by block."""
    for quantity in PARTS:
        block_rank(Ranks((2, 3, 2), (1, 2), 2), quantity)


def demonstrate_points() -> None:
    """One random point."""
    for quantity in PARTS:
        measured((2, 3, 2), (1, 2), 2, quantity, 0)


CHECKS = tuple(
    check
    for quantity in PARTS
    for check in (
        FunctionCheck(CLAIM, quantity, "blocks", Engine.EXACT, BLOCKS, _blocks(quantity), demonstrate_blocks),
        FunctionCheck(
            CLAIM, quantity, "points", Engine.EXACT, POINTS, _points(quantity), demonstrate_points, None,
            preliminaries.shallow_blocks,
        ),
    )
)  # fmt: skip
