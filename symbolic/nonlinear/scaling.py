r"""The scaling symmetry of a rectified neuron, and what it says about Jacobian and Hessian.

If σ(z) = σ′(z) z, then σ(cz) = cσ(z) for c > 0, and multiplying all that enters a hidden neuron (its row of [W^l b^l])
by c and all that leaves it (its column of W^{l+1}) by 1/c changes no output. The tangent of that orbit at c = 1 is

    t = (W^l_{i•}, b^l_i, −W^{l+1}_{•i}).

* It lies in the kernel of the Jacobian at *every* parameter, kinks and dead neurons included, whatever value σ′(0) is
  given: only σ(z) = σ′(z) z at each sample is used. So H_o t = 0 for every loss.
* Where the loss is twice differentiable, ∇ℒ · t = 0 may be differentiated: H_L t = −G∇ℒ with G = diag(1, −1, 0), so
  that H_L t = 0 at every critical point.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
from sympy import Expr, Function, IndexedBase, Sum, Symbol

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import L

c, z = Symbol("c", positive=True), Symbol("z", real=True)
"""The factor, and the neuron's pre-activation."""
count, place = Symbol("n", integer=True), Symbol("k", integer=True)
"""Neurons of the next layer, and one of them."""
back, out = IndexedBase("g", real=True), IndexedBase("u", real=True)
"""g_k = ∂F_c/∂z_k for the next layer, and u_k = W^{l+1}_{ki}, what leaves the neuron."""
size, row, column = (Symbol(name, integer=True) for name in ("p", "a", "b"))
"""Number of parameters, and two of them."""
hessian, gradient = IndexedBase("H_a", real=True), IndexedBase(r"\nabla", real=True)
theta, scale = IndexedBase(r"\theta", real=True), IndexedBase("G", real=True)
"""Row a of H_L, ∇ℒ, θ and the diagonal of G: 1 for what enters the neuron, −1 for what leaves it, 0 otherwise."""


class Sigma(Function):  # type: ignore[misc]
    """σ, a rectified activation."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        """σ′."""
        return Slope(self.args[0])

    def _latex(self, printer: Any) -> str:
        return rf"\sigma({printer._print(self.args[0])})"


class Slope(Function):  # type: ignore[misc]
    """σ′."""

    nargs = 1

    def _latex(self, printer: Any) -> str:
        return rf"\sigma'({printer._print(self.args[0])})"


class Rate(Expr):  # type: ignore[misc]
    """d/dc at c = 1 of an expression in c."""

    def __new__(cls, body: Expr) -> Any:
        """Take the expression."""
        return super().__new__(cls, body)

    def _latex(self, printer: Any) -> str:
        return rf"\left.\frac{{d}}{{dc}}\right|_{{c=1}} {printer._print(self.args[0])}"


class ChainRule(Rule):
    """d/dc at c = 1, by the product and the chain rule."""

    name = "product and chain rule"
    statement = r"\frac{d}{dc} \frac{u}{c} \sigma(cz) = -\frac{u}{c^2} \sigma(cz) + \frac{u}{c} \sigma'(cz) z"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Every rate differentiated."""
        rates = expression.atoms(Rate) if isinstance(expression, sp.Basic) else set()
        if not rates:
            raise RuleFailure("there is no rate of change to take")
        return expression.xreplace({rate: sp.diff(rate.args[0], c).subs(c, 1).doit() for rate in rates})


class Euler(Rule):
    """σ(z) = σ′(z) z."""

    name = "Euler's identity for a rectified activation"
    statement = r"\sigma(z) = \sigma'(z)\, z"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """σ′(z) z for every σ(z)."""
        return expression.replace(Sigma, lambda argument: Slope(argument) * argument)


class Invariance(Rule):
    """Σ_b ∇_b G_b θ_b = 0 for all θ, differentiated by θ_a: Σ_b H_ab G_b θ_b = −G_a ∇_a."""

    name = "derivative of the invariance"
    statement = r"\nabla \mathcal{L}(\theta)^\top G \theta = 0 \ \forall \theta \ \Rightarrow\ H G \theta = -G \nabla"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """−G_a ∇_a for the row a of HGθ."""
        if expression != hessian_times_tangent():
            raise RuleFailure("the line is not a row of HGθ")
        return -scale[row] * gradient[row]


