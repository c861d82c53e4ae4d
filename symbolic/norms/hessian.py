r"""The norm of the full Hessian: G-term and H-term in one matrix of layers.

‖H‖ ≤ λ_max(‖A‖‖x‖² aa⊤ + ‖δ‖‖x‖ N) ≤ ‖A‖ L M_x² M_W^{2(L−1)} + ‖δ‖ (L − 1) M_x M_W^{L−2},   a_l = Π_{s≠l} ‖W^s‖.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.kronecker import kron
from hessproof.symbolic.norms.bounds import BOUNDS, HALF, ROOT
from hessproof.symbolic.norms.factors import (
    activation,
    between_layers,
    derived,
    followed,
    layer_derivative,
    state_with_bias,
)
from hessproof.symbolic.norms.g_term import COMMON, DEPTH, SOFTMAX
from hessproof.symbolic.norms.h_term import RESIDUAL, functional_norms, taken_apart
from hessproof.symbolic.norms.hypotheses import EqualEntries
from hessproof.symbolic.norms.letters import FunctionalPart, Jacobian, Norm
from hessproof.symbolic.norms.rules import NormOfBlocks, turned
from hessproof.symbolic.norms.scalars import same
from hessproof.symbolic.norms.symbols import M_W, L, M_x, layer, norm_A, norm_delta, other
from hessproof.symbolic.norms.words import Curvature, State, backward
from hessproof.symbolic.words import add, times


def outer_norms(second: Any, bias: bool) -> Any:
    """The norms of the blocks of the G-term at (l, ``second``): of the weights, or of weights and biases."""
    middle = times(turned(backward(layer)), Curvature(), backward(second))
    one, two = State(layer), State(second)
    whole = Norm(kron(middle, times(one, two.T)))
    if not bias:
        return sp.Matrix([[whole]])
    return sp.Matrix([[whole, Norm(kron(middle, one))], [Norm(kron(middle, two.T)), Norm(middle)]])


@cache
def at_object(bias: bool = False) -> Derivation:
    """‖H‖ ≤ λ_max(‖A‖‖x‖² aa⊤ + ‖δ‖‖x‖ N), or its version with bias.

    Example:
        >>> at_object().check(0).ok, at_object(True).check(0, count=2).ok
        (True, True)
    """
    stack, functional = Jacobian(int(bias)), FunctionalPart(int(bias))
    matrix = add(times(stack.T, Curvature(), stack), functional)
    below = outer_norms(other, bias) + functional_norms(bias)
    blocks: list[Rule] = [NormOfBlocks(matrix, below, outer_norms(layer, bias)), *taken_apart(bias)]
    final = BOUNDS["hessian_bias_at" if bias else "hessian_at"].expression
    lines = followed(Norm(matrix), blocks, DEPTH)
    return derived(
        "hessian_bias_at" if bias else "hessian_at", f"the Hessian of one object, {'with' if bias else 'without'} bias",
        DEPTH, [*lines, (final, Algebra("products over all layers but one or two"))], final, start=Norm(matrix),
        bias=bias, lemmas=(between_layers(), layer_derivative(), state_with_bias() if bias else activation()),
        remarks=("away from the kinks, where the network is twice differentiable",
                 "the norm of a block of a sum is at most the sum of the norms of the blocks"),
    )  # fmt: skip


@cache
def by_layers(bias: bool = False) -> Derivation:
    """The bound with ‖A‖ ≤ ½ and ‖δ‖ ≤ √2.

    Example:
        >>> by_layers().check(0, count=2).ok
        True
    """
    key, before = "hessian_bias" if bias else "hessian", at_object(bias)
    return derived(
        key, f"the Hessian by the norms of the layers, {'with' if bias else 'without'} bias", DEPTH,
        followed(before.final, [SOFTMAX, RESIDUAL], DEPTH), BOUNDS[key].expression, start=before.final, bias=bias,
        lemmas=(before,),
    )  # fmt: skip


@cache
def common(constants: bool = True) -> Derivation:
    """‖H‖ ≤ ½ L M_x² M_W^{2(L−1)} + √2 (L − 1) M_x M_W^{L−2}; ‖A‖ and ‖δ‖ if ``constants`` is false.

    Example:
        >>> common().check(0, count=2).ok, common(False).check(0, count=2).ok
        (True, True)
    """
    before = by_layers() if constants else at_object()
    key = "hessian_common" if constants else "hessian_common_at"
    curvature, residual = (HALF, ROOT) if constants else (norm_A, norm_delta)
    on = curvature * M_x**2 * M_W ** (2 * (L - 1))
    equal = EqualEntries(same, on + residual * M_x * M_W ** (L - 2), on)
    final = BOUNDS[key].expression
    lines = followed(before.final, [COMMON, equal], DEPTH)
    return derived(
        key, f"the Hessian by common bounds{'' if constants else ', of one object'}", DEPTH,
        [*lines, (final, Algebra())], final, start=before.final, lemmas=(before,),
    )  # fmt: skip
