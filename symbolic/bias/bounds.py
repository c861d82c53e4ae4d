r"""Upper bounds with bias for every weights and biases, from the layer-local kernel: rk H ≤ Σ_k codimension in layer k.

The parameters of layer k form an M_k × (M_{k-1}+1) matrix. Conditions X·Δ·Y′ = 0 and X′·Δ·Y = 0 with row X ⊂ row X′
and col Y ⊂ col Y′ have rank xc + yd − xy, where x, y, d, c are the ranks of X, Y, X′, Y′. With E[δ] ≠ 0, h the smallest
hidden width and m the last hidden layer that has it, these cuts settle every case of L ≥ 2:

- s̃ > h: the hidden layer m. In front of it x, y ≤ h; behind it the right factor is an augmented chain of rank
  at most h + 1, and so is the left one;
- s̃ ≤ h: the residual. For H_L the outer part remains on that kernel, see :func:`loss_at_residual`.

The case E[δ] = 0 is reduced to networks without bias in :mod:`~hessproof.symbolic.bias.decoupling`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sympy import Expr, Integer, Sum

from hessproof.symbolic import formula
from hessproof.symbolic.bias.kernel_proof import vanishing
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.formulas import FORMULAS, FUNCTIONAL_BIAS, LOSS_BIAS, OUTER_BIAS
from hessproof.symbolic.kernel_conditions import m
from hessproof.symbolic.kernel_proof import CODIMENSION, RANK, RankNullity
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.residual_bound import IMAGE, OuterOnKernel
from hessproof.symbolic.rules import Rule, RuleFailure
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import L, k

NODE = formula.width
NARROW, RESIDUAL = formula.narrowest_hidden, formula.s_aug
WIDE = formula.q_bias
"""q′ = min(r̃, K), where no hidden layer is narrower."""
ROWS, COLUMNS = NODE[k], NODE[k - 1] + 1
HIDDEN = Ordering(m >= 1, m + 1 <= L)
"""A hidden layer m."""


@dataclass(frozen=True)
class Conditions:
    """Two conditions in each of the layers first, …, last: ranks x and y inside spaces of the given dimensions."""

    first: Any
    last: Any
    x: Any
    y: Any
    rows: Any = ROWS
    columns: Any = COLUMNS

    def codimension(self) -> Expr:
        """x·columns + y·rows − xy."""
        return Integer(1) * (self.x * self.columns + self.y * self.rows - self.x * self.y)

    def total(self) -> Expr:
        """The sum over the layers."""
        if self.first == self.last:
            return self.codimension().xreplace({k: Integer(1) * self.first})
        return Sum(self.codimension(), (k, self.first, self.last))


class NestedConditions(Rule):
    """c_k ≤ xc + yd − xy for two nested conditions in each layer.

    The conditions span row X ⊗ col Y′ + row X′ ⊗ col Y, of dimension xc + yd − xy, which grows with x ≤ d and y ≤ c.

    Args:
        layers: The conditions, from the first layer to the last without gap.
    """

    name = "two nested conditions of bounded rank in each layer"
    relation = "<="

    def __init__(self, *layers: Conditions) -> None:
        self.layers = layers

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The bound in place of the sum of codimensions."""
        ends = [Integer(0), *(part.last for part in self.layers)]
        for end, part in zip(ends, self.layers, strict=False):
            if ordering.zero(part.first - end - 1) is not True or ordering.nonnegative(part.last - end) is not True:
                raise RuleFailure(f"conditions for layers {part.first} to {part.last} do not follow layer {end}")
        if ordering.zero(ends[-1] - L) is not True:
            raise RuleFailure(f"no conditions behind layer {ends[-1]}")
        total: Expr = sum((part.total() for part in self.layers), Integer(0))
        return expression.xreplace({Sum(CODIMENSION[k], (k, 1, L)): total})


class ImageWithBias(Rule):
    """dim J(N) ≤ rk J − s̃(s̃ − 1) for almost all weights, N being the kernel of H_f at the cut Ω̃ = UV⊤.

    Changes in N have U⊤ΔV = 0 in the last layer only as far as V does not meet the bias there, and in all others
    entirely. Choose V so that all its columns but one end in 0: their s̃(s̃ − 1) equations hold for the image Z = J(Δ).
    """

    name = "equations on the image, with bias"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The rank of the Jacobian less s̃(s̃ − 1) for the image."""
        return expression.xreplace({IMAGE: _at(OUTER_BIAS) - RESIDUAL * (RESIDUAL - 1)})


class NarrowestLayer(Rule):
    """M_m = h: layer m has the smallest hidden width."""

    name = "the width at the cut"
    statement = r"M_m = M_{\min}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The name of the smallest hidden width for that of layer m's."""
        return expression.xreplace({NODE[m]: NARROW})


EXCESS = NODE[m] - NARROW
"""M_m − h, which is zero."""


