"""Repairs about norms that are bounded by the entries of the weights (Kiselev & Grabovoy 2024, Lemma 1)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import equal_hidden
from hessproof.proofs_check.catalogue.regions_norms import deep_two_classes, no_bias, two_classes
from hessproof.proofs_check.catalogue.rows import EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_NO_BIAS = "ReLU networks without bias, with cross-entropy"
_ENTRIES = ("bounded entries", "input norms")
_G_TERM = r"\lVert \mathbf{F}^\top \mathbf{A} \mathbf{F} \rVert"
_X = r"\lVert \mathbf{x} \rVert"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.entry_norms",
        "amends Appendix A.3",
        "A matrix whose entries are at most M in absolute value has norm at most M times the root of its number of "
        "entries.",
        r"\lVert \mathbf{W}^{(l)} \rVert \le \lVert \mathbf{W}^{(l)} \rVert_F \le M \sqrt{M_l M_{l-1}}",
        "The widths of both sides enter; hM is the case of h × h.",
        part(
            "bound",
            EVERY,
            r"\lVert \mathbf{W}^{(l)} \rVert \le M \sqrt{M_l M_{l-1}}",
            "For all shapes.",
            assumptions=("bounded entries",),
        ),
        part(
            "attained",
            EVERY,
            r"w_{ij}^{(l)} = M \ \Longrightarrow \ \lVert \mathbf{W}^{(l)} \rVert = M \sqrt{M_l M_{l-1}}",
            "Constant entries attain it, for all shapes.",
        ),
        repairs="kiselev2024.lemma1.a",
    ),
    row(
        "hessproof.entries_bound",
        "amends Lemma 1",
        "With entries of at most M the norm of the G-term grows with the hidden width like h^{2L-3}, and no slower.",
        rf"{_G_TERM} \le \tfrac12 M_{{\mathbf{{x}}}}^2 M^{{2(L-1)}} \sum_{{l=1}}^{{L}} \prod_{{s \ne l}} M_s M_{{s-1}}"
        r" = \tfrac12 M_{\mathbf{x}}^2 M^{2(L-1)} h^{2L-4} \bigl( h(K + d) + (L-2) d K \bigr)",
        "Two layers are not h × h and one layer is missing in every summand: three powers of h less than published. "
        "The exponent is the right one, and the constant as well.",
        part(
            "widths",
            EVERY,
            rf"{_G_TERM} \le \tfrac12 M_{{\mathbf{{x}}}}^2 M^{{2(L-1)}} \sum_{{l=1}}^{{L}} \prod_{{s \ne l}} M_s"
            r" M_{s-1}",
            "For all widths.",
            assumptions=_ENTRIES,
            domain=_NO_BIAS,
            inside=no_bias,
        ),
        part(
            "equal",
            EVERY,
            rf"{_G_TERM} \le \tfrac12 M_{{\mathbf{{x}}}}^2 M^{{2(L-1)}} h^{{2L-4}} \bigl( h(K + d) + (L-2) d K \bigr)",
            "For equal hidden widths h: of degree 2L − 3 in h.",
            assumptions=_ENTRIES,
            domain="L ≥ 2, equal hidden widths, no bias",
            inside=lambda case: equal_hidden(case) and no_bias(case),
        ),
        part(
            "attained",
            EVERY,
            r"L = 2,\ K = 2,\ h \text{ even},\ \mathbf{W}^{(1)} = M \mathbf{1} \mathbf{1}^\top,\ \mathbf{W}^{(2)} ="
            r" M (\mathbf{s}, -\mathbf{s})^\top,\ \mathbf{s} \in \{\pm 1\}^h,\ \mathbf{s}^\top \mathbf{1} = 0,\ "
            r" \mathbf{x} = c \mathbf{1},\ c > 0",
            "For two layers, two classes and an even width the bound is attained: the largest G-term grows linearly "
            "in h.",
            domain="L = 2, K = 2, h even, no bias",
            inside=lambda case: (
                deep_two_classes(case) and case.architecture.layers == 2 and case.architecture.hidden[0] % 2 == 0
            ),
        ),
        part(
            "exponent",
            EVERY,
            rf"\mathbf{{W}}^{{(l)}} = M \mathbf{{1}} \mathbf{{1}}^\top \ (l < L),\ \mathbf{{W}}^{{(L)}} = \mathbf{{0}},"
            r"\ K = 2,\ \mathbf{x} = c\mathbf{1},\ c > 0 \ \Longrightarrow"
            rf" \ {_G_TERM} = \tfrac12 {_X}^2 M^{{2(L-1)}} d\,"
            r" h^{2L-3}",
            "The exponent 2L − 3 is reached at every depth: one network has d/(K + d) of the leading term.",
            domain="K = 2, L ≥ 2, equal hidden widths, no bias",
            inside=lambda case: equal_hidden(case) and two_classes(case),
        ),
        part(
            "approached",
            EVERY,
            r"\mathbf{W}^{(l)} = M \mathbf{1} \mathbf{1}^\top \ (l < L),\ \mathbf{W}^{(L)} = M (1, -1)^\top"
            r" \mathbf{1}^\top,\ \mathbf{x} = c\mathbf{1},\ c > 0:"
            rf" \quad {_G_TERM} = 4 p_1 p_2 \cdot \tfrac12 {_X}^2"
            r" M^{2(L-1)} \sum_l \prod_{s \ne l} M_s M_{s-1}",
            "For two classes the quotient of norm and bound is 4p_1p_2, which tends to 1 as c → 0, in every "
            "architecture: neither the constant nor any summand can be improved.",
            domain="K = 2, no bias",
            inside=two_classes,
        ),
        repairs="kiselev2024.lemma1",
        remarks=(
            "For L = 1 there is no hidden width and the bound is ½M_x².",
            "Equality at L ≥ 3 with M, M_x > 0 is impossible: it needs W^{(l)} = M11⊤ for 1 < l < L, which forces "
            "unequal logits.",
        ),
    ),
)
