r"""What a common critical point of 𝓛_k and 𝓛_{k+1} says about the object that was added, under cross-entropy.

Its own gradient vanishes, that of the last layer included: (p − y)x^{L⊤} = 0. With a one-hot label p − y is never zero.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.local import MISSING, OTHERS
from hessproof.symbolic.convergence.ranges import C, N, Z
from hessproof.symbolic.convergence.sample_size import K
from hessproof.symbolic.convergence.samples import EPSILON, K_SIZE, approximate_gradient
from hessproof.symbolic.convergence.steps import AtLeast, AtMost, Given, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

A, B, D_COUNT, L_COUNT = sp.symbols("a b w v", integer=True, positive=True)
"""Number of an output, number of a neuron, how many neurons the last hidden layer has, how many outputs there are."""
RESIDUAL, FEATURE = sp.IndexedBase("delta", real=True), sp.IndexedBase("x", nonnegative=True)
"""δ = p − y and x^L."""
LENGTH = sp.Symbol(r"\lVert x^L \rVert", nonnegative=True)
GRADIENT = sp.Symbol(r"\lVert \partial\ell_{k+1} \rVert", nonnegative=True)
"""Norm of the gradient of the added object's loss."""
WEIGHT = sp.IndexedBase("w", nonnegative=True)
"""−W^2_{jm}, in a network whose second layer has no positive entry."""


@cache
def frobenius() -> Derivation:
    """‖(p − y)x^{L⊤}‖_F² = ‖p − y‖²‖x^L‖²: it vanishes only if p = y or x^L = 0.

    Example:
        >>> frobenius().check(0).ok
        True
    """
    entries = sp.Sum(sp.Sum((RESIDUAL[A] * FEATURE[B]) ** 2, (B, 1, D_COUNT)), (A, 1, L_COUNT))
    final = sp.Sum(RESIDUAL[A] ** 2, (A, 1, L_COUNT)) * sp.Sum(FEATURE[B] ** 2, (B, 1, D_COUNT))
    return Derivation(
        "frobenius", "the gradient of one object in the last layer", Ordering(), entries,
        (Step(final, Algebra("a product of sums")),), final, source="this project", same=same, evaluate=value,
        valuations=_matrices, remarks=("with a last bias x^L = (…, 1) ≠ 0, so that p = y",),
    )  # fmt: skip


