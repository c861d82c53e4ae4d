"""A user's file of conjectures: finding it before it is run, and running it in the user's process.

Only the process that :mod:`hessproof.proofs_check.conjectures.sandbox` starts runs the file.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from hessproof.proofs_check.conjectures.api import Conjecture
from hessproof.proofs_check.selection import alternatives, nearest
from hessproof.symbolic.errors import UnusableRequest

MODULE = "_conjectures_of_the_user"
LARGEST_FILE = 10_000_000
"""Bytes; a file of formulas is thousands of times smaller."""


def split(text: str) -> tuple[Path, str | None]:
    """``FILE[:NAME]`` as a path and a name; a colon that belongs to the path stays there.

    Example:
        >>> split("mine.py:my_rank"), split("mine.py")
        ((PosixPath('mine.py'), 'my_rank'), (PosixPath('mine.py'), None))
    """
    file, colon, name = text.rpartition(":")
    if colon and name.isidentifier() and not Path(text).exists():
        return Path(file), name
    return Path(text), None


def readable(path: Path) -> str:
    """The text of a file that can be run.

    Raises:
        UnusableRequest: If there is no such file, or it is not Python's.
    """
    shown = repr(str(path))
    try:
        if not path.is_file():
            what = "a directory" if path.is_dir() else "nothing" if not path.exists() else "no regular file"
            raise UnusableRequest(f"{shown}, which is {what}", "a Python file", "write for instance conjecture mine.py")
        if path.stat().st_size > LARGEST_FILE:
            raise UnusableRequest(f"{shown} of {path.stat().st_size} bytes", f"at most {LARGEST_FILE}", "name another")
        source = path.read_bytes()
    except UnusableRequest:
        raise
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise UnusableRequest(f"{shown} ({reason})", "a file that can be read", "check path and permissions") from None
    try:
        compile(source, str(path), "exec", dont_inherit=True)
    except SyntaxError as problem:
        place = f" in line {problem.lineno}" if problem.lineno else ""
        raise UnusableRequest(f"{shown} ({problem.msg}{place})", "a Python file", "mend the syntax") from None
    except (ValueError, RecursionError, MemoryError) as problem:
        raise UnusableRequest(f"{shown} ({problem})", "a Python file", "name another file") from None
    return shown


def run_file(path: Path) -> dict[str, Conjecture]:
    """Run a file and collect its conjectures by the names that it gives them.

    Raises:
        UnusableRequest: If the file raises.
    """
    sys.path.insert(0, str(path.resolve().parent))
    try:
        module = _imported(path)
    except UnusableRequest:
        raise
    except BaseException as problem:
        frames = traceback.extract_tb(problem.__traceback__)
        line = next((frame.lineno for frame in reversed(frames) if frame.filename == str(path.absolute())), None)
        text = " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
        place = "" if line is None else f" in line {line}"
        raise UnusableRequest(
            f"'{path}', which raises {text}{place}", "a file that can be imported", "run it with python first"
        ) from None
    found: dict[str, Conjecture] = {}
    for name, value in vars(module).items():
        if isinstance(value, Conjecture) and all(value is not other for other in found.values()):
            found[name] = value
    return found


def chosen(found: dict[str, Conjecture], name: str | None, path: Path) -> Conjecture:
    """The conjecture of a name, or the only one there is.

    Raises:
        UnusableRequest: If there is none, or more than one and no name.
    """
    if not found:
        raise UnusableRequest(
            f"'{path}' without a conjecture", "a function under @conjecture(…)", "see hessproof conjecture --help"
        )
    names = list(found)
    if name is None:
        if len(found) > 1:
            raise UnusableRequest(
                f"'{path}' with {len(found)} conjectures", "one of them", f"add :{' or :'.join(names[:8])} to the file"
            )
        return found[names[0]]
    if name not in found:
        guesses = nearest(name, names) or names[:8]
        raise UnusableRequest(
            f"conjecture {name!r} in '{path}'", f"a function under @conjecture(…), {alternatives(guesses)}",
            f"write {path}:{guesses[0]}",
        )  # fmt: skip
    return found[name]


def _imported(path: Path) -> ModuleType:
    file = str(path.absolute())
    spec = importlib.util.spec_from_file_location(MODULE, file)
    if spec is None or spec.loader is None:
        from importlib.machinery import SourceFileLoader

        spec = importlib.util.spec_from_loader(MODULE, SourceFileLoader(MODULE, file))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module
