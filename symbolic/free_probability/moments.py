r"""All moments of the semicircle and Marchenko–Pastur laws from their densities: Catalan and Narayana numbers.

Semicircle: a beta integral. Marchenko–Pastur: λ = s|1 + √τ e^{iφ}|² turns the law into

    m_k = s^k (2/π) ∫_0^π |1 + √τ e^{iφ}|^{2(k−1)} sin²φ dφ,    k ≥ 1,

the difference of two Fourier coefficients, which the binomial theorem gives:

    m_k = s^k Σ_i [C(k−1, i)² − C(k−1, i−1) C(k−1, i+1)] τ^i = s^k Σ_i N(k, i+1) τ^i.

Narayana's N(k, i+1) = C(k, i) C(k, i+1)/k counts the noncrossing partitions of k points with i + 1 (or k − i) blocks,
and Catalan's number is their sum. With moments of all orders the free cumulants are s^k τ^{k−1} and v (k = 2).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.roots import value
from hessproof.symbolic.free_probability.symbols import LAMBDA, SCALE, TAU, VARIANCE
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

ORDER = sp.Symbol("k", integer=True, positive=True)
I = sp.Symbol("i", integer=True, nonnegative=True)
ANGLE = sp.Symbol("varphi", real=True)


def catalan(order: Any) -> sp.Expr:
    """C_k = C(2k, k)/(k + 1).

    Example:
        >>> [catalan(k) for k in range(5)]
        [1, 1, 2, 5, 14]
    """
    return sp.binomial(2 * order, order) / (order + 1)


def narayana(order: Any, place: Any) -> sp.Expr:
    """N(k, j) = C(k, j) C(k, j − 1)/k.

    Example:
        >>> [narayana(4, j) for j in (1, 2, 3, 4)]
        [1, 6, 6, 1]
    """
    return sp.binomial(order, place) * sp.binomial(order, place - 1) / order


class BetaIntegral(Rule):
    """∫_{−c}^{c} λ^{2k} √(c² − λ²) dλ = c^{2k+2} B(k + ½, 3/2), by λ² = c²t."""

    name = "beta integral"
    statement = r"\int_{-c}^{c} \lambda^{2k}\sqrt{c^2 - \lambda^2}\, d\lambda = c^{2k+2}\, B(k + \tfrac12, \tfrac32)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The integral, after reading off k, c and what stands in front."""
        if not isinstance(expression, sp.Integral) or len(expression.limits) != 1:
            raise RuleFailure("the line is no integral")
        variable, low, high = expression.limits[0]
        if sp.simplify(low + high) != 0 or not high.is_positive:
            raise RuleFailure("the limits are not ±c")
        rest = sp.simplify(expression.function / sp.sqrt(sp.expand(high**2) - variable**2))
        constant, power = rest.as_independent(variable)
        exponent = sp.degree(power, variable) if power.is_polynomial(variable) else power.as_base_exp()[1]
        half = exponent / 2
        if power != variable**exponent or not half.is_integer or half.is_nonnegative is not True:
            raise RuleFailure(f"{rest} is no constant times an even power")
        return constant * high ** (2 * half + 2) * sp.beta(half + sp.Rational(1, 2), sp.Rational(3, 2))


