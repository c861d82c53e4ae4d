"""``verify``: from names of claims to a report, through checks, verdicts and the ledger."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from hessproof.numeric.features.files import load_features
from hessproof.proofs_check.assembly import Run, assemble, entry_of, repairs_of
from hessproof.proofs_check.ledger import Ledger
from hessproof.proofs_check.model.check import DEFAULT_SEED, Profile
from hessproof.proofs_check.model.claim import Claim
from hessproof.proofs_check.model.evidence import Engine, Evidence
from hessproof.proofs_check.registry import CHECKS, Registry
from hessproof.proofs_check.report.model import ClaimResult, Report
from hessproof.proofs_check.runner import Progress, Settings, run_checks
from hessproof.proofs_check.selection import (
    choose_checks,
    choose_claims,
    choose_device,
    choose_engine,
    choose_place,
    choose_profile,
)
from hessproof.proofs_check.staging import staged


def verify(
    claims: str | Sequence[str] = (),
    *,
    paper: str | None = None,
    engine: str | None = None,
    profile: str = Profile.STANDARD,
    seed: int = DEFAULT_SEED,
    jobs: int = 1,
    device: str | None = None,
    features: str | None = None,
    out: str | Path | None = None,
    progress: Callable[[Progress], None] = lambda state: None,
    ledger: Ledger | None = None,
    catalogue: Mapping[str, Claim] | None = None,
    registry: Registry = CHECKS,
) -> Report:
    """Check claims and return the report; what ``hessproof verify`` does.

    Args:
        claims: Id of a claim, or several; all of the catalogue if none is given.
        paper: Only claims of this paper.
        engine: Only checks on this engine, and only the claims and parts that have one.
        profile: ``quick``, ``standard`` or ``thorough``.
        seed: Seed of everything that is drawn. The same seed gives the same verdicts, whatever ``jobs`` is.
        jobs: Processes at work. With more than one, call this from a module or script that protects its start by
            ``if __name__ == "__main__":``. Checks on a GPU alone run in one process, since they share the device.
        device: Where array kernels run: ``cpu``, ``cuda`` or ``auto``. By default it is ``cuda`` with ``engine="gpu"``
            and ``cpu`` otherwise; on ``cpu`` no check of the engine ``gpu`` runs.
        features: An ``.npz`` file of image features for the claims about features, which are not checked without.
        out: Folder for the report; nothing is written if None.
        progress: Called after every step.
        ledger: Expected verdicts; those of this project by default.
        catalogue: Claims by id; those of this project by default.
        registry: Checks; those of this project by default.

    Returns:
        The report. ``report.as_expected`` says whether every verdict is what the ledger expects.

    Raises:
        UnusableRequest: If a name is unknown, the folder cannot be written, or the device is not there; before anything
            is computed.
        Interrupted: On Ctrl-C; nothing is written then.

    Example:
        >>> report = verify("singh2021.vec", profile="quick")
        >>> [result.claim for result in report.results]
        ['singh2021.vec']
    """
    start = time.perf_counter()
    names = (claims,) if isinstance(claims, str) else tuple(claims)
    chosen_profile = choose_profile(profile)
    chosen_engine = None if engine is None else choose_engine(engine)
    if device is not None:
        choose_device(device)
    if features is not None:
        load_features(features)
    everything = house_catalogue() if catalogue is None else catalogue
    chosen = choose_claims(everything, names, paper)
    expected = Ledger.load() if ledger is None else ledger
    chosen, checks = choose_checks(chosen, registry.load(), chosen_engine, named=bool(names))
    place = choose_place(device, chosen_engine)
    if place == "cpu":
        checks = [check for check in checks if check.engine is not Engine.GPU]
    if chosen_engine is Engine.GPU:
        jobs = 1
    written = _command(names, paper, engine, chosen_profile, seed, device, features)
    run = Run(written, chosen_profile, seed, jobs, chosen_engine)
    with nullcontext() if out is None else staged(out) as folder:
        settings = Settings(chosen_profile, seed, features, place, tuple(chosen) if names or paper else ())
        apart = chosen_engine is not Engine.FORMAL
        evidence = run_checks(checks, settings, jobs=jobs, apart=apart, progress=progress, registry=registry)
        report = assemble(
            list(chosen.values()),
            evidence,
            run,
            expected,
            seconds=time.perf_counter() - start,
            repaired_by=repairs_of(everything),
        )
        if folder is not None:
            _write(report, folder)
    return report


def house_catalogue() -> Mapping[str, Claim]:
    """The catalogue of this project: claims by id."""
    from hessproof.proofs_check.catalogue import CLAIMS

    return CLAIMS


def updated_ledger(ledger: Ledger, report: Report, catalogue: Mapping[str, Claim], *, whole: bool) -> Ledger:
    """The ledger with the verdicts of a report, computed again from its evidence.

    Where Coq was absent, what the ledger says of the engine ``formal`` stays.

    Args:
        ledger: The old ledger.
        report: A report on all engines.
        catalogue: Claims by id.
        whole: Whether the report is about the whole catalogue; claims that are no longer in it then go.
    """
    entries = {}
    for result in report.results:
        evidence = _evidence(result)
        entry, old = entry_of(catalogue[result.claim], evidence), ledger.entry(result.claim, report.profile)
        absent = any(found.missing for found in evidence if found.engine is Engine.FORMAL)
        if absent and old is not None and Engine.FORMAL in old.engines:
            entry = replace(entry, engines={**entry.engines, Engine.FORMAL: old.engines[Engine.FORMAL]})
        entries[result.claim] = entry
    return ledger.updated(report.profile, entries, keep=catalogue if whole else None)


def _evidence(result: ClaimResult) -> Sequence[Evidence]:
    return [found for part in result.parts for found in part.evidence]


def _write(report: Report, folder: Path) -> None:
    from hessproof.proofs_check.report import write_report

    write_report(report, folder)


def _command(
    claims: Sequence[str],
    paper: str | None,
    engine: str | None,
    profile: Profile,
    seed: int,
    device: str | None,
    features: str | None,
) -> str:
    words = ["hessproof", "verify", *claims]
    options = {
        "paper": paper, "engine": engine, "profile": profile.value, "seed": seed,
        "device": None if device == "cpu" else device, "features": features,
    }  # fmt: skip
    for option, value in options.items():
        if value is not None:
            words += [f"--{option}", str(value)]
    return shlex.join(words)
