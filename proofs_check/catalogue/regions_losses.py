"""Regions and domains of statements about losses, with K − 1 for K where a shift of the outputs changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from hessproof.proofs_check.model.claim import Case, Region
from hessproof.symbolic.losses.outputs import effective_outputs, narrowest

DIGIT_WIDTHS = tuple(range(4, 37, 4))
"""The widths w of the networks 64-w-w-10."""
DIGIT_RANK = 41
"""The rank of the data that they are run on."""


def covers(case: Case) -> bool:
    """s ≥ q, with q = min(r, M_1, …, M_{L-1}, K), K − 1 for cross-entropy.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> [covers(Case(Architecture((3, 3, 3), loss=loss), 3, 2)) for loss in ("cross-entropy", "cosh")]
        [True, False]
    """
    return case.residual_rank >= narrowest(case.architecture, case.data_rank)


def is_about(loss: str, case: Case) -> bool:
    """A linear network without bias under this loss."""
    return case.architecture.loss == loss and not case.architecture.bias


def mse_covers(case: Case) -> bool:
    """The squared loss, s ≥ q."""
    return is_about("mse", case) and covers(case)


def softmax_covers(case: Case) -> bool:
    """Cross-entropy, s ≥ q with K − 1 for K."""
    return is_about("cross-entropy", case) and covers(case)


def cosh_covers(case: Case) -> bool:
    """Log-cosh, s ≥ q."""
    return is_about("cosh", case) and covers(case)


def softmax_deep(case: Case) -> bool:
    """Cross-entropy, s ≥ q, L ≥ 2."""
    return softmax_covers(case) and case.architecture.layers > 1


def cosh_deep(case: Case) -> bool:
    """Log-cosh, s ≥ q, L ≥ 2."""
    return cosh_covers(case) and case.architecture.layers > 1


def on_digits(case: Case) -> bool:
    """64-w-w-10 with w = 4, 8, …, 36 on data of rank 41."""
    widths, rank = case.architecture.widths, case.data_rank
    return any(widths == (64, w, w, 10) for w in DIGIT_WIDTHS) and rank == DIGIT_RANK


def with_bias(case: Case) -> bool:
    """A linear network with bias, under any loss."""
    return case.architecture.bias


def without_bias(case: Case) -> bool:
    """A linear network without bias, under any loss."""
    return not case.architecture.bias


def _bottleneck(case: Case) -> bool:
    architecture = case.architecture
    return bool(architecture.hidden) and min(architecture.hidden) < min(case.data_rank, effective_outputs(architecture))


def _in_turn(*regions: Region) -> tuple[Region, ...]:
    """The regions, each without those before it."""

    def rest(number: int) -> Callable[[Case], bool]:
        def contains(case: Case) -> bool:
            return regions[number].contains(case) and not any(one.contains(case) for one in regions[:number])

        return contains

    return tuple(Region(region.name, rest(number)) for number, region in enumerate(regions))


RESIDUALS = _in_turn(
    Region("no output counts (cross-entropy, K = 1)", lambda case: effective_outputs(case.architecture) == 0),
    Region("s < q", lambda case: not covers(case)),
    Region("s ≥ q, hidden bottleneck", _bottleneck),
    Region("s ≥ q, no hidden bottleneck", lambda case: True),
)
"""By the residual and the narrowest layer; q, s and the bottleneck are those of the K − 1 differences of outputs."""


def _region(loss: str, name: str, text: str, test: Callable[[Case], bool]) -> Region:
    return Region(f"{name}, {text}", lambda case: case.architecture.loss == loss and test(case))


LOSSES = _in_turn(
    *(
        _region(loss, name, text, test)
        for loss, name in (("cross-entropy", "cross-entropy"), ("cosh", "log-cosh"), ("mse", "squared loss"))
        for text, test in (
            ("K = 1", lambda case: case.architecture.outputs == 1),
            ("s < q", lambda case: not covers(case)),
            ("s ≥ q", lambda case: True),
        )
    )
)
"""By the loss, one output apart, and by the residual."""
