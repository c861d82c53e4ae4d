r"""Expressions with square roots: an exact test for zero, and numbers for the lines of a derivation.

An expression in z and positive letters, with principal square roots of linear functions of z, is a rational function
of the letters, of their own roots and of those square roots. `vanishes` puts one letter for every root, brings the
whole to one fraction and divides its numerator by u² − (what stands under the root). If nothing is left, the
expression is zero; the converse needs that the roots are independent and is not claimed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

DIGITS = 30
"""Digits in which lines are evaluated."""
CLOSE = mpmath.mpf(10) ** -20
"""Two values agree if they differ by less than this, relative to 1 + |value|.

Quadrature between the square roots at two edges is right to 10^-24 or better, and a mutated constant moves a line by
far more.
"""


@lru_cache(maxsize=4096)
def vanishes(expression: sp.Expr) -> bool:
    """Whether an expression with square roots is shown to be zero.

    Example:
        >>> z, t = sp.symbols("z"), sp.Symbol("tau", positive=True)
        >>> vanishes(sp.sqrt(z - 1) ** 2 - z + 1), vanishes((1 - sp.sqrt(t)) * (1 + sp.sqrt(t)) - 1 + t)
        (True, True)
        >>> vanishes(sp.sqrt(z - 1) * sp.sqrt(z + 1) - z)
        False
    """
    letters = {power.base for power in expression.atoms(sp.Pow) if _half(power.exp) and power.base.is_Symbol}
    expression = expression.xreplace({x: sp.Dummy(x.name, positive=True) ** 2 for x in letters if x.is_positive})
    roots: dict[sp.Expr, sp.Symbol] = {}
    plain = expression.replace(
        lambda e: isinstance(e, sp.Pow) and _half(e.exp),
        lambda e: roots.setdefault(sp.expand(e.base), sp.Dummy(f"u{len(roots)}")) ** int(2 * e.exp),
    )
    return _Fractions(plain, {root: under for under, root in roots.items()}).zero


def _half(exponent: sp.Expr) -> bool:
    return bool(exponent.is_Rational and exponent.q == 2)


class _Fractions:
    """Fractions of polynomials over Q in all atoms of an expression, with u² = under for each root u, and i² = −1.

    Numerator and denominator are kept apart and nothing is cancelled, which is enough to tell whether the numerator is
    zero, and quick.
    """

    def __init__(self, expression: sp.Expr, under: dict[sp.Symbol, sp.Expr]) -> None:
        whole = sp.Tuple(expression, *under.values())
        self.atoms = sorted(_generators(whole), key=str)
        self.ring = sp.polys.rings.PolyRing([sp.Dummy(f"x{i}") for i in range(len(self.atoms) + 1)], sp.QQ)
        self.places = {atom: place for place, atom in enumerate(self.atoms)}
        self.squares: dict[int, Any] = {}
        for root, inside in under.items():
            if root in self.places:
                numerator, denominator = self.of(inside)
                if not denominator.is_ground:
                    raise TypeError(f"the root of the fraction {inside}")
                self.squares[self.places[root]] = numerator * (1 / denominator.LC)
        if sp.I in self.places:
            self.squares[self.places[sp.I]] = -self.ring.one
        self.zero = not self.of(expression)[0]

    def of(self, expression: sp.Expr) -> tuple[Any, Any]:
        """Numerator and denominator."""
        if expression.is_Rational:
            return self.ring(int(expression.p)), self.ring(int(expression.q))
        if expression.is_Add:
            numerator, denominator = self.ring.zero, self.ring.one
            for part in expression.args:
                n, d = self.of(part)
                if d == denominator:
                    numerator = numerator + n
                else:
                    numerator, denominator = (
                        self.times(numerator, d) + self.times(n, denominator),
                        self.times(denominator, d),
                    )
            return numerator, denominator
        if expression.is_Mul:
            numerator, denominator = self.ring.one, self.ring.one
            for part in expression.args:
                n, d = self.of(part)
                numerator, denominator = self.times(numerator, n), self.times(denominator, d)
            return numerator, denominator
        if expression.is_Pow and expression.exp.is_Integer:
            one, two = self.of(expression.base)[:: 1 if expression.exp > 0 else -1]
            power = abs(int(expression.exp))
            return self.power(one, power), self.power(two, power)
        return self.ring.gens[self.places[expression]], self.ring.one

    def power(self, base: Any, exponent: int) -> Any:
        """A power, reduced after every product."""
        found = self.ring.one
        for _ in range(exponent):
            found = self.times(found, base)
        return found

    def times(self, one: Any, two: Any) -> Any:
        """A product with the squares of roots replaced by what stands under them."""
        product = one * two
        while (place := self._high(product)) is not None:
            reduced = self.ring.zero
            for powers, coefficient in product.terms():
                even, odd = divmod(powers[place], 2)
                rest = (*powers[:place], odd, *powers[place + 1 :])
                reduced = reduced + self.ring({rest: coefficient}) * self.squares[place] ** even
            product = reduced
        return product

    def _high(self, product: Any) -> int | None:
        """A root that occurs with a power above 1."""
        return next((place for place in self.squares if any(powers[place] > 1 for powers in product)), None)


def _generators(expression: sp.Basic) -> set[sp.Expr]:
    if isinstance(expression, sp.Tuple | sp.Add | sp.Mul):
        return set().union(*map(_generators, expression.args))
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        return _generators(expression.base)
    return set() if expression.is_Rational else {expression}


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two lines are equal: the same expression, or a difference that `vanishes`.

    What the zero test does not know, such as integrals, is equal only to itself; inside of a boundary value or of a
    root the arguments are compared.
    """
    if one == two:
        return True
    if not (isinstance(one, sp.Expr) and isinstance(two, sp.Expr)):
        return False
    if hasattr(one, "at_numbers") or hasattr(two, "at_numbers"):
        pairs = zip(one.args, two.args, strict=False)
        return bool(one.func == two.func and all(same(left, right, ordering) for left, right in pairs))
    return not opaque(one) and not opaque(two) and vanishes(one - two)


