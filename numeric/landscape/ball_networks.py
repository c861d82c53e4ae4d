r"""Drawn ReLU networks without bias whose weight norms are known exactly, with objects and a second point θ.

W^l = Σ_j s_j u_j v_j⊤ with columns u_j, v_j of rational orthogonal matrices, so that ‖W^l‖ = max s_j. Every third one
lies near the extremes: a chain W^l = a [1 1; 1 1], W^L = a [1 1; −1 −1], x = (1, 1), where logits are as large as norms
allow and move as far as a radius allows; or one layer whose losses move as fast as √2 allows, against each other.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from hessproof.numeric.landscape.ball_losses import Matrix, Sample
from hessproof.numeric.landscape.known_spectrum import orthogonal


@dataclass(frozen=True, slots=True)
class Point:
    """A network at θ*, the same at θ, and objects.

    Args:
        weights: W^1, …, W^L at θ*.
        norms: ‖W^1‖, …, ‖W^L‖, exactly; an upper bound in `opposed`, where they do not matter.
        moved: The matrices at θ.
        sample: The objects.
    """

    weights: tuple[Matrix, ...]
    norms: tuple[Fraction, ...]
    moved: tuple[Matrix, ...]
    sample: Sample

    @property
    def widths(self) -> tuple[int, ...]:
        """M_0, …, M_L."""
        return (len(self.weights[0][0]), *(len(weight) for weight in self.weights))

    @property
    def squared_radius(self) -> Fraction:
        """‖θ − θ*‖²."""
        pairs = zip(self.weights, self.moved, strict=True)
        return sum((squared_distance(one, two) for one, two in pairs), Fraction(0))

    @property
    def squared_input(self) -> Fraction:
        """M_x², the largest ‖x_i‖²."""
        return max(sum((entry * entry for entry in x), Fraction(0)) for x in self.sample.inputs)


def drawn(seed: int, number: int) -> Point:
    """The network of that number.

    Example:
        >>> drawn(0, 1).widths == drawn(0, 1).widths, drawn(0, 0).norms[0] == 2 * drawn(0, 0).weights[0][0][0]
        (True, True)
    """
    stream = random.Random(f"{seed}|{number}")
    if number % 3 == 0:
        return opposed(stream) if number % 2 else chain(stream.randint(1, 4), *_steps(stream), stream.randint(1, 4))
    depth, classes = stream.randint(1, 4), stream.randint(2, 4)
    widths = [stream.randint(1, 3) for _ in range(depth)] + [classes]
    weights, norms, moved = [], [], []
    for columns, rows in pairwise(widths):
        values = [Fraction(stream.randint(0, 6), stream.choice((1, 2, 4))) for _ in range(min(rows, columns))]
        weight = _with_norms(stream, rows, columns, values)
        step = Fraction(stream.randint(0, 4), 8)
        weights.append(weight)
        norms.append(max(values))
        moved.append([[entry + step * stream.randint(-2, 2) for entry in row] for row in weight])
    size = stream.randint(2, 5)
    inputs = tuple(tuple(Fraction(stream.randint(-4, 4), 2) for _ in range(widths[0])) for _ in range(size))
    labels = tuple(stream.randrange(classes) for _ in range(size))
    return Point(tuple(weights), tuple(norms), tuple(moved), Sample(inputs, labels))


def chain(depth: int, entry: Fraction, step: Fraction, k: int) -> Point:
    """The aligned chain with entries a, at θ with entries a + step; k objects of class 0 and one of class 1.

    Example:
        >>> chain(2, Fraction(1), Fraction(0), 3).sample.labels
        (0, 0, 0, 1)
    """

    def made(a: Fraction) -> tuple[Matrix, ...]:
        inner = [[a, a], [a, a]]
        return (*([inner] * (depth - 1)), [[a, a], [-a, -a]])

    inputs = ((Fraction(1), Fraction(1)),) * (k + 1)
    norms = (2 * abs(entry),) * depth
    return Point(made(entry), norms, made(entry + step), Sample(inputs, (0,) * k + (1,)))


def opposed(stream: random.Random) -> Point:
    """One layer and two misclassified objects that one step pushes in opposite directions: 2√2 is approached.

    x_b = −c x_a + s x_⊥ with c near 1, and W so large that both objects are far on the wrong side.
    """
    odd = 2 * stream.randint(8, 20) + 1
    c, s = Fraction(odd**2 - 1, odd**2 + 1), Fraction(2 * odd, odd**2 + 1)
    lead = Fraction(stream.randint(20, 30))
    across = lead * (1 + c) / s
    step = Fraction(stream.randint(1, 8), 4)
    weight = [[lead, across], [-lead, -across]]
    moved = [[lead + step, across], [-lead - step, -across]]
    norm = 2 * (abs(lead) + abs(across))
    return Point((weight,), (norm,), (moved,), Sample(((-c, s), (Fraction(1), Fraction(0))), (1, 1)))


def _steps(stream: random.Random) -> tuple[Fraction, Fraction]:
    return Fraction(stream.randint(1, 8), 4), Fraction(stream.randint(1, 8), 8)


def _with_norms(stream: random.Random, rows: int, columns: int, values: Sequence[Fraction]) -> Matrix:
    left, right = orthogonal(stream, rows), orthogonal(stream, columns)
    return [
        [sum((s * left[i][n] * right[j][n] for n, s in enumerate(values)), Fraction(0)) for j in range(columns)]
        for i in range(rows)
    ]


def squared_distance(one: Matrix, two: Matrix) -> Fraction:
    """‖X − Y‖_F²."""
    rows = zip(one, two, strict=True)
    return sum(((a - b) ** 2 for first, second in rows for a, b in zip(first, second, strict=True)), Fraction(0))
