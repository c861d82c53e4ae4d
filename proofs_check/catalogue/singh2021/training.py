"""Singh et al. 2021, §§4.5 and 6: effective parameters, and what happens to ranks while training."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import RESIDUAL, is_deep, residual_covers
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Case, Claim, Region

BY_DEPTH = (Region("L = 1", lambda case: not is_deep(case)), Region("L ≥ 2", is_deep))
"""Without a hidden layer H_f is zero and H_L = H_o."""


def all_square(case: Case) -> bool:
    """M_0 = M_1 = … = M_L."""
    return len(set(case.architecture.widths)) == 1


CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.lemma8",
        "Lemma 8",
        "For a deep linear network, consider the gradient flow dynamics Ẇ_t^l = −η ∇_{W^l} L_S(θ)|_{θ=θ_t}. Assume: "
        "(a) Centered classes: 1/N Σ_{i:y_i=c} x_i = 0, ∀c ∈ [1, …, K]. (b) Balancedness at initialization: "
        "W_0^{k+1⊤} W_0^{k+1} = W_0^k W_0^{k⊤}. (c) Square weight-matrices: W^l ∈ R^{M×M}, ∀l and K = d = M. Then for "
        "all layers l, rk(W_t^l) = rk(W_0^l), ∀t < ∞.",
        r"\dot{\mathbf{W}}^l = -\eta\, \frac{\partial \mathcal{L}}{\partial \mathbf{W}^l} \ \Longrightarrow"
        r" \operatorname{rk} \mathbf{W}_t^l = \operatorname{rk} \mathbf{W}_0^l \quad \text{for all } l \text{ and all"
        r" } t < \infty",
        "Under gradient flow from balanced square weights, with centred classes, the ranks of the weights never "
        "change.",
        part(
            "main",
            EVERY,
            r"\operatorname{rk} \mathbf{W}_t^l = \operatorname{rk} \mathbf{W}_0^l \quad \text{for all } l \text{ and"
            r" all } t < \infty",
            "Under gradient flow from balanced square weights, with centred classes, the ranks of the weights never "
            "change.",
            assumptions=("centred classes", "balanced", "square"),
            domain="M_0 = … = M_L",
            inside=all_square,
        ),
    ),
    row(
        "singh2021.rank_decrease",
        "§6, consequence",
        "Even if the rank of the weight matrices were to decrease, say in the rectangular case, the Hessian rank "
        "would only decrease and our bounds would still be valid.",
        r"\operatorname{rk} \mathbf{W}^l \text{ falls} \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}}"
        r" \text{ does not rise}",
        "If weight matrices lose rank, the Hessian can only lose rank too, and the bounds stay valid.",
        part(
            "decrease",
            EVERY,
            r"\operatorname{rk} \mathbf{W}'^{\,l} \le \operatorname{rk} \mathbf{W}^l \ \forall l \ \Longrightarrow"
            r" \operatorname{rk} \mathbf{H}_{\mathcal{L}}(\mathbf{W}') \le \operatorname{rk}"
            r" \mathbf{H}_{\mathcal{L}}(\mathbf{W})",
            "Smaller ranks of the weights give a Hessian of no greater rank.",
            regions=BY_DEPTH,
        ),
        part(
            "bounds",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} \le 2qM - Lq^2 + 2qs + q(r + K - q)",
            "The bound stays valid where A1 fails.",
            domain="s ≥ q",
            regions=RESIDUAL,
            inside=residual_covers,
        ),
        remarks=(
            "Compared are two parameters on the same data. Along a continuous path the ranks of the Hessian and of the "
            "weights are both lower semicontinuous, so that at a moment at which weights lose rank the Hessian has no "
            "greater rank than just before.",
        ),
    ),
    row(
        "singh2021.effective_parameters",
        "§§1 and 4.5",
        "The exact quantification of the Hessian rank gives a precise yet interpretable ballpark on the inherent "
        "complexity of neural networks since rank naturally measures the effective number of parameters (as best "
        "illustrated by the case of a quadratic minimization problem). This relationship is further reinforced by "
        "connection to the classical complexity measure of Gull [23], MacKay [24], which is equivalent to rank for a "
        "sufficiently small constant controlling the prior.",
        r"\gamma(\alpha) = \sum_i \frac{\lambda_i}{\lambda_i + \alpha} = \operatorname{rk} \mathbf{H} \quad \text{for"
        r" small } \alpha > 0",
        "The effective number of parameters of Gull and MacKay is the rank when the constant of the prior is small "
        "enough.",
        EVERY,
        domain="positive semidefinite matrices",
    ),
    row(
        "singh2021.weights_rank",
        "§6, Fig. 5 left",
        "While the proof (see Appendix S5) holds for square case, empirically we also find this to be true for "
        "non-square matrices (Fig. 5, left) and non-linearities as shown in Fig. S2.",
        r"\operatorname{rk} \mathbf{W}_t^l = \operatorname{rk} \mathbf{W}_0^l \quad \text{for rectangular }"
        r" \mathbf{W}^l",
        "The ranks of rectangular weights do not change while training either.",
        DISTRIBUTION,
        domain="hidden widths 25, 20, 15, a linear teacher, Glorot initialisation",
    ),
    row(
        "singh2021.training",
        "§6, Fig. 5 right",
        "An implication of this result is that our upper bounds on the Hessian rank remain valid throughout the "
        "training. […] The other avenue for a decrease in rank is learning-driven, and as Ω = E[δ_{x,y} x^⊤] → 0, the "
        "functional Hessian H_f → 0 (as it has an explicit dependence on the residual δ_{x,y}). So, if the learning "
        "architecture is powerful enough, the rank of H_f will approach 0, as well as leading to a decrease in the "
        "rank of H_L, and so rk(H_L) → rk(H_o).",
        r"\boldsymbol{\Omega} \to \mathbf{0} \ \Longrightarrow\ \mathbf{H}_f \to \mathbf{0},\ \operatorname{rk}"
        r" \mathbf{H}_f \to 0,"
        r" \operatorname{rk} \mathbf{H}_{\mathcal{L}} \to \operatorname{rk} \mathbf{H}_o",
        "The bounds hold while training; as the residual vanishes, so does the functional Hessian, and its rank.",
        part(
            "bounds",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} \le 2qM - Lq^2 + 2qs + q(r + K - q) \quad \text{for all } t",
            "The bound of §4.4 holds at every time.",
            domain="s ≥ q",
            regions=RESIDUAL,
            inside=residual_covers,
        ),
        part(
            "functional",
            EVERY,
            r"\boldsymbol{\Omega} \to \mathbf{0} \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_f \to 0",
            "The rank of the functional Hessian tends to zero with the residual covariance.",
            regions=BY_DEPTH,
        ),
        part(
            "loss",
            EVERY,
            r"\boldsymbol{\Omega} \to \mathbf{0} \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}} \to"
            r" \operatorname{rk} \mathbf{H}_o",
            "The rank of the loss Hessian tends to that of the outer-product Hessian.",
            regions=BY_DEPTH,
        ),
        remarks=(
            "Ranks are lower semicontinuous: a matrix may tend to zero while its rank stays where it is.",
            "Along gradient flow Ω ≠ 0 at every finite time unless Ω = 0 at the start: where Ω = 0 the flow rests.",
        ),
    ),
)
