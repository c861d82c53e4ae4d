"""Skips what needs CUDA where there is none."""

from __future__ import annotations

import pytest

from hessproof.numeric.arrays import missing_cuda


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked ``gpu``, with the reason, where CUDA cannot be used.

    Where it can, warnings of CuPy and of CUDA's libraries, such as those about speed, are shown and are no failures.
    """
    marked = [item for item in items if item.get_closest_marker("gpu")]
    why = missing_cuda() if marked else ""
    for item in marked:
        item.add_marker(pytest.mark.filterwarnings("default"))
        if why:
            item.add_marker(pytest.mark.skip(reason=f"no GPU: {why}"))
