"""What is read off the Coq sources: statements, what they take on trust, and whether the files hang together."""

from __future__ import annotations

from pathlib import Path

import pytest

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.formal import formulas
from hessproof.proofs_check.formal.audit import drift
from hessproof.proofs_check.formal.sources import all_statements, digest, read, statements, trusted, without_comments
from hessproof.proofs_check.formal.table import render
from hessproof.proofs_check.formal.theorems import SETTLED, names, stated

PROVED = "Lemma a : 1 = 1.\nProof. by []. Qed.\n"


def found(text: str) -> list[str]:
    return [one.what for one in trusted("x.v", text)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Axiom a : False.\n", "Axiom"),
        ("Lemma a : False.\nProof. Admitted.\n", "Admitted"),
        ("Lemma a : False.\nProof. admit. Admitted.\n", "admit"),
        ("Parameter n : nat.\n", "Parameter"),
        ("Local Axiom a : False.\n", "Axiom"),
        ("Definition b := 1. Axiom a : False.\n", "Axiom"),
        ("Conjecture a : False.\n", "Conjecture"),
        ("Variable n : nat.\n", "Variable outside a section"),
        ("Section S.\nEnd S.\nHypothesis h : False.\n", "Hypothesis outside a section"),
        ("Section S.\nSection T.\nEnd T.\nEnd S.\nContext (n : nat).\n", "Context outside a section"),
        ("Unset Guard Checking.\n", "Guard Checking"),
        ("Unset Universe Checking.\n", "Universe Checking"),
        ('Declare ML Module "x".\n', "Declare ML"),
        ("#[bypass_check(guard)]\nFixpoint f (n : nat) : False := f n.\n", "bypass_check"),
    ],
)
def test_whatever_is_taken_on_trust_is_found(text, what):
    assert what in found(PROVED + text)
    assert found(PROVED) == []


def test_words_in_comments_and_variables_in_sections_are_no_axioms():
    text = "(* Axiom, Admitted (* nested *) admit *)\nSection Parameters.\nVariable n : nat.\nEnd Parameters.\n"
    assert found(text + PROVED) == []


def test_comments_are_blanked_out_line_by_line():
    text = "a (* b\n(* c *)\nd *) e\n"
    assert without_comments(text).split() == ["a", "e"]
    assert without_comments(text).count("\n") == text.count("\n")


def test_a_statement_has_its_place_its_words_and_its_text():
    text = (
        "(* Not about it. *)\n\n(* In words,   *)\n(* on two lines. *)\n"
        "Theorem a (n : nat) :\n  n = n.\nProof. by []. Qed.\n"
    )
    [one] = statements("paper/x.v", text)
    assert (one.name, one.line) == ("Hessproof.paper.x.a", 5)
    assert one.words == "In words, on two lines."
    assert one.text == "Theorem a (n : nat) :\n  n = n."


def test_the_projects_sources_take_nothing_on_trust():
    assert [one for file, text in read().items() for one in trusted(file, text)] == []


@pytest.mark.slow
def test_the_formulas_are_those_of_symbolic_and_a_changed_one_is_noticed():
    sources = read()
    assert drift(sources) == ""
    changed = sources["formulas.v"].replace("Definition fact7 ", "Definition fact_7 ")
    assert drift({}) == ""
    assert "formulas.v would be written differently" in drift({**sources, "formulas.v": changed})
    assert formulas.source() == sources["formulas.v"]


def test_every_theorem_of_the_table_stands_in_a_source_and_every_part_in_the_catalogue():
    known = all_statements()
    assert names()
    assert [name for name in names() if name not in known] == []
    for settled in SETTLED:
        part = CLAIMS[settled.claim].part(settled.part)
        assert set(settled.regions) <= {region.name for region in part.regions}, settled
    assert len({(one.claim, one.part) for one in SETTLED}) == len(SETTLED)


def test_every_theorem_says_in_words_what_it_states():
    known = all_statements()
    assert [name for name in names() if not known[name].words] == []


def test_every_theorem_of_the_paper_files_is_audited():
    assert set(names()) <= set(stated())
    assert {name.split(".")[2] for name in stated()} == {file[6:-2] for file in read() if file.startswith("paper/")}


def test_the_digest_depends_on_names_and_on_texts():
    one = digest({"a.v": "x", "b.v": ""})
    assert len({one, digest({"a.v": "", "b.v": "x"}), digest({"a.v": "x"}), digest({"ab.v": "x", "": ""})}) == 4


def test_the_page_of_theorems_is_as_the_command_writes_it(root: Path):
    assert (root / "docs/formal-theorems.md").read_text(encoding="utf-8") == render()
