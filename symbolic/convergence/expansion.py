r"""The second-order expansion of the loss around θ*, and what one more object changes in it.

With h = θ − θ*: a_i = ℓ_i(θ*), g_i = ∇ℓ_i(θ*)·h, q_i = h⊤H_i(θ*)h. Kiselev & Grabovoy 2024 expand to second order and
subtract; the difference of the two quadratics has the factor ½ that is lost in the display after Eq. (2).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.sample_size import CHANGES, NAMES
from hessproof.symbolic.convergence.samples import K_SIZE, LOSS, M_LOSS, I, average, excess, in_one_interval
from hessproof.symbolic.convergence.steps import AtMost, Given, SplitLast, Triangle, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

SLOPE, CURVE = sp.IndexedBase("g", real=True), sp.IndexedBase("q", real=True)
"""g_i = ∇ℓ_i(θ*)·h and q_i = h⊤H_i(θ*)h."""
NORM = sp.IndexedBase("n", nonnegative=True)
"""‖H_i(θ*)‖."""
M_H, DISTANCE, RADIUS = (
    sp.Symbol(name, nonnegative=True)
    for name in (r"M_{\mathbf{H}}", r"\lVert h \rVert", "R")
)  # fmt: skip
"""A bound of all ‖H_i(θ*)‖; ‖θ − θ*‖; R."""
GAP, PUSH = sp.symbols(r"\lVert\Delta\mathbf{H}\rVert \lVert\Delta\mathbf{g}\rVert", nonnegative=True)
"""‖H_{k+1} − (1/k)ΣH_i‖ and ‖∇ℓ_{k+1} − (1/k)Σ∇ℓ_i‖ at θ*."""
CRITICAL = ("θ* is a critical point of 𝓛_k and of 𝓛_{k+1}",)
QUADRATIC = ("the losses are quadratic",)
INSIDE = ("‖θ − θ*‖ ≤ R",)


def quadratic(index: sp.Expr = I) -> sp.Expr:
    r"""ℓ_i(θ) = a_i + g_i + ½ q_i.

    Example:
        >>> quadratic()
        \ell[i] + g[i] + q[i]/2
    """
    return LOSS[index] + SLOPE[index] + CURVE[index] / 2


def change() -> sp.Expr:
    """𝓛_{k+1}(θ) − 𝓛_k(θ) of quadratic losses."""
    return average(quadratic(), K_SIZE + 1) - average(quadratic())


def corrected() -> sp.Expr:
    """(1/(k+1)) (a_{k+1} − (1/k)Σa_i) + (1/(2(k+1))) (q_{k+1} − (1/k)Σq_i)."""
    return (excess() + excess(CURVE) / 2) / (K_SIZE + 1)


def published() -> sp.Expr:
    """The same as printed: without the ½."""
    return (excess() + excess(CURVE)) / (K_SIZE + 1)


@cache
def any_point() -> Derivation:
    """Quadratic losses anywhere: differences of values, of slopes, and half of that of curvatures, over k + 1.

    Example:
        >>> any_point().check(0).ok
        True
    """
    k = K_SIZE
    final = (excess() + excess(SLOPE) + excess(CURVE) / 2) / (k + 1)
    apart = (sp.Sum(quadratic(), (I, 1, k)) + quadratic(k + 1)) / (k + 1) - average(quadratic())
    return Derivation(
        "any_point", "the difference of two quadratics", Ordering(), change(),
        (Step(apart, SplitLast(k)), Step(final, Algebra("common denominator"))), final, source="this project",
        same=same, evaluate=value, valuations=_anywhere, assumptions=QUADRATIC,
    )  # fmt: skip


@cache
def common_critical() -> Derivation:
    """The same at a common critical point of 𝓛_k and 𝓛_{k+1}: the slopes vanish, the factor ½ stays.

    Example:
        >>> common_critical().check(0).ok
        True
        >>> print(common_critical().with_final(published()).check(0, numbers=False).failing.rule)
        published formula
    """
    k = K_SIZE
    slopes = sp.Sum(SLOPE[I], (I, 1, k))
    spread = (excess() + SLOPE[k + 1] - slopes / k + excess(CURVE) / 2) / (k + 1)
    none = r"\sum_{i \le k} \nabla\ell_i(\theta^*) = 0, \quad \nabla\ell_{k+1}(\theta^*) = 0"
    flat = Given("common critical point", {slopes: sp.S.Zero, SLOPE[k + 1]: sp.S.Zero}, none, CRITICAL)
    return Derivation(
        "common_critical", "the difference at a common critical point", Ordering(), change(),
        (
            Step(spread, Algebra("the difference of two quadratics")),
            Step(corrected(), flat),
        ),
        corrected(), source="Kiselev & Grabovoy 2024, after Eq. (2), corrected", same=same_split, evaluate=value,
        valuations=_critical, assumptions=(*QUADRATIC, *CRITICAL), lemmas=(any_point(),),
    )  # fmt: skip


def same_split(one: Any, two: Any, ordering: Ordering) -> bool:
    """`steps.same` after the last summand of sums up to k + 1 is taken apart."""
    return same(_split(one), _split(two), ordering)


def _split(line: Any) -> Any:
    line = sp.sympify(line)
    long = any(total.limits[0][2] == K_SIZE + 1 for total in line.atoms(sp.Sum))
    return SplitLast(K_SIZE).apply(line, Ordering()) if long else line


def _bounded_form(name: str, title: str, final: sp.Expr, *more: Step, **kept: Any) -> Derivation:
    """|𝓛_{k+1} − 𝓛_k| ≤ (1/(k+1))|Δa| + (1/(2(k+1)))‖h‖²‖ΔH‖, and further steps."""
    k = K_SIZE
    values, curves = excess() / (k + 1), excess(CURVE) / (2 * (k + 1))
    norm = r"\lvert h^\top \mathbf{X} h \rvert \le \lVert \mathbf{X} \rVert \lVert h \rVert^2"
    steps = (
        Step(sp.Abs(values) + sp.Abs(curves), Triangle(values, curves)),
        Step((sp.Abs(excess()) + sp.Abs(excess(CURVE)) / 2) / (k + 1), Algebra("positive factors")),
        Step((sp.Abs(excess()) + DISTANCE**2 * GAP / 2) / (k + 1),
             AtMost("norm of a quadratic form", sp.Abs(excess(CURVE)), DISTANCE**2 * GAP, norm)),
        *more,
    )  # fmt: skip
    return Derivation(
        name, title, Ordering(), sp.Abs(values + curves), steps, final, same=same, evaluate=value,
        valuations=_critical, lemmas=(common_critical(),), assumptions=(*QUADRATIC, *CRITICAL), **kept,
    )  # fmt: skip


@cache
def triangle() -> Derivation:
    """The published inequality, which survives the lost ½.

    Example:
        >>> triangle().check(0).ok
        True
    """
    k = K_SIZE
    final = (sp.Abs(excess()) + DISTANCE**2 * GAP) / (k + 1)
    return _bounded_form(
        "triangle", "the published inequality", final,
        Step(final, AtMost("twice as much", GAP, 2 * GAP, r"x \le 2x")),
        source="Kiselev & Grabovoy 2024, §3.2",
    )  # fmt: skip


@cache
def corrected_triangle() -> Derivation:
    """|𝓛_{k+1} − 𝓛_k| ≤ (1/(k+1))|Δa| + (1/(2(k+1)))‖h‖²‖ΔH‖.

    Example:
        >>> corrected_triangle().check(0).ok
        True
    """
    final = (sp.Abs(excess()) + DISTANCE**2 * GAP / 2) / (K_SIZE + 1)
    return _bounded_form("corrected_triangle", "the inequality with its factor ½", final, source="this project")


@cache
def with_slopes() -> Derivation:
    """Where θ* is not critical: a third term (1/(k+1)) ‖h‖ ‖Δ∇‖.

    Example:
        >>> with_slopes().check(0).ok
        True
    """
    k = K_SIZE
    values, slopes, curves = excess(), excess(SLOPE), excess(CURVE) / 2
    start = sp.Abs(values + slopes + curves) / (k + 1)
    final = (sp.Abs(values) + DISTANCE * PUSH + DISTANCE**2 * GAP / 2) / (k + 1)
    cauchy = r"\lvert g \cdot h \rvert \le \lVert g \rVert \lVert h \rVert"
    norm = r"\lvert h^\top \mathbf{X} h \rvert \le \lVert \mathbf{X} \rVert \lVert h \rVert^2"
    return Derivation(
        "with_slopes", "the inequality at any point", Ordering(), start,
        (
            Step((sp.Abs(values) + sp.Abs(slopes) + sp.Abs(curves)) / (k + 1), Triangle(values, slopes, curves)),
            Step((sp.Abs(values) + DISTANCE * PUSH + sp.Abs(curves)) / (k + 1),
                 AtMost("Cauchy–Schwarz", sp.Abs(slopes), DISTANCE * PUSH, cauchy)),
            Step(final, AtMost("norm of a quadratic form", sp.Abs(curves), DISTANCE**2 * GAP / 2, norm)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_anywhere, lemmas=(any_point(),),
        assumptions=QUADRATIC,
    )  # fmt: skip


@cache
def definite() -> Derivation:
    """For 0 ⪯ H_i, ‖H_i‖ ≤ M_H, 0 ≤ ℓ_i(θ*) ≤ M_ℓ: |𝓛_{k+1} − 𝓛_k| ≤ (1/(k+1))(M_ℓ + ½ M_H R²), attained.

    Example:
        >>> definite().check(0).ok
        True
    """
    k = K_SIZE
    values, curves = excess(), excess(CURVE)
    half = (M_LOSS + M_H * DISTANCE**2 / 2) / (k + 1)
    final = (M_LOSS + M_H * RADIUS**2 / 2) / (k + 1)
    return Derivation(
        "definite", "the bound for convex quadratics", Ordering(), sp.Abs(values + curves / 2) / (k + 1),
        (
            Step((sp.Abs(values) + sp.Abs(curves) / 2) / (k + 1), Triangle(values, curves / 2)),
            Step((M_LOSS + sp.Abs(curves) / 2) / (k + 1), in_one_interval(LOSS, M_LOSS)),
            Step(half, in_one_interval(CURVE, M_H * DISTANCE**2)),
            Step(final, AtMost("inside the ball", DISTANCE, RADIUS, r"\lVert h \rVert \le R", INSIDE)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_convex, lemmas=(common_critical(),),
        assumptions=(*QUADRATIC, *CRITICAL, "0 ⪯ H_i, ‖H_i‖ ≤ M_H", "0 ≤ ℓ_i(θ*) ≤ M_ℓ", *INSIDE),
        remarks=("attained: ℓ_i(θ*) = 0 and H_i = 0 for i ≤ k, ℓ_{k+1}(θ*) = M_ℓ, H_{k+1} = M_H uu⊤, h = Ru",),
    )  # fmt: skip


@cache
def smooth() -> Derivation:
    """0 ⪯ H_i ⪯ M_H along the segment: |𝓛_{k+1} − 𝓛_k| ≤ (1/(k+1))(S + GR + ½M_H R²) around any θ*.

    Example:
        >>> smooth().check(0).ok
        True
    """
    k = K_SIZE
    values, slopes, curves = excess(), excess(SLOPE), excess(CURVE)
    names = NAMES["S"], NAMES["G"], NAMES["M_H"], NAMES["R"]
    spread, push, most, radius = names
    final = CHANGES["smooth"].constant / (k + 1)
    form = most * DISTANCE**2
    given = ("‖∇ℓ_{k+1} − ∇𝓛_k‖ ≤ G and |ℓ_{k+1} − 𝓛_k| ≤ S at θ*",)
    return Derivation(
        "smooth", "the bound for losses that are smooth on the ball", Ordering(),
        sp.Abs(values + slopes + curves / 2) / (k + 1),
        (
            Step((sp.Abs(values) + sp.Abs(slopes) + sp.Abs(curves) / 2) / (k + 1),
                 Triangle(values, slopes, curves / 2)),
            Step((spread + sp.Abs(slopes) + sp.Abs(curves) / 2) / (k + 1),
                 AtMost("losses at the centre", sp.Abs(values), spread, "", given)),
            Step((spread + push * DISTANCE + sp.Abs(curves) / 2) / (k + 1),
                 AtMost("Cauchy–Schwarz", sp.Abs(slopes), push * DISTANCE,
                        r"\lvert g \cdot h \rvert \le \lVert g \rVert \lVert h \rVert", given)),
            Step((spread + push * DISTANCE + form / 2) / (k + 1), in_one_interval(CURVE, form)),
            Step(final, AtMost("inside the ball", DISTANCE, radius, r"\lVert h \rVert \le R", INSIDE)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_smooth, assumptions=INSIDE,
        remarks=(
            "q_i is h⊤H_i h at a point of the segment, Taylor's formula with Lagrange's remainder; one layer has "
            "0 ⪯ H_i ⪯ ½‖x_i‖² everywhere",
        ),
    )  # fmt: skip


@cache
def hessians_apart() -> Derivation:
    """‖H_{k+1} − (1/k)ΣH_i‖ ≤ ‖H_{k+1}‖ + (1/k)Σ‖H_i‖ ≤ 2M_H for any bound M_H of all norms, as published.

    Example:
        >>> hessians_apart().check(0).ok
        True
    """
    k = K_SIZE
    total, bounded = sp.Sum(NORM[I], (I, 1, k)), ("‖H_i(θ*)‖ ≤ M_H",)
    each = r"\lVert \mathbf{H}_i \rVert \le M_{\mathbf{H}}"
    norm = r"\lVert X + Y \rVert \le \lVert X \rVert + \lVert Y \rVert"
    return Derivation(
        "hessians_apart", "the second step of the proof of Lemma 2", Ordering(), GAP,
        (
            Step(NORM[k + 1] + total / k, AtMost("triangle inequality", GAP, NORM[k + 1] + total / k, norm)),
            Step(M_H + total / k, AtMost("bounded Hessians", NORM[k + 1], M_H, each, bounded)),
            Step(M_H + average(M_H), AtMost("bounded Hessians", total, sp.Sum(M_H, (I, 1, k)), each, bounded)),
            Step(2 * M_H, Algebra("equal summands")),
        ),
        2 * M_H, source="Kiselev & Grabovoy 2024, A.4", same=same, evaluate=value, valuations=_convex,
        assumptions=bounded,
    )  # fmt: skip


def _draw(stream: random.Random, count: int, low: int = -9) -> list[Any]:
    return [sp.Rational(stream.randint(low, 9), stream.randint(1, 3)) for _ in range(count)]


def _anywhere(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Rational numbers; ‖Δg‖ and ‖ΔH‖ no smaller than Cauchy–Schwarz asks for."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        yield _valued(stream, size, _draw(stream, size + 2), _draw(stream, size + 2))


def _critical(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """The same with slopes that add up to zero over the first k objects, and a last one of zero."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        free = _draw(stream, size - 1)
        yield _valued(stream, size, [0, *free, -sum(free, sp.S.Zero), 0], _draw(stream, size + 2))