def _at(expression: Expr, **values: Any) -> Expr:
    """A formula with bias at E[δ] ≠ 0, on data reduced to M_0 = r̃ − 1 centred inputs, its shorthands replaced."""
    symbols = {"cut": formula.s_cut, "following": formula.s_next, "narrow": NARROW, "centred": formula.q_centred}
    chosen: dict[Any, Any] = {symbols[name]: value for name, value in values.items()}
    ends = {formula.r_aug: NODE[0] + 1, formula.r: NODE[0], formula.K: NODE[L], formula.L: L, formula.m: m}
    widths = {formula.M: Sum(NODE[k], (k, 1, L - 1)), formula.mean: Integer(1)}
    return expression.xreplace(chosen).xreplace({**ends, **widths})


def _bound(
    claim: str, title: str, order: Ordering, final: Expr, layers: tuple[Conditions, ...], chosen: Iterable[int]
) -> Derivation:
    counted = NestedConditions(*layers)
    whole = Sum(CODIMENSION[k], (k, 1, L))
    end: tuple[Step, ...] = (Step(final, Algebra("telescoping")),)
    if order is HIDDEN:
        end = (Step(final + EXCESS, Algebra("telescoping")), Step(final, NarrowestLayer()))
    return Derivation(
        claim, title, order, RANK,
        (Step(whole, RankNullity()), Step(counted.apply(whole, order), counted), *end), final,
        source="this project", same=same, valuations=partial(_codimensions, layers),
        remarks=("on data reduced to r̃ − 1 centred inputs, so that M_0 = r̃ − 1",),
        lemmas=tuple(vanishing()[number] for number in chosen),
    )  # fmt: skip


@cache
def loss_wide() -> Derivation:
    """rk H_L ≤ 2q′M + q′(r + K) − Lq′² + Lq′ for r = r̃ − 1 and q′ = min(r̃, K), no hidden width below q′ (Fact 13).

    At the cut m = L all factors have rank at most K, at m = 0 at most r̃; the narrower one is taken.

    Example:
        >>> loss_wide().check(0).ok
        True
    """
    layers = (Conditions(Integer(1), L, WIDE, WIDE),)
    final = _at(FORMULAS["fact13"].expression)
    return _bound("fact13_bound", "upper half of Fact 13", Ordering(L >= 1), final, layers, range(8))


@cache
def loss_hidden() -> Derivation:
    """rk H_L where s̃ exceeds the smallest hidden width h, for every weights: the cut at the last layer that has it.

    Example:
        >>> loss_hidden().check(0).ok
        True
    """
    h = NARROW
    layers = Conditions(Integer(1), m, h, h), Conditions(m + 1, L, h + 1, h + 1)
    final = _at(LOSS_BIAS, centred=h, cut=h, following=h + 1)
    return _bound("loss_bias_hidden", "loss Hessian with bias and a bottleneck", HIDDEN, final, layers, range(8))


@cache
def functional_hidden() -> Derivation:
    """rk H_f where s̃ exceeds the smallest hidden width h, for every weights.

    Δb^L does not occur, and the first and the last layer meet Ω̃ in place of the input and the output.

    Example:
        >>> functional_hidden().check(0).ok
        True
    """
    h, one = NARROW, Integer(1)
    layers = (
        Conditions(one, one, h, h, NODE[1], RESIDUAL), Conditions(Integer(2), m, h, h),
        Conditions(m + 1, L - 1, h + 1, h + 1), Conditions(L, L, h + 1, h, RESIDUAL, NODE[L - 1]),
    )  # fmt: skip
    final = _at(FUNCTIONAL_BIAS, cut=h, following=h + 1)
    chosen = (1, 2, 3, 5, 6, 7, 8, 9, 10, 11)
    title = "functional Hessian with bias and a bottleneck"
    return _bound("functional_bias_hidden", title, HIDDEN, final, layers, chosen)


def _residual_layers() -> tuple[Conditions, ...]:
    s, one = RESIDUAL, Integer(1)
    return (
        Conditions(one, one, 0, s), Conditions(Integer(2), L - 1, s, s),
        Conditions(L, L, s, 0, NODE[L], NODE[L - 1]),
    )  # fmt: skip


@cache
def functional_at_residual() -> Derivation:
    """rk H_f ≤ 2s̃M − (L − 2)s̃(s̃ − 1) for L ≥ 2 and every weights with no hidden width below s̃: the cut at Ω̃.

    Example:
        >>> functional_at_residual().check(0).ok
        True
    """
    final = _at(FUNCTIONAL_BIAS, cut=RESIDUAL, following=RESIDUAL)
    title = "functional Hessian with bias, cut at the residual"
    return _bound("functional_bias_residual", title, Ordering(L >= 2), final, _residual_layers(), (8, 9))


