"""Wishart plus Wigner: the density, the fraction of negative eigenvalues and the critical energy."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Case, Claim, Region

_LAW = (
    r"\alpha(\varepsilon, \tau)"
    r" \approx \alpha_0(\tau) \left| \frac{\varepsilon - \varepsilon_c}{\varepsilon_c} \right|^{3/2}"
)

_RATIO = (
    r"\frac{\alpha(\varepsilon, \tau)}"
    r"{\alpha_0(\tau) \left| (\varepsilon - \varepsilon_c)/\varepsilon_c \right|^{3/2}}"
)


def _with_trait(name: str) -> Region:
    def contains(case: Case) -> bool:
        return name in case.traits

    return Region(name, contains)


UNITS = tuple(map(_with_trait, ("σ = 1", "σ ≠ 1")))
"""Whether the scale is 1, where all readings of σ agree."""

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
            "semicircular",
            EVERY,
            r"\frac{\kappa_k(\mathbf{H})}{\kappa_2(\mathbf{H})^{k/2}} \searrow 0 \quad"
            r" (\varepsilon \to \infty,\ k \ge 3)",
            "The spectrum becomes more semicircular: every standardised free cumulant that the semicircle law has not "
            "falls to zero as the energy grows.",
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
        part(
            "main",
            EVERY,
            rf"\lim_{{\varepsilon \downarrow \varepsilon_c}} {_RATIO} = 1 \ \text{{for some }} \alpha_0(\tau) > 0",
            "Above the critical energy.",
            domain="ε > ε_c near ε_c, 0 < τ < 1",
        ),
        part(
            "below",
            EVERY,
            rf"\lim_{{\varepsilon \uparrow \varepsilon_c}} {_RATIO} = 1",
            "Below it, where the absolute value makes the right side positive as well.",
            domain="ε < ε_c near ε_c, 0 < τ < 1",
        ),
        remarks=(
            "The lecture leaves α_0(τ) out; hessproof.index_law gives it in closed form.",
            "How small is small: the law exceeds α by less than a tenth for (ε − ε_c)/ε_c up to 0.08 at τ → 0 and 0.15 "
            "at τ → 1, where α is about half a percent or less.",
            "Below ε_c no eigenvalue is negative, so that α = 0 is as small as can be, and |ε − ε_c| must be read as "
            "max(0, ε − ε_c). At ε → 0 the published right side is α_0(τ), up to 0.21.",
        ),
    ),
    row(
        "pennington2017.eps_c",
        "slide “Fraction of negative eigenvalues”",
        "where ε_c = 1/16 (1 − 20τ − 8τ² + (1 + 8τ)^{3/2}).",
        r"\varepsilon_c = \frac{1}{16} \left( 1 - 20\tau - 8\tau^2 + (1 + 8\tau)^{3/2} \right)",
        "The critical energy of Wishart plus Wigner.",
        EVERY,
        domain="0 < τ < 1",
        remarks=(
            "ε_c is the largest energy at which no eigenvalue is negative. For τ ≥ 1 the formula is 0 or negative, and "
            "indeed every energy above 0 gives negative eigenvalues.",
            "H_0 has the law ρ_MP(·; 1, τ) here; for ρ_MP(·; σ, τ) there is a factor σ² (hessproof.critical_energy).",
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
            "The critical energy of the model with ReLU, where σ is the scale of the law ρ_MP(·; σ, τ) of H_0.",
            domain="0 < τ < 1, σ > 0",
        ),
        part(
            "entries",
            EVERY,
            r"\varepsilon_c = \frac{\sigma^2 (27 - 18\xi - \xi^2 + 8\xi^{3/2})}{32\tau (1 - \tau)^3}, \quad"
            r" \mathbf{J}_{ij} \sim \mathcal{N}(0, \sigma^2/p)",
            "The same, where σ is what the lecture's words say: H_0 = JJ⊤ with entries N(0, σ²/p).",
            domain="0 < τ < 1, σ > 0",
            regions=UNITS,
        ),
        part(
            "power",
            EVERY,
            rf"\lim_{{\varepsilon \downarrow \varepsilon_c}} {_RATIO} = 1 \ \text{{for some }} \alpha_0(\tau) > 0",
            "The fraction of negative eigenvalues above it.",
            domain="ε > ε_c near ε_c, 0 < τ < 1",
        ),
        part(
            "power_below",
            EVERY,
            rf"\lim_{{\varepsilon \uparrow \varepsilon_c}} {_RATIO} = 1",
            "The fraction of negative eigenvalues below it.",
            domain="ε < ε_c near ε_c, 0 < τ < 1",
        ),
        remarks=(
            "The lecture prints σ twice: as the scale of ρ_MP(·; σ, τ), with which ε_c ∝ σ², and in the entries N(0, "
            "σ²/p), with which H_0 has the mean σ² and ε_c ∝ σ⁴. The two agree for σ = 1 only.",
        ),
    ),
)
