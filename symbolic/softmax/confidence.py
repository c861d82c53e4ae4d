r"""The softmax Hessian A and the residual δ = p − y against the confidence of a prediction and the size of the outputs.

With t = 1 − p_y, the probability missing from the true class y, and one-hot targets:

    √(K/(K − 1)) t ≤ ‖δ‖ ≤ √2 t,          ‖A‖ ≤ 2t(1 − t) for t ≤ ½,

and ℓ = −log(1 − t), so that both vanish with the loss: t = 1 − e^{−ℓ} ≤ ℓ. From below, for any two outputs,

    ‖A‖ ≥ ½(p_a + p_b − (p_a − p_b)²),

which for K = 2 is 2p(1 − p), and at z = (h, h, 0, …, 0) is 1/(2 + (K − 2)e^{−h}) → ½. For ‖z‖ ≤ ρ every probability,
and so ‖A‖, is at most 1/(1 + (K − 1)e^{−ρ√(K/(K−1))}); two equal outputs reach 1/(2 + (K − 2)e^{−ρ√(K/(2(K−2)))}).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.losses.expressions import A, B, C, K, total
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.softmax.norm import DISC, derived, discs
from hessproof.symbolic.softmax.sums import (
    CUBES,
    FROBENIUS,
    NORM,
    SQUARES,
    Gap,
    P,
    Replace,
    curvature,
    over,
    probabilities,
)
from hessproof.symbolic.valuation import Valuation

LABEL = sp.Symbol("y", integer=True, positive=True)
"""The true class."""
MISSING = sp.Symbol("t", nonnegative=True)
"""t = 1 − p_y."""
SHORT, SLACK = sp.Symbol("g", nonnegative=True), sp.Symbol("e", nonnegative=True)
"""g = t − p_a for a ≠ y, and e = 1 − 2t."""
HEIGHT = sp.Symbol("h", positive=True)
RADIUS = sp.Symbol("rho", nonnegative=True)
Z = sp.IndexedBase("z", real=True)
"""The outputs."""
OFF_LABEL = "p_a ≤ t ≤ 1/2 for a ≠ y, and p_y = 1 − t"


def _residual() -> Any:
    return over(C, (P[C] - sp.KroneckerDelta(C, LABEL)) ** 2)


def _others(index: Any) -> Any:
    return 1 - sp.KroneckerDelta(index, LABEL)


@cache
def residual_above() -> Derivation:
    """‖δ‖² = Σ_c (p_c − y_c)² ≤ 2(1 − p_y)².

    Example:
        >>> residual_above().check(0).ok
        True
    """
    pairs = over(A, over(B, (1 - sp.KroneckerDelta(A, B)) * _others(A) * _others(B) * P[A] * P[B]))
    final = 2 * (1 - P[LABEL]) ** 2
    return derived(
        "the residual is at most √2 times the missing probability", _residual(),
        [(final, Gap("(Σ q)² − Σ q² has the mixed terms alone", pairs))], final, draw=_labelled,
    )  # fmt: skip


@cache
def residual_below() -> Derivation:
    """(K − 1)‖δ‖² ≥ K(1 − p_y)².

    Example:
        >>> residual_below().check(0).ok
        True
    """
    spread = over(A, over(B, _others(A) * _others(B) * (P[A] - P[B]) ** 2)) / 2
    final = K * (1 - P[LABEL]) ** 2
    return derived(
        "the residual is at least √(K/(K − 1)) times the missing probability", (K - 1) * _residual(),
        [(final, Gap("Lagrange's identity over the other classes", spread, relation=">="))], final, draw=_labelled,
    )  # fmt: skip


@cache
def confident() -> Derivation:
    """‖A‖ ≤ max_a 2p_a(1 − p_a) ≤ 2t(1 − t) for t = 1 − p_y ≤ ½.

    Example:
        >>> confident().check(0).ok
        True
    """
    final = 2 * MISSING * (1 - MISSING)
    half = (1 - SLACK) / 2
    where = {P[A]: half - SHORT, MISSING: half}
    largest = Gap("2p(1 − p) grows up to p = 1/2", 2 * SHORT * SLACK + 2 * SHORT**2, where=where,
                  assumptions=(OFF_LABEL,))  # fmt: skip
    return derived(
        "the softmax Hessian of a confident prediction", NORM, [*discs(), (final, largest)], final, draw=_confident
    )


@cache
def pair() -> Derivation:
    """‖A‖ ≥ ½(A_aa + A_bb − 2A_ab) = ½(p_a + p_b − (p_a − p_b)²) for a ≠ b.

    Example:
        >>> pair().check(0).ok, pair().relation
        (True, '>=')
    """
    entries = (P[A] - P[A] ** 2 + P[B] - P[B] ** 2 + 2 * P[A] * P[B]) / 2
    final = (P[A] + P[B] - (P[A] - P[B]) ** 2) / 2
    rayleigh = Replace("the unit vector (e_a − e_b)/√2", r"\lVert A \rVert \ge v^\top A v", NORM, entries, ">=",
                       ("a ≠ b",))  # fmt: skip
    return derived(
        "the softmax Hessian from below", NORM, [(entries, rayleigh), (final, Algebra("collect"))], final, draw=_pairs
    )


@cache
def two_outputs() -> Derivation:
    """‖A‖ ≥ 2p(1 − p) for K = 2, p = p_1; Gershgorin's bound is the same number, so it is equal to it.

    Example:
        >>> two_outputs().check(0).ok
        True
    """
    start = pair().final
    final = DISC
    fill = Replace("p_b = 1 − p_a", "p_1 + p_2 = 1", start, final, "=", ("K = 2",))
    return derived("two outputs", start, [(final, fill)], final, draw=_two, lemmas=(pair(),))


class Limit(Rule):
    """The limit h → ∞, which SymPy computes."""

    name = "limit"
    statement = r"h \to \infty"
    relation = "<="
    assumptions = ("K ≥ 2; the expression grows with h",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The limit, after seeing that the expression grows."""
        slope = sp.factor(sp.diff(expression, HEIGHT).xreplace({K: REST + 2}))
        if not slope.is_nonnegative:
            raise RuleFailure(f"{expression} does not grow with h")
        return sp.limit(expression, HEIGHT, sp.oo)


