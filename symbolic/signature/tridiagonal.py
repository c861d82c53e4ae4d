r"""The form Σ_{k<l} (λ a_l ā_k + λ̄ ā_l a_k): L numbers coupled in order, left by one eigenvalue of a cycle.

With a_l = S_l − S_{l−1} and S_0 = 0 it is tridiagonal. The last two of S_1, …, S_L split off as a hyperbolic plane,
which has one eigenvalue of each sign, and a tridiagonal Toeplitz form in S_1, …, S_{L−2} is left. Where the a_l add up
to 0, the form is the Toeplitz form in S_1, …, S_{L−1} itself. For λ = e^{iθ} the Toeplitz form in n − 1 numbers has the
eigenvalues 2cos(jπ/n) − 2cos θ, 0 < j < n: positive where jπ/n < |θ|, negative where jπ/n > |θ|.

The letters S and T stand for the partial sums and their conjugates, λ and μ for λ and λ̄.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L

CHANGE, BARRED, SUMS, BARRED_SUMS = (sp.IndexedBase(name) for name in ("a", r"\bar{a}", "S", "T"))
LAMBDA, MU = sp.symbols("lambda mu", nonzero=True)
l, k = sp.symbols("l k", integer=True)
FIRST, SECOND = sp.symbols("U V")
"""The new coordinates in place of S_L and T_L."""


def tridiagonal(last: Any) -> Any:
    """Σ_{l=1}^{last} (λ S_l T_{l−1} + μ T_l S_{l−1} − (λ + μ) S_{l−1} T_{l−1})."""
    return sp.Sum(_term(l), (l, 1, last))


def _term(at: Any) -> Any:
    s, t = SUMS, BARRED_SUMS
    return LAMBDA * s[at] * t[at - 1] + MU * t[at] * s[at - 1] - (LAMBDA + MU) * s[at - 1] * t[at - 1]


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two expressions are equal; summands are expanded, and sums over the same range taken together."""
    return bool(sp.expand(_flat(one) - _flat(two)) == 0)


def _flat(expression: Any) -> Any:
    def single(total: Any) -> Any:
        return sum(sp.Sum(term, *total.limits) for term in sp.Add.make_args(sp.expand(total.function)))

    return sp.sympify(expression).replace(lambda node: isinstance(node, sp.Sum), single)


class PartialSums(Rule):
    """a_l = S_l − S_{l−1} and ā_l = T_l − T_{l−1} with S_0 = T_0 = 0, so that Σ_{k<l} a_k = S_{l−1}."""

    name = "partial sums"
    statement = r"a_l = S_l - S_{l-1},\ S_0 = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Inner sums from 1 to l − 1 first, then single letters."""
        table = {CHANGE: SUMS, BARRED: BARRED_SUMS}

        def inner(node: Any) -> bool:
            return (
                isinstance(node, sp.Sum) and isinstance(node.function, sp.Indexed) and node.limits == ((k, 1, l - 1),)
            )

        found = expression.replace(inner, lambda node: table[node.function.base][l - 1])
        if found == expression:
            raise RuleFailure(f"no inner sum from 1 to l − 1 in {expression}")
        return found.replace(
            lambda node: isinstance(node, sp.Indexed) and node.base in table,
            lambda node: table[node.base][node.indices[0]] - table[node.base][node.indices[0] - 1],
        )


class TakeOff(Rule):
    """Σ_{l=1}^{b} f(l) = Σ_{l=1}^{b−c} f(l) + f(b − c + 1) + … + f(b) for b ≥ c.

    Args:
        count: c.
    """

    name = "the last terms of the sum"
    statement = r"\sum_{l=1}^{b} f(l) = \sum_{l=1}^{b-c} f(l) + f(b-c+1) + \cdots + f(b)"

    def __init__(self, count: int) -> None:
        self.count = count

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take them off every sum over l."""

        def split(total: Any) -> Any:
            ((index, first, last),) = total.limits
            if ordering.nonnegative(last - first + 1 - self.count) is not True:
                raise RuleFailure(f"{total} may have fewer than {self.count} terms")
            ends = [total.function.xreplace({index: last - back}) for back in range(self.count)]
            return sp.Sum(total.function, (index, first, last - self.count)) + sum(ends)

        return expression.replace(lambda node: isinstance(node, sp.Sum), split)


class Coordinates(Rule):
    """An invertible linear change of S_L and T_L, which the lower partial sums shift.

    Args:
        table: What S_L and T_L are: a nonzero number times a new letter, and a rest that has neither.
    """

    name = "other coordinates"

    def __init__(self, table: dict[Any, Any]) -> None:
        self.table = table
        self.statement = ",\\ ".join(f"{sp.latex(one)} = {sp.latex(two)}" for one, two in table.items())

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put them in, after seeing that the change can be undone."""
        for old, new in self.table.items():
            letters = [letter for letter in (FIRST, SECOND) if sp.diff(new, letter) != 0]
            if len(letters) != 1 or not sp.diff(new, letters[0]).is_number or new.has(old):
                raise RuleFailure(f"{old} = {new} cannot be undone")
        return sp.expand(expression.subs(self.table, simultaneous=True))


