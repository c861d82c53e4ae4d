"""Runs Coq: finds it, compiles all sources once for each state of them, and tries changed sources.

Compiled files are kept in a folder of the user's cache, named by a hash of the sources and of Coq's version, so that an
audit need not wait for the compiler where nothing changed. The variable ``HESSPROOF_CACHE`` names another folder, and
``HESSPROOF_COQ=none`` keeps Coq from being used at all.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hessproof.proofs_check.formal.cache import cache_folder, intact, placed
from hessproof.proofs_check.formal.processes import Done, Missing, Unanswered, run
from hessproof.proofs_check.formal.sources import LIBRARY, digest, read

PROGRAMS = ("coqc", "coqdep", "coq_makefile", "make")
WARNINGS = "none"
"""MathComp warns of hundreds of overridden notations."""
_ERROR = re.compile(
    r'^File "(?P<file>[^"]+)", line (?P<line>\d+), characters [^\n]*:\s*\n(?P<message>Error.*?)(?=^make|\Z)',
    re.DOTALL | re.MULTILINE,
)
_RULE = re.compile(r"^(?P<target>\S+)\.vo\b[^:]*:(?P<needs>.*)$")
_DONE = re.compile(r"^COQC (?P<file>\S+)\.v$")
_VERSION = re.compile(r"\d+\.[\w.+~-]+")
_ABSENT = re.compile(r"(?:Cannot find a physical path|Unable to locate library)(?![^.]*\bHessproof)")


@dataclass(frozen=True, slots=True)
class Failure:
    """What Coq said against a file.

    Args:
        file: The file, relative to the sources.
        line: The line.
        message: The error, as Coq words it.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        first = " ".join(self.message.split())
        return f"{self.file}, line {self.line}: {first if len(first) <= 200 else first[:199] + '…'}"


class CompilationError(Exception):
    """The sources do not compile.

    Args:
        failure: Where, and why.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def missing() -> str:
    """What is not installed, in words; empty if everything is there."""
    if os.environ.get("HESSPROOF_COQ") == "none":
        return "Coq is switched off by HESSPROOF_COQ=none"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"{', '.join(absent)} not found on PATH" if absent else ""


@cache
def version() -> str:
    """Coq's version, such as ``8.16.1``.

    Raises:
        Missing: If there is no Coq.
    """
    if missing():
        raise Missing(missing())
    told = run(["coqc", "--print-version"], patience=60.0)
    found = _VERSION.match(told.output)
    if told.status or found is None:
        raise Missing("coqc does not tell its version")
    return found[0]


def _options(folder: Path | str = ".") -> list[str]:
    return ["-q", "-w", WARNINGS, "-Q", str(folder), LIBRARY]


def _failure(folder: Path, program: str, told: Done) -> Failure:
    """What is wrong with a source.

    Raises:
        Missing: If a library is absent.
        Unanswered: If no source was found wrong, so that it must be the machine: no memory, a full disk, a signal.
    """
    found = _ERROR.search(told.errors)
    if found is None:
        words = " ".join(told.errors.split())[-200:] or "no message"
        raise Unanswered(
            f"{program} ended with status {told.status} ({words})", "see that there is memory and disk space"
        )
    name = found["file"].removeprefix("./")
    if Path(name).is_absolute():
        name = Path(os.path.relpath(name, folder)).as_posix()
    message = found["message"].strip()
    if _ABSENT.search(message):
        raise Missing(f"a library is absent ({message})")
    return Failure(name, int(found["line"]), message)


def _write(folder: Path, sources: Mapping[str, str]) -> None:
    for name, text in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiled sources.

    Args:
        build: The folder with all sources, compiled.
        sources: Their text.
        fresh: Whether they were compiled now, and not before from the same text by the same Coq.
    """

    build: Path
    sources: Mapping[str, str]
    fresh: bool = True

    def needs(self) -> dict[str, set[str]]:
        """For each file the files that it needs, directly."""
        told = run(["coqdep", "-Q", ".", LIBRARY, *self.sources], self.build).output
        found: dict[str, set[str]] = {}
        for line in told.splitlines():
            if rule := _RULE.match(line):
                needed = {f"{name.removesuffix('.vo')}.v" for name in rule["needs"].split() if name.endswith(".vo")}
                found[f"{rule['target']}.v"] = {name for name in needed if name in self.sources}
        return found

    def run(self, text: str, folder: Path) -> Failure | None:
        """Compile one more text against the compiled sources, in a folder of its own.

        Args:
            text: What Coq is to read; it may redirect output to files of ``folder``.
            folder: The folder, which exists.
        """
        (folder / "run.v").write_text(text, encoding="utf-8")
        done = run(["coqc", *_options(self.build), "run.v"], folder)
        return None if done.status == 0 else _failure(folder, "coqc", done)

    def fails(self, changed: Mapping[str, str], target: str, *, patience: float | None = None) -> Failure | None:
        """How ``target`` fails to compile when some sources are changed; None if it compiles.

        What stands between the changed files and the target is compiled too.

        Args:
            changed: New texts by name.
            target: The file in question.
            patience: Seconds for each file; see `run` of ``processes``.

        Returns:
            The first error, in whatever file it lies.

        Raises:
            Unanswered: If Coq does not come to an end with a file.
        """
        with tempfile.TemporaryDirectory(prefix="hessproof-coq-") as name:
            folder = Path(name)
            order = self._affected(changed, target)
            for file in self.sources:
                if file not in order:
                    self._link(file, folder)
            _write(folder, {file: changed.get(file, self.sources.get(file, "")) for file in order})
            for file in order:
                done = run(["coqc", *_options(), file], folder, patience=patience)
                if done.status:
                    return _failure(folder, "coqc", done)
        return None

    def _link(self, file: str, folder: Path) -> None:
        place = folder / file.replace(".v", ".vo")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(self.build / file.replace(".v", ".vo"))

    def _affected(self, changed: Mapping[str, str], target: str) -> list[str]:
        """What must be compiled again, in order, the target last."""
        needs = self.needs()
        order: list[str] = []

        def stale(file: str) -> bool:
            later = [stale(other) for other in sorted(needs.get(file, ()))]
            again = file in changed or any(later)
            if again and file not in order:
                order.append(file)
            return again

        stale(target)
        return order if target in order else [*order, target]


