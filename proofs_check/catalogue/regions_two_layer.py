"""Pieces of the domains of statements about two-layer networks and about convex functions, told by traits."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Region

COUPLED = "some block B_a is not zero"
"""Trait of a case: (1/m) Σ_μ φ′(z_{aμ}) e_μ x_μ⊤ ≠ 0 for some hidden unit a."""
MINIMUM = "a minimum is attained"
"""Trait of a case: the function has a minimiser."""

BLOCKS = (
    Region(COUPLED, lambda case: COUPLED in case.traits),
    Region("errors, but no block: B_a = 0 for every unit", lambda case: COUPLED not in case.traits),
)
"""Where H_1 couples the two layers and where it does not."""
ATTAINED = (
    Region(MINIMUM, lambda case: MINIMUM in case.traits),
    Region("no minimum is attained", lambda case: MINIMUM not in case.traits),
)
"""Where a function has a minimiser and where it has none."""
