"""The certificate behind a counterexample: of the architecture's generic rank, or of the rank at the instance."""

from __future__ import annotations

from fractions import Fraction

from hessproof.numeric.rectified.network import SLOPES
from hessproof.proofs_check.certificates.architecture import NotCertified
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.counterexample import from_counterexample
from hessproof.proofs_check.conjectures.api import RANKS, Statement
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def certificate_of(found: Counterexample, statement: Statement) -> Certificate | None:
    """A certificate that the measured rank is the true one; None where there is none.

    About the generic rank of a linear network it is the architecture's: an upper bound for all parameters, and a point
    that attains it. Otherwise it is the instance's.
    """
    if statement.quantity not in RANKS:
        return None
    generic = statement.quantifier == "generic" or statement.relation == "<="
    if generic and statement.activation == "linear" and statement.loss == "mse":
        made = _of_architecture(found, statement.quantity)
        if made is not None and made.rank == found.measured:
            return made
    try:
        return from_counterexample(found, statement.quantity, _slope(statement.activation))
    except (NotCertified, UnusableRequest):
        return None


def _slope(activation: str) -> Fraction | None:
    """The slope below zero that a leaky-ReLU network was measured with."""
    if activation != "leaky-relu":
        return None
    above, below = SLOPES[activation]
    return Fraction(below, above)


def _of_architecture(found: Counterexample, quantity: str) -> Certificate | None:
    architecture = Architecture(tuple(found.widths), found.bias)
    augmented = {
        "augmented_data_rank": found.augmented_data_rank,
        "augmented_residual_rank": found.augmented_residual_rank,
        "residual_mean": found.residual_mean,
    }
    try:
        return certify(
            architecture,
            quantity,
            data_rank=found.data_rank,
            residual_rank=found.residual_rank,
            **(augmented if found.bias else {}),
        )
    except (NotCertified, UnusableRequest):
        return None
