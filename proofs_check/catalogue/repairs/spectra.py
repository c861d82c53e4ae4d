"""Repairs about spectra and the ratio of rank to parameters (Singh et al. 2021, S8 and §8)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_spectra import (
    equal_widths,
    equal_widths_for_bias,
    one_hidden_layer,
    square_orthogonal,
    two_layers,
)
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_RATIO = r"\frac{\operatorname{rk} \mathbf{H}_{\mathcal{L}}}{p}"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.plateaus",
        "amends S8",
        "Plateaus belong to the loss Hessian too, at every depth: each free direction of a hidden layer repeats the "
        "singular values of the residual as its two neighbours see it.",
        r"\pm\sigma_i\left(\mathbf{W}^{l+2:L}\boldsymbol{\Omega}\mathbf{W}^{1:l-1}\right) \in"
        r" \operatorname{spec}(\mathbf{H}_{\mathcal{L}}) \cap \operatorname{spec}(\mathbf{H}_f)"
        r" \text{ at least } M_l - \operatorname{rk}\left[\mathbf{W}^l, \mathbf{W}^{l+1\top}\right] \text{ times}",
        "Multiplicities of eigenvalues: exactly for one hidden layer, kernel included; from below for every "
        "hidden layer "
        "of every network; exactly for orthogonal weights.",
        part(
            "kernel",
            EVERY,
            r"\det(\lambda\mathbf{I} - \mathbf{H}_f) = \lambda^{(d+K-2s)M_1} \prod_{i=1}^{s}"
            r" \left(\lambda^2 - \sigma_i(\boldsymbol{\Omega})^2\right)^{M_1}",
            "With one hidden layer the kernel of the functional Hessian has dimension (d + K − 2s)M_1, and "
            "nothing else "
            "is left.",
            domain="L = 2",
            inside=two_layers,
        ),
        part(
            "every_depth",
            EVERY,
            r"\boldsymbol{\Omega}_l = \mathbf{W}^{l+2:L}\boldsymbol{\Omega}\mathbf{W}^{1:l-1}: \quad"
            r" \pm\sigma_i(\boldsymbol{\Omega}_l) \text{ at least } M_l -"
            r" \operatorname{rk}\left[\mathbf{W}^l, \mathbf{W}^{l+1\top}\right] \text{ times in } \mathbf{H}_f"
            r" \text{ and in } \mathbf{H}_{\mathcal{L}}",
            "Every hidden layer l: ΔW^l = uv⊤, ΔW^{l+1} = ±wu⊤ with W^{l⊤}u = 0, W^{l+1}u = 0 and (v, w) a "
            "singular pair "
            "of Ω_l are eigenvectors of both.",
            domain="L ≥ 2",
            inside=lambda case: case.architecture.layers >= 2,
        ),
        part(
            "orthogonal",
            EVERY,
            r"\lambda_{\pm}: \ L\tau \pm (L-1)\omega, \quad \mp\omega \ (L - 1 \text{ times}), \quad"
            r" \text{each for } \tfrac{n(n \pm 1)}{2} \text{ directions}",
            "All weights orthogonal n × n, Σ = τI and Ω = ωW^{L:1}: H_L has the eigenvalues Lτ ± (L − 1)ω, n(n ± 1)/2 "
            "times, and ∓ω, (L − 1)n(n ± 1)/2 times: every plateau of a deep network at this point.",
            domain="M_0 = … = M_L = n, orthogonal weights, Σ = τI, Ω = ωW^{L:1}",
            inside=square_orthogonal,
        ),
        repairs="singh2021.plateaus",
        remarks=(
            "For almost all weights M_l − rk [W^l, W^{l+1⊤}] is max(0, M_l − M_{l−1} − M_{l+1}): a layer wider "
            "than its "
            "neighbours together has plateaus.",
            "With bias read [W^l b^l] for W^l and Ω̃ with the augmented chain for ΩW^{1:l−1}; under another loss read "
            "its own Ω = E[δx⊤].",
        ),
    ),
    row(
        "hessproof.ratio",
        "amends §8 (iii)",
        "With equal hidden widths the ratio never rises with width; it rises with depth while the layers are narrower "
        "than the mean of inputs and outputs, and with bias if there are more outputs than inputs.",
        r"\frac{\operatorname{rk} \mathbf{H}_{\mathcal{L}}}{p} = 1 - \frac{(w - q)\left(|d - K| + (L - 2)(w - "
        r"q)\right)}"
        r"{w\left(d + K + (L - 2)w\right)}, \quad q = \min(d, K)",
        "For equal hidden widths w: when exactly the ratio falls with width, depth and bias.",
        part(
            "width",
            GENERIC,
            _RATIO + r"(w) \ge " + _RATIO + r"(w + 1)",
            "Equal hidden widths, one more neuron in every layer: the ratio never rises, and stays only where it is 1.",
            domain="M_1 = … = M_{L-1} = w ≥ min(d, K), r = d, s = min(d, K)",
            inside=equal_widths,
        ),
        part(
            "one_hidden_layer",
            GENERIC,
            _RATIO + r"(w) - " + _RATIO + r"(w + 1) = \frac{q\,|r - K|}{w(w + 1)(d + K)}",
            "One hidden layer, data of any rank: the ratio falls by q|r − K| / (w(w + 1)(d + K)), so it is constant "
            "exactly for r = K.",
            domain="L = 2, w ≥ q = min(r, K), s = min(r, K)",
            inside=one_hidden_layer,
        ),
        part(
            "depth",
            GENERIC,
            r"\operatorname{sign}\left(" + _RATIO + r"(L) - " + _RATIO + r"(L + 1)\right) ="
            r" \operatorname{sign}\left((w - q)(2w - d - K)\right)",
            "Equal hidden widths, one more layer of the same width: the ratio falls exactly for w > (d + K)/2 "
            "and rises "
            "exactly for min(d, K) < w < (d + K)/2.",
            domain="M_1 = … = M_{L-1} = w ≥ min(d, K), r = d, s = min(d, K)",
            inside=equal_widths,
        ),
        part(
            "bias",
            GENERIC,
            r"K \le d: \operatorname{sign}\left((w - K)((L^2 - 2L + 2)w + (L - 1)K - d)\right); \quad K > d:"
            r" -\operatorname{sign}(w - d)",
            "Equal hidden widths, biases added: the sign of the ratio without minus the ratio with bias. With more "
            "outputs than inputs a bias never lowers the ratio.",
            domain="M_1 = … = M_{L-1} = w ≥ min(d + 1, K), r = d, r̃ = d + 1, s and s̃ full, E[δ] ≠ 0",
            inside=equal_widths_for_bias,
        ),
        repairs="singh2021.ratio",
        remarks=(
            "The ranks are those of hessproof.width and of this project's formula for networks with bias, which have "
            "checks of their own; for w ≤ min(d, K) every rank is p, whatever the depth.",
        ),
    ),
)
