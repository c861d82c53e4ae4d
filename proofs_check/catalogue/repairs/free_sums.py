"""Repairs of the laws of Wishart plus Wigner: closed forms, and where they hold."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_POISSON = r"F(G) = \frac1G + \sum_i \frac{w_i t_i}{1 - t_i G} + v G, \quad w_i > 0,\ v \ge 0"
_ROOT = r"\varrho = \sqrt{1 + 8\tau}"
_RELU_ROOT = r"\varrho = \sqrt{1 + 8\tau(2 - \tau)} = \sqrt\xi"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.free_sum_roots",
        "says which root, slide “Recall the Hessian for two layer net”",
        "For a free sum of compound Poisson laws and semicircles, F(G) = z has exactly one root with Im G < 0 if Im z "
        "> 0, and at most one if z is real: the density is −Im G/π of that root, and 0 if all roots are real.",
        rf"{_POISSON}: \qquad F(G) = F(H),\ \operatorname{{Im}} G, \operatorname{{Im}} H < 0,\ \operatorname{{Im}}"
        r" F(G) \ge 0 \ \Longrightarrow\ G = H",
        "The root of the polynomial that is the Stieltjes transform, for every degree.",
        part(
            "unique",
            EVERY,
            rf"{_POISSON}: \qquad F(G) = F(H),\ \operatorname{{Im}} G, \operatorname{{Im}} H < 0,\ \operatorname{{Im}}"
            r" F(G) \ge 0 \ \Longrightarrow\ G = H",
            "At most one root lies in the lower half plane, by Cauchy and Schwarz.",
            domain="w_i > 0, t_i real, v ≥ 0",
        ),
        repairs="pennington2017.density",
        remarks=(
            "The equation has degree 3 without activation and 4 with ReLU. That the quartic never has two pairs of "
            "complex roots at real z is not evident; no root has to be followed from infinity.",
        ),
    ),
    row(
        "hessproof.leftmost_edge",
        "says more, slide “Recall the Hessian for two layer net”",
        "The least point of the spectrum is the maximum of F(−g) over 0 < g < g_∞; there is exactly one, for every τ > "
        "0, and it falls as the energy grows.",
        r"E_-(\varepsilon, \tau) = \max_{0 < g < g_\infty} F(-g), \qquad \frac{\mathrm{d} E_-}{\mathrm{d}\varepsilon}"
        r" = \partial_\varepsilon F < 0",
        "The leftmost edge of the spectrum of a free sum.",
        part(
            "one_maximum",
            EVERY,
            rf"{_POISSON}: \qquad \frac{{\mathrm{{d}}}}{{\mathrm{{d}}g}} \left( g^2 F'(-g) \right) > 0 \quad (0 < g <"
            r" g_\infty)",
            "F(−g) has exactly one stationary point left of the spectrum.",
            domain="w_i > 0, t_i real, v ≥ 0; v > 0 or some t_i < 0",
        ),
        part(
            "falls",
            EVERY,
            r"\frac{\mathrm{d} E_-}{\mathrm{d}\varepsilon} < 0",
            "The edge falls with the energy, with and without ReLU.",
            domain="ε > 0, τ > 0, σ > 0",
        ),
        repairs="pennington2017.density",
        remarks=(
            "−1/g_∞ is the least jump if that is negative, −τ√(ε/2) with ReLU; without a negative one g_∞ = ∞.",
            "With v = 0 and positive jumps only, g²F'(−g) rises from −1 to Σw_i − 1: no stationary point if Σw_i ≤ 1, "
            "as for w = ½, t = 2.",
        ),
    ),
    row(
        "hessproof.critical_energy",
        "amends slides “Fraction of negative eigenvalues” and “The two layer ReLU net”",
        "For H_0 with the law ρ_MP(·; σ, τ), both critical energies have one form without cancellation; there is none "
        "for τ ≥ 1.",
        rf"\varepsilon_c = \frac{{4\sigma^2 (1 - \tau)^3 (1 + \varrho)}}{{(3 + \varrho)^3}},\ {_ROOT}; \qquad"
        rf" \text{{ReLU: }} \frac{{4}}{{\tau}} \text{{ times the same, }} {_RELU_ROOT}",
        "The critical energies for every scale σ, and what happens from τ = 1 on.",
        part(
            "linear",
            EVERY,
            rf"\varepsilon_c = \frac{{4\sigma^2 (1 - \tau)^3 (1 + \varrho)}}{{(3 + \varrho)^3}},\quad {_ROOT}",
            "Without activation; ⅛σ² at τ → 0, (2/27)σ²(1 − τ)³ at τ → 1.",
            domain="0 < τ < 1, σ > 0",
        ),
        part(
            "relu",
            EVERY,
            r"\varepsilon_c = \frac{16\sigma^2 (1 - \tau)^3 (1 + \varrho)}{\tau (3 + \varrho)^3},"
            rf" \quad {_RELU_ROOT}",
            "With ReLU; σ²/(2τ) at τ → 0, (8/27)σ²(1 − τ)³ at τ → 1.",
            domain="0 < τ < 1, σ > 0",
        ),
        part(
            "overparameterised",
            EVERY,
            r"\tau \ge 1 \ \Longrightarrow\ F(-g) < 0 \quad (0 < g < g_\infty,\ \varepsilon > 0)",
            "From τ = 1 on every energy above 0 gives negative eigenvalues, in both models; g_∞ = √(2/ε)/τ with ReLU, "
            "∞ without.",
            domain="τ ≥ 1, σ > 0",
        ),
        repairs="pennington2017.eps_c",
        remarks=(
            "σ is the mean of H_0. With entries N(0, v/p) that is v, so that σ must be read as v: for the lecture's "
            "N(0, σ²/p) the factor is σ⁴.",
            "The published formula subtracts numbers of size 27 to get (8/27)(1 − τ)³; this one does not.",
        ),
    ),
    row(
        "hessproof.index_law",
        "amends slides “Fraction of negative eigenvalues” and “The two layer ReLU net”",
        "α = 0 for ε ≤ ε_c, and α = α_0 x^{3/2}(1 + α_1 x + O(x²)) for x = (ε − ε_c)/ε_c ↓ 0, with α_0 and α_1 in "
        "closed form.",
        rf"\alpha_0 = \frac{{16 (1 - \tau)}}{{3\pi (1 + \varrho)(3 + \varrho)\sqrt\varrho}},\ {_ROOT}; \qquad"
        r" \text{ReLU: } \tilde\alpha_0 = \frac{2(1 - \tau)}{27\pi\sqrt\varrho}"
        r" \left(1 + \frac{8(2 - \tau)}{1 + \varrho}\right)",
        "The fraction of negative eigenvalues near the critical energy, with the constant that the lecture leaves out.",
        part(
            "linear",
            EVERY,
            rf"\alpha_0(\tau) = \frac{{16 (1 - \tau)}}{{3\pi (1 + \varrho)(3 + \varrho)\sqrt\varrho}}, \quad {_ROOT}",
            "Without activation; 2/(3π) at τ → 0.",
            domain="0 < τ < 1, σ > 0, ε ↓ ε_c",
        ),
        part(
            "relu",
            EVERY,
            r"\tilde\alpha_0(\tau) = \frac{2(1 - \tau)}{27\pi\sqrt\varrho}"
            r" \left(1 + \frac{8(2 - \tau)}{1 + \varrho}\right),"
            rf" \quad {_RELU_ROOT}",
            "With ReLU; also 2/(3π) at τ → 0.",
            domain="0 < τ < 1, σ > 0, ε ↓ ε_c",
        ),
        part(
            "next",
            EVERY,
            r"\alpha_1(\tau) = -\frac{3(\varrho^4 + 24\varrho^3 + 18\varrho^2 + 16\varrho + 5)}{160 \varrho^3}, \quad"
            rf" {_ROOT}",
            "The next term without activation, from −6/5 at τ → 0 to −59/90 at τ → 1: the law exceeds α by less than a "
            "tenth up to x = 0.08 at τ → 0 and 0.15 at τ → 1.",
            domain="0 < τ < 1, σ > 0, ε ↓ ε_c",
        ),
        part(
            "relu_next",
            EVERY,
            r"\tilde\alpha_1(\tau) = -\frac{11 + 20u - 184u^2 + \varrho (61 + 768\tau - 456\tau^2 + 32\tau^3)}"
            r"{60 \varrho^3}, \quad u = \tau(2 - \tau), \quad"
            rf" {_RELU_ROOT}",
            "The next term with ReLU, between the same ends −6/5 and −59/90.",
            domain="0 < τ < 1, σ > 0, ε ↓ ε_c",
        ),
        part(
            "zero",
            EVERY,
            r"\varepsilon < \varepsilon_c \ \Longrightarrow\ \alpha = 0",
            "Below the critical energy nothing is negative, in both models.",
            domain="0 < τ < 1, σ > 0",
        ),
        part(
            "interpolation",
            EVERY,
            r"\tau = 1: \quad \lim_{\varepsilon \downarrow 0} \frac{\alpha}{(2\varepsilon)^{1/3}} ="
            r" \frac{3\sqrt3}{4\pi}, \qquad \text{ReLU: } \lim_{\varepsilon \downarrow 0}"
            r" \frac{\alpha}{(\varepsilon/2)^{1/3}} = \frac{3\sqrt3}{4\pi}",
            "Where there are as many parameters as data entries the power is 1/3: ε_c = 0 there.",
            domain="τ = 1, σ = 1, ε ↓ 0",
        ),
        repairs="pennington2017.index",
    ),
    row(
        "hessproof.index_distribution",
        "says more, slide “Fraction of negative eigenvalues”",
        "N(λ) = 1 − Im Φ(G(λ + i0), λ)/π with Φ = λG − ∫F dG: no integral is needed. The index α = N(0) grows with the "
        "energy.",
        r"N(\lambda) = 1 - \frac1\pi \operatorname{Im} \Phi(G, \lambda), \quad \Phi = \lambda G - \ln G +"
        r" \frac{\ln(1 - \sigma\tau G)}{\tau} - \varepsilon G^2; \qquad"
        r" \frac{\mathrm{d}\alpha}{\mathrm{d}\varepsilon} > 0 \ (\varepsilon > \varepsilon_c)",
        "The distribution function in closed form, and the index as a growing function of the energy.",
        part(
            "closed",
            EVERY,
            r"N(\lambda) = 1 - \frac1\pi \operatorname{Im} \Phi(G(\lambda + i0), \lambda), \quad \frac{\mathrm{d}\Phi}"
            r"{\mathrm{d}\lambda} = G",
            "The distribution function, atoms included; with ReLU −εG² becomes ln(2 − ετ²G²)/(2τ).",
            domain="ε > 0, τ > 0, σ > 0",
        ),
        part(
            "grows",
            EVERY,
            r"\frac{\mathrm{d}\alpha}{\mathrm{d}\varepsilon} = \frac1\pi \operatorname{Im} G^2 > 0, \quad \text{ReLU: }"
            r" \frac{\tau \operatorname{Im} G^2}{\pi |2 - \varepsilon\tau^2 G^2|^2} > 0",
            "Above the critical energy the index grows strictly.",
            domain="0 < τ < 1, σ > 0, ε > ε_c",
        ),
        repairs="pennington2017.index",
    ),
    row(
        "hessproof.relu_index",
        "says more, slide “The two layer ReLU net”",
        "With ReLU and τ ≥ 2 the fraction of negative eigenvalues is 1/(2τ) at every energy above 0, that of H_1 alone;"
        " for 1 < τ < 2 it grows to 1/(2τ) and arrives there at a finite energy.",
        r"\tau \ge 2: \ \alpha(\varepsilon, \tau) = \frac{1}{2\tau} \ (\varepsilon > 0); \qquad 1 < \tau < 2: \ \alpha"
        r" = \frac{1}{2\tau} \iff \varepsilon \ge \varepsilon_* = \frac{\sigma^2 (2 - \tau) (3 + \varrho)^3}{4 (\tau -"
        rf" 1)^3 (1 + \varrho)}}, \quad {_RELU_ROOT}",
        "The fraction of negative eigenvalues with ReLU where there are more parameters than data entries.",
        part(
            "law",
            EVERY,
            r"\tau \ge 2 \ \Longrightarrow\ \alpha(\varepsilon, \tau) = \frac{1}{2\tau}",
            "A constant: the energy does not enter, nor does the scale.",
            domain="τ ≥ 2, ε > 0, σ > 0",
        ),
        part(
            "threshold",
            EVERY,
            r"\alpha(\varepsilon, \tau) = \frac{1}{2\tau} \iff \varepsilon \ge \varepsilon_* ="
            rf" \frac{{\sigma^2 (2 - \tau) (3 + \varrho)^3}}{{4 (\tau - 1)^3 (1 + \varrho)}}, \quad {_RELU_ROOT}",
            "Between, α grows to that constant and reaches it at a finite energy.",
            domain="1 < τ < 2, σ > 0",
        ),
        part(
            "matrices",
            EVERY,
            r"\nu_-(\mathbf{J}\mathbf{J}^\top + \mathbf{H}_1) = \nu_-(\mathbf{H}_1) = \frac{N}{2\tau}, \quad N = 2n^2",
            "The same for matrices of every size, exactly: n blocks [[0, EX⊤], [XE⊤, 0]] with n/τ columns in E and X, "
            "and J with N/τ columns.",
            domain="τ ≥ 2, all columns of J and of the blocks linearly independent, as they almost surely are",
        ),
        repairs="pennington2017.relu_eps_c",
        remarks=(
            "ε_* = 0 at τ = 2, and it grows without bound as τ ↓ 1. At ε_* the band of negative eigenvalues parts from "
            "the others; for τ > 2 there is an atom of mass 1 − 2/τ at 0 in between.",
            "No energy is critical there: at every ε > 0 there are negative eigenvalues (hessproof.critical_energy), "
            "and without activation α tends to 1/2 as the energy grows.",
        ),
    ),
)
