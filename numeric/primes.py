"""The primes that ranks are taken modulo."""

from __future__ import annotations

import flint

_FOUND: dict[int, list[int]] = {}


def primes(count: int, below: int = 2**22) -> tuple[int, ...]:
    """The largest primes below a limit, in falling order.

    Example:
        >>> primes(3, below=20)
        (19, 17, 13)
    """
    found = _FOUND.setdefault(below, [])
    while len(found) < count:
        candidate = (found[-1] if found else below) - 1
        while not flint.fmpz(candidate).is_prime():
            if candidate < 2:
                raise ValueError(f"fewer than {count} primes below {below}")
            candidate -= 1
        found.append(candidate)
    return tuple(found[:count])
