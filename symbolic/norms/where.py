r"""Where the published bounds are true all the same: consequences of the repaired ones for M_W that is large enough.

G-term:   ½ L M_x² M_W^{2(L−1)} ≤ √2 L M_x² M_W^{2L} + √2 Σ_s M_W^{2s}                          if 2√2 M_W² ≥ 1,
Hessian:  ½ L M_x² M_W^{2(L−1)} + √2 (L − 1) M_x M_W^{L−2} ≤ the same                           if M_W ≥ 1,
step 2:   Π_{s=l+1}^{L} ‖W^s‖ ≤ Π_{s=l}^{L} ‖W^s‖                                               if ‖W^l‖ ≥ 1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Relation, Rule, RuleFailure
from hessproof.symbolic.norms import g_term, hessian
from hessproof.symbolic.norms.bounds import BOUNDS, ROOT
from hessproof.symbolic.norms.factors import ONE_LAYER, derived, followed, layer_derivative
from hessproof.symbolic.norms.g_term import DEPTH
from hessproof.symbolic.norms.rules import LocalRule
from hessproof.symbolic.norms.scalars import nonnegative
from hessproof.symbolic.norms.symbols import M_W, L, M_x, factor, layer, m, product
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation


class AtLeastOne(Rule):
    """Multiply the whole line, a number ≥ 0, by a number that is at least 1.

    Args:
        number: That number.
        assumption: Why it is at least 1, in words.
    """

    relation: Relation = "<="

    def __init__(self, number: Any, assumption: str) -> None:
        self.number, self.name = number, f"times a number that is at least 1: {assumption}"
        self.assumptions = (assumption,)
        self.statement = rf"1 \le {sp.latex(number)}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The product.

        Raises:
            RuleFailure: If the line is not seen to be ≥ 0.
        """
        if not nonnegative(expression, ordering):
            raise RuleFailure(f"{expression} may be negative")
        return expression * self.number


class AddNonnegative(Rule):
    """Add a number ≥ 0.

    Args:
        term: That number.
    """

    name = "a summand that is not negative"
    statement = r"X \le X + Y,\ Y \ge 0"
    relation: Relation = "<="

    def __init__(self, term: Any) -> None:
        self.term = term

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sum.

        Raises:
            RuleFailure: If the summand is not seen to be ≥ 0.
        """
        if not nonnegative(self.term, ordering):
            raise RuleFailure(f"{self.term} may be negative")
        return expression + self.term


@cache
def for_g_term() -> Derivation:
    """½ L M_x² M_W^{2(L−1)} is at most the bound of Theorem 1 where 2√2 M_W² ≥ 1.

    Example:
        >>> for_g_term().check(0).ok
        True
    """
    wanted = BOUNDS["thm1"].expression
    rest = ROOT * sp.Sum(M_W ** (2 * factor), (factor, 1, L))
    rules: list[Rule] = [AtLeastOne(2 * ROOT * M_W**2, "2√2 M_W² ≥ 1"), AddNonnegative(rest)]
    start = BOUNDS["g_term_common"].expression
    return derived(
        "thm1_where", "Theorem 1 for the G-term, where 2√2 M_W² ≥ 1", DEPTH,
        [*followed(start, rules, DEPTH), (wanted, Algebra())], wanted, start=start, lemmas=(g_term.common(),),
        valuations=partial(numbers, Fraction(6, 10)),
        remarks=("for every M_x the condition is needed where the first bound is attained, as M_x grows",),
    )  # fmt: skip


def numbers(least: Fraction, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Depths, M_W not below ``least``, and M_x."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 5):
        values: dict[Any, Any] = {
            L: depth, M_W: least + Fraction(stream.choice((0, 0, 1, 5)), 7), M_x: Fraction(stream.randint(0, 20), 6),
        }  # fmt: skip
        yield Valuation(values)


class MeanOfSquares(Rule):
    """cu ≤ c(u² + 1)/2 for c ≥ 0.

    Args:
        letter: u.
    """

    name = "2u ≤ u² + 1"
    statement = r"0 \le (u - 1)^2"
    relation: Relation = "<="

    def __init__(self, letter: Any) -> None:
        self.letter = letter

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The change in every summand that is u times a number free of M_x.

        Raises:
            RuleFailure: If there is none, or if a coefficient may be negative.
        """
        terms, changed = [], False
        for term in sp.Add.make_args(sp.expand(expression, power_exp=False, power_base=False)):
            rest = term / self.letter
            if rest.has(M_x):
                terms.append(term)
                continue
            terms.append((rest, term))
            changed = True
        coefficient = sp.factor(sp.Add(*(pair[0] for pair in terms if isinstance(pair, tuple))))
        if not changed or not nonnegative(coefficient, ordering):
            raise RuleFailure(f"no number that is not negative times {self.letter} in {expression}")
        kept = sp.Add(*(term for term in terms if not isinstance(term, tuple)))
        return kept + coefficient * (self.letter**2 + 1) / 2


