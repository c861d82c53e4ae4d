"""Figure 6: critical points and minimisers of one-hidden-layer networks."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, part, row
from hessproof.proofs_check.model.claim import Claim, Region

_RATIOS = tuple(
    Region(name, lambda case, name=name: name in case.traits)  # type: ignore[misc]
    for name in ("φ = 1/8", "φ = 1/4", "φ = 1/2", "φ = 2/3")
)
_SETTING = (
    "Inputs and targets are independent N(0, 1), for which a silent network has ε = ½, where both curves of Fig. 6b "
    "begin; ε is proportional to the mean square of the targets, and energies are divided by it.",
    "Points at which the gradient is small need not be near a critical point: only certified points decide. Points "
    "that are exactly critical for targets within a tenth of the drawn ones are shown beside them, by that name.",
)
_ENDS = (Region("ends of long descents", lambda case: "ends of long descents" in case.traits),)

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
        part(
            "main",
            DISTRIBUTION,
            r"\alpha \approx \alpha_0 \left| \varepsilon - \varepsilon_c \right|^{3/2}",
            "The critical points of one-hidden-layer tanh networks follow the 3/2 law.",
            domain="one hidden layer, tanh, n = 16, about 200 runs",
            regions=_RATIOS,
        ),
        remarks=_SETTING,
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
            regions=(*_RATIOS, *_ENDS),
        ),
        part("linear", DISTRIBUTION, r"\varepsilon_c = \frac{1}{2} (1 - \phi)", "Linear networks.", domain="linear"),
        remarks=(
            *_SETTING,
            "Along long descents rows of W¹ grow without visible bound and units turn into steps, so that an infimum "
            "need not be attained: the ends are upper bounds of it, judged as such, and counted as minimisers only "
            "where they are certified with no negative eigenvalue.",
            "For linear networks the energy of every minimiser is that of least squares, and its mean over targets is "
            "known exactly: ½(1 − φ/2). The published line counts 2n² parameters, of which the outputs see n².",
            "ε_c(τ) of the random model tends to 1/8 as τ → 0, whereas the curves of Fig. 6b tend to ½: the model's "
            "variance 2ε of H_1 is not that of a network.",
        ),
    ),
)
