"""Batches on a Dask cluster: workers may come, go and die while a campaign runs."""

from __future__ import annotations

import logging
import queue
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hessproof.proofs_check.campaigns.engines import AHEAD, Engine
from hessproof.proofs_check.campaigns.work import Batch, Done, work
from hessproof.proofs_check.versions import version_of
from hessproof.symbolic.errors import UnusableRequest

CONNECT = 10.0
"""Seconds that a scheduler has to answer."""
WORKERS = 60.0
"""Seconds that a cluster may be without any worker: it may be starting, or replacing those that died."""


class Cluster:
    """Does batches on the workers of a cluster. A worker that dies loses nothing: its batch goes to another.

    Args:
        client: A ``distributed.Client`` connected to the scheduler.
        address: The scheduler's, for messages.
    """

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._futures: set[Any] = set()
        self._last_seen = time.monotonic()

    def room(self) -> int:
        """So many that no worker has to wait."""
        return AHEAD * max(1, self.processes()) - len(self._futures)

    def waiting(self) -> int:
        """How many batches it has."""
        return len(self._futures)

    def submit(self, batch: Batch) -> None:
        """Hand a batch to the scheduler."""
        future = self._client.submit(work, batch, pure=False)
        self._futures.add(future)
        future.add_done_callback(self._finished.put)

    def collect(self, seconds: float) -> list[Done]:
        """What has been finished.

        Raises:
            UnusableRequest: If the scheduler or the last worker is gone, a worker lacks this project or has another
                version of it, or a batch has killed several workers.
        """
        results: list[Done] = []
        try:
            future = self._finished.get(timeout=seconds)
            while True:
                results.append(self._result(future))
                self._futures.discard(future)
                future = self._finished.get_nowait()
        except queue.Empty:
            pass
        if results or self.processes():
            self._last_seen = time.monotonic()
        elif time.monotonic() - self._last_seen > WORKERS:
            raise _no_worker(self._address)
        return results

    def _result(self, future: Any) -> Done:
        try:
            return self._checked(future)
        except OSError:
            raise self._gone() from None

    def _checked(self, future: Any) -> Done:
        if future.status in ("cancelled", "lost"):
            raise self._gone()
        error = future.exception()
        if error is not None:
            raise UnusableRequest(
                f"a worker of {self._address}", f"one that can do a batch ({type(error).__name__}: {error})",
                f"install hessproof {version_of('hessproof')} for all workers, and give them enough memory",
            )  # fmt: skip
        done: Done = future.result()
        if done.version != version_of("hessproof"):
            raise UnusableRequest(
                f"a worker of {self._address} with hessproof {done.version}",
                f"version {version_of('hessproof')}", "install that for all workers",
            )  # fmt: skip
        return done

    def _gone(self) -> UnusableRequest:
        return UnusableRequest(
            f"scheduler {self._address}", "one that stays until the end; the connection is lost",
            "start it again; the same command goes on from the committed rows",
        )  # fmt: skip

    def processes(self) -> int:
        """How many threads of workers there are now.

        Raises:
            UnusableRequest: If the scheduler is gone.
        """
        if self._client.status != "running":
            raise self._gone()
        try:
            return sum(self._client.nthreads().values())
        except OSError:
            raise self._gone() from None

    def close(self) -> None:
        """Take back what has not begun."""
        if self._client.status == "running":
            self._client.cancel(list(self._futures), force=True)


@contextmanager
def on_cluster(address: str) -> Iterator[Engine]:
    """An engine on the cluster of a scheduler.

    Args:
        address: For instance ``tcp://127.0.0.1:8786``.

    Raises:
        UnusableRequest: If Dask is not installed, there is no scheduler, or no worker comes.
    """
    try:
        import dask
        import distributed
    except ImportError:
        raise UnusableRequest(
            f"--scheduler {address}", "Dask, which is not installed", "pip install 'hessproof[dask]'"
        ) from None
    _check_address(address)
    library: Any = distributed  # its classes are only partly annotated
    with _quiet(), dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT:g}s"}):
        try:
            client = library.Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UnusableRequest(
                f"--scheduler {address}", f"the address of a Dask scheduler that answers ({error})",
                "start one with: dask scheduler",
            ) from None  # fmt: skip
        cluster = Cluster(client, address)
        try:
            _wait_for_worker(client, address)
            yield cluster
        finally:
            cluster.close()
            client.close(timeout=CONNECT)


def _wait_for_worker(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS)
    except TimeoutError:
        raise _no_worker(address) from None


def _no_worker(address: str) -> UnusableRequest:
    return UnusableRequest(
        f"--scheduler {address}", "a cluster with at least one worker", f"start one with: dask worker {address}"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """What is worth telling is told in one line; the library logs every lost connection at length."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    before = {name: logging.getLogger(name).level for name in names}
    try:
        for name in names:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _check_address(address: str) -> None:
    """Refuse what a client would try for a long time before it gave up."""
    port = re.fullmatch(r"(?:[a-z]+://)?[^\s/]+:(\d{1,5})", address)
    if port is None or not 1 <= int(port[1]) < 2**16:
        raise UnusableRequest(
            f"--scheduler {address!r}", "the address of a Dask scheduler", "give for instance tcp://127.0.0.1:8786"
        )