@cache
def partial_sums() -> Derivation:
    """The form in partial sums, for symbolic L.

    Example:
        >>> partial_sums().check(0).ok
        True
    """
    inner = (sp.Sum(BARRED[k], (k, 1, l - 1)), sp.Sum(CHANGE[k], (k, 1, l - 1)))
    start = sp.Sum(LAMBDA * CHANGE[l] * inner[0] + MU * BARRED[l] * inner[1], (l, 1, L))
    s, t = SUMS, BARRED_SUMS
    middle = sp.Sum(LAMBDA * (s[l] - s[l - 1]) * t[l - 1] + MU * (t[l] - t[l - 1]) * s[l - 1], (l, 1, L))
    return _derived(
        "signature_partial_sums", "an ordered form in partial sums", start,
        [(middle, PartialSums()), (tridiagonal(L), Algebra("multiply out"))],
        remarks=("where the changes add up to 0, S_L = T_L = 0: a Toeplitz form in S_1, …, S_{L−1}",),
    )  # fmt: skip


@cache
def last_pair() -> Derivation:
    """The form is the one in S_1, …, S_{L−2} and a hyperbolic plane in (S_{L−1}, U), for symbolic L ≥ 2.

    Example:
        >>> last_pair().check(0).ok
        True
    """
    s, t = SUMS, BARRED_SUMS
    shifted = {
        s[L]: FIRST + s[L - 1] - MU / LAMBDA * s[L - 2], t[L]: SECOND + t[L - 1] - LAMBDA / MU * t[L - 2]
    }  # fmt: skip
    rest = tridiagonal(L - 2) - (LAMBDA + MU) * s[L - 2] * t[L - 2]
    plane = LAMBDA * FIRST * t[L - 1] + MU * SECOND * s[L - 1]
    return _derived(
        "signature_last_pair", "the last two partial sums split off", tridiagonal(L),
        [
            (tridiagonal(L - 2) + _term(L - 1) + _term(L), TakeOff(2)),
            (rest + plane, Coordinates(shifted)),
        ],
        order=Ordering(L >= 2),
        remarks=("the rest is the Toeplitz form in S_1, …, S_{L−2}: it has −(λ + μ) at every place of its diagonal",),
    )  # fmt: skip


def _derived(name: str, title: str, start: Any, steps: list[Any], order: Ordering | None = None,
             remarks: tuple[str, ...] = ()) -> Derivation:  # fmt: skip
    return Derivation(
        name, title, order or Ordering(L >= 1), start, tuple(Step(*step) for step in steps), steps[-1][0],
        source="this project", same=same, evaluate=term_by_term, valuations=_sequences, remarks=remarks,
    )  # fmt: skip


def term_by_term(expression: Any, valuation: Valuation) -> Any:
    """The value of an expression with sums and indexed letters, sums term by term."""

    def value(node: Any, table: dict[Any, Any]) -> Any:
        if isinstance(node, sp.Sum):
            return over(node.function, node.limits, table)
        if isinstance(node, sp.Indexed):
            return table[node.base[tuple(value(index, table) for index in node.indices)]]
        if isinstance(node, sp.Symbol):
            return table[node]
        if not node.args:
            return node
        return node.func(*(value(argument, table) for argument in node.args))

    def over(body: Any, limits: Any, table: dict[Any, Any]) -> Any:
        if not limits:
            return value(body, table)
        index, first, last = limits[-1]
        numbers = range(int(value(first, table)), int(value(last, table)) + 1)
        return sp.Add(*(over(body, limits[:-1], {**table, index: sp.Integer(number)}) for number in numbers))

    return value(sp.sympify(expression), dict(valuation.symbols))


def _sequences(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Integer sequences with partial sums and rational λ, μ; U and V as the new coordinates ask."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 5):
        one, two = ([0] + [stream.randint(-5, 5) for _ in range(depth)] for _ in range(2))
        sums = [[sum(each[: place + 1]) for place in range(depth + 1)] for each in (one, two)]
        x, y = (sp.Rational(stream.randint(1, 9), stream.randint(1, 5)) for _ in range(2))
        numbers: dict[Any, Any] = {L: depth, LAMBDA: x, MU: y}
        for place in range(depth + 1):
            numbers |= {CHANGE[place]: one[place], BARRED[place]: two[place]}
            numbers |= {SUMS[place]: sums[0][place], BARRED_SUMS[place]: sums[1][place]}
        numbers[FIRST] = sums[0][-1] - sums[0][-2] + y / x * sums[0][-3]
        numbers[SECOND] = sums[1][-1] - sums[1][-2] + x / y * sums[1][-3]
        yield Valuation(numbers)
