r"""The limit law of H_1 of real two-layer networks with residuals drawn as the model says, and its eigenvalues.

H_1 is a direct sum of blocks [[0, B_a^⊤], [B_a, 0]], whose eigenvalues are plus and minus the singular values of B_a.
With B_a = (1/m) Σ e x^⊤ over k of the samples and k/n → r, they follow the free compound Poisson law of rate r and
jumps ±a, a = τ√(ε/2): R(z) = r a² z/(1 − a²z²), with r = 2/τ without activation and r = 1/τ with ReLU, whose gates let
every second sample through. Since ∫(R + 1/G) dG is elementary, the distribution function is

    N(λ) = 1 − Im[λG − ln G + (r/2) ln(1 − a²G²)]/π

at the root of a²λG³ + (r − 1)a²G² − λG + 1 = 0 with Im G < 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hessproof.numeric.two_layer.ensembles import DrawnNet
from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
ABOVE = 1e-9
"""Im λ: enough for a double to see which root lies below, and N changes by no more than about that."""
RATES = {"linear": 2.0, "relu": 1.0}
"""rτ."""


def block_distribution(points: Floats, epsilon: float, tau: float, activation: str = "linear") -> Floats:
    """N(λ) of the limit law of H_1, atoms included.

    Args:
        points: Places λ.
        epsilon: ε > 0.
        tau: τ > 0.
        activation: linear or relu.

    Raises:
        UnusableRequest: If a number is out of range, a point is not finite or the activation is another one.

    Example:
        >>> block_distribution(np.array([-9.0, 0.0, 9.0]), 0.5, 1.0, "relu").round(6).tolist()
        [0.0, 0.5, 1.0]
    """
    if activation not in RATES:
        raise UnusableRequest(f"activation {activation!r}", "linear or relu", "give linear")
    if not (np.isfinite(epsilon) and np.isfinite(tau) and epsilon > 0 and tau > 0):
        raise UnusableRequest(f"ε = {epsilon}, τ = {tau}", "positive numbers", "give for instance 0.5 and 1")
    if not np.isfinite(points).all():
        raise UnusableRequest("points with NaN or infinity", "finite numbers", "leave them out")
    rate, square = RATES[activation] / tau, epsilon * tau**2 / 2
    z = np.asarray(points, dtype=np.float64).ravel() + 1j * ABOVE * np.sqrt(square)
    companion = np.zeros((len(z), 3, 3), dtype=np.complex128)
    companion[:, 0, 0], companion[:, 0, 1] = -(rate - 1) / z, 1 / square
    companion[:, 0, 2] = -1 / (square * z)
    companion[:, [1, 2], [0, 1]] = 1
    roots = np.linalg.eigvals(companion)
    g = np.take_along_axis(roots, np.argmin(roots.imag, axis=1)[:, None], axis=1)[:, 0]
    potential = z * g - np.log(g) + rate / 2 * np.log(1 - square * g**2)
    return np.asarray(np.clip(1 - potential.imag / np.pi, 0, 1).reshape(np.shape(points)))


def block_spectrum(net: DrawnNet) -> Floats:
    """All 2n² eigenvalues of H_1 of a network without activation or with ReLU, from singular values of its blocks.

    One block at a time, from the samples whose gate is open; without activation all blocks are the same.

    Raises:
        UnusableRequest: If the activation is another one.

    Example:
        >>> from hessproof.numeric.two_layer.ensembles import drawn_net
        >>> net = drawn_net("relu", 3, 6, seed=1)
        >>> bool(abs(block_spectrum(net) - np.linalg.eigvalsh(net.parts()[1])).max() < 1e-12)
        True
    """
    if net.activation not in RATES:
        raise UnusableRequest(f"activation {net.activation!r}", "linear or relu", "take all eigenvalues of H_1")
    errors, count = net.residuals, len(net.w1)
    gates = (net.x @ net.w1.T > 0) if net.activation == "relu" else np.ones((len(net.x), 1), dtype=bool)
    blocks = (errors[each].T @ net.x[each] / len(net.x) for each in gates.T)
    sizes = np.concatenate([np.linalg.svd(block, compute_uv=False) for block in blocks])
    sizes = np.tile(sizes, count // gates.shape[1])
    return np.sort(np.concatenate([sizes, -sizes]))


__all__ = ["RATES", "block_distribution", "block_spectrum"]