REST = sp.Symbol("K_2", integer=True, nonnegative=True)
"""K − 2."""
EQUAL_PAIR = 1 / (2 + (K - 2) * sp.exp(-HEIGHT))
"""p_1 = p_2 at z = (h, h, 0, …, 0), which is v⊤Av for v = (1, −1, 0, …)/√2."""


@cache
def approached() -> Derivation:
    """At z = (h, h, 0, …, 0) the quotient of :func:`pair` is p_1 = 1/(2 + (K − 2)e^{−h}) ≤ ½, and tends to ½.

    Example:
        >>> approached().check(0).ok
        True
    """
    start = sp.exp(HEIGHT) / (2 * sp.exp(HEIGHT) + K - 2)
    half = sp.Rational(1, 2)
    return derived(
        "two equal outputs that leave the others behind", start,
        [(EQUAL_PAIR, Replace("divide by e^h", "e^h e^{-h} = 1", start, EQUAL_PAIR)), (half, Limit())], half,
        draw=_heights, lemmas=(pair(),),
        remarks=("½ is reached for K = 2 alone: otherwise the quotient is smaller for every finite h",),
    )  # fmt: skip


@cache
def strict() -> Derivation:
    """¼ − ‖A‖_F² = (s − ½)² + Σ_ab p_a p_b (p_a − p_b)²: zero only for equal probabilities with Σ p_c² = ½.

    Example:
        >>> strict().check(0).ok
        True
    """
    quarter = sp.Rational(1, 4)
    start, half = quarter - FROBENIUS, sp.Rational(1, 2)
    entries = quarter - over(A, over(B, curvature(A, B) ** 2))
    final = (SQUARES - half) ** 2 + over(A, over(B, P[A] * P[B] * (P[A] - P[B]) ** 2))
    squares = Replace("Frobenius norm", r"\lVert A \rVert_F^2 = \sum_{ab} A_{ab}^2", start, entries)
    return derived(
        "what is missing to ¼", start,
        [(entries, squares), (quarter - SQUARES + 2 * CUBES - SQUARES**2, Algebra("squares of the entries")),
         (final, Algebra("complete the square"))], final,
        remarks=("where all p_c are positive it vanishes for K = 2 and p = (½, ½) alone",),
    )  # fmt: skip


