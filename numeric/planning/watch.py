"""Whom a long computation tells how far it is, and where it keeps unfinished work."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from hessproof.numeric.arrays import Array, namespace_of, to_numpy

if TYPE_CHECKING:
    from hessproof.numeric.modular.checkpoint import Checkpoint

Found = TypeVar("Found")

GLANCE = 0.1
"""Seconds between two looks at a call that is waited for: as soon as that is it stopped by Ctrl-C."""

WORTH_KEEPING = 1e11
"""Operations from which on unfinished work is kept: 2.6 s on one core at 38 Gflop/s, order 5,300; less is soon done
again, while writing and reading it back takes as long."""


def _nobody(what: str, share: float) -> None:
    """Nobody asked how far the work is."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom a long computation tells how far it is, and where it keeps unfinished work.

    Args:
        progress: Called with the name of a piece and the share of it that is done, in [0, 1].
        scratch: The file for the unfinished work of a given name; None if nothing is to be kept.
        seconds: Between two writings of unfinished work.

    Example:
        >>> seen = []
        >>> watch = Watch(lambda what, share: seen.append((what, share)))
        >>> watch.piece("core of order 10")(0.5)
        >>> seen, watch.checkpoint("core")
        ([('core of order 10', 0.5)], None)
    """

    progress: Callable[[str, float], None] = _nobody
    scratch: Callable[[str], Path] | None = None
    seconds: float = 60.0

    def piece(self, what: str) -> Callable[[float], None]:
        """What one piece calls with its share."""
        return lambda share: self.progress(what, share)

    def checkpoint(self, name: str, flops: float = WORTH_KEEPING) -> Checkpoint | None:
        """Where unfinished work of this name is kept; None if nothing is, or if there is too little of it."""
        if self.scratch is None or flops < WORTH_KEEPING:
            return None
        # a plan is made before anything else, so it loads no elimination
        from hessproof.numeric.modular.checkpoint import Checkpoint

        return Checkpoint(self.scratch(name), self.seconds)

    def elimination(self, matrix: Array, prime: int, flops: float) -> tuple[Callable[[float], None], Checkpoint | None]:
        """Progress and checkpoint of the elimination of a matrix modulo a prime.

        Eliminations of one computation may have the same shape and prime, so a file is named after the sums of the
        columns too. What is in it is compared with the whole matrix.

        Example:
            >>> Watch().elimination(np.eye(10), 7, 700.0)[1] is None
            True
        """
        rows, columns = matrix.shape
        shape = f"order {rows:,}" if rows == columns else f"{rows:,} × {columns:,}"
        told, kept = self.piece(f"elimination of {shape} modulo {prime}"), None
        if self.scratch is not None and flops >= WORTH_KEEPING:
            sums = np.ascontiguousarray(to_numpy(namespace_of(matrix).sum(matrix, axis=0)))
            mark = hashlib.sha256(sums.data).hexdigest()[:12]
            kept = self.checkpoint(f"elimination-{rows}-{columns}-{prime}-{mark}.zip", flops)
        return told, kept

    def wait(self, what: str, call: Callable[[], Found], expected: float | None = None) -> Found:
        """The result of a call that cannot say how far it is, such as one of LAPACK.

        The call runs in a thread of its own, so that Ctrl-C is answered at once, provided that the call lets other
        threads run, as NumPy's linear algebra does and SciPy's does not. The share that is told is that of the expected
        seconds, as long as it is below 99 %. After Ctrl-C the thread ends with the process.

        Args:
            what: The piece.
            call: Without arguments.
            expected: Seconds that it should take; nothing is told if None.

        Raises:
            BaseException: What the call raises.

        Example:
            >>> Watch().wait("a sum", lambda: 1 + 1)
            2
        """
        found: list[Found] = []
        failed: list[BaseException] = []
        shown = np.geterr()  # which of NumPy's warnings are shown is decided for each thread

        def run() -> None:
            try:
                with np.errstate(**shown):
                    found.append(call())
            except BaseException as error:  # handed on to whoever waits
                failed.append(error)

        thread = threading.Thread(target=run, name=what, daemon=True)
        start = time.monotonic()
        thread.start()
        while thread.is_alive():
            thread.join(GLANCE)
            if expected is not None:
                self.progress(what, min(0.99, (time.monotonic() - start) / max(expected, GLANCE)))
        if failed:
            raise failed[0]
        return found[0]


_CURRENT: ContextVar[Watch | None] = ContextVar("watch", default=None)


def current_watch() -> Watch:
    """The watch of the block around; one that nobody listens to outside of `watched_by`.

    Example:
        >>> current_watch() == Watch()
        True
    """
    return _CURRENT.get() or Watch()


@contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Let every elimination of the block, however deep, report to a watch and keep its unfinished work there.

    The watch belongs to the thread that runs the block: what other threads do meanwhile is not reported.

    Args:
        watch: Whom to tell.

    Example:
        >>> with watched_by(Watch(seconds=5.0)):
        ...     current_watch().seconds
        5.0
    """
    token = _CURRENT.set(watch)
    try:
        yield
    finally:
        _CURRENT.reset(token)
