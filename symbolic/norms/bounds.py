r"""All norm bounds, published and repaired, each written once.

For one object of an L-layer ReLU network with cross-entropy, with m_s = ‖W^s‖ and the Hessian split into the G-term
F⊤AF and the H-term Σ_c δ_c∇²z_c (Kiselev & Grabovoy 2024, §3.4):

* the G-term is bounded by ‖A‖‖x‖² Σ_l Π_{s≠l} m_s², with ‖A‖ ≤ ½;
* the block (l, j), j < l, of the H-term by ‖δ‖‖x‖ N_lj with N_lj = Π_{s≠l,j} m_s and N_ll = 0, so that the H-term is
  bounded by ‖δ‖‖x‖ λ_max(N), with ‖δ‖ < √2;
* the Hessian by λ_max of the sum of the two matrices of layers.

``*_at`` bounds contain ‖A‖ and ‖δ‖ of the object; without them stand ½ and √2. ``*_common`` bounds contain M_W and M_x
instead of the norms of each layer and of the input.
"""

from __future__ import annotations

import sympy as sp

from hessproof.symbolic.norms.statement import QUANTITIES, NormBound
from hessproof.symbolic.norms.symbols import (
    M_W,
    K,
    L,
    LargestEigenvalue,
    M,
    M_x,
    b,
    d,
    earlier,
    factor,
    h,
    layer,
    m,
    norm_A,
    norm_delta,
    norm_G,
    norm_layer,
    norm_x,
    other,
    others,
    over_layers,
    product,
    width,
)

__all__ = ["BOUNDS", "QUANTITIES", "NormBound"]

PAPER = "Kiselev & Grabovoy 2024"
ROOT, HALF = sp.sqrt(2), sp.Rational(1, 2)
IDENTITY_LIKE = (
    "K = 2, d ≥ 2, hidden widths ≥ 2, every W^l with m_l(e_1e_1⊤ + e_2e_2⊤), x = c(e_1 + e_2), c > 0: equal logits"
)
RANK_ONE = "K = 2, hidden widths ≥ 1, W^l = m_l e_1e_1⊤ for l < L, x = ‖x‖e_1, W^L = m_L v e_1⊤ with v = (1, −1)/√2"


def activation_norm(at: sp.Expr) -> sp.Expr:
    """β_at = ‖x‖ Π_{s<at} m_s + Σ_{i<at} ‖b^i‖ Π_{i<s<at} m_s, the bound of ‖x^at‖ with bias."""
    return norm_x * product(1, at - 1) + sp.Sum(b[earlier] * product(earlier + 1, at - 1), (earlier, 1, at - 1))


def without_two() -> sp.Expr:
    """N_lj = Π_{s≠l,j} m_s for j < l."""
    return product(1, other - 1) * product(other + 1, layer - 1) * product(layer + 1, L)


def chain_between() -> sp.Expr:
    """Π_{j<s<l} m_s · Π_{s>l} m_s: what lies after layer j, without layer l."""
    return product(other + 1, layer - 1) * product(layer + 1, L)


def functional_eigenvalue() -> sp.Expr:
    """λ_max(N)."""
    return LargestEigenvalue(sp.Matrix([[without_two()]]), sp.Matrix([[0]]))


def hessian_eigenvalue(curvature: sp.Expr, residual: sp.Expr) -> sp.Expr:
    """λ_max(α‖x‖² aa⊤ + β‖x‖N) with a_l = Π_{s≠l} m_s."""
    one, two = others(), others().xreplace({layer: other})
    below = curvature * norm_x**2 * one * two + residual * norm_x * without_two()
    return LargestEigenvalue(sp.Matrix([[below]]), sp.Matrix([[curvature * norm_x**2 * others(squared=True)]]))


def bias_eigenvalue(curvature: sp.Expr, residual: sp.Expr) -> sp.Expr:
    """λ_max of the 2L × 2L matrix of the norms of blocks (W^l, b^l), (W^j, b^j).

    The G-term has α g_l g_j (β_l, 1)(β_j, 1)⊤ with g_l = Π_{s>l} m_s; the H-term, for j < l, has the row
    β g_l Π_{j<s<l} m_s (β_j, 1) at W^l, and nothing at b^l.
    """
    sizes, before = sp.Matrix([activation_norm(layer), 1]), sp.Matrix([activation_norm(other), 1])
    after, after_other = product(layer + 1, L), product(other + 1, L)
    functional = sp.Matrix([residual * chain_between() * before.T, sp.zeros(1, 2)])
    below = functional if curvature == 0 else curvature * after * after_other * sizes * before.T + functional
    diagonal = sp.zeros(2, 2) if curvature == 0 else curvature * product_squared(layer + 1) * sizes * sizes.T
    return LargestEigenvalue(below, diagonal)


