"""Coq is run on small sources: what compiles, what does not, what rests on an axiom, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from hessproof.proofs_check.formal.audit import AuditError, ask, audit
from hessproof.proofs_check.formal.compiler import CompilationError, compiled, missing, version
from hessproof.proofs_check.formal.processes import Missing

pytestmark = pytest.mark.formal

ONE = "Definition one := 1.\n"
TWO = "From Hessproof Require Import one.\nLemma two : one + one = 2.\nProof. reflexivity. Qed.\n"
SOURCES = {"one.v": ONE, "paper/two.v": TWO}
AXIOM = "Axiom magic : 1 = 2.\nTheorem wrong : 2 = 3.\nProof. exact (f_equal S magic). Qed.\n"
ADMITTED = "Theorem wrong : 1 = 2.\nProof. Admitted.\n"


def test_sources_are_compiled_once(own_cache: Path):
    seen: list[str] = []
    first = compiled(SOURCES, progress=seen.append)
    again = compiled(SOURCES, progress=seen.append)
    assert (first.fresh, again.fresh) == (True, False)
    assert first.build == again.build
    assert seen == ["coqc one (1 of 2)", "coqc paper/two (2 of 2)"]
    assert compiled(SOURCES, clean=True).fresh
    assert compiled({**SOURCES, "one.v": ONE + "\n"}).build != first.build


def test_a_theorem_without_axioms_is_closed(own_cache: Path):
    found = ask(compiled(SOURCES), ["Hessproof.paper.two.two"])["Hessproof.paper.two.two"]
    assert found.closed
    assert found.statement.line == 2
    assert "one + " in found.checked


@pytest.mark.parametrize("text", [AXIOM, ADMITTED])
def test_an_axiom_or_an_admitted_proof_makes_the_audit_object(own_cache: Path, text: str):
    name = "Hessproof.wrong.wrong"
    found, _ = audit([name], {"wrong.v": text})
    assert not found.theorems[name].closed
    assert "wrong.v, line" in found.objection(name)


def test_an_axiom_elsewhere_makes_the_audit_object_to_every_theorem(own_cache: Path):
    name = "Hessproof.paper.two.two"
    found, _ = audit([name], {**SOURCES, "other.v": "Axiom magic : 1 = 2.\n"})
    assert found.theorems[name].closed
    assert found.objection(name) == "other.v, line 1: Axiom"


def test_a_theorem_that_does_not_exist_is_an_error(own_cache: Path):
    with pytest.raises(AuditError, match="three"):
        audit(["Hessproof.one.three"], SOURCES)


def test_a_wrong_proof_does_not_compile_and_leaves_nothing_behind(own_cache: Path):
    with pytest.raises(CompilationError, match=r"paper/two\.v, line 3: Error: Unable to unify"):
        compiled({**SOURCES, "paper/two.v": TWO.replace("= 2", "= 3")})
    assert list((own_cache / "formal").iterdir()) == []


def test_changed_sources_are_tried_with_everything_between(own_cache: Path):
    between = {**SOURCES, "middle.v": "From Hessproof Require Import one.\nDefinition more := one.\n"}
    between["paper/two.v"] = TWO.replace("Require Import one", "Require Import one middle").replace("one + ", "more + ")
    compiler = compiled(between)
    assert compiler.fails({}, "paper/two.v") is None
    failure = compiler.fails({"one.v": "Definition one := 2.\n"}, "paper/two.v")
    assert failure is not None
    assert (failure.file, failure.line) == ("paper/two.v", 3)
    broken = compiler.fails({"one.v": "Definition two := 2.\n"}, "paper/two.v")
    assert broken is not None
    assert broken.file == "middle.v"


def test_without_coq_it_says_so(monkeypatch: pytest.MonkeyPatch, own_cache: Path):
    monkeypatch.setenv("PATH", "")
    version.cache_clear()
    assert missing().startswith("coqc, ")
    with pytest.raises(Missing, match="not found on PATH"):
        compiled(SOURCES)
    monkeypatch.undo()
    monkeypatch.setenv("HESSPROOF_COQ", "none")
    assert "HESSPROOF_COQ" in missing()
