"""Statements of this project that amend published ones: each names the claim it repairs.

A repair is the widest statement found that stands where the published one does not, or that says more.
"""

from __future__ import annotations

from hessproof.proofs_check.catalogue.repairs import (
    attainment,
    bias,
    convergence,
    critical_points,
    curvature,
    degeneracy,
    free_laws,
    free_sums,
    landscape,
    linear,
    losses,
    norms,
    open_questions,
    random_hessians,
    softmax,
    spectra,
    training,
    two_layer,
)
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    *linear.CLAIMS,
    *attainment.CLAIMS,
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
    *two_layer.CLAIMS,
    *free_laws.CLAIMS,
    *free_sums.CLAIMS,
    *random_hessians.CLAIMS,
    *critical_points.CLAIMS,
    *open_questions.CLAIMS,
)
