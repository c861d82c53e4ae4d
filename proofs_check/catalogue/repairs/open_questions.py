"""Questions that the papers leave open: inertia, weights of low rank, rectified networks with one output."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Case, Claim

_WEIGHT = (
    r"\varsigma_n(\lambda) = \#\{0 < j < n : \tfrac{j\pi}{n} > |\operatorname{arg} \lambda|\} - \#\{0 < j < n :"
    r" \tfrac{j\pi}{n} < |\operatorname{arg} \lambda|\}"
)
_F, _O, _L = r"\mathbf{H}_f", r"\mathbf{H}_o", r"\mathbf{H}_{\mathcal{L}}"
_SUM = r"\sum_{\lambda \ne 0}"
_DEEP = "linear networks without bias, squared loss, L ≥ 2"
_DEFICIENT = "linear networks without bias, squared loss, L ≥ 2, rk W^l = ρ_l, r = d"
_DEFICIENT_OUTER = "q(r + K - q) + (a - q)(b - q)"
_LINEAR = "linear networks without bias, squared loss"


def _deep(case: Case) -> bool:
    """L ≥ 2."""
    return case.architecture.layers >= 2


CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.inertia",
        "amends slide “Loss function landscape”",
        "How many eigenvalues of H_f are negative is read off the arguments of the eigenvalues of Ω⊤W^{L:1}; so is the "
        "index of H_L where the residual is small, and where it is large.",
        rf"\operatorname{{sig}} {_F} = -{_SUM} \varsigma_{{L-1}}(\lambda), \qquad {_WEIGHT}",
        "The inertia of a linear network's Hessian at every parameter: signs of the functional Hessian, and negative "
        "eigenvalues of the loss Hessian.",
        part(
            "functional",
            EVERY,
            rf"\operatorname{{sig}} {_F} = -{_SUM} \varsigma_{{L-1}}(\lambda), \quad \lambda \in"
            r" \operatorname{spec}(\boldsymbol{\Omega}^\top \mathbf{W}^{L:1})",
            "Positive minus negative eigenvalues of H_f, for every parameter: a positive λ adds 2 − L, a negative one "
            "L − 2, and a pair of complex ones something between, by the sector of width π/(L − 1) that it lies in.",
            domain=f"{_DEEP}, no nonreal λ has an argument jπ/(L − 1)",
            inside=_deep,
        ),
        part(
            "kernel",
            EVERY,
            rf"\operatorname{{sig}} {_F}|_{{\ker {_O}}} = -{_SUM} \varsigma_{{L}}(\lambda)",
            "The same for H_f on the kernel of H_o, the changes that move no output: a positive λ adds 1 − L.",
            domain=f"{_LINEAR}, no nonreal λ has an argument jπ/L",
        ),
        part(
            "stationary",
            EVERY,
            r"\nabla_{\mathbf{W}^k} \mathcal{L} = \mathbf{0} \text{ for one } k \ \Longrightarrow\ "
            r"(\boldsymbol{\Omega}^\top \mathbf{W}^{L:1})^2 = \mathbf{0}, \quad \operatorname{sig}"
            rf" {_F} = \operatorname{{sig}} {_F}|_{{\ker {_O}}} = 0",
            "Where the gradient of a single layer vanishes, H_f has as many negative as positive eigenvalues, and so "
            "it has on the kernel of H_o.",
            domain=_DEEP,
            inside=_deep,
        ),
        part(
            "limits",
            EVERY,
            rf"i_-({_O} + t{_F}) = \begin{{cases}} \rho - \operatorname{{rk}} {_O} - \tfrac12"
            rf" \bigl(\operatorname{{rk}} {_F}|_{{\ker {_O}}} - {_SUM} \varsigma_{{L}}(\lambda)\bigr) & t \to 0 \\"
            rf" \tfrac12 \bigl(\operatorname{{rk}} {_F} + {_SUM} \varsigma_{{L-1}}(\lambda)\bigr) & t \to \infty"
            rf" \end{{cases}} \qquad \rho = \operatorname{{rk}}\begin{{pmatrix}} {_O} \\ {_F} \end{{pmatrix}}",
            "The number of negative eigenvalues where the residual is small and where it is large; it never falls as "
            "the residual grows.",
            domain=f"{_DEEP}, no nonreal λ has an argument jπ/L or jπ/(L − 1)",
            inside=_deep,
        ),
        part(
            "generic",
            GENERIC,
            rf"2\hat q M - (L-1)\hat q^2 + {_SUM} \varsigma_L(\lambda) \le 2\, i_-({_L})"
            r" \le 2\hat q M + 2\hat q s - L\hat q^2 + \sum_{\lambda \ne 0} \varsigma_{L-1}(\lambda)",
            "Twice the index of H_L, for almost all parameters with given r and s: small residuals attain the lower "
            "end, large ones the upper.",
            domain=f"{_DEEP}, no nonreal λ has an argument jπ/L or jπ/(L − 1)",
            inside=_deep,
        ),
        repairs="pennington2017.definiteness",
        remarks=(
            "Eigenvalues are counted with their algebraic multiplicities; λ = 0 adds nothing. For L = 2 the signature "
            "of H_f is 0 for every parameter.",
            "H_f is a form of the cycle of the maps W^1, …, W^L, Ω⊤; other coordinates in every layer change it by a "
            "congruence.",
            "Data of rank r < d are reduced to r inputs.",
        ),
    ),
    row(
        "hessproof.rectified_scalar",
        "amends Corollary 10",
        "With one hidden layer, one output and linearly independent inputs the rank of H_L is read off the graph of "
        "neurons and the samples on which they are active.",
        rf"\operatorname{{rk}} {_L} = 2m + N_a - c - z, \qquad z = \#\left\{{C : \sum_{{n \in C}} \delta_n"
        r" (\delta_n + 2F_n) = 0\right\}",
        "The exact rank of H_L for every activation pattern: each component of the graph beyond the first takes one.",
        EVERY,
        domain="two layers, ReLU, leaky ReLU or no activation, no bias, squared loss, K = 1, r = N, off the kinks, all "
        "residuals and outgoing weights nonzero",
        repairs="singh2021.cor10",
        remarks=(
            "m neurons and N_a samples have an edge: neuron i and sample n are joined where σ′(h_in) ≠ 0. c is the "
            "number of components C with an edge, and δ = F − y.",
            "For almost all targets z = 0. One component, as with leaky ReLU, gives Fact 7 with m for M and N_a for r.",
            "Another loss with ℓ″ > 0 has δ²/ℓ″ in place of δ², by the same argument.",
        ),
    ),
    row(
        "hessproof.deficient_weights",
        "amends §6, consequence",
        "For almost all weights with prescribed ranks ρ_1, …, ρ_L the ranks of H_o, H_f and H_L depend on the two "
        "smallest ρ_l, on what lies between and beside them, and on s; with s ≤ min ρ_l that of H_f does not depend on "
        "the ρ_l.",
        rf"\operatorname{{rk}} {_L} = {_DEFICIENT_OUTER} + 2q_1 M - (L-1)q_1^2 + E - (a'-q_1)(b'-q_1) +"
        r" (a'-s)_+(b'-s)_+",
        "Generic ranks where A1 fails: weights of any prescribed ranks, for every width and residual.",
        part(
            "outer",
            GENERIC,
            rf"\operatorname{{rk}} {_O} = {_DEFICIENT_OUTER}",
            "The rank of H_o.",
            domain=_DEFICIENT,
            inside=_deep,
        ),
        part(
            "functional",
            GENERIC,
            rf"\operatorname{{rk}} {_F} = 2q_1(M + s) - Lq_1^2 + E, \quad E = 2(q_2 - q_1)(A + B - q_1 - q_2) +"
            r" 2(u - q_2)(v - q_2)",
            "The rank of H_f: where s exceeds the smallest rank, single layers that close the gap add E.",
            domain=_DEFICIENT,
            inside=_deep,
        ),
        part(
            "loss",
            GENERIC,
            rf"\operatorname{{rk}} {_L} = \operatorname{{rk}} {_O} + 2q_1 M - (L-1)q_1^2 + E - (a'-q_1)(b'-q_1) +"
            r" (a'-s)_+(b'-s)_+",
            "The rank of H_L.",
            domain=_DEFICIENT,
            inside=_deep,
        ),
        repairs="singh2021.rank_decrease",
        remarks=(
            "ρ_m = q is the smallest rank and ρ_{m′} the smallest among the others; q_1 = min(q, s), q_2 = min(ρ_{m′}, "
            "s); a = min(K, ρ_{m+1}, …, ρ_L) and b = min(r, ρ_1, …, ρ_{m−1}).",
            "A = M_{m−1}, but s if m = 1; B = M_m, but s if m = L; a′ = a, but s if m = L; b′ = b, but s if m = 1; u "
            "is the smallest rank between m and m′ (the width between neighbours), v the smallest of s and the ranks "
            "outside, both at least q_2. ρ_1 is the rank of W^1 on the data's span.",
            "Zero weights: 2sM_1 if L = 2, 0 if L ≥ 3. Matrices of ranks at most ρ_l form an irreducible variety, so "
            "that no weights of such ranks exceed these values.",
        ),
    ),
)
