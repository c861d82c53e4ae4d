"""All derivations about ranks, by name: what a check of a rank claim runs."""

from __future__ import annotations

from functools import cache

from hessproof.symbolic import functional_rank, kernel_proof, outer_rank, residual_bound, tensor_flag, witness, z_lemma
from hessproof.symbolic.derivation import Derivation


@cache
def rank_derivations() -> dict[str, Derivation]:
    """Every rank derivation under its claim's key; ``_exact`` ones hold for every weights, ``_bound`` ones are ≤.

    Example:
        >>> derivations = rank_derivations()
        >>> sorted(derivations)[:4]
        ['cor4', 'cor6', 'cor6_bound', 'cor6_two_layers']
        >>> derivations["fact7_bound"].relation
        '<='
    """
    found = {
        "lemma1": z_lemma.lemma1(),
        "tensor_flag": tensor_flag.induction_step(),
        "thm3_exact": outer_rank.a_o_rank(),
        "thm3_gap": outer_rank.thm3_gap(),
        "thm3": outer_rank.thm3_closed(),
        "cor4": outer_rank.outer_rank(),
        "ntk": outer_rank.kernel_matrix_rank(),
        "cor6": functional_rank.cor6(),
        "cor6_two_layers": functional_rank.two_layers(),
        "cor6_bound": kernel_proof.functional_bound(),
        "fact7_bound": kernel_proof.loss_bound(),
        "loss_deficient_residual_bound": residual_bound.deficient_residual_bound(),
        "deficiency": kernel_proof.deficiency(),
        "loss_count": witness.loss_count(),
    }
    for place in functional_rank.ORDERS:
        found[f"thm5_{place}_exact"] = functional_rank.column_rank(place)
        found[f"thm5_{place}"] = functional_rank.thm5(place)
    return found
