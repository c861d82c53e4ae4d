"""Tanner's lecture "Random DNN training landscape: Hessian eigenvalues", after Pennington & Bahri 2017.

The quotations are the lecture's (Theories of Deep Learning C6.5, video 8).
"""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "two-layer networks, all widths n, squared loss"
_LAW = (
    r"\alpha(\varepsilon, \tau)"
    r" \approx \alpha_0(\tau) \left| \frac{\varepsilon - \varepsilon_c}{\varepsilon_c} \right|^{3/2}"
)

CLAIMS: tuple[Claim, ...] = (
    row(
        "pennington2017.split",
        "slide “Hessian for two layer net”",
        "then the hessian of the loss function has entries H_{α,β} = ∂²L/∂θ_α∂θ_β =: H_0 + H_1 with positive "
        "semi-definite and error dependent components: [H_0]_{α,β} := m^{−1} Σ_μ Σ_i ∂ŷ_{i,μ}/∂θ_α ∂ŷ_{i,μ}/∂θ_β = "
        "m^{−1}[JJ^T]_{α,β}, [H_1]_{α,β} := m^{−1} Σ_μ Σ_i e_{i,μ} ∂²ŷ_{i,μ}/∂θ_α∂θ_β.",
        r"\mathbf{H} = \mathbf{H}_0 + \mathbf{H}_1, \quad \mathbf{H}_0 = \frac{1}{m} \mathbf{J}\mathbf{J}^\top, \quad"
        r" \mathbf{H}_1 = \frac{1}{m} \sum_{\mu=1}^{m} \sum_{i=1}^{n} e_{i\mu}\, \frac{\partial^2 \hat"
        r" y_{i\mu}}{\partial \theta\, \partial \theta^\top}",
        "The Hessian is a semidefinite part from the Jacobian plus a part proportional to the errors, with and "
        "without ReLU.",
        *(
            part(key, EVERY, r"\mathbf{H} = \frac{1}{m} \mathbf{J}\mathbf{J}^\top + \mathbf{H}_1", text, domain=_NET)
            for key, text in (
                ("linear", "The split for the network without activation."),
                ("relu", "The split for the network with ReLU, away from its kinks."),
            )
        ),
    ),
    row(
        "pennington2017.counting",
        "slide “Hessian for two layer net”",
        "There are mn data entries and 2n² NN parameters, with τ = 2n/m the relative over (τ > 1) or under (τ < 1) "
        "parameterisation.",
        r"p = 2n^2, \qquad \tau = \frac{2n^2}{mn} = \frac{2n}{m}",
        "The ratio of parameters to data entries.",
        EVERY,
        domain=_NET,
    ),
    row(
        "pennington2017.definiteness",
        "slide “Loss function landscape”",
        "For the simple two layer network we considered the network has Hessian H = H_0 + H_1 with H_0 positive "
        "semidefinite and of size independent of the error, while H_1 is indefinite with magnitude depending on the "
        "size of e_{i,μ} = ŷ_{i,μ} − y_{i,μ}.",
        r"\mathbf{H}_0 \succeq 0, \quad \frac{\partial \mathbf{H}_0}{\partial \mathbf{y}} = \mathbf{0}, \quad"
        r" \mathbf{H}_1 \text{ indefinite},"
        r" \quad \lVert \mathbf{H}_1 \rVert \sim \lVert e \rVert",
        "One part is semidefinite whatever the error, the other indefinite and as large as the error.",
        part("semidefinite", EVERY, r"\mathbf{H}_0 \succeq 0", "H_0 is positive semidefinite.", domain=_NET),
        part(
            "independent",
            EVERY,
            r"\frac{\partial \mathbf{H}_0}{\partial \mathbf{y}} = \mathbf{0}",
            "H_0 does not change with the labels.",
            domain=_NET,
        ),
        part(
            "indefinite",
            EVERY,
            r"\mathbf{H}_1 \text{ has eigenvalues of both signs}",
            "H_1 is indefinite.",
            domain=f"{_NET}, e ≠ 0",
        ),
        part(
            "magnitude",
            EVERY,
            r"\lVert \mathbf{H}_1(c\, e) \rVert = |c|\, \lVert \mathbf{H}_1(e) \rVert",
            "The size of H_1 is proportional to the error.",
            domain=_NET,
        ),
    ),
    row(
        "pennington2017.energy",
        "slide “Loss function landscape”, simplified models",
        "The residuals e_{i,μ} = ŷ_{i,μ} − y_{i,μ} are normal random variables, say N(0, 2ε) with ε = n^{−1}L",
        r"e_{i\mu} \sim \mathcal{N}(0, 2\varepsilon) \ \Longrightarrow\ \mathbf{E}\left[\frac{1}{n} \mathcal{L}\right]"
        r" = \varepsilon",
        "Normal residuals of variance 2ε have the energy ε.",
        DISTRIBUTION,
        domain="independent normal residuals",
    ),
    row(
        "pennington2017.convexity",
        "slide “Loss function landscape”",
        "Functions, say L, which have Hessians that are: positive definite (all positive eigenvalues) are convex and "
        "have a single global minima and unique minimiser, positive semi-definite have single global minima but "
        "non-unique minimiser due to the null-space, indefinite (positive and negative eigenvalues) are non-convex "
        "and may be a complicated landscape with multiple local minimisers.",
        r"\mathbf{H} \succ 0 \Rightarrow \text{one minimiser}; \quad \mathbf{H} \succeq 0 \Rightarrow \text{one"
        r" minimum, many minimisers}; \quad"
        r" \mathbf{H} \text{ indefinite} \Rightarrow \text{non-convex}",
        "What the signs of the Hessian's eigenvalues say about minima.",
        part(
            "definite",
            EVERY,
            r"\mathbf{H} \succ 0 \text{ everywhere} \ \Longrightarrow\ \text{convex, a single global minimum, a unique"
            r" minimiser}",
            "A Hessian that is positive definite everywhere gives a unique minimiser.",
            domain="twice differentiable functions",
        ),
        part(
            "semidefinite",
            EVERY,
            r"\mathbf{H} \succeq 0 \text{ everywhere} \ \Longrightarrow\ \text{a single global minimum, the minimiser"
            r" not unique}",
            "A Hessian that is only positive semidefinite gives a minimum with several minimisers.",
            domain="twice differentiable functions",
        ),
        part(
            "indefinite",
            EVERY,
            r"\mathbf{H} \text{ indefinite} \ \Longrightarrow\ \text{non-convex}",
            "A function with an indefinite Hessian is not convex.",
            domain="twice differentiable functions",
        ),
    ),
    row(
        "pennington2017.assumptions",
        "slide “Loss function landscape”, simplified models",
        "One can interpret properties of the landscape through the Hessian by considering simplified models: The "
        "weights are i.i.d. random normal variable, The data are i.i.d. random variables, […] The matrices H_0 and "
        "H_1 are freely independent which allows us to compute the spectra of H_0 + H_1 from their individual spectra.",
        r"\mathbf{H}_0 \sim \text{Wishart}, \quad \mathbf{H}_1 \sim \text{Wigner}, \quad \mathbf{H}_0, \mathbf{H}_1"
        r" \text{ freely independent}",
        "Wishart plus Wigner, freely independent, is a usable model of the Hessian.",
        DISTRIBUTION,
        domain=f"{_NET}, random weights and data",
    ),
    row(
        "pennington2017.semicircle",
        "slide “Wigner and Wishart distributions”",
        "Wigner matrices, entries drawn N(0, σ²), have eigenvalues drawn from the semi-circle law: ρ_sc(λ) = 1/(2πσ²) "
        "√(4σ² − λ²) if |λ| ≤ 2σ, 0 otherwise",
        r"\rho_{SC}(\lambda) = \begin{cases} \frac{1}{2\pi\sigma^2} \sqrt{4\sigma^2 - \lambda^2} & |\lambda| \le"
        r" 2\sigma \\ 0 & \text{otherwise} \end{cases}",
        "The eigenvalues of a large Wigner matrix follow the semicircle law.",
        DISTRIBUTION,
        domain="symmetric matrices with entries N(0, σ²), large n",
    ),
    row(
        "pennington2017.marchenko_pastur",
        "slide “Wigner and Wishart distributions”",
        "Wishart matrices, X = JJ^T product of J ∈ R^{n×p} drawn N(0, σ²/p) have eigenvalues drawn from the "
        "Marchenko-Pastur distribution: ρ_MP(λ) = ρ(λ) if τ = n/p < 1, (1 − τ^{−1})δ(λ) + ρ(λ) otherwise, where ρ(λ) "
        ":= (2πλστ)^{−1} √((λ − λ_−)(λ_+ − λ)) for λ ∈ [λ_−, λ_+] and λ_± := σ(1 ± √τ)².",
        r"\rho(\lambda) = \frac{\sqrt{(\lambda - \lambda_-)(\lambda_+ - \lambda)}}{2\pi\lambda\sigma\tau} + \max(0, 1"
        r" - \tau^{-1})\, \delta(\lambda),"
        r" \qquad \lambda_\pm = \sigma (1 \pm \sqrt{\tau})^2",
        "The eigenvalues of a large Wishart matrix follow the Marchenko–Pastur law.",
        DISTRIBUTION,
        domain="J ∈ R^{n×p} with entries N(0, σ²/p), τ = n/p, large n and p",
    ),
    row(
        "pennington2017.stieltjes",
        "slide “Stieltjes and R Transforms”",
        "For z ∈ C/R the Stieltjes Transform, G_ρ(z), of a probability distribution and its inverse are given by "
        "G_ρ(z) = ∫_R ρ(t)/(z−t) dt and ρ(λ) = −π^{−1} lim_{ε→0+} Imag(G_ρ(λ + iε)).",
        r"G_\rho(z) = \int_{\mathbb{R}} \frac{\rho(t)}{z - t}\, dt, \qquad \rho(\lambda) = -\frac{1}{\pi}"
        r" \lim_{\varepsilon \to 0^+}"
        r" \operatorname{Im} G_\rho(\lambda + i\varepsilon)",
        "The Stieltjes transform of a distribution and its inverse.",
        EVERY,
        domain="distributions with a continuous density",
    ),
    row(
        "pennington2017.r_transform",
        "slide “Stieltjes and R Transforms”",
        "The Stieltjes and R Transform of ρ are related by the solutions of R_ρ(G_ρ(z)) + 1/G_ρ(z) = z and has the "
        "property that if ρ_1 and ρ_2 are freely independent then R_{ρ1+ρ2} = R_{ρ1} + R_{ρ2}.",
        r"R_\rho(G_\rho(z)) + \frac{1}{G_\rho(z)} = z, \qquad R_{\rho_1 + \rho_2} = R_{\rho_1} + R_{\rho_2}",
        "The R-transform, defined through the Stieltjes transform, adds over freely independent summands.",
        part(
            "definition",
            EVERY,
            r"R_\rho(G_\rho(z)) + \frac{1}{G_\rho(z)} = z",
            "The R-transform from the Stieltjes transform.",
            domain="distributions with compact support",
        ),
        part(
            "additive",
            EVERY,
            r"R_{\rho_1 + \rho_2} = R_{\rho_1} + R_{\rho_2}",
            "R-transforms add over freely independent summands.",
            domain="freely independent summands",
        ),
    ),
    row(
        "pennington2017.r_values",
        "slide “Recall the Hessian for two layer net”",
        "Using the Pennington model (τ = φ = 2n/m and ε = n^{−1}L) we have ρ_{H_0}(λ) = ρ_MP(λ; 1, τ) and ρ_{H_1}(λ) "
        "= ρ_SC(λ; √(2ε)). Their R transforms are respectively R_{H_0} = 1/(1 − zτ) and R_{H_1} = 2εz",
        r"R_{\mathbf{H}_0}(z) = \frac{1}{1 - z\tau}, \qquad R_{\mathbf{H}_1}(z) = 2\varepsilon z",
        "The R-transforms of the Marchenko–Pastur law and of the semicircle law.",
        part(
            "marchenko_pastur",
            EVERY,
            r"R_{\rho_{MP}(\cdot;\, 1, \tau)}(z) = \frac{1}{1 - z\tau}",
            "That of Marchenko–Pastur.",
        ),
        part(
            "semicircle",
            EVERY,
            r"R_{\rho_{SC}(\cdot;\, \sqrt{2\varepsilon})}(z) = 2\varepsilon z",
            "That of the semicircle.",
        ),
    ),
    row(
        "pennington2017.density",
        "slide “Recall the Hessian for two layer net”, Fig. 1",
        "from which follows the probability distribution, ρ_H(λ; ε, τ): […] As the energy ε of the critical point "
        "increases, the spectrum becomes more semicircular and negative eigenvalues emerge.",
        r"R_{\mathbf{H}}(z) = \frac{1}{1 - z\tau} + 2\varepsilon z \ \Longrightarrow\ \rho_{\mathbf{H}}(\lambda;"
        r" \varepsilon, \tau)",
        "The density of Wishart plus Wigner; with growing energy it turns semicircular and reaches below zero.",
        part(
            "density",
            EVERY,
            r"\frac{1}{1 - \tau G} + 2\varepsilon G + \frac{1}{G} = z, \quad \rho_{\mathbf{H}} = -\frac{1}{\pi}"
            r" \operatorname{Im} G",
            "The density from the cubic equation of the Stieltjes transform.",
            domain="ε > 0, τ > 0",
        ),
        part(
            "negative",
            EVERY,
            r"\varepsilon > \varepsilon_c \ \Longrightarrow\ \int_{-\infty}^{0} \rho_{\mathbf{H}}(\lambda)\, d\lambda"
            r" > 0",
            "Negative eigenvalues appear as the energy grows.",
            domain="0 < τ < 1",
        ),
    ),
    row(
        "pennington2017.index",
        "slide “Fraction of negative eigenvalues”",
        "For ρ_H(λ) modelling the Hessian of the two layer net, when α is small it is well approximated by α(ε, τ) ≈ "
        "α_0(τ) |(ε − ε_c)/ε_c|^{3/2}",
        rf"\alpha(\varepsilon, \tau) = \int_{{-\infty}}^{{0}} \rho_{{\mathbf{{H}}}}(\lambda; \varepsilon, \tau)\,"
        rf" d\lambda, \qquad {_LAW}",
        "The fraction of negative eigenvalues grows from the critical energy on with the power 3/2.",
        EVERY,
        domain="ε near ε_c, 0 < τ < 1",
    ),
    row(
        "pennington2017.eps_c",
        "slide “Fraction of negative eigenvalues”",
        "where ε_c = 1/16 (1 − 20τ − 8τ² + (1 + 8τ)^{3/2}).",
        r"\varepsilon_c = \frac{1}{16} \left( 1 - 20\tau - 8\tau^2 + (1 + 8\tau)^{3/2} \right)",
        "The critical energy of Wishart plus Wigner.",
        EVERY,
        domain="0 < τ < 1",
    ),
    row(
        "pennington2017.relu_r",
        "slide “The two layer ReLU net”",
        "The introduction of the ReLU nonlinear activation changes the Hessian, roughly setting to zero half of the "
        "entries and generating a block off-diagonal structure in H_1 with R_{H_1}(z) = ετz/(2 − ετ²z²).",
        r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon \tau z}{2 - \varepsilon \tau^2 z^2}",
        "With ReLU half of the entries vanish, H_1 is block off-diagonal and has another R-transform.",
        part(
            "structure",
            DISTRIBUTION,
            r"\mathbf{H}_1 = \begin{pmatrix} \mathbf{0} & \mathbf{B} \\ \mathbf{B}^\top & \mathbf{0} \end{pmatrix},"
            r" \quad"
            r" \Pr[\mathbf{B}_{ij} = 0] = \frac{1}{2}",
            "H_1 is block off-diagonal, and half of the entries that the activation meets vanish.",
            domain=f"{_NET}, ReLU, random weights and data",
        ),
        part(
            "transform",
            EVERY,
            r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon \tau z}{2 - \varepsilon \tau^2 z^2}",
            "The R-transform of the limit law of such matrices.",
            domain="ε > 0, τ > 0",
        ),
    ),
    row(
        "pennington2017.relu_eps_c",
        "slide “The two layer ReLU net”",
        "For ρ_H(λ) modelling the Hessian of the two layer net, when α is small it is well approximated by α(ε, τ) ≈ "
        "α̃_0(τ) |(ε − ε_c)/ε_c|^{3/2} where ε_c = σ²(27 − 18ξ − ξ² + 8ξ^{3/2})/(32τ(1 − τ)³), with ξ = 1 + 16τ − 8τ².",
        r"\varepsilon_c = \frac{\sigma^2 (27 - 18\xi - \xi^2 + 8\xi^{3/2})}{32\tau (1 - \tau)^3}, \qquad \xi = 1 +"
        r" 16\tau - 8\tau^2",
        "The critical energy with ReLU, and again the power 3/2.",
        part(
            "critical_energy",
            EVERY,
            r"\varepsilon_c = \frac{\sigma^2 (27 - 18\xi - \xi^2 + 8\xi^{3/2})}{32\tau (1 - \tau)^3}",
            "The critical energy of the model with ReLU.",
            domain="0 < τ < 1",
        ),
        part("power", EVERY, _LAW, "The fraction of negative eigenvalues near it.", domain="ε near ε_c, 0 < τ < 1"),
    ),
    row(
        "pennington2017.exp_index",
        "Fig. 6a",
        "Empirical observations of the distribution of critical points in single-hidden-layer tanh networks with "
        "varying ratios of parameters to data points, φ. (a) Each point represents the mean energy of critical points "
        "with index α, averaged over ~200 training runs. Solid lines are best fit curves for small α ≈ α_0 |ε − "
        "ε_c|^{3/2}. The good agreement […] provides support for our theoretical prediction of the 3/2 scaling.",
        r"\alpha \approx \alpha_0 \left| \varepsilon - \varepsilon_c \right|^{3/2}",
        "The critical points of one-hidden-layer tanh networks follow the 3/2 law.",
        DISTRIBUTION,
        domain="one hidden layer, tanh, n = 16, about 200 runs",
    ),
    row(
        "pennington2017.exp_minimisers",
        "Fig. 6b",
        "(b) The best fit value of ε_c from (a) versus φ. A surprisingly good fit is obtained with ε_c = ½(1 − φ)². "
        "Linear networks obey ε_c = ½(1 − φ).",
        r"\varepsilon_c = \frac{1}{2} (1 - \phi)^2 \ \text{(tanh)}, \qquad \varepsilon_c = \frac{1}{2} (1 - \phi)"
        r" \ \text{(linear)}",
        "The energy of minimisers as a function of parameters per data point.",
        part(
            "tanh",
            DISTRIBUTION,
            r"\varepsilon_c = \frac{1}{2} (1 - \phi)^2",
            "The fit for tanh networks.",
            domain="tanh",
        ),
        part("linear", DISTRIBUTION, r"\varepsilon_c = \frac{1}{2} (1 - \phi)", "Linear networks.", domain="linear"),
    ),
)
"""Its statements, in the order of the lecture."""
