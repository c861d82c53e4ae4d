r"""A block of the witness's Hessian: the entries of a pair {i, j}, and a derivation of its rank.

The first line names the block, the second one has its entries, found from the couplings for symbolic layers, and rules
for block matrices of symbolic size do the rest. Numbers come from :mod:`~hessproof.symbolic.witness`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sympy import Expr, Symbol, expand, symbols

from hessproof.symbolic.attainment.patterns import Group, PairMatrix, Part, Pattern, blocks
from hessproof.symbolic.attainment.rank_rules import same
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.generalised_inverse import Rk
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, evaluate
from hessproof.symbolic.witness import Kind, block_matrix
from hessproof.symbolic.words import L

WEIGHT, OTHER = symbols(r"\omega_i \omega_j", integer=True)
"""Entries of Ω that must not matter."""
DEEPEST = 5
"""Depth up to which blocks are compared with numbers: an inner interval can be three layers long, two can be apart."""
TRIED = 4
"""At how many depths and intervals."""


@dataclass(frozen=True)
class Block:
    """A kind of pair, the entries that its block is about, and how the block's rank is found.

    Args:
        name: In words.
        part: Whose block.
        pattern: Where j is alive, ω_i and ω_j.
        rows: The entries, in groups; pivots first.
        rules: What finds the rank.
        rank: The rank.
        cols: Other entries, for the block between two sets of entries.
    """

    name: str
    part: Part
    pattern: Pattern
    rows: tuple[Group, ...]
    rules: tuple[Rule, ...]
    rank: Expr
    cols: tuple[Group, ...] | None = None

    @property
    def columns(self) -> tuple[Group, ...]:
        """The entries that the columns belong to."""
        return self.rows if self.cols is None else self.cols

    @property
    def size(self) -> Expr:
        """How many entries the rows have."""
        return expand(sum(group.size for group in self.rows))

    @property
    def lost(self) -> Expr:
        """How many entries more than the rank."""
        return expand(self.size - self.rank)

    @property
    def letter(self) -> PairMatrix:
        """The block by its name."""
        name = Symbol(f"{self.part}, {self.name}")
        letter: PairMatrix = PairMatrix(name, self.size, expand(sum(group.size for group in self.columns)))
        return letter


class Couplings(Rule):
    """Every entry of a block from the couplings of its two entries of the weights, in each order of their layers.

    Args:
        block: Which block.
    """

    name = "couplings"

    def __init__(self, block: Block) -> None:
        self.block = block

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The block matrix for its name."""
        if expression != Rk(self.block.letter):
            raise RuleFailure(f"{expression} is not the rank of {self.block.letter}")
        self.block.pattern.contain((*self.block.rows, *(self.block.cols or ())))
        return Rk(_blocks(self.block.pattern, self.block.rows, self.block.columns, self.block.part))


_blocks = cache(blocks)


def derived(block: Block) -> Derivation:
    """The derivation of a block's rank.

    Raises:
        RuleFailure: If a rule does not apply.

    Example:
        >>> from sympy import Integer
        >>> from hessproof.symbolic.attainment.rank_rules import OnesAndIdentity
        >>> pattern = Pattern(Ordering(L >= 1), ((Integer(0), L),), same=True)
        >>> derived(Block("diagonal", "loss", pattern, (Group("x", Integer(1), L),), (OnesAndIdentity(),), L)).lines[1]
        Rk(-I + 2*Ones(L, L))
    """
    line: Any = Rk(block.letter)
    steps = []
    for rule in (Couplings(block), *block.rules):
        line = rule.apply(line, block.pattern.order)
        steps.append(Step(line, rule))
    return Derivation(
        f"block: {block.part}, {block.name}", f"a block of the witness: {block.part} Hessian, {block.name}",
        block.pattern.order, Rk(block.letter), tuple(steps), block.rank, source="this project", same=same,
        valuations=partial(_numbers, block),
    )  # fmt: skip


def _numbers(block: Block, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from numbers(block, seed)


def numbers(block: Block, seed: int) -> Iterator[Valuation]:
    """The block at some depths and intervals, from the entries of the witness.

    Raises:
        ValueError: If the witness has no such entries.
    """
    stream = random.Random(f"{block.letter.args[0]}|{seed}")
    solutions = _solutions(block.pattern.order)
    for found in stream.sample(solutions, min(TRIED, len(solutions))):
        values: dict[Any, Any] = {**found, WEIGHT: 1, OTHER: 3}
        valuation = Valuation(values)
        values[block.letter] = _from_witness(block, valuation)
        yield valuation


@cache
def _solutions(order: Ordering) -> tuple[dict[Symbol, int], ...]:
    return tuple(order.solutions(0, DEEPEST))


def _from_witness(block: Block, valuation: Valuation) -> Array:
    """Rows and columns of the block of :mod:`~hessproof.symbolic.witness` in the order of the groups."""
    pattern, depth = block.pattern, valuation.number(L)
    ranges = [tuple(valuation.number(end) for end in pair) for pair in pattern.alive]
    alive = tuple(any(low <= layer <= high for low, high in ranges) for layer in range(depth + 1))
    one, two = (valuation.number(weight) for weight in pattern.weights)
    everywhere = (True,) * (depth + 1)
    matrix = block_matrix(Kind(everywhere, one, 1), Kind(alive, two, 1), pattern.same, block.part)
    listed = [("x", layer) for layer in range(1, depth + 1) if alive[layer - 1]]
    listed += [("y", layer) for layer in range(1, depth + 1) if alive[layer] and not pattern.same]
    rows, cols = (
        [
            listed.index((group.name, layer))
            for group in groups
            for layer in range(valuation.number(group.first), valuation.number(group.last) + 1)
        ]
        for groups in (block.rows, block.columns)
    )
    found: Array = matrix[rows][:, cols]
    return found.reshape(len(rows), len(cols))


@evaluate.register(PairMatrix)
def _(expression: PairMatrix, valuation: Valuation) -> Array:
    table: Any = valuation.symbols
    value: Array = table[expression]
    return value
