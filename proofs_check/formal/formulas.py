"""Writes the rank formulas of ``symbolic/`` as Coq definitions, so that the theorems are about those very formulas.

Values are integers (``int``), since a formula may subtract; shorthands such as q, which are minima, are natural.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from hessproof.symbolic import formula as f
from hessproof.symbolic import formulas
from hessproof.symbolic.formula import BIAS_SHORTHANDS, SHORTHANDS, RankFormula
from hessproof.symbolic.formulas import FORMULAS

IDS = (
    "lemma1", "prop2_bound", "thm3_chain", "thm3", "cor4", "thm5", "cor6", "cor6_two_layers", "fact7", "overlap",
    "deficiency", "tensor_flag", "a_o_chain", "jacobian_chain", "outer_generic", "outer_bound", "column_generic",
    "column_bound", "functional_generic", "functional_bound", "loss_generic", "loss_bound", "overlap_generic",
    "thm12", "thm12_remark", "fact13", "fact13_deficiency", "outer_bias_generic", "outer_bias_bound",
    "functional_bias_generic", "functional_bias_bound", "loss_bias_generic", "loss_bias_bound",
)  # fmt: skip
"""The formulas that are written, in this order."""

ATOMS: dict[sp.Basic, tuple[str, tuple[str, ...]]] = {
    f.L: ("L", ("L",)), f.M: ("(hidden_total L M)", ("L", "M")), f.d: ("(M 0%N)", ("M",)), f.K: ("(M L)", ("L", "M")),
    f.r: ("r", ("r",)), f.s: ("s", ("s",)), f.l: ("l", ("l",)), f.m: ("m", ("m",)), f.mean: ("e", ("e",)),
    f.r_aug: ("r_aug", ("r_aug",)), f.s_aug: ("s_aug", ("s_aug",)),
    f.narrowest_hidden: ("(narrowest_hidden L M)", ("L", "M")),
    formulas.rank_c: ("rank_c", ("rank_c",)), formulas.rank_d: ("rank_d", ("rank_d",)),
    formulas.copies_c: ("q", ("q",)), formulas.copies_d: ("n", ("n",)),
    formulas.rank_left: ("rank_left", ("rank_left",)), formulas.rank_right: ("rank_right", ("rank_right",)),
}  # fmt: skip
"""Symbols as terms of type ``nat``, with the parameters that the term needs."""
TABLES = {f.width: "M", formulas.above: "a", formulas.below: "b", formulas.left: "u", formulas.right: "v"}
"""Indexed symbols, functions from ``nat`` to ``nat``."""
SHORT = {
    f.q: "q_of", f.qhat: "qhat_of", f.q_bias: "q_bias_of", f.q_centred: "q_centred_of", f.s_cut: "s_cut_of",
    f.s_next: "s_next_of",
}  # fmt: skip
"""Names of the shorthands."""
ORDER = ("L", "M", "a", "b", "u", "v", "n", "q", "r", "s", "l", "m", "r_aug", "s_aug", "e", "rank_c", "rank_d",
         "rank_left", "rank_right")  # fmt: skip
"""The order of parameters."""
HEAD = """From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank formulas of symbolic/formulas.py, written by proofs_check/formal/formulas.py. Do not edit. *)

(* M_1 + ... + M_(L-1) *)
Definition hidden_total (L : nat) (M : nat -> nat) : nat := (\\sum_(1 <= k < L) M k)%N.

