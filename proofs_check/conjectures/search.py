"""The search: everything small in order, the corners, random and larger ones, until the time is up.

Whatever part finds a failure, the search then goes back: it shrinks the failure step by step, and measures everything
that stands before it in the order. The counterexample that it ends with is the smallest if that was finished.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic

import numpy as np

from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.evaluator import Answer, Evaluator
from hessproof.proofs_check.conjectures.spaces.protocol import C, Found, Level, Relation, Space
from hessproof.symbolic.errors import UnusableRequest

PLAN = (
    ("exhaustive", 0.06),
    ("directed", 0.15),
    ("random", 0.2),
    ("exhaustive", 0.65),
    ("directed", 0.8),
    ("random", 1.0),
)
"""The parts of a search, and the share of the time at which each ends. A first look at everything small refutes most
formulas. Corners and random ones come before the long enumeration, which then is finished below them only."""
PLAN_WITHIN = (("exhaustive", 0.65), ("directed", 0.8), ("random", 1.0))
"""The same where the person set the largest p, so that the enumeration has an end."""
PROMPT, PROMPT_SHARE = 8.0, 0.05
"""Seconds after which a failure is reported though not all below it was measured; and the share of the time that may be
spent on that if it is more."""
WHOLE = 0.6
"""Share of the remaining time that goes to the whole order below a failure; then a part of it is searched instead."""
FIRST_BATCH, LARGEST_BATCH = 64, 8192
"""Cases measured at once: few at first, so that a failure at once is seen at once."""
LONG = 0.25
"""Seconds that a batch may take before the next one is made no larger, so that the time limit is met."""


@dataclass(slots=True)
class Outcome(Generic[C]):
    """What a search did.

    Args:
        found: The failure, None if there is none.
        minimal: Whether everything before it in the order was measured and held.
        minimal_among: If not, a part of the space in which this is so, in words; None if there is none.
        instances: Instances on which the conjecture was compared with the truth.
        undecided: Instances on which the measured truth could not decide.
        excluded: Instances that ``where=`` left out.
        by_part: Instances by part of the search.
        architectures: How many different architectures.
        largest: Largest size compared.
        exhaustive_up_to: Every case up to this size was compared; None if not even the smallest were.
        seconds: Wall-clock time.
        complete: Whether the search ended because everything asked for was done, not because of the time.
    """

    found: Found[C] | None = None
    minimal: bool = False
    minimal_among: str | None = None
    instances: int = 0
    undecided: int = 0
    excluded: int = 0
    by_part: Counter[str] = field(default_factory=Counter)
    architectures: int = 0
    largest: int = 0
    exhaustive_up_to: int | None = None
    seconds: float = 0.0
    complete: bool = False


def search(
    space: Space[C],
    evaluator: Evaluator,
    relation: Relation,
    *,
    max_parameters: int | None = None,
    seconds: float = 60.0,
    seed: int = 0,
) -> Outcome[C]:
    """Look for a failure of *truth relation conjecture*.

    Args:
        space: Where to look, and the truth there.
        evaluator: What the conjecture says.
        relation: ``==``, ``<=`` or ``>=``.
        max_parameters: Look at nothing larger; the search ends when everything up to it was compared.
        seconds: How long to look; what is being measured then is finished.
        seed: Of the random part.

    Raises:
        UnusableRequest: If the conjecture raises, does not return, returns no answer or not always the same, or if
            ``where=`` lets nothing through.
    """
    return _Search(space, evaluator, relation, max_parameters, seconds, seed).run()


class _Search(Generic[C]):
    def __init__(
        self,
        space: Space[C],
        evaluator: Evaluator,
        relation: Relation,
        max_parameters: int | None,
        seconds: float,
        seed: int,
    ) -> None:
        self.space, self.evaluator, self.relation = space, evaluator, relation
        self.largest, self.seconds = max_parameters, seconds
        self.started = time.monotonic()
        self.outcome: Outcome[C] = Outcome()
        self.seen: set[Any] = set()
        self.levels = self._levels()
        self.parts: dict[str, Iterator[C]] = {
            "directed": space.directed(max_parameters),
            "random": space.random(np.random.default_rng([seed, 1]), max_parameters),
        }
        self.batch = FIRST_BATCH
        self.pending: tuple[int, Iterator[C]] | None = None

    def run(self) -> Outcome[C]:
        outcome = self.outcome
        for part, share in PLAN if self.largest is None else PLAN_WITHIN:
            found = self._run_part(part, self.seconds * share)
            if found is not None:
                self._finish_below(found, part)
                break
            if outcome.complete:
                break
        outcome.architectures = len(self.seen)
        outcome.seconds = time.monotonic() - self.started
        if not outcome.instances and outcome.found is None:
            if outcome.excluded:
                what = f"where=, which lets none of {outcome.excluded} instances through"
                raise UnusableRequest(what, "a domain that is not empty", "widen where=")
            raise UnusableRequest(
                f"{self.seconds:g} seconds and p up to {self.largest or 'any'}", "room for one instance", "give more"
            )
        return outcome

    def _levels(self) -> Iterator[Level[C]]:
        for level in self.space.levels():
            if self.largest is not None and level.size > self.largest:
                return
            yield level

    def _run_part(self, part: str, until: float) -> Found[C] | None:
        if part == "exhaustive":
            return self._exhaustive(until, None)
        while time.monotonic() - self.started < until:
            chunk = list(islice(self.parts[part], min(self.batch, FIRST_BATCH)))
            if not chunk:
                return None
            found = self._compare(chunk, part)
            if found is not None:
                return found
        return None

    def _exhaustive(self, until: float, below: tuple[Any, ...] | None) -> Found[C] | None:
        """Go on with the levels until the time is up or, if given, up to the case with a key."""
        while time.monotonic() - self.started < until:
            if self.pending is None:
                level = next(self.levels, None)
                if level is None:
                    self.outcome.complete = True
                    return None
                self.pending = level.size, iter(level.cases)
            size, cases = self.pending
            chunk = list(islice(cases, self.batch))
            if not chunk:
                self.outcome.exhaustive_up_to, self.pending = size, None
                continue
            beyond = below is not None and self.space.key(chunk[-1]) >= below
            if beyond:
                chunk = [case for case in chunk if self.space.key(case) < below]  # type: ignore[operator]
            found = self._compare(chunk, "exhaustive") if chunk else None
            if found is not None or beyond:
                self.outcome.minimal = True
                return found
        return None

    def _compare(self, cases: Sequence[C], part: str) -> Found[C] | None:
        """The first failure among some cases, in their order."""
        started = time.monotonic()
        asked = self._ask(cases)
        inside = [case for case, answers in asked if any(answer.inside for _, _, answer in answers)]
        truth = iter(self.space.measure(inside))
        failure = None
        for _, answers in asked:
            self.outcome.excluded += sum(not answer.inside for _, _, answer in answers)
            if not any(answer.inside for _, _, answer in answers):
                continue
            measured = next(truth)
            for variant, described, answer in answers:
                if answer.inside and failure is None:
                    failure = self._judge(variant, described, answer, measured, part)
            if failure is not None:
                break
        if time.monotonic() - started < LONG:
            self.batch = min(2 * self.batch, LARGEST_BATCH)
        else:
            self.batch = max(FIRST_BATCH, self.batch // 2)
        return failure

    def _ask(self, cases: Sequence[C]) -> list[tuple[C, list[tuple[C, Description, Answer]]]]:
        """What the conjecture says at each case, and at its variants where it reads what they differ in."""
        space = self.space
        described = [space.describe(case) for case in cases]
        answers = self.evaluator.ask(described)
        found = []
        for case, one, answer in zip(cases, described, answers, strict=True):
            mine = [(case, one, answer)]
            if answer.read & space.free:
                others = list(space.variants(case))[1:]
                more = [space.describe(other) for other in others]
                mine += zip(others, more, self.evaluator.ask(more), strict=True)
            found.append((case, mine))
        return found

    def _judge(self, case: C, described: Description, answer: Answer, measured: Any, part: str) -> Found[C] | None:
        """Count one comparison; a failure, if it stands a second look."""
        outcome = self.outcome
        agrees = self.space.agrees(answer.value, measured, self.relation)
        if agrees is not True:
            measured = self.space.recheck(case)
            agrees = self.space.agrees(answer.value, measured, self.relation)
        outcome.instances += 1
        outcome.by_part[part] += 1
        outcome.largest = max(outcome.largest, self.space.key(case)[0])
        self.seen.add(self.space.architecture(case))
        if agrees is None:
            outcome.undecided += 1
        if agrees is not False:
            return None
        again = self.evaluator.ask([described])[0]
        if again.value != answer.value:
            raise UnusableRequest(
                f"a formula that gives {answer.value} and then {again.value} at {described}",
                "the same number each time",
                "take out what changes between two calls",
            )
        return Found(case, answer.value, measured, "")

    def _finish_below(self, found: Found[C], part: str) -> None:
        """Shrink the failure, then measure what stands before it: a part of the space first, then all of it."""
        outcome, now = self.outcome, time.monotonic() - self.started
        until = min(self.seconds, max(PROMPT, now + PROMPT_SHARE * self.seconds))
        if part != "exhaustive":
            found = self._shrunk(found, until)
            below = self.space.key(found.case)
            if not self._ahead(below):
                outcome.minimal = True
            else:
                now = time.monotonic() - self.started
                smaller = self._exhaustive(now + WHOLE * (until - now), below)
                found = smaller if smaller is not None else found
                if not outcome.minimal:
                    found = self._smallest_of_family(found, until)
        outcome.found = found

    def _smallest_of_family(self, found: Found[C], until: float) -> Found[C]:
        family = self.space.family(found.case, self.outcome.exhaustive_up_to or 0)
        if family is None:
            return found
        name, cases = family
        while time.monotonic() - self.started < until:
            chunk = list(islice(cases, self.batch))
            smaller = self._compare(chunk, "below") if chunk else None
            if smaller is not None or not chunk:
                self.outcome.minimal_among = name
                return smaller or found
        return found

    def _ahead(self, below: tuple[Any, ...]) -> bool:
        """Whether the levels have not yet come to a key."""
        done = self.outcome.exhaustive_up_to or 0
        return bool(below[0] > done)

    def _shrunk(self, found: Found[C], until: float) -> Found[C]:
        while time.monotonic() - self.started < until:
            below = self.space.key(found.case)
            nearby = sorted(self.space.smaller(found.case), key=self.space.key)
            chunk = [case for case in nearby if self.space.key(case) < below]
            smaller = None
            while chunk and smaller is None and time.monotonic() - self.started < until:
                smaller = self._compare(chunk[:FIRST_BATCH], "shrinking")
                del chunk[:FIRST_BATCH]
            if smaller is None or self.space.key(smaller.case) >= below:
                break
            found = smaller
        return found
