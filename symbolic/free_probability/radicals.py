r"""Formulas with √(1 + 8τ) or √(1 + 16τ − 8τ²), made rational by a parameter: equality and sign are then decidable.

====================  =======================  ====================================  ============
model                 τ                        the root                              0 < τ < 1 is
====================  =======================  ====================================  ============
without activation    (s² − 1)/8               √(1 + 8τ) = s                         1 < s < 3
with ReLU             2(8 − t)/(8 + t²)        √(1 + 16τ − 8τ²) = (8 + 16t − t²)/(8 + t²)   2 < t < 8
====================  =======================  ====================================  ============
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.free_probability.fractions_field import factored, vanishes
from hessproof.symbolic.free_probability.models import PENNINGTON, Model
from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU
from hessproof.symbolic.valuation import Valuation

_POINTS = 2
"""Points at which the lines of a derivation are compared; the symbolic check decides, and numbers only guard it."""


@dataclass(frozen=True)
class Parameter:
    """A rational parameter of a curve root² = radicand(τ), over 0 < τ < 1.

    Args:
        symbol: The parameter.
        tau: τ in it.
        radicand: The polynomial in τ under the root.
        root: The positive root in it.
        low: Least value, one end of 0 < τ < 1.
        high: Largest value, the other end.

    Example:
        >>> LINEAR.rational(sp.sqrt(1 + 8 * TAU) * TAU)
        s*(s**2/8 - 1/8)
        >>> LINEAR.equal((1 + 8 * TAU) ** sp.Rational(3, 2), LINEAR.symbol**3), LINEAR.positive(3 - LINEAR.symbol)
        (True, True)
    """

    symbol: sp.Symbol
    tau: sp.Expr
    radicand: sp.Expr
    root: sp.Expr
    low: sp.Expr
    high: sp.Expr

    def rational(self, expression: Any) -> Any:
        """The expression with τ and the root written in the parameter."""

        def is_root(node: Any) -> bool:
            return isinstance(node, sp.Pow) and node.exp.is_Rational and not node.exp.is_Integer and (
                sp.expand(node.base - self.radicand) == 0)  # fmt: skip

        plain = sp.sympify(expression).replace(is_root, lambda node: self.root ** (2 * node.exp))
        return plain.xreplace({TAU: self.tau})

    def equal(self, one: Any, two: Any) -> bool:
        """Whether two formulas agree for all 0 < τ < 1: equal as rational functions."""
        if isinstance(one, sp.Tuple) or isinstance(two, sp.Tuple):
            pairs = zip(one.args, two.args, strict=True) if len(one.args) == len(two.args) else None
            return pairs is not None and all(self.equal(*pair) for pair in pairs)
        difference = self.rational(one) - self.rational(two)
        return not self.differs(difference) and vanishes(difference)

    def differs(self, difference: Any) -> bool:
        """Whether a difference is not zero at one point: then no algebra is needed."""
        found = self._at_point(difference)
        return bool(found.is_Rational and found != 0)

    def _at_point(self, expression: Any) -> sp.Expr:
        """The value at one point inside."""
        letters = sorted(sp.sympify(expression).free_symbols - {self.symbol}, key=str)
        point = {letter: sp.Rational(2 * place + 3, 7) for place, letter in enumerate(letters)}
        return sp.sympify(expression).xreplace(point | {self.symbol: (2 * self.low + self.high) / 3})

    def positive(self, expression: Any) -> bool:
        """Whether a formula is positive for all 0 < τ < 1: every factor is counted to have no root in between.

        Letters other than the parameter must be known to be positive and stand in factors of their own.
        """
        at_point = self._at_point(self.rational(expression))
        if at_point.is_Rational and at_point <= 0:
            return False
        sign = 1
        for factor in sp.Mul.make_args(factored(self.rational(expression))):
            base, power = factor.as_base_exp()
            if base.free_symbols <= {self.symbol} and power.is_Integer and base.is_polynomial(self.symbol):
                if not base.free_symbols:
                    sign *= 1 if base > 0 else -1
                    continue
                middle = base.xreplace({self.symbol: (self.low + self.high) / 2})
                ends = [base.xreplace({self.symbol: end}) == 0 for end in (self.low, self.high)]
                inside = sp.Poly(base, self.symbol).count_roots(self.low, self.high) - sum(ends)
                if inside:
                    return False
                sign *= 1 if middle > 0 or power % 2 == 0 else -1
            elif not factor.is_positive:
                return False
        return sign > 0

    def values(self, stream: random.Random) -> sp.Rational:
        """A random rational value of the parameter inside its interval."""
        return self.low + (self.high - self.low) * sp.Rational(stream.randint(1, 39), 40)

    def valuations(self, derivation: Derivation, seed: int) -> Iterator[Valuation]:
        """Rational τ with a rational root, and rational ε and σ."""
        stream = random.Random(f"{derivation.claim}|{seed}")
        for _ in range(_POINTS):
            value = self.values(stream)
            yield Valuation({
                self.symbol: value,
                TAU: sp.Rational(self.tau.xreplace({self.symbol: value})),
                EPSILON: sp.Rational(stream.randint(1, 30), 20),
                SIGMA: sp.Rational(stream.randint(1, 9), 4),
            })  # fmt: skip

    def same(self, one: Any, two: Any, ordering: Any) -> bool:
        """`equal`, for a derivation; two unevaluated objects are equal if their parts are."""
        one, two = sp.sympify(one), sp.sympify(two)
        if one == two:
            return True
        if type(one) is type(two) and getattr(one, "opaque", False):
            return len(one.args) == len(two.args) and all(
                self.same(*pair, ordering) for pair in zip(one.args, two.args, strict=True)
            )
        if any(getattr(side, "opaque", False) for side in (one, two)):
            return False
        return self.equal(one, two)


def value(expression: Any, valuation: Valuation) -> Any:
    """A formula at exact numbers: roots of squares of rational numbers come out rational.

    Raises:
        ValueError: If there is no finite value.
    """
    found = sp.sympify(expression).xreplace(dict(valuation.symbols))
    found = found.doit() if found.has(sp.Derivative) else found
    if getattr(found, "opaque", False):
        found = found.value()
    result = sp.radsimp(sp.expand(found)) if found.has(sp.Pow) else found
    if not getattr(result, "is_finite", True):
        raise ValueError(f"{expression} has no finite value")
    return result


_S, _T = sp.symbols("s t", positive=True)
LINEAR = Parameter(_S, (_S**2 - 1) / 8, 1 + 8 * TAU, _S, sp.Integer(1), sp.Integer(3))
"""For the model without activation."""
RELU = Parameter(
    _T, 2 * (8 - _T) / (8 + _T**2), 1 + 16 * TAU - 8 * TAU**2, (8 + 16 * _T - _T**2) / (8 + _T**2),
    sp.Integer(2), sp.Integer(8),
)  # fmt: skip
"""For the model with ReLU."""


def parameter(model: Model) -> Parameter:
    """The parameter that makes a model's critical energy rational."""
    return LINEAR if model is PENNINGTON else RELU
