"""Kinds of samples and networks: widths, the ranks of the data, N, how many neurons are active."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as choices
from typing import Any

from hessproof.proofs_check.conjectures.description import Description
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.outputs import effective_outputs


@dataclass(frozen=True, slots=True)
class Sampled:
    """A kind of instances.

    Args:
        widths: (M_0, …, M_L).
        data_rank: r.
        augmented_data_rank: r̃.
        residual_rank: s.
        augmented_residual_rank: s̃.
        residual_mean: e = rk E[δ].
        samples: N.
        active: Active neurons of each hidden layer; None for special weights, which decide it themselves.
        draw: Which of the independent draws of this kind.
        bias: Whether every layer has a bias.
    """

    widths: tuple[int, ...]
    data_rank: int
    augmented_data_rank: int
    residual_rank: int
    augmented_residual_rank: int
    residual_mean: int
    samples: int
    active: tuple[int, ...] | None
    draw: int = 0
    bias: bool = False

    def key(self) -> tuple[Any, ...]:
        """p, L, widths, bias, r, r̃, s, s̃, e, N, inactive neurons, draw."""
        p = Architecture(self.widths, self.bias).parameters
        hidden = self.widths[1:-1]
        active = hidden if self.active is None else self.active
        dead = tuple(width - count for width, count in zip(hidden, active, strict=True))
        ranks = self.data_rank, self.augmented_data_rank, self.residual_rank, self.augmented_residual_rank
        return p, len(self.widths), self.widths, self.bias, *ranks, -self.residual_mean, self.samples, dead, self.draw

    def architecture(self, activation: str, loss: str) -> Architecture:
        """Its architecture."""
        return Architecture(self.widths, self.bias, activation, loss)

    @property
    def ranks(self) -> tuple[int, int, int, int, int]:
        """(r, r̃, s, s̃, e)."""
        first = self.data_rank, self.augmented_data_rank, self.residual_rank
        return (*first, self.augmented_residual_rank, self.residual_mean)

    def with_data(self, ranks: tuple[int, int, int, int, int], samples: int) -> Sampled:
        """The same network with data of other ranks and another N."""
        return Sampled(self.widths, *ranks, samples, self.active, self.draw, self.bias)

    def describe(self, activation: str, loss: str, active: tuple[int, ...] | None = None) -> Description:
        """In the words of a conjecture, with the neurons that are active where the kind does not say it."""
        found = self.active if active is None else active
        return Description(
            self.widths,
            self.data_rank,
            self.augmented_data_rank,
            self.residual_rank,
            self.augmented_residual_rank,
            self.residual_mean,
            self.samples,
            self.widths[1:-1] if found is None else found,
            self.bias,
            activation,
            loss,
        )


ORDER = (
    "p, then L, then widths, then no bias before bias, then r, r̃, s, s̃, then E[δ] ≠ 0 before E[δ] = 0, then N, then "
    "the numbers of inactive neurons"
)


def rank_tuples(inputs: int, outputs: int) -> Iterator[tuple[int, int, int, int, int]]:
    """All (r, r̃, s, s̃, e) that data can have, with s up to ``outputs``.

    Example:
        >>> list(rank_tuples(1, 1))[:4]
        [(0, 1, 0, 1, 1), (0, 1, 0, 0, 0), (1, 1, 0, 0, 0), (1, 1, 1, 1, 1)]
    """
    for r in range(inputs + 1):
        for wide in range(max(1, r), r + 2):
            for s in range(min(r, outputs) + 1):
                if s:
                    yield r, wide, s, s, 1
                if wide > r and s < outputs:
                    yield r, wide, s, s + 1, 1
                if s < wide:
                    yield r, wide, s, s, 0


def few_samples(architecture: Architecture, augmented_data_rank: int) -> tuple[int, ...]:
    """N where it makes a difference: the least that has the ranks, one more, d + 1 and p + 1.

    Example:
        >>> few_samples(Architecture((3, 2)), 1)
        (1, 2, 4, 7)
    """
    found = {augmented_data_rank, augmented_data_rank + 1, architecture.inputs + 1, architecture.parameters + 1}
    return tuple(sorted(count for count in found if count >= augmented_data_rank))


def active_tuples(architecture: Architecture, data_rank: int) -> Iterator[tuple[int, ...]]:
    """How many neurons can be active in each hidden layer, all of them first.

    Only ReLU neurons can be dead; without bias nothing is active above a dead layer, or on samples that are zero.

    Example:
        >>> list(active_tuples(Architecture((1, 2, 1, 1), activation="relu"), 1))
        [(2, 1), (2, 0), (1, 1), (1, 0), (0, 0)]
    """
    if architecture.activation != "relu":
        yield architecture.hidden
        return
    for found in choices(*(range(width, -1, -1) for width in architecture.hidden)):
        before = (data_rank, *found)
        if architecture.bias or all(after == 0 for count, after in zip(before, found, strict=False) if count == 0):
            yield found


def kinds(architecture: Architecture, draws: int = 1) -> Iterator[Sampled]:
    """Every kind of instances of one architecture, in the stated order.

    Example:
        >>> kind = next(kinds(Architecture((1, 1), activation="relu")))
        >>> kind.data_rank, kind.samples, kind.active
        (0, 1, ())
    """
    found = [
        Sampled(architecture.widths, *ranks, samples, active, draw, architecture.bias)
        for ranks in rank_tuples(architecture.inputs, effective_outputs(architecture))
        for samples in few_samples(architecture, ranks[1])
        for active in active_tuples(architecture, ranks[0])
        for draw in range(draws)
    ]
    return iter(sorted(found, key=Sampled.key))
