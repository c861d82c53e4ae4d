"""Processes that do not outlive the one that started them, and pools of them that say so when they break."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_EXCEPTION, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

SETTLING = 5.0
"""Seconds in which a pool that is breaking tells the work it has."""


def end_with_parent() -> None:
    """Watch the process that started this one, and end with it; nothing in a process that no other one started.

    Example:
        >>> end_with_parent()
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def submit(
    pool: Executor, function: Callable[..., Any], argument: object, earlier: Collection[Future[Any]]
) -> Future[Any]:
    """Hand work to a pool of processes that may be breaking at this moment.

    Between a process's death and the pool's knowledge of it, handing out work may start another process while the pipes
    that it needs are being closed; what that raises depends on the instant.

    Args:
        pool: The pool.
        function: What is to be done.
        argument: With what.
        earlier: What was handed to the same pool before: that it has failed shows that the pool is broken.

    Raises:
        BrokenProcessPool: If a process of the pool has died.
        OSError: If no process could be started although the pool is whole.

    Example:
        >>> from concurrent.futures import ProcessPoolExecutor
        >>> with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        ...     submit(pool, abs, -3, ()).result()
        3
    """
    try:
        return pool.submit(function, argument)
    except (OSError, ValueError) as error:
        settled, _ = wait(earlier, timeout=SETTLING, return_when=FIRST_EXCEPTION)
        if any(isinstance(future.exception(), BrokenProcessPool) for future in settled if not future.cancelled()):
            raise BrokenProcessPool("a process died while another was started") from error
        raise
