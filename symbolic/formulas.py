"""Every rank formula of the project, once, as data (see :class:`~hessproof.symbolic.formula.RankFormula`).

The published rows keep the name of their place in Singh et al. 2021. The others are this project's own statements:
the ``*_chain`` ones hold for every weights, the ``*_generic`` ones for almost all weights and every r and s, and the
``*_bound`` ones say that no weights exceed the generic rank. Those with ``bias`` in their name are about networks with
bias: for every r̃ = rk E[x̃x̃⊤], x̃ = (x, 1), every s̃ = rk E[δx̃⊤], and E[δ] zero or not.
"""

from __future__ import annotations

import sympy as sp

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formula import (
    BIAS_SHORTHANDS,
    K,
    L,
    M,
    RankFormula,
    d,
    i,
    l,
    m,
    mean,
    narrowest_hidden,
    p,
    q,
    q_bias,
    q_centred,
    qhat,
    r,
    r_aug,
    s,
    s_aug,
    s_cut,
    s_next,
    width,
)

SINGH = "Singh et al. 2021"
_SIZE = {"integer": True, "nonnegative": True}

rank_c, rank_d, copies_c, copies_d = (
    sp.Symbol(name, **_SIZE) for name in (r"\operatorname{rk} C", r"\operatorname{rk} D", "q", "n")
)
"""Lemma 1: rk C, rk D, and the sizes of the identities beside them (C has n columns, D has q)."""
rank_left, rank_right = (
    sp.Symbol(name, **_SIZE) for name in (r"\operatorname{rk}(W^{L:2})", r"\operatorname{rk}(W^{L-1:1})")
)
"""Ranks of the two end blocks of A_o."""
above, below = sp.IndexedBase("a", **_SIZE), sp.IndexedBase("b", **_SIZE)
"""a_l = rk W^{L:l+1} and b_l = rk W^{l:1} (rk W^{l:1}Σ on data of rank r), for l = 0, …, L."""
left, right, n = sp.IndexedBase("u", **_SIZE), sp.IndexedBase("v", **_SIZE), sp.Symbol("n", **_SIZE)
"""u_i = dim U_i and v_i = dim V_i of a tensor flag with n steps, i = 1, …, n."""
equal_width = sp.Symbol("w", integer=True, positive=True)
"""The common width of all hidden layers."""

OUTER = q * (r + K - q)
CHAIN = sp.Sum(above[l] * below[l - 1], (l, 1, L)) - sp.Sum(above[l] * below[l], (l, 1, L - 1))
FLAG = sp.Sum(left[i] * right[i], (i, 1, n)) - sp.Sum(left[i] * right[i + 1], (i, 1, n - 1))
FUNCTIONAL = 2 * qhat * M + 2 * qhat * s - L * qhat**2
COLUMN = sp.Piecewise(
    (qhat * width[1] + qhat * s - qhat**2, sp.Eq(l, 1)),
    (qhat * width[L - 1] + qhat * s - qhat**2, sp.Eq(l, L)),
    (qhat * width[l - 1] + qhat * width[l] - qhat**2, True),
)
LOSS = 2 * q * M - L * q**2 + q * (r + K)
ANY_RESIDUAL = OUTER + 2 * qhat * M - (L - 1) * qhat**2
OUTER_BIAS = q_centred * (r_aug - 1 + K - q_centred) + K
BEHIND = 2 * (s_next - s_cut) * sp.Sum(width[i] - narrowest_hidden, (i, m + 1, L - 1))
"""What layers behind the last narrowest one add if s̃ exceeds its width: 2(M_{m+1} + … + M_{L-1}) − 2(L−1−m)M_m."""
FUNCTIONAL_BIAS = 2 * s_cut * M + 2 * s_cut * s_aug - L * s_cut**2 + mean * ((L - 2) * s_cut + BEHIND)
LOSS_BIAS = OUTER_BIAS + 2 * s_cut * M - (L - 1) * s_cut**2 + mean * ((L - 1) * s_cut + BEHIND)


