"""Repairs about initialisation and training (Singh et al. 2021, §§4.3, 4.5 and 6)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import is_deep
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim, Region

BY_DEPTH = (Region("L = 1", lambda case: not is_deep(case)), Region("L ≥ 2", is_deep))
"""One weight matrix, or several."""

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.balanced_flow",
        "amends Lemma 8",
        "Under gradient flow balanced weights keep their ranks if L ≥ 2, whatever their shapes, the data and the loss.",
        r"\mathbf{W}_0^{k+1\top} \mathbf{W}_0^{k+1} = \mathbf{W}_0^k \mathbf{W}_0^{k\top} \ \Longrightarrow"
        r" \ \operatorname{rk} \mathbf{W}_t^l = \operatorname{rk} \mathbf{W}_0^l \quad (L \ge 2)",
        "Balancedness alone keeps all ranks, for weights of any shape, any data and any smooth loss of the product, if "
        "L ≥ 2; even the range of every W^l below the last layer stays. Centred classes matter for L = 1 only, and "
        "square weights never.",
        part(
            "conservation",
            EVERY,
            r"\frac{\mathrm{d}}{\mathrm{d}t} \left( \mathbf{W}^{l+1\top} \mathbf{W}^{l+1} - \mathbf{W}^l"
            r" \mathbf{W}^{l\top} \right) = \mathbf{0}",
            "Gradient flow conserves the imbalance of neighbouring weights, balanced or not.",
            domain="every hidden layer l",
        ),
        part(
            "ranks",
            EVERY,
            r"\operatorname{im} \mathbf{W}_t^l = \operatorname{im} \mathbf{W}_0^l = \operatorname{im}"
            r" \mathbf{W}_t^{l+1\top} \ (l < L), \quad \operatorname{rk} \mathbf{W}_t^l = \operatorname{rk}"
            r" \mathbf{W}_0^l \ (l \le L)",
            "Under balancedness alone the hidden spaces and all ranks stay as they are.",
            assumptions=("balanced",),
            domain="L ≥ 2",
            regions=BY_DEPTH,
            inside=is_deep,
        ),
        part(
            "centred",
            EVERY,
            r"\dot{\mathbf{W}}^l = -\eta\, \mathbf{W}^l (\mathbf{W}^{l\top} \mathbf{W}^l)^{L-l} \mathbf{W}^{l-1:1}"
            r" \boldsymbol{\Sigma} \mathbf{W}^{1:l-1}",
            "With centred classes the flow multiplies every weight from the right by a polynomial of the weights, "
            "for L = 1 too, so that all ranks stay.",
            assumptions=("centred classes", "balanced"),
        ),
        part(
            "balance_needed",
            EVERY,
            r"\text{2-2-2, centred classes, not balanced:}\quad \operatorname{rk} \mathbf{W}^1_0 = 1, \quad"
            r" \operatorname{rk} \mathbf{W}^1_t = 2 \text{ for small } t > 0",
            "Without balancedness the ranks may change, with centred classes and square weights; 2-2-2 is the smallest "
            "network for which that happens.",
            domain="the network 2-2-2 and all smaller square ones",
        ),
        part(
            "centring_needed",
            EVERY,
            r"\text{1-1, } x = 1,\ y = -1,\ \mathbf{W}_0 = 1:\quad \mathbf{W}_t = 2 e^{-\eta t} - 1 = \mathbf{0}"
            r" \text{ at } \eta t = \ln 2",
            "For L = 1 balancedness says nothing, and without centred classes the weights may pass through a lower "
            "rank.",
            domain="the network 1-1",
        ),
        repairs="singh2021.lemma8",
        remarks=(
            "Gradient flow of the mean squared error exists for all times: d/dt ‖W^l‖² ≤ (η/2) E‖y‖².",
            "Gradient descent obeys none of this: a step W − η ∂𝓛/∂W may end at zero.",
        ),
    ),
    row(
        "hessproof.flow_rank",
        "amends §6 and Fig. 5",
        "Under gradient flow almost all starts keep the maximal rank of every weight that is not square.",
        r"M_l \ne M_{l-1} \ \Longrightarrow\ \operatorname{rk} \mathbf{W}_t^l = \min(M_l, M_{l-1}) \quad \text{for}"
        r" \text{ all } t \text{ and almost all } \mathbf{W}_0",
        "Non-square weights never lose their maximal rank under gradient flow, for almost all starts: no balancedness "
        "is needed. Square weights may, at isolated times, for an open set of starts.",
        part(
            "almost_surely",
            GENERIC,
            r"\dim \{\mathbf{W}_0 : \operatorname{rk} \mathbf{W}_t^l < \min(M_l, M_{l-1}) \text{ for some } t\} \le p -"
            r" |M_l - M_{l-1}|",
            "The starts that lose the rank of a non-square weight at some time have measure zero.",
            domain="M_l ≠ M_{l-1}; any smooth loss and activation",
        ),
        part(
            "square",
            EVERY,
            r"\text{1-1-1, } x = 1,\ y = -1,\ 0 < w_1 < w_2:\quad w_1(t) = 0 \text{ at some } t",
            "Square weights may lose rank at a time, for an open set of starts.",
            domain="the network 1-1-1",
        ),
        repairs="singh2021.weights_rank",
        remarks=(
            "The flow is analytic, so that every rank (of weights, of Ω, of H_o, H_f and H_L) is the largest one along "
            "the trajectory at all but isolated times, and is lower there.",
        ),
    ),
    row(
        "hessproof.vanishing_residual",
        "amends §6",
        "The functional Hessian is bounded by the residual; its rank is that of every nonzero multiple of "
        "the residual.",
        r"\lVert \mathbf{H}_f \rVert \le C(\mathbf{W}) \lVert \boldsymbol{\Omega} \rVert, \qquad \boldsymbol{\Omega} ="
        r" \mathbf{0} \ \Longrightarrow\ \mathbf{H}_f = \mathbf{0}",
        "As the residual vanishes, so does the functional Hessian, but its rank does not: it is that of every nonzero "
        "multiple of Ω. What falls to zero is the number of eigenvalues above any fixed tolerance, and the rank jumps "
        "at Ω = 0 only, which gradient flow does not reach in finite time.",
        part(
            "norm",
            EVERY,
            r"\lVert \mathbf{H}_f^{kl} \rVert_F \le \lVert \mathbf{W}^{l-1:k+1} \rVert_F \lVert \mathbf{W}^{k-1:1}"
            r" \rVert_F \lVert \mathbf{W}^{L:l+1} \rVert_F \lVert \boldsymbol{\Omega} \rVert_F \quad (k < l)",
            "Every block of the functional Hessian is bounded by the residual and the products of weights around it, "
            "so that no eigenvalue exceeds a fixed tolerance once Ω is small enough.",
        ),
        part(
            "at_zero",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_f(\varepsilon \boldsymbol{\Omega}) = \operatorname{rk}"
            r" \mathbf{H}_f(\boldsymbol{\Omega}) \ (\varepsilon \ne 0), \quad \mathbf{H}_f(\mathbf{0}) = \mathbf{0}",
            "At given weights the rank of H_f is the same for all nonzero multiples of a residual, and zero for the "
            "residual zero.",
        ),
        part(
            "finite_time",
            EVERY,
            r"\boldsymbol{\Omega}_0 \ne \mathbf{0} \ \Longrightarrow\ \boldsymbol{\Omega}_t \ne \mathbf{0} \quad"
            r" \text{for all } t < \infty",
            "Gradient flow rests where the residual vanishes, and so does not get there in finite time.",
        ),
        part(
            "numerical",
            DISTRIBUTION,
            r"\#\{|\lambda(\mathbf{H}_f)| > \tau\} \to 0, \quad \#\{|\lambda(\mathbf{H}_{\mathcal{L}})| > \tau\} \to"
            r" \#\{|\lambda(\mathbf{H}_o)| > \tau\}",
            "At a fixed tolerance the numerical ranks behave as Fig. 5 shows.",
            domain="a linear teacher, Glorot initialisation",
        ),
        repairs="singh2021.training",
    ),
    row(
        "hessproof.effective_parameters",
        "amends §4.5",
        "The measure of Gull and MacKay lies below the rank for every positive constant, and rounds to it for "
        "small ones.",
        r"0 < \operatorname{rk} \mathbf{H} - \gamma(\alpha) \le \operatorname{rk} \mathbf{H} \cdot"
        r" \frac{\alpha}{\lambda_{\min}^+ + \alpha}",
        "The measure of Gull and MacKay is below the rank for every positive constant and tends to it; it rounds to "
        "the rank if α < λ/(2 rk H − 1), λ the smallest nonzero eigenvalue. That threshold is sharp.",
        part(
            "bound",
            EVERY,
            r"0 < \operatorname{rk} \mathbf{H} - \gamma(\alpha) \le \operatorname{rk} \mathbf{H} \cdot"
            r" \frac{\alpha}{\lambda_{\min}^+ + \alpha} \quad (\mathbf{H} \ne \mathbf{0})",
            "How far the measure lies below the rank.",
            domain="positive semidefinite matrices",
        ),
        part(
            "rounding",
            EVERY,
            r"0 < \alpha < \frac{\lambda_{\min}^+}{2 \operatorname{rk} \mathbf{H} - 1} \ \Longrightarrow"
            r" \ \lfloor \gamma(\alpha) + \tfrac12 \rfloor = \operatorname{rk} \mathbf{H}",
            "For which constants the measure, rounded, is the rank.",
            domain="positive semidefinite matrices",
        ),
        repairs="singh2021.effective_parameters",
        remarks=(
            "For an indefinite H, such as H_f, the sum has poles at α = −λ; its limit for α → 0 is the rank all "
            "the same.",
        ),
    ),
    row(
        "hessproof.residual_rank",
        "amends §4.3",
        "For almost all weights the rank of the residual is min(r, K, q + rk E[yx⊤]).",
        r"\operatorname{rk} \boldsymbol{\Omega} = \min(r, K, q + \operatorname{rk} \boldsymbol{\Sigma}_{yx})",
        "For almost all weights the residual covariance has rank min(r, K, q + rk E[yx⊤]). So s = min(r, K) at "
        "initialisation if and only if the labels make up for the bottleneck.",
        GENERIC,
        repairs="singh2021.residual_rank",
        remarks=("Smallest case below min(r, K): 2-1-2 with y = 0, where s = 1 for almost all weights.",),
    ),
)
