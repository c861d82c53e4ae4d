"""Repairs about linear networks with bias (Singh et al. 2021, §7.2)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_bias import (
    CONSTANT,
    FACT,
    RESIDUAL,
    centred_residual,
    moving_residual,
    wide_domain,
    with_bias,
)
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_HATS = (
    "x̃ = (x, 1), r̃ = rk E[x̃x̃⊤] = 1 + rk Cov(x), s̃ = rk E[δx̃⊤], e = rk E[δ], q̄ = min(r̃ − 1, M_1, …, M_{L-1}, K), ŝ = "
    "min(s̃, M_1, …, M_{L-1}), ŝ₊ = min(s̃, 1 + min(M_1, …, M_{L-1})), M = M_1 + … + M_{L-1}, and m is the last "
    "narrowest hidden layer."
)
_OUTER = r"K + \bar q(\tilde r - 1 + K - \bar q)"
_BEHIND = r"2(\hat s_+ - \hat s) \textstyle\sum_{i=m+1}^{L-1} (M_i - M_m)"
_FUNCTIONAL = rf"2\hat s M + 2\hat s \tilde s - L\hat s^2 + e\bigl((L-2)\hat s + {_BEHIND}\bigr)"
_LOSS = rf"{_OUTER} + 2\hat s M - (L-1)\hat s^2 + e\bigl((L-1)\hat s + {_BEHIND}\bigr)"
_RANK = r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}"
_BIAS = "with bias"
_MOVING = "with bias, E[δ] ≠ 0 or L = 1"
_CENTRED = "with bias, E[δ] = 0"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.outer_bias",
        "amends the remark after Theorem 12",
        "A bias adds K to the rank that H_o has without bias on centred inputs, for all parameters and all data.",
        r"\operatorname{rk} \mathbf{H}_o = K + \sum_{l=1}^{L} a_l\, b_{l-1} - \sum_{l=1}^{L-1} a_l\, b_l, \qquad a_l ="
        r" \operatorname{rk} \mathbf{W}^{L:l+1}, \quad b_l = \operatorname{rk} \mathbf{W}^{l:1} \operatorname{Cov}(x)",
        "The rank of H_o with bias: K more than without bias at the covariance of the inputs.",
        part(
            "every",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o = K + \sum_{l=1}^{L} a_l\, b_{l-1} - \sum_{l=1}^{L-1} a_l\, b_l",
            "For all weights, biases and data, from the ranks of the products of weights.",
            domain=_BIAS,
            regions=CONSTANT,
            inside=with_bias,
            quantity="jacobian",
            relation="==",
            formula="jacobian_chain",
        ),
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_OUTER}",
            "Hence a bound for all parameters and data, without A1 and A3, smaller than the published one if r̃ = r.",
            domain=_BIAS,
            regions=CONSTANT,
            inside=with_bias,
            quantity="outer",
            relation="<=",
            formula="outer_bias_bound",
        ),
        part(
            "generic",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
            "Almost all parameters attain it.",
            domain=_BIAS,
            regions=CONSTANT,
            inside=with_bias,
            quantity="outer",
            relation="==",
            formula="outer_bias_generic",
        ),
        repairs="singh2021.thm12_remark",
        remarks=(_HATS, "The published equality is the case r̃ = r + 1."),
    ),
    row(
        "hessproof.functional_bias",
        "amends §7.2",
        "The rank of H_f with bias, for every residual and every bottleneck; no parameter exceeds it.",
        rf"\operatorname{{rk}} \mathbf{{H}}_f = {_FUNCTIONAL}, \quad L \ge 2",
        "The rank of the functional Hessian with bias in every regime.",
        part(
            "generic",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_f = {_FUNCTIONAL}",
            "For almost all parameters (0 if L = 1).",
            domain=_MOVING,
            regions=RESIDUAL,
            inside=moving_residual,
            quantity="functional",
            relation="==",
            formula="functional_bias_generic",
        ),
        part(
            "centred",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = 2\hat s M + 2\hat s \tilde s - L\hat s^2",
            "For almost all parameters with E[δ] = 0, the rank without bias.",
            domain=_CENTRED,
            regions=RESIDUAL,
            inside=centred_residual,
            quantity="functional",
            relation="==",
            formula="functional_bias_generic",
        ),
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_f \le {_FUNCTIONAL}",
            "For all parameters and data.",
            domain=_BIAS,
            regions=RESIDUAL,
            inside=with_bias,
            quantity="functional",
            relation="<=",
            formula="functional_bias_bound",
        ),
        repairs="singh2021.functional_bias",
        remarks=(_HATS, "With E[δ] = 0 it is the formula without bias: the residual does not see the biases."),
    ),
    row(
        "hessproof.loss_bias",
        "amends Fact 13",
        "The rank of H_L with bias, for every bottleneck, all data and every residual; no parameter exceeds it.",
        rf"{_RANK} = {_LOSS}",
        "The rank of the loss Hessian with bias in every regime.",
        part(
            "generic",
            GENERIC,
            rf"{_RANK} = {_LOSS}",
            "For almost all parameters with given r̃ and s̃.",
            domain=_MOVING,
            regions=RESIDUAL,
            inside=moving_residual,
            quantity="loss",
            relation="==",
            formula="loss_bias_generic",
        ),
        part(
            "centred",
            GENERIC,
            rf"{_RANK} = {_OUTER} + 2\hat s M - (L-1)\hat s^2",
            "For almost all parameters with E[δ] = 0, K more than without bias on centred inputs.",
            domain=_CENTRED,
            regions=RESIDUAL,
            inside=centred_residual,
            quantity="loss",
            relation="==",
            formula="loss_bias_generic",
        ),
        part(
            "bound",
            EVERY,
            rf"{_RANK} \le {_LOSS}",
            "For all parameters and data.",
            domain=_BIAS,
            regions=RESIDUAL,
            inside=with_bias,
            quantity="loss",
            relation="<=",
            formula="loss_bias_bound",
        ),
        part(
            "published",
            GENERIC,
            rf"{_RANK} = 2q'M + q'(r + K) - Lq'^2 + Lq'",
            "Fact 13 is right where no hidden width is below min(r + 1, K).",
            domain="with bias, no hidden width below min(r + 1, K), r̃ = r + 1, s̃ = min(r̃, K), E[δ] ≠ 0",
            regions=FACT,
            inside=wide_domain,
            quantity="loss",
            relation="==",
            formula="fact13",
        ),
        repairs="singh2021.fact13",
        remarks=(
            _HATS,
            "Ranks depend on r̃, s̃, e and the widths after the input alone: x → x + c is the linear change b^1 → b^1 − "
            "W^1c of parameters.",
            "A bottleneck of width q is passed by q numbers on the way to the output, but the constant 1 comes along, "
            "so that behind it the products of T^l = [W^l b^l; 0 1] have rank q + 1.",
        ),
    ),
    row(
        "hessproof.centred_bias",
        "amends Fact 13",
        "Where E[δ] = 0, as a trained last bias makes it, the ranks are those of the network without bias on centred "
        "inputs: K more for H_L, the same for H_f. This holds for all parameters.",
        rf"{_RANK}(\tilde{{\boldsymbol{{\Sigma}}}}, \tilde{{\boldsymbol{{\Omega}}}}) = K + {_RANK}(\operatorname{{Cov}}"
        r"(x), \boldsymbol{\Omega}), \qquad \operatorname{rk} \mathbf{H}_f(\tilde{\boldsymbol{\Omega}}) ="
        r" \operatorname{rk} \mathbf{H}_f(\boldsymbol{\Omega})",
        "At a stationary last bias the network with bias is the one without, on centred inputs, and K dimensions.",
        part(
            "loss",
            EVERY,
            rf"{_RANK}(\tilde{{\boldsymbol{{\Sigma}}}}, \tilde{{\boldsymbol{{\Omega}}}}) = K +"
            rf" {_RANK}(\operatorname{{Cov}}(x), \boldsymbol{{\Omega}})",
            "The rank of H_L, for all parameters with E[δ] = 0.",
            domain=_CENTRED,
            inside=centred_residual,
        ),
        part(
            "functional",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_f(\tilde{\boldsymbol{\Omega}}) = \operatorname{rk}"
            r" \mathbf{H}_f(\boldsymbol{\Omega})",
            "The rank of H_f, for all parameters with E[δ] = 0.",
            domain=_CENTRED,
            inside=centred_residual,
        ),
        repairs="singh2021.fact13",
    ),
    row(
        "hessproof.deficiency_bias",
        "amends §7.2",
        "With r̃ = d + 1, E[δ] ≠ 0 and s̃ above the smallest hidden width h, the kernel of H_L has dimension Σ_{k≤m} "
        "(M_{k-1} + 1 − h)(M_k − h) + Σ_{k>m} (M_{k-1} − h)(M_k − h − 1) for almost all parameters.",
        rf"p - {_RANK} = p - \bigl({_LOSS}\bigr)",
        "The dimension of the kernel with bias in every regime.",
        part(
            "generic",
            GENERIC,
            rf"p - {_RANK} = p - \bigl({_LOSS}\bigr)",
            "The dimension of the kernel, for almost all parameters with given r̃ and s̃.",
            domain=_MOVING,
            regions=RESIDUAL,
            inside=moving_residual,
            quantity="deficiency",
            relation="==",
            formula="deficiency_bias",
        ),
        part(
            "centred",
            GENERIC,
            rf"p - {_RANK} = p - \bigl({_OUTER} + 2\hat s M - (L-1)\hat s^2\bigr)",
            "The same for almost all parameters with E[δ] = 0.",
            domain=_CENTRED,
            regions=RESIDUAL,
            inside=centred_residual,
            quantity="deficiency",
            relation="==",
            formula="deficiency_bias",
        ),
        part(
            "hidden",
            EVERY,
            rf"p - \bigl({_LOSS}\bigr) = \sum_{{k=1}}^{{m}} (M_{{k-1}}+1-h)(M_k-h) + \sum_{{k=m+1}}^{{L}}"
            r" (M_{k-1}-h)(M_k-h-1), \quad h = M_m < \tilde s, \ \tilde r = d + 1",
            "Behind the narrowest hidden layer the homogeneous coordinate is lost on the other side.",
            domain="with bias, r̃ = d + 1, E[δ] ≠ 0, a hidden width below s̃",
            inside=with_bias,
        ),
        repairs="singh2021.fact13_deficiency",
        remarks=(_HATS,),
    ),
)
