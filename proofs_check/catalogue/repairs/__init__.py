"""Statements of this project that amend published ones: each names the claim it repairs.

A repair is the widest statement found that stands where the published one does not, or that says more.
"""

from __future__ import annotations

from hessproof.proofs_check.catalogue.repairs import (
    bias,
    convergence,
    curvature,
    degeneracy,
    landscape,
    linear,
    losses,
    norms,
    softmax,
    spectra,
    training,
)
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    *linear.CLAIMS,
    *losses.CLAIMS,
    *bias.CLAIMS,
    *degeneracy.CLAIMS,
    *training.CLAIMS,
    *spectra.CLAIMS,
    *softmax.CLAIMS,
    *norms.CLAIMS,
    *convergence.CLAIMS,
    *landscape.CLAIMS,
    *curvature.CLAIMS,
)
