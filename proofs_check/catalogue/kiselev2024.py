"""Kiselev & Grabovoy 2024, "Unraveling the Hessian: a key to smooth convergence in loss function landscapes".

The displayed formulas are those of arXiv 2409.11995; the quotations give the sentences around them, with the symbols
that stand in the text.
"""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_LOSSES = r"\mathcal{L}_{k+1} - \mathcal{L}_k"
_NET = "ReLU networks with cross-entropy"
_NO_BIAS = "ReLU networks without bias, with cross-entropy"
_BOUNDS = ("weight norms", "input norms")
_CURVATURE = r"M_{\mathbf{H}}"
_NOT_FULL = "H_i stands for its G-term: the source approximates the Hessian by it (§3.4)."

CLAIMS: tuple[Claim, ...] = (
    row(
        "kiselev2024.difference",
        "Eq. (1)",
        "If we fix first k samples, corresponding loss function is […]. Difference between losses for sample sizes k "
        "+ 1 and k is (1).",
        rf"{_LOSSES} = \frac{{\ell_{{k+1}} - \mathcal{{L}}_k}}{{k+1}}, \qquad \mathcal{{L}}_k = \frac{{1}}{{k}}"
        rf" \sum_{{i=1}}^{{k}} \ell_i",
        "Adding one object changes the average loss by its excess over the average, divided by k + 1.",
        EVERY,
        domain="all losses",
    ),
    row(
        "kiselev2024.assumption1",
        "Assumption 1",
        "Let θ* be the local minimum of both empirical loss functions L_k and L_{k+1}, i.e. ∇L_k(θ*) = ∇L_{k+1}(θ*) = "
        "0. […] Third, using Assumption 1, we suppose existing such a point, which will be a minimum, starting with a "
        "certain sample size.",
        r"\exists\, \theta^*, k_0\ \forall k \ge k_0: \quad \theta^* \text{ is a local minimum of } \mathcal{L}_k"
        r" \text{ and of } \mathcal{L}_{k+1}",
        "From some sample size on, one point is a local minimum of the loss at every size.",
        EVERY,
        domain="all data sequences",
        remarks=("An assumption of the source; the row asks what it implies for each single object.",),
    ),
    row(
        "kiselev2024.bounded_loss",
        "§3.2",
        "It should be mentioned that the first term can be easily upper-bounded by a constant, since the loss "
        "function itself takes limited values.",
        r"\exists\, C: \quad \left| \ell_{k+1}(\theta^*) - \frac{1}{k} \sum_{i=1}^{k} \ell_i(\theta^*) \right| \le C",
        "The loss takes limited values, so that its differences are bounded by a constant.",
        EVERY,
        domain=_NET,
    ),
    row(
        "kiselev2024.taylor",
        "Eq. (2) and the display after it",
        "Let us use second-order Taylor approximation for mentioned above loss functions at θ*. We suppose that "
        "decomposition to the second order will be sufficient to study local behavior. The first-order term vanishes "
        "because the gradients ∇L_k(θ*) and ∇L_{k+1}(θ*) zeroes: (2) […] Therefore, using the obtained second-order "
        "approximation (2), formula for the difference of losses (1) becomes",
        rf"{_LOSSES} = \frac{{1}}{{k+1}} \left( \ell_{{k+1}} - \frac{{1}}{{k}} \sum_{{i}} \ell_i \right)(\theta^*)"
        r" + \frac{1}{k+1} (\theta - \theta^*)^\top \left( \mathbf{H}_{k+1} - \frac{1}{k} \sum_{i} \mathbf{H}_i"
        r" \right)(\theta^*)\, (\theta - \theta^*)",
        "The second-order expansion at a common critical point, and the difference of losses that it gives.",
        part(
            "expansion",
            EVERY,
            r"\mathcal{L}_k(\theta) = \mathcal{L}_k(\theta^*) + \frac{1}{2} (\theta - \theta^*)^\top"
            r" \mathbf{H}^{(k)}(\theta^*)\, (\theta - \theta^*)"
            r" + o(\lVert \theta - \theta^* \rVert^2)",
            "At a critical point the loss is a quadratic up to higher order.",
            assumptions=("common minimum",),
            domain="losses twice differentiable at the point",
        ),
        part(
            "difference",
            EVERY,
            rf"{_LOSSES} = \frac{{1}}{{k+1}} \left( \ell_{{k+1}} - \frac{{1}}{{k}} \sum_{{i}} \ell_i \right)(\theta^*)"
            r" + \frac{1}{k+1} (\theta - \theta^*)^\top \left( \mathbf{H}_{k+1} - \frac{1}{k} \sum_{i} \mathbf{H}_i"
            r" \right)(\theta^*)\,"
            r" (\theta - \theta^*)",
            "The difference of two such quadratics, as printed.",
            assumptions=("common minimum",),
            domain="quadratic losses",
        ),
    ),
    row(
        "kiselev2024.triangle",
        "§3.2",
        "After that, using triangle inequality, we can derive the following:",
        rf"\left| {_LOSSES} \right| \le \frac{{1}}{{k+1}} \left| \ell_{{k+1}} - \frac{{1}}{{k}} \sum_{{i}} \ell_i"
        rf" \right|"
        r" + \frac{1}{k+1} \lVert \theta - \theta^* \rVert^2 \left\lVert \mathbf{H}_{k+1} - \frac{1}{k} \sum_{i}"
        r" \mathbf{H}_i \right\rVert",
        "The difference of losses is bounded by a difference of losses and one of Hessians at the minimum.",
        EVERY,
        assumptions=("common minimum",),
        domain="quadratic losses",
    ),
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
        domain=_NET,
    ),
    row(
        "kiselev2024.top_space",
        "§3.4",
        "As it was mentioned [15, 16, 17], the Hessian spectrum consists of bulk which is concentrated around zero "
        "(corresponds to the H-term), and the edges which are scattered away from zero (G-term). We will focus on the "
        "top eigenspace, so we can approximate our full Hessian using only G-term",
        r"\mathbf{H}_i \approx \nabla_{\theta} \mathbf{z}\, \frac{\partial^2 \ell}{\partial \mathbf{z}^2}"
        r" \nabla_{\theta} \mathbf{z}^\top"
        r" \quad \text{on the top eigenspace}",
        "The G-term alone captures the top eigenspace of the Hessian.",
        DISTRIBUTION,
        domain=_NET,
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
            domain=_NET,
        ),
        part(
            "stack",
            EVERY,
            r"\nabla_{\theta} \mathbf{z} = \mathbf{F}^\top",
            "The derivative of the logits in the parameters is the stack of the blocks.",
            domain=_NET,
        ),
        part("g_term", EVERY, r"\text{G-term} = \mathbf{F}^\top \mathbf{A} \mathbf{F}", "The G-term.", domain=_NET),
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
    ),
    row(
        "kiselev2024.thm1.b",
        "Appendix A.2, step 2",
        "Using the sub-multiplicative property of the spectral norm, we have: […] Since D^{(l)} is a diagonal matrix "
        "with entries equal to 0 or 1, its spectral norm is upper-bounded by 1. Therefore, we can simplify the above "
        "inequality as:",
        r"\lVert \mathbf{G}^{(l)} \rVert \le \prod_{s=l}^{L} \lVert \mathbf{W}^{(s)} \rVert",
        "The derivative of the logits in a layer is bounded by a product of weight norms.",
        EVERY,
        domain=_NET,
    ),
    row(
        "kiselev2024.thm1.c",
        "Appendix A.2, step 3",
        "Then, using the property that squared spectral norm of vertically-stacked matrices is less or equal to the "
        "sum of their squared spectral norms (it is easy to observe), we get:",
        r"\lVert \mathbf{F} \rVert^2 \le \sum_{l=1}^{L} \lVert \mathbf{G}^{(l)} \rVert^2 \left( \lVert"
        r" \mathbf{x}^{(l)} \rVert^2 + 1 \right)",
        "The squared norm of a stack is at most the sum of the squared norms of its blocks.",
        EVERY,
        domain=_NET,
    ),
    row(
        "kiselev2024.thm1.d",
        "Appendix A.2, step 4",
        "To the simplicity, we will omit bias terms, i.e. set b^{(l)} = 0 for all l, then we get the following:",
        r"\lVert \mathbf{x}^{(l)} \rVert \le \lVert \mathbf{x} \rVert \prod_{s<l} \lVert \mathbf{W}^{(s)} \rVert",
        "Without bias the activations are bounded by the input and the weight norms before them.",
        EVERY,
        domain=_NO_BIAS,
    ),
    row(
        "kiselev2024.thm1",
        "Theorem 1",
        "Consider a L-layer fully connected neural network with ReLU activation function and without bias terms, "
        "applied to solve a K-label classification problem. Suppose the following is satisfied: ‖W^{(l)}‖ ≤ M_W and "
        "‖x_i‖ ≤ M_x for all layers in network and for all objects in the dataset. Then, for any object i the "
        "following inequality holds:",
        r"\lVert \mathbf{H}_i(\theta) \rVert \le \sqrt{2}\, L M_{\mathbf{x}}^2 M_{\mathbf{W}}^{2L}"
        r" + \sqrt{2}\, \frac{M_{\mathbf{W}}^2 (M_{\mathbf{W}}^{2L} - 1)}{M_{\mathbf{W}}^2 - 1}",
        "The spectral norm of the Hessian is bounded through the norms of weights and inputs.",
        EVERY,
        assumptions=_BOUNDS,
        domain=_NO_BIAS,
        remarks=(_NOT_FULL,),
    ),
    row(
        "kiselev2024.thm1_L1",
        "Appendix A.2, after Theorem 1",
        "A separate interesting case is when L = 1, then",
        r"\lVert \mathbf{H}_i \rVert \le \sqrt{2}\, M_{\mathbf{W}}^2 (M_{\mathbf{x}}^2 + 1) \quad \text{for } L = 1",
        "The bound for a single layer.",
        EVERY,
        assumptions=_BOUNDS,
        domain="L = 1",
        remarks=(_NOT_FULL,),
    ),
    row(
        "kiselev2024.lemma1.a",
        "Appendix A.3",
        "The relationship between the spectral norm and the Frobenius norm, as well as the definition of the "
        "Frobenius norm, allow us to obtain […] where M is such a constant, that (w_ij^{(l)})² ≤ M² for all i, j = "
        "1..h and for all l.",
        r"\lVert \mathbf{W}^{(l)} \rVert^2 \le \lVert \mathbf{W}^{(l)} \rVert_F^2 \le h^2 M^2 \le M_{\mathbf{W}}^2",
        "Bounded entries bound the spectral norm of a weight matrix.",
        EVERY,
        assumptions=("bounded entries",),
        domain=_NO_BIAS,
        remarks=("Weight matrices at the input and the output are not h × h.",),
    ),
    row(
        "kiselev2024.lemma1",
        "Lemma 1 and Appendix A.3",
        "If each model parameter is bounded by a constant M, that is (w_ij^{(l)})² ≤ M² for all i, j = 1..h and for "
        "all layers l, then, under the conditions of Theorem 1, the following is true: […] So, the following "
        "proportionality holds:",
        r"\lVert \mathbf{H}_i \rVert \le \sqrt{2}\, L M_{\mathbf{x}}^2 (hM)^{2L} + \sqrt{2}\, \frac{(hM)^2 ((hM)^{2L}"
        r" - 1)}{(hM)^2 - 1},"
        r" \qquad \lVert \mathbf{H}_i \rVert \propto L (hM)^{2L}",
        "The bound of Theorem 1 with hM for the weight norm, and the growth in h and L read off it.",
        part(
            "bound",
            EVERY,
            r"\lVert \mathbf{H}_i \rVert \le \sqrt{2}\, L M_{\mathbf{x}}^2 (hM)^{2L} + \sqrt{2}\, \frac{(hM)^2"
            r" ((hM)^{2L} - 1)}{(hM)^2 - 1}",
            "The bound.",
            assumptions=("bounded entries", "input norms"),
            domain=_NO_BIAS,
        ),
        part(
            "proportional",
            EVERY,
            r"\lVert \mathbf{H}_i \rVert \propto L (hM)^{2L}",
            "The norm grows like L (hM)^{2L}; for a single layer like h².",
            assumptions=("bounded entries", "input norms"),
            domain=_NO_BIAS,
        ),
        remarks=(_NOT_FULL, "The proof has ∝ L h^{2L}."),
    ),
    row(
        "kiselev2024.small_base",
        "§4.1",
        "Although it may seem that the estimate received is too high, this is actually not the case. The fact is that "
        "if we choose h to be large, then the limiting constant M will most likely be very small. Because of this, "
        "the number under the power of L will probably be less than one.",
        r"hM < 1",
        "In trained networks the number under the power is probably below one.",
        DISTRIBUTION,
        domain="trained networks",
    ),
    row(
        "kiselev2024.lemma2",
        "Lemma 2 and Eq. (3)",
        "Let θ be chosen as ‖θ − θ*‖² ≤ R² for some R > 0. If there exist a non-negative constant M_ℓ such 0 ≤ "
        "ℓ_i(θ*) ≤ M_ℓ for all objects in the dataset, then, under the conditions of Theorem 1, the following holds: "
        "[…] So, the following proportionality is true: (3)",
        rf"\left| {_LOSSES} \right| \le \frac{{2}}{{k+1}} \left( M_{{\ell}} + {_CURVATURE} R^2 \right) \to 0,"
        r" \qquad \propto \frac{L (hM)^{2L} R^2}{k}",
        "The difference of losses falls like one over the sample size.",
        part(
            "bound",
            EVERY,
            rf"\left| {_LOSSES} \right| \le \frac{{2}}{{k+1}} \left( M_{{\ell}} + {_CURVATURE} R^2 \right)",
            "The bound, with the right side of Theorem 1 for the curvature.",
            assumptions=("common minimum", *_BOUNDS, "bounded losses"),
            domain=_NO_BIAS,
        ),
        part(
            "rate",
            EVERY,
            rf"\left| {_LOSSES} \right| = O\left( \frac{{L (hM)^{{2L}} R^2}}{{k}} \right)",
            "The rate in depth, width, radius and sample size.",
            assumptions=("common minimum", "bounded entries", "input norms", "bounded losses"),
            domain=_NO_BIAS,
        ),
    ),
    row(
        "kiselev2024.exp_decay",
        "§5.1, Figs. 2–3",
        "Finally, the resulting estimate is inversely proportional to the sample size, exhibiting a sublinear rate of "
        "convergence. […] Our experiment corroborates the convergence proved in Lemma 2. Additionally, the upper "
        "bound on the rate of this convergence holds true.",
        r"\left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \sim \frac{1}{k}",
        "At the trained parameters the difference of losses falls about like 1/k.",
        DISTRIBUTION,
        domain="the protocol of the experiments",
    ),
    row(
        "kiselev2024.exp_width",
        "§5.1",
        "Conversely, increasing the hidden size results in a smaller difference between the loss functions (see the "
        "left side).",
        r"h \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ falls}",
        "The difference of losses falls as the hidden layers widen from 4 to 64.",
        DISTRIBUTION,
        domain="the protocol of the experiments, 5 layers",
    ),
    row(
        "kiselev2024.exp_depth",
        "§5.1",
        "From the dependencies observed, it is evident that although the change is not substantial, adding more "
        "layers leads to a greater difference in the loss functions (see the right side).",
        r"L \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ grows}",
        "The difference of losses grows as layers are added, from 1 to 10.",
        DISTRIBUTION,
        domain="the protocol of the experiments, h = 16",
    ),
    row(
        "kiselev2024.exp_features",
        "§5.2",
        "The results are consistent with those observed in direct image classification. This consistency confirms "
        "that the convergence presented does not depend on the nature of the space of the original objects x. "
        "Boundedness of this space is sufficient to observe the convergence of the loss function landscape.",
        r"\left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \sim \frac{1}{k} \quad \text{on"
        r" features}",
        "The same holds on the features of a pre-trained image encoder.",
        DISTRIBUTION,
        domain="features of a pre-trained vision transformer",
    ),
)
"""Its statements, in the order of the paper."""
