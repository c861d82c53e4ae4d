r"""Conditions that make a change of one layer a kernel direction, for symbolic layers, and the rule that uses them.

A condition reads left · Δ · right = 0. Where these three stand next to one another in a trace, cyclically, the trace
is zero. Networks with and without bias have the same conditions in different letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp
from sympy import Expr, MatrixExpr, Symbol, Trace

from hessproof.symbolic.derivation import Algebra, Derivation
from hessproof.symbolic.generalised_inverse import null_space
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.outer_rank import weights_of_any_rank
from hessproof.symbolic.rules import Rule, RuleFailure
from hessproof.symbolic.valuation import Array, Valuation, evaluate, kronecker, unit
from hessproof.symbolic.words import k

m = Symbol("m", integer=True)
"""The cut."""
Form = Literal["outer", "functional_before", "functional_after"]


@dataclass(frozen=True)
class SymbolicCondition:
    """left · Δ · right = 0 for symbolic layers; ``None`` stands for an identity."""

    change: MatrixExpr
    left: MatrixExpr | None
    right: MatrixExpr | None

    def letters(self) -> list[MatrixExpr]:
        """The factors of left · Δ · right, one by one."""
        factors = [x for x in (self.left, self.change, self.right) if x is not None]
        return [x for factor in factors for x in (factor.args if factor.is_MatMul else (factor,))]


class Annihilated(Rule):
    """tr(P · left Δ right · Q) = 0, left Δ right = 0 being a condition of the kernel.

    Args:
        condition: The condition.
        layer: The layer that changes: k, or a number that stands for it.
    """

    name = "condition of the kernel"
    statement = r"\operatorname{tr}(P \cdot 0 \cdot Q) = 0"

    def __init__(self, condition: SymbolicCondition, layer: Expr = k) -> None:
        self.condition, self.layer = condition, layer

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Zero, if the condition stands in the trace as consecutive factors (cyclically) as written."""
        letters = list(expression.arg.args) if isinstance(expression, Trace) else []
        wanted = [letter.xreplace({k: self.layer}) for letter in self.condition.letters()]
        doubled = letters + letters
        if not any(doubled[start : start + len(wanted)] == wanted for start in range(len(letters))):
            raise RuleFailure(f"{self.condition} does not appear in {expression}")
        return sp.S.Zero


class CutOpen(Algebra):
    """The same trace, turned round, with a chain cut at m; where k is 1 or L, the empty chain beside it is left out."""

    def __init__(self) -> None:
        super().__init__("chains cut at m, trace turned round", r"W^{a:b} = W^{a:m+1}W^{m:b}")


@dataclass(frozen=True)
class Case:
    """One case of a proof: which form, in which order of the layers, which condition, and the form cut open there.

    ``moved`` is a line before the last one, where a letter has to pass another first.
    """

    name: str
    form: Form
    order: Ordering
    condition: SymbolicCondition
    cut_open: MatrixExpr
    layer: Expr = k
    moved: MatrixExpr | None = None


def kernel_changes(case: Case, bias: int, derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Weights of any rank, and a random change of one layer that meets the condition which the case uses.

    Args:
        case: The case.
        bias: 1 if a layer's matrix has one more column, for its bias; otherwise 0.
        derivation: Whose sizes to draw.
        seed: Seed of the draws.
    """
    for valuation in weights_of_any_rank(derivation, seed):
        layer = valuation.number(case.layer)
        rows, cols = valuation.widths[layer], valuation.widths[layer - 1] + bias
        left, right = (
            unit(size) if word is None else evaluate(word.xreplace({k: case.layer}), valuation)
            for word, size in ((case.condition.left, rows), (case.condition.right, cols))
        )
        basis = null_space(kronecker(left, right.T))
        weights = valuation.draw("change", (basis.shape[1], 1))
        valuation._drawn["kernel change"] = basis.dot(weights).reshape(rows, cols)
        yield valuation


def drawn_change(valuation: Valuation) -> Array:
    """The change that `kernel_changes` drew."""
    return valuation._drawn["kernel change"]
