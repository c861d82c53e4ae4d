"""The law ε = ε_c + (α/α_0)^{1/p} fitted to points (α, ε), with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Array = npt.NDArray[np.float64]

POWERS = np.arange(0.25, 4.0005, 0.01)
"""Exponents that are tried. 0.01 is far below every interval found; at either end the fit has found no exponent."""
RESAMPLES = 1000
"""Enough for the 2.5 % quantiles to be known to a tenth of the interval."""
FEWEST = 12
"""Points below which three numbers are not fitted."""


@dataclass(frozen=True)
class Fit:
    """A fitted law and its intervals.

    Args:
        critical: ε_c.
        coefficient: α_0 of α = α_0 (ε − ε_c)^p.
        exponent: p.
        critical_interval: 95 % bootstrap interval of ε_c.
        exponent_interval: The same of p; None if p was given.
        spread: Standard deviation of the residuals of ε.
        points: How many points were fitted.
    """

    critical: float
    coefficient: float
    exponent: float
    critical_interval: tuple[float, float]
    exponent_interval: tuple[float, float] | None
    spread: float
    points: int

    def energy(self, share: float) -> float:
        """ε of the law at α."""
        return self.critical + float((share / self.coefficient) ** (1 / self.exponent))


def fit_law(shares: Array, energies: Array, exponent: float | None = None, seed: int = 0) -> Fit:
    """Least squares in ε; for every p on a grid the law is linear in ε_c and α_0^{−1/p}.

    Args:
        shares: α > 0.
        energies: ε.
        exponent: p if it is given.
        seed: Seed of the bootstrap.

    Raises:
        UnusableRequest: If there are fewer than `FEWEST` points, or values that are not finite, or α ≤ 0.

    Example:
        >>> alpha = np.linspace(0.01, 0.1, 30)
        >>> found = fit_law(alpha, 0.2 + (alpha / 0.7) ** (2 / 3))
        >>> round(found.critical, 6), round(found.coefficient, 6), round(found.exponent, 6)
        (0.2, 0.7, 1.5)
    """
    shares, energies = np.asarray(shares, dtype=np.float64), np.asarray(energies, dtype=np.float64)
    if len(shares) < FEWEST or len(shares) != len(energies):
        raise UnusableRequest(f"{len(shares)} points", f"at least {FEWEST} pairs (α, ε)", "make more runs")
    if not (np.isfinite(shares).all() and np.isfinite(energies).all() and (shares > 0).all()):
        raise UnusableRequest("points with α ≤ 0 or numbers that are not finite", "α > 0", "leave them out")
    powers = POWERS if exponent is None else np.asarray([exponent])
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(shares), np.full(len(shares), 1 / len(shares)), size=RESAMPLES).astype(np.float64)
    best = _solved(shares, energies, powers, np.ones((1, len(shares))))[0]
    drawn = _solved(shares, energies, powers, weights)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    spread = float(np.std(energies - best[0] - best[1] * shares ** (1 / best[2])))
    return Fit(
        float(best[0]), float(max(best[1], 1e-300) ** -best[2]), float(best[2]), (float(low[0]), float(high[0])),
        (float(low[2]), float(high[2])) if exponent is None else None, spread, len(shares),
    )  # fmt: skip


def _solved(shares: Array, energies: Array, powers: Array, weights: Array) -> Array:
    """(ε_c, slope, p) of least weighted squares, one row for each row of weights."""
    total = weights.sum(axis=1)
    best = np.full(len(weights), np.inf)
    found = np.zeros((len(weights), 3))
    mean = weights @ energies / total
    square = weights @ energies**2 - total * mean**2
    for power in powers:
        bent = shares ** (1 / power)
        centre = weights @ bent / total
        across = weights @ (bent * energies) - total * centre * mean
        within = weights @ bent**2 - total * centre**2
        slope = across / np.where(within > 0, within, 1.0)
        left = square - slope * across
        better = left < best
        best = np.where(better, left, best)
        found[better] = np.stack([mean - slope * centre, slope, np.full(len(weights), power)], axis=1)[better]
    return found
