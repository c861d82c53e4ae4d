"""The names that notebooks import."""

from __future__ import annotations

import pytest

import hessproof.numeric


def test_every_public_name_loads() -> None:
    for name in hessproof.numeric.__all__:
        assert getattr(hessproof.numeric, name).__doc__
    assert dir(hessproof.numeric) == sorted(hessproof.numeric.__all__)


def test_other_names_do_not() -> None:
    with pytest.raises(AttributeError, match=r"'hessproof\.numeric' has no attribute 'rank_of_everything'"):
        _ = hessproof.numeric.rank_of_everything
