"""Wrong statements: which count as caught, what is kept of them, and what is tried again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hessproof.proofs_check.formal.compiler import Failure
from hessproof.proofs_check.formal.controls import chosen, tried
from hessproof.proofs_check.formal.mutants import WrongStatement
from hessproof.proofs_check.formal.processes import Unanswered

IN_PROOF = Failure("paper/x.v", 12, "Error: Unable to unify")
LEMMA1 = "Hessproof.paper.lemma1.lemma1_rank"


@dataclass
class FakeCompiler:
    """Answers in place of Coq."""

    build: Path
    answer: Failure | Exception | None
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fails(self, changed: Mapping[str, str], target: str, *, patience: float | None = None) -> Failure | None:
        with self.lock:
            self.asked.append(changed[target])
        assert patience is not None
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def wrong(text: str = "Theorem x") -> WrongStatement:
    return WrongStatement("the contrary", {"paper/x.v": text}, "paper/x.v", 10, 14)


def judged(compiler: FakeCompiler):
    [mutant] = tried(compiler, [wrong()])  # type: ignore[arg-type]
    return mutant


def test_an_error_in_the_proof_is_caught(tmp_path: Path):
    assert judged(FakeCompiler(tmp_path, IN_PROOF)).caught


@pytest.mark.parametrize(
    ("answer", "by"),
    [
        (None, "it compiles"),
        (Failure("paper/x.v", 9, "Error: Syntax error"), "outside the proof, lines 10 to 14 of paper/x.v"),
        (Failure("paper/x.v", 15, "Error: no"), "outside the proof"),
        (Failure("chain.v", 12, "Error: no"), "outside the proof"),
        (Unanswered("coqc gave no answer within 300 seconds"), "no answer within 300 seconds"),
    ],
)
def test_nothing_else_is(tmp_path: Path, answer: Failure | Exception | None, by: str):
    mutant = judged(FakeCompiler(tmp_path, answer))
    assert not mutant.caught
    assert by in mutant.by


@pytest.mark.parametrize("answer", [IN_PROOF, None])
def test_an_outcome_is_kept(tmp_path: Path, answer: Failure | None):
    first = judged(FakeCompiler(tmp_path, answer))
    other = FakeCompiler(tmp_path, Unanswered("must not be asked"))
    assert judged(other) == first
    assert other.asked == []
    assert [path.suffix for path in (tmp_path / "controls").iterdir()] == [".json"]


def test_no_answer_is_not_kept(tmp_path: Path):
    assert not judged(FakeCompiler(tmp_path, Unanswered("no memory"))).caught
    assert judged(FakeCompiler(tmp_path, IN_PROOF)).caught


@pytest.mark.parametrize("damage", ["", "{", "[]", "7", '{"file": 1}', '{"file": "x", "line": null, "message": ""}'])
def test_a_damaged_record_is_tried_again(tmp_path: Path, damage: str):
    judged(FakeCompiler(tmp_path, IN_PROOF))
    [record] = (tmp_path / "controls").iterdir()
    record.write_text(damage)
    again = FakeCompiler(tmp_path, None)
    assert not judged(again).caught
    assert len(again.asked) == 1


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path):
    (tmp_path / "controls").write_text("a file")
    assert judged(FakeCompiler(tmp_path, IN_PROOF)).caught


def test_what_two_theorems_share_is_tried_once_and_progress_is_told(tmp_path: Path):
    compiler = FakeCompiler(tmp_path, IN_PROOF)
    lines: list[str] = []
    found = tried(compiler, [wrong(), wrong("other"), wrong()], jobs=3, progress=lines.append)  # type: ignore[arg-type]
    assert [mutant.caught for mutant in found] == [True] * 3
    assert sorted(compiler.asked) == ["Theorem x", "other"]
    assert lines == ["wrong statements (1 of 2)", "wrong statements (2 of 2)"]


def test_an_interruption_leaves_no_thread(tmp_path: Path):
    before = threading.active_count()

    def stop(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(FakeCompiler(tmp_path, IN_PROOF), [wrong(str(n)) for n in range(9)], jobs=2, progress=stop)  # type: ignore[arg-type]
    assert threading.active_count() == before


def test_changes_of_the_theorem_itself_come_first():
    [first] = chosen(LEMMA1, 1)
    assert set(first.files) == {"paper/lemma1.v"}
    assert all(set(one.files) == {"paper/lemma1.v"} for one in chosen(LEMMA1, 2))
    assert any("formulas.v" in one.files for one in chosen(LEMMA1, None))
