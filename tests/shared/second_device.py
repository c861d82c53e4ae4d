"""A second device without a GPU: array-api-strict, whose arrays on ``device1`` behave like those of CuPy.

They cannot be mixed with arrays of the other device or with NumPy's, ``numpy.asarray`` refuses them, and what is not in
the standard is not there. Like CuPy's functions, those of `SECOND` make new arrays on their own device; the functions
that ``namespace_of`` finds do not, so that kernels must say where they want an array.
"""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np

DEVICE = array_api_strict.Device("device1")
CREATORS = ("arange", "asarray", "empty", "eye", "full", "linspace", "ones", "zeros")


class _Second:
    """The functions of array-api-strict, those that make arrays with the second device as their default."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(array_api_strict, name)
        if name not in CREATORS:
            return found

        def made(*arguments: Any, **options: Any) -> Any:
            options["device"] = options.get("device") or DEVICE
            return found(*arguments, **options)

        return made


SECOND: Any = _Second()


def moved(array: Any, dtype: Any = np.float64) -> Any:
    """A NumPy array on the second device."""
    return array_api_strict.asarray(np.asarray(array, dtype=dtype), device=DEVICE)
