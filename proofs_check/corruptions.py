"""Corruptions of certificates, one field at a time: the checker must let none of them prove what is not true."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Corruption:
    """A certificate with one field changed.

    Args:
        path: Names and positions that lead to the field.
        what: What was done to it.
        document: The changed certificate; its hash is that of its new content.
    """

    path: Path
    what: str
    document: dict[str, Any]


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    """The certificate with the hash of its content, as whoever changes it on purpose would write it.

    Example:
        >>> len(sealed({"schema": "x"})["sha256"])
        64
    """
    body = {name: value for name, value in document.items() if name != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**body, "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """All fields of a JSON value, containers before what they hold.

    Example:
        >>> [path for path, _ in places({"a": [1, 2], "b": "x"})]
        [('a',), ('a', 0), ('a', 1), ('b',)]
    """
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield (*path, step), inner
        yield from places(inner, (*path, step))


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """Other values for one field: near ones, ones of other types, and containers with one entry more, less or moved.

    Example:
        >>> [what for what, _ in variants([1, 2])]
        ['null', 'true', 'a float', 'a word', 'an object', 'first entry gone', 'last entry gone', 'last entry twice', \
'reversed', 'empty']
        >>> next(other for what, other in variants(3) if what == "one more")
        4
    """
    if value is not None:
        yield "null", None
    if value is not True:
        yield "true", True
    yield "a float", 0.5
    yield "a word", "no such word"
    if not isinstance(value, dict):
        yield "an object", {}
    if isinstance(value, bool):
        yield "negated", not value
        yield "as a number", int(value)
    elif isinstance(value, int):
        yield from (("one more", value + 1), ("one less", value - 1), ("negated", -value - (value == 0)))
        yield from (("a string", str(value)), ("huge", str(10**30)), ("a half more", f"{2 * value + 1}/2"))
        yield "as a float", float(value)
    elif isinstance(value, str):
        yield from (("longer", value + "1"), ("shorter", value[:-1]), ("with a zero byte", value + "\0"))
        yield "a lone surrogate", "\ud800"
    elif isinstance(value, list):
        if value:
            yield "first entry gone", value[1:]
            yield "last entry gone", value[:-1]
            yield "last entry twice", [*value, *value[-1:]]
        yield from [("reversed", value[::-1])] if value[::-1] != value else []
        yield from [("empty", [])] if value else []
    elif isinstance(value, dict):
        yield "a list", list(value.values())
        yield "one field more", {**value, "more": 1}
        yield from ((f"without {name}", {n: v for n, v in value.items() if n != name}) for name in value)


def corruptions(document: dict[str, Any]) -> Iterator[Corruption]:
    """Every field of a certificate replaced by every variant of it, with the hash made anew (unless it is the field).

    Example:
        >>> found = list(corruptions({"schema": "x", "rank": 1, "sha256": ""}))
        >>> len(found), found[0].path, found[0].what, found[0].document["schema"]
        (30, ('schema',), 'null', None)
    """
    for path, value in places(document):
        for what, other in variants(value):
            yield Corruption(path, what, replaced(document, path, other))


def replaced(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A certificate with another value in one place.

    Example:
        >>> replaced({"a": [1, 2]}, ("a", 0), 5)["a"]
        [5, 2]
    """
    changed: Any = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return dict(changed) if path == ("sha256",) else sealed(changed)
