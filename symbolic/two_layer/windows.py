r"""A rectified network whose Jacobian reaches all of R^{n(2n−1)}: for every n, by inequalities between indices.

Take m = 2n − 1 samples, W² = I, and hidden unit a active on the window S_a = {a, …, a + n − 1} alone. Such units exist
for the inputs x_μ = (1, μ, …, μ^{n−1}): w_a·x_μ is the value at μ of a polynomial of degree two (of degree one if the
window touches an end), positive on the window and negative elsewhere. Errors E with J^⊤E = 0 are then zero:

* Σ_{μ ∈ S_i} E_{iμ} x_μ = 0 and n columns of a Vandermonde matrix are independent, so that E_{iμ} = 0 on S_i;
* Σ_μ E_{iμ} φ(z_{bμ}) = 0 for the n − 1 units b ≠ i is a triangular system for what is left of row i: for b < i the
  window of b leaves the samples b, …, i − 1, for b > i the samples i + n, …, b + n − 1.

So J has the rank n(2n − 1), all that 2n² parameters less n rescalings can give. Fewer samples are rows of this J.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp
from sympy.core.relational import Relational

from hessproof.symbolic.ordering import Ordering

N, I, B, MU = sp.symbols("n i b mu", integer=True)
"""The width, a row of E, another hidden unit, a sample."""
BASE = (N >= 1, I >= 1, I <= N, B >= 1, B <= N)
BEFORE, AFTER = B <= I - 1, B >= I + 1
SAMPLE = (MU >= 1, MU <= 2 * N - 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """gap ≥ 0 under assumptions.

    Args:
        text: What it says.
        assumptions: Beside 1 ≤ i, b ≤ n.
        gap: What is not negative.
        tight: Whether gap − 1 is not always so; a wrong variant that must not follow.
    """

    text: str
    assumptions: tuple[Relational, ...]
    gap: sp.Expr
    tight: bool = True

    def follows(self, less: int = 0) -> bool:
        """Whether the assumptions imply gap − less ≥ 0.

        Example:
            >>> FACTS[0].follows(), FACTS[0].follows(less=1)
            (True, False)
        """
        return Ordering(*BASE, *self.assumptions).nonnegative(self.gap - less) is True


FACTS: tuple[Fact, ...] = (
    Fact("every window begins with a sample", (), B - 1),
    Fact("and ends with one", (), 2 * N - 1 - (B + N - 1)),
    Fact(
        "b < i: the window of b ends before the samples i + n, …", (BEFORE, *SAMPLE, MU >= I + N), MU - (B + N), False
    ),
    Fact("b < i: sample b lies left of the window of i", (BEFORE,), I - 1 - B),
    Fact("b < i: sample b lies in the window of b", (BEFORE,), N - 1, False),
    Fact("b < i: samples before b lie outside the window of b", (BEFORE, *SAMPLE, MU <= B - 1), B - 1 - MU),
    Fact("b > i: the window of b begins after the samples …, i − 1", (AFTER, *SAMPLE, MU <= I - 1), B - 1 - MU, False),
    Fact("b > i: sample b + n − 1 lies right of the window of i", (AFTER,), B + N - 1 - (I + N)),
    Fact("b > i: it is a sample", (AFTER,), 2 * N - 1 - (B + N - 1)),
    Fact("b > i: samples behind it lie outside the window of b", (AFTER, *SAMPLE, MU >= B + N), MU - (B + N)),
    Fact("as many samples right of the window of i as units b > i", (), (2 * N - 1) - (I + N) + 1 - (N - I)),
    Fact("and not fewer units than samples", (), (N - I) - ((2 * N - 1) - (I + N) + 1)),
    Fact("inside the window 2μ − (2b − 1) is positive", (*SAMPLE, MU >= B, MU <= B + N - 1), 2 * MU - (2 * B - 1) - 1),
    Fact("inside it (2b + 2n − 1) − 2μ is positive", (*SAMPLE, MU >= B, MU <= B + N - 1), 2 * B + 2 * N - 2 - 2 * MU),
    Fact("before the window 2μ − (2b − 1) is negative", (*SAMPLE, MU <= B - 1), (2 * B - 1) - 2 * MU - 1),
    Fact("before it (2b + 2n − 1) − 2μ is positive", (*SAMPLE, MU <= B - 1), 2 * B + 2 * N - 2 - 2 * MU, False),
    Fact("behind the window (2b + 2n − 1) − 2μ is negative", (*SAMPLE, MU >= B + N), 2 * MU - (2 * B + 2 * N - 1) - 1),
    Fact("behind it 2μ − (2b − 1) is positive", (*SAMPLE, MU >= B + N), 2 * MU - (2 * B - 1) - 1, False),
)
"""What the triangular systems and the signs of the polynomials need."""


def counterexamples(fact: Fact, less: int, largest: int = 3) -> Iterator[dict[sp.Symbol, int]]:
    """Small n, i, b, μ with gap − less < 0: a fact that holds has none for less = 0.

    Example:
        >>> next(counterexamples(FACTS[0], 0), None) is None, next(counterexamples(FACTS[0], 1)) is not None
        (True, True)
    """
    for n in range(1, largest + 1):
        for i in range(1, n + 1):
            for b in range(1, n + 1):
                for mu in range(1, 2 * n):
                    point = {N: n, I: i, B: b, MU: mu}
                    if all(bool(each.subs(point)) for each in fact.assumptions) and fact.gap.subs(point) < less:
                        yield point
