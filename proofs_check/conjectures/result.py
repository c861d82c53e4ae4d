"""From a search to its result: the verdict, the counterexample in explicit numbers, and its certificate."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.conjectures.api import Conjecture, Statement
from hessproof.proofs_check.conjectures.evaluator import Direct, Evaluator
from hessproof.proofs_check.conjectures.proof import certificate_of
from hessproof.proofs_check.conjectures.sandbox import Sandbox
from hessproof.proofs_check.conjectures.search import Outcome, search
from hessproof.proofs_check.conjectures.spaces.choose import space_of
from hessproof.proofs_check.conjectures.spaces.protocol import Space
from hessproof.proofs_check.outputs import ConjectureCertificate, ConjectureCounterexample, ConjectureOutput
from hessproof.symbolic.errors import UnusableRequest

SECONDS = 60.0
"""How long a search looks unless it is told: every wrong formula of the tests falls within ten."""


def examine_file(
    path: Path,
    name: str | None = None,
    *,
    max_parameters: int | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
    out: Path | None = None,
) -> ConjectureOutput:
    """Look for a counterexample to a conjecture of a file, which runs in a process of its own.

    A script that calls this does so under ``if __name__ == "__main__":``, as for every process that it starts.

    Args:
        path: The file.
        name: Which conjecture; the only one if None.
        max_parameters: Look at no larger networks.
        seconds: How long to look.
        seed: Of the random part of the search.
        out: Where to write the counterexample's certificate.

    Raises:
        UnusableRequest: If the file, the function or what it returns is unusable.
    """
    if out is not None:
        _check_target(out)
    with Sandbox(path, name) as sandbox:
        statement = sandbox.statement
        command = f"hessproof conjecture {shlex.quote(f'{path}:{sandbox.key}')}"
        space = space_of(statement)
        sandbox.use(space.reader)
        return _examined(statement, space, sandbox, command, max_parameters, seconds, seed, out)


def examine(
    conjecture: Conjecture, *, max_parameters: int | None = None, seconds: float = SECONDS, seed: int = 0
) -> ConjectureOutput:
    """Look for a counterexample to a conjecture in this process, as in a notebook.

    Example:
        >>> from hessproof.proofs_check.conjectures.api import conjecture
        >>> @conjecture(rank_of="loss", relation="<=")
        ... def too_few(a):
        ...     return a.hidden[0] * a.inputs if a.hidden else a.parameters
        >>> found = examine(too_few, max_parameters=4)
        >>> found.verdict, found.counterexample.widths, found.counterexample.predicted, found.counterexample.measured
        ('refuted', [1, 1, 1], 1, 2)
    """
    space = space_of(conjecture.statement)
    evaluator = Direct(conjecture, space.reader)
    command = f"examine({conjecture.statement.name})"
    return _examined(conjecture.statement, space, evaluator, command, max_parameters, seconds, seed, None)


def _examined(
    statement: Statement,
    space: Space[Any],
    evaluator: Evaluator,
    command: str,
    max_parameters: int | None,
    seconds: float,
    seed: int,
    out: Path | None,
) -> ConjectureOutput:
    outcome = search(space, evaluator, statement.relation, max_parameters=max_parameters, seconds=seconds, seed=seed)
    return ConjectureOutput(
        name=statement.name,
        statement=str(statement),
        quantity=statement.quantity,
        relation=statement.relation,
        quantifier=statement.quantifier,
        bias=statement.bias,
        activation=statement.activation,
        loss=statement.loss,
        verdict="survives" if outcome.found is None else "refuted",
        instances=outcome.instances,
        architectures=outcome.architectures,
        exhaustive_up_to=outcome.exhaustive_up_to,
        largest=outcome.largest,
        undecided=outcome.undecided,
        excluded=outcome.excluded,
        parts=dict(outcome.by_part),
        order=space.order,
        drawn=space.drawn(),
        caveat=space.caveat,
        seconds=round(outcome.seconds, 3),
        max_parameters=max_parameters,
        seed=seed,
        complete=outcome.complete,
        counterexample=_counterexample(statement, space, outcome, command, seed, out),
    )


def _counterexample(
    statement: Statement, space: Space[Any], outcome: Outcome[Any], command: str, seed: int, out: Path | None
) -> ConjectureCounterexample | None:
    if outcome.found is None:
        return None
    described = space.describe(outcome.found.case)
    size = space.key(outcome.found.case)[0]
    if command.startswith("examine("):
        reproduce = f"{command[:-1]}, max_parameters={size}, seed={seed})"
    else:
        reproduce = f"{command} --max-parameters {size} --seed {seed}"
    shown = space.counterexample(replace(outcome.found, reproduce=reproduce))
    certificate = certificate_of(shown, statement)
    record = None
    if certificate is not None:
        record = _recorded(certificate, out)
    return ConjectureCounterexample(
        widths=shown.widths or list(described.widths),
        bias=shown.bias,
        activation=shown.activation,
        loss=shown.loss,
        parameters=described.parameters,
        data_rank=described.data_rank,
        augmented_data_rank=described.augmented_data_rank,
        residual_rank=described.residual_rank,
        augmented_residual_rank=described.augmented_residual_rank,
        residual_mean=described.residual_mean,
        samples=described.samples,
        active=list(described.active),
        predicted=shown.predicted,
        measured=shown.measured,
        about=shown.about,
        minimal=outcome.minimal,
        minimal_among=None if outcome.minimal else outcome.minimal_among,
        order=shown.order,
        weights=shown.weights,
        inputs=shown.inputs,
        targets=shown.targets,
        sigma=shown.sigma,
        omega=shown.omega,
        values=shown.values,
        traits=shown.traits,
        confirmed_by=shown.confirmed_by,
        certificate=record,
        reproduce=shown.reproduce,
    )


def _check_target(out: Path) -> None:
    """Refuse a place where no certificate can be written before the search, not after it."""
    if out.is_dir():
        raise UnusableRequest(f"--out '{out}', which is a directory", "a file", "add a name to it")
    if out.exists() and not out.is_file():
        raise UnusableRequest(f"--out '{out}'", "a regular file", "give the name of a new one")
    if not out.parent.is_dir():
        raise UnusableRequest(f"--out '{out}'", "a file in a directory that exists", f"make '{out.parent}' first")


def _recorded(certificate: Certificate, out: Path | None) -> ConjectureCertificate:
    if out is not None:
        certificate.write(out)
    return ConjectureCertificate(
        kind=certificate.kind,
        rank=certificate.rank,
        statement=certificate.statement,
        file=None if out is None else str(out),
    )
