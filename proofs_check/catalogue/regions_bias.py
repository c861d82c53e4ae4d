"""The pieces of the domains of statements about networks with bias, and the domains that the source states.

With x̃ = (x, 1): r̃ = rk E[x̃x̃⊤] is r or r + 1, s̃ = rk E[δx̃⊤] is s or s + 1. Every tuple of regions is a partition of
the cases with bias.
"""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Case, Region


def with_bias(case: Case) -> bool:
    """A network with bias, its augmented ranks known."""
    return case.architecture.bias and case.augmented_data_rank is not None


def independent_constant(case: Case) -> bool:
    """r̃ = r + 1: the constant 1 is no linear function of x on the data, as for centred inputs."""
    return with_bias(case) and case.augmented_data_rank == case.data_rank + 1


def residual_full(case: Case) -> bool:
    """E[δ] ≠ 0 and s̃ = min(r̃, K), as at initialisation."""
    largest = min(case.augmented_data_rank or 0, case.architecture.outputs)
    return bool(case.residual_mean) and case.augmented_residual_rank == largest


def no_width_below_ends(case: Case) -> bool:
    """With bias, no hidden width below min(K, d): the source's non-bottleneck case."""
    architecture = case.architecture
    return with_bias(case) and all(w >= min(architecture.outputs, architecture.inputs) for w in architecture.hidden)


def fact_domain(case: Case) -> bool:
    """Fact 13: the non-bottleneck case on data with r̃ = r + 1 and a residual as at initialisation."""
    return no_width_below_ends(case) and independent_constant(case) and residual_full(case)


def full_fact_domain(case: Case) -> bool:
    """The same with r = d."""
    return fact_domain(case) and case.data_rank == case.architecture.inputs


def start_domain(case: Case) -> bool:
    """The source's non-bottleneck case with a residual as at initialisation."""
    return no_width_below_ends(case) and residual_full(case)


def moving_residual(case: Case) -> bool:
    """With bias and E[δ] ≠ 0, or L = 1, where H_f vanishes."""
    return with_bias(case) and (bool(case.residual_mean) or not _deep(case))


def wide(case: Case) -> bool:
    """No hidden width below min(r + 1, K)."""
    return all(w >= min(case.data_rank + 1, case.architecture.outputs) for w in case.architecture.hidden)


def wide_domain(case: Case) -> bool:
    """Where Fact 13 is right: r̃ = r + 1, no hidden width below min(r + 1, K), s̃ = min(r̃, K) and E[δ] ≠ 0."""
    return independent_constant(case) and wide(case) and residual_full(case)


def closed_domain(case: Case) -> bool:
    """No hidden width below min(r̃, K), s̃ = min(r̃, K), E[δ] ≠ 0."""
    largest = min(case.augmented_data_rank or 0, case.architecture.outputs)
    return with_bias(case) and residual_full(case) and all(w >= largest for w in case.architecture.hidden)


def centred_residual(case: Case) -> bool:
    """With bias and E[δ] = 0."""
    return with_bias(case) and case.residual_mean == 0


def _deep(case: Case) -> bool:
    return case.architecture.layers >= 2


def _moved(case: Case) -> bool:
    return independent_constant(case) and _deep(case) and bool(case.residual_mean)


def _bottleneck(case: Case) -> bool:
    return any(w < min(case.data_rank, case.architecture.outputs) for w in case.architecture.hidden)


CONSTANT = (
    Region("r̃ = r + 1, as for centred inputs", independent_constant),
    Region("r̃ = r, as for a single sample", lambda case: with_bias(case) and not independent_constant(case)),
)
"""Theorem 12 and the remark after it: is the constant 1 a linear function of x on the data?"""

FACT = (
    Region("r̃ = r", lambda case: with_bias(case) and not independent_constant(case)),
    Region("r̃ = r + 1, L = 1", lambda case: independent_constant(case) and not _deep(case)),
    Region(
        "r̃ = r + 1, L ≥ 2, E[δ] = 0",
        lambda case: independent_constant(case) and _deep(case) and case.residual_mean == 0,
    ),
    Region("r̃ = r + 1, L ≥ 2, E[δ] ≠ 0, s̃ < min(r̃, K)", lambda case: _moved(case) and not residual_full(case)),
    Region(
        "r̃ = r + 1, L ≥ 2, E[δ] ≠ 0, s̃ = min(r̃, K), hidden widths ≥ min(r + 1, K)",
        lambda case: _moved(case) and residual_full(case) and wide(case),
    ),
    Region(
        "r̃ = r + 1, L ≥ 2, E[δ] ≠ 0, s̃ = min(r̃, K), a hidden width is r < K and none is smaller",
        lambda case: _moved(case) and residual_full(case) and not wide(case) and not _bottleneck(case),
    ),
    Region(
        "r̃ = r + 1, L ≥ 2, E[δ] ≠ 0, s̃ = min(r̃, K), a hidden width below min(r, K)",
        lambda case: _moved(case) and residual_full(case) and _bottleneck(case),
    ),
)
"""Fact 13 and the deficiency: bottlenecks, the residual, and data on which 1 is a linear function of x."""


def _full(region: Region) -> Region:
    def contains(case: Case) -> bool:
        return case.data_rank == case.architecture.inputs and region.contains(case)

    return Region(f"r = d, {region.name}", contains)


DEFICIENCY = (
    Region("r < d", lambda case: with_bias(case) and case.data_rank < case.architecture.inputs),
    *(_full(region) for region in FACT),
)
"""The rank deficiency of §7.2, stated for r = d."""


def _hidden(case: Case) -> int:
    return min(case.architecture.hidden, default=0)


CLOSED = (
    Region("no hidden width below min(r̃, K), s̃ = min(r̃, K), E[δ] ≠ 0", closed_domain),
    Region(
        "a narrower hidden layer, a smaller s̃, or E[δ] = 0", lambda case: with_bias(case) and not closed_domain(case)
    ),
)
"""The closed form of the rank of H_f."""

RESIDUAL = (
    Region("L = 1", lambda case: with_bias(case) and not _deep(case)),
    Region("L ≥ 2, E[δ] = 0", lambda case: with_bias(case) and _deep(case) and case.residual_mean == 0),
    Region(
        "L ≥ 2, E[δ] ≠ 0, no hidden width below s̃",
        lambda case: (
            with_bias(case)
            and _deep(case)
            and bool(case.residual_mean)
            and _hidden(case) >= (case.augmented_residual_rank or 0)
        ),
    ),
    Region(
        "L ≥ 2, E[δ] ≠ 0, a hidden width below s̃",
        lambda case: (
            with_bias(case)
            and _deep(case)
            and bool(case.residual_mean)
            and _hidden(case) < (case.augmented_residual_rank or 0)
        ),
    ),
)
"""Statements for every r̃, s̃ and mean of the residual."""
