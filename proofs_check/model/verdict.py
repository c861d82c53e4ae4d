"""Verdicts, computed from evidence and from nothing else.

The rules for one part of a claim, in the order in which they are tried:

1. Nothing ran, or what ran tried no instance: *not checked*.
2. An exact engine shows a counterexample inside the published domain and a second route confirms it: *refuted*; but if
   a checked proof covers the counterexample too, the two contradict each other: *undecided*.
3. Some route counts failures, or shows a counterexample that nobody confirmed: *undecided* (for a claim about a
   distribution, *not reproduced* if no other route held).
4. No route held: *vacuous* if no instance met the assumptions, otherwise *undecided*. A route holds if it counted at
   least one instance that held, none that failed, none undecided, and noticed at least one of its negative controls.
5. Some route held. Two that share neither code nor idea are needed for more than *corroborated*: with a proof that
   covers the published domain among them *proved*, otherwise with a certificate *certified*. A claim about a
   distribution that is neither is *reproduced*.

A claim is refuted if a part is; otherwise it is what its weakest part is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from hessproof.proofs_check.bias.cases import biased_cases
from hessproof.proofs_check.enumeration import architectures_within, cases
from hessproof.proofs_check.model.claim import ANYWHERE, ELSEWHERE, Case, Claim, Part, Quantifier
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Evidence, Strength, Tally
from hessproof.proofs_check.model.routes import independent, independent_routes
from hessproof.symbolic.architecture import Architecture


class Verdict(StrEnum):
    """What the evidence amounts to, from strongest to weakest in each family."""

    PROVED = "proved"
    CERTIFIED = "certified"
    CORROBORATED = "corroborated"
    REPRODUCED = "reproduced"
    REFUTED = "refuted"
    NOT_REPRODUCED = "not reproduced"
    UNDECIDED = "undecided"
    VACUOUS = "vacuous"
    NOT_CHECKED = "not checked"

    @property
    def positive(self) -> bool:
        """Whether the claim stands, as far as the verdict goes."""
        return self in (Verdict.PROVED, Verdict.CERTIFIED, Verdict.CORROBORATED, Verdict.REPRODUCED)

    @property
    def negative(self) -> bool:
        """Whether the claim falls."""
        return self in (Verdict.REFUTED, Verdict.NOT_REPRODUCED)


DEFINITIONS: dict[Verdict, str] = {
    Verdict.PROVED: "An argument for all sizes was checked by machine, and a second, independent route held.",
    Verdict.CERTIFIED: "Rigorous for every listed instance or a whole enumerated range, and a second, independent "
    "route held.",
    Verdict.CORROBORATED: "No counterexample among the instances tried; floating point, samples, or a single route.",
    Verdict.REPRODUCED: "A statistical statement met its numeric criterion with the seeds fixed beforehand.",
    Verdict.REFUTED: "An exact counterexample inside the published domain, confirmed by a second route.",
    Verdict.NOT_REPRODUCED: "A statistical statement missed its numeric criterion with the seeds fixed beforehand.",
    Verdict.UNDECIDED: "The evidence does not decide: routes disagree, a failure is unconfirmed, a route could not "
    "tell, or a check was never seen to fail.",
    Verdict.VACUOUS: "No instance tried met the assumptions.",
    Verdict.NOT_CHECKED: "No check ran.",
}
"""What each verdict means, in words for a report."""

WEAKEST_FIRST = (
    Verdict.REFUTED,
    Verdict.NOT_REPRODUCED,
    Verdict.NOT_CHECKED,
    Verdict.VACUOUS,
    Verdict.UNDECIDED,
    Verdict.REPRODUCED,
    Verdict.CORROBORATED,
    Verdict.CERTIFIED,
    Verdict.PROVED,
)
"""The order in which a claim takes the verdict of its parts."""

EXACT_ENGINES = frozenset({Engine.SYMBOLIC, Engine.EXACT, Engine.BALL, Engine.FORMAL})
"""Engines whose counterexample can refute."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and how it follows.

    Args:
        verdict: The verdict.
        why: One or two sentences.
        routes: Names of the checks that make up a largest set of independent routes that held.
        holds_on: Regions where something held and nothing failed.
        fails_on: Regions where something failed.
    """

    verdict: Verdict
    why: str
    routes: tuple[str, ...] = ()
    holds_on: tuple[str, ...] = ()
    fails_on: tuple[str, ...] = ()


def held(evidence: Evidence) -> bool:
    """Whether a route held: instances held, none failed, none undecided, and a negative control was noticed."""
    tally = evidence.tally
    return tally.held > 0 and tally.failed == tally.undecided == 0 and seen_failing(evidence) and not evidence.missing


def seen_failing(evidence: Evidence) -> bool:
    """Whether the check noticed at least one wrong variant of what it tests."""
    return any(control.caught for control in evidence.controls)


def judge_part(part: Part, evidence: Sequence[Evidence]) -> Judgement:
    """The verdict on one part, from the evidence about it."""
    verdict, why = _judge(part, evidence)
    routes = tuple(route.check for route in independent_routes([found for found in evidence if held(found)]))
    holds_on, fails_on = regions(part, evidence)
    if verdict.positive and not holds_on and not fails_on:
        holds_on = (ANYWHERE.name,)
    return Judgement(verdict, why, routes, holds_on, fails_on)


def judge_claim(claim: Claim, parts: Mapping[str, Judgement]) -> Judgement:
    """The verdict on a claim, from those on its parts: refuted if one is, otherwise the weakest.

    Args:
        claim: The claim.
        parts: Judgements by part key. A part that is left out was not asked for and does not count; with none at
            all the claim is not checked.
    """
    keys = [part.key for part in claim.parts if part.key in parts]
    if not keys:
        return Judgement(Verdict.NOT_CHECKED, "No check of this claim ran.")
    weakest = min(keys, key=lambda key: WEAKEST_FIRST.index(parts[key].verdict))
    judgement = parts[weakest]
    if len(claim.parts) == 1:
        return judgement
    return Judgement(
        judgement.verdict,
        f"Part {weakest}: {judgement.why}",
        judgement.routes,
        tuple(_named(key, region) for key in keys for region in parts[key].holds_on),
        tuple(_named(key, region) for key in keys for region in parts[key].fails_on),
    )


def regions(part: Part, evidence: Sequence[Evidence]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the regions where the part held, and of those where it failed.

    A region that the source does not speak about is marked as such where the part fails.
    """
    total: dict[str, Tally] = {}
    for found in evidence:
        for name, tally in found.regions.items():
            total[name] = total.get(name, Tally()) + tally
    known = [region.name for region in part.regions]
    names = [name for name in known if name in total] + sorted(set(total) - set(known))
    holds_on = tuple(name for name in names if total[name].held and not total[name].failed)
    fails_on = tuple(_marked(part, name) for name in names if total[name].failed)
    return holds_on, fails_on


