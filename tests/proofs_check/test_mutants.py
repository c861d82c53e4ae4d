"""Wrong variants are generated and judged; only those with a stated reason survive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hessproof.proofs_check import mutants
from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.mutant_blocks import KINDS, NETWORKS, block_mutants, finding
from hessproof.proofs_check.mutant_formulas import NOT_CAUGHT, formula_mutants, survival
from hessproof.proofs_check.mutants import Judged, derivation_mutants, judge, markdown
from hessproof.proofs_check.surveys.plan import plan
from hessproof.proofs_check.surveys.record import Record
from hessproof.proofs_check.surveys.survey import measure
from hessproof.symbolic.blocks import derivations
from hessproof.symbolic.formulas import FORMULAS


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """A fifth of the quick survey's moments-first cases without the large one."""
    requests = [request for request in plan("quick").requests if request.targets is None and len(request.widths) <= 5]
    return measure([request for request in requests if max(request.widths) <= 5][::3])


@pytest.mark.long
@pytest.mark.parametrize("name", ["lemma1", "cor4", "thm5", "fact7", "loss_generic", "functional_bound", "a_o_chain"])
def test_variants_of_formulas_are_caught_or_explained(name: str, records: list[Record]) -> None:
    found = list(formula_mutants(FORMULAS[name], records))
    assert len(found) > 20
    assert sum(mutant.caught for mutant in found) > 0.9 * len(found)
    assert not [mutant for mutant in found if mutant.by == NOT_CAUGHT]


@pytest.mark.long
def test_without_records_nothing_is_caught_and_that_is_said() -> None:
    found = list(formula_mutants(FORMULAS["cor4"], []))
    assert not any(mutant.caught for mutant in found)
    assert all(mutant.by == NOT_CAUGHT for mutant in found)


@pytest.mark.long
def test_equal_variants_are_explained_by_the_inequality_that_makes_them_equal() -> None:
    formula = FORMULAS["loss_generic"]
    reasons = [survival(formula, mutant) for mutant in formula.mutants() if "left out of min" in mutant.mutation]
    assert any(reason.startswith("equal on the domain") for reason in reasons)
    assert survival(formula, replace(formula, expression=formula.expression + 1)) == NOT_CAUGHT


@pytest.mark.parametrize("kind", KINDS)
def test_variants_of_blocks_are_caught_but_for_symmetry(kind: str) -> None:
    found = list(block_mutants(kind))
    assert len(found) > 20
    survivors = [mutant.description for mutant in found if not mutant.caught]
    assert survivors == (["right factor 2 Sigma: transposed"] if kind.startswith("outer") else [])


def test_an_unchanged_block_is_not_caught() -> None:
    for kind, (part, _) in KINDS.items():
        for architecture in NETWORKS:
            assert finding(kind, part, lambda term: term, architecture) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["eq1", "eq4", "eq5", "diag"])
def test_variants_of_derivations_are_rejected_or_equal(name: str) -> None:
    found = list(derivation_mutants(derivations()[name]))
    assert any(mutant.caught for mutant in found)
    assert all(mutant.caught or mutant.by.startswith("equal in value") for mutant in found)


def test_the_table_names_every_variant_and_the_survivors() -> None:
    judged = [
        Judged("formula", "one", (Mutant(description="a | b", caught=True, by="x < y"),)),
        Judged("block", "two", (Mutant(description="c", caught=False, by="equal"),)),
    ]
    text = markdown(judged)
    assert "2 variants, 1 caught, 1 survivors." in text
    assert "| block `two` | c | equal |" in text
    assert "| a \\| b | x &lt; y |" in text


def test_judging_reports_what_it_works_on(records: list[Record]) -> None:
    told: list[str] = []
    judged = list(judge(records, ("block",), told.append))
    assert [one.source for one in judged] == list(KINDS)
    assert told[0] == "block outer, k = l (§3.1)"
    assert all(one.caught + len(one.survivors) == len(one.mutants) for one in judged)


def test_the_command_writes_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "mutants.md"
    assert mutants.main(["--family", "block", "--out", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("# Mutants")
    assert mutants.main(["--family", "block", "--out", str(tmp_path / "missing" / "mutants.md")]) == 2
    assert "a file that can be written" in capsys.readouterr().err
    assert mutants.main(["--profile", "huge"]) == 2
