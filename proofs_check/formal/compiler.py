"""Runs Coq: finds it, compiles all sources once for each state of them, and tries changed sources.

Compiled files are kept in a folder of the user's cache, named by a hash of the sources and of Coq's version, so that an
audit need not wait for the compiler where nothing changed. The variable ``HESSPROOF_CACHE`` names another folder, and
``HESSPROOF_COQ=none`` keeps Coq from being used at all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
REMEDY = (
    "install Coq 8.16 with MathComp; on Debian apt-get install coq libcoq-mathcomp-algebra "
    "libcoq-mathcomp-real-closed libcoq-mathcomp-multinomials make"
)


class Missing(Exception):
    """Coq, or a library that the proofs need, is not installed."""


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
    told = _run(["coqc", "--print-version"]).stdout.split()
    return told[0]


def cache_folder() -> Path:
    """Where compiled files are kept."""
    named = os.environ.get("HESSPROOF_CACHE")
    if named:
        return Path(named) / "formal"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hessproof" / "formal"


def _run(command: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"COQPATH", "MAKEFLAGS", "MAKELEVEL"}}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def _options(folder: Path | str = ".") -> list[str]:
    return ["-q", "-w", WARNINGS, "-Q", str(folder), LIBRARY]


def _failure(folder: Path, told: str, file: str) -> Failure:
    found = _ERROR.search(told)
    if found is None:
        return Failure(file, 0, told.strip() or "no message")
    name = found["file"].removeprefix("./")
    if Path(name).is_absolute():
        name = Path(os.path.relpath(name, folder)).as_posix()
    return Failure(name, int(found["line"]), found["message"].strip())


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
        told = _run(["coqdep", "-Q", ".", LIBRARY, *self.sources], self.build).stdout
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
        done = _run(["coqc", *_options(self.build), "run.v"], folder)
        return None if done.returncode == 0 else _failure(folder, done.stderr, "run.v")

    def fails(self, changed: Mapping[str, str], target: str) -> Failure | None:
        """How ``target`` fails to compile when some sources are changed; None if it compiles.

        What stands between the changed files and the target is compiled too.

        Args:
            changed: New texts by name.
            target: The file in question.

        Returns:
            The first error, in whatever file it lies.
        """
        with tempfile.TemporaryDirectory(prefix="hessproof-coq-") as name:
            folder = Path(name)
            order = self._affected(changed, target)
            for file in self.sources:
                if file not in order:
                    self._link(file, folder)
            _write(folder, {file: changed.get(file, self.sources.get(file, "")) for file in order})
            for file in order:
                done = _run(["coqc", *_options(), file], folder)
                if done.returncode:
                    return _failure(folder, done.stderr, file)
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


@contextmanager
def _place(final: Path) -> Iterator[Path]:
    """A folder that becomes ``final`` when the block ends without an error."""
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{final.name}.", dir=final.parent))
    try:
        yield partial
        try:
            partial.rename(final)
        except OSError:
            # Somebody else was faster with the same sources.
            if not (final / "complete").exists():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


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
        Missing: If Coq or a library is absent.
        CompilationError: If a file does not compile.
    """
    sources = read() if sources is None else dict(sources)
    final = cache_folder() / f"{digest(sources)[:32]}-coq-{version()}"
    if clean:
        shutil.rmtree(final, ignore_errors=True)
    if (final / "complete").exists():
        return Compiler(final, sources, fresh=False)
    if final.exists():
        shutil.rmtree(final, ignore_errors=True)
    with _place(final) as folder:
        build(folder, sources, jobs, progress)
        (folder / "complete").write_text(version(), encoding="utf-8")
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
    made = _run(["coq_makefile", "-f", "_CoqProject", "-o", "Makefile"], folder)
    if made.returncode:
        raise CompilationError(Failure("_CoqProject", 0, made.stderr))
    with (folder / "errors.txt").open("w+", encoding="utf-8") as errors:
        command = ["make", f"-j{max(1, jobs)}", "--no-print-directory"]
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            assert process.stdout is not None
            count = 0
            for line in process.stdout:
                if found := _DONE.match(line.strip()):
                    count += 1
                    progress(f"coqc {found['file']} ({count} of {len(sources)})")
        if process.returncode:
            errors.seek(0)
            told = errors.read()
            failure = _failure(folder, told, "Makefile")
            if "Cannot find a physical path" in told or "Unable to locate library" in told:
                raise Missing(f"a library is absent ({' '.join(failure.message.split())})")
            raise CompilationError(failure)