class PowersAtLeastOne(LocalRule):
    """1 ≤ M_W^{2s} for every s ≥ 1 where M_W ≥ 1."""

    name = "powers of a number that is at least 1"
    statement = r"1 \le M_W^{2s}"
    relation: Relation = "<="
    assumptions = ("M_W ≥ 1",)

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum of the powers for a sum of ones."""
        if not isinstance(node, sp.Sum) or node.function != 1:
            return None
        return sp.Sum(M_W ** (2 * node.limits[0][0]), *node.limits)


@cache
def for_hessian() -> Derivation:
    """½ L M_x² M_W^{2(L−1)} + √2 (L − 1) M_x M_W^{L−2} is at most the bound of Theorem 1 where M_W ≥ 1.

    Example:
        >>> for_hessian().check(0).ok
        True
    """
    u, half = M_x * M_W**L, ROOT / 2
    start, wanted = BOUNDS["hessian_common"].expression, BOUNDS["thm1"].expression
    rest = ((ROOT - 1) / 2 * L + half) * u**2 + half * (L + 1)
    ones = ROOT * L * u**2 + ROOT * sp.Sum(sp.S.One, (factor, 1, L))
    first: Rule = AtLeastOne(M_W**2, "M_W ≥ 1")
    raised = L * u**2 / 2 + ROOT * (L - 1) * u
    mean, more, powers = MeanOfSquares(u), AddNonnegative(rest), PowersAtLeastOne()
    lines: list[tuple[Any, Rule]] = [
        (first.apply(start, DEPTH), first), (raised, Algebra()), (mean.apply(raised, DEPTH), mean),
        (more.apply(mean.apply(raised, DEPTH), DEPTH), more), (ones, Algebra()),
        (powers.apply(ones, DEPTH), powers), (wanted, Algebra()),
    ]  # fmt: skip
    return derived(
        "thm1_for_hessian", "Theorem 1 for the full Hessian, where M_W ≥ 1", DEPTH, lines, wanted, start=start,
        lemmas=(hessian.common(),), valuations=partial(numbers, Fraction(1)),
    )  # fmt: skip


@cache
def step() -> Derivation:
    """Π_{s=l+1}^{L} ‖W^s‖ ≤ Π_{s=l}^{L} ‖W^s‖ where ‖W^l‖ ≥ 1: there the second step of the proof is true.

    Example:
        >>> step().check(0).ok
        True
    """
    start, wanted = BOUNDS["layer_derivative"].expression, BOUNDS["thm1.b"].expression
    rule = AtLeastOne(m[layer], "‖W^l‖ ≥ 1")
    return derived(
        "thm1.b_where", "step 2 of the proof, where ‖W^l‖ ≥ 1", ONE_LAYER,
        [(rule.apply(start, ONE_LAYER), rule), (wanted, FirstFactor())], wanted, start=start, large=True,
        lemmas=(layer_derivative(),),
    )  # fmt: skip


class FirstFactor(Rule):
    """m_l Π_{s=l+1}^{L} m_s = Π_{s=l}^{L} m_s for l ≤ L."""

    name = "one more factor"
    statement = r"m_l \textstyle\prod_{s=l+1}^{L} m_s = \prod_{s=l}^{L} m_s"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The longer product for the shorter one times its missing factor."""
        ordering.require(L - layer, "a product with a factor l")
        return expression.subs(m[layer] * product(layer + 1, L), product(layer, L))