class Critical(Rule):
    """∇ℒ = 0."""

    name = "critical point"
    statement = r"\nabla \mathcal{L} = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero for every entry of the gradient."""
        entries = [entry for entry in expression.atoms(sp.Indexed) if entry.base == gradient]
        return expression.xreplace(dict.fromkeys(entries, sp.S.Zero))


def hessian_times_tangent() -> Expr:
    """Row a of H G θ."""
    return Sum(hessian[column] * scale[column] * theta[column], (column, 1, size))


@cache
def jacobian_kernel() -> Derivation:
    """The tangent is in the kernel of the Jacobian, for every parameter, sample and value of σ′(0).

    What reaches the next layer through the neuron is (u_k/c) σ(cz); everything else stays as it is.

    Example:
        >>> jacobian_kernel().check(0).ok
        True
        >>> wrong = jacobian_kernel().with_step(1, -Sigma(z) * Sum(back[place] * out[place], (place, 1, count)))
        >>> wrong.check(0, numbers=False).failing.rule
        'product and chain rule'
    """
    weight = Sum(back[place] * out[place], (place, 1, count))
    return Derivation(
        "scaling_jacobian", "rescaling a rectified neuron moves no output", Ordering(L >= 2),
        weight * Rate(Sigma(c * z) / c),
        (Step(weight * (Slope(z) * z - Sigma(z)), ChainRule()), Step(sp.S.Zero, Euler())), sp.S.Zero,
        source="this project; Singh et al. 2021, §7.1", same=same, valuations=_neurons,
        remarks=("Σ_k g_k u_k σ is the share of F_c that passes through the neuron, to first order",),
    )  # fmt: skip


@cache
def critical_kernel() -> Derivation:
    """The tangent is in the kernel of H_L at every critical point where the loss is twice differentiable.

    Example:
        >>> critical_kernel().check(0).ok
        True
    """
    return Derivation(
        "scaling_critical", "rescaling a rectified neuron at a critical point", Ordering(L >= 2),
        hessian_times_tangent(),
        (Step(-scale[row] * gradient[row], Invariance()), Step(sp.S.Zero, Critical())), sp.S.Zero,
        source="this project", same=same, valuations=_critical_points, lemmas=(jacobian_kernel(),),
    )  # fmt: skip


def _neurons(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Pre-activations on both sides of zero and on it, slopes of ReLU, of leaky ReLU, and any σ′(0)."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for value in (-2, 0, 3, 0):
        neighbours = stream.randint(1, 4)
        below, at_zero = stream.choice([Fraction(0), Fraction(1, 100)]), Fraction(stream.randint(0, 4), 4)
        tables: dict[Any, Any] = {
            count: neighbours,
            z: value,
            "slopes": (below, at_zero, Fraction(1)),
            back: [stream.randint(-5, 5) for _ in range(neighbours + 1)],
            out: [stream.randint(-5, 5) for _ in range(neighbours + 1)],
        }
        yield Valuation(tables)


def _critical_points(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """ℒ = ½(θ_1θ_2 − y)² + θ_3²: invariant under θ_1 → cθ_1, θ_2 → θ_2/c, at points with θ_1θ_2 = y, θ_3 = 0."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for parameter in (1, 2, 3):
        one, two = stream.randint(1, 9), stream.randint(-9, -1)
        second = [[two * two, one * two, 0], [one * two, one * one, 0], [0, 0, 2]]
        tables: dict[Any, Any] = {
            size: 3,
            row: parameter,
            theta: [None, one, two, 0],
            scale: [None, 1, -1, 0],
            gradient: [None, 0, 0, 0],
            hessian: [None, *second[parameter - 1]],
        }
        yield Valuation(tables)


def _slope(value: Any, valuation: Valuation) -> Any:
    slopes: Any = valuation.symbols["slopes"]
    return slopes[(value > 0) - (value < 0) + 1]


@evaluate.register(Sigma)
def _(expression: Sigma, valuation: Valuation) -> Any:
    value = evaluate(expression.args[0], valuation)
    return _slope(value, valuation) * value


@evaluate.register(Slope)
def _(expression: Slope, valuation: Valuation) -> Any:
    return _slope(evaluate(expression.args[0], valuation), valuation)


@evaluate.register(Rate)
def _(expression: Rate, valuation: Valuation) -> Any:
    """The difference between c = 2 and c = 1: exact, since what is scaled here does not depend on c."""
    high, low = (evaluate(expression.args[0], valuation.with_symbol(c, value)) for value in (2, 1))
    return high - low
