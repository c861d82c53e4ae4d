r"""Balanced weights with rational entries: W^l = Q_l D Q_{l-1}⊤, Q_l columns of Cayley transforms (I − S)(I + S)^{-1}.

S is skew-symmetric with integer entries, so that I + S is invertible and the transform is orthogonal. Then
W^{l+1⊤}W^{l+1} = Q_l D² Q_l⊤ = W^l W^{l⊤} exactly.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import flint

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Rows = list[list[Fraction]]


def orthonormal_columns(size: int, columns: int, stream: random.Random) -> flint.fmpq_mat:
    """The first columns of a Cayley transform of a random skew-symmetric integer matrix.

    Example:
        >>> q = orthonormal_columns(3, 2, random.Random(0))
        >>> q.transpose() * q
        [1, 0]
        [0, 1]
    """
    skew = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = stream.randint(-2, 2)
            skew[j][i] = -skew[i][j]
    plus = flint.fmpq_mat(size, size, [int(i == j) + skew[i][j] for i in range(size) for j in range(size)])
    minus = flint.fmpq_mat(size, size, [int(i == j) - skew[i][j] for i in range(size) for j in range(size)])
    cayley = minus * plus.inv()
    return flint.fmpq_mat(size, columns, [cayley[i, j] for i in range(size) for j in range(columns)])


def rational_balanced(architecture: Architecture, rank: int, seed: int = 0) -> list[Rows]:
    """Rational weights with W^{l+1⊤}W^{l+1} = W^l W^{l⊤}, all of one rank.

    Args:
        architecture: A network without bias.
        rank: 0 to the smallest width.
        seed: Seed of the draw.

    Raises:
        UnusableRequest: If the network has biases or the rank is out of range.

    Example:
        >>> one, two = rational_balanced(Architecture((2, 3, 1)), 1, seed=3)
        >>> from hessproof.numeric.training.series import rational
        >>> rational(two).transpose() * rational(two) == rational(one) * rational(one).transpose()
        True
    """
    narrowest = min(architecture.widths)
    if architecture.bias or not 0 <= rank <= narrowest:
        raise UnusableRequest(
            f"balanced weights of rank {rank} for {architecture}", f"no bias and a rank from 0 to {narrowest}",
            "leave out the bias or give another rank",
        )  # fmt: skip
    stream = random.Random(f"balanced|{seed}")
    scales = [flint.fmpq(stream.randint(1, 3), stream.choice((1, 2))) for _ in range(rank)]
    diagonal = flint.fmpq_mat(rank, rank, [scales[i] if i == j else 0 for i in range(rank) for j in range(rank)])
    bases = [orthonormal_columns(width, rank, stream) for width in architecture.widths]
    found = []
    for before, after in pairwise(bases):
        matrix = after * diagonal * before.transpose()
        found.append([[Fraction(int(x.p), int(x.q)) for x in row] for row in matrix.tolist()])
    return found
