"""Networks of rational norms: all small ones on grids, and the shapes at which norm bounds are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from itertools import product as choices
from math import isqrt
from typing import Any

import numpy as np

from hessproof.proofs_check.conjectures.spaces.norm_cases import ONE, ZERO, Matrix, NormCase, Row, norms
from hessproof.symbolic.architecture import Architecture

GRIDS = (
    (4, tuple(Fraction(each) for each in ("0", "1", "-1", "1/2", "-1/2", "2", "-2"))),
    (9, (ZERO, ONE, -ONE)),
    (14, (ZERO, ONE)),
)
"""Entries of the exhaustive part, by how many there are: at most 7^4, 3^9 and 2^14 networks of one architecture."""
_PATTERNS: tuple[tuple[int, ...], ...] = ((1,), (3, 4), (20, 21), (1, 2, 2), (1, 1, 1, 1), (2, 3, 6))
"""Whole vectors of whole length: 1, 5, 29, 3, 2, 7; the third one is nearly a diagonal."""


@cache
def library(rows: int, columns: int, bias: bool, grid: tuple[Fraction, ...]) -> tuple[Matrix, ...]:
    """All [W b] over a grid with rational ‖W‖ and ‖b‖.

    Example:
        >>> len(library(2, 1, False, (ZERO, ONE, -ONE)))
        5
    """
    wide = columns + bias
    found = []
    for flat in choices(grid, repeat=rows * wide):
        matrix = tuple(flat[row * wide : (row + 1) * wide] for row in range(rows))
        if norms(matrix, bias) is not None:
            found.append(matrix)
    return tuple(found)


def grid_of(architecture: Architecture) -> tuple[Fraction, ...] | None:
    """The entries of the exhaustive part for an architecture, None if it has too many."""
    labels = architecture.loss == "cross-entropy"
    free = architecture.parameters + architecture.inputs + (0 if labels else architecture.outputs)
    return next((entries for most, entries in GRIDS if free <= most), None)


def small_cases(architecture: Architecture) -> Iterator[NormCase]:
    """Every network of one architecture on its grid, in the stated order."""
    grid = grid_of(architecture)
    if grid is None:
        return iter(())
    layers = [library(*shape, architecture.bias, grid) for shape in architecture.weight_shapes]
    vectors = library(1, architecture.inputs, False, grid)
    found = (
        NormCase(architecture.widths, architecture.bias, weights, inputs, given)
        for weights in choices(*layers)
        for inputs in vectors
        for given in _given(architecture, grid)
    )
    return iter(sorted(found, key=NormCase.key))


def _given(architecture: Architecture, grid: tuple[Fraction, ...]) -> list[tuple[Any, ...]]:
    """Labels, or residuals of rational length; under log-cosh their entries are below one."""
    if architecture.loss == "cross-entropy":
        return [(label,) for label in range(architecture.outputs)]
    vectors = [row for (row,) in library(1, architecture.outputs, False, grid)]
    if architecture.loss == "mse":
        return [(row,) for row in vectors]
    return [(tuple(x / 4 for x in row),) for row in vectors]


def unit_vector(rng: np.random.Generator, size: int, positive: bool = False) -> Row:
    """A rational vector of length one."""
    fitting = [pattern for pattern in _PATTERNS if len(pattern) <= size]
    pattern = fitting[int(rng.integers(len(fitting)))]
    length = isqrt(sum(entry * entry for entry in pattern))
    entries = [Fraction(entry, length) for entry in pattern] + [ZERO] * (size - len(pattern))
    order = rng.permutation(size)
    signs = [1 if positive or rng.random() < 0.5 else -1 for _ in range(size)]
    return tuple(signs[place] * entries[int(order[place])] for place in range(size))


SCALES = tuple(Fraction(each) for each in ("1/4", "1/2", "3/4", "1", "3/2", "2", "4", "10"))
"""Norms below, at and above one."""


def shaped(
    rng: np.random.Generator, rows: int, columns: int, kind: str, scale: Fraction, bias: Fraction | None
) -> Matrix:
    """A matrix of norm ``scale``: an identity, a rank-one one with positive or any signs, a diagonal one, or zero.

    Example:
        >>> shaped(np.random.default_rng(0), 2, 1, "identity", Fraction(3), None)
        ((Fraction(3, 1),), (Fraction(0, 1),))
    """
    if kind == "zero":
        found = [[ZERO] * columns for _ in range(rows)]
    elif kind in ("positive", "signed"):
        left, right = (unit_vector(rng, size, kind == "positive") for size in (rows, columns))
        found = [[scale * a * b for b in right] for a in left]
    else:
        found = [[scale if i == j else ZERO for j in range(columns)] for i in range(rows)]
        if kind == "diagonal":
            for place in range(1, min(rows, columns)):
                found[place][place] *= Fraction(int(rng.integers(-4, 5)), 4)
    if bias is None:
        return tuple(map(tuple, found))
    shift = unit_vector(rng, rows)
    return tuple((*row, bias * entry) for row, entry in zip(found, shift, strict=True))


KINDS = ("identity", "positive", "signed", "diagonal", "zero")
"""Shapes of weight matrices; chains of the first two are where norm bounds are met."""
_SHARES = (0.25, 0.35, 0.2, 0.15, 0.05)
"""How often each is drawn."""


def drawn_case(rng: np.random.Generator, architecture: Architecture, kinds: Iterable[str] | None = None) -> NormCase:
    """A random network of rational norms."""
    chosen = list(kinds or (KINDS[int(rng.choice(5, p=_SHARES))] for _ in architecture.widths[1:]))

    def scale() -> Fraction:
        return SCALES[int(rng.integers(len(SCALES)))]

    weights = tuple(
        shaped(rng, *shape, kind, scale(), scale() * int(rng.integers(0, 2)) if architecture.bias else None)
        for shape, kind in zip(architecture.weight_shapes, chosen, strict=True)
    )
    labels = architecture.loss == "cross-entropy"
    samples = 1 if labels or rng.random() < 0.7 else 2
    lengths = [INPUT_SCALES[int(rng.integers(len(INPUT_SCALES)))] for _ in range(samples)]
    inputs = tuple(
        tuple(length * x for x in unit_vector(rng, architecture.inputs, rng.random() < 0.6)) for length in lengths
    )
    if labels:
        given: tuple[Any, ...] = (int(rng.integers(architecture.outputs)),)
    else:
        most = SCALES if architecture.loss == "mse" else SCALES[:3]
        sizes = (most[int(rng.integers(len(most)))] for _ in range(samples))
        given = tuple(tuple(size * x for x in unit_vector(rng, architecture.outputs)) for size in sizes)
    return NormCase(architecture.widths, architecture.bias, weights, inputs, given)


INPUT_SCALES = (Fraction(1, 100), *SCALES)
"""Lengths of inputs: small ones make all classes equally likely, where the curvature of cross-entropy is largest."""


def chain(
    rng: np.random.Generator, architecture: Architecture, scales: Iterable[Fraction], length: Fraction
) -> NormCase:
    """A rank-one chain W^l = m_l u_l u_{l-1}⊤, b^l along u_l, x = ‖x‖ u_0, all u_l of length one and u_1, … positive.

    Example:
        >>> found = chain(np.random.default_rng(0), Architecture((1, 1, 1)), [ONE, ONE + ONE], ONE)
        >>> found.weights, found.inputs
        ((((Fraction(1, 1),),), ((Fraction(-2, 1),),)), ((Fraction(1, 1),),))
    """
    last = len(architecture.widths) - 1
    vectors = [unit_vector(rng, width, place < last) for place, width in enumerate(architecture.widths)]
    weights = []
    for layer, scale in enumerate(scales):
        right, left = vectors[layer], vectors[layer + 1]
        shift = scale * int(rng.integers(0, 2))
        rows = ((*(scale * a * b for b in right), *([shift * a] if architecture.bias else [])) for a in left)
        weights.append(tuple(rows))
    inputs = (tuple(length * entry for entry in vectors[0]),)
    given = drawn_case(rng, architecture).given[:1]
    return NormCase(architecture.widths, architecture.bias, tuple(weights), inputs, given)
