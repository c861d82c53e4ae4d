"""What one row of a campaign is about: an architecture with the ranks of its data, under one canonical name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from hessproof.proofs_check.bias.cases import biased_cases
from hessproof.proofs_check.enumeration import ranks as plain_ranks
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

Wanted = int | str
"""Which ranks: ``all``, ``full`` (the largest only), or one number."""


class Ranks(NamedTuple):
    """Ranks of the data; None where a network does not ask for one, or where it decides the rank itself.

    Args:
        data: r.
        residual: s.
        augmented_data: r̃.
        augmented_residual: s̃.
        mean: rk E[δ].
    """

    data: int
    residual: int | None = None
    augmented_data: int | None = None
    augmented_residual: int | None = None
    mean: int | None = None


class Item(NamedTuple):
    """One instance of a campaign.

    Args:
        number: Its place in the plan's order, from 0.
        architecture: The network.
        ranks: Those of its data.

    Example:
        >>> Item(0, Architecture((2, 3, 2)), Ranks(2, 1)).id
        '2-3-2 r=2 s=1'
        >>> Item(0, Architecture((2, 1), bias=True), Ranks(1, 1, 2, 1, 1)).id
        '2-1 bias r=1,2 s=1,1 e=1'
        >>> Item(0, Architecture((2, 3, 2), activation="relu"), Ranks(2)).id
        '2-3-2 relu r=2'
    """

    number: int
    architecture: Architecture
    ranks: Ranks

    @property
    def id(self) -> str:
        """The canonical name: the same instance has the same name in every plan."""
        one, ranks = self.architecture, self.ranks
        words = [str(one), "bias" if one.bias else ""]
        words += [name for name, usual in ((one.activation, "linear"), (one.loss, "mse")) if name != usual]
        words.append(f"r={_pair(ranks.data, ranks.augmented_data)}")
        if ranks.residual is not None:
            words.append(f"s={_pair(ranks.residual, ranks.augmented_residual)}")
        if ranks.mean is not None:
            words.append(f"e={ranks.mean}")
        return " ".join(word for word in words if word)

    @property
    def case(self) -> Case:
        """The item as the case that formulas are evaluated at.

        Raises:
            ValueError: If the network decides the rank of its residual itself.
        """
        data, residual, augmented_data, augmented_residual, mean = self.ranks
        if residual is None:
            raise ValueError(f"{self.id}: s is not prescribed")
        return Case(self.architecture, data, residual, augmented_data, augmented_residual, mean)


def _pair(one: int, other: int | None) -> str:
    return str(one) if other is None else f"{one},{other}"


@lru_cache(maxsize=1 << 14)
def choices(
    ends: tuple[int, int], bias: bool, activation: str, loss: str, data: Wanted, residual: Wanted
) -> tuple[Ranks, ...]:
    """The ranks of data and residual that a plan asks for, in the stated order.

    A linear network under the squared loss with bias has r̃, s̃ and rk E[δ] too; under another loss, r and s alone are
    prescribed; where the network is not linear, r alone. Hidden widths do not matter.

    Args:
        ends: Numbers of inputs and outputs, d and K.
        bias: Whether the network has biases.
        activation: Of its hidden layers.
        loss: Its loss.
        data: All r (with bias, all r̃ too), the largest, or one r.
        residual: The same for s (with bias, s̃ and rk E[δ]).

    Example:
        >>> choices((2, 1), False, "linear", "mse", "all", "full")
        (Ranks(data=0, residual=0, augmented_data=None, augmented_residual=None, mean=None),
         Ranks(data=1, residual=1, augmented_data=None, augmented_residual=None, mean=None),
         Ranks(data=2, residual=1, augmented_data=None, augmented_residual=None, mean=None))
        >>> choices((2, 3), True, "linear", "mse", "full", "full")
        (Ranks(data=2, residual=2, augmented_data=3, augmented_residual=3, mean=1),)
    """
    architecture = Architecture(ends, bias=bias, activation=activation, loss=loss)
    found = [one for one in _possible(architecture) if _wanted_data(one, architecture.inputs, data)]
    if residual == "all":
        return tuple(found)
    if residual != "full":
        return tuple(one for one in found if one.residual == residual)
    largest: dict[tuple[int, int | None], Ranks] = {}
    for one in found:
        largest[one.data, one.augmented_data] = max(largest.get((one.data, one.augmented_data), one), one, key=_size)
    return tuple(largest.values())


def _possible(architecture: Architecture) -> Iterable[Ranks]:
    """Every combination of ranks that data can have."""
    if architecture.activation != "linear":
        return [Ranks(r) for r in range(architecture.inputs + 1)]
    if architecture.bias and architecture.loss == "mse":
        return [
            Ranks(c.data_rank, c.residual_rank, c.augmented_data_rank, c.augmented_residual_rank, c.residual_mean)
            for c in biased_cases(architecture)
        ]
    # softmax makes the entries of a residual add up to 0, so that K - 1 of them are free
    free = architecture.outputs - (architecture.loss == "cross-entropy")
    return [Ranks(r, s) for r, s in plain_ranks(architecture) if s <= free]


def _wanted_data(ranks: Ranks, inputs: int, wanted: Wanted) -> bool:
    if wanted == "full":
        return ranks.data == inputs and ranks.augmented_data in (None, inputs + 1)
    return wanted in ("all", ranks.data)


def _size(ranks: Ranks) -> tuple[int, ...]:
    return tuple(-1 if one is None else one for one in (ranks.residual, ranks.augmented_residual, ranks.mean))
