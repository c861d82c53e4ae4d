"""Singh et al. 2021, §7.1: provable degeneracy of rectified networks."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, row
from hessproof.proofs_check.model.claim import Claim

_THM9 = r"r\widetilde{M} + \widetilde{M}K - \widetilde{M}"

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.thm9",
        "Theorem 9",
        "Consider a 1-hidden layer network with non-linearity σ such that σ(z) = σ′(z)z and let M̃ be the # of active "
        "hidden neurons (i.e., probability of activation > 0). Then, under assumption A1 and A2, rank of H_o is given "
        "as, rk(H_o) ≤ rM̃ + M̃K − M̃.",
        rf"\operatorname{{rk}} \mathbf{{H}}_o \le {_THM9}",
        "With one hidden layer of rectified neurons, each active one costs the outer-product Hessian one dimension.",
        EVERY,
        assumptions=("A1", "A2"),
        domain="L = 2, σ(z) = σ′(z) z",
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
    ),
    row(
        "singh2021.cor10",
        "Corollary 10",
        "At convergence to the minimum, the rank of the loss Hessian H_L, for the same setup as Theorem 9, is upper "
        "bounded by: rk(H_L) ≤ rM̃ + M̃K − M̃.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_THM9}",
        "At the minimum the loss Hessian obeys the bound of Theorem 9.",
        EVERY,
        assumptions=("A1", "A2", "minimum"),
        domain="L = 2, σ(z) = σ′(z) z",
    ),
    row(
        "singh2021.fact11",
        "Fact 11",
        "For multiple hidden-layers, the following generalization of Theorem 9 holds empirically, rk(H_o) ≤ p − "
        "M_1(d−r) − Σ_{i=1}^{L−1} M_i, where p is the # of parameters and assuming no dead neurons.",
        r"\operatorname{rk} \mathbf{H}_o \le p - M_1(d - r) - \sum_{i=1}^{L-1} M_i",
        "With several hidden layers of rectified neurons, each neuron costs one dimension.",
        GENERIC,
        assumptions=("no dead neurons",),
        domain="σ(z) = σ′(z) z",
    ),
)