(* min(M_1, ..., M_(L-1)), and d + K without hidden layers *)
Definition narrowest_hidden (L : nat) (M : nat -> nat) : nat := \\big[minn/(M 0 + M L)%N]_(1 <= k < L) M k.
"""


def _parameters(expression: sp.Basic, short: dict[sp.Symbol, sp.Expr]) -> list[str]:
    found: set[str] = set()
    bound = {limits[0] for total in expression.atoms(sp.Sum) for limits in total.limits}
    for node in sp.preorder_traversal(expression):
        if node in bound:
            continue
        if node in short:
            found.update(_parameters(short[node], {}))
        elif node in ATOMS:
            found.update(ATOMS[node][1])
        elif node in TABLES:
            found.add(TABLES[node])
    return [name for name in ORDER if name in found]


class _Writer:
    """Terms of one definition; ``short`` are the shorthands that it may use."""

    def __init__(self, short: dict[sp.Symbol, sp.Expr]) -> None:
        self.short = short

    def natural(self, expression: sp.Basic) -> str:
        """A term of type ``nat``."""
        if expression in self.short:
            return f"({SHORT[expression]} {' '.join(_parameters(self.short[expression], {}))})"
        if expression in ATOMS:
            return ATOMS[expression][0]
        if isinstance(expression, sp.Indexed):
            return f"({TABLES[expression.base]} {self.natural(expression.indices[0])})"
        if isinstance(expression, sp.Integer):
            return f"{expression}%N"
        if isinstance(expression, sp.Symbol):
            return str(expression)
        if isinstance(expression, sp.Min):
            *rest, text = (self.natural(part) for part in sorted(expression.args, key=sp.default_sort_key))
            for part in reversed(rest):
                text = f"(minn {part} {text})"
            return text
        constant, rest = expression.as_coeff_Add()
        return f"({self.natural(rest)} {'+' if constant > 0 else '-'} {abs(constant)})%N"

    def integer(self, expression: sp.Basic) -> str:
        """A term of type ``int``."""
        if isinstance(expression, sp.Add):
            parts = [self.integer(part) for part in expression.as_ordered_terms()]
            return "(" + " + ".join(parts) + ")"
        if isinstance(expression, sp.Mul):
            if expression.args[0] == -1:
                return f"(- {self.integer(-expression)})"
            return "(" + " * ".join(self.integer(part) for part in expression.as_ordered_factors()) + ")"
        if isinstance(expression, sp.Pow):
            return f"({self.integer(expression.base)} ^+ {int(expression.exp)})"
        if isinstance(expression, sp.Sum):
            variable, lower, upper = expression.limits[0]
            # A sum to n is one below n + 1.
            above = self.natural(sp.expand(upper + 1))
            return (
                f"(\\sum_({self.natural(lower)} <= {variable} < {above}) {self.integer(expression.function)})"
            )
        if isinstance(expression, sp.Piecewise):
            *cases, (last, _) = expression.args
            text = self.integer(last)
            for value, condition in reversed(cases):
                left, right = (self.natural(side) for side in condition.args)
                text = f"(if {left} == {right} then {self.integer(value)} else {text})"
            return text
        if isinstance(expression, sp.Integer):
            return f"{int(expression)}%:Z" if expression >= 0 else f"(- {-int(expression)}%:Z)"
        return f"{self.natural(expression)}%:Z"


def _binders(names: list[str]) -> str:
    tables = set(TABLES.values())
    return " ".join(f"({name} : {'nat -> nat' if name in tables else 'nat'})" for name in names)


def shorthand(symbol: sp.Symbol, meaning: sp.Expr) -> str:
    """The definition of a shorthand such as q."""
    name, body = SHORT[symbol], _Writer({}).natural(meaning)
    return f"Definition {name} {_binders(_parameters(meaning, {}))} : nat := {body}."


def definition(formula: RankFormula) -> str:
    """The definition of a formula, named by its id."""
    short = dict(formula.definitions)
    names, body = _parameters(formula.expression, short), _Writer(short).integer(formula.expression)
    comment = f"(* {formula.source}: rank of {formula.quantity} {formula.relation} *)"
    return f"{comment}\nDefinition {formula.id} {_binders(names)} : int :=\n  {body}."


def definitions() -> Iterator[str]:
    """All definitions, shorthands first."""
    for symbol, meaning in (*SHORTHANDS, *BIAS_SHORTHANDS):
        yield shorthand(symbol, meaning)
    for name in IDS:
        yield definition(FORMULAS[name])


def source() -> str:
    """The text of ``theories/formulas.v``."""
    return HEAD + "\n" + "\n\n".join(definitions()) + "\n"
