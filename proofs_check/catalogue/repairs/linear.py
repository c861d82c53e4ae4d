"""Repairs about linear networks without bias, under the squared loss (Singh et al. 2021, §§4 and 5.1)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import (
    COLUMNS,
    DEFICIENCY,
    OUTER,
    PEAKS,
    RESIDUAL,
    WIDTH,
    equal_hidden_and_residual,
    is_deep,
)
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_CHAIN = r"\sum_{l=1}^{L} a_l\, b_{l-1} - \sum_{l=1}^{L-1} a_l\, b_l"
_OUTER = r"q(r + K - q)"
_FUNCTIONAL = r"2\hat q M + 2\hat q s - L\hat q^2"
_LOSS = rf"{_OUTER} + 2\hat q M - (L-1)\hat q^2"
_COLUMN = (
    r"\begin{cases} \hat q M_1 + \hat q s - \hat q^2 & l = 1 \\ \hat q M_{l-1} + \hat q M_l - \hat q^2 & 1 < l < L \\"
    r" \hat q M_{L-1} + \hat q s - \hat q^2 & l = L \end{cases}"
)
_HAT = "q = min(r, M_1, …, M_{L-1}, K), q̂ = min(q, s), M = M_1 + … + M_{L-1}."

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.outer_rank",
        "amends Theorem 3",
        "For all weights, the rank of A_o is the alternating sum of the ranks of the products above and below each "
        "layer.",
        rf"\operatorname{{rk}} \mathbf{{A}}_o = {_CHAIN}, \qquad a_l = \operatorname{{rk}} \mathbf{{W}}^{{L:l+1}},"
        r" \quad b_l = \operatorname{rk} \mathbf{W}^{l:1}",
        "The rank of the Jacobian for all weights, of whatever rank, from the ranks of the partial products.",
        part(
            "a_o",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{A}}_o = {_CHAIN}, \qquad a_L = K,\ b_0 = d",
            "The rank of A_o of Proposition 2, for all weights.",
            regions=PEAKS,
            quantity="a_o",
            relation="==",
            formula="a_o_chain",
        ),
        part(
            "jacobian",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o = {_CHAIN}, \qquad b_l = \operatorname{{rk}} \mathbf{{W}}^{{l:1}}"
            rf" \boldsymbol{{\Sigma}},\ b_0 = r",
            "The rank of H_o, which is that of the Jacobian on the data, for all weights and all data.",
            regions=PEAKS,
            quantity="jacobian",
            relation="==",
            formula="jacobian_chain",
        ),
        repairs="singh2021.thm3",
        remarks=("a_l and b_l are ranks of descending chains; the empty ones are identities.",),
    ),
    row(
        "hessproof.narrow_products",
        "amends Corollary 4",
        "The rank of H_o is q(r + K − q) whenever the two products that meet at a narrowest layer have rank q; it "
        "never is more.",
        rf"\operatorname{{rk}} \mathbf{{W}}^{{m:1}} = \operatorname{{rk}} \mathbf{{W}}^{{L:m+1}} = q = M_m"
        rf" \ \Longrightarrow\ "
        rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
        "What A1 was meant to give: maximal rank of two products, not of each factor.",
        part(
            "equality",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
            "The rank of H_o for every parameter whose products at a narrowest layer have rank q.",
            assumptions=("narrow products", "reduced data"),
            regions=PEAKS,
            quantity="outer",
            relation="==",
            formula="outer_generic",
        ),
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_OUTER}",
            "The rank of H_o never exceeds the generic one.",
            regions=OUTER,
            quantity="outer",
            relation="<=",
            formula="outer_bound",
        ),
        repairs="singh2021.cor4",
    ),
    row(
        "hessproof.column_rank",
        "amends Theorem 5",
        "For all weights and residuals, the block columns of H_f are sums of tensor products along two opposite "
        "flags, which gives their rank; it is that of Theorem 5 when every interval of the cyclic chain W^L ⋯ W^1 Ω⊤ "
        "has maximal rank.",
        r"\operatorname{rk} \mathbf{H}_f^{\bullet l} = \sum_{i=1}^{L-1} u_i v_i - \sum_{i=1}^{L-2} u_i v_{i+1}",
        "The rank of every block column for all weights, and Theorem 5 under the assumption that its proof needs.",
        part(
            "every",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_f^{\bullet l} = \sum_{i=1}^{L-1} u_i v_i - \sum_{i=1}^{L-2} u_i v_{i+1}",
            "With k in the order l+1, …, L, 1, …, l−1, u_i and v_i are the ranks of the two Kronecker factors of the "
            "block (k, l).",
            regions=COLUMNS,
            quantity="column:l",
            relation="==",
            formula="column_flag",
        ),
        part(
            "maximal_products",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_f^{{\bullet l}} = {_COLUMN}",
            "Theorem 5 for L ≥ 2, for every parameter such that all cyclic products have maximal rank; with L = 1 the "
            "rank is 0.",
            assumptions=("maximal cyclic products", "reduced data"),
            regions=COLUMNS,
            quantity="column:l",
            relation="==",
            formula="column_generic",
        ),
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_f^{{\bullet l}} \le {_COLUMN}",
            "No parameter exceeds it.",
            regions=COLUMNS,
            quantity="column:l",
            relation="<=",
            formula="column_bound",
        ),
        repairs="singh2021.thm5",
        remarks=(_HAT, "Intervals that contain Ω are counted with s among their widths."),
    ),
    row(
        "hessproof.functional_bound",
        "amends Corollary 6",
        "The bound of Corollary 6 holds for all weights, without A1, and almost all weights attain it at any depth L "
        "≥ 2.",
        rf"\operatorname{{rk}} \mathbf{{H}}_f \le {_FUNCTIONAL}",
        "Corollary 6 without its assumption, and with the case L = 1, where H_f vanishes.",
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_f \le {_FUNCTIONAL} \quad (L \ge 2), \qquad \mathbf{{H}}_f ="
            rf" \mathbf{{0}} \quad (L = 1)",
            "The bound for all weights and data.",
            regions=COLUMNS,
            quantity="functional",
            relation="<=",
            formula="functional_bound",
        ),
        part(
            "generic",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_f = {_FUNCTIONAL} \quad (L \ge 2)",
            "Equality for almost all parameters.",
            regions=COLUMNS,
            quantity="functional",
            relation="==",
            formula="functional_generic",
        ),
        repairs="singh2021.cor6",
        remarks=(_HAT,),
    ),
    row(
        "hessproof.loss_bound",
        "amends the bound of §4.4",
        "The value of Fact 7 bounds the rank of H_L for all weights and all data, without A1; if Ω has rank s < q, so "
        "does a smaller value.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_LOSS} \le 2qM - Lq^2 + q(r + K)",
        "A bound 2qs − q² better than the published one, for every parameter and every data set.",
        part(
            "data",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} \le 2qM - Lq^2 + q(r + K)",
            "The bound in terms of the data's rank alone, for all weights and data.",
            regions=RESIDUAL,
            quantity="loss",
            relation="<=",
            formula="fact7",
        ),
        part(
            "residual",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_LOSS}",
            "The sharper bound that counts the rank of the residual, for all weights and data.",
            regions=RESIDUAL,
            quantity="loss",
            relation="<=",
            formula="loss_bound",
        ),
        repairs="singh2021.overall",
        remarks=(_HAT,),
    ),
    row(
        "hessproof.any_residual",
        "amends Fact 7",
        "For almost all weights and residuals of rank s, the rank of H_L is q(r + K − q) + 2q̂M − (L − 1)q̂².",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_LOSS}",
        "Fact 7 without the condition s ≥ q: the rank of the loss Hessian for every rank of the residual.",
        part(
            "main",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_LOSS}",
            "The rank of the loss Hessian, for almost all parameters with given r and s.",
            regions=RESIDUAL,
            quantity="loss",
            relation="==",
            formula="loss_generic",
        ),
        repairs="singh2021.fact7",
        remarks=(_HAT, "With s ≥ q it is Fact 7; with s = 0 it is the rank of H_o."),
    ),
    row(
        "hessproof.overlap",
        "amends §4.4",
        "For almost all parameters with L ≥ 2 the ranks of H_o and H_f add up to 2q̂s − q̂² more than the rank of H_L.",
        r"\operatorname{rk} \mathbf{H}_o + \operatorname{rk} \mathbf{H}_f - \operatorname{rk} \mathbf{H}_{\mathcal{L}}"
        r" = 2\hat q s - \hat q^2",
        "The excess of the two ranks over the rank of the sum, for every rank of the residual.",
        part(
            "main",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_o + \operatorname{rk} \mathbf{H}_f - \operatorname{rk}"
            r" \mathbf{H}_{\mathcal{L}} = 2\hat q s - \hat q^2",
            "The excess, for almost all parameters; it vanishes with L = 1.",
            domain="L ≥ 2",
            regions=RESIDUAL,
            inside=is_deep,
            quantity="overlap_generic",
            relation="==",
            formula="overlap_generic",
        ),
        repairs="singh2021.overlap",
        remarks=(_HAT,),
    ),
    row(
        "hessproof.deficiency",
        "amends §4.4",
        "For every r and s, almost all parameters have a kernel of dimension M_1(d − r) + Σ (m_i − q)(m_{i+1} − q) + "
        "2(q − q̂)M − (L − 1)(q² − q̂²), where m_0 = r and m_i = M_i otherwise.",
        r"p - \operatorname{rk} \mathbf{H}_{\mathcal{L}} = M_1 (d - r) + \sum_{i=0}^{L-1} (m_i - q)(m_{i+1} - q)"
        r" + 2(q - \hat q) M - (L - 1)(q^2 - \hat q^2), \qquad m_0 = r,\ m_i = M_i",
        "The dimension of the kernel where the data or the residual lack rank.",
        part(
            "main",
            GENERIC,
            r"p - \operatorname{rk} \mathbf{H}_{\mathcal{L}} = M_1 (d - r) + \sum_{i=0}^{L-1} (m_i - q)(m_{i+1} - q)"
            r" + 2(q - \hat q) M - (L - 1)(q^2 - \hat q^2)",
            "The dimension of the kernel, for almost all parameters with given r and s.",
            regions=DEFICIENCY,
            quantity="deficiency",
            relation="==",
            formula="deficiency_loss",
        ),
        repairs="singh2021.deficiency",
        remarks=(_HAT,),
    ),
    row(
        "hessproof.width",
        "amends §5.1",
        "With hidden widths all w and s ≥ q, the rank is affine in w from w = min(r, K) on; below, it is (L − 2)w² + "
        "(r + K)w.",
        r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} = \begin{cases} 2\mu(L-1)\, w - L\mu^2 + \mu(r + K) & w \ge \mu"
        r" \\ (L-2)\, w^2 + (r + K)\, w"
        r" & w < \mu \end{cases} \qquad \mu = \min(r, K)",
        "How the rank grows with the width: like its square as long as the hidden layers are the bottleneck, then "
        "linearly.",
        part(
            "main",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} = 2q(L-1)\, w - Lq^2 + q(r + K), \qquad q = \min(r, w, K)",
            "The rank with equal hidden widths, for almost all parameters.",
            domain="M_1 = … = M_{L-1} = w, s ≥ q",
            regions=WIDTH,
            inside=equal_hidden_and_residual,
            quantity="loss",
            relation="==",
            formula="width",
        ),
        repairs="singh2021.width",
    ),
)
