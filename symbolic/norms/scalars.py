r"""Scalars made of norms: a normal form of their sums and products over layers, and whether they grow with their parts.

The normal form uses linearity of Σ, multiplicativity of Π, expansion, and the normal form of the words inside norms.
Two expressions with the same normal form are equal for every depth; the converse is not claimed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from hessproof.symbolic import normal
from hessproof.symbolic.norms.letters import Norm
from hessproof.symbolic.norms.symbols import NAMES, L, LargestEigenvalue, layer, other
from hessproof.symbolic.ordering import NotSettled, Ordering, count_of
from hessproof.symbolic.rules import RuleFailure

_POSITIVE = {
    letter: sp.Symbol(letter.name, positive=True)
    for letter in NAMES
    if isinstance(letter, sp.Symbol) and not letter.is_integer
}
"""Exponents are integers ≥ 0, so that an identity of polynomials in positive numbers holds for zeros as well."""


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars have the same normal form.

    Example:
        >>> from hessproof.symbolic.norms.symbols import factor, m, product
        >>> whole = sp.Product(m[factor] ** 2, (factor, 1, L))
        >>> same(whole, product(1, L) ** 2, Ordering(1 <= L))
        True
    """
    first, second = (settled(sp.sympify(side).xreplace(_POSITIVE), ordering) for side in (one, two))
    return bool(first == second)


@lru_cache(maxsize=8192)
def settled(expression: Any, ordering: Ordering) -> Any:
    """The normal form.

    Raises:
        RuleFailure: If a sum or product runs over several numbers at once.

    Example:
        >>> from hessproof.symbolic.norms.symbols import M_W, over_layers
        >>> settled(over_layers(3 * M_W), Ordering(1 <= L))
        3*L*M_W
    """
    if isinstance(expression, sp.Sum | sp.Product) and len(expression.limits) > 1:
        raise RuleFailure(f"{expression} runs over several numbers at once, which the normal form does not know")
    if isinstance(expression, Norm):
        return type(expression)(normal.canonical(expression.matrix, ordering))
    if isinstance(expression, LargestEigenvalue):
        inner = within(ordering)
        return LargestEigenvalue(*(block.applyfunc(lambda entry: settled(entry, inner)) for block in expression.args))
    if not expression.args or isinstance(expression, sp.Indexed):
        return expression
    if isinstance(expression, sp.Sum | sp.Product):
        index, first, last = expression.limits[0]
        if sp.expand(last - first) == -1:
            return sp.S.Zero if isinstance(expression, sp.Sum) else sp.S.One
        body = settled(expression.function, inside(index, first, last, ordering))
        collected = _sum if isinstance(expression, sp.Sum) else _product
        return collected(body, index, first, last, count_of(first, last, ordering))
    return sp.expand(expression.func(*(settled(argument, ordering) for argument in expression.args)))


def inside(index: Any, first: Any, last: Any, ordering: Ordering) -> Ordering:
    """The assumptions under which the body of a sum or a product is treated.

    Raises:
        NotSettled: If the index is a free layer number as well.
    """
    if index in ordering.symbols:
        raise NotSettled(f"{index} runs and is also free")
    free = {symbol for limit in (first, last) for symbol in sp.sympify(limit).free_symbols}
    if free <= set(ordering.symbols):
        return ordering.where(first <= index, index <= last)
    return ordering


def within(ordering: Ordering) -> Ordering:
    """The assumptions inside λ_max: 1 ≤ j < l ≤ L.

    Raises:
        NotSettled: If l or j is a free layer number as well.
    """
    if {layer, other} & set(ordering.symbols):
        raise NotSettled("l and j run over the layers of λ_max and are also free")
    return ordering.where(other >= 1, other <= layer - 1, layer <= L)


