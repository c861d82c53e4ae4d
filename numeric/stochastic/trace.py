r"""Trace and Frobenius norm from products alone, with intervals.

Hutchinson 1990: E[g⊤Ag] = tr A and E[‖Ag‖²] = ‖A‖_F² for E[gg⊤] = I. Hutch++ (Meyer, Musco, Musco & Woodruff 2021)
takes an orthonormal basis Q of A times k random vectors out first: with P = I − QQ⊤

    tr A = tr(Q⊤AQ) + E[(Pg)⊤A(Pg)],   ‖A‖_F² = ‖AQ‖_F² + E[‖A Pg‖²],

so that only what the leading directions leave is left to chance. Two intervals are given for each: Student's t, from
the spread over probes, which is short and approximate; and one that holds for every matrix with at least the stated
probability (normal probes; `hessproof.numeric.stochastic.intervals`), given an upper bound of ‖A‖.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hessproof.numeric.stochastic.intervals import Interval, square_bounds, student, trace_deviation
from hessproof.numeric.stochastic.probes import SKETCH as STREAM
from hessproof.numeric.stochastic.probes import Draw, Kind, probe
from hessproof.numeric.stochastic.symmetric import Floats, Symmetric
from hessproof.symbolic.errors import UnusableRequest

SKETCH, PROBES = 16, 32
"""Directions taken out and probes of the rest: 2 · 16 + 32 products; below about ten probes t quantiles grow."""
COLUMNS = 16
"""Vectors given to the operator at once."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Trace and Frobenius norm.

    Args:
        trace: tr A by Student's t.
        frobenius: ‖A‖_F by Student's t for its square.
        sure_trace: tr A, an interval that holds for every matrix with at least the stated probability.
        sure_frobenius: ‖A‖_F, likewise; both hold together.
        exact: Whether nothing was left to chance: the basis spans the whole range.
        products: Products with A that were formed.
    """

    trace: Interval
    frobenius: Interval
    sure_trace: Interval | None
    sure_frobenius: Interval | None
    exact: bool
    products: int


def trace_and_norm(
    operator: object,
    *,
    sketch: int = SKETCH,
    probes: int = PROBES,
    kind: Kind = "gaussian",
    failure: float = 0.05,
    norm: float | None = None,
    seed: int = 0,
    draw: Draw | None = None,
    progress: Callable[[int], None] = lambda products: None,
) -> Traces:
    """Trace and Frobenius norm of a symmetric operator by Hutch++; by Hutchinson with ``sketch=0``.

    Args:
        operator: What `Symmetric.of` takes.
        sketch: k, directions taken out; 0 for none.
        probes: n, at least 2.
        kind: Distribution of the probes; the sure intervals are given for normal ones only.
        failure: Probability with which each kind of interval may fail.
        norm: ‖A‖ or more; without it the sure intervals are longer.
        seed: Of the probes; the sketch has a stream of its own.
        draw: In place of `probe`, a vector from (seed, number, size).
        progress: Told the number of products after each batch.

    Raises:
        UnusableRequest: If there are fewer than two probes, or numbers are not finite.

    Example:
        >>> found = trace_and_norm(np.diag([3.0, -1.0, 2.0, 0.0]), sketch=4)
        >>> found.exact, round(found.trace.estimate, 9), round(found.frobenius.estimate**2, 9)
        (True, 4.0, 14.0)
    """
    one = Symmetric.of(operator)
    before = one.products
    if sketch < 0 or probes < 2:
        raise UnusableRequest(f"{sketch} directions and {probes} probes", "at least 0 and 2", "give more probes")
    drawn = draw or (lambda seed, number, size: probe(seed, number, size, kind))
    basis, image = _sketched(one, min(sketch, one.size), seed, progress)
    known_trace, known_square = float(np.einsum("ij,ij->", basis, image)), float((image**2).sum())
    values, squares = [], []
    for start in range(0, probes, COLUMNS):
        numbers = range(start, min(start + COLUMNS, probes))
        vectors = np.stack([drawn(seed, number, one.size) for number in numbers], axis=1)
        vectors = vectors - basis @ (basis.T @ vectors)
        products = one.apply_numpy(vectors)
        values += np.einsum("ij,ij->j", vectors, products).tolist()
        squares += (products**2).sum(axis=0).tolist()
        progress(len(numbers))
    trace, square = student(values, failure), student(squares, failure)
    # A rest of 1e-24 of the square is rounding: eigenvalues below 1e-12 of ‖A‖_F.
    exact = known_square > 0 and square.estimate <= 1e-24 * known_square
    sure = _sure(values, squares, known_trace, known_square, failure, norm) if kind == "gaussian" else (None, None)
    low, high = known_trace + trace.low, known_trace + trace.high
    return Traces(
        Interval(known_trace + trace.estimate, low, high, 1 - failure, trace.how),
        _root([known_square + number for number in (square.estimate, square.low, square.high)], failure, square.how),
        *sure,
        exact,
        one.products - before,
    )


def _sketched(operator: Symmetric, count: int, seed: int, progress: Callable[[int], None]) -> tuple[Floats, Floats]:
    """Q and AQ."""
    if not count:
        return np.zeros((operator.size, 0)), np.zeros((operator.size, 0))
    stream = np.random.default_rng([seed, 0, STREAM])
    image = operator.apply_numpy(stream.standard_normal((operator.size, count)))
    progress(count)
    basis = np.linalg.qr(image)[0]
    found = operator.apply_numpy(basis)
    progress(count)
    return basis, found


def _sure(
    values: list[float],
    squares: list[float],
    known_trace: float,
    known_square: float,
    failure: float,
    norm: float | None,
) -> tuple[Interval | None, Interval | None]:
    """The intervals for every matrix; None where the probes are too few for a bound from above.

    Half of the failure goes to the Frobenius norm of the rest, on which the trace's interval rests, half to that. Pg
    is P times a normal vector, so that the rest is PAP (and AP for the square), with norms no larger than those of A.
    """
    how = "Laurent & Massart's inequality for normal probes"
    mean = float(np.mean(squares))
    low, high = square_bounds(mean, len(squares), failure / 2, norm)
    if not math.isfinite(high):
        return None, None
    width = math.sqrt(high)
    away = trace_deviation(width, width if norm is None else min(norm, width), len(values), failure / 2)
    middle = known_trace + float(np.mean(values))
    return (
        Interval(middle, middle - away, middle + away, 1 - failure, how),
        _root([known_square + number for number in (mean, low, high)], failure, how),
    )


def _root(squares: list[float], failure: float, how: str) -> Interval:
    estimate, low, high = (math.sqrt(max(number, 0.0)) for number in squares)
    return Interval(estimate, low, high, 1 - failure, how)
