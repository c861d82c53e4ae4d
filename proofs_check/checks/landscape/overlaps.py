"""How much of a top eigenspace a small part of the Hessian can turn: derived from traces, and measured.

LAPACK looks at random matrices and at the parts of Hessians, balls enclose what rational matrices do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import gcd, sqrt
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from hessproof.numeric.network.hessians import network_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.norms.captured import overlap_bound

Array = npt.NDArray[np.float64]
CLAIM = "hessproof.top_space"
LAPACK = "leading eigenvectors of random symmetric matrices and of Hessians by LAPACK"
BALLS = "eigenvectors of small rational matrices enclosed in balls"
COUNTS = {Profile.QUICK: 20, Profile.STANDARD: 200, Profile.THOROUGH: 2000}
BALL_COUNTS = {Profile.QUICK: 9, Profile.STANDARD: 60, Profile.THOROUGH: 600}
ROUNDING = 1e-9
WIDTHS = ((2, 3), (3, 2, 2), (2, 4, 3), (3, 3, 2, 4), (2, 1, 3, 2), (3, 2, 4, 2, 3))
Bound = Callable[..., Any]


def squared_bound(gap: Any, spread: Any, root: Callable[[Any], Any] = sqrt) -> Any:
    """The least overlap: 1 − (ν/gap)²."""
    return 1 - (spread / gap) ** 2


def sharp_bound(gap: Any, spread: Any, root: Callable[[Any], Any] = sqrt) -> Any:
    """The least overlap: ½ + ½√(1 − (ν/gap)²), for ν < gap."""
    return (1 + root(1 - (spread / gap) ** 2)) / 2


BOUNDS: dict[str, Bound] = {"overlap": squared_bound, "sharp": sharp_bound}


def told(key: str, gap: Any, spread: Any) -> bool | None:
    """Whether the statement speaks about such numbers; None if balls do not tell."""
    low, high = (0, gap) if key == "overlap" else (spread, gap)
    return True if low < high else False if low >= high else None


def pairs(count: int, seed: int) -> Iterator[tuple[Array, Array, int]]:
    """G, N and k: random symmetric matrices, plane ones that come near the bound, and the parts of Hessians."""
    stream = np.random.default_rng(seed)
    for number in range(count):
        kind = number % 5
        if kind == 0:
            angle, share = stream.uniform(0, np.pi), stream.uniform(0.1, 0.999)
            turned = np.asarray([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
            yield np.diag([1.0, 0.0]), share / 2 * turned, 1
        elif kind == 1:
            share = stream.uniform(0.1, 0.999)
            side = np.sqrt(1 - share**2)
            yield np.diag([1.0, 0.0]), share / 2 * np.asarray([[-share, side], [side, share]]), 1
        elif kind == 2:
            yield np.diag([1.0, 0.0]), stream.uniform(0.9, 1.1) / 2 * np.diag([-1.0, 1.0]), 1
        elif kind == 3:
            size = int(stream.integers(2, 9))
            first, second = (_symmetric(stream.standard_normal((size, size))) for _ in range(2))
            yield first, stream.uniform(0.01, 0.5) * second, int(stream.integers(1, size))
        else:
            widths = WIDTHS[int(stream.integers(len(WIDTHS)))]
            architecture = Architecture(widths, activation="relu", loss="cross-entropy")
            weights = [2.0 * stream.standard_normal(shape) for shape in architecture.weight_shapes]
            x = stream.standard_normal((4, widths[0]))
            y = np.eye(widths[-1])[stream.integers(widths[-1], size=4)]
            parts = [network_hessian(architecture, weights, x, y, part) for part in ("outer", "functional")]
            yield parts[0], parts[1], max(1, widths[-1] - 1)


def _symmetric(matrix: Array) -> Array:
    return (matrix + matrix.T) / 2


def numbers(outer: Array, rest: Array, count: int) -> tuple[float, float, float]:
    """Overlap, gap of G and spread of N."""
    values, vectors = np.linalg.eigh(outer)
    top = np.linalg.eigh(outer + rest)[1]
    spectrum = np.linalg.eigvalsh(rest)
    size = len(outer)
    gap = values[size - count] - values[size - count - 1] if count < size else 0.0
    met = float(((top[:, -count:].T @ vectors[:, -count:]) ** 2).sum() / count)
    return met, float(gap), float(spectrum[-1] - spectrum[0])


def _by_lapack(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(CLAIM).part(key))
        drawn = [numbers(*one) for one in pairs(COUNTS[context.profile], context.seed_for("overlap") % 2**32)]
        kept = [(met, gap, spread) for met, gap, spread in drawn if told(key, gap, spread) and gap > ROUNDING]
        for met, gap, spread in kept:
            counter.count(_MATRIX, met >= BOUNDS[key](gap, spread) - ROUNDING)
        for _ in range(len(drawn) - len(kept)):
            counter.count(_MATRIX, None, satisfied=False)
        closest = min(met - BOUNDS[key](gap, spread) for met, gap, spread in kept)
        return Finding(
            Strength.SAMPLE, f"{len(kept)} pairs of matrices", counter.tally, counter.regions,
            tuple(_wrong_bounds(key, kept)), details={"smallest room above the bound": closest},
        )  # fmt: skip

    return work


def _wrong_bounds(key: str, kept: list[tuple[Any, Any, Any]]) -> Iterator[Mutant]:
    """The spread too small by some factors: the bound is then too large somewhere."""
    for factor in (0.3, 0.5, 0.7, 0.9):
        missed = sum(bool(met < BOUNDS[key](gap, factor * spread) - ROUNDING) for met, gap, spread in kept)
        yield Mutant(
            description=f"{factor:g}ν in place of ν", caught=missed > 0,
            by=f"{missed} of {len(kept)} pairs lie below",
        )  # fmt: skip


def enclosed(outer: Any, rest: Any, count: int) -> tuple[Any, Any, Any]:
    """Overlap, gap of G and spread of N as balls, for symmetric rational matrices with separate eigenvalues."""
    first, second = _enclosed_pairs(outer), _enclosed_pairs(outer + rest)
    spectrum = sorted((value for value, _ in _enclosed_pairs(rest)), key=float)
    met = flint.arb(0)
    for _, one in first[:count]:
        for _, two in second[:count]:
            met += sum((a * b for a, b in zip(one, two, strict=True)), flint.arb(0)) ** 2
    return met / count, first[count - 1][0] - first[count][0], spectrum[-1] - spectrum[0]


def _enclosed_pairs(matrix: Any) -> list[tuple[Any, list[Any]]]:
    """Eigenvalues and unit eigenvectors as balls, largest first."""
    values, vectors = flint.acb_mat(flint.arb_mat(matrix)).eig(right=True)
    size = matrix.nrows()
    found = []
    for place, value in enumerate(values):
        column = [vectors[row, place].real for row in range(size)]
        length = sum((entry * entry for entry in column), flint.arb(0)).sqrt()
        found.append((value.real, [entry / length for entry in column]))
    return sorted(found, key=lambda pair: -float(pair[0]))


@dataclass(frozen=True, eq=False, slots=True)
class Rational:
    """G and N with rational entries, and k; for some plane ones √(1 − (ν/gap)²) is rational and known.

    Args:
        outer: G.
        rest: N.
        count: k.
        root: That root, or None.
    """

    outer: Any
    rest: Any
    count: int
    root: Any = None

    def exactly(self) -> tuple[Any, Any, Any] | None:
        """Overlap, gap and spread over the rationals where the eigenvectors are known: (1, 0) and (r, 1 − root).

        With G = diag(1, 0) and N = ½r((−r, root), (root, r)), r² + root² = 1. That they are is verified.
        """
        if self.root is None:
            return None
        ratio = 2 * self.rest[1, 0] / self.root
        vector = flint.fmpq_mat([[ratio], [1 - self.root]])
        turned, value = (self.outer + self.rest) * vector, (1 + self.root) / 2
        verified = turned == vector * value and self.rest * self.rest == flint.fmpq_mat(
            [[ratio * ratio / 4, 0], [0, ratio * ratio / 4]]
        )
        return (ratio * ratio / (ratio * ratio + (1 - self.root) ** 2), flint.fmpq(1), ratio) if verified else None


def rational_pairs(count: int, seed: int) -> Iterator[Rational]:
    """Plane matrices that attain the sharp bound, plane ones beyond it, and random ones of up to four rows, all new."""
    stream = np.random.default_rng(seed)
    triples = pythagorean()
    plane = flint.fmpq_mat([[1, 0], [0, 0]])
    for number in range(count):
        if number % 3 == 0:
            share = flint.fmpq(501 + number, 1000 + number)
            yield Rational(plane, flint.fmpq_mat([[-share, 0], [0, share]]), 1)
        elif number % 3 == 1:
            a, b, c = next(triples)
            ratio, root = flint.fmpq(a, c), flint.fmpq(b, c)
            rest = flint.fmpq_mat([[-ratio * ratio, ratio * root], [ratio * root, ratio * ratio]]) / 2
            yield Rational(plane, rest, 1, root)
        else:
            yield _random_pair(stream)


def _random_pair(stream: np.random.Generator) -> Rational:
    """Random matrices, none of which has an eigenvalue twice: exactly decided, so that balls can tell them apart."""
    while True:
        size = int(stream.integers(2, 5))
        drawn = [stream.integers(-9, 10, (size, size)) for _ in range(2)]
        entries = [[[int(each[i, j] + each[j, i]) for j in range(size)] for i in range(size)] for each in drawn]
        outer, rest = flint.fmpq_mat(entries[0]), flint.fmpq_mat(entries[1]) / 20
        if all(_separate(matrix) for matrix in (outer, rest, outer + rest)):
            return Rational(outer, rest, int(stream.integers(1, size)))


def _separate(matrix: Any) -> bool:
    """Whether no eigenvalue occurs twice: the characteristic polynomial and its derivative have no common factor."""
    polynomial = matrix.charpoly()
    return bool(polynomial.gcd(polynomial.derivative()).degree() == 0)


def pythagorean() -> Iterator[tuple[int, int, int]]:
    """a² + b² = c² without a common factor, each once, and each with a and b exchanged.

    Example:
        >>> from itertools import islice
        >>> list(islice(pythagorean(), 4))
        [(3, 4, 5), (4, 3, 5), (5, 12, 13), (12, 5, 13)]
    """
    for m in itertools.count(2):
        for n in range(1, m):
            if gcd(m, n) == 1 and (m - n) % 2:
                a, b, c = m * m - n * n, 2 * m * n, m * m + n * n
                yield a, b, c
                yield b, a, c


def _by_balls(key: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(CLAIM).part(key))
        kept, attained = [], 0
        with flint.ctx.workprec(256):
            for one in rational_pairs(BALL_COUNTS[context.profile], context.seed_for("balls") % 2**32):
                exact = one.exactly()
                try:
                    met, gap, spread = exact or enclosed(one.outer, one.rest, one.count)
                except ValueError:  # eigenvalues that cannot be told apart
                    counter.count(_MATRIX, None)
                    continue
                spoken = told(key, gap, spread)
                if not spoken:
                    counter.count(_MATRIX, None, satisfied=spoken is None)
                    continue
                kept.append((met, gap, spread))
                least = BOUNDS[key](gap, spread, (lambda ball: ball.sqrt()) if exact is None else _root_of(one))
                attained += bool(exact is not None and met == least)
                counter.count(_MATRIX, True if met >= least else False if met < least else None)
            controls = tuple(_wrong_balls(key, kept))
        return Finding(
            Strength.SAMPLE, f"{len(kept)} drawn pairs of rational matrices", counter.tally, counter.regions, controls,
            details={"attained exactly": attained},
        )  # fmt: skip

    return work


def _root_of(one: Rational) -> Callable[[Any], Any]:
    """The rational root, after its square has been seen to be right."""
    return lambda square: one.root if one.root * one.root == square else flint.arb(square).sqrt()


def _wrong_balls(key: str, kept: list[tuple[Any, Any, Any]]) -> Iterator[Mutant]:
    for numerator in (3, 5, 7, 9):
        factor = flint.fmpq(numerator, 10)
        missed = sum(
            bool(met < BOUNDS[key](gap, spread * factor, lambda square: flint.arb(square).sqrt()))
            for met, gap, spread in kept
        )
        yield Mutant(
            description=f"{numerator / 10:g}ν in place of ν", caught=missed > 0,
            by=f"{missed} of {len(kept)} pairs lie below",
        )  # fmt: skip


_MATRIX = Case(Architecture((1, 2), activation="relu", loss="cross-entropy"), 1, 1)
"""What a pair of matrices counts as: the statement is about matrices and knows no architecture."""


def traces() -> tuple[Derivation, ...]:
    """The overlap from traces."""
    return (overlap_bound(),)


def _derivation(context: Context) -> Finding:
    return examine(traces(), context)


def demonstrate_traces() -> None:
    """The derivation of the overlap, checked."""
    overlap_bound().check(0, count=1)


def demonstrate_lapack() -> None:
    """Five pairs of matrices."""
    for one in pairs(5, 0):
        numbers(*one)


def demonstrate_balls() -> None:
    """Three pairs of rational matrices."""
    for one in rational_pairs(3, 0):
        one.exactly()
        enclosed(one.outer, one.rest, one.count)


CHECKS = (
    FunctionCheck(
        CLAIM, "overlap", "derivation", Engine.SYMBOLIC, DERIVED, _derivation, demonstrate_traces, derivations=traces
    ),
    *(
        check
        for key in BOUNDS
        for check in (
            FunctionCheck(CLAIM, key, "LAPACK", Engine.FLOAT, LAPACK, _by_lapack(key), demonstrate_lapack),
            FunctionCheck(CLAIM, key, "balls", Engine.BALL, BALLS, _by_balls(key), demonstrate_balls),
        )
    ),
)  # fmt: skip
