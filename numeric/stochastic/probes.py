"""Random vectors that probe a matrix: each one a function of the seed and of its own number.

A probe does not depend on how many are drawn or in which batch, so that a run can stop, go on, or be split.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]
Kind = Literal["gaussian", "rademacher", "sphere"]
KINDS: tuple[Kind, ...] = ("gaussian", "rademacher", "sphere")
Draw = Callable[[int, int, int], Floats]
"""A probe from (seed, number, size)."""

PROBE, SKETCH, START = 1, 2, 3
"""The last word of the seeds of probes, of the sketch that Hutch++ takes out and of starting vectors.

NumPy fills seeds up with zeros, so that [s, 0] is the stream of s alone, from which weights and data may come; with a
last word that is not zero no two of these streams agree."""


def probe(seed: int, number: int, size: int, kind: Kind = "gaussian") -> Floats:
    """One vector v of p entries with E[vv⊤] = I.

    ``gaussian``: independent standard normal entries. ``rademacher``: independent signs. ``sphere``: uniform on the
    sphere of radius √p.

    Args:
        seed: Of the whole run, not negative.
        number: Of this probe, from 0.
        size: p.
        kind: Its distribution.

    Raises:
        UnusableRequest: If the distribution is unknown, or seed, number or size are out of range.

    Example:
        >>> bool((probe(7, 3, 5) == probe(7, 3, 5)).all()), bool((probe(7, 3, 5) == probe(7, 4, 5)).any())
        (True, False)
        >>> float(np.linalg.norm(probe(7, 3, 9, "sphere")).round(12))
        3.0
    """
    if kind not in KINDS:
        raise UnusableRequest(f"probes {kind!r}", f"one of {', '.join(KINDS)}", "give gaussian")
    if seed < 0 or number < 0 or size < 1:
        raise UnusableRequest(
            f"probe {number} of {size} entries, seed {seed}", "seed and number ≥ 0, size ≥ 1", "give such numbers"
        )
    stream = np.random.default_rng([seed, number, PROBE])
    if kind == "rademacher":
        return np.asarray(2.0 * stream.integers(0, 2, size) - 1.0)
    drawn = stream.standard_normal(size)
    if kind == "gaussian":
        return drawn
    return np.asarray(drawn * (np.sqrt(size) / np.linalg.norm(drawn)))
