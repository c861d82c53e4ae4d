"""Which modules a route executes, seen while it runs rather than read off its imports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

PROJECT = "hessproof."


def executed_modules(action: Callable[[], object], *, afresh: bool = True) -> list[str]:
    """Modules of this project whose functions run while ``action`` runs, sorted.

    Module bodies that an import executes do not count: importing a module is not using it. Results that functions of
    the project keep (``functools`` caches) are dropped first, because a remembered answer would hide the modules that
    found it.

    Args:
        action: A function of no arguments; it must do its work in this thread.
        afresh: Whether to drop remembered results first.

    Raises:
        Exception: Whatever ``action`` raises.

    Example:
        >>> from hessproof.symbolic.architecture import Architecture
        >>> executed_modules(lambda: Architecture.parse("2-3"))
        ['hessproof.symbolic.architecture']
    """
    if afresh:
        forget_results()
    seen: set[str] = set()
    importing = 0

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal importing
        if event not in ("call", "return"):
            return
        if frame.f_code.co_name == "<module>":
            importing = max(0, importing + (1 if event == "call" else -1))
        elif event == "call" and not importing:
            name = frame.f_globals.get("__name__", "")
            if name.startswith(PROJECT):
                seen.add(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(before)
    return sorted(seen - {__name__})


def forget_results() -> None:
    """Clear the ``functools`` caches of all loaded modules of this project, methods of their classes included."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(PROJECT):
            continue
        for value in list(vars(module).values()):
            members = list(vars(value).values()) if isinstance(value, type) else []
            for candidate in (value, *members):
                candidate = getattr(candidate, "__func__", candidate)
                wrapped = getattr(candidate, "__wrapped__", None)
                clear = getattr(candidate, "cache_clear", None)
                if callable(clear) and getattr(wrapped, "__module__", "").startswith(PROJECT):
                    clear()
