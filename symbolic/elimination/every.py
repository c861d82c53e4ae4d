r"""For every data set almost all weights reach the bound; and for every given residual.

- *Labels.* Let the inputs and the labels be given, Σ of rank r. The labels are forgotten at large weights tW, the
  inputs become white, and at rectangular identities Ω = W^{L:1} is the witness with s = q and T = I. So some
  weights, hence almost all, reach 2qM − Lq² + q(r + K). No condition on the rank of Ω is left.
- *Residual.* Let Σ of rank r and Ω of rank s be given, the row space of Ω in that of Σ. In white inputs and orthogonal
  coordinates Ω = cT on its diagonal, with c = t^{-L} at tW. So almost all weights reach q(r + K − q) + 2q̂M − (L − 1)q̂².
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from sympy import Expr, Integer, MatrixExpr, Symbol, expand

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, RuleFailure, Step
from hessproof.symbolic.elimination import cores, steps
from hessproof.symbolic.elimination.data import fewer_inputs, homogeneous
from hessproof.symbolic.elimination.equations import Part, equation
from hessproof.symbolic.elimination.letters import QHAT
from hessproof.symbolic.elimination.resting import FACTORS, MINORS, NO_SQUARE, REGULAR, Resting
from hessproof.symbolic.elimination.single import single_count, single_layer
from hessproof.symbolic.elimination.steps import DEEP, chained
from hessproof.symbolic.elimination.theorem import (
    RANK,
    REACHED,
    Reaches,
    Settles,
    at_sizes,
    linear_map,
    loss,
    node,
    only_outer,
    reached,
)
from hessproof.symbolic.elimination.turning import turned
from hessproof.symbolic.formulas import FORMULAS
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import Delta, L, Letter, M

ZERO_LABELS = Symbol(r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}(\mathbf{W}; \Sigma, \mathbf{Y} = 0)", integer=True)
WHITE = Symbol(r"\operatorname{rk} \mathbf{H}_{\mathcal{L}}(\mathbf{W}'; I, \mathbf{Y} = 0)", integer=True)
LARGE = 11
"""t: a prime above every entry that is drawn, so that no small polynomial in t vanishes by accident."""


class _Given(Letter):
    """A moment that is given as numbers."""

    def _cols(self) -> Expr:
        return M(0)


class GivenSigma(_Given):
    """Σ of rank r."""

    def _text(self, printer: Any) -> str:
        return r"\Sigma"


class GivenOmega(_Given):
    """Ω, at the weights of the point."""

    def _rows(self) -> Expr:
        return M(L)

    def _text(self, printer: Any) -> str:
        return r"\Omega"


def at_given(layer: Expr, part: Part = "loss") -> MatrixExpr:
    """F_l at given moments."""
    return equation(layer, GivenSigma(), GivenOmega(), part)


class LargeWeights(Resting):
    """rk H(tW; Σ, S) = rk H(W; Σ, t^{-L}S) ≥ rk H(W; Σ, 0) for all but finitely many t: H is affine in S."""

    wanted = ("homogeneous",)
    name = "large weights forget the labels"
    relation = ">="
    statement = r"\operatorname{rk} (A - t^{-L} B) \ge \operatorname{rk} A"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Y = 0 in place of Y."""
        self.look_up([ordering])
        return expression.xreplace({RANK: ZERO_LABELS})


class NewVariables(Resting):
    """W ↦ (W^1C, W^2, …, W^L) is linear and onto, so that H = φ⊤H'φ has the rank of H'."""

    wanted = ("white data",)
    name = "white inputs"
    statement = r"\mathbf{H} = \varphi^\top \mathbf{H}' \varphi"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The reduced network in place of the whole one."""
        self.look_up([ordering])
        return expression.xreplace({ZERO_LABELS: WHITE})


class Eliminated(Resting):
    """What the elimination gives at rectangular identities, where Ω = W^{L:1} has rank s = q.

    It is proved for L ≥ 2. Where L = 1 the kernel is zero, and the formula counts all parameters.
    """

    wanted = ("loss_eliminated", "single layer", "single count")
    name = "rectangular identities"
    relation = ">="

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The formula for q̂ = q in place of the rank."""
        self.look_up([ordering.where(L >= 2), ordering.where(L <= 1)])
        deep, alone, count = self.found
        if alone.final != Delta(1).T or expand(deep.final.xreplace({L: Integer(1)}).doit() - count.final) != 0:
            raise RuleFailure("the formula is not the number of parameters where L = 1")
        return expression.xreplace({WHITE: deep.final.xreplace({QHAT: formula.q})})


