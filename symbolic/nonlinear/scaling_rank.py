r"""How many independent directions the scaling symmetry gives, and the rank bounds that follow.

*Independence.* In Σ_{l,i} c^l_i t^l_i the entry W^l_{ij} occurs twice, with the coefficient c^l_i − c^{l-1}_j (c = 0
for inputs, outputs and the homogeneous coordinate). So in a combination that vanishes c is constant along nonzero
weights: the directions are independent if and only if every connected component of hidden neurons, joined by nonzero
weights, touches an input (on the span of the data), a nonzero bias or an output. A neuron with z ≠ 0 on some sample has
a path of nonzero weights that ends at an input or a bias: z_i = Σ_j W_ij a_j ≠ 0 needs a term that is not zero, and
a_j ≠ 0 needs z_j ≠ 0.

*The rest.* A neuron in a component that touches none of them has no path to the outputs: everything that enters it
lies in the kernel of the Jacobian, and that is at least one direction for each (if r ≥ 1). So with or without dead or
isolated neurons

    rk H_o ≤ p − M_1(d − r) − Σ_{l<L} M_l   for every parameter and every loss,

and the same for H_L at every critical point off the kinks. Dead neurons can be left out first: they and all their
weights drop out of p, M_1, … .
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy import Expr, IndexedBase, Sum, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.losses.invariance import curvature_total
from hessproof.symbolic.nonlinear import scaling_formulas as formulas
from hessproof.symbolic.nonlinear.scaling import critical_kernel, jacobian_kernel
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule, RuleFailure
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L

RANK = Symbol(r"\operatorname{rk} H", integer=True)
KERNEL = Symbol(r"\dim \ker H", integer=True)
OFF_DATA, TANGENTS = Symbol("D_{x}", integer=True), Symbol("D_{t}", integer=True)
"""Dimension of the changes of W^1 that the data do not see, and of the span of the tangents."""
k, depth = Symbol("k", integer=True), Symbol("l", integer=True)
coefficient, weight = IndexedBase("c", integer=True), IndexedBase("w", integer=True)
"""Along a path of neurons from an input (0) to one in layer l: coefficients in a vanishing combination, and weights."""
node = formula.width


class VanishingEntry(Rule):
    """The entry W_{k} of a vanishing combination is zero: (c_k − c_{k-1}) w_k = 0, and w_k ≠ 0."""

    name = "coefficient of a nonzero weight"
    statement = r"c_k w_k - c_{k-1} w_k = 0,\ w_k \ne 0 \ \Rightarrow\ c_k - c_{k-1} = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero for a sum of such differences along the path."""
        steps = Sum(coefficient[k] - coefficient[k - 1], (k, 1, depth))
        if not isinstance(expression, sp.Basic) or not expression.has(steps):
            raise RuleFailure("there is no sum of differences along the path")
        return expression.xreplace({steps: sp.S.Zero})


class Grounded(Rule):
    """c_0 = 0: inputs, outputs and the homogeneous coordinate have no coefficient."""

    name = "the path begins at an input"
    statement = "c_0 = 0"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero for c_0."""
        return expression.xreplace({coefficient[0]: sp.S.Zero})


class EqualCoefficients(Rule):
    """c_k = c_{k-1} at both ends of a nonzero weight, if c = 1 on a whole component."""

    name = "equal coefficients on a component"
    statement = r"c_k = c_{k-1} \ \forall k"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero for a sum of differences of neighbouring coefficients times weights."""
        steps = Sum((coefficient[k] - coefficient[k - 1]) * weight[k], (k, 1, depth))
        if expression != steps:
            raise RuleFailure("there is no sum over the weights of a component")
        return sp.S.Zero


class RankNullity(Rule):
    """rk H = p − dim ker H."""

    name = "rank and nullity"

    def __init__(self, parameters: Expr) -> None:
        self.parameters = parameters

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The difference for the rank."""
        return expression.xreplace({RANK: self.parameters - KERNEL})


class KernelContains(Rule):
    """dim ker H ≥ D_x + D_t: changes of W^1 off the data and tangents on it, which meet in zero only.

    The tangents are taken with the rows of W^1 projected on the span of the data, which changes nothing else.
    """

    name = "two independent pieces of the kernel"
    relation = "<="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Both dimensions for that of the kernel."""
        return expression.xreplace({KERNEL: OFF_DATA + TANGENTS})


