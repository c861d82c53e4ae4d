r"""The norm of the H-term of a ReLU network: zero on the diagonal, ‖G^{l⊤}δ‖‖P_lj‖‖x^j‖ off it.

    ‖Σ_c δ_c∇²z_c‖ ≤ ‖δ‖‖x‖ λ_max(N),   N_lj = Π_{s≠l,j} ‖W^s‖,   N_ll = 0,

and λ_max(N) ≤ (L − 1) M_W^{L−2}. With bias each layer has two rows, one for W^l and one for b^l.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.norms.bounds import BOUNDS, ROOT
from hessproof.symbolic.norms.factors import (
    activation,
    between_layers,
    derived,
    followed,
    layer_derivative,
    state_with_bias,
)
from hessproof.symbolic.norms.g_term import COMMON, DEPTH
from hessproof.symbolic.norms.hypotheses import AtMost, Cited, EqualEntries, PullOut
from hessproof.symbolic.norms.letters import FunctionalPart, Norm
from hessproof.symbolic.norms.rules import (
    Named,
    NormOfBlocks,
    NormOfKronecker,
    NormOfOuterProduct,
    NormOfProduct,
    NormOfTranspose,
    turned,
)
from hessproof.symbolic.norms.scalars import same
from hessproof.symbolic.norms.symbols import M_W, L, layer, norm_delta, norm_x, other
from hessproof.symbolic.norms.words import Slope, backward, between, functional_block
from hessproof.symbolic.words import times

RESIDUAL = AtMost("one-hot target", {norm_delta: ROOT})
"""‖p − y‖ ≤ √2 for probability vectors p and y."""


def functional_norms(bias: bool) -> Any:
    """The norms of the blocks of the H-term at (l, j) for j < l: those of W^l, or of W^l and b^l with bias."""
    words = Norm(functional_block(other, layer))
    if not bias:
        return sp.Matrix([[words]])
    at_bias = kron(turned(between(layer, other)), times(Slope().T, backward(layer)))
    return sp.Matrix([[words, Norm(at_bias)], [0, 0]])


def taken_apart(bias: bool) -> list[Rule]:
    """The rules that bound the norms of blocks by ‖δ‖, ‖A‖, ‖x‖ and the norms of the layers."""
    words = backward(layer), backward(other), between(layer, other)
    state = state_with_bias() if bias else activation()
    return [
        NormOfKronecker(), NormOfOuterProduct(), NormOfProduct(*words, *map(turned, words)), NormOfTranspose(*words),
        Cited(between_layers()), Cited(layer_derivative(), layer, other), Cited(state, layer, other), Named(),
    ]  # fmt: skip


@cache
def at_object(bias: bool = False) -> Derivation:
    """‖Σ_c δ_c∇²z_c‖ ≤ ‖δ‖‖x‖ λ_max(N), or its version with bias.

    Example:
        >>> at_object().check(0).ok, at_object(True).check(0).ok
        (True, True)
    """
    matrix = FunctionalPart(int(bias))
    size = 2 if bias else 1
    blocks = NormOfBlocks(matrix, functional_norms(bias), sp.zeros(size, size))
    lines = followed(Norm(matrix), [blocks, *taken_apart(bias)], DEPTH)
    final = BOUNDS["h_term_bias_at" if bias else "h_term_at"].expression
    if not bias:
        lines.append((final, PullOut(norm_delta * norm_x)))
    return derived(
        "h_term_bias_at" if bias else "h_term_at",
        f"the H-term of one object, {'with' if bias else 'without'} bias", DEPTH, lines, final, start=Norm(matrix),
        bias=bias, lemmas=(between_layers(), layer_derivative(), state_with_bias() if bias else activation()),
        remarks=("away from the kinks, where the network is twice differentiable",),
    )  # fmt: skip


@cache
def by_layers(bias: bool = False) -> Derivation:
    """The bound with ‖δ‖ ≤ √2.

    Example:
        >>> by_layers().check(0).ok, by_layers(True).check(0, count=2).ok
        (True, True)
    """
    key, before = "h_term_bias" if bias else "h_term", at_object(bias)
    return derived(
        key, f"the H-term by the norms of the layers, {'with' if bias else 'without'} bias", DEPTH,
        followed(before.final, [RESIDUAL], DEPTH), BOUNDS[key].expression, start=before.final, bias=bias,
        lemmas=(before,),
    )  # fmt: skip


@cache
def common(residual: bool = True) -> Derivation:
    """‖Σ_c δ_c∇²z_c‖ ≤ √2 (L − 1) M_x M_W^{L−2}; ‖δ‖ for √2 if ``residual`` is false.

    Example:
        >>> common().check(0).ok, common(False).check(0).ok
        (True, True)
    """
    before = by_layers() if residual else at_object()
    key = "h_term_common" if residual else "h_term_common_at"
    equal = EqualEntries(same, M_W ** (L - 2), sp.S.Zero)
    return derived(
        key, f"the H-term by common bounds{'' if residual else ', of one object'}", DEPTH,
        followed(before.final, [COMMON, equal], DEPTH), BOUNDS[key].expression, start=before.final, lemmas=(before,),
    )  # fmt: skip
