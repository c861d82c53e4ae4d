"""Words and numbers of a report, the same in every format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
MOST_ROWS = 80
"""So many rows of a figure's numbers are shown in a report for people; ``report.json`` has all of them."""

_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""``text`` without the characters that XML forbids, which would make a page or a JUnit file unreadable.

    Example:
        >>> clean("a\x00b")
        'a�b'
    """
    return _XML_FORBIDDEN.sub("\ufffd", text)


def number(value: float | None) -> str:
    """A number for reading: thousands separated, floats to four figures.

    Example:
        >>> number(61880), number(3.1e-14), number(1.25), number(100.0), number(True), number(None)
        ('61,880', '3.1e-14', '1.25', '100', 'yes', '—')
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e6):
        return f"{int(value):,}"
    return f"{value:.4g}"


def seconds(value: float) -> str:
    """A duration for reading.

    Example:
        >>> seconds(0.004), seconds(8.41), seconds(125.2)
        ('< 0.1 s', '8.4 s', '2 min 5 s')
    """
    if value < 0.1:
        return "< 0.1 s"
    whole = round(value)
    return f"{value:.1f} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def excerpt(rows: Sequence[T], most: int = MOST_ROWS) -> list[T]:
    """The rows, or ``most`` of them at even distances, the first and the last among them.

    Example:
        >>> excerpt(range(5)), excerpt(range(2730), 4)
        ([0, 1, 2, 3, 4], [0, 910, 1819, 2729])
    """
    if len(rows) <= most:
        return list(rows)
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def extent(shown: int, whole: int) -> str:
    """What to say where only some rows are shown; nothing where all are.

    Example:
        >>> extent(5, 5), extent(60, 2730)
        ('', '60 of 2,730 rows; report.json has all of them')
    """
    return "" if shown == whole else f"{shown} of {whole:,} rows; report.json has all of them"
