"""Singh et al. 2021, §7.2: networks with bias."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, row
from hessproof.proofs_check.model.claim import Claim

_NO_BOTTLENECK = "with bias, no hidden width below min(K, d)"

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.thm12",
        "Theorem 12",
        "Under the assumption A1 and A3, for a deep linear network with bias, the rank of H_o is upper bounded as, "
        "rk(H_o) ≤ q(r + K − q) + K, where q := min(r, M_1, …, M_{L−1}, K).",
        r"\operatorname{rk} \mathbf{H}_o \le q(r + K - q) + K",
        "With bias and centred inputs, the outer-product Hessian gains at most K dimensions.",
        EVERY,
        assumptions=("A1", "A3"),
        domain="with bias",
    ),
    row(
        "singh2021.thm12_remark",
        "§7.2, after Theorem 12",
        "Empirically, we do not require the input to be mean zero and our upper bound actually holds with equality.",
        r"\operatorname{rk} \mathbf{H}_o = q(r + K - q) + K",
        "The bound of Theorem 12 is an equality, and the inputs need not be centred.",
        GENERIC,
        domain="with bias",
    ),
    row(
        "singh2021.fact13",
        "Fact 13",
        "Also, we list rank formulas for functional Hessian and the overall loss Hessian in Appendix S7, in the "
        "non-bottleneck case. E.g., Fact 13. rk(H_L) = 2q′M + q′(r + K) − Lq′² + Lq′, where q′ := min(r + 1, M_1, …, "
        "M_{L−1}, K).",
        r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} = 2q'M + q'(r + K) - Lq'^2 + Lq', \quad q' = \min(r + 1, M_1,"
        r" \ldots, M_{L-1}, K)",
        "The rank of the loss Hessian with bias, in the non-bottleneck case.",
        GENERIC,
        domain=_NO_BOTTLENECK,
    ),
    row(
        "singh2021.functional_bias",
        "§7.2 and Appendix S7",
        "Also, we list rank formulas for functional Hessian and the overall loss Hessian in Appendix S7, in the "
        "non-bottleneck case.",
        r"\operatorname{rk} \mathbf{H}_f = \rho_f(r, M_1, \ldots, M_{L-1}, K, s) \quad \text{with bias}",
        "There is a formula for the rank of the functional Hessian with bias in the non-bottleneck case.",
        GENERIC,
        domain=_NO_BOTTLENECK,
        remarks=("The appendix's formula is not in the text that this catalogue quotes; it has to be derived.",),
    ),
    row(
        "singh2021.fact13_deficiency",
        "§7.2",
        "Here too, rank deficiency has a cleaner interpretation of being equal to the # of parameters in a "
        "hypothetical network with bias enabled, but with the minimum dimension q′ (that reflects the homogeneous "
        "coordinate at input) subtracted: rank-deficiency(H_L) = Σ_{i=0}^{L−1} (M_i + 1 − q′)(M_{i+1} − q′).",
        r"p - \operatorname{rk} \mathbf{H}_{\mathcal{L}} = \sum_{i=0}^{L-1} (M_i + 1 - q')(M_{i+1} - q')",
        "With bias, the rank deficiency is the number of parameters of a network with bias and q′ taken off every "
        "width.",
        GENERIC,
        domain=f"{_NO_BOTTLENECK}, r = d",
    ),
)
