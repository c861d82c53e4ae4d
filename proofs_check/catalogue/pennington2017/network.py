"""The two-layer network itself: its Hessian's two parts, how parameters are counted, what signs of eigenvalues mean."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_two_layer import ATTAINED, BLOCKS
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "two-layer networks, all widths n, squared loss"

CLAIMS: tuple[Claim, ...] = (
    row(
        "pennington2017.split",
        "slide “Hessian for two layer net”",
        "then the hessian of the loss function has entries H_{α,β} = ∂²L/∂θ_α∂θ_β =: H_0 + H_1 with positive "
        "semi-definite and error dependent components: [H_0]_{α,β} := m^{−1} Σ_μ Σ_i ∂ŷ_{i,μ}/∂θ_α ∂ŷ_{i,μ}/∂θ_β = "
        "m^{−1}[JJ^T]_{α,β}, [H_1]_{α,β} := m^{−1} Σ_μ Σ_i e_{i,μ} ∂²ŷ_{i,μ}/∂θ_α∂θ_β.",
        r"\mathbf{H} = \mathbf{H}_0 + \mathbf{H}_1, \quad \mathbf{H}_0 = \frac{1}{m} \mathbf{J}\mathbf{J}^\top, \quad"
        r" \mathbf{H}_1 = \frac{1}{m} \sum_{\mu=1}^{m} \sum_{i=1}^{n} e_{i\mu}\, \frac{\partial^2 \hat"
        r" y_{i\mu}}{\partial \theta\, \partial \theta^\top}",
        "The Hessian is a semidefinite part from the Jacobian plus a part proportional to the errors, with and "
        "without ReLU.",
        *(
            part(key, EVERY, r"\mathbf{H} = \frac{1}{m} \mathbf{J}\mathbf{J}^\top + \mathbf{H}_1", text, domain=_NET)
            for key, text in (
                ("linear", "The split for the network without activation."),
                ("relu", "The split for the network with ReLU, away from its kinks."),
            )
        ),
        remarks=(
            "Where a pre-activation of a non-zero sample is zero, ReLU's loss has no Hessian in general: at W¹ = 0, "
            "W² = 1, x = 1, y = −1 its slopes along W¹ are 1 and 0. Almost no parameters lie there.",
            "The split is that of Gauss and Newton and holds for every model whose outputs are twice differentiable.",
        ),
    ),
    row(
        "pennington2017.counting",
        "slide “Hessian for two layer net”",
        "There are mn data entries and 2n² NN parameters, with τ = 2n/m the relative over (τ > 1) or under (τ < 1) "
        "parameterisation.",
        r"p = 2n^2, \qquad \tau = \frac{2n^2}{mn} = \frac{2n}{m}",
        "The ratio of parameters to data entries.",
        EVERY,
        domain=_NET,
        remarks=(
            "Over and under parameterisation are read as what the numbers say, more or fewer parameters than data "
            "entries. They do not say what can be fitted: see hessproof.usable_parameters.",
        ),
    ),
    row(
        "pennington2017.definiteness",
        "slide “Loss function landscape”",
        "For the simple two layer network we considered the network has Hessian H = H_0 + H_1 with H_0 positive "
        "semidefinite and of size independent of the error, while H_1 is indefinite with magnitude depending on the "
        "size of e_{i,μ} = ŷ_{i,μ} − y_{i,μ}.",
        r"\mathbf{H}_0 \succeq 0, \quad \frac{\partial \mathbf{H}_0}{\partial \mathbf{y}} = \mathbf{0}, \quad"
        r" \mathbf{H}_1 \text{ indefinite},"
        r" \quad \lVert \mathbf{H}_1 \rVert \sim \lVert e \rVert",
        "One part is semidefinite whatever the error, the other indefinite and as large as the error.",
        part("semidefinite", EVERY, r"\mathbf{H}_0 \succeq 0", "H_0 is positive semidefinite.", domain=_NET),
        part(
            "independent",
            EVERY,
            r"\frac{\partial \mathbf{H}_0}{\partial \mathbf{y}} = \mathbf{0}",
            "H_0 does not change with the labels.",
            domain=_NET,
        ),
        part(
            "indefinite",
            EVERY,
            r"\mathbf{H}_1 \text{ has eigenvalues of both signs}",
            "H_1 is indefinite.",
            domain=f"{_NET}, e ≠ 0",
            regions=BLOCKS,
        ),
        part(
            "magnitude",
            EVERY,
            r"\lVert \mathbf{H}_1(c\, e) \rVert = |c|\, \lVert \mathbf{H}_1(e) \rVert",
            "The size of H_1 is proportional to the error.",
            domain=_NET,
        ),
        remarks=(
            "That H_0 does not depend on the error is read at fixed weights and inputs, where only the labels can "
            "change the error.",
        ),
    ),
    row(
        "pennington2017.energy",
        "slide “Loss function landscape”, simplified models",
        "The residuals e_{i,μ} = ŷ_{i,μ} − y_{i,μ} are normal random variables, say N(0, 2ε) with ε = n^{−1}L (which "
        "also allows the gradient to vanish as m, n → ∞ while m/n remains fixed; the focus is on fixed points where "
        "the gradient is zero)",
        r"e_{i\mu} \sim \mathcal{N}(0, 2\varepsilon) \ \Longrightarrow\ \mathbf{E}\left[\frac{1}{n} \mathcal{L}\right]"
        r" = \varepsilon, \quad \nabla \mathcal{L} \to \mathbf{0}",
        "Normal residuals of variance 2ε have the energy ε, and the gradient vanishes for large networks.",
        part(
            "expectation",
            DISTRIBUTION,
            r"e_{i\mu} \sim \mathcal{N}(0, 2\varepsilon) \ \Longrightarrow\ \mathbf{E}\left[\frac{1}{n}"
            r" \mathcal{L}\right] = \varepsilon",
            "The mean energy is ε.",
            domain="independent normal residuals",
        ),
        part(
            "entries",
            DISTRIBUTION,
            r"\mathbf{E}\left[(\partial_\alpha \mathcal{L})^2\right] = \frac{2\varepsilon}{m} [\mathbf{H}_0]_{\alpha"
            r"\alpha} \to 0",
            "Read for one entry: each derivative vanishes as m grows, for bounded entries of H_0.",
            domain="residuals independent of the Jacobian, m, n → ∞, m/n fixed",
        ),
        part(
            "gradient",
            DISTRIBUTION,
            r"\mathbf{E} \lVert \nabla \mathcal{L} \rVert^2 \to 0",
            "Read for the whole gradient: its norm vanishes as the network grows.",
            domain="residuals independent of the Jacobian, no activation, weights N(0, 1/n), inputs N(0, 1), m, n → ∞,"
            " m/n fixed",
        ),
        remarks=(
            "E‖∇𝓛‖² = (2ε/m) tr H_0 = 2ετn: the gradient grows like √n, spread over 2n² entries of size √(2ε/m).",
            "At a fixed point J⊤e = 0 ties the residuals to the Jacobian, so that they are not independent of it.",
        ),
    ),
    row(
        "pennington2017.convexity",
        "slide “Loss function landscape”",
        "Functions, say L, which have Hessians that are: positive definite (all positive eigenvalues) are convex and "
        "have a single global minima and unique minimiser, positive semi-definite have single global minima but "
        "non-unique minimiser due to the null-space, indefinite (positive and negative eigenvalues) are non-convex "
        "and may be a complicated landscape with multiple local minimisers.",
        r"\mathbf{H} \succ 0 \Rightarrow \text{one minimiser}; \quad \mathbf{H} \succeq 0 \Rightarrow \text{one"
        r" minimum, many minimisers}; \quad"
        r" \mathbf{H} \text{ indefinite} \Rightarrow \text{non-convex}",
        "What the signs of the Hessian's eigenvalues say about minima.",
        part(
            "definite",
            EVERY,
            r"\mathbf{H} \succ 0 \text{ everywhere} \ \Longrightarrow\ \text{convex, a single global minimum, a unique"
            r" minimiser}",
            "A Hessian that is positive definite everywhere gives a unique minimiser.",
            domain="twice continuously differentiable functions",
            regions=ATTAINED,
        ),
        part(
            "semidefinite",
            EVERY,
            r"\mathbf{H} \succeq 0 \text{ everywhere} \ \Longrightarrow\ \text{a single global minimum, the minimiser"
            r" not unique}",
            "A Hessian that is only positive semidefinite gives a minimum with several minimisers.",
            domain="twice continuously differentiable functions",
            regions=ATTAINED,
        ),
        part(
            "indefinite",
            EVERY,
            r"\mathbf{H} \text{ indefinite} \ \Longrightarrow\ \text{non-convex}",
            "A function with an indefinite Hessian is not convex.",
            domain="twice continuously differentiable functions",
        ),
        remarks=(
            "The first two items are read as statements about a Hessian of that kind at every point; the second as one "
            "that is singular somewhere.",
            "“A single global minimum” is read as the value, “a unique minimiser” as the place.",
        ),
    ),
)
