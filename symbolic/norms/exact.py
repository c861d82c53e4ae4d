r"""Norms that are known exactly: the blocks of the H-term, and the Hessian of a single layer.

‖block (l, j) of the H-term‖ = ‖G^{l⊤}δ‖‖P_lj‖‖x^j‖ for j < l;   ‖H‖ = ‖A‖‖x‖² for L = 1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Rule
from hessproof.symbolic.norms.bounds import HALF
from hessproof.symbolic.norms.draws import network
from hessproof.symbolic.norms.factors import TWO_LAYERS, FirstState, derived, followed
from hessproof.symbolic.norms.hypotheses import AtMost
from hessproof.symbolic.norms.letters import Jacobian, Norm
from hessproof.symbolic.norms.rules import (
    LocalRule,
    Named,
    NormOfKronecker,
    NormOfOuterProduct,
    NormOfTranspose,
    NormWithOne,
    turned,
)
from hessproof.symbolic.norms.symbols import L, M_x, layer, norm_A, norm_x, other
from hessproof.symbolic.norms.words import (
    Curvature,
    Lifted,
    Slope,
    State,
    backward,
    between,
    functional_block,
    outer_block,
)
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.softmax.definitions import WEIGHTS
from hessproof.symbolic.softmax.split import functional, functional_diagonal
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import times


@cache
def functional_block_norm() -> Derivation:
    """‖P_lj⊤ ⊗ x^j(G^{l⊤}δ)⊤‖ = ‖P_lj‖‖x^j‖‖G^{l⊤}δ‖ for j < l.

    Example:
        >>> functional_block_norm().check(0).ok, functional_block_norm().relation
        (True, '=')
    """
    start = Norm(functional_block(other, layer))
    push = times(turned(backward(layer)), Slope())
    final = Norm(between(layer, other)) * Norm(State(other)) * Norm(push)
    rules: list[Rule] = [NormOfKronecker(), NormOfOuterProduct(), NormOfTranspose(between(layer, other))]
    return derived(
        "functional_block", "a block of the H-term", TWO_LAYERS, followed(start, rules, TWO_LAYERS), final,
        start=start, lemmas=(functional(WEIGHTS), functional_diagonal(WEIGHTS)),
        remarks=("the blocks (l, l) are zero: the logits are linear in each W^l alone",),
    )  # fmt: skip


class SingleBlock(LocalRule):
    """F⊤AF = G^{1⊤}AG^1 ⊗ x^1x^{1⊤} for L = 1: there is one layer.

    Args:
        bias: Whether x̃ stands for x.
    """

    name = "a single block"
    statement = r"F^\top A F = A \otimes x x^\top \quad (L = 1)"

    def __init__(self, bias: bool) -> None:
        self.bias, stack = bias, Jacobian(int(bias))
        self.whole = Norm(times(stack.T, Curvature(), stack))

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The norm of the block."""
        if node != self.whole:
            return None
        ordering.require(1 - L, "a single layer")
        return Norm(outer_block(sp.S.One, sp.S.One, self.bias))


@cache
def one_layer(bias: bool = False) -> Derivation:
    """‖H‖ = ‖A‖‖x‖² for L = 1, with bias ‖A‖(‖x‖² + 1): the weights do not enter.

    Example:
        >>> one_layer().check(0).ok, one_layer(True).check(0).ok
        (True, True)
    """
    single = Ordering(L >= 1, L <= 1)
    block = SingleBlock(bias)
    entering = Lifted(sp.S.One) if bias else State(sp.S.One)
    apart = Norm(Curvature()) * Norm(entering) ** 2
    rules: list[Rule] = [*([NormWithOne()] if bias else []), FirstState(), Named()]
    before = followed(block.whole, [block, NormOfKronecker(), NormOfOuterProduct()], single)
    final = norm_A * (norm_x**2 + int(bias))
    return derived(
        "one_layer_bias" if bias else "one_layer_exact", f"one layer {'with' if bias else 'without'} bias", single,
        [*before, (apart, Algebra("G^1 = I")), *followed(apart, rules, single)], final, start=block.whole, bias=bias,
        remarks=("there is no H-term: the logits are linear in the parameters",),
    )  # fmt: skip


@cache
def one_layer_at_most(bias: bool = False) -> Derivation:
    """‖H‖ ≤ ½ M_x² for L = 1, with bias ½(M_x² + 1).

    Example:
        >>> one_layer_at_most(True).check(0).ok
        True
    """
    single, before = Ordering(L >= 1, L <= 1), one_layer(bias)
    limits = AtMost("curvature of the softmax, input norms", {norm_A: HALF, norm_x: M_x})
    return derived(
        "one_layer_bias_bound" if bias else "one_layer_bound",
        f"one layer {'with' if bias else 'without'} bias, by the norm of the input", single,
        followed(before.final, [limits], single), HALF * (M_x**2 + int(bias)), start=before.final, bias=bias,
        lemmas=(before,),
    )  # fmt: skip


@cache
def one_layer_attained() -> Derivation:
    """‖H‖ = ½‖x‖² for L = 1, K = 2 and equal logits.

    Example:
        >>> one_layer_attained().check(0).ok, one_layer_attained().relation
        (True, '=')
    """
    single, before = Ordering(L >= 1, L <= 1), one_layer()
    equal = AtMost("equal logits of two classes", {norm_A: HALF}, equal=True)
    return derived(
        "one_layer_attained", "one layer with equal logits of two classes", single,
        followed(before.final, [equal], single), HALF * norm_x**2, start=before.final, lemmas=(before,),
        valuations=_equal_logits,
    )  # fmt: skip


def _equal_logits(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Single layers with two classes and A = diag(½, ½) − ¼11⊤."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for inputs in (1, 2, 4):
        made = network(stream, 1, {}, widths=(inputs, 2))
        quarter = Fraction(1, 8)
        made._drawn["A"] = np.array([[quarter, -quarter], [-quarter, quarter]], dtype=object)
        yield made
