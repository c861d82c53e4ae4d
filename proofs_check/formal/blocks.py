r"""Writes the derived gradients and Hessian blocks of ``symbolic/`` as Coq definitions.

Each derivation is checked first; its last line is printed. Layers count from 1 in the paper and from 0 in Coq: layer k
there is layer k.+1 of the paper, and ``chain j k`` is W^k ⋯ W^{j+1}. A derivation that ends otherwise gives another
definition, and the theorems of ``theories/paper/equations.v`` no longer compile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixSymbol

from hessproof.proofs_check.formal.coq_terms import LETTERS, TIE, columns, counted_from_0, rows, size, term, well_formed
from hessproof.symbolic import gauss_newton, layer_blocks
from hessproof.symbolic import range as layer_range
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.mutation import mutations
from hessproof.symbolic.words import Delta, L, add, k, l

WIDTH = 96
HEAD = """From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain blocks.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The last lines of the derivations in symbolic/layer_blocks.py, gauss_newton.py and     *)
(* range.py, written by proofs_check/formal/blocks.py. Do not edit.                      *)
(* Layer k here is layer k.+1 of the paper: chain j k = W^k ... W^(j+1).                  *)
"""
SECTION = """Section BlockFormulas.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (L : nat) (Sigma : 'M[R]_(M 0%N)) (Omega : 'M[R]_(M L, M 0%N)).
Variables (x : 'cV[R]_(M 0%N)) (y : 'cV[R]_(M L)).
(* A direction: one matrix for each layer.                                               *)
Variable U : forall i, 'M[R]_(M i.+1, M i).
Notation chain := (chain W).
"""
TAIL = "\nEnd BlockFormulas.\n"


def _last(derivation: Derivation) -> Any:
    return derivation.final


@dataclass(frozen=True)
class _Line:
    """What is printed under a name: a line of a derivation."""

    derivation: Callable[[], Derivation]
    line: Callable[[Derivation], Any] = _last


LINES: Mapping[str, _Line] = {
    "eq1": _Line(layer_blocks.eq1),
    "eq1_network": _Line(layer_blocks.network_jacobian),
    "vec_left": _Line(layer_blocks.vec, lambda derivation: derivation.start.args[0]),
    "vec_right": _Line(layer_blocks.vec, lambda derivation: derivation.final.args[0]),
    "eq2": _Line(layer_blocks.population_gradient),
    "eq2_sample": _Line(layer_blocks.eq2),
    "diag": _Line(layer_blocks.diag),
    "eq3": _Line(layer_blocks.eq3),
    "eq4": _Line(layer_blocks.eq4),
    "eq5": _Line(layer_blocks.eq5),
    "split_outer": _Line(gauss_newton.outer_gauss_newton),
    "split_before": _Line(gauss_newton.functional_before),
    "split_same": _Line(gauss_newton.functional_diagonal),
    "split_after": _Line(gauss_newton.functional_after),
    "prop2": _Line(gauss_newton.prop2),
    "range_o": _Line(layer_range.range_o),
    "range_f": _Line(layer_range.range_f),
}
"""The definitions, by name, in this order. A name is the last part of a claim's id, and where one claim has several,
which of them."""


@lru_cache(maxsize=1)
def expressions() -> Mapping[str, Any]:
    """The expression of each definition, from derivations that pass their checks.

    Raises:
        RuleFailure: If a derivation does not pass.

    Example:
        >>> expressions()["eq2"]
        Transposed(k + 1, L)*Omega(L)*Transposed(1, k - 1)
    """
    found: dict[str, Any] = {}
    for name, entry in LINES.items():
        derivation = entry.derivation()
        if why := proved(derivation):
            raise RuleFailure(why)
        found[name] = entry.line(derivation)
    return found


def wrong(name: str) -> Iterator[tuple[str, Any]]:
    """Wrong variants of an expression that are still well-formed matrices of the same type, and what is wrong in them.

    They have the same letters, so that the definitions take the same arguments.

    Raises:
        LookupError: If there is no expression of this name.

    Example:
        >>> for description, expression in wrong("eq2"):
        ...     print(description, "|", term(expression).replace(TIE, " "))
        flip the sign | - ((chain k L)^T *m Omega *m (chain 0 (k - 1)%N)^T)
        doubled | (chain k L)^T *m Omega *m (chain 0 (k - 1)%N)^T + (chain k L)^T *m Omega *m (chain 0 (k - 1)%N)^T
    """
    right = expressions()[name]
    seen = {term(counted_from_0(right))}
    for description, changed in (*mutations(right), _other(right)):
        try:
            shifted = counted_from_0(changed)
            text = term(shifted)
            same = well_formed(shifted) and _head(name, changed) == _head(name, right)
        except (RuleFailure, AttributeError, ValueError):
            continue
        if same and text not in seen:
            seen.add(text)
            yield description, changed


def _other(expression: Any) -> tuple[str, Any]:
    if isinstance(expression, sp.ZeroMatrix):
        return "the identity", sp.Identity(expression.rows)
    return "doubled", add(expression, expression)


def _head(name: str, expression: Any) -> tuple[str, set[type[Any]]]:
    letters = {type(letter) for letter in expression.atoms(*LETTERS, Delta)}
    return definition(name, expression).split(":=")[0], letters


def definition(name: str, expression: Any) -> str:
    """One definition, with its layers and free matrices as parameters.

    Example:
        >>> print(definition("eq2", expressions()["eq2"]))
        Definition eq2 (k : nat) : 'M[R]_(M k.+1, M k) :=
          (chain k.+1 L)^T *m Omega *m (chain 0 k)^T.
    """
    shifted = counted_from_0(expression)
    free = sorted(expression.atoms(MatrixSymbol), key=lambda symbol: str(symbol.name))
    sizes = {each for symbol in free for length in symbol.shape for each in length.free_symbols}
    found = (expression.free_symbols | sizes) - {L} - set(free)
    numbers = sorted(str(each) for each in found)
    binders = [f"({' '.join(numbers)} : nat)"] if numbers else []
    for symbol in free:
        high, wide = (size(each.xreplace({k: k + 1, l: l + 1})) for each in symbol.shape)
        binders.append(_tied(f"({symbol.name} : 'M[R]_({high}, {wide}))"))
    kind = _tied(f"'M[R]_({rows(shifted)}, {columns(shifted)})")
    head = f"Definition {name} {' '.join(binders)} : {kind} :="
    return "\n".join([*_broken(head), *(f"  {line}" for line in _broken(term(shifted) + "."))])


def _tied(text: str) -> str:
    return text.replace(" ", TIE)


def _broken(text: str) -> list[str]:
    """The text in lines, broken at blanks."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(f"    {word}")
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return [line.replace(TIE, " ") for line in lines]


def source(changed: Mapping[str, Any] | None = None) -> str:
    """The text of ``theories/block_formulas.v``.

    Args:
        changed: Other expressions for some of the names, to see that the theorems notice.
    """
    parts = [HEAD + SECTION]
    for name, expression in {**expressions(), **(changed or {})}.items():
        derivation = LINES[name].derivation()
        parts.append(f"(* {_ascii(f'{derivation.title}; {derivation.source}')} *)\n{definition(name, expression)}\n")
    return "\n".join(parts) + TAIL


def wrong_definition(name: str, expression: Any) -> str:
    """The definition of ``wrong_name`` by itself, to be written into a file that imports what is needed.

    Args:
        name: The name of a definition in ``block_formulas.v``.
        expression: What it is to mean instead.
    """
    return f"{SECTION}\n{definition(f'wrong_{name}', expression)}\n{TAIL}"


def _ascii(text: str) -> str:
    return text.replace("§", "section ").replace("Ω", "Omega").replace("Σ", "Sigma")
