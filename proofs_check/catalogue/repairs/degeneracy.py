"""Repairs about rectified networks (Singh et al. 2021, §7.1 and §4.3)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_rectified import ACTIVATIONS, any_rectified
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, GENERIC, part, row
from hessproof.proofs_check.model.claim import Case, Claim

_KINKS = "Any number may stand for σ′(0), since only σ(z) = σ′(z) z at each sample is used."


def _one_hidden(case: Case) -> bool:
    return any_rectified(case) and case.architecture.layers == 2 and not case.architecture.bias


def _without_bias(case: Case) -> bool:
    return any_rectified(case) and not case.architecture.bias


def _with_bias(case: Case) -> bool:
    return any_rectified(case) and case.architecture.bias


def _cross_entropy(case: Case) -> bool:
    return _one_hidden(case) and case.architecture.loss == "cross-entropy" and case.architecture.outputs >= 2


CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.rectified_outer",
        "amends Theorem 9",
        "With one hidden layer and σ(z) = σ′(z) z, rk H_o ≤ R + M̃K − M̃ ≤ rM̃ + M̃K − M̃ for every parameter and every "
        "loss, where R sums the ranks of the samples on which each active neuron is active.",
        r"\operatorname{rk} \mathbf{H}_o \le \sum_{i\ \text{active}} (r_i + K - 1) \le"
        r" r\widetilde{M} + \widetilde{M}K - \widetilde{M}",
        "Theorem 9 without A1 and A2, for every loss, sharper where neurons see few samples or an output is redundant.",
        part(
            "samples",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o \le R + \widetilde{M}K - \widetilde{M}, \qquad R = \sum_{i\ \text{active}}"
            r" \operatorname{rk} \mathbf{E}[\alpha^i_{\mathbf{x}} \mathbf{x}\mathbf{x}^\top]",
            "The bound that counts for each active neuron the samples on which it is active.",
            domain="L = 2, σ(z) = σ′(z) z, any loss",
            regions=ACTIVATIONS,
            inside=_one_hidden,
        ),
        part(
            "cross_entropy",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o \le r\widetilde{M} + \widetilde{M}(K - 1) - \widetilde{M}",
            "Under cross-entropy K − 1 takes the place of K, for K ≥ 2.",
            domain="L = 2, K ≥ 2, σ(z) = σ′(z) z, cross-entropy",
            regions=ACTIVATIONS,
            inside=_cross_entropy,
        ),
        repairs="singh2021.thm9",
        remarks=(_KINKS, "For K = 1 cross-entropy has H_o = 0."),
    ),
    row(
        "hessproof.rectified_depth",
        "amends Fact 11",
        "At any depth rk H_o ≤ p − M_1(d − r) − Σ M_i for every parameter and every loss, with dead neurons or "
        "without; and the same for the network without its dead neurons.",
        r"\operatorname{rk} \mathbf{H}_o \le \tilde p - \widetilde{M}_1(d - r) - \sum_{i=1}^{L-1} \widetilde{M}_i"
        r" \le p - M_1(d - r) - \sum_{i=1}^{L-1} M_i",
        "Fact 11 as a theorem about every parameter, with dead neurons left out, and with bias.",
        part(
            "every",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o \le \tilde p - \widetilde{M}_1(d - r) - \sum_{i=1}^{L-1} \widetilde{M}_i",
            "Without bias, M̃_l and p̃ being those of the network without its dead neurons.",
            domain="L ≥ 2, σ(z) = σ′(z) z, no bias, any loss",
            regions=ACTIVATIONS,
            inside=_without_bias,
        ),
        part(
            "bias",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_o \le \tilde p - \widetilde{M}_1(d + 1 - \tilde r) - \sum_{i=1}^{L-1}"
            r" \widetilde{M}_i",
            "With bias, r̃ being the rank of the data with a coordinate 1.",
            domain="L ≥ 2, σ(z) = σ′(z) z, bias, any loss",
            regions=ACTIVATIONS,
            inside=_with_bias,
        ),
        part(
            "directions",
            EVERY,
            r"\dim \operatorname{span}\{t^l_i\} = \sum_{l<L} M_l - \#\{\text{loose components}\}",
            "How many of the directions that rescale a neuron are independent on the span of the data: all of them, "
            "up to one for each connected component of hidden neurons that touches no input, no nonzero bias and no "
            "output.",
            domain="L ≥ 2, σ(z) = σ′(z) z, with or without bias",
            regions=ACTIVATIONS,
            inside=any_rectified,
        ),
        repairs="singh2021.fact11",
        remarks=(
            _KINKS,
            "The directions that rescale a neuron are independent exactly if each connected component of hidden "
            "neurons, joined by nonzero weights, touches an input, a nonzero bias or an output. A neuron in any other "
            "component has no path to the outputs, so that what enters it takes the place of its direction.",
        ),
    ),
    row(
        "hessproof.rectified_critical",
        "amends Corollary 10",
        "At every critical point off the kinks, minimum or not, with residual or not, H_L obeys the same bounds at any "
        "depth, with and without bias, for every loss.",
        r"\nabla \mathcal{L} = 0 \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}} \le \tilde p -"
        r" \widetilde{M}_1(d - r) - \sum_{i=1}^{L-1} \widetilde{M}_i",
        "The bound on the loss Hessian at critical points where it exists.",
        part(
            "every",
            EVERY,
            r"\nabla \mathcal{L} = 0 \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}} \le \tilde p -"
            r" \widetilde{M}_1(d - r) - \sum_{i=1}^{L-1} \widetilde{M}_i",
            "Without bias.",
            assumptions=("minimum",),
            domain="L ≥ 2, σ(z) = σ′(z) z, no bias, no sample on a kink, any loss",
            regions=ACTIVATIONS,
            inside=_without_bias,
        ),
        part(
            "bias",
            EVERY,
            r"\nabla \mathcal{L} = 0 \ \Longrightarrow\ \operatorname{rk} \mathbf{H}_{\mathcal{L}} \le \tilde p -"
            r" \widetilde{M}_1(d + 1 - \tilde r) - \sum_{i=1}^{L-1} \widetilde{M}_i",
            "With bias.",
            assumptions=("minimum",),
            domain="L ≥ 2, σ(z) = σ′(z) z, bias, no sample on a kink, any loss",
            regions=ACTIVATIONS,
            inside=_with_bias,
        ),
        repairs="singh2021.cor10",
        remarks=(
            "The direction that rescales a neuron lies in the kernel wherever ∇ℒ = 0 and the loss is twice "
            "differentiable: along its orbit the gradient stays zero.",
        ),
    ),
    row(
        "hessproof.active_samples",
        "amends §7.1",
        "If x and −x are equally likely and N samples are in general position, a given ReLU neuron is active on at "
        "least one and fewer than r of them with probability Σ_{k=1}^{r−1} C(N, k)/2^N; only then it fails A2.",
        r"\Pr[\text{a neuron is active and misses A2}] = 2^{-N} \sum_{k=1}^{r-1} \binom{N}{k}",
        "How likely a ReLU neuron is to miss A2, exactly, and how many samples are enough.",
        part(
            "flips",
            GENERIC,
            r"\#\{\epsilon \in \{\pm 1\}^N:\ 1 \le \#\{n: \epsilon_n \mathbf{w}^\top \mathbf{x}_n > 0\},\ \text{A2"
            r" fails for } \epsilon_n \mathbf{x}_n\} = \sum_{k=1}^{r-1} \binom{N}{k}",
            "Of the 2^N ways to turn samples round, for almost all samples of rank r and almost all w.",
            domain="one ReLU neuron, N samples in general position of rank r",
        ),
        part(
            "ample",
            DISTRIBUTION,
            r"M \sum_{k=1}^{d-1} \binom{N}{k} \le \epsilon\, 2^N \ \Longrightarrow\ \Pr[\text{A2}] \ge 1 - \epsilon",
            "With enough samples for the union bound over the neurons A2 holds: N = 5d at d = 16, M = 30.",
            domain="one hidden ReLU layer, symmetric inputs",
        ),
        repairs="singh2021.a2",
        remarks=(
            "At N = 2d + 1 the probability is 0.16, 0.31, 0.36 and 0.43 for d = 2, 8, 16, 64 and tends to 1/2. For 30 "
            "neurons and d = 64, N = 172 is enough for A2 with probability 0.99.",
        ),
    ),
    row(
        "hessproof.two_layer_columns",
        "amends §4.3",
        "For L = 2 and σ(z) = σ′(z) z the ranks of both block columns of H_f add up for every parameter off the kinks, "
        "with and without bias: the diagonal blocks vanish.",
        r"\operatorname{rk} \mathbf{H}_f = \operatorname{rk} \mathbf{H}_f^{\bullet 1} + \operatorname{rk}"
        r" \mathbf{H}_f^{\bullet 2}",
        "Independence of the block columns of rectified networks with one hidden layer.",
        part(
            "every",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_f = \operatorname{rk} \mathbf{H}_f^{\bullet 1} + \operatorname{rk}"
            r" \mathbf{H}_f^{\bullet 2}",
            "For every parameter, every residual, with and without bias.",
            domain="L = 2, σ(z) = σ′(z) z, any loss",
            regions=ACTIVATIONS,
            inside=lambda case: any_rectified(case) and case.architecture.layers == 2,
        ),
        repairs="singh2021.independence",
    ),
)
