r"""Scales and shifts: the transforms of cX + a from those of X.

G_{cX+a}(z) = G((z − a)/c)/c and R_{cX+a}(z) = cR(cz) + a for c > 0, so that free cumulants get the factor c^k, and κ_1
the summand a. Semicircle(v) is √v times semicircle(1), and Marchenko–Pastur(s, τ) is s times Marchenko–Pastur(1, τ): a
scale of the *law* is the square of a scale of the entries.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import mpmath
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.free_probability.roots import DIGITS, Close, number, same
from hessproof.symbolic.free_probability.symbols import Z
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

FACTOR = sp.Symbol("c", positive=True)
SHIFT, T = sp.symbols("a t", real=True)
TRANSFORM, R = sp.Function("G"), sp.Function("R")
"""G and R of an arbitrary law."""


class Equation(Rule):
    """R(G(x)) = x − 1/G(x), which defines R."""

    name = "the equation of R"
    statement = r"R(G(x)) + \frac{1}{G(x)} = x"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace R at a value of G."""
        values = [x for x in expression.atoms(sp.core.function.AppliedUndef) if x.func == R]
        for found in values:
            inner = found.args[0]
            if getattr(inner, "func", None) != TRANSFORM:
                raise RuleFailure(f"R is not taken at a value of G but at {inner}")
            expression = expression.xreplace({found: inner.args[0] - 1 / inner})
        return expression


@cache
def kernel() -> Derivation:
    """1/(z − ct − a) = (1/c)/((z − a)/c − t), under the integral: G_{cX+a}(z) = G((z − a)/c)/c.

    Example:
        >>> kernel().check(0).ok
        True
    """
    start, final = 1 / (Z - FACTOR * T - SHIFT), 1 / FACTOR / ((Z - SHIFT) / FACTOR - T)
    return _derived("the Stieltjes transform of cX + a", start, (Step(final, Algebra("divide by c")),), final)


@cache
def affine() -> Derivation:
    """cR(cw) + a + 1/w = z at w = G_{cX+a}(z): the R-transform of cX + a is cR(cz) + a.

    Example:
        >>> affine().check(0).ok
        True
    """
    inside = (Z - SHIFT) / FACTOR
    w = TRANSFORM(inside) / FACTOR
    start = FACTOR * R(FACTOR * w) + SHIFT + 1 / w
    solved = FACTOR * (inside - 1 / TRANSFORM(inside)) + SHIFT + FACTOR / TRANSFORM(inside)
    return _derived(
        "the R-transform of cX + a", start, (Step(solved, Equation()), Step(Z, Algebra("collect"))), Z,
        lemmas=(kernel(),),
    )  # fmt: skip


def _derived(
    title: str, start: Any, steps: tuple[Step, ...], final: Any, lemmas: tuple[Derivation, ...] = ()
) -> Derivation:
    return Derivation(
        title, title, Ordering(), start, steps, final, "this project", same=same, evaluate=_evaluate,
        valuations=_numbers, lemmas=lemmas,
    )  # fmt: skip


def _evaluate(expression: Any, valuation: Valuation) -> Close:
    """With G and R of the law that gives mass ½ to 0 and to 2: G = (z − 1)/(z² − 2z), 2wR = 2w − 1 + √(1 + 4w²)."""

    def transform(x: sp.Expr) -> sp.Expr:
        return (x - 1) / (x**2 - 2 * x)

    def r(w: sp.Expr) -> sp.Expr:
        return 1 + (sp.sqrt(1 + 4 * w**2) - 1) / (2 * w)

    with mpmath.workdps(DIGITS):
        return Close(number(expression.replace(R, r).replace(TRANSFORM, transform), valuation.symbols))


def _numbers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """|z| large, where the equation of that law holds with the principal root."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(3):
        c = sp.Rational(stream.randint(1, 9), 4)
        numbers: dict[Any, Any] = {FACTOR: c, SHIFT: sp.Rational(stream.randint(-9, 9), 4), T: sp.Rational(1, 3)}
        yield Valuation({**numbers, Z: mpmath.mpc(stream.randint(-30, 30), stream.randint(40, 60))})