class SettlesForSmall(Settles):
    """The same at cΩ for all but finitely many c, where T is any positive diagonal matrix.

    The cores vanish because at c = 0 their sum of squares does, and I − c²ZZ⊤ is nonsingular.
    """

    name = "small multiples of the residual"

    @property
    def core(self) -> Any:
        """A sum of squares, one of which is ‖a‖²."""
        return cores.positive().final


@cache
def every_data_set() -> Derivation:
    """For every Σ of rank r and all labels almost all weights reach 2qM − Lq² + q(r + K).

    Example:
        >>> every_data_set().check(0, numbers=False).ok
        True
    """
    order = Ordering(L >= 1)
    found = homogeneous(), fewer_inputs(), loss(), single_layer(), single_count()
    rules = LargeWeights(found[0]), NewVariables(found[1]), Eliminated(*found[2:])
    lines = chained(RANK, order, *rules)
    final = at_sizes(FORMULAS["fact7"].expression)
    return Derivation(
        "every_data_set", "the rank of H_L is attained for every data set", order, RANK,
        (*lines, Step(final, Algebra("q̂ = q"))), final, source="this project", same=same,
        valuations=partial(_points, labelled=True), lemmas=found,
        remarks=("on data reduced to r inputs, so that M_0 = r in the formula", MINORS, FACTORS, REGULAR, NO_SQUARE),
    )  # fmt: skip


@cache
def every_residual() -> Derivation:
    """For every Σ of rank r and Ω of rank s almost all weights reach q(r + K − q) + 2q̂M − (L − 1)q̂².

    Example:
        >>> every_residual().check(0, numbers=False).ok
        True
    """
    found = cores.positive(), steps.nothing_into(), steps.nothing_out(), steps.ends_meet()
    lines = chained(RANK, DEEP, SettlesForSmall(found), Reaches(only_outer(), reached()))
    final = at_sizes(FORMULAS["loss_generic"].expression)
    return Derivation(
        "every_residual", "the rank of H_L is attained for every residual", DEEP, RANK,
        (*lines, Step(final, Algebra("telescoping"))), final, source="this project", same=same,
        valuations=partial(_points, labelled=False),
        lemmas=(homogeneous(), fewer_inputs(), turned(), *found, only_outer(), reached(), single_layer()),
        remarks=("on data reduced to r inputs, so that M_0 = r in the formula", MINORS, FACTORS, REGULAR, NO_SQUARE),
    )  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """Data of rank r in factors, and the weights that are rectangular identities in white coordinates.

    Args:
        widths: M_0, …, M_L.
        factor: C, M_0 × r.
        inverse: A left inverse of C.
        left: P, K × K, a permutation with signs.
        right: R, r × r, the same.
    """

    widths: tuple[int, ...]
    factor: Array
    inverse: Array
    left: Array
    right: Array

    def weights(self, scale: int) -> list[Array]:
        """PW^L, …, W^1R⊤C^+ times ``scale``, for rectangular identities W^l."""
        sizes = [self.factor.shape[1], *self.widths[1:]]
        found = [scale * _rectangle(b, a) for a, b in pairwise(sizes)]
        found[-1] = self.left.dot(found[-1])
        found[0] = found[0].dot(self.right.T).dot(self.inverse)
        return found


