"""What the search asks of a space of instances: cases in an order, their descriptions, and the measured truth.

A *case* is all that a space knows about one instance, or about all instances of one kind: for generic ranks an
architecture with the ranks of its data, for statements about every parameter also the parameters. It is a value of the
space's own, hashable and picklable; the search only hands it back.

The search goes through the :meth:`Space.levels` in order, then through :meth:`Space.directed`, then through
:meth:`Space.random`. The smallest counterexample is the one with the smallest :meth:`Space.key`; ``levels`` must yield
every case of a size, sorted by that key, before the next size.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.model.evidence import Counterexample

C = TypeVar("C")
"""A case of a space."""
Relation = Literal["==", "<=", ">="]
Quantifier = Literal["generic", "every"]

RELATIONS: tuple[Relation, ...] = ("==", "<=", ">=")
QUANTIFIERS: tuple[Quantifier, ...] = ("generic", "every")


@dataclass(frozen=True, slots=True)
class Level(Generic[C]):
    """All cases of one size, in the stated order.

    Args:
        size: p, or whatever the space orders by first.
        cases: Every case of that size; made lazily.
    """

    size: int
    cases: Iterable[C]


@dataclass(frozen=True, slots=True)
class Found(Generic[C]):
    """A failure that stood the second look: the case with what was predicted and what is true.

    Args:
        case: The case.
        predicted: What the conjecture says, as the reader returned it.
        measured: The measured value, as :meth:`Space.recheck` returned it.
        reproduce: The command that finds it again.
    """

    case: C
    predicted: Any
    measured: Any
    reproduce: str


class Space(ABC, Generic[C]):
    """The instances that a conjecture is about, with the truth on them.

    Attributes:
        order: The order of :meth:`key` in words: "smallest" means smallest in it.
        about: What is measured, in words, such as "rk H_L".
        caveat: What to tell the reader where the truth is not exact; None where it is.
        free: Attributes of a description that the measured value does not depend on. The search asks the conjecture
            about the first of a case's :meth:`variants` and about the others only if it reads one of these.
    """

    order: str
    about: str
    caveat: str | None = None
    free: frozenset[str] = frozenset()

    reader: Callable[[object], Any]
    """Turns what the conjecture returned into a plain value, or raises ``BadValue``; a module-level function, which
    runs in the user's process (:mod:`hessproof.proofs_check.conjectures.reading`)."""

    @abstractmethod
    def levels(self) -> Iterator[Level[C]]:
        """Every case, size by size; ends only where the space does."""

    @abstractmethod
    def directed(self, largest: int | None) -> Iterator[C]:
        """Cases at the corners, small ones first, none larger than ``largest`` if it is given; finitely many."""

    @abstractmethod
    def random(self, rng: np.random.Generator, largest: int | None) -> Iterator[C]:
        """Random cases, slowly growing, none larger than ``largest`` if it is given; without an end."""

    @abstractmethod
    def key(self, case: C) -> tuple[Any, ...]:
        """Where the case stands in the stated order; the first entry is its size."""

    @abstractmethod
    def describe(self, case: C) -> Description:
        """What the conjecture is told."""

    @abstractmethod
    def measure(self, cases: Sequence[C]) -> Sequence[Any]:
        """The truth on many cases, fast; a failure is looked at again by :meth:`recheck` before it counts."""

    @abstractmethod
    def recheck(self, case: C) -> Any:
        """The truth on one case, as carefully as the space can."""

    @abstractmethod
    def counterexample(self, found: Found[C]) -> Counterexample:
        """Explicit numbers for a failure, confirmed by a second route (``confirmed_by``) or not (None)."""

    def agrees(self, predicted: Any, measured: Any, relation: Relation) -> bool | None:
        """Whether *measured relation predicted* holds; None where the measured value cannot decide it.

        Where it is None, the search asks :meth:`recheck`, and counts the case as undecided if that cannot tell either.
        """
        if relation == "==":
            return bool(measured == predicted)
        return bool(measured <= predicted if relation == "<=" else measured >= predicted)

    def variants(self, case: C) -> Sequence[C]:
        """Cases with the same measured value that differ in ``free`` attributes, in order; the case itself is first."""
        return (case,)

    def smaller(self, case: C) -> Iterator[C]:
        """Nearby cases with a smaller key, to shrink a failure with before everything below it is searched."""
        return iter(())

    def family(self, case: C, done: int) -> tuple[str, Iterator[C]] | None:
        """A part of the space that can be searched below a failure where the whole space takes too long.

        Args:
            case: The failure.
            done: The size up to which everything was compared already.

        Returns:
            What it consists of, in words ("networks of at most 3 layers"), and its cases of a size above ``done`` and a
            key below that of the failure, in order; None if the space has no such part.
        """
        return None

    def architecture(self, case: C) -> Any:
        """What is counted as one architecture; widths with bias, unless the space says otherwise."""
        described = self.describe(case)
        return described.widths, described.bias

    def drawn(self) -> str:
        """How the truth was measured, in words."""
        return ""
