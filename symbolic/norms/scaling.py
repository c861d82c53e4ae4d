r"""What the blocks of one object's Hessian gain when layer i's weights are multiplied by s_i > 0, without bias.

All activations and logits are multiplied by positive numbers, so that the gates stay as they are. Counting the weights
in the words of the blocks and writing S = s_1 ⋯ s_L,

    G-term (k, l):       S²/(s_k s_l)  times  G^{k⊤} A(Sz) G^l ⊗ x^k x^{l⊤},
    H-term (k, l), k<l:  S/(s_k s_l)   times  P_lk⊤ ⊗ x^k (G^{l⊤}δ(Sz))⊤.

So with E = ⊕ s_l^{-1}I the two parts are S²·E F⊤A(Sz)F E and S·E N E: whatever the layers' own sizes, the G-term has
one more factor S. For small outputs the H-term outweighs the G-term, for L ≥ 2 and (G^{l⊤}δ)P_lk ≠ 0 somewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr, Transpose
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.norms.exactly import exact_value
from hessproof.symbolic.norms.words import (
    Curvature,
    Gate,
    Gated,
    GatedTransposed,
    Slope,
    State,
    functional_block,
    outer_block,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import L, k, l

S = sp.IndexedBase("s", positive=True)
INDEX = sp.Symbol("i", integer=True)


class Gain(Expr):  # type: ignore[misc]
    """The number by which a word is multiplied when every W^i is multiplied by s_i."""

    is_commutative = True
    is_positive = True

    def __new__(cls, word: Any) -> Any:
        """Take the word."""
        return super().__new__(cls, word)

    @property
    def word(self) -> Any:
        """The word."""
        return self.args[0]

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{gain}}\left({printer._print(self.word)}\right)"


def span(first: Any, last: Any) -> sp.Product:
    """s_first ⋯ s_last, 1 if last = first − 1."""
    return sp.Product(S[INDEX], (INDEX, first, last))


class Counted(Rule):
    """A chain W^a ⋯ W^b gains s_b ⋯ s_a, x^l gains s_1 ⋯ s_{l-1}; gates, A and δ stay; products multiply."""

    name = "count the weights"
    statement = (
        r"\operatorname{gain}\left((DW)^{a:b}\right) = \prod_{i=b}^{a} s_i, \quad "
        r"\operatorname{gain}(x^l) = \prod_{i<l} s_i, \quad \operatorname{gain}(D^l) = 1"
    )
    assumptions = ("s_i > 0", "no bias", "A and δ are those at the scaled weights")

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The product of the letters' gains."""
        if not isinstance(expression, Gain):
            raise RuleFailure(f"{expression} is no gain")
        return sp.Mul(*_gains(expression.word))


def _gains(word: Any) -> Iterator[Any]:
    match word:
        case KroneckerProduct() | MatMul():
            for factor in word.args:
                yield from _gains(factor)
        case Transpose():
            yield from _gains(word.arg)
        case Gated():
            yield span(word.last, word.first)
        case GatedTransposed():
            yield span(word.first, word.last)
        case State():
            yield span(1, word.args[0] - 1)
        case Gate() | Slope() | Curvature():
            return
        case _:
            raise RuleFailure(f"nothing is known about the gain of {word}")


