"""The softmax Hessian at rational probabilities: every inequality decided in integers, near its extremes as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import sympy as sp
from numpy.typing import NDArray

from hessproof.numeric.losses.softmax import LIMIT, bounded, frobenius_squared, norm_at_most, parts
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case, Part
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.variants import variants

Integers = NDArray[np.int64]
Outcomes = dict[int, NDArray[np.bool_]]
IDEA = "leading minors of cI − A and squared entries in integers, at rational probabilities up to the extreme ones"
EACH = {Profile.QUICK: 1_000, Profile.STANDARD: 22_000, Profile.THOROUGH: 150_000}
"""Random probability vectors for each K from 2 to 6; the sparse ones of all sizes come on top."""
FEW = {Profile.QUICK: 60, Profile.STANDARD: 2_000, Profile.THOROUGH: 8_000}
"""The same where each instance takes a polynomial over the rationals or balls."""
TINY = Fraction(1, 10**30)
CLEAR = Fraction(1, 10**6)
"""How far ‖A‖ stays below ½ at the drawn positive vectors of three and more outputs, whose p_i are at least ε = 1/400.

For a unit vector v with largest entry a, smallest b and another entry w, and c, d = (a ± b)/2,
v⊤Av ≤ Σ p_i(v_i − c)² ≤ (1 − ε)d² + ε(w − c)², where 2c² + 2d² + w² ≤ 1. If |w − c| ≤ d/2, that is at most
(1 − 3ε/4)/2. Otherwise 2c² + w² ≥ ⅔(w − c)² ≥ d²/6, so that d² ≤ 6/13. Hence ‖A‖ ≤ ½ − 3ε/8 = ½ − 3/3200 < ½ − 10^-6.
"""
p, s, t = sp.symbols("p s t")


def drawn(context: Context, least: int = 1, count: int | None = None) -> dict[int, Integers]:
    """Integer vectors m with p = m/n for each K from ``least``; random ones, zeros among them, and (n/2, n/2, …)."""
    rng = np.random.default_rng(context.seed_for("softmax points"))
    found = {}
    for outputs in range(max(1, least), 7):
        size = EACH[context.profile] if count is None else count
        total = LIMIT[outputs]
        rows = parts(rng, outputs, total, 1 if outputs == 1 else size)
        edge = np.zeros((1, outputs), dtype=np.int64)
        edge[0, 0], edge[0, -1] = total // 2, edge[0, -1] + total - total // 2
        edge[0, 0] = total if outputs == 1 else edge[0, 0]
        near = np.minimum(np.array([[total // 2 - outputs] * 2 + [1] * (outputs - 2)]), total) if outputs > 2 else edge
        found[outputs] = np.concatenate([rows, edge, near.astype(np.int64)])
    return found


def fractions(row: Any) -> list[Fraction]:
    """m/n as exact numbers."""
    total = int(sum(row))
    return [Fraction(int(entry), total) for entry in row]


def case_of(outputs: int) -> Case:
    """A single layer with K outputs."""
    return Case(Architecture((1, outputs), activation="relu", loss="cross-entropy"), 1, min(1, outputs - 1))


def tallied(part: Part, outcomes: Outcomes) -> tuple[Tally, dict[str, Tally]]:
    """Counts for each K, as a counter keeps them."""
    counter = Counter(part)
    for outputs, held in outcomes.items():
        yes = int(held.sum())
        counter.count_many(case_of(outputs), yes, len(held) - yes)
    return counter.tally, counter.regions


def published(context: Context) -> Outcomes:
    """‖A‖ ≤ ‖A‖_F, ‖A‖_F² ≤ 2 − Σp², and that ≤ 2."""
    found = {}
    for outputs, rows in drawn(context, count=FEW[context.profile]).items():
        found[outputs] = np.array([_published_at(fractions(row)) for row in rows])
    return found


def _published_at(shares: list[Fraction], above: Callable[[Fraction], Fraction] = lambda square: 2 - square) -> bool:
    size = frobenius_squared(shares)
    squares = sum((one * one for one in shares), Fraction(0))
    root = Fraction(int(flint.fmpz(size.numerator * size.denominator * 10**12).isqrt()), size.denominator * 10**6)
    exact = root if root**2 == size else root + Fraction(1, size.denominator * 10**6)
    return size <= above(squares) <= 2 and norm_at_most(shares, exact)


def frobenius(context: Context) -> Outcomes:
    """‖A‖_F² ≤ s(1 − s) ≤ ¼ in integers, and ‖A‖ ≤ ½ by minors."""
    found = {}
    for outputs, rows in drawn(context).items():
        total = rows.sum(axis=1)
        square, cube = (rows**2).sum(axis=1), (rows**3).sum(axis=1)
        entries = total**2 * square - 2 * total * cube + square**2
        upper = square * (total**2 - square)
        found[outputs] = (entries <= upper) & (4 * upper <= total**4) & bounded(rows, total**2)
    return found


def discs(context: Context) -> Outcomes:
    """‖A‖ ≤ max 2p(1 − p) ≤ ½ and ‖A‖ ≤ max p."""
    found = {}
    for outputs, rows in drawn(context).items():
        total = rows.sum(axis=1)
        largest = (4 * rows * (total[:, None] - rows)).max(axis=1)
        diagonal = 2 * total * rows.max(axis=1)
        found[outputs] = bounded(rows, largest) & (largest <= total**2) & bounded(rows, diagonal)
    return found


def two_outputs(context: Context) -> Outcomes:
    """‖A‖ is 2p(1 − p), to 30 digits and more: not below it. For K = 1 it is zero."""
    rows = drawn(context, count=FEW[context.profile])
    single = [norm_at_most(fractions(row), Fraction(0)) for row in rows[1]]
    double = []
    for row in rows[2]:
        shares = fractions(row)
        size = 2 * shares[0] * shares[1]
        attained = size == 0 or not norm_at_most(shares, size - TINY)
        half = not norm_at_most(shares, Fraction(1, 2) - TINY)
        double.append(norm_at_most(shares, size) and attained and half == (shares[0] == shares[1]))
    return {1: np.array(single), 2: np.array(double)}


def approached(context: Context) -> Outcomes:
    """‖A‖ < ½ for positive probabilities of three and more outputs, and above ½ − 10^{-30} at far outputs."""
    found = {}
    for outputs, rows in drawn(context, least=3, count=FEW[context.profile]).items():
        inside = rows[(rows > 0).all(axis=1)]
        held = [norm_at_most(fractions(row), Fraction(1, 2) - CLEAR) for row in inside]
        for power in (1, 8, 40):
            shares = fractions([10**power, 10**power, *([1] * (outputs - 2))])
            held.append(not norm_at_most(shares, shares[0] - TINY) and norm_at_most(shares, Fraction(1, 2)))
        held.append(not norm_at_most(shares, Fraction(1, 2) - TINY))  # at the last of them, p ∝ (10^40, 10^40, 1, …)
        found[outputs] = np.array(held)
    return found


def confidence(context: Context) -> Outcomes:
    """‖A‖ ≤ 2t(1 − t) for t ≤ ½, and K/(K − 1) t² ≤ ‖p − y‖² ≤ 2t² for every class y, in integers."""
    found = {}
    for outputs, rows in drawn(context, least=2).items():
        total, top = rows.sum(axis=1), rows.max(axis=1)
        sure = 2 * top >= total
        held = ~sure | bounded(rows, 4 * top * (total - top))
        for y in range(outputs):
            missing = total - rows[:, y]
            size = (rows**2).sum(axis=1) - rows[:, y] ** 2 + missing**2
            held &= (outputs * missing**2 <= (outputs - 1) * size) & (size <= 2 * missing**2)
        found[outputs] = held
    return found


BITS = 256
"""Precision of logarithms: those of large neighbouring integers differ by less than doubles can tell."""


def ball(context: Context) -> Outcomes:
    """‖A‖ ≤ min(½, 1/(1 + (K−1)e^{−ρ√(K/(K−1))})) with ρ = ‖z‖, z the logarithms of m less their mean."""
    found = {}
    for outputs, rows in drawn(context, least=2, count=FEW[context.profile]).items():
        inside = rows[(rows > 0).all(axis=1)]
        level = np.ones((1, outputs), dtype=np.int64)
        chosen = np.concatenate([inside, level, level + 3 * np.eye(outputs, dtype=np.int64)])
        held = [norm_at_most(fractions(row), _ball_bound(row)) for row in chosen]
        for size in (2, 7, 40) if outputs > 2 else ():
            held.append(not norm_at_most(fractions([size, size, *([1] * (outputs - 2))]), _pair_below(size, outputs)))
        found[outputs] = np.array(held)
    return found


def _pair_below(size: int, outputs: int) -> Fraction:
    """A rational number just below 1/(2 + (K−2)e^{−h}), ρ = ‖z‖ and h = ρ√(K/(2(K−2))), for z = log m less its mean."""
    height = flint.arb(size).log()
    radius = (2 * (height - 2 * height / outputs) ** 2 + (outputs - 2) * (2 * height / outputs) ** 2).sqrt()
    reach = radius * (flint.arb(outputs) / (2 * (outputs - 2))).sqrt()
    return _below(1 / (2 + (outputs - 2) * (-reach).exp())) - Fraction(1, 10**12)


def _ball_bound(row: Any, stretch: Fraction | int = 1) -> Fraction:
    """A rational number not above the bound, exact where all outputs are equal; ``stretch`` 1 is the bound itself."""
    factor = flint.arb(flint.fmpq(stretch.numerator, stretch.denominator))
    outputs = len(row)
    if all(entry == row[0] for entry in row):
        return Fraction(1, outputs)
    with flint.ctx.workprec(BITS):
        heights = [flint.arb(int(entry)).log() for entry in row]
        mean = sum(heights, flint.arb(0)) / outputs
        # a product, since the power of a ball around zero is not a number
        squared = sum(((one - mean) * (one - mean) for one in heights), flint.arb(0))
        reach = (squared * outputs / (outputs - 1)).sqrt() * factor
        value = 1 / (1 + (outputs - 1) * (-reach).exp())
        return min(Fraction(1, 2), _below(value))


def _below(value: Any) -> Fraction:
    mantissa, exponent = value.lower().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


Formula = Callable[[list[Fraction]], tuple[dict[sp.Symbol, Fraction], ...]]
EXTREMES = (
    (1,), (1, 1), (3, 1), (1, 0), (10**9, 1), (1, 1, 1), (2, 1, 1), (10**9, 10**9, 1), (5, 3, 1, 1), (1, 1, 1, 1, 1),
)  # fmt: skip
"""Probability vectors at which wrong bounds are tried; the proven ones are attained or almost so at several."""


def wrong(formula: sp.Expr, values: Formula, squared: bool = False) -> Iterator[Mutant]:
    """Generated variants of a bound, refuted at a rational vector where they are not implied by the bound itself.

    Example:
        >>> found = list(wrong(2 * p * (1 - p), lambda shares: tuple({p: one} for one in shares)))
        >>> len(found) > 9, all(one.caught for one in found)
        (True, True)
    """
    for text, other in (("halved", formula / 2), *variants(formula)):
        fallen, larger = None, True
        for row in EXTREMES:
            shares = fractions(row)
            claimed = [_value(other, one) for one in values(shares)]
            proven = [_value(formula, one) for one in values(shares)]
            if None in claimed or not claimed:
                continue
            size = max(one for one in claimed if one is not None)
            larger &= size >= max(one for one in proven if one is not None)
            if not _under(shares, size, squared):
                fallen = shares
                break
        if fallen is not None:
            where = ", ".join(map(str, fallen))
            yield Mutant(description=f"{text}: {other}", caught=True, by=f"larger at p = ({where})")
        elif not larger:
            yield Mutant(description=f"{text}: {other}", caught=False, by="not refuted: the bound itself is not sharp")


def _value(formula: sp.Expr, numbers: dict[sp.Symbol, Fraction]) -> Fraction | None:
    exact = formula.subs({symbol: sp.Rational(n.numerator, n.denominator) for symbol, n in numbers.items()})
    return Fraction(int(exact.p), int(exact.q)) if exact.is_Rational else None


def _under(shares: list[Fraction], size: Fraction, squared: bool) -> bool:
    return frobenius_squared(shares) <= size if squared else norm_at_most(shares, size)


def _each(shares: list[Fraction]) -> tuple[dict[sp.Symbol, Fraction], ...]:
    return tuple({p: one} for one in shares)


def _squares(shares: list[Fraction]) -> tuple[dict[sp.Symbol, Fraction], ...]:
    return ({s: sum((one * one for one in shares), Fraction(0))},)


def _missing(shares: list[Fraction]) -> tuple[dict[sp.Symbol, Fraction], ...]:
    return ({t: 1 - max(shares)},) if 2 * max(shares) >= 1 else ()


def _smaller_halves() -> Iterator[Mutant]:
    """½ less a little, refuted at two large and equal numbers."""
    for digits in range(1, 31, 3):
        size = Fraction(1, 2) - Fraction(1, 10**digits)
        caught = not norm_at_most(fractions([10**40, 10**40, 1]), size)
        yield Mutant(description=f"½ − 10^−{digits}", caught=caught, by="larger at p ∝ (10^40, 10^40, 1)")


def _wrong_ball() -> Iterator[Mutant]:
    """Smaller radii, down to none at all and less than none; near equal outputs the bound has little to spare."""
    rows = [(4, 1), (9, 1, 1), (9, 9, 1), (11, 10, 10, 10, 10, 10)]
    for stretch in (Fraction(3, 4), Fraction(1, 2), 0, -1):
        larger = [row for row in rows if not norm_at_most(fractions(row), _ball_bound(row, stretch))]
        by = f"larger at p ∝ {larger[-1]}" if larger else "not refuted"
        yield Mutant(description=f"{stretch}ρ for ρ", caught=bool(larger), by=by)


PARTS: dict[tuple[str, str], tuple[Callable[[Context], Outcomes], Callable[[], Iterator[Mutant]]]] = {
    ("kiselev2024.thm1.a", "main"): (published, lambda: wrong(2 - s, _squares, True)),
    ("hessproof.softmax_norm", "frobenius"): (frobenius, lambda: wrong(s * (1 - s), _squares, True)),
    ("hessproof.softmax_norm", "discs"): (discs, lambda: wrong(2 * p * (1 - p), _each)),
    ("hessproof.softmax_norm", "two_outputs"): (two_outputs, lambda: wrong(2 * p * (1 - p), _each)),
    ("hessproof.softmax_norm", "approached"): (approached, _smaller_halves),
    ("hessproof.softmax_norm", "confidence"): (confidence, lambda: wrong(2 * t * (1 - t), _missing)),
    ("hessproof.softmax_norm", "ball"): (ball, _wrong_ball),
}


def _work(name: str, key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        outcome, controls = PARTS[name, key]
        found = outcome(context)
        tally, regions = tallied(claim(name).part(key), found)
        count = sum(len(held) for held in found.values())
        return Finding(
            Strength.SAMPLE,
            f"{count} rational probability vectors, K from {min(found)} to {max(found)}, extreme ones among them",
            tally,
            regions,
            tuple(controls()),
        )

    return work


def demonstrate() -> None:
    """A few vectors through every decision."""
    rng = np.random.default_rng(0)
    rows = parts(rng, 3, 12, 4)
    bounded(rows, rows.sum(axis=1) ** 2)
    _published_at(fractions(rows[0]))
    _ball_bound([1, 2, 3])


CHECKS = tuple(
    FunctionCheck(name, key, "rational probabilities", Engine.EXACT, IDEA, _work(name, key), demonstrate)
    for name, key in PARTS
)
