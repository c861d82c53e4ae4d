"""The pieces of the domain of norm bounds, told apart by traits: how large the weight norms are, and which widths.

An instance is given its traits where it is made, because a norm is no property of an architecture. Every tuple of
regions here is a partition of the instances that carry their traits.
"""

from __future__ import annotations

from fractions import Fraction

from hessproof.proofs_check.catalogue.regions import is_deep
from hessproof.proofs_check.model.claim import Case, Region

LARGE, MIDDLE, SMALL = "M_W ≥ 1", "1/(2√2) ≤ M_W² < 1", "M_W² < 1/(2√2)"
"""Where a common bound M_W of the weight norms lies; √2 M_W² = ½ at the lower border."""
ALL_LARGE, LAST_LARGE, LAST_SMALL = "every ‖W^s‖ ≥ 1", "‖W^L‖ ≥ 1, another below 1", "‖W^L‖ < 1"
"""Where the norms of the layers lie."""
ENTRIES_LARGE, ENTRIES_MIDDLE, ENTRIES_SMALL = "hM ≥ 1", "1/(2√2) ≤ (hM)² < 1", "(hM)² < 1/(2√2)"
"""The same for hM in place of M_W."""


def size_trait(bound: Fraction) -> str:
    """Where a bound M_W of the weight norms lies; 8 M_W⁴ ≥ 1 stands for M_W² ≥ 1/(2√2), so that it is decided exactly.

    Example:
        >>> size_trait(Fraction(1)), size_trait(Fraction(3, 5)), size_trait(Fraction(1, 2))
        ('M_W ≥ 1', '1/(2√2) ≤ M_W² < 1', 'M_W² < 1/(2√2)')
    """
    return LARGE if bound >= 1 else MIDDLE if 8 * bound**4 >= 1 else SMALL


def entries_trait(bound: Fraction) -> str:
    """Where hM lies.

    Example:
        >>> entries_trait(Fraction(3, 5))
        '1/(2√2) ≤ (hM)² < 1'
    """
    return {LARGE: ENTRIES_LARGE, MIDDLE: ENTRIES_MIDDLE, SMALL: ENTRIES_SMALL}[size_trait(bound)]


def _with(trait: str) -> Region:
    return Region(trait, lambda case: trait in case.traits)


BY_NORM = (_with(LARGE), _with(MIDDLE), _with(SMALL))
"""Theorem 1 by its M_W."""
BY_LAYERS = (_with(ALL_LARGE), _with(LAST_LARGE), _with(LAST_SMALL))
"""Step 2 of the proof of Theorem 1 by the norms of the layers."""


def fits(case: Case) -> bool:
    """Neither d nor K is above the common hidden width h, so that every weight matrix fits into h × h.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> [fits(Case(Architecture(widths), 1, 1)) for widths in ((2, 3, 2), (4, 3, 2))]
        [True, False]
    """
    hidden = case.architecture.hidden
    return bool(hidden) and max(case.architecture.inputs, case.architecture.outputs) <= min(hidden)


def _fitting(trait: str) -> Region:
    return Region(f"d, K ≤ h, {trait}", lambda case: fits(case) and trait in case.traits)


BY_FIT = (Region("d, K ≤ h", fits), Region("d > h or K > h", lambda case: not fits(case)))
"""Whether every weight matrix fits into h × h."""
BY_ENTRIES = (BY_FIT[1], *(_fitting(trait) for trait in (ENTRIES_LARGE, ENTRIES_MIDDLE, ENTRIES_SMALL)))
"""Lemma 1 by the widths and by hM."""


def no_bias(case: Case) -> bool:
    """A network without bias."""
    return not case.architecture.bias


def with_bias(case: Case) -> bool:
    """A network with bias."""
    return case.architecture.bias


def two_classes(case: Case) -> bool:
    """K = 2, without bias."""
    return case.architecture.outputs == 2 and not case.architecture.bias


def deep_two_classes(case: Case) -> bool:
    """K = 2 and L ≥ 2, without bias."""
    return is_deep(case) and two_classes(case)
