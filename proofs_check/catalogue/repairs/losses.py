"""Repairs about cross-entropy and log-cosh (Singh et al. 2021, §5.1)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
