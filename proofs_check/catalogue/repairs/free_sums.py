"""Repairs of the laws of Wishart plus Wigner: closed forms, and where they hold."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
