"""The Hessian of one object's loss from its definition: the loss itself in second-order jets, and norms by traces.

Nothing here knows a Kronecker block, a softmax derivative or an eigenvalue routine. The network is evaluated on jets
c + Σ b_i ε_i + ½Σ d_ij ε_iε_j in its parameters (cubes of ε are zero), its activation by the sign of the constant part,
zero counting as on, and so is

    ℓ = log Σ_c w_c exp(z_c − z_c⁰) − (z_y − z_y⁰),    w_c = exp z_c⁰, or prescribed,

which is the cross-entropy up to a constant. The d_ij of ℓ are its Hessian; those of ℓ with the linear parts of the
logits alone are the G-term, and what is left is the H-term. For a symmetric n × n matrix and m = 2^k

    (tr X^m / n)^(1/m) ≤ ‖X‖ ≤ (tr X^m)^(1/m),    m even.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from hessproof.numeric.norms.instance import NormInstance
from hessproof.symbolic.errors import UnusableRequest

Numbers = npt.NDArray[Any]
QUANTITIES = ("gauss_newton", "functional", "hessian")
BITS = 512
"""Working precision; squaring k times loses k bits, and k = BITS/4."""


@dataclass(frozen=True, eq=False)
class Jet:
    """c + Σ b_i ε_i + ½ Σ d_ij ε_iε_j: ``value``, ``slope`` of length n, ``bend`` of shape n × n, symmetric.

    Example:
        >>> x = Jet(flint.fmpq(2), _zeros(1) + 1, _zeros(1, 1))
        >>> (x * x).slope.tolist(), (x * x).bend.tolist(), (x * x).log().bend.tolist()
        ([4], [[2]], [[-1/2]])
    """

    value: Any
    slope: Numbers
    bend: Numbers

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.value + other.value, self.slope + other.slope, self.bend + other.bend)

    def __mul__(self, other: Jet) -> Jet:
        cross = np.multiply.outer(self.slope, other.slope)
        bend = self.value * other.bend + other.value * self.bend + cross + cross.T
        return Jet(self.value * other.value, self.value * other.slope + other.value * self.slope, bend)

    def times(self, factor: Any) -> Jet:
        """The jet times a constant."""
        return Jet(factor * self.value, factor * self.slope, factor * self.bend)

    def exp_of_change(self) -> Jet:
        """exp of the jet without its constant part."""
        return Jet(flint.fmpq(1), self.slope, self.bend + np.multiply.outer(self.slope, self.slope))

    def log(self) -> Jet:
        """The logarithm up to a constant, whose place is taken by zero."""
        slope = self.slope / self.value
        return Jet(flint.fmpq(0), slope, self.bend / self.value - np.multiply.outer(slope, slope))

    def straight(self) -> Jet:
        """The jet without its second-order part."""
        return Jet(self.value, self.slope, self.bend * 0)


def definition_logits(instance: NormInstance) -> list[Jet]:
    """The logits as jets in θ = (vec_r [W^1 b^1], …); their slopes are the rows of F.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> [jet.slope.tolist() for jet in definition_logits(norm_instance([[[2]], [[3], [5]]], [7], 0))]
        [[21, 14, 0], [35, 0, 14]]
    """
    count = sum(block.size for block in instance.blocks)
    nothing = Jet(flint.fmpq(0), _zeros(count), _zeros(count, count))
    values = [Jet(_rational(x), nothing.slope, nothing.bend) for x in instance.inputs]
    place = 0
    for layer, block in enumerate(instance.blocks):
        fed = values + ([Jet(flint.fmpq(1), nothing.slope, nothing.bend)] if instance.biases is not None else [])
        reached = []
        for row in block:
            total = nothing
            for entry, value in zip(row, fed, strict=True):
                total = total + _parameter(_rational(entry), place, count) * value
                place += 1
            reached.append(total)
        last = layer == len(instance.blocks) - 1
        values = reached if last else [jet if jet.value >= 0 else nothing for jet in reached]
    return values


def definition_hessian(instance: NormInstance, quantity: str = "hessian", bits: int = BITS) -> Numbers:
    """G-term, H-term or Hessian, p × p; rational if p is prescribed or all logits are equal, balls otherwise.

    Args:
        instance: The network and its object.
        quantity: gauss_newton, functional or hessian.
        bits: Working precision of balls.

    Raises:
        UnusableRequest: If the quantity has another name.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> definition_hessian(norm_instance([[[0], [0]]], [2], 0)).tolist()
        [[1, -1], [-1, 1]]
    """
    if quantity not in QUANTITIES:
        raise UnusableRequest(f"quantity {quantity!r}", ", ".join(QUANTITIES), "give hessian")
    with _Precision(bits):
        logits = definition_logits(instance)
        weights = _class_weights(instance, [jet.value for jet in logits])
        linear = [jet.straight() for jet in logits]
        if quantity == "gauss_newton":
            return _loss(linear, weights, instance.label).bend
        whole = _loss(logits, weights, instance.label).bend
        return whole if quantity == "hessian" else np.asarray(whole - _loss(linear, weights, instance.label).bend)


def definition_curvature(instance: NormInstance, bits: int = BITS) -> tuple[Numbers, Numbers]:
    """δ = ∂ℓ/∂z and A = ∂²ℓ/∂z², of shapes K and K × K: the loss with the logits themselves as variables.

    Args:
        instance: The network and its object.
        bits: Working precision of balls.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> delta, curvature = definition_curvature(norm_instance([[[0], [0]]], [2], 0))
        >>> delta.tolist(), curvature.tolist()
        ([-1/2, 1/2], [[1/4, -1/4], [-1/4, 1/4]])
    """
    with _Precision(bits):
        values = [jet.value for jet in definition_logits(instance)]
        logits = [_parameter(value, place, len(values)) for place, value in enumerate(values)]
        loss = _loss(logits, _class_weights(instance, values), instance.label)
        return loss.slope, loss.bend


def definition_derivative(instance: NormInstance, layer: int) -> Numbers:
    """G^l = ∂z/∂z^l, K × M_l, rational: what moves when z^l does, neuron by neuron.

    Args:
        instance: The network and its object.
        layer: l, from 1 to L.

    Raises:
        UnusableRequest: If there is no such layer.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> definition_derivative(norm_instance([[[1], [-1]], [[3, 5]]], [1], 0), 1).tolist()
        [[3, 0]]
    """
    if not 1 <= layer <= len(instance.weights):
        raise UnusableRequest(f"layer {layer}", f"1 to {len(instance.weights)}", "layers count from 1")
    values = [_rational(x) for x in instance.inputs]
    moves: list[Numbers] = []
    for number, weight in enumerate(instance.weights, start=1):
        bias = None if instance.biases is None else instance.biases[number - 1]
        offsets = [flint.fmpq(0)] * len(weight) if bias is None else [_rational(b) for b in bias]
        rows = [[_rational(entry) for entry in row] for row in weight]
        before = values
        values = [
            sum((w * v for w, v in zip(row, before, strict=True)), o) for row, o in zip(rows, offsets, strict=True)
        ]
        if number == layer:
            moves = [_unit(len(rows), place) for place in range(len(rows))]
        elif number > layer:
            passed = moves
            moves = [sum((w * m for w, m in zip(row, passed, strict=True)), passed[0] * 0) for row in rows]
        if number < len(instance.weights):
            moves = (
                [move if value >= 0 else move * 0 for move, value in zip(moves, values, strict=True)] if moves else []
            )
            values = [max(value, flint.fmpq(0)) for value in values]
    return np.asarray(moves, dtype=object)


def definition_norm(instance: NormInstance, quantity: str = "hessian", bits: int = BITS) -> Any:
    """‖·‖ of the G-term, the H-term or the Hessian as a ball, by traces of powers.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> found = definition_norm(norm_instance([[[0], [0]]], [2], 0))
        >>> found.contains(2), bool(found.rad() < 1e-30)
        (True, True)
    """
    return trace_norm(definition_hessian(instance, quantity, bits), bits)


def trace_norm(matrix: Any, bits: int = BITS) -> Any:
    """‖X‖ of a symmetric matrix of rationals or balls, by traces of powers; a ball with about bits/4 correct digits.

    Each power is divided by its trace, and the logarithms of the traces are added up, so that nothing overflows.

    Example:
        >>> found = trace_norm(np.asarray([[0, 2], [2, 0]], dtype=object))
        >>> found.contains(2), bool(found.rad() < 1e-30)
        (True, True)
    """
    with _Precision(bits):
        size = len(matrix)
        power = flint.arb_mat(size, size, [_ball(entry) for entry in np.asarray(matrix, dtype=object).ravel()])
        logarithm, exponent = flint.arb(0), 1
        for _ in range(bits // 4):
            power = power * power
            exponent *= 2
            trace = sum((power[i, i] for i in range(size)), flint.arb(0))
            if not trace > 0:
                return trace_free_bound(matrix)
            middle = flint.arb(trace.mid())
            power = power * (1 / middle)
            logarithm += middle.log() / exponent
        trace = sum((power[i, i] for i in range(size)), flint.arb(0))
        upper = (logarithm + trace.log() / exponent).exp()
        lower = (logarithm + (trace / size).log() / exponent).exp()
        return lower.union(upper)


def trace_free_bound(matrix: Any) -> Any:
    """A ball from zero to ‖X‖_F, for a matrix that is zero as far as its balls tell."""
    entries = [_ball(entry) for entry in np.asarray(matrix, dtype=object).ravel()]
    return flint.arb(0).union(sum((entry * entry for entry in entries), flint.arb(0)).sqrt())


def rational_norm_at_most(matrix: Any, bound: Fraction | int) -> bool:
    """Whether ‖X‖ ≤ c for a symmetric rational X, by the signs of its characteristic polynomial; exact.

    All roots of χ(t) = det(tI − X) are real. χ(t + c) has no positive root exactly if none of its coefficients is
    negative; the same for −X.

    Example:
        >>> swap = np.asarray([[0, 2], [2, 0]], dtype=object)
        >>> rational_norm_at_most(swap, 2), rational_norm_at_most(swap, Fraction(199, 100))
        (True, False)
    """
    entries = [_rational(entry) for entry in np.asarray(matrix, dtype=object).ravel()]
    found = flint.fmpq_mat(len(matrix), len(matrix), entries)
    shift = flint.fmpq_poly([_rational(Fraction(bound)), 1])
    return all(all(coefficient >= 0 for coefficient in side.charpoly()(shift).coeffs()) for side in (found, -found))


def _loss(logits: list[Jet], weights: list[Any], label: int) -> Jet:
    terms = [jet.exp_of_change().times(weight) for jet, weight in zip(logits, weights, strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total.log() + logits[label].times(flint.fmpq(-1))


def _class_weights(instance: NormInstance, logits: list[Any]) -> list[Any]:
    if instance.probabilities is not None:
        return [_rational(p) for p in instance.probabilities]
    if all(z == logits[0] for z in logits):
        return [flint.fmpq(1)] * len(logits)
    return [flint.arb(z - max(logits)).exp() for z in logits]


def _parameter(value: Any, place: int, count: int) -> Jet:
    return Jet(value, _unit(count, place), _zeros(count, count))


def _unit(count: int, place: int) -> Numbers:
    result = _zeros(count)
    result[place] = flint.fmpq(1)
    return result


def _zeros(*shape: int) -> Numbers:
    return np.full(shape, flint.fmpq(0), dtype=object)


def _rational(number: Any) -> Any:
    if isinstance(number, flint.fmpq):
        return number
    return flint.fmpq(Fraction(number).numerator, Fraction(number).denominator)


def _ball(number: Any) -> Any:
    return number if isinstance(number, flint.arb) else flint.arb(_rational(number))


class _Precision:
    """Ball arithmetic with so many bits inside a ``with`` block."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.bits

    def __exit__(self, *error: object) -> None:
        flint.ctx.prec = self.before
