"""Networks with a rectified activation and integer weights, bias and data, as records.

A rectified activation is σ(z) = a z for z > 0 and b z for z < 0, with integers a > 0 and b: ReLU is (1, 0), leaky ReLU
(100, 1). The factor 100 that leaky ReLU has here multiplies F and the targets by 100^(L-1) and every Hessian by a
power of 100, so that all ranks are those of the network with slopes 1 and 1/100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.numeric.integers import IntegerMatrix, integers
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

SLOPES = {"relu": (1, 0), "leaky-relu": (100, 1), "linear": (1, 1)}
"""Slopes above and below zero, as integers."""


@dataclass(frozen=True, eq=False)
class Rectified:
    """A network with a rectified activation, its samples, and what a loss says about them.

    Args:
        architecture: Widths, bias and activation, which must be relu, leaky-relu or linear.
        weights: W^l, with bias [W^l b^l], of shape M_l × (M_{l-1} + bias), integers.
        inputs: The samples x as rows, N × d integers.
        targets: y as rows, N × K integers, for the squared loss; δ = F − y and Λ = I follow from them.
        deltas: δ_n = ∂ℓ/∂F as rows, N × K integers, for another loss, where targets are None.
        curvatures: Λ_n = ∂²ℓ/∂F², N × K × K integers, symmetric, for another loss.
        slope_at_kink: Which slope counts as σ′(0): that "below" zero or that "above".

    Raises:
        UnusableRequest: If the activation is not rectified or a shape does not fit.

    Example:
        >>> one = squared(Architecture((1, 1, 1), activation="relu"), [[[2]], [[3]]], [[1], [-1]], [[5], [7]])
        >>> one.slopes, one.samples
        ((1, 0), 2)
    """

    architecture: Architecture
    weights: tuple[IntegerMatrix, ...]
    inputs: IntegerMatrix
    targets: IntegerMatrix | None = None
    deltas: IntegerMatrix | None = None
    curvatures: IntegerMatrix | None = None
    slope_at_kink: str = "below"

    def __post_init__(self) -> None:
        architecture, bias = self.architecture, self.architecture.bias
        shapes = tuple(weight.shape for weight in self.weights)
        wanted = tuple((rows, columns + bias) for rows, columns in architecture.weight_shapes)
        if architecture.activation not in SLOPES:
            raise UnusableRequest(
                f"activation {architecture.activation}", f"one of {', '.join(SLOPES)}", "give --activation relu"
            )
        if shapes != wanted:
            raise UnusableRequest(f"weights of shapes {shapes}", f"{wanted}", "give W^l, with bias [W^l b^l]")
        if self.slope_at_kink not in ("below", "above"):
            raise UnusableRequest(f"slope at a kink {self.slope_at_kink!r}", "below or above", "give below")
        if (self.targets is None) == (self.deltas is None):
            raise UnusableRequest("both targets and residuals, or neither", "one of the two", "give the targets")
        for name, array, width in (
            ("inputs", self.inputs, architecture.inputs),
            ("targets", self.targets, architecture.outputs),
            ("residuals", self.deltas, architecture.outputs),
        ):
            if array is not None and array.shape != (self.samples, width):
                raise UnusableRequest(
                    f"{name} of shape {array.shape}", f"{self.samples} × {width}", "give one row for each sample"
                )

    @property
    def samples(self) -> int:
        """N."""
        return len(self.inputs)

    @property
    def slopes(self) -> tuple[int, int]:
        """Slopes of the activation above and below zero."""
        return SLOPES[self.architecture.activation]

    @property
    def scale(self) -> int:
        """The factor a^(L-1) on F and on the targets."""
        return int(self.slopes[0] ** (self.architecture.layers - 1))


def squared(
    architecture: Architecture, weights: Sequence[Any], inputs: Any, targets: Any, slope_at_kink: str = "below"
) -> Rectified:
    """A network under the squared loss ½‖F − y‖².

    Args:
        architecture: Widths, bias and activation.
        weights: W^l or [W^l b^l], integers.
        inputs: x as rows, N × d integers.
        targets: y as rows, N × K integers.
        slope_at_kink: See `Rectified`.

    Raises:
        UnusableRequest: If shapes do not fit.
    """
    exact = tuple(integers(weight) for weight in weights)
    return Rectified(architecture, exact, integers(inputs), integers(targets), slope_at_kink=slope_at_kink)


def with_loss(
    architecture: Architecture, weights: Sequence[Any], inputs: Any, deltas: Any, curvatures: Any
) -> Rectified:
    """A network under another loss, given by its first two derivatives at each sample.

    Any δ and symmetric Λ can be taken: those of cross-entropy are p − y and diag(p) − pp⊤ with rational p.

    Args:
        architecture: Widths, bias and activation.
        weights: W^l or [W^l b^l], integers.
        inputs: x as rows, N × d integers.
        deltas: δ_n as rows, N × K integers.
        curvatures: Λ_n, N × K × K integers.

    Raises:
        UnusableRequest: If shapes do not fit.
    """
    exact = tuple(integers(weight) for weight in weights)
    stack = np.asarray(curvatures, dtype=object)
    return Rectified(architecture, exact, integers(inputs), None, integers(deltas), stack)
