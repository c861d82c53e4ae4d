"""Processes that do not outlive the one that started them, even if that is killed."""

from __future__ import annotations

import multiprocessing
import os
import threading


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
