"""The truth table of the verdicts: every rule, and that each of its conditions matters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.proofs_check.model.claim import Claim, Part, Quantifier, Region
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Evidence, Mutant, Strength, Tally
from hessproof.proofs_check.model.routes import independent, independent_routes, is_shared
from hessproof.proofs_check.model.verdict import (
    DEFINITIONS,
    WEAKEST_FIRST,
    Verdict,
    judge_claim,
    judge_part,
    published_regions,
)

NARROW = Region("r = 1", lambda case: case.data_rank == 1)
WIDE = Region("r > 1", lambda case: case.data_rank > 1)
ZERO = Region("r = 0", lambda case: case.data_rank == 0)
PART = Part(
    "main",
    "r = r",
    "r is r",
    Quantifier.GENERIC,
    regions=(NARROW, WIDE, ZERO),
    in_domain=lambda case: case.data_rank > 0,
)
STATISTICAL = Part("main", "x", "x", Quantifier.DISTRIBUTION)
CAUGHT = Mutant(description="q + 1 for q", caught=True, by="3-2-3")
MISSED = Mutant(description="q + 1 for q", caught=False, by="nothing")
PROOF, CERTIFICATE, SAMPLE = Strength.PROOF, Strength.CERTIFICATE, Strength.SAMPLE


def route(name: str, strength: Strength = CERTIFICATE, **fields: Any) -> Evidence:
    """Evidence of a route that shares nothing with routes of another name; it held on five instances."""
    tally = Tally(tried=5, satisfied=5, held=5)
    given = {
        "claim": "test.one",
        "part": "main",
        "check": name,
        "engine": Engine.EXACT,
        "idea": f"the idea of {name}",
        "modules": ["hessproof.symbolic.architecture", f"hessproof.numeric.{name}"],
        "strength": strength,
        "scope": "five instances",
        "tally": tally,
        "controls": [CAUGHT],
    }
    return Evidence(**{**given, **fields})


def example(data_rank: int = 1, confirmed_by: str | None = "a second route") -> Counterexample:
    return Counterexample(
        widths=[2, 2],
        data_rank=data_rank,
        residual_rank=0,
        predicted=3,
        measured=2,
        order="parameters",
        confirmed_by=confirmed_by,
        reproduce="hessproof rank 2-2",
    )


def tally(**counts: int) -> Tally:
    satisfied = counts.get("held", 0) + counts.get("failed", 0) + counts.get("undecided", 0)
    return Tally(**{"tried": max(5, satisfied), "satisfied": satisfied, **counts})


FAILED = tally(held=4, failed=1)
UNSURE = tally(held=4, undecided=1)
A_MODULES = ["hessproof.numeric.a"]

TABLE = [
    ("nothing", [], Verdict.NOT_CHECKED, 0),
    ("only missing engines", [route("a", missing="no CUDA device")], Verdict.NOT_CHECKED, 0),
    ("nothing tried", [route("a", tally=Tally())], Verdict.NOT_CHECKED, 0),
    ("a missing engine beside two that held", [route("a"), route("b"), route("c", missing="-")], Verdict.CERTIFIED, 2),
    ("assumptions never met", [route("a", tally=Tally(tried=9)), route("b", tally=Tally(tried=1))], Verdict.VACUOUS, 0),
    ("assumptions never met, and nothing tried", [route("a", tally=Tally(tried=9)), route("b", tally=Tally())],
     Verdict.VACUOUS, 0),
    ("vacuous beside two that held", [route("a"), route("b"), route("c", tally=Tally(tried=9))], Verdict.CERTIFIED, 2),
    ("a proof and a certificate", [route("a", PROOF), route("b")], Verdict.PROVED, 2),
    ("a proof and a sample", [route("a", PROOF), route("b", SAMPLE)], Verdict.PROVED, 2),
    ("two proofs", [route("a", PROOF), route("b", PROOF)], Verdict.PROVED, 2),
    ("a proof alone", [route("a", PROOF)], Verdict.CORROBORATED, 1),
    ("a proof and the same idea again", [route("a", PROOF), route("b", idea="the idea of a")], Verdict.CORROBORATED, 1),
    ("a proof and the same code again", [route("a", PROOF), route("b", modules=A_MODULES)], Verdict.CORROBORATED, 1),
    ("a proof and an untraced route", [route("a", PROOF), route("b", modules=[])], Verdict.CORROBORATED, 1),
    ("a proof that a certificate repeats, and a sample of another kind",
     [route("a", PROOF), route("b", modules=A_MODULES), route("c", SAMPLE)], Verdict.PROVED, 2),
    ("a proof of the whole published domain, by regions",
     [route("a", PROOF, regions={"r = 1": tally(held=1), "r > 1": tally(held=1)}), route("b")], Verdict.PROVED, 2),
    ("a proof of a piece of the published domain",
     [route("a", PROOF, regions={"r > 1": tally(held=1)}), route("b")], Verdict.CERTIFIED, 2),
    ("a proof of a piece, and a sample",
     [route("a", PROOF, regions={"r > 1": tally(held=1)}), route("b", SAMPLE)], Verdict.CORROBORATED, 2),
    ("two certificates", [route("a"), route("b")], Verdict.CERTIFIED, 2),
    ("a certificate and a sample", [route("a"), route("b", SAMPLE)], Verdict.CERTIFIED, 2),
    ("a certificate alone", [route("a")], Verdict.CORROBORATED, 1),
    ("two samples", [route("a", SAMPLE), route("b", SAMPLE)], Verdict.CORROBORATED, 2),
    ("a sample alone", [route("a", SAMPLE)], Verdict.CORROBORATED, 1),
    ("a proof that could not tell once, and a certificate", [route("a", PROOF, tally=UNSURE), route("b")],
     Verdict.CORROBORATED, 1),
    ("could not tell", [route("a", tally=UNSURE)], Verdict.UNDECIDED, 0),
    ("a proof never seen failing, and a certificate", [route("a", PROOF, controls=[]), route("b")],
     Verdict.CORROBORATED, 1),
    ("controls missed", [route("a", controls=[MISSED]), route("b", controls=[])], Verdict.UNDECIDED, 0),
    ("one control caught, one missed", [route("a", controls=[MISSED, CAUGHT]), route("b")], Verdict.CERTIFIED, 2),
    ("a failure", [route("a", tally=FAILED)], Verdict.UNDECIDED, 0),
    ("routes disagree", [route("a", PROOF), route("b", tally=FAILED)], Verdict.UNDECIDED, 1),
    ("an unconfirmed counterexample", [route("a", tally=FAILED, counterexample=example(confirmed_by=None))],
     Verdict.UNDECIDED, 0),
    ("a counterexample confirmed by nobody", [route("a", tally=FAILED, counterexample=example(confirmed_by=""))],
     Verdict.UNDECIDED, 0),
    ("an unconfirmed counterexample that was not counted", [route("a", counterexample=example(confirmed_by=None))],
     Verdict.UNDECIDED, 1),
    ("a counterexample", [route("a", tally=FAILED, counterexample=example())], Verdict.REFUTED, 0),
    ("a counterexample, and a certificate elsewhere",
     [route("a", tally=FAILED, counterexample=example()), route("b")], Verdict.REFUTED, 1),
    ("a counterexample in floating point",
     [route("a", engine=Engine.FLOAT, tally=FAILED, counterexample=example())], Verdict.UNDECIDED, 0),
    ("a counterexample in many digits",
     [route("a", engine=Engine.MULTIPRECISION, tally=FAILED, counterexample=example())], Verdict.UNDECIDED, 0),
    ("a counterexample in balls",
     [route("a", engine=Engine.BALL, tally=FAILED, counterexample=example())], Verdict.REFUTED, 0),
    ("a counterexample outside the published domain",
     [route("a", counterexample=example(data_rank=0)), route("b")], Verdict.CERTIFIED, 2),
    ("a counterexample against a proof",
     [route("a", tally=FAILED, counterexample=example()), route("b", PROOF)], Verdict.UNDECIDED, 1),
    ("a counterexample against a proof of the same piece",
     [route("a", tally=FAILED, counterexample=example()), route("b", PROOF, regions={"r = 1": tally(held=1)})],
     Verdict.UNDECIDED, 1),
    ("a counterexample beside a proof of another piece",
     [route("a", tally=FAILED, counterexample=example()), route("b", PROOF, regions={"r > 1": tally(held=1)})],
     Verdict.REFUTED, 1),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "verdict", "routes"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_truth_table(evidence: list[Evidence], verdict: Verdict, routes: int) -> None:
    judgement = judge_part(PART, evidence)
    assert judgement.verdict == verdict
    assert len(judgement.routes) == routes
    assert judgement.why.endswith((".", ")."))
    assert judge_part(PART, list(reversed(evidence))).verdict == verdict


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        ([route("a", SAMPLE)], Verdict.REPRODUCED),
        ([route("a", SAMPLE), route("b", SAMPLE)], Verdict.REPRODUCED),
        ([route("a", SAMPLE, tally=FAILED)], Verdict.NOT_REPRODUCED),
        ([route("a", SAMPLE, tally=FAILED), route("b", SAMPLE)], Verdict.UNDECIDED),
        ([route("a", SAMPLE, tally=UNSURE)], Verdict.UNDECIDED),
        ([route("a", PROOF), route("b", SAMPLE)], Verdict.PROVED),
        ([], Verdict.NOT_CHECKED),
    ],
)
def test_statistical_claims(evidence: list[Evidence], verdict: Verdict) -> None:
    assert judge_part(STATISTICAL, evidence).verdict == verdict


def test_regions_say_where_it_holds_and_where_it_fails() -> None:
    counted = {"r > 1": tally(held=3), "r = 1": tally(held=3), "r = 0": Tally(tried=4), "odd": tally(failed=1)}
    both = [route("a", regions=counted), route("b", regions={"r = 1": tally(held=1, failed=1)})]
    judgement = judge_part(PART, both)
    assert judgement.holds_on == ("r > 1",)
    assert judgement.fails_on == ("r = 1", "odd (outside the published domain)")


def test_without_counts_by_region_a_claim_that_stands_holds_everywhere() -> None:
    assert judge_part(PART, [route("a")]).holds_on == ("everywhere",)
    assert judge_part(PART, [route("a", tally=FAILED)]).holds_on == ()


def test_published_regions_are_those_that_meet_the_domain() -> None:
    assert published_regions(PART) == {"r = 1", "r > 1"}


def test_a_region_that_no_small_case_reaches_must_be_proved_too() -> None:
    deep = Region("L > 9", lambda case: case.architecture.layers > 9)
    rest = Region("L ≤ 9", lambda case: case.architecture.layers <= 9)
    part = Part("main", "x", "x", Quantifier.EVERY, regions=(deep, rest))
    assert published_regions(part) == {"L > 9", "L ≤ 9"}
    shallow = route("a", PROOF, regions={"L ≤ 9": tally(held=1)})
    assert judge_part(part, [shallow, route("b")]).verdict == Verdict.CERTIFIED


def claim(*keys: str) -> Claim:
    parts = tuple(Part(key, "x", "x", Quantifier.EVERY) for key in keys)
    return Claim("test.one", "test", "", "", "x", "x", parts)


@pytest.mark.parametrize("weaker", range(len(WEAKEST_FIRST)))
def test_a_claim_is_its_weakest_part(weaker: int) -> None:
    made = {verdict: judge_part(PART, evidence) for _, evidence, verdict, _ in TABLE}
    made[Verdict.REPRODUCED] = judge_part(STATISTICAL, [route("a")])
    made[Verdict.NOT_REPRODUCED] = judge_part(STATISTICAL, [route("a", tally=FAILED)])
    for stronger in range(weaker, len(WEAKEST_FIRST)):
        pair = {"x": made[WEAKEST_FIRST[stronger]], "y": made[WEAKEST_FIRST[weaker]]}
        found = judge_claim(claim("x", "y"), pair)
        assert found.verdict == WEAKEST_FIRST[weaker]


def test_a_claim_names_the_parts_of_its_regions() -> None:
    good = judge_part(PART, [route("a"), route("b")])
    bad = judge_part(PART, [route("a", tally=FAILED, regions={"r = 1": FAILED}, counterexample=example())])
    found = judge_claim(claim("x", "y"), {"x": good, "y": bad})
    assert (found.verdict, found.holds_on, found.fails_on) == (Verdict.REFUTED, ("x",), ("y: r = 1",))
    assert judge_claim(claim("x"), {"x": bad}).fails_on == ("r = 1",)


def test_parts_that_were_not_asked_for_do_not_count() -> None:
    good = judge_part(PART, [route("a"), route("b")])
    assert judge_claim(claim("x", "y"), {"x": good}).verdict == Verdict.CERTIFIED
    assert judge_claim(claim("x", "y"), {}).verdict == Verdict.NOT_CHECKED


def test_every_verdict_has_a_place_and_a_definition() -> None:
    assert set(WEAKEST_FIRST) == set(DEFINITIONS) == set(Verdict)
    assert {verdict for _, _, verdict, _ in TABLE} | {Verdict.REPRODUCED, Verdict.NOT_REPRODUCED} == set(Verdict)


def test_largest_set_of_independent_routes() -> None:
    hub = route("hub", modules=["hessproof.numeric.a", "hessproof.numeric.b"])
    a, b = route("a"), route("b")
    assert independent_routes([hub, a, b]) == (a, b)
    assert independent_routes([hub]) == (hub,)
    assert independent_routes([]) == ()
    assert not independent(a, a)


def test_shared_modules_are_named_exactly() -> None:
    assert is_shared("hessproof.proofs_check.checks.rank")
    assert not is_shared("hessproof.symbolic.architectures")
    assert not is_shared("hessproof.numeric.kernels")


outcomes = st.builds(
    lambda name, strength, held, failed, undecided, caught, missing: route(
        name,
        strength,
        tally=tally(held=held, failed=failed, undecided=undecided),
        controls=[CAUGHT] if caught else [],
        missing="absent" if missing else None,
    ),
    st.sampled_from("abc"),
    st.sampled_from(Strength),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 1),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(outcomes, max_size=5))
def test_only_held_counts_as_held(evidence: list[Evidence]) -> None:
    verdict = judge_part(PART, evidence).verdict
    if verdict.positive:
        ran = [found for found in evidence if found.missing is None]
        assert any(found.tally.held for found in ran)
        assert not any(found.tally.failed for found in ran)
    if verdict == Verdict.PROVED:
        assert any(found.strength == PROOF and found.tally.held and not found.missing for found in evidence)


@given(st.lists(outcomes, max_size=4), outcomes)
def test_a_failure_never_makes_a_verdict_better(evidence: list[Evidence], extra: Evidence) -> None:
    failing = extra.model_copy(update={"tally": FAILED, "missing": None})
    assert not judge_part(PART, [*evidence, failing]).verdict.positive
