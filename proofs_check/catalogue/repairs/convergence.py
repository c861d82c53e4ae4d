"""Repairs about the loss of a growing sample (Kiselev & Grabovoy 2024, §3.2 and Lemma 2)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Case, Claim

_CHANGE = r"\mathcal{L}_{k+1} - \mathcal{L}_k"
_NET = "networks with cross-entropy and any activation"
_CLASSES = f"{_NET}, K ≥ 2"
_ONE_HOT = f"{_CLASSES}, one-hot labels"
_NO_BIAS = "networks without bias, |σ(z)| ≤ |z| (ReLU), cross-entropy"
_LIPSCHITZ = "networks without bias, 1-Lipschitz activations with σ(0) = 0 (ReLU), cross-entropy"
_EXCESS = r"\ell_{k+1} - \mathcal{L}_k"
_FLAT = ("quadratic losses",)


def _several(case: Case) -> bool:
    """K ≥ 2: with one class every probability is 1 and every loss 0."""
    return case.architecture.outputs >= 2


CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.common_minimum",
        "amends Assumption 1",
        "A point is critical for 𝓛_k and 𝓛_{k+1} if and only if it is so for 𝓛_k and for the added object alone. Under "
        "cross-entropy with one-hot labels that object then has no features, x^L = 0, and the loss log K.",
        r"\nabla\mathcal{L}_k(\theta^*) = \nabla\mathcal{L}_{k+1}(\theta^*) = 0 \;\Rightarrow\;"
        r" \nabla\ell_{k+1}(\theta^*)"
        r" = 0 \;\Rightarrow\; x_{k+1}^L = 0, \; \ell_{k+1}(\theta^*) = \log K",
        "What a common critical point means for each object, exactly and approximately.",
        part(
            "gradients",
            EVERY,
            r"(k+1)\nabla\mathcal{L}_{k+1} - k\nabla\mathcal{L}_k = \nabla\ell_{k+1}",
            "From some k on the gradient of every single object vanishes.",
            domain="all losses",
        ),
        part(
            "dead",
            EVERY,
            r"\frac{\partial\ell}{\partial\mathbf{W}^L} = (p - y)x^{L\top} = 0 \;\Rightarrow\; x^L = 0, \; \ell"
            r" = \log K",
            "One-hot labels are never fitted, so that the object has no features; with a last bias there is no such "
            "point.",
            domain=_ONE_HOT,
            inside=_several,
        ),
        part(
            "soft",
            EVERY,
            r"x^L \ne 0: \quad \frac{\partial\ell}{\partial\mathbf{W}^L} = 0 \iff p = y",
            "With soft labels features may live: the object is then fitted exactly, and its H-term vanishes.",
            domain=_NET,
        ),
        part(
            "approximate",
            EVERY,
            r"\lVert x_{k+1}^L \rVert (1 - p_y) \sqrt{\tfrac{K}{K-1}} \le (k+1)\varepsilon_{k+1} +"
            r" k\varepsilon_k, \quad"
            r" \varepsilon_k = \lVert \nabla\mathcal{L}_k \rVert",
            "Near a common critical point every added object is almost fitted or almost without features.",
            domain=_ONE_HOT,
            inside=_several,
        ),
        part(
            "deep",
            EVERY,
            r"L \ge 3, \; \mathbf{W}^2 < 0 \;\Rightarrow\; \mathcal{L}_k = \log K \text{ around } \theta^*"
            r" \text{ for all } k",
            "With three layers or more every data sequence has a common local minimum: a dead network.",
            domain="ReLU networks without bias, L ≥ 3, cross-entropy",
        ),
        repairs="kiselev2024.assumption1",
        remarks=(
            "Where x^L = 0 the loss is log K on an open cone of directions, which switch the neurons off; so its "
            "Hessian at θ*, where it exists, is zero. Lemma 2 then speaks about constants.",
            "With two layers such a point exists if one half-space holds all inputs. With x = 1 and x = −1 in turn, of "
            "two classes, it does not: W^1 = 0 would be forced, and from there one of the losses falls.",
        ),
    ),
    row(
        "hessproof.loss_range",
        "amends §3.2",
        "Cross-entropy is not bounded, but it is between two bounds for logits in a ball, and its average is at most "
        "log K at every point that is critical for the last layer.",
        r"\ell_{\min}(\rho) \le \ell \le \ell_{\max}(\rho), \quad \rho = M_x \prod_l \lVert \mathbf{W}^l \rVert",
        "Where cross-entropy lies, and so how far apart two losses can be.",
        part(
            "range",
            EVERY,
            r"\left| \ell_{k+1} - \mathcal{L}_k \right| \le \log\frac{1 + (K-1)e^{\sqrt2 \rho}}{1 +"
            r" (K-1)e^{-\rho\sqrt{K/(K-1)}}} \quad \text{if } \lVert z_i \rVert \le \rho",
            "For two classes the right side is √2 ρ and attained; the lower end is attained for every K.",
            domain=_CLASSES,
            inside=_several,
        ),
        part(
            "logits",
            EVERY,
            r"\lVert z \rVert \le \lVert x \rVert \prod_{l} \lVert \mathbf{W}^l \rVert",
            "What ρ is without bias.",
            domain=_NO_BIAS,
        ),
        part(
            "critical",
            EVERY,
            r"\frac{\partial\mathcal{L}_k}{\partial\mathbf{W}^L}(\theta^*) = 0, \text{ with bias }"
            r" \frac{\partial\mathcal{L}_k}{\partial\mathbf{b}^L}(\theta^*) = 0 \text{ too } \;\Rightarrow\;"
            r" \mathcal{L}_k(\theta^*) ="
            r" \frac1k \sum_i H(p_i) \le \log K",
            "At a critical point the average loss is the average entropy of the outputs.",
            domain=_NET,
        ),
        repairs="kiselev2024.bounded_loss",
        remarks=(
            "The losses are affine in the label, so that what holds for one-hot labels holds for all distributions.",
            "For K ≥ 3 the upper end lies at most log(K − 1) above the largest loss: take z = (ρ/√2)(e_c − e_y).",
            "At a common minimum this gives |ℓ_{k+1} − 𝓛_k| ≤ log K, which is approached: n objects of one class and "
            "one of each other class at the same features have an average entropy that tends to 0.",
        ),
    ),
    row(
        "hessproof.taylor_difference",
        "amends the display after Eq. (2)",
        "The difference of two quadratics keeps the factor ½, and away from critical points a difference of gradients.",
        rf"{_CHANGE} = \frac{{1}}{{k+1}} \left( \Delta\ell + \Delta\nabla \cdot h + \tfrac12 h^\top \Delta\mathbf{{H}}"
        r" h \right), \quad h = \theta - \theta^*",
        "What one more object changes in the second-order expansion.",
        part(
            "difference",
            EVERY,
            rf"{_CHANGE} = \frac{{1}}{{k+1}} \left( \Delta\ell + \tfrac12 h^\top \Delta\mathbf{{H}} h \right)",
            "At a common critical point.",
            assumptions=("common minimum",),
            domain="quadratic losses",
        ),
        part(
            "any_point",
            EVERY,
            rf"{_CHANGE} = \frac{{1}}{{k+1}} \left( \Delta\ell + \Delta\nabla \cdot h + \tfrac12 h^\top"
            r" \Delta\mathbf{H} h \right)",
            "Anywhere.",
            domain="quadratic losses",
        ),
        part(
            "bound",
            EVERY,
            rf"\left| {_CHANGE} \right| \le \frac{{1}}{{k+1}} \left( \lvert \Delta\ell \rvert + \tfrac12 \lVert h"
            r" \rVert^2 \lVert \Delta\mathbf{H} \rVert \right)",
            "The triangle inequality with its factor ½, attained by eigenvectors.",
            assumptions=("common minimum",),
            domain="quadratic losses",
        ),
        repairs="kiselev2024.taylor",
        remarks=(
            "Δℓ, Δ∇ and ΔH: the added object's value, gradient and Hessian at θ* less the average of the others.",
        ),
    ),
    row(
        "hessproof.sample_size",
        "amends Lemma 2",
        "One more object changes the loss by at most C/(k + 1), with constants that need no expansion and no critical "
        "point; for convex quadratics C = M_ℓ + ½ M_H R², where 2M_ℓ + 2M_H R² is published.",
        rf"\left| {_CHANGE} \right| \le \frac{{C}}{{k+1}}",
        "From which sample size on one more object changes the loss by less than a tolerance T: k ≥ C/T.",
        part(
            "range",
            EVERY,
            rf"\left| {_CHANGE} \right| \le \frac{{\ell_{{\max}}(\rho) - \ell_{{\min}}(\rho)}}{{k+1}}, \quad \rho = M_x"
            r" M_W^L",
            "For all θ with ‖W^l‖ ≤ M_W; for two classes √2 M_x M_W^L/(k + 1), attained for every k.",
            assumptions=("weight norms", "input norms"),
            domain=_NO_BIAS,
        ),
        part(
            "local",
            EVERY,
            rf"\left| {_CHANGE} \right|(\theta) \le \frac{{1}}{{k+1}} \left( \left| {_EXCESS} \right|(\theta^*)"
            rf" + 2\sqrt2"
            r" M_x \left( \left( M_W + \tfrac{R}{\sqrt L} \right)^L - M_W^L \right) \right)",
            "Within radius R of any θ* with ‖W^l‖ ≤ M_W, across kinks.",
            assumptions=("weight norms", "input norms"),
            domain=_LIPSCHITZ,
        ),
        part(
            "smooth",
            EVERY,
            rf"\left| {_CHANGE} \right| \le \frac{{1}}{{k+1}} \left( \left| {_EXCESS} \right| + \lVert"
            rf" \nabla\ell_{{k+1}} -"
            r" \nabla\mathcal{L}_k \rVert R + \tfrac14 M_x^2 R^2 \right)",
            "One layer: the loss is smooth and convex, and ½ M_x² bounds every Hessian everywhere.",
            assumptions=("input norms",),
            domain="one layer without bias, cross-entropy",
        ),
        part(
            "quadratic",
            EVERY,
            rf"\left| {_CHANGE} \right| \le \frac{{1}}{{k+1}} \left( M_{{\ell}} + \tfrac12 M_{{\mathbf{{H}}}}"
            rf" R^2 \right)",
            "For quadratic losses with 0 ⪯ H_i ⪯ M_H and 0 ≤ ℓ_i(θ*) ≤ M_ℓ, attained for every k.",
            assumptions=(*_FLAT, "common minimum", "bounded losses"),
            domain="quadratic losses",
        ),
        repairs="kiselev2024.lemma2",
        remarks=(
            "The factor 2√2 of the local bound is approached by one layer with two misclassified objects, x_b near "
            "−x_a: one loss rises as the other falls.",
            "Different ‖W^l‖ and features that are smaller than their bounds only lower the constants.",
        ),
    ),
)
