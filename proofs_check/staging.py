"""Writing a folder so that nothing half-written is ever seen and what was there before stays until the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hessproof.symbolic.errors import UnusableRequest


@contextmanager
def staged(out: str | Path) -> Iterator[Path]:
    """A new folder whose files take their place in ``out`` when the block ends well.

    The folder lies on the same file system as ``out``; each file takes its place in one step, after the last was
    written. If the block raises, ``out`` is as it was, and what the block wrote is gone. Files of ``out`` that the
    block does not write are left alone. Whether ``out`` can be written is found out at the start, not after the work.

    Args:
        out: A folder, or where one can be made.

    Raises:
        UnusableRequest: If ``out`` cannot be made or written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with staged(Path(place, "a", "b")) as folder:
        ...         _ = Path(folder, "x.txt").write_text("done")
        ...         before = Path(place, "a").exists()
        ...     before, Path(place, "a", "b", "x.txt").read_text()
        (False, 'done')
    """
    if not str(out).strip():
        raise UnusableRequest("output folder ''", "the name of a folder", "give for instance --out report")
    out = Path(os.path.abspath(out))
    ground = next(place for place in (out, *out.parents) if os.path.lexists(place))
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=".hessproof-", dir=ground))
    except OSError as error:
        raise _unwritable(out, error) from None
    try:
        yield folder
        _take_place(folder, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_place(folder: Path, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in files:
            target = out / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(0, f"{target.name} in it is a folder")
        for path in files:
            os.replace(path, out / path.relative_to(folder))
    except OSError as error:
        raise _unwritable(out, error) from None


def _unwritable(out: Path, error: OSError) -> UnusableRequest:
    reason = error.strerror or str(error)
    return UnusableRequest(
        f"output folder '{out}'", f"a folder that can be written ({reason})", "give another, for instance --out report"
    )
