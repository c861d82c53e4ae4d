"""Criteria of Singh et al. 2021, Fig. 1, §5.2, Fig. 3 and Fig. 4: spectra at initialisation, committed before the runs.

Every network is drawn by Glorot's normal scheme and sees the handwritten digits with pixels between 0 and 1 and one-hot
targets. ρ is the rank that the linear formula predicts, with r measured and s as large as it can be.
"""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion

PAPER = "64-30-20-10, the first 500 digits of 8 × 8 pixels"
SMALL = "16-14-12-10, the first 300 digits seen as 4 × 4 blocks"
TINY = "4-12-11-10, the first 60 digits seen as 2 × 2 blocks"
SIZES: dict[str, tuple[tuple[int, ...], int, str]] = {
    "paper": ((64, 30, 20, 10), 500, PAPER),
    "one": ((64, 30, 20, 10), 500, PAPER),
    "small": ((16, 14, 12, 10), 300, SMALL),
    "tiny": ((4, 12, 11, 10), 60, TINY),
}
"""Widths, samples and words of each size: the paper's with three seeds or one, two smaller ones for every profile."""
SEEDS: dict[str, tuple[int, ...]] = {"paper": (1, 2, 3), "one": (1,), "small": (1, 2, 3, 4, 5), "tiny": (1, 2, 3)}
"""The paper averages three runs."""

GAP_LINEAR, GAP_RELU, DECADES, SHARE, TAIL, LOST = 1e3, 10.0, 1.0, 0.1, 1e-2, 0.05

_PARTS = (
    ("singh2021.spectrum", "linear", "linear, squared error", "|λ_ρ| / |λ_{ρ+1}| of H_L", ">=", GAP_LINEAR,
     "≫ is read as three powers of ten, far above rounding errors of equal size"),
    ("singh2021.spectrum", "relu", "ReLU, squared error", "|λ_ρ| / |λ_{ρ+1}| of H_L", ">=", GAP_RELU,
     "a break that a reader of a logarithmic plot sees: one power of ten between neighbours; much less than is asked "
     "of linear networks"),
    ("singh2021.nonlinear_numrank", "tanh", "tanh, squared error",
     "powers of ten of the tolerance over which the numerical rank of H_L lies within 10 % of ρ", ">=", DECADES,
     "'captured to high fidelity' must hold for a range of reasonable thresholds, not for one chosen to fit: a factor "
     "of ten in the tolerance and 10 % in the rank"),
    ("singh2021.nonlinear_numrank", "relu", "ReLU, squared error",
     "powers of ten of the tolerance over which the numerical rank of H_L lies within 10 % of ρ", ">=", DECADES,
     "as for tanh"),
    ("singh2021.nonlinear_numrank", "tiny", "tanh, squared error", "|λ_{ρ+1}| / |λ_1| of H_L", "<=", TAIL,
     "'numerous tiny eigenvalues': the largest one beyond ρ is at most a hundredth of the largest of all"),
    ("singh2021.reconstruction", "main", "ReLU, cross-entropy",
     "‖H_L − [H_L]_ρ‖ / ‖H_L‖ in the Frobenius norm, ρ with K − 1 outputs in place of K", "<=", LOST,
     "'an excellent reconstruction': at most 5 % is lost; K − 1 because softmax does not see a common shift"),
)  # fmt: skip

CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(claim, part, f"{what}; {SIZES[size][2]}", measures, relation, threshold, SEEDS[size], why)  # type: ignore[arg-type]
    for claim, part, what, measures, relation, threshold, why in _PARTS
    for size in SIZES
)
"""One for every part and size, in the order of the parts."""


def criterion(claim: str, part: str, size: str) -> Criterion:
    """The criterion of a part at a size.

    Example:
        >>> criterion("singh2021.reconstruction", "main", "small").met(0.01)
        True
    """
    words = SIZES[size][2]
    return next(
        one
        for one in CRITERIA
        if (one.claim, one.part, one.seeds) == (claim, part, SEEDS[size]) and one.configuration.endswith(words)
    )


PRECISE_WIDTHS, PRECISE_SAMPLES, PRECISE_SEEDS, PRECISE_DIGITS = (3, 4, 2), 8, (1, 2, 3), 50
NOT_ZERO = Criterion(
    "singh2021.nonlinear_numrank", "not_zero", "tanh, squared error, 3-4-2 on 8 Gaussian samples, 50 decimal digits",
    "|λ_{ρ+1}| / |λ_1| of H_L of the tanh network", ">=", 1e-20, PRECISE_SEEDS,
    "twenty digits above the rounding of the arithmetic and far below that of float64; the linear network's must be "
    "below 1e-40 at the same weights",
)  # fmt: skip
LINEAR_ZERO = 1e-40
