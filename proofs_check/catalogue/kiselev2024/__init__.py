"""Kiselev & Grabovoy 2024, "Unraveling the Hessian: a key to smooth convergence in loss function landscapes".

The displayed formulas are those of arXiv 2409.11995; the quotations give the sentences around them, with the symbols
that stand in the text.
"""

from __future__ import annotations

from hessproof.proofs_check.catalogue.kiselev2024 import convergence, experiments, norms, structure
from hessproof.proofs_check.model.claim import Claim

_ORDER = [
    "difference",
    "assumption1",
    "bounded_loss",
    "taylor",
    "triangle",
    "split",
    "top_space",
    "softmax",
    "jacobian",
    "thm1.a",
    "thm1.b",
    "thm1.c",
    "thm1.d",
    "thm1",
    "thm1_L1",
    "lemma1.a",
    "lemma1",
    "small_base",
    "lemma2",
    "exp_decay",
    "exp_width",
    "exp_depth",
    "exp_features",
]

_BY_ID = {item.id: item for item in (*convergence.CLAIMS, *structure.CLAIMS, *norms.CLAIMS, *experiments.CLAIMS)}

CLAIMS: tuple[Claim, ...] = tuple(_BY_ID.pop(f"kiselev2024.{name}") for name in _ORDER)
"""Its statements, in the order of the paper."""

assert not _BY_ID, f"rows without a place in the order: {', '.join(_BY_ID)}"

__all__ = ["CLAIMS"]
