r"""Lemma 1 of Singh et al. 2021: the rank of the Z-matrix [I_q ⊗ C ; D ⊗ I_n], derived for symbolic sizes.

The derivation is the paper's: generalised inverses and oblique projectors, nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache, partial

import numpy as np
from sympy import Identity, MatrixExpr, MatrixSymbol, Symbol

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.formulas import FORMULAS, copies_c, copies_d, rank_c, rank_d
from hessproof.symbolic.generalised_inverse import (
    Ginv,
    MixedProductInside,
    RankOfComplement,
    RankOfKronecker,
    RankOfStack,
    Rk,
    Stacked,
)
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, filled
from hessproof.symbolic.words import add, times

m, n, p, q = (Symbol(name, integer=True, positive=True) for name in "mnpq")
C, D = MatrixSymbol("C", m, n), MatrixSymbol("D", p, q)


def z_matrix(c: MatrixExpr = C, d: MatrixExpr = D) -> Stacked:
    """Z = [I_q ⊗ C ; D ⊗ I_n] with C of n columns and D of q columns (Singh et al. 2021, Eq. (6))."""
    result: Stacked = Stacked(kron(Identity(d.cols), c), kron(d, Identity(c.cols)))
    return result


@cache
def lemma1() -> Derivation:
    """Lemma 1: rk Z = q rk C + n rk D − rk C rk D.

    Example:
        >>> lemma1().check(1).ok
        True
        >>> wrong = lemma1().final - Rk(C)
        >>> lemma1().with_final(wrong).check(numbers=False).failing.rule
        'published formula'
    """
    inverse, complement = Ginv(C), add(Identity(n), times(-1, Ginv(C), C))
    large = kron(Identity(q), inverse)
    first, second = kron(Identity(q), C), kron(D, Identity(n))
    projected = times(second, add(Identity(n * q), times(-1, large, first)))
    steps = (
        Step(Rk(first) + Rk(projected), RankOfStack(large)),
        Step(Rk(first) + Rk(kron(D, complement)), MixedProductInside()),
        Step(q * Rk(C) + Rk(D) * Rk(complement), RankOfKronecker()),
        Step(q * Rk(C) + Rk(D) * (n - Rk(C)), RankOfComplement(C, inverse)),
        Step(q * Rk(C) + n * Rk(D) - Rk(C) * Rk(D), Algebra("distribute")),
    )
    published = FORMULAS["lemma1"].expression.xreplace({rank_c: Rk(C), rank_d: Rk(D), copies_c: q, copies_d: n})
    return Derivation(
        "lemma1",
        "rank of the Z-matrix",
        Ordering(),
        Rk(z_matrix()),
        steps,
        published,
        source="Singh et al. 2021, Lemma 1",
        remarks=("no assumption on C and D: zero matrices, any rank and sizes from 1 on are allowed",),
        valuations=_valuations,
    )


def _valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """All ranks of C and D for sizes 1 to 3, a random choice of sizes; zero matrices are among them."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for rank_one in range(3):
        for rank_two in range(3):
            sizes = {size: stream.randint(1, 3) for size in (m, n, p, q)}
            targets = {
                "C": min(rank_one, sizes[m], sizes[n]),
                "D": min(rank_two, sizes[p], sizes[q]),
            }

            yield Valuation(dict(sizes), seed=stream.randrange(2**32), provide=partial(_of_rank, targets))


def _of_rank(targets: dict[str, int], symbol: MatrixSymbol, shape: tuple[int, int], valuation: Valuation) -> Array:
    """A random matrix whose rank is at most the target of its name, and in general equal to it."""
    target = targets[symbol.name]
    if not target:
        return filled(*shape)
    left = valuation.draw((symbol.name, "left"), (shape[0], target))
    right = valuation.draw((symbol.name, "right"), (target, shape[1]))
    return np.array(left.dot(right), dtype=object).reshape(shape)
