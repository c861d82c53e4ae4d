"""Norm bounds and the steps of their proofs: Theorem 1 and Lemma 1 of Kiselev & Grabovoy 2024."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import equal_hidden, is_deep
from hessproof.proofs_check.catalogue.regions_norms import BY_ENTRIES, BY_FIT, BY_LAYERS, BY_NORM
from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "ReLU networks with cross-entropy"
_NO_BIAS = "ReLU networks without bias, with cross-entropy"
_EQUAL = "ReLU networks without bias, with cross-entropy, L ≥ 2, equal hidden widths h"
_BOUNDS = ("weight norms", "input norms")
_ENTRIES = ("bounded entries", "input norms")
_NOT_FULL = (
    "The source approximates H_i by its G-term (§3.4); the theorem says H_i. Both readings are judged, each as a part."
)
_KINKS = "Where a pre-activation is zero, D = [z ≥ 0] as in §4; the Hessian is taken where no pre-activation is zero."
_THM1 = (
    r"\sqrt{2}\, L M_{\mathbf{x}}^2 M_{\mathbf{W}}^{2L}"
    r" + \sqrt{2}\, \frac{M_{\mathbf{W}}^2 (M_{\mathbf{W}}^{2L} - 1)}{M_{\mathbf{W}}^2 - 1}"
)
_LEMMA1 = r"\sqrt{2}\, L M_{\mathbf{x}}^2 (hM)^{2L} + \sqrt{2}\, \frac{(hM)^2 ((hM)^{2L} - 1)}{(hM)^2 - 1}"
_G_TERM = r"\lVert \mathbf{F}^\top \mathbf{A} \mathbf{F} \rVert"
_NORM = r"\lVert \mathbf{H}_i(\theta) \rVert"

CLAIMS: tuple[Claim, ...] = (
    row(
        "kiselev2024.thm1.b",
        "Appendix A.2, step 2",
        "Using the sub-multiplicative property of the spectral norm, we have: […] Since D^{(l)} is a diagonal matrix "
        "with entries equal to 0 or 1, its spectral norm is upper-bounded by 1. Therefore, we can simplify the above "
        "inequality as:",
        r"\lVert \mathbf{G}^{(l)} \rVert \le \prod_{s=l}^{L} \lVert \mathbf{W}^{(s)} \rVert",
        "The derivative of the logits in a layer is bounded by a product of weight norms.",
        part(
            "main",
            EVERY,
            r"\lVert \mathbf{G}^{(l)} \rVert \le \prod_{s=l}^{L} \lVert \mathbf{W}^{(s)} \rVert",
            "For every layer l the derivative of the logits is bounded by the norms of the weights from layer l on.",
            domain=_NET,
            regions=BY_LAYERS,
        ),
        remarks=(
            "G^{(L)} is the identity and no weight of layer l stands in G^{(l)} = W^{(L)}D^{(L-1)}⋯W^{(l+1)}D^{(l)}: "
            "the product starts one layer too early. This is the step at which the proof of Theorem 1 breaks.",
        ),
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
        rf"{_NORM} \le {_THM1}",
        "The spectral norm of the Hessian is bounded through the norms of weights and inputs.",
        part(
            "g_term",
            EVERY,
            rf"{_G_TERM} \le {_THM1}",
            "H_i read as its G-term, in the parameters of a network without bias.",
            assumptions=_BOUNDS,
            domain=_NO_BIAS,
            regions=BY_NORM,
        ),
        part(
            "bias_columns",
            EVERY,
            rf"{_G_TERM} \le {_THM1}, \quad \mathbf{{F}} \text{{ with the columns of the biases, at }}"
            r" \mathbf{b}^{(l)} = \mathbf{0}",
            "H_i read as its G-term with F as displayed, which has columns for biases, all biases being zero.",
            assumptions=_BOUNDS,
            domain="ReLU networks with all biases zero, with cross-entropy",
            regions=BY_NORM,
        ),
        part(
            "hessian",
            EVERY,
            rf"\lVert \nabla_\theta^2 \ell_i(\theta) \rVert \le {_THM1}",
            "H_i read as the Hessian itself, G-term and H-term, where it exists.",
            assumptions=_BOUNDS,
            domain=_NO_BIAS,
            regions=BY_NORM,
        ),
        remarks=(
            _NOT_FULL,
            _KINKS,
            "For M_W = 1 the fraction stands for its limit L, the geometric sum from which it comes.",
            "The summand without M_x comes from the columns of biases in F, which a network without bias does not "
            "have; so the sum in F is judged with and without them.",
        ),
    ),
    row(
        "kiselev2024.thm1_L1",
        "Appendix A.2, after Theorem 1",
        "A separate interesting case is when L = 1, then",
        r"\lVert \mathbf{H}_i \rVert \le \sqrt{2}\, M_{\mathbf{W}}^2 (M_{\mathbf{x}}^2 + 1) \quad \text{for } L = 1",
        "The bound for a single layer.",
        part(
            "main",
            EVERY,
            r"\lVert \mathbf{H}_i \rVert \le \sqrt{2}\, M_{\mathbf{W}}^2 (M_{\mathbf{x}}^2 + 1) \quad \text{for } L = "
            r"1",
            "The bound for a single layer.",
            assumptions=_BOUNDS,
            domain="L = 1, no bias",
            inside=lambda case: not is_deep(case),
            regions=BY_NORM,
        ),
        remarks=("A single layer has no H-term: its Hessian is its G-term, so that both readings are one.",),
    ),
    row(
        "kiselev2024.lemma1.a",
        "Appendix A.3",
        "The relationship between the spectral norm and the Frobenius norm, as well as the definition of the "
        "Frobenius norm, allow us to obtain […] where M is such a constant, that (w_ij^{(l)})² ≤ M² for all i, j = "
        "1..h and for all l.",
        r"\lVert \mathbf{W}^{(l)} \rVert^2 \le \lVert \mathbf{W}^{(l)} \rVert_F^2 \le h^2 M^2 \le M_{\mathbf{W}}^2",
        "Bounded entries bound the spectral norm of a weight matrix.",
        part(
            "frobenius",
            EVERY,
            r"\lVert \mathbf{W}^{(l)} \rVert^2 \le \lVert \mathbf{W}^{(l)} \rVert_F^2",
            "The spectral norm is at most the Frobenius norm.",
            domain="every matrix",
        ),
        part(
            "square",
            EVERY,
            r"\lVert \mathbf{W}^{(l)} \rVert_F^2 \le h^2 M^2 \quad (1 < l < L)",
            "For the weights between hidden layers, which are h × h, as the indices i, j = 1..h say.",
            assumptions=("bounded entries",),
            domain="L ≥ 3, equal hidden widths h, layers between hidden ones",
            inside=equal_hidden,
        ),
        part(
            "layers",
            EVERY,
            r"\lVert \mathbf{W}^{(l)} \rVert^2 \le h^2 M^2 \quad (1 \le l \le L)",
            "For all layers, as Lemma 1 uses it: W^{(1)} is h × d and W^{(L)} is K × h.",
            assumptions=("bounded entries",),
            domain=_EQUAL,
            inside=equal_hidden,
            regions=BY_FIT,
        ),
        part(
            "common",
            EVERY,
            r"h^2 M^2 \le M_{\mathbf{W}}^2",
            "The bound by the entries is at most the bound of the norms.",
            assumptions=("bounded entries", "weight norms"),
            domain=_EQUAL,
            inside=equal_hidden,
        ),
        remarks=(
            "Weight matrices at the input and the output are not h × h.",
            "‖W‖ ≤ M_W and ‖W‖ ≤ hM are two upper bounds of one number; neither bounds the other. The lemma needs no "
            "more than that hM is an admissible M_W, which is the part for all layers.",
        ),
    ),
    row(
        "kiselev2024.lemma1",
        "Lemma 1 and Appendix A.3",
        "If each model parameter is bounded by a constant M, that is (w_ij^{(l)})² ≤ M² for all i, j = 1..h and for "
        "all layers l, then, under the conditions of Theorem 1, the following is true: […] So, the following "
        "proportionality holds:",
        rf"\lVert \mathbf{{H}}_i \rVert \le {_LEMMA1},"
        r" \qquad \lVert \mathbf{H}_i \rVert \propto L (hM)^{2L}",
        "The bound of Theorem 1 with hM for the weight norm, and the growth in h and L read off it.",
        part(
            "bound",
            EVERY,
            rf"{_G_TERM} \le {_LEMMA1}",
            "The bound, with H_i read as its G-term.",
            assumptions=_ENTRIES,
            domain=_EQUAL,
            inside=equal_hidden,
            regions=BY_ENTRIES,
        ),
        part(
            "hessian",
            EVERY,
            rf"\lVert \nabla_\theta^2 \ell_i(\theta) \rVert \le {_LEMMA1}",
            "The bound, with H_i read as the Hessian itself, where it exists.",
            assumptions=_ENTRIES,
            domain=_EQUAL,
            inside=equal_hidden,
            regions=BY_ENTRIES,
        ),
        part(
            "proportional",
            EVERY,
            r"\lVert \mathbf{H}_i \rVert \propto L (hM)^{2L}",
            "The norm is proportional to L (hM)^{2L}, to the letter: the quotient of the two is the same for all "
            "networks.",
            assumptions=_ENTRIES,
            domain=_EQUAL,
            inside=equal_hidden,
        ),
        part(
            "largest",
            EVERY,
            r"\max \lVert \mathbf{F}^\top \mathbf{A} \mathbf{F} \rVert \propto (hM)^{2L} \quad (d, K, L, M,"
            r" M_{\mathbf{x}} \text{ fixed})",
            "The same about the largest norm that networks of hidden width h can have, as h grows.",
            assumptions=_ENTRIES,
            domain=_EQUAL,
            inside=equal_hidden,
        ),
        remarks=(
            _NOT_FULL,
            _KINKS,
            "Large entries do not save the bound where d > h: at 6-1-2 with all entries of W^{(1)} equal to 1, W^{(2)} "
            "= 0 and x = (2, …, 2) it is 50√2 = 70.7, and the norm of the G-term is 72.",
            "The proof has ∝ L h^{2L}, and ∝ h² for L = 1, where no hidden layer is there to have a width: the weights "
            "are K × d, and ‖H_i‖ = ‖A‖ ‖x‖² whatever they are.",
        ),
    ),
)
