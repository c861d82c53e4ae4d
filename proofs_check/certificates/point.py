"""One network with its numbers: exact weights and data, and the linear networks that it consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from hessproof.numeric.instance import Instance
from hessproof.proofs_check.certificates.branch import Branch
from hessproof.proofs_check.certificates.rational import (
    Rational,
    above,
    exact_entry,
    fractions,
    rational,
)
from hessproof.symbolic.errors import UnusableRequest

Activation = Literal["linear", "relu", "leaky-relu"]
MOST_PARAMETERS = 20000
"""Weights and kernel together are then some hundred thousand numbers, a file of a few megabytes."""
USUAL_SLOPE = Fraction(1, 4)
"""The slope of leaky-relu if none is given: a dyadic number, so that it is what a float64 network has."""


@dataclass(frozen=True, eq=False)
class Point:
    """Exact weights and data of one network; made by :func:`point_of`.

    Args:
        widths: M_0, …, M_L.
        bias: Whether the last column of each weight matrix is the bias.
        activation: Behind each hidden layer.
        slope: Of leaky-relu below 0; 0 for relu, 1 for linear.
        weights: W^l, M_l × M_{l-1}, with bias [W^l b^l].
        moments: Σ and Ω (with bias of x̃), if there are no samples.
        samples: x and y as rows.
    """

    widths: tuple[int, ...]
    bias: bool
    activation: Activation
    slope: Fraction
    weights: tuple[Rational, ...]
    moments: tuple[Rational, Rational] | None
    samples: tuple[Rational, Rational] | None

    @property
    def layers(self) -> int:
        """L."""
        return len(self.widths) - 1

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The shapes M_k × c_k of the layers' matrices."""
        return [(self.widths[k], self.widths[k - 1] + self.bias) for k in range(1, self.layers + 1)]

    @property
    def parameters(self) -> int:
        """p."""
        return sum(rows * columns for rows, columns in self.shapes)

    @property
    def offsets(self) -> list[int]:
        """How many coordinates come before each layer's."""
        sizes = [rows * columns for rows, columns in self.shapes]
        return [sum(sizes[:k]) for k in range(self.layers)]

    def has_denominator(self, prime: int) -> bool:
        """Whether a prime divides a denominator of one of the numbers."""
        given = (*self.weights, *(self.moments or ()), *(self.samples or ()))
        scales = [int(matrix.numer_denom()[1]) for matrix in given] + [self.slope.denominator]
        return any(scale % prime == 0 for scale in scales)

    @cached_property
    def branches(self) -> list[Branch]:
        """Linear networks with data each, whose Hessians add up to this network's: one for each pattern of gates.

        Raises:
            UnusableRequest: If a gate is at its kink, where the network is not smooth.
        """
        if self.samples is None:
            assert self.moments is not None
            return [Branch(self.widths, self.bias, self.weights, None, *self.moments)]
        inputs, targets = self.samples
        rows = inputs if not self.bias else above(inputs.transpose(), rational([[1] * inputs.nrows()])).transpose()
        if self.activation == "linear":
            found = {None: list(range(inputs.nrows()))}
        else:
            found = self._patterns(fractions(rows))
        branches = []
        for pattern, members in found.items():
            x, y = (_rows_of(matrix, members) for matrix in (rows, targets))
            branch = Branch(self.widths, self.bias, self.weights, pattern, x.transpose() * x, None)
            residual = x * branch.network().transpose() - y
            branches.append(branch.with_omega(residual.transpose() * x))
        return branches

    def _patterns(self, rows: list[list[Fraction]]) -> dict[Any, list[int]]:
        """The samples of each pattern of gates: for each hidden layer the factor of each neuron."""
        found: dict[Any, list[int]] = {}
        weights = [fractions(weight) for weight in self.weights[:-1]]
        for number, row in enumerate(rows):
            state, pattern = row, []
            for layer, weight in enumerate(weights, 1):
                before = [sum((w * x for w, x in zip(line, state, strict=True)), Fraction(0)) for line in weight]
                if not all(before):
                    raise UnusableRequest(
                        f"neuron {before.index(Fraction(0)) + 1} of layer {layer} at sample {number + 1}",
                        "an input other than 0, where the network is smooth",
                        "change the weights or the sample",
                    )
                gates = tuple(Fraction(1) if value > 0 else self.slope for value in before)
                pattern.append(gates)
                state = [gate * value for gate, value in zip(gates, before, strict=True)]
                if self.bias:
                    state.append(Fraction(1))
            found.setdefault(tuple(pattern), []).append(number)
        return found


