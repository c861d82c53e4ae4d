"""One measurement: ``python -m benchmarks.scale.one CONTENDER NETWORK.npz GIB THREADS SECONDS``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.scale.contenders import BESIDE, CONTENDERS
from benchmarks.scale.limits import BEGIN, Limits, peak_mib, restrict


def main() -> None:
    """Import, bound the memory, run, and print what was found with the largest resident memory in MiB."""
    name, path, gib, threads, seconds = sys.argv[1:]
    limits = Limits(float(seconds), float(gib), int(threads))
    work = (CONTENDERS | BESIDE)[name].prepare(Path(path))
    restrict(limits)
    print(BEGIN, flush=True)
    found = work()
    found["peak_mib"] = peak_mib()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
