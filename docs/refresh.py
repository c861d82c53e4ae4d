"""Run the commands that README.md and the pages of docs/ show, and put what they print below them.

Run it as ``python docs/refresh.py [PAGE ...]``. A console block is refreshed if it has one
command whose output is shown without the wildcard ``[...]``; the tests compare all of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?<=^```console\n)\$ ([^\n]+)\n((?:(?!^\$ |^```$).*\n)+)(?=^```$)", re.MULTILINE)
ANY = "[...]"


def refreshed(text: str) -> str:
    """``text`` with the outputs of its shown commands as they are now."""
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "120"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

    def printed(match: re.Match[str]) -> str:
        if ANY in match[2]:
            return match[0]
        done = subprocess.run(match[1], shell=True, cwd=ROOT, capture_output=True, text=True, env=environment)
        lines = (done.stdout or done.stderr).strip().splitlines()
        return f"$ {match[1]}\n" + "".join(f"{line.rstrip()}\n" for line in lines)

    return BLOCK.sub(printed, text)


def main() -> None:
    """Refresh the pages named on the command line, or all of them."""
    pages = [Path(name) for name in sys.argv[1:]] or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for page in pages:
        before = page.read_text(encoding="utf-8")
        after = refreshed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(page)


if __name__ == "__main__":
    main()
