r"""The statements about one more object as expressions in plain numbers, each with its generated wrong variants.

Sums over the k old objects are replaced by their means: a line of a derivation becomes an expression in k, in the new
object's ℓ, g, q and in the means of the old ones, which any arithmetic can evaluate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence import expansion, minimum, one_layer, ranges, samples
from hessproof.symbolic.convergence.sample_size import CHANGES
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.mutation import mutations

NEW: dict[str, sp.Symbol] = {name: sp.Symbol(f"{name}_new", real=True) for name in ("a", "g", "q", "n")}
OLD: dict[str, sp.Symbol] = {name: sp.Symbol(f"{name}_old", real=True) for name in ("a", "g", "q", "n")}
"""Value, slope, quadratic form and Hessian norm: of the new object, and their means over the old ones."""
BASES = {"a": samples.LOSS, "g": expansion.SLOPE, "q": expansion.CURVE, "n": expansion.NORM}


@dataclass(frozen=True)
class Statement:
    """A formula with the names of its letters, and wrong variants of it.

    Args:
        expression: The formula.
        letters: Its letters by name.
        mutants: Descriptions and formulas that differ in one place.
    """

    expression: Any
    letters: dict[str, sp.Symbol]
    mutants: tuple[tuple[str, Any], ...]


@cache
def statement(key: str) -> Statement:
    """The statement of that name, in plain numbers.

    Example:
        >>> statement("difference").expression
        (a_new - a_old)/(k + 1)
        >>> len(statement("corrected").mutants) > 10
        True
    """
    expression = in_means(_formula(key))
    letters = {symbol.name: symbol for symbol in expression.free_symbols}
    return Statement(expression, letters, tuple(mutations(expression)))


def in_means(expression: Any) -> Any:
    """Sums up to k replaced by k times a mean, entries k + 1 by those of the new object."""
    k = samples.K_SIZE
    changes: dict[Any, Any] = {}
    for name, base in BASES.items():
        changes[sp.Sum(base[samples.I], (samples.I, 1, k))] = k * OLD[name]
        changes[base[k + 1]] = NEW[name]
    changes |= {samples.EPSILON[k + 1]: sp.Symbol("e_new"), samples.EPSILON[k]: sp.Symbol("e_old")}
    return sp.sympify(expression).xreplace(changes)


_MADE: dict[str, Callable[[], Derivation]] = {
    "difference": samples.difference,
    "losses": samples.losses_apart,
    "spread": samples.losses_spread,
    "corrected": expansion.common_critical,
    "any_point": expansion.any_point,
    "triangle": expansion.triangle,
    "corrected_triangle": expansion.corrected_triangle,
    "with_slopes": expansion.with_slopes,
    "definite": expansion.definite,
    "smooth": one_layer.one_layer_change,
    "hessians": expansion.hessians_apart,
    "critical_change": ranges.critical_change,
    "fitted": minimum.nearly_fitted,
}
"""Statements that are the last line of a derivation."""


def _formula(key: str) -> Any:
    if key in _MADE:
        return _MADE[key]().final
    if key == "published":
        return expansion.published()
    if key == "gradient":
        i, k = samples.I, samples.K_SIZE
        return (sp.Sum(samples.LOSS[i], (i, 1, k)) + samples.LOSS[k + 1]) / (k + 1)
    return CHANGES[{"lemma2": "published"}.get(key, key)].constant
