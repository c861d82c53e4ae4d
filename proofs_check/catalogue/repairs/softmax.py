"""Repairs about the softmax and its curvature (Kiselev & Grabovoy 2024, §4)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
