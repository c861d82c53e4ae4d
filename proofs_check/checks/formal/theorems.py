"""Parts of claims that are theorems in Coq, compiled and audited when the check runs.

A part counts as held if every theorem that settles it exists, rests on no axiom (``Print Assumptions``), was proved
from sources that take nothing on trust and whose formulas are those of ``symbolic/``, and has a wrong variant that Coq
rejected. Without Coq nothing is checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.formal.instance import counterexample
from hessproof.proofs_check.formal.audit import Audit, Audited, AuditError, ask, audit
from hessproof.proofs_check.formal.compiler import CompilationError, Compiler, build, version
from hessproof.proofs_check.formal.controls import chosen, tried
from hessproof.proofs_check.formal.processes import REMEDY, Missing, ended_with_this_process
from hessproof.proofs_check.formal.settled import Settled
from hessproof.proofs_check.formal.sources import trusted
from hessproof.proofs_check.formal.theorems import SETTLED, stated
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile, Unavailable
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally

IDEA = "a theorem for all sizes in Coq, whose kernel has checked every step, with the formula written from SymPy"
WRITTEN_FOR = "8.16"
"""The version of Coq with which the proofs are known to compile."""
CONTROLS = {Profile.QUICK: 1, Profile.STANDARD: 2, Profile.THOROUGH: None}
"""Changes of each theorem that are tried, two to five seconds each; None for all and wrong formulas, half an hour."""


@dataclass(frozen=True, slots=True)
class FormalRun:
    """What all checks of a run share.

    Args:
        audit: What Coq says of the theorems; None if it did not come to that.
        controls: What became of the wrong variants of each theorem.
        error: Where the sources do not compile.
        missing: Why nothing could be checked, and what to do about it.
    """

    audit: Audit | None
    controls: dict[str, tuple[Mutant, ...]] = field(default_factory=dict)
    error: str = ""
    missing: str = ""


def prepare(context: Context) -> FormalRun:
    """Compile, audit, and try the wrong statements, once for a run."""
    return context.shared("formal", lambda: _prepared(context))


def _prepared(context: Context) -> FormalRun:
    try:
        with ended_with_this_process():
            return _audited(context)
    except Missing as why:
        return FormalRun(None, missing=f"{why}; {why.remedy}")
    except AuditError as error:
        return FormalRun(None, error=str(error))
    except CompilationError as error:
        if not _works():
            return FormalRun(None, missing=f"Coq compiles not even a small source ({error}); {REMEDY}")
        if version().startswith(f"{WRITTEN_FOR}."):
            return FormalRun(None, error=str(error))
        other = f"the proofs are written for Coq {WRITTEN_FOR}, and Coq {version()} does not compile them"
        return FormalRun(None, missing=f"{other} ({error}); {REMEDY}")


def _works() -> bool:
    """Whether Coq compiles what cannot be wrong."""
    try:
        demonstrate()
    except (Missing, CompilationError, AuditError):
        return False
    return True


def _audited(context: Context) -> FormalRun:
    clean = context.profile is Profile.THOROUGH
    settling = {name for one in SETTLED if not context.claims or one.claim in context.claims for name in one.names}
    asked = stated() if not context.claims and context.profile is not Profile.QUICK else sorted(settling)
    found, compiled = audit(asked, jobs=context.jobs, clean=clean, progress=context.progress)
    wrong = {name: chosen(name, CONTROLS[context.profile]) for name in sorted(settling)}
    outcomes = iter(tried(compiled, [*chain(*wrong.values())], jobs=context.jobs, progress=context.progress))
    return FormalRun(found, {name: tuple(islice(outcomes, len(some))) for name, some in wrong.items()})


def _work(settled: Settled) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        run = prepare(context)
        if run.missing:
            raise Unavailable(run.missing)
        objections = _objections(settled, run)
        survived = _survived(settled, run)
        refuted = settled.refuted_at
        sound = not objections and not survived
        example = counterexample(settled, refuted) if refuted is not None and sound else None
        outcome = Tally()
        outcome.count(None if survived and not objections else sound and refuted is None)
        part = claim(settled.claim).part(settled.part)
        covered = settled.regions or tuple(region.name for region in part.regions)
        return Finding(
            Strength.PROOF,
            f"all sizes: {settled.scope}" if refuted is None else settled.scope,
            outcome,
            dict.fromkeys(covered, outcome) if refuted is None else {},
            tuple(mutant for name in settled.names for mutant in run.controls.get(name, ())),
            example,
            _details(settled, run, [*objections, *survived]),
        )

    return work


def _objections(settled: Settled, run: FormalRun) -> list[str]:
    if run.audit is None:
        return [run.error]
    found = [run.audit.objection(name) for name in settled.names]
    return list(dict.fromkeys(text for text in found if text))


def _survived(settled: Settled, run: FormalRun) -> list[str]:
    """The theorems of which Coq rejected no wrong variant, so that they may say nothing."""
    return [
        f"no wrong variant of {name} was rejected"
        for name in settled.names
        if run.audit is not None and not any(mutant.caught for mutant in run.controls.get(name, ()))
    ]


def _details(settled: Settled, run: FormalRun, objections: Sequence[str]) -> dict[str, Any]:
    details: dict[str, Any] = {"objections": list(objections)} if objections else {}
    if run.audit is None:
        return details
    shown = [record(run.audit.theorems[name]) for name in settled.names if name in run.audit.theorems]
    return {
        **details,
        "theorems": shown,
        "Coq": run.audit.coq,
        "files": run.audit.files,
        "sources (SHA-256)": run.audit.sources,
        "compiled": "for this run" if run.audit.fresh else "before, from the same sources by the same Coq",
    }


def record(theorem: Audited) -> dict[str, Any]:
    """A theorem as a report shows it."""
    one = theorem.statement
    return {
        "name": one.name,
        "file": f"proofs_check/formal/theories/{one.file}",
        "line": one.line,
        "words": one.words,
        "statement": one.text,
        "coq": theorem.checked,
        "assumptions": theorem.assumptions,
    }


def demonstrate() -> None:
    """Compile a small source, ask Coq what it rests on, and look for what it takes on trust."""
    text = "Lemma one_is_one : 1 = 1.\nProof. reflexivity. Qed.\n"
    with ended_with_this_process(), tempfile.TemporaryDirectory(prefix="hessproof-coq-") as place:
        small = Compiler(Path(place), {"small.v": text})
        build(small.build, small.sources)
        ask(small, ["Hessproof.small.one_is_one"])
    list(trusted("small.v", text))


CHECKS = tuple(
    FunctionCheck(one.claim, one.part, "theorem", Engine.FORMAL, IDEA, _work(one), demonstrate, prepare)
    for one in SETTLED
)
