"""No corruption of a single field makes the checker accept what is not true; which ones change nothing is listed."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from hessproof.proofs_check.certificate_truth import is_true
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.drawn import drawn_point
from hessproof.proofs_check.certificates.point import point_of
from hessproof.proofs_check.checker import check, line_of
from hessproof.proofs_check.corruptions import corruptions
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.symbolic.architecture import Architecture

HARMLESS = {
    "made_with": "says who wrote the file; no part of the proof",
    "weights": "another network, of which the proof holds as well",
    "data": "other data, of which the proof holds as well",
    "lower": "another minor that is not zero, such as the same one with its rows in another order",
    "upper": "other vectors of the same null space, or an absent part written as null or not at all",
    "architecture.slope": "null and absent mean the same",
    "prime": "another prime",
}
"""Fields whose corruption may be accepted, since what is proved stays true, and why."""


def certificates():
    yield "architecture", certify(Architecture((2, 1, 2)), residual_rank=1)
    yield "functional", certify(Architecture((1, 2, 1)), "functional")
    yield "shift", certify(Architecture((1, 2, 3), bias=True))
    yield "centred", certify(Architecture((2, 1, 2), bias=True), residual_mean=0)
    yield (
        "moments",
        certify(point_of((2, 1, 2), [[[1, 2]], [[1], [3]]], sigma=[[2, 1], [1, 1]], omega=[[1, 1], [0, 2]])),
    )
    request = DataRequest(data_rank=1, residual_rank=1)
    yield "image", certify(drawn_point(Architecture((2, 1, 2)), request, 1), "outer")
    yield "bias", certify(drawn_point(Architecture((1, 1, 1), bias=True), DataRequest(), 1))
    yield "relu", certify(drawn_point(Architecture((1, 2, 1), activation="relu"), DataRequest(samples=2), 1))


NAMES = [name for name, _ in certificates()]


def judge(made, folder, every):
    """How many corruptions there are, and those that are accepted."""
    target, count, accepted = folder / "c.json", 0, []
    for one in islice(corruptions(made.document), 0, None, every):
        target.write_text(json.dumps(one.document), "utf-8")
        found = check(target)
        count += 1
        if found.ok:
            assert is_true(one.document), (one.path, one.what)
            assert found.statement == one.document["statement"]
            accepted.append(one)
        else:
            assert found.why
            assert found.readable == (one.path != ("schema",)), (one.path, one.what)
            assert not found.readable or found.line == 1
    return count, accepted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 29])
def test_no_corruption_proves_what_is_not_true(name, every, tmp_path):
    made = dict(certificates())[name]
    count, accepted = judge(made, tmp_path, every)
    assert count > 200 / every
    for one in accepted:
        path = ".".join(map(str, one.path))
        assert any(path.startswith(field) for field in HARMLESS), (path, one.what)
    assert len(accepted) < count / 4


def test_a_hash_of_other_content_is_refused(tmp_path):
    made = certify(Architecture((2, 2)))
    for text in (made.to_json().replace('"hessproof": "', '"hessproof": "9'),):
        (tmp_path / "c.json").write_text(text, "utf-8")
        assert check(tmp_path / "c.json").where == "sha256"


def test_the_line_that_fails_is_named(tmp_path):
    made = certify(Architecture((3, 2, 4)))
    (tmp_path / "c.json").write_text(made.to_json().replace('"omega": 3', '"omega": 4'), "utf-8")
    found = check(tmp_path / "c.json")
    lines = (tmp_path / "c.json").read_text("utf-8").splitlines()
    assert (found.where, found.why) == ("witness.kinds.1", 'at the witness this is {"from": 3, "to": 3, "omega": 3}')
    assert lines[found.line].strip() == '"from": 3,'


def test_lines_are_counted_in_any_layout():
    text = '{"a b": [1,\n {"x": "}{,", "y\\"": [[],\n 7]}],\n "c": {}}'
    assert [line_of(text, path) for path in [(), ("a b", 1), ("a b", 1, 'y"', 1), ("c",), ("c", "gone")]] == [
        1,
        2,
        3,
        4,
        4,
    ]
