r"""What two entries of the weights have to do with each other in the Hessian of rectangular identities.

With the changes e_c e_d⊤ of W^k and e_a e_b⊤ of W^l, k < l, the Hessian's bilinear form of
:mod:`~hessproof.symbolic.kernel_proof` is

    outer:        δ_ac δ_bd [d ≤ M_0, …, M_{k-1}] [c ≤ M_k, …, M_L] [b ≤ M_0, …, M_{l-1}] [a ≤ M_l, …, M_L],
    functional:   δ_ad δ_bc ω_a [a ≤ M_0, …, M_{k-1}] [a ≤ M_l, …, M_L] [b ≤ M_k, …, M_{l-1}].

So entries couple only with those at the same place or at its transpose: the Hessian is a direct sum over the unordered
pairs {i, j}. The outer form is the same for k ≥ l; the functional one is symmetric and has no diagonal blocks.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Symbol, Trace, Transpose, expand, symbols

from hessproof.symbolic import gauss_newton, words
from hessproof.symbolic.attainment.units import (
    DIAGONAL,
    Alive,
    DiagonalOmega,
    Entry,
    Unit,
    changed,
    rectangular_identities,
)
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.kernel_conditions import Form
from hessproof.symbolic.kernel_proof import DELTA, FREE, OMEGA_T, bilinear
from hessproof.symbolic.normal import canonical
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import Descending, L, Transposed, k, l, times

A, B, C, D = symbols("a b c d", integer=True, positive=True)
"""The change of W^k is at (c, d), that of W^l at (a, b)."""

Word = list[Any]


def _is_row(letter: Any) -> bool:
    return isinstance(letter, Transpose) and isinstance(letter.arg, Unit)


def _passed(left: Any, right: Any, ordering: Ordering) -> tuple[Any, Any] | None:
    """A chain beside a unit vector: the bracket that comes out, and the unit vector on the other side."""
    if isinstance(right, Unit) and isinstance(left, Descending | Transposed):
        chain, index, column = left, right.args[1], True
    elif _is_row(left) and isinstance(right, Descending | Transposed):
        chain, index, column = right, left.arg.args[1], False
    else:
        return None
    ordering.require(chain.length, f"the chain {chain}")
    down = isinstance(chain, Descending)
    low, high = (chain.last - 1, chain.first) if down else (chain.first - 1, chain.last)
    there = high if down == column else low
    unit = Unit(there, index)
    return Alive(index, low, high), unit if column else unit.T


def _on_word(expression: Any, change: Callable[[Word], Expr]) -> Any:
    """Apply ``change`` to the word under the only trace; it changes the list and gives the factor that comes out."""
    traces = [part for part in Mul.make_args(expression) if isinstance(part, Trace)]
    if len(traces) != 1:
        raise RuleFailure("the expression has no single trace of a word")
    rest = Mul(*(part for part in Mul.make_args(expression) if part not in traces))
    word = list(traces[0].arg.args)
    factor = change(word)
    return rest * factor * (Trace(times(*word)) if word else Integer(1))


class Straight(Rule):
    """W^{a:b} e_i = [i alive at b−1, …, a] e_i where every weight is a rectangular identity."""

    name = "rectangular identities"
    statement = r"W^{a:b} e_i^{(b-1)} = [i \le M_{b-1}, \ldots, M_a]\, e_i^{(a)}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Move every unit vector past the chain beside it."""

        def change(word: Word) -> Expr:
            factor: Expr = Integer(1)
            place = 0
            while place + 1 < len(word):
                found = _passed(word[place], word[place + 1], ordering)
                if found is None:
                    place += 1
                    continue
                factor *= found[0]
                word[place : place + 2] = [found[1]]
                place = 0
            return factor

        return _on_word(expression, change)


