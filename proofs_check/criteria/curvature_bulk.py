"""Criteria of Kiselev & Grabovoy 2024, §3.4, about the bulk of the spectrum, committed before the runs.

Networks and training as in `hessproof.proofs_check.criteria.curvature`, with seeds of their own. A picture of one
network of the small size with seed 7101 had suggested that beyond the K − 1 largest eigenvalues the Hessian follows its
G-term after training, and its H-term before; nothing had been measured.
"""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.curvature import AVERAGED, TOP, Size

SIZES: dict[str, Size] = {
    "small": Size(16, 8, 1, (8101, 8102, 8103, 8104, 8105)),
    "shallow": Size(64, 16, 1, (8201, 8202, 8203)),
}
"""Sizes whose mean Hessians are assembled."""
HALF = 0.5
_WORDS = (
    f"‖G-term‖_F / ‖H‖_F of the mean Hessian over {AVERAGED} objects, both restricted to what is orthogonal to the "
    "K − 1 leading eigenvectors of H"
)
_WHY = (
    "'the bulk corresponds to the H-term' is read as: leaving the G-term out of the bulk changes it by at most half of "
    "its Frobenius norm"
)

CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(TOP, f"bulk_{state}", f"{state}; {one.words}", _WORDS, "<=", HALF, one.seeds, _WHY)
    for state in ("initial", "trained")
    for one in SIZES.values()
)
"""One for every state and size."""


def criterion(part: str, size: str) -> Criterion:
    """The criterion of a part at a size.

    Example:
        >>> criterion("bulk_trained", "small").met(0.4)
        True
    """
    return next(one for one in CRITERIA if one.part == part and one.seeds == SIZES[size].seeds)
