"""The norms of one instance to as many digits as asked for: what `batch_norms` encloses, as balls of FLINT.

Bounds and norms that double precision cannot tell apart are compared with these, and attained bounds to 30 digits.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import flint
import numpy as np

from hessproof.numeric.norms.exact import ball_norm, ball_operator_norm
from hessproof.numeric.norms.instance import NormInstance
from hessproof.numeric.norms.matrices import BITS, Matrices, Numbers, precision, rationals


class PreciseNorms:
    """Norms of one instance as balls, each computed when it is first asked for.

    Args:
        instance: The network and its object.
        bits: Working precision; about half of it comes out.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> norms = PreciseNorms(norm_instance([[[1], [1]], [[1, 0], [0, 1]]], [2], 0))
        >>> norms.gauss_newton.contains(6), bool(norms.gauss_newton.rad() < 1e-30)
        (True, True)
        >>> (norms.residual_norm**2).contains(flint.fmpq(1, 2)), norms.input_norm == 2
        (True, True)
    """

    def __init__(self, instance: NormInstance, bits: int = BITS) -> None:
        self.instance, self.bits = instance, bits
        self.matrices = Matrices(instance, bits)

    @cached_property
    def weight_norms(self) -> list[Any]:
        """‖W^1‖, …, ‖W^L‖."""
        return [ball_operator_norm(weight, self.bits) for weight in self.matrices.weights]

    @cached_property
    def bias_norms(self) -> list[Any]:
        """‖b^1‖, …, ‖b^L‖; zeros without bias."""
        if self.instance.biases is None:
            return [flint.arb(0)] * len(self.instance.weights)
        return [self._length(rationals(bias)) for bias in self.instance.biases]

    @cached_property
    def layer_input_norms(self) -> list[Any]:
        """‖x^1‖, …, ‖x^L‖."""
        plus = self.instance.biases is not None
        return [self._length(x[: len(x) - plus]) for x in self.matrices.inputs]

    @property
    def input_norm(self) -> Any:
        """‖x‖."""
        return self.layer_input_norms[0]

    @cached_property
    def derivative_norms(self) -> list[Any]:
        """‖G^1‖, …, ‖G^L‖."""
        return [ball_operator_norm(derivative, self.bits) for derivative in self.matrices.derivatives]

    @cached_property
    def jacobian_norm(self) -> Any:
        """‖F‖."""
        return ball_operator_norm(self.matrices.jacobian, self.bits)

    @cached_property
    def softmax_norm(self) -> Any:
        """‖A‖."""
        return ball_norm(self.matrices.curvature, self.bits)

    @cached_property
    def residual_norm(self) -> Any:
        """‖δ‖."""
        return self._length(self.matrices.residuals)

    @cached_property
    def gauss_newton(self) -> Any:
        """‖G-term‖."""
        return ball_norm(self.matrices["gauss_newton"], self.bits)

    @cached_property
    def functional(self) -> Any:
        """‖H-term‖."""
        return ball_norm(self.matrices["functional"], self.bits)

    @cached_property
    def hessian(self) -> Any:
        """‖H‖ of the full Hessian."""
        return ball_norm(self.matrices["hessian"], self.bits)

    def _length(self, vector: Numbers) -> Any:
        with precision(self.bits):
            return flint.arb(np.sum(vector * vector)).sqrt()
