"""Hessian blocks against the definition, entry by entry in integers: Eqs. (3)–(5), §3.1, Prop. 2 and the split."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.samples import Array, Sample, make_sample, samples, scope, tiny
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.surveys.block_batches import BlockBatch, BlockTerms, derived_terms
from hessproof.symbolic.terms import Chain, KroneckerTerm, Moment, Word

IDEA = (
    "the derived Kronecker products at integers, compared entry by entry with the Hessian that hyper-dual numbers find"
)
Comparison = Callable[[Sample, BlockTerms], bool]


def _batch(sample: Sample, terms: BlockTerms) -> BlockBatch:
    instance = sample.instance
    return BlockBatch(instance.architecture, sample.weights, instance.sigma[None], instance.omega[None], terms=terms)


def _blocks(matrix: Array, sample: Sample, wanted: Callable[[int, int], bool]) -> Iterator[Array]:
    slices = sample.instance.architecture.slices
    for k, rows in enumerate(slices):
        for l, columns in enumerate(slices):
            if wanted(k, l):
                yield matrix[rows, columns]


def _same(part: str, against: str, wanted: Callable[[int, int], bool]) -> Comparison:
    """Blocks (k, l) of an assembled part equal those of the definition."""

    def compare(sample: Sample, terms: BlockTerms) -> bool:
        found = _batch(sample, terms).assemble(part)[0]
        pairs = zip(_blocks(found, sample, wanted), _blocks(getattr(sample, against), sample, wanted), strict=True)
        return all(bool(np.all(one == two)) for one, two in pairs)

    return compare


def _factorised(sample: Sample, terms: BlockTerms) -> bool:
    """A_o (I_K ⊗ Σ) A_o⊤ is H_o of the definition; ``terms`` enter as H_o's own blocks, which must agree too."""
    batch = _batch(sample, terms)
    transposed = batch.assemble("a_o")[0]
    middle = np.kron(np.eye(sample.instance.architecture.outputs, dtype=int).astype(object), sample.instance.sigma)
    product = transposed.T @ middle @ transposed
    return bool(np.all(product == sample.outer)) and bool(np.all(product == batch.assemble("outer")[0]))


COMPARISONS: dict[tuple[str, str], tuple[str, Comparison]] = {
    ("diag", "block"): ("outer", _same("outer", "loss", lambda k, l: k == l)),
    ("eq3", "main"): ("outer", _same("outer", "outer", lambda k, l: k != l)),
    ("eq4", "main"): ("functional", _same("functional", "functional", lambda k, l: k < l)),
    ("eq5", "main"): ("functional", _same("functional", "functional", lambda k, l: k > l)),
    ("split", "outer"): ("outer", _same("outer", "outer", lambda k, l: True)),
    ("split", "functional"): ("functional", _same("functional", "functional", lambda k, l: True)),
    ("split", "sum"): ("functional", _same("loss", "loss", lambda k, l: True)),
    ("prop2", "factorisation"): ("outer", _factorised),
}
"""By row and part: the part of the Hessian whose formula is tested, and the comparison."""


def term_variants(term: KroneckerTerm) -> Iterator[tuple[str, KroneckerTerm]]:
    """Wrong variants of a Kronecker term, generated: sides swapped, transposition flipped, chain ends moved, Ω⊤ for Ω.

    Σ⊤ for Σ is left out, since Σ is symmetric.
    """
    yield "the two sides swapped", replace(term, left=term.right, right=term.left)
    yield "order of the columns flipped", replace(term, transposed=not term.transposed)
    for side in ("left", "right"):
        word: Word = getattr(term, side)
        for place, factor in enumerate(word):
            for change, other in _factor_variants(factor):
                changed = (*word[:place], other, *word[place + 1 :])
                sides = {"left": term.left, "right": term.right, side: changed}
                yield f"{side} side, factor {place + 1}: {change}", KroneckerTerm(**sides, transposed=term.transposed)


def _factor_variants(factor: Chain | Moment) -> Iterator[tuple[str, Chain | Moment]]:
    if isinstance(factor, Chain):
        for end, step in (("first", 1), ("first", -1), ("last", 1), ("last", -1)):
            yield f"{end} layer {step:+d}", replace(factor, **{end: getattr(factor, end) + step})
    elif factor.name == "Omega":
        yield "Ω transposed", replace(factor, transposed=not factor.transposed)


def mutated_terms(part: str, number: int) -> BlockTerms:
    """A source of blocks in which every term of ``part`` is replaced by its variant ``number``."""

    def terms(wanted: str, layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
        derived = derived_terms(wanted, layers, k, l)
        if wanted != part:
            return derived
        return tuple(list(term_variants(term))[number][1] for term in derived)

    return terms


def controls(compare: Comparison, part: str, found: tuple[Sample, ...]) -> tuple[Mutant, ...]:
    """Every generated variant of the terms, run through the same comparison until a sample notices it."""
    names = [name for name, _ in term_variants(derived_terms(part, 3, 1, 2)[0])]
    deep = [sample for sample in found if sample.instance.architecture.layers >= 2]
    return tuple(_control(compare, deep, name, mutated_terms(part, number)) for number, name in enumerate(names))


def _control(compare: Comparison, found: list[Sample], description: str, terms: BlockTerms) -> Mutant:
    for sample in found:
        try:
            same = compare(sample, terms)
        except (ValueError, IndexError, KeyError, RecursionError):
            return Mutant(description=description, caught=True, by="shapes do not fit")
        if not same:
            return Mutant(description=description, caught=True, by=f"entries differ at {sample.instance.architecture}")
    return Mutant(description=description, caught=False, by="no sample tells it apart")


def _work(row: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        found = samples(context)
        part, compare = COMPARISONS[row, key]
        counter = Counter(claim(f"singh2021.{row}").part(key))
        for sample in found:
            counter.count(sample.case, compare(sample, derived_terms))
        return Finding(
            Strength.SAMPLE,
            scope(found),
            counter.tally,
            counter.regions,
            controls(compare, part, found),
            details={"arithmetic": "Python integers, no rounding"},
        )

    return work


def demonstrate() -> None:
    """Compare all blocks at one tiny instance."""
    sample = make_sample(tiny())
    for _, compare in COMPARISONS.values():
        compare(sample, derived_terms)


CHECKS = tuple(
    FunctionCheck(
        f"singh2021.{row}",
        key,
        "integers",
        Engine.EXACT,
        IDEA,
        _work(row, key),
        demonstrate,
        samples,
        preliminaries.shallow_blocks,
    )
    for row, key in COMPARISONS
)
