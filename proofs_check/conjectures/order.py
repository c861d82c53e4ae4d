"""Every linear network, with and without bias, and every kind of data that it can have, in one stated order.

The order is: parameters p, then layers L, then widths from input to output, then without bias before with, then r, s,
r̃, s̃, then E[δ] = 0 first, then N. A network without bias has an r̃ too: the data are what they are, and a formula may
speak of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hessproof.proofs_check.bias.cases import possible
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

ORDER = "parameters p, then layers L, then widths from input to output, then r, s, r̃, s̃, then E[δ] = 0 first, then N"
"""The order in words, for one kind of network."""
ORDER_OF_BOTH = ORDER.replace("then r, s", "then without bias before with, then r, s")
"""The order in words, where networks with and without bias are searched."""


@dataclass(frozen=True, slots=True)
class DataCase:
    """An architecture and what its data are like.

    Args:
        case: Architecture, r, s, r̃, s̃ and e, also without bias.
        samples: N, at least r̃.
    """

    case: Case
    samples: int

    @property
    def key(self) -> tuple[Any, ...]:
        """The place in the stated order."""
        one, architecture = self.case, self.case.architecture
        return (
            architecture.parameters,
            architecture.layers,
            architecture.widths,
            architecture.bias,
            one.data_rank,
            one.residual_rank,
            one.augmented_data_rank,
            one.augmented_residual_rank,
            one.residual_mean,
            self.samples,
        )

    @property
    def described(self) -> Description:
        """What a conjecture is told."""
        one, architecture = self.case, self.case.architecture
        assert one.augmented_data_rank is not None
        assert one.augmented_residual_rank is not None
        assert one.residual_mean is not None
        return Description(
            architecture.widths,
            one.data_rank,
            one.augmented_data_rank,
            one.residual_rank,
            one.augmented_residual_rank,
            one.residual_mean,
            self.samples,
            architecture.hidden,
            architecture.bias,
            architecture.activation,
            architecture.loss,
        )


def architectures_of(parameters: int, bias: bool | None, layers: int | None = None) -> Iterator[Architecture]:
    """All architectures with exactly so many parameters, in the stated order.

    Args:
        parameters: p.
        bias: With bias or without; both kinds where it is None.
        layers: The largest L; any if None.

    Example:
        >>> [str(a) for a in architectures_of(4, True)]
        ['1-2', '3-1', '1-1-1']
        >>> [(str(a), a.bias) for a in architectures_of(2, None)]
        [('1-1', True), ('1-2', False), ('2-1', False), ('1-1-1', False)]
    """
    kinds = (False, True) if bias is None else (bias,)
    deepest = parameters if layers is None else min(layers, parameters)
    for depth in range(1, deepest + 1):
        found = [(widths, kind) for kind in kinds for widths in _widths(parameters, depth, kind)]
        for widths, kind in sorted(found) if bias is None else found:
            yield Architecture(widths, kind)


def _widths(parameters: int, layers: int, bias: bool) -> Iterator[tuple[int, ...]]:
    for first in range(1, parameters + 1):
        for rest in _completions(first + bias, parameters, layers, bias):
            yield (first, *rest)


def _completions(columns: int, total: int, layers: int, bias: bool) -> Iterator[tuple[int, ...]]:
    """Widths that follow so that exactly ``layers`` layers have ``total`` parameters, the first of so many columns."""
    if layers == 1:
        if total % columns == 0 and total:
            yield (total // columns,)
        return
    least = (layers - 1) * (1 + bias)
    for following in range(1, (total - least) // columns + 1):
        for rest in _completions(following + bias, total - columns * following, layers - 1, bias):
            yield (following, *rest)


def heads(architecture: Architecture) -> Iterator[DataCase]:
    """The data that make a difference to the ranks: (r, s), and with bias (r, s, r̃, s̃, e), the fewest samples each.

    Example:
        >>> [(one.case.data_rank, one.case.residual_rank, one.samples) for one in heads(Architecture((1, 1)))]
        [(0, 0, 1), (1, 0, 1), (1, 1, 1)]
    """
    for data, residual in _ranks(architecture):
        tails = tails_of(architecture.inputs, architecture.outputs, data, residual)
        for augmented, augmented_residual, mean in tails if architecture.bias else tails[:1]:
            made = Case(architecture, data, residual, augmented, augmented_residual, mean)
            yield DataCase(made, augmented)


def variants(head: DataCase) -> tuple[DataCase, ...]:
    """The head and the cases that differ from it in N only, and without bias in r̃, s̃ and e too, in the stated order.

    Example:
        >>> first = next(heads(Architecture((1, 1))))
        >>> [(v.case.augmented_residual_rank, v.samples) for v in variants(first)]
        [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]
    """
    one, architecture = head.case, head.case.architecture
    tails: tuple[tuple[Any, Any, Any], ...] = (
        (one.augmented_data_rank, one.augmented_residual_rank, one.residual_mean),
    )
    if not architecture.bias:
        tails = tails_of(architecture.inputs, architecture.outputs, one.data_rank, one.residual_rank)
    return tuple(
        DataCase(Case(architecture, one.data_rank, one.residual_rank, *tail), count)
        for tail in tails
        for count in sample_counts(architecture, tail[0])
    )


def sample_counts(architecture: Architecture, least: int) -> list[int]:
    """The N that are tried, from the least one on: the next two, every width and one more, p and p + 1.

    N has no end, but these lie on both sides of every number that a formula can compare it with.

    Example:
        >>> sample_counts(Architecture((3, 1, 2)), 2)
        [2, 3, 4, 5, 6]
    """
    p = architecture.parameters
    marks = {least, least + 1, least + 2, p, p + 1}
    marks |= {width + more for width in architecture.widths for more in (0, 1)}
    return sorted(mark for mark in marks if mark >= least)


@lru_cache(maxsize=4096)
def tails_of(inputs: int, outputs: int, data: int, residual: int) -> tuple[tuple[int, int, int], ...]:
    """(r̃, s̃, e) that data of ranks r and s can have, in the stated order.

    Example:
        >>> tails_of(1, 1, 1, 0)
        ((1, 0, 0), (2, 0, 0), (2, 1, 1))
    """
    shape = Architecture((inputs, outputs))
    return tuple(
        (augmented, augmented_residual, mean)
        for augmented in (data, data + 1)
        for augmented_residual in (residual, residual + 1)
        for mean in (0, 1)
        if possible(shape, data, augmented, residual, augmented_residual, mean)
    )


def _ranks(architecture: Architecture) -> Iterator[tuple[int, int]]:
    for data in range(architecture.inputs + 1):
        for residual in range(min(data, architecture.outputs) + 1):
            yield data, residual
