"""Every claim that has checks, as ``hessproof verify CLAIM`` runs it: ``pytest -k thm5`` is ``verify singh2021.thm5``.

The quick profile, one process. A verdict off the ledger fails; so does a check that was never seen to fail, and a
claim of this version that rests on a single route.
"""

from __future__ import annotations

import pytest

from hessproof.proofs_check import verify
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.model.routes import independent_routes
from hessproof.proofs_check.model.verdict import Verdict, held
from hessproof.proofs_check.registry import CHECKS

CHECKED = tuple(name for name in CLAIMS if CHECKS.load().select([name]))
ROWS = (
    *("eq1", "vec", "eq2", "diag", "eq3", "eq4", "eq5", "split", "range_o", "range_f", "lemma1", "prop2", "thm3"),
    *("cor4", "ntk", "thm5", "cor6", "independence", "overall", "fact7", "overlap", "deficiency", "samples", "width"),
)


def test_every_row_of_deep_linear_networks_has_checks_for_each_part():
    assert {f"singh2021.{row}" for row in ROWS} <= set(CHECKED)
    for name in CHECKED:
        parts = {check.part for check in CHECKS.select([name])}
        assert parts == {part.key for part in CLAIMS[name].parts}, name


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKED)
def test_claim(name):
    report = verify(name, profile="quick")
    (result,) = report.results
    assert result.agrees, f"{result.disagreement}; run: {report.command}"
    for part in result.parts:
        for evidence in part.evidence:
            assert evidence.missing is None
            assert evidence.tally.satisfied > 0, f"{part.key}/{evidence.check} tried nothing"
            assert any(control.caught for control in evidence.controls), f"{part.key}/{evidence.check} never failed"
        standing = [evidence for evidence in part.evidence if held(evidence)]
        if part.verdict in (Verdict.PROVED, Verdict.CERTIFIED):
            assert len(independent_routes(standing)) >= 2, part.key
        if part.verdict == Verdict.REFUTED:
            assert any(one.counterexample and one.counterexample.confirmed_by for one in part.evidence), part.key
