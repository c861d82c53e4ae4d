"""Write lowest.txt, the constraints that pin every declared dependency to its lower bound, from pyproject.toml.

Run it as ``python requirements/write_lowest.py``.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = "# Written by requirements/write_lowest.py from the lower bounds in pyproject.toml.\n"


def lowest(pyproject: str) -> str:
    """The constraints file for the runtime dependencies and the ``test`` extra of this ``pyproject.toml``.

    Raises:
        ValueError: If a requirement has no lower bound.
    """
    project = tomllib.loads(pyproject)["project"]
    lines = []
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        found = re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)(,<[0-9.]+)?", requirement)
        if found is None:
            raise ValueError(f"{requirement!r} is not of the form name>=version")
        lines.append(f"{found[1]}=={found[2]}\n")
    return HEADER + "".join(sorted(lines))


def main() -> None:
    """Rewrite lowest.txt beside this file."""
    text = (HERE.parent / "pyproject.toml").read_text(encoding="utf-8")
    (HERE / "lowest.txt").write_text(lowest(text), encoding="utf-8")


if __name__ == "__main__":
    main()
