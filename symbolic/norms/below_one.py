r"""Theorem 1 is false for the full Hessian at every M_W with 0 < M_W < 1, from some depth on.

Take a rank-one chain with all ‖W^l‖ = M_W, label 2 and ‖x‖ = M_x = M_W^{−L}/4. Its Hessian attains its bound, and as
p_1 ≥ ½ it has ‖δ‖ = √2 p_1 ≥ √2/2, so that

    ‖H‖ ≥ (√2/2)(L − 1)M_xM_W^{L−2} = √2(L − 1)/(8M_W²) > √2(L − 1)/8,

while the published bound is √2 L/16 + √2(M_W² + … + M_W^{2L}) ≤ √2(L − 1)/8 from L ≥ 2 + 16M_W²/(1 − M_W²) on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Relation, Rule, RuleFailure
from hessproof.symbolic.norms.attained import chain
from hessproof.symbolic.norms.bounds import BOUNDS, ROOT
from hessproof.symbolic.norms.entries import DEEP
from hessproof.symbolic.norms.factors import derived, followed
from hessproof.symbolic.norms.hypotheses import AtMost, EqualEntries
from hessproof.symbolic.norms.rules import LocalRule
from hessproof.symbolic.norms.scalars import nonnegative, same
from hessproof.symbolic.norms.symbols import M_W, L, M_x, factor, m, norm_A, norm_delta, norm_x
from hessproof.symbolic.norms.where import AtLeastOne
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

SERIES = M_W**2 / (1 - M_W**2)
"""M_W² + M_W⁴ + … for M_W < 1."""


class Scaled(Rule):
    """‖x‖ = M_x is chosen.

    Args:
        value: M_x in M_W and L.
    """

    def __init__(self, value: Any) -> None:
        self.value = value
        self.name, self.statement = "choice of the input", rf"M_x = {sp.latex(value)}"
        self.assumptions = ("the input has that norm",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in."""
        return expression.xreplace({M_x: self.value})


class GeometricSeries(LocalRule):
    """Σ_{s=1}^{L} M_W^{2s} ≤ M_W²/(1 − M_W²) for M_W < 1: the series goes on with numbers ≥ 0."""

    name = "geometric series"
    statement = r"\textstyle\sum_{s=1}^{L} M_W^{2s} \le \sum_{s=1}^{\infty} M_W^{2s} = M_W^2 / (1 - M_W^2)"
    relation: Relation = "<="
    assumptions = ("M_W < 1",)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The whole series for the sum."""
        if node != sp.Sum(M_W ** (2 * factor), (factor, 1, L)):
            return None
        return SERIES


class DeepEnough(Rule):
    """M_W²/(1 − M_W²) ≤ (L − 2)/16, which is how deep the network is taken."""

    name = "depth"
    statement = r"L \ge 2 + 16 M_W^2 / (1 - M_W^2)"
    relation: Relation = "<="
    assumptions = ("L ≥ 2 + 16M_W²/(1 − M_W²)",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """(L − 2)/16 for the series, in the summands that are positive multiples of it.

        Raises:
            RuleFailure: If there are none.
        """
        terms = sp.Add.make_args(expression)
        changed = [term for term in terms if (term / SERIES).is_number and (term / SERIES).is_nonnegative]
        if not changed:
            raise RuleFailure(f"no multiple of {SERIES} in {expression}")
        rest = [term for term in terms if term not in changed]
        return sp.Add(*rest, *(term / SERIES * (L - 2) / 16 for term in changed))


@cache
def below_one() -> Derivation:
    """Theorem 1's bound at M_x = M_W^{−L}/4 is at most (√2/2)(L − 1)M_xM_W^{L−2} if M_W < 1 and L is large.

    The last step but one is strict, as M_W < 1.

    Example:
        >>> below_one().check(0).ok, below_one().relation
        (True, '<=')
    """
    start, choice = BOUNDS["thm1"].expression, M_W ** (-L) / 4
    scaled, series, deep = Scaled(choice), GeometricSeries(), DeepEnough()
    chosen = ROOT * L / 16 + ROOT * sp.Sum(M_W ** (2 * factor), (factor, 1, L))
    above = chosen.xreplace({sp.Sum(M_W ** (2 * factor), (factor, 1, L)): SERIES})
    more = AtLeastOne(M_W**-2, "M_W < 1")
    linear = ROOT * (L - 1) / 8
    final = ROOT / 2 * (L - 1) * choice * M_W ** (L - 2)
    lines: list[tuple[Any, Rule]] = [
        (scaled.apply(start, DEEP), scaled), (chosen, Algebra()), (above, series), (deep.apply(above, DEEP), deep),
        (linear, Algebra()), (more.apply(linear, DEEP), more), (final, Algebra()),
    ]  # fmt: skip
    return derived(
        "thm1_below_one", "Theorem 1 against the full Hessian, where M_W < 1", DEEP, lines, final, start=start,
        valuations=_deep,
    )  # fmt: skip


def _deep(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """M_W < 1, a depth that is large enough for it, and M_x = M_W^{−L}/4."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for base in (Fraction(1, 4), Fraction(1, 2), Fraction(2, 3)):
        least = 2 + 16 * base**2 / (1 - base**2)
        depth = int(least) + 1 + stream.randint(0, 3)
        values: dict[Any, Any] = {L: depth, M_W: base, M_x: base**-depth / 4}
        yield Valuation(values)


