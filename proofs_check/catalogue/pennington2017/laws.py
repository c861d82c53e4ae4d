"""The two laws and the transforms: semicircle, Marchenko–Pastur, Stieltjes and R."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_laws import SCALES, SIZES
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
        part(
            "density",
            EVERY,
            r"\int \rho_{SC}(\lambda)\, d\lambda = 1, \quad \int \lambda \rho_{SC} = 0,"
            r" \quad \int \lambda^2 \rho_{SC} = \sigma^2",
            "The formula is a probability density of mean 0 and variance σ².",
            domain="σ > 0",
        ),
        part(
            "normalisation",
            EVERY,
            r"\mathbf{M}_{ij} = \mathbf{M}_{ji} \sim \mathcal{N}(0, \sigma^2) \ \Longrightarrow\ \operatorname{E}"
            r" \tfrac1n \operatorname{tr} \mathbf{M}^2 = \int \lambda^2 \rho_{SC}(\lambda)\, d\lambda",
            "Entries of the published variance have the mean squared eigenvalue of the law.",
            domain="symmetric n × n matrices with entries N(0, σ²)",
            regions=SIZES,
        ),
        part(
            "limit",
            DISTRIBUTION,
            r"\mathbf{M}_{ij} \sim \mathcal{N}(0, \sigma^2/n) \ \Longrightarrow\ \frac1n \sum_i \delta_{\lambda_i} \to"
            r" \rho_{SC}",
            "With entries of variance σ²/n the eigenvalues follow the law for large n.",
            domain="symmetric matrices with independent entries of variance σ²/n, large n",
        ),
        remarks=(
            "The slide speaks of large n and is read for every n: the entries of the published variance make the mean "
            "squared eigenvalue nσ², which is wrong from n = 2 on and grows without bound. The part on the limit reads "
            "the statement with entries of variance σ²/n.",
        ),
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
        part(
            "density",
            EVERY,
            r"\int_{\lambda_-}^{\lambda_+} \rho(\lambda)\, d\lambda + \max(0, 1 - \tau^{-1}) = 1, \quad"
            r" \int_{\lambda_-}^{\lambda_+} \lambda \rho(\lambda)\, d\lambda = \sigma",
            "The formula, with its atom, is a probability law of mean σ.",
            domain="σ > 0, τ > 0",
        ),
        part(
            "normalisation",
            EVERY,
            r"\mathbf{J}_{ij} \sim \mathcal{N}(0, \sigma^2/p) \ \Longrightarrow\ \operatorname{E} \tfrac1n"
            r" \operatorname{tr} \mathbf{J}\mathbf{J}^\top = \int \lambda\, d\rho_{MP}(\lambda)",
            "Entries of the published variance have the mean eigenvalue of the law.",
            domain="J ∈ R^{n×p} with entries N(0, σ²/p), σ > 0",
            regions=SCALES,
        ),
        part(
            "limit",
            DISTRIBUTION,
            r"\mathbf{J}_{ij} \sim \mathcal{N}(0, \sigma/p) \ \Longrightarrow\ \frac1n \sum_i \delta_{\lambda_i} \to"
            r" \rho_{MP}",
            "With entries of variance σ/p, which for σ = 1 is the published one, the eigenvalues follow the law.",
            domain="J ∈ R^{n×p} with independent entries of variance σ/p, τ = n/p, large n and p",
        ),
        remarks=(
            "Entries of variance σ²/p have the mean eigenvalue σ² for every n and p, the law has σ. The part on the "
            "limit reads the statement with entries of variance σ/p. The two agree for σ = 1, which is all that is "
            "used.",
        ),
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
        part(
            "transform",
            EVERY,
            r"\left| G_\rho(z) \right| \le \frac{1}{\left| \operatorname{Im} z \right|}, \qquad -\operatorname{Im}"
            r" G_\rho(x + iy) = \int \frac{y\, \rho(t)\, dt}{(x - t)^2 + y^2}",
            "The integral exists off the real line, and its imaginary part has the sign of −Im z.",
            domain="every probability distribution, z ∈ C∖R",
        ),
        part(
            "inverse",
            EVERY,
            r"\rho(\lambda) = -\frac{1}{\pi} \lim_{\varepsilon \to 0^+} \operatorname{Im}"
            r" G_\rho(\lambda + i\varepsilon)",
            "The density from the transform.",
            domain="distributions with a continuous density",
        ),
        remarks=(
            "At a jump of the density the limit is the mean of its two sides, and an atom makes it infinite; see "
            "hessproof.stieltjes_inversion. The lecture's own Marchenko–Pastur law has an atom for τ > 1.",
        ),
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
            "Near infinity the equation defines R, and its solutions are G.",
            domain="distributions with compact support, |z| large",
        ),
        part(
            "everywhere",
            EVERY,
            r"\forall z \in \mathbb{C} \setminus \mathbb{R}: \ R_\rho(G_\rho(z)) + \frac{1}{G_\rho(z)} = z",
            "The equation holds for every z at which the Stieltjes transform is defined.",
            domain="distributions with compact support, z ∈ C∖R",
        ),
        part(
            "additive",
            EVERY,
            r"R_{\rho_1 + \rho_2} = R_{\rho_1} + R_{\rho_2}",
            "R-transforms add over freely independent summands.",
            domain="freely independent summands with compact support",
        ),
        remarks=(
            "The lecture names no z for the equation; it defines G for z ∈ C∖R. Both readings are judged: |z| large, "
            "and all z. R_{ρ1+ρ2} is that of the law of the sum of the matrices, not of the sum of the densities.",
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
            domain="τ > 0, the atom included",
        ),
        part(
            "semicircle",
            EVERY,
            r"R_{\rho_{SC}(\cdot;\, \sqrt{2\varepsilon})}(z) = 2\varepsilon z",
            "That of the semicircle.",
            domain="ε > 0",
        ),
    ),
)
