"""Repairs about two-layer networks and about convexity (Pennington & Bahri 2017, as lectured)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "two-layer networks d-h-K, squared loss"
_EQUAL = "two-layer networks, all widths n, squared loss"
_LINES = "no activation, or ReLU between its kinks"
_FUNCTIONS = "twice continuously differentiable f: R^N → R"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.two_layer_blocks",
        "amends slide “Loss function landscape”",
        "H_1 is a direct sum over hidden units; it has both signs wherever a block between the layers is not "
        "zero, and vanishes at every critical point of a network without activation that has an invertible layer.",
        r"\mathbf{H}_1 \cong \bigoplus_{a} \begin{pmatrix} \mathbf{D}_a & \mathbf{B}_a^\top \\ \mathbf{B}_a &"
        r" \mathbf{0} \end{pmatrix}, \quad \mathbf{B}_a = \frac{1}{m} \sum_\mu \phi'(z_{a\mu})\, e_\mu x_\mu^\top",
        "The errors enter through one small block for each hidden unit. Without activation and with ReLU the spectrum "
        "of H_1 is the singular values of these blocks with both signs.",
        part(
            "blocks",
            EVERY,
            r"\mathbf{H}_1 \cong \bigoplus_{a} \begin{pmatrix} \mathbf{D}_a & \mathbf{B}_a^\top \\ \mathbf{B}_a &"
            r" \mathbf{0} \end{pmatrix}, \quad \mathbf{D}_a = \frac{1}{m} \sum_\mu (\mathbf{W}^{2\top} e_\mu)_a\,"
            r" \phi''(z_{a\mu})\, x_\mu x_\mu^\top",
            "H_1 couples each hidden unit with itself alone: its row of W¹ with its column of W².",
            domain=f"{_NET}, φ twice differentiable where it is met",
        ),
        part(
            "symmetric",
            EVERY,
            r"\operatorname{spec} \mathbf{H}_1 = \bigcup_a \{\pm \sigma_1(\mathbf{B}_a), \ldots, \pm"
            r" \sigma_n(\mathbf{B}_a)\}",
            "The eigenvalues of H_1 are the singular values of the blocks, with both signs; without activation all "
            "blocks are equal, and each value occurs n times.",
            domain=f"{_EQUAL}, {_LINES}",
        ),
        part(
            "indefinite",
            EVERY,
            r"\mathbf{B}_a \ne \mathbf{0} \text{ for some } a \ \Longrightarrow\ \mathbf{H}_1 \text{ has eigenvalues"
            r" of both signs}",
            "H_1 is indefinite as soon as a block between the layers is not zero, for every activation.",
            domain=f"{_NET}, φ twice differentiable where it is met",
        ),
        part(
            "almost_all",
            GENERIC,
            r"\phi'(z_{a\mu})\, x_\mu \ne \mathbf{0} \text{ for some } a, \mu \ \Longrightarrow\ \mathbf{H}_1 \text{"
            r" indefinite for almost all } \mathbf{Y}",
            "So it is for almost all targets, unless no sample moves a hidden unit.",
            domain=f"{_NET}, φ twice differentiable where it is met",
        ),
        part(
            "critical",
            EVERY,
            r"\nabla \mathcal{L} = \mathbf{0},\ \det \mathbf{W}^1 \ne 0 \text{ or } \det \mathbf{W}^2 \ne 0"
            r" \ \Longrightarrow\ \mathbf{H}_1 = \mathbf{0}",
            "Without activation, H_1 vanishes at every critical point with an invertible layer, whatever the error.",
            domain=f"{_EQUAL}, no activation",
        ),
        part(
            "zero_modes",
            EVERY,
            r"\nabla \mathcal{L} = \mathbf{0} \ \Longrightarrow\ \mathbf{B}_a w_a = \mathbf{0},\ \mathbf{B}_a^\top"
            r" \mathbf{W}^2_{\cdot a} = \mathbf{0}",
            "At a critical point the weights into and out of each hidden unit lie in the null space of H_1: two zero "
            "eigenvalues for each unit whose weights are not zero.",
            domain=f"{_NET}, {_LINES}",
        ),
        part(
            "tanh",
            EVERY,
            r"\phi = \tanh,\ \mathbf{W}^1 = \mathbf{W}^2 = x = 1,\ y = 0: \quad \operatorname{tr} \mathbf{H}_1 = -2"
            r" \tanh^2(1)\, (1 - \tanh^2(1)) < 0",
            "With tanh the spectrum of H_1 is not symmetric about zero: its trace need not vanish.",
            domain="one network, 1-1-1 with tanh",
        ),
        repairs="pennington2017.definiteness",
        remarks=(
            "Least counterexample to “H_1 is indefinite” among weights and inputs ±1: one unit, weights 1, samples "
            "(1, 0) and (1, 2). The errors are 1 and −1, B = 0, and it is a global minimum. (An input of zeros does "
            "it with one sample.)",
            "With ReLU and n = 1 a critical point with weights that are not zero has H_1 = 0.",
            "For every φ the trace is tr H_1 = Σ_a tr D_a.",
            "Without activation and with ReLU D_a = 0, so that H_1 is indefinite exactly if some B_a is not zero. With "
            "tanh D_a alone can have both signs.",
        ),
    ),
    row(
        "hessproof.usable_parameters",
        "amends slide “Hessian for two layer net”",
        "Without activation n² of the 2n² parameters move the outputs, and almost all targets can be fitted only if "
        "τ ≥ 2; with ReLU 2n² − n do, and the fitted targets fill an open set exactly if τ > 1.",
        r"\operatorname{rk} \mathbf{J} \le n^2 \text{ (linear)}, \quad \operatorname{rk} \mathbf{J} \le 2n^2 - n"
        r" \text{ (ReLU)}",
        "What can be fitted is told by the rank of the Jacobian and not by the number of parameters.",
        part(
            "linear",
            EVERY,
            r"\operatorname{rk} \mathbf{J} \le n^2, \text{ with equality for almost all } \mathbf{W}^1, \mathbf{W}^2,"
            r" \mathbf{X},\ m \ge n",
            "Without activation half of the parameters are spent on directions that do nothing.",
            domain=f"{_EQUAL}, no activation",
        ),
        part(
            "relu",
            EVERY,
            r"\operatorname{rk} \mathbf{J} \le 2n^2 - n",
            "With ReLU one direction for each hidden unit does nothing: its rescaling.",
            domain=f"{_EQUAL}, ReLU between its kinks",
        ),
        part(
            "fits",
            EVERY,
            r"\operatorname{rk} \mathbf{X} = \min(m, n): \quad \{\hat{\mathbf{Y}}\} = \mathbf{R}^{n \times m} \iff"
            r" m \le n \iff \tau \ge 2",
            "Without activation every target can be fitted if and only if τ ≥ 2; for 1 < τ < 2 there are more "
            "parameters than data entries, and almost no target can be fitted.",
            domain=f"{_EQUAL}, no activation, inputs of full rank",
        ),
        part(
            "relu_open",
            EVERY,
            r"\{\hat{\mathbf{Y}}\} \subset \mathbf{R}^{n \times m} \text{ has interior points} \iff m \le 2n - 1"
            r" \iff \tau > 1",
            "With ReLU the count is right, because of the n lost directions: the targets that can be fitted fill an "
            "open set exactly if τ > 1.",
            domain=f"{_EQUAL}, ReLU; for m ≤ 2n − 1 suitable inputs, for m ≥ 2n all",
        ),
        repairs="pennington2017.counting",
        remarks=(
            "With ReLU the outputs have at most 2n² − n dimensions, which is less than mn if and only if m ≥ 2n. That "
            "many are reached for every n: unit a active on samples a, …, a + n − 1 of 2n − 1 alone, W² = I, "
            "x_μ = (1, μ, …, μ^{n−1}). That nothing else fills an open set uses Sard's theorem between the kinks, and "
            "that a Lipschitz map of a null set, here that of the kinks, is a null set.",
            "n = 2, m = 3 has τ = 4/3: eight parameters, six data entries, but a 2 × 2 matrix fits two samples.",
        ),
    ),
    row(
        "hessproof.residual_gradient",
        "amends slide “Loss function landscape”, simplified models",
        "Residuals N(0, 2ε) that are independent of the Jacobian give a gradient of mean square (2ε/m) tr H_0, which "
        "grows with n.",
        r"\mathbf{E} \lVert \nabla \mathcal{L} \rVert^2 = \frac{2\varepsilon}{m} \operatorname{tr} \mathbf{H}_0 ="
        r" 2 \varepsilon \tau n",
        "Each entry of the gradient vanishes, its norm does not: the model is not one of critical points.",
        part(
            "norm",
            DISTRIBUTION,
            r"\mathbf{E} \lVert \nabla \mathcal{L} \rVert^2 = \frac{2\varepsilon}{m} \operatorname{tr} \mathbf{H}_0",
            "The mean square of the gradient for a given Jacobian.",
            domain="independent normal residuals, any Jacobian",
        ),
        part(
            "model",
            DISTRIBUTION,
            r"\mathbf{E} \lVert \nabla \mathcal{L} \rVert^2 = 2 \varepsilon \tau n",
            "The same for weights N(0, 1/n) and inputs N(0, 1).",
            domain=f"{_EQUAL}, no activation, independent normal weights, inputs and residuals",
        ),
        part(
            "spread",
            DISTRIBUTION,
            r"\operatorname{Var}\left[\frac{1}{n} \mathcal{L}\right] = \frac{2 \varepsilon^2}{mn}",
            "The energy of one draw is ε up to a relative √(2/(mn)).",
            domain="independent normal residuals",
        ),
        repairs="pennington2017.energy",
    ),
    row(
        "hessproof.convexity",
        "amends slide “Loss function landscape”",
        "A Hessian that is semidefinite everywhere makes every critical point a global minimiser; minimisers form a "
        "convex set; definite everywhere leaves at most one, and bounded below exactly one.",
        r"\mathbf{H} \succeq 0 \iff f \text{ convex}; \quad \mathbf{H} \succ 0 \Rightarrow \text{at most one"
        r" minimiser}; \quad \mathbf{H} \succeq c \mathbf{I} \Rightarrow \text{exactly one}",
        "What the signs of the Hessian's eigenvalues at every point say about minima.",
        part(
            "convex",
            EVERY,
            r"\mathbf{H} \succeq 0 \text{ everywhere} \iff f \text{ convex}",
            "A function is convex if and only if its Hessian is positive semidefinite everywhere.",
            domain=_FUNCTIONS,
        ),
        part(
            "critical",
            EVERY,
            r"\mathbf{H} \succeq 0 \text{ everywhere},\ \nabla f(x) = 0 \ \Longrightarrow\ f(x) = \min f",
            "Every critical point is then a global minimiser.",
            domain=_FUNCTIONS,
        ),
        part(
            "set",
            EVERY,
            r"\mathbf{H} \succeq 0 \text{ everywhere} \ \Longrightarrow\ \operatorname{argmin} f \text{ convex}",
            "The minimisers, if there are any, form a convex set.",
            domain=_FUNCTIONS,
        ),
        part(
            "unique",
            EVERY,
            r"\mathbf{H} \succ 0 \text{ everywhere} \ \Longrightarrow\ \text{at most one minimiser}",
            "A Hessian that is positive definite everywhere leaves at most one minimiser.",
            domain=_FUNCTIONS,
        ),
        part(
            "exists",
            EVERY,
            r"\mathbf{H} \succeq c \mathbf{I} \text{ everywhere},\ c > 0 \ \Longrightarrow\ \text{exactly one"
            r" minimiser}",
            "Eigenvalues bounded away from zero give exactly one.",
            domain=_FUNCTIONS,
        ),
        repairs="pennington2017.convexity",
        remarks=(
            "e^x has H ≻ 0 and no minimiser; x⁴ has one minimiser although H(0) = 0; x has H = 0 and no minimum.",
        ),
    ),
)
