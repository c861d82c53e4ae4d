"""Exact critical points: targets for which given rational weights are critical, and the inertia of their Hessian.

∇𝓛 = Je/m is linear in the errors e, so that every e in the kernel of J makes a point critical. Without activation and
with ReLU (away from kinks) everything is rational. H is assembled sample by sample in fractions and
diagonalised by congruence (Lagrange).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

Row = list[Fraction]
Rows = list[Row]


@dataclass(frozen=True)
class RationalPoint:
    """A network n-n-n with rational weights and samples.

    Args:
        first: W¹.
        last: W².
        inputs: x as rows.
        targets: y as rows.
        relu: Whether the activation is ReLU rather than none.
    """

    first: Rows
    last: Rows
    inputs: Rows
    targets: Rows
    relu: bool

    def hidden(self) -> Rows:
        """h as rows; kinks do not occur."""
        before = [[_dot(row, x) for row in self.first] for x in self.inputs]
        return [[max(each, Fraction(0)) for each in row] for row in before] if self.relu else before

    def outputs(self) -> Rows:
        """ŷ as rows."""
        return [[_dot(row, h) for row in self.last] for h in self.hidden()]

    def slopes(self) -> Rows:
        """J⊤: one row for each sample and output, one column for each parameter."""
        rows = []
        for x, h in zip(self.inputs, self.hidden(), strict=True):
            open_ = [Fraction(int(not self.relu or each > 0)) for each in h]
            for i, weights in enumerate(self.last):
                one = [w * gate * entry for w, gate in zip(weights, open_, strict=True) for entry in x]
                two = [each if k == i else Fraction(0) for k in range(len(self.last)) for each in h]
                rows.append(one + two)
        return rows

    def twice(self) -> tuple[Fraction, Fraction]:
        """2mnε and Σ y²."""
        found = self.outputs()
        gaps = (
            (a - b) ** 2 for one, two in zip(found, self.targets, strict=True) for a, b in zip(one, two, strict=True)
        )
        return sum(gaps, Fraction(0)), sum((each**2 for row in self.targets for each in row), Fraction(0))

    def index(self) -> int:
        """Negative eigenvalues of H: those of m H, assembled sample by sample."""
        width = len(self.first)
        size = 2 * width**2
        whole = [[Fraction(0)] * size for _ in range(size)]
        for row in self.slopes():
            some = [i for i, each in enumerate(row) if each]
            for i, j in itertools.product(some, some):
                whole[i][j] += row[i] * row[j]
        found, hidden = self.outputs(), self.hidden()
        for mu, x in enumerate(self.inputs):
            for i, a, j in itertools.product(range(width), repeat=3):
                gate = int(not self.relu or hidden[mu][a] > 0)
                change = (found[mu][i] - self.targets[mu][i]) * gate * x[j]
                one, two = a * width + j, width**2 + i * width + a
                whole[one][two] += change
                whole[two][one] += change
        return negative(whole)


def planted(seed: int, width: int, samples: int, relu: bool) -> RationalPoint:
    """Random small integers as weights and inputs, and targets that make them a critical point with e ≠ 0 if m > 2n.

    Example:
        >>> one = planted(1, 1, 4, False)
        >>> energy, silent = one.twice()
        >>> 0 < energy <= silent, one.index() <= 1
        (True, True)
    """
    stream = random.Random(f"{seed}|{width}|{samples}|{relu}")
    free = _drawn(stream, width, samples, relu)
    error = _kernel_vector(free.slopes(), stream)
    outputs = free.outputs()
    targets = [[outputs[mu][i] - error[mu * width + i] for i in range(width)] for mu in range(samples)]
    return replace(free, targets=targets)


def anywhere(seed: int, width: int, samples: int, relu: bool) -> RationalPoint:
    """The same with random targets in the thousands, beside which H_0 is small; in general not critical.

    Example:
        >>> anywhere(1, 1, 4, False).index()
        1
    """
    stream = random.Random(f"anywhere {seed}|{width}|{samples}|{relu}")
    free = _drawn(stream, width, samples, relu)
    targets = [[Fraction(stream.randint(-9, 9) * 1000) for _ in range(width)] for _ in range(samples)]
    return replace(free, targets=targets)


def _drawn(stream: random.Random, width: int, samples: int, relu: bool) -> RationalPoint:
    """Small integers as weights and inputs, no sample at a kink; targets zero."""
    while True:
        first, last, inputs = (
            [[Fraction(stream.choice((-3, -2, -1, 1, 2, 3))) for _ in range(width)] for _ in range(count)]
            for count in (width, width, samples)
        )
        if all(_dot(row, x) for row in first for x in inputs):
            return RationalPoint(first, last, inputs, [[Fraction(0)] * width] * samples, relu)


def negative(matrix: Rows) -> int:
    """Negative entries of a diagonal matrix that is congruent to a symmetric one.

    Example:
        >>> negative([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]])
        1
    """
    rows, count = [list(row) for row in matrix], 0
    while rows:
        pivot = next((i for i in range(len(rows)) if rows[i][i]), None)
        if pivot is None:
            pair = next(((i, j) for i in range(len(rows)) for j in range(i) if rows[i][j]), None)
            if pair is None:
                return count
            one, two = pair
            rows[one] = [a + b for a, b in zip(rows[one], rows[two], strict=True)]
            for row in rows:
                row[one] += row[two]
            pivot = one
        top = rows[pivot]
        count += top[pivot] < 0
        rest = [i for i in range(len(rows)) if i != pivot]
        rows = [[rows[i][j] - rows[i][pivot] * top[j] / top[pivot] for j in rest] for i in rest]
    return count


def _dot(one: Sequence[Fraction], two: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, two, strict=True)), Fraction(0))


def _kernel_vector(slopes: Rows, stream: random.Random) -> Row:
    """A random vector orthogonal to the columns: what Gram–Schmidt leaves of a random one."""
    vector = [Fraction(stream.randint(-4, 4)) for _ in slopes]
    basis = list[Row]()
    for column in zip(*slopes, strict=True):
        left = _orthogonal(basis, list(column))
        if any(left):
            basis.append(left)
    return _orthogonal(basis, vector)


def _orthogonal(basis: Rows, vector: Row) -> Row:
    for each in basis:
        share = _dot(each, vector) / _dot(each, each)
        vector = [b - share * a for a, b in zip(each, vector, strict=True)]
    return vector
