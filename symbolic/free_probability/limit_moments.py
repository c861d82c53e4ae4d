r"""All moments of Wigner and Wishart matrices converge to those of their laws: loop equations and induction.

With t_k = (1/n) tr A^k and T = Π_{i≤r} t_{b_i}, T_i the same without its i-th factor, Stein's lemma E[x f(x)] =
Var(x) E[f'(x)], applied to the entries of the first letter of t_{a+1}, gives for every n

    GOE, entries of variance v/n:      E t_{a+1} T = v Σ_{j<a} E t_j t_{a−1−j} T + v (a/n) E t_{a−1} T
                                                     + (2v/n²) Σ_i b_i E t_{a+b_i−1} T_i,
    JJ⊤, variance s/p, τ = n/p:        E t_{a+1} T = s E t_a T + sτ Σ_{j<a} E t_{j+1} t_{a−1−j} T + sτ (a/n) E t_a T
                                                     + (2sτ/n²) Σ_i b_i E t_{a+b_i} T_i.

All terms on the right have fewer letters. If their expectations tend to products of m_k, so does the left side, to what
is left of the equation; and that is the equation of the law, coefficient by coefficient. So E Π t_{b_i} → Π m_{b_i} for
all b by induction on the number of letters. With T = t_{a+1} the variance of t_{a+1} tends to 0: the moments converge
in probability, and a law of compact support is determined by its moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.free_probability.laws import Law, marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.roots import vanishes
from hessproof.symbolic.free_probability.symbols import SCALE, TAU, VARIANCE, G, Z
from hessproof.symbolic.free_probability.trace_numbers import evaluator, traces
from hessproof.symbolic.free_probability.trace_words import (
    REST,
    A,
    B,
    Expected,
    I,
    J,
    LimitOf,
    Moment,
    N,
    R,
    Without,
)
from hessproof.symbolic.free_probability.transforms import stieltjes
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure


@dataclass(frozen=True)
class Kind:
    """A kind of random matrix.

    Args:
        key: ``goe`` or ``wishart``.
        law: Its law.
        weight: n times the weight of one contraction: v for GOE, sτ for Wishart.
    """

    key: str
    law: Law
    weight: sp.Expr


GOE = Kind("goe", semicircle(VARIANCE), VARIANCE)
WISHART = Kind("wishart", marchenko_pastur(SCALE, TAU), SCALE * TAU)


class SteinsLemma(Rule):
    """Contract the first letter of t_{a+1} with every other letter.

    Args:
        kind: The matrices.
    """

    name = "Stein's lemma"
    statement = r"\operatorname{E}[x f(x)] = \operatorname{Var}(x)\, \operatorname{E}[f'(x)]"

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.assumptions = ("the entries are independent and normal",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Every contraction makes other traces of those it meets; traces carry 1/n each, contractions weight/n."""
        if not isinstance(expression, Expected) or len(expression.args) != 1 or expression.args[0] != A + 1:
            raise RuleFailure(f"{expression} is not E t_{{a+1}} T")
        each = self.kind.weight / N

        def weighed(made: int, used: int) -> sp.Expr:
            return each * N**made / N**used

        if self.kind.key == "goe":
            # Straight: M^j and M^{a-1-j} close up. Crossed: one trace of the two, one turned round, is left.
            own = weighed(2, 1) * sp.Sum(Expected(J, A - 1 - J), (J, 0, A - 1)) + weighed(1, 1) * A * Expected(A - 1)
            merged, neighbour = A + B[I] - 1, sp.S.Zero
        else:
            # With its own J⊤: a free column index, p = n/τ of them. With a further J⊤ or J as above.
            neighbour = weighed(1, 1) * (N / TAU) * Expected(A)
            own = weighed(2, 1) * sp.Sum(Expected(J + 1, A - 1 - J), (J, 0, A - 1)) + weighed(1, 1) * A * Expected(A)
            merged = A + B[I]
        # Both letters of a further factor, b_i of them, join its trace with this one, straight or turned round.
        other = 2 * weighed(1, 2) * sp.Sum(B[I] * Without(merged, I), (I, 1, R))
        return sp.expand(neighbour) + own + other


class Induction(Rule):
    """Expectations with fewer letters than E t_{a+1} T tend to products of moments; terms of order 1/n vanish."""

    name = "induction on the number of letters"
    statement = r"\operatorname{E} \textstyle\prod_i t_{k_i} \to \prod_i m_{k_i} \text{ for fewer letters}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace expectations, after counting letters, and keep what has no power of 1/n."""
        if not isinstance(expression, LimitOf):
            raise RuleFailure(f"{expression} is no limit")
        inside = sp.expand(expression.args[0])
        total = sp.S.Zero
        for term in sp.Add.make_args(inside):
            coefficient, rest = term.as_independent(Expected, Without, sp.Sum)
            if sp.degree(sp.fraction(sp.cancel(coefficient))[0], N) > 0:
                raise RuleFailure(f"{term} grows with n")
            self._fewer(rest)
            vanishes = sp.limit(coefficient, N, sp.oo) == 0
            total += sp.S.Zero if vanishes else coefficient * _limits(rest)
        return total * REST

    @staticmethod
    def _fewer(rest: Any) -> None:
        for found in rest.atoms(Expected):
            if not (A + 1 - sum(found.args)).is_positive:
                raise RuleFailure(f"{found} has no fewer letters")
        for found in rest.atoms(Without):
            if not (A + 1 + B[found.args[1]] - found.args[0]).is_positive:
                raise RuleFailure(f"{found} has no fewer letters")


