"""One measurement in a process of its own: ``python -m benchmarks.one CONTENDER NETWORK.npz`` prints one JSON line."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from benchmarks.contenders import CONTENDERS


def main() -> None:
    """Run the contender and print what it found, with the largest resident memory of this process in MiB."""
    name, path = sys.argv[1:]
    found = CONTENDERS[name](Path(path))
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
