"""Wrong statements: they differ from the theorems, can be written down, and Coq rejects them."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.formal.compiler import Compiler
from hessproof.proofs_check.formal.formulas import IDS
from hessproof.proofs_check.formal.mutants import mutants, needed, wrong_formulas
from hessproof.proofs_check.formal.sources import all_statements, read
from hessproof.symbolic.formulas import FORMULAS

FACT7 = "Hessproof.paper.fact7.fact7_upper_bound"
FUNCTIONAL = "Hessproof.paper.corollary6.functional_bound_every"
OVERLAP = "Hessproof.paper.overlap.overlap_identity"


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
def test_every_formula_has_wrong_variants_and_bounds_have_smaller_ones(name: str):
    assert next(wrong_formulas(FORMULAS[name]))
    assert next(wrong_formulas(FORMULAS[name], smaller=True))


@pytest.mark.long
def test_every_theorem_of_the_paper_has_wrong_variants():
    theorems = [name for name, one in all_statements().items() if one.file.startswith("paper/")]
    assert theorems
    for name in theorems:
        found = mutants(name, most=1)
        assert found
        for wrong in found:
            assert wrong.target in wrong.files
            assert any(text != read()[file] for file, text in wrong.files.items())
            assert wrong.proof <= wrong.last


@pytest.mark.long
def test_a_hypothesis_is_replaced_and_the_relation_sharpened():
    found = {wrong.description: wrong for wrong in mutants(OVERLAP, most=0)}
    assert list(found) == ["without (1 < L)%N", "- for +", "the contrary"]
    assert "overlap_identity L M r s : true ->" in found["without (1 < L)%N"].files["paper/overlap.v"]
    [sharper] = [wrong for wrong in mutants(FACT7, most=0) if wrong.description == "< for <="]
    assert "(\\rank (loss_hessian W X Y))%:Z < fact7 L M (\\rank X)" in sharper.files["paper/fact7.v"]


@pytest.mark.slow
def test_only_an_error_in_the_proof_counts():
    wrong, *_ = mutants(OVERLAP, most=0)
    assert wrong.caught("paper/overlap.v", wrong.proof)
    assert not wrong.caught("paper/overlap.v", wrong.proof - 1)
    assert not wrong.caught("narrowest.v", wrong.proof)


def test_files_come_after_what_they_need():
    order = needed("paper/fact7.v")
    assert order[-1] == "paper/fact7.v"
    assert "formulas.v" not in order
    assert order.index("chain.v") < order.index("loss.v") < order.index("hessian.v") < order.index("upper_bound.v")


def test_a_file_is_not_taken_for_the_formula_of_the_same_name():
    assert "functional_bound.v" in read()
    wrong = [one for one in mutants(FUNCTIONAL) if one.description.startswith("functional_bound: ")]
    assert wrong
    assert {one.target for one in wrong} == {"paper/corollary6.v"}


@pytest.mark.formal
@pytest.mark.slow
def test_coq_rejects_wrong_statements(proofs: Compiler):
    for wrong in mutants(OVERLAP, most=2):
        failure = proofs.fails(wrong.files, wrong.target)
        assert failure is not None, wrong.description
        assert wrong.caught(failure.file, failure.line), (wrong.description, str(failure))
