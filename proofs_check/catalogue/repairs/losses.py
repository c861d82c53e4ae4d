"""Repairs about cross-entropy and log-cosh (Singh et al. 2021, §5.1)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_losses import LOSSES, with_bias, without_bias
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_EFFECTIVE = (
    "κ = K for the squared loss and log-cosh, κ = K − 1 for cross-entropy; q = min(r, M_1, …, M_{L-1}, κ), "
    "q̂ = min(q, s)."
)
_OUTER = r"q(r + \kappa - q)"
_FUNCTIONAL = r"2\hat q M + 2\hat q s - L\hat q^2 \quad (L \ge 2)"
_LOSS = rf"{_OUTER} + 2\hat q M - (L-1)\hat q^2"
_KAPPA_BIAS = "The formulas with bias, in r̃ and s̃, with κ in place of K: κ = K − 1 for cross-entropy, K otherwise."
_NAMES = (
    ("outer", "H_o", r"\mathbf{H}_o", _OUTER),
    ("functional", "H_f", r"\mathbf{H}_f", _FUNCTIONAL),
    ("loss", "H_L", r"\mathbf{H}_{\mathcal{L}}", _LOSS),
)

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.softmax_differences",
        "amends §5.1",
        "Cross-entropy of K outputs is a loss of their K − 1 differences; for every parameter the Hessian and both "
        "of its "
        "parts have the ranks of the network of these differences.",
        r"\mathbf{H}_\ell(\mathbf{W}^1, \ldots, \mathbf{W}^L) = \mathbf{T}^\top \mathbf{H}_g(\mathbf{W}^1, \ldots,"
        r" \mathbf{D}\mathbf{W}^L)\, \mathbf{T}, \quad \mathbf{T} = \operatorname{diag}(\mathbf{I}, \ldots, \mathbf{I},"
        r" \mathbf{D} \otimes \mathbf{I})",
        "Where the rule of K − 1 comes from: a common shift of the outputs changes nothing, so that the Hessian is "
        "congruent "
        "to the one of a network with K − 1 outputs.",
        part(
            "shift",
            EVERY,
            r"\ell(\mathbf{F} + h\mathbf{1}) = \ell(\mathbf{F}), \quad \mathbf{1}^\top\boldsymbol{\delta} = 0, \quad"
            r" \boldsymbol{\Lambda}\mathbf{1} = \mathbf{0}",
            "Cross-entropy does not see a common shift; its residuals, and the rows of its curvature, add up to zero.",
        ),
        part(
            "congruence",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_\ell = \operatorname{rk} \mathbf{H}_g(\ldots, \mathbf{D}\mathbf{W}^L), \quad"
            r" \text{also for } \mathbf{H}_o \text{ and } \mathbf{H}_f",
            "For every parameter the ranks are those of the K − 1 differences of outputs, with and without bias.",
        ),
        repairs="singh2021.losses",
        remarks=(
            "D has the rows e_c − e_K, c < K. Nothing is used of the hidden layers but that the last layer is affine "
            "in its "
            "parameters.",
            "A network with one output under cross-entropy has a constant loss: all ranks are 0, as the formulas say "
            "with "
            "K − 1 = 0.",
        ),
    ),
    row(
        "hessproof.losses_outer",
        "amends §5.1",
        "For every parameter rk H_o is the rank of the stacked Jacobians of the outputs (of their differences for "
        "cross-entropy): whether a loss is saturated or not does not matter.",
        r"\operatorname{rk} \mathbf{H}_o = \operatorname{rk} (\mathbf{J}_1; \ldots; \mathbf{J}_N)",
        "Log-cosh is strictly convex, cross-entropy is in the differences of outputs; the loss then drops out of rk "
        "H_o.",
        part(
            "main",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o = \operatorname{rk} (\mathbf{J}_1; \ldots; \mathbf{J}_N)",
            "The rank of H_o is the one for the squared loss at the same weights, with DW^L for W^L under "
            "cross-entropy.",
            regions=LOSSES,
        ),
        repairs="singh2021.losses",
        remarks=(
            "In exact numbers no softmax is saturated: p_c > 0. In float64 the largest p_c rounds to 1 once its output "
            "leads by 37, tanh to 1 from 19.1 on, and a sample's Λ is zero once all other powers underflow, at a lead "
            "of 745.",
            "The weight of a sample under cross-entropy is t = Σ y_c, which must be positive.",
        ),
    ),
    row(
        "hessproof.losses_bound",
        "amends §5.1",
        "No parameter and no data exceed the generic ranks, under any of the three losses.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_LOSS}",
        "Upper bounds for every parameter, with K − 1 for K under cross-entropy.",
        *(
            part(
                key, EVERY, rf"\operatorname{{rk}} {symbol} \le {value}",
                f"No parameter exceeds the generic rank of {symbol_text}.",
                regions=LOSSES, inside=without_bias, quantity=key, relation="<=",
            )
            for key, symbol_text, symbol, value in _NAMES
        ),
        repairs="singh2021.losses",
        remarks=(_EFFECTIVE,),
    ),
    row(
        "hessproof.losses_generic",
        "amends §5.1",
        "For every r and s the generic ranks are those of the squared loss, with K − 1 for K under cross-entropy.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_LOSS}",
        "The rank formulas under any of the three losses, for almost all weights and data with given r and s; s < q "
        "too.",
        *(
            part(
                key, GENERIC, rf"\operatorname{{rk}} {symbol} = {value}",
                f"The generic rank of {symbol_text}, for every r and s.",
                regions=LOSSES, inside=without_bias, quantity=key, relation="==",
            )
            for key, symbol_text, symbol, value in _NAMES
        ),
        part(
            "transfer",
            GENERIC,
            r"\max \operatorname{rk} \mathbf{H}_{\mathcal{L}} \ge \max \operatorname{rk}"
            r" \mathbf{H}^{\text{squared}}_{\mathcal{L}}(\kappa)",
            "Small outputs turn a loss into the squared one: generic ranks are at least as large, for every r and s.",
            regions=LOSSES,
            inside=without_bias,
            quantity="loss",
            relation=">=",
        ),
        part(
            "labelled",
            GENERIC,
            r"s \ge q \quad \text{and} \quad \operatorname{rk} \mathbf{H}_{\mathcal{L}} = 2qM - Lq^2 + q(r + \kappa)",
            "With given inputs and class labels (or given targets) almost all weights have s ≥ q and the rank of "
            "Fact 7, also "
            "where N is small, inputs are repeated or centred, or all labels are the same.",
            regions=LOSSES,
            inside=without_bias,
            quantity="loss",
            relation="==",
        ),
        repairs="singh2021.losses",
        remarks=(_EFFECTIVE, "With one layer H_f vanishes."),
    ),
    row(
        "hessproof.losses_bias",
        "amends §5.1",
        "With bias the same: the formulas with bias for the squared loss, with K − 1 for K under cross-entropy.",
        r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}(K) = \operatorname{rk}"
        r" \mathbf{H}^{\text{squared}}_{\mathcal{L}}(\kappa)",
        "Generic ranks with bias under any of the three losses, for every r, r̃, s and s̃.",
        *(
            part(
                key, GENERIC,
                rf"\operatorname{{rk}} {symbol}(K) = \operatorname{{rk}} {symbol}^{{\text{{squared}}}}(\kappa)",
                f"The generic rank of {symbol_text} with bias.", domain="networks with bias", regions=LOSSES,
                inside=with_bias, quantity=key, relation="==",
            )
            for key, symbol_text, symbol, _ in _NAMES
        ),
        repairs="singh2021.losses",
        remarks=(_KAPPA_BIAS,),
    ),
)  # fmt: skip
