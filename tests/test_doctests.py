"""Every example in a docstring is run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import hessproof.numeric
import hessproof.proofs_check
import hessproof.symbolic

pytestmark = pytest.mark.docs


def modules() -> Iterator[str]:
    for room in (hessproof.symbolic, hessproof.numeric, hessproof.proofs_check):
        yield room.__name__
        yield from (found.name for found in pkgutil.walk_packages(room.__path__, room.__name__ + "."))


@pytest.mark.parametrize("name", sorted(modules()))
def test_the_examples_print_what_they_say(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert not result.failed, f"{name}: {result.failed} of {result.attempted} examples; see the output above"


def test_a_wrong_example_fails() -> None:
    parsed = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "control", None, None)
    assert doctest.DocTestRunner(verbose=False).run(parsed, out=lambda text: None).failed == 1
