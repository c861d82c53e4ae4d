"""Which theorems settle which part of which claim. The theorems stand in the files of ``theories/paper/``."""

from __future__ import annotations

from hessproof.proofs_check.formal.settled import (
    FIRST_COLUMN,
    HIDDEN_ONE,
    LAST_COLUMN,
    PEAK,
    SINGLE_SAMPLE,
    TWO_PEAKS,
    Settled,
)
from hessproof.proofs_check.formal.sources import LIBRARY, all_statements

ANY = "all weights and data, any field"
ORDERED = "all weights and data, ordered fields"
GREATEST = (
    "the greatest rank for given r and s: a bound for all weights and data over any field, reached by almost all "
    "weights at some data of every two ranks, over infinite fields in which 2, 3 and 2L − 1 are not zero"
)
GENERIC = "almost all weights (outside the zeros of one polynomial in all of them), every data set, ordered fields"
RESIDUAL = "almost all weights, all inputs and every residual, any infinite field"
FOLLOWING = (
    "a bound for all parameters and data, which almost all weights and biases reach whose labels leave one residual, "
    "over ordered fields"
)
CHARACTERISTIC = "where L − 1 is not zero in the field"

ENOUGH = ("L = 1, s ≥ q", "L ≥ 2, s = q", "L ≥ 2, s > q")
"""Where the residual's rank is no less than q."""