class Joined(Rule):
    """Products over neighbouring ranges join: both lines have the same exponent of every s_i."""

    name = "join the products"
    statement = r"\prod_{i=a}^{b} s_i \prod_{i=b+1}^{c} s_i = \prod_{i=a}^{c} s_i"


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two products of gains have the same exponent of every s_i, for all numbers that the ordering allows.

    Π_{i=a}^{b} s_i is written as u(b + 1)/u(a), where u(n) = Π_{i<n} s_i; equal exponents of every u(n) mean equality.

    Raises:
        NotSettled: If the ordering does not say that a range is no shorter than empty.
    """
    if isinstance(one, Gain) or isinstance(two, Gain):
        return bool(one == two)
    return _exponents(one, ordering) == _exponents(two, ordering)


def _exponents(expression: Any, ordering: Ordering) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for factor in sp.Mul.make_args(sp.sympify(expression)):
        base, power = factor.as_base_exp()
        if not power.is_Integer:
            raise RuleFailure(f"{factor} has no integer exponent")
        for place, sign in _ends(base, ordering):
            found[place] = found.get(place, 0) + sign * int(power)
    return {place: exponent for place, exponent in found.items() if exponent}


def _ends(base: Any, ordering: Ordering) -> Iterator[tuple[Any, int]]:
    if base == 1:
        return
    if isinstance(base, sp.Indexed) and base.base == S:
        yield base.indices[0] + 1, 1
        yield base.indices[0], -1
    elif isinstance(base, sp.Product) and base.function == S[INDEX]:
        _, first, last = base.limits[0]
        ordering.require(last - first + 1, "a product over layers")
        yield last + 1, 1
        yield first, -1
    else:
        raise RuleFailure(f"{base} is no product of the letters s_i")


@cache
def outer_gain() -> Derivation:
    """The gain of block (k, l) of the G-term is S²/(s_k s_l).

    Example:
        >>> outer_gain().check(0).ok
        True
    """
    block = outer_block(k, l)
    final = span(1, L) ** 2 / (S[k] * S[l])
    line = span(1, k - 1) * span(k + 1, L) * span(1, l - 1) * span(l + 1, L)
    return Derivation(
        "outer_gain", "what a block of the G-term gains", Ordering(1 <= k, k <= L, 1 <= l, l <= L), Gain(block),
        (Step(line, Counted()), Step(final, Joined())), final, source="this project", same=same, evaluate=_value,
        valuations=_networks, remarks=("A is the one at the scaled weights, that of the logits Sz",),
    )  # fmt: skip


@cache
def functional_gain() -> Derivation:
    """The gain of block (k, l), k < l, of the H-term is S/(s_k s_l).

    Example:
        >>> functional_gain().check(0).ok
        True
    """
    block = functional_block(k, l)
    final = span(1, L) / (S[k] * S[l])
    line = span(1, k - 1) * span(k + 1, l - 1) * span(l + 1, L)
    return Derivation(
        "functional_gain", "what a block of the H-term gains", Ordering(1 <= k, k + 1 <= l, l <= L), Gain(block),
        (Step(line, Counted()), Step(final, Joined())), final, source="this project", same=same, evaluate=_value,
        valuations=_networks, remarks=("δ is the one at the scaled weights, that of the logits Sz",),
    )  # fmt: skip


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks of 1 to 4 layers with random integer weights, whose block is not zero."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    found = 0
    while found < 6:
        depth = stream.randint(1, 4)
        places = [each for each in derivation.ordering.solutions(1, depth) if each[L] == depth]
        if not places:
            continue
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        scales = {i: Fraction(stream.randint(1, 9), stream.randint(1, 9)) for i in range(1, depth + 1)}
        numbers: dict[Any, Any] = {**stream.choice(places), S: scales}
        valuation = Valuation(numbers, widths, seed=stream.randrange(2**32))
        if np.any(evaluate(derivation.start.word, valuation) != 0):
            found += 1
            yield valuation


def _value(expression: Any, valuation: Valuation) -> Any:
    """A gain from its definition, both words evaluated on exact matrices; other lines as products of numbers."""
    letters: dict[Any, Any] = dict(valuation.symbols)
    scales: dict[int, Fraction] = letters[S]
    if not isinstance(expression, Gain):
        letters[S] = {i: sp.Rational(number.numerator, number.denominator) for i, number in scales.items()}
        return exact_value(expression, replace(valuation, symbols=letters))
    weights = [scales[i] * weight for i, weight in enumerate(valuation.weights, start=1)]
    scaled = replace(valuation, weights=weights, weights_transposed=[weight.T for weight in weights])
    before, after = evaluate(expression.word, valuation), evaluate(expression.word, scaled)
    place = tuple(np.argwhere(before != 0)[0])
    gain = Fraction(after[place]) / Fraction(before[place])
    if np.any(after != gain * before):
        raise ValueError("the block is not multiplied by one number")
    return sp.Rational(gain.numerator, gain.denominator)
