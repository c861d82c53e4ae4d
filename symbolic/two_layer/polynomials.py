r"""Tiny two-layer networks all of whose numbers are symbols: second derivatives, compared as polynomials.

Without activation, with ReLU under any pattern of gates (which are constant between the kinks), and with the cubic
φ(z) = f_1 z + f_2 z² + f_3 z³ the outputs are polynomials in weights, inputs and f. So the Hessian of the loss, its two
parts and the blocks can be compared for every weight, input and target of a given size at once. No rule is used.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyRing

Matrix = list[list[Any]]
Gates = tuple[tuple[int, ...], ...]
SHAPES = ((1, 1, 1, 1), (1, 1, 1, 2), (1, 2, 1, 1), (2, 1, 1, 1), (1, 1, 2, 1), (2, 2, 2, 1))
"""d, h, K, m of the networks, small to large."""
LARGER = ((2, 2, 2, 2), (3, 3, 3, 1))
CUBIC, LINEAR = "cubic", "linear"


def gate_patterns(hidden: int, samples: int) -> list[Gates]:
    """All choices of φ′ ∈ {0, 1} for every hidden unit and sample.

    Example:
        >>> len(gate_patterns(2, 2))
        16
    """
    rows = list(product((0, 1), repeat=hidden))
    return list(product(rows, repeat=samples))


class TinyNet:
    """A network whose weights, inputs and targets are symbols.

    Args:
        shape: d, h, K, m.
        kind: ``linear``, ``cubic``, or the gates of ReLU, one row a sample.

    Example:
        >>> net = TinyNet((1, 1, 1, 1), "linear")
        >>> net.hessian() == net.sum(net.outer(), net.functional())
        True
    """

    def __init__(self, shape: tuple[int, int, int, int], kind: str | Gates = LINEAR) -> None:
        self.shape, self.kind = shape, kind
        d, h, k, m = shape
        grids = {"w": (h, d), "v": (k, h), "x": (m, d), "y": (m, k)}
        names = [f"{letter}{i}{j}" for letter, (rows, cols) in grids.items() for i in range(rows) for j in range(cols)]
        self.ring = PolyRing([*names, "f1", "f2", "f3"], sp.QQ, sp.lex)
        symbol = dict(zip(map(str, self.ring.symbols), self.ring.gens, strict=True))
        self.w, self.v, self.x, self.y = (
            [[symbol[f"{letter}{i}{j}"] for j in range(cols)] for i in range(rows)]
            for letter, (rows, cols) in grids.items()
        )
        self.powers = [symbol[name] for name in ("f1", "f2", "f3")]
        self.parameters = [entry for matrix in (self.w, self.v) for row in matrix for entry in row]

    def activated(self, z: Any, unit: int, sample: int, order: int = 0) -> Any:
        """φ, φ′ or φ″ at z."""
        if self.kind == CUBIC:
            one, two, three = self.powers
            values = (
                one * z + two * z**2 + three * z**3,
                one + 2 * two * z + 3 * three * z**2,
                2 * two + 6 * three * z,
            )
            return values[order]
        gate = self.ring.one if self.kind == LINEAR else self.ring(self.kind[sample][unit])
        return (gate * z, gate, self.ring.zero)[order]

    @cached_property
    def preactivations(self) -> Matrix:
        """z, one row a sample."""
        return [[_dot(row, x) for row in self.w] for x in self.x]

    @cached_property
    def outputs(self) -> Matrix:
        """ŷ, one row a sample."""
        hidden = [
            [self.activated(z, unit, sample) for unit, z in enumerate(row)]
            for sample, row in enumerate(self.preactivations)
        ]
        return [[_dot(row, values) for row in self.v] for values in hidden]

    @cached_property
    def errors(self) -> Matrix:
        """e = ŷ − y, one row a sample."""
        pairs = zip(self.outputs, self.y, strict=True)
        return [[one - two for one, two in zip(first, second, strict=True)] for first, second in pairs]

    @cached_property
    def loss(self) -> Any:
        """𝓛 = (2m)^{-1} Σ e²."""
        return sum((e**2 for row in self.errors for e in row), self.ring.zero) * self._share / 2

    @property
    def _share(self) -> Any:
        return self.ring(sp.QQ(1, self.shape[3]))

    def gradient(self) -> list[Any]:
        """∂𝓛/∂θ by differentiation."""
        return [self.loss.diff(one) for one in self.parameters]

    def hessian(self) -> Matrix:
        """∂²𝓛/∂θ∂θ^⊤ by differentiation."""
        return [[slope.diff(two) for two in self.parameters] for slope in self.gradient()]

    @cached_property
    def jacobian(self) -> Matrix:
        """∂ŷ_{iμ}/∂θ, one row an output and sample."""
        return [[entry.diff(one) for one in self.parameters] for row in self.outputs for entry in row]

    def outer(self) -> Matrix:
        """(1/m) Σ ∂ŷ ∂ŷ^⊤."""
        columns = list(zip(*self.jacobian, strict=True))
        return [[_dot(one, two) * self._share for two in columns] for one in columns]

    def functional(self, errors: Matrix | None = None) -> Matrix:
        """(1/m) Σ e ∂²ŷ, with other factors in place of the errors if they are given."""
        flat = [entry for row in (errors or self.errors) for entry in row]
        size = len(self.parameters)
        total = [[self.ring.zero] * size for _ in range(size)]
        for error, slopes in zip(flat, self.jacobian, strict=True):
            for i, j in product(range(size), repeat=2):
                total[i][j] = total[i][j] + error * slopes[i].diff(self.parameters[j]) * self._share
        return total

    def sum(self, one: Matrix, two: Matrix, factors: tuple[int, int] = (1, 1)) -> Matrix:
        """A linear combination of two matrices."""
        pairs = zip(one, two, strict=True)
        return [[factors[0] * a + factors[1] * b for a, b in zip(p, q, strict=True)] for p, q in pairs]

    def cross_block(self, unit: int) -> Matrix:
        """B_a = (1/m) Σ_μ φ′(z_{aμ}) e_μ x_μ^⊤, K × d, by its formula."""
        slopes = [self.activated(row[unit], unit, sample, 1) for sample, row in enumerate(self.preactivations)]
        return self._weighted(slopes, self.errors)

    def bent_block(self, unit: int) -> Matrix:
        """D_a = (1/m) Σ_μ (W^{2⊤}e_μ)_a φ″(z_{aμ}) x_μ x_μ^⊤, d × d, by its formula."""
        bends = [self.activated(row[unit], unit, sample, 2) for sample, row in enumerate(self.preactivations)]
        column = [row[unit] for row in self.v]
        return self._weighted([bend * _dot(column, e) for bend, e in zip(bends, self.errors, strict=True)], self.x)

    def _weighted(self, factors: list[Any], rows: Matrix) -> Matrix:
        """(1/m) Σ_μ factor_μ row_μ x_μ^⊤."""
        height, width = len(rows[0]), self.shape[0]
        triples = list(zip(factors, rows, self.x, strict=True))
        return [
            [sum((f * r[i] * x[j] for f, r, x in triples), self.ring.zero) * self._share for j in range(width)]
            for i in range(height)
        ]

    def from_blocks(self, sign: int = 1, bent: int = 1) -> Matrix:
        """H_1 put together from its blocks; other factors on them make wrong variants."""
        d, h, _, _ = self.shape
        size = len(self.parameters)
        total = [[self.ring.zero] * size for _ in range(size)]
        for unit in range(h):
            for i, row in enumerate(self.cross_block(unit)):
                for j, entry in enumerate(row):
                    one, two = unit * d + j, h * d + i * h + unit
                    total[one][two] = total[two][one] = sign * entry
            for i, row in enumerate(self.bent_block(unit)):
                for j, entry in enumerate(row):
                    total[unit * d + i][unit * d + j] = bent * entry
        return total


def _dot(one: Any, two: Any) -> Any:
    pairs = list(zip(one, two, strict=True))
    total = pairs[0][0] * pairs[0][1]
    for first, second in pairs[1:]:
        total = total + first * second
    return total
