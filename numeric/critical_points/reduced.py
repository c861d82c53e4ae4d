"""A one-hidden-layer network whose last layer is always the best one: half the unknowns, the same critical points.

𝓛(W¹, W²) = (1/2m) Σ_μ |W² φ(W¹x_μ) − y_μ|² is a convex quadratic function of W². Where the n × n matrix
C = (1/m) Σ hh⊤ of the hidden values is invertible, ∂𝓛/∂W² = 0 has one solution W²(W¹), and r(W¹) = 𝓛(W¹, W²(W¹)) has

    ∇r = ∂𝓛/∂W¹,      ∇²r = H_11 − H_12 H_22^{-1} H_21      at (W¹, W²(W¹)).

H_22 = C ⊗ I is positive definite, so that critical points of r and of 𝓛 are the same and have the same index
(Haynsworth's inertia formula).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.activations import activate
from hessproof.numeric.network.hessians import network_gradient, network_hessian, network_loss
from hessproof.symbolic.architecture import Architecture

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Data and activation.

    Args:
        inputs: x as rows, m × n_0.
        targets: y as rows, m × n_2.
        activation: Name of the activation.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> one = Problem(rng.standard_normal((9, 2)), rng.standard_normal((9, 2)))
        >>> point = one.reduced(rng.standard_normal((3, 2)))
        >>> bool(np.abs(one.gradient(point.theta)[6:]).max() < 1e-12)
        True
    """

    inputs: Array
    targets: Array
    activation: str = "tanh"

    @property
    def samples(self) -> int:
        """m."""
        return int(self.inputs.shape[0])

    def architecture(self, theta_size: int) -> Architecture:
        """The widths that belong to so many parameters."""
        ends = self.inputs.shape[1], self.targets.shape[1]
        return Architecture((ends[0], theta_size // sum(ends), ends[1]), activation=self.activation)

    def matrices(self, theta: Array) -> list[Array]:
        """W¹ and W² of a vector of parameters."""
        widths = self.architecture(theta.size).widths
        cut = widths[0] * widths[1]
        return [theta[:cut].reshape(widths[1], widths[0]), theta[cut:].reshape(widths[2], widths[1])]

    def energy(self, theta: Array) -> float:
        """ε = 𝓛/n."""
        found = network_loss(self.architecture(theta.size), self.matrices(theta), self.inputs, self.targets)
        return float(found) / int(self.targets.shape[1])

    def gradient(self, theta: Array) -> Array:
        """∇𝓛."""
        found = network_gradient(self.architecture(theta.size), self.matrices(theta), self.inputs, self.targets)
        return np.asarray(found)

    def hessian(self, theta: Array, part: str = "loss") -> Array:
        """The Hessian of 𝓛, or its part ``outer``, H_0."""
        architecture, matrices = self.architecture(theta.size), self.matrices(theta)
        found = network_hessian(architecture, matrices, self.inputs, self.targets, part)  # type: ignore[arg-type]
        return np.asarray(found)

    def best_last(self, first: Array) -> Array:
        """The parameters (W¹, W²) with the W² of least 𝓛; the one of least norm if there are several."""
        hidden = activate(self.activation, self.inputs @ first.T, (0,))[0]
        last = np.linalg.lstsq(hidden, self.targets, rcond=None)[0].T
        return np.concatenate([first.ravel(), last.ravel()])

    def reduced(self, first: Array) -> Reduced:
        """r, ∇r and ∇²r at W¹."""
        theta = self.best_last(first)
        cut = first.size
        whole = self.hessian(theta)
        hidden = activate(self.activation, self.inputs @ first.T, (0,))[0]
        inner = hidden.T @ hidden / self.samples
        below = whole[cut:, :cut].reshape(self.targets.shape[1], len(first), cut)
        solved = np.linalg.solve(inner, below.transpose(1, 0, 2).reshape(len(first), -1))
        across = solved.reshape(len(first), -1, cut).transpose(1, 0, 2).reshape(-1, cut)
        schur = whole[:cut, :cut] - whole[cut:, :cut].T @ across
        return Reduced(theta, self.gradient(theta)[:cut], 0.5 * (schur + schur.T))


@dataclass(frozen=True)
class Reduced:
    """A point (W¹, W²(W¹)) with ∇r and ∇²r."""

    theta: Array
    gradient: Array
    hessian: Array

    @property
    def size(self) -> float:
        """|∇r| = |∇𝓛|."""
        return float(np.linalg.norm(self.gradient))
