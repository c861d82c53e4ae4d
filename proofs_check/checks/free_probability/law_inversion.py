"""The Stieltjes transform and its inversion at piecewise polynomial densities: exactly, and next to the real line."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint

from hessproof.numeric.free_probability.law_balls import BITS, ball, piecewise_transform
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.free_probability.piecewise import Piece, PiecewiseDensity, normalised

CASE = Case(Architecture((1, 1)), 0, 0)
IDEA = "arguments of logarithms for piecewise polynomial densities, exact, and integrals in balls next to the real line"
COUNTS = {Profile.QUICK: 12, Profile.STANDARD: 60, Profile.THOROUGH: 2_000}
"""Densities."""
HEIGHT = Fraction(1, 2**60)
"""Where the integrals are taken: the error there is at most of order ε log ε times the slopes, below 10^-15."""
NEAR = flint.arb(10) ** -12
"""How close the value there must come to the limit."""


def densities(count: int, seed: int, continuous: bool) -> Iterator[PiecewiseDensity]:
    """Random nonnegative piecewise polynomials of degree up to 2, continuous or with jumps, gaps among them.

    Example:
        >>> found = list(densities(20, 0, False))
        >>> any(density.sides(piece.low)[0] != density.sides(piece.low)[1] for density in found
        ...     for piece in density.pieces)
        True
    """
    stream = random.Random(f"{seed}|{continuous}")
    while count:
        knots = sorted(Fraction(k, 4) for k in stream.sample(range(-12, 13), stream.randint(2, 5)))
        pieces = []
        heights = [Fraction(0), *(Fraction(stream.randint(0, 5)) for _ in knots[2:]), Fraction(0)]
        for place, (low, high) in enumerate(pairwise(knots)):
            bump = Fraction(stream.randint(0, 3))
            if continuous:
                ends = heights[place], heights[place + 1]
            else:
                ends = Fraction(stream.randint(0, 5)), Fraction(stream.randint(0, 5))
            pieces.append(_piece(low, high, ends, bump))
        if sum((piece.mass for piece in pieces), Fraction(0)) > 0:
            count -= 1
            yield normalised(pieces)


def _piece(low: Fraction, high: Fraction, ends: tuple[Fraction, Fraction], bump: Fraction) -> Piece:
    """The line between two heights plus bump·(t − low)(high − t)."""
    slope = (ends[1] - ends[0]) / (high - low)
    return Piece(low, high, (ends[0] - slope * low - bump * low * high, slope + bump * (low + high), -bump))


def places(density: PiecewiseDensity) -> list[Fraction]:
    """Ends and middles of the pieces, and points outside."""
    found = [density.pieces[0].low - 1, density.pieces[-1].high + Fraction(1, 3)]
    for piece in density.pieces:
        found += [piece.low, (2 * piece.low + piece.high) / 3, piece.high]
    return list(dict.fromkeys(found))


def near_line(density: PiecewiseDensity, place: Fraction, height: Fraction = HEIGHT) -> Any:
    """−(1/π) Im G(λ + iε) as a ball."""
    with flint.ctx.workprec(BITS):
        z = flint.acb(ball(place).real, ball(height).real)
        return -piecewise_transform(density, z).imag / flint.arb.pi()


VARIANTS: dict[str, Fraction | int] = {
    "1/(2π) in place of 1/π": Fraction(1, 2),
    "2/π in place of 1/π": 2,
    "+ in place of −": -1,
    "10/π in place of 1/π": 10,
}
"""What a wrong constant multiplies the limit by."""


def _inversion(name: str, key: str, continuous: bool) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(name).part(key))
        seed = context.seed_for("piecewise densities") % 2**31
        tried: list[tuple[Fraction, Fraction, Fraction]] = []
        compared = 0
        for number, density in enumerate(densities(COUNTS[context.profile], seed, continuous)):
            for place in places(density):
                left, right = density.sides(place)
                found = density.inverted(place)
                tried.append((left, right, found))
                good: bool | None = found == (left + right) / 2
                if number < COUNTS[context.profile] // 4:
                    compared += 1
                    with flint.ctx.workprec(BITS):
                        close = bool(abs(near_line(density, place) - ball(found).real) < NEAR)
                    good = good and close
                counter.count(CASE, good)
        controls = []
        for words, factor in VARIANTS.items():
            missed = sum(found * factor != (left + right) / 2 for left, right, found in tried)
            controls.append(
                Mutant(description=words, caught=missed > 0, by=f"differs at {missed} of {len(tried)} points")
            )
        jumps = [(left, right, found) for left, right, found in tried if left != right]
        for words, side in (("the left side", 0), ("the right side", 1)):
            if jumps:
                missed = sum(one[2] != one[side] for one in jumps)
                controls.append(
                    Mutant(description=f"{words} of a jump", caught=missed > 0, by=f"differs at {missed} jumps")
                )
        return Finding(
            Strength.CERTIFICATE,
            f"{len(tried)} points of {COUNTS[context.profile]} densities, {compared} in balls too",
            counter.tally, counter.regions, tuple(controls),
        )  # fmt: skip

    return work


def _transform(context: Context) -> Finding:
    """0 < −Im G ≤ |G| ≤ 1/y above the line, and the opposite sign below it."""
    counter = Counter(claim("pennington2017.stieltjes").part("transform"))
    stream = random.Random(context.seed_for("points"))
    found: list[tuple[Any, Fraction]] = []
    with flint.ctx.workprec(BITS):
        for density in densities(COUNTS[context.profile], 7, False):
            y = Fraction(stream.choice((-1, 1)) * stream.randint(1, 400), 16)
            z = flint.acb(ball(Fraction(stream.randint(-40, 40), 8)).real, ball(y).real)
            found.append((piecewise_transform(density, z), y))
        for value, y in found:
            counter.count(CASE, _bounded(value, y, 1, 1) and bool(-value.imag * _sign(y) > 0))
        controls = []
        for words, constant, power in (("½/|y|", Fraction(1, 2), 1), ("¾/|y|", Fraction(3, 4), 1), ("1/y²", 1, 2),
                                       ("¼", Fraction(1, 4), 0)):  # fmt: skip
            missed = sum(not _bounded(value, y, constant, power) for value, y in found)
            controls.append(Mutant(description=f"|G| ≤ {words}", caught=missed > 0, by=f"exceeded {missed} times"))
        flipped = sum(not bool(value.imag * _sign(y) > 0) for value, y in found)
        controls.append(Mutant(description="Im G of the sign of y", caught=flipped > 0, by=f"not at {flipped} points"))
    return Finding(
        Strength.SAMPLE, f"{len(found)} densities, a point off the line for each", counter.tally, counter.regions,
        tuple(controls),
    )  # fmt: skip


def _bounded(value: Any, y: Fraction, constant: Fraction | int, power: int) -> bool:
    return bool(abs(value) <= ball(Fraction(constant)).real / ball(abs(y)).real ** power)


def _sign(y: Fraction) -> int:
    return 1 if y > 0 else -1


def _atoms(context: Context) -> Finding:
    """iεG(λ + iε) for a mixture of an atom and a density, at three heights: the error falls like ε."""
    counter = Counter(claim("hessproof.stieltjes_inversion").part("atoms"))
    stream = random.Random(context.seed_for("atoms"))
    found: list[tuple[Fraction, Any]] = []
    with flint.ctx.workprec(BITS):
        for density in densities(COUNTS[context.profile], 11, False):
            mass, place = Fraction(stream.randint(0, 8), 8), Fraction(stream.randint(-12, 12), 4)
            z = flint.acb(ball(place).real, ball(HEIGHT).real)
            whole = ball(mass) / (z - ball(place)) + ball(1 - mass) * piecewise_transform(density, z)
            value = flint.acb(0, 1) * ball(HEIGHT) * whole
            found.append((mass, value))
            counter.count(CASE, bool(abs(value - ball(mass)) < NEAR))
        controls = []
        for words, wrong in (("without the atom's place: 1 for m", lambda m: Fraction(1)), ("m/2", lambda m: m / 2),
                             ("m/π, as 7m/22", lambda m: 7 * m / 22), ("−m", lambda m: -m)):  # fmt: skip
            missed = sum(not bool(abs(value - ball(wrong(mass))) < NEAR) for mass, value in found)
            controls.append(Mutant(description=words, caught=missed > 0, by=f"another limit for {missed} laws"))
    return Finding(
        Strength.SAMPLE, f"{len(found)} laws with an atom of mass 0 to 1", counter.tally, counter.regions,
        tuple(controls),
    )  # fmt: skip


def demonstrate() -> None:
    """A density with a jump."""
    density = PiecewiseDensity((Piece(Fraction(0), Fraction(1), (Fraction(1),)),))
    density.inverted(Fraction(0))
    near_line(density, Fraction(1, 2), Fraction(1))


CHECKS = (
    *(
        FunctionCheck(name, key, "logarithms", Engine.EXACT, IDEA, _inversion(name, key, continuous), demonstrate)
        for name, key, continuous in (
            ("pennington2017.stieltjes", "inverse", True),
            ("hessproof.stieltjes_inversion", "jumps", False),
        )
    ),
    FunctionCheck("pennington2017.stieltjes", "transform", "integrals", Engine.BALL, IDEA, _transform, demonstrate),
    FunctionCheck("hessproof.stieltjes_inversion", "atoms", "integrals", Engine.BALL, IDEA, _atoms, demonstrate),
)
