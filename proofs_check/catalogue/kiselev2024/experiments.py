"""What is said about networks in practice: §3.4, §4.1 and §5 of Kiselev & Grabovoy 2024."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_landscape import SCHEDULES
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim, Region

_NET = "ReLU networks with cross-entropy"

_TRAINED = "trained networks"
_DEPTHS = (
    Region("three linear maps", lambda case: case.architecture.layers == 3),
    Region("seven linear maps", lambda case: case.architecture.layers == 7),
    Region("other depths", lambda case: case.architecture.layers not in (3, 7)),
)
_TOP_SPACES = tuple(
    part(key, DISTRIBUTION, statement, text, domain=domain, regions=_DEPTHS)
    for key, statement, text, domain in (
        ("average_initial", r"\operatorname{top}_{K-1}(\mathbf{H}^{(N)}) \approx \operatorname{top}_{K-1}"
         r"(\text{G-term})", "The Hessian of the mean loss, at PyTorch's initial weights.", _NET),
        ("average_trained", r"\operatorname{top}_{K-1}(\mathbf{H}^{(N)}) \approx \operatorname{top}_{K-1}"
         r"(\text{G-term})", "The Hessian of the mean loss, after training.", _NET),
        ("object_initial", r"\operatorname{top}_{K-1}(\mathbf{H}_i) \approx \operatorname{top}_{K-1}"
         r"(\text{G-term})", "The Hessian of one object, at PyTorch's initial weights.", _NET),
        ("object_trained", r"\operatorname{top}_{K-1}(\mathbf{H}_i) \approx \operatorname{top}_{K-1}"
         r"(\text{G-term})", "The Hessian of one object, after training.", _NET),
        ("leading_trained", r"\operatorname{top}_{1}(\mathbf{H}_i) \approx \operatorname{top}_{1}(\text{G-term})",
         "The leading eigenvector of one object's Hessian, after training.", _NET),
        ("bulk_initial", r"\lVert \mathbf{P} (\mathbf{H} - \text{H-term}) \mathbf{P} \rVert_F \le \tfrac{1}{2} \lVert"
         r" \mathbf{P} \mathbf{H} \mathbf{P} \rVert_F, \quad \mathbf{P} \perp \operatorname{top}_{K-1}(\mathbf{H})",
         "The bulk of the mean Hessian's spectrum corresponds to the H-term, at PyTorch's initial weights.", _NET),
        ("bulk_trained", r"\lVert \mathbf{P} (\mathbf{H} - \text{H-term}) \mathbf{P} \rVert_F \le \tfrac{1}{2} \lVert"
         r" \mathbf{P} \mathbf{H} \mathbf{P} \rVert_F, \quad \mathbf{P} \perp \operatorname{top}_{K-1}(\mathbf{H})",
         "The bulk of the mean Hessian's spectrum corresponds to the H-term, after training.", _NET),
    )
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (
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
        *_TOP_SPACES,
        remarks=(
            "H_i is printed for one object; the works cited there speak of the Hessian of the mean loss. Both are "
            "measured.",
            "'Top eigenspace' is read as that of the K − 1 largest eigenvalues, the rank of a single G-term, and in "
            "the weakest reading as the leading eigenvector alone.",
            "'Corresponds to the H-term' is read as: the rest is at most half of the bulk in the Frobenius norm.",
        ),
    ),
    row(
        "kiselev2024.small_base",
        "§4.1",
        "Although it may seem that the estimate received is too high, this is actually not the case. The fact is that "
        "if we choose h to be large, then the limiting constant M will most likely be very small. Because of this, "
        "the number under the power of L will probably be less than one.",
        r"hM < 1",
        "In trained networks the number under the power is probably below one.",
        part(
            "entries",
            DISTRIBUTION,
            r"h \max_{l,i,j} |w_{ij}^{(l)}| < 1",
            "hM < 1 after training, M bounding every weight, as Lemma 1 has it.",
            domain=_TRAINED,
            regions=_DEPTHS,
        ),
        part(
            "hidden",
            DISTRIBUTION,
            r"h \max_{1 < l < L,\, i,j} |w_{ij}^{(l)}| < 1",
            "hM < 1 after training, M bounding the weights of the h × h matrices alone.",
            domain=_TRAINED,
            regions=_DEPTHS,
        ),
        part(
            "norms",
            DISTRIBUTION,
            r"\max_l \lVert \mathbf{W}^{(l)} \rVert < 1",
            "M_W < 1 after training: the number under the power in Theorem 1.",
            domain=_TRAINED,
            regions=_DEPTHS,
        ),
        part(
            "estimate",
            DISTRIBUTION,
            r"\sqrt{2}\, L M_{\mathbf{x}}^2 (hM)^{2L} + \sqrt{2}\, \frac{(hM)^2 ((hM)^{2L} - 1)}{(hM)^2 - 1} \le 100"
            r" \max_i \lVert \mathbf{H}_i \rVert",
            "The estimate is not too high: Lemma 1 lies within two powers of ten of the true norm.",
            domain=_TRAINED,
            regions=_DEPTHS,
        ),
        remarks=("'Not too high' has no number in the source; a factor of 100 was fixed before the runs.",),
    ),
    row(
        "kiselev2024.exp_decay",
        "§5.1, Figs. 2–3",
        "Finally, the resulting estimate is inversely proportional to the sample size, exhibiting a sublinear rate of "
        "convergence. […] Our experiment corroborates the convergence proved in Lemma 2. Additionally, the upper "
        "bound on the rate of this convergence holds true.",
        r"\left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \sim \frac{1}{k}",
        "At the trained parameters the difference of losses falls about like 1/k.",
        part(
            "rate",
            DISTRIBUTION,
            r"\left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \sim \frac{1}{k}",
            "At the trained parameters the difference of losses falls about like 1/k.",
            domain="the protocol of the experiments",
            regions=SCHEDULES,
        ),
        remarks=(
            "Any N numbers in place of the losses give the same rate (hessproof.order_average): the experiment does "
            "not test Lemma 2, and no Hessian enters.",
            "What is judged is the difference itself. The published curves are smoothed by a factor 0.99, which does "
            "not keep the rate: see the part 'smoothing' there.",
            "The first criterion (thorough profile, ten epochs) was badly posed and was missed for h = 4: one of 20 "
            "starts was dead, all of its differences zero. It was replaced by one on live starts, with new seeds.",
        ),
    ),
    row(
        "kiselev2024.exp_width",
        "§5.1",
        "Conversely, increasing the hidden size results in a smaller difference between the loss functions (see the "
        "left side).",
        r"h \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ falls}",
        "The difference of losses falls as the hidden layers widen from 4 to 64.",
        part(
            "ends",
            DISTRIBUTION,
            r"h = 64 \text{ below } h = 4",
            "The difference is smaller at h = 64 than at h = 4.",
            domain="the protocol of the experiments, 5 layers",
            regions=SCHEDULES,
        ),
        part(
            "steps",
            DISTRIBUTION,
            r"h = 4, 8, 16, 32, 64: \text{ each below the one before}",
            "Each of the published steps in width lowers the difference.",
            domain="the protocol of the experiments, 5 layers",
            regions=SCHEDULES,
        ),
        remarks=(
            "Two readings of 'increasing the hidden size results in a smaller difference': from the first width to the "
            "last, and at every step. The second is missed where the interval of the mean over starts reaches zero or "
            "lies on the other side; from h = 4 to h = 8 in ten epochs it lies on the other side.",
        ),
    ),
    row(
        "kiselev2024.exp_depth",
        "§5.1",
        "From the dependencies observed, it is evident that although the change is not substantial, adding more "
        "layers leads to a greater difference in the loss functions (see the right side).",
        r"L \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ grows}",
        "The difference of losses grows as layers are added, from 1 to 10.",
        part(
            "ends",
            DISTRIBUTION,
            r"L = 10 \text{ above } L = 1",
            "The difference is greater for 10 layers than for one.",
            domain="the protocol of the experiments, h = 16",
            regions=SCHEDULES,
        ),
        part(
            "steps",
            DISTRIBUTION,
            r"L = 1, 3, 5, 7, 10: \text{ each above the one before}",
            "Each of the published steps in depth raises the difference.",
            domain="the protocol of the experiments, h = 16",
            regions=SCHEDULES,
        ),
        remarks=(
            "Two readings of 'adding more layers leads to a greater difference': from the first depth to the last, and "
            "at every step. The second is missed where the interval of the mean over starts reaches zero: with these "
            "starts no step beyond five layers (ten epochs) or seven (as many steps as published) is told from zero.",
            "With many more starts it is: in ten epochs ten layers lie below five (hessproof.deep_spread).",
        ),
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
        part(
            "decay",
            EVERY,
            r"\frac{c}{k+1} \le \operatorname{E}_\pi \left| \mathcal{L}_{k+1}(\hat\theta) -"
            r" \mathcal{L}_k(\hat\theta) \right| \le \frac{2c}{k+1}",
            "Averaged over the order of the objects, the difference falls like 1/k within a factor of two, on features "
            "as on anything else.",
            domain="any inputs and any network",
        ),
        part(
            "width",
            DISTRIBUTION,
            r"h \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ falls}",
            "On features the difference falls at each step in width from 4 to 64.",
            domain="features of a pre-trained vision transformer",
        ),
        part(
            "depth",
            DISTRIBUTION,
            r"L \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ grows}",
            "On features the difference grows at each step in depth from 1 to 10.",
            domain="features of a pre-trained vision transformer",
        ),
        remarks=(
            "Width and depth need the features of the encoder, which do not come with this package; without them they "
            "are not checked.",
            "Not even boundedness of the space is needed for the decay: it holds for any numbers as losses.",
        ),
    ),
)
