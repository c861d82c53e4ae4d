"""What a piece of work is known by: a hash of everything that its result depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

FORMAT = 1
"""Version of the pieces' form; raise it when an old piece would be misread."""


def digest(*things: Any) -> str:
    """A hash of arrays, numbers, texts and sequences of them, in hexadecimal digits (SHA-256).

    An array counts with its shape, its kind of numbers and every entry; a matrix of python-flint with its shape and
    entries. Two things with the same digest are equal for all that is known of SHA-256.

    Args:
        things: NumPy arrays (of Python integers too), python-flint matrices, numbers, texts, bytes, None, and
            sequences of such.

    Raises:
        TypeError: For anything else, whose text could name its place in memory in place of its value.

    Example:
        >>> digest(np.eye(2)) == digest(np.eye(2)), digest(np.eye(2)) == digest(-np.eye(2))
        (True, False)
    """
    found = hashlib.sha256()
    for part in _parts(things):
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.hexdigest()


def _parts(thing: Any) -> Iterator[bytes | memoryview]:
    """The bytes of a thing, each part after its kind, so that no two things have the same parts."""
    if isinstance(thing, np.ndarray) and thing.dtype != object:
        yield f"array {thing.dtype.str} {thing.shape}".encode()
        yield np.ascontiguousarray(thing).reshape(-1).view(np.uint8).data
    elif isinstance(thing, np.ndarray):
        yield f"integers {thing.shape}".encode()
        yield ",".join(map(str, thing.ravel())).encode()
    elif hasattr(thing, "nrows") and hasattr(thing, "entries"):
        yield f"flint {thing.nrows()} {thing.ncols()}".encode()
        yield ",".join(map(str, thing.entries())).encode()
    elif thing is None or isinstance(thing, bool | int | float | str | np.generic):
        yield f"{type(thing).__name__} {thing!r}".encode()
    elif isinstance(thing, bytes):
        yield b"bytes"
        yield thing
    elif isinstance(thing, Sequence):
        yield f"sequence {len(thing)}".encode()
        for one in thing:
            yield from _parts(one)
    else:
        raise TypeError(f"no digest of a {type(thing).__name__}")


def name_of(key: Mapping[str, Any]) -> str:
    """The name of the piece with this key: a hash of the key in a form that does not depend on the order of its fields.

    Args:
        key: Names and numbers, texts, booleans, None, or lists and mappings of such.

    Example:
        >>> name_of({"a": 1, "b": [2]}) == name_of({"b": [2], "a": 1})
        True
    """
    return hashlib.sha256(canonical(key).encode()).hexdigest()[:40]


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values have equal texts.

    Example:
        >>> canonical({"b": 1, "a": (2, 3)})
        '{"a":[2,3],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