class DiagonalResidual(Rule):
    """Ω⊤e_i = ω_i [i alive at 0] [i alive at L] e_i."""

    name = "diagonal residual"
    statement = r"\Omega^\top e_i^{(L)} = \omega_i\, [i \le M_0] [i \le M_L]\, e_i^{(0)}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace Ω⊤e_i, the trace being turned round if need be."""

        def change(word: Word) -> Expr:
            place = word.index(Transpose(DiagonalOmega()))
            word[:] = [*word[place:], *word[:place]]
            unit = word[1]
            if not isinstance(unit, Unit) or unit.args[0] != L:
                raise RuleFailure(f"no unit vector of the outputs behind the residual, but {unit}")
            index = unit.args[1]
            word[0:2] = [Unit(Integer(0), index)]
            return Entry(index) * Alive(index, 0, 0) * Alive(index, L, L)

        return _on_word(expression, change)


class Orthonormal(Rule):
    """e_i⊤e_j = δ_ij [i alive], for unit vectors of one layer, in a trace of nothing else."""

    name = "orthonormal unit vectors"
    statement = r"e_i^{(l)\top} e_j^{(l)} = \delta_{ij}\, [i \le M_l]"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Contract every row with the column behind it, round the corner too."""

        def change(word: Word) -> Expr:
            factor: Expr = Integer(1)
            if word and _is_row(word[0]):
                word.append(word.pop(0))
            turned = [*word[1:], word[0]]
            for row, column in zip(turned[::2], turned[1::2], strict=True):
                if not _is_row(row) or not isinstance(column, Unit):
                    raise RuleFailure(f"{row} and {column} are no row and column of unit vectors")
                if ordering.zero(row.arg.args[0] - column.args[0]) is not True:
                    raise RuleFailure(f"{row} and {column} belong to different layers")
                one, two = row.arg.args[1], column.args[1]
                factor *= KroneckerDelta(one, two) * Alive(one, column.args[0], column.args[0])
            word.clear()
            return factor

        return _on_word(expression, change)


class Joined(Rule):
    """Brackets of one index are joined if they touch or meet: [i ≤ M_a, …, M_b][i ≤ M_{b+1}, …, M_c] is one bracket."""

    name = "brackets joined"
    statement = r"[i \le M_a, \ldots, M_b]\,[i \le M_{b+1}, \ldots, M_c] = [i \le M_a, \ldots, M_c]"


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Equality of sums of products of brackets, δ, ω and traces, by a normal form."""
    return bool(expand(_flat(one, ordering) - _flat(two, ordering)) == 0)


def _flat(expression: Any, ordering: Ordering) -> Any:
    return Add(*(_flat_term(term, ordering) for term in Add.make_args(expand(expression))))


def _flat_term(term: Any, ordering: Ordering) -> Any:
    """Indices that a δ makes equal get one name; brackets of one index that meet or contain each other are joined."""
    factors = list(Mul.make_args(term))
    deltas = sorted((part for part in factors if isinstance(part, KroneckerDelta)), key=str)
    names: dict[Any, Any] = {}
    for delta in deltas:
        first, second = sorted((names.get(index, index) for index in delta.args), key=str)
        names = {index: first if name == second else name for index, name in names.items()}
        names[second] = first
    brackets: dict[Any, list[tuple[Any, Any]]] = {}
    rest: Expr = Mul(*deltas)
    for part in factors:
        if isinstance(part, Alive):
            index, low, high = part.args
            for gap in (low, high - low, L - high):
                ordering.require(gap, f"the bracket of layers {low}, …, {high}")
            brackets.setdefault(names.get(index, index), []).append((low, high))
        elif isinstance(part, Entry):
            rest *= Entry(names.get(part.args[0], part.args[0]))
        elif isinstance(part, Trace):
            rest *= canonical(part, ordering)
        elif not isinstance(part, KroneckerDelta):
            rest *= part
    for index, found in brackets.items():
        rest *= Mul(*(Alive(index, low, high) for low, high in joined(found, ordering)))
    return rest


def joined(found: list[tuple[Any, Any]], ordering: Ordering) -> list[tuple[Any, Any]]:
    """Ranges of layers, those joined that meet, touch or contain each other, as far as the ordering settles it.

    Example:
        >>> joined([(0, k - 1), (k, L), (0, 0)], Ordering(k >= 1, k <= L))
        [(0, L)]
    """
    ranges = list(dict.fromkeys(found))
    for one in ranges:
        for two in ranges:
            if one != two and (union := _union(one, two, ordering)) is not None:
                return joined([union, *(other for other in ranges if other not in (one, two))], ordering)
    return sorted(ranges, key=str)


