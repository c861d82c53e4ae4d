"""The certificate of a counterexample: what it measured, proved."""

from __future__ import annotations

from hessproof.proofs_check.certificates.architecture import NotCertified
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.instance import instance_certificate
from hessproof.proofs_check.certificates.point import point_of
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.errors import UnusableRequest


def from_counterexample(found: Counterexample, quantity: str = "loss", slope: object = None) -> Certificate:
    """The certificate of the rank at a counterexample's numbers.

    Args:
        found: A counterexample about a rank, with weights and with moments or samples.
        quantity: outer, functional or loss: what was measured.
        slope: Of leaky-relu, 1/4 if not given.

    Raises:
        UnusableRequest: If it has no numbers, or is about another loss or activation.
        NotCertified: If the proved rank is not the measured one.

    Example:
        >>> example = Counterexample(
        ...     widths=[1, 1, 1], data_rank=1, residual_rank=1, predicted=1, measured=2, weights=[[["0"]], [["0"]]],
        ...     sigma=[["1"]], omega=[["1"]], order="p", reproduce="…")
        >>> from_counterexample(example).rank
        2
    """
    if found.loss != "mse":
        raise UnusableRequest(f"a counterexample under {found.loss}", "one under mse", "its ranks have other proofs")
    if not found.weights:
        raise UnusableRequest("a counterexample without weights", "explicit numbers", "certify the architecture")
    data = (
        {"inputs": found.inputs, "targets": found.targets}
        if found.inputs
        else {"sigma": found.sigma or None, "omega": found.omega or None}
    )
    point = point_of(found.widths, found.weights, bias=found.bias, activation=found.activation, slope=slope, **data)
    made = instance_certificate(point, quantity)
    if str(made.rank) != str(found.measured):
        raise NotCertified(f"rank {made.rank} of {quantity} is proved, {found.measured} was measured")
    return made
