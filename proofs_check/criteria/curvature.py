"""Criteria of Kiselev & Grabovoy 2024, §3.4 and §4.1, about curvature in practice, committed before the runs.

Networks and training are those of the published protocol on the handwritten digits (ReLU, no bias, Adam at 1e-3,
batches of 64, pixels in [−1, 1], "n layers" meaning n + 2 linear maps), trained for as many steps as the source makes:
1,566 of its 1,570. ``initial`` are PyTorch's uniform initial weights, ``trained`` the weights after training.

A pilot with seeds 1000 and 1001 had shown overlaps above 0.99 for mean Hessians after training and below 0.7 in the
other cases of more than one layer, leading eigenvectors not looked at for single objects, and hM between 4 and 17.
The thresholds come from the words of the source and lie far from what the pilot showed.
"""

from __future__ import annotations

from dataclasses import dataclass

from hessproof.proofs_check.criteria.criterion import Criterion

TOP, BASE, TIGHT = "kiselev2024.top_space", "kiselev2024.small_base", "hessproof.tightness"


@dataclass(frozen=True, slots=True)
class Size:
    """Networks of one size: pixels of an image, hidden width, layers in the words of the source, and the seeds."""

    inputs: int
    hidden: int
    layers: int
    seeds: tuple[int, ...]

    @property
    def words(self) -> str:
        """Pixels, width and layers in words."""
        return f"{self.inputs} pixels, h = {self.hidden}, {self.layers + 2} linear maps"


SIZES: dict[str, Size] = {
    "small": Size(16, 8, 1, (7101, 7102, 7103)),
    "shallow": Size(64, 16, 1, (7201, 7202, 7203, 7204, 7205)),
    "deep": Size(64, 16, 5, (7301, 7302, 7303)),
    "narrow": Size(64, 4, 5, (7401, 7402, 7403)),
    "deepest": Size(64, 16, 10, (7501, 7502, 7503)),
    "wide": Size(64, 64, 5, (7601, 7602, 7603)),
}
"""The last three only where entries and norms of the weights are asked for."""
AVERAGED, OBJECTS, BY_LANCZOS = 500, 20, 3
"""Objects over which Hessians are averaged; single objects that are looked at, and how many of them by Lanczos too."""

CAPTURED, FACTOR, DECADE = 0.9, 100.0, 10.0
_SPACES = (
    ("average_initial", "initial", f"overlap of the top (K − 1)-spaces of the Hessian and the G-term, averaged over "
     f"{AVERAGED} objects"),
    ("average_trained", "trained", f"overlap of the top (K − 1)-spaces of the Hessian and the G-term, averaged over "
     f"{AVERAGED} objects"),
    ("object_initial", "initial", f"mean over {OBJECTS} objects (the first {BY_LANCZOS} of them by Lanczos) of the "
     "overlap of the top (K − 1)-spaces of H_i and its G-term"),
    ("object_trained", "trained", f"mean over {OBJECTS} objects (the first {BY_LANCZOS} of them by Lanczos) of the "
     "overlap of the top (K − 1)-spaces of H_i and its G-term"),
    ("leading_trained", "trained", f"mean over {OBJECTS} objects (the first {BY_LANCZOS} of them by Lanczos) of the "
     "overlap of the leading eigenvectors of H_i and its G-term"),
)  # fmt: skip
_CAPTURED = (
    "overlap is the mean squared cosine of the principal angles; 'captured' is read as: at most a tenth of the space "
    "is missed"
)
_WEIGHTS = (
    ("entries", "h · max |w_ij| over all layers", "the words: the number under the power, hM, is below one"),
    ("hidden", "h · max |w_ij| over the h × h layers", "as before, for the indices i, j = 1, …, h that are printed"),
    ("norms", "max ‖W^l‖", "the number under the power in Theorem 1, of which hM is to be a bound"),
)

CRITERIA: tuple[Criterion, ...] = (
    *(
        Criterion(TOP, part, f"{state}; {SIZES[size].words}", measures, ">=", CAPTURED, SIZES[size].seeds, _CAPTURED)
        for part, state, measures in _SPACES
        for size in ("small", "shallow", "deep")
    ),
    *(
        Criterion(BASE, part, f"trained; {one.words}", measures, "<=", 1.0, one.seeds, why)
        for part, measures, why in _WEIGHTS
        for one in SIZES.values()
    ),
    *(
        Criterion(
            BASE, "estimate", f"trained; {SIZES[size].words}",
            f"the bound of Lemma 1 at the measured M and M_x, over the largest ‖H_i‖ of {OBJECTS} objects", "<=",
            FACTOR, SIZES[size].seeds, "'not too high' is read as: within two powers of ten of the true norm",
        )
        for size in ("small", "shallow", "deep")
    ),
    *(
        Criterion(
            TIGHT, part, f"trained; {SIZES[size].words}", measures, relation, DECADE, SIZES[size].seeds, why,  # type: ignore[arg-type]
        )
        for part, measures, relation, why in (
            ("sharpest", f"the largest bound from the objects' own blocks over the largest ‖H_i‖ of {OBJECTS} objects",
             "<=", "one power of ten: good enough to choose a step size"),
            ("gain", "the published bound of Theorem 1 over the largest bound from the norms of the layers, of "
             f"{OBJECTS} objects", ">=", "worth the trouble: at least one power of ten is gained"),
        )
        for size in ("small", "shallow", "deep")
    ),
)  # fmt: skip
"""One for every part and size."""


def criterion(claim: str, part: str, size: str) -> Criterion:
    """The criterion of a part at a size.

    Example:
        >>> criterion("kiselev2024.top_space", "average_trained", "small").met(0.95)
        True
    """
    found = SIZES[size]
    return next(
        one
        for one in CRITERIA
        if (one.claim, one.part, one.seeds) == (claim, part, found.seeds) and one.configuration.endswith(found.words)
    )
