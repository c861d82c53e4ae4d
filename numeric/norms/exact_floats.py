"""Floats whose sums and products are exact, and known to be.

Every entry is an integer times 2^-shift. Sums of products of such numbers are exact in double precision, in any order
and with or without fused operations, as long as the sum of the absolute values of the terms, counted in units of the
last place, is at most 2^53: then every partial sum is an integer that a float holds. This is checked each time, so that
what comes out is exact or an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.numeric.norms.enclosure import Floats
from hessproof.symbolic.errors import UnusableRequest

_LARGEST = 2.0**52
"""Half of what is exact, so that rounding in the check itself does not matter."""
_LEAST_UNIT = 1000
"""Units below 2^-1000 are refused: products must not underflow."""


@dataclass(frozen=True, eq=False)
class ExactFloats:
    """Floats that are integers times 2^-shift, without rounding.

    Args:
        values: The numbers.
        shift: The exponent of the common unit 2^-shift.

    Example:
        >>> half = ExactFloats(np.asarray([[0.5, 1.0]]), 1)
        >>> (half @ ExactFloats(np.asarray([[3.0], [1.0]]), 0)).values.tolist()
        [[2.5]]
    """

    values: Floats
    shift: int

    def __matmul__(self, other: ExactFloats) -> ExactFloats:
        shift = self.shift + other.shift
        one, two = np.abs(self.values), np.abs(other.values)
        # The product of the largest entries is a quick bound; the sum of the absolute terms is the condition itself.
        if shift > _LEAST_UNIT or one.max(initial=0) * two.max(initial=0) * one.shape[-1] * 2.0**shift > _LARGEST:
            _within((one @ two).max(initial=0) * (1 + 2.0**-30), shift)
        return ExactFloats(self.values @ other.values, shift)

    def __add__(self, other: ExactFloats) -> ExactFloats:
        shift = max(self.shift, other.shift)
        _within(np.abs(self.values).max(initial=0) + np.abs(other.values).max(initial=0), shift)
        return ExactFloats(self.values + other.values, shift)

    def check_differences(self) -> None:
        """Make sure that the differences of any two entries are exact too.

        Raises:
            UnusableRequest: If they need not be.
        """
        _within(2 * np.abs(self.values).max(initial=0), self.shift)

    def __mul__(self, gates: Floats) -> ExactFloats:
        """Times zeros and ones."""
        return ExactFloats(self.values * gates, self.shift)


def _within(size: Any, shift: int) -> None:
    if shift > _LEAST_UNIT or not size * 2.0**shift <= _LARGEST:
        raise UnusableRequest(
            f"numbers up to {float(size):.3g} in units of 2^-{shift}",
            "numbers that floats hold exactly",
            "use weights with fewer binary digits, or fewer layers",
        )
