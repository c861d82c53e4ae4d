r"""Which root of F(G) = z is the Stieltjes transform: the only one with negative imaginary part.

For F(G) = 1/G + Σ w_i t_i/(1 − t_i G) + vG with w_i, v ≥ 0, a sum of free compound Poisson laws and a semicircle:

1. (F(G) − F(H))/(G − H) = −1/(GH) + Σ w_i t_i²/((1 − t_i G)(1 − t_i H)) + v;
2. Im F(x − iy)/y = 1/|G|² − Σ w_i t_i²/|1 − t_i G|² − v;
3. with p_i = |t_i|√w_i/|1 − t_i G|, q_i the same at H, p_0 = q_0 = √v: if Im F > 0 at both, then
   |Σ p_i q_i u_i| ≤ Σ p_i q_i < 1/|GH| for all |u_i| = 1 by Cauchy and Schwarz,

so that the quotient in 1 does not vanish: two different roots in the open lower half plane cannot both belong to the
same z with Im z > 0. For real z neither: F maps neighbourhoods of two such roots onto neighbourhoods of z, and z + iη
would have two; nor can such a root be double. As G(z) is a root with Im G < 0, it is the one. For real λ the density is
therefore −Im G/π of the one root in the lower half plane, and 0 if all roots are real.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.free_probability import rational
from hessproof.symbolic.ordering import Ordering

ONE, OTHER = sp.symbols("G H", complex=True)
"""Two roots."""
X, Y = sp.Symbol("x", real=True), sp.Symbol("y", positive=True)
"""G = x − iy."""
W1, W2 = sp.symbols("w_1 w_2", positive=True)
T1, T2 = sp.symbols("t_1 t_2", real=True)
V = sp.Symbol("v", positive=True)
P0, P1, P2, Q1, Q2, MARGIN, OTHER_MARGIN = sp.symbols("p_0 p_1 p_2 q_1 q_2 mu nu", positive=True)
"""Lengths p_i and q_i, p_0 = q_0, and what 1/|G|² and 1/|H|² have above Σ p² and Σ q²."""


def inverse(place: Any) -> sp.Expr:
    """F at a place, with two compound Poisson terms and a semicircle; more terms are more of the same."""
    return 1 / place + W1 * T1 / (1 - T1 * place) + W2 * T2 / (1 - T2 * place) + V * place


class ImaginaryPart(Rule):
    """Im of a rational function at x − iy, divided by y."""

    name = "imaginary part"
    statement = r"\operatorname{Im} \frac{t}{1 - tG} = -\frac{t^2 y}{|1 - tG|^2}"

    def apply(self, expression: Any, ordering: Any) -> Any:
        """Term by term; each must be t/(1 − tG), 1/G or G at G = x − iy."""
        if not isinstance(expression, Imaginary):
            raise RuleFailure(f"{expression} is no imaginary part")
        return expression.value()


class Imaginary(sp.Expr):  # type: ignore[misc]
    """Im(f)/y for a function f of x − iy."""

    is_commutative = True
    opaque = True

    def value(self) -> sp.Expr:
        """Written out: (f − f̄)/(2iy), f̄ with x + iy in place of x − iy."""
        return sp.cancel(sp.together((self.args[0] - self.args[0].xreplace({sp.I: -sp.I})) / (2 * sp.I * Y)))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\frac{{1}}{{y}} \operatorname{{Im}}\left({printer._print(self.args[0])}\right)"


class CauchySchwarz(Rule):
    """(Σ p_i q_i)² ≤ Σ p_i² Σ q_i²: the difference is Σ_{i<j} (p_i q_j − p_j q_i)².

    Args:
        pairs: (p_i, q_i).
    """

    name = "Cauchy–Schwarz"
    relation = "<="
    statement = r"\sum p_i^2 \sum q_i^2 - \left(\sum p_i q_i\right)^2 = \sum_{i<j} (p_i q_j - p_j q_i)^2"

    def __init__(self, *pairs: tuple[sp.Expr, sp.Expr]) -> None:
        self.pairs = pairs

    def check(self, before: Any, after: Any, ordering: Any, same: Any) -> None:
        """Accept a line whose difference to the last is that sum of squares."""
        squares = sum(
            ((p * other_q - other_p * q) ** 2
             for place, (p, q) in enumerate(self.pairs) for other_p, other_q in self.pairs[:place]),
            sp.S.Zero,
        )  # fmt: skip
        if not same(after - before, squares, ordering):
            raise RuleFailure(f"{sp.expand(after - before)} is not the sum of squares {squares}")


@cache
def quotient() -> Derivation:
    """The difference quotient of F at two places.

    Example:
        >>> quotient().check(0).ok
        True
    """
    final = -1 / (ONE * OTHER) + V
    for weight, jump in ((W1, T1), (W2, T2)):
        final += weight * jump**2 / ((1 - jump * ONE) * (1 - jump * OTHER))
    return Derivation(
        "root_quotient", "the difference quotient of F", Ordering(), (inverse(ONE) - inverse(OTHER)) / (ONE - OTHER),
        (Step(final, Algebra("common factor G − H")),), final, source="this project", same=rational.same,
        evaluate=rational.value, valuations=rational.drawn(ONE, OTHER, W1, W2, T1, T2, V),
    )  # fmt: skip


@cache
def imaginary() -> Derivation:
    """Im F(x − iy)/y.

    Example:
        >>> imaginary().check(0).ok
        True
    """
    final = 1 / (X**2 + Y**2) - V
    for weight, jump in ((W1, T1), (W2, T2)):
        final -= weight * jump**2 / ((1 - jump * X) ** 2 + jump**2 * Y**2)
    return Derivation(
        "root_imaginary", "the imaginary part of F", Ordering(), Imaginary(inverse(X - sp.I * Y)),
        (Step(final, ImaginaryPart()),), final, source="this project", same=rational.same, evaluate=_value,
        valuations=rational.drawn(X, Y, W1, W2, T1, T2, V),
    )  # fmt: skip


def _value(expression: Any, valuation: Any) -> Any:
    """Im of the number itself, where the expression is an imaginary part."""
    if isinstance(expression, Imaginary):
        numbers = dict(valuation.symbols)
        return sp.im(sp.nsimplify(sp.expand_complex(expression.args[0].xreplace(numbers)))) / numbers[Y]
    return rational.value(expression, valuation)


@cache
def apart() -> Derivation:
    """(Σ p_i q_i)² < 1/(|G|²|H|²): the quotient of F at two roots in the lower half plane does not vanish.

    Example:
        >>> apart().check(0).ok
        True
    """
    sums = P0**2 + P1**2 + P2**2, P0**2 + Q1**2 + Q2**2
    final = (sums[0] + MARGIN) * (sums[1] + OTHER_MARGIN)
    return Derivation(
        "roots_apart", "two roots in the lower half plane", Ordering(), (P0**2 + P1 * Q1 + P2 * Q2) ** 2,
        (
            Step(sums[0] * sums[1], CauchySchwarz((P0, P0), (P1, Q1), (P2, Q2))),
            Step(final, rational.Exceeds(
                statement=r"\frac{1}{|G|^2} = \sum p_i^2 + \mu,\ \mu = \operatorname{Im} F / y"
            )),
        ),
        final, source="this project", same=rational.same, evaluate=rational.value,
        valuations=rational.drawn(P0, P1, P2, Q1, Q2, MARGIN, OTHER_MARGIN), lemmas=(quotient(), imaginary()),
        assumptions=("w_i > 0, v ≥ 0", "Im z > 0"),
        remarks=("real z: open mapping; the last inequality is strict as μ, ν > 0",),
    )  # fmt: skip
