"""Singh, Bachmann & Hofmann 2021, "Analytic insights into structure and rank of neural network Hessian maps"."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.singh2021 import (
    bias,
    degeneracy,
    functional,
    loss,
    numerical,
    outer,
    spectra,
    structure,
    training,
)
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    *structure.CLAIMS,
    *outer.CLAIMS,
    *functional.CLAIMS,
    *loss.CLAIMS,
    *numerical.CLAIMS,
    *training.CLAIMS,
    *degeneracy.CLAIMS,
    *bias.CLAIMS,
    *spectra.CLAIMS,
)
"""Its statements, in the order of the paper."""

__all__ = ["CLAIMS"]
