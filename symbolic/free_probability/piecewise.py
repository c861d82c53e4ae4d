r"""Piecewise polynomial densities with rational data: the inversion of their Stieltjes transforms, exactly.

On a piece [a, b] with polynomial p,

    ∫_a^b p(t)/(z − t) dt = p(z) log((z − a)/(z − b)) − q(z),    q(z) = ∫_a^b (p(z) − p(t))/(z − t) dt,

where q is a polynomial with real coefficients. At λ + i0 the logarithm's argument is −π inside the piece, −π/2 at
either end and 0 outside, so that −(1/π) Im G(λ + i0) is p(λ) times 1, ½ or 0, summed over the pieces: a rational
number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True)
class Piece:
    """p(t) = Σ c_k t^k on [low, high].

    Example:
        >>> Piece(Fraction(0), Fraction(1), (Fraction(0), Fraction(2))).mass
        Fraction(1, 1)
    """

    low: Fraction
    high: Fraction
    coefficients: tuple[Fraction, ...]

    def at(self, place: Fraction) -> Fraction:
        """p(λ)."""
        return sum((c * place**k for k, c in enumerate(self.coefficients)), Fraction(0))

    @property
    def mass(self) -> Fraction:
        """∫p."""
        terms = enumerate(self.coefficients, start=1)
        return sum((c * (self.high**k - self.low**k) / k for k, c in terms), Fraction(0))

    @property
    def quotient(self) -> tuple[Fraction, ...]:
        """Coefficients of q(z) = Σ_k c_k Σ_{j<k} z^{k−1−j} ∫t^j dt."""
        size = len(self.coefficients)
        found = [Fraction(0)] * max(1, size - 1)
        for k, c in enumerate(self.coefficients):
            for j in range(k):
                found[k - 1 - j] += c * (self.high ** (j + 1) - self.low ** (j + 1)) / (j + 1)
        return tuple(found)


@dataclass(frozen=True)
class PiecewiseDensity:
    """A probability density of polynomial pieces on intervals that do not overlap.

    Args:
        pieces: From left to right.

    Raises:
        UnusableRequest: If the pieces overlap or the total mass is not 1.

    Example:
        >>> uniform = PiecewiseDensity((Piece(Fraction(0), Fraction(1), (Fraction(1),)),))
        >>> [uniform.inverted(Fraction(n, 2)) for n in (-1, 0, 1, 2)]
        [Fraction(0, 1), Fraction(1, 2), Fraction(1, 1), Fraction(1, 2)]
    """

    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        ends = [end for piece in self.pieces for end in (piece.low, piece.high)]
        if ends != sorted(ends) or sum((piece.mass for piece in self.pieces), Fraction(0)) != 1:
            raise UnusableRequest(f"pieces {self.pieces}", "disjoint intervals of total mass 1", "divide by the mass")

    def sides(self, place: Fraction) -> tuple[Fraction, Fraction]:
        """The limits of the density from the left and from the right."""
        left = sum((p.at(place) for p in self.pieces if p.low < place <= p.high), Fraction(0))
        right = sum((p.at(place) for p in self.pieces if p.low <= place < p.high), Fraction(0))
        return left, right

    def inverted(self, place: Fraction) -> Fraction:
        """−(1/π) lim Im G(λ + iε), from the arguments of the logarithms.

        With ε → 0 also Im p(λ + iε) log |…| → 0, at the ends as well, where it is of order ε log ε.
        """
        total = Fraction(0)
        for piece in self.pieces:
            if piece.low < place < piece.high:
                total += piece.at(place)
            elif place in (piece.low, piece.high):
                total += piece.at(place) / 2
        return total


def normalised(pieces: Sequence[Piece]) -> PiecewiseDensity:
    """The pieces divided by their total mass.

    Raises:
        UnusableRequest: If the mass is not positive.

    Example:
        >>> normalised([Piece(Fraction(0), Fraction(2), (Fraction(1),))]).pieces[0].coefficients
        (Fraction(1, 2),)
    """
    mass = sum((piece.mass for piece in pieces), Fraction(0))
    if mass <= 0:
        raise UnusableRequest(f"pieces of mass {mass}", "a positive mass", "give a density that is not zero")
    return PiecewiseDensity(
        tuple(Piece(p.low, p.high, tuple(c / mass for c in p.coefficients)) for p in pieces)
    )  # fmt: skip
