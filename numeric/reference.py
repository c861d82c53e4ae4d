"""The Hessian straight from its definition: the second-order Taylor coefficient of the loss.

Nothing here knows a Hessian block. The loss ½ Σ_n ‖F(x_n) − y_n‖², F = W^L ⋯ W^1 x or layer by layer a^l = W^l a^{l-1}
+ b^l with bias, is evaluated at W + ε₁A + ε₂B in arithmetic
that drops ε₁² and ε₂²; the coefficient of ε₁ε₂ is the entry of the Hessian for the directions A and B. The parts are
found likewise: the outer one is the Gram matrix of the network's first-order coefficients, the functional one is the
coefficient of ε₁ε₂ in Σ_n δ_n · F(x_n) with the residuals δ_n held fixed. Exact in Python integers or modulo a prime;
a third form takes central differences of the loss in as many digits as asked for.

All results are sums over the samples, N·E[…].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import mpmath
import numpy as np
import numpy.typing as npt

from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import integers
from hessproof.numeric.moments import augmented
from hessproof.symbolic.errors import UnusableRequest

Matrix = npt.NDArray[Any]
Part = Literal["outer", "functional", "loss"]
LARGEST_MODULUS = 2**26


@dataclass(frozen=True, slots=True)
class HyperDual:
    """Stacks of matrices a + b ε₁ + c ε₂ + d ε₁ε₂ with ε₁² = ε₂² = 0, entries integers (modulo ``modulus`` if given).

    Example:
        >>> t = HyperDual(*(np.asarray([[value]], dtype=object) for value in (3, 1, 1, 0)))
        >>> (t @ t).both.tolist()
        [[2]]
    """

    real: Matrix
    one: Matrix
    two: Matrix
    both: Matrix
    modulus: int | None = None

    def __matmul__(self, other: HyperDual) -> HyperDual:
        return self._made(
            self.real @ other.real,
            self.real @ other.one + self.one @ other.real,
            self.real @ other.two + self.two @ other.real,
            self.real @ other.both
            + self._small(self.one @ other.two)
            + self._small(self.two @ other.one)
            + self.both @ other.real,
        )

    def __add__(self, other: HyperDual) -> HyperDual:
        return self._made(self.real + other.real, self.one + other.one, self.two + other.two, self.both + other.both)

    def __sub__(self, other: HyperDual) -> HyperDual:
        return self._made(self.real - other.real, self.one - other.one, self.two - other.two, self.both - other.both)

    @property
    def T(self) -> HyperDual:
        """Every matrix of the stack transposed."""
        real, one, two, both = (np.swapaxes(part, -1, -2) for part in (self.real, self.one, self.two, self.both))
        return HyperDual(real, one, two, both, self.modulus)

    def columns(self, start: int, stop: int | None) -> HyperDual:
        """Some columns of every matrix of the stack."""
        real, one, two, both = (part[..., start:stop] for part in (self.real, self.one, self.two, self.both))
        return HyperDual(real, one, two, both, self.modulus)

    def trace(self) -> Matrix:
        """The coefficient of ε₁ε₂ of the trace, one number for each matrix of the stack."""
        return np.asarray(np.trace(self.both, axis1=-2, axis2=-1))

    def _small(self, array: Matrix) -> Matrix:
        return array if self.modulus is None else array % self.modulus

    def _made(self, real: Matrix, one: Matrix, two: Matrix, both: Matrix) -> HyperDual:
        small = self._small
        return HyperDual(small(real), small(one), small(two), small(both), self.modulus)


def reference_hessian(instance: Instance, part: Part = "loss", modulus: int | None = None) -> Matrix:
    """The Hessian of an instance's loss, or a part of it, from the definition, p × p.

    Samples are used if the instance has them; otherwise the loss is ½ tr(FΣF⊤) − tr(F E[yx⊤]⊤) with F = W^L ⋯ W^1, with
    bias F = [W^L ⋯ W^1, b^L + W^L b^{L-1} + …] on x̃ = (x, 1).

    Args:
        instance: Weights and data.
        part: outer, functional or loss.
        modulus: Reduce modulo this number, below 2^26; exact integers if not given.

    Returns:
        An array of Python integers, or of int64 residues 0, …, modulus - 1.

    Raises:
        UnusableRequest: If the part is unknown or the modulus is out of range.

    Example:
        >>> from hessproof.numeric.instance import special_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> one = special_instance(Architecture((1, 1, 1)), [[[2]], [[3]]], [[1]], [[5]])
        >>> reference_hessian(one).tolist()
        [[9, 11], [11, 4]]
    """
    if modulus is not None and not 2 <= modulus <= LARGEST_MODULUS:
        raise UnusableRequest(f"modulus {modulus}", f"2 to {LARGEST_MODULUS}", "give a prime below 2^26")
    problem = _Problem(instance, modulus)
    rows = {"loss": problem.loss_row, "functional": problem.functional_row}
    if part == "outer":
        return problem.gram()
    if part not in rows:
        raise UnusableRequest(f"part {part!r}", "one of outer, functional, loss", "give loss")
    return np.stack([rows[part](index) for index in range(problem.parameters)])


class _Problem:
    """An instance in one arithmetic, with the unit directions of its parameters."""

    def __init__(self, instance: Instance, modulus: int | None) -> None:
        self.modulus = modulus
        self.weights = [self._plain(weight) for weight in instance.weights]
        self.bias = instance.architecture.bias
        given = augmented(instance.inputs) if self.bias and instance.inputs is not None else instance.inputs
        self.inputs = None if given is None else self._plain(given.T)
        self.targets = None if instance.targets is None else self._plain(instance.targets.T)
        self.sigma, self.cross, self.omega = map(self._plain, (instance.sigma, instance.cross, instance.omega))
        self.constant = self._plain(integers(np.eye(1, self.sigma.shape[1], self.sigma.shape[1] - 1, dtype=np.int64)))
        self.shapes = [weight.shape for weight in self.weights]
        self.parameters = sum(rows * columns for rows, columns in self.shapes)
        self.every = self._directions(range(self.parameters))

    def loss_row(self, index: int) -> Matrix:
        """∂²ℒ/∂θ_index ∂θ_j for all j."""
        network = self._network(index)
        if self.inputs is None or self.targets is None:
            squares = (network @ self._constant(self.sigma) @ network.T).trace()
            return self._reduced(self._half(squares) - (network @ self._constant(self.cross.T)).trace())
        residual = network @ self._constant(self.inputs) - self._constant(self.targets)
        return self._half((residual @ residual.T).trace())

    def functional_row(self, index: int) -> Matrix:
        """Σ_n δ_n · ∂²F(x_n)/∂θ_index ∂θ_j for all j."""
        network = self._network(index)
        if self.inputs is None or self.targets is None:
            return self._reduced((network @ self._constant(self.omega.T)).trace())
        outputs = network @ self._constant(self.inputs)
        residual = self._reduced(self._value(self.inputs) - self.targets)
        return self._reduced((outputs @ self._constant(residual.T)).trace())

    def gram(self) -> Matrix:
        """Σ_n ∂F(x_n)/∂θ_i · ∂F(x_n)/∂θ_j, from first-order dual numbers."""
        value, slope = self.weights[0][None], self.every[0]
        for weight, change in zip(self.weights[1:], self.every[1:], strict=True):
            columns = weight.shape[1] - self.bias
            turned, moved = change[:, :, :columns] @ value, self._reduced(weight[:, :columns] @ slope)
            value = weight[:, :columns] @ value
            if self.bias:
                value = value + weight[:, columns:] * self.constant
                turned = turned + change[:, :, columns:] * self.constant
            value, slope = self._reduced(value), self._reduced(moved + turned)
        if self.inputs is None:
            weighted = self._reduced(slope @ self.sigma)
        else:
            slope = weighted = self._reduced(slope @ self.inputs)
        flat = (self.parameters, -1)
        return self._reduced(weighted.reshape(flat) @ slope.reshape(flat).T)

    def _network(self, index: int) -> HyperDual:
        """F on x (with bias on (x, 1)) with ε₁ along parameter ``index`` and ε₂ along every parameter in turn."""
        first = self._directions([index])
        result: HyperDual | None = None
        for weight, one, two in zip(self.weights, first, self.every, strict=True):
            factor = HyperDual(weight[None], one, two, np.zeros_like(two), self.modulus)
            if result is None:
                result = factor
            elif self.bias:
                result = factor.columns(0, -1) @ result + factor.columns(-1, None) @ self._constant(self.constant)
            else:
                result = factor @ result
        if result is None:
            raise AssertionError("an architecture has at least one layer")
        return result

    def _value(self, inputs: Matrix) -> Matrix:
        """The outputs for samples x (with bias (x, 1)) as columns."""
        ones = inputs[-1:]
        for number, weight in enumerate(self.weights):
            if self.bias and number:
                inputs = self._reduced(weight[:, :-1] @ inputs + weight[:, -1:] * ones)
            else:
                inputs = self._reduced(weight @ inputs)
        return inputs

    def _directions(self, indices: Sequence[int]) -> list[Matrix]:
        flat = self._plain(np.zeros((len(indices), self.parameters), dtype=object))
        for row, index in enumerate(indices):
            flat[row, index] = 1
        stacks, start = [], 0
        for rows, columns in self.shapes:
            stacks.append(flat[:, start : start + rows * columns].reshape(-1, rows, columns))
            start += rows * columns
        return stacks

    def _constant(self, matrix: Matrix) -> HyperDual:
        zero = np.zeros_like(matrix)[None]
        return HyperDual(matrix[None], zero, zero, zero, self.modulus)

    def _plain(self, matrix: Matrix) -> Matrix:
        return matrix if self.modulus is None else np.asarray(matrix % self.modulus, dtype=np.int64)

    def _reduced(self, array: Matrix) -> Matrix:
        return array if self.modulus is None else array % self.modulus

    def _half(self, array: Matrix) -> Matrix:
        if self.modulus is None:
            return array // 2
        return (array % self.modulus) * pow(2, -1, self.modulus) % self.modulus


def difference_hessian(instance: Instance, digits: int = 60) -> Matrix:
    """The Hessian by central differences of the loss in ``digits`` decimal digits, p × p mpmath numbers.

    The entry for θ_i, θ_j is [ℒ(++) − ℒ(+−) − ℒ(−+) + ℒ(−−)] / 4h². The loss is a polynomial, and h = 10^(-digits/4),
    so the relative error is about 10^(-digits/2). Small networks only: 4 p² evaluations of the loss.

    Raises:
        UnusableRequest: If the instance has no samples.
    """
    if instance.inputs is None or instance.targets is None:
        raise UnusableRequest("an instance of moments only", "an instance with samples", "give inputs and targets")
    with mpmath.workdps(digits):
        number = np.vectorize(lambda entry: mpmath.mpf(int(entry)), otypes=[object])
        inputs, targets = number(instance.inputs.T), number(instance.targets.T)
        flat = np.concatenate([number(weight).ravel() for weight in instance.weights])
        shapes = [weight.shape for weight in instance.weights]
        size, bias = len(flat), instance.architecture.bias
        step = mpmath.mpf(10) ** (-(digits // 4)) * max(1, *(abs(entry) for entry in flat))
        moves = np.eye(size, dtype=object) * step

        def losses(parameters: Matrix) -> Matrix:
            outputs, start = inputs[None], 0
            for rows, columns in shapes:
                layer = parameters[:, start : start + rows * columns].reshape(-1, rows, columns)
                outputs = layer[:, :, :-1] @ outputs + layer[:, :, -1:] if bias else layer @ outputs
                start += rows * columns
            residual = outputs - targets
            return np.asarray((residual * residual).sum(axis=(1, 2)) / 2)

        rows = []
        for index in range(size):
            up, down = flat + moves[index], flat - moves[index]
            terms = losses(up + moves) - losses(up - moves) - losses(down + moves) + losses(down - moves)
            rows.append(terms / (4 * step * step))
        return np.stack(rows)
