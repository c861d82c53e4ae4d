"""A certificate in hand: its JSON values, its statement, and how it gets into a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hessproof.proofs_check.certificates.format import INSTANCE, Document, Quantity
from hessproof.proofs_check.certificates.writing import as_text, digest, write_file
from hessproof.proofs_check.versions import version_of


@dataclass(frozen=True)
class Certificate:
    """A proof of a rank, as data that a checker can follow without this project.

    Args:
        document: The JSON values, see :mod:`hessproof.proofs_check.certificates.format`.

    Example:
        >>> from hessproof.proofs_check.certificates.certify import certify
        >>> from hessproof.symbolic.architecture import Architecture
        >>> made = certify(Architecture((3, 2, 4)))
        >>> made.kind, made.quantity, made.rank
        ('architecture', 'loss', 14)
        >>> made.statement[:49]
        'For all weights and data with rk E[xx⊤] <= 3 and '
    """

    document: Document

    @classmethod
    def sealed(cls, document: Document) -> Certificate:
        """A certificate from all its values but ``made_with`` and ``sha256``."""
        made_with = {name: version_of(name) for name in ("hessproof", "python-flint")}
        whole = {**document, "made_with": made_with}
        return cls({**whole, "sha256": digest(whole)})

    @property
    def kind(self) -> Literal["instance", "architecture"]:
        """What it is about: one point, or all parameters of an architecture."""
        return "instance" if self.document["schema"] == INSTANCE else "architecture"

    @property
    def statement(self) -> str:
        """What it proves, in one sentence."""
        return str(self.document["statement"])

    @property
    def quantity(self) -> Quantity:
        """outer, functional or loss."""
        name: Quantity = self.document["claim"]["quantity"]
        return name

    @property
    def rank(self) -> int:
        """The rank that it proves."""
        return int(self.document["claim"]["rank"])

    @property
    def sha256(self) -> str:
        """The hash of its other values."""
        return str(self.document["sha256"])

    def to_json(self) -> str:
        """The file's text: each array of numbers on one line, so that a line number says something."""
        return as_text(self.document)

    def write(self, path: str | Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            UnusableRequest: If it cannot be written there.
        """
        write_file(path, self.to_json())

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """The certificate of a file's text; nothing is checked."""
        values: dict[str, Any] = json.loads(text)
        return cls(values)
