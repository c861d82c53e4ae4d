r"""The mean squared error of a linear network from the moments Σ = E[xx⊤] and Σ_yx = E[yx⊤].

With P = W^{L:1} the loss is ½E‖Px − y‖² = ½tr(PΣP⊤) − tr(PΣ_yx⊤) + ½tr Σ_yy, and (Singh et al. 2021, Eq. (2))

    ∂𝓛/∂W^l = W^{l+1:L} Ω W^{1:l-1},    Ω = PΣ − Σ_yx.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hessproof.numeric.training.initialisation import Array, Parameters
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, eq=False)
class LinearProblem:
    """The mean squared error of a linear network without bias.

    Args:
        architecture: Its widths.
        sigma: Σ, d × d.
        cross: Σ_yx = E[yx⊤], K × d.

    Raises:
        UnusableRequest: If the network is not linear, has a bias or another loss, or shapes do not fit.

    Example:
        >>> scalar = LinearProblem(Architecture((1, 1, 1)), np.eye(1), np.array([[3.0]]))
        >>> [float(g[0, 0]) for g in scalar.gradient((np.array([[1.0]]), np.array([[2.0]])))]
        [-2.0, -1.0]
    """

    architecture: Architecture
    sigma: Array
    cross: Array

    def __post_init__(self) -> None:
        plain = self.architecture.activation == "linear" and self.architecture.loss == "mse"
        if not plain or self.architecture.bias:
            raise UnusableRequest(
                f"training of {self.architecture} by its moments", "a linear network without bias under mse",
                "train other networks by their own gradient",
            )  # fmt: skip
        inputs, outputs = self.architecture.inputs, self.architecture.outputs
        shapes = self.sigma.shape, self.cross.shape
        if shapes != ((inputs, inputs), (outputs, inputs)):
            raise UnusableRequest(
                f"moments of shapes {shapes}", f"{(inputs, inputs)} and {(outputs, inputs)}", "give Σ and E[yx⊤]"
            )

    def omega(self, parameters: Sequence[Array]) -> Array:
        """Ω = W^{L:1}Σ − Σ_yx, K × d."""
        return chained(parameters) @ self.sigma - self.cross

    def excess(self, parameters: Sequence[Array]) -> float:
        """The loss without its constant ½tr Σ_yy."""
        product = chained(parameters)
        return float(0.5 * np.sum((product @ self.sigma) * product) - np.sum(product * self.cross))

    def gradient(self, parameters: Sequence[Array]) -> Parameters:
        """∂𝓛/∂W^l for l = 1, …, L, shaped like the weights."""
        before = [np.eye(self.architecture.inputs)]
        for weights in parameters[:-1]:
            before.append(weights @ before[-1])
        backward = (parameters[-1] @ before[-1]) @ self.sigma - self.cross
        found = []
        for weights, forward in zip(reversed(parameters), reversed(before), strict=True):
            found.append(backward @ forward.T)
            backward = weights.T @ backward
        return tuple(reversed(found))


def chained(parameters: Sequence[Array]) -> Array:
    """W^{L:1} = W^L ⋯ W^1, multiplied from the narrower end of the last layer."""
    product = parameters[-1]
    for weights in reversed(parameters[:-1]):
        product = product @ weights
    return product
