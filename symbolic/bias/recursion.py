r"""The generic ranks of H_f and H_L with bias are attained, for all sizes: a recursion takes one neuron off each layer.

Let E[δ] = e ≠ 0 and L ≥ 2. In the variables ΔW^l, β^l of :mod:`~hessproof.symbolic.bias.decoupling`:

1. *Pairing.* The form of H_f contains the β only in Σ_{l=2}^{L} u_lγ^{l-1}, with the rows u_l = e⊤W^{L:l+1}ΔW^l and
   γ^l = β^l + W^lγ^{l-1}, a change of variables. If e⊤W^{L:2} ≠ 0 both range freely over R^{M_1}, …, R^{M_{L-1}}: rank
   2M, and what remains is the form without the β on the changes with u_2 = … = u_L = 0.
2. *One neuron less.* Let W^l = [V^l 0; 0 1] and e a multiple of the last coordinate. Then u_l is the last row of ΔW^l,
   and the changes with u = 0 are ΔW^l = [Δ^l; 0], Δ^l = [ΔV^l b^l], and ΔW^1 = [Δ^1; ρ]. On the Δ^l the form is that of
   a network *with bias* of widths M_l − 1, whose homogeneous coordinate is the last one of its inputs, with r̃ − 1 for
   r̃, K − 1 for K, and the first rows of Ω, of rank s̃ − 1, for Ω̃. The row ρ meets only S = Σ_{l≥2} V^{L:l+1}b^l, through
   those rows of Ω. As b^L occurs nowhere else, S is a free variable: rank 2(s̃ − 1) more.
3. *End.* After s̃ steps nothing is left of Ω̃. Where a hidden width h < s̃ comes to an end first, only e remains, and
   step 1 behind the last such layer m gives 2Σ_{k=m+1}^{L-1} (M_k − h).

On the kernel of H_o, that is where the net changes of weights and means vanish, the same steps hold with ρ = 0, so that
each gives 2M alone. And rk(H_o + cH_f) ≥ rk H_o + rk(H_f on ker H_o) for all but finitely many c. The point that this
describes is the one of :mod:`~hessproof.symbolic.bias.witness`, where c = 2.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from sympy import Expr, Integer, Sum, Symbol, Trace, Transpose, expand

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.centred_letters import MeanChange
from hessproof.symbolic.bias.letters import (
    Affine,
    AugmentedDelta,
    AugmentedOmega,
    Embed,
    Intertwine,
    intertwining,
)
from hessproof.symbolic.bias.outer_rank import attained
from hessproof.symbolic.bias.witness import Witness
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.formulas import BEHIND, FUNCTIONAL_BIAS, LOSS_BIAS, OUTER_BIAS
from hessproof.symbolic.kernel_proof import RANK
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import weights_of_any_rank
from hessproof.symbolic.sums import INDEX, LayerSum, SplitSum, rewrite
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import Descending, L, Letter, M, add, k, l, times, weight

ON_KERNEL = Symbol(r"\operatorname{rk} H_f|_{\ker H_o}", integer=True)
COUNT = Symbol("i", integer=True)
"""The steps taken so far."""
TOTAL, CUT, RESIDUAL = formula.M, formula.s_cut, formula.s_aug
DEEP = Ordering(formula.L >= 2)


class WiderOmega(Letter):
    """Ω of the network of widths M_l + 1, whose first M_L rows are Ω̃ of the one with bias."""

    def _rows(self) -> Expr:
        return M(L) + 1

    def _cols(self) -> Expr:
        return M(0) + 1

    def _text(self, printer: Any) -> str:
        return r"\Omega"


class LastUnit(Letter):
    """ε_l = (0, …, 0, 1), of shape (M_l+1) × 1."""

    def _rows(self) -> Expr:
        return M(self.args[0]) + 1

    def _cols(self) -> Expr:
        return Integer(1)

    def _text(self, printer: Any) -> str:
        return rf"\varepsilon_{{{printer._print(self.args[0])}}}"


class LastRow(Letter):
    """ρ, the last row of a change of W^1, of shape 1 × (M_0+1)."""

    def _rows(self) -> Expr:
        return Integer(1)

    def _cols(self) -> Expr:
        return M(0) + 1

    def _text(self, printer: Any) -> str:
        return r"\rho"


class BiasChange(LastUnit):
    """b^l, the last column of Δ^l, of shape M_l × 1."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _text(self, printer: Any) -> str:
        return f"b^{{{printer._print(self.args[0])}}}"


