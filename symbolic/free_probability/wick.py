r"""Expected moments of matrices with normal entries, by Wick's theorem and counting of indices.

    E (1/n) tr M²      = (1/n) Σ_ij Var M_ij                       for a symmetric matrix with centred entries,
    E (1/n) tr JJ⊤     = (1/n) Σ_ij Var J_ij,
    E (1/n) tr (JJ⊤)²  = (1/n) Σ_ikjl E J_ij J_kj J_kl J_il        = v²(np² + n²p + np)/n.

With entries of variance s/p the last two are s and s²(1 + τ + 1/p): a Wishart matrix has the *mean* s for every n and
p, so that variance σ²/p belongs to the scale σ², not to σ. With variance σ²/n a Wigner matrix has the mean square σ².
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.free_probability.symbols import SCALE, SIGMA
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

N, P = sp.symbols("n p", integer=True, positive=True)
"""The matrix is n × n, or JJ⊤ with J ∈ R^{n×p}."""
I, J, K, L = sp.symbols("i j k l", integer=True)
ENTRY = sp.IndexedBase("M")
VARIANCE = sp.Symbol("v", positive=True)
"""v, the variance of every entry."""
DIAGONAL = sp.Symbol("d", nonnegative=True)
"""d, the variance of a diagonal entry of a symmetric matrix."""


class Mean(sp.Function):  # type: ignore[misc]
    """The expectation of a product of entries."""

    @classmethod
    def eval(cls, inside: sp.Expr) -> None:
        """Never simplifies itself."""

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{E}}\left[{printer.doprint(self.args[0])}\right]"


class Wick(Rule):
    """The mean of a product of centred normal entries is the sum over all pairings of products of covariances.

    Args:
        symmetric: Whether M_ij and M_ji are the same entry; then diagonal entries have the variance d.
    """

    name = "Wick"
    statement = r"\operatorname{E} X_1 \cdots X_{2k} = \sum_{\text{pairings}} \prod \operatorname{E} X_a X_b"

    def __init__(self, symmetric: bool = False) -> None:
        self.symmetric = symmetric

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Write every mean as a sum over pairings."""
        return expression.replace(
            lambda e: isinstance(e, Mean), lambda e: sp.Add(*map(self._term, _pairings(_factors(e.args[0]))))
        )

    def _term(self, pairing: Sequence[tuple[Any, Any]]) -> sp.Expr:
        return sp.Mul(*(self._covariance(one, two) for one, two in pairing))

    def _covariance(self, one: sp.Indexed, two: sp.Indexed) -> sp.Expr:
        (a, b), (c, d) = one.indices, two.indices
        if not self.symmetric:
            return VARIANCE * sp.KroneckerDelta(a, c) * sp.KroneckerDelta(b, d)
        if {a, b} != {c, d}:
            raise RuleFailure("entries of a symmetric matrix at other places are not treated")
        return VARIANCE + (DIAGONAL - VARIANCE) * sp.KroneckerDelta(a, b)


def _factors(inside: sp.Expr) -> list[sp.Indexed]:
    found: list[sp.Indexed] = []
    for factor in sp.Mul.make_args(inside):
        base, power = factor.as_base_exp()
        if not isinstance(base, sp.Indexed) or not power.is_Integer:
            raise RuleFailure(f"{factor} is no entry")
        found += [base] * int(power)
    if len(found) % 2:
        raise RuleFailure("an odd number of entries")
    return found


def _pairings(items: Sequence[Any]) -> Iterator[list[tuple[Any, Any]]]:
    if not items:
        yield []
        return
    for place in range(1, len(items)):
        for rest in _pairings([*items[1:place], *items[place + 1 :]]):
            yield [(items[0], items[place]), *rest]


