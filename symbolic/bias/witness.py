r"""A point with bias at which H_L and H_f reach their generic ranks: rectangular identities, no biases, small moments.

W^l is the rectangular identity, b^l = 0, the inputs are centred with Σ = diag(1, …, 1, 0, …) of rank r̃ − 1. If
E[δ] ≠ 0, E[δ] = (2, 0, …) and Ω has entries 2 at (2, 1), (3, 2), …, (s̃, s̃ − 1), so that Ω̃ has rank s̃; if E[δ] = 0, Ω is
the one of :mod:`hessproof.symbolic.witness`. That the ranks are those of the formulas is derived for all sizes in
:mod:`~hessproof.symbolic.bias.recursion`. Call i alive at layer l if i ≤ M_l (at layer 0: i ≤ r̃ − 1), and let 0, the
homogeneous coordinate, be alive at every layer as a column. The entry (i, a) of Δ^k, 1 ≤ i ≤ M_k, 0 ≤ a ≤ M_{k-1},
meets

- outer: the entry (i, a) of Δ^l with weight 1, if for both layers a is alive before and i from there on;
- functional: as (j, a) of Δ^k the entry (i, j) of ΔW^l, k < l, with weight Ω̃_{ia}, if a is alive on 0, …, k−1,
  j on k, …, l−1 and i on l, …, L.

The Hessian falls apart into blocks, many of them alike. Its rank modulo a prime bounds the generic rank from below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Part = Literal["outer", "functional", "loss"]
Array = NDArray[np.object_]
Coordinate = tuple[int, int, int]
PRIME = 2**31 - 1


@dataclass(frozen=True)
class Witness:
    """The point for an architecture with bias and given ranks.

    Args:
        architecture: Its widths.
        augmented_data_rank: r̃ = rk E[x̃x̃⊤], 1 to d + 1.
        augmented_residual_rank: s̃ = rk E[δx̃⊤].
        residual_mean: rk E[δ].

    Raises:
        UnusableRequest: If no centred data have these ranks for these widths.

    Example:
        >>> point = Witness(Architecture((1, 1, 2), bias=True), 2, 2)
        >>> point.sigma.tolist(), point.omega.tolist()
        ([[1, 0], [0, 1]], [[0, 2], [2, 0]])
        >>> point.rank("loss"), point.rank("functional"), point.rank("outer")
        (6, 4, 4)
    """

    architecture: Architecture
    augmented_data_rank: int
    augmented_residual_rank: int
    residual_mean: int = 1

    def __post_init__(self) -> None:
        inputs, outputs = self.architecture.inputs, self.architecture.outputs
        if not 1 <= self.augmented_data_rank <= inputs + 1:
            raise UnusableRequest(
                f"augmented data rank {self.augmented_data_rank}",
                f"1 to {inputs + 1}, the inputs of {self.architecture} and one",
                f"give {inputs + 1}",
            )
        least, most = self.residual_mean, min(self.augmented_data_rank - 1 + self.residual_mean, outputs)
        if self.residual_mean not in (0, 1) or not least <= self.augmented_residual_rank <= most:
            raise UnusableRequest(
                f"augmented residual rank {self.augmented_residual_rank} with a mean of rank {self.residual_mean}",
                f"{least} to {most} for {self.architecture} and a mean of rank 0 or 1",
                f"give {most}",
            )

    @property
    def parameters(self) -> tuple[Array, ...]:
        """[W^l b^l] for each layer, M_l × (M_{l-1}+1)."""
        return tuple(_diagonal(rows, cols + 1, [1] * min(rows, cols)) for rows, cols in self.architecture.weight_shapes)

    @property
    def sigma(self) -> Array:
        """Σ̃, (d+1) × (d+1)."""
        size = self.architecture.inputs + 1
        result = _diagonal(size, size, [1] * (self.augmented_data_rank - 1))
        result[-1, -1] = 1
        return result

    @cached_property
    def omega(self) -> Array:
        """Ω̃, K × (d+1)."""
        rows, cols, s = self.architecture.outputs, self.architecture.inputs + 1, self.augmented_residual_rank
        if not self.residual_mean:
            narrow = self.architecture.narrowest(self.augmented_data_rank - 1)
            return _diagonal(rows, cols, [1 if i <= narrow else 3 for i in range(1, s + 1)])
        result = _diagonal(rows, cols, [])
        result[0, -1] = 2
        for place in range(1, s):
            result[place, place - 1] = 2
        return result

    def rank(self, part: Part) -> int:
        """The rank of H_o, H_f or H_L at the point modulo a prime: at most the generic rank."""
        return sum(map(_rank, self.blocks(part)))

    def functional_on_kernel(self) -> int:
        """The rank of H_f as a form on the kernel of H_o, by bordering: rk [H_f H_o; H_o 0] − 2 rk H_o."""
        outer, functional = self._rows("outer"), self._rows("functional")
        places = sorted({*outer, *functional})
        empty = (0,) * len(places)
        one, two = ([tuple(rows.get(i, {}).get(j, 0) for j in places) for i in places] for rows in (functional, outer))
        upper = [(*left, *right) for left, right in zip(one, two, strict=True)]
        return _rank((*upper, *((*row, *empty) for row in two))) - 2 * _rank(tuple(two))

    def blocks(self, part: Part) -> Iterator[tuple[tuple[int, ...], ...]]:
        """The blocks of the Hessian that are not zero."""
        rows = self._rows(part)
        seen: set[Coordinate] = set()
        for start in rows:
            if start not in seen:
                group, queue = [start], [start]
                seen.add(start)
                while queue:
                    fresh = [other for other in rows[queue.pop()] if other not in seen]
                    seen.update(fresh)
                    group += fresh
                    queue += fresh
                group.sort()
                yield tuple(tuple(rows[one].get(two, 0) for two in group) for one in group)

    def _rows(self, part: Part) -> dict[Coordinate, dict[Coordinate, int]]:
        """For each coordinate (k, i, a) that meets any: what it meets, with weights."""
        rows: dict[Coordinate, dict[Coordinate, int]] = {}

        def add(one: Coordinate, two: Coordinate, value: int) -> None:
            row = rows.setdefault(one, {})
            row[two] = row.get(two, 0) + value

        for one, two, value in self._couplings(part):
            add(one, two, value)
            if one != two:
                add(two, one, value)
        return rows

    def _couplings(self, part: Part) -> Iterator[tuple[Coordinate, Coordinate, int]]:
        widths = (self.augmented_data_rank - 1, *self.architecture.widths[1:])
        layers = range(1, len(widths))
        before = [min(widths[:k]) for k in range(1, len(widths))]
        after = [min(widths[k:]) for k in layers]
        if part != "functional":
            for k in layers:
                for l in range(k, len(widths)):
                    for i in range(1, after[k - 1] + 1):
                        for a in range(before[l - 1] + 1):
                            yield (k, i, a), (l, i, a), 1
        if part != "outer":
            for k in layers:
                for l in range(k + 1, len(widths)):
                    passing = min(widths[k:l])
                    for i, column in zip(*np.nonzero(self.omega), strict=True):
                        a = 0 if column == self.architecture.inputs else int(column) + 1
                        if i < after[l - 1] and a <= before[k - 1]:
                            for j in range(1, passing + 1):
                                yield (k, j, a), (l, int(i) + 1, j), int(self.omega[i, column])


def _diagonal(rows: int, cols: int, entries: list[int]) -> Array:
    result = np.full((rows, cols), 0, dtype=object)
    for place, entry in enumerate(entries):
        result[place, place] = entry
    return result


@lru_cache(maxsize=4096)
def _rank(block: tuple[tuple[int, ...], ...]) -> int:
    """The rank modulo a prime, by elimination."""
    rows, rank = [[entry % PRIME for entry in row] for row in block], 0
    for column in range(len(block)):
        pivot = next((row for row in range(rank, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        inverse = pow(rows[rank][column], -1, PRIME)
        for row in rows[rank + 1 :]:
            if row[column]:
                factor = row[column] * inverse % PRIME
                row[column:] = [
                    (x - factor * y) % PRIME for x, y in zip(row[column:], rows[rank][column:], strict=True)
                ]
        rank += 1
    return rank


def attained_rank(
    architecture: Architecture,
    augmented_data_rank: int,
    augmented_residual_rank: int,
    residual_mean: int = 1,
    part: Part = "loss",
) -> int:
    """The rank of the witness's Hessian: a lower bound of the generic rank with bias.

    Example:
        >>> attained_rank(Architecture((3, 2, 4, 5), bias=True), 4, 4)
        41
    """
    return Witness(architecture, augmented_data_rank, augmented_residual_rank, residual_mean).rank(part)
