"""Unusable requests to the commands for large networks: what each prints, and its exit status."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MOST = 400
"""Characters of a printed line that are kept."""
WIDTHS = ((3, 4), (2, 3))
"""Shapes of the weights of 4-3-2."""


class _Call:
    """Unpickled by an unrestricted reader it would run a command."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, ("echo this must not run",)


def _weights(folder: Path, name: str, entry: float = 1.0, shapes: tuple[tuple[int, int], ...] = WIDTHS) -> Path:
    path = folder / name
    np.savez(path, **{f"W{layer}": np.full(shape, entry) for layer, shape in enumerate(shapes, start=1)})
    return path


def _truncated(folder: Path) -> Path:
    path = folder / "truncated.npz"
    whole = _weights(folder, "whole.npz").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _hostile(folder: Path) -> Path:
    path = folder / "hostile.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hostile/data.pkl", pickle.dumps({"fc.weight": _Call()}, protocol=2))
        archive.writestr("hostile/version", "3\n")
    return path


def _unknown_layer(folder: Path) -> Path:
    path = folder / "unknown.npz"
    np.savez(path, **{"conv.weight": np.ones((8, 3, 3, 3)), "fc.weight": np.ones((2, 8))})
    return path


def requests(folder: Path) -> dict[str, list[str]]:
    """What is given, in words, and the arguments of ``hessproof``."""
    from hessproof.numeric.arrays import chosen_device

    data = ["--data", "gaussian"]
    device = "tpu" if chosen_device("auto").name == "cuda" else "cuda"
    return {
        "weights with NaN": ["rank", "--weights", str(_weights(folder, "nan.npz", np.nan)), *data],
        "weights with infinities": ["rank", "--weights", str(_weights(folder, "inf.npz", np.inf)), *data],
        "shapes that do not follow each other": [
            *("rank", "--weights", str(_weights(folder, "shapes.npz", shapes=((3, 4), (2, 5)))), *data)
        ],
        "a layer of an unknown type": ["rank", "--weights", str(_unknown_layer(folder)), *data],
        "a truncated file": ["rank", "--weights", str(_truncated(folder)), *data],
        "a pickle that calls `os.system`": ["rank", "--weights", str(_hostile(folder)), *data],
        "a device that is not there": ["rank", "64-20-10", "--device", device],
        "a request that cannot fit": ["rank", "64-4000-4000-10", "--dense"],
    }


def bad_input() -> list[dict[str, Any]]:
    """Give each of them to ``hessproof``; the paths of temporary files are left out of what is kept."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for given, arguments in requests(Path(folder)).items():
            command = [sys.executable, "-c", "from hessproof.proofs_check.cli.main import main; main()", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            printed = " / ".join(lines).replace(f"{folder}{os.sep}", "")[:MOST]
            found.append({"given": given, "status": done.returncode, "lines": len(lines), "printed": printed})
    return found
