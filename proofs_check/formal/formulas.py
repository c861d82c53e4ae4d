"""Writes the rank formulas of ``symbolic/`` as Coq definitions, so that the theorems are about those very formulas.

Values are integers (``int``), since a formula may subtract; shorthands such as q, which are minima, are natural.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from textwrap import wrap

import sympy as sp

from hessproof.symbolic import formula as f
from hessproof.symbolic import formulas
from hessproof.symbolic.formula import BIAS_SHORTHANDS, SHORTHANDS, RankFormula
from hessproof.symbolic.formulas import FORMULAS

IDS = (
    "lemma1", "prop2_bound", "thm3_chain", "thm3", "cor4", "thm5", "cor6", "cor6_two_layers",
    "overall", "fact7", "overlap",
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
_MEANING = dict((*SHORTHANDS, *BIAS_SHORTHANDS))
ORDER = ("L", "M", "a", "b", "u", "v", "n", "q", "r", "s", "l", "m", "r_aug", "s_aug", "e", "rank_c", "rank_d",
         "rank_left", "rank_right")  # fmt: skip
"""The order of parameters."""
NO_BREAK, UNBROKEN = "\N{NO-BREAK SPACE}", 70
"""Products of fewer characters stay on one line."""
HEAD = """From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank formulas of symbolic/formulas.py, written by proofs_check/formal/formulas.py,    *)
(* never by hand. Values are integers, since a formula may subtract; q and the like natural. *)

(* M_1 + ... + M_(L-1) *)
Definition hidden_total (L : nat) (M : nat -> nat) : nat := (\\sum_(1 <= k < L) M k)%N.

(* min(M_1, ..., M_(L-1)), and d + K without hidden layers *)
Definition narrowest_hidden (L : nat) (M : nat -> nat) : nat :=
  if (L <= 1)%N then (M 0 + M L)%N else \\big[minn/M 1%N]_(1 <= k < L) M k.
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


class Unprintable(ValueError):
    """A term that is no natural number or integer; only a mutant of a formula has such terms."""


class _Writer:
    """Terms of one definition; ``short`` are the shorthands that it may use."""

    def __init__(self, short: dict[sp.Symbol, sp.Expr]) -> None:
        self.short = short

    def natural(self, expression: sp.Basic) -> str:
        """A term of type ``nat``, in parentheses if it is not one word."""
        if expression in self.short:
            meaning = self.short[expression]
            if _MEANING.get(expression) != meaning:
                return self.natural(meaning)
            return f"({SHORT[expression]} {' '.join(_parameters(meaning, {}))})"
        if expression in ATOMS:
            return ATOMS[expression][0]
        if isinstance(expression, sp.Indexed):
            place = self.natural(expression.indices[0])
            return f"({TABLES[expression.base]} {place}{'%N' if place.isdecimal() else ''})"
        if isinstance(expression, sp.Integer) and expression >= 0:
            return str(expression)
        if isinstance(expression, sp.Symbol):
            return str(expression)
        if isinstance(expression, (sp.Min, sp.Max)):
            name = "minn" if isinstance(expression, sp.Min) else "maxn"
            *rest, text = (self.natural(part) for part in sorted(expression.args, key=sp.default_sort_key))
            for part in reversed(rest):
                text = f"({name} {part} {text})"
            return text
        if isinstance(expression, sp.Mul):
            return f"({' * '.join(map(self.natural, expression.args))})%N"
        if isinstance(expression, sp.Add):
            above, below = _by_sign(expression)
            if above:
                return f"({' - '.join([' + '.join(map(self.natural, above)), *map(self.natural, below)])})%N"
        raise Unprintable(str(expression))

    def integer(self, expression: sp.Basic) -> str:
        """A term of type ``int`` without parentheses around it, what is added before what is subtracted."""
        if isinstance(expression, sp.Piecewise):
            *cases, (last, _) = expression.args
            text = self.integer(last)
            for value, condition in reversed(cases):
                left, right = (self.natural(side) for side in condition.args)
                text = f"if ({left} == {right})%N then {self.integer(value)}\nelse {text}"
            return text
        above, below = _by_sign(expression)
        text = " + ".join(map(self._product, above))
        return text + "".join(f"{' ' if text or n else ''}- {self._product(term)}" for n, term in enumerate(below))

    def _product(self, term: sp.Basic) -> str:
        number, rest = term.as_coeff_Mul()
        if not number.is_Integer:
            raise Unprintable(str(term))
        factors = [self._factor(part) for part in rest.as_ordered_factors() if part != 1]
        text = " * ".join(factors if factors and number == 1 else [f"{number}%:Z", *factors])
        return _unbroken(text) if len(text) < UNBROKEN else text

    def _factor(self, expression: sp.Basic) -> str:
        if isinstance(expression, (sp.Add, sp.Mul, sp.Piecewise)):
            return f"({self.integer(expression)})"
        if isinstance(expression, sp.Pow):
            if not (expression.exp.is_Integer and expression.exp > 0):
                raise Unprintable(str(expression))
            return f"{self._factor(expression.base)} ^+ {expression.exp}"
        if isinstance(expression, sp.Sum):
            (variable, lower, upper), summand = expression.limits[0], self._factor(expression.function)
            # A sum to n is one below n + 1.
            above = self.natural(sp.expand(upper + 1))
            return f"(\\sum_({self.natural(lower)} <= {variable} < {above}) {summand})"
        return f"{self.natural(expression)}%:Z"


