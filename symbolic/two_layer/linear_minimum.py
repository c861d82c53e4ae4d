r"""The mean energy of minimisers of linear networks: half the share of the data that a projection leaves.

Without activation W^{(2)}W^{(1)} is any n × n matrix, and the least energy is that of least squares,
‖Y(I − P)‖²/(2mn) with P the projection onto the r-dimensional row space of X. For independent N(0, 1) targets

    E min ε = (1/2mn) Σ_i Σ_{μν} (I − P)_{μν} E[y_{iμ}y_{iν}] = (m − r)/(2m),

which is ½(1 − φ/2) for r = n and m = 2n/φ: the network has 2n² parameters, and its outputs n² degrees of freedom.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import Valuation

WIDTH, SAMPLES, RANK = sp.symbols("n m r", integer=True, positive=True)
RATIO = sp.Symbol("phi", positive=True)
OUTPUT, MU, NU = sp.symbols("i mu nu", integer=True)
LEFT = sp.IndexedBase("Q", real=True)
"""Q = I − P."""
PAIR = sp.IndexedBase("C", real=True)
"""C_{iμν} = E[y_{iμ}y_{iν}]."""


def mean_energy() -> sp.Expr:
    """(1/2mn) Σ_i Σ_μ Σ_ν Q_{μν} C_{iμν}."""
    inner = sp.Sum(LEFT[MU, NU] * PAIR[OUTPUT, MU, NU], (NU, 1, SAMPLES), (MU, 1, SAMPLES), (OUTPUT, 1, WIDTH))
    return inner / (2 * SAMPLES * WIDTH)


class UnitCovariance(Rule):
    """Independent entries of variance one: C_{iμν} = δ_{μν}."""

    name = "independent N(0, 1) targets"
    statement = r"\mathbf{E}[y_{i\mu} y_{i\nu}] = \delta_{\mu\nu}"
    assumptions = ("targets independent N(0, 1)",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put the covariance in and carry out the sum over ν."""
        sums = list(expression.atoms(sp.Sum))
        if len(sums) != 1 or not sums[0].function.has(PAIR):
            raise RuleFailure(f"{expression} holds no covariance of the targets")
        limits = sums[0].limits
        if limits[0] != sp.Tuple(NU, 1, SAMPLES) or limits[1] != sp.Tuple(MU, 1, SAMPLES):
            raise RuleFailure("the sums over samples do not run over all of them")
        body = sums[0].function.coeff(PAIR[OUTPUT, MU, NU])
        if sp.expand(sums[0].function - body * PAIR[OUTPUT, MU, NU]) != 0:
            raise RuleFailure("the summand is not linear in the covariance")
        return expression.xreplace({sums[0]: sp.Sum(body.xreplace({NU: MU}), *limits[1:])})


class ProjectionTrace(Rule):
    """Σ_μ Q_{μμ} = m − r for every output."""

    name = "trace of a projection"
    statement = r"\operatorname{tr}(\mathbf{I} - \mathbf{P}) = m - \operatorname{rk} \mathbf{X}"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Replace the trace, and count the outputs."""
        sums = list(expression.atoms(sp.Sum))
        expected = sp.Sum(LEFT[MU, MU], (MU, 1, SAMPLES), (OUTPUT, 1, WIDTH))
        if len(sums) != 1 or sums[0] != expected:
            raise RuleFailure(f"{expression} is not a trace of Q for every output")
        return expression.xreplace({expected: WIDTH * (SAMPLES - RANK)})


class FullRank(Rule):
    """r = n and m = 2n/φ."""

    name = "inputs of full rank"
    statement = r"\operatorname{rk} \mathbf{X} = n, \quad m = 2n/\phi"
    assumptions = ("rk X = n",)

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put both in."""
        if not expression.has(RANK):
            raise RuleFailure(f"{expression} has no rank in it")
        return sp.cancel(expression.xreplace({RANK: WIDTH}).xreplace({SAMPLES: 2 * WIDTH / RATIO}))


def same(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two scalars are equal as rational functions, sums being equal where they are written alike."""
    sums = {total: sp.Dummy() for total in sorted(one.atoms(sp.Sum) | two.atoms(sp.Sum), key=str)}
    return bool(sp.cancel(sp.together(one.xreplace(sums) - two.xreplace(sums))) == 0)


def value(expression: Any, valuation: Valuation) -> Any:
    """The exact value: every sum term by term, with a projection as Q."""
    numbers: dict[Any, Any] = valuation.symbols
    sizes = {key: numbers[key] for key in (WIDTH, SAMPLES, RANK, RATIO)}
    total = expression
    for each in expression.atoms(sp.Sum):
        spread = each.xreplace(sizes).doit()
        entries = {
            one: numbers[LEFT][one.indices[0] - 1, one.indices[1] - 1]
            if one.base == LEFT
            else sp.Integer(int(one.indices[1] == one.indices[2]))
            for one in spread.atoms(sp.Indexed)
        }
        total = total.xreplace({each: spread.xreplace(entries)})
    return sp.nsimplify(total.xreplace(sizes))


@cache
def by_rank() -> Derivation:
    """E min ε = (m − r)/(2m).

    Example:
        >>> by_rank().check(0).ok
        True
    """
    halved = (SAMPLES - RANK) / (2 * SAMPLES)
    traced = sp.Sum(LEFT[MU, MU], (MU, 1, SAMPLES), (OUTPUT, 1, WIDTH)) / (2 * SAMPLES * WIDTH)
    return Derivation(
        "linear_minimisers", "the mean least energy of linear networks", Ordering(), mean_energy(),
        (Step(traced, UnitCovariance()), Step(halved, ProjectionTrace())), halved,
        source="this project", same=same, evaluate=value, valuations=_projections,
        remarks=("the first line is the mean of the least-squares error ‖Y(I − P)‖²/(2mn)",),
    )  # fmt: skip


@cache
def by_ratio() -> Derivation:
    """E min ε = ½(1 − φ/2) for inputs of full rank.

    Example:
        >>> by_ratio().check(0).ok
        True
    """
    final = sp.Rational(1, 2) * (1 - RATIO / 2)
    return Derivation(
        "linear_minimisers_ratio", "the same in terms of φ", Ordering(), (SAMPLES - RANK) / (2 * SAMPLES),
        (Step(final, FullRank()),), final, source="this project", same=same, evaluate=value, valuations=_full,
        lemmas=(by_rank(),),
    )  # fmt: skip


def _projections(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from _drawn(f"{derivation.claim}|{seed}", ((2, 4, 2), (3, 4, 2), (1, 3, 1), (2, 2, 2)))


def _full(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from _drawn(f"{derivation.claim}|{seed}", ((1, 2, 1), (2, 5, 2), (3, 6, 3)))


def _drawn(key: str, sizes: tuple[tuple[int, int, int], ...]) -> Iterator[Valuation]:
    """Random inputs of the given rank, and I − P of their row space."""
    stream = random.Random(key)
    for width, samples, rank in sizes:
        rows = sp.zeros(samples, rank)
        while rows.rank() < rank:
            rows = sp.Matrix(samples, rank, lambda i, j: stream.randint(-4, 4))
        left = sp.eye(samples) - rows * (rows.T * rows).inv() * rows.T
        numbers: dict[Any, Any] = {
            WIDTH: sp.Integer(width), SAMPLES: sp.Integer(samples), RANK: sp.Integer(rank),
            RATIO: sp.Rational(2 * width, samples), LEFT: left,
        }  # fmt: skip
        yield Valuation(numbers)
