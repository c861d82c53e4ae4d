"""Singh et al. 2021, Appendix S8, Fig. 1 and §8: repeated eigenvalues, spectra, rank per parameter."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_spectra import full_rank_deep, two_layers
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
        part(
            "main",
            EVERY,
            r"\operatorname{spec}(\mathbf{H}_f) \setminus \{0\} = \{\pm\sigma_i(\boldsymbol{\Omega})\},"
            r" \text{ each } M_1 \text{ times}",
            "The nonzero eigenvalues of the functional Hessian are those of Ω's singular values with both signs, each "
            "M_1 times as often as Ω has it.",
            domain="L = 2",
            inside=two_layers,
        ),
    ),
    row(
        "singh2021.spectrum",
        "Fig. 1",
        "Figure 1: Hessian spectrum of linear and ReLU networks at initialization. Dashed lines indicate our rank "
        "predictions.",
        r"\left|\lambda_{\rho}\right| \gg \left|\lambda_{\rho+1}\right|, \quad \rho = 2qM - Lq^2 + q(r + K)",
        "The ordered spectra of linear and ReLU networks at initialisation break at the predicted rank.",
        *(
            part(
                key,
                DISTRIBUTION,
                rf"\sigma = \text{{{word}}}: \quad \left|\lambda_{{\rho}}\right| \gg"
                r" \left|\lambda_{\rho+1}\right|",
                f"The ordered spectrum of {word} networks at initialisation breaks at the predicted rank.",
                domain=f"{word} networks at initialisation",
            )
            for key, word in (("linear", "linear"), ("relu", "ReLU"))
        ),
        remarks=(
            "Fig. 1 shows no numbers; 'break' is read as a ratio of neighbouring eigenvalues, a thousand for linear "
            "networks and ten for ReLU.",
        ),
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
                domain="linear networks with a hidden layer, r = d, s = min(d, K)",
                inside=full_rank_deep,
            )
            for key, word, text in (
                ("width", "width", "A wider hidden layer lowers the ratio."),
                ("depth", "depth", "One more hidden layer lowers the ratio."),
                ("bias", "bias", "Adding a bias to every layer lowers the ratio."),
            )
        ),
        remarks=(
            "Read in the authors' favour: where the ratio stays the same nothing is held against them; only a ratio "
            "that rises is a counterexample.",
        ),
    ),
)
