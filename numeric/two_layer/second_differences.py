r"""H_1 of a two-layer network from values of the network alone: second differences over the rational numbers.

Without activation, and with ReLU as long as no gate changes, an output is affine in each single parameter, so that

    [F(θ + sp + tq) − F(θ + sp) − F(θ + tq) + F(θ)]/(st) = ∂²F/∂p∂q

exactly, for two different parameters, and 0 for a parameter with itself. With ReLU s and t are halved until no
gate changes between the four points.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hessproof.symbolic.errors import UnusableRequest

Row = list[Fraction]
Rows = list[Row]
HALVINGS = 60
"""After so many halvings a gate that still changes is a kink."""


def outputs(w1: Rows, w2: Rows, x: Row, relu: bool) -> tuple[Row, tuple[bool, ...]]:
    """F(x) and which gates are open.

    Raises:
        UnusableRequest: If a preactivation is 0 with ReLU.

    Example:
        >>> one = [[Fraction(1)]]
        >>> outputs(one, one, [Fraction(-1)], True)
        ([Fraction(0, 1)], (False,))
    """
    z = [sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0)) for row in w1]
    if relu and 0 in z:
        raise UnusableRequest("a point at a kink", "no preactivation that is 0", "move a weight")
    gates = tuple(not relu or each > 0 for each in z)
    hidden = [each if gate else Fraction(0) for each, gate in zip(z, gates, strict=True)]
    return [sum((a * b for a, b in zip(row, hidden, strict=True)), Fraction(0)) for row in w2], gates


def error_part(w1: Rows, w2: Rows, x: Rows, y: Rows, relu: bool) -> Rows:
    """H_1 = (1/m) Σ_μ Σ_i e_{iμ} ∂²F_i(x_μ)/∂θ∂θ^⊤; W¹ row by row, then W² row by row. Samples are rows.

    Example:
        >>> one = [[Fraction(1)]]
        >>> error_part([[Fraction(2)]], [[Fraction(3)]], one, one, False) == [[0, 5], [5, 0]]
        True
    """
    sizes = [(len(w1), len(w1[0])), (len(w2), len(w2[0]))]
    count = sum(rows * columns for rows, columns in sizes)
    found = [[Fraction(0)] * count for _ in range(count)]
    for sample, target in zip(x, y, strict=True):
        values, gates = outputs(w1, w2, sample, relu)
        errors = [value - each for value, each in zip(values, target, strict=True)]
        for one in range(count):
            for two in range(one):
                bends = _bend(w1, w2, sample, relu, (one, two), values, gates)
                total = sum((e * bend for e, bend in zip(errors, bends, strict=True)), Fraction(0)) / len(x)
                found[one][two] += total
                found[two][one] += total
            twice = _twice(w1, w2, sample, relu, one, values, gates)
            found[one][one] += sum((e * b for e, b in zip(errors, twice, strict=True)), Fraction(0)) / len(x)
    return found


def _moved(w1: Rows, w2: Rows, steps: Sequence[tuple[int, Fraction]]) -> tuple[Rows, Rows]:
    first, second = [list(row) for row in w1], [list(row) for row in w2]
    columns = len(w1[0])
    for place, step in steps:
        if place < len(w1) * columns:
            first[place // columns][place % columns] += step
        else:
            row, column = divmod(place - len(w1) * columns, len(w2[0]))
            second[row][column] += step
    return first, second


def _bend(
    w1: Rows, w2: Rows, x: Row, relu: bool, places: tuple[int, int], here: Row, gates: tuple[bool, ...]
) -> Row:  # fmt: skip
    one, two = places
    step = Fraction(1)
    for _ in range(HALVINGS):
        moves = (((one, step), (two, step)), ((one, step),), ((two, step),))
        try:
            found = [outputs(*_moved(w1, w2, move), x, relu) for move in moves]
        except UnusableRequest:
            found = []
        if found and all(each[1] == gates for each in found):
            both, first, second = (each[0] for each in found)
            return [(b - f - s + h) / step**2 for b, f, s, h in zip(both, first, second, here, strict=True)]
        step /= 2
    raise UnusableRequest("a point at a kink", "gates that do not change nearby", "move a weight")


def _twice(w1: Rows, w2: Rows, x: Row, relu: bool, place: int, here: Row, gates: tuple[bool, ...]) -> Row:
    """[F(θ + 2sp) − 2F(θ + sp) + F(θ)]/s²."""
    step = Fraction(1)
    for _ in range(HALVINGS):
        try:
            found = [outputs(*_moved(w1, w2, [(place, times * step)]), x, relu) for times in (1, 2)]
        except UnusableRequest:
            found = []
        if found and all(each[1] == gates for each in found):
            return [(b - 2 * a + h) / step**2 for a, b, h in zip(found[0][0], found[1][0], here, strict=True)]
        step /= 2
    raise UnusableRequest("a point at a kink", "gates that do not change nearby", "move a weight")


__all__ = ["error_part", "outputs"]
