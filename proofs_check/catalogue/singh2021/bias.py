"""Singh et al. 2021, §7.2: networks with bias."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_bias import (
    CLOSED,
    CONSTANT,
    DEFICIENCY,
    FACT,
    RESIDUAL,
    closed_domain,
    fact_domain,
    full_fact_domain,
    start_domain,
    with_bias,
)
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_NO_BOTTLENECK = "with bias, no hidden width below min(K, d)"
_AS_AT_START = "r̃ = r + 1, s̃ = min(r̃, K), E[δ] ≠ 0"
_OUTER = r"q(r + K - q) + K"
_FACT = r"2q'M + q'(r + K) - Lq'^2 + Lq'"
_DEFICIENCY = r"\sum_{i=0}^{L-1} (M_i + 1 - q')(M_{i+1} - q')"
_RESIDUAL = (
    "The source's q′ takes the rank of x̃ = (x, 1) to be r + 1, and its formulas from §4.4 on the residual to be as at "
    "initialisation. The published domain is read accordingly: r̃ = r + 1, s̃ = min(r̃, K) and E[δ] ≠ 0; the rest is "
    "shown beside it."
)

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.thm12",
        "Theorem 12",
        "Under the assumption A1 and A3, for a deep linear network with bias, the rank of H_o is upper bounded as, "
        "rk(H_o) ≤ q(r + K − q) + K, where q := min(r, M_1, …, M_{L−1}, K).",
        rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_OUTER}",
        "With bias and centred inputs, the outer-product Hessian gains at most K dimensions.",
        part(
            "main",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_OUTER}",
            "The bound for every parameter that satisfies A1, on centred inputs.",
            assumptions=("A1", "A3"),
            domain="with bias",
            regions=CONSTANT,
            inside=with_bias,
            quantity="outer",
            relation="<=",
            formula="thm12",
        ),
    ),
    row(
        "singh2021.thm12_remark",
        "§7.2, after Theorem 12",
        "Empirically, we do not require the input to be mean zero and our upper bound actually holds with equality.",
        rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
        "The bound of Theorem 12 is an equality, and the inputs need not be centred.",
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_OUTER}",
            "The bound needs no centred inputs (and no A1).",
            domain="with bias",
            regions=CONSTANT,
            inside=with_bias,
            quantity="outer",
            relation="<=",
            formula="thm12",
        ),
        part(
            "equality",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
            "The bound is attained by almost all parameters, on every data set.",
            domain="with bias",
            regions=CONSTANT,
            inside=with_bias,
            quantity="outer",
            relation="==",
            formula="thm12_remark",
        ),
        remarks=(
            "What matters is not the mean but whether 1 is a linear function of x on the data. If it is, as for a "
            "single sample or labels that add up to one among the inputs, r̃ = r and the rank is smaller.",
        ),
    ),
    row(
        "singh2021.fact13",
        "Fact 13",
        "Also, we list rank formulas for functional Hessian and the overall loss Hessian in Appendix S7, in the "
        "non-bottleneck case. E.g., Fact 13. rk(H_L) = 2q′M + q′(r + K) − Lq′² + Lq′, where q′ := min(r + 1, M_1, …, "
        "M_{L−1}, K).",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT}, \quad q' = \min(r + 1, M_1,"
        r" \ldots, M_{L-1}, K)",
        "The rank of the loss Hessian with bias, in the non-bottleneck case.",
        part(
            "main",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT}",
            "The rank of the loss Hessian for almost all parameters, in the non-bottleneck case.",
            domain=f"{_NO_BOTTLENECK}, {_AS_AT_START}",
            regions=FACT,
            inside=fact_domain,
            quantity="loss",
            relation="==",
            formula="fact13",
        ),
        remarks=(
            _RESIDUAL,
            "It fails by one step: widths (1, 1, 2) with r = d = 1 are a non-bottleneck case, for min(K, d) = 1, yet a "
            "bottleneck for x̃ = (x, 1), whose rank is 2. On the published domain it fails exactly where r = d and some "
            "hidden layer has width d < K.",
        ),
    ),
    row(
        "singh2021.functional_bias",
        "§7.2 and Appendix S7",
        "Also, we list rank formulas for functional Hessian and the overall loss Hessian in Appendix S7, in the "
        "non-bottleneck case.",
        r"\operatorname{rk} \mathbf{H}_f = \rho_f(r, M_1, \ldots, M_{L-1}, K, s) \quad \text{with bias}",
        "There is a formula for the rank of the functional Hessian with bias in the non-bottleneck case.",
        part(
            "main",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = 2\hat s M + 2\hat s \tilde s - L\hat s^2 + e\bigl((L-2)\hat s + 2(\hat"
            r" s_+ - \hat s) \textstyle\sum_{i=m+1}^{L-1} (M_i - M_m)\bigr)",
            "The rank of the functional Hessian, for almost all parameters, is a function of the widths after the "
            "input, s̃ and whether E[δ] = 0 alone.",
            domain=f"{_NO_BOTTLENECK}, s̃ = min(r̃, K), E[δ] ≠ 0",
            regions=RESIDUAL,
            inside=start_domain,
            quantity="functional",
            relation="==",
            formula="functional_bias_generic",
        ),
        part(
            "closed",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = 2q'M - (L-2)q'(q'-1), \quad q' = \min(\tilde r, K), \quad L \ge 2",
            "The same in closed form where no hidden width is below min(r̃, K) and the residual is as at "
            "initialisation.",
            domain="with bias, no hidden width below min(r̃, K), s̃ = min(r̃, K), E[δ] ≠ 0",
            regions=CLOSED,
            inside=closed_domain,
            quantity="functional",
            relation="==",
            formula="functional_bias",
        ),
        remarks=(
            "The appendix's formula is not in the text that this catalogue quotes. What is tested here is that there "
            "is one, namely the one derived here.",
            "ŝ = min(s̃, M_1, …, M_{L-1}), ŝ₊ = min(s̃, 1 + min(M_1, …, M_{L-1})), m is the last narrowest hidden "
            "layer, e = rk E[δ]; with L = 1 the functional Hessian vanishes.",
        ),
    ),
    row(
        "singh2021.fact13_deficiency",
        "§7.2",
        "Here too, rank deficiency has a cleaner interpretation of being equal to the # of parameters in a "
        "hypothetical network with bias enabled, but with the minimum dimension q′ (that reflects the homogeneous "
        "coordinate at input) subtracted: rank-deficiency(H_L) = Σ_{i=0}^{L−1} (M_i + 1 − q′)(M_{i+1} − q′).",
        rf"p - \operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_DEFICIENCY}",
        "With bias, the rank deficiency is the number of parameters of a network with bias and q′ taken off every "
        "width.",
        part(
            "identity",
            EVERY,
            rf"p - \left({_FACT}\right) = {_DEFICIENCY}, \quad r = d",
            "The formula follows from the one of Fact 13, for all widths.",
            domain="with bias, r = d",
            inside=with_bias,
        ),
        part(
            "generic",
            GENERIC,
            rf"p - \operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_DEFICIENCY}",
            "It is the deficiency of the loss Hessian for almost all parameters, in the non-bottleneck case.",
            domain=f"{_NO_BOTTLENECK}, r = d, {_AS_AT_START}",
            regions=DEFICIENCY,
            inside=full_fact_domain,
            quantity="deficiency",
            relation="==",
            formula="fact13_deficiency",
        ),
        remarks=(_RESIDUAL,),
    ),
)