def _convex(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Losses in [0, M_ℓ], forms in [0, M_H‖h‖²], ‖h‖ ≤ R."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        yield _valued(stream, size, [0] * (size + 2), _draw(stream, size + 2, 0))


def _smooth(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Forms in [0, M_H‖h‖²], any slopes, and bounds of what there is at θ*."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        drawn = _valued(stream, size, _draw(stream, size + 2), _draw(stream, size + 2, 0))
        numbers: dict[Any, Any] = dict(drawn.symbols)
        losses = numbers[LOSS]
        numbers[NAMES["S"]] = abs(losses[size + 1] - sum(losses[1 : size + 1], sp.S.Zero) / size)
        numbers |= {NAMES["G"]: numbers[PUSH], NAMES["M_H"]: numbers[M_H], NAMES["R"]: numbers[RADIUS]}
        yield Valuation(numbers)


def _valued(stream: random.Random, size: int, slopes: list[Any], curves: list[Any]) -> Valuation:
    losses, distance = _draw(stream, size + 2, 0), sp.Rational(stream.randint(1, 4), stream.randint(1, 2))
    gap, push = (abs(row[size + 1] - sum(row[1 : size + 1], sp.S.Zero) / size) for row in (curves, slopes))
    norms = [abs(curve) / distance**2 for curve in curves]
    numbers: dict[Any, Any] = {
        K_SIZE: size, LOSS: losses, SLOPE: slopes, CURVE: curves, NORM: norms, DISTANCE: distance,
        RADIUS: distance + stream.randint(0, 1), GAP: gap / distance**2, PUSH: push / distance,
        M_LOSS: max(losses), M_H: max(norms),
    }  # fmt: skip
    return Valuation(numbers)
