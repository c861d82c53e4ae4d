r"""Signs: H_0 ⪰ 0 and free of the labels, H_1 proportional to the errors, and when H_1 is indefinite.

For one hidden unit with blocks B ≠ 0 and D take u with Bu ≠ 0, p = ‖Bu‖², q = u^⊤Du and t = p/(1 + |q|). The vectors
(tu, ∓Bu) give the quadratic form the values t²q ∓ 2tp, which lie beyond ∓p²(2 + |q|)/(1 + |q|)²: both signs occur.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.two_layer.index_sums import Differentiate, Sift, everywhere
from hessproof.symbolic.two_layer.letters import (
    ALPHA,
    BENT,
    BETA,
    CROSS,
    CURVED,
    I2,
    J2,
    JAC,
    MU,
    NU,
    SCALE,
    B,
    D,
    E,
    I,
    K,
    L,
    M,
    Output,
    P,
    PhiSlope,
    S,
    T,
    U,
    V,
    X,
    Y,
    output,
    over_samples,
    preactivation,
)
from hessproof.symbolic.two_layer.split import TWICE, derived
from hessproof.symbolic.valuation import Valuation

FORM, BEND = sp.Symbol("p", positive=True), sp.Symbol("q", real=True)
"""p = ‖Bu‖² > 0 and q = u^⊤Du."""
SOURCE = "slide “Loss function landscape through Hessian eigenvalues”"


class SquareOfSum(Rule):
    """Σ_α Σ_β f(α) f(β) = (Σ_α f(α))²."""

    name = "the square of a sum"
    statement = r"\textstyle\sum_{\alpha, \beta} f_\alpha f_\beta = (\sum_\alpha f_\alpha)^2"

    def __init__(self, one: sp.Symbol, two: sp.Symbol) -> None:
        self.one, self.two = one, two

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Gather what depends on each of the two indices; it must be the same function of both."""
        found = everywhere(expression, self._gathered)
        if found == expression:
            raise RuleFailure(f"no double sum over {self.one}, {self.two} in {expression}")
        return found

    def _gathered(self, node: Any) -> Any:
        if not isinstance(node, sp.Sum) or not {self.one, self.two} <= set(node.variables):
            return None
        factors = sp.Mul.make_args(node.function)
        here = [one for one in factors if self.one in one.free_symbols]
        there = [one for one in factors if self.two in one.free_symbols]
        limits = {limit[0]: limit for limit in node.limits}
        turned = sp.Mul(*here).subs(self.one, self.two)
        if set(here) & set(there) or turned != sp.Mul(*there) or limits[self.one][1:] != limits[self.two][1:]:
            raise RuleFailure(f"not the same function of {self.one} and {self.two}")
        rest = sp.Mul(*(one for one in factors if one not in (*here, *there)))
        others = [limit for limit in node.limits if limit[0] not in (self.one, self.two)]
        return sp.Sum(rest * sp.Sum(sp.Mul(*here), limits[self.one]) ** 2, *others)


class SumOfSquares(Rule):
    """A sum of squares of real numbers, times a positive number, is not negative."""

    name = "a sum of squares"
    statement = r"\textstyle\sum f^2 \ge 0"
    relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero."""
        factor, total = expression.as_independent(sp.Sum)
        if not isinstance(total, sp.Sum) or not factor.is_positive:
            raise RuleFailure(f"{expression} is no positive multiple of a sum")
        body = total.function
        if not (isinstance(body, sp.Pow) and body.exp == 2):
            raise RuleFailure(f"{body} is no square")
        return sp.Integer(0)


@cache
def semidefinite() -> Derivation:
    """v⊤H_0v = (1/m) Σ (Σ_α v_α J_{αiμ})² ≥ 0.

    Example:
        >>> semidefinite().check(0, count=2).ok
        True
    """
    ranges = (ALPHA, 1, P), (BETA, 1, P), (I, 1, K), (MU, 1, M)
    start = sp.Sum(V[ALPHA] * V[BETA] * JAC[ALPHA, I, MU] * JAC[BETA, I, MU], *ranges) / M
    squares = over_samples(sp.Sum(V[ALPHA] * JAC[ALPHA, I, MU], ranges[0]) ** 2)
    return derived(
        "H_0 is semidefinite", "the quadratic form of H_0", start,
        [(squares, SquareOfSum(ALPHA, BETA)), (sp.Integer(0), SumOfSquares())], sp.Integer(0), source=SOURCE,
    )  # fmt: skip


@cache
def free_of_labels() -> Derivation:
    """∂[H_0]_{st}/∂y_{kν} = 0 at fixed parameters, for any model.

    Example:
        >>> free_of_labels().check(0, count=2).ok
        True
    """
    y = Output(I, MU, S, T)
    entry = over_samples(sp.diff(y, S) * sp.diff(y, T))
    return derived(
        "H_0 and the labels", "the derivative of H_0 by a label", sp.Derivative(entry, Y[I2, NU], evaluate=False),
        [(sp.Integer(0), Differentiate("no label is left", (TWICE,)))], sp.Integer(0), source=SOURCE,
    )  # fmt: skip


@cache
def proportional() -> Derivation:
    """|v⊤H_1(γe)v| = |γ| |v⊤H_1(e)v| for every v, and so for the largest over unit vectors, the norm.

    Example:
        >>> proportional().check(0, count=2).ok
        True
    """
    ranges = (ALPHA, 1, P), (BETA, 1, P), (I, 1, K), (MU, 1, M)
    form = sp.Sum(V[ALPHA] * V[BETA] * E[I, MU] * CURVED[ALPHA, BETA, I, MU], *ranges) / M
    start = sp.Abs(sp.Sum(V[ALPHA] * V[BETA] * SCALE * E[I, MU] * CURVED[ALPHA, BETA, I, MU], *ranges) / M)
    final = sp.Abs(SCALE) * sp.Abs(form)
    return derived(
        "H_1 and the errors", "the quadratic form of H_1 at γe", start,
        [(sp.Abs(SCALE * form), Algebra("linear in the errors")), (final, Algebra("the modulus of a product"))], final,
        source=SOURCE, remarks=("the norm of a symmetric matrix is the largest |v⊤Hv| over unit vectors v",),
    )  # fmt: skip


@cache
def form_of_unit(sign: int) -> Derivation:
    """The quadratic form of a unit's block at (tu, ±Bu) is t²q ± 2tp, with p = ‖Bu‖² and q = u⊤Du.

    Example:
        >>> form_of_unit(1).check(0, count=2).ok, form_of_unit(-1).check(0, count=2).ok
        (True, True)
    """
    columns, rows = (L, 1, D), (I2, 1, K)
    image = sp.Sum(CROSS[I2, L] * U[L], columns)
    bent = sp.Sum(T * U[L] * BENT[L, J2] * T * U[J2], columns, (J2, 1, D))
    crossed = sp.Sum(sign * image * sp.Sum(CROSS[I2, L] * T * U[L], columns), rows)
    form, bend = sp.Sum(image**2, rows), sp.Sum(U[L] * BENT[L, J2] * U[J2], columns, (J2, 1, D))
    final = T**2 * bend + sign * 2 * T * form
    return derived(
        f"quadratic form, {'plus' if sign > 0 else 'minus'}", "a hidden unit's block at (tu, ±Bu)", bent + 2 * crossed,
        [(final, Algebra("pull out t"))], final, source="this project",
    )  # fmt: skip


class Modulus(Rule):
    """q replaced by ±|q|, which bounds it, where its factor is positive.

    Args:
        sign: 1 for q ≤ |q|, −1 for q ≥ −|q|.
    """

    name = "q and its modulus"
    statement = r"-\lvert q \rvert \le q \le \lvert q \rvert"

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.relation = "<=" if sign > 0 else ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace it, after seeing that its factor is positive."""
        size = sp.Symbol("a", nonnegative=True)
        plainly = sp.expand(expression.xreplace({sp.Abs(BEND): size}))
        factor = sp.factor(plainly.coeff(BEND, 1))
        if plainly.coeff(BEND, 2) != 0 or not factor.is_positive:
            raise RuleFailure(f"the factor of q in {expression} is not known to be positive")
        rest = plainly - sp.expand(factor * BEND)
        return sp.together(rest + factor * self.sign * size).xreplace({size: sp.Abs(BEND)})


