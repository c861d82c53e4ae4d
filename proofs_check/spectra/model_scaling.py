"""The power 3/2: the share of negative eigenvalues over its coefficient, against the energy above the critical one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.report.model import Figure, Series
from hessproof.proofs_check.spectra.model_values import critical_energy, index_coefficient, negative_fraction
from hessproof.symbolic.free_probability.models import Model

EXCESS = (1e-4, 10.0)
"""(ε − ε_c)/ε_c from where the power law is right to four digits to where α is no longer small."""
POINTS = 41


def scaled(model: Model, tau: float, excess: Sequence[float], scale: float = 1.0) -> list[float]:
    """α/α_0 at the energies ε_c (1 + x), for τ < 1.

    Example:
        >>> from hessproof.symbolic.free_probability.models import PENNINGTON
        >>> [round(value / x**1.5, 3) for x, value in zip((1e-4, 1e-3), scaled(PENNINGTON, 0.5, (1e-4, 1e-3)))]
        [1.0, 0.999]
    """
    critical, coefficient = critical_energy(model, tau, scale), index_coefficient(model, tau)
    if critical is None or coefficient is None:
        return []
    return [negative_fraction(FreeSum(model, critical * (1 + x), tau, scale)) / coefficient for x in excess]


def scaling_panel(
    curves: Sequence[tuple[str, Model, float]], id: str, title: str, claim: str | None = None, scale: float = 1.0
) -> Figure:
    """α/α_0 against (ε − ε_c)/ε_c on logarithmic axes, with the power law that all curves begin with.

    Args:
        curves: Name, model and τ < 1 of each.
        id: Of the figure.
        title: Of the figure.
        claim: The claim that it belongs to.
        scale: σ; curves do not depend on it.
    """
    excess = np.geomspace(*EXCESS, POINTS).tolist()
    series = [
        Series(name=name, x=excess, y=[*scaled(model, tau, excess, scale)], style="curve")
        for name, model, tau in curves
    ]
    series.append(Series(name="power law", x=excess, y=[x**1.5 for x in excess], style="predicted"))
    return Figure(
        id=id, claim=claim, title=title,
        caption="The share α of negative eigenvalues over α_0(τ). Every curve begins on the line x^(3/2) and falls "
        "below it where α is no longer small.",
        alt="Curves that lie on a straight line of slope 3/2 over two decades and bend below it near a tenth of ε_c.",
        x_label="(ε − ε_c)/ε_c", y_label="α/α_0", x_scale="log", y_scale="log", y_from_zero=False, series=series,
    )  # fmt: skip
