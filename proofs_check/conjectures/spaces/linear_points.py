"""Linear networks at special parameters: where a statement about *every* parameter breaks.

For each kind of data the parameters come in this order: all those with entries 0, 1 and −1 by Σ|entries|, as far as
they are few; zeros, identities, chains that vanish, single layers or rows that vanish; and one generic point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from hessproof.numeric.instance import Instance
from hessproof.proofs_check.bias.points import settings as biased_settings
from hessproof.proofs_check.conjectures.api import SYMBOLS, Statement
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.order import ORDER, ORDER_OF_BOTH, DataCase, variants
from hessproof.proofs_check.conjectures.reading import read_rank
from hessproof.proofs_check.conjectures.spaces.linear import LinearSpace
from hessproof.proofs_check.conjectures.spaces.linear_batches import PRIME, Numbers, measure_at
from hessproof.proofs_check.conjectures.spaces.linear_counterexample import confirmation, rank_at, record
from hessproof.proofs_check.conjectures.spaces.protocol import Found, Level, Space
from hessproof.proofs_check.conjectures.spaces.small_data import (
    drawn_weights,
    small_inputs,
    small_instance,
    small_residuals,
)
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.proofs_check.searches.special_weights import (
    bulges,
    rectangular_identity,
    vanishing_chain,
    vectors_by_total,
)
from hessproof.symbolic.architecture import Architecture

ENTRIES = (0, 1, -1)
GRID = 3**5
"""Most settings of the parameters that are all tried: p ≤ 5; beyond it those with Σ|entries| ≤ `FEW`."""
FEW = 1
BOUND, TRIES = 3, 60
"""Largest entry of the data and of the generic point, and draws until the data's ranks are as asked for."""

_WHICH = "then the parameters (entries 0, 1, −1 by Σ|entries|, then special ones, then a generic one)"
_AFTER = {False: "then r, s", True: "then E[δ] = 0 first", None: "then r, s"}
_PARAMETERS = {bias: (after, f"{after}, {_WHICH}") for bias, after in _AFTER.items()}
"""Where the parameters come in the order: after what the generic rank depends on (with bias always r̃, s̃ and E[δ])."""
Setting = tuple[tuple[int, ...], ...]
"""The rows of all layers, one after the other: hashable."""


@dataclass(frozen=True, slots=True)
class PointCase:
    """One point of parameter space with one kind of data.

    Args:
        data: Architecture and data.
        number: Place of the parameters in the order of the kind.
    """

    data: DataCase
    number: int


class PointSpace(Space[PointCase]):
    """Ranks at special parameters of linear networks.

    Args:
        statement: Whose quantity and bias are used.
        seed: Of the small data.

    Example:
        >>> made = PointSpace(Statement("f", "outer", "==", "every", False, "linear", "mse"))
        >>> levels = made.levels()
        >>> first, second = next(levels), next(levels)
        >>> made.measure(list(second.cases)[-4:])
        [1, 1, 1, 1]
    """

    def __init__(self, statement: Statement, seed: int = 0) -> None:
        self.statement, self.seed = statement, seed
        self._generic = LinearSpace(statement, seed)
        kind = ORDER_OF_BOTH if statement.bias is None else ORDER
        self.order = kind.replace(*_PARAMETERS[statement.bias])
        self.about = SYMBOLS[statement.quantity]
        self.free = self._generic.free
        self.reader = read_rank

    def levels(self) -> Iterator[Level[PointCase]]:
        """Every kind of data and every listed point, p by p."""
        for level in self._generic.levels():
            yield Level(level.size, _Points(level.cases))

    def directed(self, largest: int | None) -> Iterator[PointCase]:
        """The listed points of the corner architectures."""
        yield from _Points(self._generic.directed(largest))

    def random(self, rng: np.random.Generator, largest: int | None) -> Iterator[PointCase]:
        """The listed points of random networks."""
        yield from _Points(self._generic.random(rng, largest))

    def key(self, case: PointCase) -> tuple[Any, ...]:
        """The place in the stated order."""
        key = case.data.key
        head = 9 if case.data.case.architecture.bias else 6
        return (*key[:head], case.number, *key[head:])

    def describe(self, case: PointCase) -> Description:
        """What the conjecture is told: it does not see the parameters."""
        return case.data.described

    def measure(self, cases: Sequence[PointCase]) -> list[int]:
        """Ranks modulo a prime, which are lower bounds; whatever they contradict is measured again over Q."""
        made = []
        for case in cases:
            weights = _weights(case.data.case.architecture, case.number, self.seed)
            made.append(Numbers(case.data.case.architecture, weights, *_small_moments(case.data, self.seed)))
        return measure_at(made, self.statement.quantity)

    def recheck(self, case: PointCase) -> int:
        """The rank over Q."""
        return rank_at(instance_at(case.data, case.number, self.seed), self.statement.quantity)

    def counterexample(self, found: Found[PointCase]) -> Counterexample:
        """The point itself."""
        made = instance_at(found.case.data, found.case.number, self.seed)
        why = confirmation(made, self.statement.quantity, found.measured)
        return record(found, self.statement, made, self.order, self.about, why)

    def variants(self, case: PointCase) -> tuple[PointCase, ...]:
        """The same parameters with every N of interest; without bias every r̃, s̃ and e too."""
        return tuple(PointCase(data, case.number) for data in variants(case.data))

    def smaller(self, case: PointCase) -> Iterator[PointCase]:
        """The listed points of smaller networks, and earlier points of this one."""
        yield from _Points(self._generic.smaller(case.data))
        yield from (PointCase(case.data, number) for number in range(case.number))

    def architecture(self, case: PointCase) -> Architecture:
        """Widths and bias."""
        return case.data.case.architecture

    def drawn(self) -> str:
        """How the truth was measured."""
        return f"each rank at explicit parameters modulo {PRIME}, a failure again over the rationals"