def _marked(part: Part, region: str) -> str:
    return region if region in published_regions(part) else f"{region} (outside the published domain)"


def refuting(part: Part, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence whose counterexample is exact, confirmed, and inside the published domain."""
    return [
        found
        for found in evidence
        if found.engine in EXACT_ENGINES and _inside(part, found.counterexample) and _confirmed(found)
    ]


@lru_cache
def published_regions(part: Part) -> frozenset[str]:
    """Regions that the published domain is taken to meet.

    Left out are those that no enumerated case can tell (none has traits), and otherwise only those that were seen to
    lie outside it, among all architectures with L ≤ 4 and widths ≤ 3, and for a statement about networks with bias
    among those with L ≤ 3 and widths ≤ 2. A region that none of these reaches is taken to meet it, so that no proof is
    credited with a piece that it leaves out.
    """
    inside: set[str] = set()
    outside: set[str] = set()
    for architecture in architectures_within(4, 3):
        for case in cases(architecture):
            (inside if part.in_domain(case) else outside).add(part.region_of(case))
    for architecture in () if inside else architectures_within(3, 2):
        for case in biased_cases(replace(architecture, bias=True)):
            (inside if part.in_domain(case) else outside).add(part.region_of(case))
    if inside | outside == {ELSEWHERE}:
        inside.clear()
    return frozenset(inside | ({region.name for region in part.regions} - outside))


def _judge(part: Part, evidence: Sequence[Evidence]) -> tuple[Verdict, str]:
    ran = [found for found in evidence if found.missing is None]
    if not ran:
        reasons = "; ".join(f"{found.check}: {found.missing}" for found in evidence)
        return Verdict.NOT_CHECKED, f"No check ran ({reasons})." if reasons else "No check ran."
    refuters = refuting(part, ran)
    if refuters:
        return _judge_refuted(part, refuters, ran)
    standing = [found for found in ran if held(found)]
    failing = [found for found in ran if found.tally.failed or _inside(part, found.counterexample)]
    if failing:
        return _judge_failing(part, failing, standing)
    if not standing:
        return _judge_silent(ran)
    return _judge_standing(part, standing)


def _judge_refuted(part: Part, refuters: Sequence[Evidence], ran: Sequence[Evidence]) -> tuple[Verdict, str]:
    for refuter in refuters:
        assert refuter.counterexample is not None
        region = part.region_of(_case(refuter.counterexample))
        for proof in ran:
            covers = not proof.regions or proof.regions.get(region, Tally()).held
            if proof.strength == Strength.PROOF and held(proof) and covers:
                return (
                    Verdict.UNDECIDED,
                    f"The proof {proof.check} and the confirmed counterexample of {refuter.check} contradict each "
                    "other; one of the two is wrong.",
                )
    best = refuters[0]
    assert best.counterexample is not None
    return (
        Verdict.REFUTED,
        f"{best.check} found a counterexample at {best.counterexample.place}, confirmed by "
        f"{best.counterexample.confirmed_by}.",
    )


def _judge_failing(part: Part, failing: Sequence[Evidence], standing: Sequence[Evidence]) -> tuple[Verdict, str]:
    names, others = _listed(failing), _listed(standing)
    if part.quantifier == Quantifier.DISTRIBUTION and not standing:
        return Verdict.NOT_REPRODUCED, f"{names} missed the criterion."
    if standing:
        return Verdict.UNDECIDED, f"Routes disagree: {names} counted failures, {others} held; none is confirmed."
    return Verdict.UNDECIDED, f"{names} counted failures that no second route confirmed."


def _judge_silent(ran: Sequence[Evidence]) -> tuple[Verdict, str]:
    if not any(found.tally.tried for found in ran):
        return Verdict.NOT_CHECKED, f"{_listed(ran)} tried no instance."
    if not any(found.tally.satisfied for found in ran):
        return Verdict.VACUOUS, "No instance that was tried met the assumptions."
    untested = [found for found in ran if found.tally.held and not found.tally.undecided and not seen_failing(found)]
    if untested:
        return Verdict.UNDECIDED, f"{_listed(untested)} noticed no negative control, so that holding means nothing."
    return Verdict.UNDECIDED, f"{_listed(ran)} could not tell on some instances."


def _judge_standing(part: Part, standing: Sequence[Evidence]) -> tuple[Verdict, str]:
    for strength, verdict in ((Strength.PROOF, Verdict.PROVED), (Strength.CERTIFICATE, Verdict.CERTIFIED)):
        for one in standing:
            if one.strength != strength or (strength == Strength.PROOF and not _covers_published(part, one)):
                continue
            second = next((other for other in standing if other is not one and independent(one, other)), None)
            if second is not None:
                return verdict, f"{one.check} ({one.scope}) held, and so did {second.check}, independently."
    if part.quantifier == Quantifier.DISTRIBUTION:
        return Verdict.REPRODUCED, f"{_listed(standing)} met the criterion."
    group = independent_routes(standing)
    if len(group) > 1:
        return Verdict.CORROBORATED, f"{_listed(group)} held on samples, independently of each other."
    return Verdict.CORROBORATED, f"{_listed(standing)} held, but no second, independent route did."


def _covers_published(part: Part, proof: Evidence) -> bool:
    if not proof.regions:
        return True
    return published_regions(part) <= {name for name, tally in proof.regions.items() if tally.held}


def _case(counterexample: Counterexample) -> Case:
    widths = tuple(counterexample.widths) or (1, 1)
    return Case(
        Architecture(widths, counterexample.bias, counterexample.activation, counterexample.loss),
        counterexample.data_rank,
        counterexample.residual_rank,
        counterexample.augmented_data_rank,
        counterexample.augmented_residual_rank,
        counterexample.residual_mean,
        frozenset(counterexample.traits),
    )


def _inside(part: Part, counterexample: Counterexample | None) -> bool:
    return counterexample is not None and part.in_domain(_case(counterexample))


def _confirmed(found: Evidence) -> bool:
    return found.counterexample is not None and bool(found.counterexample.confirmed_by)


def _listed(evidence: Sequence[Evidence]) -> str:
    return ", ".join(dict.fromkeys(found.check for found in evidence))


def _named(key: str, region: str) -> str:
    return key if region == ANYWHERE.name else f"{key}: {region}"
