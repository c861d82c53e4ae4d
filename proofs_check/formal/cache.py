"""The folder of compiled sources in the user's cache: whole or not there, whoever else writes at the same time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hessproof.proofs_check.formal.processes import Missing

COMPLETE = "complete"
"""The file that a folder of compiled sources has last: the hash of each compiled file."""
OLD = 86400.0
"""Seconds after which a folder that was never finished is taken to belong to a run that was killed."""
UNUSED = 30 * 86400.0
"""Seconds after which compiled sources that no run has used are removed: those of an older state of the proofs."""

TRIES = 20
"""A program that was ended is gone within two seconds."""


def cache_folder() -> Path:
    """Where compiled files are kept.

    Raises:
        Missing: If neither a variable names the folder nor the user has a home.
    """
    named = os.environ.get("HESSPROOF_CACHE")
    if named:
        return Path(named).absolute() / "formal"
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "hessproof" / "formal"
    except RuntimeError:
        raise Missing("there is no home folder to keep compiled proofs in", "set HESSPROOF_CACHE to a folder") from None


def hashes(folder: Path) -> dict[str, str]:
    """The hash of each compiled file."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.vo"))
    }


def intact(folder: Path) -> bool:
    """Whether a folder has all compiled files as they were when it was finished; it then counts as used now."""
    try:
        whole = bool(json.loads((folder / COMPLETE).read_text(encoding="utf-8")) == hashes(folder))
    except (OSError, ValueError):
        return False
    if whole:
        with suppress(OSError):  # it may be another user's
            os.utime(folder / COMPLETE)
    return whole


@contextmanager
def placed(final: Path, *, keep: bool) -> Iterator[Path]:
    """A folder that becomes ``final`` when the block ends without an error.

    Args:
        final: Its name then.
        keep: Whether ``final`` stays if another process has finished it meanwhile.

    Raises:
        Missing: If it cannot be written.
    """
    partial = None
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        _sweep(final.parent)
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=final.parent))
        yield partial
        (partial / COMPLETE).write_text(json.dumps(hashes(partial)), encoding="utf-8")
        if not (keep and intact(final)):
            _take(partial, final)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Missing(
            f"{final.parent} cannot be used for compiled proofs ({error.strerror or error})",
            "set HESSPROOF_CACHE to a folder that can be written",
        ) from None
    finally:
        if partial is not None:
            _remove(partial)


def _remove(folder: Path) -> None:
    """Remove a folder; a compiler that has just been ended may write into it for another moment."""
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _take(partial: Path, final: Path) -> None:
    """Put a finished folder into its place, where one that is damaged or older may be."""
    with tempfile.TemporaryDirectory(prefix="partial-", dir=final.parent, ignore_cleanup_errors=True) as old:
        try:
            if final.exists():
                final.rename(Path(old, final.name))
            partial.rename(final)
        except OSError:
            # Another process may have done the same at the same time.
            if not intact(final):
                raise


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed left behind, and compiled sources that nobody has used for long."""
    now = time.time()
    for left in folder.glob("partial-*"):
        with suppress(FileNotFoundError):
            if now - left.stat().st_mtime > OLD:
                shutil.rmtree(left, ignore_errors=True)
    for mark in folder.glob(f"*-coq-*/{COMPLETE}"):
        with suppress(FileNotFoundError):
            if now - mark.stat().st_mtime > UNUSED:
                shutil.rmtree(mark.parent, ignore_errors=True)
