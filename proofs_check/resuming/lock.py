"""One run at a time in a folder, told by the operating system, which forgets a run that has died."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hessproof.symbolic.errors import UnusableRequest, short_path


class Lock:
    """The lock of a folder: an SQLite file, locked until `release` or the end of the process, however it ends.

    SQLite's lock is taken because the standard library has no other that works on every operating system.

    Args:
        path: The file.
        folder: What it locks, for the message.

    Raises:
        UnusableRequest: If another run has it.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     lock = Lock(Path(place, "lock"), Path("work"))
        ...     lock.release()
    """

    def __init__(self, path: Path, folder: Path) -> None:
        try:
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            remedy = f"delete {path.name} in it"
            raise UnusableRequest(
                f"work folder '{short_path(folder)}'", f"a lock that works ({error})", remedy
            ) from None
        try:
            self._connection.execute("PRAGMA journal_mode = MEMORY")  # no second file beside this one
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            self._connection.close()
            # extended codes keep the plain one in their lowest byte
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            expected = "a folder that no other run is working in" if busy else f"a lock that works ({error})"
            remedy = "wait for that run or give another --work" if busy else f"delete {path.name} in it"
            raise UnusableRequest(f"work folder '{short_path(folder)}'", expected, remedy) from None

    def release(self) -> None:
        """Let others in."""
        self._connection.close()
