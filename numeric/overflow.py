"""Numbers that leave the range of float64, said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from hessproof.symbolic.errors import UnusableRequest


@contextmanager
def within_range() -> Iterator[None]:
    """Refuse what overflows or vanishes in the block; NumPy's warnings of it are not shown.

    Raises:
        UnusableRequest: If a decomposition met infinities or NaN, or an integer ratio no double.

    Example:
        >>> with within_range():
        ...     float(10**400)
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: numbers beyond float64: expected usual sizes; scale them
    """
    with np.errstate(all="ignore"):
        try:
            yield
        except (np.linalg.LinAlgError, OverflowError):
            raise UnusableRequest("numbers beyond float64", "usual sizes", "scale them") from None
