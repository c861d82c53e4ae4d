"""Pieces of a long computation, kept as JSON as soon as they are finished, so that a stopped run can be resumed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from hessproof.symbolic.errors import UnusableRequest

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=,+-]{0,99}")


class Store:
    """A folder of finished pieces; in memory only if there is no folder.

    A piece is made of JSON values. It is written to a file of its own and then takes its place in one step, so that a
    run which is stopped at any moment leaves whole pieces or none. What is returned is always what the file says:
    tuples become lists and keys become strings, whether the piece was made just now or by an earlier run.

    Args:
        folder: Where the pieces lie; made when the first is written.
        progress: Called with one short line for each piece.
        key: What the pieces depend on. Pieces of a run with another key lie in another folder.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     first = Store(Path(place)).piece("ranks", lambda: {"w=4": (3, 5)})
        ...     again = Store(Path(place)).piece("ranks", lambda: 1 / 0)
        >>> first, again
        ({'w=4': [3, 5]}, {'w=4': [3, 5]})
    """

    def __init__(
        self,
        folder: Path | None = None,
        progress: Callable[[str], None] = lambda line: None,
        key: Mapping[str, Any] | None = None,
    ) -> None:
        self._root = folder
        self.folder = folder if folder is None or key is None else folder / _fingerprint(key)
        self.progress = progress
        self.made = 0
        self.reused = 0
        self._memory: dict[str, Any] = {}

    def piece(self, name: str, make: Callable[[], T]) -> T:
        """The piece called ``name``; made if no earlier run has left it.

        Args:
            name: Letters, digits and ``. _ = , + -``, unique within a figure.
            make: Makes it, of JSON values (no NaN, no infinity, no NumPy scalars). It must not depend on anything but
                the request and other pieces: draw random numbers from `FigureRequest.seed_for`.

        Raises:
            ValueError: If the name is not one, or the piece is not made of JSON values.
            UnusableRequest: If the folder cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"no name for a piece: {name!r}")
        if name not in self._memory:
            found = self._read(name)
            if found is None:
                found = json.dumps(make(), allow_nan=False)
                self._write(name, found)
                self.made += 1
                self.progress(name)
            else:
                self.reused += 1
                self.progress(f"{name} (from the run before)")
            self._memory[name] = json.loads(found)
        result: T = self._memory[name]
        return result

    def forget(self) -> None:
        """Remove the pieces, and the folder of all keys if it has become empty."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._root is not None and self._root.exists() and not any(self._root.iterdir()):
            self._root.rmdir()

    def _read(self, name: str) -> str | None:
        """The text of a piece; None if there is none, or if it is damaged."""
        if self.folder is None:
            return None
        try:
            text = (self.folder / f"{name}.json").read_text(encoding="utf-8")
            json.loads(text)
        except (OSError, ValueError):
            return None
        return text

    def _write(self, name: str, text: str) -> None:
        if self.folder is None:
            return
        partial = self.folder / f".{name}.{os.getpid()}.partial"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_text(text, encoding="utf-8")
                partial.replace(self.folder / f"{name}.json")
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            raise UnusableRequest(
                f"folder for pieces '{self.folder}'", f"a folder that can be written ({error.strerror})", "give another"
            ) from None


def _fingerprint(key: Mapping[str, Any]) -> str:
    text = json.dumps(key, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
