"""What a check recorded beside its counts, arranged for reading: lines, lists and tables in place of nested records.

`compact` puts one value on a line. `grid` finds out whether a value is a table: a list of records, or records under
names. Nothing is lost by it: what a page leaves out stands in ``report.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hessproof.proofs_check.model.evidence import Evidence
from hessproof.proofs_check.report.text import number

LONGEST = 400
"""Longer texts are cut: a card of the report is about 40 characters wide, so these are ten lines."""

SHOWN_ELSEWHERE = ("derivations", "figures", "stated_by", "theorems")
"""Details with a place of their own on the page."""

WORDS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True, slots=True)
class Grid:
    """A value as a table.

    Args:
        columns: Names of the fields that differ from row to row; ``""`` for the name of a record.
        rows: One text for each column.
        common: Fields that all rows share, said once above the table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    common: tuple[tuple[str, str], ...]


def compact(value: Any) -> str:
    """A value on one line, shortened if it is long.

    Example:
        >>> compact({"a": 1, "b": [1, 2]}), compact([[1, 2], [3]]), compact([])
        ('a: 1, b: (1; 2)', '(1; 2); 3', '—')
    """
    text = _line(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _line(value: Any, *, inside: bool = False) -> str:
    """``value`` in words; in brackets if it has several members and stands ``inside`` another."""
    if value is None or isinstance(value, bool | int | float):
        return number(value)
    if isinstance(value, Mapping):
        members = [f"{key}: {_line(item, inside=True)}" for key, item in value.items()]
        text = ", ".join(members)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        members = [_line(item, inside=True) for item in value]
        text = "; ".join(members)
    else:
        return _signs(str(value))
    return f"({text})" if inside and len(members) > 1 else text or "—"


def _signs(text: str) -> str:
    """``<= 1`` as ``≤ 1``."""
    sign, _, rest = text.partition(" ")
    return f"{WORDS[sign]} {rest}" if sign in WORDS else text


def grid(value: Any) -> Grid | None:
    """``value`` as a table, or None if it is no collection of records.

    Records may lack fields; the columns are all fields in the order in which they first appear. Columns without any
    value are left out.

    Example:
        >>> found = grid([{"n": 2, "seeds": [7, 8], "α": 0.5}, {"n": 3, "seeds": [7, 8], "α": None}])
        >>> found.columns, found.rows, found.common
        (('n', 'α'), (('2', '0.5'), ('3', '—')), (('seeds', '7; 8'),))
        >>> grid({"1/4": {"power": 1.5}}).common, grid([1, 2]), grid({"a": 1})
        ((('', '1/4'), ('power', '1.5')), None, None)
    """
    records = _records(value)
    if not records:
        return None
    names = list(dict.fromkeys(name for record in records for name in record))
    texts = {name: tuple(_cell(name, record.get(name)) for record in records) for name in names}
    kept = [name for name in names if set(texts[name]) != {"—"}]
    common = [name for name in kept if len(set(texts[name])) == 1]
    columns = tuple(name for name in kept if name not in common)
    rows = tuple(zip(*(texts[name] for name in columns), strict=True))
    return Grid(columns, rows, tuple((name, texts[name][0]) for name in common))


def _cell(name: str, value: Any) -> str:
    """A field's value; seeds are names and not quantities, so their thousands are not separated."""
    plain = name == "seeds" and isinstance(value, list)
    return compact([str(seed) for seed in value] if plain else value)


def _records(value: Any) -> list[Mapping[str, Any]]:
    """The records of a list of records, or of records under names; nothing for anything else."""
    if isinstance(value, Mapping):
        members = list(value.values())
        named = all(isinstance(item, Mapping) and item for item in members)
        return [{"": key, **item} for key, item in value.items()] if named else []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value) if all(isinstance(item, Mapping) and item for item in value) else []
    return []


def short_details(evidence: Evidence) -> list[tuple[str, Any]]:
    """Name and value of each detail that fits into the card of its route."""
    shown = [(name, value) for name, value in evidence.details.items() if name not in SHOWN_ELSEWHERE]
    return [(name, value) for name, value in shown if grid(value) is None]


def tables(evidence: Evidence) -> list[tuple[str, Grid]]:
    """Name and table of each detail that needs the page's whole width."""
    shown = [(name, grid(value)) for name, value in evidence.details.items() if name not in SHOWN_ELSEWHERE]
    return [(name, found) for name, found in shown if found is not None]