@cache
def never_fitted() -> Derivation:
    """‖p − y‖²‖x‖² ≥ (1 − p_y)² K/(K − 1) ‖x‖² for a one-hot label: positive unless x^L = 0.

    Example:
        >>> never_fitted().check(0).ok
        True
    """
    squares, whole = sp.Sum(OTHERS[C] ** 2, (C, 1, N)), sp.Sum(OTHERS[C], (C, 1, N))
    final = MISSING**2 * (N + 1) / N * LENGTH**2
    return Derivation(
        "never_fitted", "a one-hot label is never fitted", Ordering(), (squares + MISSING**2) * LENGTH**2,
        (
            Step((whole**2 / N + MISSING**2) * LENGTH**2,
                 AtLeast("Cauchy–Schwarz", squares, whole**2 / N,
                         r"\sum_{c=1}^{n} p_c^2 \ge \tfrac1n \left( \sum_{c=1}^{n} p_c \right)^2")),
            Step(final, Given("probabilities", {whole: MISSING}, r"\sum_{c \ne y} p_c = 1 - p_y = t")),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_probabilities,
        lemmas=(frobenius(),), remarks=("t = 1 − p_y > 0, since finite logits have p_y < 1",),
    )  # fmt: skip


@cache
def dead_loss() -> Derivation:
    """x^L = 0 gives z = 0 without a last bias, and ℓ = log K.

    Example:
        >>> dead_loss().check(0).ok
        True
    """
    start = sp.log(sp.Sum(sp.exp(Z[C]), (C, 1, K))) - Z[K]
    final = sp.log(K)
    return Derivation(
        "dead_loss", "the loss of an object without features", Ordering(), start,
        (
            Step(sp.log(sp.Sum(sp.S.One, (C, 1, K))),
                 Given("no features", {Z[C]: sp.S.Zero, Z[K]: sp.S.Zero}, r"z = \mathbf{W}^L x^L = 0", ("x^L = 0",))),
            Step(final, Algebra("equal summands")),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_zeros,
    )  # fmt: skip


@cache
def nearly_fitted() -> Derivation:
    """‖x^L_{k+1}‖(1 − p_y)√(K/(K−1)) ≤ (k + 1)ε_{k+1} + kε_k where ‖∇𝓛_k‖ ≤ ε_k.

    Example:
        >>> nearly_fitted().check(0).ok
        True
    """
    k = K_SIZE
    start = MISSING * sp.sqrt((N + 1) / N) * LENGTH
    final = (k + 1) * EPSILON[k + 1] + k * EPSILON[k]
    return Derivation(
        "nearly_fitted", "near a common critical point objects are fitted or without features", Ordering(), start,
        (
            Step(GRADIENT, AtMost("part of the gradient", start, GRADIENT,
                                  r"\lVert (p - y) x^{L\top} \rVert_F \le \lVert \nabla\ell_{k+1} \rVert",
                                  ("one-hot label",))),
            Step(final, AtMost("almost critical", GRADIENT, final,
                               r"\nabla\ell_{k+1} = (k+1)\nabla\mathcal{L}_{k+1} - k\nabla\mathcal{L}_k",
                               ("‖∇𝓛_k‖ ≤ ε_k, ‖∇𝓛_{k+1}‖ ≤ ε_{k+1}",))),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_almost,
        lemmas=(never_fitted(), approximate_gradient()),
    )  # fmt: skip


@cache
def dead_network() -> Derivation:
    """L ≥ 3: a second layer without positive entries passes nothing on, whatever the data; so all ℓ_i = log K nearby.

    Example:
        >>> dead_network().check(0).ok
        True
    """
    total = sp.Sum(-WEIGHT[B] * FEATURE[B], (B, 1, D_COUNT))
    return Derivation(
        "dead_network", "a network that is dead for every data set", Ordering(), total,
        (
            Step(sp.S.Zero, AtMost("no positive entries", total, sp.S.Zero,
                                   r"w_m \ge 0, \; x_m \ge 0 \Rightarrow -w_m x_m \le 0", ("L ≥ 3, W^2 ≤ 0",))),
        ),
        sp.S.Zero, source="this project", same=same, evaluate=value, valuations=_features, lemmas=(dead_loss(),),
        remarks=("W^2 < 0 stays so nearby: 𝓛_k is constant around θ*, a local minimum for every k",),
    )  # fmt: skip


def _matrices(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for outputs, neurons in ((1, 1), (2, 3), (3, 2)):
        numbers: dict[Any, Any] = {
            L_COUNT: outputs, D_COUNT: neurons, RESIDUAL: [stream.randint(-5, 5) for _ in range(outputs + 1)],
            FEATURE: [stream.randint(0, 5) for _ in range(neurons + 1)],
        }  # fmt: skip
        yield Valuation(numbers)


def _probabilities(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for others in (1, 2, 4):
        row = [stream.randint(1, 5) for _ in range(others + 1)]
        t = sp.Rational(stream.randint(1, 4), 4)
        scaled = [entry * t / sum(row[1:]) for entry in row]
        numbers: dict[Any, Any] = {N: others, OTHERS: scaled, MISSING: t, LENGTH: stream.randint(0, 4)}
        yield Valuation(numbers)


def _zeros(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for classes in (1, 2, 3, 5):
        numbers: dict[Any, Any] = {K: classes, Z: [0] * (classes + 1)}
        yield Valuation(numbers)


def _almost(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        t, length = sp.Rational(stream.randint(1, 4), 4), sp.Rational(stream.randint(0, 4))
        gradient = t * length * sp.sqrt(sp.Rational(size + 1, size)) * stream.randint(1, 2)
        row = [gradient / (2 * size + 1)] * (size + 2)
        numbers: dict[Any, Any] = {
            K_SIZE: size, N: size, MISSING: t, LENGTH: length, GRADIENT: gradient, EPSILON: row,
        }  # fmt: skip
        yield Valuation(numbers)


def _features(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for neurons in (1, 2, 3):
        row = [[stream.randint(0, 5) for _ in range(neurons + 1)] for _ in range(2)]
        numbers: dict[Any, Any] = {D_COUNT: neurons, WEIGHT: row[0], FEATURE: row[1]}
        yield Valuation(numbers)
