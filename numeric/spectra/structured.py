"""All nonzero eigenvalues of a linear network's Hessian from its core, with the p × p matrix never formed.

With orthonormal bases of a complement of the layer-local kernel (``hessproof.numeric.complement``) the core Q⊤HQ has
the nonzero eigenvalues of H. That holds under every loss: a direction of the kernel changes no output on the data to
first order, so H_o = E[J⊤ΛJ] does not see it, and H_f depends on the loss through Ω = E[δx⊤] alone.

That nothing was lost is measured, not assumed. H is multiplied, by an operator that shares no formula with the core, by
random vectors that are orthogonal to the columns of Q: for R = H(I − QQ⊤) and standard Gaussian vectors ω_1, …, ω_k,
‖R‖ ≤ 10 √(2/π) max ‖Rω_i‖ with probability at least 1 − 10^{-k} (Halko, Martinsson, Tropp 2011, Lemma 4.1), and the
eigenvalues of the core differ from those of H by at most ‖R‖ (Weyl). Trace and Frobenius norm are compared with those
of the Kronecker factors, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import array_api_compat
import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, Device, Namespace, namespace, to_numpy
from hessproof.numeric.complement import best_cut, orthonormal_rectangles
from hessproof.numeric.kernels import PARTS, Factors, Part, Rectangle, assemble
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.network.gram import gram_spectrum, outer_gram
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import loss_derivatives
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.network.parameters import Parameters, checked, with_one
from hessproof.numeric.operators import HessianOperator
from hessproof.numeric.spectra.closed_forms import trace_and_norm
from hessproof.numeric.spectra.curved import add_curved_outer, curvature_moment, outer_core, slopes_gram
from hessproof.numeric.spectra.dimensions import MeasuredDimensions
from hessproof.numeric.spectra.magnitude import magnitude
from hessproof.numeric.spectra.partial import StructuredSpectrum, by_modulus, rounding
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.terms import Moment

PROBES = 10
"""Random vectors that look for what lies outside the core: the bound then fails with probability 10^-10."""


def nonzero_eigenvalues(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    targets: Array,
    part: Part = "loss",
    *,
    device: Device = "cpu",
    structured: bool = True,
    seed: int = 0,
) -> StructuredSpectrum:
    """All nonzero eigenvalues of H_L, H_o or H_f of the mean loss of a linear network, from its core.

    Args:
        architecture: Widths and loss of a linear network, with or without bias.
        parameters: P^1, …, P^L, with P^l = [W^l b^l] of shape M_l × (M_{l-1} + 1), or W^l without bias.
        inputs: x, N × d.
        targets: y, N × K.
        part: outer, functional or loss.
        device: cpu, cuda or auto.
        structured: False forms the p × p matrix and takes all its eigenvalues, so that the routes can be compared.
        seed: For the vectors that look for what lies outside the core.

    Returns:
        Eigenvalues by falling modulus, and how many more are zero.

    Raises:
        UnusableRequest: If the network is not linear, a shape does not fit, a number is not finite, the part or the
            device is unknown, or the core would not fit into memory.

    Example:
        >>> weights = [np.asarray([[1.0, 2.0], [0.0, 1.0], [1.0, 1.0]]), np.asarray([[1.0, 0.0, 2.0]])]
        >>> found = nonzero_eigenvalues(Architecture((2, 3, 1)), weights, np.eye(2), np.asarray([[1.0], [0.0]]))
        >>> found.order, found.zeros, bool(found.rest < 1e-12)
        (7, 2, True)
    """
    if part not in PARTS:
        raise UnusableRequest(f"part {part!r}", f"one of {', '.join(PARTS)}", "give loss")
    if architecture.activation != "linear":
        raise UnusableRequest(
            f"activation {architecture.activation} for the core",
            "linear",
            "take the outer part through its Gram matrix, or a matrix-free method",
        )
    xp = namespace(device)
    given = ([xp.asarray(matrix) for matrix in parameters], xp.asarray(inputs), xp.asarray(targets))
    matrices, x, y = checked(architecture, *given)
    _refuse_infinite(xp, [*matrices, x, y])
    if not structured:
        return _whole(xp, architecture, matrices, x, y, part)
    if effective_outputs(architecture) == 0:
        size, how = architecture.parameters, "the loss does not depend on the network"
        return StructuredSpectrum(np.zeros(0), size, size, 0, None, 0.0, how=how)
    core = _Core(xp, architecture, matrices, x, y, part, seed)
    return core.outer() if part == "outer" else core.spectrum()


def _refuse_infinite(xp: Namespace, arrays: Sequence[Array]) -> None:
    if not all(bool(xp.all(xp.isfinite(array))) for array in arrays):
        raise UnusableRequest("weights or data with NaN or infinite entries", "finite numbers", "leave them out")


def _whole(
    xp: Namespace, architecture: Architecture, matrices: Sequence[Array], x: Array, y: Array, part: Part
) -> StructuredSpectrum:
    matrix = network_hessian(architecture, matrices, x, y, part)
    values = by_modulus(to_numpy(xp.linalg.eigvalsh(matrix)))
    size = architecture.parameters
    how = f"eigenvalues of the whole matrix, of order {size}, by LAPACK"
    epsilon = float(xp.finfo(matrix.dtype).eps)
    error = rounding(size, float(abs(values[0])), epsilon)
    error += rounding(architecture.layers + 1, magnitude(architecture, matrices, x, y, part), epsilon)
    return StructuredSpectrum(values, 0, size, size, None, error, how=how)


class _Core:
    """One network's factors, core and checks.

    Under a loss that a common shift of all outputs leaves unchanged, the network is seen through P, K − 1 orthonormal
    rows orthogonal to (1, …, 1): the loss is a function of PF, so H is that of the network with PW^L, P⊤ ⊗ I beside it,
    and has its nonzero eigenvalues.
    """

    def __init__(
        self,
        xp: Namespace,
        architecture: Architecture,
        matrices: Sequence[Array],
        x: Array,
        y: Array,
        part: Part,
        seed: int,
    ) -> None:
        self.xp, self.architecture, self.part, self.seed = xp, architecture, part, seed
        self.matrices, self.x, self.y = matrices, x, y
        self.squared = architecture.loss == "mse"
        self.inputs = with_one(x, architecture.bias)
        delta, self.curvatures = loss_derivatives(architecture.loss, forward(architecture, matrices, x), y)
        self.turn = None
        if effective_outputs(architecture) < architecture.outputs:
            self.turn = without_ones(xp, matrices[-1])
            matrices = [*matrices[:-1], self.turn @ matrices[-1]]
            delta, self.curvatures = delta @ self.turn.T, self.turn @ self.curvatures @ self.turn.T
        sigma, omega = self.inputs.T @ self.inputs / x.shape[0], delta.T @ self.inputs / x.shape[0]
        self.factors = Factors(matrices, sigma, omega, bias=architecture.bias)
        self.dimensions = MeasuredDimensions(architecture, self.matrices, x, y, self.factors)
        self.epsilon = float(xp.finfo(x.dtype).eps)

    def outer(self) -> StructuredSpectrum:
        """Eigenvalues of H_o from the moments, or over the samples if there are few."""
        architecture, size = self.architecture, self.architecture.parameters
        rank, outputs = self.dimensions.rank((Moment("Sigma"),)), effective_outputs(architecture)
        order = outputs * rank
        if min(size, outputs * int(self.x.shape[0])) < order:
            found = gram_spectrum(outer_gram(architecture, self.matrices, self.x, self.y))
            return replace(found, error=found.error + self._formed)
        refuse_if_too_large(
            matrix_bytes(outputs * int(self.inputs.shape[1]), copies=4),
            f"a core of order {order} for {architecture}",
            "give fewer inputs",
        )
        moment = None if self.squared else self._moment
        core = outer_core(self.factors, moment, rank if self.squared else order)
        values = by_modulus(self._eigenvalues(core))
        largest = float(abs(values[0])) if values.size else 0.0
        trace, norm = self._residuals(values)
        return StructuredSpectrum(
            values=values,
            zeros=size - order,
            size=size,
            order=order,
            cut=None,
            error=rounding(int(self.inputs.shape[1]) * outputs, largest, self.epsilon) + self._formed,
            trace_residual=trace,
            norm_residual=norm,
            exact=self.dimensions.exact,
            how=f"eigenvalues of R⊤AA⊤R over outputs and inputs, of order {order}, by LAPACK",
        )

    def spectrum(self) -> StructuredSpectrum:
        """Eigenvalues of the core, and what the checks say."""
        centred = self.part == "functional" and self.dimensions.centred
        bias, shapes = self.architecture.bias, [tuple(matrix.shape) for matrix in self.matrices]
        shapes[-1] = (effective_outputs(self.architecture), shapes[-1][1])
        cut, predicted = best_cut(shapes, self.dimensions, self.part, bias=bias, centred=centred)
        refuse_if_too_large(
            matrix_bytes(predicted, copies=2),
            f"a core of order {predicted} for {self.architecture}",
            "choose narrower layers, or a matrix-free method",
        )
        exact = self.dimensions.exact
        where = orthonormal_rectangles(self.factors, self.dimensions, self.part, cut, centred=centred, exact=exact)
        rest = self._outside(where)
        core = self._matrix(where)
        order = int(core.shape[0])
        exact = exact and order == predicted
        values = by_modulus(self._eigenvalues(core))
        largest = float(abs(values[0])) if values.size else 0.0
        trace, norm = self._residuals(values)
        size = self.architecture.parameters
        ranks = "at the exact ranks" if exact else "at upper bounds of the ranks"
        return StructuredSpectrum(
            values=values,
            zeros=size - order,
            size=size,
            order=order,
            cut=cut,
            error=rounding(order, largest, self.epsilon) + self._formed + rest,
            trace_residual=trace,
            norm_residual=norm,
            rest=rest,
            exact=exact,
            how=f"eigenvalues of the orthonormal core at cut {cut}, of order {order}, {ranks}, by LAPACK",
        )

    def _matrix(self, where: Sequence[Rectangle]) -> Array:
        if self.squared or self.part == "functional":
            return assemble(self.factors, self.part, where, where)
        core = assemble(self.factors, "functional", where, where)
        add_curved_outer(core, self.factors, self._moment, where)
        return core

    @cached_property
    def _formed(self) -> float:
        """How far rounding of the numbers that H is formed from can move an eigenvalue."""
        size = magnitude(self.architecture, self.matrices, self.x, self.y, self.part)
        return rounding(self.architecture.layers + 1, size, self.epsilon)

    @cached_property
    def _moment(self) -> Array:
        return curvature_moment(self.factors, self.inputs, self.curvatures)

    def _eigenvalues(self, core: Array) -> npt.NDArray[np.float64]:
        return np.asarray(to_numpy(self.xp.linalg.eigvalsh(core))) if core.shape[0] else np.zeros(0)

    def _residuals(self, values: npt.NDArray[np.float64]) -> tuple[float, float | None]:
        """How far trace and Frobenius norm are from those of the factors, relative; the norm if it is known there."""
        total, found = float(abs(values).sum()), math.sqrt(float((values**2).sum()))
        if self.squared or self.part == "functional":
            trace, norm = trace_and_norm(self.factors, self.part)
            return abs(trace - float(values.sum())) / (total or 1.0), abs(norm - found) / (norm or 1.0)
        trace = float(self.xp.sum(self._moment * slopes_gram(self.factors)))
        return abs(trace - float(values.sum())) / (total or 1.0), None

    def _outside(self, where: Sequence[Rectangle]) -> float:
        """A bound of ‖H(I − QQ⊤)‖ that holds with probability 1 − 10^-10."""
        rng = np.random.default_rng(self.seed)
        size = self.architecture.parameters
        probes = self.xp.asarray(rng.standard_normal((PROBES, size)), dtype=self.x.dtype)
        pieces = []
        for layer, piece in enumerate(self.architecture.slices, start=1):
            stack = self.xp.reshape(probes[:, piece], (PROBES, *self.matrices[layer - 1].shape))
            for one in (one for one in where if one.layer == layer):
                stack = stack - _projected(stack, self._left(one), one.columns)
            pieces.append(self.xp.reshape(stack, (PROBES, -1)))
        product = self._operator().apply(self.xp.concat(pieces, axis=1).T)
        return 10.0 * math.sqrt(2.0 / math.pi) * math.sqrt(float(self.xp.max(self.xp.sum(product**2, axis=0))))

    def _left(self, one: Rectangle) -> Array | None:
        """The vectors u of a rectangle among the rows of W^k, which those of layer L see through P."""
        if self.turn is None or one.layer < self.architecture.layers:
            return one.rows
        return self.turn.T if one.rows is None else self.turn.T @ one.rows

    def _operator(self) -> HessianOperator | NetworkOperator:
        if self.squared:
            moments = self.factors.moment("Sigma"), self.factors.moment("Omega")
            return HessianOperator(self.matrices, *moments, self.part, bias=self.architecture.bias)
        return NetworkOperator(self.architecture, self.matrices, self.x, self.y, self.part)


def forward(architecture: Architecture, matrices: Sequence[Array], x: Array) -> Array:
    """F on samples, N × K, of a linear network."""
    current = x
    for matrix in matrices:
        current = with_one(current, architecture.bias) @ matrix.T
    return current


def without_ones(xp: Namespace, like: Array) -> Array:
    """K − 1 orthonormal rows that are orthogonal to (1, …, 1): a Householder reflection without its first row.

    Example:
        >>> rows = without_ones(namespace("cpu"), np.zeros((3, 2)))
        >>> rows.shape, bool(abs(rows.sum(axis=1)).max() < 1e-15)
        ((2, 3), True)
    """
    size = int(like.shape[0])
    eye = xp.eye(size, dtype=like.dtype, device=array_api_compat.device(like))
    unit = 1.0 / math.sqrt(size)
    vector = eye[0, :] + unit
    return (eye - vector[:, None] * vector[None, :] / (1.0 + unit))[1:, :]


def _projected(stack: Array, rows: Array | None, columns: Array | None) -> Array:
    """R R⊤ Z C C⊤ for each matrix Z of a stack; the spaces of a layer are orthogonal to each other."""
    if rows is not None:
        stack = rows @ (rows.T @ stack)
    return stack if columns is None else (stack @ columns) @ columns.T
