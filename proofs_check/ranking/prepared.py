"""A network that is ready to be measured: what is known of it before, and how its ranks are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hessproof.numeric.planning import Cost
from hessproof.numeric.ranks import QUANTITIES
from hessproof.numeric.result import EngineName, Rank
from hessproof.proofs_check.ranking.compare import Ranks

TAKEN_AS_THEY_ARE = (
    "every weight of the file is taken as the number that it is, an integer over a power of two; none is rounded"
)
Measure = Callable[[Sequence[str]], dict[str, Rank]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How ranks are measured.

    Args:
        engine: exact, multiprecision or float.
        device: cpu, cuda or auto.
        seed: Of drawn weights and data.
        quantities: Of outer, functional and loss those that are wanted.
        structured: Use the structure of the Hessian; False forms p × p matrices.
        primes: How many primes to try before a smaller modular rank is believed; each route's own number if None.
    """

    engine: EngineName = "exact"
    device: Any = "cpu"
    seed: int = 0
    quantities: tuple[str, ...] = QUANTITIES
    structured: bool = True
    primes: int | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network with weights and data.

    Args:
        ranks: Those of the data and the residual.
        drawn: What the instance was made from, in JSON values.
        measure: Finds the ranks of some quantities.
        content: Weights and data: what a kept result depends on.
        costs: What the measurement of one quantity costs.
        notes: Sentences that a reader of the ranks should know.
        later: What only the measurement finds out: more for ``drawn``, and more notes.
    """

    ranks: Callable[[], Ranks]
    drawn: Mapping[str, Any]
    measure: Measure
    content: Sequence[Any]
    costs: Callable[[str], Sequence[Cost]] = lambda name: ()
    notes: tuple[str, ...] = field(default=())
    later: Callable[[], tuple[Mapping[str, Any], tuple[str, ...]]] = lambda: ({}, ())
