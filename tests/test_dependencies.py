"""What is declared is what is imported, and the lowest versions that are tested are the declared ones."""

from __future__ import annotations

import ast
import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest

NAMES = {"curvlinops-for-pytorch": "curvlinops", "markdown-it-py": "markdown_it", "python-flint": "flint"}
"""Distributions whose module is not their own name with dashes turned into underscores."""
WITHOUT_IMPORT = {"pytest-xdist": "read by pytest -n", "setuptools": "the build backend", "build": "run as a command"}
"""Declared although nothing imports it, and why."""
WRITTEN_BY_TESTS = {"made_for_trace"}
"""Modules that a test writes before it imports them."""
BESIDE = {"benchmarks"}
"""Folders beside the tests that they import from."""


def declared(root: Path) -> dict[str, set[str]]:
    """Distribution names by group: ``runtime`` and the extras."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"runtime": project["dependencies"], **project["optional-dependencies"]}
    return {key: {re.split(r"[<>=\[]", item)[0] for item in items} for key, items in groups.items()}


def module_of(distribution: str) -> str:
    return NAMES.get(distribution, distribution.replace("-", "_"))


def imported(folder: Path) -> set[str]:
    """Top-level names that the files under ``folder`` import, without Python's own and the project's."""
    names = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - {"hessproof"}


@pytest.mark.slow
def test_the_code_imports_what_is_declared_and_nothing_else(root: Path) -> None:
    groups = declared(root)
    found = set().union(*(imported(root / room) for room in ("symbolic", "numeric", "proofs_check")))
    runtime = {module_of(name) for name in groups["runtime"]}
    optional = {"cupy", "dask", "distributed"}
    assert found - runtime <= optional, "imported, not declared"
    assert runtime - found == set(), "declared, not imported"


@pytest.mark.long
def test_tests_examples_and_benchmarks_import_what_is_declared(root: Path) -> None:
    groups = declared(root)
    runtime = {module_of(name) for name in groups["runtime"]}
    test = {module_of(name) for name in groups["test"]}
    helpers = {
        name for path in (root / "tests").rglob("*.py") for name in (path.stem, f"{path.parent.name}_{path.stem}")
    }
    found = imported(root / "tests") - helpers - WRITTEN_BY_TESTS - BESIDE
    assert found - runtime <= test
    assert {module_of(name) for name in groups["test"] - set(WITHOUT_IMPORT)} <= found
    assert imported(root / "examples") <= runtime
    assert imported(root / "benchmarks") - {path.stem for path in (root / "benchmarks").glob("*.py")} <= (
        runtime | {module_of(name) for name in groups["bench"]} | {"benchmarks"}
    )


def test_the_lowest_versions_are_the_declared_lower_bounds(root: Path) -> None:
    writer = runpy.run_path(str(root / "requirements" / "write_lowest.py"))["lowest"]
    pyproject = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert (root / "requirements" / "lowest.txt").read_text(encoding="utf-8") == writer(pyproject)
    with pytest.raises(ValueError, match="numpy"):
        writer(pyproject.replace('"numpy>=2.0"', '"numpy"'))
    assert writer(pyproject.replace('"numpy>=2.0"', '"numpy>=2.1"')) != writer(pyproject)


def test_every_package_folder_is_declared(root: Path) -> None:
    packages = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(("hessproof", *path.parent.relative_to(root).parts))
        for room in ("symbolic", "numeric", "proofs_check")
        for path in (root / room).rglob("*.py")
    }
    assert found == set(packages)
