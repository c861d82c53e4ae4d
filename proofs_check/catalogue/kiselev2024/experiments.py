"""What is said about networks in practice: §3.4, §4.1 and §5 of Kiselev & Grabovoy 2024."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, row
from hessproof.proofs_check.model.claim import Claim

_NET = "ReLU networks with cross-entropy"

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
        DISTRIBUTION,
        domain=_NET,
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
