"""A corpus of certificates that prove nothing: each is refused in the place and for the reason on record.

Their hashes and, where that is not the point, their statements are as somebody would write them who means to deceive.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hessproof.proofs_check.checker import check

CORPUS = Path(__file__).parent / "corpus"
REASONS = json.loads((CORPUS / "reasons.json").read_text("utf-8"))


def test_every_file_has_a_reason():
    assert {path.stem for path in CORPUS.glob("*.json")} == {*REASONS, "reasons"}


@pytest.mark.parametrize("name", sorted(REASONS))
def test_bad_certificates_are_refused_for_their_reason(name):
    found = check(CORPUS / f"{name}.json")
    assert (found.ok, found.readable) == (False, True)
    assert [found.where, found.line, found.why] == REASONS[name]
