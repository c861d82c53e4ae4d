"""How the loss changes with the sample size: §3.1, §3.2 and Lemma 2 of Kiselev & Grabovoy 2024."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_convergence import MINIMUM, QUADRATIC, is_quadratic
from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_LOSSES = r"\mathcal{L}_{k+1} - \mathcal{L}_k"
_NET = "ReLU networks with cross-entropy"
_NO_BIAS = "ReLU networks without bias, with cross-entropy"
_BOUNDS = ("weight norms", "input norms")
_CURVATURE = r"M_{\mathbf{H}}"

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
        part(
            "main",
            EVERY,
            r"\exists\, \theta^*, k_0\ \forall k \ge k_0: \quad \theta^* \text{ is a local minimum of } \mathcal{L}_k"
            r" \text{ and of } \mathcal{L}_{k+1}",
            "Every data sequence has such a point.",
            domain="all data sequences, cross-entropy with one-hot labels",
            regions=MINIMUM,
        ),
        remarks=(
            "An assumption of the source, read as a statement about every network and data sequence. What it implies "
            "for each single object is in hessproof.common_minimum.",
            "Labels are one-hot (§3.3), with at least two classes.",
        ),
    ),
    row(
        "kiselev2024.bounded_loss",
        "§3.2",
        "It should be mentioned that the first term can be easily upper-bounded by a constant, since the loss "
        "function itself takes limited values.",
        r"\exists\, C: \quad \left| \ell_{k+1}(\theta^*) - \frac{1}{k} \sum_{i=1}^{k} \ell_i(\theta^*) \right| \le C",
        "The loss takes limited values, so that its differences are bounded by a constant.",
        part(
            "values",
            EVERY,
            r"\sup_{\theta, x, y} \ell(\theta) < \infty",
            "The reason that is given: the loss itself takes limited values.",
            domain=_NET,
        ),
        part(
            "at_minimum",
            EVERY,
            r"\exists\, C: \quad \left| \ell_{k+1}(\theta^*) - \frac{1}{k} \sum_{i=1}^{k} \ell_i(\theta^*) \right|"
            r" \le C",
            "What is concluded from it, at a common minimum: it holds with C = log K, for another reason.",
            assumptions=("common minimum",),
            domain=_NET,
        ),
        remarks=(
            "A constant that no network exceeds is meant; for one network and finitely many objects there is always "
            "one.",
        ),
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
        part(
            "main",
            EVERY,
            rf"\left| {_LOSSES} \right| \le \frac{{1}}{{k+1}} \left| \ell_{{k+1}} - \frac{{1}}{{k}} \sum_{{i}} \ell_i"
            r" \right|"
            r" + \frac{1}{k+1} \lVert \theta - \theta^* \rVert^2 \left\lVert \mathbf{H}_{k+1} - \frac{1}{k} \sum_{i}"
            r" \mathbf{H}_i \right\rVert",
            "The inequality for the expansions; it survives the factor ½ that is lost before it.",
            assumptions=("common minimum",),
            domain="quadratic losses, the expansions themselves",
            regions=QUADRATIC,
            inside=is_quadratic,
        ),
        remarks=("For the losses of a network in place of their expansions it is a step of Lemma 2, and fails.",),
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
            "losses",
            EVERY,
            r"\left| \ell_{k+1}(\theta^*) - \frac{1}{k} \sum_i \ell_i(\theta^*) \right| \le 2M_{\ell}",
            "First step of the proof: losses in [0, M_ℓ].",
            assumptions=("bounded losses",),
            domain=_NO_BIAS,
        ),
        part(
            "hessians",
            EVERY,
            rf"\left\lVert \mathbf{{H}}_{{k+1}} - \frac{{1}}{{k}} \sum_i \mathbf{{H}}_i \right\rVert \le 2{_CURVATURE}",
            "Second step: for any bound of all Hessians at θ*.",
            assumptions=("bounded Hessians",),
            domain=_NO_BIAS,
        ),
        part(
            "curvature",
            EVERY,
            rf"\left\lVert \mathbf{{H}}_{{k+1}} - \frac{{1}}{{k}} \sum_i \mathbf{{H}}_i \right\rVert \le 2{_CURVATURE},"
            rf" \quad {_CURVATURE} \text{{ from Theorem 1}}",
            "The same with the right side of Theorem 1.",
            assumptions=("common minimum", *_BOUNDS),
            domain=_NO_BIAS,
        ),
        part(
            "surface",
            EVERY,
            rf"\left| {_LOSSES} \right|(\theta) \le \frac{{1}}{{k+1}} \left| \ell_{{k+1}} - \frac{{1}}{{k}}"
            rf" \sum_i \ell_i"
            r" \right|(\theta^*) + \frac{1}{k+1} R^2 \left\lVert \mathbf{H}_{k+1} - \frac{1}{k} \sum_i \mathbf{H}_i"
            r" \right\rVert(\theta^*)",
            "What all steps stand on: the losses of the network behave on the ball as their expansions at θ* do.",
            assumptions=("common minimum",),
            domain=_NO_BIAS,
        ),
        part(
            "bound",
            EVERY,
            rf"\left| {_LOSSES} \right| \le \frac{{2}}{{k+1}} \left( M_{{\ell}} + {_CURVATURE} R^2 \right)",
            "The bound, with the right side of Theorem 1 for the curvature, weights bounded at θ*.",
            assumptions=("common minimum", *_BOUNDS, "bounded losses"),
            domain=_NO_BIAS,
        ),
        part(
            "bound_everywhere",
            EVERY,
            rf"\left| {_LOSSES} \right| \le \frac{{2}}{{k+1}} \left( M_{{\ell}} + {_CURVATURE} R^2 \right)",
            "The same where M_W bounds the weights at θ as well.",
            assumptions=("common minimum", *_BOUNDS, "weight norms at θ", "bounded losses"),
            domain=_NO_BIAS,
        ),
        part(
            "bound_true_hessians",
            EVERY,
            rf"\left| {_LOSSES} \right| \le \frac{{2}}{{k+1}} \left( M_{{\ell}} + \max_i \lVert"
            rf" \mathbf{{H}}_i(\theta^*) \rVert\,"
            r" R^2 \right)",
            "The same with the true norms of the Hessians at θ*: the expansion is to blame, whatever Theorem 1 says.",
            assumptions=("common minimum", "bounded losses"),
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
        remarks=(
            "The conditions of Theorem 1 bound the weights; at θ*, where the Hessians are taken, or at θ as well: "
            "both readings are parts.",
            "Every step of the proof is a part; the ones that break are the curvature from Theorem 1 and the "
            "expansion across kinks.",
        ),
    ),
)