def product_squared(first: sp.Expr) -> sp.Expr:
    """Π_{s=first}^{L} m_s²."""
    return sp.Product(product(first, L).function ** 2, (factor, first, L))


def weight_from_entries(at: sp.Expr) -> sp.Expr:
    """M√(M_at M_{at−1}), the bound of ‖W^at‖ by its largest entry."""
    return M * sp.sqrt(width[at] * width[at - 1])


def by_entries(bound: sp.Expr) -> sp.Expr:
    """A bound by the norms of the layers with M√(M_s M_{s−1}) for each of them, and M_x for ‖x‖."""
    replaced: sp.Expr = bound.replace(
        lambda node: isinstance(node, sp.Indexed) and node.base == m, lambda node: weight_from_entries(node.indices[0])
    )
    return replaced.xreplace({norm_x: M_x})


def _published() -> tuple[NormBound, ...]:
    geometric = sp.Sum(M_W ** (2 * factor), (factor, 1, L))
    inside = sp.Sum((h * M) ** (2 * factor), (factor, 1, L))
    before = sp.Product(product(1, layer - 1).function ** 2, (factor, 1, layer - 1))
    return (
        NormBound("thm1.a", "curvature", ROOT, True, f"{PAPER}, A.2, step 1"),
        NormBound("thm1.b", "layer_derivative", product(layer, L), True, f"{PAPER}, A.2, step 2",
                  note="false where ‖W^l‖ < 1: G^l starts after W^l"),
        NormBound("thm1.c", "jacobian_squared", over_layers(norm_G[layer] ** 2 * (norm_layer[layer] ** 2 + 1)), True,
                  f"{PAPER}, A.2, step 3"),
        NormBound("thm1.d", "activation", norm_x * product(1, layer - 1), False, f"{PAPER}, A.2, step 4",
                  attained="rank-one chains and multiples of the identity"),
        NormBound("thm1.bias", "gauss_newton",
                  ROOT * over_layers(product_squared(layer) * (norm_layer[layer] ** 2 + 1)), True,
                  f"{PAPER}, A.2, before the bias is left out"),
        NormBound("thm1.layers", "gauss_newton",
                  ROOT * over_layers(product_squared(layer) * (norm_x**2 * before + 1)), False,
                  f"{PAPER}, A.2, after the bias is left out",
                  note="keeps the summand 1 of the bias, which networks without bias do not have"),
        NormBound("thm1", "gauss_newton", ROOT * L * M_x**2 * M_W ** (2 * L) + ROOT * geometric, False,
                  f"{PAPER}, Theorem 1",
                  shown=ROOT * L * M_x**2 * M_W ** (2 * L) + ROOT * M_W**2 * (M_W ** (2 * L) - 1) / (M_W**2 - 1),
                  note="the quotient is the sum M_W² + M_W⁴ + … + M_W^{2L}, which has a value at M_W = 1 as well"),
        NormBound("thm1_L1", "gauss_newton", ROOT * M_W**2 * (M_x**2 + 1), False, f"{PAPER}, after Theorem 1",
                  most_layers=1),
        NormBound("lemma1.a", "weight", h * M, False, f"{PAPER}, A.3", note="for W^l that are h × h"),
        NormBound("lemma1", "gauss_newton", ROOT * L * M_x**2 * (h * M) ** (2 * L) + ROOT * inside, False,
                  f"{PAPER}, Lemma 1",
                  shown=ROOT * L * M_x**2 * (h * M) ** (2 * L)
                  + ROOT * (h * M) ** 2 * ((h * M) ** (2 * L) - 1) / ((h * M) ** 2 - 1)),
    )  # fmt: skip


def _factors() -> tuple[NormBound, ...]:
    return (
        NormBound("softmax", "curvature", HALF, True,
                  attained="K = 2 with z_1 = z_2; approached, not attained, for K ≥ 3; A = 0 for K = 1"),
        NormBound("residual", "residual", ROOT, True,
                  attained="approached for K ≥ 2 as the logits grow: p_c → 1 for a wrong class c"),
        NormBound("layer_derivative", "layer_derivative", product(layer + 1, L), True,
                  attained="rank-one chains and multiples of the identity"),
        NormBound("activation_bias", "activation", activation_norm(layer), True,
                  attained="rank-one chains with b^l = ‖b^l‖e_1", note="β_1 = ‖x‖, β_{l+1} = m_lβ_l + ‖b^l‖"),
        NormBound("weight_entries", "weight", weight_from_entries(layer), True, attained="all entries equal to M"),
    )  # fmt: skip


