r"""The curvature of a network with one layer: 0 ≤ h⊤H_ih = Var_p(ΔW x_i) ≤ ½ ‖x_i‖²‖h‖² everywhere.

v⊤(diag(p) − pp⊤)v is the variance of v under p; a variance is at most a quarter of the squared range (Popoviciu), and
the squared range at most 2‖v‖².
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.expansion import INSIDE
from hessproof.symbolic.convergence.expansion import smooth as smooth_bound
from hessproof.symbolic.convergence.sample_size import CHANGES, M_H, M_X, K
from hessproof.symbolic.convergence.samples import K_SIZE
from hessproof.symbolic.convergence.steps import AtMost, Given, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

CLASS = sp.Symbol("c", integer=True, positive=True)
SHARE, ALONG = sp.IndexedBase("p", nonnegative=True), sp.IndexedBase("v", real=True)
"""p_c and v = ΔW x."""
TOP, BOTTOM = sp.symbols(r"v_{\max} v_{\min}", real=True)
MOVED = sp.Symbol(r"\lVert v \rVert", nonnegative=True)
SIZE, STEP = sp.Symbol(r"\lVert x \rVert", nonnegative=True), sp.Symbol(r"\lVert h \rVert", nonnegative=True)


@cache
def one_layer_curvature() -> Derivation:
    """Var_p(v) ≤ ½ ‖x‖² ‖h‖² for v = ΔW x.

    Example:
        >>> one_layer_curvature().check(0).ok
        True
    """
    total = sp.Sum(SHARE[CLASS] * ALONG[CLASS] ** 2, (CLASS, 1, K))
    variance = total - sp.Sum(SHARE[CLASS] * ALONG[CLASS], (CLASS, 1, K)) ** 2
    final = SIZE**2 * STEP**2 / 2
    popoviciu = r"\operatorname{Var}(v) \le \tfrac14 (v_{\max} - v_{\min})^2"
    return Derivation(
        "one_layer_curvature", "the curvature of one object under one layer", Ordering(), variance,
        (
            Step((TOP - BOTTOM) ** 2 / 4, AtMost("Popoviciu", variance, (TOP - BOTTOM) ** 2 / 4, popoviciu)),
            Step(MOVED**2 / 2, AtMost("two of the entries", (TOP - BOTTOM) ** 2, 2 * MOVED**2,
                                      r"(a - b)^2 \le 2(a^2 + b^2) \le 2 \lVert v \rVert^2")),
            Step(final, AtMost("norm of a product", MOVED, SIZE * STEP,
                               r"\lVert \Delta\mathbf{W}\, x \rVert \le \lVert \Delta\mathbf{W} \rVert_F"
                               r" \lVert x \rVert")),
        ),
        final, source="this project; T. Popoviciu 1935", same=same, evaluate=value, valuations=_distributions,
        assumptions=("K ≥ 2; for K = 1 the variance is 0",),
    )  # fmt: skip


@cache
def one_layer_change() -> Derivation:
    """C = S + GR + ¼M_x²R² for one layer.

    Example:
        >>> one_layer_change().check(0).ok
        True
    """
    start = CHANGES["smooth"].constant / (K_SIZE + 1)
    final = start.xreplace({M_H: M_X**2 / 2})
    given = Given("one layer", {M_H: M_X**2 / 2}, r"0 \preceq \mathbf{H}_i \preceq \tfrac12 M_x^2", INSIDE)
    return Derivation(
        "one_layer_change", "what one more object changes under one layer", Ordering(), start,
        (Step(sp.expand(final), given), Step(final, Algebra("collect"))), final, source="this project", same=same,
        evaluate=value, valuations=_halves, lemmas=(smooth_bound(), one_layer_curvature()),
    )  # fmt: skip


def _distributions(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for classes in (2, 3, 4):
        row = [stream.randint(1, 5) for _ in range(classes)]
        v = [sp.Integer(stream.randint(-5, 5)) for _ in range(classes)]
        length = sp.sqrt(sum(entry**2 for entry in v))
        numbers: dict[Any, Any] = {
            K: classes, SHARE: [0, *(sp.Rational(entry, sum(row)) for entry in row)], ALONG: [0, *v],
            TOP: max(v), BOTTOM: min(v), MOVED: length, SIZE: length / 2, STEP: sp.Integer(stream.randint(2, 3)),
        }  # fmt: skip
        yield Valuation(numbers)


def _halves(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 3):
        letters = sorted(CHANGES["smooth"].constant.free_symbols - {M_H}, key=str)
        numbers: dict[Any, Any] = {letter: sp.Rational(stream.randint(0, 6), 3) for letter in letters}
        numbers |= {K_SIZE: size, M_X: sp.Integer(size), M_H: sp.Rational(size**2, 2)}
        yield Valuation(numbers)
