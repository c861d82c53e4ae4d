"""Make the page, the Markdown and the JUnit file again from a report's JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from hessproof.proofs_check.report import Report, write_report
from hessproof.proofs_check.staging import staged
from hessproof.symbolic.errors import UnusableRequest


def load(path: Path) -> Report:
    """Read a report's JSON.

    Raises:
        UnusableRequest: If the file cannot be read or is no report.
    """
    remedy = "give a report.json written by hessproof verify --out"
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusableRequest(f"file '{path}'", f"one that can be read ({error.strerror})", remedy) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise UnusableRequest(f"file '{path}'", f"a report ({place}: {first['msg']})", remedy) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if done, 2 if the request was unusable."""
    parser = argparse.ArgumentParser(prog="python -m hessproof.proofs_check.report", description=__doc__)
    parser.add_argument("json", type=Path, metavar="REPORT.JSON", help="a report.json")
    parser.add_argument("--out", type=Path, default=Path("report"), metavar="DIR", help="folder for the files")
    options = parser.parse_args(arguments)
    try:
        report = load(options.json)
        with staged(options.out) as folder:
            write_report(report, folder)
    except UnusableRequest as error:
        print(f"hessproof: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