SETTLED: tuple[Settled, ...] = (
    Settled("singh2021.eq1", "rule", ("equations.equation_1",), "all matrices, any commutative ring"),
    Settled(
        "singh2021.eq1", "jacobian", ("equations.equation_1_network",), "all weights and inputs, commutative rings"
    ),
    Settled("singh2021.vec", "main", ("equations.vec_identity",), "all matrices, any commutative ring"),
    Settled(
        "singh2021.eq2",
        "gradient",
        ("equations.equation_2", "equations.equation_2_sample", "second_derivative.first_derivative"),
        "all weights and data; as a partial derivative in fields with 2 ≠ 0",
    ),
    Settled("singh2021.diag", "block", ("equations.diagonal_block",), ANY),
    Settled("singh2021.diag", "independent_of_y", ("equations.diagonal_block",), ANY),
    Settled("singh2021.eq3", "main", ("equations.equation_3",), ANY),
    Settled("singh2021.eq4", "main", ("equations.equation_4",), ANY),
    Settled("singh2021.eq5", "main", ("equations.equation_5",), ANY),
    Settled(
        "singh2021.split",
        "outer",
        (
            "gauss_newton_split.outer_definition",
            "gauss_newton_split.split_outer_block",
            "second_derivative.outer_derivative",
        ),
        ANY,
    ),
    Settled(
        "singh2021.split",
        "functional",
        (
            "gauss_newton_split.functional_definition",
            "gauss_newton_split.split_block_before",
            "gauss_newton_split.split_block_same",
            "gauss_newton_split.split_block_after",
            "second_derivative.functional_derivative",
        ),
        ANY,
    ),
    Settled(
        "singh2021.split",
        "sum",
        ("gauss_newton_split.split", "second_derivative.second_derivative"),
        "all weights and data; as second partial derivatives in fields with 2 ≠ 0",
    ),
    Settled("singh2021.range_o", "main", ("hessian_range.range_of_outer",), ANY),
    Settled("singh2021.range_f", "main", ("hessian_range.range_of_functional",), ANY),
    Settled("singh2021.lemma1", "main", ("lemma1.lemma1_rank",), "all matrices, empty ones included, any field"),
    Settled("singh2021.prop2", "factorisation", ("proposition2.proposition2_factorisation",), ANY),
    Settled("singh2021.prop2", "bound", ("proposition2.proposition2_bound",), ANY),
    Settled(
        "singh2021.prop2",
        "minimum",
        ("proposition2.proposition2_minimum",),
        "almost all weights (outside the zeros of one polynomial in all of them), all inputs, any infinite field",
        ("no hidden width below min(K, d)",),
    ),
    Settled(
        "singh2021.prop2",
        "control",
        ("proposition2.proposition2_control_almost_all",),
        GENERIC,
        ("no hidden width below min(K, d)",),
    ),
    Settled(
        "singh2021.thm3",
        "first_equality",
        ("theorem3.theorem3_first_refuted",),
        "weights of maximal rank, any field",
        refuted_at=TWO_PEAKS,
    ),
    Settled(
        "singh2021.thm3",
        "second_equality",
        ("theorem3.theorem3_refuted",),
        "weights of maximal rank, any field",
        refuted_at=PEAK,
    ),
    Settled(
        "hessproof.outer_rank", "a_o", ("theorem3.theorem3_all_weights",), "all weights of whatever rank, any field"
    ),
    Settled("hessproof.outer_rank", "jacobian", ("corollary4_variants.corollary4_covariance",), ORDERED),
    Settled(
        "singh2021.cor4",
        "every_A1",
        ("corollary4.corollary4_refuted",),
        "weights of maximal rank, ordered fields",
        refuted_at=PEAK,
    ),
    Settled("singh2021.cor4", "generic", ("corollary4.corollary4_bound", "almost_all.corollary4_almost_all"), GENERIC),
    Settled("hessproof.narrow_products", "bound", ("corollary4.corollary4_bound",), ANY),
    Settled("singh2021.ntk", "jacobian", ("ntk.ntk_jacobian", "ntk.ntk_rank_jacobian"), ORDERED),
    Settled("singh2021.ntk", "ntk", ("ntk.ntk_rank_kernel",), ORDERED),
    Settled("singh2021.ntk", "fisher", ("ntk.ntk_rank_fisher",), ORDERED),
    Settled(
        "singh2021.thm5",
        "first_every_A1",
        ("theorem5.theorem5_refuted",),
        "weights of maximal rank, any field",
        refuted_at=FIRST_COLUMN,
    ),
    Settled(
        "singh2021.thm5",
        "middle_every_A1",
        ("theorem5.theorem5_refuted",),
        "weights of maximal rank, any field",
        refuted_at=FIRST_COLUMN,
    ),
    Settled(
        "singh2021.thm5",
        "last_every_A1",
        ("theorem5.theorem5_last_refuted",),
        "weights of maximal rank, any field",
        refuted_at=LAST_COLUMN,
    ),
    *(
        Settled(
            "singh2021.thm5",
            f"{place}_generic",
            ("theorem5.theorem5_bound", "almost_all_residuals.theorem5_almost_all"),
            RESIDUAL,
            (
                *(() if place == "middle" else ("L = 2",)),
                "L ≥ 3, s < q",
                "L ≥ 3, s ≥ q, hidden bottleneck",
                "L ≥ 3, s ≥ q, no hidden bottleneck",
            ),
        )
        for place in ("first", "middle", "last")
    ),
    Settled("hessproof.column_rank", "every", ("theorem5.column_rank",), ANY),
    Settled(
        "hessproof.column_rank",
        "maximal_products",
        ("theorem5.theorem5", "theorem5.theorem5_bound"),
        "all data and all weights whose product without W^l, Ω⊤ between its ends, has rank q̂, any field",
    ),
    Settled("hessproof.column_rank", "bound", ("theorem5.theorem5_bound",), ANY),
    Settled("singh2021.cor6", "bound", ("corollary6.corollary6",), f"{ANY}, without A1"),
    Settled("singh2021.cor6", "two_layers", ("corollary6.corollary6_two_layers",), f"{ANY}, without A1", ("L = 2",)),
    Settled(
        "singh2021.cor6",
        "any_depth",
        ("functional_generic.functional_upper_bound", "almost_all_residuals.functional_almost_all"),
        f"{RESIDUAL}, {CHARACTERISTIC}",
        ("L = 2", "L ≥ 3, s < q", "L ≥ 3, s ≥ q, hidden bottleneck", "L ≥ 3, s ≥ q, no hidden bottleneck"),
    ),
    Settled("hessproof.functional_bound", "bound", ("corollary6.functional_bound_every",), ANY),
    Settled(
        "hessproof.functional_bound",
        "generic",
        ("functional_generic.functional_attained_given_ranks", "almost_all_residuals.functional_almost_all"),
        f"{RESIDUAL}, {CHARACTERISTIC}",
    ),
    Settled(
        "singh2021.fact7",
        "main",
        (
            "fact7.fact7_upper_bound",
            "fact7.fact7_attained",
            "almost_all.fact7_almost_all",
            "loss_residual.any_residual_exact",
        ),
        f"{GENERIC}; and {GREATEST}",
        ENOUGH,
    ),
    *(
        Settled(
            "singh2021.samples",
            part,
            ("fact7.fact7_upper_bound", "almost_all.fact7_almost_all"),
            f"{GENERIC}, of any number of samples",
            ("r < d, s ≥ q", "r = d, s ≥ q"),
        )
        for part in ("prediction", "only_through_rank")
    ),
    Settled("hessproof.loss_bound", "data", ("fact7.fact7_upper_bound",), ANY),
    Settled("hessproof.loss_bound", "residual", ("loss_residual.loss_residual_bound",), ANY),
    Settled(
        "hessproof.any_residual",
        "main",
        ("loss_residual.loss_residual_bound", "loss_residual.any_residual_exact", "almost_all.fact7_almost_all"),
        f"{GREATEST}; with one layer every data set, ordered fields",
    ),
    Settled("singh2021.overall", "main", ("overall.overall_bound",), f"{ANY}, s ≥ q, without A1", ENOUGH),
    Settled("singh2021.rank_decrease", "bounds", ("overall.overall_bound",), f"{ANY}, s ≥ q", ENOUGH),
    Settled("singh2021.independence", "two_layers", ("independence.independence_two_layers",), ANY, ("L = 2",)),
    Settled(
        "singh2021.independence",
        "any_depth",
        ("independence.independence_almost_all",),
        f"{RESIDUAL}, {CHARACTERISTIC}",
    ),
    Settled(
        "hessproof.narrow_products",
        "equality",
        (
            "corollary4.corollary4_narrow_products",
            "corollary4_variants.corollary4_input",
            "corollary4_variants.corollary4_output",
        ),
        "all weights with narrow products and all data, ordered fields",
    ),
    Settled(
        "singh2021.thm12_remark",
        "equality",
        ("theorem12.theorem12_remark_refuted",),
        "all parameters, any widths, a single sample",
        refuted_at=SINGLE_SAMPLE,
    ),
    Settled("hessproof.every_data_set", "labels", ("fact7.fact7_upper_bound", "almost_all.fact7_almost_all"), GENERIC),
    Settled(
        "hessproof.every_data_set",
        "residual_functional",
        ("functional_generic.functional_upper_bound", "almost_all_residuals.functional_almost_all"),
        f"{RESIDUAL}, {CHARACTERISTIC}",
        ("L ≥ 2, s < q", "L ≥ 2, s = q", "L ≥ 2, s > q"),
    ),
    Settled(
        "singh2021.deficiency",
        "identity",
        ("deficiency.deficiency_identity", "deficiency.deficiency_full_rank"),
        "all widths, L ≥ 1",
        ("r = d, s ≥ q", "r = d, s < q, L = 1", "r = d, s < q, L ≥ 2"),
    ),
    Settled(
        "singh2021.deficiency",
        "generic",
        ("deficiency.deficiency_identity", "deficiency.deficiency_bound", "almost_all.fact7_almost_all"),
        GENERIC,
        ("r = d, s ≥ q",),
    ),
    Settled("singh2021.thm12", "main", ("theorem12.theorem12",), "all parameters and inputs, fields with N ≠ 0"),
    Settled(
        "singh2021.thm12_remark", "bound", ("theorem12.theorem12",), "all parameters and inputs, fields with N ≠ 0"
    ),
    Settled(
        "hessproof.outer_bias", "every", ("outer_bias.outer_bias_exact",), "all parameters and inputs, ordered fields"
    ),
    Settled(
        "hessproof.outer_bias",
        "bound",
        ("outer_bias.outer_bias_upper_bound",),
        "all parameters and inputs, ordered fields",
    ),
    Settled(
        "hessproof.outer_bias",
        "generic",
        ("outer_bias.outer_bias_upper_bound", "almost_all_biases.outer_bias_almost_all"),
        "almost all weights and biases, all inputs, ordered fields",
    ),
    Settled(
        "hessproof.functional_bias",
        "bound",
        ("functional_bias.functional_bias_residual_bound",),
        "all parameters and data, any field",
        ("L ≥ 2, E[δ] ≠ 0, no hidden width below s̃",),
    ),
    Settled(
        "hessproof.centred_bias",
        "loss",
        ("centred_bias.centred_bias_loss",),
        "all parameters and data with E[δ] = 0, fields with N ≠ 0",
    ),
    Settled(
        "hessproof.centred_bias",
        "functional",
        ("centred_bias.centred_bias_functional",),
        "all parameters and data with E[δ] = 0, fields with N ≠ 0",
    ),
    Settled(
        "hessproof.loss_bias",
        "bound",
        (
            "loss_bias_one_layer.loss_bias_one_layer",
            "loss_bias_residual.loss_bias_bound_every",
            "loss_bias_centred.loss_bias_centred_bound",
        ),
        "all parameters and data; E[δ] ≠ 0: any field; E[δ] = 0: fields with N ≠ 0; one layer: ordered fields",
    ),
    Settled(
        "hessproof.loss_bias",
        "generic",
        (
            "loss_bias_one_layer.loss_bias_one_layer",
            "loss_bias_residual.loss_bias_bound_every",
            "loss_bias_almost_all.loss_bias_exact",
        ),
        f"{FOLLOWING}, for all inputs and some residual of every rank; one layer: all parameters and data",
        ("L = 1", "L ≥ 2, E[δ] ≠ 0, no hidden width below s̃", "L ≥ 2, E[δ] ≠ 0, a hidden width below s̃"),
    ),
    Settled(
        "hessproof.loss_bias",
        "centred",
        (
            "loss_bias_one_layer.loss_bias_one_layer",
            "loss_bias_centred.loss_bias_centred_bound",
            "loss_bias_almost_all.loss_bias_centred_exact",
        ),
        f"{FOLLOWING}, for some inputs and residual of every two ranks; one layer: all parameters and data",
        ("L = 1", "L ≥ 2, E[δ] = 0"),
    ),
    Settled(
        "hessproof.loss_bias",
        "published",
        ("fact13.fact13_upper_bound", "loss_bias_almost_all.fact13_exact"),
        f"{FOLLOWING}, for all inputs with r̃ = r + 1 and some residual with s̃ = min(r̃, K), L ≥ 2",
        ("r̃ = r + 1, L ≥ 2, E[δ] ≠ 0, s̃ = min(r̃, K), hidden widths ≥ min(r + 1, K)",),
    ),
    Settled(
        "singh2021.fact13",
        "main",
        ("fact13.fact13_refuted", "fact13.fact13_refuted_smallest"),
        "almost all parameters at the widths n-n-(n+1), for every n with n + 1 ≠ 0 in the field",
        refuted_at=HIDDEN_ONE,
    ),
    Settled(
        "singh2021.fact13_deficiency",
        "identity",
        ("fact13_deficiency.fact13_deficiency_identity",),
        "all widths, L ≥ 1",
    ),
    Settled(
        "singh2021.fact13_deficiency",
        "generic",
        ("fact13_deficiency.fact13_deficiency_refuted",),
        "almost all parameters at the widths n-n-(n+1)",
        refuted_at=HIDDEN_ONE,
    ),
    Settled("hessproof.deficiency_bias", "hidden", ("fact13_deficiency.hidden_deficiency",), "all widths, L ≥ 2"),
)
"""All of them."""


def names() -> list[str]:
    """Full names of all theorems that settle something, sorted."""
    return sorted({name for settled in SETTLED for name in settled.names})


def stated() -> list[str]:
    """Full names of all theorems and corollaries of ``theories/paper/``, those that settle nothing among them."""
    found = {name for name, one in all_statements().items() if one.text.startswith(("Theorem", "Corollary"))}
    return sorted({name for name in found if name.startswith(f"{LIBRARY}.paper.")} | set(names()))