class FirstRows(Rule):
    """Ω⊤E_L = Ω̃⊤, and Δ^lε_{l-1} = b^l, in products as they are written."""

    name = "first rows, last columns"
    statement = r"E_L^\top \Omega = \tilde\Omega,\quad \Delta^l \varepsilon_{l-1} = b^l"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Use both names."""
        pairs = {
            (Transpose(WiderOmega()), Embed(L)): Transpose(AugmentedOmega()),
            (AugmentedDelta(l), LastUnit(l - 1)): BiasChange(l),
        }

        def local(node: Any, inner: Ordering) -> Any:
            if not getattr(node, "is_MatMul", False):
                return None
            letters = list(node.args)
            for place in range(len(letters) - 2, -1, -1):
                if (pair := tuple(letters[place : place + 2])) in pairs:
                    letters[place : place + 2] = [pairs[pair]]
            return times(*letters)

        return rewrite(expression, ordering, local)


class Straight(Rule):
    """T^{a:b}ε_{b-1} = ε_a where all biases are zero."""

    name = "no biases"
    statement = r"T^{a:b} \varepsilon_{b-1} = \varepsilon_a"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Move every ε to the left, past the augmented chain before it."""

        def local(node: Any, inner: Ordering) -> Any:
            if not getattr(node, "is_MatMul", False):
                return None
            letters = list(node.args)
            for place in range(len(letters) - 2, -1, -1):
                one, two = letters[place : place + 2]
                if isinstance(one, Affine) and type(two) is LastUnit and one.last - 1 == two.args[0]:
                    letters[place : place + 2] = [LastUnit(one.first)]
            return times(*letters)

        return rewrite(expression, ordering, local)


@cache
def unitriangular() -> Derivation:
    """γ^l = Σ_{i≤l} W^{l:i+1}β^i = β^l + W^lγ^{l-1}: the γ are as free as the β.

    Example:
        >>> unitriangular().check(0).ok
        True
    """

    def total(last: Expr, upper: Expr) -> LayerSum:
        return LayerSum(times(Descending(last, INDEX + 1), MeanChange(INDEX)), INDEX, 1, upper)

    split = add(
        total(l, l - 1), times(Descending(l, l + 1), MeanChange(l)), LayerSum(total(l, l).body, INDEX, l + 1, l)
    )
    final = add(MeanChange(l), times(weight(l), total(l - 1, l - 1)))
    return Derivation(
        "pairing", "a change of variables among the means", Ordering(l >= 1, l <= L), total(l, l),
        (Step(split, SplitSum(l)), Step(final, Algebra("linearity"))), final, source="this project",
    )  # fmt: skip


@cache
def one_neuron_less() -> Derivation:
    """The form without bias on changes [Δ^l; 0] at W^l = [V^l b^l; 0 1] is the form with bias of the narrower network.

    Example:
        >>> one_neuron_less().check(0).ok
        True
    """
    later, earlier = (Embed(l), AugmentedDelta(l)), (Embed(k), AugmentedDelta(k))
    start = times(Transpose(WiderOmega()), Affine(L, l + 1), *later, Affine(l - 1, k + 1), *earlier, Affine(k - 1, 1))
    moved = Intertwine().apply(Trace(start), Ordering())
    final = FirstRows().apply(moved, Ordering())
    return Derivation(
        "one neuron less", "a network without bias at lifted weights", Ordering(k >= 1, k + 1 <= l, l <= L),
        Trace(start), (Step(moved, Intertwine()), Step(final, FirstRows())), final,
        source="this project", valuations=weights_of_any_rank, lemmas=(intertwining(),),
    )  # fmt: skip


@cache
def last_row() -> Derivation:
    """The last row ρ of ΔW^1 meets only the b^l, as Ω̃⊤V^{L:l+1}b^lρ, where there are no biases.

    Example:
        >>> last_row().check(0).ok
        True
    """
    later = Embed(l), AugmentedDelta(l)
    start = Trace(times(Transpose(WiderOmega()), Affine(L, l + 1), *later, Affine(l - 1, 2), LastUnit(1), LastRow()))
    straight = Straight().apply(start, Ordering())
    moved = Intertwine().apply(straight, Ordering())
    final = FirstRows().apply(moved, Ordering())
    return Derivation(
        "last row", "what the last row of the first layer meets", Ordering(l >= 2, l <= L), start,
        (Step(straight, Straight()), Step(moved, Intertwine()), Step(final, FirstRows())), final,
        source="this project", valuations=_without_biases, lemmas=(intertwining(),),
    )  # fmt: skip


