"""Linear networks under the squared loss, with and without bias: generic ranks, measured exactly modulo primes.

The generic rank of an architecture with data of given ranks is the largest rank over all parameters and all such data.
It is measured at random points modulo a prime, thousands of networks at once; a failure is looked at again at several
integer points, by other modules, over the rationals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import Any

import numpy as np

from hessproof.numeric.ranks import measure as measure_instance
from hessproof.proofs_check.bias.draws import draw_case
from hessproof.proofs_check.conjectures.api import SYMBOLS, Statement
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.order import (
    ORDER,
    ORDER_OF_BOTH,
    DataCase,
    architectures_of,
    heads,
    variants,
)
from hessproof.proofs_check.conjectures.reading import read_rank
from hessproof.proofs_check.conjectures.spaces import linear_batches
from hessproof.proofs_check.conjectures.spaces.corners import corner_architectures, random_architecture
from hessproof.proofs_check.conjectures.spaces.linear_counterexample import explicit
from hessproof.proofs_check.conjectures.spaces.protocol import Found, Level, Space
from hessproof.proofs_check.conjectures.spaces.sizes import shrunk
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.architecture import Architecture

RECHECKS = 3
"""Independent instances that a failure is measured at again: each misses the generic rank with a probability of about
p/2^22, so that all of them never do in a search of this size."""
BATCHED = 120
"""Largest p measured in batches; from there on the structured exact engine is faster."""
TAIL = frozenset({"augmented_data_rank", "augmented_residual_rank", "residual_mean"})


class LinearSpace(Space[DataCase]):
    """Generic ranks of linear networks.

    Args:
        statement: Whose quantity and bias are used.
        seed: Of all draws.

    Example:
        >>> made = LinearSpace(Statement("f", "loss", "==", "generic", False, "linear", "mse"))
        >>> level = next(made.levels())
        >>> [(str(made.describe(case)), rank) for case, rank in zip(level.cases, made.measure(list(level.cases)))][-1]
        ('1-1, r = 1, r̃ = 1, s = 1, s̃ = 1, E[δ] ≠ 0, N = 1', 1)
    """

    def __init__(self, statement: Statement, seed: int = 0) -> None:
        self.statement, self.seed = statement, seed
        self.order = ORDER_OF_BOTH if statement.bias is None else ORDER
        self.about = f"generic {SYMBOLS[statement.quantity]}"
        self.free = frozenset({"samples"}) | (TAIL if statement.bias is False else frozenset())
        if statement.bias is None:
            self.free |= TAIL
        self.reader = read_rank

    def levels(self) -> Iterator[Level[DataCase]]:
        """All heads of each p; where the space is searched at N or r̃ too, ``variants`` adds the rest."""
        p = 0
        while True:
            p += 1
            yield Level(p, _Cases(p, self.statement.bias))

    def directed(self, largest: int | None) -> Iterator[DataCase]:
        """The corner architectures, with data of the largest, the smallest and the next to these ranks."""
        kinds = (False, True) if self.statement.bias is None else (self.statement.bias,)
        for architecture in corner_architectures(largest, kinds):
            full = min(architecture.inputs, architecture.outputs)
            data = {0, 1, architecture.inputs - 1, architecture.inputs}
            residual = {0, 1, architecture.narrowest() - 1, architecture.narrowest(), full - 1, full}
            for head in heads(architecture):
                if head.case.data_rank in data and head.case.residual_rank in residual:
                    yield head

    def random(self, rng: np.random.Generator, largest: int | None) -> Iterator[DataCase]:
        """Networks of up to 8 layers with widths up to 12, with data of random ranks."""
        kinds = (False, True) if self.statement.bias is None else (self.statement.bias,)
        while True:
            architecture = random_architecture(rng, largest, bool(kinds[int(rng.integers(len(kinds)))]))
            if architecture is None:
                return
            choice = list(heads(architecture))
            yield choice[int(rng.integers(len(choice)))]

    def key(self, case: DataCase) -> tuple[Any, ...]:
        """The place in the stated order."""
        return case.key

    def describe(self, case: DataCase) -> Description:
        """What the conjecture is told."""
        return case.described

    def measure(self, cases: Sequence[DataCase]) -> list[int]:
        """One random point each, modulo a prime below 2^24."""
        found = [0] * len(cases)
        small = []
        for place, one in enumerate(cases):
            architecture = one.case.architecture
            if architecture.parameters <= BATCHED and max(architecture.widths) < linear_batches.WIDEST:
                small.append(place)
            else:
                found[place] = self._structured(one, self.seed)
        ranks = linear_batches.measure([cases[place].case for place in small], self.statement.quantity, self.seed)
        for place, rank in zip(small, ranks, strict=True):
            found[place] = rank
        return found

    def recheck(self, case: DataCase) -> int:
        """The largest rank at several exact instances, by the engine of ``hessproof rank``."""
        return max(self._structured(case, self.seed + number) for number in range(RECHECKS))

    def counterexample(self, found: Found[DataCase]) -> Counterexample:
        """Small integer parameters and samples that have the rank, confirmed from the definition of the Hessian."""
        return explicit(found, self.statement, self.order, self.about, self.seed)

    def variants(self, case: DataCase) -> tuple[DataCase, ...]:
        """Every N of interest; without bias every r̃, s̃ and e too."""
        return variants(case)

    def smaller(self, case: DataCase) -> Iterator[DataCase]:
        """One layer, one neuron or one rank less."""
        architecture = case.case.architecture
        for smaller in shrunk(architecture):
            wanted = min(case.case.data_rank, smaller.inputs), min(case.case.residual_rank, smaller.outputs)
            yield from (one for one in heads(smaller) if (one.case.data_rank, one.case.residual_rank) == wanted)
        yield from (one for one in heads(architecture) if one.key < case.key)

    def family(self, case: DataCase, done: int) -> tuple[str, Iterator[DataCase]]:
        """Networks that are no deeper: of the many small ones most are deep and narrow."""
        deepest = case.case.architecture.layers
        last = case.case.architecture.parameters
        below = (
            one
            for p in range(done + 1, last + 1)
            for architecture in architectures_of(p, self.statement.bias, deepest)
            for one in heads(architecture)
        )
        return f"networks of at most {deepest} layers", takewhile(lambda one: one.key < case.key, below)

    def architecture(self, case: DataCase) -> Architecture:
        """Widths and bias."""
        return case.case.architecture

    def drawn(self) -> str:
        """How the truth was measured."""
        return (
            f"each rank at a random point modulo {linear_batches.PRIME}; a failure again at {RECHECKS} random integer "
            "instances, over the rationals"
        )

    def _structured(self, one: DataCase, seed: int) -> int:
        case = one.case
        if not case.architecture.bias:
            case = replace(case, augmented_data_rank=None, augmented_residual_rank=None, residual_mean=None)
        return _structured_rank(case, self.statement.quantity, seed)


@lru_cache(maxsize=4096)
def _structured_rank(case: Any, quantity: str, seed: int) -> int:
    return measure_instance(draw_case(case, seed), quantities=(quantity,))[quantity].value


class _Cases:
    """All heads of one p, made again on every pass."""

    def __init__(self, parameters: int, bias: bool | None) -> None:
        self.parameters, self.bias = parameters, bias

    def __iter__(self) -> Iterator[DataCase]:
        for architecture in architectures_of(self.parameters, self.bias):
            yield from heads(architecture)


def space(statement: Statement) -> Space[Any]:
    """The space of a statement about linear networks under the squared loss.

    A rank is at most a number for all parameters if and only if it is for almost all. Other statements about all
    parameters are searched at special points too.
    """
    if statement.quantifier == "every" and statement.relation != "<=":
        from hessproof.proofs_check.conjectures.spaces.linear_points import PointSpace

        return PointSpace(statement)
    return LinearSpace(statement)