@cache
def loss_at_residual() -> Derivation:
    """rk H_L ≤ rk H_o + 2s̃M − (L − 1)s̃(s̃ − 1), rk H_o generic, for every weights with no hidden width below s̃, L ≥ 2.

    On the kernel N of H_f the Hessian is its outer part. The bound on dim J(N) is one for almost all weights; since a
    rank never exceeds its generic value, what follows holds for all.

    Example:
        >>> loss_at_residual().check(0).ok
        True
    """
    order, counted = Ordering(L >= 2), NestedConditions(*_residual_layers())
    whole = Sum(CODIMENSION[k], (k, 1, L))
    layers = counted.apply(whole, order)
    final = _at(LOSS_BIAS, cut=RESIDUAL, following=RESIDUAL)
    return Derivation(
        "loss_bias_residual", "loss Hessian with bias, cut at the residual", order, RANK,
        (Step(whole + IMAGE, OuterOnKernel()), Step(layers + IMAGE, counted),
         Step(layers + _at(OUTER_BIAS) - RESIDUAL * (RESIDUAL - 1), ImageWithBias()),
         Step(final, Algebra("telescoping"))), final,
        source="this project", same=same, valuations=partial(_codimensions, _residual_layers()),
        remarks=("on data reduced to r̃ − 1 centred inputs, so that M_0 = r̃ − 1",), lemmas=vanishing()[8:10],
    )  # fmt: skip


@cache
def wide_deficiency() -> Derivation:
    """p − [2q′M + q′(r + K) − Lq′² + Lq′] = Σ_{i=0}^{L-1} (M_i + 1 − q′)(M_{i+1} − q′), M_0 = r (§7.2).

    Example:
        >>> wide_deficiency().check(0).ok
        True
    """
    final = FORMULAS["fact13_deficiency"].expression.xreplace({formula.L: L})
    start = Sum(ROWS * COLUMNS, (k, 1, L)) - _at(FORMULAS["fact13"].expression)
    return Derivation(
        "fact13_deficiency", "rank deficiency as a network with bias and narrower layers", Ordering(L >= 1), start,
        (Step(final, Algebra("telescoping")),), final, source="Singh et al. 2021, §7.2", same=same,
        valuations=partial(_codimensions, ()),
    )  # fmt: skip


@cache
def hidden_deficiency() -> Derivation:
    """p − rk H_L where s̃ > h, r̃ = d + 1: Σ_{k≤m} (M_{k-1}+1−h)(M_k−h) + Σ_{k>m} (M_{k-1}−h)(M_k−h−1).

    A network with bias up to layer m and without behind it, h taken off all widths, the outputs being M_L − h − 1.

    Example:
        >>> hidden_deficiency().check(0).ok
        True
    """
    h = NARROW
    start = Sum(ROWS * COLUMNS, (k, 1, L)) - _at(LOSS_BIAS, centred=h, cut=h, following=h + 1)
    final = Sum((NODE[k - 1] + 1 - h) * (NODE[k] - h), (k, 1, m)) + Sum(
        (NODE[k - 1] - h) * (NODE[k] - h - 1), (k, m + 1, L)
    )
    return Derivation(
        "hidden_deficiency", "rank deficiency with bias and a bottleneck", HIDDEN, start,
        (Step(final + EXCESS, Algebra("telescoping")), Step(final, NarrowestLayer())), final,
        source="this project", same=same,
        valuations=partial(_codimensions, ()),
    )  # fmt: skip


def _codimensions(layers: tuple[Conditions, ...], derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths with a narrowest layer m, ranks, and codimensions that obey the bounds layer by layer."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in range(2, 8):
        cut = stream.randint(1, depth - 1)
        h = stream.randint(1, 3)
        hidden = [h if j == cut else stream.randint(h + (j > cut), 6) for j in range(1, depth)]
        widths = [stream.randint(h, 6), *hidden, stream.randint(h + 1, 6)]
        wide = min(widths[0] + 1, widths[-1], *hidden)
        s = h + 1 if "hidden" in derivation.claim else stream.randint(1, h)
        numbers: dict[Any, Any] = {L: depth, m: cut, NARROW: h, RESIDUAL: s, WIDE: wide, formula.width: widths}
        numbers[formula.q_centred] = min(widths)
        sizes = [0] * (depth + 1)
        for part in layers:
            values = Valuation(numbers)
            first, last = (int(evaluate(end, values)) for end in (part.first, part.last))
            for layer in range(first, last + 1):
                bound = evaluate(part.codimension(), values.with_symbol(k, layer))
                sizes[layer] = stream.randint(0, bound)
        largest = min(widths[0], widths[-1], h)
        outer = largest * (widths[0] + widths[-1] - largest) + widths[-1]
        image = stream.randint(0, max(0, outer - s * (s - 1)))
        numbers.update({CODIMENSION: sizes, IMAGE: image, RANK: stream.randint(0, sum(sizes))})
        yield Valuation(numbers)
