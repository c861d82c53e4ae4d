"""Certificates as text: numbers, layout, hash, and files that are written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

from hessproof.proofs_check.certificates.format import EXACT_IN_JSON, LARGEST_FILE, MOST_DIGITS, Document
from hessproof.symbolic.errors import UnusableRequest


def number(value: Any) -> int | str:
    """An integer or a rational as it stands in a certificate.

    Raises:
        UnusableRequest: If it has too many digits.

    Example:
        >>> number(-3), number(2**60), number(Fraction(1, 4)), number(Fraction(4, 2))
        (-3, '1152921504606846976', '1/4', 2)
    """
    exact = Fraction(value)
    if max(abs(exact.numerator), exact.denominator) >= 10**MOST_DIGITS:
        raise UnusableRequest(
            "an instance whose certificate has longer numbers",
            f"numbers of at most {MOST_DIGITS} digits",
            "choose smaller numbers or a smaller network",
        )
    if exact.denominator > 1:
        return f"{exact.numerator}/{exact.denominator}"
    return exact.numerator if abs(exact.numerator) <= EXACT_IN_JSON else str(exact.numerator)


def vector(entries: Any) -> list[int | str]:
    """A vector of numbers."""
    return [number(entry) for entry in entries]


def matrix(rows: Any) -> list[list[int | str]]:
    """A matrix as a list of rows."""
    return [vector(row) for row in rows]


def digest(document: Document) -> str:
    """The SHA-256 of a certificate without its own field ``sha256``.

    Example:
        >>> digest({"a": 1}) == digest({"sha256": "anything", "a": 1})
        True
    """
    body = {name: value for name, value in document.items() if name != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def as_text(document: Document) -> str:
    """A certificate as JSON text, each array of numbers on one line.

    Example:
        >>> print(as_text({"rank": 1, "left": [[1, 0], ["1/2", 3]], "vectors": []}), end="")
        {
         "rank": 1,
         "left": [
          [1, 0],
          ["1/2", 3]
         ],
         "vectors": []
        }
    """
    return f"{_text(document, 0)}\n"


def _text(value: Any, depth: int) -> str:
    if isinstance(value, dict) and value:
        items = [f"{json.dumps(name)}: {_text(entry, depth + 1)}" for name, entry in value.items()]
        return _lines("{", items, "}", depth)
    if isinstance(value, list) and any(isinstance(entry, list | dict) for entry in value):
        return _lines("[", [_text(entry, depth + 1) for entry in value], "]", depth)
    return json.dumps(value, ensure_ascii=False)


def _lines(opening: str, items: list[str], closing: str, depth: int) -> str:
    inside, outside = "\n" + " " * (depth + 1), "\n" + " " * depth
    return opening + inside + f",{inside}".join(items) + outside + closing


def write_file(path: str | Path, text: str) -> None:
    """Write a file in one step: it is there whole, or what was there before is.

    Raises:
        UnusableRequest: If it cannot be written there, or is too large for a checker.
    """
    if (size := len(text.encode())) > LARGEST_FILE:
        raise UnusableRequest(f"a certificate of {size} bytes", f"at most {LARGEST_FILE}", "choose a smaller network")
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise UnusableRequest(f"output file {str(path)!r}", "the name of a file", "it is a folder; add a name")
    if target.exists() and not target.is_file():  # a device or a pipe would be replaced, not written to
        raise UnusableRequest(f"output file {str(path)!r}", "a regular file", "give the name of a new one")
    scratch = None
    try:
        handle, scratch = tempfile.mkstemp(prefix=".hessproof-", dir=target.parent)
        with open(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(scratch, 0o666 & ~_umask())
        os.replace(scratch, target)
    except OSError as error:
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise UnusableRequest(f"output file {str(path)!r}", f"a place to write to ({reason})", "give another") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
