"""A check: one way to test one part of one claim on one engine, and what it is given to work with."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from hessproof.proofs_check.model.claim import Case, Part
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Evidence, Mutant, Strength, Tally

if TYPE_CHECKING:
    from hessproof.symbolic.derivation import Derivation

T = TypeVar("T")
DEFAULT_SEED = 2021


class Profile(StrEnum):
    """How much work a run spends. Each profile has its own line in the ledger."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


class Unavailable(Exception):
    """Raised by a check that cannot run here, with the reason; the runner records it as *not checked*.

    Args:
        why: What is absent and how to get it, for instance ``"no CUDA device; install hessproof[cuda12]"``.
    """


@dataclass(slots=True)
class Context:
    """What a check may use.

    Args:
        profile: How much work to do.
        seed: Seed of the whole run. Draw from `seed_for`, so that no check depends on the order of the others.
        jobs: Processes that a *preparation* may use. A check itself runs in one process.
        features: An ``.npz`` file of image features, for claims about features that do not come with the package.
        device: Where array kernels run: ``cpu``, ``cuda`` or ``auto``.
        progress: Called with one short line when something worth reading has been done.
        claims: Ids of the claims that the run is about, for a preparation that need not do more; all if empty.
        store: Folder in which `shared` results are handed from process to process; in memory only if None.

    Example:
        >>> context = Context(Profile.QUICK)
        >>> context.seed_for("rank") == context.seed_for("rank") != context.seed_for("blocks")
        True
        >>> context.shared("answer", lambda: 42), context.shared("answer", lambda: 0)
        (42, 42)
    """

    profile: Profile = Profile.STANDARD
    seed: int = DEFAULT_SEED
    jobs: int = 1
    features: str | None = None
    device: str = "cpu"
    progress: Callable[[str], None] = field(default=lambda line: None)
    claims: tuple[str, ...] = ()
    store: Path | None = None
    _memory: dict[str, Any] = field(default_factory=dict, repr=False)

    def seed_for(self, name: str) -> int:
        """A seed below 2^63 that depends on the run's seed and on ``name`` alone."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """The result called ``name``, made once for all checks of a run.

        A check that needs something large, such as a survey of measured ranks, asks for it here and names in its
        `Check.prepare` a function that asks for the same; the runner calls that function once, before the checks,
        with all processes at its disposal.

        Args:
            name: Letters, digits, ``-`` and ``_``.
            make: Makes it if nobody has; the result must be picklable.
        """
        if name not in self._memory:
            path = None if self.store is None else self.store / f"{name}.pickle"
            if path is not None and path.exists():
                self._memory[name] = pickle.loads(path.read_bytes())
            else:
                self._memory[name] = made = make()
                if path is not None:
                    partial = path.with_suffix(".partial")
                    partial.write_bytes(pickle.dumps(made))
                    partial.replace(path)
        result: T = self._memory[name]
        return result


@runtime_checkable
class Check(Protocol):
    """One way to test one part of one claim on one engine.

    A module of `hessproof.proofs_check.checks` offers its checks in a tuple ``CHECKS``. Two conventions of the
    evidence that a check returns:

    * ``tally`` counts what lies in the *published* domain of the part; ``regions`` counts everything. `Counter` keeps
      both. A derivation for all sizes counts as one instance that held or failed.
    * ``details["derivations"]`` and ``details["figures"]``, if present, are lists of JSON-able records of
      `hessproof.proofs_check.report.model.DerivationRecord` and `Figure`; the runner moves them into the report.

    A check that has never been seen to fail decides nothing: ``controls`` must hold at least one caught mutant.
    """

    @property
    def claim(self) -> str:
        """Id of the claim."""

    @property
    def part(self) -> str:
        """Key of the part."""

    @property
    def name(self) -> str:
        """Name of the check, unique among those of the claim's part."""

    @property
    def engine(self) -> Engine:
        """The machinery that it runs on."""

    @property
    def idea(self) -> str:
        """How this route decides, in one sentence. Two routes with the same idea are one route."""

    @property
    def prepare(self) -> Callable[[Context], object] | None:
        """A module-level function that makes what several checks share, or None."""

    @property
    def derivations(self) -> Callable[[], Iterable[Derivation]] | None:
        """What makes the derivations that this check examines, or None."""

    def run(self, context: Context) -> Evidence:
        """Do the work at ``context.profile``.

        Raises:
            Unavailable: If it cannot run here.
        """

    @property
    def demonstrate(self) -> Callable[[], object]:
        """A tiny run of the same code, traced to list the modules of this route; one trace for all that share it."""

    @property
    def statement(self) -> Callable[[], object] | None:
        """Writes down what is tested, before the trace; None if nothing needs writing down.

        A route may use the formula under test, which other modules derive or compile once. Their names are kept apart,
        in ``details["stated_by"]``: stating a formula is not deciding it. Nothing that decides may run here.
        """


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check's work hands back; together with the check's own words it makes an `Evidence`."""

    strength: Strength
    scope: str
    tally: Tally
    regions: dict[str, Tally] = field(default_factory=dict)
    controls: tuple[Mutant, ...] = ()
    counterexample: Counterexample | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FunctionCheck:
    """A `Check` made of two functions. Most checks are one of these.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        name: Name of the check.
        engine: The machinery that it runs on.
        idea: How this route decides, in one sentence.
        work: Does the work.
        demonstrate: A tiny run of the same code.
        prepare: Makes what several checks share, or None.
        statement: Writes down what is tested, before the trace, or None; see `Check.statement`.
        derivations: The derivations that this check examines, for ``hessproof explain``; None if there are none.
    """

    claim: str
    part: str
    name: str
    engine: Engine
    idea: str
    work: Callable[[Context], Finding]
    demonstrate: Callable[[], object]
    prepare: Callable[[Context], object] | None = None
    statement: Callable[[], object] | None = None
    derivations: Callable[[], Iterable[Derivation]] | None = None

    def run(self, context: Context) -> Evidence:
        """Do the work and put it in the words of an `Evidence`."""
        finding = self.work(context)
        return Evidence(
            claim=self.claim,
            part=self.part,
            check=self.name,
            engine=self.engine,
            idea=self.idea,
            modules=[],
            strength=finding.strength,
            scope=finding.scope,
            tally=finding.tally,
            regions=finding.regions,
            counterexample=finding.counterexample,
            controls=list(finding.controls),
            details=finding.details,
            seed=context.seed,
        )


class Counter:
    """Counts outcomes: in ``tally`` those of the published domain, in ``regions`` all of them by region.

    Example:
        >>> from hessproof.proofs_check.model.claim import Quantifier
        >>> from hessproof.symbolic.architecture import Architecture
        >>> part = Part("main", "x = x", "x is x", Quantifier.EVERY, in_domain=lambda case: case.data_rank > 1)
        >>> counter = Counter(part)
        >>> counter.count(Case(Architecture((2, 2)), 1, 1), False)
        >>> counter.count(Case(Architecture((2, 2)), 2, 1), True)
        >>> counter.tally.failed, counter.tally.held, counter.regions["everywhere"].failed
        (0, 1, 1)
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.tally = Tally()
        self.regions: dict[str, Tally] = {}

    def count(self, case: Case, outcome: bool | None, *, satisfied: bool = True) -> None:
        """Add one instance: ``outcome`` True held, False failed, None undecided."""
        if self.part.in_domain(case):
            self.tally.count(outcome, satisfied=satisfied)
        self.regions.setdefault(self.part.region_of(case), Tally()).count(outcome, satisfied=satisfied)

    def count_many(self, case: Case, held: int, failed: int = 0, undecided: int = 0, *, unmet: int = 0) -> None:
        """Add many instances of one case.

        Args:
            case: What they have in common.
            held: How many held.
            failed: How many failed.
            undecided: How many could not be decided.
            unmet: How many were tried but do not meet the assumptions.

        Example:
            >>> from hessproof.proofs_check.model.claim import Quantifier
            >>> from hessproof.symbolic.architecture import Architecture
            >>> counter = Counter(Part("main", "x = x", "x is x", Quantifier.EVERY))
            >>> counter.count_many(Case(Architecture((2, 2)), 1, 1), held=7, failed=1, unmet=2)
            >>> counter.tally.tried, counter.tally.satisfied, counter.tally.held
            (10, 8, 7)
        """
        decided = held + failed + undecided
        many = Tally(tried=decided + unmet, satisfied=decided, held=held, failed=failed, undecided=undecided)
        if self.part.in_domain(case):
            self.tally += many
        region = self.part.region_of(case)
        self.regions[region] = self.regions.get(region, Tally()) + many