def _sum(body: Any, index: Any, first: Any, last: Any, count: Any) -> Any:
    """Σ term by term; a term without the index is multiplied by the count, if that is known."""
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(body)):
        factors = sp.Mul.make_args(term)
        moving = sp.Mul(*(x for x in factors if index in x.free_symbols))
        fixed = sp.Mul(*(x for x in factors if index not in x.free_symbols))
        total += fixed * (count if moving == 1 and count is not None else _renamed(sp.Sum, moving, index, first, last))
    return sp.expand(total)


def _product(body: Any, index: Any, first: Any, last: Any, count: Any) -> Any:
    """Π factor by factor; a factor without the index becomes a power, if the count is known."""
    result = sp.S.One
    for part in sp.Mul.make_args(body):
        base, power = part.as_base_exp() if isinstance(part, sp.Pow) else (part, sp.S.One)
        if part == 1:
            continue
        if index not in part.free_symbols and count is not None:
            result *= part**count
        elif index not in power.free_symbols:
            result *= _renamed(sp.Product, base, index, first, last) ** power
        else:
            result *= _renamed(sp.Product, part, index, first, last)
    return sp.expand(result)


def _renamed(kind: Any, body: Any, index: Any, first: Any, last: Any) -> Any:
    """A sum or a product whose index is called by how many sums and products are nested in its body."""
    depth = 1 + max((int(node.limits[0][0].name[1:]) for node in body.atoms(sp.Sum, sp.Product)), default=0)
    name = sp.Symbol(f"_{depth}", integer=True)
    return kind(body.xreplace({index: name}), (name, first, last))


def grows(expression: Any, ordering: Ordering) -> bool:
    """Whether an expression of numbers ≥ 0 grows (weakly) with every norm and letter in it, as far as its form shows.

    Sums, products and powers with exponents ≥ 0 of such expressions do, and λ_max of matrices with entries ≥ 0.

    Example:
        >>> from hessproof.symbolic.norms.symbols import M_W, M_x
        >>> grows(M_W**2 + M_x, Ordering()), grows(M_W - M_x, Ordering()), grows(M_W**-1, Ordering())
        (True, False, False)
    """
    return _built(expression, ordering, rising=True)


def nonnegative(expression: Any, ordering: Ordering) -> bool:
    """Whether an expression of numbers ≥ 0 is ≥ 0 wherever it is defined, as far as its form shows.

    Example:
        >>> from hessproof.symbolic.norms.symbols import M_W, M_x
        >>> nonnegative(M_x / M_W, Ordering()), nonnegative(M_W - M_x, Ordering())
        (True, False)
    """
    return _built(expression, ordering, rising=False)


def _steady(power: sp.Pow, ordering: Ordering) -> bool:
    """Whether no norm or letter stands in the exponent, or the base is at least 1 and the exponent grows."""
    letters = [each for each in power.exp.free_symbols if each != L and (each in NAMES or not each.is_integer)]
    if not letters and not power.exp.has(Norm, LargestEigenvalue, sp.Indexed):
        return True
    return bool((power.base - 1).is_nonnegative) and _built(power.exp, ordering, rising=True)


def _built(expression: Any, ordering: Ordering, rising: bool) -> bool:
    if sp.sympify(expression).is_number:
        return bool(expression.is_nonnegative)
    match expression:
        case sp.Sum() | sp.Product():
            index, first, last = expression.limits[0]
            return _built(expression.function, inside(index, first, last, ordering), rising)
        case LargestEigenvalue():
            inner = within(ordering)
            return all(_built(entry, inner, rising) for block in expression.args for entry in block)
        case sp.Pow():
            power = expression.exp
            allowed = not rising or power.is_nonnegative is True or ordering.nonnegative(power) is True
            return bool(
                allowed and _built(expression.base, ordering, rising) and (not rising or _steady(expression, ordering))
            )
        case sp.Add():
            whole = ordering.nonnegative(expression) is True
            return whole or all(_built(argument, ordering, rising) for argument in expression.args)
        case sp.Mul():
            return all(_built(argument, ordering, rising) for argument in expression.args)
        case Norm() | sp.Indexed():
            return True
        case sp.Symbol():
            return bool(expression.is_nonnegative) or ordering.nonnegative(expression) is True
    return False
