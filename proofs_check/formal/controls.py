"""Wrong statements that must not compile, and a record of those that were tried.

An outcome is kept beside the compiled files, under a hash of the wrong text, so that it is tried once for each state of
the sources.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from hessproof.proofs_check.formal.compiler import Compiler, Failure
from hessproof.proofs_check.formal.mutants import WrongStatement
from hessproof.proofs_check.model.evidence import Mutant


def tried(compiler: Compiler, wrong: Sequence[WrongStatement]) -> tuple[Mutant, ...]:
    """What Coq says of wrong statements.

    One counts as caught if Coq rejects the very proof of the changed statement. An error before it would mean that the
    change made no statement, one after it that the wrong statement was proved.

    Args:
        compiler: The compiled sources.
        wrong: The wrong statements.
    """
    return tuple(_judged(one, _outcome(compiler, one)) for one in wrong)


def _judged(wrong: WrongStatement, failure: Failure | None) -> Mutant:
    if failure is None:
        return Mutant(description=wrong.description, caught=False, by="it compiles")
    last = _end_of_proof(wrong)
    inside = failure.file == wrong.target and wrong.proof <= failure.line <= last
    where = "" if inside else f"outside the proof, lines {wrong.proof} to {last}: "
    return Mutant(description=wrong.description, caught=inside, by=f"{where}{failure}")


def _end_of_proof(wrong: WrongStatement) -> int:
    """The line of the ``Qed`` that ends the proof."""
    lines = wrong.files[wrong.target].splitlines()
    return next(number for number, line in enumerate(lines, start=1) if number >= wrong.proof and "Qed." in line)


def _outcome(compiler: Compiler, wrong: WrongStatement) -> Failure | None:
    text = json.dumps([dict(sorted(wrong.files.items())), wrong.target])
    kept = compiler.build / "controls" / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
    known = _read(kept)
    if known is not None:
        return known[0]
    failure = compiler.fails(wrong.files, wrong.target)
    record = None if failure is None else {"file": failure.file, "line": failure.line, "message": failure.message}
    kept.parent.mkdir(exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_text(json.dumps(record), encoding="utf-8")
    partial.replace(kept)
    return failure


def _read(kept: Path) -> tuple[Failure | None] | None:
    """The outcome on record, in a tuple; None if there is none."""
    try:
        record = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return (None if record is None else Failure(**record),)
