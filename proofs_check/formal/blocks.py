r"""Writes the derived gradients and Hessian blocks of ``symbolic/`` as Coq definitions.

Each derivation is checked first; its last line is printed. Layers count from 1 in the paper and from 0 in Coq: layer k
there is layer k.+1 of the paper, and ``chain j k`` is W^k ⋯ W^{j+1}. A derivation that ends otherwise gives another
definition, and the theorems of ``theories/paper/equations.v`` no longer compile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matexpr import MatrixSymbol
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import gauss_newton, layer_blocks
from hessproof.symbolic import range as layer_range
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.kronecker import Commutation, VecR
from hessproof.symbolic.mutation import mutations
from hessproof.symbolic.sums import LayerSum
from hessproof.symbolic.words import Delta, Descending, Input, L, M, Omega, Sigma, Target, Transposed, add, k, l, shown

LETTERS: dict[type[Any], str] = {Sigma: "Sigma", Omega: "Omega", Input: "x", Target: "y"}
"""Matrices that are variables of the Coq section."""
WIDTH = 96
TIE = "~"
"""A blank at which no line is broken."""
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


def index(expression: Any) -> str:
    """A number of layers as a term of type ``nat``.

    Example:
        >>> index(k + 1), index(sp.Integer(0)), index(L - 1)
        ('k.+1', '0', '(L - 1)%N')
    """
    constant, rest = sp.expand(expression).as_coeff_Add()
    if rest == 0 and constant >= 0:
        return str(constant)
    if not isinstance(rest, sp.Symbol):
        raise RuleFailure(f"no layer number in Coq for {expression}")
    if constant < 0:
        return f"({rest} - {-constant})%N"
    return f"{rest}" + (f".+{constant}" if constant else "")


def size(expression: Any) -> str:
    """A number of rows or columns; of a product of two widths the later layer comes first, as in a weight."""
    if isinstance(expression, sp.Mul):
        first, second = sorted(expression.args, key=lambda each: sp.default_sort_key(each.args), reverse=True)
        return f"({size(first)} * {size(second)})"
    if isinstance(expression, M):
        number = index(expression.args[0])
        return f"M {number}%N" if number.isdigit() else f"M {number}"
    return str(expression)


def rows(expression: Any) -> str:
    """The number of rows; SymPy's own loses the order of the factors of a product of widths."""
    match expression:
        case KroneckerProduct(args=(left, right)):
            return f"({rows(left)} * {rows(right)})"
        case MatMul(args=factors):
            return rows(next(factor for factor in factors if not factor.is_Number))
        case MatAdd(args=terms):
            return rows(terms[0])
        case VecR(args=(inside,)):
            return f"({rows(inside)} * {columns(inside)})"
        case Commutation(args=(high, wide)):
            return f"({size(wide)} * {size(high)})"
        case sp.Transpose(arg=inside):
            return columns(inside)
    return size(expression.shape[0])


def columns(expression: Any) -> str:
    """The number of columns, as ``rows``."""
    match expression:
        case KroneckerProduct(args=(left, right)):
            return f"({columns(left)} * {columns(right)})"
        case MatMul(args=factors):
            return columns(factors[-1])
        case MatAdd(args=terms):
            return columns(terms[0])
        case Commutation(args=(high, wide)):
            return f"({size(high)} * {size(wide)})"
        case sp.Transpose(arg=inside):
            return rows(inside)
    return size(expression.shape[1])


def term(expression: Any) -> str:
    """A matrix as a Coq term, in brackets unless it is a product.

    Example:
        >>> from hessproof.symbolic.words import times
        >>> term(times(Transposed(k + 1, L), Omega().T)).replace(TIE, " ")
        '(chain k L)^T *m Omega^T'
    """
    match expression:
        case MatMul(args=(-1, *factors)):
            return "- (" + " *m ".join(map(_factor, factors)) + ")"
        case MatMul(args=factors):
            return " *m ".join(map(_factor, factors))
        case MatAdd(args=terms):
            return " + ".join(map(term, terms))
        case KroneckerProduct(args=(left, right)):
            return f"{_factor(left)} *t {_factor(right)}"
        case LayerSum(args=(body, number, lower, upper)):
            # Layers lower to upper, counted from 1, are lower - 1 to upper - 1 from 0; the body was shifted before.
            return f"\\sum_({index(lower - 1)} <= {number} < {index(upper)}) {_factor(body)}"
    return _factor(expression)


def _factor(expression: Any) -> str:
    match expression:
        case Descending(first=first, last=last):
            return f"chain{TIE}{index(last - 1)}{TIE}{index(first)}"
        case Transposed(first=first, last=last):
            return f"(chain{TIE}{index(first - 1)}{TIE}{index(last)})^T"
        case Delta(args=(layer,)):
            return f"U{TIE}{index(layer - 1)}"
        case VecR(args=(inside,)):
            return f"(vec {_factor(inside)})^T"
        case Commutation(args=(high, wide)):
            return f"commutation ({size(high)}) ({size(wide)})".replace(" ", TIE)
        case sp.Transpose(arg=inside):
            text = _factor(inside)
            return f"{text}^T" if text.isalpha() or text.endswith(")") else f"({text})^T"
        case sp.Identity(shape=(number, _)):
            return f"(1%:M : 'M_({size(number)}))"
        case sp.ZeroMatrix():
            return "0"
        case MatrixSymbol(name=name):
            return str(name)
    if type(expression) in LETTERS:
        return LETTERS[type(expression)]
    if isinstance(expression, MatMul | MatAdd | KroneckerProduct | LayerSum):
        return f"({term(expression)})"
    raise RuleFailure(f"no Coq term for {shown(expression)}")


def counted_from_0(expression: Any) -> Any:
    """The expression with k.+1 and l.+1 for the layers k and l, limits of sums included.

    A sum over l runs over l.+1 as well, with the limits that it had; ``term`` prints them one lower.
    """
    if isinstance(expression, LayerSum):
        body, number, lower, upper = expression.args
        shift = {k: k + 1, l: l + 1}
        return LayerSum(counted_from_0(body), number, lower.xreplace(shift), upper.xreplace(shift))
    if isinstance(expression, sp.MatrixExpr) and not isinstance(expression, MatrixSymbol) and expression.args:
        return expression.func(*map(counted_from_0, expression.args))
    return expression.xreplace({k: k + 1, l: l + 1}) if isinstance(expression, sp.Basic) else expression


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


def well_formed(expression: Any) -> bool:
    """Whether all products and sums in it have a Coq type.

    Example:
        >>> from hessproof.symbolic.words import times
        >>> well_formed(times(Descending(k, 1), Sigma())), well_formed(times(Sigma(), Descending(k, 1)))
        (True, False)
    """
    if not isinstance(expression, sp.MatrixExpr):
        return True
    inner = expression.args[:1] if isinstance(expression, LayerSum) else expression.args
    if not all(map(well_formed, inner)):
        return False
    matrices = [argument for argument in inner if isinstance(argument, sp.MatrixExpr)]
    if isinstance(expression, MatMul):
        return all(columns(left) == rows(right) for left, right in pairwise(matrices))
    if isinstance(expression, MatAdd):
        return len({(rows(each), columns(each)) for each in matrices}) == 1
    return True


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
