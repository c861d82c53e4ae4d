"""Singh et al. 2021, §§5.2 and 7.1: ReLU and tanh networks, their numerical rank and provable degeneracy."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, row
from hessproof.proofs_check.model.claim import Claim

_THM9 = r"r\widetilde{M} + \widetilde{M}K - \widetilde{M}"

NUMERICAL: tuple[Claim, ...] = (
    row(
        "singh2021.nonlinear_numrank",
        "§5.2, Fig. 3",
        "The numerical rank, or alternatively the size of bulk around zero, for the non-linear case, indeed seems to "
        "be captured by our (linear) rank formulas to high fidelity, as evident from Fig. 3.",
        r"\operatorname{rk}_{\varepsilon} \mathbf{H}_{\mathcal{L}}^{\tanh,\,\mathrm{ReLU}} \approx 2qM - Lq^2 + q(r +"
        r" K)",
        "For tanh and ReLU the linear formula predicts the numerical rank; the eigenvalues below it are tiny but not "
        "zero.",
        DISTRIBUTION,
        domain="d = 64, hidden widths 30 and 20, at initialisation",
    ),
    row(
        "singh2021.reconstruction",
        "§5.2, Fig. 4",
        "We find that using the linear rank value provides an excellent reconstruction, hence demonstrating the "
        "fidelity of our rank formulas to serve as a measure of numerical rank in the non-linear case.",
        r"\frac{\lVert \mathbf{H}_{\mathcal{L}} - [\mathbf{H}_{\mathcal{L}}]_{\rho} \rVert}{\lVert"
        r" \mathbf{H}_{\mathcal{L}} \rVert} \ll 1,"
        r" \quad \rho = 2qM - Lq^2 + q(r + K)",
        "Cutting the Hessian of a ReLU network off at the linear formula's rank loses little.",
        DISTRIBUTION,
        domain="ReLU, cross-entropy, hidden widths 30 and 20",
    ),
    row(
        "singh2021.coarse_bounds",
        "§5.2",
        "Consequently […] these experiments also indicate that previous bounds, such as those by Jacot et al. [33], "
        "on the rank of outer-product Hessian and functional Hessian are quite coarse to be of much use (i.e., even > "
        "# parameters). This is because these bounds have a linear dependence on the product of: # of samples N and # "
        "of classes K.",
        r"NK > p",
        "Bounds of the order of samples times classes exceed the number of parameters.",
        EVERY,
        domain="the networks and sample sizes of the experiments",
    ),
)

DEGENERACY: tuple[Claim, ...] = (
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
