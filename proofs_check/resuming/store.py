"""A folder of finished pieces: each is there whole or not at all, whatever happens to the process."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hessproof.proofs_check.resuming.keys import FORMAT, canonical, name_of
from hessproof.proofs_check.resuming.lock import Lock
from hessproof.proofs_check.versions import version_of
from hessproof.symbolic.errors import UnusableRequest, short_path

MARK = "hessproof-work.json"
PIECES, SCRATCH, LOCK = "pieces", "scratch", "lock"
PART = ".part"


class Store:
    """The work folder of long commands.

    A piece is a JSON object under a key, which is a mapping of everything that the piece depends on: the request, the
    digests of weights and data (`hessproof.proofs_check.resuming.keys.digest`), seed, engine, prime. The version of
    hessproof is part of every key, so another version computes anew. Pieces of several requests may share a folder.
    Every piece is written to a file beside its place, synchronised with the disk and renamed: a process that is killed
    leaves whole pieces only.

    Args:
        folder: Made if it is not there.

    Raises:
        UnusableRequest: If the folder holds something else, cannot be written, or another run is working in it.

    Example:
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with Store(Path(place, "work")) as store:
        ...         before = store.get({"n": 3})
        ...         store.put({"n": 3}, {"rank": 2})
        ...         before, store.get({"n": 3}), store.get({"n": 4})
        (None, {'rank': 2}, None)
    """

    def __init__(self, folder: str | Path) -> None:
        if not str(folder).strip():
            raise UnusableRequest("work folder ''", "the name of a folder", "give for instance --work work")
        self.folder = Path(folder)
        self.found, self.added = 0, 0
        """Pieces that were there when asked for, and pieces that were put."""
        try:
            self._begin()
            self._lock = Lock(self.folder / LOCK, self.folder)
            self._sweep()
        except OSError as error:
            raise self._unwritable(error) from None

    def get(self, key: Mapping[str, Any]) -> dict[str, Any] | None:
        """The piece under a key; None if it is not there.

        Raises:
            UnusableRequest: If its file is damaged.
        """
        path = self._path(key)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(path, str(error)) from None
        value = self._checked(path, text, key)
        self.found += 1
        return value

    def put(self, key: Mapping[str, Any], value: Mapping[str, Any]) -> None:
        """Keep a piece under a key, in place of what may be there.

        Args:
            key: Names and numbers, texts, booleans, None, or lists and mappings of such.
            value: The same; real numbers come back to the last bit, tuples as lists.

        Raises:
            UnusableRequest: If it cannot be written.
        """
        text = canonical(value)
        piece = {
            "schema": f"hessproof/piece/{FORMAT}", "key": self._whole(key), "value": value, "digest": _digest(text)
        }  # fmt: skip
        try:
            _write(self._path(key), json.dumps(piece, indent=1) + "\n")
        except OSError as error:
            raise self._unwritable(error) from None
        self.added += 1

    def piece(self, key: Mapping[str, Any], compute: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """The piece under a key, computed and kept if it is not there; the same value either way, to the last bit.

        Example:
            >>> with tempfile.TemporaryDirectory() as place, Store(place) as store:
            ...     store.piece({"n": 1}, lambda: {"pair": (1, 2)}), store.piece({"n": 1}, lambda: {})
            ({'pair': [1, 2]}, {'pair': [1, 2]})
        """
        kept = self.get(key)
        if kept is not None:
            return kept
        value = compute()
        self.put(key, value)
        found: dict[str, Any] = json.loads(canonical(value))
        return found

    def scratch(self, name: str) -> Path:
        """Where a computation may keep unfinished work of its own under a name of letters, digits, - and _.

        The file is the computation's to write in one step and to delete; the folder around it exists. What it writes
        beside the file meanwhile has a name that ends in ``.part``, and is removed when a killed run is gone on with.

        Example:
            >>> with tempfile.TemporaryDirectory() as place, Store(place) as store:
            ...     store.scratch("elimination").name
            'elimination'
        """
        folder = self.folder / SCRATCH
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None
        return folder / "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)

    def scratch_of(self, key: Mapping[str, Any]) -> Callable[[str], Path]:
        """`scratch` for the piece under a key: pieces of several requests do not meet.

        Example:
            >>> with tempfile.TemporaryDirectory() as place, Store(place) as store:
            ...     one, other = store.scratch_of({"n": 1}), store.scratch_of({"n": 2})
            ...     one("x") == one("x") != other("x")
            True
        """
        name = name_of(self._whole(key))[:16]
        return lambda own: self.scratch(f"{name}-{own}")

    @property
    def state(self) -> str:
        """What is kept, in words."""
        kept = self.found + self.added
        words = f"{kept} finished piece{'' if kept == 1 else 's'} of this run"
        begun = any((self.folder / SCRATCH).glob("*"))
        return f"{words}{' and one begun' if begun else ''} {'is' if kept == 1 and not begun else 'are'} kept"

    def close(self) -> None:
        """Let other runs in."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self) -> None:
        """Make the folder or look whether it is one of ours."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UnusableRequest(
                f"work folder '{short_path(self.folder)}'", "a folder, not a file", "give another --work"
            )
        mark = self.folder / MARK
        wanted = {"schema": f"hessproof/work/{FORMAT}"}
        if mark.is_file():
            try:
                schema = json.loads(mark.read_text(encoding="utf-8"))
            except ValueError:
                schema = None
            if schema != wanted:
                raise UnusableRequest(
                    f"work folder '{short_path(self.folder)}' with a strange {MARK}", f"one of this version ({FORMAT})",
                    "give another --work",
                )  # fmt: skip
            return
        if self.folder.is_dir() and any(one for one in self.folder.iterdir() if not one.name.startswith(".piece-")):
            raise UnusableRequest(
                f"work folder '{short_path(self.folder)}' with other things in it",
                "an empty folder, or one that --work has made", "give another --work",
            )  # fmt: skip
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(mark, json.dumps(wanted) + "\n")

    def _sweep(self) -> None:
        """Remove what a process that was killed has left half-written; no other run is in the folder now."""
        (self.folder / PIECES).mkdir(exist_ok=True)
        for place in (self.folder, self.folder / PIECES):
            for one in place.glob(".piece-*"):
                one.unlink(missing_ok=True)
        for one in (self.folder / SCRATCH).glob(f"*{PART}"):
            one.unlink(missing_ok=True)

    def _path(self, key: Mapping[str, Any]) -> Path:
        return self.folder / PIECES / f"{name_of(self._whole(key))}.json"

    def _whole(self, key: Mapping[str, Any]) -> dict[str, Any]:
        return {"hessproof": version_of("hessproof"), "format": FORMAT, **key}

    def _checked(self, path: Path, text: str, key: Mapping[str, Any]) -> dict[str, Any]:
        try:
            piece = json.loads(text)
            value = piece["value"]
            whole = piece["digest"] == _digest(canonical(value))
            asked = canonical(piece["key"]) == canonical(self._whole(key))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise self._damaged(path, "it cannot be read") from None
        if not isinstance(value, dict) or not whole or not asked:
            raise self._damaged(path, "its digest is another" if not whole else "it belongs elsewhere")
        return value

    def _damaged(self, path: Path, why: str) -> UnusableRequest:
        return UnusableRequest(
            f"piece '{path}'", f"a piece as it was written ({why})", "delete that file; only it is computed again"
        )

    def _unwritable(self, error: OSError) -> UnusableRequest:
        reason = error.strerror or str(error)
        return UnusableRequest(
            f"work folder '{short_path(self.folder)}'",
            f"a folder that can be written ({reason})",
            "give another --work",
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a file in one step: whole or not at all, and on the disk when it has its name."""
    handle, name = tempfile.mkstemp(prefix=".piece-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
