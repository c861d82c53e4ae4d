"""Pools of processes that break while work is handed to them."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from hessproof.proofs_check.processes import submit


class Breaking(Executor):
    """A pool that cannot start its second process."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        """Refuse."""
        raise self.error


def failed(error: BaseException) -> Future[Any]:
    """Work that has ended with an error."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


@pytest.mark.parametrize("error", [ValueError("bad value(s) in fds_to_keep"), OSError(9, "Bad file descriptor")])
def test_what_a_breaking_pool_raises_is_a_broken_pool(error: Exception) -> None:
    earlier = [failed(BrokenProcessPool("a process died"))]
    with pytest.raises(BrokenProcessPool, match="while another was started"):
        submit(Breaking(error), abs, 1, earlier)


@pytest.mark.parametrize("earlier", [[], [failed(ArithmeticError("its own"))]])
def test_a_whole_pool_that_cannot_start_a_process_says_why(earlier: list[Future[Any]]) -> None:
    with pytest.raises(OSError, match="too many files"):
        submit(Breaking(OSError(24, "too many files")), abs, 1, earlier)
