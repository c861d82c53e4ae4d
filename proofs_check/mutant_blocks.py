"""Wrong variants of the Hessian blocks, generated from their Kronecker terms, against the loss's Taylor coefficients.

Every factor of every kind of block is changed: chains shifted or turned round, moments transposed or exchanged, factors
dropped, the sides of ⊗ swapped, the transposition of W^l forgotten, the sign flipped. The Hessian of a whole network
with the changed block is compared with :mod:`hessproof.numeric.reference`, once with all widths different and once with
all widths equal, where no shape gives a mistake away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from hessproof.numeric.instance import Instance, generic_instance
from hessproof.numeric.reference import Matrix, reference_hessian
from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.surveys.block_batches import BlockBatch, derived_terms
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.terms import Chain, KroneckerTerm, Moment, Word

NETWORKS = (Architecture((3, 2, 4, 1, 2)), Architecture((2, 2, 2, 2, 2)))
"""Where the variants are tried: all neighbouring widths different, and all widths equal."""

KINDS: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    "outer, k = l (§3.1)": ("outer", lambda k, l: k == l),
    "outer, k < l (Eq. 3)": ("outer", lambda k, l: k < l),
    "outer, k > l (Eq. 3)": ("outer", lambda k, l: k > l),
    "functional, k < l (Eq. 4)": ("functional", lambda k, l: k < l),
    "functional, k > l (Eq. 5)": ("functional", lambda k, l: k > l),
}
"""Kind of block -> (part, where it stands)."""

Change = Callable[[KroneckerTerm], KroneckerTerm | None]
"""A wrong term in place of a right one; None if nothing is left of it."""


def block_mutants(kind: str) -> Iterator[Mutant]:
    """Judge every generated variant of one kind of block.

    Example:
        >>> found = list(block_mutants("functional, k < l (Eq. 4)"))
        >>> found[0].description, found[0].caught
        ('left ⊗ right swapped', True)
    """
    part, _ = KINDS[kind]
    for description, change in changes(kind):
        findings = [finding(kind, part, change, architecture) for architecture in NETWORKS]
        shown = [f"{text} at {a}" for text, a in zip(findings, NETWORKS, strict=True) if text]
        why = "equal in value at every block of both networks"
        yield Mutant(description=description, caught=bool(shown), by="; ".join(shown) or why)


def changes(kind: str) -> Iterator[tuple[str, Change]]:
    """All changes of a kind of block at one place, with descriptions."""
    part, stands = KINDS[kind]
    places = [(k, l) for k in range(1, 5) for l in range(1, 5) if stands(k, l)]
    model = derived_terms(part, 4, *places[0])[0]
    yield "left ⊗ right swapped", lambda term: replace(term, left=term.right, right=term.left)
    if model.transposed:
        yield "columns ordered like W^l, not W^{l⊤}", lambda term: replace(term, transposed=False)
    else:
        yield "columns ordered like W^{l⊤}, not W^l", lambda term: replace(term, transposed=True)
    yield "block dropped", lambda term: None
    for side in ("left", "right"):
        word: Word = getattr(model, side)
        for place, factor in enumerate(word):
            for text, new in _factor_changes(factor):
                yield f"{side} factor {place + 1} {_name(factor)}: {text}", _on_factor(side, place, new)


def finding(kind: str, part: str, change: Change, architecture: Architecture) -> str | None:
    """How the Taylor coefficients show that a changed block is wrong, None if they do not."""
    _, stands = KINDS[kind]

    def terms(name: str, layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
        right = derived_terms(name, layers, k, l)
        if name != part or not stands(k, l):
            return right
        return tuple(new for term in right if (new := change(term)) is not None)

    one = _instance(architecture)
    weights = [weight[None] for weight in one.weights]
    batch = BlockBatch(architecture, weights, one.sigma[None], one.omega[None], terms=terms)
    try:
        wrong = batch.assemble(part)[0]
    except (ValueError, IndexError) as problem:
        return f"no such product ({type(problem).__name__})"
    entries = int(np.count_nonzero(wrong != _reference(architecture, part)))
    return f"{entries} wrong entries" if entries else None


def _on_factor(side: str, place: int, new: Callable[[Chain | Moment], Chain | Moment | None]) -> Change:
    def changed(term: KroneckerTerm) -> KroneckerTerm | None:
        word: list[Chain | Moment] = list(getattr(term, side))
        factor = new(word[place])
        word[place : place + 1] = [] if factor is None else [factor]
        if not word:
            return None
        return replace(term, left=tuple(word)) if side == "left" else replace(term, right=tuple(word))

    return changed


def _factor_changes(
    factor: Chain | Moment,
) -> Iterator[tuple[str, Callable[[Chain | Moment], Chain | Moment | None]]]:
    yield "dropped", lambda old: None
    if isinstance(factor, Moment):
        other = "Omega" if factor.name == "Sigma" else "Sigma"
        yield "transposed", lambda old: Moment(old.name, not old.transposed) if isinstance(old, Moment) else None
        yield f"{other} in its place", lambda old: Moment(other) if isinstance(old, Moment) else None  # type: ignore[arg-type]
        return
    for name, shift in (("first", (1, 0)), ("last", (0, 1))):
        for step in (1, -1):
            yield f"{name} {step:+d}", _shifted(step * shift[0], step * shift[1])
    yield "transposed", lambda old: Chain(not old.descending, old.last, old.first) if isinstance(old, Chain) else None


def _shifted(first: int, last: int) -> Callable[[Chain | Moment], Chain | Moment | None]:
    def changed(old: Chain | Moment) -> Chain | Moment | None:
        return replace(old, first=old.first + first, last=old.last + last) if isinstance(old, Chain) else None

    return changed


def _name(factor: Chain | Moment) -> str:
    if isinstance(factor, Moment):
        return factor.name + ("⊤" if factor.transposed else "")
    return "chain" if factor.descending else "transposed chain"


@cache
def _instance(architecture: Architecture) -> Instance:
    largest = min(architecture.inputs, architecture.outputs)
    return generic_instance(architecture, architecture.inputs, largest, seed=5, magnitude=9)


@cache
def _reference(architecture: Architecture, part: str) -> Matrix:
    return reference_hessian(_instance(architecture), part)  # type: ignore[arg-type]
