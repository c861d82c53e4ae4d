"""The Hessian of one object and its factors: §3.4 and the start of §4 of Kiselev & Grabovoy 2024."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_gates import KINKS
from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_DERIVABLE = "ReLU networks with cross-entropy, wherever the derivative exists"

CLAIMS: tuple[Claim, ...] = (
    row(
        "kiselev2024.split",
        "§3.4",
        "It is quite well known [16] that, via the chain rule [35], the Hessian can be decomposed as a sum of the "
        "following two matrices:",
        r"\mathbf{H}_i = \nabla_{\theta} \mathbf{z}\, \frac{\partial^2 \ell}{\partial \mathbf{z}^2} \nabla_{\theta}"
        r" \mathbf{z}^\top"
        r" + \sum_{c=1}^{K} \frac{\partial \ell}{\partial z_c} \nabla_{\theta}^2 z_c",
        "The Hessian is the sum of a G-term, from the curvature of the loss, and an H-term, from that of the network.",
        EVERY,
        domain="ReLU networks with cross-entropy, wherever z is twice differentiable",
        remarks=(
            "The H-term of a ReLU network is not zero: its block (k, l), k < l, is (G^{l⊤}δ)⊤ΔW^l P_lk ΔW^k x^k with "
            "P_lk = D^{l-1}W^{l-1} ⋯ W^{k+1}D^k; only the blocks with k = l vanish.",
        ),
    ),
    row(
        "kiselev2024.softmax",
        "§4",
        "And the Hessian of the loss function w.r.t. logits (according to [39]):",
        r"\frac{\partial^2 \ell}{\partial \mathbf{z}^2} = \mathbf{A} = \operatorname{diag}(\mathbf{p}) -"
        r" \mathbf{p}\mathbf{p}^\top",
        "The Hessian of cross-entropy in the logits, through the softmax.",
        EVERY,
        domain="all logits",
        remarks=("The targets add up to one; targets that add up to t give t times the matrix.",),
    ),
    row(
        "kiselev2024.jacobian",
        "§4",
        "Authors of [38] derived the formula of G-term in the fully connected neural network, so in our case we use "
        "the following approximation […] The partial derivative of logits w.r.t. logits at l-th layer: […] Its "
        "stacked version:",
        r"\mathbf{G}^{(l)} = \frac{\partial \mathbf{z}}{\partial \mathbf{z}^{(l)}} = \mathbf{W}^{(L)}"
        r" \mathbf{D}^{(L-1)} \mathbf{W}^{(L-1)}"
        r" \cdots \mathbf{D}^{(l)}, \quad \mathbf{F}^\top = \begin{pmatrix} (\mathbf{G}^{(1)})^\top \otimes"
        r" \mathbf{x}^{(1)} \\ (\mathbf{G}^{(1)})^\top"
        r" \\ \vdots \\ (\mathbf{G}^{(L)})^\top \otimes \mathbf{x}^{(L)} \\ (\mathbf{G}^{(L)})^\top \end{pmatrix},"
        r" \quad"
        r" \text{G-term} = \mathbf{F}^\top \mathbf{A} \mathbf{F}",
        "The Jacobian of the logits in every layer's weights and biases, and the G-term built from it.",
        part(
            "chain",
            EVERY,
            r"\mathbf{G}^{(l)} = \mathbf{W}^{(L)} \mathbf{D}^{(L-1)} \mathbf{W}^{(L-1)} \cdots \mathbf{D}^{(l)}",
            "The derivative of the logits in the pre-activations of layer l.",
            domain=_DERIVABLE,
            regions=KINKS,
        ),
        part(
            "stack",
            EVERY,
            r"\nabla_{\theta} \mathbf{z} = \mathbf{F}^\top",
            "The derivative of the logits in the parameters is the stack of the blocks.",
            domain=_DERIVABLE,
            regions=KINKS,
        ),
        part(
            "g_term",
            EVERY,
            r"\text{G-term} = \mathbf{F}^\top \mathbf{A} \mathbf{F}",
            "The G-term.",
            domain=_DERIVABLE,
            regions=KINKS,
        ),
        remarks=(
            "D^{(l)} = diag([z^{(l)} ≥ 0]) takes the gate at z = 0 to be open, D^{(L)} to be the identity. Where a "
            "pre-activation is zero the derivative may fail to exist, and no instance is counted; where it exists the "
            "formula is tested.",
            "Without bias a layer that receives zero keeps its gates open in this convention, although nothing passes: "
            "at 1-1-1-1 with weights 0, −1, −1 and x = 1 the output is zero for all weights nearby, and by the formula "
            "∂z/∂W^{(1)} = 1.",
            "As functions of z^{(l)} alone the outputs can be differentiable at a kink where neither value of the gate "
            "gives the derivative: max(u, 0) − max(−u, 0) = u.",
        ),
    ),
    row(
        "kiselev2024.thm1.a",
        "Appendix A.2, step 1",
        "Using the definition of Frobenius norm, […] Combining these inequalities, we obtain: […] thus, the Frobenius "
        "norm of A is upper-bounded by √2, therefore",
        r"\lVert \mathbf{A} \rVert \le \lVert \mathbf{A} \rVert_F \le \sqrt{2 - \sum_k p_k^2} \le \sqrt{2}",
        "The curvature of cross-entropy in the logits is at most √2.",
        EVERY,
        domain="all probability vectors",
        remarks=(
            "True, and far from sharp: the Frobenius norm is at most ½, for ‖A‖_F² = Σp² − 2Σp³ + (Σp²)² ≤ s(1 − s), "
            "s = Σp².",
        ),
    ),
)
