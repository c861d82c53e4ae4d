r"""Exact balanced weights: W^l = Q_l D Q_{l-1}⊤ with rational Q_l, Q_l⊤Q_l = I, and a rational diagonal D.

Then W^{l+1⊤}W^{l+1} = Q_l D² Q_l⊤ = W^l W^{l⊤}, the projector on the hidden space is P_l = Q_l Q_l⊤, and
(W^l)⁺ = Q_{l-1} D^{-1} Q_l⊤. The columns of Q_l are those of a product of reflections I − 2vv⊤/v⊤v with integer v.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

import numpy as np

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.flow.letters import ETA
from hessproof.symbolic.valuation import Array, Valuation, unit
from hessproof.symbolic.words import L

REFLECTIONS = 2


def rational_isometry(rows: int, columns: int, stream: random.Random) -> Array:
    """Orthonormal columns with rational entries.

    Example:
        >>> q = rational_isometry(3, 2, random.Random(0))
        >>> bool((q.T.dot(q) == unit(2)).all())
        True
    """
    result = unit(rows) * Fraction(1)
    for _ in range(REFLECTIONS):
        vector = np.array([[stream.randint(-2, 2)] for _ in range(rows)], dtype=object)
        square = int((vector.T.dot(vector))[0, 0])
        if square:
            result = result - (Fraction(2, square) * vector).dot(vector.T.dot(result))
    return np.asarray(result[:, :columns], dtype=object)


def balanced_weights(
    widths: Sequence[int], rank: int, stream: random.Random
) -> tuple[list[Array], list[Array], list[Array]]:
    """Balanced weights of a common rank, the bases Q_0, …, Q_L, and (W^1)⁺, …, (W^L)⁺.

    Args:
        widths: M_0, …, M_L.
        rank: At most the smallest width.
        stream: Where the numbers come from.

    Example:
        >>> (one, two), bases, _ = balanced_weights((2, 3, 2), 1, random.Random(1))
        >>> bool((two.T.dot(two) == one.dot(one.T)).all())
        True
    """
    scales = np.array([Fraction(stream.randint(1, 3), stream.choice((1, 2))) for _ in range(rank)], dtype=object)
    bases = [rational_isometry(width, rank, stream) for width in widths]
    pairs = list(zip(bases[1:], bases, strict=False))
    if not rank:
        empty = [np.full((len(one), len(two)), Fraction(0), dtype=object) for one, two in pairs]
        return empty, bases, [matrix.T for matrix in empty]
    weights = [(one * scales).dot(two.T) for one, two in pairs]
    return weights, bases, [(two * (1 / scales)).dot(one.T) for one, two in pairs]


def balanced_valuations(derivation: Derivation, seed: int, *, square: bool = False) -> Iterator[Valuation]:
    """Balanced weights of any rank for layer numbers that satisfy the derivation's ordering."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    solutions = [one for one in derivation.ordering.solutions(0, 4) if one.get(L, 3) <= 4]
    stream.shuffle(solutions)
    for solution in islice(solutions, 6):
        depth = solution.get(L, 3)
        if square:
            widths = (stream.randint(1, 3),) * (depth + 1)
        else:
            widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        weights, bases, inverses = balanced_weights(widths, stream.randint(0, min(widths)), stream)
        drawn: dict[object, Array] = {}
        for layer, basis in enumerate(bases):
            drawn["projector", layer] = basis.dot(basis.T) if basis.shape[1] else np.full((len(basis),) * 2, 0, object)
        for layer, inverse in enumerate(inverses, start=1):
            drawn["pseudo-inverse", layer] = inverse
        yield Valuation(
            {ETA: stream.randint(1, 3), **solution},
            widths,
            seed=stream.randrange(2**32),
            weights=weights,
            weights_transposed=[matrix.T for matrix in weights],
            _drawn=drawn,
        )
