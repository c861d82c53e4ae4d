"""Tracing names the modules whose functions ran, and no others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest

from hessproof.proofs_check.trace import executed_modules
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MODULE = "hessproof.tests_of_trace"


def module_with(source: str, monkeypatch: pytest.MonkeyPatch, name: str = MODULE) -> ModuleType:
    made = ModuleType(name)
    exec(compile(source, "<made>", "exec"), made.__dict__)
    monkeypatch.setitem(sys.modules, name, made)
    return made


@pytest.mark.slow
def test_only_what_ran_is_named() -> None:
    assert executed_modules(lambda: Architecture.parse("2-2").parameters) == ["hessproof.symbolic.architecture"]
    assert executed_modules(lambda: sorted("abc")) == []


def test_a_module_that_is_only_called_through_another_is_named() -> None:
    def refuse() -> None:
        with pytest.raises(UnusableRequest):
            Architecture.parse("2-0")

    assert executed_modules(refuse) == ["hessproof.symbolic.architecture", "hessproof.symbolic.errors"]


def test_importing_is_not_using(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import hessproof.symbolic.errors as e\ndef f():\n    return 1\nkept = f()\n"
    target = tmp_path / "made_for_trace.py"
    target.write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "made_for_trace", raising=False)

    def act() -> None:
        import made_for_trace  # type: ignore[import-not-found]

        assert made_for_trace.kept == 1
        Architecture.parse("2-2")

    assert executed_modules(act) == ["hessproof.symbolic.architecture"]


@pytest.mark.parametrize(
    "source",
    [
        "from functools import lru_cache\n@lru_cache\ndef f():\n    return 1",
        "from functools import cache\n@cache\ndef f():\n    return 1",
        "from functools import cache\nclass A:\n    @staticmethod\n    @cache\n    def g():\n        return 1\nf = A.g",
    ],
)
def test_a_remembered_result_hides_nothing(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = module_with(source, monkeypatch)
    module.f()
    assert executed_modules(lambda: module.f()) == [MODULE]
    assert executed_modules(lambda: module.f()) == [MODULE]


def test_other_projects_keep_their_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    @lru_cache
    def mine() -> int:
        return 1

    module_with("", monkeypatch).__dict__["borrowed"] = mine
    mine()
    executed_modules(lambda: None)
    assert mine.cache_info().currsize == 1


@pytest.mark.slow
def test_an_earlier_profiler_comes_back() -> None:
    def watcher(*_: object) -> None:
        return None

    sys.setprofile(watcher)
    try:
        with pytest.raises(ZeroDivisionError):
            executed_modules(_fail)
        assert sys.getprofile() is watcher
    finally:
        sys.setprofile(None)


def _fail() -> float:
    return 1 / 0


def test_work_in_a_callback_is_seen() -> None:
    def outer(action: Callable[[], object]) -> object:
        return action()

    assert executed_modules(lambda: outer(lambda: Architecture.parse("1-1"))) == ["hessproof.symbolic.architecture"]
