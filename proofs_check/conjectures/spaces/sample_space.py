"""The search through kinds of samples and networks, whatever measures the ranks: sizes, corners, random ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import numpy as np

from hessproof.proofs_check.conjectures.api import SYMBOLS, Statement
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.order import sample_counts
from hessproof.proofs_check.conjectures.reading import read_rank
from hessproof.proofs_check.conjectures.spaces.draws import Drawn, draw
from hessproof.proofs_check.conjectures.spaces.protocol import Level, Relation, Space
from hessproof.proofs_check.conjectures.spaces.sampled import (
    ORDER,
    Sampled,
    active_tuples,
    kinds,
    rank_tuples,
)
from hessproof.proofs_check.conjectures.spaces.sizes import corners, grown, of_size, shrunk
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.outputs import effective_outputs

SPECIAL = 4
"""Special points beside the L + 1 with zero layers: sparse signs and equal rows, in several draws."""
UNDECIDED = -1
"""In place of a rank that could not be told: no instance turned up, or elimination left something in between."""
_CORNER_KINDS = 30
"""Kinds of each architecture at a corner that the directed search looks at."""


class SampleSpace(Space[Sampled]):
    """Instances by widths, ranks of the data, N and active neurons.

    Args:
        statement: What is conjectured.
        draws: Independent activation patterns for each kind.
        limit: Largest p of the random search.
    """

    order = ORDER
    reader = staticmethod(read_rank)

    def __init__(self, statement: Statement, draws: int, limit: int) -> None:
        self.statement, self.draws, self.limit = statement, draws, limit
        self.activation, self.loss = statement.activation, statement.loss
        self.every = statement.quantifier == "every"
        self.biases = (False, True) if statement.bias is None else (bool(statement.bias),)
        self.about = ("generic " if statement.quantifier == "generic" else "") + SYMBOLS[statement.quantity]
        self.drawn_one = lru_cache(maxsize=20_000)(self._drawn_one)
        """The instance of a kind, or None if there is none; kept, as several questions are asked about each."""

    def _drawn_one(self, kind: Sampled) -> Drawn | None:
        found = draw(kind, self.activation, self.loss)
        return None if found is None or found.kink else found

    def levels(self) -> Iterator[Level[Sampled]]:
        """Every kind, by p."""
        size = 1
        while True:
            yield Level(size, self._of_size(size))
            size += 1

    def _of_size(self, size: int) -> Iterator[Sampled]:
        for architecture in of_size(size, self.biases):
            yield from self._real(self._kinds(architecture))

    def _kinds(self, architecture: Architecture) -> Iterator[Sampled]:
        architecture = replace(architecture, activation=self.activation, loss=self.loss)
        usual = (kind for kind in kinds(architecture, self.draws) if self._first(kind))
        if not self.every:
            return usual
        special = [
            replace(kind, active=None, draw=number)
            for kind in kinds(replace(architecture, activation="linear"))
            if self._first(kind)
            for number in range(architecture.layers + 1 + SPECIAL)
        ]
        return iter(sorted([*usual, *special], key=Sampled.key))

    def _real(self, found: Iterator[Sampled]) -> Iterator[Sampled]:
        """Without special points that lie on a kink; the instances of other kinds are drawn when they are measured."""
        return (kind for kind in found if kind.active is not None or self.drawn_one(kind) is not None)

    def _first(self, kind: Sampled) -> bool:
        """Whether a kind is the first among its variants."""
        return kind == self._canonical(kind)

    def _canonical(self, kind: Sampled) -> Sampled:
        """The kind with the smallest values of the attributes that do not matter."""
        if "samples" in self.free:
            kind = replace(kind, samples=kind.augmented_data_rank)
        if "residual_mean" in self.free and not kind.bias:
            alike = self._alike(kind)
            kind = kind.with_data(alike[0], alike[0][1])
        return kind

    def _alike(self, kind: Sampled) -> list[tuple[int, int, int, int, int]]:
        """Every (r, r̃, s, s̃, e) with the r and s of a kind."""
        every = rank_tuples(kind.widths[0], effective_outputs(kind.architecture(self.activation, self.loss)))
        return [ranks for ranks in every if ranks[0] == kind.data_rank and ranks[2] == kind.residual_rank]

    def variants(self, case: Sampled) -> Sequence[Sampled]:
        """The kinds that differ in ``free`` attributes; with bias, only N is free."""
        if "samples" not in self.free:
            return (case,)
        first = self._canonical(case)
        tuples = [first.ranks] if first.bias else self._alike(first)
        architecture = first.architecture(self.activation, self.loss)
        found = [first.with_data(ranks, count) for ranks in tuples for count in sample_counts(architecture, ranks[1])]
        return sorted(found, key=Sampled.key)

    def directed(self, largest: int | None) -> Iterator[Sampled]:
        """The architectures at corners in turn: first with all ranks full, then with seeded draws of the rest."""
        rng = np.random.default_rng(7)
        found = corners(self.biases, largest)
        for turn in range(_CORNER_KINDS):
            yield from self._real(self._fullest(one) if turn == 0 else self._random_kind(one, rng) for one in found)

    def _fullest(self, architecture: Architecture) -> Sampled:
        """All ranks full, all neurons active, more samples than inputs."""
        architecture = replace(architecture, activation=self.activation, loss=self.loss)
        ranks = max(rank_tuples(architecture.inputs, effective_outputs(architecture)))
        active = next(active_tuples(architecture, ranks[0]))
        return self._canonical(Sampled(architecture.widths, *ranks, ranks[1], active, 0, architecture.bias))

    def random(self, rng: np.random.Generator, largest: int | None) -> Iterator[Sampled]:
        """Random kinds of random architectures."""
        for architecture in grown(rng, self.biases, largest, 8, self.limit):
            yield from self._real(iter([self._random_kind(architecture, rng)]))

    def _random_kind(self, architecture: Architecture, rng: np.random.Generator) -> Sampled:
        architecture = replace(architecture, activation=self.activation, loss=self.loss)
        tuples = list(rank_tuples(architecture.inputs, effective_outputs(architecture)))
        ranks = tuples[-1 - int(rng.integers(len(tuples)))] if rng.random() < 0.7 else tuples[-1]
        samples = ranks[1] + int(rng.integers(0, 4))
        if self.every and rng.random() < 0.5:
            return Sampled(architecture.widths, *ranks, samples, None, int(rng.integers(50)), architecture.bias)
        patterns = list(islice(active_tuples(architecture, ranks[0]), 400))
        active = patterns[0] if rng.random() < 0.5 else patterns[int(rng.integers(len(patterns)))]
        number = int(rng.integers(50))
        return self._canonical(Sampled(architecture.widths, *ranks, samples, active, number, architecture.bias))

    def smaller(self, case: Sampled) -> Iterator[Sampled]:
        """Kinds with one neuron or one layer fewer, and ranks as near as possible."""
        architecture = case.architecture(self.activation, self.loss)
        nearby = chain.from_iterable(self._nearest(one, case) for one in shrunk(architecture))
        yield from self._real(nearby)

    def _nearest(self, architecture: Architecture, case: Sampled) -> list[Sampled]:
        architecture = replace(architecture, activation=self.activation, loss=self.loss)

        def distance(kind: Sampled) -> tuple[int, int]:
            apart = sum(abs(a - b) for a, b in zip(kind.ranks, case.ranks, strict=True))
            return apart, abs(kind.samples - case.samples)

        return sorted(self._kinds(architecture), key=distance)[:6]

    def agrees(self, predicted: Any, measured: Any, relation: Relation) -> bool | None:
        """None where the rank is undecided."""
        return None if measured == UNDECIDED else super().agrees(predicted, measured, relation)

    def key(self, case: Sampled) -> tuple[Any, ...]:
        """See `Sampled.key`."""
        return case.key()

    def describe(self, case: Sampled) -> Description:
        """What the conjecture is told; special weights are looked at for their active neurons."""
        if case.active is not None:
            return case.describe(self.activation, self.loss)
        found = self.drawn_one(case)
        return case.describe(self.activation, self.loss, None if found is None else found.active)
