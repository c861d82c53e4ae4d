"""Expected products of traces as exact numbers: what the lines of loop equations and their limits are compared on.

Expectations come from pairings of normal letters, moments from Catalan's and Narayana's numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.free_probability import index_counting
from hessproof.symbolic.free_probability.symbols import SCALE, TAU, VARIANCE
from hessproof.symbolic.free_probability.trace_words import REST, A, B, Expected, LimitOf, Moment, N, R, Without
from hessproof.symbolic.valuation import Valuation


def traces(key: str) -> Callable[[Derivation, int], Iterator[Valuation]]:
    """a and b with at most six letters of GOE or four of Wishart, some size, and rational parameters."""

    def draw(derivation: Derivation, seed: int) -> Iterator[Valuation]:
        stream = random.Random(f"{derivation.claim}|{seed}")
        cases = (
            [(1, ()), (3, ()), (1, (2,)), (0, (1, 2)), (2, (1, 2)), (1, (1, 1))]
            if key == "goe"
            else [(0, ()), (1, ()), (2, ()), (1, (1,)), (0, (1, 2)), (0, (2,))]
        )
        for a, others in cases:
            numbers: dict[Any, Any] = {A: a, R: len(others), B: others, N: stream.randint(2, 5)}
            for letter in (VARIANCE, SCALE, TAU):
                numbers[letter] = sp.Rational(stream.randint(1, 9), stream.randint(1, 9))
            yield Valuation(numbers)

    return draw


def evaluator(key: str) -> Callable[[Any, Valuation], Any]:
    """Lines as numbers: expectations by pairings, moments by Catalan's and Narayana's numbers, no loop equation."""

    def value(expression: Any, valuation: Valuation) -> Any:
        numbers: dict[Any, Any] = dict(valuation.symbols)
        others = tuple(numbers[B])
        found = sp.sympify(expression)
        size = N if found.has(LimitOf) else sp.Integer(numbers[N])
        found = found.replace(lambda part: isinstance(part, LimitOf), lambda part: part.args[0])
        found = found.subs({A: numbers[A], R: numbers[R]})
        found = found.replace(sp.Sum, lambda body, *limits: _summed(body, limits[0]))
        found = found.replace(
            lambda part: isinstance(part, sp.Indexed) and part.base == B, lambda part: _other(others, part.indices[0])
        )
        found = found.replace(Expected, lambda *ks: _expected(key, (*map(int, ks), *others), size))
        found = found.replace(
            Without, lambda k, i: _expected(key, (int(k), *others[: int(i) - 1], *others[int(i) :]), size)
        )
        found = found.replace(Moment, lambda k: _moment(key, int(k)))
        found = found.subs(REST, sp.Mul(*(_moment(key, each) for each in others)))
        found = found.subs({letter: numbers[letter] for letter in (VARIANCE, SCALE, TAU)})
        return sp.limit(sp.cancel(found), N, sp.oo) if size == N else sp.nsimplify(found.subs(N, size))

    return value


def _summed(body: Any, limits: Any) -> Any:
    index, first, last = limits
    return sp.Add(*(body.subs(index, k) for k in range(int(first), int(last) + 1)))


def _other(others: tuple[int, ...], index: Any) -> sp.Integer:
    if not 1 <= int(index) <= len(others):
        raise IndexError(f"no b_{index}")
    return sp.Integer(others[int(index) - 1])


def _expected(key: str, lengths: tuple[int, ...], size: Any) -> sp.Expr:
    """E Π t_k at the variance v/n, or at s/p with p = n/τ."""
    if min(lengths) < 0:
        raise ValueError(f"a trace of {min(lengths)} letters")
    letters = sum(lengths)
    if key == "goe":
        found = index_counting.goe(tuple(sorted(lengths)))
        total = sp.Add(*(count * size**power for power, count in found.items()))
        return total * (VARIANCE / size) ** sp.Rational(letters, 2) / size ** len(lengths)
    pairs = index_counting.wishart(tuple(sorted(lengths)))
    total = sp.Add(*(count * size**n * (size / TAU) ** p for (n, p), count in pairs.items()))
    return total * (SCALE * TAU / size) ** letters / size ** len(lengths)


def _moment(key: str, k: int) -> sp.Expr:
    if k < 0:
        raise ValueError(f"moment {k}")
    if key == "goe":
        return sp.catalan(k // 2) * VARIANCE ** (k // 2) if k % 2 == 0 else sp.S.Zero
    terms = (sp.binomial(k, i) * sp.binomial(k, i + 1) / k * TAU**i for i in range(k))
    return SCALE**k * sp.Add(*terms) if k else sp.S.One
