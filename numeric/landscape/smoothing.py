r"""What an exponential moving average makes of c/(k + 1), in ball arithmetic.

For v_k = 1/(k + 1), s_1 = v_1 and s_k = f s_{k-1} + (1 − f) v_k, the quotient q_k = s_k/v_k obeys

    q_1 = 1,    q_k = f q_{k-1} (k + 1)/k + 1 − f.

The recursion is run forwards and encloses every q_k rigorously; `hessproof.numeric.landscape.moving_sum` has them one
at a time, by another formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import flint

BITS = 192


def quotients(numerator: int, denominator: int, last: int) -> Iterator[flint.arb]:
    """Enclosures of q_1, …, q_last for f = numerator/denominator, by the recursion.

    Example:
        >>> [round(float(q), 4) for q in quotients(99, 100, 3)]
        [1.0, 1.495, 1.9834]
    """
    with flint.ctx.workprec(BITS):
        factor = flint.arb(numerator) / denominator
        rest, found = 1 - factor, flint.arb(1)
        yield found
        for k in range(2, last + 1):
            found = factor * found * (k + 1) / k + rest
            yield found


def exact_average(numbers: Sequence[Fraction], factor: Fraction) -> list[Fraction]:
    """s_1 = v_1, s_k = f s_{k-1} + (1 − f) v_k of rational numbers, exactly.

    Example:
        >>> exact_average([Fraction(1), Fraction(0), Fraction(0)], Fraction(1, 2))
        [Fraction(1, 1), Fraction(1, 2), Fraction(1, 4)]
    """
    found = [Fraction(numbers[0])]
    for number in numbers[1:]:
        found.append(factor * found[-1] + (1 - factor) * number)
    return found
