"""Ranks of ReLU and leaky-ReLU networks, exactly, each at an activation pattern.

A conjecture is told r, s, N and how many neurons of each hidden layer are active on some sample (``a.active``). A
statement ``==`` is refuted as soon as one pattern with these numbers has another generic rank.
"""

from __future__ import annotations

from hessproof.proofs_check.conjectures.api import Statement
from hessproof.proofs_check.conjectures.spaces.gated import GatedSpace

PATTERNS = 2
"""Activation patterns drawn for each kind: one with samples of both signs, one with positive samples."""


def space(statement: Statement) -> GatedSpace:
    """The space of a statement about rectified networks.

    Example:
        >>> made = space(Statement("f", "outer", "==", "generic", False, "relu", "mse"))
        >>> level = next(made.levels())
        >>> first = next(iter(level.cases))
        >>> str(made.describe(first)), made.measure([first])
        ('1-1, relu, r = 0, r̃ = 1, s = 0, s̃ = 0, E[δ] = 0, N = 1', [0])
    """
    return GatedSpace(statement, PATTERNS)
