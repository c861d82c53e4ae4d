r"""Ranks at the shift point with bias, where blocks are as long as the network is wide, in time that hardly grows.

Widths are M_0 = r̃ − 1, M_1, …, M_L; all weights are rectangular identities, biases zero, Σ̃ = diag(1, …, 1, 0, …, 1),
E[δ] = c(1, 0, …) and Ω_{i+1,i} = c. Index j is alive at layer l if j ≤ M_l; index 0, the constant input, is alive at
all layers, as a column only. Write p(a) for the last k with a alive on 0, …, k − 1, and f(i) for the first l with i
alive on l, …, L. The *element* (i, a) has one coordinate x_k for each layer k whose matrix has an entry (i, a). Then

- H_o joins x_k and x_l of the same element, with weight 1, if f(i) ≤ k, l ≤ p(a): uu⊤, u the indicator of that;
- cH_f joins x_k of (i, a) with x_l of (a + 1, i), k < l, with weight c, if a ≤ s̃ − 1, k ≤ p(a), i is alive on
  k, …, l − 1, and l ≥ f(a + 1).

So elements form chains (i, a) → (a + 1, i) → (i + 1, a + 1) → …, in which only neighbours meet. One starts at each
(i, 0), and where i > s̃ at each (i, a), of at most two elements. The kernel of a chain is found from left to right: the
state is the space of the pairs (x, g) that solutions on the left allow, g being what they contribute to the equations
of the element at hand. States are kept in echelon form modulo the prime, and each step is taken once: between the
thresholds of the widths all steps are alike, and after a few of them the state returns, so that the rest of the run is
a multiplication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hessproof.proofs_check.certificates.format import PRIME
from hessproof.proofs_check.certificates.modular import Row, kernel, reduced

Form = Literal["functional", "on_kernel"]
"""H_f, or H_f as a form on the kernel of H_o."""


@dataclass(frozen=True)
class Element:
    """The coordinates of an element, and what the next element meets of them.

    Args:
        size: The number of its coordinates; on the kernel of H_o with a multiplier for the equation u⊤x = 0.
        own: Its own block: zero, but for the multiplier.
        following: The number of coordinates of the next element.
        ahead: One row a coordinate: the weights with which it meets those of the next element.
        taken: What the multiplier and its equation add to the rank of the bordered matrix: 2, or 0 without one.
    """

    size: int
    own: tuple[Row, ...]
    following: int
    ahead: tuple[Row, ...]
    taken: int


def outer_rank(widths: tuple[int, ...]) -> int:
    """rk H_o at the point: the number of elements (i, a) with f(i) ≤ p(a).

    Args:
        widths: M_0, …, M_L with M_0 = r̃ − 1.

    Example:
        >>> outer_rank((3, 2, 4))
        14
    """
    ends = [0, *(min(widths[first:]) for first in range(1, len(widths)))]
    return sum((ends[first] - ends[first - 1]) * (1 + min(widths[:first])) for first in range(1, len(widths)))


class Shift:
    """One form at the shift point of one architecture.

    Args:
        widths: M_0, …, M_L with M_0 = r̃ − 1.
        residual_rank: s̃, from 1 to M_0 + 1 and at most M_L.
        form: Which form.

    Example:
        >>> Shift((1, 1, 2), 2, "functional").rank(), Shift((1, 1, 2), 2, "on_kernel").rank()
        (4, 2)
        >>> Shift((500, 400, 600), 450, "functional").rank()
        360000
    """

    def __init__(self, widths: tuple[int, ...], residual_rank: int, form: Form) -> None:
        self.widths, self.residual_rank, self.form = widths, residual_rank, form
        self.levels = sorted(set(widths))
        self.layers = range(1, len(widths))
        self._alike = self._table()
        self._elements: dict[tuple[int, int, int], int] = {}
        self._known: list[Element] = []
        self._states: dict[tuple[Row, ...], int] = {}
        self._spaces: list[tuple[Row, ...]] = []
        self._steps: dict[tuple[int, int], tuple[int, int]] = {}
        self._starts: dict[int, int] = {}

    def rank(self) -> int:
        """The rank modulo the prime: at most that of the form at the point."""
        return self._short() + sum(map(self._long, range(1, self.residual_rank + 1)))

    def _short(self) -> int:
        """The chains (i, a) → (a + 1, i) with i > s̃ > a."""
        total, low = 0, self.residual_rank
        for high in (level for level in self.levels if level > low):
            start = 0
            for stop in sorted({1, *self._changes(0), *self._changes(1), self.residual_rank}):
                if start < stop <= self.residual_rank:
                    first = self._element(high, start, start + 1)
                    last = self._element(start + 1, high, 0)
                    state, gain = self._step(self._start(first), first)
                    total += (high - low) * (stop - start) * (gain + self._step(state, last)[1])
                    start = stop
            low = high
        return total

    def _table(self) -> list[int]:
        """For each index the largest one that is alive at the same layers; 0 is unlike all others."""
        alike = [0]
        for level in self.levels:
            alike += [level] * (level + 1 - len(alike))
        most = self.residual_rank + 2  # no chain goes further
        return alike + [self.levels[-1] + 1] * (most + 1 - len(alike))

    def _long(self, first: int) -> int:
        """The chain that starts at (i, 0), in pairs of elements (i + n, n) → (n + 1, i + n) for n = 0, …, s̃ − i."""
        last = self.residual_rank - first
        places = {1, last}
        for ahead in (0, 1, first, first + 1):
            places.update(self._changes(ahead))
        state, total, start = self._start(self._element(first, 0, 1)), 0, 0
        for stop in sorted(places):
            if start < stop <= last:
                pair = (
                    self._element(first + start, start, start + 1),
                    self._element(start + 1, first + start, first + start + 1),
                )
                state, gain = self._run(state, pair, stop - start)
                total, start = total + gain, stop
        state, gain = self._step(state, self._element(first + last, last, last + 1))
        return total + gain + self._step(state, self._element(last + 1, first + last, 0))[1]

    def _changes(self, ahead: int) -> list[int]:
        """The n > 0 at which n + ahead has passed a width."""
        return [level + 1 - ahead for level in self.levels if level + 1 > ahead]

    def _run(self, state: int, pair: tuple[int, int], count: int) -> tuple[int, int]:
        """The state after a number of equal pairs, and their rank: when a state returns, the rest is a multiple."""
        seen: dict[int, tuple[int, int]] = {}
        done = total = 0
        while done < count:
            if state in seen:
                since, before = seen[state]
                rounds = (count - done) // (done - since)
                total, done = total + rounds * (total - before), done + rounds * (done - since)
                seen = {}
                if done == count:
                    break
            seen[state] = done, total
            state, one = self._step(state, pair[0])
            state, two = self._step(state, pair[1])
            done, total = done + 1, total + one + two
        return state, total

    def _start(self, element: int) -> int:
        """Nothing on the left: x is free and g = 0."""
        if element not in self._starts:
            size = self._known[element].size
            free = tuple(tuple(int(col == row) for col in range(2 * size)) for row in range(size))
            self._starts[element] = self._state(free)
        return self._starts[element]

    def _state(self, space: tuple[Row, ...]) -> int:
        if space not in self._states:
            self._states[space] = len(self._spaces)
            self._spaces.append(space)
        return self._states[space]

    def _step(self, state: int, element: int) -> tuple[int, int]:
        """From an element to the next: solve g + Dx + Bx′ = 0, keep (x′, B⊤x); the rank is what is not lost."""
        if (state, element) not in self._steps:
            one = self._known[element]
            size, more = one.size, one.following
            space = self._spaces[state]
            equations = [
                (
                    *(row[size + place] + sum(x * y for x, y in zip(own, row, strict=False)) for row in space),
                    *one.ahead[place],
                )
                for place, own in enumerate(one.own)
            ]
            solutions = kernel(equations, len(space) + more, PRIME)
            images = []
            for solution in solutions:
                x = [sum(solution[n] * row[place] for n, row in enumerate(space)) for place in range(size)]
                force = [sum(x[place] * one.ahead[place][col] for place in range(size)) for col in range(more)]
                images.append((*solution[len(space) :], *force))
            following, _ = reduced(images, 2 * more, PRIME)
            lost = len(solutions) - len(following)
            self._steps[state, element] = self._state(following), size - lost - one.taken
        return self._steps[state, element]

    def _element(self, into: int, out_of: int, next_into: int) -> int:
        """The element (i, a); the next one is (``next_into``, i), or none if that is 0."""
        key = self._alike[into], self._alike[out_of], self._alike[next_into]
        if key not in self._elements:
            self._elements[key] = len(self._known)
            self._known.append(self._made(*key))
        return self._elements[key]

    def _made(self, into: int, out_of: int, next_into: int) -> Element:
        widths, (own, reach) = self.widths, self._coordinates(into, out_of)
        following, ahead_reach = self._coordinates(next_into, into) if next_into else ([], [])
        border, ahead_border = (self.form == "on_kernel" and any(each) for each in (reach, ahead_reach))
        more = len(following) + ahead_border
        ahead = [[0] * more for _ in own]
        for row, k in enumerate(own):
            for col, l in enumerate(following):
                passes = k < l and min(widths[:k]) >= out_of and min(widths[k:l]) >= into
                ahead[row][col] = int(passes and min(widths[l:]) >= next_into)
        block = [[0] * len(own) for _ in own]
        if border:
            block = [*([*row, entry] for row, entry in zip(block, reach, strict=True)), [*reach, 0]]
            ahead.append([0] * more)
        return Element(len(block), tuple(map(tuple, block)), more, tuple(map(tuple, ahead)), 2 * border)

    def _coordinates(self, into: int, out_of: int) -> tuple[list[int], list[int]]:
        """The layers k that have an entry (i, a), and u."""
        widths = self.widths
        own = [k for k in self.layers if widths[k] >= into and widths[k - 1] >= out_of]
        return own, [int(min(widths[:k]) >= out_of and min(widths[k:]) >= into) for k in own]
