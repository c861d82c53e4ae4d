"""Wrong variants of a norm bound, generated from its expression tree, and which of them the original implies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.norms.symbols import NAMES, LargestEigenvalue
from hessproof.symbolic.norms.unrolled import Spectrum, compiled


def variants(expression: Any) -> Iterator[tuple[str, Any]]:
    """Yield (description, wrong variant) for every place of the expression where one change is possible.

    Example:
        >>> from hessproof.symbolic.norms.symbols import M_W, L
        >>> for text, new in variants(L * M_W**2):
        ...     print(text, "|", new)
        factor L dropped | M_W**2
        factor M_W**2 dropped | L
        half of it | L*M_W**2/2
        double of it | 2*L*M_W**2
        exponent 2 + 1 | L*M_W**3
        exponent 2 - 1 | L*M_W
    """
    if sp.sympify(expression).is_number:
        yield "half of it", expression / 2
        yield "double of it", 2 * expression
        return
    yield from _places(expression)


def _places(expression: Any) -> Iterator[tuple[str, Any]]:
    yield from _here(expression)
    if isinstance(expression, sp.Indexed):
        return
    for position, argument in enumerate(expression.args):
        if isinstance(expression, sp.Sum | sp.Product) and position:
            continue
        for text, new in _inside(expression, argument, position):
            arguments = list(expression.args)
            arguments[position] = new
            yield text, expression.func(*arguments)


def _inside(parent: Any, argument: Any, position: int) -> Iterator[tuple[str, Any]]:
    if isinstance(parent, LargestEigenvalue):
        for text, new in _block(argument, symmetric=position == 1):
            yield f"{'diagonal' if position else 'off the diagonal'}: {text}", new
    elif not (isinstance(parent, sp.Pow) and position):
        yield from _places(argument)


def _block(block: Any, symmetric: bool) -> Iterator[tuple[str, Any]]:
    for row, column in product(range(block.rows), range(block.cols)):
        if block[row, column] == 0 or (symmetric and column > row):
            continue
        changes = [("left out", sp.S.Zero), *_places(block[row, column])]
        for text, new in changes:
            changed = block.as_mutable()
            changed[row, column] = new
            if symmetric:
                changed[column, row] = new
            yield text, sp.ImmutableMatrix(changed)


def _here(expression: Any) -> Iterator[tuple[str, Any]]:
    match expression:
        case sp.Add():
            for term in sorted(expression.args, key=sp.default_sort_key):
                yield f"summand {term} dropped", expression - term
        case sp.Mul():
            for factor in sorted(expression.args, key=sp.default_sort_key):
                if factor != sp.S.NegativeOne:
                    yield f"factor {factor} dropped", expression / factor
            yield "half of it", expression / 2
            yield "double of it", 2 * expression
        case sp.Pow() if not expression.base.is_number:
            for step in (1, -1):
                sign = "+" if step > 0 else "-"
                yield f"exponent {expression.exp} {sign} 1", expression.base ** (expression.exp + step)
        case sp.Sum() | sp.Product():
            index, first, last = expression.limits[0]
            name = type(expression).__name__.lower()
            yield f"{name} from {first + 1}", expression.func(expression.function, (index, first + 1, last))
            yield f"{name} from {first - 1}", expression.func(expression.function, (index, first - 1, last))
            yield f"{name} to {last - 1}", expression.func(expression.function, (index, first, last - 1))
            yield f"{name} to {last + 1}", expression.func(expression.function, (index, first, last + 1))
        case sp.Indexed():
            yield f"factor {expression} squared", expression**2


def implied(pairs: list[tuple[Any, Any]]) -> bool | None:
    """Whether every second expression is at least the first for all values ≥ 0 of the letters.

    True if all coefficients of all differences are ≥ 0 (entry by entry within λ_max, which grows with the entries);
    False if some second expression is smaller at some point of a small grid; None if neither.

    Example:
        >>> from hessproof.symbolic.norms.symbols import M_W, M_x
        >>> x, y = M_W, M_x
        >>> implied([(x, x + y)]), implied([(x, x**2)]), implied([(2 * x * y, x**2 + y**2)])
        (True, False, None)
    """
    if any(_smaller_somewhere(one, two) for one, two in pairs):
        return False
    return True if all(_larger(one, two) for one, two in pairs) else None


def _larger(one: Any, two: Any) -> bool:
    if one == two:
        return True
    first, second = one.atoms(Spectrum), two.atoms(Spectrum)
    if first or second:
        if len(first) != 1 or len(second) != 1:
            return False
        (before,), (after,) = first, second
        letter = sp.Dummy("lambda", nonnegative=True)
        entries = zip(before.matrix, after.matrix, strict=True)
        same_size = before.matrix.shape == after.matrix.shape
        outside = _larger(one.xreplace({before: letter}), two.xreplace({after: letter}))
        return same_size and outside and all(_larger(*pair) for pair in entries)
    return all(coefficient.is_nonnegative is True for coefficient in _coefficients(sp.expand(two - one)))


def _coefficients(expression: Any) -> list[Any]:
    """The coefficients of a rational function's numerator, with u² for each norm and (1 + u)² for each size."""
    changes = {}
    indexed = expression.atoms(sp.Indexed)
    inside = {label for entry in indexed for label in entry.base.free_symbols}
    for letter in indexed | {x for x in expression.free_symbols if isinstance(x, sp.Symbol) and x not in inside}:
        root = sp.Dummy(positive=True)
        changes[letter] = (1 + root) ** 2 if letter.is_integer else root**2
    if not changes:
        return [expression]
    numerator, denominator = sp.fraction(sp.together(sp.expand(expression.xreplace(changes))))
    letters = sorted(numerator.free_symbols, key=str)
    if denominator.is_positive is not True or not letters:
        return [numerator if denominator.is_positive else sp.S.NegativeOne]
    try:
        return list(sp.Poly(numerator, *letters).coeffs())
    except sp.PolynomialError:
        return [sp.S.NegativeOne]


def _smaller_somewhere(one: Any, two: Any) -> bool:
    if one == two:
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = (np.asarray(compiled(side)(_points()), dtype=float) for side in (one, two))
        smaller = after < before * (1 - 1e-9) - 1e-12
    return bool(np.any(smaller & np.isfinite(before) & np.isfinite(after)))


@cache
def _points(count: int = 400, layers: int = 6) -> dict[str, Any]:
    """Drawn values of all letters: norms from 0 to 6, sizes from 1 to 6."""
    stream = np.random.default_rng(0)
    values: dict[str, Any] = {}
    for letter, name in NAMES.items():
        integer = letter.is_integer if isinstance(letter, sp.Symbol) else name == "widths"
        drawn = [_drawn(stream, count, bool(integer)) for _ in range(layers)]
        values[name] = drawn if isinstance(letter, sp.IndexedBase) else drawn[0]
    return values


def _drawn(stream: np.random.Generator, count: int, integer: bool) -> Any:
    if integer:
        return stream.integers(1, 7, count).astype(float)
    return stream.choice([0.0, 0.1, 0.5, 0.9, 1.0, 1.2, 2.0, 6.0], count)
