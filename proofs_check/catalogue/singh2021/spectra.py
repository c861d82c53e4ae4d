"""Singh et al. 2021, Appendix S8, Fig. 1 and §8: repeated eigenvalues, spectra, rank per parameter."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.plateaus",
        "Appendix S8",
        "As a by-product, our analysis also reveals interesting properties of the Hessian spectrum, and we prove the "
        "presence of additional redundancies due to repeated eigenvalue plateaus.",
        r"L = 2: \quad \operatorname{spec}(\mathbf{H}_f) \setminus \{0\} = \{\pm\sigma_i(\boldsymbol{\Omega})\},"
        r" \text{ each } M_1 \text{ times}",
        "With one hidden layer the functional Hessian has the singular values of Ω with both signs as eigenvalues, "
        "M_1 times each.",
        EVERY,
        domain="L = 2",
    ),
    row(
        "singh2021.spectrum",
        "Fig. 1",
        "Figure 1: Hessian spectrum of linear and ReLU networks at initialization. Dashed lines indicate our rank "
        "predictions.",
        r"\left|\lambda_{\rho}\right| \gg \left|\lambda_{\rho+1}\right|, \quad \rho = 2qM - Lq^2 + q(r + K)",
        "The ordered spectra of linear and ReLU networks at initialisation break at the predicted rank.",
        DISTRIBUTION,
        domain="linear and ReLU networks at initialisation",
    ),
    row(
        "singh2021.ratio",
        "§8 (iii)",
        "An interesting observation available from our work is that factors such as width, depth, enabling bias — "
        "commonly observed to improve generalization — also result in decreasing the rank/# parameters ratio, see "
        "Fig. S8b, S8c, S3.",
        r"\frac{\operatorname{rk} \mathbf{H}_{\mathcal{L}}}{p} \text{ falls with width, depth and bias}",
        "More width, more depth and a bias each lower the ratio of rank to parameters.",
        *(
            part(
                key,
                GENERIC,
                rf"\frac{{\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}}}}{{p}} \text{{ falls with {word}}}",
                text,
            )
            for key, word, text in (
                ("width", "width", "Wider hidden layers lower the ratio."),
                ("depth", "depth", "More hidden layers lower the ratio."),
                ("bias", "bias", "Adding a bias to every layer lowers the ratio."),
            )
        ),
    ),
)
