"""Repairs of the laws and transforms: normalisations, and where an inversion or a branch is meant."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
