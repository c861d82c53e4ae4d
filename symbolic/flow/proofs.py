"""The derivations of this room, by what they prove."""

from __future__ import annotations

from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.flow import (
    bounds,
    centred,
    conservation,
    effective,
    hidden_space,
    labels,
    linear_solution,
    norms,
    polar,
    rest,
    stratum,
)


def conserved() -> tuple[Derivation, ...]:
    """W^{l+1⊤}W^{l+1} − W^lW^{l⊤} does not change."""
    return (conservation.conservation(),)


def hidden_spaces() -> tuple[Derivation, ...]:
    """Balanced flow keeps the hidden spaces."""
    return (hidden_space.balance_projects(), *hidden_space.stays_inside())


def balanced_ranks() -> tuple[Derivation, ...]:
    """Balanced flow keeps all ranks if L ≥ 2."""
    return (
        *conserved(),
        *hidden_spaces(),
        hidden_space.rank_constant(),
        hidden_space.last_rank_constant(),
    )


def determinants() -> tuple[Derivation, ...]:
    """The published route: polar factors, a flow that is linear in W^l, Jacobi's formula."""
    return (
        polar.polar_factor(),
        polar.polar_factor_bounded(),
        polar.linear_flow(),
        polar.determinant(),
    )


def centred_ranks() -> tuple[Derivation, ...]:
    """With centred classes the flow multiplies every layer from the right, L = 1 included."""
    return centred.gram_power(), centred.centred_flow(), linear_solution.centred_rank_constant()


def lemma8() -> tuple[Derivation, ...]:
    """Lemma 8 as published, by all three arguments."""
    return (*balanced_ranks(), *determinants(), *centred_ranks())


def kept_almost_surely() -> tuple[Derivation, ...]:
    """Non-square weights keep their maximal rank for almost all starts."""
    return stratum.codimension(), stratum.swept_dimension()


def maximal_rank() -> tuple[Derivation, ...]:
    """A1 at initialisation: deficient matrices have measure zero, and orthonormal ones are never deficient."""
    return stratum.codimension(), stratum.orthonormal_rank()


def bounds_without_a1() -> tuple[Derivation, ...]:
    """The bound of §4.4 at every parameter."""
    return (bounds.bound_without_a1(),)


def effective_parameters() -> tuple[Derivation, ...]:
    """The measure of Gull and MacKay."""
    return effective.effective_bound(), effective.rounding()


def residual_rank() -> tuple[Derivation, ...]:
    """The rank of the residual for almost all weights, from above and from below."""
    return labels.residual_bound(), labels.residual_witness()


def never_in_finite_time() -> tuple[Derivation, ...]:
    """The flow rests where the residual vanishes, and so does not get there."""
    return (rest.rest(),)


def vanishing() -> tuple[Derivation, ...]:
    """The residual bounds the functional Hessian."""
    return (norms.functional_norm(),)
