"""Singh et al. 2021, §5.2: the numerical rank of ReLU and tanh networks."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, row
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
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
