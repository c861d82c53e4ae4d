r"""Sums over all K outputs for symbolic K: a normal form, and values.

The normal form uses linearity of the sum, Σ_b 1[a = b] f(b) = f(a) for 1 ≤ a ≤ K, exp(x + y) = exp x exp y,
log(xy) = log x + log y for positive x and y, and tanh² = 1 − 1/cosh². Two expressions with the same normal form are
equal for every K; the converse is not claimed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.losses.expressions import C, F, K, Y, total
from hessproof.symbolic.valuation import Valuation

SHIFT = sp.Symbol("h", real=True)
"""What is added to every output."""
V = sp.IndexedBase("v", real=True)
"""A change of the outputs, v_1, …, v_K."""
_DIGITS = 60
_SHOWN = 30


@lru_cache(maxsize=4096)
def settled(expression: Any) -> Any:
    """The normal form.

    Example:
        >>> settled(total(sp.exp(F[C] + SHIFT)) - sp.exp(SHIFT) * total(sp.exp(F[C])))
        0
    """
    if not expression.args or isinstance(expression, sp.Indexed):
        return expression
    if isinstance(expression, sp.Sum):
        return _sum(expression)
    changed = expression.func(*map(settled, expression.args))
    if isinstance(changed, sp.log):
        return _logarithm(changed)
    if isinstance(changed, sp.Pow) and isinstance(changed.base, sp.tanh) and changed.exp == 2:
        return 1 - sp.cosh(changed.base.args[0]) ** -2
    if isinstance(changed, sp.exp):
        return sp.Mul(*(sp.exp(term, evaluate=True) for term in sp.Add.make_args(sp.expand(changed.args[0]))))
    return sp.expand(changed, log=False, power_exp=True)


def _sum(expression: sp.Sum) -> Any:
    first, *others = expression.limits
    if any(limits[1:] != (1, K) for limits in expression.limits):
        return expression
    if others:
        return settled(sp.Sum(settled(sp.Sum(expression.function, first)), *others))
    index = first[0]
    parts = []
    for term in sp.Add.make_args(settled(expression.function)):
        factors = sp.Mul.make_args(term)
        delta = next((x for x in factors if isinstance(x, sp.KroneckerDelta) and index in x.args), None)
        if delta is not None:
            (other,) = set(delta.args) - {index}
            parts.append(settled(sp.Mul(*(x for x in factors if x != delta)).xreplace({index: other})))
            continue
        inside = sp.Mul(*(x for x in factors if index in x.free_symbols))
        outside = sp.Mul(*(x for x in factors if index not in x.free_symbols))
        parts.append(outside * (total(inside.xreplace({index: C})) if inside != 1 else K))
    return sp.expand(sp.Add(*parts), log=False)


def _logarithm(expression: sp.log) -> Any:
    factors = sp.Mul.make_args(expression.args[0])
    powers = [x for x in factors if isinstance(x, sp.exp)]
    rest = sp.Mul(*(x for x in factors if not isinstance(x, sp.exp)))
    return sp.Add(*(x.args[0] for x in powers)) + (sp.log(rest) if rest != 1 else 0)


def same(one: Any, two: Any, ordering: Any) -> bool:
    """Whether two expressions have the same normal form."""
    return bool(settled(sp.sympify(one) - sp.sympify(two)) == 0)


def value(expression: Any, valuation: Valuation) -> int:
    """The value in fixed point: 30 decimal places of 60 computed ones."""
    numbers: dict[Any, Any] = valuation.symbols
    free = sp.sympify(expression).free_symbols
    plain = {symbol: number for symbol, number in numbers.items() if isinstance(symbol, sp.Symbol) and symbol in free}
    written = sp.sympify(expression).xreplace(plain).doit()
    entries = {
        entry: sp.Rational(numbers[entry.base][int(entry.indices[0]) - 1]) for entry in written.atoms(sp.Indexed)
    }  # fmt: skip
    with mpmath.workdps(_DIGITS):
        found = sp.lambdify([], written.xreplace(entries), modules="mpmath")()
        return int(mpmath.floor(mpmath.mpf(found) * 10**_SHOWN + 0.5))


def valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """K from 1 to 3, rational outputs, targets, changes and shifts; indices between 1 and K."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for outputs in (1, 2, 3):
        numbers: dict[Any, Any] = {K: outputs, SHIFT: sp.Rational(stream.randint(-20, 20), 7)}
        for base in (F, Y, V):
            numbers[base] = [sp.Rational(stream.randint(-20, 20), stream.randint(5, 9)) for _ in range(outputs)]
        for letter in ("a", "b"):
            numbers[sp.Symbol(letter, integer=True, positive=True)] = stream.randint(1, outputs)
        yield Valuation(numbers)