class _Points:
    """The points of some kinds of data, made again on every pass."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __iter__(self) -> Iterator[PointCase]:
        for one in self.data:
            for number in range(1 + len(settings_of(one.case.architecture))):
                yield PointCase(one, number)


@lru_cache(maxsize=256)
def settings_of(architecture: Architecture) -> tuple[Setting, ...]:
    """The listed parameters of an architecture, without the generic ones, each once.

    Example:
        >>> settings_of(Architecture((1, 1)))
        (((0,),), ((1,),), ((-1,),))
    """
    size = architecture.parameters
    largest = size if len(ENTRIES) ** size <= GRID else FEW
    found = [_shaped(architecture, flat) for total in range(largest + 1)
             for flat in vectors_by_total(size, total, ENTRIES)]  # fmt: skip
    special = biased_settings(architecture) if architecture.bias else _special(architecture)
    found += [tuple(tuple(int(entry) for entry in row) for weight in weights for row in weight) for weights in special]
    return tuple(dict.fromkeys(found))


def _shaped(architecture: Architecture, flat: Sequence[int]) -> Setting:
    rows, start = [], 0
    for count, columns in architecture.weight_shapes:
        for _ in range(count):
            rows.append(tuple(flat[start : start + columns + architecture.bias]))
            start += columns + architecture.bias
    return tuple(rows)


def _special(architecture: Architecture) -> Iterator[list[Any]]:
    identity = [rectangular_identity(*shape) for shape in architecture.weight_shapes]
    yield identity
    yield [rectangular_identity(*shape, offset=max(shape)) for shape in architecture.weight_shapes]
    yield from (vanishing_chain(architecture, layer) for layer in bulges(architecture))
    for layer in range(architecture.layers):
        yield [0 * weight if l == layer else weight for l, weight in enumerate(identity)]
        cut = [weight.copy() for weight in identity]
        cut[layer][0, :] = 0
        yield cut


def instance_at(one: DataCase, number: int, seed: int) -> Instance:
    """The instance with the numbered parameters on small data of a kind."""
    weights = _weights(one.case.architecture, number, seed)
    return small_instance(one, list(weights), _residuals(one, seed))


@lru_cache(maxsize=4096)
def _weights(architecture: Architecture, number: int, seed: int) -> tuple[Any, ...]:
    """The parameters of a number; the generic ones come last."""
    listed = settings_of(architecture)
    if number >= len(listed):
        return tuple(drawn_weights(architecture, np.random.default_rng([seed, 6]), BOUND))
    rows, weights = list(listed[number]), []
    for count, _ in architecture.weight_shapes:
        weights.append(np.array(rows[:count], dtype=np.int64))
        del rows[:count]
    return tuple(weights)


@lru_cache(maxsize=4096)
def _residuals(one: DataCase, seed: int) -> Any:
    rng = np.random.default_rng([seed, 5])
    for attempt in range(TRIES):
        found = small_residuals(one, rng, 1 + attempt * BOUND // TRIES)
        if found is not None:
            return found
    raise ArithmeticError(f"no small residuals for {one.described}")


@lru_cache(maxsize=4096)
def _small_moments(one: DataCase, seed: int) -> tuple[Any, Any]:
    """Σ and Ω of the small data, with bias of (x, 1)."""
    inputs = small_inputs(one)
    if one.case.architecture.bias:
        inputs = np.hstack([inputs, np.ones((len(inputs), 1), dtype=np.int64)])
    return inputs.T @ inputs, _residuals(one, seed).T @ inputs
