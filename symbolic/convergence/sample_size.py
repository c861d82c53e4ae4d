r"""From which sample size on one more object changes the loss by less than a tolerance.

Every bound of this page has the form |𝓛_{k+1}(θ) − 𝓛_k(θ)| ≤ C/(k + 1) with a constant C that does not depend on k. So
the change is below a tolerance T for all k ≥ ⌊C/T⌋, and `sample_size` says no more than that. What the bounds differ in
is C:

* ``range``: C = ℓ_max(ρ) − ℓ_min(ρ), where ρ bounds the logits of all objects: for all θ at once, no centre, no radius;
* ``local``: C = S + 2√2 M_x((m + R/√L)^L − m^L) within radius R of θ*, S the largest difference of losses at θ*;
* ``smooth``: C = S + G R + ½ M_H R² where the losses are twice differentiable all over the ball, or quadratic;
* ``critical``: C = S + ½ M_H R², the same at a common critical point;
* ``published``: C = 2(M_ℓ + M_H R²), Lemma 2 of Kiselev & Grabovoy 2024, kept for comparison: it is false.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from mpmath import iv

from hessproof.symbolic.errors import UnusableRequest

K, L = sp.symbols("K L", integer=True, positive=True)
"""Number of classes, number of layers."""
RHO = sp.Symbol("rho", nonnegative=True)
"""ρ: a bound of ‖z‖ over all objects."""
M_X, M_W, M_LOSS, M_H = (sp.Symbol(name, nonnegative=True) for name in ("M_x", "M_W", r"M_{\ell}", r"M_{\mathbf{H}}"))
"""Bounds of ‖x‖, of ‖W^l‖, of the losses at θ*, of the Hessians of single objects."""
R, S, G = sp.symbols("R S G", nonnegative=True)
"""Radius; |ℓ_{k+1} − 𝓛_k| and ‖∇ℓ_{k+1} − ∇𝓛_k‖ at θ*, or bounds of them."""
WORKING_DIGITS = 40
"""Decimal digits of the interval arithmetic in which constants are evaluated."""
NAMES: dict[str, sp.Symbol] = {
    "K": K, "L": L, "rho": RHO, "M_x": M_X, "M_W": M_W, "M_loss": M_LOSS, "M_H": M_H, "R": R, "S": S, "G": G,
}  # fmt: skip
"""The quantities that a bound may ask for, by the names that `ChangeBound.value` takes."""


def largest_loss() -> sp.Expr:
    """ℓ_max(ρ) = log(1 + (K − 1)e^{√2 ρ}): no logit exceeds that of the label by more than √2 ρ if ‖z‖ ≤ ρ."""
    return sp.log(1 + (K - 1) * sp.exp(sp.sqrt(2) * RHO))


def smallest_loss() -> sp.Expr:
    """ℓ_min(ρ) = log(1 + (K − 1)e^{−ρ√(K/(K−1))}), attained: the label's logit ahead, all others equal, mean zero."""
    return sp.log(1 + (K - 1) * sp.exp(-RHO * sp.sqrt(K / (K - 1))))


def theorem_1() -> sp.Expr:
    """The right side of Theorem 1 of Kiselev & Grabovoy 2024, with the geometric sum that also M_W = 1 allows."""
    s = sp.Symbol("s", integer=True)
    return sp.sqrt(2) * (L * M_X**2 * M_W ** (2 * L) + sp.Sum(M_W ** (2 * s), (s, 1, L)))


