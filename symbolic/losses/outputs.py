"""How many outputs count: K, or K − 1 under a loss that a common shift of all outputs leaves unchanged.

Free of SymPy, so that domains of statements can be read without it. That cross-entropy is such a loss, and no other one
is, is derived from the losses themselves (`hessproof.symbolic.losses.expressions.Loss.shift_invariant`); a test
compares the two.
"""

from __future__ import annotations

from hessproof.symbolic.architecture import Architecture

SHIFT_INVARIANT = ("cross-entropy",)


def effective_outputs(architecture: Architecture) -> int:
    """K, or K − 1 under a loss that a common shift of all outputs leaves unchanged.

    Example:
        >>> effective_outputs(Architecture((4, 3, 10), loss="cross-entropy")), effective_outputs(Architecture((4, 10)))
        (9, 10)
    """
    return architecture.outputs - (architecture.loss in SHIFT_INVARIANT)


def narrowest(architecture: Architecture, data_rank: int) -> int:
    """q = min(r, M_1, …, M_{L-1}, K), with K − 1 for K under cross-entropy.

    Example:
        >>> narrowest(Architecture((4, 3), loss="cross-entropy"), 4), narrowest(Architecture((4, 3)), 4)
        (2, 3)
    """
    return min(data_rank, *architecture.hidden, effective_outputs(architecture))