def point_of(
    widths: Sequence[int],
    weights: Sequence[Any],
    *,
    bias: bool = False,
    sigma: Any = None,
    omega: Any = None,
    inputs: Any = None,
    targets: Any = None,
    activation: str = "linear",
    slope: Any = None,
) -> Point:
    """A point from its numbers: integers, fractions, strings of them, or floats (each a dyadic rational).

    Args:
        widths: M_0, …, M_L.
        weights: W^1, …, W^L; with bias [W^l b^l].
        bias: Whether there are biases.
        sigma: Σ = Σ_n xx⊤ or any positive multiple, with bias of x̃ = (x, 1); linear networks only.
        omega: Ω, with the same factor.
        inputs: The samples x as rows, in place of moments.
        targets: The samples y as rows.
        activation: linear, relu or leaky-relu.
        slope: Of leaky-relu, 1/4 if not given.

    Raises:
        UnusableRequest: If shapes do not fit, no data have these moments, or the network is of another kind.

    Example:
        >>> one = point_of((1, 1, 1), [[[2]], [["1/2"]]], sigma=[[1]], omega=[[3]])
        >>> one.parameters, one.branches[0].up(1).table()
        (2, [[1/2]])
    """
    sizes, kind = tuple(widths), _kind(activation)
    exact = tuple(rational(weight) for weight in weights)
    shapes = [(sizes[k], sizes[k - 1] + bias) for k in range(1, len(sizes))]
    given = [(weight.nrows(), weight.ncols()) for weight in exact]
    if given != shapes:
        raise UnusableRequest(f"weights of shapes {given}", f"{shapes}", "give one matrix a layer, with bias [W b]")
    factor = {"linear": Fraction(1), "relu": Fraction(0)}.get(kind)
    if factor is None:
        factor = USUAL_SLOPE if slope is None else exact_entry(slope)
        if not 0 < factor < 1:
            raise UnusableRequest(f"slope {factor}", "a number between 0 and 1", "give for instance 1/4")
    if inputs is None:
        if sigma is None or omega is None or kind != "linear":
            raise UnusableRequest("an instance without samples", "samples, or moments of a linear network", "add them")
        moments = _moments(sizes, bias, rational(sigma), rational(omega))
        return Point(sizes, bias, kind, factor, exact, moments, None)
    x, y = rational(inputs, sizes[0]), rational([] if targets is None else targets, sizes[-1])
    if (x.ncols(), y.ncols(), y.nrows()) != (sizes[0], sizes[-1], x.nrows()) or not x.nrows():
        raise UnusableRequest(
            f"samples of shapes {(x.nrows(), x.ncols())} and {(y.nrows(), y.ncols())}",
            f"N × {sizes[0]} and N × {sizes[-1]} with N > 0",
            "give one row a sample",
        )
    return Point(sizes, bias, kind, factor, exact, None, (x, y))


def refuse_too_large(widths: Sequence[int], bias: bool) -> None:
    """Refuse networks whose numbers would not make a file.

    Raises:
        UnusableRequest: If there are too many parameters.

    Example:
        >>> refuse_too_large((4096, 4096), False)
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: an instance with 16777216 parameters: expected at most 20000; \
choose a smaller network, or certify the architecture, whose size does not matter
    """
    parameters = sum(rows * (columns + bias) for columns, rows in pairwise(widths))
    if parameters > MOST_PARAMETERS:
        raise UnusableRequest(
            f"an instance with {parameters} parameters",
            f"at most {MOST_PARAMETERS}",
            "choose a smaller network, or certify the architecture, whose size does not matter",
        )


def point_of_instance(instance: Instance) -> Point:
    """The point of a linear network's instance: its samples where they are fewer numbers than moments, else those.

    Example:
        >>> from hessproof.numeric.instance import generic_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> point_of_instance(generic_instance(Architecture((3, 2)), 2, 1)).samples is not None
        True
    """
    architecture = instance.architecture
    size = architecture.inputs + architecture.bias
    fewer = instance.samples is not None and instance.samples <= size
    data = (
        {"inputs": instance.inputs, "targets": instance.targets}
        if fewer
        else {"sigma": instance.sigma, "omega": instance.omega}
    )
    return point_of(architecture.widths, instance.weights, bias=architecture.bias, **data)


def _kind(name: str) -> Activation:
    for known in ("linear", "relu", "leaky-relu"):
        if name == known:
            return known
    raise UnusableRequest(
        f"activation {name!r}", "linear, relu or leaky-relu", "ranks of other networks are not those of exact numbers"
    )


def _rows_of(matrix: Rational, chosen: list[int]) -> Rational:
    table = matrix.table()
    return rational([[Fraction(int(e.p), int(e.q)) for e in table[row]] for row in chosen], matrix.ncols())


def _moments(widths: tuple[int, ...], bias: bool, sigma: Rational, omega: Rational) -> tuple[Rational, Rational]:
    size = widths[0] + bias
    given = (sigma.nrows(), sigma.ncols(), omega.nrows(), omega.ncols())
    if given != (size, size, widths[-1], size):
        raise UnusableRequest(
            f"moments of shapes {given[:2]} and {given[2:]}", f"{(size, size)} and {(widths[-1], size)}", "give Σ and Ω"
        )
    if not _semidefinite(fractions(sigma)):
        raise UnusableRequest("Σ", "a symmetric positive semidefinite matrix, as E[xx⊤] is", "give moments of data")
    if above(sigma, omega).rank() != sigma.rank():
        raise UnusableRequest("Ω", "rows in the row space of Σ, as E[δx⊤] has", "give Ω = AΣ for some A")
    if bias and sigma[size - 1, size - 1] <= 0:
        raise UnusableRequest("Σ̃", "a positive last entry, the number of samples", "give E[x̃x̃⊤] with x̃ = (x, 1)")
    return sigma, omega


def _semidefinite(rows: list[list[Fraction]]) -> bool:
    """Whether a matrix is symmetric and positive semidefinite: by elimination, a zero pivot with a zero row."""
    size = len(rows)
    if any(rows[i][j] != rows[j][i] for i in range(size) for j in range(i)):
        return False
    left = [list(row) for row in rows]
    for place in range(size):
        pivot = left[place][place]
        if pivot < 0 or (pivot == 0 and any(left[place][place:])):
            return False
        for row in range(place + 1, size) if pivot else ():
            if factor := left[row][place] / pivot:
                left[row] = [x - factor * y for x, y in zip(left[row], left[place], strict=True)]
    return True
