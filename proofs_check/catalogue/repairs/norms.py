"""Repairs about norm bounds (Kiselev & Grabovoy 2024, Theorem 1 and Lemma 1)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
