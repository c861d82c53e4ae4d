"""Elimination modulo a large prime on small matrices of integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Row = tuple[int, ...]


def reduced(rows: Iterable[Sequence[int]], columns: int, prime: int) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """The reduced row echelon form modulo a prime, without zero rows, and its pivot columns.

    Example:
        >>> reduced([[2, 4, 1], [1, 2, 3]], 3, 7)
        (((1, 2, 0), (0, 0, 1)), (0, 2))
    """
    left = [[entry % prime for entry in row] for row in rows]
    done: list[list[int]] = []
    pivots: list[int] = []
    for column in range(columns):
        place = next((number for number, row in enumerate(left) if row[column]), None)
        if place is None:
            continue
        row = left.pop(place)
        inverse = pow(row[column], -1, prime)
        row = [entry * inverse % prime for entry in row]
        for other in (*left, *done):
            if factor := other[column]:
                other[:] = [(x - factor * y) % prime for x, y in zip(other, row, strict=True)]
        done.append(row)
        pivots.append(column)
    return tuple(map(tuple, done)), tuple(pivots)


def rank(rows: Iterable[Sequence[int]], columns: int, prime: int) -> int:
    """The rank modulo a prime.

    Example:
        >>> rank([[1, 2], [3, 13]], 2, 7)
        1
    """
    return len(reduced(rows, columns, prime)[1])


def kernel(rows: Iterable[Sequence[int]], columns: int, prime: int) -> tuple[Row, ...]:
    """A basis of the vectors that a matrix annihilates modulo a prime.

    Example:
        >>> kernel([[1, 2, 0], [0, 0, 1]], 3, 7)
        ((5, 1, 0),)
    """
    echelon, pivots = reduced(rows, columns, prime)
    result = []
    for free in sorted({*range(columns)} - {*pivots}):
        vector = [0] * columns
        vector[free] = 1
        for row, pivot in zip(echelon, pivots, strict=True):
            vector[pivot] = -row[free] % prime
        result.append(tuple(vector))
    return tuple(result)
