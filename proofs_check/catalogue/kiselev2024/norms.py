"""Norm bounds and the steps of their proofs: Theorem 1 and Lemma 1 of Kiselev & Grabovoy 2024."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "ReLU networks with cross-entropy"
_NO_BIAS = "ReLU networks without bias, with cross-entropy"
_BOUNDS = ("weight norms", "input norms")
_NOT_FULL = "H_i stands for its G-term: the source approximates the Hessian by it (§3.4)."

CLAIMS: tuple[Claim, ...] = (
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
)
