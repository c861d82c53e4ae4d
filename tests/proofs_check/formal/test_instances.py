"""Hessians that Coq computes are those of the exact engine, and a wrong number is noticed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hessproof.numeric.integers import integers, rational_rank
from hessproof.proofs_check.formal.compiler import Compiler
from hessproof.proofs_check.formal.instances import EXAMPLES, Certificate, Example, certificate, drawn, source
from hessproof.proofs_check.formal.sources import read

FRESH = (drawn("fresh", (2, 1, 2), 11, 2), drawn("fresh_bias", (1, 2, 1), 12, 2, bias=True))


def holds(found: Certificate, matrix: np.ndarray) -> bool:
    one = found.factor * np.eye(found.rank, dtype=object)
    return bool(
        found.factor
        and (found.left @ matrix @ found.right == one).all()
        and (found.columns @ found.rows == found.factor * matrix).all()
    )


def test_the_file_is_written_from_the_engine():
    text = source()
    assert read()["instances.v"] == text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_ranks_have_certificates(example: Example):
    matrix = example.hessian("loss")
    found = certificate(matrix)
    assert holds(found, matrix)
    assert found.rank == example.rank("loss")
    assert (matrix == example.hessian("outer") + example.hessian("functional")).all()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rank", range(4))
def test_certificates_of_symmetric_matrices(seed: int, rank: int):
    factor = integers(np.random.default_rng(seed).integers(-3, 4, (4, rank)))
    signs = np.diag([1, -1, 1, -1][:rank]).astype(object)
    matrix = integers(factor @ signs @ factor.T)
    assert holds(certificate(matrix), matrix)
    assert certificate(matrix).rank == rational_rank(matrix)


@pytest.mark.formal
def test_coq_computes_the_same_hessians_and_ranks(proofs: Compiler, tmp_path: Path):
    assert proofs.run(source(FRESH, ("fact7", "thm5", "loss_bias_bound")), tmp_path) is None


@pytest.mark.formal
@pytest.mark.parametrize("what", ["fresh_outer", "fresh_functional", "fresh_loss", "fresh_bias_loss"])
def test_a_wrong_entry_is_noticed(proofs: Compiler, tmp_path: Path, what: str):
    head, line, rest = source(FRESH, ()).partition(f"Definition {what} : table :=\n  [:: [:: ")
    number, sign, tail = rest.partition(";")
    failure = proofs.run(f"{head}{line}{int(number) + 1}{sign}{tail}", tmp_path)
    assert failure is not None
    assert (tmp_path / "run.v").read_text(encoding="utf-8").splitlines()[
        failure.line - 1
    ] == "Proof. by vm_compute. Qed."


@pytest.mark.formal
@pytest.mark.parametrize(("old", "new"), [("  = 2%N.", "  = 1%N."), ("  = 4%N.", "  = 5%N.")])
def test_a_wrong_rank_is_noticed(proofs: Compiler, tmp_path: Path, old: str, new: str):
    one = Example("one", (2, 2), ([[1, 0], [0, 1]],), [[1, 0], [0, 0 if "2" in old else 1]], [[0, 0], [0, 0]])
    text = source((one,), ())
    assert old in text
    assert proofs.run(text.replace(old, new), tmp_path) is not None


@pytest.mark.formal
def test_a_wrong_value_of_a_formula_is_noticed(proofs: Compiler, tmp_path: Path):
    text = source((), ("fact7",))
    assert proofs.run(text, tmp_path) is None
    assert proofs.run(text.replace("Posz 1;", "Posz 2;", 1), tmp_path) is not None