@cache
def pair_in_ball() -> Derivation:
    """Σ_c (z_c − z̄)² = 2h²(K − 2)/K for z = (h, h, 0, …, 0): in a ball of radius ρ, h = ρ√(K/(2(K − 2))) fits.

    Example:
        >>> pair_in_ball().check(0).ok
        True
    """
    mean = 2 * HEIGHT / K
    start = 2 * (HEIGHT - mean) ** 2 + (K - 2) * mean**2
    final = 2 * HEIGHT**2 * (K - 2) / K
    return derived(
        "two equal outputs, less their mean", start, [(final, Algebra("collect"))], final, draw=_heights,
        lemmas=(approached(),), remarks=("a common shift of the outputs changes no probability",),
    )  # fmt: skip


@cache
def ball() -> Derivation:
    """p_a ≤ 1/(1 + (K − 1)e^{−ρ√(K/(K−1))}) for ‖z‖ ≤ ρ and K ≥ 2.

    Example:
        >>> ball().check(0).ok
        True
    """
    others = (total(Z[C]) - Z[A]) / (K - 1)
    start = sp.exp(Z[A]) / total(sp.exp(Z[C]))
    mean = 1 / (1 + (K - 1) * sp.exp(others - Z[A]))
    final = 1 / (1 + (K - 1) * sp.exp(-RADIUS * sp.sqrt(K / (K - 1))))
    jensen = Replace("arithmetic and geometric mean", r"\tfrac1{K-1}\textstyle\sum_{c \ne a} e^{z_c} \ge"
                     r" e^{\bar z}", start, mean, "<=")  # fmt: skip
    cauchy = Replace(
        "Cauchy–Schwarz", r"z_a - \tfrac1{K-1} \textstyle\sum_{c \ne a} z_c \le \rho \sqrt{1 + \tfrac1{K-1}}", mean,
        final, "<=", ("‖z‖ ≤ ρ",),
    )  # fmt: skip
    return derived("the largest probability in a ball of outputs", start, [(mean, jensen), (final, cauchy)], final,
                   draw=_balls)  # fmt: skip


def _stream(derivation: Derivation, seed: int) -> random.Random:
    return random.Random(f"{derivation.title}|{seed}")


def _labelled(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Probabilities and a true class, K from 1 to 4."""
    stream = _stream(derivation, seed)
    for outputs in (1, 2, 3, 4):
        numbers: dict[Any, Any] = {K: outputs, P: probabilities(stream, outputs), LABEL: stream.randint(1, outputs)}
        yield Valuation(numbers)


def _confident(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Probabilities of which the first is at least ½, and t."""
    stream = _stream(derivation, seed)
    for outputs in (1, 2, 3, 4):
        rest = probabilities(stream, outputs)[1:]
        first = sum(rest) + sp.Rational(stream.randint(0, 5), 6)
        scale = 1 / (first + sum(rest)) if first + sum(rest) else sp.Integer(1)
        drawn = [1 - scale * sum(rest), *(scale * one for one in rest)]
        numbers: dict[Any, Any] = {K: outputs, P: drawn, MISSING: 1 - drawn[0], A: stream.randint(1, outputs)}
        yield Valuation(numbers)


def _pairs(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Probabilities and two different outputs, K from 2 to 4."""
    stream = _stream(derivation, seed)
    for outputs in (2, 3, 4):
        one, two = stream.sample(range(1, outputs + 1), 2)
        numbers: dict[Any, Any] = {K: outputs, P: probabilities(stream, outputs), A: one, B: two}
        yield Valuation(numbers)


def _two(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Two outputs."""
    for _ in range(3):
        numbers: dict[Any, Any] = {K: 2, P: probabilities(_stream(derivation, seed + _), 2), A: 1, B: 2}
        yield Valuation(numbers)


def _heights(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """K and h."""
    stream = _stream(derivation, seed)
    for outputs in (2, 3, 7):
        numbers: dict[Any, Any] = {K: outputs, HEIGHT: sp.Rational(stream.randint(1, 30), 7)}
        yield Valuation(numbers)


def _balls(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Outputs, one of them, and a radius that is not exceeded; once it is the norm itself."""
    stream = _stream(derivation, seed)
    for outputs in (2, 3, 4):
        drawn = [sp.Rational(stream.randint(-9, 9), 4) for _ in range(outputs)]
        radius = sp.sqrt(sum(one**2 for one in drawn)) + (0 if outputs == 2 else sp.Rational(1, 9))
        numbers: dict[Any, Any] = {K: outputs, Z: drawn, A: stream.randint(1, outputs), RADIUS: radius}
        yield Valuation(numbers)
