r"""The Hessian of a network from its gradient alone, one complex step for each parameter.

∂²ℒ/∂θ∂θ_j = Im ∇ℒ(θ + ihe_j) / h with h so small that h² is lost in rounding. No second derivative of anything is
written down here: the activations and losses have their first derivatives only. With the residual δ held fixed at θ the
same step gives H_f = E[Σ_c δ_c ∂²F_c/∂θ²], and H_o = H_ℒ − H_f. The arithmetic is float64, or mpmath's with as many
digits as asked for, which tells tiny eigenvalues from zero.

ReLU and leaky ReLU branch on the real part: the step stays on one side of a kink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import mpmath
import numpy as np
import numpy.typing as npt

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[Any]
Part = Literal["outer", "functional", "loss"]
STEP = 1e-30
SLOPE = 0.01
"""Slope of leaky ReLU below zero."""
CHUNK = 2**22
"""Complex numbers that one layer of a batch of directions may take."""
Function = Callable[[Array], Array]


def _functions(precise: bool) -> dict[str, tuple[Function, Function]]:
    """σ and σ′ by name, for arrays of complex numbers or of mpmath's."""

    def each(name: str) -> Function:
        if not precise:
            found: Function = getattr(np, name)
            return found
        return np.vectorize(getattr(mpmath, name), otypes=[object])

    tanh, exp, log = each("tanh"), each("exp"), each("log")

    def on(z: Array) -> Array:
        return np.asarray(np.vectorize(lambda entry: entry.real > 0, otypes=[bool])(z) if precise else z.real > 0)

    def sigmoid(z: Array) -> Array:
        return np.asarray(1 / (1 + exp(-z)))

    return {
        "linear": (lambda z: z, lambda z: z * 0 + 1),
        "relu": (lambda z: np.where(on(z), z, z * 0), lambda z: np.where(on(z), z * 0 + 1, z * 0)),
        "leaky-relu": (lambda z: np.where(on(z), z, SLOPE * z), lambda z: np.where(on(z), z * 0 + 1, z * 0 + SLOPE)),
        "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
        "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
        "softplus": (lambda z: log(1 + exp(z)), sigmoid),
    }


ACTIVATIONS = ("linear", "relu", "leaky-relu", "tanh", "sigmoid", "softplus")


def first_derivatives(activation: str, precise: bool = False) -> tuple[Function, Function]:
    """σ and σ′ on arrays of complex numbers, or of mpmath's.

    Raises:
        UnusableRequest: If the activation is none of ``ACTIVATIONS``.
    """
    if activation not in ACTIVATIONS:
        raise UnusableRequest(
            f"activation {activation} in a complex step", f"one of {', '.join(ACTIVATIONS)}", "use network_hessian"
        )
    return _functions(precise)[activation]


def residual_of(loss: str, precise: bool = False) -> Callable[[Array, Array], Array]:
    """δ = ∂ℓ/∂F, the last axis running over the outputs."""
    exp = np.vectorize(mpmath.exp, otypes=[object]) if precise else np.exp
    tanh = np.vectorize(mpmath.tanh, otypes=[object]) if precise else np.tanh
    if loss == "mse":
        return lambda outputs, targets: np.asarray(outputs - targets)
    if loss == "cosh":
        return lambda outputs, targets: np.asarray(tanh(outputs - targets))

    def softmax(outputs: Array, targets: Array) -> Array:
        largest = 0 if precise else outputs.real.max(axis=-1, keepdims=True)
        shifted = exp(outputs - largest)
        return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True) - targets)

    return softmax


