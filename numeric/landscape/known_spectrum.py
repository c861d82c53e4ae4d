r"""Quadratic losses over the rationals whose Hessians have spectra that are known, not measured.

H_i = QΛ_iQ⊤ with one orthogonal Q for all objects, a product of reflections I − 2vv⊤/v⊤v with integer v. So ‖H_i‖ and
‖H_{k+1} − (1/k)ΣH_i‖ are largest absolute values of diagonals, exactly; every loss is evaluated at θ as it stands.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Vector = list[Fraction]
Matrix = list[Vector]


@dataclass(frozen=True, slots=True)
class Quadratic:
    """ℓ(θ* + h) = a + g·h + ½ h⊤Hh, with the eigenvalues of H.

    Example:
        >>> one = Quadratic(Fraction(1), [Fraction(0)], [[Fraction(3)]], [Fraction(3)])
        >>> one.at([Fraction(2)])
        Fraction(7, 1)
    """

    level: Fraction
    slope: Vector
    hessian: Matrix
    eigenvalues: Vector

    def at(self, h: Vector) -> Fraction:
        """The loss at θ* + h."""
        return self.level + dot(self.slope, h) + self.form(h) / 2

    def slope_at(self, h: Vector) -> Vector:
        """∇ℓ(θ* + h) = g + Hh."""
        return [g + dot(row, h) for g, row in zip(self.slope, self.hessian, strict=True)]

    def form(self, h: Vector) -> Fraction:
        """h⊤Hh."""
        return dot(h, [dot(row, h) for row in self.hessian])

    @property
    def norm(self) -> Fraction:
        """‖H‖."""
        return max(abs(value) for value in self.eigenvalues)


@dataclass(frozen=True, slots=True)
class Growth:
    """k + 1 quadratic losses; the last one is the object that is added.

    Args:
        objects: The losses.
        basis: Columns of Q, the common eigenvectors.
    """

    objects: tuple[Quadratic, ...]
    basis: Matrix

    @property
    def k(self) -> int:
        """Number of objects before the last one."""
        return len(self.objects) - 1

    def change(self, h: Vector) -> Fraction:
        """𝓛_{k+1}(θ* + h) − 𝓛_k(θ* + h), from the two averages."""
        values = [each.at(h) for each in self.objects]
        return sum(values, Fraction(0)) / (self.k + 1) - sum(values[:-1], Fraction(0)) / self.k

    @property
    def gap(self) -> Fraction:
        """‖H_{k+1} − (1/k) Σ H_i‖, from the eigenvalues."""
        return max(self._gaps())

    def means(self, h: Vector) -> dict[str, Fraction]:
        """Value, slope, form and Hessian norm: ``_new`` of the last object, ``_old`` the mean of the others."""
        found = {
            "a": [each.level for each in self.objects],
            "g": [dot(each.slope, h) for each in self.objects],
            "q": [each.form(h) for each in self.objects],
            "n": [each.norm for each in self.objects],
        }
        new = {f"{name}_new": row[-1] for name, row in found.items()}
        return new | {f"{name}_old": sum(row[:-1], Fraction(0)) / self.k for name, row in found.items()}

    def worst(self) -> Vector:
        """The eigenvector on which ‖H_{k+1} − (1/k)ΣH_i‖ is attained; its length is 1."""
        sizes = self._gaps()
        place = sizes.index(max(sizes))
        return [row[place] for row in self.basis]

    def _gaps(self) -> Vector:
        """|λ_{k+1} − (1/k) Σ λ_i| for each common eigenvector."""
        columns = zip(*(each.eigenvalues for each in self.objects), strict=True)
        return [abs(column[-1] - sum(column[:-1], Fraction(0)) / self.k) for column in columns]


def drawn(seed: int, number: int, *, critical: bool = True, definite: bool = False) -> Growth:
    """The growth of that number: one to four parameters, k from 1 to 5.

    Args:
        seed: Seed of all of them.
        number: Which one; every fourth has a last object that differs from the others as much as can be.
        critical: Whether θ* is critical for the first k and for the last.
        definite: Whether all H_i ⪰ 0 and all values lie in [0, 9].
    """
    stream = random.Random(f"{seed}|{number}|{critical}|{definite}")
    size, k = stream.randint(1, 4), stream.randint(1, 5)
    basis = orthogonal(stream, size)
    extreme = number % 4 == 0
    objects = []
    slopes = _slopes(stream, size, k, critical)
    for place in range(k + 1):
        low = 0 if definite else -9
        values = [Fraction(stream.randint(low, 9), stream.randint(1, 3)) for _ in range(size)]
        level = Fraction(stream.randint(0, 9))
        if extreme:
            values, level = [Fraction(9 * (place == k))] * size, Fraction(9 * (place == k))
        objects.append(Quadratic(level, slopes[place], conjugated(basis, values), values))
    return Growth(tuple(objects), basis)


def _slopes(stream: random.Random, size: int, k: int, critical: bool) -> list[Vector]:
    rows = [[Fraction(stream.randint(-5, 5)) for _ in range(size)] for _ in range(k + 1)]
    if critical:
        others = rows[: k - 1]
        rows[k - 1] = [-sum((row[j] for row in others), Fraction(0)) for j in range(size)]
        rows[k] = [Fraction(0)] * size
    return rows


def orthogonal(stream: random.Random, size: int, reflections: int = 2) -> Matrix:
    """A product of reflections, orthogonal over the rationals.

    Example:
        >>> q = orthogonal(random.Random(0), 3)
        >>> [[dot(a, b) == (i == j) for j, b in enumerate(q)] for i, a in enumerate(q)] == [[True] * 3] * 3
        True
    """
    result = [[Fraction(i == j) for j in range(size)] for i in range(size)]
    for _ in range(reflections):
        v = [Fraction(stream.randint(-3, 3)) for _ in range(size)]
        length = dot(v, v)
        if length:
            shares = [2 * dot(row, v) / length for row in result]
            result = [
                [x - share * y for x, y in zip(row, v, strict=True)] for row, share in zip(result, shares, strict=True)
            ]
    return result


def conjugated(basis: Matrix, values: Sequence[Fraction]) -> Matrix:
    """Q diag(values) Q⊤."""
    scaled = [[x * value for x, value in zip(row, values, strict=True)] for row in basis]
    return [[dot(one, two) for two in basis] for one in scaled]


def dot(one: Sequence[Fraction], two: Sequence[Fraction]) -> Fraction:
    """x·y."""
    return sum((a * b for a, b in zip(one, two, strict=True)), Fraction(0))
