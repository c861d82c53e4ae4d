"""Makes ``second_device`` importable from the tests beside it, and skips what needs CUDA where there is none."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from hessproof.numeric.arrays import missing_cuda

_NAME = "second_device"

if _NAME not in sys.modules:
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name("second_device.py"))
    assert _spec is not None
    assert _spec.loader is not None
    _module = importlib.util.module_from_spec(_spec)
    sys.modules[_NAME] = _module
    _spec.loader.exec_module(_module)


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
