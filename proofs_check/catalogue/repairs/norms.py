"""Repairs about norm bounds (Kiselev & Grabovoy 2024, Theorem 1 and Lemma 1)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import is_deep
from hessproof.proofs_check.catalogue.regions_norms import deep_two_classes, no_bias, two_classes, with_bias
from hessproof.proofs_check.catalogue.repairs import norms_entries
from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NET = "ReLU networks with cross-entropy, with and without bias"
_NO_BIAS = "ReLU networks without bias, with cross-entropy"
_BIAS = "ReLU networks with bias, with cross-entropy"
_BOUNDS = ("weight norms", "input norms")
_KINKS = "Where a pre-activation is zero, D = [z ≥ 0] in G^{(l)}, in the G-term and in the H-term."
_G_TERM = r"\lVert \mathbf{F}^\top \mathbf{A} \mathbf{F} \rVert"
_H_TERM = r"\lVert \sum_c \delta_c \nabla_\theta^2 z_c \rVert"
_HESSIAN = r"\lVert \nabla_\theta^2 \ell \rVert"
_A, _DELTA, _X = (rf"\lVert {letter} \rVert" for letter in (r"\mathbf{A}", r"\boldsymbol{\delta}", r"\mathbf{x}"))
_OTHERS = r"\prod_{s \ne l} m_s^2"
_COMMON_G = r"L M_{\mathbf{x}}^2 M_{\mathbf{W}}^{2(L-1)}"
_COMMON_H = r"(L-1) M_{\mathbf{x}} M_{\mathbf{W}}^{L-2}"
_BETA = r"\beta_1 = \lVert \mathbf{x} \rVert,\ \beta_{l+1} = m_l \beta_l + \lVert \mathbf{b}^{(l)} \rVert"


CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.layer_derivative",
        "amends Appendix A.2, step 2",
        "The derivative of the logits in layer l is bounded by the weights after it: the product starts at l + 1.",
        r"\lVert \mathbf{G}^{(l)} \rVert \le \prod_{s=l+1}^{L} \lVert \mathbf{W}^{(s)} \rVert",
        "The product starts at l + 1, and then the bound is attained in every architecture and for every weight norms.",
        part(
            "bound",
            EVERY,
            r"\lVert \mathbf{G}^{(l)} \rVert \le \prod_{s=l+1}^{L} \lVert \mathbf{W}^{(s)} \rVert \quad (1 \le l \le"
            r" L)",
            "For every layer and every parameter.",
            domain=_NET,
        ),
        part(
            "attained",
            EVERY,
            r"\mathbf{W}^{(s)} = m_s \mathbf{e}_1 \mathbf{e}_1^\top,\ \mathbf{x} = \mathbf{e}_1 \ \Longrightarrow"
            r" \ \lVert \mathbf{G}^{(l)} \rVert = \prod_{s=l+1}^{L} m_s \quad (m_s > 0)",
            "Chains of rank one attain it in every layer, for all widths and all norms.",
            domain="all widths, all positive norms",
        ),
        repairs="kiselev2024.thm1.b",
        remarks=(_KINKS,),
    ),
    row(
        "hessproof.g_term_norm",
        "amends Theorem 1",
        "The norm of the G-term is at most ½‖x‖² times the sum, over the layers, of the squared norms of all other "
        "weights.",
        rf"{_G_TERM} \le {_A}\, {_X}^2 \sum_{{l=1}}^{{L}} {_OTHERS} \le \tfrac12 {_COMMON_G}, \quad m_s = \lVert"
        r" \mathbf{W}^{(s)} \rVert",
        "No weight of a layer stands in that layer's own summand, the constant is ½ in place of √2, and the summand "
        "without M_x belongs to biases. Attained for two classes.",
        part(
            "layers",
            EVERY,
            rf"{_G_TERM} \le {_A}\, {_X}^2 \sum_{{l=1}}^{{L}} {_OTHERS} \le \tfrac12 {_X}^2"
            rf" \sum_{{l=1}}^{{L}} {_OTHERS}",
            "In the norms of the layers.",
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "common",
            EVERY,
            rf"{_G_TERM} \le \tfrac12 {_COMMON_G}",
            "In common bounds of the weight norms and the input norm.",
            assumptions=_BOUNDS,
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "bias",
            EVERY,
            rf"{_G_TERM} \le {_A} \sum_{{l=1}}^{{L}} (\beta_l^2 + 1) \prod_{{s>l}} m_s^2, \quad {_BETA}",
            "With bias; at b = 0 this is the published bound divided by 2√2 M_W².",
            domain=_BIAS,
            inside=with_bias,
        ),
        part(
            "attained",
            EVERY,
            r"\mathbf{W}^{(l)} = m_l (\mathbf{e}_1 \mathbf{e}_1^\top + \mathbf{e}_2 \mathbf{e}_2^\top),\ \mathbf{x} ="
            r" c (\mathbf{e}_1 + \mathbf{e}_2),\ c > 0 \ \Longrightarrow"
            rf" \ {_G_TERM} = \tfrac12 {_X}^2 \sum_l {_OTHERS}",
            "For two classes, inputs and hidden layers of width 2 and more, and all weight norms, with equality.",
            domain="K = 2, d ≥ 2, hidden widths ≥ 2, no bias",
            inside=lambda case: two_classes(case) and min(case.architecture.widths) >= 2,
        ),
        part(
            "domain",
            EVERY,
            rf"\text{{Theorem 1 holds for all G-terms at }} (L, M_{{\mathbf{{W}}}}, M_{{\mathbf{{x}}}}) \iff"
            rf" \tfrac12 {_COMMON_G} \le \sqrt2 L M_{{\mathbf{{x}}}}^2 M_{{\mathbf{{W}}}}^{{2L}} + \sqrt2"
            r" \sum_{j=1}^{L} M_{\mathbf{W}}^{2j}; \quad \text{at } M_{\mathbf{W}} > 0 \text{ for all } M_{\mathbf{x}}"
            r" \iff M_{\mathbf{W}}^2 \ge \tfrac{1}{2\sqrt2}",
            "Where the published bound is true of G-terms: for every M_x it is so exactly from M_W = 8^{-1/4} ≈ 0.595 "
            "on, at every depth; below, exactly while M_x is small enough.",
            assumptions=_BOUNDS,
            domain=f"{_NO_BIAS}, K ≥ 2",
            inside=no_bias,
        ),
        repairs="kiselev2024.thm1",
        remarks=(
            _KINKS,
            "For K ≥ 3 the constant ½ is approached and not attained (hessproof.softmax_norm); for K = 1 the G-term "
            "is zero.",
            "With a hidden layer of width 1 the bound is approached as ‖x‖ → 0 and not attained: equal logits then "
            "need a weight that kills the chain.",
            "This is a bound of the G-term. The H-term of a rectified network is not zero: hessproof.h_term_norm.",
        ),
    ),
    row(
        "hessproof.one_layer_norm",
        "amends the case L = 1 of Theorem 1",
        "The Hessian of a single layer is A ⊗ xx⊤, of norm ‖A‖‖x‖² whatever the weights are.",
        rf"{_HESSIAN} = {_A}\, {_X}^2 \le \tfrac12 M_{{\mathbf{{x}}}}^2 \quad (L = 1)",
        "For one layer the norm is known exactly; M_W does not enter, and with bias ‖x‖² + 1 stands for ‖x‖².",
        part(
            "exact",
            EVERY,
            rf"{_HESSIAN} = {_A}\, {_X}^2, \quad \text{{with bias }} {_A}\, ({_X}^2 + 1)",
            "The norm.",
            domain="L = 1",
            inside=lambda case: not is_deep(case),
        ),
        part(
            "bound",
            EVERY,
            rf"{_HESSIAN} \le \tfrac12 M_{{\mathbf{{x}}}}^2, \quad \text{{with bias }} \tfrac12"
            r" (M_{\mathbf{x}}^2 + 1)",
            "The bound.",
            assumptions=("input norms",),
            domain="L = 1",
            inside=lambda case: not is_deep(case),
        ),
        part(
            "attained",
            EVERY,
            rf"K = 2,\ z_1 = z_2 \ \Longrightarrow \ {_HESSIAN} = \tfrac12 {_X}^2",
            "For two classes with equal logits, whatever the weight norm, with equality.",
            domain="L = 1, K = 2, no bias",
            inside=lambda case: not is_deep(case) and two_classes(case),
        ),
        repairs="kiselev2024.thm1_L1",
    ),
    row(
        "hessproof.h_term_norm",
        "amends Theorem 1",
        "The H-term of a rectified network vanishes on the diagonal and is bounded by ‖δ‖ ‖x‖ λ_max(N) off it.",
        rf"{_H_TERM} \le {_DELTA}\, {_X}\, \lambda_{{\max}}(\mathbf{{N}}) \le {_DELTA}\, {_COMMON_H}, \quad"
        r" \mathbf{N}_{kl} = \prod_{s \ne k, l} m_s,\ \mathbf{N}_{ll} = 0",
        "What the G-term leaves out, bounded by the residual δ = p − y and by the norms of the layers; ‖δ‖ < √2.",
        part(
            "blocks",
            EVERY,
            r"\lVert \sum_c \delta_c \nabla_{\mathbf{W}^{(k)}} \nabla_{\mathbf{W}^{(l)}} z_c \rVert = \lVert"
            r" \mathbf{G}^{(l)\top} \boldsymbol{\delta} \rVert\, \lVert \mathbf{P}_{lk} \rVert\, \lVert"
            r" \mathbf{x}^{(k)} \rVert \ (k < l), \quad \mathbf{P}_{lk} = \mathbf{D}^{(l-1)} \mathbf{W}^{(l-1)} \cdots"
            r" \mathbf{D}^{(k)}",
            "The norm of every block, exactly; the blocks on the diagonal are zero.",
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "layers",
            EVERY,
            rf"{_H_TERM} \le {_DELTA}\, {_X}\, \lambda_{{\max}}(\mathbf{{N}})",
            "In the norms of the layers.",
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "common",
            EVERY,
            rf"{_H_TERM} \le {_DELTA}\, {_COMMON_H}",
            "In common bounds of the weight norms and the input norm.",
            assumptions=_BOUNDS,
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "bias",
            EVERY,
            rf"{_H_TERM} \le {_DELTA}\, \lambda_{{\max}}(\tilde{{\mathbf{{N}}}}), \quad \tilde{{\mathbf{{N}}}}_{{lk}} ="
            r" \prod_{s>l} m_s \prod_{k<s<l} m_s \begin{pmatrix} \beta_k & 1 \\ 0 & 0 \end{pmatrix} \ (k < l), \quad"
            rf" {_BETA}",
            "With bias: 2 × 2 blocks for the weights and the bias of each layer.",
            domain=_BIAS,
            inside=with_bias,
        ),
        part(
            "attained",
            EVERY,
            r"\mathbf{W}^{(l)} = m_l \mathbf{e}_1 \mathbf{e}_1^\top \ (l < L),\ \mathbf{W}^{(L)} = m_L \mathbf{v}"
            r" \mathbf{e}_1^\top,\ \mathbf{v} = \tfrac{1}{\sqrt2} (1, -1)^\top,\ \mathbf{x} = \lVert \mathbf{x} \rVert"
            rf" \mathbf{{e}}_1 \ \Longrightarrow \ {_H_TERM} = {_DELTA}\, {_X}\, \lambda_{{\max}}(\mathbf{{N}})",
            "For two classes, in every architecture and for all weight norms, with equality.",
            domain="K = 2, L ≥ 2, no bias",
            inside=deep_two_classes,
        ),
        repairs="kiselev2024.thm1",
        remarks=(_KINKS,),
    ),
    row(
        "hessproof.hessian_norm",
        "amends Theorem 1",
        "The norm of the full Hessian is at most the largest eigenvalue of an L × L matrix made of the norms of the "
        "layers.",
        rf"{_HESSIAN} \le \lambda_{{\max}}\bigl( {_A}\, {_X}^2\, \mathbf{{a}} \mathbf{{a}}^\top + {_DELTA}\, {_X}\,"
        r" \mathbf{N} \bigr), \quad a_l = \prod_{s \ne l} m_s",
        "G-term and H-term together, in one eigenvalue; attained for two classes in every architecture.",
        part(
            "layers",
            EVERY,
            rf"{_HESSIAN} \le \lambda_{{\max}}\bigl( {_A}\, {_X}^2\, \mathbf{{a}} \mathbf{{a}}^\top + {_DELTA}\, {_X}\,"
            r" \mathbf{N} \bigr)",
            "In the norms of the layers.",
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "common",
            EVERY,
            rf"{_HESSIAN} \le {_A}\, {_COMMON_G} + {_DELTA}\, {_COMMON_H}",
            "In common bounds of the weight norms and the input norm; ‖A‖ ≤ ½ and ‖δ‖ < √2.",
            assumptions=_BOUNDS,
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "bias",
            EVERY,
            rf"{_HESSIAN} \le \lambda_{{\max}}\bigl( {_A}\, \tilde{{\mathbf{{a}}}} \tilde{{\mathbf{{a}}}}^\top +"
            rf" {_DELTA}\, \tilde{{\mathbf{{N}}}} \bigr), \quad \tilde{{\mathbf{{a}}}}_l = \prod_{{s>l}} m_s\,"
            r" (\beta_l, 1)^\top",
            "With bias: two entries for each layer.",
            domain=_BIAS,
            inside=with_bias,
        ),
        part(
            "attained",
            EVERY,
            r"\mathbf{W}^{(l)} = m_l \mathbf{e}_1 \mathbf{e}_1^\top,\ \mathbf{W}^{(L)} = m_L \mathbf{v}"
            r" \mathbf{e}_1^\top,\ \mathbf{x} = \lVert \mathbf{x} \rVert \mathbf{e}_1,\ \text{label } 2 \ "
            rf"\Longrightarrow \ {_HESSIAN} = \lambda_{{\max}}\bigl( {_A}\, {_X}^2\, \mathbf{{a}} \mathbf{{a}}^\top +"
            rf" {_DELTA}\, {_X}\, \mathbf{{N}} \bigr)",
            "For two classes and a misclassified object, in every architecture and for all weight norms, with "
            "equality.",
            domain="K = 2, no bias",
            inside=two_classes,
        ),
        part(
            "domain",
            EVERY,
            r"M_{\mathbf{W}} \ge 1 \ \Longrightarrow \ \text{Theorem 1 holds for the Hessian, at every depth and for"
            r" every } M_{\mathbf{x}}",
            "Where the published bound is true of the full Hessian.",
            assumptions=_BOUNDS,
            domain=f"{_NO_BIAS}, K ≥ 2",
            inside=no_bias,
        ),
        part(
            "below",
            EVERY,
            r"0 < M_{\mathbf{W}} < 1 \ \Longrightarrow \ \text{Theorem 1 fails for the Hessian of some network at"
            r" every large } L",
            "No smaller M_W will do at all depths: for each there is a depth from which on chains of width 1 with a "
            "misclassified object break the published bound.",
            assumptions=_BOUNDS,
            domain=f"{_NO_BIAS}, K = 2",
            inside=no_bias,
        ),
        repairs="kiselev2024.thm1",
        remarks=(
            _KINKS,
            "‖A‖ ≤ 2t(1 − t) for t = 1 − p_y ≤ ½, and ‖δ‖ ≤ √2 t: the two constants ½ and √2 are not reached together.",
        ),
    ),
    *norms_entries.CLAIMS,
)
