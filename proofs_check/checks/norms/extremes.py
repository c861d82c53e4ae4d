"""Networks on which the repaired bounds are attained or nearly so, for all depths and small widths.

* *chain*: W^l = m_l e_1e_1⊤, W^L = a(e_1 − e_2)e_1⊤, b^l = β_l e_1, b^L along e_1 − e_2, x = c e_1, two classes: H-term
  and Hessian;
* *identity*: W^l = m_l I, b^l = β_l(e_1 + e_2), x = c(e_1 + e_2), two classes: G-term with ‖A‖ = ½;
* *constant*: w_ij = M but −M in the last row of two, x = c(1, …, 1), c small or large: bounds in the entries.

Some m_l, β_l and c are zero, so that every summand of a bound is alone somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hessproof.numeric.norms.batch import NormBatch
from hessproof.numeric.norms.enclosure import Floats

SIZE = 60
"""Networks of each family and architecture."""
SHAPES = (
    (2, 2), (1, 2), (2, 2, 2), (1, 1, 2), (3, 2, 2), (2, 2, 2, 2), (1, 1, 1, 2), (1, 2, 2, 2), (3, 3, 3, 2),
    (2, 2, 2, 2, 2), (1, 1, 1, 1, 2),
)  # fmt: skip
"""Widths, two classes."""


def extremes(seed: int, bias: bool, size: int = SIZE, most_layers: int = 4) -> Iterator[NormBatch]:
    """Batches of every family, one for each of `SHAPES` that the family asks for and that is no deeper than said.

    Example:
        >>> sum(batch.size for batch in extremes(0, False, 10))
        280
    """
    rng = np.random.default_rng(seed % 2**63)
    for widths in SHAPES:
        if len(widths) > most_layers + 1:
            continue
        yield _batch(rng, widths, bias, size, "chain")
        yield _batch(rng, widths, bias, size, "constant")
        if min(widths) >= 2:
            yield _batch(rng, widths, bias, size, "identity")


def _batch(rng: np.random.Generator, widths: tuple[int, ...], bias: bool, size: int, kind: str) -> NormBatch:
    layers = len(widths) - 1
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    factors = _factors(rng, size, layers)
    if kind == "constant":
        factors = np.repeat(factors[:, :1], layers, axis=1)
    patterns = [_pattern(kind, shape, last=number == layers - 1) for number, shape in enumerate(shapes)]
    weights = [factors[:, number, None, None] * pattern for number, pattern in enumerate(patterns)]
    biases = None
    if bias:
        offsets = _factors(rng, size, layers) * (rng.random((size, layers)) < 0.7)
        ways = [_direction(kind, rows, last=number == layers - 1) for number, (rows, _) in enumerate(shapes)]
        biases = tuple(offsets[:, number, None] * way for number, way in enumerate(ways))
    exponent = int(rng.choice([-2, 4])) if kind == "constant" else 0
    inputs = _factors(rng, size, 1) * 2.0**-exponent * _direction(kind, widths[0], last=False)
    if bias:
        inputs = inputs * (rng.random((size, 1)) < 0.8)
    labels = np.full(size, 1) if kind == "chain" else rng.integers(0, 2, size=size)
    shifts = (*(5 for _ in range(layers)), *((5 if bias else 0) for _ in range(layers)), 5 + exponent)
    return NormBatch(widths, tuple(weights), biases, inputs, labels.astype(np.int64), shifts, None, (kind,) * size)


def _factors(rng: np.random.Generator, size: int, count: int) -> Floats:
    """Quarters from ¼ to 2 or an eighth of that, in some networks all alike, sometimes one of them zero."""
    found: Floats = rng.integers(1, 9, size=(size, count)) / rng.choice([4, 32], p=[0.75, 0.25], size=(size, 1))
    alike = rng.random(size) < 0.3
    found[alike] = found[alike, :1]
    zero = rng.random(size) < 0.15
    found[zero, rng.integers(0, count, size=int(zero.sum()))] = 0.0
    return found


def _pattern(kind: str, shape: tuple[int, int], last: bool) -> Floats:
    result = np.zeros(shape)
    if kind == "identity":
        result[0, 0] = result[1, 1] = 1.0
    elif kind == "chain":
        result[0, 0] = 1.0
        if last:
            result[1, 0] = -1.0
    else:
        result[:] = 1.0
        if last:
            result[-1] = -1.0
    return result


def _direction(kind: str, count: int, last: bool) -> Floats:
    result = np.zeros(count)
    if kind == "chain":
        result[0] = 1.0
        if last:
            result[1] = -1.0
    elif kind == "identity":
        result[:2] = 1.0
    else:
        result[:] = 1.0
    return result
