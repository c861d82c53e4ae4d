r"""Theorem 1 and Lemma 1 of Kiselev & Grabovoy 2024 from the steps of their proofs, as published.

Every step but the second of A.2 holds for all networks; the second one takes ‖G^l‖ ≤ Π_{s=l}^{L} ‖W^s‖, which is true
where ‖W^l‖ ≥ 1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure
from hessproof.symbolic.norms import g_term
from hessproof.symbolic.norms.bounds import BOUNDS, ROOT
from hessproof.symbolic.norms.draws import network
from hessproof.symbolic.norms.factors import activation, derived, followed
from hessproof.symbolic.norms.hypotheses import AtMost
from hessproof.symbolic.norms.letters import Jacobian, Norm
from hessproof.symbolic.norms.rules import LocalRule, Named, NormOfKronecker, NormOfProduct, NormOfStack, NormWithOne
from hessproof.symbolic.norms.symbols import (
    M_W,
    L,
    M,
    M_x,
    factor,
    h,
    norm_A,
    norm_G,
    norm_layer,
    norm_x,
    product,
)
from hessproof.symbolic.norms.words import Curvature
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import times

PAPER = "Kiselev & Grabovoy 2024"
DEPTH = Ordering(L >= 1)
STEP_A = AtMost("step 1 of the proof", {norm_A: ROOT})
STEP_B = AtMost("step 2 of the proof: false where ‖W^l‖ < 1", {norm_G: lambda at: product(at, L)})


class Reversed(LocalRule):
    """Σ_{l=1}^{L} f(l) = Σ_{s=1}^{L} f(L + 1 − s)."""

    name = "summed from the other end"
    statement = r"\textstyle\sum_{l=1}^{L} f(l) = \sum_{s=1}^{L} f(L+1-s)"

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The sum over all layers with l = L + 1 − s."""
        if not isinstance(node, sp.Sum) or node.limits[0][1:] != (1, L):
            return None
        body = node.function.xreplace({node.limits[0][0]: L + 1 - factor})
        return sp.Sum(body, (factor, 1, L))


class Telescoping(LocalRule):
    """Σ_{s=1}^{L} f(s) = Q(L) where Q(0) = 0 and Q(s) − Q(s − 1) = f(s).

    Args:
        closed: Q in the letter L.
        assumptions: What makes it defined.
    """

    name = "geometric sum"
    statement = r"\textstyle\sum_{s=1}^{L} f(s) = Q(L),\ Q(s) - Q(s-1) = f(s),\ Q(0) = 0"

    def __init__(self, closed: Any, *assumptions: str) -> None:
        self.closed, self.assumptions = closed, assumptions

    def local(self, node: Any, ordering: Ordering) -> Any:
        """Q(L) for the sum, after both properties of Q have been seen."""
        if not isinstance(node, sp.Sum) or node.limits[0][1:] != (1, L):
            return None
        if node.function.has(L):
            raise RuleFailure(f"the summand {node.function} depends on {L}")
        positive = {M_W: sp.Symbol("x", positive=True)}
        rise = self.closed - self.closed.xreplace({L: L - 1}) - node.function.xreplace({node.limits[0][0]: L})
        start = self.closed.xreplace({L: sp.S.Zero})
        for nothing in (rise, start):
            if sp.simplify(sp.expand(sp.together(nothing.xreplace(positive)))) != 0:
                raise RuleFailure(f"{self.closed} does not sum up {node.function}")
        return self.closed


@cache
def geometric() -> Derivation:
    """M_W² + … + M_W^{2L} = M_W²(M_W^{2L} − 1)/(M_W² − 1) for M_W ≠ 1; the sum is L at M_W = 1.

    Example:
        >>> geometric().check(0).ok
        True
    """
    closed = M_W**2 * (M_W ** (2 * L) - 1) / (M_W**2 - 1)
    at_one = derived(
        "geometric sum at 1", "the removable case M_W = 1", DEPTH, [(L, Algebra("L times 1"))], L,
        start=sp.Sum(sp.S.One ** (2 * factor), (factor, 1, L)),
    )  # fmt: skip
    return derived(
        "geometric", "the geometric sum over the layers", DEPTH, [(closed, Telescoping(closed, "M_W ≠ 1"))], closed,
        start=sp.Sum(M_W ** (2 * factor), (factor, 1, L)), lemmas=(at_one,), valuations=_bases,
        source=f"{PAPER}, A.2",
    )  # fmt: skip


def _bases(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 5):
        numbers: dict[Any, Any] = {L: depth, M_W: Fraction(stream.choice((1, 2, 3, 5, 7)), 4)}
        yield Valuation(numbers)


@cache
def theorem() -> Derivation:
    """Theorem 1 from its four steps, the second one as published, on networks where that step is true.

    Example:
        >>> theorem().check(0).ok
        True
    """
    stack, wanted = Jacobian(1), BOUNDS["thm1"]
    start = Norm(times(stack.T, Curvature(), stack))
    rules: list[Rule] = [
        NormOfProduct(), NormOfStack(), NormOfKronecker(), NormWithOne(), Named(), STEP_A, STEP_B,
        AtMost("step 4 of the proof", {norm_layer: lambda at: norm_x * product(1, at - 1)}), g_term.COMMON,
    ]  # fmt: skip
    lines = followed(start, rules, DEPTH)
    tidy = ROOT * L * M_x**2 * M_W ** (2 * L) + ROOT * sp.Sum(M_W ** (2 * (L + 1 - factor)), (factor, 1, L))
    lines.append((tidy, Algebra("constants collected")))
    lines.append((wanted.expression, Reversed()))
    return derived(
        "thm1_assembly", "Theorem 1 from the steps of its proof", DEPTH, lines, wanted.expression, start=start,
        large=True, source=f"{PAPER}, A.2", lemmas=(g_term.jacobian(), activation(), geometric()),
        remarks=("all biases are zero, yet F keeps their columns, as in the source",
                 "numbers: networks with integer weights, whose nonzero matrices have norm 1 or more"),
    )  # fmt: skip


@cache
def lemma() -> Derivation:
    """Lemma 1 from Theorem 1, where its first step M_W = hM is true: all weights h × h.

    Example:
        >>> lemma().check(0).ok
        True
    """
    start, wanted = BOUNDS["thm1"].expression, BOUNDS["lemma1"].expression
    rule = AtMost("‖W^l‖ ≤ hM: false for the h × d matrix W^1 if d > h", {M_W: h * M})
    return derived(
        "lemma1_assembly", "Lemma 1 from Theorem 1", DEPTH, [(rule.apply(start, DEPTH), rule), (wanted, Algebra())],
        wanted, start=start, source=f"{PAPER}, A.3", lemmas=(theorem(),), valuations=_square,
    )  # fmt: skip


def _square(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks whose weight matrices are all h × h."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3, 4):
        yield network(stream, depth, {}, widths=(stream.randint(1, 3),) * (depth + 1))
