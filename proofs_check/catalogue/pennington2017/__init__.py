"""Tanner's lecture "Random DNN training landscape: Hessian eigenvalues", after Pennington & Bahri 2017.

The quotations are the lecture's (Theories of Deep Learning C6.5, video 8).
"""

from __future__ import annotations

from hessproof.proofs_check.catalogue.pennington2017 import experiments, laws, model, network, sums
from hessproof.proofs_check.model.claim import Claim

_ORDER = [
    "split",
    "counting",
    "definiteness",
    "energy",
    "convexity",
    "assumptions",
    "semicircle",
    "marchenko_pastur",
    "stieltjes",
    "r_transform",
    "r_values",
    "density",
    "index",
    "eps_c",
    "relu_r",
    "relu_eps_c",
    "exp_index",
    "exp_minimisers",
]

_BY_ID = {item.id: item for item in (*network.CLAIMS, *model.CLAIMS, *laws.CLAIMS, *sums.CLAIMS, *experiments.CLAIMS)}

CLAIMS: tuple[Claim, ...] = tuple(_BY_ID.pop(f"pennington2017.{name}") for name in _ORDER)
"""Its statements, in the order of the lecture."""

assert not _BY_ID, f"rows without a place in the order: {', '.join(_BY_ID)}"

__all__ = ["CLAIMS"]