class CountIndices(Rule):
    """A sum of products of Kronecker deltas counts the free indices: each delta takes one of them away."""

    name = "free indices counted"
    statement = r"\sum_{i=1}^{n} \sum_{k=1}^{n} \delta_{ik} = n"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace every sum by its value."""
        return sp.expand(expression.replace(lambda e: isinstance(e, sp.Sum), self._count))

    def _count(self, total: sp.Sum) -> sp.Expr:
        ranges = {}
        for index, low, high in total.limits:
            if low != 1:
                raise RuleFailure(f"{index} does not start at 1")
            ranges[index] = high
        return sp.Add(*(self._term(term, dict(ranges)) for term in sp.Add.make_args(sp.expand(total.function))))

    def _term(self, term: sp.Expr, ranges: dict[Any, Any]) -> sp.Expr:
        factor = sp.Integer(1)
        for part in sp.Mul.make_args(term):
            base, _power = part.as_base_exp()
            if not isinstance(base, sp.KroneckerDelta):
                factor *= part
                continue
            one, two = base.args
            if one not in ranges or two not in ranges or ranges[one] != ranges[two]:
                raise RuleFailure(f"{base} joins indices of other ranges, or one that is no longer free")
            del ranges[two]
        if factor.has(*ranges) or factor.has(sp.KroneckerDelta):
            raise RuleFailure(f"{factor} depends on an index")
        return factor * sp.Mul(*ranges.values())


class Put(Rule):
    """A variance is put in.

    Args:
        words: What is put in.
        values: The letters and what they are.
    """

    def __init__(self, words: str, values: dict[Any, Any]) -> None:
        self.name, self.values = words, values

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The line with these values."""
        return sp.expand(expression.xreplace(self.values))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two lines are equal as rational functions, outside and inside of sums."""
    if isinstance(one, sp.Expr) and one.has(sp.Sum):
        return bool(sp.expand(one - two) == 0)
    return bool(sp.cancel(sp.together(one - two)) == 0)


@cache
def wigner_square() -> Derivation:
    """E (1/n) tr M² = (n − 1)v + d for a symmetric matrix with variances v off and d on the diagonal.

    Example:
        >>> wigner_square().check(0).ok
        True
    """
    limits = ((I, 1, N), (J, 1, N))
    start = sp.Sum(Mean(ENTRY[I, J] * ENTRY[J, I]), *limits) / N
    pairs = sp.Sum(VARIANCE + (DIAGONAL - VARIANCE) * sp.KroneckerDelta(I, J), *limits) / N
    final = N * VARIANCE - VARIANCE + DIAGONAL
    return _derived(
        "the mean square of a symmetric matrix's eigenvalues", start,
        (Step(pairs, Wick(True)), Step(final, CountIndices())), final,
    )  # fmt: skip


@cache
def wigner_scaled() -> Derivation:
    """With all variances σ²/n the mean square is σ² for every n.

    Example:
        >>> wigner_scaled().check(0).ok
        True
    """
    start = wigner_square().final
    return _derived(
        "entries of variance σ²/n", start,
        (Step(SIGMA**2, Put("variance σ²/n", {VARIANCE: SIGMA**2 / N, DIAGONAL: SIGMA**2 / N})),), SIGMA**2,
        lemmas=(wigner_square(),),
    )  # fmt: skip


@cache
def wigner_published() -> Derivation:
    """With all variances σ², as published, it is nσ².

    Example:
        >>> wigner_published().check(0).ok
        True
    """
    start, final = wigner_square().final, N * SIGMA**2
    return _derived(
        "entries of the published variance σ²", start,
        (Step(final, Put("variance σ²", {VARIANCE: SIGMA**2, DIAGONAL: SIGMA**2})),), final, lemmas=(wigner_square(),),
    )  # fmt: skip


@cache
def wishart_mean() -> Derivation:
    """E (1/n) tr JJ⊤ = pv, which is s for v = s/p.

    Example:
        >>> wishart_mean().check(0).ok
        True
    """
    limits = ((I, 1, N), (J, 1, P))
    start = sp.Sum(Mean(ENTRY[I, J] ** 2), *limits) / N
    pairs = sp.Sum(VARIANCE, *limits) / N
    return _derived(
        "the mean eigenvalue of JJ⊤", start,
        (
            Step(pairs, Wick()), Step(P * VARIANCE, CountIndices()),
            Step(SCALE, Put("variance s/p", {VARIANCE: SCALE / P})),
        ),
        SCALE,
    )  # fmt: skip


@cache
def wishart_square() -> Derivation:
    """E (1/n) tr (JJ⊤)² = s²(1 + n/p + 1/p) for entries of variance s/p.

    Example:
        >>> wishart_square().check(0).ok
        True
    """
    limits = ((I, 1, N), (K, 1, N), (J, 1, P), (L, 1, P))
    start = sp.Sum(Mean(ENTRY[I, J] * ENTRY[K, J] * ENTRY[K, L] * ENTRY[I, L]), *limits) / N
    one, two = sp.KroneckerDelta(I, K), sp.KroneckerDelta(J, L)
    pairs = sp.Sum(VARIANCE**2 * (one**2 + two**2 + one**2 * two**2), *limits) / N
    counted = VARIANCE**2 * (P**2 + N * P + P)
    final = SCALE**2 * (1 + N / P + 1 / P)
    return _derived(
        "the mean square of the eigenvalues of JJ⊤", start,
        (Step(pairs, Wick()), Step(counted, CountIndices()), Step(final, Put("variance s/p", {VARIANCE: SCALE / P}))),
        final, remarks=("the law has s²(1 + τ): the finite matrix has s²/p more",),
    )  # fmt: skip


def _derived(
    title: str, start: Any, steps: tuple[Step, ...], final: Any, lemmas: tuple[Derivation, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Derivation:  # fmt: skip
    return Derivation(
        title, title, Ordering(), start, steps, final, "this project", remarks, same=same, evaluate=_evaluate,
        valuations=_sizes, lemmas=lemmas,
    )  # fmt: skip


def _evaluate(expression: Any, valuation: Valuation) -> Any:
    """Sums entry by entry; a mean from the even moments of independent normal numbers, not from pairings."""
    numbers = valuation.symbols
    if isinstance(expression, sp.Sum):
        names = [limit[0] for limit in expression.limits]
        ends = [range(1, int(limit[2].xreplace(numbers)) + 1) for limit in expression.limits]
        return sum(
            _evaluate(expression.function.xreplace(dict(zip(names, map(sp.Integer, at), strict=True))), valuation)
            for at in product(*ends)
        )
    if isinstance(expression, Mean):
        return _mean(expression.args[0], numbers)
    if expression.has(sp.Sum) or expression.has(Mean):
        return expression.func(*(_evaluate(part, valuation) for part in expression.args))
    # scaled variances: v and d are s/p or σ²/n or σ² where a line has put them in
    return expression.xreplace(numbers)


def _mean(inside: sp.Expr, numbers: dict[Any, Any]) -> Any:
    entries = [tuple(map(int, factor.indices)) for factor in _factors(inside)]
    counted = Counter(entries)
    if numbers["symmetric"]:
        counted = Counter(tuple(sorted(entry)) for entry in entries)
    value = sp.Integer(1)
    for (a, b), times in counted.items():
        variance = numbers[DIAGONAL] if numbers["symmetric"] and a == b else numbers[VARIANCE]
        value *= 0 if times % 2 else sp.factorial2(times - 1) * variance ** (times // 2)
    return value


def _sizes(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Sizes up to 3, with the variances that the derivation puts in."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    put = {
        letter: value
        for step in derivation.steps
        if isinstance(step.rule, Put)
        for letter, value in step.rule.values.items()
    }
    for n, p in ((1, 2), (2, 1), (3, 2)):
        numbers: dict[Any, Any] = {N: sp.Integer(n), P: sp.Integer(p), "symmetric": derivation.start.has(DIAGONAL)}
        numbers["symmetric"] = "symmetric" in derivation.title or numbers["symmetric"]
        numbers |= {one: sp.Rational(stream.randint(1, 9), 4) for one in (SCALE, SIGMA)}
        defaults = {VARIANCE: sp.Rational(stream.randint(1, 9), 5), DIAGONAL: sp.Rational(stream.randint(0, 9), 5)}
        numbers |= defaults | {letter: value.xreplace(numbers) for letter, value in put.items()}
        yield Valuation(numbers)