def opaque(expression: sp.Expr) -> bool:
    """Whether an expression contains what the zero test does not know."""
    unknown = expression.has(sp.Integral, sp.Limit, sp.zoo, sp.oo, sp.nan)
    return bool(unknown or any(hasattr(part, "at_numbers") for part in expression.atoms(sp.Function)))


class Close:
    """A complex number that equals another one if the two are close.

    Example:
        >>> Close(mpmath.mpf(1)) == Close(mpmath.mpf(1) + mpmath.mpf(10) ** -25), Close(1) == Close(1.001)
        (True, False)
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        self.value = mpmath.mpmathify(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Close) and bool(abs(self.value - other.value) < CLOSE * (1 + abs(self.value)))

    def __le__(self, other: Close) -> bool:
        return self == other or bool(mpmath.re(self.value) <= mpmath.re(other.value))

    def __ge__(self, other: Close) -> bool:
        return other <= self

    def __repr__(self) -> str:
        return str(mpmath.nstr(self.value, 12))


def value(expression: Any, valuation: Valuation) -> Close:
    """The value of a line in thirty digits; integrals by quadrature between the edges of a law."""
    with mpmath.workdps(DIGITS):
        return Close(number(sp.sympify(expression), valuation.symbols))


def number(expression: sp.Expr, letters: dict[Any, Any]) -> Any:
    """The value of an expression as an mpmath number.

    Raises:
        TypeError: If a letter has no value.
    """
    own = getattr(expression, "at_numbers", None)
    if own is not None:
        return own(letters)
    if isinstance(expression, sp.Integral):
        return _quadrature(expression, letters)
    if expression.has(sp.Sum):
        whole = {x: given for x, given in letters.items() if isinstance(given, sp.Integer)}
        return number(expression.xreplace(whole).replace(lambda e: isinstance(e, sp.Sum), lambda e: e.doit()), letters)
    inner = {x: sp.Dummy() for x in expression.atoms(sp.Integral) if x != expression}
    inner |= {x: sp.Dummy() for x in expression.atoms(sp.Function) if hasattr(x, "at_numbers")}
    if inner:
        numbers = {dummy: number(part, letters) for part, dummy in inner.items()}
        return number(expression.xreplace(inner), {**letters, **numbers})
    free = sorted(expression.free_symbols, key=str)
    missing = [x for x in free if x not in letters]
    if missing:
        raise TypeError(f"no value for {missing[0]}")
    function = sp.lambdify(free, expression, modules="mpmath")
    return mpmath.mpmathify(function(*(_mp(letters[x]) for x in free)))


def _mp(given: Any) -> Any:
    return mpmath.mpmathify(sp.N(given, DIGITS)) if isinstance(given, sp.Basic) else mpmath.mpmathify(given)


def _quadrature(integral: sp.Integral, letters: dict[Any, Any]) -> Any:
    """λ = low + (high − low)u², which leaves no singularity at the lower edge."""
    variable, low, high = integral.limits[0]
    free = sorted(integral.function.free_symbols - {variable}, key=str)
    function = sp.lambdify([variable, *free], integral.function, modules="mpmath")
    numbers = [_mp(letters[x]) for x in free]
    start = number(low, letters)
    if high == sp.oo:
        return mpmath.quad(lambda t: function(t, *numbers), [start, start + 1, mpmath.inf])
    width = number(high, letters) - start
    return 2 * width * mpmath.quad(lambda u: u * function(start + width * u * u, *numbers), [0, 1])
