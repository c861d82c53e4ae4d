r"""How far the logits, and so the losses, of given objects can move within a radius of given parameters: upper bounds.

Let θ* = (P^1, …, P^L), P^l = [W^l b^l], and ‖θ − θ*‖ ≤ R. An activation that is 1-Lipschitz passes on

    ‖z^l(θ) − z^l(θ*)‖ ≤ (‖W^l‖ + r_l) e_l + r_l β_l,   r_l = ‖ΔP^l‖_F,   β_l = ‖x̃^l(θ*)‖,   x̃ = (x, 1) or x,

from e_1 = 0 on, kinks or not. The last line is a polynomial in r_1, …, r_L with coefficients c_T ≥ 0 for sets T of
layers; its part of degree j is at most (Σ c_T² · binom(L, j))^{1/2} (R/√L)^j, by Cauchy–Schwarz and Maclaurin, and
Σ_{|T|=j} c_T² is the coefficient of u^j in E_{L+1}(u), E_{l+1} = (‖W^l‖² + u) E_l + u β_l². For equal ‖W^l‖ = m,
β_l = ‖x‖m^{l-1} this is ‖x‖((m + R/√L)^L − m^L), which aligned weights of rank one attain. A loss −Σ y_c log p_c
moves by at most √2 times as much as its logits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.forward import forward_pass
from hessproof.numeric.network.losses import loss_values
from hessproof.numeric.network.parameters import checked
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.sample_size import CHANGES
from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
LIPSCHITZ = ("linear", "relu", "leaky-relu", "tanh", "sigmoid", "elu", "softplus")
"""Activations with |σ(a) − σ(b)| ≤ |a − b|."""
FIXING_ZERO = ("linear", "relu", "leaky-relu", "tanh", "elu")
"""Those of them with σ(0) = 0, so that also |σ(a)| ≤ |a|."""
ROUNDING = 1e-9
"""Upper bounds are made larger by this share, far beyond the rounding errors of float64."""


@dataclass(frozen=True, slots=True)
class ProvenChange:
    """Constants C with |𝓛_{k+1}(θ) − 𝓛_k(θ)| ≤ C/(k + 1) for every k and every θ with ‖θ − θ*‖ ≤ R.

    Args:
        local: For the given objects in any order, through what each loss is at θ* and how far it can move.
        range: For the given objects, through the largest norm that their logits can have.
        any_object: For every object with ‖x‖ ≤ M_x, seen or not; None if the activation is not 0 at 0 or with bias.
        spread: Largest difference of two losses at θ*: what ``local`` is for R = 0.
    """

    local: float
    range: float
    any_object: float | None
    spread: float

    @property
    def best(self) -> float:
        """The smaller of the two constants for the given objects."""
        return min(self.local, self.range)


def proven_change(
    architecture: Architecture, parameters: Sequence[Any], inputs: Any, targets: Any, radius: float
) -> ProvenChange:
    """Proven constants for a network with cross-entropy.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L at θ*.
        inputs: x as rows, N × d.
        targets: y as rows, N × K, each a probability vector.
        radius: R ≥ 0, in the Euclidean norm of all parameters.

    Raises:
        UnusableRequest: If the loss is not cross-entropy, the activation not 1-Lipschitz, the radius negative, or a
            shape or target does not fit.

    Example:
        >>> relu = Architecture((1, 1, 2), activation="relu", loss="cross-entropy")
        >>> found = proven_change(relu, [np.ones((1, 1)), np.zeros((2, 1))], np.ones((2, 1)), np.eye(2), 0.0)
        >>> found.local, found.range
        (0.0, 0.0)
    """
    matrices, x, y, reach = _reached(architecture, parameters, inputs, targets, radius)
    outputs = np.asarray(forward_pass(architecture, matrices, x).outputs)
    losses = loss_values("cross-entropy", outputs, y)
    moved = math.sqrt(2) * reach
    highest, lowest = float(np.max(losses + moved)), max(0.0, float(np.min(losses - moved)))
    centred = outputs - np.mean(outputs, axis=1, keepdims=True)  # a common shift of the logits changes no loss
    rho = float(np.max(np.linalg.norm(centred, axis=1) + reach))
    norms = [_spectral(matrix) for matrix in matrices]
    free = architecture.activation in FIXING_ZERO and not architecture.bias
    widest = float(np.max(np.linalg.norm(x, axis=1))) * largest_product(norms, radius)
    share = 1 + ROUNDING
    return ProvenChange(
        local=(highest - lowest) * share,
        range=CHANGES["range"].value(K=architecture.outputs, rho=rho * share),
        any_object=CHANGES["range"].value(K=architecture.outputs, rho=widest * share) if free else None,
        spread=float(np.max(losses) - np.min(losses)) * share,
    )


def logit_reach(
    architecture: Architecture, parameters: Sequence[Any], inputs: Any, targets: Any, radius: float
) -> Floats:
    """Upper bounds of ‖z_i(θ) − z_i(θ*)‖ over ‖θ − θ*‖ ≤ R, one for each object.

    Args and Raises as for `proven_change`.

    Example:
        >>> relu = Architecture((1, 1, 2), activation="relu", loss="cross-entropy")
        >>> weights = [np.asarray([[2.0]]), np.asarray([[2.0], [0.0]])]
        >>> logit_reach(relu, weights, np.ones((1, 1)), np.asarray([[1.0, 0.0]]), math.sqrt(2)).round(6).tolist()
        [5.0]
    """
    return _reached(architecture, parameters, inputs, targets, radius)[3]


def largest_product(norms: Sequence[float], radius: float) -> float:
    """The maximum of Π (m_s + r_s) over r_s ≥ 0 with Σ r_s² ≤ R²: r_s(m_s + r_s) is the same number for all s there.

    Example:
        >>> round(largest_product([1.0, 1.0], math.sqrt(2)), 9), largest_product([2.0, 3.0], 0.0)
        (4.0, 6.0)
    """
    m = np.asarray(norms, dtype=np.float64)
    if radius == 0:
        return float(np.prod(m))
    low, high = 0.0, float(radius * (np.max(m) + radius))
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.sum(_steps(m, middle) ** 2) <= radius**2 else (low, middle)
    return float(np.prod(m + _steps(m, high)))


def _steps(m: Floats, common: float) -> Floats:
    """r_s ≥ 0 with r_s(m_s + r_s) = c, written without cancellation."""
    return np.asarray(2 * common / (m + np.sqrt(m**2 + 4 * common))) if common > 0 else np.zeros_like(m)


def _reached(
    architecture: Architecture, parameters: Sequence[Any], inputs: Any, targets: Any, radius: float
) -> tuple[tuple[Any, ...], Floats, Floats, Floats]:
    refuse_unfit(architecture, inputs, targets, radius)
    matrices, x, y = checked(architecture, parameters, np.asarray(inputs), np.asarray(targets))
    state = forward_pass(architecture, matrices, x)
    depth = architecture.layers
    weights = [matrix[:, : architecture.widths[layer]] for layer, matrix in enumerate(matrices)]
    squares = np.zeros((len(x), depth + 1))
    for weight, met in zip(weights, state.inputs, strict=True):
        shifted = np.roll(squares, 1, axis=1)
        shifted[:, 1] += np.sum(np.asarray(met) ** 2, axis=1)
        squares = _spectral(weight) ** 2 * squares + shifted
    steps = np.asarray([math.comb(depth, j) ** 0.5 * (radius / depth**0.5) ** j for j in range(depth + 1)])
    return matrices, x, y, np.asarray(np.sqrt(squares) @ steps) * (1 + ROUNDING)


def refuse_unfit(architecture: Architecture, inputs: Any, targets: Any, radius: float) -> None:
    """Refuse what the bounds of this module do not speak about.

    Raises:
        UnusableRequest: If the loss is not cross-entropy, the activation not 1-Lipschitz, the radius negative or not
            finite, an input not finite, or a row of the targets no probability vector.
    """
    if architecture.loss != "cross-entropy":
        raise UnusableRequest(f"loss {architecture.loss}", "cross-entropy", "give --loss cross-entropy")
    if architecture.activation not in LIPSCHITZ:
        raise UnusableRequest(
            f"activation {architecture.activation}", f"one of {', '.join(LIPSCHITZ)}", "give --activation relu"
        )
    if not math.isfinite(radius) or radius < 0:
        raise UnusableRequest(f"radius {radius}", "a finite number, at least 0", "give for instance 0.1")
    if not np.all(np.isfinite(np.asarray(inputs, dtype=np.float64))):
        raise UnusableRequest("inputs with NaN or infinite entries", "finite numbers", "leave out such samples")
    rows = np.asarray(targets, dtype=np.float64)
    if rows.ndim != 2 or not np.all(np.isfinite(rows)) or np.any(rows < 0) or np.any(abs(rows.sum(axis=1) - 1) > 1e-9):
        raise UnusableRequest("targets", "one probability vector for each sample", "give one-hot class labels")


def _spectral(matrix: Any) -> float:
    return float(np.linalg.norm(np.asarray(matrix), 2))


__all__ = ["FIXING_ZERO", "LIPSCHITZ", "ProvenChange", "largest_product", "logit_reach", "proven_change"]
