"""Repairs of the random model: the laws that the blocks of real two-layer networks have."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_DRAWN = "two-layer networks, all widths n, weights and data normal, residuals N(0, 2ε) and independent of both"
_LINEAR = f"{_DRAWN}, no activation"
_OWN = "this project"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.hessian_moments",
        _OWN,
        "With the weights N(0, 1/n), data N(0, 1) and residuals N(0, 2ε) of the model itself, the two parts of the "
        "Hessian of the network without activation have these expected moments for every n and m; H_0 has no "
        "Marchenko–Pastur law, H_1 no semicircle law of variance 2ε, and the two are not free in the limit.",
        r"\varphi(\mathbf{H}_0^2) \to 3 + \frac{5\tau}{4}, \qquad \varphi(\mathbf{H}_1^2) = \varepsilon\tau, \qquad"
        r" \varphi(\mathbf{H}_0 \mathbf{H}_1^2) \to \varepsilon\tau \left(1 + \frac{\tau}{4}\right)",
        "Exact expected moments of the parts of the Hessian, one by one and mixed.",
        part(
            "outer",
            EVERY,
            r"\varphi(\mathbf{H}_0) = 1, \qquad \varphi(\mathbf{H}_0^2) = \frac{5n^2 + 6mn + 7n + 2m + 4}{2mn}",
            "First and second moment of H_0; a Wishart matrix of ratio τ has 1 + τ in the limit, this is 3 + 5τ/4.",
            domain=_LINEAR,
        ),
        part(
            "error",
            EVERY,
            r"\varphi(\mathbf{H}_1^2) = \frac{2\varepsilon n}{m} = \varepsilon\tau, \qquad \varphi(\mathbf{H}_1^4) ="
            r" \frac{4\varepsilon^2 n (n^2 + 2mn + m + 2n + 3)}{m^3}",
            "Second and fourth moment of H_1: the variance is ετ and not 2ε, and the fourth moment tends to (2 + τ/2) "
            "times its square, not twice.",
            domain=_LINEAR,
        ),
        part(
            "mixed",
            EVERY,
            r"\varphi(\mathbf{H}_0 \mathbf{H}_1^2) = \frac{\varepsilon (n^2 + 2mn + n + 2)}{m^2}, \qquad"
            r" \varphi(\mathbf{H}_0 \mathbf{H}_1 \mathbf{H}_0 \mathbf{H}_1) \to \varepsilon\tau \left(1 +"
            r" \frac{\tau}{2}\right)",
            "Mixed moments: of free parts they would tend to ετ. Both parts know the same inputs.",
            domain=_LINEAR,
        ),
        repairs="pennington2017.assumptions",
    ),
    row(
        "hessproof.error_blocks",
        _OWN,
        "H_1 of a two-layer network with residuals N(0, 2ε) that are independent of weights and data has in the limit "
        "the free compound Poisson law with jumps ±τ√(ε/2), of rate 2/τ without activation and of rate 1/τ with ReLU; "
        "with ReLU that is the published R-transform, without activation it is not the semicircle's 2εz.",
        r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon\tau z}{1 - \varepsilon\tau^2 z^2/2} \ \text{(linear)}, \qquad"
        r" R_{\mathbf{H}_1}(z) = \frac{\varepsilon\tau z}{2 - \varepsilon\tau^2 z^2} \ \text{(ReLU)}",
        "The limit law of H_1 of real networks, with and without ReLU.",
        part(
            "linear",
            DISTRIBUTION,
            r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon\tau z}{1 - \varepsilon\tau^2 z^2/2}",
            "Without activation all blocks of H_1 are equal, and every sample counts.",
            domain=_LINEAR,
        ),
        part(
            "relu",
            DISTRIBUTION,
            r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon\tau z}{2 - \varepsilon\tau^2 z^2}",
            "With ReLU every block sees the samples whose gate is open, each with probability ½: e x⊤ does not change "
            "when both signs do, so that the gate tells nothing about it.",
            domain=f"{_DRAWN}, ReLU",
        ),
        repairs="pennington2017.relu_r",
        remarks=(
            "As τ → 0 with ετ fixed both laws tend to a semicircle, of variance ετ and ετ/2.",
            "The proof rests on the theorem of Marchenko and Pastur (1967) for sums of t_i f_i f_i⊤.",
            "Distances of drawn spectra from the law fall like 1/n; at τ = 1 with ReLU only like 1/√n, as the number "
            "of open gates fluctuates about n there and decides how many eigenvalues vanish.",
        ),
    ),
    row(
        "hessproof.linear_outer_law",
        _OWN,
        "H_0 of the two-layer network without activation has an atom of mass at least ½ at 0 for every τ; the rest "
        "follows a mixture over s ~ MP(1; 1) of the laws of (s + C)P with C ~ MP(1; 1) and P ~ MP(1; τ/2) free.",
        r"\rho_{\mathbf{H}_0} = \frac{1}{2} \delta_0 + \frac{1}{2} \int \rho_{(s + \mathbf{C}) \mathbf{P}}\,"
        r" d\rho_{MP}(s;\, 1, 1)",
        "The limit law of H_0 without activation.",
        DISTRIBUTION,
        domain=_LINEAR,
        repairs="pennington2017.assumptions",
    ),
    row(
        "hessproof.linear_index",
        _OWN,
        "Without activation, with W¹ invertible and no two eigenvalues of M = W¹B⊤W², B = EX⊤/m, that add up to 0, the "
        "Hessian has at least n(n − 1)/2 + #{i: Re μ_i(M) > 0} and at most n² negative eigenvalues at every energy, "
        "and exactly the first number if the residuals are small enough and of a fixed direction: there is no "
        "critical energy, and ¼ − 1/(4n) ≤ α ≤ ½.",
        r"\frac{n(n-1)}{2} + \#\{i : \operatorname{Re} \mu_i(\mathbf{W}^{(1)} \mathbf{B}^\top \mathbf{W}^{(2)}) > 0\}"
        r" \le \operatorname{ind} \mathbf{H} \le n^2",
        "A quarter of the eigenvalues is negative at every energy.",
        part(
            "bounds",
            EVERY,
            r"\frac{n(n-1)}{2} + \#\{\operatorname{Re} \mu_i > 0\} \le \operatorname{ind} \mathbf{H} \le n^2",
            "Negative eigenvalues at every energy.",
            domain="no activation, W¹ invertible, no two eigenvalues of M add up to 0",
        ),
        part(
            "small",
            EVERY,
            r"\operatorname{ind}(\mathbf{H}_0 + t\mathbf{H}_1) = \frac{n(n-1)}{2} + \#\{\operatorname{Re} \mu_i > 0\}"
            r" \quad (t \to 0^+)",
            "The lower bound is the index for small residuals.",
            domain="no activation, m ≥ n, W¹, W², XX⊤ invertible, no two eigenvalues of M add up to 0",
        ),
        part(
            "corrected",
            DISTRIBUTION,
            r"\alpha(\mathbf{H}) \approx \alpha(\rho_{\mathbf{H}_0} \boxplus \rho_{\mathbf{H}_1})",
            "The model gives the fraction of negative eigenvalues within 0.05 after all, if the laws of its two parts "
            "are the right ones.",
            domain=_LINEAR,
        ),
        repairs="pennington2017.assumptions",
        remarks=(
            "H_0 vanishes on the n²-dimensional space of (KW¹, −W²K), and H is −2 tr(MK²) there; it is positive "
            "semidefinite on the changes of W¹ alone, which gives the upper bound.",
            "That forms of the same rank on a path have the same signature (Sylvester), the real Jordan form, and that "
            "a small perturbation of a semidefinite form has the index of its restriction to the kernel, where that is "
            "nondegenerate, are taken for granted.",
            "At a fixed point of the gradient with W¹ or W² invertible B = 0, and nothing is negative, at any energy: "
            "neither there nor elsewhere is there a critical energy.",
        ),
    ),
)
