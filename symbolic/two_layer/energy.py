r"""What independent normal residuals of variance 2ε say: the mean energy, its spread, and the size of the gradient.

With 𝓛 = (2m)^{-1} Σ e², K outputs and e_{iμ} ~ N(0, 2ε) independent: E[𝓛/K] = ε, with variance 2ε²/(mK). For a
Jacobian that the residuals do not depend on, ∂_α𝓛 = (1/m) Σ e J has the mean square (2ε/m) [H_0]_{αα}, and therefore
E‖∇𝓛‖² = (2ε/m) tr H_0. With weights N(0, 1/n) and inputs N(0, 1) the network without activation has E tr H_0 = 2n²,
so that E‖∇𝓛‖² = 4εn²/m = 2ετn grows with n at fixed m/n, while each of the 2n² entries vanishes like 2ε/m.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation
from hessproof.symbolic.two_layer.index_sums import Put, Sift
from hessproof.symbolic.two_layer.index_values import drawn_means
from hessproof.symbolic.two_layer.letters import (
    ALPHA,
    EPSILON,
    I2,
    J2,
    JAC,
    MU,
    NU,
    VARIANCE,
    W1,
    W2,
    A,
    D,
    E,
    H,
    I,
    J,
    K,
    M,
    Mean,
    P,
    X,
)
from hessproof.symbolic.two_layer.means import Isserlis, MeanOfSum
from hessproof.symbolic.two_layer.split import derived

SOURCE = "slide “Loss function landscape”, simplified models"
N, TAU = sp.Symbol("n", integer=True, positive=True), sp.Symbol("tau", positive=True)
"""The common width, and τ = 2n/m."""


def _energy(row: sp.Symbol, sample: sp.Symbol) -> Any:
    """𝓛/K = (2mK)^{-1} Σ e²."""
    return sp.Sum(E[row, sample] ** 2, (row, 1, K), (sample, 1, M)) / (2 * M * K)


@cache
def mean_energy() -> Derivation:
    """E[𝓛/K] = ε.

    Example:
        >>> mean_energy().check(0, count=2).ok
        True
    """
    each = sp.Sum(Mean(E[I, MU] ** 2), (I, 1, K), (MU, 1, M)) / (2 * M * K)
    known = sp.Sum(2 * EPSILON, (I, 1, K), (MU, 1, M)) / (2 * M * K)
    return derived(
        "mean energy", "the mean of the energy", Mean(_energy(I, MU)),
        [(each, MeanOfSum()), (known, Isserlis()), (EPSILON, Algebra("mK equal summands"))], EPSILON,
        source=SOURCE, valuations=drawn_means,
    )  # fmt: skip


@cache
def energy_spread() -> Derivation:
    """E[(𝓛/K)²] − ε² = 2ε²/(mK): the energy of one draw is ε up to a relative √(2/(mK)).

    Example:
        >>> energy_spread().check(0, count=2).ok
        True
    """
    ranges = (I, 1, K), (MU, 1, M), (I2, 1, K), (NU, 1, M)
    share = 1 / (4 * M**2 * K**2)
    fourth = Mean(E[I, MU] ** 2 * E[I2, NU] ** 2)
    deltas = sp.KroneckerDelta(I, I2) * sp.KroneckerDelta(MU, NU)
    moments = 4 * EPSILON**2 + 8 * EPSILON**2 * deltas
    kept = sp.Sum(4 * EPSILON**2, *ranges) + sp.Sum(8 * EPSILON**2, (I, 1, K), (MU, 1, M))
    final = 2 * EPSILON**2 / (M * K)
    return derived(
        "spread of the energy", "the variance of the energy",
        Mean(_energy(I, MU) * _energy(I2, NU)) - EPSILON**2,
        [
            (share * sp.Sum(fourth, *ranges) - EPSILON**2, MeanOfSum()),
            (share * sp.Sum(moments, *ranges) - EPSILON**2, _Squared()),
            (share * kept - EPSILON**2, Sift()),
            (final, Algebra("count the summands")),
        ],
        final, source="this project", valuations=drawn_means,
    )  # fmt: skip


class _Squared(Isserlis):
    """Isserlis's theorem, the square of a delta being the delta."""

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Replace the means, then δ_{ik} δ_{ik} by δ_{ik} and δ_{ii} by 1."""
        found = super().apply(expression, ordering)
        return found.replace(
            lambda node: isinstance(node, sp.Pow) and isinstance(node.base, sp.KroneckerDelta),
            lambda node: node.base,
        )


@cache
def mean_square_entry() -> Derivation:
    """E[(∂_α𝓛)²] = (2ε/m) [H_0]_{αα}, the Jacobian held fixed.

    Example:
        >>> mean_square_entry().check(0, count=2).ok
        True
    """
    final = 2 * EPSILON / M * _outer_diagonal()
    return derived(
        "mean square of a derivative", "an entry of the gradient", Mean(_gradient(I, MU) * _gradient(I2, NU)),
        _gradient_steps(None), final, source="this project", valuations=drawn_means,
    )  # fmt: skip


@cache
def mean_square_gradient() -> Derivation:
    """E‖∇𝓛‖² = (2ε/m) tr H_0, the Jacobian held fixed.

    Example:
        >>> mean_square_gradient().check(0, count=2).ok
        True
    """
    limit = (ALPHA, 1, P)
    final = 2 * EPSILON / M * sp.Sum(_outer_diagonal(), limit)
    start = Mean(sp.Sum(_gradient(I, MU) * _gradient(I2, NU), limit))
    return derived(
        "mean square of the gradient", "the squared norm of the gradient", start, _gradient_steps(limit), final,
        source="this project", valuations=drawn_means,
    )  # fmt: skip


def _gradient(row: sp.Symbol, sample: sp.Symbol) -> Any:
    """∂_α𝓛 = (1/m) Σ e J_α, with its own letters."""
    return sp.Sum(E[row, sample] * JAC[ALPHA, row, sample], (row, 1, K), (sample, 1, M)) / M


def _outer_diagonal() -> Any:
    """[H_0]_{αα} = (1/m) Σ J_α²."""
    return sp.Sum(JAC[ALPHA, I, MU] ** 2, (I, 1, K), (MU, 1, M)) / M


def _gradient_steps(limit: Any) -> list[tuple[Any, Any]]:
    ranges = [(I, 1, K), (MU, 1, M), (I2, 1, K), (NU, 1, M), *([limit] if limit else [])]
    both = JAC[ALPHA, I, MU] * JAC[ALPHA, I2, NU]
    deltas = 2 * EPSILON * sp.KroneckerDelta(I, I2) * sp.KroneckerDelta(MU, NU)
    left = sp.Sum(2 * EPSILON * JAC[ALPHA, I, MU] ** 2, *ranges[:2], *([limit] if limit else []))
    return [
        (sp.Sum(both * Mean(E[I, MU] * E[I2, NU]), *ranges) / M**2, MeanOfSum()),
        (sp.Sum(both * deltas, *ranges) / M**2, Isserlis()),
        (left / M**2, Sift()),
    ]


@cache
def mean_trace() -> Derivation:
    """E tr H_0 = v K h d + v K h d = 2n² for widths n and weights of variance v = 1/n, inputs of variance 1.

    Example:
        >>> mean_trace().check(0, count=2).ok
        True
    """
    z = sp.Sum(W1[A, J] * X[J, MU], (J, 1, D))
    z_again = sp.Sum(W1[A, J2] * X[J2, MU], (J2, 1, D))
    first = sp.Sum(W2[I, A] ** 2 * X[J, MU] ** 2, (A, 1, H), (J, 1, D), (I, 1, K), (MU, 1, M)) / M
    second = sp.Sum(z * z_again, (A, 1, H), (I, 1, K), (MU, 1, M)) / M
    ranges = (A, 1, H), (J, 1, D), (I, 1, K), (MU, 1, M)
    pairs = Mean(W1[A, J] * W1[A, J2] * X[J, MU] * X[J2, MU])
    taken = sp.Sum(Mean(W2[I, A] ** 2 * X[J, MU] ** 2), *ranges) + sp.Sum(pairs, *ranges, (J2, 1, D))
    counted = sp.Sum(VARIANCE, *ranges) + sp.Sum(VARIANCE * sp.KroneckerDelta(J, J2), *ranges, (J2, 1, D))
    final = 2 * VARIANCE * K * H * D
    return derived(
        "mean trace", "the trace of H_0 without activation", Mean(first + second),
        [
            (taken / M, MeanOfSum()),
            (counted / M, _Squared()),
            (2 * sp.Sum(VARIANCE, *ranges) / M, Sift()),
            (final, Algebra("count the summands")),
        ],
        final, source="this project", valuations=drawn_means,
        remarks=("with d = h = K = n and v = 1/n this is 2n², a mean eigenvalue of 1",),
    )  # fmt: skip


@cache
def mean_gradient() -> Derivation:
    """E‖∇𝓛‖² = (2ε/m) E tr H_0 = 2ετn for widths n, weights N(0, 1/n) and inputs N(0, 1), without activation.

    Example:
        >>> mean_gradient().check(0).ok
        True
    """
    final = 2 * EPSILON * TAU * N
    common = {D: N, H: N, K: N, VARIANCE: 1 / N}
    widths = Put("all widths n, v = 1/n", r"d = h = K = n,\ v = 1/n", lambda node: common.get(node))
    ratio = Put("τ = 2n/m", r"\tau = 2n/m", lambda node: 2 * N / TAU if node == M else None)
    return derived(
        "gradient of the model", "the size of the gradient for independent residuals",
        2 * EPSILON / M * mean_trace().final,
        [(4 * EPSILON * N**2 / M, widths), (final, ratio)], final,
        source="this project", lemmas=(mean_square_gradient(), mean_trace()), valuations=_numbers,
    )  # fmt: skip


def _numbers(derivation: Derivation, seed: int) -> Any:
    """Common widths n, samples m, v = 1/n and τ = 2n/m."""
    for valuation in drawn_means(derivation, seed):
        size = sum(valuation.symbols[letter] for letter in (D, H, K))
        numbers = {D: size, H: size, K: size, N: size, VARIANCE: sp.Rational(1, size)}
        valuation.symbols.update({**numbers, TAU: sp.Rational(2 * size, valuation.symbols[M])})
        yield valuation
