"""Activations as expressions, each written once; derivatives come from differentiation.

An activation σ is given by one expression for z ≤ 0 and one for z > 0. Where the two meet with a kink, at z = 0, the
expression for z ≤ 0 decides: ReLU has σ(0) = σ′(0) = σ″(0) = 0, leaky ReLU has σ′(0) = 1/100, and ELU, whose first
derivative is continuous, has σ″(0) = 1. Away from kinks σ″ is the second derivative; what a second derivative cannot
see (the jump of a ReLU's slope) is no part of the Hessian.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy import Expr, Function, Integer, Rational, Symbol, exp, log, sqrt

from hessproof.symbolic.architecture import ACTIVATIONS
from hessproof.symbolic.errors import UnusableRequest

Z = Symbol("z", real=True)
"""The argument of every expression below."""

LEAK = Rational(1, 100)
"""Slope of the leaky ReLU below zero."""


class Logistic(Function):  # type: ignore[misc]
    """1/(1 + e^(−z)), kept whole so that numbers can be computed without overflow.

    Example:
        >>> Logistic(Z).diff(Z)
        Logistic(-z)*Logistic(z)
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative, s(z)(1 − s(z)) = s(z) s(−z), which is accurate far from zero too."""
        return self * Logistic(-self.args[0])

    @staticmethod
    def definition(z: Any) -> Expr:
        """The function written out."""
        return 1 / (1 + exp(-z))


class Softplus(Function):  # type: ignore[misc]
    """log(1 + e^z), kept whole so that numbers can be computed without overflow.

    Example:
        >>> Softplus(Z).diff(Z)
        Logistic(z)
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative, the logistic function."""
        return Logistic(self.args[0])

    @staticmethod
    def definition(z: Any) -> Expr:
        """The function written out."""
        return log(1 + exp(z))


@dataclass(frozen=True)
class Activation:
    """An activation σ and its first two derivatives, in the variable ``Z``.

    Args:
        name: As ``Architecture`` knows it.
        below: σ(z) for z ≤ 0.
        above: σ(z) for z > 0.

    Example:
        >>> activation("tanh").first.below
        1 - tanh(z)**2
        >>> activation("relu").positively_homogeneous, activation("elu").positively_homogeneous
        (True, False)
    """

    name: str
    below: Expr
    above: Expr

    @cached_property
    def first(self) -> Activation:
        """σ′, as two expressions."""
        return Activation(f"{self.name}'", self.below.diff(Z), self.above.diff(Z))

    @cached_property
    def second(self) -> Activation:
        """σ″, as two expressions."""
        return self.first.first

    @property
    def smooth(self) -> bool:
        """Whether one expression serves both sides."""
        return bool(self.below == self.above)

    @property
    def value(self) -> Expr:
        """One expression for all z, with ``Piecewise`` where there are two."""
        if self.smooth:
            return self.below
        return sympy.Piecewise((self.above, Z > 0), (self.below, True))

    @property
    def definition(self) -> Activation:
        """The same with the logistic function and the softplus written out.

        Example:
            >>> activation("silu").definition.below
            z/(1 + exp(-z))
        """
        return Activation(self.name, written_out(self.below), written_out(self.above))

    @cached_property
    def piecewise_linear(self) -> bool:
        """Whether σ″ = 0 away from kinks."""
        return bool(self.second.below == 0 and self.second.above == 0)

    @cached_property
    def positively_homogeneous(self) -> bool:
        """Whether σ(z) = σ′(z) z (Singh et al. 2021, §7.1): then σ(cz) = cσ(z) for c > 0."""
        slopes = self.first
        return all(
            sympy.simplify(value - slope * Z) == 0
            for value, slope in ((self.below, slopes.below), (self.above, slopes.above))
        )


def written_out(expression: Expr) -> Expr:
    """An expression with ``Logistic`` and ``Softplus`` replaced by what they stand for.

    Example:
        >>> written_out(Softplus(Z))
        log(exp(z) + 1)
    """
    return expression.replace(Logistic, Logistic.definition).replace(Softplus, Softplus.definition)


def _both(name: str, expression: Any) -> Activation:
    return Activation(name, sympy.sympify(expression), sympy.sympify(expression))


_ALL = {
    one.name: one
    for one in (
        _both("linear", Z),
        Activation("relu", Integer(0), Z),
        Activation("leaky-relu", LEAK * Z, Z),
        _both("tanh", sympy.tanh(Z)),
        _both("sigmoid", Logistic(Z)),
        Activation("elu", exp(Z) - 1, Z),
        _both("softplus", Softplus(Z)),
        _both("gelu", Z * (1 + sympy.erf(Z / sqrt(2))) / 2),
        _both("silu", Z * Logistic(Z)),
    )
}


def activation(name: str) -> Activation:
    """The activation of that name.

    Raises:
        UnusableRequest: If there is none.

    Example:
        >>> activation("gelu").value
        z*(erf(sqrt(2)*z/2) + 1)/2
    """
    if name not in _ALL:
        raise UnusableRequest(
            f"activation {name!r}", f"one of {', '.join(ACTIVATIONS)}", f"give --activation {ACTIVATIONS[0]}"
        )
    return _ALL[name]