def compiled(
    sources: Mapping[str, str] | None = None,
    *,
    jobs: int = 1,
    clean: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> Compiler:
    """All sources, compiled; from the cache if the same sources were compiled by the same Coq before.

    Args:
        sources: Texts by name; those of this project if None.
        jobs: Processes.
        clean: Whether to compile even if the cache has them.
        progress: Called with each file's name.

    Raises:
        Missing: If Coq or a library is absent, or the cache cannot be written.
        CompilationError: If a file does not compile.
    """
    sources = read() if sources is None else dict(sources)
    final = cache_folder() / f"{digest(sources)[:32]}-coq-{version()}"
    if not clean and intact(final):
        return Compiler(final, sources, fresh=False)
    with placed(final, keep=not clean) as folder:
        build(folder, sources, jobs, progress)
    return Compiler(final, sources)


def build(
    folder: Path,
    sources: Mapping[str, str],
    jobs: int = 1,
    progress: Callable[[str], None] = lambda line: None,
) -> None:
    """Write the sources to a folder and compile them there; see `compiled` for what is raised."""
    _write(folder, sources)
    project = [f"-Q . {LIBRARY}", "-arg -q", f"-arg -w -arg {WARNINGS}", *sources]
    (folder / "_CoqProject").write_text("\n".join(project) + "\n", encoding="utf-8")
    made = run(["coq_makefile", "-f", "_CoqProject", "-o", "Makefile"], folder)
    if made.status:
        raise Unanswered(f"coq_makefile ended with status {made.status} ({made.errors[-200:]})")
    count = 0

    def told(line: str) -> None:
        nonlocal count
        if found := _DONE.match(line):
            count += 1
            progress(f"coqc {found['file']} ({count} of {len(sources)})")

    done = run(["make", f"-j{max(1, jobs)}", "--no-print-directory"], folder, told=told)
    if done.status:
        raise CompilationError(_failure(folder, "make", done))
    left = [name for name in sources if not (folder / name).with_suffix(".vo").exists()]
    if left:
        raise Unanswered(f"make ended well and did not compile {left[0]}", "see that PATH leads to GNU make")
