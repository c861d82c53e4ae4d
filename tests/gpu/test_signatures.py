"""Every function that a kernel asks an array library for is there in CuPy, with the keywords that it is called with.

CuPy's modules can be imported without a driver, so that this runs wherever CuPy is installed.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import array_api_strict
import pytest

NAMES = ("xp", "library", "host")
"""What a variable that holds an array library is called; attributes of that name count as well."""
CALLS = ("namespace_of", "namespace")

Use = tuple[str, int, tuple[str, ...]]
"""A function, the number of its positional arguments, and its keywords."""


def uses(root: Path) -> dict[Use, str]:
    """Calls on an array library in numeric/ and in the checks on a GPU, each with one place."""
    found: dict[Use, str] = {}
    for path in sorted([*(root / "numeric").rglob("*.py"), *(root / "proofs_check" / "checks" / "gpu").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := _function(node.func)):
                keywords = tuple(sorted(one.arg for one in node.keywords if one.arg))
                found.setdefault((name, len(node.args), keywords), f"{path.relative_to(root)}:{node.lineno}")
    return found


def _function(node: ast.expr) -> str:
    """``linalg.eigvalsh`` for xp.linalg.eigvalsh; empty if it is no function of an array library."""
    words = list(_words(node))
    for place, word in enumerate(words[:-1]):
        if word in NAMES or word in CALLS:
            return ".".join(words[place + 1 :])
    return ""


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield from _words(node.value)
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Call):
        yield from _words(node.func)


def missing(library: Any, use: Use) -> str:
    """What is wrong with a call on a library; empty if nothing is."""
    name, positional, keywords = use
    function = library
    for word in name.split("."):
        function = getattr(function, word, None)
        if function is None:
            return f"no {name}"
    try:
        inspect.signature(function).bind(*[0] * positional, **dict.fromkeys(keywords, 0))
    except TypeError as error:
        return f"{name}: {error}"
    except ValueError:  # a function in C, which tells no signature
        return ""
    return ""


@pytest.mark.long
def test_calls_on_array_libraries_are_found(root: Path) -> None:
    names = {name for name, _, _ in uses(root)}
    assert {"asarray", "linalg.eigvalsh", "linalg.svd", "concat", "permute_dims", "round"} <= names
    assert len(names) > 30


def test_a_call_that_is_not_there_is_noticed() -> None:
    assert missing(array_api_strict, ("sum", 1, ("axis",))) == ""
    assert missing(array_api_strict, ("summe", 1, ())) == "no summe"
    assert "unexpected keyword" in missing(array_api_strict, ("sum", 1, ("where",)))


def test_cupy_has_every_call(root: Path) -> None:
    pytest.importorskip("cupy", reason="CuPy is not installed")
    library = importlib.import_module("array_api_compat.cupy")
    wrong = {place: why for use, place in uses(root).items() if (why := missing(library, use))}
    assert wrong == {}
