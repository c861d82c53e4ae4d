"""Repairs of the random model: the laws that the blocks of real two-layer networks have."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