class Angle(Rule):
    """λ = s|1 + √τ e^{iφ}|² = s(1 + τ + 2√τ cos φ) in the k-th moment of Marchenko–Pastur, k ≥ 1.

    The rule verifies (λ − λ_−)(λ_+ − λ) = (2s√τ sin φ)² and dλ = −2s√τ sin φ dφ, and that φ runs from 0 at λ_+ to π at
    λ_−; the atom at 0 adds nothing to a moment of order k ≥ 1.
    """

    name = "the angle on the circle of radius √τ"
    statement = r"\lambda = s \left| 1 + \sqrt\tau\, e^{i\varphi} \right|^2"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The integral over φ."""
        if not isinstance(expression, sp.Integral) or len(expression.limits) != 1:
            raise RuleFailure("the line is no integral")
        variable, low, high = expression.limits[0]
        place = SCALE * circle()
        if sp.expand(place.subs(ANGLE, sp.pi) - low) != 0 or sp.expand(place.subs(ANGLE, 0) - high) != 0:
            raise RuleFailure("the limits are not those of φ = π and φ = 0")
        height = 2 * SCALE * sp.sqrt(TAU) * sp.sin(ANGLE)
        if sp.simplify(sp.expand((place - low) * (high - place) - height**2)) != 0:
            raise RuleFailure("the root is not 2s√τ sin φ")
        if sp.simplify(sp.diff(place, ANGLE) + height) != 0:
            raise RuleFailure("dλ is not −2s√τ sin φ dφ")
        rest = sp.powsimp(sp.expand_power_base(expression.function / sp.sqrt((variable - low) * (high - variable))))
        constant, power = rest.as_independent(variable)
        exponent = power.as_base_exp()[1]
        if sp.simplify(power - variable**exponent) != 0:
            raise RuleFailure(f"{rest} is no constant times a power")
        body = constant * SCALE**exponent * circle() ** exponent * height**2
        return sp.Integral(sp.powsimp(sp.expand(body)), (ANGLE, 0, sp.pi))


def circle() -> sp.Expr:
    """|1 + √τ e^{iφ}|² = 1 + τ + 2√τ cos φ."""
    return 1 + TAU + 2 * sp.sqrt(TAU) * sp.cos(ANGLE)


class Fourier(Rule):
    """(2/π)∫_0^π |1 + √τ e^{iφ}|^{2n} sin²φ dφ = Σ_i [C(n, i)² − C(n, i−1) C(n, i+1)] τ^i.

    sin²φ = (1 − cos 2φ)/2, and the mean over the circle of |Σ C(n, i) τ^{i/2} e^{iφi}|² e^{2iφ} picks the pairs whose
    indices differ by 2.
    """

    name = "Fourier coefficients of a binomial"
    statement = (
        r"\left| \sum_i \tbinom{n}{i} \tau^{i/2} e^{i\varphi i} \right|^2 \text{ against } \sin^2\varphi ="
        r" \tfrac12 (1 - \cos 2\varphi)"
    )

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sum; the exponent n must be a nonnegative integer for all k."""
        if not isinstance(expression, sp.Integral) or expression.limits != (sp.Tuple(ANGLE, 0, sp.pi),):
            raise RuleFailure("the line is no integral over φ from 0 to π")
        kernel = 2 * sp.sin(ANGLE) ** 2 / sp.pi
        constant, power = sp.powsimp(expression.function / kernel).as_independent(ANGLE)
        base, exponent = power.as_base_exp()
        if sp.expand(base - circle()) != 0 or not (exponent.is_integer and exponent.is_nonnegative):
            raise RuleFailure(f"{expression.function} is no power of the circle against sin²φ")
        return sp.Sum(constant * (_square(exponent) - _apart(exponent)) * TAU**I, (I, 0, exponent))


def _square(n: sp.Expr) -> sp.Expr:
    return sp.binomial(n, I) ** 2


def _apart(n: sp.Expr) -> sp.Expr:
    return sp.binomial(n, I - 1) * sp.binomial(n, I + 1)


class Binomials(Rule):
    """An identity between products of binomial coefficients, summand by summand.

    C(n, i ± 1) is written as C(n, i) times a rational function of n and i; what is left is an identity of rational
    functions. It holds for 0 < i < k − 1 and, both sides being 0 or 1 there, at the ends.
    """

    name = "binomial coefficients"
    statement = r"\tbinom{k-1}{i}^2 - \tbinom{k-1}{i-1} \tbinom{k-1}{i+1} = \tfrac1k \tbinom{k}{i} \tbinom{k}{i+1}"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Any) -> None:
        """Compare the summands as rational functions times C(k−1, i)²."""
        if not isinstance(before, sp.Sum) or not isinstance(after, sp.Sum) or before.limits != after.limits:
            raise RuleFailure("the lines are not sums over the same range")
        ratio = [sp.combsimp(sp.gammasimp(_ratio(line.function))) for line in (before, after)]
        if sp.simplify(ratio[0] - ratio[1]) != 0:
            raise RuleFailure("the summands differ")


