r"""The cores where T is any positive diagonal matrix: one small multiple of the residual leaves none of them.

At cΩ in place of Ω, c > 0, the elimination gives Ta_{k+1} = a_kT and (Σ_l a_l)⊤ + cTΣ_{l≥2}a_l = 0. So a_l =
N^{-2(l-1)}aN^{2(l-1)} with a = a_1, and for c = 0 the second equation says Σ_l a_l = 0. But

    tr(a⊤Σ_l N^{-2(l-1)}aN^{2(l-1)}) = Σ_l ‖N^{-(l-1)}aN^{l-1}‖² ≥ ‖a‖²,

so that a = 0 then. A linear map of a that is injective at c = 0 is so for all but finitely many c; the same is true of
I − c²ZZ⊤, which the two ends leave.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from sympy import Trace, Transpose

from hessproof.symbolic.derivation import Algebra, Derivation, Rule, Step
from hessproof.symbolic.elimination.equations import same_traces
from hessproof.symbolic.elimination.letters import (
    QHAT,
    Inject,
    Project,
    Root,
    rewritten,
)
from hessproof.symbolic.elimination.one_core import A
from hessproof.symbolic.elimination.steps import DEEP, cores_added, neighbouring_cores, sum_of_cores
from hessproof.symbolic.elimination.witness import Idempotents, networks
from hessproof.symbolic.normal import Word
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import INDEX, LayerSum
from hessproof.symbolic.valuation import Valuation, evaluate
from hessproof.symbolic.words import Delta, L, add, times


class Conjugated(Rule):
    """a_l = N^{-2(l-1)}aN^{2(l-1)}, which Ta_{k+1} = a_kT gives step by step from a_1 = a."""

    name = "cores are conjugate"
    statement = r"T a_{k+1} = a_k T \ \Rightarrow\ a_l = N^{-2(l-1)} a N^{2(l-1)}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put this for each core."""
        return rewritten(expression, ordering, self._conjugated)

    @staticmethod
    def _conjugated(word: Word, place: int, ordering: Ordering) -> Word | None:
        match word[place : place + 3]:
            case Project(), Delta(args=(l,)), Inject():
                return (Root(-2 * (l - 1)), A, Root(2 * (l - 1)), *word[place + 3 :])
            case Project(), Transpose(arg=Delta(args=(l,))), Inject():
                return (Root(2 * (l - 1)), A.T, Root(-2 * (l - 1)), *word[place + 3 :])
        return None


class Halved(Rule):
    """N^{2e} = N^eN^e."""

    name = "square roots"
    statement = r"N^{2e} = N^{e} N^{e}"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept ``after`` if its powers, multiplied out, give ``before``."""
        merged = Trace(Idempotents().apply(after.arg, ordering)) if isinstance(after, Trace) else after
        super().check(before, merged, ordering, same)


def conjugate(power: Any) -> Any:
    """N^{-e}aN^{e}."""
    return times(Root(-power), A, Root(power))


@cache
def conjugate_cores() -> Derivation:
    """(Σ_l a_l)⊤ + TΣ_{l≥2}a_l in terms of a = a_1.

    Example:
        >>> conjugate_cores().check(0, count=1).ok
        True
    """
    rule = Conjugated()
    start = cores_added()
    power = 2 * (INDEX - 1)
    final = add(
        LayerSum(times(Root(power), A.T, Root(-power)), INDEX, 1, L),
        times(Root(2), LayerSum(conjugate(power), INDEX, 2, L)),
    )
    return Derivation(
        "conjugate cores", "all cores from the first one", DEEP, start, (Step(rule.apply(start, DEEP), rule),), final,
        source="this project", valuations=partial(networks, prepare=conjugated),
        lemmas=(neighbouring_cores(), sum_of_cores()),
    )  # fmt: skip


@cache
def positive(first: int = 1) -> Derivation:
    """tr(a⊤Σ_{l≥first} N^{-2(l-1)}aN^{2(l-1)}) is a sum of squares ‖N^{-(l-1)}aN^{l-1}‖², zero only for a = 0.

    Args:
        first: 1 for H_L at c = 0, 2 for H_f.

    Example:
        >>> positive().check(0, count=1).ok, positive(2).check(0).ok
        (True, True)
    """
    half = INDEX - 1
    start = Trace(times(A.T, LayerSum(conjugate(2 * half), INDEX, first, L)))
    halves = times(Root(-half), Root(-half), A, Root(half), Root(half))
    parted = Trace(times(A.T, LayerSum(halves, INDEX, first, L)))
    final = Trace(LayerSum(times(conjugate(half).T, conjugate(half)), INDEX, first, L))
    return Derivation(
        f"positive from {first}", f"a sum of squares from l = {first} on", DEEP, start,
        (Step(parted, Halved()), Step(final, Algebra("cyclic trace"))), final, source="this project", same=same_traces,
        valuations=networks, lemmas=(conjugate_cores(),),
    )  # fmt: skip


def conjugated(valuation: Valuation, stream: random.Random) -> None:
    """Changes whose cores are conjugates of the first one."""
    size = valuation.symbols[QHAT]
    for layer in range(1, len(valuation.widths)):
        change = evaluate(Delta(layer), valuation).copy()
        change[:size, :size] = evaluate(conjugate(2 * (layer - 1)), valuation)
        valuation._drawn["D", layer] = change
