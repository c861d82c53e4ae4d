"""The random model in place of the network: its assumptions, and the block structure with ReLU."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Case, Claim, Part, Region

_NET = "two-layer networks, all widths n, squared loss"
_RANDOM = f"{_NET}, random weights and data"


def _activated(name: str) -> Region:
    def contains(case: Case) -> bool:
        return case.architecture.activation == name

    return Region(name, contains)


REGIONS = tuple(_activated(name) for name in ("linear", "relu", "tanh"))
"""Where a part of the model is looked at: without activation, with ReLU, with tanh."""


def _assumed(key: str, statement: str, text: str, domain: str = _RANDOM) -> Part:
    return part(key, DISTRIBUTION, statement, text, domain=domain, regions=REGIONS)


CLAIMS: tuple[Claim, ...] = (
    row(
        "pennington2017.assumptions",
        "slide “Loss function landscape”, simplified models",
        "One can interpret properties of the landscape through the Hessian by considering simplified models: The "
        "weights are i.i.d. random normal variable, The data are i.i.d. random variables, […] The matrices H_0 and "
        "H_1 are freely independent which allows us to compute the spectra of H_0 + H_1 from their individual spectra.",
        r"\mathbf{H}_0 \sim \text{Wishart}, \quad \mathbf{H}_1 \sim \text{Wigner}, \quad \mathbf{H}_0, \mathbf{H}_1"
        r" \text{ freely independent}",
        "Wishart plus Wigner, freely independent, is a usable model of the Hessian.",
        _assumed(
            "weights",
            r"\mathbf{W}^{(l)}_{ij} \text{ i.i.d. normal}",
            "The weights at a fixed point, on which the focus is, are independent normal numbers.",
            f"{_NET}, fixed points of the gradient",
        ),
        part(
            "data",
            DISTRIBUTION,
            r"\mathbf{X}_{j\mu} \text{ i.i.d.}",
            "The entries of the inputs are independent; for Gaussian inputs that is how they are drawn, here it is the "
            "handwritten digits, averaged down to 4 × 4 and whitened.",
            domain="handwritten digits",
        ),
        _assumed(
            "residuals",
            r"e_{i\mu} \sim \mathcal{N}(0, 2\varepsilon) \text{ independent}",
            "The residuals are independent normal numbers of variance 2ε, also of the data.",
            f"{_NET}, at initialisation and at minima",
        ),
        _assumed(
            "wishart",
            r"\mathbf{H}_0 \sim \rho_{MP}(\cdot;\, 1, \tau), \ \tau = 2n/m",
            "H_0 is like a Wishart matrix of ratio τ.",
        ),
        _assumed(
            "wigner",
            r"\mathbf{H}_1 \sim \rho_{SC}(\cdot;\, \sqrt{2\varepsilon})",
            "H_1 is like a Wigner matrix of variance 2ε.",
        ),
        _assumed(
            "free",
            r"\varphi(\mathbf{H}_0 \mathbf{H}_1^2) = \varphi(\mathbf{H}_0)\, \varphi(\mathbf{H}_1^2),\ \dots",
            "H_0 and H_1 are freely independent in the limit of large n and m.",
        ),
        _assumed(
            "usable",
            r"\alpha(\mathbf{H}) \approx \alpha(\varepsilon, \tau)",
            "The model gives the fraction of negative eigenvalues of the Hessian.",
        ),
        remarks=(
            "An assumption is judged by whether it is true of the networks it is made for. The parts wishart, wigner, "
            "free and usable are looked at also with residuals that are drawn as the model says, so that none of them "
            "fails because another one does.",
            "Distances of spectra leave the scale free, so that the lecture's factors 1 and 2ε are no part of them; "
            "what the scales are is in hessproof.error_blocks and hessproof.hessian_moments.",
            "With tanh the model without ReLU is used.",
        ),
    ),
    row(
        "pennington2017.relu_r",
        "slide “The two layer ReLU net”",
        "The introduction of the ReLU nonlinear activation changes the Hessian, roughly setting to zero half of the "
        "entries and generating a block off-diagonal structure in H_1 with R_{H_1}(z) = ετz/(2 − ετ²z²).",
        r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon \tau z}{2 - \varepsilon \tau^2 z^2}",
        "With ReLU half of the entries vanish, H_1 is block off-diagonal and has another R-transform.",
        part(
            "off_diagonal",
            EVERY,
            r"\mathbf{H}_1 = \begin{pmatrix} \mathbf{0} & \mathbf{B}^\top \\ \mathbf{B} & \mathbf{0}"
            r" \end{pmatrix}",
            "With ReLU, away from its kinks, H_1 is block off-diagonal.",
            domain=f"{_NET}, ReLU",
        ),
        part(
            "generated",
            EVERY,
            r"\text{without ReLU: } \mathbf{H}_1 \ne \begin{pmatrix} \mathbf{0} & \mathbf{B}^\top \\ \mathbf{B} &"
            r" \mathbf{0} \end{pmatrix}",
            "It is ReLU that generates this structure: without it H_1 does not have it.",
            domain=f"{_NET}, no activation, e ≠ 0",
        ),
        part(
            "entries",
            DISTRIBUTION,
            r"\Pr[\mathbf{B}_{ij} = 0] \approx \frac{1}{2}",
            "ReLU sets half of the entries of the Hessian to zero: of those of H_1 that depend on the samples.",
            domain=f"{_NET}, ReLU, random weights and data",
        ),
        part(
            "gates",
            DISTRIBUTION,
            r"\Pr[\mathbf{w}_a^\top \mathbf{x}_\mu > 0] = \frac{1}{2}",
            "ReLU closes half of the gates, so that half of the summands of every entry vanish.",
            domain=f"{_NET}, ReLU, random weights and data of symmetric law",
        ),
        part(
            "transform",
            EVERY,
            r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon \tau z}{2 - \varepsilon \tau^2 z^2}",
            "The R-transform of the limit law of such matrices.",
            domain="ε > 0, τ > 0",
        ),
        remarks=(
            "“Setting to zero half of the entries” is read twice: as a statement about entries of the Hessian "
            "(entries), which vanish only where no sample has an open gate, with probability 2^(−m) each; and about "
            "gates (gates), which is right.",
            "Of the 4n⁴ entries of H_1 only 2n³ can be other than zero, with and without ReLU: H_1 couples row a of "
            "W¹ with column a of W² and nothing else.",
        ),
    ),
)
