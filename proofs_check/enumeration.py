"""Every small architecture, and every pair of data ranks it allows, in one stated order.

The order is: number of parameters p, then layers L, then widths from the input on (lexicographically); cases of one
architecture follow by r, then by s. "Smallest counterexample" means smallest in this order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

ORDER = "parameters p, then layers L, then widths from input to output, then r, then s"
"""The order of every enumeration of this module, in words."""

SortKey = tuple[int, int, tuple[int, ...]]


def order_key(architecture: Architecture) -> SortKey:
    """The key (p, L, widths) of the stated order.

    Example:
        >>> order_key(Architecture((2, 1, 3)))
        (5, 2, (2, 1, 3))
    """
    return architecture.parameters, architecture.layers, architecture.widths


def case_key(case: Case) -> tuple[SortKey, int, int]:
    """The key ((p, L, widths), r, s) of the stated order."""
    return order_key(case.architecture), case.data_rank, case.residual_rank


def architectures_within(layers: int, width: int) -> tuple[Architecture, ...]:
    """All architectures with 1 ≤ L ≤ ``layers`` and widths 1 … ``width``, in the stated order.

    There are w² + w³ + … + w^(L+1) of them.

    Raises:
        UnusableRequest: If ``layers`` or ``width`` is below one.

    Example:
        >>> len(architectures_within(4, 5))
        3900
        >>> [str(a) for a in architectures_within(2, 2)[:4]]
        ['1-1', '1-2', '2-1', '1-1-1']
    """
    _at_least("layers", layers, 1)
    _at_least("width", width, 1)
    widths = range(1, width + 1)
    found = (Architecture(choice) for count in range(2, layers + 2) for choice in product(widths, repeat=count))
    return tuple(sorted(found, key=order_key))


def architectures_by_parameters(
    parameters: int, layers: int | None = None, *, start: int = 1
) -> Iterator[Architecture]:
    """All architectures with ``start`` ≤ p ≤ ``parameters`` (and L ≤ ``layers``, if given), in the stated order.

    The iterator is lazy: a search that stops early pays only for what it saw.

    Raises:
        UnusableRequest: If ``parameters``, ``layers`` or ``start`` is below one.

    Example:
        >>> [str(a) for a in architectures_by_parameters(3)]
        ['1-1', '1-2', '2-1', '1-1-1', '1-3', '3-1', '1-1-2', '2-1-1', '1-1-1-1']
    """
    _at_least("parameters", parameters, 1)
    _at_least("start", start, 1)
    if layers is not None:
        _at_least("layers", layers, 1)
    return _by_parameters(parameters, layers, start)


def ranks(architecture: Architecture) -> Iterator[tuple[int, int]]:
    """All (r, s) with 0 ≤ r ≤ d and 0 ≤ s ≤ min(r, K), by r and then s.

    Example:
        >>> list(ranks(Architecture((2, 1))))
        [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)]
    """
    for data_rank in range(architecture.inputs + 1):
        for residual_rank in range(min(data_rank, architecture.outputs) + 1):
            yield data_rank, residual_rank


def cases(architecture: Architecture) -> Iterator[Case]:
    """The cases (architecture, r, s) of one architecture, in the stated order.

    Example:
        >>> [(case.data_rank, case.residual_rank) for case in cases(Architecture((1, 2)))]
        [(0, 0), (1, 0), (1, 1)]
    """
    for data_rank, residual_rank in ranks(architecture):
        yield Case(architecture, data_rank, residual_rank)


def _by_parameters(parameters: int, layers: int | None, start: int) -> Iterator[Architecture]:
    for total in range(start, parameters + 1):
        deepest = total if layers is None else min(layers, total)
        for depth in range(1, deepest + 1):
            for first in range(1, total - depth + 2):
                for rest in _completions(first, total, depth):
                    yield Architecture((first, *rest))


def _completions(width: int, total: int, layers: int) -> Iterator[tuple[int, ...]]:
    """Widths after ``width`` such that exactly ``layers`` layers with ``total`` parameters follow."""
    if layers == 1:
        if total % width == 0:
            yield (total // width,)
        return
    for following in range(1, (total - (layers - 1)) // width + 1):
        for rest in _completions(following, total - width * following, layers - 1):
            yield (following, *rest)


def _at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise UnusableRequest(f"{name} {value}", f"an integer of at least {least}", f"give {least} or more")