class WithoutCurvature(Rule):
    """X + Y ≥ X, Y ≥ 0 being what contains ‖A‖."""

    name = "the G-term left out"
    statement = r"X + Y \ge X,\ Y \ge 0"
    relation: Relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The summands free of ‖A‖.

        Raises:
            RuleFailure: If one of the others may be negative.
        """
        terms = sp.Add.make_args(expression)
        dropped = [term for term in terms if term.has(norm_A)]
        if not dropped or not all(nonnegative(term, ordering) for term in dropped):
            raise RuleFailure(f"no summand of {expression} that is not negative contains ‖A‖")
        return sp.Add(*(term for term in terms if term not in dropped))


class WrongLabel(Rule):
    """‖δ‖ = √2 p_1 ≥ √2/2 for two classes and label 2, where z_1 ≥ z_2."""

    name = "a misclassified object"
    statement = r"\lVert \delta \rVert = \sqrt2\, p_1,\ p_1 \ge \tfrac12"
    relation: Relation = ">="
    assumptions = ("K = 2, label 2, z_1 ≥ z_2",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """√2/2 for ‖δ‖, in a product with a number ≥ 0.

        Raises:
            RuleFailure: If the line is no such product.
        """
        rest = expression / norm_delta
        if rest.has(norm_delta) or not nonnegative(rest, ordering):
            raise RuleFailure(f"{expression} is no multiple of ‖δ‖ by a number that is not negative")
        return rest * ROOT / 2


@cache
def misclassified() -> Derivation:
    """The Hessian of a rank-one chain with equal norms and label 2 is at least (√2/2)(L − 1)M_xM_W^{L−2}.

    Example:
        >>> misclassified().check(0).ok, misclassified().relation
        (True, '>=')
    """
    start, final = BOUNDS["hessian_at"].expression, ROOT / 2 * (L - 1) * M_x * M_W ** (L - 2)
    on = norm_A * M_x**2 * M_W ** (2 * (L - 1))
    rules: list[Rule] = [
        AtMost("equal norms", {m: lambda at: M_W, norm_x: M_x}, equal=True),
        EqualEntries(same, on + norm_delta * M_x * M_W ** (L - 2), on),
    ]
    lines = followed(start, rules, DEEP)
    apart = BOUNDS["hessian_common_at"].expression
    lines.append((apart, Algebra("G-term and H-term apart")))
    lines += followed(apart, [WithoutCurvature(), WrongLabel()], DEEP)
    return derived(
        "misclassified_chain", "a misclassified object on a rank-one chain", DEEP, [*lines, (final, Algebra())], final,
        start=start, lemmas=(chain("hessian_at"),), valuations=_equal_norms,
    )  # fmt: skip


def _equal_norms(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Numbers for the letters: all m_s = M_W, ‖x‖ = M_x, and ‖δ‖ ≥ √2/2."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 4):
        base, size = (Fraction(stream.randint(1, 9), stream.randint(2, 6)) for _ in range(2))
        values: dict[Any, Any] = {
            L: depth, M_W: base, m: [base] * depth, M_x: size, norm_x: size, norm_A: Fraction(stream.randint(0, 5), 10),
            norm_delta: Fraction(stream.randint(8, 14), 10),
        }  # fmt: skip
        yield Valuation(values, (1,) * (depth + 1))
