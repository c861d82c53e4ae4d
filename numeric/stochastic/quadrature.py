r"""What a Lanczos recurrence knows about its measure: Gauss quadrature, and sharp bounds of the distribution function.

With T_m = SΘS⊤ the Gauss rule of μ_g has the nodes θ_i and the weights ‖g‖² S_{1i}² and is exact for polynomials of
degree 2m − 1 (Golub & Welsch 1969). Between them the 2m + 1 moments leave the distribution function open, and the
inequalities of Chebyshev, Markov and Stieltjes say exactly how far: for any x the Gauss–Radau rule with the prescribed
node x (Golub 1973) has a weight ρ(x) there, and

    Σ_{θ < x} w ≤ μ_g((−∞, x)) ≤ μ_g((−∞, x]) ≤ Σ_{θ < x} w + ρ(x)

(Akhiezer 1965, chapter 2; Karlin & Studden 1966). No smaller interval follows from the same moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh_tridiagonal

from hessproof.numeric.stochastic.lanczos import Recurrence
from hessproof.numeric.stochastic.symmetric import Floats


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """A quadrature rule of μ_g.

    Args:
        nodes: Increasing.
        weights: Positive, with sum ‖g‖².
    """

    nodes: Floats
    weights: Floats


def gauss(recurrence: Recurrence) -> Rule:
    """The Gauss rule of m nodes.

    Example:
        >>> from hessproof.numeric.stochastic.lanczos import recurrences
        >>> from hessproof.numeric.stochastic.symmetric import Symmetric
        >>> [one] = recurrences(Symmetric.of(np.diag([1.0, 1.0, 4.0])), np.ones((1, 3)), 3)
        >>> rule = gauss(one)
        >>> rule.nodes.round(12).tolist(), rule.weights.round(12).tolist()
        ([1.0, 4.0], [2.0, 1.0])
    """
    return _rule(recurrence.diagonal, recurrence.beside[:-1], recurrence.mass)


def radau(recurrence: Recurrence, node: float) -> Rule:
    """The Gauss–Radau rule of m + 1 nodes, one of them prescribed; exact for polynomials of degree 2m.

    A complete recurrence has no room for a further node: its Gauss rule is the measure itself.
    """
    if recurrence.complete:
        return gauss(recurrence)
    last = node + _corner(recurrence.diagonal - node, recurrence.beside)
    if not np.isfinite(last):
        return gauss(recurrence)
    return _rule(np.append(recurrence.diagonal, last), recurrence.beside, recurrence.mass)


def mass_below(recurrence: Recurrence, places: Sequence[float]) -> tuple[Floats, Floats]:
    """Lower bounds of μ_g((−∞, x)) and upper bounds of μ_g((−∞, x]), as shares of ‖g‖², for several x.

    They hold up to rounding, for which x is moved to either side by what the recurrence says.

    Args:
        recurrence: Of g.
        places: The x.

    Example:
        >>> from hessproof.numeric.stochastic.lanczos import recurrences
        >>> from hessproof.numeric.stochastic.symmetric import Symmetric
        >>> [one] = recurrences(Symmetric.of(np.diag([1.0, 2.0, 3.0, 9.0])), np.ones((1, 4)), 2)
        >>> low, high = mass_below(one, [5.0])
        >>> bool(low[0] <= 0.75 <= high[0])
        True
    """
    slack = recurrence.rounding * _largest(recurrence)
    pairs = [(_bounds(recurrence, x - slack)[0], _bounds(recurrence, x + slack)[1]) for x in places]
    found = np.clip(np.asarray(pairs, dtype=np.float64).reshape(-1, 2), 0.0, 1.0)
    return found[:, 0], found[:, 1]


def mass_beyond(recurrence: Recurrence, threshold: float) -> tuple[float, float]:
    """Lower and upper bound of μ_g({|λ| > t}), as shares of ‖g‖².

    Args:
        recurrence: Of g.
        threshold: t, not negative.
    """
    low, high = mass_below(recurrence, [-threshold, threshold])
    # {|λ| > t} holds everything below −t and nothing of [−t, t].
    return max(0.0, float(low[0]) + 1.0 - float(high[1])), min(1.0, float(high[0]) + 1.0 - float(low[1]))


def _bounds(recurrence: Recurrence, place: float) -> tuple[float, float]:
    """Σ_{θ < x} w and the same with the weight at x, as shares; nodes that rounding cannot tell from x stand for it."""
    rule = radau(recurrence, place)
    slack = recurrence.rounding * float(np.abs(rule.nodes).max())
    shares = rule.weights / recurrence.mass
    before = float(shares[rule.nodes < place - slack / 2].sum())
    through = float(shares[rule.nodes <= place + slack / 2].sum())
    return before, through


def _largest(recurrence: Recurrence) -> float:
    beside = np.append(0.0, recurrence.beside)
    return float((np.abs(recurrence.diagonal) + beside[:-1] + beside[1:]).max())


def _corner(diagonal: Floats, beside: Floats) -> float:
    """β_m² e_m⊤(T_m − xI)^{-1}e_m, by the last pivot of the elimination of T_m − xI from the top."""
    pivot = float(diagonal[0])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for entry, coupling in zip(diagonal[1:].tolist(), beside.tolist(), strict=False):
            pivot = entry - np.float64(coupling) ** 2 / np.float64(pivot)
        return float(np.float64(beside[-1]) ** 2 / np.float64(pivot))


def _rule(diagonal: Floats, beside: Floats, mass: float) -> Rule:
    nodes, vectors = eigh_tridiagonal(diagonal, beside)
    return Rule(np.asarray(nodes), mass * np.asarray(vectors[0]) ** 2)