def _scalars_same(one: Any, two: Any, ordering: Ordering) -> bool:
    return bool(sp.cancel(sp.together(_bare(one) - _bare(two))) == 0)


def _bare(expression: Any) -> Any:
    return sp.sympify(expression).xreplace({sp.Abs(BEND): sp.Symbol("a", nonnegative=True)})


@cache
def both_signs(sign: int) -> Derivation:
    """t²q − 2tp ≤ −p²(2 + |q|)/(1 + |q|)² < 0 and t²q + 2tp ≥ p²(2 + |q|)/(1 + |q|)² > 0, at t = p/(1 + |q|).

    Example:
        >>> both_signs(1).check(0).ok, both_signs(-1).check(0).ok
        (True, True)
    """
    step = FORM / (1 + sp.Abs(BEND))
    start = step**2 * BEND + sign * 2 * step * FORM
    bounded = -sign * step**2 * sp.Abs(BEND) + sign * 2 * step * FORM
    final = sign * FORM**2 * (2 + sp.Abs(BEND)) / (1 + sp.Abs(BEND)) ** 2
    return Derivation(
        f"a value of sign {sign}", f"the form takes {'positive' if sign > 0 else 'negative'} values", Ordering(), start,
        (Step(bounded, Modulus(-sign)), Step(final, Algebra("one denominator"))), final, source="this project",
        same=_scalars_same, evaluate=_scalar, valuations=_scalars, lemmas=(form_of_unit(sign),),
        remarks=("B ≠ 0 gives a u with Bu ≠ 0, so that p > 0",),
    )  # fmt: skip


@cache
def moved_by_labels() -> Derivation:
    """∂[B_b]_{kl}/∂y_{kν} = −φ′(z_{bν}) x_{lν}/m: the blocks are affine in the labels, and not constant.

    Example:
        >>> moved_by_labels().check(0, count=2).ok
        True
    """
    slope = PhiSlope(preactivation(B, MU)) * X[L, MU]
    block = sp.Sum((output(I2, MU) - Y[I2, MU]) * slope, (MU, 1, M)) / M
    final = -PhiSlope(preactivation(B, NU)) * X[L, NU] / M
    return derived(
        "blocks and labels", "how a block changes with a label", sp.Derivative(block, Y[I2, NU], evaluate=False),
        [
            (sp.Sum(-sp.KroneckerDelta(MU, NU) * slope, (MU, 1, M)) / M, Differentiate("linear in the labels")),
            (final, Sift()),
        ],
        final, source="this project",
        remarks=("if φ′(z_{bν}) x_ν ≠ 0 for some b and ν, B_b vanishes for labels of measure zero only",),
    )  # fmt: skip


def _scalars(derivation: Derivation, seed: int) -> Any:
    for place in range(6):
        yield Valuation({FORM: sp.Rational(place + 1, 2), BEND: sp.Rational((-1) ** place * place, 3)})


def _scalar(expression: Any, valuation: Valuation) -> Any:
    value = sp.sympify(expression).subs(valuation.symbols)
    if not value.is_Rational:
        raise TypeError(f"{expression} has no rational value")
    return value
