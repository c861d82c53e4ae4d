r"""A symmetric matrix of blocks has no larger norm than the matrix of the norms of its blocks.

For a unit vector u with pieces u_1, …, u_n and a_k = ‖u_k‖, Σ a_k² = 1,

    |u⊤Hu| ≤ Σ_{k,l} |u_k⊤ H_kl u_l| ≤ Σ_{k,l} η_kl a_k a_l ≤ λ Σ a_k² = λ,

with η_kl ≥ ‖H_kl‖, symmetric, and λ ≥ λ_max(η). For one object of a ReLU network the blocks are those of the layers,
and η_kl = ‖G^{k⊤}AG^l‖‖x^k‖‖x^l‖ + ‖G^{l⊤}δ‖‖P^{lk}‖‖x^k‖ for k < l, without the second summand for k = l.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.norms.exactly import exact_value, expanded
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

BLOCKS = sp.Symbol("n", integer=True, positive=True)
ROW, COLUMN = sp.symbols("k l", integer=True)
FORM = sp.IndexedBase("q", real=True)
"""q_kl = u_k⊤ H_kl u_l."""
NORM = sp.IndexedBase("eta", real=True, nonnegative=True)
LENGTH = sp.IndexedBase("a", real=True, nonnegative=True)
LARGEST = sp.Symbol("lambda", nonnegative=True)


def double(body: Any) -> sp.Sum:
    """Σ_{k,l=1}^{n}."""
    return sp.Sum(body, (ROW, 1, BLOCKS), (COLUMN, 1, BLOCKS))


class Cut(Rule):
    """Every |q_kl| is at most ‖H_kl‖‖u_k‖‖u_l‖ ≤ η_kl a_k a_l."""

    name = "norms of the blocks"
    statement = r"|u_k^\top H_{kl} u_l| \le \lVert H_{kl} \rVert \lVert u_k \rVert \lVert u_l \rVert"
    relation = "<="
    assumptions = ("η_kl ≥ ‖H_kl‖",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Bound every summand."""
        if expression != sp.Abs(double(FORM[ROW, COLUMN])):
            raise RuleFailure(f"{expression} is not the modulus of the form")
        return double(NORM[ROW, COLUMN] * LENGTH[ROW] * LENGTH[COLUMN])


class Rayleigh(Rule):
    """Σ η_kl a_k a_l ≤ λ Σ a_k²."""

    name = "largest eigenvalue"
    statement = r"a^\top \eta a \le \lambda_{\max}(\eta) \lVert a \rVert^2"
    relation = "<="
    assumptions = ("η is symmetric, λ ≥ λ_max(η)",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Bound the form of the norms."""
        if expression != double(NORM[ROW, COLUMN] * LENGTH[ROW] * LENGTH[COLUMN]):
            raise RuleFailure(f"{expression} is not the form of the norms")
        return LARGEST * sp.Sum(LENGTH[ROW] ** 2, (ROW, 1, BLOCKS))


class Unit(Rule):
    """Σ a_k² = ‖u‖² = 1."""

    name = "unit vector"
    statement = r"\sum_k \lVert u_k \rVert^2 = 1"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put 1 for the sum of squares."""
        total = sp.Sum(LENGTH[ROW] ** 2, (ROW, 1, BLOCKS))
        if not expression.has(total):
            raise RuleFailure(f"no squared lengths in {expression}")
        return expression.xreplace({total: sp.Integer(1)})


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal after expansion."""
    return bool(one == two or expanded(one - two, ordering) == 0)


@cache
def block_bound() -> Derivation:
    """|u⊤Hu| ≤ λ for every unit vector u.

    Example:
        >>> block_bound().check(0).ok, block_bound().relation
        (True, '<=')
    """
    norms = double(NORM[ROW, COLUMN] * LENGTH[ROW] * LENGTH[COLUMN])
    squares = LARGEST * sp.Sum(LENGTH[ROW] ** 2, (ROW, 1, BLOCKS))
    return Derivation(
        "block_bound", "the norm of a matrix of blocks", Ordering(BLOCKS >= 1),
        sp.Abs(double(FORM[ROW, COLUMN])),
        (Step(norms, Cut()), Step(squares, Rayleigh()), Step(LARGEST, Unit())), LARGEST,
        source="this project", same=same, evaluate=exact_value, valuations=_matrices,
        remarks=("u is arbitrary, so that λ bounds the spectral norm of H",),
    )  # fmt: skip


def _matrices(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Blocks of 1 × 1 and 2 × 2 with known norms: multiples of rotations; the matrix of norms has equal row sums."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    triples = ((3, 4, 5), (5, 12, 13), (8, 15, 17))
    for blocks in (1, 2, 3):
        for size in (1, 2):
            shares = [sp.Rational(stream.randint(1, 9)) for _ in range(blocks)]
            norms = [[sp.Rational(stream.randint(0, 9), 2) for _ in range(blocks)] for _ in range(blocks)]
            units, lengths, total = [], [], sum(share**2 for share in shares)
            for share in shares:
                a, b, c = stream.choice(triples)
                units.append(sp.Matrix([1]) if size == 1 else sp.Matrix([sp.Rational(a, c), sp.Rational(b, c)]))
                lengths.append(share / sp.sqrt(total))
            forms: dict[Any, Any] = {}
            table: dict[Any, Any] = {}
            for k in range(blocks):
                for l in range(k + 1):
                    turn = _turn(size, stream.choice(triples), stream.choice((-1, 1)))
                    value = norms[k][l] * lengths[k] * lengths[l] * (units[k].T * turn * units[l])[0, 0]
                    for place in ((k + 1, l + 1), (l + 1, k + 1)):
                        forms[place], table[place] = value, norms[k][l]
            rows = [sum(table[k, l] for l in range(1, blocks + 1)) for k in range(1, blocks + 1)]
            numbers: dict[Any, Any] = {
                BLOCKS: sp.Integer(blocks), FORM: forms, NORM: table, LARGEST: max(rows),
                LENGTH: dict(enumerate(lengths, start=1)),
            }  # fmt: skip
            yield Valuation(numbers)


def _turn(size: int, triple: tuple[int, int, int], sign: int) -> sp.Matrix:
    """A rotation or reflection with rational entries: its norm is 1."""
    a, b, c = triple
    if size == 1:
        return sp.Matrix([sign])
    return sp.Matrix([[a, -sign * b], [b, sign * a]]) / c
