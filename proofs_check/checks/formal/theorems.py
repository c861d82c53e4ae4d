"""Parts of claims that are theorems in Coq, compiled and audited when the check runs.

A part counts as held if every theorem that settles it exists, rests on no axiom (``Print Assumptions``), and was
proved from sources that take nothing on trust and whose formulas are those of ``symbolic/``. Without Coq nothing is
checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.formal.instance import counterexample
from hessproof.proofs_check.formal import compiler as coq
from hessproof.proofs_check.formal.audit import Audit, Audited, AuditError, ask, audit
from hessproof.proofs_check.formal.controls import tried
from hessproof.proofs_check.formal.mutants import mutants
from hessproof.proofs_check.formal.sources import trusted
from hessproof.proofs_check.formal.theorems import SETTLED, Settled, names, stated
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile, Unavailable
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally

IDEA = "a theorem for all sizes in Coq, whose kernel has checked every step, with the formula written from SymPy"
CONTROLS = {Profile.QUICK: 1, Profile.STANDARD: 2, Profile.THOROUGH: 100}
"""Wrong statements tried for each theorem; each takes Coq two to five seconds."""


@dataclass(frozen=True, slots=True)
class FormalRun:
    """What all checks of a run share."""

    audit: Audit | None
    error: str
    controls: dict[str, tuple[Mutant, ...]]


def prepare(context: Context) -> FormalRun:
    """Compile, audit, and try the wrong statements, once for a run."""
    return context.shared("formal", lambda: _prepared(context))


def _prepared(context: Context) -> FormalRun:
    try:
        found, compiled = audit(
            stated(), jobs=context.jobs, clean=context.profile is Profile.THOROUGH, progress=context.progress
        )
    except coq.Missing as why:
        return FormalRun(None, f"missing: {why}", {})
    except (coq.CompilationError, AuditError) as error:
        return FormalRun(None, str(error), {})
    controls = {}
    for number, name in enumerate(names(), start=1):
        context.progress(f"wrong statements ({number} of {len(names())})")
        controls[name] = tried(compiled, mutants(name)[: CONTROLS[context.profile]])
    return FormalRun(found, "", controls)


def _work(settled: Settled) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        run = prepare(context)
        if run.audit is None and run.error.startswith("missing: "):
            raise Unavailable(f"{run.error.removeprefix('missing: ')}; {coq.REMEDY}")
        objections = _objections(settled, run)
        outcome = Tally()
        outcome.count(not objections)
        refuted = settled.refuted_at
        example = None
        if refuted is not None and not objections:
            example = counterexample(settled, refuted)
            outcome = Tally()
            outcome.count(False)
        part = claim(settled.claim).part(settled.part)
        covered = settled.regions or tuple(region.name for region in part.regions)
        return Finding(
            Strength.PROOF,
            f"all sizes: {settled.scope}" if refuted is None else settled.scope,
            outcome,
            dict.fromkeys(covered, outcome) if refuted is None else {},
            tuple(mutant for name in settled.names for mutant in run.controls.get(name, ())),
            example,
            _details(settled, run, objections),
        )

    return work


def _objections(settled: Settled, run: FormalRun) -> list[str]:
    if run.audit is None:
        return [run.error]
    found = [run.audit.objection(name) for name in settled.names]
    return list(dict.fromkeys(text for text in found if text))


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
    with tempfile.TemporaryDirectory(prefix="hessproof-coq-") as place:
        small = coq.Compiler(Path(place), {"small.v": text})
        coq.build(small.build, small.sources)
        ask(small, ["Hessproof.small.one_is_one"])
    list(trusted("small.v", text))


CHECKS = tuple(
    FunctionCheck(one.claim, one.part, "theorem", Engine.FORMAL, IDEA, _work(one), demonstrate, prepare)
    for one in SETTLED
)
