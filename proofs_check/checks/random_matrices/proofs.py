"""Limit laws proved for all moments: loop equations for every n, and induction on the number of letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.model.check import Context, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.free_probability.limit_moments import GOE, WISHART, Kind, limit_moments, loop_equation

IDEA = "loop equations for every n and all products of traces, and induction to the equation of the law"
MUTANTS = {Profile.QUICK: 4, Profile.STANDARD: 15, Profile.THOROUGH: 300}
"""Mutants tried for each derivation, evenly taken from all that are generated; each takes about 10 ms."""
KINDS = {"pennington2017.semicircle": GOE, "pennington2017.marchenko_pastur": WISHART}


def brief(derivation: Derivation, count: int) -> Derivation:
    """The same with the first valuations only, for itself and its lemmas."""
    lemmas = tuple(brief(lemma, count) for lemma in derivation.lemmas)
    draw = derivation.valuations
    if draw is None:
        return replace(derivation, lemmas=lemmas)
    return replace(derivation, lemmas=lemmas, valuations=lambda one, seed: islice(draw(one, seed), count))


def made(kind: Kind, profile: Profile = Profile.THOROUGH) -> tuple[Derivation, ...]:
    """The derivations for one kind of matrices; in the quick profile with one valuation each."""
    found = (loop_equation(kind), limit_moments(kind))
    return tuple(brief(each, 1) for each in found) if profile == Profile.QUICK else found


def _work(kind: Kind) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        finding = examine(made(kind, context.profile), context, MUTANTS[context.profile])
        return replace(finding, scope="moments of every order; normal entries")

    return work


CHECKS = tuple(
    FunctionCheck(
        claim, "limit", "loop equations", Engine.SYMBOLIC, IDEA, _work(kind),
        (lambda kind=kind: [brief(each, 1).check(0) for each in made(kind)]),  # type: ignore[misc]
        derivations=lambda kind=kind: made(kind),  # type: ignore[misc]
    )
    for claim, kind in KINDS.items()
)  # fmt: skip
