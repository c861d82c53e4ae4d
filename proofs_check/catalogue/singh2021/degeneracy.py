"""Singh et al. 2021, §7.1: provable degeneracy of rectified networks."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_rectified import (
    ACTIVATIONS,
    deep_rectified,
    one_hidden_rectified,
)
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_THM9 = r"r\widetilde{M} + \widetilde{M}K - \widetilde{M}"
_ACTIVE = (
    "A neuron counts as active if σ′(z) ≠ 0 on some sample. For leaky ReLU that is every neuron. Counting only those "
    "with z > 0 on some sample would make the bound false: 1-1-1 with W^1 = −1, W^2 = 1 and x = 1 has none of them, "
    "and rk H_o = 1."
)

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.thm9",
        "Theorem 9",
        "Consider a 1-hidden layer network with non-linearity σ such that σ(z) = σ′(z)z and let M̃ be the # of active "
        "hidden neurons (i.e., probability of activation > 0). Then, under assumption A1 and A2, rank of H_o is given "
        "as, rk(H_o) ≤ rM̃ + M̃K − M̃.",
        rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_THM9}",
        "With one hidden layer of rectified neurons, each active one costs the outer-product Hessian one dimension.",
        part(
            "main",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_THM9}",
            "The bound, for every parameter under A1 and A2.",
            assumptions=("A1", "A2"),
            domain="L = 2, σ(z) = σ′(z) z",
            regions=ACTIVATIONS,
            inside=one_hidden_rectified,
        ),
        remarks=(
            _ACTIVE,
            "Neither A1 nor A2 is needed, nor a value for σ′(0): see hessproof.rectified_outer.",
        ),
    ),
    row(
        "singh2021.a2",
        "§7.1",
        "Assumption A2 is rather mild, i.e., in the finite-sample case, it holds as soon as the # of samples N > 2d, "
        "for typical initialization of parameter weights.",
        r"N > 2d \ \Longrightarrow\ \operatorname{rk} \mathbf{E}[\alpha_{\mathbf{x}} \mathbf{x}\mathbf{x}^\top] = r"
        r" \text{ for each active neuron}",
        "With more than 2d samples the weighted covariance of each active neuron has the rank of the data.",
        DISTRIBUTION,
        domain="one hidden layer, typical initialisation",
        remarks=(
            "For leaky ReLU A2 always holds, since σ′ never vanishes. A ReLU neuron needs r active samples in general "
            "position, and of N = 2d + 1 symmetric samples it has fewer than d with probability near one half.",
        ),
    ),
    row(
        "singh2021.cor10",
        "Corollary 10",
        "At convergence to the minimum, the rank of the loss Hessian H_L, for the same setup as Theorem 9, is upper "
        "bounded by: rk(H_L) ≤ rM̃ + M̃K − M̃.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_THM9}",
        "At the minimum the loss Hessian obeys the bound of Theorem 9.",
        part(
            "differentiable",
            EVERY,
            r"\nabla \mathcal{L} = 0 \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}} \le " + _THM9,
            "At a minimum off the kinks, where the loss is twice differentiable.",
            assumptions=("A1", "A2", "minimum"),
            domain="L = 2, σ(z) = σ′(z) z, no sample on a kink",
            regions=ACTIVATIONS,
            inside=one_hidden_rectified,
        ),
        part(
            "kinks",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_THM9}",
            "At a minimum on a kink, with the second derivatives that σ′(0) = 0 or σ′(0) = 1 and σ″(0) = 0 give.",
            assumptions=("A1", "A2"),
            domain="L = 2, σ(z) = σ′(z) z, some sample on a kink",
            regions=ACTIVATIONS,
            inside=one_hidden_rectified,
        ),
        remarks=(
            _ACTIVE,
            "The source says “at convergence to the minimum” of a loss that has kinks, and minima lie on kinks for "
            "open sets of data; there H_L is what a convention for σ′(0) makes of it. Both readings are decided.",
            "Ω = E[δx⊤] = 0 does not do in place of a minimum: 1-1-1 with ReLU, W^1 = W^2 = 1, x = 1, −1 and y = 0, −1 "
            "has Ω = 0 and rk H_L = 2 where the bound says 1.",
        ),
    ),
    row(
        "singh2021.fact11",
        "Fact 11",
        "For multiple hidden-layers, the following generalization of Theorem 9 holds empirically, rk(H_o) ≤ p − "
        "M_1(d−r) − Σ_{i=1}^{L−1} M_i, where p is the # of parameters and assuming no dead neurons.",
        r"\operatorname{rk} \mathbf{H}_o \le p - M_1(d - r) - \sum_{i=1}^{L-1} M_i",
        "With several hidden layers of rectified neurons, each neuron costs one dimension.",
        part(
            "main",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_o \le p - M_1(d - r) - \sum_{i=1}^{L-1} M_i",
            "The bound, for almost all parameters without dead neurons.",
            assumptions=("no dead neurons",),
            domain="L ≥ 2, σ(z) = σ′(z) z",
            regions=ACTIVATIONS,
            inside=deep_rectified,
        ),
        remarks=("It holds for every parameter, with dead neurons too: see hessproof.rectified_depth.",),
    ),
)
