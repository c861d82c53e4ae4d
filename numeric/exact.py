"""Rank over the rational numbers, proved."""

from __future__ import annotations

import time
from fractions import Fraction
from math import lcm
from typing import Any

import flint
import numpy as np

from hessproof.numeric.integers import IntegerMatrix, integers, rational_rank, to_flint
from hessproof.numeric.primes import primes
from hessproof.numeric.result import Rank

WORD = 2**62
FRACTION_FREE = 24
MOST_PRIMES = 2000


def exact_rank(
    matrix: Any, *, upper: int | None = None, quantity: str = "matrix", most_primes: int = MOST_PRIMES
) -> Rank:
    """Rank over Q of a matrix of integers or fractions.

    The rank modulo a prime is a lower bound. It is the rank over Q if it meets an upper bound: the smaller side, a
    proved bound given as ``upper``, or the following. If the rank is at most ρ modulo primes whose product exceeds
    Hadamard's bound for minors of order ρ + 1, then all these minors vanish modulo each of the primes, hence they are
    zero, and the rank over Q is at most ρ. Matrices with a side of at most 24 go to FLINT's fraction-free elimination
    instead.

    Args:
        matrix: m × n; nested lists, an array, or a FLINT matrix; entries integers or fractions.
        upper: A proved upper bound of the rank, if one is known.
        quantity: Name to put into the result.
        most_primes: Give up, and say ``lower``, if the proof needs more primes than this.

    Returns:
        The rank; ``bound`` is ``exact``, or ``lower`` if the proof would need too many primes.

    Example:
        >>> exact_rank([[1, 2], [2, 4]]).value
        1
        >>> from fractions import Fraction
        >>> exact_rank([[Fraction(1, 2), 1], [1, 3]]).bound
        'exact'
    """
    start = time.perf_counter()
    whole = as_integers(matrix)
    whole = whole[(whole != 0).any(axis=1)][:, (whole != 0).any(axis=0)] if whole.size else whole
    value, bound, why, used = _rank(whole, upper, most_primes)
    return Rank(quantity, value, "exact", bound, why, primes=used, seconds=time.perf_counter() - start)


def as_integers(matrix: Any) -> IntegerMatrix:
    """An integer matrix of the same rank: every row is multiplied by its common denominator.

    Example:
        >>> as_integers([[Fraction(1, 2), Fraction(1, 3)]]).tolist()
        [[3, 2]]
    """
    if isinstance(matrix, (flint.fmpz_mat, flint.fmpq_mat)):
        matrix = [
            [Fraction(int(entry.p), int(entry.q)) if isinstance(entry, flint.fmpq) else int(entry) for entry in row]
            for row in matrix.tolist()
        ]
    array = np.asarray(matrix, dtype=object)
    if array.ndim != 2:
        raise TypeError(f"a matrix has two dimensions, not {array.ndim}")
    if not any(isinstance(entry, Fraction) for entry in array.flat):
        return array if array.size and all(type(entry) is int for entry in array.flat) else integers(array)
    rows = []
    for row in array:
        fractions = [Fraction(entry) for entry in row]
        scale = lcm(*(entry.denominator for entry in fractions))
        rows.append([int(entry * scale) for entry in fractions])
    return integers(rows)


def _rank(matrix: IntegerMatrix, upper: int | None, most_primes: int) -> tuple[int, Any, str, tuple[int, ...]]:
    side = min(matrix.shape)
    limit = side if upper is None else min(side, upper)
    if limit == 0:
        return 0, "exact", "the matrix is empty or proved to be zero", ()
    whole = to_flint(matrix)
    first = primes(1, WORD)[0]
    found = int(flint.nmod_mat(whole, first).rank())
    if found == limit:
        bound = "the smaller side" if limit == side else "the proved upper bound"
        return found, "exact", f"the rank modulo a prime meets {bound}", (first,)
    if side <= FRACTION_FREE:
        return rational_rank(matrix), "exact", "fraction-free elimination by FLINT", ()
    used, product = [first], first
    needed = _minor_bits(matrix, found + 1)
    while product.bit_length() <= needed:
        if needed > most_primes * (WORD.bit_length() - 2):
            why = f"the largest rank modulo {len(used)} primes; a proof over Q would take {needed // 61 + 1} primes"
            return found, "lower", why, tuple(used[:3])
        prime = primes(len(used) + 1, WORD)[-1]
        modular = int(flint.nmod_mat(whole, prime).rank())
        used.append(prime)
        if modular > found:
            found = modular
            if found == limit:
                return found, "exact", "the rank modulo a prime meets its upper bound", (prime,)
            needed = _minor_bits(matrix, found + 1)
        product *= prime
    why = f"all minors of order {found + 1} vanish modulo {len(used)} primes whose product exceeds Hadamard's bound"
    return found, "exact", why, tuple(used[:3])


def _minor_bits(matrix: IntegerMatrix, order: int) -> int:
    """A number b with 2^b above the absolute value of every minor of an order (Hadamard, by rows or by columns)."""

    def bits(array: IntegerMatrix) -> int:
        norms = sorted((sum(int(entry) ** 2 for entry in row).bit_length() for row in array), reverse=True)
        return sum(norms[:order])

    return min(bits(matrix), bits(matrix.T)) // 2 + 1
