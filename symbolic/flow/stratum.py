r"""Why non-square weights keep their maximal rank: the starts that ever lose it have dimension below p.

The q × n matrices of rank ρ form a manifold, whose tangent space at W = XY, with X of ρ columns, is {ΔX·Y + X·ΔY}, so
that Lemma 1 gives its dimension, ρ(q + n − ρ). Below the maximal rank min(q, n) the largest has ρ = min(q, n) − 1 and
codimension |q − n| + 1. Gradient flow is a smooth flow; the starts that it brings into a manifold at *some* time are
the image of time × manifold under a smooth map, of dimension at most p − codimension + 1 = p − |q − n|. If q ≠ n that
is less than p, and the image has measure zero (Sard). Nothing is used of the network but that the flow is smooth and
unique: any smooth loss and any smooth activations will do, with or without bias.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Expr, Identity, MatrixExpr, MatrixSymbol, Symbol

from hessproof.symbolic.derivation import Algebra, Backwards, Derivation, Rule, Step
from hessproof.symbolic.flow.balanced import rational_isometry
from hessproof.symbolic.flow.hidden_space import RankOfGram
from hessproof.symbolic.flow.polar import PutIn
from hessproof.symbolic.generalised_inverse import RankOfKronecker, RankRule, Rk
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, filled
from hessproof.symbolic.words import times
from hessproof.symbolic.z_lemma import C, D, lemma1, n, q, z_matrix
from hessproof.symbolic.z_lemma import m as rows_of_c
from hessproof.symbolic.z_lemma import p as rows_of_d

RHO = Symbol("rho", integer=True, nonnegative=True)
PARAMETERS = Symbol("P", integer=True, positive=True)
EXCESS = Symbol("e", integer=True, nonnegative=True)
"""e = |q − n|, the difference of the two widths of a weight."""
ISOMETRY = MatrixSymbol("Q", q, n)


class FullRankFactors(Rule):
    """W = XY with factors of rank ρ: C = Y and D = X⊤ in Lemma 1."""

    name = "factors of full rank"
    statement = r"\operatorname{rk} X = \operatorname{rk} Y = \rho"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """ρ for both ranks."""
        return expression.xreplace({Rk(C): RHO, Rk(D): RHO})


class JustBelow(Rule):
    """ρ = n − 1 where q = n + e, e ≥ 0: the largest rank below the maximal one."""

    name = "largest rank below the maximal one"
    statement = r"\rho = \min(q, n) - 1, \; q = n + e"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put both in."""
        return expression.xreplace({RHO: n - 1, q: n + EXCESS})


@cache
def codimension() -> Derivation:
    """The q × n matrices of rank ρ have codimension (q − ρ)(n − ρ).

    Example:
        >>> codimension().check(0).ok
        True
    """
    final = (q - RHO) * (n - RHO)
    return Derivation(
        "rank_stratum", "codimension of the matrices of a given rank", Ordering(), q * n - Rk(z_matrix()),
        (
            Step(q * n - lemma1().final, PutIn(lemma1())),
            Step(q * n - (q * RHO + n * RHO - RHO**2), FullRankFactors()),
            Step(final, Algebra("factor")),
        ),
        final, source="this project", valuations=_full_rank_factors, lemmas=(lemma1(),),
    )  # fmt: skip


@cache
def swept_dimension() -> Derivation:
    """Time × the deficient matrices has dimension 1 + P − (e + 1) = P − e, below P if and only if e = |q − n| ≥ 1.

    Example:
        >>> swept_dimension().check(0).ok
        True
    """
    final = PARAMETERS - EXCESS
    return Derivation(
        "swept_dimension", "dimension of the starts that lose rank at some time", Ordering(),
        1 + PARAMETERS - codimension().final,
        (Step(1 + PARAMETERS - (EXCESS + 1), JustBelow()), Step(final, Algebra("sum"))),
        final, source="this project", valuations=_sizes, lemmas=(codimension(),),
        remarks=("a smooth image of a manifold of dimension below P has measure zero in P dimensions",),
    )  # fmt: skip


class Orthonormal(RankRule):
    """Q⊤Q = I inside a rank."""

    name = "orthonormal columns"
    statement = r"Q^\top Q = I"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of the identity for that of Q⊤Q."""
        return Rk(Identity(n)) if matrix == times(ISOMETRY.T, ISOMETRY) else None


@cache
def orthonormal_rank() -> Derivation:
    """rk Q = n for a q × n matrix with orthonormal columns; with orthonormal rows, for Q⊤.

    Example:
        >>> orthonormal_rank().check(0).ok
        True
    """
    return Derivation(
        "orthonormal_rank", "orthogonal initialisation has maximal rank", Ordering(), Rk(ISOMETRY),
        (
            Step(Rk(times(ISOMETRY.T, ISOMETRY)), Backwards(RankOfGram(ISOMETRY))),
            Step(Rk(Identity(n)), Orthonormal()),
            Step(n, RankOfKronecker()),
        ),
        n, source="Singh et al. 2021, Appendix S2.6", valuations=_isometries,
    )  # fmt: skip


def _isometries(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Rational matrices with orthonormal columns."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(5):
        columns = stream.randint(1, 3)
        rows = columns + stream.randint(0, 2)
        yield Valuation({n: columns, q: rows}, _drawn={"Q": rational_isometry(rows, columns, stream)}, provide=_given)


def _given(symbol: Any, shape: tuple[int, int], valuation: Valuation) -> Array:
    return valuation._drawn[symbol.name]


def _full_rank_factors(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Y of ρ rows and X⊤ of ρ rows, both of rank ρ."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(6):
        sizes: dict[Any, int] = {n: stream.randint(1, 3), q: stream.randint(1, 3)}
        rank = stream.randint(1, min(sizes.values()))
        sizes |= {rows_of_c: rank, rows_of_d: rank, RHO: rank}
        yield Valuation(sizes, seed=stream.randrange(2**32), provide=_independent_rows)


def _independent_rows(symbol: Any, shape: tuple[int, int], valuation: Valuation) -> Array:
    """An upper triangle with ones on its diagonal and drawn entries above it."""
    drawn, result = valuation.draw(symbol.name, shape), filled(*shape)
    for i in range(shape[0]):
        result[i, i] = 1
        result[i, i + 1 :] = drawn[i, i + 1 :]
    return result


def _sizes(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(6):
        small, more = stream.randint(1, 5), stream.randint(0, 5)
        yield Valuation({n: small, q: small + more, EXCESS: more, RHO: small - 1, PARAMETERS: stream.randint(30, 90)})