def _no_bottleneck(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return all(w >= min(architecture.inputs, architecture.outputs) for w in architecture.hidden)


def _two_layers(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return architecture.layers == 2


def _several_layers(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return architecture.layers > 1


def _full_data(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return data_rank == architecture.inputs


def _residual_not_below(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return architecture.narrowest(data_rank) <= residual_rank


def _full_data_and_residual(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return _full_data(architecture, data_rank, 0) and _residual_not_below(architecture, data_rank, residual_rank)


def _residual_below(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return not _residual_not_below(architecture, data_rank, residual_rank)


def _equal_hidden(architecture: Architecture, data_rank: int, residual_rank: int) -> bool:
    return len(set(architecture.hidden)) == 1 and _residual_not_below(architecture, data_rank, residual_rank)


_SUFFICIENT = "residual of rank s >= q"
_PUBLISHED = (
    RankFormula("lemma1", "z_matrix", "==", copies_c * rank_c + copies_d * rank_d - rank_c * rank_d, (),
                source=f"{SINGH}, Lemma 1", domain="every C and D",
                note="rank of the stacked matrix [I_q ⊗ C ; D ⊗ I_n], with C of n and D of q columns"),
    RankFormula("prop2_bound", "outer", "<=", K * r, source=f"{SINGH}, Prop. 2",
                note="B_o = I_K ⊗ Σ has rank Kr and bounds the rank of H_o"),
    RankFormula("prop2_control", "outer", "==", K * r, assumptions=("A1",), quantifier="generic",
                source=f"{SINGH}, Prop. 2", domain="no hidden width below min(K, d)", in_domain=_no_bottleneck,
                note="without a bottleneck B_o controls the rank of H_o"),
    RankFormula("thm3_chain", "a_o", "==", r * rank_left + K * rank_right - rank_left * rank_right,
                assumptions=("A1",), source=f"{SINGH}, Thm 3, first equality",
                domain="r = d (the paper reduces the data first)", in_domain=_full_data),
    RankFormula("thm3", "a_o", "==", OUTER, assumptions=("A1",), source=f"{SINGH}, Thm 3, second equality",
                domain="r = d (the paper reduces the data first)", in_domain=_full_data),
    RankFormula("cor4", "outer", "==", OUTER, assumptions=("A1",), source=f"{SINGH}, Cor. 4"),
    RankFormula("ntk", "jacobian", "==", OUTER, assumptions=("A1",), source=f"{SINGH}, remark after Cor. 4",
                note="network Jacobian on the data, Fisher information and neural tangent kernel"),
    RankFormula("thm5", "column", "==", COLUMN, assumptions=("A1",), source=f"{SINGH}, Thm 5"),
    RankFormula("cor6", "functional", "<=", FUNCTIONAL, assumptions=("A1",), source=f"{SINGH}, Cor. 6"),
    RankFormula("cor6_two_layers", "functional", "==", FUNCTIONAL, assumptions=("A1",), source=f"{SINGH}, Cor. 6",
                domain="two layers", in_domain=_two_layers),
    RankFormula("cor6_equality", "functional", "==", FUNCTIONAL, quantifier="generic",
                source=f"{SINGH}, sentence after Cor. 6"),
    RankFormula("overall", "loss", "<=", 2 * q * M - L * q**2 + 2 * q * s + OUTER, assumptions=("A1",),
                source=f"{SINGH}, §4.4", domain=_SUFFICIENT, in_domain=_residual_not_below),
    RankFormula("fact7", "loss", "==", LOSS, quantifier="generic", source=f"{SINGH}, Fact 7", domain=_SUFFICIENT,
                in_domain=_residual_not_below),
    RankFormula("overlap", "overlap", "==", 2 * q * s - q**2, quantifier="generic", source=f"{SINGH}, §4.4",
                domain=_SUFFICIENT, in_domain=_residual_not_below,
                note="what the bound of §4.4 exceeds the rank of H_L by"),
    RankFormula("deficiency", "deficiency", "==", sp.Sum((width[i] - q) * (width[i + 1] - q), (i, 0, L - 1)),
                quantifier="generic", source=f"{SINGH}, §4.4", domain=f"r = d, {_SUFFICIENT}",
                in_domain=_full_data_and_residual, note="p − rk H_L, parameters of a network with all widths less q"),
    RankFormula("width", "loss", "==", 2 * q * (L - 1) * width[1] - L * q**2 + q * (r + K), quantifier="generic",
                source=f"{SINGH}, §5.1, Fig. 2b", domain=f"equal hidden widths, {_SUFFICIENT}", in_domain=_equal_hidden,
                note="linear in the common width M_1 once it is at least min(r, K)"),
)  # fmt: skip

_EMPTY = sp.Eq(L, 1)
_OWN = (
    RankFormula("tensor_flag", "flag", "==", FLAG, domain="U_1 ⊂ … ⊂ U_n and V_1 ⊃ … ⊃ V_n",
                note="dimension of the sum of the U_i ⊗ V_i; Lemma 1 is n = 2 with U_2 and V_1 whole spaces"),
    RankFormula("a_o_chain", "a_o", "==", CHAIN, note="with a_l = rk W^{L:l+1}, b_l = rk W^{l:1}"),
    RankFormula("jacobian_chain", "jacobian", "==", CHAIN, note="with a_l = rk W^{L:l+1}, b_l = rk W^{l:1}Σ"),
    RankFormula("column_flag", "column", "==", FLAG,
                note="layers k in the cyclic order l+1, …, L, 1, …, l−1; u and v are the ranks of the two Kronecker "
                     "factors of block (k, l); n = L − 1"),
    RankFormula("a_o_generic", "a_o", "==", OUTER.xreplace({r: d}), quantifier="generic",
                definitions=((q, sp.Min(d, narrowest_hidden, K)),), note="A_o of Prop. 2 with all d inputs"),
    RankFormula("jacobian_generic", "jacobian", "==", OUTER, quantifier="generic"),
    RankFormula("outer_generic", "outer", "==", OUTER, quantifier="generic"),
    RankFormula("outer_bound", "outer", "<=", OUTER),
    RankFormula("column_generic", "column", "==", sp.Piecewise((sp.S.Zero, _EMPTY), *COLUMN.args),
                quantifier="generic", note="Thm 5 with the empty block column of a single layer put right"),
    RankFormula("column_bound", "column", "<=", sp.Piecewise((sp.S.Zero, _EMPTY), *COLUMN.args)),
    RankFormula("functional_generic", "functional", "==", sp.Piecewise((sp.S.Zero, _EMPTY), (FUNCTIONAL, True)),
                quantifier="generic", note="Cor. 6 is attained; with a single layer H_f vanishes"),
    RankFormula("functional_bound", "functional", "<=", sp.Piecewise((sp.S.Zero, _EMPTY), (FUNCTIONAL, True))),
    RankFormula("loss_generic", "loss", "==", ANY_RESIDUAL, quantifier="generic",
                note="for every s; Fact 7 is the case s >= q; a kernel above and a witness below"),
    RankFormula("loss_bound", "loss", "<=", ANY_RESIDUAL, note="for every s and all weights"),
    RankFormula("loss_deficient_residual", "loss", "==", OUTER + 2 * s * M - (L - 1) * s**2, quantifier="generic",
                domain="residual of rank s < q", in_domain=_residual_below),
    RankFormula("overlap_generic", "overlap_generic", "==", 2 * qhat * s - qhat**2, quantifier="generic",
                domain="two layers or more", in_domain=_several_layers, note="rk H_o + rk H_f − rk H_L, for every s"),
    RankFormula("deficiency_loss", "deficiency", "==", p - ANY_RESIDUAL, quantifier="generic",
                note="p − rk H_L for every r and s"),
)  # fmt: skip


def _with_bias(architecture: Architecture, *ranks: int | None) -> bool:
    return architecture.bias


def _no_bottleneck_bias(architecture: Architecture, data_rank: int, residual_rank: int, *others: int | None) -> bool:
    return architecture.bias and _no_bottleneck(architecture, data_rank, residual_rank)


def _full_data_bias(architecture: Architecture, data_rank: int, residual_rank: int, *others: int | None) -> bool:
    return _no_bottleneck_bias(architecture, data_rank, residual_rank) and data_rank == architecture.inputs


def _wide_bias(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    augmented_data_rank: int | None = None,
    augmented_residual_rank: int | None = None,
    residual_mean: int | None = None,
) -> bool:
    """No hidden width below min(r̃, K), s̃ as large as that, E[δ] ≠ 0."""
    largest = min(data_rank + 1 if augmented_data_rank is None else augmented_data_rank, architecture.outputs)
    full = augmented_residual_rank in (None, largest) and residual_mean in (None, 1)
    return architecture.bias and full and all(size >= largest for size in architecture.hidden)


def _several_bias(architecture: Architecture, *ranks: int | None) -> bool:
    return architecture.bias and architecture.layers > 1


_BIAS = "networks with bias"
_PUBLISHED_BIAS = (
    RankFormula("thm12", "outer", "<=", OUTER + K, assumptions=("A1", "A3"), source=f"{SINGH}, Thm 12", domain=_BIAS,
                in_domain=_with_bias),
    RankFormula("thm12_remark", "outer", "==", OUTER + K, quantifier="generic", source=f"{SINGH}, §7.2, after Thm 12",
                domain=_BIAS, in_domain=_with_bias, note="true if and only if r̃ = r + 1, as for centred inputs"),
    RankFormula("fact13", "loss", "==", 2 * q_bias * M + q_bias * (r + K) - L * q_bias**2 + L * q_bias,
                BIAS_SHORTHANDS, quantifier="generic", source=f"{SINGH}, Fact 13",
                domain=f"{_BIAS}, no hidden width below min(K, d)", in_domain=_no_bottleneck_bias),
    RankFormula("fact13_deficiency", "deficiency", "==",
                sp.Sum((width[i] + 1 - q_bias) * (width[i + 1] - q_bias), (i, 0, L - 1)), BIAS_SHORTHANDS,
                quantifier="generic", source=f"{SINGH}, §7.2",
                domain=f"{_BIAS}, r = d, no hidden width below min(K, d)", in_domain=_full_data_bias,
                note="p − rk H_L, parameters of a network with bias and all widths less q′"),
    RankFormula("functional_bias", "functional", "==",
                sp.Piecewise((sp.S.Zero, _EMPTY), (2 * q_bias * M - (L - 2) * q_bias * (q_bias - 1), True)),
                ((q_bias, sp.Min(r_aug, narrowest_hidden, K)), *BIAS_SHORTHANDS[1:]), quantifier="generic",
                source=f"this project; {SINGH}, §7.2, announces a formula for this case",
                domain=f"{_BIAS}, no hidden width below min(r̃, K), s̃ = min(r̃, K), E[δ] ≠ 0", in_domain=_wide_bias),
)  # fmt: skip


def _own_bias(quantity: str, expression: sp.Expr, note: str) -> tuple[RankFormula, ...]:
    """The generic rank with bias and the bound for every parameters."""
    return tuple(
        RankFormula(f"{quantity}_bias_{kind}", quantity, relation, expression, BIAS_SHORTHANDS, quantifier=quantifier,
                    domain=_BIAS, in_domain=_with_bias, note=note)
        for kind, relation, quantifier in (("generic", "==", "generic"), ("bound", "<=", "every"))
    )  # fmt: skip


_OWN_BIAS = (
    *_own_bias("outer", OUTER_BIAS, "the network without bias on centred inputs, and K"),
    *_own_bias("jacobian", OUTER_BIAS, "the same as rk H_o"),
    *_own_bias("functional", sp.Piecewise((sp.S.Zero, _EMPTY), (FUNCTIONAL_BIAS, True)),
               "for every r̃, s̃ and for E[δ] zero or not; with a single layer H_f vanishes"),
    *_own_bias("loss", LOSS_BIAS, "for every r̃, s̃ and for E[δ] zero or not"),
    RankFormula("overlap_bias", "overlap_generic", "==", 2 * s_cut * s_aug - s_cut**2 - mean * s_cut, BIAS_SHORTHANDS,
                quantifier="generic", domain=f"{_BIAS}, two layers or more", in_domain=_several_bias,
                note="rk H_o + rk H_f − rk H_L, for every r̃ and s̃"),
    RankFormula("deficiency_bias", "deficiency", "==", p - LOSS_BIAS, BIAS_SHORTHANDS, quantifier="generic",
                domain=_BIAS, in_domain=_with_bias, note="p − rk H_L for every r̃, s̃ and for E[δ] zero or not"),
)  # fmt: skip

FORMULAS: dict[str, RankFormula] = {
    formula.id: formula for formula in (*_PUBLISHED, *_OWN, *_PUBLISHED_BIAS, *_OWN_BIAS)
}
"""All formulas by id."""

QUANTITIES = ("outer", "functional", "loss", "jacobian", "a_o", "column")
"""Quantities whose generic rank the project states for every architecture, r and s."""
BIAS_QUANTITIES = ("outer", "functional", "loss", "jacobian")
"""Quantities whose generic rank the project states for every network with bias, r̃, s̃ and rk E[δ]."""
_BOUNDED = ("outer", "functional", "loss", "column")


def best(quantity: str, bias: bool = False) -> RankFormula:
    """The generic rank of a quantity that the project stands behind, on the widest domain known.

    Args:
        quantity: One of ``QUANTITIES``; ``column:2`` is the same as ``column``, the layer is given on evaluation.
        bias: Whether the network has biases; then one of ``BIAS_QUANTITIES``.

    Raises:
        UnusableRequest: If there is no such quantity.

    Example:
        >>> best("loss").evaluate(Architecture.parse("3-3-3-3"), data_rank=3, residual_rank=1)
        19
        >>> best("column:2").id
        'column_generic'
        >>> best("loss", bias=True).evaluate(Architecture.parse("3-3-3-3", bias=True), data_rank=3, residual_rank=3,
        ...                                  augmented_data_rank=4, augmented_residual_rank=3)
        36
    """
    name, known = quantity.partition(":")[0], BIAS_QUANTITIES if bias else QUANTITIES
    if name not in known:
        raise UnusableRequest(f"quantity {quantity!r}", f"one of {', '.join(known)}", "name one of them")
    return FORMULAS[f"{name}_bias_generic" if bias else f"{name}_generic"]


def bound(quantity: str, bias: bool = False) -> RankFormula:
    """The upper bound of a rank for all weights that the project stands behind.

    Raises:
        UnusableRequest: If there is no bound on such a quantity.

    Example:
        >>> bound("outer", bias=True).evaluate(Architecture.parse("2-1-2", bias=True), 2, 1, augmented_data_rank=2)
        4
    """
    name, known = quantity.partition(":")[0], BIAS_QUANTITIES if bias else _BOUNDED
    if name not in known:
        raise UnusableRequest(f"quantity {quantity!r}", f"one of {', '.join(known)}", "name one of them")
    return FORMULAS[f"{name}_bias_bound" if bias else f"{name}_bound"]


def width_law() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Rank, parameters and their ratio for equal hidden widths w ≥ q (Singh et al. 2021, §5.1, Fig. 2b and 2c).

    The rank is linear in w, the parameters quadratic from three layers on (linear for two), so the ratio falls to
    2q/(d + K) for two layers and to 0 for more.

    Example:
        >>> rank, parameters, ratio = width_law()
        >>> sp.degree(rank, equal_width), sp.degree(parameters, equal_width)
        (1, 2)
        >>> sp.limit(ratio.subs(L, 2), equal_width, sp.oo), sp.limit(ratio.subs(L, 3), equal_width, sp.oo)
        (2*q/(K + d), 0)
    """
    rank = FORMULAS["width"].expression.subs(width[1], equal_width)
    parameters = equal_width * (d + K) + (L - 2) * equal_width**2
    return sp.expand(rank), sp.expand(parameters), rank / parameters
