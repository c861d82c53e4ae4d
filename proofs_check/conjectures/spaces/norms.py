"""Bounds on the norm of the Gauss–Newton matrix and of the Hessian, compared rigorously.

Floats find candidates; a failure counts when exact arithmetic or balls prove it. The Hessian is that of the mean of the
loss over the samples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product as choices
from typing import Any

import numpy as np

from hessproof.numeric.network.many import Part, many_hessians, spectral_norms
from hessproof.proofs_check.conjectures.api import SYMBOLS, Statement
from hessproof.proofs_check.conjectures.spaces.norm_cases import (
    ONE,
    ORDER,
    ZERO,
    Matrix,
    NormCase,
    NormDescription,
    described,
    rational,
)
from hessproof.proofs_check.conjectures.spaces.norm_shapes import (
    INPUT_SCALES,
    SCALES,
    chain,
    drawn_case,
    grid_of,
    small_cases,
)
from hessproof.proofs_check.conjectures.spaces.norm_truth import Norm, active_neurons, confirmed, norm_of, on_kink
from hessproof.proofs_check.conjectures.spaces.norm_values import Stated, read_norm
from hessproof.proofs_check.conjectures.spaces.protocol import Found, Level, Relation, Space
from hessproof.proofs_check.conjectures.spaces.sizes import corners, grown, of_size
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.architecture import Architecture

_MARGIN = 1e-9
"""What double precision may be wrong by, relative to the norm: a million times what it is in these small products."""
_LIMIT = 40
"""Largest p of the random search."""
_START = 4
_TURNS = tuple(Fraction(each) for each in ("2", "1/2", "1", "10", "1/4", "4", "3/4", "3/2"))
"""Norms of the directed search, in turn above, below and at one."""
_EMPTY = 3
"""Sizes in a row at which no network is small enough for the grid: there the exhaustive part ends."""


class NormSpace(Space[NormCase]):
    """Networks with rational weights and data whose spectral norms are rational.

    Args:
        statement: What is conjectured.
    """

    order = ORDER
    reader = staticmethod(read_norm)

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.activation, self.loss = statement.activation, statement.loss
        self.biases = (False, True) if statement.bias is None else (bool(statement.bias),)
        self.part: Part = "outer" if statement.quantity == "gauss_newton_norm" else "loss"
        self.about = SYMBOLS[statement.quantity]
        if statement.activation not in ("linear", "relu", "leaky-relu"):
            self.caveat = "norms are balls of 77 digits: where a bound is met exactly, the comparison stays undecided"

    def _full(self, architecture: Architecture) -> Architecture:
        return replace(architecture, activation=self.activation, loss=self.loss)

    def levels(self) -> Iterator[Level[NormCase]]:
        """Every network on the grid, by p, as long as the grid has any."""
        size, empty = 1, 0
        while empty < _EMPTY:
            kept = [one for one in of_size(size, self.biases) if grid_of(self._full(one)) is not None]
            empty = 0 if kept else empty + 1
            if kept:
                yield Level(size, self._of_size(kept))
            size += 1

    def _of_size(self, architectures: Sequence[Architecture]) -> Iterator[NormCase]:
        for architecture in architectures:
            yield from (one for one in small_cases(self._full(architecture)) if self._smooth(one))

    def _smooth(self, case: NormCase) -> bool:
        return not on_kink(case, self.activation)

    def directed(self, largest: int | None) -> Iterator[NormCase]:
        """Chains at which bounds are met, with norms above, below and at one, on all architectures at corners in turn.

        Layers of one norm, the last one zero, the first one small, the last one small; long inputs and short ones.
        """
        rng = np.random.default_rng(5)
        found = [self._full(architecture) for architecture in corners(self.biases, largest)]
        turns = sorted(choices(range(len(_TURNS)), range(4), range(2)), key=lambda turn: (sum(turn), turn))
        for number, place, short in turns:
            scale = _TURNS[number]
            for architecture in found:
                layers = architecture.layers
                same = [scale] * layers
                small, zero = [SCALES[0], *same[1:]], [*same[:-1], ZERO]
                scales = (same, zero, small, [*same[:-1], SCALES[0]])[place]
                length = INPUT_SCALES[0] if short else 1 / scale ** (layers - 1)
                case = chain(rng, architecture, scales, length)
                if self._smooth(case):
                    yield case

    def random(self, rng: np.random.Generator, largest: int | None) -> Iterator[NormCase]:
        """Random shapes, aligned chains and scales of random architectures."""
        for architecture in grown(rng, self.biases, largest, _START, _LIMIT):
            full = self._full(architecture)
            if rng.random() < 0.5:
                case = drawn_case(rng, full)
            else:
                numbers = rng.integers(len(SCALES), size=architecture.layers)
                length = INPUT_SCALES[int(rng.integers(len(INPUT_SCALES)))]
                case = chain(rng, full, [SCALES[int(number)] for number in numbers], length)
            if self._smooth(case):
                yield case

    def smaller(self, case: NormCase) -> Iterator[NormCase]:
        """One sample instead of two, one neuron fewer, or one entry that is simpler."""
        for one in self._simpler(case):
            if rational(one, self.loss) and self._smooth(one):
                yield one

    def _simpler(self, case: NormCase) -> Iterator[NormCase]:
        if len(case.inputs) > 1:
            for number in range(len(case.inputs)):
                yield replace(case, inputs=(case.inputs[number],), given=(case.given[number],))
        for layer, width in enumerate(case.widths):
            for neuron in range(width if width > 1 else 0):
                yield self._without(case, layer, neuron)
        for layer, matrix in enumerate(case.weights):
            for simpler in _simplified(matrix):
                yield replace(case, weights=(*case.weights[:layer], simpler, *case.weights[layer + 1 :]))
        for inputs in _simplified(case.inputs):
            yield replace(case, inputs=inputs)
        if self.loss != "cross-entropy":
            for given in _simplified(case.given):
                yield replace(case, given=given)

    def _without(self, case: NormCase, layer: int, neuron: int) -> NormCase:
        """The network without one neuron of a layer, an input or an output."""
        widths = (*case.widths[:layer], case.widths[layer] - 1, *case.widths[layer + 1 :])
        weights, inputs, given = list(case.weights), case.inputs, case.given
        if layer > 0:
            rows = weights[layer - 1]
            weights[layer - 1] = (*rows[:neuron], *rows[neuron + 1 :])
        else:
            inputs = tuple((*row[:neuron], *row[neuron + 1 :]) for row in inputs)
        if layer < len(case.weights):
            weights[layer] = tuple((*row[:neuron], *row[neuron + 1 :]) for row in weights[layer])
        elif self.loss == "cross-entropy":
            given = tuple(max(0, label - (label >= neuron)) for label in given)
        else:
            given = tuple((*row[:neuron], *row[neuron + 1 :]) for row in given)
        return NormCase(widths, case.bias, tuple(weights), inputs, given)

    def key(self, case: NormCase) -> tuple[Any, ...]:
        """See `NormCase.key`."""
        return case.key()

    def describe(self, case: NormCase) -> NormDescription:
        """Sizes, ranks and exact norms."""
        return described(case, self.activation, self.loss, active_neurons(case, self.activation))

    def measure(self, cases: Sequence[NormCase]) -> list[float | Norm]:
        """Norms in double precision."""
        alike: dict[tuple[tuple[int, ...], bool, int], list[int]] = defaultdict(list)
        for place, case in enumerate(cases):
            alike[case.widths, case.bias, len(case.inputs)].append(place)
        found: list[float | Norm] = [0.0] * len(cases)
        for (widths, bias, samples), places in alike.items():
            chosen = [cases[place] for place in places]
            architecture = Architecture(widths, bias, self.activation, self.loss)
            layers = range(architecture.layers)
            weights = [np.asarray([one.weights[layer] for one in chosen], dtype=float) for layer in layers]
            kind = int if self.loss == "cross-entropy" else float
            total = np.zeros((len(chosen), architecture.parameters, architecture.parameters))
            for number in range(samples):
                inputs = np.asarray([one.inputs[number] for one in chosen], dtype=float)
                given = np.asarray([one.given[number] for one in chosen], dtype=kind)
                total += many_hessians(architecture, weights, inputs, given, self.part)
            for place, norm in zip(places, spectral_norms(total / samples), strict=True):
                found[place] = float(norm)
        return found

    def recheck(self, case: NormCase) -> Norm:
        """The norm in exact numbers, or as a ball."""
        return norm_of(case, self.activation, self.loss, self.part)

    def agrees(self, predicted: Stated, measured: float | Norm, relation: Relation) -> bool | None:
        """A norm in double precision decides where it is well away from the bound on the good side."""
        if isinstance(measured, Norm):
            return measured.against(predicted, relation)
        low, high = measured * (1 - _MARGIN) - 1e-300, measured * (1 + _MARGIN) + 1e-300
        if relation == "<=" and (predicted.low is None or high <= predicted.low):
            return True
        if relation == ">=" and predicted.high is not None and low >= predicted.high:
            return True
        return None

    def counterexample(self, found: Found[NormCase]) -> Counterexample:
        """The network, with what a second route says."""
        case, told = found.case, self.describe(found.case)

        def text(rows: Any) -> list[list[str]]:
            return [[str(entry) for entry in row] for row in rows]

        if self.loss == "cross-entropy":
            targets = [[str(int(place == label)) for place in range(told.outputs)] for label in case.given]
        else:
            targets = []
        named = {"mse": "δ = F − y", "cosh": "δ = tanh(F − y)"}
        return Counterexample(
            widths=list(case.widths),
            data_rank=told.data_rank,
            residual_rank=told.residual_rank,
            predicted=str(found.predicted),
            measured=str(found.measured),
            bias=case.bias,
            activation=self.activation,
            loss=self.loss,
            weights=[text(matrix) for matrix in case.weights],
            inputs=text(case.inputs),
            targets=targets,
            values={} if targets else {named[self.loss]: "; ".join(", ".join(map(str, row)) for row in case.given)},
            about=self.about,
            traits=[str(told)],
            order=self.order,
            confirmed_by=confirmed(
                case, self.activation, self.loss, self.part, found.predicted, self.statement.relation
            ),
            reproduce=found.reproduce,
        )

    def drawn(self) -> str:
        """How norms were measured."""
        return (
            "norms in double precision with a margin of 10^-9, and in exact numbers or balls wherever they come nearer "
            "to the bound; weights, biases, inputs and residuals are rational, and so are their norms"
        )


def _simplified(rows: Matrix) -> Iterator[Matrix]:
    """Matrices with one entry that is simpler."""
    for row, entries in enumerate(rows):
        for column, entry in enumerate(entries):
            for value in _nearer(entry):
                yield (*rows[:row], (*entries[:column], value, *entries[column + 1 :]), *rows[row + 1 :])


def _nearer(entry: Fraction) -> tuple[Fraction, ...]:
    """Simpler numbers in place of an entry: zero, and a sign."""
    sign = ONE if entry > 0 else -ONE
    return tuple(value for value in (ZERO, sign) if value != entry) if entry else ()


def space(statement: Statement) -> NormSpace:
    """The space of a statement about a norm.

    Example:
        >>> made = space(Statement("f", "gauss_newton_norm", "<=", "every", False, "relu", "cross-entropy"))
        >>> case = list(next(made.levels()).cases)[1]
        >>> str(made.describe(case)), made.measure([case])
        ('1-1; relu; cross-entropy; ‖W‖ = 0; ‖x‖ = 1', [0.0])
    """
    return NormSpace(statement)
