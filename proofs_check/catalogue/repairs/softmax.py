"""Repairs about the softmax and its curvature, and about gates (Kiselev & Grabovoy 2024, §4)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_gates import KINKS, SILENT, off_kinks
from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NORM = r"\lVert \mathbf{A} \rVert"
_PAIR = r"\frac{1}{2 + (K-2)\, e^{-\rho\sqrt{K/(2(K-2))}}}"
_BALL = r"\frac{1}{1 + (K-1)\, e^{-\rho\sqrt{K/(K-1)}}}"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.softmax_norm",
        "amends appendix A.2, step 1",
        "‖diag(p) − pp⊤‖ ≤ ½ for every K, and even its Frobenius norm; attained for K = 2 alone, approached for K ≥ 3.",
        rf"{_NORM} \le \lVert \mathbf{{A}} \rVert_F \le \sqrt{{s(1-s)}} \le \tfrac12, \quad s = \textstyle\sum_c p_c^2",
        "The sharp constant for the curvature of cross-entropy in the outputs, with the smaller bounds that hold for "
        "confident predictions and for small outputs.",
        part(
            "frobenius",
            EVERY,
            rf"{_NORM} \le \lVert \mathbf{{A}} \rVert_F \le \sqrt{{s(1-s)}} \le \tfrac12",
            "The source's own route, through the Frobenius norm, gives ½ if Σp³ ≥ (Σp²)² is used.",
            domain="all probability vectors",
        ),
        part(
            "discs",
            EVERY,
            rf"{_NORM} \le \max_a 2 p_a (1 - p_a) \le \tfrac12, \qquad {_NORM} \le \max_a p_a",
            "Bounds in the probabilities: by Gershgorin's discs, by Popoviciu's inequality for the variance v⊤Av, and "
            "because A is at most its diagonal part.",
            domain="all probability vectors",
        ),
        part(
            "two_outputs",
            EVERY,
            rf"{_NORM} = 2p(1-p) \;(K = 2), \qquad {_NORM} = \tfrac12 \iff z_1 = z_2; \qquad \mathbf{{A}} = 0"
            r" \;(K = 1)",
            "For two outputs the bound is attained, where both have the same logit; for one output nothing is left.",
            domain="K ≤ 2, all logits",
            inside=lambda case: case.architecture.outputs <= 2,
        ),
        part(
            "approached",
            EVERY,
            rf"{_NORM} < \tfrac12 \;(K \ge 3), \qquad \mathbf{{z}} = (h, h, 0, \ldots, 0):\ {_NORM} \ge "
            r"\frac{1}{2 + (K-2)e^{-h}} \to \tfrac12",
            "For three and more outputs ½ is the supremum over the logits, and no finite logits attain it.",
            domain="K ≥ 3, all finite logits",
            inside=lambda case: case.architecture.outputs >= 3,
        ),
        part(
            "confidence",
            EVERY,
            rf"t = 1 - p_y:\quad {_NORM} \le 2t(1-t) \;(t \le \tfrac12), \qquad \sqrt{{\tfrac{{K}}{{K-1}}}}\; t \le"
            r" \lVert \mathbf{p} - \mathbf{y} \rVert \le \sqrt2\, t",
            "Both factors of the Hessian, the curvature and the residual, vanish with the probability t = 1 − e^{−ℓ} "
            "that the true class lacks.",
            domain="all probability vectors, one-hot targets, K ≥ 2",
            inside=lambda case: case.architecture.outputs >= 2,
        ),
        part(
            "ball",
            EVERY,
            rf"\sup_{{\lVert \mathbf{{z}} \rVert \le \rho}} {_NORM} \le \min\left(\tfrac12,\ {_BALL}\right), \qquad"
            rf" \sup_{{\lVert \mathbf{{z}} \rVert \le \rho}} {_NORM} \ge {_PAIR} \;(K \ge 3)",
            "In a ball of outputs the curvature is at most the largest probability in it, and at least what two equal "
            "outputs have; both are 1/K at ρ = 0 and ½ in the limit, and for K = 2 it is ½ at every ρ.",
            domain="K ≥ 2",
            inside=lambda case: case.architecture.outputs >= 2,
        ),
        repairs="kiselev2024.thm1.a",
        remarks=(
            "The upper bound over a ball is not attained for K ≥ 3 and ρ > 0: one output alone can have the largest "
            "probability there, and ‖A‖ = max p needs two. The supremum itself is open.",
        ),
    ),
    row(
        "hessproof.gates",
        "amends §4",
        "With D = diag([z > 0]), the gate closed at zero, the chain is the derivative wherever the derivative exists; "
        "with D = diag([z ≥ 0]) this needs a bias, or a signal that reaches every hidden layer.",
        r"\mathbf{D}^{(l)} = \operatorname{diag}([\mathbf{z}^{(l)} > 0]):\quad \nabla_\theta \mathbf{z} ="
        r" \mathbf{F}^\top \text{ at every } \theta \text{ where } \mathbf{z} \text{ is differentiable}",
        "Which value of a gate at zero gives the derivative of a rectified network, at kinks as well.",
        part(
            "closed",
            EVERY,
            r"[\mathbf{z}^{(l)} > 0]:\quad \nabla_\theta \mathbf{z} = \mathbf{F}^\top",
            "The closed gate gives the derivative wherever there is one.",
            domain="ReLU networks, wherever the derivative exists",
            regions=KINKS,
        ),
        part(
            "open",
            EVERY,
            r"[\mathbf{z}^{(l)} \ge 0]:\quad \nabla_\theta \mathbf{z} = \mathbf{F}^\top",
            "The open gate does so with bias, and without bias if no hidden layer behind the first receives zero only.",
            domain="ReLU networks with bias, or without where x^{(2)}, …, x^{(L-1)} ≠ 0, where the derivative exists",
            regions=KINKS[:3],
            inside=lambda case: case.architecture.bias or SILENT not in case.traits,
        ),
        repairs="kiselev2024.jacobian",
    ),
    row(
        "hessproof.h_term_blocks",
        "amends §3.4",
        "The H-term of a ReLU network is not zero: for k < l its block is P_lk⊤ ⊗ x^k(G^{l⊤}δ)⊤ in W^k and W^{l⊤}, and "
        "only the blocks with k = l vanish.",
        r"\delta^\top \mathbf{G}^{(l)}\, \Delta \mathbf{W}^{(l)}\, \mathbf{P}_{lk}\, \Delta \mathbf{W}^{(k)}"
        r" \mathbf{x}^{(k)}, \quad \mathbf{P}_{lk} = \mathbf{D}^{(l-1)} \mathbf{W}^{(l-1)} \cdots \mathbf{W}^{(k+1)}"
        r" \mathbf{D}^{(k)} \quad (k < l)",
        "What the G-term leaves out: every block of the H-term is a Kronecker product, so that its norm is the product "
        "‖G^{l⊤}δ‖ ‖P_lk‖ ‖x^k‖.",
        part(
            "blocks",
            EVERY,
            r"\mathbf{H}^{kl} = \mathbf{P}_{lk}^\top \otimes \mathbf{x}^{(k)} (\mathbf{G}^{(l)\top}\delta)^\top,"
            r" \qquad \mathbf{H}^{kk} = 0",
            "The blocks for k < l, in W^k and W^{l⊤}; with bias (x^k, 1) stands for x^k, and b^l couples with nothing "
            "before it.",
            domain="ReLU networks, any loss of the outputs, no pre-activation zero",
            inside=off_kinks,
        ),
        repairs="kiselev2024.split",
    ),
)
