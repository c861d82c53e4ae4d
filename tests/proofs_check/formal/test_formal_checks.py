"""The checks of the engine ``formal``: what they make of Coq's answers, here prepared ones, and how it is shown."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.assembly import Run, assemble, entry_of
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.formal.theorems import CHECKS, FormalRun, prepare
from hessproof.proofs_check.cli.main import run as command
from hessproof.proofs_check.cli.verify import show
from hessproof.proofs_check.formal.audit import CLOSED, Audit, Audited
from hessproof.proofs_check.formal.settled import Settled
from hessproof.proofs_check.formal.sources import Trust, all_statements
from hessproof.proofs_check.formal.theorems import SETTLED, stated
from hessproof.proofs_check.ledger import Entry, Ledger
from hessproof.proofs_check.model.check import Context, Profile, Unavailable
from hessproof.proofs_check.model.evidence import Engine, Evidence, Mutant, Strength, Tally
from hessproof.proofs_check.model.verdict import Verdict, held, judge_part
from hessproof.proofs_check.report import Report
from hessproof.proofs_check.report.html import render_html
from hessproof.proofs_check.report.markdown import render_markdown
from hessproof.proofs_check.runner import run_check
from hessproof.proofs_check.verification import updated_ledger, verify

CAUGHT = Mutant(description="< for <=", caught=True, by="Unable to unify")
SURVIVED = Mutant(description="< for <=", caught=False, by="it compiles")
AXIOM = "Axioms: magic : False"
LEMMA1, LEMMA1_AT = "Hessproof.paper.lemma1.lemma1_rank", "proofs_check/formal/theories/paper/lemma1.v"
ROWS = list(zip(CHECKS, SETTLED, strict=True))
REFUTING = [pytest.param(*row, id=f"{row[1].claim}/{row[1].part}") for row in ROWS if row[1].refuted_at]
PROVING = [pytest.param(*row, id=f"{row[1].claim}/{row[1].part}") for row in ROWS if not row[1].refuted_at]


def audited(assumptions: str = CLOSED, trust: tuple[Trust, ...] = (), drift: str = "") -> Audit:
    found = {name: Audited(all_statements()[name], f"forall x, {name} x", assumptions) for name in stated()}
    return Audit(found, trust, drift, "0" * 64, "8.16.1", fresh=True, files=len(found))


def prepared(audit: Audit | None = None, control: Mutant = CAUGHT, error: str = "", missing: str = "") -> FormalRun:
    return FormalRun(audit, dict.fromkeys(stated(), (control,)) if audit else {}, error, missing)


def found(check, run: FormalRun) -> Evidence:
    context = Context(Profile.QUICK)
    context.shared("formal", lambda: run)
    return check.run(context)


def one(claim: str, part: str = "main"):
    return next(row for row in ROWS if (row[1].claim, row[1].part) == (claim, part))


def report_of(claim: str, run: FormalRun, ledger: Ledger | None = None) -> Report:
    context = Context(Profile.QUICK)
    context.shared("formal", lambda: run)
    evidence = [run_check(check, context) for check, settled in ROWS if settled.claim == claim]
    asked = Run("hessproof verify", Profile.QUICK, 2021, 1, Engine.FORMAL)
    return assemble([CLAIMS[claim]], evidence, asked, Ledger() if ledger is None else ledger)


@pytest.mark.parametrize(("check", "settled"), PROVING)
def test_a_closed_theorem_holds_where_its_scope_says(check, settled: Settled):
    evidence = found(check, prepared(audited()))
    assert held(evidence)
    assert evidence.counterexample is None
    assert [theorem["name"] for theorem in evidence.details["theorems"]] == list(settled.names)
    known = {region.name for region in CLAIMS[settled.claim].part(settled.part).regions}
    assert set(evidence.regions) == (set(settled.regions) or known)


@pytest.mark.parametrize(("check", "settled"), REFUTING)
def test_the_exact_engine_confirms_each_refutation_at_the_instance_of_its_theorem(check, settled: Settled):
    evidence = found(check, prepared(audited()))
    example = evidence.counterexample
    assert example is not None
    assert settled.refuted_at is not None
    assert example.confirmed_by
    assert example.predicted != example.measured
    assert tuple(example.widths) == settled.refuted_at.widths
    assert evidence.tally.failed == 1
    assert judge_part(CLAIMS[settled.claim].part(settled.part), [evidence]).verdict == Verdict.REFUTED


def test_without_coq_no_check_runs():
    for check, _ in ROWS:
        with pytest.raises(Unavailable, match="no Coq; install it"):
            found(check, prepared(missing="no Coq; install it"))


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        (prepared(error="chain.v, line 3: Error: no"), "chain.v, line 3: Error: no"),
        (prepared(audited(AXIOM)), f"rests on {AXIOM}"),
        (prepared(audited(trust=(Trust("x.v", 7, "Admitted"),))), "x.v, line 7: Admitted"),
        (prepared(audited(drift="formulas.v would be written differently now")), "formulas.v would be written"),
    ],
)
@pytest.mark.parametrize("row", ["singh2021.lemma1", "singh2021.fact13"])
def test_whatever_speaks_against_a_theorem_fails_it_and_is_shown(
    run: FormalRun, shown: str, row: str, capsys: pytest.CaptureFixture[str]
):
    check, _ = one(row)
    evidence = found(check, run)
    assert (evidence.tally.held, evidence.tally.failed, evidence.counterexample) == (0, 1, None)
    assert not held(evidence)
    assert shown in str(evidence.details["objections"])
    report = report_of(row, run)
    assert report.results[0].verdict == Verdict.UNDECIDED
    assert shown in render_markdown(report)
    assert shown in render_html(report)
    show(report)
    assert shown in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("row", ["singh2021.lemma1", "singh2021.fact13"])
def test_a_theorem_without_a_rejected_variant_does_not_count(row: str):
    check, settled = one(row)
    run = prepared(audited())
    run.controls[settled.names[-1]] = (SURVIVED,)
    evidence = found(check, run)
    assert not held(evidence)
    assert (evidence.tally.undecided, evidence.counterexample) == (1, None)
    assert evidence.details["objections"] == [f"no wrong variant of {settled.names[-1]} was rejected"]


def test_coq_is_asked_once_for_a_run(monkeypatch: pytest.MonkeyPatch):
    context = Context(Profile.QUICK)
    assert "switched off" in prepare(context).missing
    monkeypatch.delenv("HESSPROOF_COQ")
    assert "switched off" in prepare(context).missing


def test_a_report_shows_statement_place_and_assumptions():
    report = report_of("singh2021.lemma1", prepared(audited()))
    statement = all_statements()[LEMMA1]
    markdown, page = render_markdown(report), render_html(report)
    assert statement.text in markdown
    assert f"{LEMMA1_AT}, line {statement.line}" in page
    assert f"line {statement.line}" in markdown
    for text in (markdown, page):
        assert LEMMA1 in text
        assert CLOSED in text
    assert f"forall x, {LEMMA1} x" in page


def test_explain_shows_the_theorem_without_coq(capsys: pytest.CaptureFixture[str]):
    assert command(["explain", "singh2021.lemma1"]) == 0
    shown = capsys.readouterr().out
    statement = all_statements()[LEMMA1]
    assert f"theorem: {LEMMA1}, paper/lemma1.v:{statement.line}" in shown
    assert statement.text.splitlines()[0] in shown


def test_verify_without_coq_is_not_checked_and_ends_with_status_1(capsys: pytest.CaptureFixture[str]):
    words = ["verify", "singh2021.lemma1", "--engine", "formal", "--profile", "quick", "--jobs", "1"]
    assert command(words) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "singh2021.lemma1 not checked" in shown
    assert "Coq is switched off by HESSPROOF_COQ=none" in shown
    assert "1 claim: 1 not checked" in shown


@pytest.mark.parametrize("known", [{}, {Engine.FORMAL: Verdict.CORROBORATED}])
def test_absent_coq_is_off_the_ledger_whatever_that_says(known: dict[Engine, Verdict]):
    ledger = Ledger({("singh2021.lemma1", Profile.QUICK): Entry(Verdict.PROVED, engines=known)})
    report = verify("singh2021.lemma1", engine="formal", profile="quick", ledger=ledger)
    assert report.results[0].verdict == Verdict.NOT_CHECKED
    assert not report.as_expected


def test_a_ledger_keeps_what_it_knows_of_coq_where_coq_is_absent():
    name = "singh2021.lemma1"
    absent = report_of(name, prepared(missing="no Coq; install it"))
    old = Ledger({(name, Profile.QUICK): Entry(Verdict.PROVED, engines={Engine.FORMAL: Verdict.CORROBORATED})})
    kept = updated_ledger(old, absent, CLAIMS, whole=False).entry(name, Profile.QUICK)
    assert kept is not None
    assert kept.engines == {Engine.FORMAL: Verdict.CORROBORATED}
    new = updated_ledger(Ledger(), absent, CLAIMS, whole=False).entry(name, Profile.QUICK)
    assert new is not None
    assert new.engines == {}
    fails = report_of(name, prepared(audited(AXIOM)))
    worse = updated_ledger(old, fails, CLAIMS, whole=False).entry(name, Profile.QUICK)
    assert worse is not None
    assert worse.engines == {Engine.FORMAL: Verdict.UNDECIDED}


def test_the_verdict_of_the_ledger_does_not_count_coq():
    check, _ = one("singh2021.lemma1")
    formal = found(check, prepared(audited())).model_copy(update={"modules": ["one"]})
    exact = formal.model_copy(
        update={"engine": Engine.EXACT, "check": "sample", "idea": "another", "modules": ["two"],
                "strength": Strength.CERTIFICATE, "tally": Tally(tried=1, satisfied=1, held=1)}
    )  # fmt: skip
    entry = entry_of(CLAIMS["singh2021.lemma1"], [exact, formal])
    assert entry.verdict == entry.engines[Engine.EXACT] == Verdict.CORROBORATED
    assert entry.engines[Engine.FORMAL] == Verdict.CORROBORATED
    assert entry_of(CLAIMS["singh2021.lemma1"], [formal]).verdict == Verdict.NOT_CHECKED


@pytest.mark.formal
@pytest.mark.slow
def test_the_command_compiles_and_audits(capsys: pytest.CaptureFixture[str]):
    status = command(["verify", "singh2021.lemma1", "--engine", "formal", "--profile", "quick", "--jobs", "2"])
    shown = " ".join(capsys.readouterr().out.split())
    assert f"{LEMMA1} theories/paper/lemma1.v" in shown
    assert "no axiom" in shown
    assert "singh2021.lemma1 corroborated formal" in shown
    assert status == (0 if Ledger.load().entry("singh2021.lemma1", Profile.QUICK).expected(Engine.FORMAL) else 1)
