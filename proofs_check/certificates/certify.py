"""``certify``: a certificate for an architecture or for an instance."""

from __future__ import annotations

from hessproof.numeric.instance import Instance
from hessproof.proofs_check.certificates.architecture import architecture_certificate
from hessproof.proofs_check.certificates.case import case_of
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.instance import instance_certificate
from hessproof.proofs_check.certificates.point import Point, point_of_instance
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def certify(
    what: Architecture | Instance | Point,
    quantity: str = "loss",
    *,
    data_rank: int | None = None,
    residual_rank: int | None = None,
    augmented_data_rank: int | None = None,
    augmented_residual_rank: int | None = None,
    residual_mean: int | None = None,
) -> Certificate:
    """A proof of a rank, as data that an independent checker can follow.

    Args:
        what: An architecture, for the rank that no parameters exceed and almost all reach; or an instance (or a point
            made by ``point_of``), for the rank there.
        quantity: outer, functional or loss.
        data_rank: r = rk E[xx⊤], of an architecture; ranks that are left out are as large as they can be.
        residual_rank: s = rk E[δx⊤].
        augmented_data_rank: r̃ = rk E[x̃x̃⊤] with x̃ = (x, 1), with bias.
        augmented_residual_rank: s̃ = rk E[δx̃⊤], with bias.
        residual_mean: rk E[δ], 0 or 1, with bias.

    Raises:
        UnusableRequest: If the network is another, no data have these ranks, or ranks are given for an instance.

    Example:
        >>> certify(Architecture((4096, 16384, 16384, 4096))).rank
        251658240
        >>> from hessproof.numeric.instance import generic_instance
        >>> made = certify(generic_instance(Architecture((3, 2, 2)), 3, 2), "functional")
        >>> made.rank, sorted(made.document["upper"])
        (8, ['kernel'])
    """
    ranks = (data_rank, residual_rank, augmented_data_rank, augmented_residual_rank, residual_mean)
    if isinstance(what, Architecture):
        return architecture_certificate(case_of(what, quantity, *ranks))
    if any(rank is not None for rank in ranks):
        raise UnusableRequest("ranks of an instance", "none, as its data have theirs", "leave them out")
    return instance_certificate(what if isinstance(what, Point) else point_of_instance(what), quantity)
