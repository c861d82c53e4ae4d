"""Repairs about rectified networks (Singh et al. 2021, §7.1)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
