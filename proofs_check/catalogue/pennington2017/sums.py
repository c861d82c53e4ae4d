"""Wishart plus Wigner: the density, the fraction of negative eigenvalues and the critical energy."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_LAW = (
    r"\alpha(\varepsilon, \tau)"
    r" \approx \alpha_0(\tau) \left| \frac{\varepsilon - \varepsilon_c}{\varepsilon_c} \right|^{3/2}"
)

CLAIMS: tuple[Claim, ...] = (
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
)
