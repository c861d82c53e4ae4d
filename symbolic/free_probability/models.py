r"""The two models of a Hessian, H_0 + H_1 with freely independent summands, each formula written once.

============================  ==============  ====================================  ==================================
model                         R of H_0        R of H_1                              F(G) = R(G) + 1/G, so that F(G) = z
============================  ==============  ====================================  ==================================
PENNINGTON (no activation)    σ/(1 − στz)     2εz                                   cubic in G
PENNINGTON_RELU               σ/(1 − στz)     ετz/(2 − ετ²z²)                       quartic in G, at z = 0 cubic
============================  ==============  ====================================  ==================================

σ is the scale of the Marchenko–Pastur law ρ_MP(·; σ, τ), its mean; the lecture's model has σ = 1. Both are sums of free
compound Poisson laws and semicircles,

    F(G) = 1/G + Σ_i w_i t_i/(1 − t_i G) + vG,    w_i > 0, v ≥ 0.

What makes them easy to use (`hessproof.symbolic.free_probability.selection`): for Im z > 0 exactly one root of F(G) =
z has Im G < 0, and for real z at most one. So the density at λ is −Im G/π of the one root of the polynomial with
negative imaginary part, and 0 if all roots are real; no other root has to be ruled out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import flint
import sympy as sp

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.laws import marchenko_pastur, semicircle
from hessproof.symbolic.free_probability.symbols import EPSILON, LAMBDA, SIGMA, TAU, G, Z

ROOT_LINEAR = sp.sqrt(1 + 8 * TAU)
"""√(1 + 8τ), between 1 and 3 for 0 < τ < 1: makes ε_c and α_0 of the model without activation rational."""
ROOT_RELU = sp.sqrt(1 + 8 * TAU * (2 - TAU))
"""√ξ = √(1 + 16τ − 8τ²), between 1 and 3 for 0 < τ < 1: the same for the model with ReLU."""
PUBLISHED_CRITICAL_ENERGY = (1 - 20 * TAU - 8 * TAU**2 + (1 + 8 * TAU) ** sp.Rational(3, 2)) / 16
"""ε_c of the model without activation and σ = 1, as the lecture prints it."""
XI = 1 + 16 * TAU - 8 * TAU**2
"""ξ, as the lecture prints it."""
PUBLISHED_RELU_CRITICAL_ENERGY = (
    SIGMA**2 * (27 - 18 * XI - XI**2 + 8 * XI ** sp.Rational(3, 2)) / (32 * TAU * (1 - TAU) ** 3)
)
"""ε_c of the model with ReLU, as the lecture prints it."""
PUBLISHED_RELU_R = EPSILON * TAU * Z / (2 - EPSILON * TAU**2 * Z**2)
"""R of H_1 with ReLU, as the lecture prints it."""

Function = Callable[..., Any]


@dataclass(frozen=True)
class Model:
    """A model of the Hessian as a sum of freely independent matrices.

    Args:
        key: ``pennington`` or ``pennington_relu``.
        title: What it models.
        r_wishart: R of H_0 in ``Z``.
        r_wigner: R of H_1 in ``Z``.
        jumps: (w_i, t_i) of the compound Poisson terms of F.
        variance: v of the semicircle term of F.
        primitive: ∫F dG with principal logarithms; analytic on Im G < 0, and Im tends to 0 as G → 0 from −i0, G > 0.
        atom: Mass at 0 for ε > 0.
        critical_energy: ε_c for 0 < τ < 1, in a form without cancellation; at τ ≥ 1 there is none.
        critical_root: G at λ = 0 and ε = ε_c, the double root.
        index_coefficient: α_0 in α ≈ α_0 ((ε − ε_c)/ε_c)^{3/2}, ε > ε_c; σ does not enter.
        next_coefficient: α_1, the relative size of the next term.
        assumptions: What the model takes for granted.

    Example:
        >>> PENNINGTON.r_transform
        2*epsilon*z + sigma/(-sigma*tau*z + 1)
        >>> PENNINGTON_RELU.degree, PENNINGTON_RELU.cumulant(4)
        (4, epsilon**2*tau**3/4 + sigma**4*tau**3)
    """

    key: str
    title: str
    r_wishart: sp.Expr
    r_wigner: sp.Expr
    jumps: tuple[tuple[sp.Expr, sp.Expr], ...]
    variance: sp.Expr
    primitive: sp.Expr
    atom: sp.Expr
    critical_energy: sp.Expr
    critical_root: sp.Expr
    index_coefficient: sp.Expr
    next_coefficient: sp.Expr
    assumptions: tuple[str, ...]

    @property
    def r_transform(self) -> sp.Expr:
        """R of the sum, in ``Z``: R-transforms add."""
        return self.r_wishart + self.r_wigner

    @property
    def inverse(self) -> sp.Expr:
        """F(G) = R(G) + 1/G, the functional inverse of the Stieltjes transform."""
        return self.r_transform.xreplace({Z: G}) + 1 / G

    @property
    def equation(self) -> sp.Expr:
        """F(G) − z, which vanishes at G = G(z)."""
        return self.inverse - Z

    @property
    def polynomial(self) -> sp.Poly:
        """The equation cleared of denominators: a polynomial in G over z, ε, τ, σ, with constant term 1 or 2.

        Example:
            >>> PENNINGTON.polynomial.all_coeffs()[-1], PENNINGTON_RELU.polynomial.all_coeffs()[-1]
            (1, 2)
        """
        return _polynomial(self)

    @property
    def coefficients(self) -> tuple[sp.Expr, ...]:
        """Coefficients of `polynomial`, that of G^0 first."""
        return tuple(reversed(self.polynomial.all_coeffs()))

    @property
    def degree(self) -> int:
        """Degree in G for z ≠ 0."""
        return int(self.polynomial.degree())

    @property
    def potential(self) -> sp.Expr:
        """Φ(G, λ) = λG − ∫F dG, with N(λ) = 1 − Im Φ(G(λ + i0), λ)/π: the distribution function, atoms included."""
        return LAMBDA * G - self.primitive

    def cumulant(self, order: int) -> sp.Expr:
        """κ_k, the free cumulant of order k ≥ 1: Σ w_i t_i^k, and v for k = 2.

        Raises:
            UnusableRequest: If the order is below 1.
        """
        if order < 1:
            raise UnusableRequest(f"order {order}", "an order of at least 1", "ask for cumulant 1, 2, …")
        total = sum((rate * jump**order for rate, jump in self.jumps), self.variance if order == 2 else sp.S.Zero)
        return sp.expand(total)

    def compiled(self, namespace: str = "numpy") -> Compiled:
        """The model's formulas as functions of numbers.

        Args:
            namespace: ``numpy`` for floats and arrays, ``mpmath`` for arbitrary precision, ``flint`` for balls (arb, or
                acb where G is complex).

        Raises:
            UnusableRequest: If the namespace is another one.

        Example:
            >>> numbers = PENNINGTON.compiled()
            >>> round(float(numbers.critical_energy(0.25, 1.0)), 6)
            0.04351
            >>> [float(c) for c in numbers.coefficients(0.0, 0.5, 0.25, 1.0)]
            [1.0, 0.75, 1.0, -0.25]
        """
        if namespace not in _NAMESPACES:
            raise UnusableRequest(f"namespace {namespace!r}", "numpy, mpmath or flint", "choose one of them")
        return _compiled(self, namespace)


@dataclass(frozen=True)
class Compiled:
    """Functions of numbers for one model; ``x`` stands for ε, τ, σ in this order.

    Args:
        r_transform: R(z, *x).
        inverse: F(G, *x).
        slope: F'(G, *x).
        curvature: F''(G, *x).
        coefficients: Coefficients of the polynomial at (z, *x), that of G^0 first.
        primitive: ∫F dG at (G, *x).
        potential: Φ at (G, λ, *x).
        atom: Mass at 0 for ε > 0, of τ.
        critical_energy: ε_c of (τ, σ).
        critical_root: The double root at λ = 0 and ε = ε_c, of (τ, σ).
        index_coefficient: α_0 of τ.
    """

    r_transform: Function
    inverse: Function
    slope: Function
    curvature: Function
    coefficients: Function
    primitive: Function
    potential: Function
    atom: Function
    critical_energy: Function
    critical_root: Function
    index_coefficient: Function


@cache
def _polynomial(model: Model) -> sp.Poly:
    numerator, _ = sp.fraction(sp.together(model.equation))
    found = sp.Poly(sp.expand(numerator), G)
    return found if found.eval(0).is_positive else -found


_PI = sp.Symbol("circle_constant")
_NAMESPACES: dict[str, Any] = {
    "numpy": "numpy",
    "mpmath": "mpmath",
    "flint": {"sqrt": lambda x: flint.arb(x).sqrt() if not isinstance(x, flint.acb) else x.sqrt(),
              "log": lambda x: x.log(), "Max": lambda *numbers: max(numbers)},
}  # fmt: skip


def _lambdified(arguments: tuple[sp.Symbol, ...], expression: Any, namespace: str) -> Function:
    """A function of numbers; constants of balls are made where the function is called, at the precision set there."""
    if namespace != "flint":
        found: Function = sp.lambdify(arguments, expression, modules=namespace)
        return found
    parts = expression if isinstance(expression, tuple) else (expression,)
    inner = sp.lambdify((_PI, *arguments), [_balls(part) for part in parts], modules=_NAMESPACES["flint"])
    if isinstance(expression, tuple):
        return lambda *numbers: tuple(inner(flint.arb.pi(), *numbers))
    return lambda *numbers: inner(flint.arb.pi(), *numbers)[0]


def _balls(expression: Any) -> sp.Expr:
    """π as an argument, and no broken numbers: floats would come of them."""
    expression = sp.sympify(expression)
    numerator, denominator = sp.fraction(sp.together(expression)) if not expression.has(sp.log) else (expression, 1)
    plain = numerator.xreplace({sp.pi: _PI}), sp.sympify(denominator).xreplace({sp.pi: _PI})
    return plain[0] / plain[1]


@cache
def _compiled(model: Model, namespace: str) -> Compiled:
    x = (EPSILON, TAU, SIGMA)

    def made(arguments: tuple[sp.Symbol, ...], expression: Any) -> Function:
        return _lambdified(arguments, expression, namespace)

    return Compiled(
        r_transform=made((Z, *x), model.r_transform),
        inverse=made((G, *x), model.inverse),
        slope=made((G, *x), sp.diff(model.inverse, G)),
        curvature=made((G, *x), sp.diff(model.inverse, G, 2)),
        coefficients=made((Z, *x), model.coefficients),
        primitive=made((G, *x), model.primitive),
        potential=made((G, LAMBDA, *x), model.potential),
        atom=made((TAU,), model.atom),
        critical_energy=made((TAU, SIGMA), model.critical_energy),
        critical_root=made((TAU, SIGMA), model.critical_root),
        index_coefficient=made((TAU,), model.index_coefficient),
    )


def _critical_root(root: sp.Expr) -> sp.Expr:
    return -(3 + root) / ((1 + root) * (1 - TAU) * SIGMA)


def _next_linear(root: sp.Expr) -> sp.Expr:
    return -3 * (root**4 + 24 * root**3 + 18 * root**2 + 16 * root + 5) / (160 * root**3)


def _next_relu(root: sp.Expr) -> sp.Expr:
    u = TAU * (2 - TAU)
    even, odd = 11 + 20 * u - 184 * u**2, 61 + 768 * TAU - 456 * TAU**2 + 32 * TAU**3
    return -(even + odd * root) / (60 * root**3)


_JUMP = TAU * sp.sqrt(EPSILON / 2)
_SHARED = ("H_0 follows ρ_MP(·; σ, τ)", "H_0 and H_1 are freely independent", "n → ∞ with 2n/m = τ")

PENNINGTON = Model(
    key="pennington",
    title="Wishart plus Wigner",
    r_wishart=marchenko_pastur(SIGMA, TAU).r_transform,
    r_wigner=semicircle(2 * EPSILON).r_transform,
    jumps=((1 / TAU, SIGMA * TAU),),
    variance=2 * EPSILON,
    primitive=sp.log(G) - sp.log(1 - SIGMA * TAU * G) / TAU + EPSILON * G**2,
    atom=sp.S.Zero,
    critical_energy=4 * SIGMA**2 * (1 - TAU) ** 3 * (1 + ROOT_LINEAR) / (3 + ROOT_LINEAR) ** 3,
    critical_root=_critical_root(ROOT_LINEAR),
    index_coefficient=16 * (1 - TAU) / (3 * sp.pi * (1 + ROOT_LINEAR) * (3 + ROOT_LINEAR) * sp.sqrt(ROOT_LINEAR)),
    next_coefficient=_next_linear(ROOT_LINEAR),
    assumptions=(*_SHARED, "H_1 follows the semicircle law of variance 2ε"),
)
"""Wishart plus Wigner: the model without activation."""

PENNINGTON_RELU = Model(
    key="pennington_relu",
    title="Wishart plus the block off-diagonal part of a ReLU network",
    r_wishart=marchenko_pastur(SIGMA, TAU).r_transform,
    r_wigner=PUBLISHED_RELU_R,
    jumps=((1 / TAU, SIGMA * TAU), (1 / (2 * TAU), _JUMP), (1 / (2 * TAU), -_JUMP)),
    variance=sp.S.Zero,
    primitive=sp.log(G) - sp.log(1 - SIGMA * TAU * G) / TAU - sp.log(2 - EPSILON * TAU**2 * G**2) / (2 * TAU),
    atom=sp.Max(0, 1 - 2 / TAU),
    critical_energy=16 * SIGMA**2 * (1 - TAU) ** 3 * (1 + ROOT_RELU) / (TAU * (3 + ROOT_RELU) ** 3),
    critical_root=_critical_root(ROOT_RELU),
    index_coefficient=2 * (1 - TAU) * (1 + 8 * (2 - TAU) / (1 + ROOT_RELU)) / (27 * sp.pi * sp.sqrt(ROOT_RELU)),
    next_coefficient=_next_relu(ROOT_RELU),
    assumptions=(*_SHARED, "H_1 follows the symmetric compound Poisson law of rate 1/τ and jumps ±τ√(ε/2)"),
)
"""Wishart plus the law of [[0, B], [B⊤, 0]]: the model with ReLU."""

RELU_SATURATION = SIGMA**2 * (2 - TAU) * (3 + ROOT_RELU) ** 3 / (4 * (TAU - 1) ** 3 * (1 + ROOT_RELU))
"""ε_* for 1 < τ ≤ 2: from it on α = 1/(2τ) with ReLU, the share of negative eigenvalues that H_1 has itself."""
RELU_SHARE = 1 / (2 * TAU)
"""The share of negative eigenvalues of H_1 with ReLU, for τ ≥ 1."""

MODELS: dict[str, Model] = {model.key: model for model in (PENNINGTON, PENNINGTON_RELU)}
"""Both, by key."""
