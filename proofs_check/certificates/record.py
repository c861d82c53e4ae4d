"""What ``hessproof certify --json`` prints."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field

from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.outputs import ArchitectureRecord, Output


class CertifyOutput(Output):
    """A certificate that was written."""

    schema_id: Literal["hessproof/certify/1"] = Field(default="hessproof/certify/1", alias="schema")
    file: str
    kind: Literal["instance", "architecture"]
    quantity: Literal["outer", "functional", "loss"]
    rank: int
    statement: str = Field(description="what the certificate proves")
    architecture: ArchitectureRecord
    parameters: int
    size: int = Field(description="of the file, in bytes")
    sha256: str = Field(description="hash of the certificate's other values")
    seconds: float


def record_of(made: Certificate, file: str, size: int, seconds: float) -> CertifyOutput:
    """The record of a certificate.

    Example:
        >>> from hessproof.proofs_check.certificates.certify import certify
        >>> from hessproof.symbolic.architecture import Architecture
        >>> record_of(certify(Architecture((2, 2))), "c.json", 900, 0.0).parameters
        4
    """
    network = made.document["architecture"]
    widths = network["widths"]
    return CertifyOutput(
        file=file,
        kind=made.kind,
        quantity=made.quantity,
        rank=made.rank,
        statement=made.statement,
        architecture=ArchitectureRecord(
            widths=widths, bias=network["bias"], activation=network.get("activation", "linear"), loss="mse"
        ),
        parameters=sum(rows * (columns + network["bias"]) for columns, rows in pairwise(widths)),
        size=size,
        sha256=made.sha256,
        seconds=round(seconds, 3),
    )
