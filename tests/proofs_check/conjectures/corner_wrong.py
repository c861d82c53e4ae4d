"""Formulas that are wrong in one corner only, generated: a right formula, changed by one where a predicate holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hessproof.proofs_check.conjectures.api import Conjecture, conjecture
from hessproof.symbolic.formulas import FORMULAS

Corner = Callable[[Any], bool]

RIGHT = {
    (part, bias): FORMULAS[f"{part}_bias_generic" if bias else f"{part}_generic"]
    for part in ("outer", "functional", "loss")
    for bias in (False, True)
}
"""The right formulas, by quantity and bias."""


def right(a: Any, part: str) -> int:
    """The right value at a description."""
    more = {}
    if a.bias:
        more = {
            "augmented_data_rank": a.augmented_data_rank,
            "augmented_residual_rank": a.augmented_residual_rank,
            "residual_mean": a.residual_mean,
        }
    return RIGHT[part, a.bias].evaluate(a.architecture, a.data_rank, a.residual_rank, **more)


def q_of(a: Any) -> int:
    """The smallest of r, the hidden widths and K."""
    return min(a.data_rank, *a.hidden, a.outputs)


def only_narrowest(a: Any, layer: int, depth: int) -> bool:
    """Whether a network of some depth has its one narrowest layer there (r counts as the input's width)."""
    if a.layers != depth:
        return False
    widths = (a.data_rank, *a.widths[1:])
    return all(widths[layer] < width for place, width in enumerate(widths) if place != layer)


CORNERS: dict[str, Corner] = {
    "r = 0": lambda a: a.data_rank == 0,
    "r = 1 < d": lambda a: a.data_rank == 1 < a.inputs,
    "0 < r < d": lambda a: 0 < a.data_rank < a.inputs,
    "r = d": lambda a: a.data_rank == a.inputs,
    "r = d - 1 > 0": lambda a: a.data_rank == a.inputs - 1 > 0,
    "r > K": lambda a: a.data_rank > a.outputs,
    "r < K": lambda a: 0 < a.data_rank < a.outputs,
    "s = 0 < q": lambda a: a.residual_rank == 0 < q_of(a),
    "0 < s < q": lambda a: 0 < a.residual_rank < q_of(a),
    "s = q - 1, L = 3": lambda a: 0 < a.residual_rank == q_of(a) - 1 and a.layers == 3,
    "s = q": lambda a: a.residual_rank == q_of(a) > 0,
    "s > q": lambda a: a.residual_rank > q_of(a),
    "s = min(r, K) > 1": lambda a: a.residual_rank == min(a.data_rank, a.outputs) > 1,
    "L = 1": lambda a: a.layers == 1,
    "L = 2": lambda a: a.layers == 2,
    "L = 3": lambda a: a.layers == 3,
    "L = 4": lambda a: a.layers == 4,
    "L >= 5": lambda a: a.layers >= 5,
    "L >= 7": lambda a: a.layers >= 7,
    "L even": lambda a: a.layers % 2 == 0,
    "K = 1, L > 1": lambda a: a.outputs == 1 < a.layers,
    "K = 1, r > 1": lambda a: a.outputs == 1 < a.data_rank,
    "K = 2": lambda a: a.outputs == 2,
    "d = 1, L > 2": lambda a: a.inputs == 1 and a.layers > 2,
    "d = 1 = K": lambda a: a.inputs == 1 == a.outputs,
    "hidden width 1": lambda a: 1 in a.hidden,
    "all widths 1": lambda a: set(a.widths) == {1},
    "two hidden widths 1": lambda a: a.hidden.count(1) == 2,
    "equal widths above 1": lambda a: len(set(a.widths)) == 1 < a.inputs,
    "equal widths above 1, L = 3": lambda a: len(set(a.widths)) == 1 < a.inputs and a.layers == 3,
    "bottleneck r, L = 2": lambda a: only_narrowest(a, 0, 2),
    "bottleneck M_1, L = 2": lambda a: only_narrowest(a, 1, 2),
    "bottleneck K, L = 2": lambda a: only_narrowest(a, 2, 2),
    "bottleneck M_1, L = 3": lambda a: only_narrowest(a, 1, 3),
    "bottleneck M_2, L = 3": lambda a: only_narrowest(a, 2, 3),
    "bottleneck K, L = 3": lambda a: only_narrowest(a, 3, 3) and a.data_rank > 0,
    "bottleneck M_2, L = 4": lambda a: only_narrowest(a, 2, 4) and q_of(a) > 0,
    "no hidden layer narrower than r and K": lambda a: a.layers > 1 and min(a.hidden) >= max(a.data_rank, a.outputs),
    "bulge in the middle": lambda a: a.layers == 2 and a.hidden[0] > max(a.inputs, a.outputs) + 1,
    "widths grow": lambda a: all(x < y for x, y in zip(a.widths, a.widths[1:], strict=False)) and a.layers > 1,
    "widths shrink": lambda a: all(x > y for x, y in zip(a.widths, a.widths[1:], strict=False)) and a.layers > 1,
    "p = 6": lambda a: a.parameters == 6,
    "N = r, L > 1": lambda a: a.samples == a.data_rank and a.layers > 1,
    "N = r + 1": lambda a: a.samples == a.data_rank + 1,
    "N < d": lambda a: a.samples < a.inputs,
    "N = d": lambda a: a.samples == a.inputs,
    "N > d": lambda a: a.samples > a.inputs,
    "N = K > 2": lambda a: a.samples == a.outputs > 2,
    "N >= p": lambda a: a.samples >= a.parameters,
    "N > p, L = 2": lambda a: a.samples > a.parameters and a.layers == 2,
    "r~ = r": lambda a: a.augmented_data_rank == a.data_rank,
    "r~ = r + 1, L > 1": lambda a: a.augmented_data_rank == a.data_rank + 1 and a.layers > 1,
    "r~ = r > K": lambda a: a.augmented_data_rank == a.data_rank > a.outputs,
    "s~ = s + 1": lambda a: a.augmented_residual_rank == a.residual_rank + 1,
    "s~ = s + 1 > 1": lambda a: a.augmented_residual_rank == a.residual_rank + 1 > 1,
    "E[d] = 0 < s": lambda a: a.residual_mean == 0 < a.residual_rank,
    "E[d] != 0, s~ = s": lambda a: a.residual_mean == 1 and a.augmented_residual_rank == a.residual_rank,
}
"""One regime each of r, s, N, depth, width, bottleneck and the mean."""


@dataclass(frozen=True)
class Wrong:
    """A formula that is wrong in one corner.

    Args:
        corner: Name of the corner.
        part: loss, outer or functional.
        bias: With bias or without.
        change: What is added there.
        relation: ``==``, ``<=`` (then the formula is too small there) or ``>=`` (too large).
    """

    corner: str
    part: str
    bias: bool
    change: int
    relation: str = "=="

    @property
    def name(self) -> str:
        """One line."""
        return f"{self.part}{' with bias' if self.bias else ''} {self.relation} {self.change:+d} where {self.corner}"

    def holds(self, a: Any) -> bool:
        """Whether the formula is wrong at a description: the corner, unless the value cannot be smaller."""
        return CORNERS[self.corner](a) and right(a, self.part) + self.change >= 0

    def value(self, a: Any) -> int:
        """The wrong formula."""
        return right(a, self.part) + (self.change if self.holds(a) else 0)

    def make(self) -> Conjecture:
        """The wrong formula as a conjecture."""
        return conjecture(rank_of=self.part, relation=self.relation, bias=self.bias)(self.value)


_NEVER_LESS = {("r = 0", "outer"), ("r = 0", "functional"), ("r = 0", "loss"), ("L = 1", "functional")}
"""Corners in which a rank without bias vanishes, so that no formula can say less."""


def _possible(one: Wrong) -> Wrong:
    vanishes = (one.corner, one.part) in _NEVER_LESS and (not one.bias or one.part == "functional")
    vanishes = vanishes or (one.part == "functional" and one.corner == "s = 0 < q")
    return replace(one, change=1, relation=">=" if one.relation == "<=" else one.relation) if vanishes else one


def table() -> list[Wrong]:
    """Every corner for H_L with and without bias in one direction, and in turn for H_o, H_f and bounds."""
    found = []
    for number, corner in enumerate(CORNERS):
        change = 1 if number % 2 else -1
        found += [Wrong(corner, "loss", bias, change) for bias in (False, True)]
        part = ("outer", "functional")[number % 2]
        found.append(Wrong(corner, part, number % 4 < 2, -change))
        found.append(Wrong(corner, ("loss", "outer", "functional")[number % 3], number % 4 >= 2, change,
                           ">=" if change > 0 else "<="))  # fmt: skip
    return [_possible(one) for one in found]