def _repaired() -> tuple[NormBound, ...]:
    layers = norm_x**2 * over_layers(others(squared=True))
    with_bias = over_layers(product_squared(layer + 1) * (activation_norm(layer) ** 2 + 1))
    common = L * M_x**2 * M_W ** (2 * (L - 1))
    pairs = (L - 1) * M_x * M_W ** (L - 2)
    chain, same = f"{RANK_ONE}; for given ‖δ‖", f"{RANK_ONE}, label 2; for given ‖A‖ and ‖δ‖"
    biased = f"{RANK_ONE}, label 2, b^l = ‖b^l‖e_1 for l < L and b^L along v; for given ‖A‖ and ‖δ‖"
    return (
        NormBound("g_term_at", "gauss_newton", norm_A * layers, attained=IDENTITY_LIKE),
        NormBound("g_term", "gauss_newton", HALF * layers, attained=IDENTITY_LIKE),
        NormBound("g_term_common", "gauss_newton", HALF * common,
                  attained=f"{IDENTITY_LIKE}; all m_l = M_W, ‖x‖ = M_x"),
        NormBound("g_term_bias_at", "gauss_newton", norm_A * with_bias, True,
                  attained=f"{IDENTITY_LIKE}, b^l along e_1 + e_2"),
        NormBound("g_term_bias", "gauss_newton", HALF * with_bias, True,
                  attained=f"{IDENTITY_LIKE}, b^l along e_1 + e_2"),
        NormBound("h_term_at", "functional", norm_delta * norm_x * functional_eigenvalue(), attained=chain,
                  smooth=False),
        NormBound("h_term", "functional", ROOT * norm_x * functional_eigenvalue(), smooth=False,
                  attained="approached along rank-one chains with label 2 as ‖x‖ grows, so that ‖δ‖ → √2"),
        NormBound("h_term_common_at", "functional", norm_delta * pairs, attained=chain, smooth=False),
        NormBound("h_term_common", "functional", ROOT * pairs, smooth=False,
                  note="all m_l = M_W: N = M_W^{L−2}(11⊤ − I), whose largest eigenvalue is (L − 1)M_W^{L−2}"),
        NormBound("h_term_bias_at", "functional", bias_eigenvalue(sp.S.Zero, norm_delta), True, attained=biased,
                  smooth=False),
        NormBound("h_term_bias", "functional", bias_eigenvalue(sp.S.Zero, ROOT), True, smooth=False),
        NormBound("hessian_at", "hessian", hessian_eigenvalue(norm_A, norm_delta), attained=same, smooth=False),
        NormBound("hessian", "hessian", hessian_eigenvalue(HALF, ROOT), smooth=False,
                  note="½ and √2 are not reached by the same object"),
        NormBound("hessian_common_at", "hessian", norm_A * common + norm_delta * pairs, attained=same, smooth=False),
        NormBound("hessian_common", "hessian", HALF * common + ROOT * pairs, smooth=False,
                  note="½ and √2 are not reached by the same object"),
        NormBound("hessian_bias_at", "hessian", bias_eigenvalue(norm_A, norm_delta), True, attained=biased,
                  smooth=False),
        NormBound("hessian_bias", "hessian", bias_eigenvalue(HALF, ROOT), True, smooth=False),
    )  # fmt: skip


def _entries() -> tuple[NormBound, ...]:
    pair = width[factor] * width[factor - 1]
    rest = sp.Product(pair, (factor, 1, layer - 1)) * sp.Product(pair, (factor, layer + 1, L))
    equal = h ** (2 * L - 4) * (h * (K + d) + (L - 2) * d * K)
    power = M_x**2 * M ** (2 * (L - 1))
    return (
        NormBound("entries", "gauss_newton", HALF * power * over_layers(rest),
                  attained="K = 2: L = 1 with W = 0, L = 2 with balanced signs; for every L approached by entries ±M"
                  " as x → 0",
                  note="all |w_ij| ≤ M, ‖x‖ ≤ M_x"),
        NormBound("entries_equal", "gauss_newton", HALF * power * equal, least_layers=2,
                  note="all hidden widths h: of degree 2L − 3 in h"),
        NormBound("entries_hessian", "hessian", by_entries(hessian_eigenvalue(HALF, ROOT)), smooth=False,
                  note="all |w_ij| ≤ M, ‖x‖ ≤ M_x"),
    )  # fmt: skip


BOUNDS: dict[str, NormBound] = {bound.key: bound for bound in (*_published(), *_factors(), *_repaired(), *_entries())}
"""Every bound under its key: the published ones (``published`` is true) and those of this project."""
