r"""Averages over k and k + 1 objects: Eq. (1) of Kiselev & Grabovoy 2024, for losses and for their gradients.

Everything here holds for any numbers: a_i may be ℓ_i(θ), or ∂ℓ_i/∂θ_j for one parameter.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.steps import AtMost, SplitLast, SumTriangle, Triangle, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

I = sp.Symbol("i", integer=True)
K_SIZE = sp.Symbol("k", integer=True, positive=True)
"""k, the number of objects before one is added."""
LOSS = sp.IndexedBase(r"\ell", real=True)
"""ℓ_i at the parameters that a line is about."""
M_LOSS = sp.Symbol(r"M_{\ell}", nonnegative=True)
EPSILON = sp.IndexedBase("varepsilon", nonnegative=True)
"""ε_k, a bound of |∂𝓛_k/∂θ_j|."""
MEAN = sp.IndexedBase(r"\mathcal{L}", real=True)
"""𝓛_k."""


def average(terms: sp.Expr, count: sp.Expr = K_SIZE) -> sp.Expr:
    r"""(1/n) Σ_{i=1}^{n} of an expression in i.

    Example:
        >>> average(LOSS[I])
        Sum(\ell[i], (i, 1, k))/k
    """
    return sp.Sum(terms, (I, 1, count)) / count


def excess(base: sp.IndexedBase = LOSS) -> sp.Expr:
    """a_{k+1} − (1/k) Σ_{i≤k} a_i."""
    return base[K_SIZE + 1] - average(base[I])


@cache
def difference() -> Derivation:
    """𝓛_{k+1} − 𝓛_k = (ℓ_{k+1} − 𝓛_k)/(k + 1).

    Example:
        >>> difference().check(0).ok
        True
    """
    k, total = K_SIZE, sp.Sum(LOSS[I], (I, 1, K_SIZE))
    final = excess() / (k + 1)
    return Derivation(
        "difference", "what one more object changes", Ordering(), average(LOSS[I], k + 1) - average(LOSS[I]),
        (
            Step((total + LOSS[k + 1]) / (k + 1) - total / k, SplitLast(k)),
            Step(final, Algebra("common denominator")),
        ),
        final, source="Kiselev & Grabovoy 2024, Eq. (1)", same=same, evaluate=value, valuations=samples,
        remarks=("k ≥ 1; nothing is used of the losses",),
    )  # fmt: skip


@cache
def new_gradient() -> Derivation:
    """(k + 1)𝓛_{k+1} − k𝓛_k = ℓ_{k+1}, for the losses and, entry by entry, for their gradients.

    Example:
        >>> new_gradient().check(0).ok
        True
    """
    k, total = K_SIZE, sp.Sum(LOSS[I], (I, 1, K_SIZE))
    final = LOSS[k + 1]
    return Derivation(
        "new_gradient", "the added object's own part", Ordering(),
        (k + 1) * average(LOSS[I], k + 1) - k * average(LOSS[I]),
        (Step((total + LOSS[k + 1]) - total, SplitLast(k)), Step(final, Algebra("cancel"))), final,
        source="this project", same=same, evaluate=value, valuations=samples,
        remarks=("where the gradients of 𝓛_k and 𝓛_{k+1} vanish, that of ℓ_{k+1} does; and conversely",),
    )  # fmt: skip


@cache
def approximate_gradient() -> Derivation:
    """|(k + 1)𝓛_{k+1} − k𝓛_k| ≤ (k + 1)ε_{k+1} + kε_k if |𝓛_k| ≤ ε_k, for a norm of gradients likewise.

    Example:
        >>> approximate_gradient().check(0).ok
        True
    """
    k = K_SIZE
    one, two = (k + 1) * MEAN[k + 1], -k * MEAN[k]
    final = (k + 1) * EPSILON[k + 1] + k * EPSILON[k]
    scaled = (k + 1) * sp.Abs(MEAN[k + 1]) + k * sp.Abs(MEAN[k])
    almost = ("gradients of 𝓛_k and 𝓛_{k+1} of norm at most ε_k and ε_{k+1}",)
    bound = r"\lVert \nabla\mathcal{L}_k \rVert \le \varepsilon_k"
    return Derivation(
        "approximate_gradient", "the added object's gradient near a common critical point", Ordering(),
        sp.Abs(one + two),
        (
            Step(scaled, Triangle(one, two)),
            Step((k + 1) * EPSILON[k + 1] + k * sp.Abs(MEAN[k]),
                 AtMost("almost critical for k + 1", sp.Abs(MEAN[k + 1]), EPSILON[k + 1], bound, almost)),
            Step(final, AtMost("almost critical for k", sp.Abs(MEAN[k]), EPSILON[k], bound, almost)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_almost, lemmas=(new_gradient(),),
    )  # fmt: skip


@cache
def losses_apart() -> Derivation:
    """|ℓ_{k+1} − (1/k)Σℓ_i| ≤ 2M_ℓ if 0 ≤ ℓ_i ≤ M_ℓ, as published.

    Example:
        >>> losses_apart().check(0).ok
        True
    """
    k = K_SIZE
    new, old = LOSS[k + 1], average(LOSS[I])
    bounded = ("0 ≤ ℓ_i ≤ M_ℓ",)
    rest = sp.Sum(sp.Abs(LOSS[I]), (I, 1, k)) / k
    each = r"0 \le \ell_i \le M_{\ell}"
    return Derivation(
        "losses_apart", "the first step of the proof of Lemma 2", Ordering(), sp.Abs(new - old),
        (
            Step(sp.Abs(new) + sp.Abs(old), Triangle(new, -old)),
            Step(sp.Abs(new) + rest, SumTriangle()),
            Step(M_LOSS + rest, AtMost("bounded losses", sp.Abs(new), M_LOSS, each, bounded)),
            Step(M_LOSS + average(M_LOSS),
                 AtMost("bounded losses", k * rest, sp.Sum(M_LOSS, (I, 1, k)), each, bounded)),
            Step(2 * M_LOSS, Algebra("equal summands")),
        ),
        2 * M_LOSS, source="Kiselev & Grabovoy 2024, A.4", same=same, evaluate=value, valuations=_bounded,
        assumptions=bounded,
    )  # fmt: skip


@cache
def losses_spread() -> Derivation:
    """|ℓ_{k+1} − (1/k)Σℓ_i|/(k + 1) ≤ M_ℓ/(k + 1) if 0 ≤ ℓ_i ≤ M_ℓ: half of what is published, and attained.

    Example:
        >>> losses_spread().check(0).ok
        True
    """
    final = M_LOSS / (K_SIZE + 1)
    return Derivation(
        "losses_spread", "losses in one interval", Ordering(), sp.Abs(excess()) / (K_SIZE + 1),
        (Step(final, in_one_interval(LOSS, M_LOSS)),), final, source="this project", same=same,
        evaluate=value, valuations=_bounded, assumptions=("0 ≤ ℓ_i ≤ M_ℓ",),
        remarks=("attained: ℓ_1 = … = ℓ_k = 0 and ℓ_{k+1} = M_ℓ, or the other way round",),
    )  # fmt: skip


def in_one_interval(base: sp.IndexedBase, bound: sp.Expr) -> AtMost:
    """|a_{k+1} − (1/k)Σa_i| ≤ M if all a_i lie in [0, M]: so does their average; neither side exceeds M − 0."""
    both = r"a, b \in [0, M] \Rightarrow \lvert a - b \rvert \le M"
    return AtMost("both in one interval", sp.Abs(excess(base)), bound, both, (f"0 ≤ {base} ≤ {bound}",))


def samples(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Samples of several sizes with rational losses."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        row = [sp.Rational(stream.randint(-9, 9), stream.randint(1, 4)) for _ in range(size + 2)]
        numbers: dict[Any, Any] = {K_SIZE: size, LOSS: row}
        yield Valuation(numbers)


def _bounded(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        row = [sp.Rational(stream.randint(0, 9), 2) for _ in range(size + 2)]
        numbers: dict[Any, Any] = {K_SIZE: size, LOSS: row, M_LOSS: max(row) + stream.randint(0, 1)}
        yield Valuation(numbers)


def _almost(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        row = [sp.Rational(stream.randint(-9, 9), 4) for _ in range(size + 2)]
        numbers: dict[Any, Any] = {
            K_SIZE: size, MEAN: row, EPSILON: [abs(entry) + sp.Rational(stream.randint(0, 2), 3) for entry in row],
            LOSS: row,
        }  # fmt: skip
        yield Valuation(numbers)
