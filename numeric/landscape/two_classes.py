r"""Two objects with the same input and the two labels: 𝓛_2 − 𝓛_1 = ½(z_1 − z_2), a fraction.

ℓ_2 − ℓ_1 is a difference of logits, since log Σ e^{z_c} drops out. So changes of the loss are compared with bounds in
rational arithmetic, with log 2 and √2 between rational bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LOG_2 = (Fraction(693147, 10**6), Fraction(693148, 10**6))
"""log 2 lies between these; see `log_2_enclosed`."""
ROOT_2 = (Fraction(1414213, 10**6), Fraction(1414214, 10**6))
"""√2 lies between these: their squares enclose 2."""


@dataclass(frozen=True, slots=True)
class Dead:
    """A network 1-1-2 whose hidden neuron is dead at θ* and alive at θ, for x > 0 and both labels.

    θ* = (W^1 = −ε, W^2 = 0), θ = (W^1 = a, W^2 = (u, −u)⊤).

    Args:
        epsilon: ε > 0.
        first: a ≥ 0.
        second: u ≥ 0.
        x: x > 0.
    """

    epsilon: Fraction
    first: Fraction
    second: Fraction
    x: Fraction

    @property
    def change(self) -> Fraction:
        """𝓛_2 − 𝓛_1 at θ: half of z_1 − z_2 = 2uax.

        Example:
            >>> Dead(Fraction(1), Fraction(1), Fraction(1), Fraction(1)).change
            Fraction(1, 1)
        """
        hidden = max(self.first * self.x, Fraction(0))
        return (self.second * hidden + self.second * hidden) / 2

    @property
    def squared_radius(self) -> Fraction:
        """R² = ‖θ − θ*‖²."""
        return (self.first + self.epsilon) ** 2 + 2 * self.second**2

    def squared_norms(self, *, everywhere: bool) -> Fraction:
        """M_W²: the larger of ‖W^1‖² and ‖W^2‖² at θ*, or at both points."""
        here = self.epsilon**2
        return max(here, self.first**2, 2 * self.second**2) if everywhere else here

    def published(self, *, everywhere: bool = False) -> Fraction:
        """An upper bound of (2/(k + 1))(M_ℓ + M_H R²), k = 1, M_ℓ = log 2, with the right side of Theorem 1 for M_H."""
        square = self.squared_norms(everywhere=everywhere)
        curvature = ROOT_2[1] * (2 * self.x**2 * square**2 + square + square**2)
        return LOG_2[1] + curvature * self.squared_radius

    def breaks(self, *, everywhere: bool = False) -> bool:
        """Whether Lemma 2 fails there, decided in fractions; False also where its bound is not even close."""
        return self.change > self.published(everywhere=everywhere)


def log_2_enclosed() -> bool:
    """Whether LOG_2 encloses log 2 = Σ 1/(n 2^n), by forty terms and a geometric rest.

    Example:
        >>> log_2_enclosed()
        True
    """
    part = sum((Fraction(1, n * 2**n) for n in range(1, 41)), Fraction(0))
    return LOG_2[0] <= part and part + Fraction(1, 40 * 2**40) <= LOG_2[1]


def root_2_enclosed() -> bool:
    """Whether ROOT_2 encloses √2.

    Example:
        >>> root_2_enclosed()
        True
    """
    return ROOT_2[0] ** 2 <= 2 <= ROOT_2[1] ** 2


def logit_difference(weights: Sequence[Sequence[Sequence[Fraction]]], x: Fraction) -> Fraction:
    """z_1 − z_2 of a ReLU network with one input.

    Example:
        >>> logit_difference([[[Fraction(2)]], [[Fraction(1)], [Fraction(-1)]]], Fraction(3))
        Fraction(12, 1)
    """
    values = [x]
    for number, weight in enumerate(weights):
        if number:
            values = [value if value > 0 else Fraction(0) for value in values]
        values = [sum((w * v for w, v in zip(row, values, strict=True)), Fraction(0)) for row in weight]
    return values[0] - values[1]
