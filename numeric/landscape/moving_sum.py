r"""What an exponential moving average makes of c/(k + 1), for one k at a time, in ball arithmetic.

For v_k = 1/(k + 1), s_1 = v_1 and s_k = f s_{k-1} + (1 − f) v_k,

    s_k = f^{k-1}/2 + (1 − f) Σ_{j=2}^{k} f^{k-j}/(j + 1).
"""

from __future__ import annotations

import flint

BITS = 256


def quotient(numerator: int, denominator: int, k: int) -> flint.arb:
    """An enclosure of q_k for f = numerator/denominator, by the sum.

    Example:
        >>> round(float(quotient(99, 100, 3)), 4)
        1.9834
    """
    with flint.ctx.workprec(BITS):
        factor = flint.arb(numerator) / denominator
        power, total = flint.arb(1), flint.arb(0)
        for j in range(k, 1, -1):
            total += power / (j + 1)
            power *= factor
        return ((1 - factor) * total + power / 2) * (k + 1)
