"""Criteria for the numerical rank at a size that the quick profile affords: the paper's hidden widths, 16 inputs.

The criterion is that of `hessproof.proofs_check.criteria.spectra`. With 16 inputs p = 1280 and ρ = 960, so that 1.1 ρ
is below p; 300 digits, seen as 4 × 4 blocks, have the rank of all of them. Seeds 41, 42, 51 and 52 were run before this
file was committed, and do not count: tanh met the criterion with one of the four, ReLU with all four.
"""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.spectra import DECADES, SHARE

WIDTHS, SAMPLES = (16, 30, 20, 10), 300
SEEDS: dict[str, tuple[int, ...]] = {"first": (61, 62), "second": (71, 72)}
"""Seeds of the first and of the second route."""
WORDS = "16-30-20-10, the first 300 digits seen as 4 × 4 blocks"

CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(
        "singh2021.nonlinear_numrank", part, f"{what}, squared error; {WORDS}",
        f"powers of ten of the tolerance over which the numerical rank lies within {SHARE:.0%} of ρ", ">=", DECADES,
        seeds, "as at the paper's size",
    )
    for part, what in (("tanh", "tanh"), ("relu", "ReLU"))
    for seeds in SEEDS.values()
)  # fmt: skip


def quick(part: str, route: str) -> Criterion:
    """The criterion of a part for the first or the second route.

    Example:
        >>> quick("tanh", "second").seeds
        (71, 72)
    """
    return next(one for one in CRITERIA if (one.part, one.seeds) == (part, SEEDS[route]))
