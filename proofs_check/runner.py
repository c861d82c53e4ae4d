"""Runs checks, in this process or in several, and can be stopped at any moment.

A run has three stages: what several checks share is prepared, the checks run, and then each is traced to name the
modules of its route. Tracing comes last because it forgets what functions remember. Nothing here depends on the order
in which processes finish: the evidence comes back in the order in which the checks were given.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hessproof.proofs_check.model.check import Check, Context, Profile, Unavailable
from hessproof.proofs_check.model.evidence import Evidence, Strength
from hessproof.proofs_check.processes import end_with_parent, submit
from hessproof.proofs_check.registry import CHECKS, Registry, identity
from hessproof.proofs_check.trace import executed_modules
from hessproof.proofs_check.versions import library_versions, processors
from hessproof.symbolic.errors import UnusableRequest

MOST_JOBS = 256
TURN = 0.5
"""Seconds after which a wait for results looks up."""
QUIET_TURNS = 40
"""Turns without any result after which the pool is asked whether it still works."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Settings:
    """What every process of a run must know."""

    profile: Profile
    seed: int
    features: str | None = None
    device: str = "cpu"
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``finished`` of ``total`` steps, the last of which was ``label``."""

    stage: str
    label: str
    finished: int
    total: int


Report = Callable[[Progress], None]


class Interrupted(KeyboardInterrupt):
    """A run was stopped before its end.

    Args:
        finished: The evidence that was complete, untraced.
        total: How many checks were asked for.
    """

    def __init__(self, finished: Sequence[Evidence], total: int) -> None:
        super().__init__(f"stopped after {len(finished)} of {total} checks")
        self.finished = tuple(finished)
        self.total = total


def run_checks(
    checks: Sequence[Check],
    settings: Settings,
    *,
    jobs: int = 1,
    apart: bool = True,
    progress: Report = lambda state: None,
    registry: Registry = CHECKS,
) -> list[Evidence]:
    """Run checks and return their evidence, in the same order.

    Args:
        checks: The checks; with several jobs, each must be in ``registry``.
        settings: Profile and seed.
        jobs: Processes at work. With one, everything runs in this process.
        apart: Whether several jobs are several processes of Python; if not, a preparation has them all for programs
            that it runs.
        progress: Called in this process after every step.
        registry: Where another process finds the checks.

    Raises:
        Interrupted: On Ctrl-C, with what was finished.
        UnusableRequest: If ``jobs`` is out of range, or a process died, which is nearly always for lack of memory.
        Exception: Whatever a check raises, with a note that names the check.
    """
    if not 1 <= jobs <= MOST_JOBS:
        raise UnusableRequest(f"jobs {jobs}", f"1 to {MOST_JOBS}", f"give --jobs {1 if jobs < 1 else processors()}")
    jobs = min(jobs, max(1, len(checks))) if apart else jobs
    apart = apart and jobs > 1
    with tempfile.TemporaryDirectory(prefix="hessproof-") as folder:
        store = Path(folder) if apart else None
        context = _context(settings, jobs, store)
        finished: dict[int, Evidence] = {}
        try:
            if not apart:
                _prepare(checks, context, progress)
                return _run_here(checks, context, progress, finished)
            return _run_apart(checks, settings, Path(folder), jobs, progress, registry, finished)
        except KeyboardInterrupt:
            raise Interrupted([finished[number] for number in sorted(finished)], len(checks)) from None


def _context(settings: Settings, jobs: int, store: Path | None) -> Context:
    return Context(
        settings.profile, settings.seed, jobs, settings.features, settings.device, claims=settings.claims, store=store
    )


def run_check(check: Check, context: Context) -> Evidence:
    """Run one check and complete its evidence with time, seed and versions; modules are traced apart.

    A check that is unavailable gives evidence that says so.
    """
    start = time.perf_counter()
    try:
        evidence = check.run(context)
    except Unavailable as reason:
        evidence = Evidence(
            claim=check.claim,
            part=check.part,
            check=check.name,
            engine=check.engine,
            idea=check.idea,
            modules=[],
            strength=Strength.SAMPLE,
            scope="nothing: the check could not run",
            missing=str(reason),
        )
    except Exception as error:
        error.add_note(f"while running the check {identity(check)}")
        raise
    spent = round(time.perf_counter() - start, 3)
    return evidence.model_copy(
        update={"seconds": spent, "seed": context.seed, "versions": {**library_versions(), **evidence.versions}}
    )


@dataclass(frozen=True, slots=True)
class Route:
    """Modules that a check executes: to decide, and before that to write down what is to be decided."""

    modules: tuple[str, ...] = ()
    stated_by: tuple[str, ...] = ()


def trace_check(check: Check) -> Route:
    """The modules that the check's demonstration executes, apart from those that state what is tested."""
    try:
        stated_by = executed_modules(check.statement) if check.statement is not None else []
        modules = executed_modules(check.demonstrate, afresh=check.statement is None)
    except Exception as error:
        error.add_note(f"while demonstrating the check {identity(check)}")
        raise
    return Route(tuple(modules), tuple(stated_by))


def _preparers(checks: Sequence[Check]) -> dict[int, str]:
    """For each preparation the first check that asks for it, by number and name."""
    first: dict[object, int] = {}
    for number, check in enumerate(checks):
        if check.prepare is not None:
            first.setdefault(check.prepare, number)
    return {number: identity(checks[number]) for number in first.values()}


