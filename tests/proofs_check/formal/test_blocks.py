"""The Hessian blocks in Coq are those that SymPy derives, and the theorems notice another derivation."""

from __future__ import annotations

from typing import Any

import pytest
from sympy.matrices.expressions.kronecker import KroneckerProduct

from hessproof.proofs_check.formal import blocks
from hessproof.proofs_check.formal.blocks import LINES, expressions, source, wrong, wrong_definition
from hessproof.proofs_check.formal.compiler import Compiler
from hessproof.proofs_check.formal.coq_terms import TIE, term, well_formed
from hessproof.proofs_check.formal.sources import THEORIES
from hessproof.symbolic.blocks import derivations, gradient_word, hessian_block
from hessproof.symbolic.derivation import RuleFailure
from hessproof.symbolic.layer_blocks import FUNCTIONAL_BEFORE
from hessproof.symbolic.words import Descending, L, Omega, Sigma, Syx, Transposed, k, l, times

FILES = {
    "paper/equations.v": ("eq1", "eq1_network", "vec_left", "vec_right", "eq2", "eq2_sample", "diag", "eq3", "eq4",
                          "eq5"),
    "paper/gauss_newton_split.v": ("split_outer", "split_before", "split_same", "split_after", "prop2"),
    "paper/hessian_range.v": ("range_o", "range_f"),
}  # fmt: skip


def test_the_definitions_are_written_from_the_derivations():
    assert (THEORIES / "block_formulas.v").read_text(encoding="utf-8") == source()


def test_every_derivation_of_a_block_is_written():
    claims = {name.split("_")[0] if not name.startswith("range") else name for name in LINES}
    assert claims == set(derivations())


def test_every_definition_is_used_in_a_statement():
    for file, names in FILES.items():
        text = (THEORIES / file).read_text(encoding="utf-8")
        assert all(f" {name} " in text for name in names), file
    assert {name for names in FILES.values() for name in names} == set(LINES)


def test_layers_count_from_0():
    assert "(k : nat) : 'M[R]_(M k.+1, M k) :=\n  (chain k.+1 L)^T *m Omega *m (chain 0 k)^T." in source()


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_written_chains_are_those_of_the_numeric_kernels(layers: int):
    """The terms of ``symbolic.blocks``, which the numeric engines evaluate, say the same of every pair of layers."""
    for row in range(1, layers + 1):
        assert _at(expressions()["eq2"], layers, row, row) == _word(gradient_word(layers, row))
        for column in range(1, layers + 1):
            [outer] = hessian_block("outer", layers, row, column)
            assert _at(expressions()["eq3"], layers, row, column) == f"({_word(outer.left)}) *t ({_word(outer.right)})"


def _at(expression: Any, layers: int, row: int, column: int) -> str:
    return term(expression.xreplace({L: layers, k: row, l: column})).replace(TIE, " ")


def _word(factors: Any) -> str:
    written = []
    for factor in factors:
        if hasattr(factor, "descending"):
            first, last = factor.first, factor.last
            chain = f"chain {last - 1} {first}" if factor.descending else f"(chain {first - 1} {last})^T"
            written.append(chain)
        else:
            written.append(factor.name + ("^T" if factor.transposed else ""))
    return " *m ".join(written)


def test_a_matrix_without_a_coq_name_is_refused():
    with pytest.raises(RuleFailure, match="no Coq term for Syx"):
        term(times(Transposed(k + 1, L), Syx()))


def test_a_product_that_does_not_fit_is_seen():
    assert well_formed(times(Transposed(k + 1, L), Omega(), Sigma()))
    assert not well_formed(times(Omega(), Transposed(k + 1, L)))
    assert not well_formed(KroneckerProduct(times(Sigma(), Omega()), Sigma()))


@pytest.mark.parametrize("name", LINES)
def test_there_are_wrong_variants_of_the_same_type(name: str):
    found = dict(wrong(name))
    assert found
    right = source()
    assert all(source({name: expression}) != right for expression in found.values())


@pytest.mark.formal
@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_a_wrong_derivation_breaks_a_proof(proofs: Compiler, file: str):
    """A wrong last line of any derivation is well-typed in Coq, and the theorem about it is no longer proved."""
    for name in FILES[file]:
        description, expression = list(wrong(name))[-1]
        failure = proofs.fails({"block_formulas.v": source({name: expression})}, file)
        assert failure is not None, f"{name}: {description}"
        assert failure.file == file
        assert _in_a_proof(proofs.sources[file], failure.line), f"{name}, {description}: {failure}"


def _in_a_proof(text: str, line: int) -> bool:
    """Whether a line belongs to a proof, and not to a statement, which would then be none."""
    before = "\n".join(text.splitlines()[:line])
    return before.rfind("\nProof.") > max(before.rfind("\nTheorem "), before.rfind("\nLemma "))


@pytest.mark.formal
def test_swapped_sides_of_a_block_are_rejected(proofs: Compiler):
    swapped = KroneckerProduct(*reversed(FUNCTIONAL_BEFORE.args))
    failure = proofs.fails({"block_formulas.v": source({"eq4": swapped})}, "paper/equations.v")
    assert failure is not None
    assert failure.file == "paper/equations.v"


@pytest.mark.formal
def test_a_wrong_definition_stands_by_itself(proofs: Compiler, tmp_path: Any):
    imports = blocks.HEAD.split("(*")[0] + "From Hessproof Require Import block_formulas.\n"
    text = imports + wrong_definition("eq5", times(Descending(L, 1), Sigma())) + "Check wrong_eq5.\n"
    assert proofs.run(text, tmp_path) is None
