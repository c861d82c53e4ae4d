"""Ranks of linear networks under cross-entropy and log-cosh, exactly: actual networks, no relaxation of the softmax."""

from __future__ import annotations

from hessproof.proofs_check.conjectures.api import Statement
from hessproof.proofs_check.conjectures.spaces.gated import GatedSpace


class LossSpace(GatedSpace):
    """Linear networks: the rank hangs on r and s, and with bias on r̃, s̃ and E[δ] too, but not on N."""

    free = frozenset({"augmented_data_rank", "augmented_residual_rank", "residual_mean", "samples"})


def space(statement: Statement) -> LossSpace:
    """The space of a statement about linear networks under another loss than the squared one.

    Example:
        >>> made = space(Statement("f", "loss", "==", "generic", False, "linear", "cross-entropy"))
        >>> sizes = made.levels()
        >>> found = [list(next(sizes).cases) for _ in range(2)][1]
        >>> [(str(case.widths), case.data_rank, case.residual_rank) for case in found[:4]]
        [('(1, 2)', 0, 0), ('(1, 2)', 1, 0), ('(1, 2)', 1, 1), ('(2, 1)', 0, 0)]
        >>> made.measure(found[:4])
        [0, 1, 1, 0]
    """
    return LossSpace(statement, 1)
