"""Imports run one way only: proofs_check → numeric → symbolic; the checker imports nothing of the project."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = {"symbolic": set(), "numeric": {"symbolic"}, "proofs_check": {"symbolic", "numeric"}}
"""For each room, the other rooms that it may import."""


def imported(source: str, package: str) -> Iterator[str]:
    """Absolute names of all modules that ``source`` imports, anywhere in it, as a module of ``package``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def against_the_arrows(source: str, package: str) -> list[str]:
    """The imports of ``source`` that its room does not allow."""
    room = package.split(".")[1]
    wrong = []
    for name in imported(source, package):
        pieces = name.split(".")
        if pieces[0] in ROOMS:
            wrong.append(f"{name}: import it as hessproof.{name}")
        elif pieces[0] == "hessproof" and (len(pieces) < 2 or pieces[1] not in {room, *ROOMS[room]}):
            wrong.append(name)
    return wrong


def modules(root: Path) -> list[Path]:
    return sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))


def package_of(path: Path, root: Path) -> str:
    return ".".join(("hessproof", *path.relative_to(root).parent.parts))


@pytest.mark.slow
def test_every_import_follows_the_arrows(root: Path) -> None:
    paths = modules(root)
    assert {path.relative_to(root).parts[0] for path in paths} == set(ROOMS)
    wrong = {
        str(path.relative_to(root)): found
        for path in paths
        if (found := against_the_arrows(path.read_text(encoding="utf-8"), package_of(path, root)))
    }
    assert not wrong


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("hessproof.symbolic", "import hessproof.numeric.kernels"),
        ("hessproof.symbolic", "def f():\n    from hessproof.proofs_check import verify"),
        ("hessproof.symbolic", "from ..numeric import kernels"),
        ("hessproof.numeric", "from hessproof import proofs_check"),
        ("hessproof.numeric", "import importlib\nimportlib.import_module('hessproof.proofs_check.runner')"),
        ("hessproof.proofs_check.cli", "from ...tests import x"),
        ("hessproof.proofs_check", "import numeric.ranks"),
    ],
)
def test_a_wrong_import_is_seen(package: str, source: str) -> None:
    assert against_the_arrows(source, package)


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("hessproof.numeric", "from hessproof.symbolic.architecture import Architecture"),
        ("hessproof.proofs_check.cli", "from hessproof.numeric import ranks\nfrom ..model import claim"),
        ("hessproof.symbolic", "from . import errors\nimport sympy"),
    ],
)
def test_a_right_import_passes(package: str, source: str) -> None:
    assert not against_the_arrows(source, package)


@pytest.mark.long
def test_the_tests_and_examples_import_the_project_by_its_namespace(root: Path) -> None:
    for folder in ("tests", "examples", "benchmarks"):
        for path in sorted((root / folder).rglob("*.py")):
            names = set(imported(path.read_text(encoding="utf-8"), "outside"))
            assert not {name for name in names if name.split(".")[0] in ROOMS}, path


def foreign_to_the_standard_library(source: str) -> set[str]:
    """Top-level names that ``source`` imports and that Python does not bring along; relative imports count."""
    return {name.split(".")[0] for name in imported(source, "hessproof.checker")} - set(sys.stdlib_module_names)


def test_the_independent_checker_stands_alone(root: Path) -> None:
    for path in sorted((root / "proofs_check").glob("checker.py")):
        assert not foreign_to_the_standard_library(path.read_text(encoding="utf-8"))
    assert foreign_to_the_standard_library("import json, numpy") == {"numpy"}
    assert foreign_to_the_standard_library("from hessproof.symbolic import errors") == {"hessproof"}
    assert foreign_to_the_standard_library("from . import model") == {"hessproof"}
