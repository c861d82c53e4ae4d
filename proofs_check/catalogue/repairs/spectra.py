"""Repairs about spectra and the ratio of rank to parameters (Singh et al. 2021, S8 and §8)."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
