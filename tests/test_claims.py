"""Every claim that has checks, as ``hessproof verify CLAIM`` runs it: ``pytest -k thm5`` is ``verify singh2021.thm5``.

The quick profile, one process. A verdict off the ledger fails; so does a check that was never seen to fail, and a row
of a paper that stands on a single route. A check may be unable to run only where its part is shown as *not checked*;
Coq may be absent where other routes decide.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hessproof.proofs_check import verify
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.routes import independent_routes
from hessproof.proofs_check.model.verdict import Verdict, held
from hessproof.proofs_check.registry import CHECKS
from hessproof.proofs_check.report.__main__ import load
from hessproof.proofs_check.report.model import ClaimResult

CHECKED = tuple(name for name in CLAIMS if CHECKS.load().select([name]))


REFEREED = ("singh2021.", "kiselev2024.", "pennington2017.")
"""Papers of which every row has a verdict."""


def test_every_row_of_the_papers_has_checks_for_each_part():
    assert {name for name in CLAIMS if name.startswith(REFEREED)} <= set(CHECKED)
    for name in CHECKED:
        parts = {check.part for check in CHECKS.select([name])}
        assert parts == {part.key for part in CLAIMS[name].parts}, name


@pytest.fixture(scope="session")
def results(request: pytest.FixtureRequest) -> dict[str, ClaimResult]:
    """A report that was written before, or one run over the claims that were selected.

    One run, so that what several of them share is prepared once.
    """
    written = request.config.getoption("--report")
    if written is not None:
        report = load(Path(written))
    else:
        chosen = [item.callspec.params["name"] for item in request.session.items if item.name.startswith("test_claim[")]
        report = verify(chosen, profile="quick")
    return {result.claim: result for result in report.results}


@pytest.mark.claims
@pytest.mark.xdist_group("claims")
@pytest.mark.parametrize("name", CHECKED)
def test_claim(name: str, results: dict[str, ClaimResult]) -> None:
    result = results[name]
    assert result.agrees, f"{result.disagreement}; run: hessproof verify {name}"
    for part in result.parts:
        for evidence in part.evidence:
            if evidence.missing is not None:
                if evidence.engine is Engine.FORMAL and any(one.missing is None for one in part.evidence):
                    continue
                assert part.verdict == Verdict.NOT_CHECKED, f"{part.key}/{evidence.check}: {evidence.missing}"
                continue
            assert evidence.tally.satisfied > 0, f"{part.key}/{evidence.check} tried nothing"
            assert any(control.caught for control in evidence.controls), f"{part.key}/{evidence.check} never failed"
        standing = [evidence for evidence in part.evidence if held(evidence)]
        if part.verdict.positive and name.startswith(REFEREED):
            assert len(independent_routes(standing)) >= 2, part.key
        if part.verdict in (Verdict.PROVED, Verdict.CERTIFIED):
            assert len(independent_routes(standing)) >= 2, part.key
        if part.verdict == Verdict.REFUTED:
            assert any(one.counterexample and one.counterexample.confirmed_by for one in part.evidence), part.key
