"""Repairs about trained networks (Kiselev & Grabovoy 2024, §3.4 and §5)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
