"""One network at which a norm and its bound are compared: by exact matrices, and again from the definition.

The first route assembles the Hessian from Kronecker blocks and encloses its norm by definiteness
(`hessproof.numeric.norms.matrices`, `.exact`). The second differentiates the loss by jets and encloses the norm by
traces of powers (`.definition`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import numpy as np

from hessproof.numeric.norms.definition import (
    definition_derivative,
    definition_hessian,
    definition_logits,
    rational_norm_at_most,
    trace_norm,
)
from hessproof.numeric.norms.exact import ball_norm, compare_norm
from hessproof.numeric.norms.instance import NormInstance, fractions
from hessproof.numeric.norms.matrices import Matrices
from hessproof.proofs_check.checks.norms.reals import BITS, Real, ball, precision, root
from hessproof.symbolic.norms.bounds import BOUNDS

FIRST = "Kronecker blocks and definiteness"
MORE_BITS = 640
"""Working precision of the second route, which loses more."""
SECOND = "second-order jets of the loss and traces of powers (numeric.norms.definition)"


@dataclass(frozen=True, eq=False)
class Point:
    """A network and what a bound asks of it, by the first route.

    Args:
        instance: The network.
    """

    instance: NormInstance

    @property
    def layers(self) -> int:
        """L."""
        return len(self.instance.weights)

    @cached_property
    def matrices(self) -> Matrices:
        """The exact matrices."""
        return Matrices(self.instance, BITS)

    def symmetric_norm(self, matrix: Any) -> Any:
        """‖X‖ of a symmetric matrix, as a ball."""
        return ball_norm(matrix, BITS)

    def norm(self, matrix: Any) -> Any:
        """‖X‖ of any matrix, as a ball."""
        exact = np.asarray(matrix, dtype=object)
        with precision():
            gram = exact @ exact.T if exact.shape[0] <= exact.shape[1] else exact.T @ exact
        return root(self.symmetric_norm(gram))

    def measured(self, quantity: str, number: int | None = None) -> Any:
        """The norm that a bound is about, of layer ``number`` if it belongs to one."""
        if quantity == "layer_derivative":
            return self.norm(self._derivative(number or self.layers))
        if quantity == "weight":
            return self.norm(self.instance.weights[(number or 1) - 1])
        if quantity == "functional":
            return self.symmetric_norm(self._hessian("functional"))
        return self.symmetric_norm(self._hessian("hessian" if quantity == "hessian" else "gauss_newton"))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The letters of the bounds, as balls."""
        one, widths = self.instance, self.instance.widths
        weights = [self.norm(weight) for weight in one.weights]
        largest = weights[0]
        for weight in weights[1:]:
            largest = largest.max(weight)
        entries = max(abs(entry) for weight in one.weights for entry in weight.flat)
        size = self.norm(np.asarray([one.inputs], dtype=object))
        biases = [] if one.biases is None else [self.norm(np.asarray([bias], dtype=object)) for bias in one.biases]
        curvature, residual = self._softmax()
        found: dict[str, Any] = {
            "m": weights, "b": biases or [0] * self.layers, "norm_x": size, "M_x": size, "M_W": largest,
            "norm_A": self.symmetric_norm(curvature), "norm_delta": self.norm(np.asarray([residual], dtype=object)),
            "M": entries, "h": min(widths[1:-1], default=0), "d": widths[0], "K": widths[-1], "widths": list(widths),
        }  # fmt: skip
        return {name: _real(value) for name, value in found.items()}

    def bound(self, key: str, number: int | None = None) -> Any:
        """The right-hand side of a bound, as a ball."""
        stated = BOUNDS[key]
        with precision():
            return ball(stated.compiled(self.layers, number, sqrt=_root, largest=self.largest)(self.values))

    def largest(self, rows: list[list[Any]]) -> Any:
        """λ_max of a symmetric matrix with entries ≥ 0, which is its norm."""
        return Real(self.symmetric_norm(np.asarray([[ball(entry) for entry in row] for row in rows], dtype=object)))

    def exceeds(self, quantity: str, key: str, number: int | None = None) -> bool:
        """Whether the norm is above the bound, proved."""
        with precision():
            return bool(self.measured(quantity, number) > self.bound(key, number))

    def equals(self, quantity: str, value: Fraction) -> bool:
        """Whether the norm of a rational G-term, H-term or Hessian is a rational number: no more, and an eigenvalue."""
        return compare_norm(self._hessian(quantity), value) == 0

    def _hessian(self, quantity: Any) -> Any:
        return self.matrices[quantity]

    def _derivative(self, number: int) -> Any:
        return self.matrices.derivatives[number - 1]

    def _softmax(self) -> tuple[Any, Any]:
        return self.matrices.curvature, self.matrices.residuals


class Again(Point):
    """The same by the second route: nothing of the first is used."""

    def symmetric_norm(self, matrix: Any) -> Any:
        """‖X‖ by traces of powers; at most Σ|x_ij| where every entry may be zero."""
        entries = np.asarray(matrix, dtype=object)
        balls = [ball(entry) for entry in entries.flat]
        if all(entry.contains(0) for entry in balls):
            with precision():
                return flint.arb(0).union(sum((abs(entry).abs_upper() for entry in balls), flint.arb(0)))
        return trace_norm(entries, MORE_BITS)

    def equals(self, quantity: str, value: Fraction) -> bool:
        """By the characteristic polynomial: no root beyond ±value, and one there."""
        matrix = self._hessian(quantity)
        size, exact = len(matrix), flint.fmpq(value.numerator, value.denominator)
        polynomial = flint.fmpq_mat(size, size, list(matrix.ravel())).charpoly()
        return rational_norm_at_most(matrix, value) and 0 in (polynomial(exact), polynomial(-exact))

    def _hessian(self, quantity: Any) -> Any:
        return definition_hessian(self.instance, quantity, MORE_BITS)

    def _derivative(self, number: int) -> Any:
        return definition_derivative(self.instance, number)

    def _softmax(self) -> tuple[Any, Any]:
        return definition_softmax(self.instance)


def definition_softmax(instance: NormInstance) -> tuple[Any, Any]:
    """A and δ from the loss of the logits alone, by jets.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> [found.tolist() for found in definition_softmax(norm_instance([[[0], [0]]], [2], 0))]
        [[[1/4, -1/4], [-1/4, 1/4]], [-1/2, 1/2]]
    """
    logits = fractions([Fraction(int(jet.value.p), int(jet.value.q)) for jet in definition_logits(instance)])
    alone = NormInstance((logits[:, None],), None, fractions([1]), instance.label, instance.probabilities)
    return definition_hessian(alone, bits=MORE_BITS), definition_gradient(alone)


def definition_gradient(instance: NormInstance) -> Any:
    """δ of a single layer on x = 1, from second derivatives of the loss with a hidden neuron put in front.

    For z = W u x with u = x = 1 the derivative of the loss in u and W_c is p_c − y_c plus (A z)_c, so that δ is that
    block without its G-term: the H-term.
    """
    front = NormInstance(
        (fractions([[1]]), *instance.weights), None, instance.inputs, instance.label, instance.probabilities
    )
    return definition_hessian(front, "functional", MORE_BITS)[0, 1:]


def _real(value: Any) -> Any:
    return [Real(one) for one in value] if isinstance(value, list) else Real(value)


def _root(value: Any) -> Real:
    return Real(root(value))
