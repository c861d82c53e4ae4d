r"""The loss of a ReLU network along a ray from a critical point, against its second-order expansion, in balls.

Targets y_i = p_i(θ*) make every single object critical, with live features. The quadratic form is h⊤Hh =
(1/k) Σ (J_ih)⊤(diag(p_i) − p_ip_i⊤)(J_ih), the residuals being zero, with J_ih from exact directional derivatives.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint

from hessproof.numeric.landscape.ball_losses import Matrix, Vector, ball, forward, probabilities, soft_loss
from hessproof.numeric.landscape.ball_networks import Point


@dataclass(frozen=True, slots=True)
class Ray:
    """θ* + th for one network and its objects.

    Args:
        weights: θ*.
        direction: h, shaped as the weights.
        inputs: x_1, …, x_k.
        targets: y_i, balls; p_i(θ*) if the point is to be critical.
    """

    weights: tuple[Matrix, ...]
    direction: tuple[Matrix, ...]
    inputs: tuple[tuple[Fraction, ...], ...]
    targets: tuple[list[Any], ...]

    def loss(self, t: Fraction) -> Any:
        """𝓛_k(θ* + th), a ball."""
        moved = [
            [[w + t * step for w, step in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)]
            for matrices in zip(self.weights, self.direction, strict=True)
        ]
        pairs = zip(self.inputs, self.targets, strict=True)
        return sum((soft_loss(forward(moved, x)[1], y) for x, y in pairs), flint.arb(0)) / len(self.inputs)

    def form(self) -> Any:
        """h⊤H^{(k)}h, a ball."""
        total = flint.arb(0)
        for x in self.inputs:
            logits, along = derivative(self.weights, self.direction, x)
            p = probabilities(logits)
            mean = sum((q * ball(v) for q, v in zip(p, along, strict=True)), flint.arb(0))
            total += sum((q * ball(v * v) for q, v in zip(p, along, strict=True)), flint.arb(0)) - mean * mean
        return total / len(self.inputs)


def fitted_ray(point: Point, stream: random.Random) -> Ray | None:
    """A ray from a drawn network whose objects are fitted; None if an object lies on a kink of the network.

    Args:
        point: A network with objects.
        stream: Draws the direction.
    """
    if any(on_kink(point.weights, x) for x in point.sample.inputs):
        return None
    direction = tuple([[Fraction(stream.randint(-4, 4)) for _ in row] for row in matrix] for matrix in point.weights)
    targets = tuple(probabilities(forward(point.weights, x)[1]) for x in point.sample.inputs)
    return Ray(point.weights, direction, point.sample.inputs, targets)


def derivative(weights: Sequence[Matrix], direction: Sequence[Matrix], x: Sequence[Fraction]) -> tuple[Vector, Vector]:
    """The logits and their derivative along a direction, exactly.

    Example:
        >>> one = [[[Fraction(2)]], [[Fraction(3)]]]
        >>> derivative(one, [[[Fraction(1)]], [[Fraction(5)]]], [Fraction(1)])
        ([Fraction(6, 1)], [Fraction(13, 1)])
    """
    values, slopes = list(x), [Fraction(0)] * len(x)
    for place, (weight, step) in enumerate(zip(weights, direction, strict=True)):
        if place:
            slopes = [slope if value > 0 else Fraction(0) for value, slope in zip(values, slopes, strict=True)]
            values = [max(value, Fraction(0)) for value in values]
        slopes = [_dot(row, slopes) + _dot(move, values) for row, move in zip(weight, step, strict=True)]
        values = [_dot(row, values) for row in weight]
    return values, slopes


def on_kink(weights: Sequence[Matrix], x: Sequence[Fraction]) -> bool:
    """Whether some hidden neuron receives exactly zero.

    Example:
        >>> on_kink([[[Fraction(0)]], [[Fraction(1)]]], [Fraction(1)])
        True
    """
    values = list(x)
    for weight in weights[:-1]:
        received = [_dot(row, values) for row in weight]
        if 0 in received:
            return True
        values = [max(each, Fraction(0)) for each in received]
    return False


def shares(ray: Ray, factor: Fraction, exponents: Sequence[int]) -> list[Any]:
    """|𝓛(θ* + th) − 𝓛(θ*) − factor·t²h⊤Hh|/t² for t = 2^{-e}, one ball for each e."""
    start, form = ray.loss(Fraction(0)), ray.form()
    found = []
    for exponent in exponents:
        t = Fraction(1, 2**exponent)
        found.append(abs(ray.loss(t) - start - ball(factor * t * t) * form) / ball(t * t))
    return found


def vanishing(values: Sequence[Any]) -> bool:
    """Whether the shares fall at least eightfold from each to the next, the first left out, or to below 2^{-60}.

    For steps that shrink sixteenfold; where two terms of the remainder cancel at the first step the rest still tells.
    """
    return all(bool(after < before / 8 + flint.arb(2) ** -60) for before, after in pairwise(values[1:]))


def _dot(one: Sequence[Fraction], two: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, two, strict=True)), Fraction(0))
