"""Repairs about curvature in practice (Kiselev & Grabovoy 2024, §3.4 and §4.1)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_TRAINED = "trained ReLU networks without bias, with cross-entropy"

_NO_BIAS = "ReLU networks without bias, with cross-entropy, away from their kinks"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.top_space",
        "amends §3.4",
        "The G-term has one more factor of the product of the layers' scales than the H-term: it is the top eigenspace "
        "when outputs are large and classes right, and not at small weights.",
        r"\mathbf{H}_i(s\theta) = \mathbf{E}\left( S^2\, \mathbf{F}^\top \mathbf{A}(S\mathbf{z}) \mathbf{F} + S\,"
        r" \mathbf{N}(\delta(S\mathbf{z})) \right)\mathbf{E}",
        "How the two parts of the Hessian scale, and how much of the top eigenspace the smaller part can turn.",
        part(
            "balance",
            EVERY,
            r"\mathbf{W}^{(l)} \to s_l \mathbf{W}^{(l)}, \ s_l > 0, \ S = s_1 \cdots s_L, \ \mathbf{E} = \bigoplus_l"
            r" s_l^{-1}\mathbf{I}: \quad \text{G-term} \to S^2\, \mathbf{E}\mathbf{F}^\top \mathbf{A}(S\mathbf{z})"
            r" \mathbf{F}\mathbf{E}, \quad \text{H-term} \to S\, \mathbf{E}\mathbf{N}(\delta(S\mathbf{z}))"
            r"\mathbf{E}",
            "Scaling the layers multiplies the G-term by one more factor S than the H-term; F and N are those of the "
            "unscaled weights, A and δ those of the scaled logits.",
            domain=_NO_BIAS,
        ),
        part(
            "overlap",
            EVERY,
            r"\omega \ge 1 - \left( \frac{\nu}{\gamma_k - \gamma_{k+1}} \right)^2, \qquad \omega = \tfrac{1}{k} \lVert"
            r" \mathbf{U}^\top \mathbf{V} \rVert_F^2, \quad \nu = \lambda_{\max}(\mathbf{N}) -"
            r" \lambda_{\min}(\mathbf{N})",
            "The overlap of the k-dimensional top spaces of H = G + N and of G, from the gap of G and the spread of N.",
            domain="symmetric matrices, γ_k > γ_{k+1}",
        ),
        part(
            "sharp",
            EVERY,
            r"\omega \ge \tfrac{1}{2} + \tfrac{1}{2} \sqrt{1 - \left( \frac{\nu}{\gamma_k - \gamma_{k+1}}"
            r" \right)^2}",
            "The same by Davis and Kahan's theorem on double angles; attained in the plane for all such ν.",
            domain="symmetric matrices, ν < γ_k − γ_{k+1}",
        ),
        repairs="kiselev2024.top_space",
        remarks=(
            "As S → 0 the logits vanish, A and δ tend to those of p = (1/K, …, 1/K), and the ratio of G-term to H-term "
            "falls like S, so that for L ≥ 2 the H-term has the top eigenspace unless it vanishes there.",
            "A confidently misclassified object has A → 0 while ‖δ‖ → √2: there, too, the H-term remains.",
            "For L = 1 there is no H-term.",
            "What the source says of bulk and edges is seen at different times: at the start the bulk is the H-term's, "
            "but so are the edges; after training the edges are the G-term's, but so is the bulk.",
        ),
    ),
    row(
        "hessproof.small_base",
        "amends §4.1",
        "If hM is below one the loss cannot be small, and the less so the wider and deeper the network is.",
        r"\ell_i \ge \log\left( 1 + (K - 1)\, e^{-2 (hM)^L \lVert \mathbf{x}_i \rVert_1 / h} \right)",
        "How small the loss of an object can be when no weight exceeds M.",
        part(
            "loss",
            EVERY,
            r"\ell_i \ge \log\left( 1 + (K - 1)\, e^{-2 M^L M_1 \cdots M_{L-1} \lVert \mathbf{x}_i \rVert_1}"
            r" \right)",
            "Weights bounded by M bound the loss from below; attained for every input, all widths and depths.",
            assumptions=("bounded entries",),
            domain="ReLU networks without bias, with cross-entropy, every depth, M_1, …, M_{L-1} the hidden widths",
        ),
        repairs="kiselev2024.small_base",
        remarks=(
            "For equal hidden widths the exponent is 2(hM)^L ‖x‖_1/h, so that a loss of ℓ needs "
            "(hM)^L ≥ h log((K − 1)/(e^ℓ − 1))/(2‖x‖_1).",
            "Attained for L ≥ 2 by W^1 = M·1 sign(x)⊤, hidden matrices with all entries M, and a last matrix with the "
            "row M for the right class and rows −M for the others; for L = 1 by rows ±M sign(x)⊤.",
            "PyTorch draws the h × h matrices and the last one from U(−1/√h, 1/√h), where hM tends to √h; the last "
            "layer alone keeps hM < 1 with probability h^{−hK/2}.",
        ),
    ),
    row(
        "hessproof.tightness",
        "amends §4.1",
        "The bound from the norms of an object's own blocks is close to the truth after training; the published one "
        "is not.",
        r"\lVert \mathbf{H}_i \rVert \le \lambda_{\max}\left( \lVert \mathbf{H}_i^{(kl)} \rVert \right)_{k,l=1}^{L}"
        r" \le 10 \lVert \mathbf{H}_i \rVert",
        "How far above the true norm the published, the repaired and the sharpest bound lie in trained networks.",
        part(
            "blocks",
            EVERY,
            r"\lVert \mathbf{H}_i \rVert \le \lambda_{\max}(\eta), \qquad \eta_{kl} = \eta_{lk} = \lVert"
            r" \mathbf{G}^{(k)\top}\mathbf{A}\mathbf{G}^{(l)} \rVert \lVert \mathbf{x}^{(k)} \rVert \lVert"
            r" \mathbf{x}^{(l)} \rVert + [k < l] \lVert \mathbf{G}^{(l)\top}\delta \rVert \lVert"
            r" \mathbf{P}^{(lk)} \rVert \lVert \mathbf{x}^{(k)} \rVert \quad (k \le l)",
            "The largest eigenvalue of the matrix of the norms of an object's blocks bounds its Hessian; attained for "
            "every network of one layer. With bias each layer has two rows: one for W^l as written, one for b^l with 1 "
            "in place of ‖x^l‖ and without the second summand where b^l is the later one.",
            domain="ReLU networks with cross-entropy, away from their kinks, with and without bias",
        ),
        part(
            "sharpest",
            DISTRIBUTION,
            r"\max_i \lambda_{\max}\left( \lVert \mathbf{G}^{(k)\top}\mathbf{A}\mathbf{G}^{(l)} \rVert \lVert"
            r" \mathbf{x}^{(k)} \rVert \lVert \mathbf{x}^{(l)} \rVert + \lVert \mathbf{G}^{(l)\top}\delta \rVert \lVert"
            r" \mathbf{P}^{(lk)} \rVert \lVert \mathbf{x}^{(k)} \rVert \right) \le 10 \max_i \lVert \mathbf{H}_i"
            r" \rVert",
            "The bound from the norms of the blocks lies within one power of ten of the true norm.",
            domain=_TRAINED,
        ),
        part(
            "gain",
            DISTRIBUTION,
            r"\sqrt{2}\, L M_{\mathbf{x}}^2 M_{\mathbf{W}}^{2L} + \sqrt{2}\, \frac{M_{\mathbf{W}}^2"
            r" (M_{\mathbf{W}}^{2L} - 1)}{M_{\mathbf{W}}^2 - 1} \ge 10 \max_i \lambda_{\max}\left( \lVert \mathbf{A}"
            r" \rVert \lVert \mathbf{x} \rVert^2 \mathbf{a}\mathbf{a}^\top + \lVert \delta \rVert \lVert \mathbf{x}"
            r" \rVert \mathbf{N} \right)",
            "The bound from the norms of the layers gains at least one power of ten on the published one.",
            domain=_TRAINED,
        ),
        repairs="kiselev2024.small_base",
        remarks=(
            "a_l = Π_{s≠l} ‖W^s‖ and N_kl = Π_{s≠k,l} ‖W^s‖, 0 on the diagonal; P^{lk} is the derivative of layer l's "
            "input in layer k's pre-activation, k < l, and the second summand is absent for k = l.",
            "With bias W^l and b^l have blocks of their own: 1 stands for ‖x^l‖ at b^l, and the second summand is "
            "absent at the later layer's b^l.",
        ),
    ),
)