class _Network:
    """Forward and backward pass for a batch of parameter vectors, complex."""

    def __init__(self, architecture: Architecture, inputs: Array, targets: Array, precise: bool) -> None:
        self.architecture, self.inputs, self.targets = architecture, inputs, targets
        self.value, self.slope = first_derivatives(architecture.activation, precise)
        self.residual = residual_of(architecture.loss, precise)

    def split(self, vectors: Array) -> list[Array]:
        """W^l, with b^l as last column, of every parameter vector (rows of ``vectors``)."""
        shapes = [(rows, cols + self.architecture.bias) for rows, cols in self.architecture.weight_shapes]
        return [
            vectors[:, piece].reshape(-1, *shape) for piece, shape in zip(self.architecture.slices, shapes, strict=True)
        ]

    def forward(self, matrices: Sequence[Array]) -> tuple[list[Array], list[Array]]:
        """Inputs ã^{l-1} and pre-activations z^l of every layer; B × N × width."""
        current = np.broadcast_to(self.inputs, (len(matrices[0]), *self.inputs.shape))
        layers, sums = [], []
        for number, matrix in enumerate(matrices, start=1):
            if self.architecture.bias:
                current = np.concatenate([current, np.ones_like(current[..., :1])], axis=-1)
            layers.append(current)
            sums.append(current @ np.swapaxes(matrix, -1, -2))
            current = self.value(sums[-1]) if number < len(matrices) else sums[-1]
        return layers, sums

    def gradient(self, vectors: Array, fixed: Array | None = None) -> Array:
        """∇ of the mean loss at every parameter vector; of E[δ·F] if the residual is ``fixed``."""
        matrices = self.split(vectors)
        layers, sums = self.forward(matrices)
        delta = self.residual(sums[-1], self.targets) if fixed is None else np.broadcast_to(fixed, sums[-1].shape)
        pieces: list[Array] = []
        for number in range(len(matrices), 0, -1):
            slope = np.swapaxes(delta, -1, -2) @ layers[number - 1] / len(self.inputs)
            pieces.insert(0, slope.reshape(len(vectors), -1))
            if number > 1:
                weight = matrices[number - 1][..., : sums[number - 2].shape[-1]]
                delta = (delta @ weight) * self.slope(sums[number - 2])
        return np.concatenate(pieces, axis=1)


def complex_step_hessian(
    architecture: Architecture,
    parameters: Sequence[Array],
    inputs: Array,
    targets: Array,
    part: Part = "loss",
    digits: int | None = None,
) -> Array:
    """H_L, H_o or H_f of the mean loss, p × p, by complex steps of the gradient.

    Args:
        architecture: Widths, bias, activation (one of ``ACTIVATIONS``) and loss.
        parameters: [W^l b^l], M_l × (M_{l-1} + 1), or W^l without bias.
        inputs: x, N × d.
        targets: y, N × K.
        part: outer, functional or loss.
        digits: Decimal digits; float64 if None. With digits the entries are mpmath numbers.

    Raises:
        UnusableRequest: If the activation is none of these.

    Example:
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> complex_step_hessian(Architecture((1, 1, 1)), weights, np.ones((1, 1)), np.ones((1, 1))).tolist()
        [[9.0, 11.0], [11.0, 4.0]]
    """
    flat = np.concatenate([np.asarray(matrix).ravel() for matrix in parameters])
    if digits is None:
        number, step = np.complex128, STEP
        network = _Network(architecture, np.asarray(inputs, number), np.asarray(targets, number), False)
        return _parts(network, flat.astype(number), step, part)
    with mpmath.workdps(digits):
        exact = np.vectorize(lambda entry: mpmath.mpf(float(entry)), otypes=[object])
        network = _Network(architecture, exact(inputs), exact(targets), True)
        return _parts(network, exact(flat), mpmath.mpf(10) ** (-digits), part)


def _parts(network: _Network, flat: Array, step: Any, part: Part) -> Array:
    if part == "outer":
        return np.asarray(_parts(network, flat, step, "loss") - _parts(network, flat, step, "functional"))
    fixed = None
    if part == "functional":
        outputs = network.forward(network.split(flat[None]))[1][-1][0]
        fixed = network.residual(outputs, network.targets)
    size, samples = len(flat), len(network.inputs)
    batch = max(1, CHUNK // (samples * max(network.architecture.widths)))
    rows = []
    for start in range(0, size, batch):
        chosen = range(start, min(size, start + batch))
        vectors = np.repeat(flat[None], len(chosen), axis=0)
        unit = mpmath.mpc(0, 1) if flat.dtype == object else 1j
        for row, index in enumerate(chosen):
            vectors[row, index] = vectors[row, index] + unit * step
        slopes = network.gradient(vectors, fixed)
        precise = flat.dtype == object
        imaginary = np.vectorize(lambda entry: entry.imag, otypes=[object])(slopes) if precise else slopes.imag
        rows.append(imaginary / step)
    found = np.concatenate(rows)
    return np.asarray((found + found.T) / 2)
