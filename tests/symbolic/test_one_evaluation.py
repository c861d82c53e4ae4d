"""Every kind of expression is evaluated in one place: a second registration would silently replace the first."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "symbolic"


def registrations(text: str) -> list[str]:
    return [
        f"{name} {kind.rpartition('.')[2]}"
        for name, kind in re.findall(r"@(?:\w+\.)?(\w+)\.register\(([\w.]+)\)", text)
    ]


@pytest.mark.parametrize("name", ["evaluate", "terms_of"])
def test_no_kind_is_registered_twice(name):
    found = Counter(one for path in ROOM.glob("*.py") for one in registrations(path.read_text()))
    mine = {one: count for one, count in found.items() if one.startswith(name)}
    assert len(mine) > 5
    assert {one for one, count in mine.items() if count > 1} == set()


def test_a_second_registration_is_seen():
    text = "@evaluate.register(sp.Sum)\n@evaluate.register(Sum)\n"
    assert registrations(text) == ["evaluate Sum", "evaluate Sum"]
