r"""H_o, H_f and H_L of a network with any activation and loss in ball arithmetic, from weights and residuals.

Residuals are prescribed: targets with F − y = δ, p − y = δ or tanh(F − y) = δ exist for every δ that is small enough.
Then Λ is the identity, diag(p) − pp⊤ with p = softmax(F), or diag(1 − δ²). Every entry is a ball that contains the true
number (``flint.arb``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import flint
import numpy as np
import numpy.typing as npt
import sympy

from hessproof.numeric.rectified.blocks import functional, sensitivities
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.nonlinear.activations import Z, activation

Balls = npt.NDArray[Any]
"""An array of dtype object whose entries are ``flint.arb``."""
Part = Literal["outer", "functional", "loss"]
BITS = 400
"""Working precision: 120 decimal digits, of which elimination of small matrices loses a few dozen."""

Function = Callable[[Any, Any], Any]
"""A function of a ball and of π."""
_PI = sympy.Symbol("pi_ball")
"""Stands for π, which would be a float otherwise."""
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": lambda z: z.tanh(),
    "exp": lambda z: z.exp(),
    "erf": lambda z: z.erf(),
    "sqrt": lambda z: flint.arb(z).sqrt(),
    "Logistic": lambda z: 1 / (1 + (-z).exp()),
    "Softplus": lambda z: (1 + z.exp()).log(),
}
"""Functions of balls by the names that expressions use."""


@dataclass(frozen=True, eq=False)
class Pass:
    """One sample on its way through a network.

    Args:
        passed: ã^0, …, ã^{L-1}.
        slopes: σ′(z^1), …, σ′(z^{L-1}).
        bends: σ″ there.
        outputs: F.
    """

    passed: tuple[Balls, ...]
    slopes: tuple[Balls, ...]
    bends: tuple[Balls, ...]
    outputs: Balls


def ball_hessian(
    architecture: Architecture, weights: Sequence[Any], inputs: Any, deltas: Any, part: Part = "loss", bits: int = BITS
) -> Balls:
    """The Hessian summed over the samples, p × p balls.

    Args:
        architecture: Widths, bias, activation and loss.
        weights: [W^l b^l], M_l × (M_{l-1} + bias), integers or fractions.
        inputs: x as rows, N × d.
        deltas: δ as rows, N × K: F − y for mse, p − y for cross-entropy, tanh(F − y) for cosh.
        part: outer, functional or loss.
        bits: Working precision.

    Raises:
        UnusableRequest: If a pre-activation may lie on either side of a kink.

    Example:
        >>> one = Architecture((1, 1, 1), activation="tanh")
        >>> found = ball_hessian(one, [[[1]], [[1]]], [[1]], [[Fraction(1, 2)]], "functional", bits=100)
        >>> float(found[0, 1]), float(found[1, 1])
        (0.20998..., 0.0)
    """
    with flint.ctx.workprec(bits):
        exact = [balls(weight) for weight in weights]
        total = np.full((architecture.parameters,) * 2, flint.arb(0), dtype=object)
        for x, row in zip(np.asarray(inputs, dtype=object), np.asarray(deltas, dtype=object), strict=True):
            found, delta = forward(architecture, exact, balls(x)), balls(row)
            tangents = sensitivities(exact, found.passed, found.slopes)
            if part != "functional":
                total = total + tangents[-1].T @ curvature(architecture.loss, found.outputs, delta) @ tangents[-1]
            if part != "outer":
                total = total + functional(exact, found.passed, found.slopes, found.bends, delta, tangents)
        return balls(total)


def forward(architecture: Architecture, weights: Sequence[Balls], sample: Balls) -> Pass:
    """One sample through the network."""
    values, passed, slopes, bends = sample, list[Balls](), list[Balls](), list[Balls]()
    z = sample
    for layer, weight in enumerate(weights):
        reached = np.concatenate([values, balls([1])]) if architecture.bias else values
        passed.append(reached)
        z = weight @ reached
        if layer < len(weights) - 1:
            triples = [activated(architecture.activation, entry) for entry in z]
            values, slope, bend = (np.asarray(column, dtype=object) for column in zip(*triples, strict=True))
            slopes.append(slope)
            bends.append(bend)
    return Pass(tuple(passed), tuple(slopes), tuple(bends), z)


def curvature(loss: str, outputs: Balls, delta: Balls) -> Balls:
    """Λ of one sample, K × K."""
    size = len(outputs)
    if loss == "mse":
        return balls(np.eye(size, dtype=int))
    if loss == "cosh":
        return _diagonal(np.asarray([1 - entry * entry for entry in delta], dtype=object))
    powers = [(z - outputs[0]).exp() for z in outputs]
    p = np.asarray([power / sum(powers[1:], powers[0]) for power in powers], dtype=object)
    return np.asarray(_diagonal(p) - np.multiply.outer(p, p))


def activated(name: str, z: Any) -> tuple[Any, Any, Any]:
    """σ, σ′ and σ″ of a ball; at a kink that is exactly zero, those from below.

    Raises:
        UnusableRequest: If the ball may lie on either side of a kink.

    Example:
        >>> [float(each) for each in activated("elu", flint.arb(2))]
        [2.0, 1.0, 0.0]
    """
    smooth, below, above = _orders(name)
    if not smooth and not (z > 0 or z < 0 or z == 0):
        raise UnusableRequest(f"{name} at a pre-activation that may be zero", "one off its kink", "move the weights")
    found = [flint.arb(each(z, flint.arb.pi())) for each in (above if z > 0 else below)]
    return found[0], found[1], found[2]


@cache
def _orders(name: str) -> tuple[bool, tuple[Function, ...], tuple[Function, ...]]:
    """Whether σ is smooth, and σ, σ′, σ″ below and above zero."""
    stages = activation(name), activation(name).first, activation(name).second

    def compiled(expressions: Sequence[Any]) -> tuple[Function, ...]:
        return tuple(_compiled(each) for each in expressions)

    return stages[0].smooth, compiled([each.below for each in stages]), compiled([each.above for each in stages])


def _compiled(expression: Any) -> Function:
    """A function of a ball and of π; fractions stay exact."""
    fractions: dict[Any, Any] = {}

    def exact(node: Any) -> Any:
        if node == sympy.pi:
            return _PI
        if node.is_Rational and not node.is_Integer:
            letter = sympy.Symbol(f"fraction{len(fractions)}")
            fractions[letter] = flint.fmpq(int(node.p), int(node.q))
            return letter
        if node.is_Pow:
            return exact(node.base) ** node.exp
        return node.func(*map(exact, node.args)) if node.args else node

    whole = exact(sympy.sympify(expression))
    found = sympy.lambdify((Z, _PI, *fractions), whole, modules=[FUNCTIONS])
    return lambda z, pi: found(z, pi, *fractions.values())


def balls(entries: Any) -> Balls:
    """Integers, fractions or balls as an array of balls."""
    array = np.asarray(entries, dtype=object)
    result = np.empty(array.shape, dtype=object)
    for place, entry in np.ndenumerate(array):
        if isinstance(entry, flint.arb):
            result[place] = entry
        else:
            numerator, denominator = Fraction(entry).as_integer_ratio()
            result[place] = flint.arb(flint.fmpq(numerator, denominator))
    return result


def _diagonal(entries: Balls) -> Balls:
    result = np.full((len(entries), len(entries)), flint.arb(0), dtype=object)
    result[np.arange(len(entries)), np.arange(len(entries))] = entries
    return result