def _prepare(checks: Sequence[Check], context: Context, progress: Report) -> None:
    preparations = list(dict.fromkeys(check.prepare for check in checks if check.prepare is not None))
    for number, prepare in enumerate(preparations):
        name = getattr(prepare, "__name__", "shared results").replace("_", " ")
        progress(Progress("prepare", name, number, len(preparations)))
        context.progress = lambda line, name=name, number=number: progress(  # type: ignore[misc]
            Progress("prepare", f"{name}: {line}", number, len(preparations))
        )
        prepare(context)
    context.progress = lambda line: None


def _run_here(
    checks: Sequence[Check], context: Context, progress: Report, finished: dict[int, Evidence]
) -> list[Evidence]:
    for number, check in enumerate(checks):
        finished[number] = run_check(check, context)
        progress(Progress("check", identity(check), number + 1, len(checks)))
    groups = _groups(checks, finished)
    routes: dict[int, Route] = {}
    for count, members in enumerate(groups, start=1):
        check = checks[members[0]]
        routes.update(dict.fromkeys(members, trace_check(check)))
        progress(Progress("trace", identity(check), count, len(groups)))
    return [_traced(finished[number], routes.get(number, Route())) for number in range(len(checks))]


def _run_apart(
    checks: Sequence[Check],
    settings: Settings,
    store: Path,
    jobs: int,
    progress: Report,
    registry: Registry,
    finished: dict[int, Evidence],
) -> list[Evidence]:
    names = [identity(check) for check in checks]
    routes: dict[int, Route] = {}
    try:
        with _pool(jobs, registry, settings, store) as pool:
            shared = _preparers(checks)
            for count, (number, _) in enumerate(_collect(pool, _prepare_named, shared), start=1):
                progress(Progress("prepare", f"for {shared[number]}", count, len(shared)))
            everything = dict(enumerate(names))
            for count, (number, evidence) in enumerate(_collect(pool, _run_named, everything), start=1):
                finished[number] = evidence
                progress(Progress("check", names[number], count, len(names)))
            groups = {members[0]: members for members in _groups(checks, finished)}
            leaders = {number: names[number] for number in groups}
            for count, (number, found) in enumerate(_collect(pool, _trace_named, leaders), start=1):
                routes.update(dict.fromkeys(groups[number], found))
                progress(Progress("trace", names[number], count, len(leaders)))
    except BrokenProcessPool:
        raise UnusableRequest(
            f"jobs {jobs}", "enough memory for that many processes; one of them was killed", "give --jobs 1"
        ) from None
    return [_traced(finished[number], routes.get(number, Route())) for number in range(len(checks))]


def _groups(checks: Sequence[Check], finished: dict[int, Evidence]) -> list[list[int]]:
    """Numbers of the checks that ran, those with one demonstration together: one trace serves them all."""
    groups: dict[tuple[object, object], list[int]] = {}
    for number, check in enumerate(checks):
        if not finished[number].missing:
            groups.setdefault((check.demonstrate, check.statement), []).append(number)
    return list(groups.values())


def _traced(evidence: Evidence, route: Route) -> Evidence:
    details = {**evidence.details, "stated_by": list(route.stated_by)} if route.stated_by else evidence.details
    return evidence.model_copy(update={"modules": sorted({*route.modules, *evidence.modules}), "details": details})


def _collect(pool: Executor, function: Callable[[str], Any], names: dict[int, str]) -> Iterator[tuple[int, Any]]:
    """Results as they come. Waits in short turns, so that an interruption is noticed on every system."""
    futures: dict[Future[Any], int] = {}
    for number, name in names.items():
        futures[submit(pool, function, name, futures)] = number
    pending = set(futures)
    turns = 0
    while pending:
        done, pending = wait(pending, timeout=TURN, return_when=FIRST_COMPLETED)
        turns = 0 if done else turns + 1
        if turns and turns % QUIET_TURNS == 0:
            pool.submit(int)  # a broken pool that did not tell its work so raises here
        for future in sorted(done, key=futures.__getitem__):
            yield futures[future], future.result()


@contextmanager
def _pool(jobs: int, registry: Registry, settings: Settings, store: Path) -> Iterator[Executor]:
    """A pool whose processes are gone when the block is left, however it is left."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(registry.sources, settings, store),
    )
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
            child.join(5)
        raise
    pool.shutdown()


@dataclass(slots=True)
class _Process:
    """What a process of the pool keeps between checks."""

    registry: Registry
    context: Context


_process: list[_Process] = []


def _start(sources: tuple[str, ...], settings: Settings, store: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    for variable in THREADS:
        os.environ[variable] = "1"
    context = _context(settings, 1, store)
    _process[:] = [_Process(Registry(*sources).load(), context)]


def _prepare_named(name: str) -> None:
    (process,) = _process
    prepare = process.registry[name].prepare
    if prepare is not None:
        prepare(process.context)


def _run_named(name: str) -> Evidence:
    (process,) = _process
    return run_check(process.registry[name], process.context)


def _trace_named(name: str) -> Route:
    (process,) = _process
    return trace_check(process.registry[name])
