"""Repairs of the laws and transforms: normalisations, and where an inversion or a branch is meant."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.wigner_scale",
        "amends the slide “Wigner and Wishart distributions”",
        "Entries of a Wigner matrix that belong to ρ_sc have variance σ²/n.",
        r"\mathbf{M}_{ij} \sim \mathcal{N}(0, \sigma^2/n) \ \Longrightarrow\ \operatorname{E} \tfrac1n"
        r" \operatorname{tr}"
        r" \mathbf{M}^2 = \sigma^2 = \int \lambda^2 \rho_{SC}(\lambda)\, d\lambda",
        "With variance σ²/n the mean squared eigenvalue is that of the law, for every n and σ.",
        part(
            "square",
            EVERY,
            r"\operatorname{Var} \mathbf{M}_{ij} = \tfrac{\sigma^2}{n} \ \Longrightarrow\ \operatorname{E} \tfrac1n"
            r" \operatorname{tr} \mathbf{M}^2 = \sigma^2",
            "The mean squared eigenvalue is σ² exactly.",
            domain="symmetric n × n matrices, n ≥ 1, σ > 0",
        ),
        part(
            "published",
            EVERY,
            r"\operatorname{Var} \mathbf{M}_{ij} = \sigma^2 \ \Longrightarrow\ \operatorname{E} \tfrac1n"
            r" \operatorname{tr} \mathbf{M}^2 = n \sigma^2",
            "With the published variance σ² it is nσ².",
            domain="symmetric n × n matrices, n ≥ 1, σ > 0",
        ),
        repairs="pennington2017.semicircle",
    ),
    row(
        "hessproof.wishart_scale",
        "amends the slide “Wigner and Wishart distributions”",
        "The scale of a Marchenko–Pastur law is its mean, p times the variance of an entry: N(0, σ²/p) belongs to the "
        "scale σ², and ρ_MP(·; σ, τ) to entries N(0, σ/p).",
        r"\mathbf{J}_{ij} \sim \mathcal{N}(0, s/p) \ \Longrightarrow\ \operatorname{E} \tfrac1n \operatorname{tr}"
        r" \mathbf{J}\mathbf{J}^\top = s, \qquad R(z) = \frac{s}{1 - s \tau z}",
        "The mean eigenvalue of JJ⊤ is s for every n and p, its mean square s²(1 + τ + 1/p); the R-transform with a "
        "scale is s/(1 − sτz).",
        part(
            "mean",
            EVERY,
            r"\operatorname{E} \tfrac1n \operatorname{tr} \mathbf{J}\mathbf{J}^\top = s",
            "The mean eigenvalue is that of the law.",
            domain="J ∈ R^{n×p} with entries N(0, s/p), s > 0",
        ),
        part(
            "square",
            EVERY,
            r"\operatorname{E} \tfrac1n \operatorname{tr} (\mathbf{J}\mathbf{J}^\top)^2 = s^2 (1 + \tau + \tfrac1p)",
            "The mean squared eigenvalue is that of the law, s²(1 + τ), up to s²/p.",
            domain="J ∈ R^{n×p} with entries N(0, s/p), s > 0",
        ),
        part(
            "affine",
            EVERY,
            r"R_{cX + a}(z) = c\, R_X(cz) + a, \qquad \kappa_k(cX) = c^k \kappa_k(X)",
            "A scale of the matrix stands twice in the R-transform, a shift is added.",
            domain="laws with compact support, c > 0",
        ),
        part(
            "transform",
            EVERY,
            r"R_{\rho_{MP}(\cdot;\, s, \tau)}(z) = \frac{s}{1 - s \tau z}",
            "The R-transform of Marchenko–Pastur with any scale.",
            domain="s > 0, τ > 0, the atom included",
        ),
        repairs="pennington2017.marchenko_pastur",
        remarks=(
            "A critical energy that depends on the scale of the Wishart part must say which one: with entries N(0, "
            "σ²/p) "
            "every s of these formulas is σ².",
        ),
    ),
    row(
        "hessproof.stieltjes_inversion",
        "extends the slide “Stieltjes and R Transforms”",
        "The limit is the mean of the density's two sides, and an atom of mass m adds m/(πε) before the limit.",
        r"-\frac1\pi \lim_{\varepsilon \to 0^+} \operatorname{Im} G(\lambda + i\varepsilon) ="
        r" \frac{\rho(\lambda^-) + \rho(\lambda^+)}{2}, \qquad \lim_{\varepsilon \to 0^+} i\varepsilon\,"
        r" G(\lambda + i\varepsilon) = \mu(\{\lambda\})",
        "The inversion at jumps of the density and at atoms.",
        part(
            "jumps",
            EVERY,
            r"-\frac1\pi \lim_{\varepsilon \to 0^+} \operatorname{Im} G(\lambda + i\varepsilon) ="
            r" \frac{\rho(\lambda^-) + \rho(\lambda^+)}{2}",
            "At a jump the inversion gives the mean of the two sides.",
            domain="densities with limits from the left and from the right at λ",
        ),
        part(
            "atoms",
            EVERY,
            r"\lim_{\varepsilon \to 0^+} i\varepsilon\, G(\lambda + i\varepsilon) = \mu(\{\lambda\})",
            "Atoms are found by another limit.",
            domain="every probability law",
        ),
        repairs="pennington2017.stieltjes",
        remarks=(
            "For τ > 1 the law of the lecture has an atom of mass 1 − 1/τ at 0, at which the published limit is "
            "infinite.",
        ),
    ),
    row(
        "hessproof.r_domain",
        "amends the slide “Stieltjes and R Transforms”",
        "R(G(z)) + 1/G(z) = z holds outside the circle that has the support's hull as a diameter, and in general "
        "nowhere "
        "else.",
        r"|z - c| > \varrho \ \Longrightarrow\ R_\mu(G_\mu(z)) + \frac{1}{G_\mu(z)} = z, \quad"
        r" \operatorname{supp} \mu \subseteq [c - \varrho, c + \varrho]",
        "G is injective outside Thales' circle over the support, for every law; the law with two equal atoms shows "
        "that "
        "no smaller circle will do.",
        part(
            "circle",
            EVERY,
            r"|z - c|, |w - c| > \varrho, \ G(z) = G(w) \ \Longrightarrow\ z = w",
            "Outside the circle G takes no value twice, so that R is well defined and the equation holds.",
            domain="probability laws on [c − ρ, c + ρ]",
        ),
        part(
            "sharp",
            EVERY,
            r"\mu = \tfrac12 \delta_{-\varrho} + \tfrac12 \delta_{\varrho}: \quad G(z) = G(-\varrho^2 / z)",
            "Two equal atoms: each point inside the circle has a partner outside with the same value.",
            domain="ρ > 0, z ≠ 0, ±ρ",
        ),
        part(
            "laws",
            EVERY,
            r"\frac{1}{1 - \tau G(z)} + \frac{1}{G(z)} = z, \quad v G(z) + \frac{1}{G(z)} = z \quad \text{for all } z"
            r" \notin \operatorname{supp}",
            "For the two laws of the lecture the equation holds at every z off the support.",
            domain="ρ_MP(·; 1, τ) and ρ_SC of any variance",
        ),
        repairs="pennington2017.r_transform",
        remarks=(
            "By Koebe's quarter theorem R is analytic in |w| < 1/(4ρ) at least, for every law (after a shift by c).",
            "Where R is a rational function, as in both models of the lecture, the equation continues to every z off "
            "the hull of the support, by the identity theorem.",
            "At z = i/2 and z = 2i the law ½δ_{−1} + ½δ_1 has G = −2i/5: no function R satisfies the equation at both.",
        ),
    ),
    row(
        "hessproof.free_moments",
        "extends the slide “Recall the Hessian for two layer net”",
        "All moments of the two laws, and the way back from the R-transform to the density.",
        r"\int \lambda^{2k} d\rho_{SC} = v^k C_k, \qquad \int \lambda^k d\rho_{MP} = s^k \sum_{j=1}^{k} N(k, j)\,"
        r" \tau^{j-1}",
        "The moments are Catalan numbers and Narayana polynomials: sums over noncrossing partitions with free "
        "cumulants "
        "v (k = 2) and s^k τ^{k−1}.",
        part(
            "catalan",
            EVERY,
            r"\int \lambda^{2k} \rho_{SC}(\lambda)\, d\lambda = v^k \frac{1}{k+1} \binom{2k}{k}",
            "The semicircle's moments are Catalan numbers.",
            domain="v > 0, k ≥ 1",
        ),
        part(
            "narayana",
            EVERY,
            r"\int \lambda^k d\rho_{MP}(\lambda) = s^k \sum_{i=0}^{k-1} \frac1k \binom{k}{i} \binom{k}{i+1} \tau^i",
            "Those of Marchenko–Pastur are Narayana polynomials in τ.",
            domain="s > 0, τ > 0, k ≥ 1",
        ),
        part(
            "back",
            EVERY,
            r"R(G) + \tfrac1G = z, \ zG \to 1 \ \Longrightarrow\ -\tfrac1\pi \operatorname{Im} G(\lambda + i0) ="
            r" \rho(\lambda)",
            "From R back to the density: of the two roots exactly one behaves like 1/z at infinity, and its jump is "
            "the "
            "density.",
            domain="both laws, inside the support",
        ),
        repairs="pennington2017.r_values",
    ),
)
