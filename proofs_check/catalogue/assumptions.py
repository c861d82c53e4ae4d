"""The assumptions that claims are made under, by the name that a part of a claim gives them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """A named hypothesis.

    Args:
        name: As claims name it.
        statement: LaTeX, without dollar signs.
        text: The same in words.
        where: Place in the source.
    """

    name: str
    statement: str
    text: str
    where: str


ASSUMPTIONS: dict[str, Assumption] = {
    assumption.name: assumption
    for assumption in (
        Assumption(
            "A1",
            r"\forall l: \quad \operatorname{rk} \mathbf{W}^l = \min(M_l, M_{l-1})",
            "Every weight matrix has maximal rank; W^1 is the one of the reduced data, M_1 × r.",
            "Singh et al. 2021, Assumption A1",
        ),
        Assumption(
            "reduced data",
            r"\boldsymbol{\Sigma} \in \mathbb{R}^{r \times r},\ \boldsymbol{\Sigma} \succ 0, \quad \mathbf{W}^1 \in"
            r" \mathbb{R}^{M_1 \times r}",
            "The data are first reduced to r dimensions. It can always be done and changes no rank of a Hessian.",
            "Singh et al. 2021, §4, preliminaries",
        ),
        Assumption(
            "A2",
            r"\operatorname{rk} \mathbf{E}[\alpha_{\mathbf{x}} \mathbf{x}\mathbf{x}^\top] = r, \quad"
            r" \alpha_{\mathbf{x}} = \sigma'(\mathbf{x}^\top \mathbf{W}_{i \bullet}^1)",
            "For each active hidden neuron the weighted input covariance has the rank of the input covariance.",
            "Singh et al. 2021, Assumption A2",
        ),
        Assumption(
            "A3",
            r"\mathbf{E}[\mathbf{x}] = \mathbf{0}",
            "The inputs have mean zero.",
            "Singh et al. 2021, Assumption A3",
        ),
        Assumption(
            "minimum",
            r"\nabla \mathcal{L}(\theta) = \mathbf{0}",
            "The parameters are those of a minimum at which the loss is twice differentiable. No more is used than "
            "that the gradient vanishes, with or without residual; Ω = 0 alone does not do for rectified networks.",
            "Singh et al. 2021, Corollary 10",
        ),
        Assumption(
            "no dead neurons",
            r"\Pr[\sigma'(z_i) \neq 0] > 0 \ \forall i",
            "Every hidden neuron is active for some input.",
            "Singh et al. 2021, Fact 11",
        ),
        Assumption(
            "centred classes",
            r"\sum_{i:\, y_i = c} \mathbf{x}_i = \mathbf{0} \ \forall c",
            "The inputs of each class have mean zero.",
            "Singh et al. 2021, Lemma 8 (a)",
        ),
        Assumption(
            "balanced",
            r"\mathbf{W}_0^{k+1\top} \mathbf{W}_0^{k+1} = \mathbf{W}_0^k \mathbf{W}_0^{k\top}",
            "Neighbouring weights are balanced at the start.",
            "Singh et al. 2021, Lemma 8 (b)",
        ),
        Assumption(
            "square", r"M_0 = M_1 = \cdots = M_L", "All weight matrices are square.", "Singh et al. 2021, Lemma 8 (c)"
        ),
        Assumption(
            "narrow products",
            r"\exists m: \quad M_m = q = \operatorname{rk} \mathbf{W}^{m:1} = \operatorname{rk} \mathbf{W}^{L:m+1}",
            "At some narrowest layer the product of all weights below it and that of all above it have rank q. At the "
            "ends less will do: rk W^{L-1:1} = r if r = q, or rk W^{L:2} = K if K = q.",
            "this project",
        ),
        Assumption(
            "maximal cyclic products",
            r"\operatorname{rk} \mathbf{W}^{k:l} = \min(M_k, \ldots, M_{l-1}), \quad \operatorname{rk} \mathbf{W}^{k:1}"
            r" \boldsymbol{\Omega}^\top \mathbf{W}^{L:l} = \min(s, M_1, \ldots, M_k, M_{l-1}, \ldots, M_{L-1})",
            "Every product of neighbours in the cyclic chain W^L ⋯ W^1 Ω⊤ that leaves out some W^l has the rank of "
            "its narrowest place, where Ω counts as s.",
            "this project",
        ),
        Assumption(
            "common minimum",
            r"\nabla \mathcal{L}_k(\theta^*) = \nabla \mathcal{L}_{k+1}(\theta^*) = \mathbf{0}",
            "One point is a local minimum of the loss at both sample sizes.",
            "Kiselev & Grabovoy 2024, Assumption 1",
        ),
        Assumption(
            "weight norms",
            r"\lVert \mathbf{W}^{(l)} \rVert \le M_{\mathbf{W}} \ \forall l",
            "The spectral norms of the weights are bounded.",
            "Kiselev & Grabovoy 2024, Theorem 1",
        ),
        Assumption(
            "weight norms at θ",
            r"\lVert \mathbf{W}^{(l)} \rVert \le M_{\mathbf{W}} \ \forall l, \text{ at } \theta \text{ too}",
            "The bound of the weights holds at the point θ that is compared with θ*, and not at θ* alone.",
            "Kiselev & Grabovoy 2024, Lemma 2, as a stricter reading",
        ),
        Assumption(
            "quadratic losses",
            r"\ell_i(\theta) = \ell_i(\theta^*) + \nabla \ell_i(\theta^*)^\top (\theta - \theta^*) + \tfrac{1}{2}"
            r" (\theta - \theta^*)^\top \mathbf{H}_i (\theta - \theta^*)",
            "Every loss is its own expansion to second order.",
            "Kiselev & Grabovoy 2024, §3.2",
        ),
        Assumption(
            "bounded Hessians",
            r"\lVert \mathbf{H}_i(\theta^*) \rVert \le M_{\mathbf{H}} \ \forall i",
            "The Hessians of the objects at the minimum are bounded, by whatever argument.",
            "Kiselev & Grabovoy 2024, proof of Lemma 2",
        ),
        Assumption(
            "input norms",
            r"\lVert \mathbf{x}_i \rVert \le M_{\mathbf{x}} \ \forall i",
            "The norms of the inputs are bounded.",
            "Kiselev & Grabovoy 2024, Theorem 1",
        ),
        Assumption(
            "bounded entries",
            r"(w_{ij}^{(l)})^2 \le M^2 \ \forall i, j, l",
            "Every entry of every weight matrix is bounded.",
            "Kiselev & Grabovoy 2024, Lemma 1",
        ),
        Assumption(
            "bounded losses",
            r"0 \le \ell_i(\theta^*) \le M_{\ell} \ \forall i",
            "The losses at the minimum are bounded.",
            "Kiselev & Grabovoy 2024, Lemma 2",
        ),
    )
}
"""All assumptions, by name."""
