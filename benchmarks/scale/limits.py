"""One measurement in a process of its own, with limits of time and memory, and its failure in words."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

GIB = 2**30
BEGIN = "begin"
"""What a measurement prints when its imports are done and its work begins."""
IMPORTS = 60.0
"""Seconds that it may take to get there."""
POLL = 0.2
"""Seconds between two looks at a running process; only the memory of a process that is ended for time depends on it."""

_OUT_OF_MEMORY = re.compile(
    r"MemoryError|std::bad_alloc|RESOURCE_EXHAUSTED|[Oo]ut of memory|can't allocate memory|[Uu]nable to allocate"
    r"|Cannot allocate memory|[Mm]emory_manager|Memory allocation (still )?failed"
)
"""How Python, C++, XLA, PyTorch, FLINT, the system and OpenBLAS say it."""

_REFUSED = re.compile(r"^[\w.]*UnusableRequest: ")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one measurement may take.

    Args:
        seconds: Wall time of the work, from the line ``BEGIN`` on.
        gib: Address space beyond what the imports have mapped (RLIMIT_AS), in GiB.
        threads: Cores and threads.
    """

    seconds: float
    gib: float
    threads: int


def measure(command: list[str], limits: Limits) -> dict[str, Any]:
    """Run a command that prints ``BEGIN`` and, as its last line, a JSON object.

    Returns:
        That object, with ``wall`` in seconds; or ``failed``, in words, with ``wall`` and, if known, ``peak_mib``.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=err,
            env=environment(limits),
            start_new_session=True,
            preexec_fn=lambda: bind(limits.threads),
        )
        peak, ended = _wait(process, limits.seconds, lambda: os.fstat(out.fileno()).st_size > 0)
        wall = time.perf_counter() - start
        if ended:
            found: dict[str, Any] = {"failed": f"not done after {limits.seconds:g} s", "peak_mib": peak}
        elif process.returncode:
            found = {"failed": in_words(process.returncode, _text(err), limits), "peak_mib": peak}
        else:
            found = json.loads(_text(out).splitlines()[-1])
    return {**found, "wall": wall}


def _wait(process: subprocess.Popen[bytes], seconds: float, begun: Callable[[], bool]) -> tuple[float | None, bool]:
    """Wait for the end of a process or of its time; the largest memory seen (MiB), and whether time ended it."""
    peak: float | None = None
    waiting, end = True, time.perf_counter() + IMPORTS
    try:
        while time.perf_counter() < end:
            if waiting and begun():
                waiting, end = False, time.perf_counter() + seconds
            peak = peak_mib(process.pid) or peak
            try:
                process.wait(POLL)
                return peak, False
            except subprocess.TimeoutExpired:
                continue
        return peak, True
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def environment(limits: Limits) -> dict[str, str]:
    """The environment of a measurement: as many threads as it may have, no accelerator."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        **os.environ,
        **dict.fromkeys(names, str(limits.threads)),
        "CUDA_VISIBLE_DEVICES": "",
        "JAX_PLATFORMS": "cpu",
        "PYTHONWARNINGS": "ignore",
    }


def peak_mib(pid: int | str = "self") -> float | None:
    """Largest resident memory that a process has had, in MiB; None where the system does not say."""
    return _status(pid, "VmHWM")


def bind(cores: int) -> None:
    """Leave this process only some cores: not every library reads the variables of ``environment``."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def restrict(limits: Limits) -> None:
    """Bound the address space of this process: what is mapped now, and ``limits.gib`` more."""
    import resource

    mapped = _status("self", "VmSize") or 0.0
    limit = int(mapped * 2**20 + limits.gib * GIB)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _status(pid: int | str, field: str) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:")), None)


def in_words(status: int, stderr: str, limits: Limits) -> str:
    r"""Why a process failed: memory, a signal, or the last line that it wrote.

    Example:
        >>> in_words(1, "Traceback …\nMemoryError: Unable to allocate 4.1 GiB for an array", Limits(60, 4, 1))
        'out of memory: more than 4 GiB'
        >>> in_words(-9, "", Limits(60, 4, 1))
        'ended by signal SIGKILL'
    """
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    if any(_OUT_OF_MEMORY.search(line) for line in lines):
        return f"out of memory: more than {limits.gib:g} GiB"
    if lines and _REFUSED.match(lines[-1]):
        return _REFUSED.sub("refused: ", lines[-1])
    if status < 0:
        return f"ended by signal {signal.Signals(-status).name}"
    return lines[-1][:200] if lines else f"ended with status {status}"


def command_of(contender: str, network: Path, limits: Limits) -> list[str]:
    """The command that runs one contender on one network."""
    return [
        *(sys.executable, "-m", "benchmarks.scale.one", contender, str(network)),
        *(str(limits.gib), str(limits.threads), str(limits.seconds)),
    ]


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()
