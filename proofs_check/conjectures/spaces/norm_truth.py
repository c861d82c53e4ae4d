"""The norm of one Hessian, as exactly as it can be had, and its comparison with a conjectured bound.

The matrix is rational where the activation is piecewise linear and Λ is rational: then ‖X‖ ≤ c is decided exactly. Else
its entries are balls, and ‖X‖ is a ball too: what it leaves open stays undecided. The second route takes the Hessian
from jets of the loss or of the outputs, and its norm from traces of powers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import numpy as np

from hessproof.numeric.network.balls import Balls, Part, balls
from hessproof.numeric.network.balls import forward as ball_forward
from hessproof.numeric.norms.definition import definition_hessian as loss_hessian
from hessproof.numeric.norms.definition import trace_norm
from hessproof.numeric.norms.exact import ball_norm, compare_norm
from hessproof.numeric.norms.instance import norm_instance
from hessproof.numeric.norms.matrices import rationals
from hessproof.numeric.rectified.blocks import functional, sensitivities
from hessproof.proofs_check.conjectures.spaces.norm_cases import NormCase
from hessproof.proofs_check.conjectures.spaces.norm_values import Stated
from hessproof.proofs_check.conjectures.spaces.protocol import Relation
from hessproof.proofs_check.conjectures.spaces.smooth import definition_hessian
from hessproof.symbolic.architecture import Architecture

BITS = 256
"""Working precision: 77 digits, so that norms of small matrices come with 30 or more."""
_SLOPES = {
    "linear": (Fraction(1), Fraction(1)),
    "relu": (Fraction(1), Fraction(0)),
    "leaky-relu": (Fraction(1), Fraction(1, 100)),
}
"""Slopes above and below zero."""
_PARTS: dict[str, str] = {"outer": "gauss_newton", "functional": "functional", "loss": "hessian"}


@dataclass(frozen=True, eq=False)
class Norm:
    """‖X‖ of a symmetric matrix of rationals or balls.

    Args:
        matrix: n × n.
        exact: Whether its entries are rational.
    """

    matrix: Any
    exact: bool

    @cached_property
    def ball(self) -> Any:
        """The norm as a ball."""
        return ball_norm(self.matrix, BITS)

    def against(self, stated: Stated, relation: Relation) -> bool | None:
        """Whether *norm relation bound* holds; None where that stays open.

        Example:
            >>> swap = Norm(np.asarray([[0, 2], [2, 0]], dtype=object), True)
            >>> two = Stated(Fraction(2), Fraction(2))
            >>> swap.against(two, "<="), swap.against(two, ">="), swap.against(Stated(None, None), ">=")
            (True, True, False)
        """
        if stated.low is None or stated.high is None:
            return relation == "<="
        above = self.sign(stated.high)  # of the norm minus the largest value of the bound
        below = self.sign(stated.low)
        if relation == "<=":
            return _decided(below in (-1, 0), above == 1)
        if relation == ">=":
            return _decided(above in (1, 0), below == -1)
        return _decided(stated.low == stated.high and above == 0, above == 1 or below == -1)

    def sign(self, bound: Fraction) -> int | None:
        """The sign of ‖X‖ − c, None where a ball cannot tell it."""
        if self.exact:
            return compare_norm(self.matrix, bound)
        with flint.ctx.workprec(BITS):
            gap = self.ball - flint.fmpq(bound.numerator, bound.denominator)
            return 1 if gap > 0 else -1 if gap < 0 else 0 if gap == 0 else None

    def __str__(self) -> str:
        """The norm: a fraction if it is one of small height, else fifteen digits."""
        with flint.ctx.workprec(BITS):
            near = Fraction(float(self.ball)).limit_denominator(10**6)
            if self.exact and compare_norm(self.matrix, near) == 0:
                return str(near)
            return str(self.ball.mid().str(15, radius=False))


def _decided(holds: bool, fails: bool) -> bool | None:
    return True if holds else False if fails else None


def norm_of(case: NormCase, activation: str, loss: str, part: Part) -> Norm:
    """‖H‖ of the mean over the samples, from Kronecker blocks.

    Example:
        >>> one = Fraction(1)
        >>> case = NormCase((1, 2), False, (((one - 1,), (one - 1,)),), ((one + 1,),), (0,))
        >>> str(norm_of(case, "relu", "cross-entropy", "outer"))
        '2'
    """
    architecture = case.architecture(activation, loss)
    with flint.ctx.workprec(BITS):
        found = [_sample(architecture, case, number, part) for number in range(len(case.inputs))]
        total = sum(found[1:], found[0]) / len(found)
    exact = not any(isinstance(entry, flint.arb) for entry in total.flat)
    return Norm(total, exact)


def _sample(architecture: Architecture, case: NormCase, number: int, part: Part) -> Any:
    weights = [rationals(matrix) for matrix in case.weights]
    passed, slopes, bends, outputs = _forward(architecture, weights, rationals(case.inputs[number]))
    delta, bent = _derivatives(architecture, outputs, case.given[number])
    tangents = sensitivities(weights, passed, slopes)
    size = architecture.parameters
    total = np.full((size, size), flint.fmpq(0), dtype=object)
    if part != "functional":
        total = total + tangents[-1].T @ bent @ tangents[-1]
    if part != "outer":
        total = total + functional(weights, passed, slopes, bends, delta, tangents)
    result = np.empty(total.shape, dtype=object)
    for place, entry in np.ndenumerate(total):
        result[place] = entry if isinstance(entry, flint.arb) else flint.fmpq(entry)
    return result


def _forward(architecture: Architecture, weights: list[Any], sample: Any) -> tuple[Any, Any, Any, Any]:
    """ã^l, σ′, σ″ (None where it is zero) and F, rational where the activation is piecewise linear."""
    if architecture.activation not in _SLOPES and architecture.layers > 1:
        found = ball_forward(architecture, [balls(_fractions(weight)) for weight in weights], balls(_fractions(sample)))
        return found.passed, found.slopes, found.bends, found.outputs
    above, below = (
        flint.fmpq(each.numerator, each.denominator) for each in _SLOPES.get(architecture.activation, _SLOPES["linear"])
    )
    values, passed, slopes = sample, [], []
    z = sample
    for layer, weight in enumerate(weights):
        reached = np.concatenate([values, rationals([1])]) if architecture.bias else values
        passed.append(reached)
        z = weight @ reached
        if layer < len(weights) - 1:
            slopes.append(np.asarray([above if entry > 0 else below for entry in z], dtype=object))
            values = z * slopes[-1]
    return passed, slopes, None, z


def _derivatives(architecture: Architecture, outputs: Any, given: Any) -> tuple[Any, Any]:
    """δ and Λ, rational where they are."""
    size = architecture.outputs
    if architecture.loss == "cross-entropy":
        if all(isinstance(z, flint.fmpq) and z == outputs[0] for z in outputs):
            p = np.asarray([flint.fmpq(1, size)] * size, dtype=object)
        else:
            powers = [flint.arb(z - outputs[0]).exp() for z in outputs]
            p = np.asarray([power / sum(powers[1:], powers[0]) for power in powers], dtype=object)
        delta = p.copy()
        delta[given] = delta[given] - 1
        return delta, np.asarray(np.diag(p) - np.multiply.outer(p, p))
    delta = rationals(given)
    diagonal = rationals([1] * size) if architecture.loss == "mse" else 1 - delta * delta
    return delta, np.diag(diagonal)


def _fractions(array: Any) -> Any:
    result = np.empty(array.shape, dtype=object)
    for place, entry in np.ndenumerate(array):
        result[place] = Fraction(int(entry.p), int(entry.q))
    return result


def on_kink(case: NormCase, activation: str) -> bool:
    """Whether a pre-activation is zero where the activation has a kink, without being zero all around."""
    if activation not in ("relu", "leaky-relu", "elu"):
        return False
    return any(kink for kink, _ in _walked(case, activation))


def active_neurons(case: NormCase, activation: str) -> tuple[int, ...]:
    """How many neurons of each hidden layer are active on some sample; all of them unless the activation is ReLU."""
    if activation != "relu":
        return case.widths[1:-1]
    layers = zip(*(gates for _, gates in _walked(case, activation)), strict=True)
    return tuple(sum(any(each) for each in zip(*layer, strict=True)) for layer in layers)


def _walked(case: NormCase, activation: str) -> list[tuple[bool, list[list[bool]]]]:
    """For each sample, whether it meets a kink, and which neurons are on."""
    above, below = _SLOPES.get(activation, (Fraction(1), Fraction(1)))
    found = []
    for sample in case.inputs:
        values, kink, gates = list(sample), False, []
        silent = not case.bias and not any(values)
        for matrix in case.weights[:-1]:
            reached = [*values, Fraction(1)] if case.bias else values
            z = [sum((w * v for w, v in zip(row, reached, strict=True)), Fraction(0)) for row in matrix]
            kink = kink or (not silent and 0 in z)
            gates.append([entry > 0 for entry in z])
            values = [entry * (above if entry > 0 else below) for entry in z]
            silent = not case.bias and (silent or (below == 0 and not any(gates[-1])))
        found.append((kink, gates))
    return found


def confirmed(case: NormCase, activation: str, loss: str, part: Part, stated: Stated, relation: Relation) -> str | None:
    """How the second route finds that *norm relation bound* fails, None if it does not.

    Example:
        >>> one = Fraction(1)
        >>> case = NormCase((1, 2), False, (((one - 1,), (one - 1,)),), ((one + 1,),), (0,))
        >>> confirmed(case, "relu", "cross-entropy", "outer", Stated(one, one), "<=")
        'jets of the loss and traces of powers: 2.00000000000'
    """
    with flint.ctx.workprec(2 * BITS):
        norm = trace_norm(_again(case, activation, loss, part), 2 * BITS)
        above = stated.high is not None and norm > flint.fmpq(stated.high.numerator, stated.high.denominator)
        below = stated.low is None or norm < flint.fmpq(stated.low.numerator, stated.low.denominator)
        if not {"<=": above, ">=": below, "==": above or below}[relation]:
            return None
        what = "loss" if _as_published(case, activation, loss) else "outputs"
        return f"jets of the {what} and traces of powers: {norm.mid().str(12, radius=False)}"


def _as_published(case: NormCase, activation: str, loss: str) -> bool:
    """Whether `hessproof.numeric.norms` knows the case: ReLU, cross-entropy, one sample."""
    return (activation, loss, len(case.inputs)) == ("relu", "cross-entropy", 1)


def _again(case: NormCase, activation: str, loss: str, part: Part) -> Balls:
    """The matrix by the second route."""
    if _as_published(case, activation, loss):
        plain = [[row[:-1] if case.bias else row for row in matrix] for matrix in case.weights]
        shifts = [[row[-1] for row in matrix] for matrix in case.weights] if case.bias else None
        made = norm_instance(plain, case.inputs[0], case.given[0], biases=shifts)
        return balls_of(loss_hessian(made, _PARTS[part], 2 * BITS))
    architecture = case.architecture(activation, loss)
    weights = [np.asarray(matrix, dtype=object) for matrix in case.weights]
    deltas = [
        _residual(architecture, weights, sample, given) if loss == "cross-entropy" else given
        for sample, given in zip(case.inputs, case.given, strict=True)
    ]
    found = definition_hessian(architecture, weights, np.asarray(case.inputs, dtype=object), deltas, part)
    return np.asarray(found / len(case.inputs))


def _residual(architecture: Architecture, weights: list[Any], sample: Any, label: int) -> list[Any]:
    """p − e_y with p_c = 1/Σ_j exp(F_j − F_c)."""
    outputs = ball_forward(architecture, [balls(weight) for weight in weights], balls(sample)).outputs
    return [1 / sum((other - z).exp() for other in outputs) - (place == label) for place, z in enumerate(outputs)]


def balls_of(matrix: Any) -> Balls:
    """A matrix of rationals or balls as balls."""
    result = np.empty(matrix.shape, dtype=object)
    for place, entry in np.ndenumerate(matrix):
        result[place] = flint.arb(entry)
    return result