def _points(derivation: Derivation, seed: int, *, labelled: bool) -> Iterator[Valuation]:
    """Small data sets of every kind, with the ranks of the Hessians that the lines are about."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3, 1, 2) if labelled else (2, 3, 2):
        setting = drawn_setting(stream, depth)
        widths, rank, sigma = setting.widths, setting.factor.shape[1], setting.factor.dot(setting.factor.T)
        outputs, q = widths[-1], min(rank, *widths[1:])
        values: dict[Any, Any] = {L: depth, formula.q: q, node: [rank, *widths[1:]]}
        if labelled:
            plain = Setting(widths, setting.factor, setting.inverse, unit(outputs), unit(rank))
            white = Setting((rank, *widths[1:]), unit(rank), unit(rank), unit(outputs), unit(rank))
            labels = _random(stream, outputs, rank).dot(setting.factor.T)
            for symbol, one, moment, given, scale in (
                (RANK, plain, sigma, labels, LARGE), (ZERO_LABELS, plain, sigma, 0 * labels, 1),
                (WHITE, white, unit(rank), filled(outputs, rank), 1),
            ):  # fmt: skip
                weights = one.weights(scale)
                values[symbol] = drawn_rank(weights, moment, residual_at(weights, moment, given))
        else:
            diagonal = filled(outputs, rank)
            s = stream.randint(0, min(rank, outputs))
            for place in range(s):
                diagonal[place, place] = stream.randint(1, 5)
            omega = setting.left.dot(diagonal).dot(setting.right.T).dot(setting.factor.T)
            qhat = min(q, s)
            values |= {QHAT: qhat, RANK: drawn_rank(setting.weights(LARGE), sigma, omega)}
            values[REACHED] = (outputs - qhat) * (rank - qhat) - (outputs - q) * (rank - q)
        yield Valuation(values, widths)


def residual_at(weights: list[Array], sigma: Array, labels: Array) -> Array:
    """Ω = W^{L:1}Σ − E[yx⊤]."""
    product = weights[0]
    for weight in weights[1:]:
        product = weight.dot(product)
    result: Array = product.dot(sigma) - labels
    return result


def drawn_rank(weights: list[Array], sigma: Array, omega: Array, part: Part = "loss") -> int:
    """The rank of H_L or H_f at given weights and moments, from the equations of its kernel."""
    depth, widths = len(weights), (weights[0].shape[1], *(weight.shape[0] for weight in weights))
    if not widths[0]:
        return 0
    point = Valuation({L: depth}, widths, weights=weights, weights_transposed=[weight.T for weight in weights])
    point._drawn["sigma"], point._drawn["omega"] = sigma, omega
    return exact_rank(linear_map(point, partial(at_given, part=part)))


def drawn_setting(stream: random.Random, depth: int) -> Setting:
    """C as the first r columns of a unitriangular integer matrix, P and R permutations with signs."""
    widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
    rank, whole, inverse = stream.randint(0, widths[0]), unit(widths[0]), unit(widths[0])
    for i in range(widths[0]):
        for j in range(i):
            whole[i, j] = stream.randint(-2, 2)
            inverse[i] = inverse[i] - whole[i, j] * inverse[j]
    return Setting(widths, whole[:, :rank], inverse[:rank], _turn(stream, widths[-1]), _turn(stream, rank))


def _turn(stream: random.Random, size: int) -> Array:
    result = filled(size, size)
    for row, column in enumerate(stream.sample(range(size), size)):
        result[row, column] = stream.choice((1, -1))
    return result


def _random(stream: random.Random, rows: int, columns: int) -> Array:
    entries = [[stream.randint(-3, 3) for _ in range(columns)] for _ in range(rows)]
    return np.array(entries, dtype=object).reshape(rows, columns)


def _rectangle(rows: int, columns: int) -> Array:
    result = filled(rows, columns)
    for place in range(min(rows, columns)):
        result[place, place] = 1
    return result


@evaluate.register(GivenSigma)
def _(expression: GivenSigma, valuation: Valuation) -> Array:
    return valuation._drawn["sigma"]


@evaluate.register(GivenOmega)
def _(expression: GivenOmega, valuation: Valuation) -> Array:
    return valuation._drawn["omega"]
