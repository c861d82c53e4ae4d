"""The pieces of a claim's domain that are counted apart, and the domains that the sources state.

Every tuple of regions here is a partition: each case lies in exactly one of them. Widths are those after the
reduction of the data, (r, M_1, …, M_{L-1}, K), because the rank formulas of Singh et al. 2021, §4 are about those.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

from hessproof.proofs_check.model.claim import Case, Region


def reduced_widths(case: Case) -> tuple[int, ...]:
    """(r, M_1, …, M_{L-1}, K).

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> reduced_widths(Case(Architecture((5, 3, 4)), data_rank=2, residual_rank=1))
        (2, 3, 4)
    """
    return (case.data_rank, *case.architecture.widths[1:])


def has_peak(widths: tuple[int, ...]) -> bool:
    """Whether some width has a smaller one on each side, not necessarily next to it.

    Without a peak the widths first fall, then rise, and every partial product of maximal-rank weights has maximal
    rank. With a peak such a product can vanish: [0 1][1; 0] = 0.

    Example:
        >>> has_peak((4, 2, 2, 3)), has_peak((1, 2, 2, 1))
        (False, True)
    """
    left = accumulate(widths, min)
    right = reversed(list(accumulate(reversed(widths), min)))
    return any(before < width > after for before, width, after in zip(left, widths, right, strict=True))


def hidden_bottleneck(case: Case) -> bool:
    """Whether some hidden layer is narrower than min(r, K)."""
    return bool(case.architecture.hidden) and min(case.architecture.hidden) < min(
        case.data_rank, case.architecture.outputs
    )


def residual_covers(case: Case) -> bool:
    """s ≥ q, that is q̂ = q: what the source finds at initialisation and assumes from §4.4 on."""
    return case.residual_rank >= case.q


def is_deep(case: Case) -> bool:
    """L ≥ 2: there is a hidden layer."""
    return case.architecture.layers >= 2


def full_data(case: Case) -> bool:
    """r = d."""
    return case.data_rank == case.architecture.inputs


def full_data_and_residual(case: Case) -> bool:
    """r = d and s ≥ q."""
    return full_data(case) and residual_covers(case)


def no_width_below_ends(case: Case) -> bool:
    """No hidden width below min(K, d)."""
    architecture = case.architecture
    return all(width >= min(architecture.outputs, architecture.inputs) for width in architecture.hidden)


def equal_hidden(case: Case) -> bool:
    """L ≥ 2 and M_1 = … = M_{L-1}: the networks whose width is one number."""
    return len(set(case.architecture.hidden)) == 1


def equal_hidden_and_residual(case: Case) -> bool:
    """M_1 = … = M_{L-1} and s ≥ q."""
    return equal_hidden(case) and residual_covers(case)


def _deeper(case: Case) -> bool:
    return case.architecture.layers >= 3


def _falls_after_second(case: Case) -> bool:
    return all(before >= after for before, after in pairwise(case.architecture.widths[2:]))


def _rises_to_last_but_two(case: Case) -> bool:
    return all(before <= after for before, after in pairwise(reduced_widths(case)[:-2]))


def _rises_then_falls(case: Case) -> bool:
    return _rises_to_last_but_two(case) and _falls_after_second(case)


_SINGLE = Region("L = 1", lambda case: case.architecture.layers == 1)
_TWO = Region("L = 2", lambda case: case.architecture.layers == 2)

PEAKS = (
    Region("L ≤ 2", lambda case: not _deeper(case)),
    Region("L ≥ 3, widths fall, then rise", lambda case: _deeper(case) and not has_peak(reduced_widths(case))),
    Region(
        "L = 3, a peak in the widths", lambda case: case.architecture.layers == 3 and has_peak(reduced_widths(case))
    ),
    Region(
        "L ≥ 4, a peak in the widths", lambda case: case.architecture.layers >= 4 and has_peak(reduced_widths(case))
    ),
)
"""Theorem 3 and Corollary 4 under A1: does a maximal rank of the factors bound the rank of the products?"""

OUTER = (
    Region("r = d, no hidden bottleneck", lambda case: full_data(case) and not hidden_bottleneck(case)),
    Region("r = d, hidden bottleneck", lambda case: full_data(case) and hidden_bottleneck(case)),
    Region("r < d, no hidden bottleneck", lambda case: not full_data(case) and not hidden_bottleneck(case)),
    Region("r < d, hidden bottleneck", lambda case: not full_data(case) and hidden_bottleneck(case)),
)
"""Generic ranks of A_o and H_o; a hidden bottleneck is a hidden width below min(r, K)."""

CONTROL = (
    Region("no hidden width below min(K, d)", no_width_below_ends),
    Region(
        "a hidden width below min(K, d), none below min(K, r)",
        lambda case: not no_width_below_ends(case) and not hidden_bottleneck(case),
    ),
    Region("a hidden width below min(K, r)", lambda case: not no_width_below_ends(case) and hidden_bottleneck(case)),
)
"""Proposition 2: where B_o controls the rank of H_o."""

COLUMNS = (
    _SINGLE,
    _TWO,
    Region("L ≥ 3, s < q", lambda case: _deeper(case) and not residual_covers(case)),
    Region(
        "L ≥ 3, s ≥ q, hidden bottleneck",
        lambda case: _deeper(case) and residual_covers(case) and hidden_bottleneck(case),
    ),
    Region(
        "L ≥ 3, s ≥ q, no hidden bottleneck",
        lambda case: _deeper(case) and residual_covers(case) and not hidden_bottleneck(case),
    ),
)
"""Theorem 5, Corollary 6 and the independence of block columns, for almost all parameters."""

FIRST_COLUMN = (
    _SINGLE,
    _TWO,
    Region("L ≥ 3, M_2 ≥ … ≥ M_L", lambda case: _deeper(case) and _falls_after_second(case)),
    Region("L ≥ 3, a width rises after M_2", lambda case: _deeper(case) and not _falls_after_second(case)),
)
"""Theorem 5 for l = 1 under A1: W^{L:3} keeps the rank of Ω as long as the widths do not rise."""

LAST_COLUMN = (
    _SINGLE,
    _TWO,
    Region("L ≥ 3, r ≤ M_1 ≤ … ≤ M_{L-2}", lambda case: _deeper(case) and _rises_to_last_but_two(case)),
    Region("L ≥ 3, a width falls before M_{L-2}", lambda case: _deeper(case) and not _rises_to_last_but_two(case)),
)
"""Theorem 5 for l = L under A1: W^{L-2:1} keeps the rank of Ω as long as the widths do not fall."""

MIDDLE_COLUMN = (
    _SINGLE,
    _TWO,
    Region(
        "L ≥ 3, r ≤ M_1 ≤ … ≤ M_{L-2} and M_2 ≥ … ≥ M_L",
        lambda case: _deeper(case) and _rises_then_falls(case),
    ),
    Region(
        "L ≥ 3, other widths, s < q",
        lambda case: _deeper(case) and not _rises_then_falls(case) and not residual_covers(case),
    ),
    Region(
        "L ≥ 3, other widths, s ≥ q",
        lambda case: _deeper(case) and not _rises_then_falls(case) and residual_covers(case),
    ),
)
"""Theorem 5 for 2 ≤ l ≤ L − 1 under A1: W^{l-1:1} and the transpose of W^{L:l+1} keep the rank of Ω."""

RESIDUAL = (
    Region("L = 1, 2s < q", lambda case: not is_deep(case) and 2 * case.residual_rank < case.q),
    Region(
        "L = 1, q/2 ≤ s < q", lambda case: not is_deep(case) and case.residual_rank < case.q <= 2 * case.residual_rank
    ),
    Region("L = 1, s ≥ q", lambda case: not is_deep(case) and residual_covers(case)),
    Region("L ≥ 2, s < q", lambda case: is_deep(case) and case.residual_rank < case.q),
    Region("L ≥ 2, s = q", lambda case: is_deep(case) and case.residual_rank == case.q),
    Region("L ≥ 2, s > q", lambda case: is_deep(case) and case.residual_rank > case.q),
)
"""Statements about H_L, which the source makes with q̂ = q, that is s ≥ q."""

DEFICIENCY = (
    Region("r = d, s ≥ q", full_data_and_residual),
    Region("r = d, s < q, L = 1", lambda case: full_data(case) and not residual_covers(case) and not is_deep(case)),
    Region("r = d, s < q, L ≥ 2", lambda case: full_data(case) and not residual_covers(case) and is_deep(case)),
    Region("r < d", lambda case: not full_data(case)),
)
"""The rank deficiency of §4.4, stated for r = d."""


def _wide(case: Case) -> bool:
    return min(case.architecture.hidden) >= min(case.data_rank, case.architecture.outputs)


WIDTH = (
    Region("hidden widths not all equal", lambda case: not equal_hidden(case)),
    Region("equal hidden widths ≥ min(r, K)", lambda case: equal_hidden(case) and _wide(case)),
    Region(
        "equal hidden widths < min(r, K), L = 2",
        lambda case: equal_hidden(case) and not _wide(case) and not _deeper(case),
    ),
    Region(
        "equal hidden widths < min(r, K), L ≥ 3",
        lambda case: equal_hidden(case) and not _wide(case) and _deeper(case),
    ),
)
"""Growth with the common width w = M_1 = … = M_{L-1}."""

GROWTH = (
    Region("hidden widths not all equal", lambda case: not equal_hidden(case)),
    Region("L = 2", lambda case: equal_hidden(case) and not _deeper(case)),
    Region("L ≥ 3", lambda case: equal_hidden(case) and _deeper(case)),
)
"""Growth of the number of parameters with the common hidden width."""

SAMPLES = (
    Region("r < d, s ≥ q", lambda case: not full_data(case) and residual_covers(case)),
    Region("r = d, s ≥ q", full_data_and_residual),
    Region("s < q", lambda case: not residual_covers(case)),
)
"""Sample sizes below and above the number of inputs, seen through r = rk Σ̂."""

RATIO = (
    Region("hidden widths not all equal", lambda case: not equal_hidden(case)),
    Region(
        "L = 2, r = d = K",
        lambda case: (
            equal_hidden(case)
            and not _deeper(case)
            and case.data_rank == case.architecture.inputs == case.architecture.outputs
        ),
    ),
    Region(
        "L = 2, not r = d = K",
        lambda case: (
            equal_hidden(case)
            and not _deeper(case)
            and not case.data_rank == case.architecture.inputs == case.architecture.outputs
        ),
    ),
    Region("L ≥ 3", lambda case: equal_hidden(case) and _deeper(case)),
)
"""Rank per parameter as the common hidden width grows: with L = 2 and r = d = K the Hessian has full rank."""
