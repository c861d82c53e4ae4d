"""Coq is asked what every theorem of the project rests on."""

from __future__ import annotations

import pytest

from hessproof.proofs_check.formal.audit import audit
from hessproof.proofs_check.formal.compiler import Compiler
from hessproof.proofs_check.formal.theorems import stated


@pytest.mark.formal
def test_every_theorem_is_closed_under_the_global_context(proofs: Compiler):
    found, compiler = audit(stated(), jobs=2)
    assert compiler.build == proofs.build
    assert len(found.theorems) == len(stated())
    assert [name for name in stated() if found.objection(name)] == []
    assert all(theorem.closed for theorem in found.theorems.values())
