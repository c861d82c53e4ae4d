r"""How much the mean of a sample changes when one more of N numbers joins it, averaged over the order of the numbers.

For any numbers ℓ_1, …, ℓ_N and 𝓛_k the mean of the first k in a random order,

    E|𝓛_{k+1} − 𝓛_k| = D_k/(k + 1),    D_k = E|x_{k+1} − 𝓛_k|,
    D_1 ≥ D_2 ≥ … ≥ D_{N-1},    D_1 ≤ 2(1 − 1/N) D_{N-1},

where D_1 is the mean |ℓ_i − ℓ_j| over i ≠ j and D_{N-1} is N/(N − 1) times the mean |ℓ_i − 𝓛_N|. So the curve of the
experiments of Kiselev & Grabovoy 2024, §5, lies between c/(k + 1) and 2c/(k + 1) whatever is trained and however; a
network enters through the spread of its losses alone. For losses ℓ_i ≥ 0 the curve is at most 2𝓛_N/(k + 1).
Both factors are attained: ℓ = (1, −1, 0, …, 0), and ℓ = (1, 0, …, 0), for which D_k is the same for all k.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.orders import (
    LESS,
    NUMBER,
    PLACED,
    EveryNumber,
    Exchange,
    Falls,
    I,
    J,
    OrderMean,
    WholeSample,
    Within,
    mean,
    partial,
    same,
    spread,
    value,
)
from hessproof.symbolic.convergence.steps import Given, SplitLast, SumTriangle, Triangle
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Relation, RuleFailure
from hessproof.symbolic.valuation import Valuation

K_SIZE = sp.Symbol("k", integer=True, positive=True)
"""k, the number of objects before one is added, from 1 to N − 1."""
M = sp.Symbol("m", integer=True, positive=True)
"""k − 1 where k ≥ 2."""
SOURCE = "this project; about Kiselev & Grabovoy 2024, §5"
_ANY = "for any real numbers ℓ_1, …, ℓ_N, N ≥ 2"


def _positive(size: sp.Symbol) -> sp.Rel:
    """1 ≤ size, written out, although the symbol is positive by itself."""
    return sp.Ge(size, 1, evaluate=False)


def change() -> sp.Expr:
    """E|𝓛_{k+1} − 𝓛_k|."""
    k = K_SIZE
    return OrderMean(sp.Abs(partial(k + 1) / (k + 1) - partial(k) / k))


def mean_deviation() -> sp.Expr:
    """Σ_i |ℓ_i − 𝓛_N| / (N − 1) = D_{N-1}."""
    return sp.Sum(sp.Abs(NUMBER[J] - mean()), (J, 1, LESS + 1)) / LESS


@cache
def identity() -> Derivation:
    """E|𝓛_{k+1} − 𝓛_k| = D_k/(k + 1).

    Example:
        >>> identity().check(0, count=2).ok
        True
    """
    k = K_SIZE
    split = OrderMean(sp.Abs((partial(k) + PLACED[k + 1]) / (k + 1) - partial(k) / k))
    final = spread(k) / (k + 1)
    return Derivation(
        "order_identity", "the mean change of an average", Ordering(_positive(k), k <= LESS), change(),
        (Step(split, SplitLast(k)), Step(final, Algebra("common denominator, taken out of the mean"))), final,
        source=SOURCE, same=same, evaluate=value, valuations=orders, remarks=(_ANY,),
    )  # fmt: skip


@cache
def falling() -> Derivation:
    """D_{m+1} ≤ D_m: leave each of the m + 1 numbers out once, and exchange places.

    Example:
        >>> falling().check(0, count=2).ok
        True
    """
    m = M
    whole, new = partial(m + 1), PLACED[m + 2]
    left = new - (whole - PLACED[J]) / m
    each = OrderMean(sp.Abs(new - (whole - PLACED[m + 1]) / m))
    lines = (
        (OrderMean(sp.Abs(sp.Sum(left, (J, 1, m + 1)) / (m + 1))),
         Algebra("leave each one out", r"\textstyle\sum_{j=1}^{k} (s - x_j) = (k - 1) s, \ s = x_1 + \ldots + x_k")),
        (OrderMean(sp.Sum(sp.Abs(left), (J, 1, m + 1)) / (m + 1)), Within(SumTriangle())),
        (sp.Sum(OrderMean(sp.Abs(left)), (J, 1, m + 1)) / (m + 1), Algebra("the mean of a sum")),
        (sp.Sum(each, (J, 1, m + 1)) / (m + 1), Exchange(J, m + 1)),
        (each, Algebra("equal summands")),
        (OrderMean(sp.Abs(new - partial(m) / m)), SplitLast(m)),
        (spread(m), Exchange(m + 1, m + 2)),
    )  # fmt: skip
    return _derived(
        "order_falling", "one more number is the closer to the mean of others the more there are",
        Ordering(_positive(m), m <= LESS - 1, J >= 1, J <= m + 1), spread(m + 1), lines,
    )  # fmt: skip


@cache
def first() -> Derivation:
    """D_1 = Σ_{i ≠ j} |ℓ_i − ℓ_j| / (N(N − 1)).

    Example:
        >>> first().check(0, count=2).ok
        True
    """
    pairs = sp.Sum(sp.Sum(sp.Abs(NUMBER[I] - NUMBER[J]), (I, 1, LESS + 1)), (J, 1, LESS + 1))
    return _derived(
        "order_first", "D_1 is the mean absolute difference", Ordering(_positive(LESS)), spread(1),
        ((_first(), _one_summand()), (pairs / (LESS * (LESS + 1)), EveryNumber())),
    )  # fmt: skip


@cache
def last() -> Derivation:
    """D_{N-1} = Σ_i |ℓ_i − 𝓛_N| / (N − 1).

    Example:
        >>> last().check(0, count=2).ok
        True
    """
    n = LESS
    end = PLACED[n + 1]
    joined = Given("last summand apart", {partial(n): partial(n + 1) - end}, r"x_1 + \ldots + x_{N-1} = s - x_N")
    return _derived(
        "order_last", "D_{N-1} is N/(N − 1) times the mean deviation", Ordering(_positive(n)), spread(n),
        (
            (OrderMean(sp.Abs(end - (partial(n + 1) - end) / n)), joined),
            (OrderMean(sp.Abs(end - ((n + 1) * mean() - end) / n)), WholeSample()),
            (OrderMean(sp.Abs(end - mean())) * (n + 1) / n, Algebra("common denominator, taken out of the mean")),
            (mean_deviation(), EveryNumber()),
        ),
    )  # fmt: skip


def ends(numbers: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """D_1 and D_{N-1} of given numbers, by the derived formulas.

    Example:
        >>> ends([Fraction(1), Fraction(-1), Fraction(0)])
        (Fraction(4, 3), Fraction(1, 1))
    """
    row = [sp.Rational(one.numerator, one.denominator) for one in (Fraction(0), *numbers)]
    known: dict[Any, Any] = {NUMBER: row, LESS: len(numbers) - 1}
    one, two = (value(derivation.final, Valuation(known)) for derivation in (first(), last()))
    return Fraction(int(one.p), int(one.q)), Fraction(int(two.p), int(two.q))


@cache
def factor() -> Derivation:
    """D_1 ≤ 2(1 − 1/N) D_{N-1}.

    Example:
        >>> factor().check(0, count=2).ok
        True
    """
    n = LESS
    one, two = PLACED[2] - mean(), mean() - PLACED[1]
    final = 2 * n / (n + 1) * mean_deviation()
    return _derived(
        "order_factor", "the curve leaves c/(k + 1) by less than a factor of two", Ordering(_positive(n)), spread(1),
        (
            (_first(), _one_summand()),
            (OrderMean(sp.Abs(one) + sp.Abs(two)), Within(Triangle(one, two))),
            (OrderMean(sp.Abs(one)) + OrderMean(sp.Abs(two)), Algebra("the mean of a sum")),
            (final, EveryNumber()),
        ),
        lemmas=(last(),), remarks=(_ANY, "attained by (1, −1, 0, …, 0)"),
    )  # fmt: skip


@cache
def upper() -> Derivation:
    """E|𝓛_{k+1} − 𝓛_k| ≤ 2(1 − 1/N) D_{N-1}/(k + 1).

    Example:
        >>> upper().check(0, count=2).ok
        True
    """
    k, n = K_SIZE, LESS
    return _derived(
        "order_upper", "the curve from above", Ordering(_positive(k), k <= n), change(),
        (
            (spread(k) / (k + 1), _Cited("the mean change is D_k/(k + 1)", change(), spread(k) / (k + 1))),
            (spread(1) / (k + 1), Falls(k, 1, "<=")),
            (2 * n / (n + 1) * mean_deviation() / (k + 1),
             _Cited("D_1 ≤ 2(1 − 1/N) D_{N-1}", spread(1), 2 * n / (n + 1) * mean_deviation(), "<=")),
        ),
        lemmas=(identity(), falling(), factor()), remarks=(_ANY,),
    )  # fmt: skip


@cache
def lower() -> Derivation:
    """E|𝓛_{k+1} − 𝓛_k| ≥ D_{N-1}/(k + 1).

    Example:
        >>> lower().check(0, count=2).ok
        True
    """
    k, n = K_SIZE, LESS
    return _derived(
        "order_lower", "the curve from below", Ordering(_positive(k), k <= n), change(),
        (
            (spread(k) / (k + 1), _Cited("the mean change is D_k/(k + 1)", change(), spread(k) / (k + 1))),
            (spread(n) / (k + 1), Falls(k, n, ">=")),
            (mean_deviation() / (k + 1), _Cited("D_{N-1} by the numbers", spread(n), mean_deviation())),
        ),
        lemmas=(identity(), falling(), last()), remarks=(_ANY,),
    )  # fmt: skip


@cache
def loss_bound() -> Derivation:
    """E|𝓛_{k+1} − 𝓛_k| ≤ 2𝓛_N/(k + 1) for numbers ℓ_i ≥ 0.

    Example:
        >>> loss_bound().check(0, count=2).ok
        True
    """
    k = K_SIZE
    positive = ("ℓ_i ≥ 0",)
    entries = {sp.Abs(PLACED[1]): PLACED[1], sp.Abs(PLACED[2]): PLACED[2]}
    two = OrderMean(sp.Abs(PLACED[2]) + sp.Abs(PLACED[1])) / (k + 1)
    return _derived(
        "order_loss", "the curve of losses that are not negative", Ordering(_positive(k), k <= LESS), change(),
        (
            (spread(k) / (k + 1), _Cited("the mean change is D_k/(k + 1)", change(), spread(k) / (k + 1))),
            (spread(1) / (k + 1), Falls(k, 1, "<=")),
            (_first() / (k + 1), _one_summand()),
            (two, Within(Triangle(PLACED[2], -PLACED[1]))),
            ((OrderMean(PLACED[2]) + OrderMean(PLACED[1])) / (k + 1),
             Given("no number is negative", entries, r"\ell_i \ge 0", positive)),
            (2 * mean() / (k + 1), EveryNumber()),
        ),
        lemmas=(identity(), falling()), remarks=("attained for every k by ℓ = (1, 0, …, 0)",),
        assumptions=positive,
    )  # fmt: skip


def _first() -> sp.Expr:
    return OrderMean(sp.Abs(PLACED[2] - PLACED[1]))


def _one_summand() -> Given:
    return Given("a sum of one", {partial(1): PLACED[1]})


class _Cited(Rule):
    """A lemma of the derivation, put in for what it is about, where the factor in front is positive."""

    def __init__(self, name: str, before: Any, after: Any, relation: Relation = "=") -> None:
        self.name, self.before, self.after, self.relation = name, before, after, relation

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        changed = expression.xreplace({self.before: self.after})
        quotient = sp.cancel(expression / self.before)
        if changed == expression or not quotient.is_positive:
            raise RuleFailure(f"{expression} is no positive multiple of {self.before}")
        return changed


def _derived(
    name: str,
    title: str,
    ordering: Ordering,
    start: Any,
    lines: tuple[tuple[Any, Rule], ...],
    lemmas: tuple[Derivation, ...] = (),
    remarks: tuple[str, ...] = (_ANY,),
    assumptions: tuple[str, ...] = (),
) -> Derivation:
    return Derivation(
        name, title, ordering, start, tuple(Step(line, rule) for line, rule in lines), lines[-1][0], source=SOURCE,
        same=same, evaluate=value, valuations=orders, lemmas=lemmas, remarks=remarks, assumptions=assumptions,
    )  # fmt: skip


def orders(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Two to four rational numbers, none negative if that is assumed, and a k that fits."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    lowest = 0 if "ℓ_i ≥ 0" in derivation.assumptions else -9
    for size in (2, 3, 4):
        row = [sp.Rational(stream.randint(lowest, 9), stream.randint(1, 3)) for _ in range(size + 1)]
        if size == 2 and M in derivation.ordering.symbols:
            continue
        numbers: dict[Any, Any] = {
            NUMBER: row, LESS: size - 1, K_SIZE: stream.randint(1, size - 1), M: stream.randint(1, max(1, size - 2)),
        }  # fmt: skip
        yield Valuation(numbers)
