r"""Networks that attain the bounds, for symbolic depth, all norms of the layers and all widths that they allow.

*Rank-one chains*, K = 2: W^l = m_l e_1e_1⊤ for l < L, W^L = m_L v e_1⊤ with v = (1, −1)/√2, x = ‖x‖e_1, label 2, and
with bias b^l = ‖b^l‖e_1, b^L = ‖b^L‖v. Along e_1 nothing is lost: on the directions e_1e_1⊤ of W^l (ve_1⊤ for l = L)
and e_1 of b^l (v for l = L), which are orthonormal, the Hessian is the matrix whose λ_max is the bound. A restriction
is a lower bound of the norm, so that the bound is attained.

*Identity-like networks*, K = 2, d ≥ 2, hidden widths ≥ 2: W^l = m_l(e_1e_1⊤ + e_2e_2⊤), x = ‖x‖(e_1 + e_2)/√2, with
b^l = ‖b^l‖(e_1 + e_2)/√2. Then G^lG^{l⊤} = ‖G^l‖²I_2 for every l, so that FF⊤ is a multiple of I_2, and p = (½, ½).

D = I on all of them: no pre-activation is negative (and [0 ≥ 0] = 1).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Relation, Rule, RuleFailure
from hessproof.symbolic.norms.bounds import BOUNDS, HALF, activation_norm
from hessproof.symbolic.norms.draws import network
from hessproof.symbolic.norms.factors import ONE_LAYER, derived, followed
from hessproof.symbolic.norms.hypotheses import AtMost, PullOut
from hessproof.symbolic.norms.letters import FunctionalPart, Jacobian, Norm
from hessproof.symbolic.norms.rules import LocalRule, Named
from hessproof.symbolic.norms.scalars import grows
from hessproof.symbolic.norms.symbols import (
    L,
    LargestEigenvalue,
    layer,
    norm_A,
    norm_delta,
    norm_G,
    norm_layer,
    norm_x,
    other,
    over_layers,
    product,
)
from hessproof.symbolic.norms.words import Curvature, backward, between
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Array, Valuation, filled
from hessproof.symbolic.words import add, times

DEPTH = Ordering(L >= 1)
Family = str
CHAIN, IDENTITY = "rank-one chain", "identity-like network"


def whole(outer: bool, functional: bool, bias: bool) -> Any:
    """The G-term, the H-term or their sum as one p × p matrix."""
    stack = Jacobian(int(bias))
    parts = [times(stack.T, Curvature(), stack)] if outer else []
    parts += [FunctionalPart(int(bias))] if functional else []
    return parts[0] if len(parts) == 1 else add(*parts)


class Restricted(Rule):
    """‖X‖ ≥ λ_max(Q⊤XQ) for Q with orthonormal columns; along the chain all factors are positive multiples.

    Args:
        outer: Whether X contains the G-term.
        functional: Whether X contains the H-term.
        bias: Whether there are biases.
    """

    name = "restriction to the directions of the chain"
    statement = r"\lVert X \rVert \ge \lambda_{\max}(Q^\top X Q),\ Q^\top Q = I"
    relation: Relation = ">="
    assumptions = (CHAIN,)

    def __init__(self, outer: bool, functional: bool, bias: bool) -> None:
        self.matrix = whole(outer, functional, bias)
        at, before = norm_G[layer], norm_G[other]
        ends = sp.Matrix([norm_layer[layer], 1]), sp.Matrix([norm_layer[other], 1])
        if not bias:
            ends = sp.Matrix([norm_layer[layer]]), sp.Matrix([norm_layer[other]])
        size = ends[0].rows
        below, diagonal = sp.zeros(size, size), sp.zeros(size, size)
        if outer:
            below += norm_A * at * before * ends[0] * ends[1].T
            diagonal += norm_A * at**2 * ends[0] * ends[0].T
        if functional:
            row = norm_delta * at * Norm(between(layer, other)) * ends[1].T
            below += sp.Matrix.vstack(row, sp.zeros(size - 1, size))
        self.eigenvalue = LargestEigenvalue(below, diagonal)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """λ_max of the restriction for the norm of the matrix, with which the expression must grow."""
        if not expression.has(Norm(self.matrix)):
            raise RuleFailure(f"no norm of {self.matrix} in {expression}")
        if not grows(expression, ordering):
            raise RuleFailure(f"{expression} need not grow with its norms")
        return expression.xreplace({Norm(self.matrix): self.eigenvalue})


class AlongChain(LocalRule):
    """‖G^l‖, ‖x^l‖ and ‖P_lj‖ on a chain: products of the norms of the layers, with equality.

    Args:
        family: The networks that are meant.
        bias: Whether ‖x^l‖ contains biases.
    """

    name = "norms along the chain"
    statement = r"\lVert W^a \cdots W^b u \rVert = m_a \cdots m_b \lVert u \rVert"

    def __init__(self, family: Family, bias: bool) -> None:
        self.assumptions, self.bias = (family,), bias

    def local(self, node: Any, ordering: Ordering) -> Any:
        """The product for the norm."""
        if node == Norm(between(layer, other)):
            return product(other + 1, layer - 1)
        if not isinstance(node, sp.Indexed) or node.base not in (norm_G, norm_layer):
            return None
        (at,) = node.indices
        if node.base == norm_G:
            return product(at + 1, L)
        return activation_norm(at) if self.bias else norm_x * product(1, at - 1)


@cache
def chain(key: str) -> Derivation:
    """A rank-one chain reaches ``h_term_at``, ``hessian_at`` or their versions with bias.

    Example:
        >>> [chain(key).check(0).ok for key in ("h_term_at", "hessian_at", "h_term_bias_at", "hessian_bias_at")]
        [True, True, True, True]
        >>> chain("hessian_at").relation
        '>='
    """
    bias, outer = "bias" in key, key.startswith("hessian")
    rule, values, final = Restricted(outer, True, bias), AlongChain(CHAIN, bias), BOUNDS[key].expression
    start = Norm(whole(outer, True, bias))
    lines = followed(start, [rule, values], DEPTH)
    last: Rule = PullOut(norm_delta * norm_x) if key == "h_term_at" else Algebra("products over layers")
    return derived(
        f"{key}_attained", f"a rank-one chain attains the bound ({key})", DEPTH, [*lines, (final, last)], final,
        start=start, valuations=partial(_drawn, CHAIN, bias),
        remarks=("with the bound itself, an inequality in the other direction: equality",),
    )  # fmt: skip


@cache
def layer_derivative_attained() -> Derivation:
    """‖G^l‖ = Π_{s=l+1}^{L} ‖W^s‖ on rank-one chains.

    Example:
        >>> layer_derivative_attained().check(0).ok, layer_derivative_attained().relation
        (True, '=')
    """
    start, final = Norm(backward(layer)), BOUNDS["layer_derivative"].expression
    return derived(
        "layer_derivative_attained", "a rank-one chain attains the bound of ‖G^l‖", ONE_LAYER,
        followed(start, [Named(), AlongChain(CHAIN, False)], ONE_LAYER), final, start=start,
        valuations=partial(_drawn, CHAIN, False),
    )  # fmt: skip


class MultipleOfUnit(Rule):
    """‖F⊤AF‖ = ‖A‖κ where FF⊤ = κI: the nonzero eigenvalues of F⊤AF are those of AFF⊤ = κA.

    On identity-like networks G^lG^{l⊤} = ‖G^l‖²I_2, so that κ = Σ_l ‖G^l‖²‖x^l‖², with bias ‖x^l‖² + 1 for ‖x^l‖².

    Args:
        bias: Whether there are biases.
    """

    name = "FF⊤ is a multiple of the identity"
    statement = r"F F^\top = \kappa I \Rightarrow \lVert F^\top A F \rVert = \kappa \lVert A \rVert"
    assumptions = (IDENTITY,)

    def __init__(self, bias: bool) -> None:
        self.whole, self.bias = Norm(whole(True, False, bias)), int(bias)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """‖A‖κ for the norm of the G-term."""
        kappa = over_layers(norm_G[layer] ** 2 * (norm_layer[layer] ** 2 + self.bias))
        return expression.xreplace({self.whole: norm_A * kappa})


@cache
def identity(bias: bool = False) -> Derivation:
    """Identity-like networks attain the bounds of the G-term, with ‖A‖ = ½.

    Example:
        >>> identity().check(0).ok, identity(True).check(0).ok, identity().relation
        (True, True, '=')
    """
    start, final = Norm(whole(True, False, bias)), BOUNDS["g_term_bias" if bias else "g_term"].expression
    equal = AtMost("equal logits of two classes", {norm_A: HALF}, equal=True)
    lines = followed(start, [MultipleOfUnit(bias), AlongChain(IDENTITY, bias), equal], DEPTH)
    return derived(
        "g_term_bias_attained" if bias else "g_term_attained",
        f"an identity-like network attains the bound of the G-term{', with bias' if bias else ''}", DEPTH,
        [*lines, (final, Algebra("products over all layers but one"))], final, start=start,
        valuations=partial(_drawn, IDENTITY, bias),
    )  # fmt: skip


def _drawn(family: Family, bias: bool, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Networks of the family of depth 1 to 3, with p and the label that belong to it."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 3):
        found = [values for values in derivation.ordering.solutions(1, depth) if values.get(L, depth) == depth]
        if found:
            yield member(stream, family, depth, stream.choice(found), bias)


def member(stream: random.Random, family: Family, depth: int, numbers: dict[Any, Any], bias: bool) -> Valuation:
    """One network of the family, its norms drawn (those of v multiplied by √2, so that its entries are rational)."""
    least = 2 if family == IDENTITY else 1
    widths = (*(stream.randint(least, least + 1) for _ in range(depth)), 2)
    made = network(stream, depth, numbers, widths=widths, bias=bias)

    def number() -> Fraction:
        return Fraction(stream.randint(1, 9), stream.randint(2, 6))

    if family == IDENTITY:
        ends = [_unit(size, 0) + _unit(size, 1) for size in widths]
        shapes = zip(widths[1:], widths, strict=False)
        made.weights = [number() * _two_ones(*shape) for shape in shapes]
        p = np.array([[Fraction(1, 2)], [Fraction(1, 2)]], dtype=object)
    else:
        along = _unit(2, 0) - _unit(2, 1)
        ends = [*(_unit(size, 0) for size in widths[:-1]), along]
        made.weights = [number() * last.dot(first.T) for first, last in zip(_firsts(widths), ends[1:], strict=True)]
        share = Fraction(stream.randint(1, 8), 9)
        p = np.array([[share], [1 - share]], dtype=object)
    made.weights_transposed = [matrix.T for matrix in made.weights]
    made._drawn.update({"x": number() * ends[0], "A": (np.diag(p[:, 0]) - p.dot(p.T)) * Fraction(1, 2)})
    made._drawn["delta"] = p - _unit(2, 1)
    if bias:
        made._drawn.update({("shift", at): number() * end for at, end in enumerate(ends[1:], start=1)})
    return made


def _two_ones(rows: int, cols: int) -> Array:
    return sum((_unit(rows, at).dot(_unit(cols, at).T) for at in (0, 1)), start=filled(rows, cols))


def _firsts(widths: tuple[int, ...]) -> list[Array]:
    return [_unit(size, 0) for size in widths[:-1]]


def _unit(size: int, at: int) -> Array:
    column = filled(size, 1)
    column[at, 0] = 1
    return column