class LawEquation(Rule):
    """The moments of the law: coefficients of its equation P(G, z) = 0 with G = Σ m_k z^{−k−1} for large z.

    That the formula of G solves the equation is checked here; that it is the transform of the density is a lemma.

    Args:
        law: The law.
    """

    name = "equation of the law"

    def __init__(self, law: Law) -> None:
        self.law = law
        self.statement = rf"{sp.latex(law.equation)} = 0, \quad G = \textstyle\sum_k m_k z^{{-k-1}}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The coefficient of z^{−a−1}, solved for m_{a+1}, must be what is there."""
        if not vanishes(self.law.equation.xreplace({G: self.law.g_transform})):
            raise RuleFailure(f"{self.law.g_transform} does not solve the equation")
        recursion = sp.S.Zero
        for (p, q), coefficient in sp.Poly(self.law.equation, G, Z).terms():
            recursion += coefficient * _coefficient(p, q)
        solved = sp.expand(recursion + Moment(A + 1))
        if solved.has(Moment(A + 1)) or not same(solved * REST, expression, ordering):
            raise RuleFailure("the terms are not those of the equation of the law")
        return Moment(A + 1) * REST


def _coefficient(p: int, q: int) -> sp.Expr:
    """[z^{−a−1}] G^p z^q for p ≤ 2, a ≥ 0; a sum that starts with m_0 has its first term apart if q > 0."""
    if p == 0:
        return sp.S.Zero
    if p == 1:
        return Moment(A + q)
    if p != 2 or q not in (0, 1):
        raise RuleFailure(f"G^{p} z^{q} is not provided for")
    if q == 0:
        return sp.Sum(Moment(J) * Moment(A - 1 - J), (J, 0, A - 1))
    return Moment(A) + sp.Sum(Moment(J + 1) * Moment(A - 1 - J), (J, 0, A - 1))


def _limits(rest: Any) -> Any:
    replaced = rest.replace(Expected, lambda *ks: sp.Mul(*map(Moment, ks)))
    return replaced.replace(Without, lambda k, i: Moment(k) / Moment(B[i]))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two lines are equal as polynomials in n, 1/n, the parameters, the expectations and the sums."""
    return bool(sp.expand(_tidy(one) - _tidy(two)) == 0)


def _tidy(expression: Any) -> Any:
    found = sp.sympify(expression)
    if isinstance(found, LimitOf):
        return LimitOf(_tidy(found.args[0]))
    return sp.expand(found.replace(sp.Sum, lambda body, *limits: sp.Sum(sp.expand(body), *limits)))


def loop_equation(kind: Kind) -> Derivation:
    """E t_{a+1} T in expectations with fewer letters, for every n.

    Example:
        >>> loop_equation(GOE).check(0).ok, loop_equation(WISHART).check(0).ok
        (True, True)
    """
    return _loop_equation(kind.key)


@cache
def _loop_equation(key: str) -> Derivation:
    kind = GOE if key == "goe" else WISHART
    joined = A + B[I] - 1 if key == "goe" else A + B[I]
    if key == "goe":
        first = VARIANCE * sp.Sum(Expected(J, A - 1 - J), (J, 0, A - 1)) + VARIANCE * A * Expected(A - 1) / N
    else:
        first = SCALE * Expected(A) + SCALE * TAU * sp.Sum(Expected(J + 1, A - 1 - J), (J, 0, A - 1))
        first += SCALE * TAU * A * Expected(A) / N
    line = first + 2 * kind.weight * sp.Sum(B[I] * Without(joined, I), (I, 1, R)) / N**2
    return Derivation(
        f"loop_equation_{key}", f"the loop equation of {_words(key)}", Ordering(), Expected(A + 1),
        (Step(line, SteinsLemma(kind)),), line, source="this project; Stein's lemma", same=same,
        evaluate=evaluator(key), valuations=traces(key),
    )  # fmt: skip


def limit_moments(kind: Kind) -> Derivation:
    """E t_{a+1} T → m_{a+1} m_T, the moments of the published density.

    Example:
        >>> limit_moments(GOE).check(0).ok, limit_moments(WISHART).check(0).ok
        (True, True)
    """
    return _limit_moments(kind.key)


@cache
def _limit_moments(key: str) -> Derivation:
    kind = GOE if key == "goe" else WISHART
    equation = loop_equation(kind)
    if key == "goe":
        middle = VARIANCE * sp.Sum(Moment(J) * Moment(A - 1 - J), (J, 0, A - 1)) * REST
    else:
        sums = sp.Sum(Moment(J + 1) * Moment(A - 1 - J), (J, 0, A - 1))
        middle = (SCALE * Moment(A) + SCALE * TAU * sums) * REST
    final = Moment(A + 1) * REST
    return Derivation(
        f"limit_moments_{key}", f"the moments of {_words(key)} for large n", Ordering(), LimitOf(equation.final),
        (Step(middle, Induction()), Step(final, LawEquation(kind.law))), final,
        source="this project; after Wigner 1955, Marchenko & Pastur 1967", same=same,
        evaluate=evaluator(key), valuations=traces(key), lemmas=(equation, stieltjes(kind.law)),
        remarks=(
            "with T = t_{a+1} the variance of t_{a+1} tends to 0, and the law has compact support, so that the "
            "distribution function converges in probability",
            "GOE has the variance 2v/n on the diagonal; another variance c/n there changes the eigenvalues by "
            "(1/n) Σ (λ_i − λ_i')² ≤ (1/n) Σ d_i², which is of order 1/n (Hoffman & Wielandt 1953)",
        ),
    )  # fmt: skip


def _words(key: str) -> str:
    return "Wigner matrices" if key == "goe" else "Wishart matrices"
