r"""What a common shift of all outputs does to a loss, and why Λ is positive: derived for every K.

Cross-entropy: ℓ(F + h1) = ℓ(F), hence 1⊤δ = 0 and Λ1 = 0; and v⊤Λv = ½ t Σ_{ab} p_a p_b (v_a − v_b)², which vanishes
only for v in the span of 1, if t = Σ y_c > 0. So ℓ is a function of the K − 1 differences of outputs, strictly convex
in these. Log-cosh: v⊤Λv = Σ v_c² / cosh²(F_c − y_c), which vanishes only for v = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.losses.expressions import POWERS, A, B, C, F, K, Y, loss, total
from hessproof.symbolic.losses.sums import SHIFT, V, same, valuations, value
from hessproof.symbolic.ordering import Ordering

MASS = total(Y[C])
"""t = Σ_c y_c."""


def _derived(claim: str, title: str, start: Any, steps: Sequence[tuple[Any, Algebra]], final: Any) -> Derivation:
    return Derivation(
        claim, title, Ordering(), start, tuple(Step(line, rule) for line, rule in steps), final,
        source="this project", same=same, evaluate=value, valuations=valuations,
    )  # fmt: skip


def over(index: sp.Symbol, body: Any) -> sp.Sum:
    """Σ_{index=1}^{K}."""
    return sp.Sum(body, (index, 1, K))


@cache
def shift() -> Derivation:
    """ℓ(F_1 + h, …, F_K + h) = ℓ(F_1, …, F_K) for cross-entropy, every K and every y.

    Example:
        >>> shift().check(0).ok
        True
    """
    published = loss("cross-entropy").value
    moved = MASS * sp.log(total(sp.exp(F[C] + SHIFT))) - total(Y[C] * (F[C] + SHIFT))
    pulled = MASS * sp.log(sp.exp(SHIFT) * POWERS) - total(Y[C] * (F[C] + SHIFT))
    apart = MASS * (SHIFT + sp.log(POWERS)) - total(Y[C] * F[C]) - SHIFT * MASS
    return _derived(
        "shift", "a common shift of all outputs leaves cross-entropy unchanged", moved,
        [
            (pulled, Algebra("power of a sum", r"e^{F_c + h} = e^h e^{F_c}")),
            (apart, Algebra("logarithm of a product", r"\log(e^h S) = h + \log S")),
            (published, Algebra("the shift cancels", r"t h - h \sum_c y_c = 0")),
        ],
        published,
    )  # fmt: skip


@cache
def residual_total() -> Derivation:
    """1⊤δ = 0 for cross-entropy.

    Example:
        >>> residual_total().check(0).ok
        True
    """
    return _derived(
        "residual_total", "the residuals of the outputs add up to zero", over(A, loss("cross-entropy").gradient),
        [
            (MASS * over(A, sp.exp(F[A])) / POWERS - MASS, Algebra("linearity of the sum")),
            (sp.S.Zero, Algebra("probabilities add up to one", r"\sum_a p_a = 1")),
        ],
        sp.S.Zero,
    )  # fmt: skip


@cache
def curvature_total() -> Derivation:
    """Λ1 = 0 for cross-entropy.

    Example:
        >>> curvature_total().check(0).ok
        True
    """
    apart = MASS * sp.exp(F[A]) / POWERS - MASS * sp.exp(F[A]) * over(B, sp.exp(F[B])) / POWERS**2
    return _derived(
        "curvature_total", "every row of the curvature adds up to zero", over(B, loss("cross-entropy").curvature),
        [
            (apart, Algebra("linearity of the sum")),
            (sp.S.Zero, Algebra("probabilities add up to one", r"\sum_b p_b = 1")),
        ],
        sp.S.Zero,
    )  # fmt: skip


@cache
def squares() -> Derivation:
    """v⊤Λv = t/(2S²) Σ_{ab} e^{F_a} e^{F_b} (v_a − v_b)² for cross-entropy, S = Σ e^{F_c}: a sum of squares if t > 0.

    Example:
        >>> squares().check(0).ok
        True
    """
    form = over(A, over(B, loss("cross-entropy").curvature * V[A] * V[B]))
    weights = sp.exp(F[A]) * sp.exp(F[B])
    one, two = over(A, sp.exp(F[A]) * V[A] ** 2), over(A, sp.exp(F[A]) * V[A])
    final = MASS / (2 * POWERS**2) * over(A, over(B, weights * (V[A] - V[B]) ** 2))
    return _derived(
        "squares", "the curvature of cross-entropy as a sum of squares of differences", form,
        [
            (MASS * (one / POWERS - two**2 / POWERS**2), Algebra("linearity of the sum")),
            (final, Algebra("Lagrange's identity", r"\sum_a e_a \sum_b e_b v_b^2 - (\sum_a e_a v_a)^2 = \tfrac12"
                            r" \sum_{a,b} e_a e_b (v_a - v_b)^2")),
        ],
        final,
    )  # fmt: skip


@cache
def positive() -> Derivation:
    """v⊤Λv = Σ v_c² / cosh²(F_c − y_c) for log-cosh: positive for every v ≠ 0.

    Example:
        >>> positive().check(0).ok
        True
    """
    form = over(A, over(B, loss("cosh").curvature * V[A] * V[B]))
    final = over(A, V[A] ** 2 / sp.cosh(F[A] - Y[A]) ** 2)
    return _derived(
        "positive", "the curvature of log-cosh as a sum of squares", form,
        [
            (over(A, (1 - sp.tanh(F[A] - Y[A]) ** 2) * V[A] ** 2), Algebra("the outputs do not couple")),
            (final, Algebra("hyperbolic functions", r"1 - \tanh^2 = 1/\cosh^2")),
        ],
        final,
    )  # fmt: skip
