"""Repairs about the loss of a growing sample (Kiselev & Grabovoy 2024, §3.2 and Lemma 2)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
