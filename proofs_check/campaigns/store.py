"""The store of a campaign: one SQLite file, one row an instance, whole or absent whatever happens to the process.

The file is in write-ahead mode while a run is at work, so that reports can read it, and every commit is synchronised
with the disk. Beside it lies ``FILE-lock`` during a run: an SQLite file too, locked by the run and released by the
operating system when the run ends, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hessproof.proofs_check.campaigns.items import Item
from hessproof.proofs_check.campaigns.plan import Plan, plan_from_json
from hessproof.proofs_check.campaigns.rows import COLUMNS, Row
from hessproof.symbolic.errors import UnusableRequest

APPLICATION = 0x68657373
"""Marks the file as a campaign's in its header; "hess" in ASCII."""
SCHEMA = 1
"""Version of the tables below."""
PATIENCE = 30.0
"""Seconds to wait for a report that reads while a run wants to write the last pages back."""

_TABLES = (
    "CREATE TABLE plan (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE runs (run INTEGER PRIMARY KEY, started REAL NOT NULL, last REAL NOT NULL, ended TEXT NOT NULL, "
    "added INTEGER NOT NULL, repeated INTEGER NOT NULL, processes INTEGER NOT NULL, scheduler INTEGER NOT NULL, "
    "versions TEXT NOT NULL)",
    f"CREATE TABLE instances ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())}, run INTEGER NOT NULL)",
)


