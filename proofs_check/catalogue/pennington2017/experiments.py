"""Figure 6: critical points and minimisers of one-hidden-layer networks."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, part, row
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    row(
        "pennington2017.exp_index",
        "Fig. 6a",
        "Empirical observations of the distribution of critical points in single-hidden-layer tanh networks with "
        "varying ratios of parameters to data points, φ. (a) Each point represents the mean energy of critical points "
        "with index α, averaged over ~200 training runs. Solid lines are best fit curves for small α ≈ α_0 |ε − "
        "ε_c|^{3/2}. The good agreement […] provides support for our theoretical prediction of the 3/2 scaling.",
        r"\alpha \approx \alpha_0 \left| \varepsilon - \varepsilon_c \right|^{3/2}",
        "The critical points of one-hidden-layer tanh networks follow the 3/2 law.",
        DISTRIBUTION,
        domain="one hidden layer, tanh, n = 16, about 200 runs",
    ),
    row(
        "pennington2017.exp_minimisers",
        "Fig. 6b",
        "(b) The best fit value of ε_c from (a) versus φ. A surprisingly good fit is obtained with ε_c = ½(1 − φ)². "
        "Linear networks obey ε_c = ½(1 − φ).",
        r"\varepsilon_c = \frac{1}{2} (1 - \phi)^2 \ \text{(tanh)}, \qquad \varepsilon_c = \frac{1}{2} (1 - \phi)"
        r" \ \text{(linear)}",
        "The energy of minimisers as a function of parameters per data point.",
        part(
            "tanh",
            DISTRIBUTION,
            r"\varepsilon_c = \frac{1}{2} (1 - \phi)^2",
            "The fit for tanh networks.",
            domain="tanh",
        ),
        part("linear", DISTRIBUTION, r"\varepsilon_c = \frac{1}{2} (1 - \phi)", "Linear networks.", domain="linear"),
    ),
)
