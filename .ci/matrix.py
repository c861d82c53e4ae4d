"""Name the interpreters that a tox run used and those that it did not find.

Commands: ``python .ci/matrix.py ran ENV FOLDER`` notes that ENV has passed in this run;
``python .ci/matrix.py check FOLDER`` prints what ran and what is missing, and fails if no interpreter ran.

Notes of earlier runs do not count: a note carries the process id of the tox that made it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WANTED = {"py311": "python3.11", "py312": "python3.12", "py313": "python3.13", "lowest": "python3.11"}


def note(env: str, folder: Path) -> None:
    """Leave a note that ``env`` has passed under the tox that started this process."""
    (folder / "ran").mkdir(parents=True, exist_ok=True)
    version = ".".join(map(str, sys.version_info[:3]))
    (folder / "ran" / env).write_text(f"{os.getppid()} {version}\n", encoding="utf-8")


def works(interpreter: str) -> bool:
    """Whether PATH has this interpreter and it starts (a version manager's shim may not)."""
    try:
        return subprocess.run([interpreter, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def check(folder: Path) -> int:
    """Print one line for each wanted environment; 0 if at least one interpreter ran the suite."""
    ran = 0
    for env, interpreter in WANTED.items():
        path = folder / "ran" / env
        parent, version = path.read_text(encoding="utf-8").split() if path.exists() else ("", "")
        if parent == str(os.getppid()):
            ran += env.startswith("py")
            print(f"{env:7} passed on Python {version}")
        else:
            why = "NOT PASSED, it failed or was not asked for" if works(interpreter) else "MISSING"
            print(f"{env:7} {why}: {interpreter}")
    print(f"{ran} of {sum(env.startswith('py') for env in WANTED)} interpreters ran the suite")
    return 0 if ran else 1


def main(arguments: list[str]) -> int:
    """Run the command given by ``arguments``."""
    match arguments:
        case ["ran", env, folder]:
            note(env, Path(folder))
            return 0
        case ["check", folder]:
            return check(Path(folder))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