def _ratio(summand: sp.Expr) -> sp.Expr:
    """The summand over C(k−1, i)² τ^i s^k, term by term."""
    unit = sp.binomial(ORDER - 1, I) ** 2 * TAU**I * SCALE**ORDER
    terms = sp.Add.make_args(sp.expand(summand))
    return sp.Add(*(sp.combsimp((term / unit).rewrite(sp.gamma)) for term in terms))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two lines are equal: after rewriting with Γ, and summand by summand."""
    if one == two:
        return True
    if isinstance(one, sp.Integral | sp.Sum) or isinstance(two, sp.Integral | sp.Sum):
        return bool(
            type(one) is type(two)
            and one.limits == two.limits
            and sp.simplify(sp.powsimp(sp.expand(one.function - two.function))) == 0
        )
    return bool(sp.simplify(sp.gammasimp((one - two).rewrite(sp.gamma))) == 0)


@cache
def semicircle_moments() -> Derivation:
    """∫λ^{2k} ρ_SC dλ = v^k C_k for every k.

    Example:
        >>> semicircle_moments().check(0).ok
        True
    """
    law = semicircle(VARIANCE)
    start = sp.Integral(LAMBDA ** (2 * ORDER) * law.density, (LAMBDA, *law.support))
    beta = (
        (2 * sp.sqrt(VARIANCE)) ** (2 * ORDER + 2)
        * sp.beta(ORDER + sp.Rational(1, 2), sp.Rational(3, 2))
        / (2 * sp.pi * VARIANCE)
    )
    final = VARIANCE**ORDER * catalan(ORDER)
    return _derived(
        "the moments of the semicircle law", start,
        (Step(beta, BetaIntegral()), Step(final, Algebra("Γ(k + ½) and Γ(3/2)"))), final,
    )  # fmt: skip


@cache
def marchenko_pastur_moments() -> Derivation:
    """∫λ^k ρ_MP dλ = s^k Σ_i N(k, i+1) τ^i for every k ≥ 1.

    Example:
        >>> marchenko_pastur_moments().check(0).ok
        True
    """
    law = marchenko_pastur(SCALE, TAU)
    start = sp.Integral(LAMBDA**ORDER * law.density, (LAMBDA, *law.support))
    angle = sp.Integral(
        2 * SCALE**ORDER * circle() ** (ORDER - 1) * sp.sin(ANGLE) ** 2 / sp.pi, (ANGLE, 0, sp.pi)
    )  # fmt: skip
    limits = (I, 0, ORDER - 1)
    fourier = sp.Sum(SCALE**ORDER * (_square(ORDER - 1) - _apart(ORDER - 1)) * TAU**I, limits)
    final = sp.Sum(SCALE**ORDER * narayana(ORDER, I + 1) * TAU**I, limits)
    return _derived(
        "the moments of the Marchenko–Pastur law", start,
        (Step(angle, Angle()), Step(fourier, Fourier()), Step(final, Binomials())), final,
    )  # fmt: skip


def _derived(title: str, start: Any, steps: tuple[Step, ...], final: Any) -> Derivation:
    return Derivation(
        title, title, Ordering(), start, steps, final, "this project", same=same, evaluate=value, valuations=_orders
    )


def _orders(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Orders from 1 to 4, scales and ratios on both sides of 1."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for order in (1, 2, 4):
        scale = sp.Rational(stream.randint(1, 9), 4)
        ratio = sp.Rational(stream.randint(1, 12), 4)
        numbers: dict[Any, Any] = {SCALE: scale, VARIANCE: scale, TAU: ratio, ORDER: sp.Integer(order)}
        yield Valuation(numbers)