def _union(one: tuple[Any, Any], two: tuple[Any, Any], ordering: Ordering) -> tuple[Any, Any] | None:
    """The union of two ranges of which the first begins first and is not left before the second begins."""
    begins, meets = ordering.nonnegative(two[0] - one[0]), ordering.nonnegative(one[1] + 1 - two[0])
    if not (begins and meets):
        return None
    if ordering.nonnegative(one[1] - two[1]):
        return one
    return (one[0], two[1]) if ordering.nonnegative(two[1] - one[1]) else None


def at_entries(form: Form) -> Trace:
    """The bilinear form of kernel_proof at the changes e_c e_d⊤ of W^k and e_a e_b⊤ of W^l, Σ = I, Ω diagonal."""
    one, two = changed(k, C, D), changed(l, A, B)
    letters: dict[Any, tuple[Any, ...]] = {
        DELTA: one, FREE: two, FREE.T: tuple(letter.T for letter in reversed(two)),
        words.Sigma(): (), OMEGA_T: (Transpose(DiagonalOmega()),),
    }  # fmt: skip
    word = bilinear(form).arg.args
    return Trace(times(*(new for letter in word for new in letters.get(letter, (letter,)))))


@cache
def outer() -> Derivation:
    """The outer Hessian at two entries, k and l arbitrary.

    Example:
        >>> outer().check(0).ok
        True
    """
    order = Ordering(k >= 1, l >= 1, k <= L, l <= L)
    start = at_entries("outer")
    straight = Straight().apply(start, order)
    contracted = Orthonormal().apply(straight, order)
    final = KroneckerDelta(A, C) * KroneckerDelta(B, D) * Alive(D, 0, k - 1) * Alive(C, k, L)
    final *= Alive(B, 0, l - 1) * Alive(A, l, L)
    return Derivation(
        "outer_coupling", "two entries in the outer Hessian of rectangular identities", order, start,
        (Step(straight, Straight()), Step(contracted, Orthonormal()), Step(final, Joined())), final,
        source="this project", same=same, valuations=_entries,
    )  # fmt: skip


@cache
def functional() -> Derivation:
    """The functional Hessian at two entries, k < l.

    Example:
        >>> functional().check(0).ok
        True
    """
    order = Ordering(k >= 1, k + 1 <= l, l <= L)
    start = at_entries("functional_before")
    straight = Straight().apply(start, order)
    through = DiagonalResidual().apply(straight, order)
    contracted = Orthonormal().apply(through, order)
    final = KroneckerDelta(A, D) * KroneckerDelta(B, C) * Entry(A) * Alive(A, 0, k - 1) * Alive(A, l, L)
    final *= Alive(B, k, l - 1)
    return Derivation(
        "functional_coupling", "two entries in the functional Hessian of rectangular identities", order, start,
        (Step(straight, Straight()), Step(through, DiagonalResidual()), Step(contracted, Orthonormal()),
         Step(final, Joined())), final,
        source="this project", same=same, valuations=_entries, lemmas=(gauss_newton.functional_diagonal(),),
    )  # fmt: skip


def _entries(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Rectangular identities of up to four layers, and entries that often are at the same place or transposed."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    solutions = [found for found in derivation.ordering.solutions(0, 4) if found[L] >= 1]
    for _ in range(12):
        numbers = stream.choice(solutions)
        widths = tuple(stream.randint(1, 4) for _ in range(numbers[L] + 1))
        c, d = stream.randint(1, widths[numbers[k]]), stream.randint(1, widths[numbers[k] - 1])
        a, b = stream.choice([(c, d), (d, c), (d, c), (stream.randint(1, 4), stream.randint(1, 4))])
        weights = rectangular_identities(widths)
        table: Any = [stream.randint(1, 9) for _ in range(4)]
        extra: dict[Symbol, Any] = {A: a, B: b, C: c, D: d, DIAGONAL: table}
        yield Valuation(
            {**numbers, **extra}, widths, weights=weights, weights_transposed=[matrix.T for matrix in weights]
        )