class Store:
    """The file of a campaign, open for a run or for reading.

    Args:
        path: The file.
        connection: To it.
        plan: The plan that it belongs to.
        total: How many instances the plan has.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, plan: Plan, total: int) -> None:
        self.path, self.plan, self.total = path, plan, total
        self.connection = connection
        self._lock: sqlite3.Connection | None = None
        self._run = 0

    @classmethod
    def for_run(cls, path: Path, plan: Plan) -> Store:
        """Open the file for a run of a plan; make it if there is none.

        Raises:
            UnusableRequest: If it cannot be written, is no campaign's, belongs to another plan, or another run has it.
        """
        if not path.parent.is_dir():
            raise UnusableRequest(f"--out {path}", "a file in a folder that is there", f"make {path.parent} first")
        if path.is_dir():
            raise UnusableRequest(f"--out {path}", "the name of a file, not of a folder", f"give {path}.sqlite")
        if path.exists() and not path.is_file():
            raise UnusableRequest(f"--out {path}", "a regular file", "give the name of a new one")
        with _refusals(path):
            lock = _locked(path)
            try:
                connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
                store = cls._opened(path, connection, plan)
            except BaseException:
                _unlock(path, lock)
                raise
            store._lock = lock
            return store

    @classmethod
    def _opened(cls, path: Path, connection: sqlite3.Connection, plan: Plan) -> Store:
        try:
            made = _is_campaign(path, connection)
            if not made:
                _create(connection, plan)
            stored, digest, total = _plan(path, connection)
            if digest != plan.digest:
                raise UnusableRequest(
                    f"{path} with another plan", f"the plan that it was begun with: {stored.text}",
                    "give another --out, or the options of that plan",
                )  # fmt: skip
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            return cls(path, connection, stored, total)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def for_reading(cls, path: str | Path) -> Store:
        """Open the file for a report; a run may be at work on it.

        Raises:
            UnusableRequest: If it cannot be read or is no campaign's.
        """
        path = Path(path)
        if not path.is_file():
            raise UnusableRequest(
                f"campaign file '{path}'", "a file that hessproof campaign run has written", "check the name"
            )
        with _refusals(path):
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
            try:
                if not _is_campaign(path, connection):
                    raise _foreign(path)
                # one snapshot for the whole report, whatever a run adds meanwhile
                connection.execute("BEGIN")
                plan, _, total = _plan(path, connection)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, plan, total)

    def begin(self, processes: int, scheduler: bool, versions: dict[str, str]) -> None:
        """Note that a run begins."""
        now = time.time()
        with _refusals(self.path):
            cursor = self.connection.execute(
                "INSERT INTO runs (started, last, ended, added, repeated, processes, scheduler, versions) "
                "VALUES (?, ?, '', 0, 0, ?, ?, ?)",
                (now, now, processes, int(scheduler), json.dumps(versions)),
            )
        self._run = int(cursor.lastrowid or 0)

    def add(self, rows: Sequence[Row]) -> int:
        """Commit rows, all or none; a row that is there already stays as it is.

        Returns:
            How many were new.
        """
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        with _refusals(self.path), self._transaction():
            before = self.connection.total_changes
            self.connection.executemany(
                f"INSERT OR IGNORE INTO instances VALUES ({marks})",
                [(*row.values(self.plan), self._run) for row in rows],
            )
            added = self.connection.total_changes - before
            self.connection.execute(
                "UPDATE runs SET last = ?, added = added + ?, repeated = repeated + ? WHERE run = ?",
                (time.time(), added, len(rows) - added, self._run),
            )
        return added

    def end(self, how: str) -> None:
        """Note how the run ends, in one word or two."""
        with _refusals(self.path):
            self.connection.execute("UPDATE runs SET last = ?, ended = ? WHERE run = ?", (time.time(), how, self._run))

    def missing(self, items: Iterator[Item]) -> Iterator[Item]:
        """Those items that have no row yet."""
        for item in items:
            with _refusals(self.path):
                found = self.connection.execute("SELECT 1 FROM instances WHERE id = ?", (item.id,)).fetchone()
            if found is None:
                yield item

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with _refusals(self.path):
            return self.connection.execute(query, values).fetchall()

    def stream(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """What a query finds, row by row."""
        with _refusals(self.path):
            yield from self.connection.execute(query, values)

    def count(self) -> int:
        """How many instances have a row."""
        return int(self.rows("SELECT count(*) FROM instances")[0][0])

    def disagreements(self) -> int:
        """How many rows contradict a prediction."""
        return int(self.rows("SELECT count(*) FROM instances WHERE verdict = 'disagrees'")[0][0])

    def discard_if_unused(self) -> None:
        """Leave no file behind to which no run has come, so that another plan may have its name."""
        if not self.rows("SELECT 1 FROM runs LIMIT 1"):
            self.connection.close()
            with contextlib.suppress(OSError):
                os.unlink(self.path)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file. After a run it is one ordinary file again, unless a report is reading."""
        if self._lock is not None:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("PRAGMA busy_timeout = 0")
                self.connection.execute("PRAGMA journal_mode = DELETE")
        self.connection.close()
        if self._lock is not None:
            _unlock(self.path, self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_campaign(path: Path, connection: sqlite3.Connection) -> bool:
    """Whether the file is a campaign's; False if it is empty.

    Raises:
        UnusableRequest: If it is something else, or of another version.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchall():
        return False
    if application != APPLICATION:
        raise _foreign(path)
    if version != SCHEMA:
        raise UnusableRequest(
            f"'{path}' of version {version}", f"version {SCHEMA}", "use the hessproof that wrote it, or give another"
        )
    return True


def _foreign(path: Path) -> UnusableRequest:
    return UnusableRequest(f"'{path}'", "a file that hessproof campaign run has written", "give another file")


def _create(connection: sqlite3.Connection, plan: Plan) -> None:
    """Write the tables in one transaction, so that a file is a whole campaign's or empty."""
    total = plan.count()
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        connection.execute(table)
    values = {"plan": json.dumps(plan.to_json()), "digest": plan.digest, "total": str(total)}
    connection.executemany("INSERT INTO plan VALUES (?, ?)", values.items())
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("COMMIT")


def _plan(path: Path, connection: sqlite3.Connection) -> tuple[Plan, str, int]:
    values = dict(connection.execute("SELECT name, value FROM plan").fetchall())
    try:
        return plan_from_json(json.loads(values["plan"])), values["digest"], int(values["total"])
    except (KeyError, TypeError, ValueError):
        raise UnusableRequest(f"'{path}'", "a plan that this version can read", "give another file") from None


def _locked(path: Path) -> sqlite3.Connection:
    """The lock of a run, which ends with the process at the latest."""
    lock = sqlite3.connect(_lock_file(path), timeout=0, isolation_level=None)
    try:
        lock.execute("PRAGMA journal_mode = MEMORY")  # no second file beside this one
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise UnusableRequest(
                f"'{path}'", "a file that no other run is working on", "wait for that run or stop it"
            ) from None
        raise
    return lock


def _unlock(path: Path, lock: sqlite3.Connection) -> None:
    with contextlib.suppress(OSError):
        os.unlink(_lock_file(path))
    lock.close()


def _lock_file(path: Path) -> Path:
    return path.with_name(f"{path.name}-lock")


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """What SQLite objects to, in one line."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            raise
        told = {
            sqlite3.SQLITE_FULL: ("room on the disk", "make room; the same command goes on from the committed rows"),
            sqlite3.SQLITE_READONLY: ("a file that can be written", "give another --out"),
            sqlite3.SQLITE_CANTOPEN: ("a file that can be opened, in a folder that can be written", "give another"),
            sqlite3.SQLITE_NOTADB: ("a file that hessproof campaign run has written", "give another file"),
            sqlite3.SQLITE_CORRUPT: ("an undamaged file", "restore it, or begin again with another --out"),
            sqlite3.SQLITE_BUSY: ("a file that nothing else has locked", "try again when that is over"),
        }
        # extended codes keep the plain one in their lowest byte
        expected, remedy = told.get(code & 0xFF, (f"a file that works ({error})", "give another, or another disk"))
        raise UnusableRequest(f"'{path}'", expected, remedy) from None
