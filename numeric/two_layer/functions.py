r"""Polynomials in two variables with small integer coefficients: values, Hessians, minimisers, exactly.

They stand for the functions that statements about convexity speak of. A quadratic ½x^⊤Ax + b^⊤x has the Hessian A
everywhere, and its minimisers are known: the solutions of Ax = −b if A ⪰ 0, none otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np

Point = tuple[int | Fraction, int | Fraction]
ENTRIES, SLOPES = (-1, 0, 1, 2), (-1, 0, 1)
"""Entries of A and of b."""
GRID: tuple[Point, ...] = tuple((i, j) for i, j in product(range(-3, 4), repeat=2))
"""Where values are compared; a quadratic form with these entries that takes negative values does so on the grid."""


@dataclass(frozen=True, slots=True)
class Quadratic:
    """½(a x² + 2b xy + d y²) + p x + q y.

    Example:
        >>> bowl = Quadratic(1, 0, 1, -1, 0)
        >>> bowl.value((Fraction(1), Fraction(0))), bowl.kind, bowl.minimisers()
        (Fraction(-1, 2), 'definite', ((Fraction(1, 1), Fraction(0, 1)),))
    """

    a: int
    b: int
    d: int
    p: int
    q: int

    def doubled(self, x: Point) -> int | Fraction:
        """2f(x), an integer at integer points."""
        one, two = x
        return self.a * one**2 + 2 * self.b * one * two + self.d * two**2 + 2 * (self.p * one + self.q * two)

    def value(self, x: Point) -> Fraction:
        """f(x)."""
        return Fraction(self.doubled(x)) / 2

    @property
    def kind(self) -> str:
        """definite, semidefinite or other, by the principal minors of the Hessian."""
        determinant = self.a * self.d - self.b**2
        if self.a > 0 and determinant > 0:
            return "definite"
        return "semidefinite" if self.a >= 0 and self.d >= 0 and determinant >= 0 else "other"

    @property
    def indefinite(self) -> bool:
        """Whether the Hessian has eigenvalues of both signs: its determinant is negative."""
        return self.a * self.d - self.b**2 < 0

    def critical(self) -> tuple[Point, ...]:
        """Points where the gradient vanishes: the one, or two of a line or a plane of them, or none."""
        determinant = self.a * self.d - self.b**2
        if determinant:
            x = Fraction(self.b * self.q - self.d * self.p, determinant)
            y = Fraction(self.b * self.p - self.a * self.q, determinant)
            return ((x, y),)
        if (self.a, self.b, self.d) == (0, 0, 0):
            return ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(2))) if self.p == self.q == 0 else ()
        row = (self.a, self.b, self.p) if (self.a, self.b) != (0, 0) else (self.b, self.d, self.q)
        place = Fraction(-row[2], row[0] ** 2 + row[1] ** 2)
        first = (place * row[0], place * row[1])
        if any(self.gradient(first)):
            return ()
        return first, (first[0] - row[1], first[1] + row[0])

    def gradient(self, x: Point) -> Point:
        """∇f(x)."""
        return self.a * x[0] + self.b * x[1] + self.p, self.b * x[0] + self.d * x[1] + self.q

    def minimisers(self) -> tuple[Point, ...]:
        """Critical points at which no grid direction leads down."""
        return tuple(
            point
            for point in self.critical()
            if all(self.doubled((point[0] + v[0], point[1] + v[1])) >= self.doubled(point) for v in GRID)
        )

    def convex_on_grid(self) -> bool:
        """f((x + y)/2) ≤ (f(x) + f(y))/2 for all x = −y on the grid, which settles it for a quadratic."""
        zero = self.doubled((0, 0))
        return all(2 * zero <= self.doubled(v) + self.doubled((-v[0], -v[1])) for v in GRID)


def quadratics() -> Iterator[Quadratic]:
    """All of them: 4³ · 3² = 576.

    Example:
        >>> sum(1 for _ in quadratics())
        576
    """
    for a, b, d in product(ENTRIES, repeat=3):
        for p, q in product(SLOPES, repeat=2):
            yield Quadratic(a, b, d, p, q)


@cache
def minimisers(f: Quadratic) -> tuple[Point, ...]:
    """`Quadratic.minimisers`, kept."""
    return f.minimisers()


@dataclass(frozen=True, slots=True)
class Cubic:
    """A polynomial of degree three, as coefficients of x^i y^j by (i, j)."""

    terms: dict[tuple[int, int], int]

    def value(self, x: Point) -> Fraction:
        """f(x)."""
        return sum((Fraction(c) * x[0] ** i * x[1] ** j for (i, j), c in self.terms.items()), Fraction(0))

    def hessian(self, x: Point) -> tuple[Fraction, Fraction, Fraction]:
        """f_xx, f_xy, f_yy at x."""
        found = [Fraction(0)] * 3
        for (i, j), c in self.terms.items():
            found[0] += c * i * (i - 1) * x[0] ** max(i - 2, 0) * x[1] ** j
            found[1] += c * i * j * x[0] ** max(i - 1, 0) * x[1] ** max(j - 1, 0)
            found[2] += c * j * (j - 1) * x[0] ** i * x[1] ** max(j - 2, 0)
        return found[0], found[1], found[2]


def drawn_cubics(count: int, seed: int) -> Iterator[Cubic]:
    """Polynomials with coefficients from −2 to 2."""
    rng = np.random.default_rng(seed)
    powers = [(i, j) for i, j in product(range(4), repeat=2) if i + j <= 3]
    for _ in range(count):
        yield Cubic({power: int(c) for power, c in zip(powers, rng.integers(-2, 3, len(powers)), strict=True)})


def falling(cubic: Cubic, x: Point) -> Point | None:
    """v with v^⊤Hv < 0 at x; None if there is none.

    Example:
        >>> falling(Cubic({(1, 1): 1}), (0, 0))
        (Fraction(-1, 2), 1)
    """
    xx, xy, yy = cubic.hessian(x)
    if xx < 0:
        return 1, 0
    if yy < 0:
        return 0, 1
    if xx * yy >= xy**2:
        return None
    return (-xy, xx) if xx > 0 else (-(yy + 1) / (2 * xy), 1)


def lowered(cubic: Cubic, x: Point) -> tuple[Point, Fraction] | None:
    """v and h = 2^{-k} with f(x + hv) + f(x − hv) < 2f(x): a segment on which f is not convex.

    None if no v has v^⊤Hv < 0 at x. Otherwise a cubic has such a segment for every h, as its odd terms cancel.
    """
    v = falling(cubic, x)
    for power in range(20) if v is not None else ():
        assert v is not None
        h = Fraction(1, 2**power)
        one, two = ((x[0] + s * h * v[0], x[1] + s * h * v[1]) for s in (1, -1))
        if cubic.value(one) + cubic.value(two) < 2 * cubic.value(x):
            return v, h
    return None
