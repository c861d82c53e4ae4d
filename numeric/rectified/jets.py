"""The Hessian of a rectified network from its definition: the loss itself in hyper-dual integers.

Nothing here knows a Jacobian or a block. The network is evaluated at θ + ε₁e_i + ε₂e_j with ε₁² = ε₂² = 0, its
activation by the sign of the real part, and the coefficient of ε₁ε₂ is read off: of ½Σ(F − F₀)⊤Λ(F − F₀) for
the outer part, F₀ being the outputs at θ, of Σ δ·F with δ held fixed for the functional part, and of their sum, which
is the loss up to third order. All i and j at once, stacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hessproof.numeric.rectified.network import Rectified
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[Any]
Part = Literal["outer", "functional", "loss"]


@dataclass(frozen=True, slots=True)
class Jet:
    """a + b_i ε₁ + c_j ε₂ + d_ij ε₁ε₂ for all i, j: ``one`` is b (and c), ``both`` is d, symmetric in i and j.

    Example:
        >>> x = Jet(2, np.asarray([1, 0], dtype=object), np.zeros((2, 2), dtype=object))
        >>> y = Jet(5, np.asarray([0, 1], dtype=object), np.zeros((2, 2), dtype=object))
        >>> (x * y).both.tolist()
        [[0, 1], [1, 0]]
    """

    real: Any
    one: Array
    both: Array

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.real + other.real, self.one + other.one, self.both + other.both)

    def __mul__(self, other: Jet) -> Jet:
        cross = np.multiply.outer(self.one, other.one)
        both = self.real * other.both + other.real * self.both + cross + cross.T
        return Jet(self.real * other.real, self.real * other.one + other.real * self.one, both)

    def times(self, factor: Any) -> Jet:
        """The jet multiplied by a constant."""
        return Jet(factor * self.real, factor * self.one, factor * self.both)


def definition_hessian(network: Rectified, part: Part = "loss") -> Array:
    """The Hessian of a rectified network, summed over the samples, p × p Python integers.

    Args:
        network: Weights, samples, residuals, curvatures.
        part: outer, functional or loss; the loss is taken as ½Σ(F − F₀)⊤Λ(F − F₀) + Σ δ·F, its own expansion.

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> definition_hessian(net, "functional").tolist()
        [[0, 1], [1, 0]]
    """
    if part not in ("outer", "functional", "loss"):
        raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "give loss")
    size = network.architecture.parameters
    total = Jet(0, np.zeros(size, dtype=object), np.zeros((size, size), dtype=object))
    for number, sample in enumerate(network.inputs):
        outputs = _outputs(network, sample)
        if part != "functional":
            moved = [Jet(0, output.one, output.both) for output in outputs]
            total += _doubled_curve(network, number, moved)
        if part != "outer":
            for output, delta in zip(outputs, _residual(network, number, outputs), strict=True):
                total += output.times(2 * delta)
    return np.asarray(total.both // 2)


def active_neurons(network: Rectified) -> tuple[int, ...]:
    """M̃_1, …, M̃_{L-1}: how many neurons have σ′(z) ≠ 0 on some sample, neuron by neuron.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 2, 1), activation="relu"), [[[1], [-1]], [[1, 1]]], [[3]], [[0]])
        >>> active_neurons(net)
        (1,)
    """
    seen: list[set[int]] = [set() for _ in network.architecture.hidden]
    for sample in network.inputs:
        values, scale = list(sample), 1
        for layer, weight in enumerate(network.weights[:-1]):
            reached = [*values, scale] if network.architecture.bias else values
            z = [sum(int(w) * int(v) for w, v in zip(row, reached, strict=True)) for row in weight]
            seen[layer] |= {number for number, entry in enumerate(z) if _slope(network, entry)}
            values, scale = [_slope(network, entry) * entry for entry in z], scale * network.slopes[0]
    return tuple(map(len, seen))


def definition_gradient(network: Rectified) -> Array:
    """∇ of the loss, p integers, from first-order coefficients."""
    total = np.zeros(network.architecture.parameters, dtype=object)
    for number, sample in enumerate(network.inputs):
        outputs = _outputs(network, sample)
        for output, delta in zip(outputs, _residual(network, number, outputs), strict=True):
            total = total + output.one * delta
    return total


def _residual(network: Rectified, number: int, outputs: list[Jet]) -> list[Any]:
    if network.deltas is not None:
        return [network.scale * delta for delta in network.deltas[number]]
    targets: Any = network.targets
    return [output.real - network.scale * y for output, y in zip(outputs, targets[number], strict=True)]


def _slope(network: Rectified, z: Any) -> int:
    above, below = network.slopes
    return above if z > 0 or (z == 0 and network.slope_at_kink == "above") else below


def _outputs(network: Rectified, sample: Array) -> list[Jet]:
    """F(x) with ε₁ and ε₂ along every parameter."""
    size = network.architecture.parameters
    none = np.zeros((size, size), dtype=object)
    values = [Jet(entry, np.zeros(size, dtype=object), none) for entry in sample]
    place, scale = 0, 1
    for depth, weight in enumerate(network.weights):
        if depth:
            values = [value.times(_slope(network, value.real)) for value in values]
            scale *= network.slopes[0]
        if network.architecture.bias:
            values = [*values, Jet(scale, np.zeros(size, dtype=object), none)]
        following = []
        for row in weight:
            total = Jet(0, np.zeros(size, dtype=object), none)
            for entry, value in zip(row, values, strict=True):
                direction = np.zeros(size, dtype=object)
                direction[place] = 1
                place += 1
                total = total + Jet(entry, direction, none) * value
            following.append(total)
        values = following
    return values


def _doubled_curve(network: Rectified, number: int, moved: list[Jet]) -> Jet:
    """(F − F₀)⊤Λ(F − F₀), twice what the loss has."""
    size = network.architecture.parameters
    total = Jet(0, np.zeros(size, dtype=object), np.zeros((size, size), dtype=object))
    for first, one in enumerate(moved):
        for second, two in enumerate(moved):
            factor = int(first == second) if network.curvatures is None else network.curvatures[number][first, second]
            if factor:
                total = total + (one * two).times(factor)
    return total
