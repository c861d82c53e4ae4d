"""Singh et al. 2021, §§2–3 and Appendix S2: derivatives, Hessian blocks, the Gauss–Newton split and the range."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_CHAINS = (
    r"\mathbf{W}^{k:l} is written here with two constructors, as the source's one notation is ambiguous: descending "
    r"for k ≥ l, a product of transposes for k ≤ l. At k = l the place decides: in \mathbf{W}^{k+1:l-1} the single "
    "factor is transposed. An empty chain of either kind is the identity."
)
_TRANSPOSED = (
    "The columns of the block follow vec_r(W^{l⊤}), not vec_r(W^l). The block of the symmetric Hessian is this one "
    "times a permutation of columns; ranks do not change."
)

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.eq1",
        "Eq. (1)",
        "Alongside this, we use the following rule: ∂AWB/∂W = A ⊗ B^⊤, e.g. ∂F/∂W^k = W^{L:k+1} ⊗ x^⊤ W^{1:k−1} ∈ "
        "R^{K × M_k M_{k−1}}. (1)",
        r"\frac{\partial\, \mathbf{A}\mathbf{W}\mathbf{B}}{\partial \mathbf{W}} = \mathbf{A} \otimes \mathbf{B}^\top,"
        r" \qquad \frac{\partial F}{\partial \mathbf{W}^k} = \mathbf{W}^{L:k+1} \otimes \mathbf{x}^\top"
        r" \mathbf{W}^{1:k-1}",
        "The derivative of AWB with respect to W is a Kronecker product, and so is that of the network.",
        part(
            "rule",
            EVERY,
            r"\frac{\partial \operatorname{vec}_r(\mathbf{A}\mathbf{W}\mathbf{B})}"
            r"{\partial \operatorname{vec}_r(\mathbf{W})^\top} = \mathbf{A} \otimes \mathbf{B}^\top",
            "The derivative of AWB with respect to W, rows stacked, is A ⊗ B⊤.",
            domain="all matrices of matching sizes",
        ),
        part(
            "jacobian",
            EVERY,
            r"\frac{\partial F(\mathbf{x})}{\partial \mathbf{W}^k} = \mathbf{W}^{L:k+1} \otimes \mathbf{x}^\top"
            r" \mathbf{W}^{1:k-1}",
            "The derivative of the network's output with respect to W^k.",
        ),
        remarks=(_CHAINS,),
    ),
    row(
        "singh2021.vec",
        "§3.2 and Appendix S2.5",
        "This essentially follows from the identity, vec_r AXB = (A ⊗ B^⊤) vec_r X (see proof in Appendix S2.5).",
        r"\operatorname{vec}_r(\mathbf{A}\mathbf{X}\mathbf{B}) = (\mathbf{A} \otimes \mathbf{B}^\top)"
        r" \operatorname{vec}_r(\mathbf{X})",
        "Stacking the rows of AXB is a linear map of the stacked rows of X, with matrix A ⊗ B⊤.",
        EVERY,
        domain="all matrices of matching sizes",
    ),
    row(
        "singh2021.eq2",
        "Eq. (2)",
        "By the usual chain rule (backpropagation) one has for a linear DNN, at a sample (x, y): ∂ℓ_{x,y}/∂W^k = "
        "[W^{k+1:L} δ_{x,y}] · [W^{k−1:1} x]^⊤ = W^{k+1:L} [W^{L:1} x x^⊤ − y x^⊤] W^{1:k−1}. (2) The above gradient "
        "with respect to W^k is of first order in W^k itself and second order in the other weight matrices.",
        r"\frac{\partial \ell}{\partial \mathbf{W}^k} = \mathbf{W}^{k+1:L}"
        r" \left[ \mathbf{W}^{L:1} \mathbf{x}\mathbf{x}^\top - \mathbf{y}\mathbf{x}^\top \right] \mathbf{W}^{1:k-1}",
        "The gradient of the squared loss, affine in its own weight matrix and quadratic in each other one.",
        part(
            "gradient",
            EVERY,
            r"\frac{\partial \ell}{\partial \mathbf{W}^k} = \left[\mathbf{W}^{k+1:L} \boldsymbol{\delta}\right]"
            r" \left[\mathbf{W}^{k-1:1} \mathbf{x}\right]^\top = \mathbf{W}^{k+1:L}"
            r" \left[ \mathbf{W}^{L:1} \mathbf{x}\mathbf{x}^\top - \mathbf{y}\mathbf{x}^\top \right]"
            r" \mathbf{W}^{1:k-1}",
            "The gradient at one sample is the backward signal times the forward signal.",
        ),
        part(
            "degrees",
            EVERY,
            r"\deg_{\mathbf{W}^k} \frac{\partial \ell}{\partial \mathbf{W}^k} = 1, \qquad"
            r" \deg_{\mathbf{W}^l} \frac{\partial \ell}{\partial \mathbf{W}^k} = 2 \quad \text{for } l \neq k",
            "As a polynomial, the gradient has degree one in W^k and degree two in each other weight matrix.",
            domain="every architecture, x ≠ 0",
        ),
        remarks=(_CHAINS, "In W^k the gradient is affine: the term with y has degree zero."),
    ),
    row(
        "singh2021.diag",
        "§3.1",
        "First, consider the k-th diagonal block of the Hessian, which is independent of y and is given by, H_L^{kk} "
        ":= ∂²L/∂W^k∂W^k = W^{k+1:L} W^{L:k+1} ⊗ W^{k−1:1} Σ_xx W^{1:k−1}.",
        r"\mathbf{H}_{\mathcal{L}}^{kk} = \mathbf{W}^{k+1:L}\mathbf{W}^{L:k+1} \otimes"
        r" \mathbf{W}^{k-1:1} \boldsymbol{\Sigma} \mathbf{W}^{1:k-1}",
        "The diagonal blocks of the Hessian are Kronecker products and do not depend on the labels.",
        part(
            "block",
            EVERY,
            r"\mathbf{H}_{\mathcal{L}}^{kk} = \mathbf{W}^{k+1:L}\mathbf{W}^{L:k+1} \otimes"
            r" \mathbf{W}^{k-1:1} \boldsymbol{\Sigma} \mathbf{W}^{1:k-1}",
            "The k-th diagonal block of the Hessian.",
        ),
        part(
            "independent_of_y",
            EVERY,
            r"\frac{\partial \mathbf{H}_{\mathcal{L}}^{kk}}{\partial \mathbf{y}} = \mathbf{0}",
            "The diagonal blocks do not change when the labels do.",
        ),
        remarks=(_CHAINS,),
    ),
    row(
        "singh2021.eq3",
        "Eq. (3)",
        "For simplicity, let us express these parts without adding them and directly write the other Hessian "
        "contribution with respect to the transposed matrix, giving: ∀k ≠ l, H̃_L^{kl} := ∂²L/∂W^l∂W^k = W^{k+1:L} "
        "W^{L:l+1} ⊗ W^{k−1:1} Σ_xx W^{1:l−1}. (3)",
        r"\forall k \neq l: \quad \widetilde{\mathbf{H}}_{\mathcal{L}}^{kl} = \mathbf{W}^{k+1:L}\mathbf{W}^{L:l+1}"
        r" \otimes"
        r" \mathbf{W}^{k-1:1} \boldsymbol{\Sigma} \mathbf{W}^{1:l-1}",
        "The part of an off-diagonal block that comes from the untransposed occurrence of W^l in the gradient.",
        EVERY,
        domain="L ≥ 2",
        remarks=(_CHAINS,),
    ),
    row(
        "singh2021.eq4",
        "Eq. (4)",
        "∀k < l, Ĥ_L^{kl} := ∂²L/∂W^{l⊤}∂W^k = W^{k+1:l−1} ⊗ W^{k−1:1} Ω^⊤ W^{L:l+1}. (4)",
        r"\forall k < l: \quad \widehat{\mathbf{H}}_{\mathcal{L}}^{kl} ="
        r" \frac{\partial^2 \mathcal{L}}{\partial \mathbf{W}^{l\top} \partial \mathbf{W}^k} = \mathbf{W}^{k+1:l-1}"
        r" \otimes"
        r" \mathbf{W}^{k-1:1} \boldsymbol{\Omega}^\top \mathbf{W}^{L:l+1}",
        "The part of a block above the diagonal that comes from the transposed occurrence of W^l in the gradient.",
        EVERY,
        domain="L ≥ 2",
        remarks=(_CHAINS, _TRANSPOSED),
    ),
    row(
        "singh2021.eq5",
        "Eq. (5)",
        "∀k > l, Ĥ_L^{kl} := ∂²L/∂W^{l⊤}∂W^k = W^{k+1:L} Ω W^{1:l−1} ⊗ W^{k−1:l+1}. (5)",
        r"\forall k > l: \quad \widehat{\mathbf{H}}_{\mathcal{L}}^{kl} ="
        r" \frac{\partial^2 \mathcal{L}}{\partial \mathbf{W}^{l\top} \partial \mathbf{W}^k} ="
        r" \mathbf{W}^{k+1:L} \boldsymbol{\Omega} \mathbf{W}^{1:l-1} \otimes \mathbf{W}^{k-1:l+1}",
        "The part of a block below the diagonal that comes from the transposed occurrence of W^l in the gradient.",
        EVERY,
        domain="L ≥ 2",
        remarks=(_CHAINS, _TRANSPOSED),
    ),
    row(
        "singh2021.split",
        "§3.1 and Appendix S1",
        "For the MSE loss, the Gauss-Newton decomposition is in fact equivalent to what we discussed before (see "
        "details in Appendix S1), where H_o contains the blocks H_L^{kk} and H̃_L^{kl}, while H_f consists of "
        "Ĥ_L^{kl} (although with the non-transposed matrix).",
        r"\mathbf{H}_{\mathcal{L}} = \mathbf{H}_o + \mathbf{H}_f, \quad"
        r" \mathbf{H}_o = \mathbf{E}\left[\nabla_{\theta} F^\top\, [\partial^2 \ell]\, \nabla_{\theta} F\right], \quad"
        r" \mathbf{H}_f = \mathbf{E}\left[\sum_{c=1}^{K} [\partial \ell]_c \nabla_{\theta}^2 F_c\right]",
        "The Gauss–Newton split of the Hessian is the split into the blocks of Eqs. (3)–(5).",
        part(
            "outer",
            EVERY,
            r"\mathbf{E}\left[\nabla_{\theta} F^\top\, \nabla_{\theta} F\right]^{kl} ="
            r" \mathbf{W}^{k+1:L}\mathbf{W}^{L:l+1} \otimes \mathbf{W}^{k-1:1} \boldsymbol{\Sigma} \mathbf{W}^{1:l-1}"
            r" \quad \text{for all } k, l",
            "The outer-product term is made of the diagonal blocks and of Eq. (3).",
        ),
        part(
            "functional",
            EVERY,
            r"\mathbf{E}\left[\sum_{c} \delta_c \nabla_{\theta}^2 F_c\right]^{kl} ="
            r" \widehat{\mathbf{H}}_{\mathcal{L}}^{kl}\, \mathbf{P}_l"
            r" \quad \text{for } k \neq l, \qquad \mathbf{0} \quad \text{for } k = l",
            "The functional term is made of Eqs. (4) and (5), with P_l the permutation vec_r(W^{l⊤}) = P_l vec_r(W^l).",
        ),
        part(
            "sum",
            EVERY,
            r"\mathbf{H}_{\mathcal{L}} = \mathbf{H}_o + \mathbf{H}_f",
            "Both terms add up to the Hessian of the loss.",
        ),
        remarks=(_CHAINS,),
    ),
    row(
        "singh2021.range_o",
        "§3.2",
        "The product of the k-th row-block H_o^{k•}, corresponding to the kth layer, with Δθ can be written "
        "succinctly as, H_o^{k•} · Δθ = vec_r(W^{k+1:L} · Δ̄ · Σ_xx W^{1:k−1}), where Δ̄ := Σ_{l=1}^L W^{L:l+1} ΔW^l "
        "W^{l−1:1} ∈ R^{K×d}.",
        r"\mathbf{H}_o^{k\bullet} \Delta\theta = \operatorname{vec}_r\left(\mathbf{W}^{k+1:L}\, \overline{\Delta}\,"
        r" \boldsymbol{\Sigma} \mathbf{W}^{1:k-1}\right), \qquad"
        r" \overline{\Delta} = \sum_{l=1}^{L} \mathbf{W}^{L:l+1} \Delta\mathbf{W}^l \mathbf{W}^{l-1:1}",
        "The outer-product Hessian acts on a direction only through the change of the end-to-end matrix, K × d "
        "numbers.",
        EVERY,
        remarks=(_CHAINS,),
    ),
    row(
        "singh2021.range_f",
        "§3.2",
        "Then the product corresponding to kth layer is, H_f^{k•} · Δθ̂ = vec_r(W^{k+1:L} Ω [Δ^{<k}]^⊤ + [Δ^{>k}]^⊤ Ω "
        "W^{1:k−1}), where Δ^{<k} := Σ_{l=1}^{k−1} W^{k−1:l+1} ΔW^l W^{l−1:1} and Δ^{>k} := Σ_{l=k+1}^L W^{L:l+1} "
        "ΔW^l W^{l−1:k+1}.",
        r"\mathbf{H}_f^{k\bullet} \widehat{\Delta\theta} = \operatorname{vec}_r\left(\mathbf{W}^{k+1:L}"
        r" \boldsymbol{\Omega}"
        r" [\Delta^{<k}]^\top + [\Delta^{>k}]^\top \boldsymbol{\Omega} \mathbf{W}^{1:k-1}\right), \quad"
        r" \Delta^{<k} = \sum_{l<k} \mathbf{W}^{k-1:l+1} \Delta\mathbf{W}^l \mathbf{W}^{l-1:1}, \quad"
        r" \Delta^{>k} = \sum_{l>k} \mathbf{W}^{L:l+1} \Delta\mathbf{W}^l \mathbf{W}^{l-1:k+1}",
        "The functional Hessian acts on a direction through the change below layer k and the change above it.",
        EVERY,
        remarks=(
            _CHAINS,
            "Δθ̂ stacks vec_r(ΔW^{l⊤}) and goes with the transposed columns of Eqs. (4) and (5): the product with the "
            "Hessian itself and vec_r(ΔW^l) is the same vector.",
        ),
    ),
)
