"""Scalars with sums, products and indexed letters: expansion inside of sums, and exact values."""

from __future__ import annotations

from typing import Any

import sympy as sp

from hessproof.symbolic.ordering import Ordering, count_of
from hessproof.symbolic.valuation import Valuation


def expanded(expression: Any, ordering: Ordering | None = None) -> Any:
    """An expression with everything multiplied out, in sums too, whose summands are taken apart.

    A sum of ones becomes a number only where the ordering excludes a range that is shorter than empty.

    Example:
        >>> i, n = sp.symbols("i n", integer=True)
        >>> a = sp.IndexedBase("a")
        >>> expanded(sp.Sum(1 - a[i], (i, 1, n)), Ordering(n >= 0))
        n - Sum(a[i], (i, 1, n))
    """
    changed = sp.expand(expression)
    sums = {total: _apart(total, ordering or Ordering()) for total in changed.atoms(sp.Sum)}
    return sp.expand(changed.xreplace(sums))


def _apart(total: sp.Sum, ordering: Ordering) -> Any:
    body = total.function
    for index, first, last in total.limits:
        pieces = []
        for term in sp.Add.make_args(sp.expand(body)):
            outside, inside = term.as_independent(index, as_Add=False)
            count = count_of(first, last, ordering) if inside == 1 else None
            pieces.append(outside * (sp.Sum(inside, (index, first, last)) if count is None else count))
        body = sp.Add(*pieces)
    return body


def exact_value(expression: Any, valuation: Valuation) -> Any:
    """The rational value of an expression; indexed letters have a value for each index.

    Args:
        expression: With sums and products whose limits are numbers under the valuation.
        valuation: Its ``symbols`` give a number for each symbol, and a dictionary for each indexed letter.

    Raises:
        ValueError: If a letter has no value.

    Example:
        >>> i, n = sp.symbols("i n", integer=True)
        >>> a = sp.IndexedBase("a")
        >>> exact_value(sp.Sum(a[i], (i, 1, n)), Valuation({n: 2, a: {1: sp.Integer(3), 2: sp.Rational(1, 2)}}))
        7/2
    """
    letters: dict[Any, Any] = dict(valuation.symbols)
    plain = {letter: number for letter, number in letters.items() if not isinstance(letter, sp.IndexedBase)}
    written = sp.sympify(expression).xreplace({letter: sp.sympify(number) for letter, number in plain.items()}).doit()
    values = {
        entry: letters[entry.base][_place(entry)]
        for entry in written.atoms(sp.Indexed)
        if entry.base in letters and _place(entry) in letters[entry.base]
    }
    found = written.xreplace(values)
    if not found.is_number:
        raise ValueError(f"{found} is no number")
    return found


def _place(entry: sp.Indexed) -> Any:
    """The index of an entry, a tuple if there are several."""
    places = tuple(int(index) for index in entry.indices)
    return places if len(places) > 1 else places[0]
