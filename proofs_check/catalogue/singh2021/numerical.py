"""Singh et al. 2021, §5.2: the numerical rank of ReLU and tanh networks."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_spectra import SAMPLES, SIZES, all_samples, paper_hidden
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
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
        *(
            part(
                key,
                DISTRIBUTION,
                rf"\operatorname{{rk}}_{{\varepsilon}} \mathbf{{H}}_{{\mathcal{{L}}}}^{{\mathrm{{{word}}}}} "
                rf"\approx \rho",
                f"For {word} the linear formula predicts the numerical rank.",
                domain="hidden widths 30 and 20, ten outputs, at initialisation",
                regions=SIZES,
                inside=paper_hidden,
            )
            for key, word in (("tanh", "tanh"), ("relu", "ReLU"))
        ),
        part(
            "tiny",
            DISTRIBUTION,
            r"\left|\lambda_{\rho+1}\right| \ll \left|\lambda_1\right|",
            "The eigenvalues beyond the predicted rank are tiny.",
            domain="tanh networks at initialisation",
        ),
        part(
            "not_zero",
            DISTRIBUTION,
            r"\lambda_{\rho+1} \ne 0",
            "They are not zero.",
            domain="tanh networks at initialisation",
        ),
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
        domain="ReLU networks at initialisation, cross-entropy",
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
        part(
            "main",
            EVERY,
            r"NK > p",
            "Samples times classes exceed the number of parameters.",
            domain="the networks of Fig. 2, 3 and 4 on all samples",
            regions=SAMPLES,
            inside=all_samples,
        ),
    ),
)