class Recursion(Rule):
    """ŝ = min(s̃, h) steps, each of rank 2M_i (and 2(s̃_i − 1) off the kernel of H_o), and what is left behind layer m.

    After i steps M has become M − i(L − 1) and s̃ has become s̃ − i.

    Args:
        symbol: The rank that the steps are about.
        more: What the last row ρ adds to each step: 2(s̃ − 1 − i), or 0 on the kernel of H_o.
    """

    name = "one neuron less, step by step"
    relation = ">="
    statement = r"\rho(M, \tilde{s}) = 2M + 2(\tilde{s} - 1) + \rho(M - L + 1, \tilde{s} - 1)"

    def __init__(self, symbol: Symbol, more: Expr) -> None:
        self.symbol, self.more = symbol, more

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The sum over the steps for the rank."""
        step = 2 * (TOTAL - COUNT * (formula.L - 1)) + self.more
        return expression.xreplace({self.symbol: Sum(step, (COUNT, 0, CUT - 1)) + BEHIND})


class SmallResidual(Rule):
    """rk(H_o + cH_f) ≥ rk H_o + rk(H_f on ker H_o) for all but finitely many c.

    In coordinates of ker H_o and a complement the leading coefficient of a minor is a product of two nonzero minors.
    """

    name = "all but finitely many multiples of the residual"
    relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Both ranks for the one."""
        return expression.xreplace({RANK: OUTER_BIAS + ON_KERNEL})


def _same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Equality of polynomials and of their sums over the steps."""
    return bool(expand((one - two).doit()) == 0)


def _final(expression: Expr) -> Expr:
    return expression.xreplace({formula.mean: Integer(1)})


@cache
def functional() -> Derivation:
    """The generic rank of H_f with bias is at least the formula's: E[δ] ≠ 0, L ≥ 2, all sizes.

    Example:
        >>> functional().check(0).ok
        True
    """
    steps, final = Recursion(RANK, 2 * (RESIDUAL - 1 - COUNT)), _final(FUNCTIONAL_BIAS)
    return Derivation(
        "functional_bias_attained", "the rank of H_f with bias is attained", DEEP, RANK,
        (Step(steps.apply(RANK, DEEP), steps), Step(final, Algebra("sum of the steps"))), final,
        source="this project", same=_same, valuations=_points,
        lemmas=(unitriangular(), one_neuron_less(), last_row()),
    )  # fmt: skip


@cache
def loss() -> Derivation:
    """The generic rank of H_L with bias is at least the formula's: E[δ] ≠ 0, L ≥ 2, all sizes.

    Example:
        >>> loss().check(0).ok
        True
    """
    steps, final = Recursion(ON_KERNEL, Integer(0)), _final(LOSS_BIAS)
    parted = OUTER_BIAS + ON_KERNEL
    return Derivation(
        "loss_bias_attained", "the rank of H_L with bias is attained", DEEP, RANK,
        (Step(parted, SmallResidual()), Step(steps.apply(parted, DEEP), steps),
         Step(final, Algebra("sum of the steps"))), final,
        source="this project", same=_same, valuations=_points,
        lemmas=(unitriangular(), one_neuron_less(), last_row(), attained()),
    )  # fmt: skip


def _points(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks with the ranks that the Hessian of the witness has, in place of the generic ones."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 4, 2, 3, 4):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        data_rank = stream.randint(1, widths[0] + 1)
        residual_rank = stream.randint(1, min(data_rank, widths[-1]))
        point = Witness(Architecture(widths, bias=True), data_rank, residual_rank)
        narrow = min(widths[1:-1])
        last = max(layer for layer in range(1, depth) if widths[layer] == narrow)
        numbers: dict[Any, Any] = {
            formula.L: depth, TOTAL: sum(widths[1:-1]), CUT: min(residual_rank, narrow), RESIDUAL: residual_rank,
            formula.s_next: min(residual_rank, narrow + 1), formula.m: last, formula.narrowest_hidden: narrow,
            formula.r_aug: data_rank, formula.K: widths[-1], formula.width: widths,
            formula.q_centred: min(data_rank - 1, *widths[1:]),
            RANK: point.rank("functional" if "functional" in derivation.claim else "loss"),
            ON_KERNEL: point.functional_on_kernel(),
        }  # fmt: skip
        yield Valuation(numbers)


def _without_biases(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    for valuation in weights_of_any_rank(derivation, seed):
        for layer in range(1, len(valuation.widths)):
            valuation._drawn["b", layer] = filled(valuation.widths[layer], 1)
        yield valuation


@evaluate.register(WiderOmega)
def _(expression: WiderOmega, valuation: Valuation) -> Array:
    upper = evaluate(AugmentedOmega(), valuation)
    return np.concatenate([upper, valuation.draw("last row of the residual", (1, upper.shape[1]))], axis=0)


@evaluate.register(LastUnit)
def _(expression: LastUnit, valuation: Valuation) -> Array:
    return np.concatenate([filled(valuation.widths[valuation.number(expression.args[0])], 1), unit(1)], axis=0)


@evaluate.register(BiasChange)
def _(expression: BiasChange, valuation: Valuation) -> Array:
    value: Array = evaluate(AugmentedDelta(expression.args[0]), valuation)[:, -1:]
    return value


@evaluate.register(LastRow)
def _(expression: LastRow, valuation: Valuation) -> Array:
    return valuation.draw("last row", (1, valuation.widths[0] + 1))
