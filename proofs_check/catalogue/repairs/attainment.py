"""Statements of this project about every single data set, beside those about almost all of them (Fact 7)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import RESIDUAL, hidden_bottleneck, is_deep
from hessproof.proofs_check.catalogue.regions_bias import independent_constant, with_bias
from hessproof.proofs_check.catalogue.rows import GENERIC, part, row
from hessproof.proofs_check.model.claim import Case, Claim, Region

_FACT7 = "2qM - Lq^2 + q(r + K)"
_LOSS = r"q(r + K - q) + 2\hat q M - (L-1)\hat q^2"
_LOSS_BIAS = (
    r"K + \bar q(\tilde r - 1 + K - \bar q) + 2\hat s M - (L-1)\hat s^2 + (L-1)\hat s"
    r" + 2(\hat s_+ - \hat s) \textstyle\sum_{i=m+1}^{L-1} (M_i - M_m)"
)
_RESIDUAL_BIAS = r"\min\bigl(K, 1 + \min(\tilde r - 1, \bar q + \sigma)\bigr)"
_RANK = r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}"
_HAT = "q = min(r, M_1, …, M_{L-1}, K), q̂ = min(q, s), M = M_1 + … + M_{L-1}, σ = rk E[yx⊤]."


def _some(case: Case) -> bool:
    return case.data_rank > 0


def _more_outputs(case: Case) -> bool:
    return case.architecture.outputs > case.data_rank


def _deep_with_bias(case: Case) -> bool:
    return with_bias(case) and is_deep(case)


SHAPES = (
    Region("r = 0", lambda case: not _some(case)),
    Region("L = 1", lambda case: _some(case) and not is_deep(case)),
    Region("L ≥ 2, hidden bottleneck", lambda case: _some(case) and is_deep(case) and hidden_bottleneck(case)),
    Region(
        "L ≥ 2, K > r, no hidden bottleneck",
        lambda case: _some(case) and is_deep(case) and not hidden_bottleneck(case) and _more_outputs(case),
    ),
    Region(
        "L ≥ 2, K ≤ r, no hidden bottleneck",
        lambda case: _some(case) and is_deep(case) and not hidden_bottleneck(case) and not _more_outputs(case),
    ),
)
"""Which layer of the reduced network is the narrowest."""

CONSTANTS = (
    Region("L = 1", lambda case: with_bias(case) and not is_deep(case)),
    Region("L ≥ 2, r̃ = r + 1", lambda case: is_deep(case) and independent_constant(case)),
    Region("L ≥ 2, r̃ = r", lambda case: with_bias(case) and is_deep(case) and not independent_constant(case)),
)
"""Networks with bias: is the constant 1 a linear function of x on the data?"""

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.every_data_set",
        "amends Fact 7",
        "Whatever the inputs and the labels are, almost all weights reach the value of Fact 7, which none exceeds.",
        rf"\forall\, \mathbf{{X}}, \mathbf{{Y}}: \quad {_RANK} = {_FACT7} \ \text{{ for almost all }} \mathbf{{W}}",
        "Fact 7 for every single data set, without a condition on the residual, and the same for given residuals.",
        part(
            "labels",
            GENERIC,
            rf"{_RANK} = {_FACT7}",
            "For all inputs of rank r and all labels, and almost all weights: no data set is an exception.",
            domain="every data set",
            regions=SHAPES,
            quantity="loss",
            relation="==",
            formula="fact7",
        ),
        part(
            "labels_residual",
            GENERIC,
            r"\operatorname{rk} \boldsymbol{\Omega} = \min(r, K, q + \sigma) \ge q",
            "For all inputs and labels, and almost all weights: Fact 7's condition s ≥ q is met by itself.",
            domain="every data set",
            regions=SHAPES,
        ),
        part(
            "labels_functional",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = 2qM + 2qs - Lq^2, \quad s = \min(r, K, q + \sigma)",
            "For all inputs and labels, and almost all weights of two layers or more: H_f sees the rank of the labels.",
            domain="every data set, L ≥ 2",
            regions=SHAPES,
            inside=is_deep,
            quantity="functional",
            relation="==",
            formula="functional_generic",
        ),
        part(
            "residual",
            GENERIC,
            rf"{_RANK} = {_LOSS}",
            "For every Σ of rank r and every Ω of rank s that are given, and almost all weights: among the residuals "
            "of one rank there is no exception either.",
            domain="every Σ and Ω that data can have",
            regions=RESIDUAL,
            quantity="loss",
            relation="==",
            formula="loss_generic",
        ),
        part(
            "residual_functional",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = 2\hat q M + 2\hat q s - L\hat q^2",
            "The same for H_f, with two layers or more.",
            domain="every Σ and Ω that data can have, L ≥ 2",
            regions=RESIDUAL,
            inside=is_deep,
            quantity="functional",
            relation="==",
            formula="functional_generic",
        ),
        repairs="singh2021.fact7",
        remarks=(
            _HAT,
            "Almost all weights: outside the zeros of one polynomial, which depends on the data.",
            "A statement about almost all parameters and data, such as Fact 7, says nothing about a given data set.",
        ),
    ),
    row(
        "hessproof.every_data_set_bias",
        "amends Fact 13",
        "With bias, too, no small data set was found that keeps almost all parameters from the rank that none exceeds.",
        rf"\forall\, \mathbf{{X}}, \mathbf{{Y}}: \quad {_RANK} = {_LOSS_BIAS} \ \text{{ for almost all }} \theta",
        "The ranks with bias for single data sets; for those of H_L and H_f no argument for all sizes is known to us.",
        part(
            "labels",
            GENERIC,
            rf"{_RANK} = {_LOSS_BIAS}",
            "For all inputs and labels, and almost all weights and biases.",
            domain="every data set, with bias",
            regions=CONSTANTS,
            inside=with_bias,
            quantity="loss",
            relation="==",
            formula="loss_bias_generic",
        ),
        part(
            "labels_functional",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = 2\hat s M + 2\hat s \tilde s - L\hat s^2 + (L-2)\hat s"
            r" + 2(\hat s_+ - \hat s) \textstyle\sum_{i=m+1}^{L-1} (M_i - M_m)",
            "The same for H_f, with two layers or more.",
            domain="every data set, with bias, L ≥ 2",
            regions=CONSTANTS,
            inside=_deep_with_bias,
            quantity="functional",
            relation="==",
            formula="functional_bias_generic",
        ),
        part(
            "labels_residual",
            GENERIC,
            rf"\tilde s = \operatorname{{rk}} E[\delta\tilde x^\top] = {_RESIDUAL_BIAS}",
            "For all inputs and labels, and almost all weights and biases.",
            domain="every data set, with bias",
            regions=CONSTANTS,
            inside=with_bias,
        ),
        repairs="singh2021.fact13",
        remarks=(
            "x̃ = (x, 1), r̃ = rk E[x̃x̃⊤], σ = rk Cov(y, x), q̄ = min(r̃ − 1, M_1, …, M_{L-1}, K), ŝ = min(s̃, M_1, …, "
            "M_{L-1}), ŝ₊ = min(s̃, 1 + min(M_1, …, M_{L-1})), m the last narrowest hidden layer.",
            "The scaling W^l → tW^l, b^l → t^l b^l leaves the case Y = 0 to be settled. The known network at which the "
            "rank with bias is attained needs a small multiple of the residual, which Y = 0 does not offer.",
        ),
    ),
)
