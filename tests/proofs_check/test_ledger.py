"""The ledger: what agrees with it, what departs from it, and how it is rewritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hessproof.proofs_check.ledger import Agreement, Entry, Ledger, compare
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.symbolic.errors import UnusableRequest

GIVEN = [Verdict.PROVED, Verdict.CERTIFIED, Verdict.CORROBORATED, Verdict.REPRODUCED]


@pytest.mark.parametrize(
    ("expected", "found", "agreement"),
    [
        (None, Verdict.PROVED, Agreement.NEW),
        (None, Verdict.NOT_CHECKED, Agreement.NEW),
        (Verdict.CERTIFIED, Verdict.PROVED, Agreement.STRONGER),
        (Verdict.UNDECIDED, Verdict.CORROBORATED, Agreement.STRONGER),
        (Verdict.NOT_CHECKED, Verdict.VACUOUS, Agreement.STRONGER),
        (Verdict.PROVED, Verdict.CERTIFIED, Agreement.WEAKER),
        (Verdict.CORROBORATED, Verdict.UNDECIDED, Agreement.WEAKER),
        (Verdict.UNDECIDED, Verdict.NOT_CHECKED, Agreement.WEAKER),
        (Verdict.REFUTED, Verdict.UNDECIDED, Agreement.WEAKER),
        (Verdict.REFUTED, Verdict.NOT_CHECKED, Agreement.WEAKER),
        (Verdict.REFUTED, Verdict.CORROBORATED, Agreement.CONTRADICTS),
        (Verdict.NOT_REPRODUCED, Verdict.REPRODUCED, Agreement.CONTRADICTS),
        (Verdict.PROVED, Verdict.REFUTED, Agreement.CONTRADICTS),
        (Verdict.UNDECIDED, Verdict.REFUTED, Agreement.CONTRADICTS),
        (Verdict.NOT_CHECKED, Verdict.REFUTED, Agreement.CONTRADICTS),
    ],
)
def test_comparison(expected: Verdict | None, found: Verdict, agreement: Agreement) -> None:
    assert compare(expected, found) == agreement


@pytest.mark.parametrize("verdict", Verdict)
def test_only_the_same_verdict_is_the_same(verdict: Verdict) -> None:
    assert [each for each in Verdict if compare(verdict, each) == Agreement.SAME] == [verdict]


def ledger() -> Ledger:
    engines = {Engine.SYMBOLIC: Verdict.CORROBORATED, Engine.EXACT: Verdict.CERTIFIED}
    return Ledger(
        {
            ("b.two", Profile.STANDARD): Entry(Verdict.REFUTED, ("L > 1",), ("L = 1",)),
            ("a.one", Profile.THOROUGH): Entry(Verdict.PROVED, ("everywhere",), (), engines),
            ("a.one", Profile.QUICK): Entry(Verdict.CERTIFIED),
        }
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    ledger().save(path)
    assert Ledger.load(path).dumps() == ledger().dumps() == path.read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.json"]
    entry = Ledger.load(path).entry("a.one", Profile.THOROUGH)
    assert entry is not None
    assert (entry.expected(), entry.expected(Engine.EXACT)) == (Verdict.PROVED, Verdict.CERTIFIED)
    assert entry.expected(Engine.FLOAT) is None


def test_the_text_is_sorted_whatever_the_order_of_entries() -> None:
    data = json.loads(ledger().dumps())
    assert list(data["claims"]) == ["a.one", "b.two"]
    assert list(data["claims"]["a.one"]) == ["quick", "thorough"]
    assert list(data["claims"]["a.one"]["thorough"]["engines"]) == ["exact", "symbolic"]


def test_an_update_touches_one_profile_only() -> None:
    new = ledger().updated(Profile.QUICK, {"a.one": Entry(Verdict.PROVED)})
    assert new.entry("a.one", Profile.QUICK) == Entry(Verdict.PROVED)
    assert new.entry("a.one", Profile.THOROUGH) == ledger().entry("a.one", Profile.THOROUGH)
    changed = [line for line in ledger().diff(new).splitlines()[2:] if line[0] in "+-"]
    assert [line.strip("+- ") for line in changed] == ['"verdict": "certified"', '"verdict": "proved"']
    assert ledger().diff(ledger()) == ""


def test_a_whole_run_drops_rows_that_no_longer_exist() -> None:
    new = ledger().updated(Profile.QUICK, {"a.one": Entry(Verdict.PROVED)}, keep=["a.one"])
    assert new.entry("b.two", Profile.STANDARD) is None
    assert new.entry("a.one", Profile.THOROUGH) is not None


def test_an_absent_ledger_is_empty(tmp_path: Path) -> None:
    assert Ledger.load(tmp_path / "none.json").entry("a.one", Profile.QUICK) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"claims": 3}',
        '{"claims": {"a": {"quick": {"verdict": "sure"}}}}',
        '{"claims": {"a": {"fast": {}}}}',
    ],
)
def test_a_damaged_ledger_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.json"
    path.write_text(text)
    with pytest.raises(UnusableRequest, match="restore it") as caught:
        Ledger.load(path)
    assert "\n" not in str(caught.value)


def test_a_ledger_that_cannot_be_written_is_refused_and_stays(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="can be written"):
        ledger().save(tmp_path / "absent" / "ledger.json")
    assert list(tmp_path.iterdir()) == []
