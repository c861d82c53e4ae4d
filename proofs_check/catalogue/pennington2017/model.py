"""The random model in place of the network: its assumptions, and the block structure with ReLU."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "two-layer networks, all widths n, squared loss"

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
        DISTRIBUTION,
        domain=f"{_NET}, random weights and data",
    ),
    row(
        "pennington2017.relu_r",
        "slide “The two layer ReLU net”",
        "The introduction of the ReLU nonlinear activation changes the Hessian, roughly setting to zero half of the "
        "entries and generating a block off-diagonal structure in H_1 with R_{H_1}(z) = ετz/(2 − ετ²z²).",
        r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon \tau z}{2 - \varepsilon \tau^2 z^2}",
        "With ReLU half of the entries vanish, H_1 is block off-diagonal and has another R-transform.",
        part(
            "structure",
            DISTRIBUTION,
            r"\mathbf{H}_1 = \begin{pmatrix} \mathbf{0} & \mathbf{B} \\ \mathbf{B}^\top & \mathbf{0} \end{pmatrix},"
            r" \quad"
            r" \Pr[\mathbf{B}_{ij} = 0] = \frac{1}{2}",
            "H_1 is block off-diagonal, and half of the entries that the activation meets vanish.",
            domain=f"{_NET}, ReLU, random weights and data",
        ),
        part(
            "transform",
            EVERY,
            r"R_{\mathbf{H}_1}(z) = \frac{\varepsilon \tau z}{2 - \varepsilon \tau^2 z^2}",
            "The R-transform of the limit law of such matrices.",
            domain="ε > 0, τ > 0",
        ),
    ),
)
