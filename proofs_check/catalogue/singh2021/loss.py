"""Singh et al. 2021, §§4.3–5.1: the rank of the loss Hessian, its deficiency, and how it grows."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import (
    DEFICIENCY,
    GROWTH,
    RATIO,
    RESIDUAL,
    SAMPLES,
    WIDTH,
    equal_hidden,
    equal_hidden_and_residual,
    full_data,
    full_data_and_residual,
    residual_covers,
)
from hessproof.proofs_check.catalogue.regions_losses import (
    RESIDUALS,
    cosh_covers,
    cosh_deep,
    mse_covers,
    on_digits,
    softmax_covers,
    softmax_deep,
)
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Claim

_FACT7 = r"2qM - Lq^2 + q(r + K)"
_Q = r"q = \min(r, M_1, \ldots, M_{L-1}, K-1)"
_OVERALL = r"2qM - Lq^2 + 2qs + q(r + K - q)"
_SIMPLE = (
    "From here on the source writes q for q̂ = min(q, s), which says s ≥ q; cases with s < q are shown, outside the "
    "domain."
)

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.residual_rank",
        "§4.3",
        "Besides, in general, we find that at initialization s = min(r, K), hence q̂ = q and we will just use q "
        "hereafter for simplicity.",
        r"s = \operatorname{rk} \boldsymbol{\Omega} = \min(r, K)",
        "At initialisation the residual covariance has the largest rank that the data allow.",
        DISTRIBUTION,
        domain="random initialisation",
        remarks=(
            "It depends on the labels too: with y = 0, Ω = W^{L:1}Σ has rank at most q, which may be below min(r, K).",
        ),
    ),
    row(
        "singh2021.overall",
        "§4.4",
        "Finally, in order to get an upper bound on the rank of the entire Hessian, we simply use rk(A + B) ≤ rk(A) + "
        "rk(B), along with the Corollary 4 and Corollary 6 (with q̂ = q as noted above), to obtain: rk(H_L) ≤ rk(H_o) "
        "+ rk(H_f) ≤ 2qM − Lq² + 2qs + q(r + K − q).",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le \operatorname{{rk}} \mathbf{{H}}_o +"
        rf" \operatorname{{rk}} \mathbf{{H}}_f"
        rf" \le {_OVERALL}",
        "A bound on the rank of the loss Hessian: the rank of its two terms, added.",
        part(
            "main",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} \le {_OVERALL}",
            "The bound, for every parameter under A1.",
            assumptions=("A1", "reduced data"),
            domain="s ≥ q",
            regions=RESIDUAL,
            inside=residual_covers,
            quantity="loss",
            relation="<=",
            formula="overall",
        ),
        remarks=(_SIMPLE,),
    ),
    row(
        "singh2021.fact7",
        "Fact 7",
        "The following equality holds empirically: rk(H_L) = 2qM − Lq² + q(r + K).",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT7}",
        "The rank of the loss Hessian of a deep linear network.",
        part(
            "main",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT7}",
            "The rank of the loss Hessian, for almost all parameters.",
            domain="s ≥ q",
            regions=RESIDUAL,
            inside=residual_covers,
            quantity="loss",
            relation="==",
            formula="fact7",
        ),
        remarks=(_SIMPLE, "“Holds empirically” is read as a claim about almost all parameters."),
    ),
    row(
        "singh2021.overlap",
        "§4.4",
        "This implies that our upper bound is off by just a constant additive factor of 2qs − q², which is another "
        "startling finding. […] E.g., take the typical case of no bottlenecks, q = s, then our upper bound exceeds "
        "the true rank by a small constant q², i.e., minimum dimension squared.",
        rf"\left[{_OVERALL}\right] - \operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = 2qs - q^2",
        "The bound of §4.4 exceeds the rank of the loss Hessian by a number that does not grow with the hidden widths.",
        part(
            "main",
            GENERIC,
            rf"\left[{_OVERALL}\right] - \operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = 2qs - q^2",
            "The bound minus the rank is 2qs − q², which is q² when q = s, for almost all parameters.",
            domain="s ≥ q",
            regions=RESIDUAL,
            inside=residual_covers,
            quantity="overlap",
            relation="==",
            formula="overlap",
        ),
        remarks=(
            _SIMPLE,
            "The column spaces of H_o and H_f meet in a space whose dimension this excess bounds; it need not be "
            "equal to it.",
        ),
    ),
    row(
        "singh2021.deficiency",
        "§4.4",
        "Let us calculate the rank deficiency in the network when (uncentered) input-covariance has rank, i.e., r = "
        "d. Using Fact. (7) this comes out to rank-deficiency(H_L) = Σ_{i=0}^{L−1} (M_i − q)(M_{i+1} − q), whereas "
        "the number of parameters is equal to p = Σ_{i=0}^{L−1} M_i M_{i+1}.",
        r"p - \operatorname{rk} \mathbf{H}_{\mathcal{L}} = \sum_{i=0}^{L-1} (M_i - q)(M_{i+1} - q)",
        "The rank deficiency is the number of parameters of the network with q taken off every width.",
        part(
            "identity",
            EVERY,
            rf"p - \left[{_FACT7}\right] = \sum_{{i=0}}^{{L-1}} (M_i - q)(M_{{i+1}} - q) \quad \text{{with }} r = d ="
            rf" M_0",
            "The arithmetic: the formula of Fact 7 and the sum over the layers agree.",
            domain="r = d",
            regions=DEFICIENCY,
            inside=full_data,
            quantity="deficiency",
            relation="==",
            formula="deficiency",
        ),
        part(
            "generic",
            GENERIC,
            r"p - \operatorname{rk} \mathbf{H}_{\mathcal{L}} = \sum_{i=0}^{L-1} (M_i - q)(M_{i+1} - q)",
            "The dimension of the kernel of the loss Hessian, for almost all parameters.",
            domain="r = d, s ≥ q",
            regions=DEFICIENCY,
            inside=full_data_and_residual,
            quantity="deficiency",
            relation="==",
            formula="deficiency",
        ),
        remarks=(
            _SIMPLE,
            "If r < d the kernel of the network as it stands has M_1 (d − r) dimensions more than the sum with M_0 = "
            "r.",
        ),
    ),
    row(
        "singh2021.a1",
        "Assumption A1 and Appendix S2.6",
        "Further, the only assumption we make in our analysis is A1, which is in fact guaranteed at typical "
        "initialization almost surely (c.f. Appendix S2.6). […] Assumption A1. Maximal Rank: ∀l ∈ [L], W^l ∈ "
        "R^{M_l×M_{l−1}} has rank equal to min(M_l, M_{l−1}).",
        r"\Pr\left[\forall l:\ \operatorname{rk} \mathbf{W}^l = \min(M_l, M_{l-1})\right] = 1",
        "Weights drawn by Glorot, uniform or orthogonal initialisation have maximal rank almost surely.",
        DISTRIBUTION,
        domain="Glorot, uniform and orthogonal initialisation",
        remarks=(
            "A distribution with a density gives every deficient set measure zero; numbers of finite precision miss it "
            "with all but a tiny probability: a weight of 1-1 is zero with probability about 2^-53.",
        ),
    ),
    row(
        "singh2021.samples",
        "§5.1, Fig. 2a",
        "First, in Fig 2a, we observe that our predictions match the true rank exactly across all sample sizes as the "
        "dependence on N is only exhibited in the rank of the empirical covariance Σ̂_xx, confirming that rank is "
        "largely a distribution-independent quantity.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}}(N) = {_FACT7}, \qquad r = \operatorname{{rk}}"
        rf" \widehat{{\boldsymbol{{\Sigma}}}}_N",
        "At every sample size the formula gives the rank, and the sample enters only through the rank of its "
        "covariance.",
        part(
            "prediction",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}}(N) = {_FACT7} \quad \text{{with }} r ="
            rf" \operatorname{{rk}} \widehat{{\boldsymbol{{\Sigma}}}}_N",
            "At every N the formula with the rank of the empirical covariance is the rank, for almost all parameters.",
            domain="s ≥ q, as for almost all parameters of a given sample",
            regions=SAMPLES,
            inside=residual_covers,
            quantity="loss",
            relation="==",
            formula="fact7",
        ),
        part(
            "only_through_rank",
            GENERIC,
            r"\operatorname{rk} \widehat{\boldsymbol{\Sigma}}_N = \operatorname{rk} \widehat{\boldsymbol{\Sigma}}_{N'}"
            r" \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}}(N) = \operatorname{rk}"
            r" \mathbf{H}_{\mathcal{L}}(N')",
            "Samples of different size with covariances of one rank give one rank, for almost all parameters.",
            domain="s ≥ q, as for almost all parameters of a given sample",
            regions=SAMPLES,
            inside=residual_covers,
            quantity="loss",
            relation="==",
        ),
        remarks=("For H_o this holds at any s. The rank of H_f depends on the sample through s as well.",),
    ),
    row(
        "singh2021.losses",
        "§5.1 and Appendix S9",
        "We test our results on a variety of datasets: MNIST [45], FashionMNIST [46], CIFAR10 [47]; for various loss "
        "types: MSE, cross-entropy, cosh; across several initialization schemes: Glorot [48], uniform, orthogonal "
        "[21]. Our theory extends to all these settings.",
        rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT7} \quad \text{{with }} K \text{{ replaced by }}"
        rf" K-1 \text{{ for cross-entropy}}",
        "The rank formulas hold for the squared loss, for cross-entropy (with K − 1 for K, also inside q and s) and "
        "for log cosh.",
        *(
            part(
                key,
                GENERIC,
                statement,
                text,
                domain=domain,
                regions=RESIDUALS,
                inside=inside,
                quantity=quantity,
                relation="==",
            )
            for key, quantity, statement, text, domain, inside in (
                (
                    "mse",
                    "loss",
                    rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT7}",
                    "The formula for the squared loss.",
                    "squared loss, s ≥ q",
                    mse_covers,
                ),
                (
                    "cross_entropy",
                    "loss",
                    rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = 2qM - Lq^2 + q(r + K - 1), \quad {_Q}",
                    "The formula for cross-entropy, with K − 1 for K.",
                    "cross-entropy, s ≥ q",
                    softmax_covers,
                ),
                (
                    "cross_entropy_outer",
                    "outer",
                    rf"\operatorname{{rk}} \mathbf{{H}}_o = q(r + K - 1 - q), \quad {_Q}",
                    "Corollary 4 for cross-entropy, with K − 1 for K.",
                    "cross-entropy, s ≥ q",
                    softmax_covers,
                ),
                (
                    "cross_entropy_functional",
                    "functional",
                    rf"\operatorname{{rk}} \mathbf{{H}}_f = 2qM + 2qs - Lq^2, \quad {_Q}",
                    "Corollary 6 with equality for cross-entropy, with K − 1 for K.",
                    "cross-entropy, s ≥ q, L ≥ 2",
                    softmax_deep,
                ),
                (
                    "log_cosh",
                    "loss",
                    rf"\operatorname{{rk}} \mathbf{{H}}_{{\mathcal{{L}}}} = {_FACT7}",
                    "The formula for the loss log cosh.",
                    "log-cosh, s ≥ q",
                    cosh_covers,
                ),
                (
                    "log_cosh_outer",
                    "outer",
                    r"\operatorname{rk} \mathbf{H}_o = q(r + K - q)",
                    "Corollary 4 for the loss log cosh.",
                    "log-cosh, s ≥ q",
                    cosh_covers,
                ),
                (
                    "log_cosh_functional",
                    "functional",
                    r"\operatorname{rk} \mathbf{H}_f = 2qM + 2qs - Lq^2",
                    "Corollary 6 with equality for the loss log cosh.",
                    "log-cosh, s ≥ q, L ≥ 2",
                    cosh_deep,
                ),
                (
                    "digits",
                    "loss",
                    r"\operatorname{rk} \mathbf{H}_{\mathcal{L}} = 2qM - Lq^2 + q(r + \kappa), \quad \kappa = K - 1"
                    r" \text{ for cross-entropy, } K \text{ otherwise}",
                    "The networks 64-w-w-10, w = 4, 8, …, 36, under all three losses, on handwritten digits of rank "
                    "41: "
                    "almost all weights have the predicted rank.",
                    "64-w-w-10, w = 4, 8, …, 36, r = 41",
                    on_digits,
                ),
            )
        ),
        remarks=(
            "“cosh” in the source is the loss log cosh.",
            "Exact ranks under cross-entropy are those of actual networks, not of a relaxation: logits z (ln 2)/D with "
            "integers z, so that the probabilities are algebraic numbers and ln 2 is an independent transcendental.",
            "With one output cross-entropy is constant: the formula gives 0 with K − 1 = 0, and that is the rank.",
        ),
    ),
    row(
        "singh2021.width",
        "§5.1, Fig. 2b and 2c; §8",
        "Next, in Fig. 2b, we see that our rank formulas hold for arbitrary-sized network architectures. To "
        "contextualize the growth of rank with increasing width, in Fig. 2c, we normalize it by # params p. We notice "
        "that rank/# params, which intuitively captures the fraction of effective parameters, saturates down to a "
        "small level […]. In contrast to the number of parameters which are proportional to layer-widths squared, we "
        "obtain that rank is proportional to layer-width.",
        r"M_1 = \cdots = M_{L-1} = w: \quad \operatorname{rk} \mathbf{H}_{\mathcal{L}} \propto w, \quad p \propto w^2,"
        r" \quad \operatorname{rk} \mathbf{H}_{\mathcal{L}} / p \text{ saturates}",
        "With one common hidden width the rank grows linearly in it, the parameters quadratically, and their ratio "
        "saturates.",
        part(
            "rank_linear",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}(w + 1) - 2 \operatorname{rk} \mathbf{H}_{\mathcal{L}}(w)"
            r" + \operatorname{rk} \mathbf{H}_{\mathcal{L}}(w - 1) = 0",
            "Inside each region the rank is a constant times the width plus a constant, for almost all parameters.",
            domain="M_1 = … = M_{L-1} = w, s ≥ q",
            regions=WIDTH,
            inside=equal_hidden_and_residual,
            quantity="loss",
            relation="==",
            formula="width",
        ),
        part(
            "parameters_quadratic",
            EVERY,
            r"p(w + 1) - 2 p(w) + p(w - 1) = 2(L - 2) > 0",
            "The number of parameters is a quadratic function of the width.",
            domain="M_1 = … = M_{L-1} = w",
            regions=GROWTH,
            inside=equal_hidden,
        ),
        part(
            "ratio_saturates",
            GENERIC,
            r"\lim_{w \to \infty} \frac{\operatorname{rk} \mathbf{H}_{\mathcal{L}}(w)}{p(w)} < 1",
            "The ratio of rank to parameters tends to a limit below one: to 0 for L ≥ 3, to 2 min(r, K) / (d + K) for "
            "L = 2.",
            domain="M_1 = … = M_{L-1} = w, s ≥ q",
            regions=RATIO,
            inside=equal_hidden_and_residual,
            quantity="loss",
        ),
        remarks=(
            "“Proportional” is read as affine: the rank has a constant term.",
            "The figures have two hidden layers, L = 3.",
            "For w < min(r, K) the rank is (L − 2) w² + (r + K) w.",
        ),
    ),
)
