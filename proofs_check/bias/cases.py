"""Every combination of ranks that data of a network with bias can have, in one stated order.

With x̃ = (x, 1): r = rk E[xx⊤], r̃ = rk E[x̃x̃⊤] ∈ {r, r + 1}, s = rk E[δx⊤], s̃ = rk E[δx̃⊤] ∈ {s, s + 1} and e = rk E[δ].
If r̃ = r, the 1 is a linear function of x on the data, and s̃ = s. If E[δ] = 0, then s̃ = s ≤ r̃ − 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hessproof.proofs_check.enumeration import SortKey, order_key
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture

if TYPE_CHECKING:
    from hessproof.symbolic.formula import RankFormula

ORDER = "parameters p, then layers L, then widths from input to output, then r̃, r, s̃, s, and E[δ] = 0 first"
"""The order of cases with bias, in words."""

BiasKey = tuple[SortKey, int, int, int, int, int]


def with_bias(architecture: Architecture) -> Architecture:
    """The same widths with bias."""
    return replace(architecture, bias=True)


def biased_cases(architecture: Architecture) -> Iterator[Case]:
    """All cases of one architecture with bias, in the stated order.

    Example:
        >>> for case in biased_cases(Architecture((1, 1), bias=True)):
        ...     print(case.data_rank, case.augmented_data_rank, case.residual_rank, case.augmented_residual_rank,
        ...           case.residual_mean)
        0 1 0 0 0
        0 1 0 1 1
        1 1 0 0 0
        1 1 1 1 1
        1 2 0 0 0
        1 2 0 1 1
        1 2 1 1 0
        1 2 1 1 1
    """
    found = (
        Case(architecture, r, s, augmented_data, augmented_residual, mean)
        for r in range(architecture.inputs + 1)
        for augmented_data in (r, r + 1)
        for s in range(min(r, architecture.outputs) + 1)
        for augmented_residual in (s, s + 1)
        for mean in (0, 1)
        if possible(architecture, r, augmented_data, s, augmented_residual, mean)
    )
    return iter(sorted(found, key=case_key))


def possible(
    architecture: Architecture, r: int, augmented_data: int, s: int, augmented_residual: int, mean: int
) -> bool:
    """Whether data can have r, r̃, s, s̃ and e (r ≤ d and s ≤ min(r, K) taken for granted)."""
    if augmented_data == 0:
        return False
    if mean == 0:
        return augmented_residual == s <= augmented_data - 1
    if augmented_residual == s:
        return s >= 1
    return augmented_data == r + 1 and augmented_residual <= architecture.outputs


def case_key(case: Case) -> BiasKey:
    """The key of the stated order."""
    return (
        order_key(case.architecture),
        case.augmented_data_rank or 0,
        case.data_rank,
        case.augmented_residual_rank or 0,
        case.residual_rank,
        case.residual_mean or 0,
    )


def value_at(formula: RankFormula, case: Case) -> int:
    """A formula's value at a case with bias.

    Example:
        >>> from hessproof.symbolic.formulas import FORMULAS
        >>> value_at(FORMULAS["fact13"], Case(Architecture((1, 1, 2), bias=True), 1, 1, 2, 2, 1))
        5
    """
    return formula.evaluate(
        case.architecture,
        case.data_rank,
        case.residual_rank,
        augmented_data_rank=case.augmented_data_rank,
        augmented_residual_rank=case.augmented_residual_rank,
        residual_mean=case.residual_mean,
    )


def named(case: Case) -> str:
    """A case in one line: widths and ranks.

    Example:
        >>> named(Case(Architecture((1, 1, 2), bias=True), 1, 1, 2, 2, 1))
        '1-1-2 with bias, r = 1, r̃ = 2, s = 1, s̃ = 2, E[δ] ≠ 0'
    """
    mean = "≠" if case.residual_mean else "="
    return (
        f"{case.architecture} with bias, r = {case.data_rank}, r̃ = {case.augmented_data_rank}, "
        f"s = {case.residual_rank}, s̃ = {case.augmented_residual_rank}, E[δ] {mean} 0"
    )
