"""What a command says when it is stopped: what is kept, and how to go on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from hessproof.proofs_check.resuming.store import Store


class Interrupted(KeyboardInterrupt):
    """A long command was stopped by Ctrl-C or a request to terminate; its text says what is kept."""


@contextmanager
def resumable(work: str | Path | None) -> Iterator[Store | None]:
    """The work folder of a command, open for the block; Ctrl-C and a request to terminate end it in one line.

    Args:
        work: The folder; None if the person gave none, and then nothing is kept.

    Yields:
        The folder's store; None without a folder.

    Raises:
        UnusableRequest: If the folder cannot be used.
        Interrupted: If the block is stopped. Its text says what is kept and how to go on.

    Example:
        >>> with resumable(None) as store:
        ...     print(store)
        None
    """
    store = None if work is None else Store(work)
    try:
        with _terminate_like_interrupt():
            yield store
    except KeyboardInterrupt:
        if store is None:
            raise Interrupted("stopped; nothing was kept: with --work DIR the same command goes on later") from None
        raise Interrupted(f"stopped; {store.state} in '{store.folder}': the same command goes on from there") from None
    finally:
        if store is not None:
            store.close()


@contextmanager
def _terminate_like_interrupt() -> Iterator[None]:
    """Let a request to terminate stop the block as Ctrl-C does; only a main thread may decide that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
