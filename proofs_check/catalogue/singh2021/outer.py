"""Singh et al. 2021, §§4.1 and 4.2: the rank lemma and the rank of the outer-product Hessian."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import CONTROL, OUTER, PEAKS, no_width_below_ends
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

REDUCED = (
    "§4 reduces the data first: if r < d the input is pre-processed to r dimensions and W^1 is M_1 × r, so A_o, A1 and "
    "the formula are about the reduced network. The rank of H_o is the same for the network as it stands."
)
PRODUCTS = "A1 bounds the rank of each factor, not of a product: [0 1][1; 0] = 0."
A1 = ("A1", "reduced data")

_OUTER = r"q(r + K - q)"

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.lemma1",
        "Lemma 1",
        "Let Z be a matrix as in Eq. (6). Then, rk(Z) = q rk(C) + n rk(D) − rk(C) rk(D).",
        r"\operatorname{rk} \begin{pmatrix} \mathbf{I}_q \otimes \mathbf{C} \\ \mathbf{D} \otimes \mathbf{I}_n"
        r" \end{pmatrix}"
        r" = q \operatorname{rk} \mathbf{C} + n \operatorname{rk} \mathbf{D} - \operatorname{rk} \mathbf{C}\,"
        r" \operatorname{rk} \mathbf{D},"
        r" \quad \mathbf{C} \in \mathbb{R}^{m \times n},\ \mathbf{D} \in \mathbb{R}^{p \times q}",
        "Two Kronecker products with identities on opposite sides, stacked, have a rank that the factors' ranks "
        "determine.",
        part(
            "main",
            EVERY,
            r"\operatorname{rk} \mathbf{Z} = q \operatorname{rk} \mathbf{C} + n \operatorname{rk} \mathbf{D}"
            r" - \operatorname{rk} \mathbf{C}\, \operatorname{rk} \mathbf{D}",
            "The rank of the stack, for all matrices C and D.",
            domain="all matrices C and D",
            quantity="z_matrix",
            relation="==",
            formula="lemma1",
        ),
        remarks=(
            "The lemma is Chuai and Tian's. Here p and q are sizes of D, not the number of parameters and min(r, …, "
            "K).",
        ),
    ),
    row(
        "singh2021.prop2",
        "Proposition 2",
        "For a deep linear network, H_o = A_o B_o A_o^⊤, where B_o = I_K ⊗ Σ_xx ∈ R^{Kd×Kd}, and A_o^⊤ = (W^{L:2} ⊗ "
        "I_d … W^{L:l+1} ⊗ W^{1:l−1} … I_K ⊗ W^{1:L−1}) ∈ R^{Kd×p}, where p is the number of parameters. A "
        "straightforward consequence is that if there is no bottleneck in between, i.e., no hidden-layer with width "
        "M_i < min(K, d), then the matrix B_o will control the rank of H_o. Hence, as a first upper bound we get, "
        "rk(H_o) ≤ min(rk(A_o), rk(B_o)) = rk(B_o) = rk(I_K) rk(Σ_xx) = Kr.",
        r"\mathbf{H}_o = \mathbf{A}_o \mathbf{B}_o \mathbf{A}_o^\top, \quad \mathbf{B}_o = \mathbf{I}_K \otimes"
        r" \boldsymbol{\Sigma},"
        r" \quad \mathbf{A}_o^\top = \begin{pmatrix} \mathbf{W}^{L:2} \otimes \mathbf{I}_d & \cdots &"
        r" \mathbf{W}^{L:l+1} \otimes \mathbf{W}^{1:l-1} & \cdots & \mathbf{I}_K \otimes \mathbf{W}^{1:L-1}"
        r" \end{pmatrix},"
        r" \quad \operatorname{rk} \mathbf{H}_o \le K r",
        "The outer-product Hessian factors through I ⊗ Σ, so its rank is at most Kr; without a bottleneck it is Kr.",
        part(
            "factorisation",
            EVERY,
            r"\mathbf{H}_o = \mathbf{A}_o \mathbf{B}_o \mathbf{A}_o^\top",
            "H_o is A_o B_o A_o⊤.",
        ),
        part(
            "bound",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o \le K r",
            "The rank of H_o is at most K r.",
            regions=OUTER,
            quantity="outer",
            relation="<=",
            formula="prop2_bound",
        ),
        part(
            "minimum",
            GENERIC,
            r"\min(\operatorname{rk} \mathbf{A}_o, \operatorname{rk} \mathbf{B}_o) = \operatorname{rk} \mathbf{B}_o",
            "Without a hidden width below min(K, d), B_o has the smaller rank of the two factors.",
            domain="no hidden width below min(K, d)",
            regions=CONTROL,
            inside=no_width_below_ends,
            quantity="a_o",
            relation=">=",
        ),
        part(
            "control",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_o = K r",
            "Without a hidden width below min(K, d), B_o controls the rank of H_o: it equals K r.",
            domain="no hidden width below min(K, d)",
            regions=CONTROL,
            inside=no_width_below_ends,
            quantity="outer",
            relation="==",
            formula="prop2_control",
        ),
        remarks=(
            "Here A_o is that of the network as it stands, with I_d in its first block, also where r < d.",
            "The source does not say for which parameters B_o controls the rank; almost all is the reading taken.",
        ),
    ),
    row(
        "singh2021.thm3",
        "Theorem 3",
        "Consider the matrix A_o mentioned in Proposition 2. Under the assumption A1, rk(A_o) = r rk(W^{2:L}) + K "
        "rk(W^{L−1:1}) − rk(W^{2:L}) rk(W^{L−1:1}) = q(r + K − q).",
        r"\operatorname{rk} \mathbf{A}_o = r \operatorname{rk} \mathbf{W}^{2:L} + K \operatorname{rk}"
        r" \mathbf{W}^{L-1:1}"
        r" - \operatorname{rk} \mathbf{W}^{2:L} \operatorname{rk} \mathbf{W}^{L-1:1} = q(r + K - q)",
        "The rank of the Jacobian factor of the outer-product Hessian, for every parameter of maximal rank.",
        part(
            "first_equality",
            EVERY,
            r"\operatorname{rk} \mathbf{A}_o = r \operatorname{rk} \mathbf{W}^{2:L} + K \operatorname{rk}"
            r" \mathbf{W}^{L-1:1}"
            r" - \operatorname{rk} \mathbf{W}^{2:L} \operatorname{rk} \mathbf{W}^{L-1:1}",
            "The rank of A_o from the ranks of the two products that leave out one end, for every parameter under A1.",
            assumptions=A1,
            regions=PEAKS,
            quantity="jacobian",
            relation="==",
            formula="thm3_chain",
        ),
        part(
            "second_equality",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{A}}_o = {_OUTER}",
            "The rank of A_o from the widths alone, for every parameter under A1.",
            assumptions=A1,
            regions=PEAKS,
            quantity="jacobian",
            relation="==",
            formula="thm3",
        ),
        remarks=(REDUCED, PRODUCTS),
    ),
    row(
        "singh2021.cor4",
        "Corollary 4",
        "Under the setup of Theorem 3, the rank of H_o is given by rk(H_o) = q(r + K − q).",
        rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
        "The rank of the outer-product Hessian.",
        part(
            "every_A1",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
            "The rank of H_o, for every parameter under A1, as published.",
            assumptions=A1,
            regions=PEAKS,
            quantity="outer",
            relation="==",
            formula="cor4",
        ),
        part(
            "generic",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_o = {_OUTER}",
            "The rank of H_o, for almost all parameters.",
            regions=OUTER,
            quantity="outer",
            relation="==",
            formula="cor4",
        ),
        remarks=(REDUCED, PRODUCTS),
    ),
    row(
        "singh2021.ntk",
        "§4.2, remark after Corollary 4",
        "It should be emphasized that this analysis not only delivers the rank of the outer-product Hessian but also "
        "of Neural Tangent Kernel [44] (see Appendix S9.5), Fisher information matrix, network Jacobian, due to their "
        "underlying intimate relationship, unaltered through the lens of rank.",
        r"\operatorname{rk} \mathbf{H}_o = \operatorname{rk} \mathbf{J} = \operatorname{rk} \mathbf{J}\mathbf{J}^\top"
        r" = \operatorname{rk} \mathbf{J}^\top \mathbf{J}, \qquad \mathbf{J} = \left(\nabla_{\theta}"
        r" F(\mathbf{x}_i)\right)_{i=1}^{N}"
        r" \in \mathbb{R}^{NK \times p}",
        "Outer-product Hessian, tangent kernel on the data, Fisher information and network Jacobian have one rank.",
        part(
            "jacobian",
            EVERY,
            r"\operatorname{rk} \mathbf{J} = \operatorname{rk} \mathbf{H}_o",
            "The Jacobian of the outputs at all samples has the rank of H_o.",
            regions=OUTER,
            quantity="jacobian",
            relation="==",
        ),
        part(
            "ntk",
            EVERY,
            r"\operatorname{rk} \mathbf{J}\mathbf{J}^\top = \operatorname{rk} \mathbf{H}_o",
            "The tangent kernel at all samples, NK × NK, has the rank of H_o.",
            regions=OUTER,
            relation="==",
        ),
        part(
            "fisher",
            EVERY,
            r"\operatorname{rk} \mathbf{E}\left[\nabla_{\theta} F(\mathbf{x})^\top \nabla_{\theta} F(\mathbf{x})\right]"
            r" = \operatorname{rk} \mathbf{H}_o",
            "The Fisher information, of outputs with Gaussian noise, has the rank of H_o.",
            regions=OUTER,
            relation="==",
        ),
        remarks=(
            "Fisher information is that of the model y ~ N(F(x), I), with labels drawn from the model. The matrix "
            "made of the gradients at the observed labels, sometimes given the same name, is another one.",
        ),
    ),
)
