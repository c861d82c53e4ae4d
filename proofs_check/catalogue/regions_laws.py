"""Regions of statements about the normalisation of random matrices, by the traits of their cases."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Region

SIZES = (
    Region("n = 1", lambda case: "n = 1" in case.traits),
    Region("n ≥ 2", lambda case: "n ≥ 2" in case.traits),
)
"""Matrices of one row, where nσ² is σ², and larger ones."""

SCALES = (
    Region("σ = 1", lambda case: "σ = 1" in case.traits),
    Region("σ ≠ 1", lambda case: "σ ≠ 1" in case.traits),
)
"""The scale that the lecture uses, where σ² is σ, and all others."""
