r"""Random two-layer networks at which the random model of the Hessian is looked at.

All widths are n. Weights are drawn N(0, v/n), with v = 1 and for ReLU v = 2, which keeps the mean square of signals.
Inputs are N(0, 1), or the digits averaged down to 4 × 4 pixels and whitened (n = 16); targets are N(0, 1), or the
classes of the digits as unit vectors less their mean, scaled to the mean square 1 and padded with zeros.

A network stands at its *initialisation*; its targets can be moved so that its residuals are e ~ N(0, 2ε),
independent of everything else, as the model says; or, without activation, least squares take it to a *minimum*.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np
import numpy.typing as npt

from hessproof.numeric.datasets import digits
from hessproof.numeric.network.hessians import network_forward, network_gradient, network_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
VARIANCES = {"linear": 1.0, "relu": 2.0, "tanh": 1.0}
"""v: n times the variance of a weight."""


@dataclass(frozen=True, eq=False)
class DrawnNet:
    """A two-layer network with its samples.

    Args:
        activation: φ.
        w1: W¹, n × n.
        w2: W², n × n.
        x: Inputs as rows, m × n.
        y: Targets as rows, m × n.

    Example:
        >>> net = drawn_net("linear", 4, 8, seed=1)
        >>> net.parts()[0].shape, net.energy > 0
        ((32, 32), True)
    """

    activation: str
    w1: Floats
    w2: Floats
    x: Floats
    y: Floats

    @property
    def architecture(self) -> Architecture:
        """n-n-n."""
        return Architecture((len(self.w1),) * 3, activation=self.activation)

    @property
    def outputs(self) -> Floats:
        """ŷ as rows, m × n."""
        return np.asarray(network_forward(self.architecture, [self.w1, self.w2], self.x))

    @property
    def residuals(self) -> Floats:
        """e = ŷ − y as rows, m × n."""
        return self.outputs - self.y

    @property
    def energy(self) -> float:
        """ε = (2mn)^{-1} Σ e²."""
        return float((self.residuals**2).mean() / 2)

    def parts(self) -> tuple[Floats, Floats]:
        """H_0 and H_1, each 2n² × 2n²."""
        where = self.architecture, [self.w1, self.w2], self.x, self.y
        return np.asarray(network_hessian(*where, "outer")), np.asarray(network_hessian(*where, "functional"))

    def with_residuals(self, epsilon: float, seed: int) -> DrawnNet:
        """The same network with targets moved so that e ~ N(0, 2ε) independently.

        Raises:
            UnusableRequest: If ε is negative or not finite.

        Example:
            >>> net = drawn_net("relu", 3, 400, seed=1).with_residuals(0.5, seed=2)
            >>> abs(net.energy - 0.5) < 0.1
            True
        """
        if not (np.isfinite(epsilon) and epsilon >= 0):
            raise UnusableRequest(f"energy {epsilon}", "a finite number, 0 or above", "give for instance 0.25")
        noise = np.random.default_rng([seed, 1]).standard_normal(self.y.shape)
        return replace(self, y=self.outputs - np.sqrt(2 * epsilon) * noise)

    def minimum(self) -> DrawnNet:
        """The same W¹ with the W² of least squares: a global minimum without activation, where W¹ is invertible.

        The gradient for W² then says EX^⊤W¹^⊤ = 0, so that EX^⊤ = 0, and W²W¹ = YX⁺.

        Raises:
            UnusableRequest: If there is an activation, whose W¹ would have to move as well.

        Example:
            >>> drawn_net("linear", 4, 16, seed=1).minimum().slope < 1e-12
            True
        """
        if self.activation != "linear":
            raise UnusableRequest(f"a minimum with {self.activation}", "no activation", "give linear")
        hidden = self.x @ self.w1.T
        return replace(self, w2=np.asarray(np.linalg.lstsq(hidden, self.y, rcond=None)[0].T))

    @property
    def slope(self) -> float:
        """Norm of the gradient."""
        return float(np.linalg.norm(network_gradient(self.architecture, [self.w1, self.w2], self.x, self.y)))


def drawn_net(activation: str, n: int, m: int, *, data: str = "gaussian", seed: int = 0) -> DrawnNet:
    """A network at its initialisation.

    Args:
        activation: linear, relu or tanh.
        n: All widths.
        m: Samples.
        data: gaussian or digits.
        seed: Of weights, inputs and targets; of the digits it chooses which ones.

    Raises:
        UnusableRequest: If the activation or the data are unknown, a size or the seed is out of range, or the digits do
            not fit.

    Example:
        >>> net = drawn_net("tanh", 16, 64, data="digits", seed=3)
        >>> net.x.shape, round(float((net.y**2).mean()), 1)
        ((64, 16), 1.0)
    """
    if activation not in VARIANCES:
        raise UnusableRequest(f"activation {activation!r}", f"one of {', '.join(VARIANCES)}", "give linear")
    if not (_whole(n, 1) and _whole(m, 1)):
        raise UnusableRequest(f"n = {n}, m = {m}", "positive integers", "give for instance n = 16, m = 64")
    if not _whole(seed, 0):
        raise UnusableRequest(f"seed {seed}", "an integer, 0 or above", "give for instance 1")
    rng = np.random.default_rng([seed, 0])
    scale = np.sqrt(VARIANCES[activation] / n)
    w1, w2 = scale * rng.standard_normal((n, n)), scale * rng.standard_normal((n, n))
    if data == "gaussian":
        return DrawnNet(activation, w1, w2, rng.standard_normal((m, n)), rng.standard_normal((m, n)))
    if data != "digits":
        raise UnusableRequest(f"data {data!r}", "gaussian or digits", "give gaussian")
    x, y = whitened_digits()
    if n != x.shape[1] or m > len(x):
        raise UnusableRequest(f"n = {n}, m = {m} for the digits", f"n = 16 and m up to {len(x)}", "give n = 16")
    chosen = rng.permutation(len(x))[:m]
    return DrawnNet(activation, w1, w2, x[chosen], y[chosen])


def _whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and int(value) >= least


def outer_spectrum(n: int, m: int, rng: np.random.Generator) -> Floats:
    """All 2n² eigenvalues of H_0 of a drawn network without activation, from n matrices of n rows; zeros first.

    Up to zeros the eigenvalues are those of (s_i I + W¹^⊤W¹)P for the eigenvalues s_i of W²W²^⊤ and P = XX^⊤/m.

    Example:
        >>> found = outer_spectrum(4, 8, np.random.default_rng(0))
        >>> len(found), int((found == 0).sum())
        (32, 16)
    """
    w1, w2 = rng.standard_normal((2, n, n)) / np.sqrt(n)
    x = rng.standard_normal((n, m))
    values, vectors = np.linalg.eigh(x @ x.T / m)
    root = vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T
    inner, gram = root @ w1.T @ w1 @ root, root @ root
    pieces = [np.linalg.eigvalsh(s * gram + inner) for s in np.linalg.eigvalsh(w2 @ w2.T)]
    found = np.concatenate([np.zeros(n * n), *pieces])
    found[abs(found) < 1e-12 * found.max()] = 0.0
    return np.sort(found)


def whitened_digits() -> tuple[Floats, Floats]:
    """The 1,797 digits of 4 × 4 pixels with mean 0 and covariance I, and their classes: centred, padded to 16, scaled.

    Example:
        >>> x, y = whitened_digits()
        >>> bool(abs(x.T @ x / len(x) - np.eye(16)).max() < 1e-9), y.shape
        (True, (1797, 16))
    """
    pixels, classes = digits(16).floats()
    centred = pixels - pixels.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    x = centred @ vectors / np.sqrt(values) @ vectors.T
    spread = classes - classes.mean(axis=0)
    y = np.zeros((len(x), x.shape[1]))
    y[:, : classes.shape[1]] = spread
    return x, y / np.sqrt((y**2).mean())


__all__ = ["VARIANCES", "DrawnNet", "drawn_net", "outer_spectrum", "whitened_digits"]
