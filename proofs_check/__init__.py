"""Where a claim meets its evidence: catalogue, checks, verdicts, ledger, reports and the command line.

The names below are imported when they are first used, so that ``hessproof --help`` and programs that need only one of
them start at once.

Example:
    >>> from hessproof.proofs_check import Verdict
    >>> Verdict.CERTIFIED.positive, Verdict.UNDECIDED.positive
    (True, False)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hessproof.proofs_check.certificates.certificate import Certificate as Certificate
    from hessproof.proofs_check.certificates.certify import certify as certify
    from hessproof.proofs_check.checker import CheckResult as CheckResult
    from hessproof.proofs_check.checker import check as check
    from hessproof.proofs_check.conjectures.api import conjecture as conjecture
    from hessproof.proofs_check.conjectures.result import examine as examine
    from hessproof.proofs_check.conjectures.result import examine_file as examine_file
    from hessproof.proofs_check.model.claim import Claim as Claim
    from hessproof.proofs_check.model.evidence import Engine as Engine
    from hessproof.proofs_check.model.evidence import Evidence as Evidence
    from hessproof.proofs_check.model.verdict import Verdict as Verdict
    from hessproof.proofs_check.ranking import rank_network as rank_network
    from hessproof.proofs_check.report.model import Report as Report
    from hessproof.proofs_check.reproduction.reproduce import reproduce as reproduce
    from hessproof.proofs_check.runner import Interrupted as Interrupted
    from hessproof.proofs_check.verification import house_catalogue as house_catalogue
    from hessproof.proofs_check.verification import verify as verify

_HOMES = {
    "Certificate": "certificates.certificate",
    "CheckResult": "checker",
    "Claim": "model.claim",
    "Engine": "model.evidence",
    "Evidence": "model.evidence",
    "Interrupted": "runner",
    "Report": "report.model",
    "Verdict": "model.verdict",
    "certify": "certificates.certify",
    "check": "checker",
    "conjecture": "conjectures.api",
    "examine": "conjectures.result",
    "examine_file": "conjectures.result",
    "house_catalogue": "verification",
    "rank_network": "ranking",
    "reproduce": "reproduction.reproduce",
    "verify": "verification",
}

__all__ = [
    "Certificate",
    "CheckResult",
    "Claim",
    "Engine",
    "Evidence",
    "Interrupted",
    "Report",
    "Verdict",
    "certify",
    "check",
    "conjecture",
    "examine",
    "examine_file",
    "house_catalogue",
    "rank_network",
    "reproduce",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
