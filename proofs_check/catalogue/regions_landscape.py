"""Regions of statements about trained networks: how long was trained.

The names are those of ``hessproof.proofs_check.criteria.landscape``, whose runs carry them as traits.
"""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Region

SCHEDULES = (
    Region("ten epochs", lambda case: "ten epochs" in case.traits),
    Region("as many steps as published", lambda case: "as many steps as published" in case.traits),
)
"""The digits are 1,797 objects where the source has 10,000, so that ten epochs are fewer steps than published."""