class Dimensions(Rule):
    """D_x = M_1(d − r), and D_t = Σ M_l, one tangent a neuron (or one direction that enters it)."""

    name = "dimensions"

    def __init__(self, off_data: Expr, tangents: Expr) -> None:
        self.off_data, self.tangents = off_data, tangents

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The numbers for both."""
        return expression.xreplace({OFF_DATA: self.off_data, TANGENTS: self.tangents})


@cache
def independence() -> Derivation:
    """A neuron that is reached from an input along nonzero weights has coefficient zero in a vanishing combination.

    Example:
        >>> independence().check(0).ok
        True
    """
    steps = Sum(coefficient[k] - coefficient[k - 1], (k, 1, depth))
    return Derivation(
        "scaling_independence", "the tangents of connected neurons are independent", Ordering(depth >= 1),
        coefficient[depth],
        (Step(coefficient[0] + steps, Algebra("telescoping")), Step(coefficient[0], VanishingEntry()),
         Step(sp.S.Zero, Grounded())), sp.S.Zero,
        source="this project", same=same, valuations=_paths, lemmas=(entry_of_combination(),),
    )  # fmt: skip


@cache
def dependence() -> Derivation:
    """The converse: the tangents of a component that touches no input, bias or output add up to zero.

    With the coefficient 1 on the component every nonzero weight joins two of its neurons and counts 1 − 1 times.

    Example:
        >>> dependence().check(0).ok
        True
    """
    start = Sum((coefficient[k] - coefficient[k - 1]) * weight[k], (k, 1, depth))
    return Derivation(
        "scaling_dependence", "the tangents of a loose component are dependent", Ordering(depth >= 1), start,
        (Step(sp.S.Zero, EqualCoefficients()),), sp.S.Zero,
        source="this project", same=same, valuations=_paths, lemmas=(entry_of_combination(),),
    )  # fmt: skip


@cache
def entry_of_combination() -> Derivation:
    """The entry of a nonzero weight in Σ c t: what enters neuron k counts with c_k, what leaves k − 1 with −c_{k-1}.

    Example:
        >>> entry_of_combination().check(0).ok
        True
    """
    final = (coefficient[k] - coefficient[k - 1]) * weight[k]
    return Derivation(
        "scaling_entry", "one weight in a combination of tangents", Ordering(k >= 1),
        coefficient[k] * weight[k] - coefficient[k - 1] * weight[k], (Step(final, Algebra("factor")),), final,
        source="this project", same=same, valuations=_entries,
    )  # fmt: skip


@cache
def outer_bound() -> Derivation:
    """rk H_o ≤ p − M_1(d − r) − Σ M_l for every parameter and every loss: Fact 11 as a theorem.

    Example:
        >>> outer_bound().check(0).ok
        True
    """
    return _bound("fact11", "Fact 11 for every parameter", (jacobian_kernel(), independence()), bias=False)


@cache
def outer_bound_with_bias() -> Derivation:
    """The same with bias: rk H_o ≤ p − M_1(d + 1 − r̃) − Σ M_l.

    Example:
        >>> outer_bound_with_bias().check(0).ok
        True
    """
    return _bound("fact11_bias", "Fact 11 with bias", (jacobian_kernel(), independence()), bias=True)


@cache
def critical_bound(bias: bool = False) -> Derivation:
    """The bound for H_L at every critical point off the kinks, for every loss.

    Example:
        >>> critical_bound().check(0).ok
        True
    """
    name = "critical_bias" if bias else "critical"
    return _bound(name, "the loss Hessian at a critical point", (critical_kernel(), independence()), bias=bias)


@cache
def one_hidden_layer(critical: bool = False) -> Derivation:
    """rM̃ + M̃K − M̃ for M̃ active neurons in one hidden layer: Theorem 9 and Corollary 10, without A1 and A2.

    Example:
        >>> one_hidden_layer().check(0).ok
        True
    """
    width, ends = formulas.active, {formula.r: formulas.r, formula.K: formulas.K}
    parameters = formulas.active * (formulas.d + formulas.K)
    final = formulas.FORMULAS["thm9"].expression.xreplace(ends)
    counted = parameters - width * (formulas.d - formulas.r) - width
    lemma = critical_bound() if critical else outer_bound()
    return Derivation(
        "cor10" if critical else "thm9", "one hidden layer", Ordering(L >= 2), RANK,
        (Step(parameters - KERNEL, RankNullity(parameters)),
         Step(parameters - OFF_DATA - TANGENTS, KernelContains()),
         Step(counted, Dimensions(width * (formulas.d - formulas.r), width)),
         Step(final, Algebra("collect"))), final,
        source="this project; Singh et al. 2021, Theorem 9", same=same, valuations=_numbers, lemmas=(lemma,),
        remarks=("dead neurons are left out first: all their weights lie in the kernel",),
    )  # fmt: skip


@cache
def by_samples() -> Derivation:
    """R + M̃K − M̃ with R = Σ r_i, r_i the rank of the samples on which neuron i has σ′ ≠ 0: what A2 hides.

    Changes of w_i that these samples do not see leave every output as it is, and there are d − r_i of them.

    Example:
        >>> by_samples().check(0).ok
        True
    """
    width = formulas.active
    parameters = width * (formulas.d + formulas.K)
    final = formulas.FORMULAS["thm9_samples"].expression
    return Derivation(
        "thm9_samples", "one hidden layer, neuron by neuron", Ordering(L >= 2), RANK,
        (Step(parameters - KERNEL, RankNullity(parameters)),
         Step(parameters - OFF_DATA - TANGENTS, KernelContains()),
         Step(parameters - (width * formulas.d - formulas.seen) - width,
              Dimensions(width * formulas.d - formulas.seen, width)),
         Step(final, Algebra("collect"))), final,
        source="this project", same=same, valuations=_numbers, lemmas=(outer_bound(),),
    )  # fmt: skip


@cache
def cross_entropy_bound() -> Derivation:
    """Under cross-entropy K − 1 outputs count: rM̃ + M̃(K − 1) − M̃ for K ≥ 2.

    Λ(1, …, 1) = 0, so only K − 1 differences of outputs count: H is that of a network with K − 1 outputs.

    Example:
        >>> cross_entropy_bound().check(0).ok
        True
    """
    width, outputs = formulas.active, formulas.K - 1
    parameters = width * (formulas.d + outputs)
    final = formulas.FORMULAS["thm9_cross_entropy"].expression
    return Derivation(
        "thm9_cross_entropy", "one hidden layer under cross-entropy", Ordering(L >= 2), RANK,
        (Step(parameters - KERNEL, RankNullity(parameters)),
         Step(parameters - OFF_DATA - TANGENTS, KernelContains()),
         Step(parameters - width * (formulas.d - formulas.r) - width,
              Dimensions(width * (formulas.d - formulas.r), width)),
         Step(final, Algebra("collect"))), final,
        source="this project", same=same, valuations=_numbers, lemmas=(outer_bound(), curvature_total()),
    )  # fmt: skip


def _bound(claim: str, title: str, lemmas: tuple[Derivation, ...], *, bias: bool) -> Derivation:
    one = int(bias)
    parameters = Sum(node[k] * (node[k - 1] + one), (k, 1, L))
    missing = formulas.d + 1 - formulas.r_aug if bias else formulas.d - formulas.r
    hidden = Sum(node[k], (k, 1, L - 1))
    stated = formulas.FORMULAS["fact11_bias" if bias else "fact11"].expression
    final = stated.xreplace({formulas.p: parameters, formulas.hidden: hidden, formulas.first: node[1]})
    return Derivation(
        claim, title, Ordering(L >= 2), RANK,
        (Step(parameters - KERNEL, RankNullity(parameters)),
         Step(parameters - OFF_DATA - TANGENTS, KernelContains()),
         Step(final, Dimensions(node[1] * missing, hidden))), final,
        source="this project; Singh et al. 2021, Fact 11", same=same, valuations=_numbers, lemmas=lemmas,
    )  # fmt: skip


def _paths(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Coefficients that satisfy the equations along a path from an input, all zero; or on a loose one, all one."""
    value = int(derivation.claim == "scaling_dependence")
    for length in (1, 2, 5):
        tables: dict[Any, Any] = {coefficient: [value] * (length + 1), weight: list(range(3, length + 4))}
        yield Valuation({depth: length, **tables})


