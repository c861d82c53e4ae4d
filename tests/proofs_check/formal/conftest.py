"""Skips the tests marked ``formal`` where Coq is absent, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from hessproof.proofs_check.formal.compiler import Compiler, compiled, missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, and say why."""
    marked = [item for item in items if item.get_closest_marker("formal")]
    why = missing() if marked else ""
    for item in marked:
        if why:
            item.add_marker(pytest.mark.skip(reason=f"not checked: {why}"))


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("HESSPROOF_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def proofs() -> Compiler:
    """The project's own sources, compiled once, in the cache that the command uses."""
    return compiled(jobs=2)
