r"""A rectified network of one object whose weights, biases, input and targets are all symbols, for given gates.

Between the kinks the outputs z_c are polynomials in the parameters. With E_c = e^{z_c}, a symbol of its own with
∂E_c = E_c ∂z_c, and S = Σ E_c, cross-entropy ℓ = log S − Σ y_c z_c has derivatives that are polynomials over powers of
S. So a second derivative, multiplied by S², can be compared with a formula as polynomials: for every parameter, input
and target at once. Matrices here are plain lists of polynomials; no rule of a derivation is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyRing

from hessproof.symbolic.architecture import Architecture

Matrix = list[list[Any]]
Gates = tuple[tuple[int, ...], ...]
SHAPES = ("1-1", "1-2", "2-3", "1-1-1", "1-1-2", "1-2-2", "2-1-2", "1-1-1-2", "1-1-3", "1-2-1-2", "1-1-2-2", "2-2-2")
"""Networks whose every gate pattern is compared, small to large."""
LARGER = ("1-1-1-1-2", "2-2-2-2", "1-3-2-2", "2-2-3", "3-2-4")
"""More of them."""


def gate_patterns(architecture: Architecture) -> Iterator[Gates]:
    """All choices of 0 and 1 for the hidden neurons, layer by layer.

    Example:
        >>> list(gate_patterns(Architecture.parse("1-2-1")))
        [((0, 0),), ((0, 1),), ((1, 0),), ((1, 1),)]
    """
    layers = [list(product((0, 1), repeat=width)) for width in architecture.hidden]
    yield from product(*layers)


def multiplied(one: Matrix, two: Matrix) -> Matrix:
    """The product of two matrices."""
    columns = list(zip(*two, strict=True))
    return [[_dot(row, column) for column in columns] for row in one]


def transposed(matrix: Matrix) -> Matrix:
    """The transpose."""
    return [list(column) for column in zip(*matrix, strict=True)]


def _dot(one: Sequence[Any], two: Sequence[Any]) -> Any:
    total = one[0] * two[0]
    for first, second in zip(one[1:], two[1:], strict=True):
        total = total + first * second
    return total


class ScalarNetwork:
    """One object of a rectified network under cross-entropy, all numbers symbols.

    Args:
        architecture: Widths and bias.
        gates: 0 or 1 for every hidden neuron.

    Example:
        >>> network = ScalarNetwork(Architecture.parse("1-1-2"), ((1,),))
        >>> network.parameters
        [W1_00, W2_00, W2_10]
        >>> network.jacobian() == network.published_jacobian()
        True
    """

    def __init__(self, architecture: Architecture, gates: Gates) -> None:
        self.architecture, self.gates, self.bias = architecture, gates, architecture.bias
        shapes = architecture.weight_shapes
        names = {
            layer: [[f"W{layer}_{i}{j}" for j in range(cols)] for i in range(rows)]
            for layer, (rows, cols) in enumerate(shapes, start=1)
        }
        shifts = {layer: [f"b{layer}_{i}" for i in range(rows)] for layer, (rows, _) in enumerate(shapes, start=1)}
        inputs = [f"x{i}" for i in range(architecture.inputs)]
        powers, targets = ([f"{letter}{c}" for c in range(architecture.outputs)] for letter in "Ey")
        moved = [f"u{i}" for i in range(max(architecture.widths[1:]))]
        parameters = []
        for layer in names:
            parameters += [name for row in names[layer] for name in row] + (shifts[layer] if self.bias else [])
        self.ring = PolyRing([*parameters, *inputs, *powers, *targets, *moved], sp.QQ, sp.lex)
        symbol = dict(zip(map(str, self.ring.symbols), self.ring.gens, strict=True))
        self.weights = {layer: [[symbol[name] for name in row] for row in rows] for layer, rows in names.items()}
        zero = self.ring.zero
        self.shifts = {layer: [symbol[one] if self.bias else zero for one in row] for layer, row in shifts.items()}
        self.inputs, self.powers = [symbol[name] for name in inputs], [symbol[name] for name in powers]
        self.targets, self.moved = [symbol[name] for name in targets], [symbol[name] for name in moved]
        self.parameters = [symbol[name] for name in parameters]

    @cached_property
    def states(self) -> list[list[Any]]:
        """x^1, …, x^L and, last, z."""
        found = [list(self.inputs)]
        for layer in self.weights:
            found.append(self._gated(layer, self._affine(layer, found[-1])))
        return found

    def _affine(self, layer: int, state: list[Any]) -> list[Any]:
        return [_dot(row, state) + shift for row, shift in zip(self.weights[layer], self.shifts[layer], strict=True)]

    def _gated(self, layer: int, numbers: list[Any]) -> list[Any]:
        if layer == len(self.weights):
            return numbers
        return [number * gate for number, gate in zip(numbers, self.gates[layer - 1], strict=True)]

    @property
    def outputs(self) -> list[Any]:
        """z_1, …, z_K as polynomials."""
        return self.states[-1]

    def jacobian(self) -> Matrix:
        """∂z_c/∂θ_a by differentiating the polynomials, K × p."""
        return [[output.diff(one) for one in self.parameters] for output in self.outputs]

    def chain(self, layer: int) -> Matrix:
        """∂z/∂z^l: the outputs as polynomials in u = z^l, differentiated."""
        entering = self.moved[: self.architecture.widths[layer]]
        state = self._gated(layer, list(entering))
        for later in range(layer + 1, len(self.weights) + 1):
            state = self._gated(later, self._affine(later, state))
        return [[output.diff(one) for one in entering] for output in state]

    def published_chain(self, layer: int) -> Matrix:
        """W^L D^{L-1} W^{L-1} ⋯ W^{l+1} D^l, the identity for l = L."""
        return self._product(self._factors(layer))

    def _factors(self, layer: int) -> list[Matrix]:
        """The factors of G^l, from the left; an identity first, so that the list is never empty."""
        depth = len(self.weights)
        found = [self._diagonal((1,) * self.architecture.widths[depth])]
        for later in range(depth, layer, -1):
            found += [self.weights[later], self._diagonal(self.gates[later - 2])]
        return found

    def _diagonal(self, entries: tuple[int, ...]) -> Matrix:
        zero = self.ring.zero
        return [[self.ring(one) if i == j else zero for j in range(len(entries))] for i, one in enumerate(entries)]

    def _product(self, factors: list[Matrix]) -> Matrix:
        result = factors[0]
        for factor in factors[1:]:
            result = multiplied(result, factor)
        return result

    def chain_variants(self, layer: int) -> Iterator[tuple[str, Matrix]]:
        """G^l with one factor left out or negated, or a weight doubled or transposed, where all widths are equal."""
        factors = self._factors(layer)
        for place in range(1, len(factors)):
            rest, factor = (factors[:place], factors[place + 1 :]), factors[place]
            yield f"factor {place} left out", self._product([*rest[0], *rest[1]])
            yield f"factor {place} negated", scaled(self._product(factors), -1)
            if place % 2:
                yield f"factor {place} doubled", self._product([*rest[0], factor, factor, *rest[1]])
                yield f"factor {place} transposed", self._product([*rest[0], transposed(factor), *rest[1]])

    def _path(self, later: int, earlier: int) -> Matrix:
        """P_lk = D^{l-1} W^{l-1} ⋯ W^{k+1} D^k."""
        result = self._diagonal(self.gates[earlier - 1])
        for layer in range(earlier + 1, later):
            result = multiplied(self._diagonal(self.gates[layer - 1]), multiplied(self.weights[layer], result))
        return result

    def _residual(self) -> list[Any]:
        """S²δ, δ_c = E_c/S − y_c."""
        pairs = zip(self.powers, self.targets, strict=True)
        return [(power - target * self.total) * self.total for power, target in pairs]

    def published_functional(self, *, sign: int = 1, diagonal: bool = False) -> Matrix:
        """S² times the H-term: (P_lk)_bi x^k_j (G^{l⊤}δ)_a for W^k_ij and W^l_ab, k < l, 1 for x^k_j if it is b^k_i.

        Args:
            sign: 1; another factor gives a wrong variant.
            diagonal: Whether to put blocks on the diagonal as well, as if D^k stood for P_kk: wrong too.
        """
        size, zero = len(self.parameters), self.ring.zero
        rows: Matrix = [[zero] * size for _ in range(size)]
        for later in self.weights:
            back = [_dot(column, self._residual()) for column in zip(*self.published_chain(later), strict=True)]
            for earlier in range(1, later + int(diagonal and later < len(self.weights))):
                path = self._path(later, earlier) if earlier < later else self._diagonal(self.gates[later - 1])
                for (i, j), (a, b) in product(self._places(earlier), self._places(later)):
                    if b < len(path) and b < len(self.states[later - 1]):
                        enters = self.states[earlier - 1][j] if j < len(self.states[earlier - 1]) else self.ring.one
                        one, two = self._number(earlier, i, j), self._number(later, a, b)
                        rows[one][two] = rows[two][one] = path[b][i] * enters * back[a] * sign
        return rows

    def _places(self, layer: int) -> list[tuple[int, int]]:
        """Rows and columns of [W^l b^l], or of W^l without bias."""
        rows, cols = self.architecture.weight_shapes[layer - 1]
        return list(product(range(rows), range(cols + int(self.bias))))

    def _number(self, layer: int, row: int, col: int) -> int:
        """The number of a parameter: W^l row by row, then b^l."""
        rows, cols = self.architecture.weight_shapes[layer - 1]
        start = sum(m * (n + int(self.bias)) for m, n in self.architecture.weight_shapes[: layer - 1])
        return start + (rows * cols + row if col == cols else row * cols + col)

    def jacobian_variants(self) -> Iterator[tuple[str, Matrix]]:
        """∇z with the block of one parameter left out, doubled or negated."""
        right = self.published_jacobian()
        for column, parameter in enumerate(self.parameters):
            for factor in (0, 2, -1):
                changed = [[e * factor if j == column else e for j, e in enumerate(row)] for row in right]
                yield f"{factor} times the derivative by {parameter}", changed

    def published_jacobian(self) -> Matrix:
        """The blocks G^l ⊗ x^{l⊤} and, with bias, G^l, side by side: K × p."""
        rows: Matrix = [[] for _ in range(self.architecture.outputs)]
        for layer in self.weights:
            chain = self.published_chain(layer)
            for row, entries in zip(rows, chain, strict=True):
                row += [entry * number for entry in entries for number in self.states[layer - 1]]
                row += entries if self.bias else []
        return rows

    @property
    def total(self) -> Any:
        """S = Σ E_c."""
        return sum(self.powers, self.ring.zero)

    def moved_by(self, expression: Any, parameter: Any) -> Any:
        """The derivative of a polynomial in the parameters and E, with ∂E_c = E_c ∂z_c."""
        result = expression.diff(parameter)
        for power, output in zip(self.powers, self.outputs, strict=True):
            result = result + expression.diff(power) * power * output.diff(parameter)
        return result

    def hessian(self) -> Matrix:
        """S² ∂²ℓ/∂θ_a∂θ_b by the quotient rule, p × p."""
        total = self.total
        first = [self.moved_by(total, one) for one in self.parameters]
        mean = _dot(self.targets, self.outputs)
        rows = []
        for one, numerator in zip(self.parameters, first, strict=True):
            linear = mean.diff(one)
            rows.append([
                self.moved_by(numerator, two) * total - numerator * second - linear.diff(two) * total**2
                for two, second in zip(self.parameters, first, strict=True)
            ])  # fmt: skip
        return rows

    def softmax_hessian(self) -> Matrix:
        """S² ∂²log S/∂z_a∂z_b by the quotient rule in the outputs themselves, K × K."""
        total = self.total
        return [
            [(one.diff(two) * two) * total - one * two for two in self.powers] for one in self.powers
        ]  # fmt: skip

    def published_softmax(self) -> Matrix:
        """S² (diag(p) − pp⊤), p_c = E_c/S."""
        return added(*self.softmax_parts())

    def softmax_parts(self) -> tuple[Matrix, Matrix]:
        """S² diag(p) and −S² pp⊤."""
        zero, numbers = self.ring.zero, list(enumerate(self.powers))
        diagonal = [[one * self.total if i == j else zero for j, _ in numbers] for i, one in numbers]
        return diagonal, [[-one * two for two in self.powers] for one in self.powers]

    def outer(self, factor: Matrix) -> Matrix:
        """S² factor⊤ A factor with the published A."""
        return self.between(factor, self.published_softmax())

    def between(self, factor: Matrix, middle: Matrix) -> Matrix:
        """factor⊤ middle factor."""
        return multiplied(multiplied(transposed(factor), middle), factor)

    def functional(self) -> Matrix:
        """S² Σ_c δ_c ∂²z_c/∂θ_a∂θ_b with δ_c = E_c/S − y_c."""
        zero, slopes = self.ring.zero, self._residual()
        rows = []
        for one in self.parameters:
            gradients = [output.diff(one) for output in self.outputs]
            rows.append([
                sum((slope * part.diff(two) for slope, part in zip(slopes, gradients, strict=True)), zero)
                for two in self.parameters
            ])  # fmt: skip
        return rows


def added(one: Matrix, two: Matrix) -> Matrix:
    """The sum of two matrices."""
    return [[first + second for first, second in zip(row, other, strict=True)]
            for row, other in zip(one, two, strict=True)]  # fmt: skip


def scaled(matrix: Matrix, factor: int) -> Matrix:
    """A multiple of a matrix."""
    return [[entry * factor for entry in row] for row in matrix]
