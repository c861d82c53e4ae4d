"""Criteria added after the first run of `hessproof.proofs_check.criteria.spectra`, before the runs that they judge.

The criterion of ``singh2021.nonlinear_numrank`` was badly posed at the size called small: 16-14-12-10 has p = 512 and
ρ = 480, so that 1.1 ρ exceeds p, and every tolerance below that of 0.9 ρ counts as one within 10 %. Its values (above
11 powers of ten for tanh) mean nothing. The claim is published for d = 64 and hidden widths 30 and 20; the criterion
below keeps to them, where ρ is about p / 2, with new seeds and fewer samples, which a second route can afford.
"""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.spectra import DECADES, SHARE, TAIL

WIDTHS, SAMPLES, SEEDS = (64, 30, 20, 10), 60, (11, 12, 13)
WORDS = "64-30-20-10, the first 60 digits of 8 × 8 pixels"

CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(
        "singh2021.nonlinear_numrank", part, f"{what}, squared error; {WORDS}",
        measures, relation, threshold, seeds, why,  # type: ignore[arg-type]
    )
    for part, what, measures, relation, threshold, why in (
        ("tanh", "tanh", f"powers of ten of the tolerance over which the numerical rank lies within {SHARE:.0%} of ρ",
         ">=", DECADES, "as in the first criterion; the size called small was badly posed, since there 1.1 ρ > p"),
        ("relu", "ReLU", f"powers of ten of the tolerance over which the numerical rank lies within {SHARE:.0%} of ρ",
         ">=", DECADES, "as in the first criterion; the size called small was badly posed, since there 1.1 ρ > p"),
        ("tiny", "tanh", "|λ_{ρ+1}| / |λ_1| of H_L", "<=", TAIL, "as in the first criterion"),
    )
    for seeds in (SEEDS, SEEDS[:1])
)  # fmt: skip
"""For all seeds (thorough profile) and for the first (other profiles)."""


def second(part: str, thorough: bool) -> Criterion:
    """The criterion of a part for the second route.

    Example:
        >>> second("tanh", False).seeds
        (11,)
    """
    seeds = SEEDS if thorough else SEEDS[:1]
    return next(one for one in CRITERIA if one.part == part and one.seeds == seeds)
