"""The rows of a campaign as a CSV file."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from hessproof.proofs_check.campaigns.rows import COLUMNS
from hessproof.proofs_check.campaigns.store import Store
from hessproof.symbolic.errors import UnusableRequest


def write_csv(store: Store, out: str | Path) -> int:
    """Write all rows in the plan's order; the file takes its place when it is whole.

    Returns:
        How many rows were written.

    Raises:
        UnusableRequest: If the file cannot be written.
    """
    out = Path(out)
    if out.is_dir():
        raise UnusableRequest(f"--csv {out}", "the name of a file, not of a folder", f"give {out}.csv")
    if out.exists() and out.samefile(store.path):
        raise UnusableRequest(f"--csv {out}", "another file than the campaign's", f"give {out}.csv")
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    written = 0
    try:
        try:
            with partial.open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file, lineterminator="\n")
                table.writerow(COLUMNS)
                for row in store.stream(f"SELECT {', '.join(COLUMNS)} FROM instances ORDER BY number"):
                    table.writerow(row)
                    written += 1
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise UnusableRequest(
            f"--csv {out}", f"a file that can be written ({error.strerror})", "give another"
        ) from None
    return written
