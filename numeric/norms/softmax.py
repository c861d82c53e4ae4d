"""The softmax of exactly known logits, and the derivatives of the cross-entropy, as enclosures.

e^t for −600 ≤ t ≤ 0 is 2^k e^r with k = round(t/ln 2), r = t − k ln 2 and |r| ≤ 0.36. Here ln 2 is a float of 33 bits,
so that k times it is exact, plus a rest. e^r is its Taylor polynomial of degree 14 in ball arithmetic, and what is left
out is at most |r|^15/15! · 1/(1 − |r|/16) < 2^-62. Multiplication by 2^k is exact, since 2^k > 2^-900.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hessproof.numeric.norms.enclosure import Ball, Floats

_LN2_HIGH = float.fromhex("0x1.62e42feep-1")
"""ln 2, cut after 33 bits."""
_LN2_LOW = Ball(np.asarray(float.fromhex("0x1.a39ef35793c76p-33")), np.asarray(2.0**-86))
"""ln 2 − _LN2_HIGH: the float differs from it by 1.17e-26 < 2^-86."""
_DEGREE = 14
_REMAINDER = 2.0**-62
_LEAST = -600.0
"""Below it e^t lies between 0 and e^-600 < 2^-865."""


@dataclass(frozen=True)
class Softmax:
    """Probabilities of a stack of objects and what the cross-entropy needs of them.

    Args:
        probabilities: p, (B, K).
        complements: 1 − p_a = Σ_{b≠a} p_b, (B, K), summed without cancellation.
    """

    probabilities: Ball
    complements: Ball

    def residuals(self, labels: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Ball:
        """δ = p − e_y, (B, K)."""
        rows = np.arange(len(labels))
        mid, rad = self.probabilities.mid.copy(), self.probabilities.rad.copy()
        mid[rows, labels], rad[rows, labels] = -self.complements.mid[rows, labels], self.complements.rad[rows, labels]
        return Ball(mid, rad)

    @property
    def curvature(self) -> Ball:
        """A = diag(p) − pp⊤, (B, K, K), with p_a(1 − p_a) on the diagonal."""
        p, diagonal = self.probabilities, np.eye(self.probabilities.shape[-1], dtype=bool)
        outer, inner = -(p[:, :, None] * p[:, None, :]), (p * self.complements)[:, :, None]
        return Ball(np.where(diagonal, inner.mid, outer.mid), np.where(diagonal, inner.rad, outer.rad))


def softmax(logits: Floats) -> Softmax:
    """The softmax of logits that are exact and whose differences are exact floats.

    Args:
        logits: z, (B, K).

    Example:
        >>> found = softmax(np.asarray([[0.0, 0.0], [-1.0, 0.0]]))
        >>> found.probabilities.contains([0.5, 0.5])[0].tolist(), float(found.probabilities.mid[1, 1])
        ([True, True], 0.73105857863000...)
    """
    powers = exponential(logits - logits.max(axis=-1, keepdims=True))
    total = powers.sum(axis=-1)[:, None]
    if logits.shape[-1] == 1:
        return known(np.ones(logits.shape))
    return Softmax(powers / total, _others(powers) / total)


def known(probabilities: Floats) -> Softmax:
    """Probabilities that are given as exact floats; they must add up to one.

    Example:
        >>> known(np.asarray([[0.25, 0.75]])).curvature.contains([[0.1875, -0.1875], [-0.1875, 0.1875]]).all().item()
        True
    """
    exact = Ball.exact(probabilities)
    return Softmax(exact, _others(exact))


def exponential(exponents: Floats) -> Ball:
    """e^t for exact t ≤ 0.

    Example:
        >>> found = exponential(np.asarray([0.0, -1.0, -700.0]))
        >>> float(found.mid[1]), bool(found.rad[1] < 1e-15), bool(0 < found.upper[2] < 1e-260)
        (0.36787944117144..., True, True)
    """
    within = exponents >= _LEAST
    t = np.where(within, exponents, 0.0)
    k = np.rint(t / _LN2_HIGH)
    r = Ball.exact(t) - Ball.exact(k * _LN2_HIGH) - Ball.exact(k) * _LN2_LOW
    value = Ball.exact(np.ones(t.shape))
    for degree in range(_DEGREE, 0, -1):
        value = 1 + r * value / degree
    value = Ball(value.mid, np.where(t == 0, 0.0, value.rad + _REMAINDER * 2))
    shift = k.astype(np.int64)
    low = np.where(within, np.ldexp(value.lower, shift), 0.0)
    return Ball.between(low, np.where(within, np.ldexp(value.upper, shift), 2.0**-865))


def _others(values: Ball) -> Ball:
    """Σ_{b≠a} of the entries, for each a."""
    count = values.shape[-1]
    return values @ Ball.exact(np.ones((count, count)) - np.eye(count))
