r"""Cross-entropy of small ReLU networks with rational weights, straight from its definition: exact logits, balls for ℓ.

Logits are fractions, whatever neurons are on; a loss log Σ e^{z_c} − y·z is a ball that contains the true number. So
"≤" and "<" between losses are decided, or left undecided, and never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

Vector = list[Fraction]
Matrix = list[Vector]
BITS = 200
"""Working precision."""


class precision:
    """Ball arithmetic with so many bits inside a ``with`` block."""

    def __init__(self, bits: int = BITS) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.bits

    def __exit__(self, *error: object) -> None:
        flint.ctx.prec = self.before


@dataclass(frozen=True, slots=True)
class Sample:
    """Objects of a growing sample; the last one is the one that is added.

    Args:
        inputs: x as rows.
        labels: Number of the class of each, from 0.
    """

    inputs: tuple[tuple[Fraction, ...], ...]
    labels: tuple[int, ...]

    @property
    def k(self) -> int:
        """Number of objects before the last one."""
        return len(self.labels) - 1


def ball(number: Any) -> Any:
    """A ball that contains the number, exact for dyadic ones."""
    if isinstance(number, flint.arb):
        return number
    exact = Fraction(number)
    return flint.arb(flint.fmpq(exact.numerator, exact.denominator))


def forward(weights: Sequence[Matrix], x: Sequence[Fraction]) -> tuple[Vector, Vector]:
    """The features x^L and the logits z of a network without bias, exactly.

    Example:
        >>> forward([[[Fraction(-1)]], [[Fraction(2)], [Fraction(0)]]], [Fraction(3)])
        ([Fraction(0, 1)], [Fraction(0, 1), Fraction(0, 1)])
    """
    values = list(x)
    for weight in weights[:-1]:
        values = [max(each, Fraction(0)) for each in _product(weight, values)]
    return values, _product(weights[-1], values)


def _product(weight: Matrix, values: Sequence[Fraction]) -> Vector:
    return [sum((w * v for w, v in zip(row, values, strict=True)), Fraction(0)) for row in weight]


def label_loss(logits: Sequence[Any], label: int) -> Any:
    """log Σ_c e^{z_c − z_y}, a ball.

    Example:
        >>> bool(label_loss([Fraction(0), Fraction(0)], 0).overlaps(flint.arb(2).log()))
        True
    """
    return sum(((ball(z) - ball(logits[label])).exp() for z in logits), flint.arb(0)).log()


def soft_loss(logits: Sequence[Any], target: Sequence[Any]) -> Any:
    """log Σ_c e^{z_c} − y·z for Σ y_c = 1, a ball."""
    power = sum((ball(z).exp() for z in logits), flint.arb(0)).log()
    return power - sum((ball(y) * ball(z) for y, z in zip(target, logits, strict=True)), flint.arb(0))


def probabilities(logits: Sequence[Any]) -> list[Any]:
    """Softmax, as balls."""
    powers = [ball(z).exp() for z in logits]
    total = sum(powers, flint.arb(0))
    return [power / total for power in powers]


def losses(weights: Sequence[Matrix], sample: Sample) -> list[Any]:
    """ℓ_1, …, ℓ_{k+1}."""
    pairs = zip(sample.inputs, sample.labels, strict=True)
    return [label_loss(forward(weights, x)[1], label) for x, label in pairs]


def excess(values: Sequence[Any]) -> Any:
    """ℓ_{k+1} − (1/k) Σ_{i≤k} ℓ_i."""
    return values[-1] - sum(values[:-1], flint.arb(0)) / (len(values) - 1)


def change(weights: Sequence[Matrix], sample: Sample) -> Any:
    """𝓛_{k+1} − 𝓛_k, as the difference of the two averages.

    Example:
        >>> chain = [[[Fraction(1)]], [[Fraction(1)], [Fraction(-1)]]]
        >>> sample = Sample(((Fraction(1),), (Fraction(1),)), (0, 1))
        >>> bool(change(chain, sample).overlaps(flint.arb(1)))
        True
    """
    values = losses(weights, sample)
    return sum(values, flint.arb(0)) / len(values) - sum(values[:-1], flint.arb(0)) / (len(values) - 1)


def residual(logits: Sequence[Any], target: Sequence[Any]) -> list[Any]:
    """p − y; at a one-hot label −Σ_{c ≠ y} p_c, which loses no digits however well the object is fitted.

    Example:
        >>> bool(residual([Fraction(1000), Fraction(0)], [1, 0])[0] < 0)
        True
    """
    p = probabilities(logits)
    hard = [place for place, y in enumerate(target) if not isinstance(y, flint.arb) and y == 1]
    if not hard:
        return [q - ball(y) for q, y in zip(p, target, strict=True)]
    others = [q for place, q in enumerate(p) if place != hard[0]]
    return [-sum(others, flint.arb(0)) if place == hard[0] else q for place, q in enumerate(p)]


def last_gradient(weights: Sequence[Matrix], x: Sequence[Fraction], target: Sequence[Any]) -> list[list[Any]]:
    """∂ℓ/∂W^L = (p − y)x^{L⊤}, entries as balls."""
    features, logits = forward(weights, x)
    return [[delta * ball(feature) for feature in features] for delta in residual(logits, target)]


def one_hot(label: int, classes: int) -> Vector:
    """The target of a class."""
    return [Fraction(c == label) for c in range(classes)]


def frobenius(matrix: Sequence[Sequence[Any]]) -> Any:
    """‖X‖_F, a ball."""
    return sum((entry * entry for row in matrix for entry in row), flint.arb(0)).nonnegative_part().sqrt()


def at_most(one: Any, two: Any) -> bool | None:
    """Whether one ≤ two; None if the balls do not tell.

    Example:
        >>> one, two = flint.arb(1), flint.arb(2)
        >>> at_most(one, two), at_most(two, one), at_most(flint.arb(0.5, 1), one)
        (True, False, None)
    """
    if one <= two:
        return True
    return False if one > two else None
