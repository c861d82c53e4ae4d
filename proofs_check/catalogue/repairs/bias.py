"""Repairs about linear networks with bias (Singh et al. 2021, §7.2)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
