r"""The norm of the softmax Hessian A = diag(p) − pp⊤: what the source proves, and the sharp constant in three ways.

Kiselev & Grabovoy 2024, appendix A.2, step 1, bounds ‖A‖ by √2 through the Frobenius norm. The same route gives ½: with
s = Σ p_c²,

    ‖A‖² ≤ ‖A‖_F² = s − 2 Σ p_c³ + s² ≤ s(1 − s) ≤ ¼.

Gershgorin's discs give ‖A‖ ≤ max_a 2p_a(1 − p_a) ≤ ½, and v⊤Av is the variance of v under p, which by Popoviciu is at
most (max v − min v)²/4 ≤ ½‖v‖². Equality needs the mass ½ on each of two outputs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.losses.expressions import A, B, C, K, total
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.sums import (
    CUBES,
    FROBENIUS,
    NORM,
    SPECTRAL,
    SQUARES,
    Gap,
    Largest,
    P,
    Replace,
    V,
    curvature,
    over,
    probabilities,
    same,
    valuations,
    value,
)
from hessproof.symbolic.valuation import Valuation

HALF, QUARTER = sp.Rational(1, 2), sp.Rational(1, 4)
HIGH, LOW = sp.Symbol("v_max", real=True), sp.Symbol("v_min", real=True)
DISC = 2 * P[A] * (1 - P[A])
"""Gershgorin's bound from row a."""
LARGEST = sp.Symbol("p_max", nonnegative=True)
CAUCHY = over(A, over(B, P[A] * P[B] * (P[A] - P[B]) ** 2)) / 2
"""Σ p_c³ − (Σ p_c²)², where Σ p_c = 1."""


Draw = Callable[[Derivation, int], Iterator[Valuation]]


def derived(
    title: str, start: Any, steps: list[tuple[Any, Rule]], final: Any, source: str = "this project", *,
    lemmas: tuple[Derivation, ...] = (), draw: Draw = valuations, remarks: tuple[str, ...] = (),
) -> Derivation:  # fmt: skip
    """A derivation about K probabilities; each step is a line and the rule that gives it."""
    return Derivation(
        title, title, Ordering(), start, tuple(Step(line, rule) for line, rule in steps), final, source, remarks,
        same=same, evaluate=value, valuations=draw, lemmas=lemmas,
    )  # fmt: skip


def _to_frobenius() -> list[tuple[Any, Rule]]:
    """‖A‖² ≤ ‖A‖_F² = s − 2 Σ p_c³ + s² ≤ s − s²."""
    entries = over(A, over(B, curvature(A, B) ** 2))
    below = Replace("spectral and Frobenius norm", r"\lVert A \rVert \le \lVert A \rVert_F", SPECTRAL, FROBENIUS, "<=")
    squares = Replace("Frobenius norm", r"\lVert A \rVert_F^2 = \sum_{ab} A_{ab}^2", FROBENIUS, entries)
    squared = r"A_{ab}^2 = \delta_{ab} (p_a^2 - 2 p_a^3) + p_a^2 p_b^2"
    return [
        (FROBENIUS, below),
        (entries, squares),
        (SQUARES - 2 * CUBES + SQUARES**2, Algebra("squares of the entries", squared)),
        (SQUARES - SQUARES**2, Gap("Cauchy–Schwarz: (Σ p²)² ≤ Σ p³ Σ p", 2 * CAUCHY)),
    ]


@cache
def published() -> Derivation:
    """‖A‖² ≤ ‖A‖_F² ≤ 2 − Σ p_c² ≤ 2, as in appendix A.2, step 1.

    Example:
        >>> published().check(0).ok, published().relation
        (True, '<=')
    """
    return derived(
        "the curvature of cross-entropy is at most √2", SPECTRAL,
        [
            *_to_frobenius(),
            (2 - SQUARES, Gap("s − s² ≤ 2 − s", (SQUARES - 1) ** 2 + 1)),
            (sp.Integer(2), Gap("squares are nonnegative", SQUARES)),
        ],
        sp.Integer(2), "Kiselev & Grabovoy 2024, appendix A.2",
        remarks=("the line before the published one is at most 1/4: the constant √2 is not needed",),
    )  # fmt: skip


@cache
def frobenius() -> Derivation:
    """‖A‖² ≤ ‖A‖_F² ≤ s(1 − s) ≤ ¼ for every probability vector and every K.

    Example:
        >>> frobenius().check(0).ok
        True
    """
    return derived(
        "the Frobenius norm of the softmax Hessian is at most ½", SPECTRAL,
        [*_to_frobenius(), (QUARTER, Gap("s − s² ≤ 1/4", (SQUARES - HALF) ** 2))], QUARTER,
    )  # fmt: skip


def _row_sum() -> Any:
    return Largest(over(B, sp.Abs(curvature(A, B))))


