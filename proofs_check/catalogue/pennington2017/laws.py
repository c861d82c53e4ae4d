"""The two laws and the transforms: semicircle, Marchenko–Pastur, Stieltjes and R."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
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
)
