"""Wrong statements that must not compile, and a record of those that were tried.

An outcome is kept beside the compiled files, under a hash of the wrong text, so that it is tried once for each state of
the sources.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from hessproof.proofs_check.formal.compiler import Compiler, Failure
from hessproof.proofs_check.formal.mutants import WrongStatement, mutants
from hessproof.proofs_check.formal.processes import Unanswered, end_all
from hessproof.proofs_check.model.evidence import Mutant

PATIENCE = 300.0
"""Seconds that Coq has for each file of a wrong statement; right ones take at most half a minute on two cores."""


def chosen(theorem: str, most: int | None) -> tuple[WrongStatement, ...]:
    """Wrong variants of a theorem.

    Args:
        theorem: Its full name.
        most: How many changes of the theorem itself, each tried in a few seconds; None for all of them and for wrong
            formulas, with which everything between the formula and the theorem is compiled again.
    """
    own = mutants(theorem, most=0)
    return mutants(theorem) if most is None or not own else own[:most]


def tried(
    compiler: Compiler,
    wrong: Sequence[WrongStatement],
    *,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda line: None,
) -> tuple[Mutant, ...]:
    """What Coq says of wrong statements.

    One counts as caught if Coq rejects the very proof of the changed statement. An error before it would mean that the
    change made no statement, one after it that the wrong statement was proved.

    Args:
        compiler: The compiled sources.
        wrong: The wrong statements.
        jobs: How many are tried at the same time.
        progress: Called with one line now and then.
    """
    keys = [_key(one) for one in wrong]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        different = dict(zip(keys, wrong, strict=True))
        waiting = {key: pool.submit(_outcome, compiler, one, key) for key, one in different.items()}
        try:
            outcomes = {}
            for count, (key, future) in enumerate(waiting.items(), start=1):
                outcomes[key] = future.result()
                progress(f"wrong statements ({count} of {len(waiting)})")
        except BaseException:
            _give_up(list(waiting.values()))
            raise
    return tuple(_judged(one, outcomes[key]) for key, one in zip(keys, wrong, strict=True))


def _key(wrong: WrongStatement) -> str:
    """A hash of the wrong text; two theorems may have one wrong formula in common."""
    text = json.dumps([dict(sorted(wrong.files.items())), wrong.target])
    return hashlib.sha256(text.encode()).hexdigest()


def _give_up(futures: Sequence[Future[Failure | None]]) -> None:
    """Leave no thread and no compiler behind."""
    for future in futures:
        future.cancel()
    while wait(futures, timeout=0.1).not_done:
        end_all()


def _judged(wrong: WrongStatement, failure: Failure | None) -> Mutant:
    if failure is None:
        return Mutant(description=wrong.description, caught=False, by="it compiles")
    caught = wrong.caught(failure.file, failure.line)
    where = "" if caught else f"outside the proof, lines {wrong.proof} to {wrong.last} of {wrong.target}: "
    return Mutant(description=wrong.description, caught=caught, by=f"{where}{failure}")


def _outcome(compiler: Compiler, wrong: WrongStatement, key: str) -> Failure | None:
    kept = compiler.build / "controls" / f"{key}.json"
    known = _read(kept)
    if known is not None:
        return known[0]
    try:
        failure = compiler.fails(wrong.files, wrong.target, patience=PATIENCE)
    except Unanswered as why:
        # The next run may have a machine with more to give, so that this is not kept.
        return Failure(wrong.target, 0, str(why))
    _keep(kept, failure)
    return failure


def _keep(kept: Path, failure: Failure | None) -> None:
    """Record an outcome, if the folder can be written."""
    record = None if failure is None else {"file": failure.file, "line": failure.line, "message": failure.message}
    try:
        kept.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=kept.parent, delete=False) as partial:
            partial.write(json.dumps(record))
        Path(partial.name).replace(kept)
    except OSError:
        return


def _read(kept: Path) -> tuple[Failure | None] | None:
    """The outcome on record, in a tuple; None if there is none."""
    try:
        record = json.loads(kept.read_text(encoding="utf-8"))
        return (None if record is None else Failure(str(record["file"]), int(record["line"]), str(record["message"])),)
    except (OSError, ValueError, LookupError, TypeError):
        return None
