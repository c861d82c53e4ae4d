r"""The letters of the network at which the kernel's equations are solved, and rewriting of words in them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import Expr, Transpose

from hessproof.symbolic import formula, normal
from hessproof.symbolic.normal import Word, terms_of
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import LayerSum
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import L, Letter, M

QHAT = formula.qhat
"""q̂ = min(q, s), the number of columns of i_l."""


class Inject(Letter):
    """i_l, of shape M_l × q̂."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return QHAT

    def _eval_transpose(self) -> Project:
        return Project(*self.args)

    def _text(self, printer: Any) -> str:
        return f"i_{{{printer._print(self.args[0])}}}"


class Project(Letter):
    """p_l = i_l⊤, of shape q̂ × M_l."""

    def _rows(self) -> Expr:
        return QHAT

    def _cols(self) -> Expr:
        return M(self.args[0])

    def _eval_transpose(self) -> Inject:
        return Inject(*self.args)

    def _text(self, printer: Any) -> str:
        return f"p_{{{printer._print(self.args[0])}}}"


class Rest(Letter):
    """c_l = I − i_l p_l, a symmetric idempotent of rank M_l − q̂."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    _cols = _rows

    def _eval_transpose(self) -> Rest:
        return self

    def _text(self, printer: Any) -> str:
        return f"c_{{{printer._print(self.args[0])}}}"


class Root(Letter):
    """N^e, a power of the positive diagonal matrix N with N² = T, of shape q̂ × q̂."""

    def _rows(self) -> Expr:
        return QHAT

    _cols = _rows

    def _eval_transpose(self) -> Root:
        return self

    def _text(self, printer: Any) -> str:
        return f"N^{{{printer._print(self.args[0])}}}"


T = Root(2)
"""T = N², the diagonal matrix of ω_1, …, ω_q̂."""


class Diagonal(Letter):
    """Ω of the witness, of shape M_L × M_0."""

    def _rows(self) -> Expr:
        return M(L)

    def _cols(self) -> Expr:
        return M(0)

    def _text(self, printer: Any) -> str:
        return r"\Omega"


RESIDUAL = Diagonal()


RESIDUAL_T = Transpose(RESIDUAL)
VANISHES: Word = (Transpose(Diagonal()), Transpose(Diagonal()))
"""What a pattern gives where the word is zero; no product of letters has this form."""


Pair = Callable[[Word, int, Ordering], Word | None]
"""Looks at a word from a place on: what stands there and after it instead, or None."""


def rewritten(expression: Any, ordering: Ordering, pattern: Pair) -> Any:
    """Every word of an expression, rewritten until the pattern finds nothing more; sums over layers inside."""
    shape = expression.shape
    total: normal.Terms = {}
    for word, coefficient in terms_of(expression, ordering).items():
        total = normal.summed(total, _finished(word, coefficient, ordering, pattern))
    return normal.rebuilt(total, shape)


def _finished(word: Word, coefficient: Expr, ordering: Ordering, pattern: Pair) -> normal.Terms:
    if len(word) == 1 and isinstance(word[0], LayerSum):
        inner = word[0]
        body = rewritten(inner.body, inner.inside(ordering), pattern)
        return {} if body.is_ZeroMatrix else {(inner.mapped(lambda _: body),): coefficient}
    changed = True
    while changed:
        changed = False
        for place in range(len(word)):
            found = pattern(word, place, ordering)
            if found is VANISHES:
                return {}
            if found is not None:
                word, changed = normal.joined((*word[:place], *found), ordering), True
                break
    return {word: coefficient}


def placed(valuation: Valuation) -> Array:
    """ω_1, …, ω_s as the diagonal of Ω: N² for the first q̂, others beyond."""
    outputs, inputs = valuation.widths[-1], valuation.widths[0]
    result = filled(outputs, inputs)
    for j, value in enumerate(valuation._drawn["omega"]):
        result[j, j] = value
    return result


@evaluate.register(Inject)
def _(expression: Inject, valuation: Valuation) -> Array:
    return unit(valuation.widths[valuation.number(expression.args[0])])[:, : valuation.symbols[QHAT]]


@evaluate.register(Project)
def _(expression: Project, valuation: Valuation) -> Array:
    return unit(valuation.widths[valuation.number(expression.args[0])])[: valuation.symbols[QHAT]]


@evaluate.register(Rest)
def _(expression: Rest, valuation: Valuation) -> Array:
    result = unit(valuation.widths[valuation.number(expression.args[0])])
    for j in range(valuation.symbols[QHAT]):
        result[j, j] = 0
    return result


@evaluate.register(Root)
def _(expression: Root, valuation: Valuation) -> Array:
    power, size = valuation.number(expression.args[0]), valuation.symbols[QHAT]
    result = filled(size, size)
    for j, entry in enumerate(valuation._drawn["root"]):
        result[j, j] = Fraction(entry) ** power
    return result


@evaluate.register(Diagonal)
def _(expression: Diagonal, valuation: Valuation) -> Array:
    return placed(valuation)
