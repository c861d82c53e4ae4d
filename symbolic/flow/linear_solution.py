r"""From Ẇ = W A to ranks: W_t = W_0 Φ(t) with an invertible Φ, so that rk W_t = rk W_0; in every layer, L = 1 included.

Φ solves Φ̇ = Φ A(t), Φ(0) = I, with the continuous A of the flow, and det Φ(t) = exp ∫ tr A > 0 (Liouville).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Expr, MatrixExpr

from hessproof.symbolic.derivation import Derivation, Step
from hessproof.symbolic.flow.balanced import balanced_weights
from hessproof.symbolic.flow.centred import ANY_LAYER, centred_flow
from hessproof.symbolic.flow.hidden_space import LATER, START, WeightAt
from hessproof.symbolic.generalised_inverse import RankRule, Rk
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Array, Valuation, evaluate, unit
from hessproof.symbolic.words import L, Letter, M, l, times


class Transition(Letter):
    """Φ_l(t), the invertible matrix with W^l_t = W^l_0 Φ_l(t), of size M_{l-1}."""

    def _rows(self) -> Expr:
        return M(self.args[0] - 1)

    _cols = _rows

    def _text(self, printer: Any) -> str:
        return rf"\Phi_{{{printer._print(self.args[0])}}}(t)"


class SolveLinearFlow(RankRule):
    """W^l_t = W^l_0 Φ_l(t), if another derivation shows that Ẇ^l = W^l A.

    Args:
        derivation: It ends in a product whose first matrix is W^l.
    """

    name = "solution of a linear equation"
    statement = r"\dot W = W A(t) \Rightarrow W_t = W_0 \Phi(t), \; \det \Phi(t) = \exp \int_0^t \operatorname{tr} A"

    def __init__(self, derivation: Derivation) -> None:
        _, matrices = derivation.final.as_coeff_matrices()
        factors = [factor for factor in matrices if isinstance(factor, MatrixExpr)]
        moved = derivation.start.args[0]
        if factors[0] != moved or factors[-1].cols != moved.cols:
            raise RuleFailure(f"{derivation.claim} does not show a velocity W A")

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The rank of W_0 Φ for that of W_t."""
        if not isinstance(matrix, WeightAt) or matrix.args[1] != LATER:
            return None
        return Rk(times(WeightAt(matrix.args[0], START), Transition(matrix.args[0])))


class InvertibleFactor(RankRule):
    """rk(X Φ) = rk X for an invertible Φ."""

    name = "invertible factor"
    statement = r"\operatorname{rk}(X \Phi) = \operatorname{rk} X"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """Drop the factor."""
        if not matrix.is_MatMul or not isinstance(matrix.args[-1], Transition):
            return None
        return Rk(times(*matrix.args[:-1]))


@cache
def centred_rank_constant() -> Derivation:
    """rk W^l_t = rk W^l_0 for every l and L, from balanced weights with centred classes.

    Example:
        >>> centred_rank_constant().check(0).ok
        True
    """
    first = WeightAt(l, START)
    return Derivation(
        "lemma8_centred_rank", "the ranks stay, in every layer and for every L", ANY_LAYER, Rk(WeightAt(l, LATER)),
        (
            Step(Rk(times(first, Transition(l))), SolveLinearFlow(centred_flow())),
            Step(Rk(first), InvertibleFactor()),
        ),
        Rk(first), source="Singh et al. 2021, Lemma 8", valuations=_solutions, lemmas=(centred_flow(),),
        assumptions=("centred classes", "balanced"),
    )  # fmt: skip


def _solutions(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Weights of any rank and a unit triangular Φ."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 1, 2, 3):
        widths = tuple(stream.randint(1, 3) for _ in range(depth + 1))
        weights, _, _ = balanced_weights(widths, stream.randint(0, min(widths)), stream)
        layer = stream.randint(1, depth)
        size = widths[layer - 1]
        transition = unit(size)
        for i in range(size):
            for j in range(i):
                transition[i, j] = stream.randint(-3, 3)
        later = weights[layer - 1].dot(transition)
        drawn: dict[object, Array] = {
            ("at", layer, "0"): weights[layer - 1], ("at", layer, "t"): later, ("transition", layer): transition,
        }  # fmt: skip
        yield Valuation({L: depth, l: layer}, widths, seed=stream.randrange(2**32), _drawn=drawn)


@evaluate.register(Transition)
def _(expression: Transition, valuation: Valuation) -> Array:
    return valuation._drawn["transition", valuation.number(expression.args[0])]
