r"""H_o and H_f of a linear network under any loss on chosen coordinates, modulo a prime or in float64.

With bias the network is the chain of T^l = [W^l b^l; 0 1] on x̃ = (x, 1). Write U^k = W^{L:k+1} and V^k = T^{k-1:1}.
For changes of [W^k b^k] at (i, j) and of [W^l b^l] at (i′, j′)

    H_o: Σ_n (U^k_{•i})⊤ Λ_n U^l_{•i′} (V^k x̃_n)_j (V^l x̃_n)_{j′},
    H_f: (T^{l-1:k+1})_{j′i} (V^k Ω̃⊤ U^l)_{ji′} for k < l, and its mirror image.

So H_o = A⊤GA, with A made of U^k ⊗ (V^kΦ)⊤ and G of the Λ_n: Φ = X̃⊤ and G block diagonal if N is small, Φ = I and
G = Σ_n Λ_n ⊗ x̃_nx̃_n⊤ otherwise. For the squared loss G = I ⊗ Σ and A is A_o of Singh et al. 2021, Prop. 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.integers import residues
from hessproof.numeric.losses.instance import LossInstance
from hessproof.numeric.losses.pointwise import Pointwise, floating, modular
from hessproof.numeric.modular import PrimeField

Array = NDArray[Any]
Part = Literal["outer", "functional", "loss"]


@dataclass(frozen=True)
class Rectangle:
    """The entries (i, j) of [W^layer b^layer] with i in ``rows`` and j in ``columns``."""

    layer: int
    rows: Array
    columns: Array


@dataclass(frozen=True)
class Chains:
    """A network, its samples and its loss's δ and Λ in one arithmetic.

    Args:
        weights: W^l, or [W^l b^l] with bias, l = 1, …, L.
        inputs: X̃, N × M_0, or N × (M_0 + 1) with bias.
        points: δ and Λ.
        bias: Whether the weights have a bias column.
        unit: u of :mod:`~hessproof.numeric.losses.instance`, the weight of H_o beside H_f.
        reduce: Applied to sums of products.
        matmul: Product of two matrices.
    """

    weights: tuple[Array, ...]
    inputs: Array
    points: Pointwise
    bias: bool
    unit: float
    reduce: Callable[[Array], Array]
    matmul: Callable[[Array, Array], Array]

    @property
    def layers(self) -> int:
        """L."""
        return len(self.weights)

    @cached_property
    def steps(self) -> tuple[Array, ...]:
        """T^1, …, T^{L-1}; W^1, …, W^{L-1} without bias."""
        if not self.bias:
            return self.weights[:-1]
        last = [np.eye(1, weight.shape[1], weight.shape[1] - 1) for weight in self.weights[:-1]]
        return tuple(np.vstack([weight, row]) for weight, row in zip(self.weights[:-1], last, strict=True))

    @cached_property
    def above(self) -> tuple[Array, ...]:
        """U^1, …, U^L, each K × M_k."""
        found = [np.eye(self.weights[-1].shape[0])]
        for weight in reversed(self.weights[1:]):
            found.append(self.matmul(found[-1], weight[:, : weight.shape[1] - self.bias]))
        return tuple(reversed(found))

    @cached_property
    def below(self) -> tuple[Array, ...]:
        """V^1, …, V^L, with M_{k-1} rows (one more with bias)."""
        found = [np.eye(self.inputs.shape[1])]
        for step in self.steps:
            found.append(self.matmul(step, found[-1]))
        return tuple(found)

    def between(self, first: int, last: int) -> Array:
        """T^{first:last} for last ≥ 2; the identity if first = last − 1."""
        result = np.eye(self.weights[last - 2].shape[0] + self.bias)
        for layer in range(last, first + 1):
            result = self.matmul(self.steps[layer - 1], result)
        return result

    @cached_property
    def residual(self) -> Array:
        """Ω̃ = Σ_n δ_n x̃_n⊤."""
        return self.matmul(np.ascontiguousarray(self.points.residual.T), self.inputs)

    @cached_property
    def features(self) -> tuple[Array, Array]:
        """Φ and G."""
        samples, width = self.inputs.shape
        outputs = self.points.weight.shape[1]
        curvature = self.reduce(self.points.curvature())
        if samples <= width:
            blocks = np.zeros((outputs, samples, outputs, samples))
            blocks[:, np.arange(samples), :, np.arange(samples)] = curvature
            return self.inputs.T, blocks.reshape(outputs * samples, outputs * samples)
        moment = np.empty((outputs, width, outputs, width))
        for a in range(outputs):
            for b in range(a, outputs):
                weighted = self.reduce(curvature[:, a, b, None] * self.inputs)
                moment[a, :, b, :] = moment[b, :, a, :] = self.matmul(self.inputs.T, weighted)
        return np.eye(width), moment.reshape(outputs * width, outputs * width)


def modular_chains(instance: LossInstance, field: PrimeField, unit: int) -> Chains:
    """An instance modulo a prime.

    Raises:
        UnluckyPrimeError: If a denominator vanishes modulo the prime.
    """
    found = modular(instance, field.prime)
    given = (found.residual, found.weight, found.coupling, found.mass)
    residual, weight, coupling, mass = (field.reduce(part.astype(np.float64)) for part in given)
    points = _Reduced(residual, weight, coupling, mass, field)
    weights = tuple(field.reduce(residues(weight, field.prime)) for weight in instance.weights)
    inputs = field.reduce(residues(instance.augmented, field.prime))
    return Chains(weights, inputs, points, instance.architecture.bias, float(unit), field.reduce, field.matmul)


@dataclass(frozen=True)
class _Reduced(Pointwise):
    """The same modulo a prime, with t vv⊤ reduced before it is used."""

    field: PrimeField

    def curvature(self) -> Array:
        scaled = self.field.reduce(self.mass * self.coupling)
        outer = self.field.reduce(scaled[:, :, None] * self.coupling[:, None, :])
        return np.asarray(self.weight[:, :, None] * np.eye(self.weight.shape[1]) - outer)


def floating_chains(instance: LossInstance) -> Chains:
    """An instance in float64, with the last factors of two and of u spread evenly over the layers.

    With W^l → c W^l and b^l → c^l b^l, c = u^(1/L), the network is the natural one and the Hessian turns into D H D
    with a diagonal D of nonzero entries.
    """
    points = floating(instance)
    layers, bias = len(instance.weights), instance.architecture.bias
    unit = 1.0 if instance.architecture.loss == "mse" else float(np.log(2.0)) / instance.root
    scale = unit ** (1.0 / layers)
    weights = []
    for layer, weight in enumerate(instance.weights, start=1):
        factors = np.full(weight.shape[1], scale)
        if bias:
            factors[-1] = scale**layer
        weights.append(weight.astype(np.float64) * factors)
    inputs = instance.augmented.astype(np.float64)
    return Chains(tuple(weights), inputs, points, bias, 1.0, lambda array: array, lambda one, two: one @ two)


def every_entry(chains: Chains) -> tuple[Rectangle, ...]:
    """All parameters, in the order of θ."""
    return tuple(
        Rectangle(layer, np.arange(weight.shape[0]), np.arange(weight.shape[1]))
        for layer, weight in enumerate(chains.weights, start=1)
    )


def assemble(chains: Chains, part: Part, where: Sequence[Rectangle]) -> Array:
    """The principal submatrix of H_L / u, H_o′ or H_f′ on the entries of these rectangles, in their order.

    Example:
        >>> from hessproof.numeric.losses.instance import labelled_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> one = labelled_instance(Architecture((1, 1, 1)), [[1]], [[5]], weights=[[[2]], [[3]]])
        >>> chains = floating_chains(one)
        >>> assemble(chains, "loss", every_entry(chains)).tolist()
        [[9.0, 7.0], [7.0, 4.0]]
    """
    size = sum(len(one.rows) * len(one.columns) for one in where)
    result = np.zeros((size, size))
    if part != "functional" and size:
        features, metric = chains.features
        columns = [_slopes(chains, one, features) for one in where]
        slopes = np.hstack(columns)
        result = chains.matmul(np.ascontiguousarray(slopes.T), chains.matmul(metric, slopes))
    if part == "outer":
        return result
    if part == "loss":
        result = chains.reduce(result * chains.unit)
    starts = np.cumsum([0, *(len(one.rows) * len(one.columns) for one in where)])
    for p, one in enumerate(where):
        for q, two in enumerate(where):
            if one.layer < two.layer:
                rows, columns_ = slice(starts[p], starts[p + 1]), slice(starts[q], starts[q + 1])
                block = _functional(chains, one, two)
                result[rows, columns_] += block
                result[columns_, rows] += block.T
    return chains.reduce(result)


def _slopes(chains: Chains, one: Rectangle, features: Array) -> Array:
    """Columns of A for the entries of a rectangle: (K · features) × (rows · columns)."""
    left = chains.above[one.layer - 1][:, one.rows]
    right = chains.matmul(chains.below[one.layer - 1][one.columns, :], features)
    product = chains.reduce(left[:, None, :, None] * right.T[None, :, None, :])
    return product.reshape(left.shape[0] * right.shape[1], -1)


def _functional(chains: Chains, one: Rectangle, two: Rectangle) -> Array:
    """The block of H_f between two rectangles, the first one in the lower layer."""
    detour = chains.between(two.layer - 1, one.layer + 1)[two.columns][:, one.rows]
    back = chains.matmul(chains.below[one.layer - 1], chains.residual.T)
    around = chains.matmul(back, chains.above[two.layer - 1])[one.columns][:, two.rows]
    block = chains.reduce(detour.T[:, None, None, :] * around[None, :, :, None])
    return block.reshape(len(one.rows) * len(one.columns), -1)
