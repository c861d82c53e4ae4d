r"""The rank of the residual for almost all weights: rk Ω = min(r, K, q + rk Σ_yx) (Singh et al. 2021, §4.3, amended).

From above, for every weights: Ω = W^{L:1}Σ − Σ_yx has K rows, its rows lie in the data's r dimensions, and its rank is
at most that of its two terms together. From below: a rank is lower semicontinuous, so that one setting of the weights
is enough. With Σ = diag(1, …, 1, 0, …, 0) and σ = rk Σ_yx take, in bases in which −Σ_yx is diagonal with σ ones in
front, the map W^{L:1} with min(q, min(r, K) − σ) ones behind them; every map of rank at most q is a product of weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Add, Expr, MatrixExpr, Min, Symbol
from sympy.matrices.expressions.matadd import MatAdd

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.generalised_inverse import RankRule, Rk, exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Descending, L, Node, Omega, Sigma, Syx, times

LABELS = Symbol(r"\sigma", integer=True, nonnegative=True)
"""σ = rk Σ_yx."""


class Ones(Node):
    """The K × r matrix with a number of ones at (i, i), in front, and zeros elsewhere."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """K by r."""
        return formula.K, formula.r

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{diag}}(1^{{{printer._print(self.args[0])}}}, 0, \ldots)"


class RankOfSum(RankRule):
    """rk(X + Y) ≤ rk X + rk Y, and rk(−X) = rk X."""

    name = "rank of a sum"
    statement = r"\operatorname{rk}(X + Y) \le \operatorname{rk} X + \operatorname{rk} Y"
    relation = "<="

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The ranks of the summands."""
        if not isinstance(matrix, MatAdd):
            return None
        return Add(*(Rk(term.as_coeff_mmul()[1]) for term in matrix.args))


class NarrowestFactor(RankRule):
    """rk W^{L:1}Σ ≤ q = min(r, M_1, …, M_L), and rk Σ_yx = σ."""

    name = "narrowest factor"
    statement = r"\operatorname{rk}(W^{L:1} \Sigma) \le q, \quad \operatorname{rk} \Sigma_{yx} = \sigma"
    relation = "<="

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """q for the network's map on the data, σ for the labels."""
        if matrix == times(Descending(L, 1), Sigma()):
            return formula.q
        return LABELS if matrix == Syx() else None


class CountOnes(RankRule):
    """The rank of a matrix with n ones on its diagonal is n."""

    name = "number of ones"
    statement = r"\operatorname{rk} \operatorname{diag}(1^n, 0, \ldots) = n"

    def replacement(self, matrix: MatrixExpr, ordering: Ordering) -> Expr | None:
        """The number."""
        return matrix.args[0] if isinstance(matrix, Ones) else None


class ShiftMinimum(Rule):
    """x + min(a, b, …) = min(x + a, x + b, …)."""

    name = "shift of a minimum"
    statement = r"x + \min(a, b) = \min(x + a, x + b)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the other summands into the minimum."""
        terms = Add.make_args(expression)
        minima = [term for term in terms if isinstance(term, Min)]
        if len(minima) != 1:
            raise RuleFailure(f"not one minimum in {expression}")
        rest = Add(*(term for term in terms if term is not minima[0]))
        return Min(*(rest + argument for argument in minima[0].args))


@cache
def residual_bound() -> Derivation:
    """rk Ω ≤ q + rk Σ_yx for every weights.

    Example:
        >>> residual_bound().check(0).ok
        True
    """
    final = formula.q + LABELS
    both = Rk(times(Descending(L, 1), Sigma())) + Rk(Syx())
    return Derivation(
        "residual_bound", "the residual has at most the rank of its two terms", Ordering(L >= 1),
        Rk(Omega().definition()), (Step(both, RankOfSum()), Step(final, NarrowestFactor())), final,
        source="this project", valuations=_networks, remarks=("rk Ω ≤ K and rk Ω ≤ r by its shape",),
    )  # fmt: skip


@cache
def residual_witness() -> Derivation:
    """One setting of the weights reaches min(r, K, q + σ).

    Example:
        >>> residual_witness().check(0).ok
        True
    """
    q, r, outputs = formula.q, formula.r, formula.K
    count = LABELS + Min(q, r - LABELS, outputs - LABELS)
    final = Min(r, outputs, q + LABELS)
    return Derivation(
        "residual_witness", "a witness of zeros and ones", Ordering(), Rk(Ones(count)),
        (Step(count, CountOnes()), Step(final, ShiftMinimum())), final, source="this project", valuations=_sizes,
    )  # fmt: skip


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Drawn weights and data, with q and σ as they are."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 1, 2, 3, 4):
        widths = tuple(stream.randint(1, 4) for _ in range(depth + 1))
        valuation = Valuation({L: depth}, widths, seed=stream.randrange(2**32))
        data_rank, labels = (exact_rank(evaluate(word, valuation)) for word in (Sigma(), Syx(depth)))
        yield Valuation({L: depth, formula.q: min(data_rank, *widths), LABELS: labels}, widths, seed=valuation.seed)


def _sizes(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """K, r, and q and σ that are at most their minimum."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for _ in range(8):
        r, outputs = stream.randint(1, 5), stream.randint(1, 5)
        least = min(r, outputs)
        numbers = {formula.r: r, formula.K: outputs, formula.q: stream.randint(1, least)}
        yield Valuation({**numbers, LABELS: stream.randint(0, least)})


@evaluate.register(Ones)
def _(expression: Ones, valuation: Valuation) -> Array:
    result = filled(*(valuation.number(size) for size in expression.shape))
    for place in range(valuation.number(expression.args[0])):
        result[place, place] = 1
    return result