@dataclass(frozen=True)
class ChangeBound:
    """|𝓛_{k+1} − 𝓛_k| ≤ C/(k + 1).

    Args:
        key: Its name.
        constant: C.
        text: What C is made of.
        holds: Where the bound is proven, in words; for the published one, that it is not.
        source: Where it is from.

    Example:
        >>> CHANGES["range"].value(K=2, rho=1.0)
        1.4142135623730...
        >>> CHANGES["critical"].sample_size(0.125, S=0.5, M_H=2.0, R=0.5)
        6
    """

    key: str
    constant: sp.Expr
    text: str
    holds: str
    source: str = "this project"

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the quantities that C depends on."""
        return tuple(name for name, symbol in NAMES.items() if symbol in self.constant.free_symbols)

    def value(self, **numbers: float) -> float:
        """C at these numbers, rounded up.

        Args:
            numbers: A number for each name in ``needs``; further ones are ignored.

        Raises:
            UnusableRequest: If a number is missing, negative or not finite, or K or L is below one.
        """
        known = {NAMES[name]: _checked(name, numbers.get(name)) for name in self.needs}
        if known.get(K) == 1:
            return 0.0
        expression = self.constant
        if L in known:
            expression = expression.xreplace({L: sp.Integer(int(known.pop(L)))}).doit()
        expression = expression.xreplace({letter: sp.S.Zero for letter, number in known.items() if number == 0})
        if expression == 0:
            return 0.0
        before, iv.dps = iv.dps, WORKING_DIGITS
        try:
            upper = _enclosed(expression, {letter: iv.mpf(number) for letter, number in known.items()}).b
            return max(0.0, math.nextafter(float(upper), math.inf) if upper else 0.0)
        finally:
            iv.dps = before

    def sample_size(self, tolerance: float, **numbers: float) -> int:
        """The k from which on the bound is below the tolerance; see the function of the same name."""
        return sample_size(self.value(**numbers), tolerance)


def sample_size(constant: float | Fraction, tolerance: float | Fraction) -> int:
    """The least k ≥ 1 such that C/(j + 1) < T for all j ≥ k, which is max(1, ⌊C/T⌋).

    Args:
        constant: C, the constant of a bound |𝓛_{k+1} − 𝓛_k| ≤ C/(k + 1); at least 0.
        tolerance: T > 0.

    Raises:
        UnusableRequest: If C is negative, T not positive, or either is not finite.

    Example:
        >>> sample_size(1.5, 0.25), sample_size(Fraction(3, 2), Fraction(1, 4)), sample_size(0, 0.1)
        (6, 6, 1)
        >>> try:
        ...     sample_size(1.0, -0.1)
        ... except UnusableRequest as refusal:
        ...     print(refusal)
        tolerance -0.1: expected a positive number; give for instance 0.001
    """
    if not math.isfinite(tolerance) or tolerance <= 0:
        raise UnusableRequest(f"tolerance {tolerance}", "a positive number", "give for instance 0.001")
    if not math.isfinite(constant) or constant < 0:
        raise UnusableRequest(f"bound {constant}", "a finite number, at least 0", "check weights and inputs")
    return max(1, math.floor(Fraction(constant) / Fraction(tolerance)))


def _checked(name: str, number: float | None) -> float:
    if number is None:
        raise UnusableRequest(f"no value of {name}", "one for each quantity of the bound", f"give {name}")
    least = 1 if name in ("K", "L") else 0
    if not math.isfinite(number) or number < least:
        raise UnusableRequest(f"{name} = {number}", f"a finite number, at least {least}", "check weights and inputs")
    return float(number)


def _enclosed(node: Any, known: dict[Any, Any]) -> Any:
    """An interval that contains the value."""
    if node in known:
        return known[node]
    if node.is_Rational:
        return iv.mpf(int(node.p)) / int(node.q)
    if isinstance(node, sp.exp):
        return iv.exp(_enclosed(node.args[0], known))
    if isinstance(node, sp.log):
        return iv.log(_enclosed(node.args[0], known))
    if node.is_Pow:
        base = _enclosed(node.base, known)
        return base ** int(node.exp) if node.exp.is_Integer else iv.sqrt(base) ** int(2 * node.exp)
    terms = [_enclosed(each, known) for each in node.args]
    return sum(terms, iv.mpf(0)) if node.is_Add else math.prod(terms, start=iv.mpf(1))


CHANGES: dict[str, ChangeBound] = {
    bound.key: bound
    for bound in (
        ChangeBound(
            "range",
            largest_loss() - smallest_loss(),
            "largest minus smallest cross-entropy of logits with ‖z‖ ≤ ρ; √2 ρ for two classes",
            "every θ whose logits have norm at most ρ on all objects, at kinks too",
        ),
        ChangeBound(
            "local",
            S + 2 * sp.sqrt(2) * M_X * ((M_W + R / sp.sqrt(L)) ** L - M_W**L),
            "difference of losses at θ* plus what the logits can move within radius R",
            "every θ with ‖θ − θ*‖ ≤ R, without bias, if ‖W^l‖ ≤ M_W at θ*; across kinks; θ* need not be critical",
        ),
        ChangeBound(
            "smooth",
            S + G * R + M_H * R**2 / 2,
            "differences of losses and gradients at θ* plus curvature",
            "‖θ − θ*‖ ≤ R, if all objects' Hessians on the ball lie between 0 and M_H: one layer, or quadratic losses",
        ),
        ChangeBound(
            "critical",
            S + M_H * R**2 / 2,
            "difference of losses at θ* plus curvature",
            "the same at a common critical point θ*",
        ),
        ChangeBound(
            "published",
            2 * (M_LOSS + theorem_1() * R**2),
            "Lemma 2 as printed, with the right side of Theorem 1",
            "refuted",
            "Kiselev & Grabovoy 2024, Lemma 2",
        ),
    )
}
"""The bounds, by key."""

__all__ = ["CHANGES", "NAMES", "ChangeBound", "largest_loss", "sample_size", "smallest_loss", "theorem_1"]
