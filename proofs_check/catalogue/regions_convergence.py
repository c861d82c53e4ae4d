"""The pieces that statements about a growing sample are counted by; what no width tells is told by a trait."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Case, Region

HALF_SPACE = "inputs in an open half-space"
QUADRATIC_LOSSES = "quadratic losses"


def is_quadratic(case: Case) -> bool:
    """Whether the losses are quadratic functions of the parameters."""
    return QUADRATIC_LOSSES in case.traits


def _plain(case: Case, layers: int) -> bool:
    return not case.architecture.bias and min(case.architecture.layers, 3) == layers


MINIMUM = (
    Region("a last layer with bias", lambda case: case.architecture.bias),
    Region("no bias, L = 1, inputs that are not zero", lambda case: _plain(case, 1)),
    Region(
        "no bias, L = 2, inputs in an open half-space",
        lambda case: _plain(case, 2) and HALF_SPACE in case.traits,
    ),
    Region("no bias, L = 2, inputs on all sides", lambda case: _plain(case, 2) and HALF_SPACE not in case.traits),
    Region("no bias, L ≥ 3", lambda case: _plain(case, 3)),
)
"""Where cross-entropy with one-hot labels has a common local minimum: only where all later objects can be dead."""

QUADRATIC = (
    Region("quadratic losses", is_quadratic),
    Region("other losses", lambda case: not is_quadratic(case)),
)
"""Statements about expansions to second order."""