def _entries(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for at in (1, 2, 4):
        numbers = [[stream.randint(-9, 9) for _ in range(at + 1)] for _ in range(2)]
        tables: dict[Any, Any] = {k: at, coefficient: numbers[0], weight: numbers[1]}
        yield Valuation(tables)


def _numbers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Widths and ranks, and a kernel at least as large as its two pieces."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for layers in (2, 2, 3, 4):
        widths = [stream.randint(1, 6) for _ in range(layers + 1)]
        data = stream.randint(1, widths[0])
        bias = "bias" in derivation.claim
        augmented = data + stream.randint(0, 1)
        numbers: dict[Any, Any] = {
            L: layers, formula.width: widths, formulas.d: widths[0], formulas.K: widths[-1], formulas.r: data,
            formulas.r_aug: augmented, formulas.active: widths[1], node: widths,
        }  # fmt: skip
        one_layer = derivation.claim in ("thm9", "cor10", "thm9_cross_entropy", "thm9_samples")
        outputs = widths[-1] - (derivation.claim == "thm9_cross_entropy")
        if one_layer:
            total, tangents = widths[1] * (widths[0] + outputs), widths[1]
        else:
            total = sum(b * (a + bias) for a, b in pairwise(widths))
            tangents = sum(widths[1:-1])
        off = widths[1] * (widths[0] + 1 - augmented if bias else widths[0] - data)
        if derivation.claim == "thm9_samples":
            numbers[formulas.seen] = stream.randint(0, widths[1] * data)
            off = widths[1] * widths[0] - numbers[formulas.seen]
        kernel = off + tangents + stream.randint(0, 3)
        numbers |= {OFF_DATA: off, TANGENTS: tangents, KERNEL: kernel, RANK: total - kernel}
        yield Valuation(numbers)
