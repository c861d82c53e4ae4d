"""Asks Coq what each theorem says and what it rests on, after everything has been compiled."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hessproof.proofs_check.formal import blocks, formulas, instances
from hessproof.proofs_check.formal.compiler import Compiler, Failure, compiled, version
from hessproof.proofs_check.formal.sources import Statement, Trust, digest, statements, trusted

CLOSED = "Closed under the global context"
"""What Coq prints of a theorem that rests on no axiom."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One theorem, as Coq sees it.

    Args:
        statement: Its source.
        checked: The statement as Coq prints it, every argument shown.
        assumptions: What Coq's ``Print Assumptions`` says.
    """

    statement: Statement
    checked: str
    assumptions: str

    @property
    def closed(self) -> bool:
        """Whether it rests on nothing but Coq's logic."""
        return self.assumptions == CLOSED


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Args:
        theorems: The theorems asked for, by full name.
        trust: Whatever the sources take on trust; must be empty.
        drift: Which generated source is not what ``symbolic/`` and ``numeric/`` give; empty if all are.
        sources: Hash of all sources.
        coq: Coq's version.
        fresh: Whether everything was compiled for this audit.
        files: How many files there are.
    """

    theorems: Mapping[str, Audited]
    trust: tuple[Trust, ...]
    drift: str
    sources: str
    coq: str
    fresh: bool
    files: int

    def objection(self, name: str) -> str:
        """Why a theorem may not be relied on, in words; empty if it may."""
        if self.trust:
            first = self.trust[0]
            return f"{first.file}, line {first.line}: {first.what}"
        if self.drift:
            return self.drift
        if name not in self.theorems:
            return f"there is no theorem {name}"
        unproved = next((one for one in (name, *self.theorems) if not self.theorems[one].closed), None)
        return "" if unproved is None else f"{unproved} rests on {self.theorems[unproved].assumptions}"


class AuditError(Exception):
    """Coq did not accept the audit's questions.

    Args:
        failure: What it said.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


GENERATED: dict[str, Callable[[], str]] = {
    "formulas.v": formulas.source,
    "block_formulas.v": blocks.source,
    "instances.v": instances.source,
}
"""Sources that are written from SymPy's formulas and derivations and from the exact engine."""


def drift(sources: Mapping[str, str]) -> str:
    """Which generated source is not what it would be now, in words; empty if all are."""
    other = [name for name, make in GENERATED.items() if name in sources and sources[name] != make()]
    return f"{' and '.join(other)} would be written differently now" if other else ""


def ask(compiler: Compiler, names: Sequence[str]) -> dict[str, Audited]:
    """Coq's own words on theorems.

    Args:
        compiler: The compiled sources.
        names: Full names.

    Raises:
        AuditError: If Coq knows one of them by no such name.
    """
    known = _statements(compiler)
    modules = sorted({name.rpartition(".")[0] for name in names})
    lines = ["From mathcomp Require Import all_ssreflect all_algebra.", *(f"Require {module}." for module in modules)]
    lines.append("Set Printing Width 110.")
    for number, name in enumerate(names):
        lines.append(f'Redirect "{number}.assumptions" Print Assumptions {name}.')
        lines.append(f'Redirect "{number}.statement" Check @{name}.')
    with tempfile.TemporaryDirectory(prefix="hessproof-coq-") as place:
        folder = Path(place)
        failure = compiler.run("\n".join(lines) + "\n", folder)
        if failure is not None:
            raise AuditError(failure)

        def told(number: int, about: str) -> str:
            return (folder / f"{number}.{about}.out").read_text(encoding="utf-8", errors="replace").strip()

        return {
            name: Audited(known[name], _shown(told(number, "statement")), _joined(told(number, "assumptions")))
            for number, name in enumerate(names)
            if name in known
        }


def _ask_in_turns(compiler: Compiler, names: Sequence[str], jobs: int) -> dict[str, Audited]:
    """The same with several processes of Coq: to follow a theorem down to its axioms takes a third of a second."""
    with ThreadPoolExecutor(jobs) as pool:
        answers = pool.map(partial(ask, compiler), [names[start::jobs] for start in range(min(jobs, len(names)))])
        found = {name: audited for answer in answers for name, audited in answer.items()}
    return {name: found[name] for name in names if name in found}


def _statements(compiler: Compiler) -> dict[str, Statement]:
    return {one.name: one for file, text in compiler.sources.items() for one in statements(file, text)}


def _shown(text: str) -> str:
    """The statement without the name before it and without the indentation of all its lines."""
    body = text.partition("\n     : ")[2] or text
    return re.sub(r"\n {7}", "\n", body)


def _joined(text: str) -> str:
    return " ".join(text.split())


def audit(
    names: Sequence[str],
    sources: Mapping[str, str] | None = None,
    *,
    jobs: int = 1,
    clean: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> tuple[Audit, Compiler]:
    """Compile everything and ask about theorems.

    Args:
        names: Full names of the theorems.
        sources: Texts by name; those of this project if None.
        jobs: Processes of the compiler.
        clean: Whether to compile even if the same sources were compiled before.
        progress: Called with one line now and then.

    Raises:
        Missing: If Coq or a library is absent.
        CompilationError: If a file does not compile.
        AuditError: If a theorem does not exist.
    """
    compiler = compiled(sources, jobs=jobs, clean=clean, progress=progress)
    progress(f"print assumptions of {len(names)} theorems")
    try:
        found = _ask_in_turns(compiler, names, jobs)
    except AuditError:
        if compiler.fresh or any(name not in _statements(compiler) for name in names):
            raise
        # The compiled files were made before with other libraries.
        compiler = compiled(sources, jobs=jobs, clean=True, progress=progress)
        found = _ask_in_turns(compiler, names, jobs)
    trust = tuple(one for file, text in compiler.sources.items() for one in trusted(file, text))
    result = Audit(
        found,
        trust,
        drift(compiler.sources),
        digest(compiler.sources),
        version(),
        compiler.fresh,
        len(compiler.sources),
    )
    return result, compiler
