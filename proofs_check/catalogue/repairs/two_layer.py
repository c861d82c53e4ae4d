"""Repairs about the two-layer network: what signs of eigenvalues do say, what counts as a parameter."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
