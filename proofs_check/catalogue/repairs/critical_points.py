"""Repairs of the experiments with critical points."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.linear_minimisers",
        "this project",
        "The mean energy of the minimisers of linear networks n-n-n over independent N(0, 1) targets is "
        "(1 − rk X/m)/2, whatever the inputs; for inputs of full rank and φ = 2n/m ≤ 2 it is ½(1 − φ/2).",
        r"\mathbf{E} \min \varepsilon = \frac{1}{2}\left(1 - \frac{\operatorname{rk} \mathbf{X}}{m}\right)"
        r" = \frac{1}{2}\left(1 - \frac{\phi}{2}\right) \ \text{if } \operatorname{rk} \mathbf{X} = n",
        "The energy of minimisers of linear networks, exactly.",
        part(
            "rank",
            EVERY,
            r"\mathbf{E} \min \varepsilon = \frac{1}{2}\left(1 - \frac{\operatorname{rk} \mathbf{X}}{m}\right)",
            "For every input matrix X.",
            domain="linear networks n-n-n, targets independent N(0, 1)",
        ),
        part(
            "full_rank",
            EVERY,
            r"\mathbf{E} \min \varepsilon = \frac{1}{2}\left(1 - \frac{\phi}{2}\right)",
            "For inputs of full rank.",
            domain="linear networks n-n-n, targets independent N(0, 1), rk X = n",
        ),
        repairs="pennington2017.exp_minimisers",
        remarks=(
            "A product W²W¹ of n × n matrices is any n × n matrix, so that minimising over the weights is least "
            "squares; linear networks have no other local minima (Baldi & Hornik 1989).",
        ),
    ),
    row(
        "hessproof.last_layer",
        "this project",
        "Whatever the activation of the hidden layer, a critical point of a network with a linear last layer has at "
        "most the energy of the silent network, and at every point at most half of the eigenvalues are negative.",
        r"\nabla \mathcal{L} = \mathbf{0} \ \Longrightarrow\ \varepsilon = \frac{\lVert \mathbf{Y} \rVert^2 - \lVert"
        r" \hat{\mathbf{Y}} \rVert^2}{2mn} \le \frac{\lVert \mathbf{Y} \rVert^2}{2mn}, \qquad \alpha \le \frac{1}{2}",
        "What a linear last layer says about energies and indices.",
        part(
            "energy",
            EVERY,
            r"\nabla \mathcal{L} = \mathbf{0} \ \Longrightarrow\ 2mn\, \varepsilon = \lVert \mathbf{Y} \rVert^2 -"
            r" \lVert \hat{\mathbf{Y}} \rVert^2 \le \lVert \mathbf{Y} \rVert^2",
            "No critical point has more energy than the silent network.",
            domain="networks n-n-n with a linear last layer, squared loss, critical points",
        ),
        part(
            "half",
            EVERY,
            r"\alpha \le \frac{1}{2}",
            "At most n² of 2n² eigenvalues of the Hessian are negative.",
            domain="networks n-n-n with a linear last layer, squared loss, off the kinks of the activation",
        ),
        repairs="pennington2017.exp_index",
        remarks=(
            "The random model has critical points of every energy; for N(0, 1) targets a network has none above ε = ½, "
            "up to the spread of the targets' mean square.",
        ),
    ),
)