def _by_sign(expression: sp.Basic) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """The terms that are added and those that are subtracted, the latter without their sign."""
    terms = expression.as_ordered_terms() if isinstance(expression, sp.Add) else [expression]
    above = [term for term in terms if not term.as_coeff_Mul()[0] < 0]
    return above, [-term for term in terms if term.as_coeff_Mul()[0] < 0]


def _unbroken(text: str) -> str:
    return text.replace(" ", NO_BREAK)


def _lines(text: str, indent: str = "") -> str:
    """The text in lines of at most 100 characters."""
    inner = indent + "  "
    lines = [
        wrapped
        for line in text.splitlines()
        for wrapped in wrap(line, 100, initial_indent=indent, subsequent_indent=inner, break_long_words=False)
    ]
    return "\n".join(lines).replace(NO_BREAK, " ")


def _binders(names: list[str]) -> str:
    tables = set(TABLES.values())
    groups = [(table, " ".join(some)) for table, some in groupby(names, tables.__contains__)]
    return " ".join(f"({some} : {'nat -> nat' if table else 'nat'})" for table, some in groups)


def shorthand(symbol: sp.Symbol, meaning: sp.Expr) -> str:
    """The definition of a shorthand such as q.

    Example:
        >>> print(shorthand(*SHORTHANDS[0]))
        (* q *)
        Definition q_of (L : nat) (M : nat -> nat) (r : nat) : nat :=
          minn (M L) (minn (narrowest_hidden L M) r).
    """
    body = _Writer({}).natural(meaning).removeprefix("(").removesuffix(")")
    head = f"Definition {SHORT[symbol]} {_binders(_parameters(meaning, {}))} : nat :="
    return f"(* {SHORT[symbol].removesuffix('_of')} *)\n{_lines(head)}\n{_lines(body, '  ')}."


def parameters(formula: RankFormula) -> list[str]:
    """The parameters of a formula's definition, in order.

    Example:
        >>> parameters(FORMULAS["thm5"])
        ['L', 'M', 'r', 's', 'l']
    """
    return _parameters(formula.expression, dict(formula.definitions))


def definition(formula: RankFormula) -> str:
    """The definition of a formula, named by its id.

    Raises:
        Unprintable: If the formula, a mutant, has a term that is no number.

    Example:
        >>> print(definition(FORMULAS["cor4"]))
        (* Singh et al. 2021, Cor. 4: rank of outer == *)
        Definition cor4 (L : nat) (M : nat -> nat) (r : nat) : int :=
          (q_of L M r)%:Z * ((M L)%:Z + r%:Z - (q_of L M r)%:Z).
    """
    short = dict(formula.definitions)
    comment = f"(* {formula.source}: rank of {formula.quantity} {formula.relation} *)".replace("§", "Sec. ")
    head = f"Definition {formula.id} {_binders(parameters(formula))} : int :="
    return f"{comment}\n{_lines(head)}\n{_lines(_Writer(short).integer(formula.expression), '  ')}."


def definitions(instead: Mapping[str, RankFormula]) -> Iterator[str]:
    """All definitions, shorthands first; for the ids in ``instead`` those of other formulas."""
    for symbol, meaning in (*SHORTHANDS, *BIAS_SHORTHANDS):
        yield shorthand(symbol, meaning)
    for name in IDS:
        yield definition(replace(instead.get(name, FORMULAS[name]), id=name))


def source(instead: Mapping[str, RankFormula] | None = None) -> str:
    r"""The text of ``theories/formulas.v``.

    Args:
        instead: Formulas by the id of those whose place they take.

    Example:
        >>> [wrong, *_] = FORMULAS["lemma1"].mutants()
        >>> wrong.mutation, source() == source({"lemma1": wrong})
        ('term -\\operatorname{rk} C*\\operatorname{rk} D negated', False)
    """
    return HEAD + "\n" + "\n\n".join(definitions(instead or {})) + "\n"