def discs() -> list[tuple[Any, Rule]]:
    """‖A‖ ≤ max_a Σ_b |A_ab| = max_a 2p_a(1 − p_a)."""
    row = _row_sum()
    discs = Replace("Gershgorin", r"\lVert A \rVert \le \max_a \sum_b |A_{ab}|", NORM, row, "<=", ("A is symmetric",))
    sizes = Replace(
        "sizes of the entries", r"|A_{aa}| = p_a (1 - p_a),\ \sum_{b \ne a} |A_{ab}| = p_a (1 - p_a)", row,
        Largest(DISC), "=", ("p_c ≥ 0 and Σ p_c = 1",),
    )  # fmt: skip
    return [(row, discs), (Largest(DISC), sizes)]


@cache
def gershgorin() -> Derivation:
    """‖A‖ ≤ max_a 2p_a(1 − p_a) ≤ ½.

    Example:
        >>> gershgorin().check(0).ok
        True
    """
    return derived(
        "Gershgorin's discs of the softmax Hessian", NORM,
        [*discs(), (HALF, Gap("2p(1 − p) ≤ 1/2", 2 * (P[A] - HALF) ** 2))], HALF,
    )  # fmt: skip


@cache
def variance() -> Derivation:
    """v⊤Av ≤ (v_max − v_min)²/4 ≤ ½‖v‖², Popoviciu's inequality, for K ≥ 2.

    Example:
        >>> variance().check(0).ok
        True
    """
    form = over(A, over(B, curvature(A, B) * V[A] * V[B]))
    mean = total(P[C] * V[C])
    middle = (HIGH + LOW) / 2
    about = total(P[C] * (V[C] - middle) ** 2)
    spread = (HIGH - LOW) ** 2 / 4
    pulled = total(P[C] * spread)
    inside = Replace(
        "every v_c lies between v_min and v_max",
        r"\tfrac14 (v_{\max} - v_{\min})^2 - (v_c - m)^2 = (v_{\max} - v_c)(v_c - v_{\min}) \ge 0", about, pulled, "<=",
        ("v_min ≤ v_c ≤ v_max", "p_c ≥ 0 and Σ p_c = 1"),
    )  # fmt: skip
    two = Replace(
        "two of the squares", r"v_{\max}^2 + v_{\min}^2 \le \sum_c v_c^2", (HIGH**2 + LOW**2) / 2, total(V[C] ** 2) / 2,
        "<=", ("K ≥ 2, so that v_max and v_min are two entries",),
    )  # fmt: skip
    return derived(
        "v⊤Av is the variance of v, and Popoviciu's inequality", form,
        [
            (total(P[C] * V[C] ** 2) - mean**2, Algebra("variance", r"v^\top A v = \mathrm{Var}_p(v)")),
            (about, Gap("the mean is the best centre", (mean - middle) ** 2)),
            (pulled, inside),
            (spread, Algebra("probabilities add up to one", r"\sum_c p_c = 1")),
            ((HIGH**2 + LOW**2) / 2, Gap("(h − l)² ≤ 2(h² + l²)", (HIGH + LOW) ** 2 / 4)),
            (total(V[C] ** 2) / 2, two),
        ],
        total(V[C] ** 2) / 2, draw=_with_extremes,
    )  # fmt: skip


@cache
def below_largest() -> Derivation:
    """v⊤Av ≤ Σ p_c v_c² ≤ p_max ‖v‖²: A is at most diag(p).

    Example:
        >>> below_largest().check(0).ok
        True
    """
    form = over(A, over(B, curvature(A, B) * V[A] * V[B]))
    weighted = total(P[C] * V[C] ** 2)
    top = Replace("the largest probability", r"p_c \le p_{\max}", weighted, LARGEST * total(V[C] ** 2), "<=",
                  ("p_c ≤ p_max",))  # fmt: skip
    return derived(
        "the softmax Hessian is at most its diagonal part", form,
        [(weighted, Gap("A ≤ diag(p)", total(P[C] * V[C]) ** 2)), (LARGEST * total(V[C] ** 2), top)],
        LARGEST * total(V[C] ** 2), draw=_with_extremes,
    )  # fmt: skip


def _with_extremes(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """The standard numbers for K ≥ 2, with the extremes of v and the largest p."""
    stream = random.Random(f"{derivation.title}|{seed}")
    for outputs in (2, 3, 4):
        vector = [sp.Rational(stream.randint(-9, 9), stream.randint(1, 5)) for _ in range(outputs)]
        drawn = probabilities(stream, outputs)
        numbers: dict[Any, Any] = {K: outputs, P: drawn, V: vector, HIGH: max(vector), LOW: min(vector)}
        numbers |= {LARGEST: max(drawn), A: stream.randint(1, outputs), B: stream.randint(1, outputs)}
        yield Valuation(numbers)
