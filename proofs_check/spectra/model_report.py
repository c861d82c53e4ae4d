"""Figures of the random model for a report: densities at growing energy, and the power law at several ratios."""

from __future__ import annotations

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.proofs_check.report.model import Figure, Line, Series
from hessproof.proofs_check.spectra.model_figures import curve
from hessproof.proofs_check.spectra.model_scaling import scaling_panel
from hessproof.proofs_check.spectra.model_values import critical_energy
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, Model

RATIOS = (0.25, 0.5, 0.75)
ENERGIES = (0.0, 0.1, 0.5, 1.0)
"""From Marchenko–Pastur to where the semicircle leads, in steps that the eye tells apart."""


def densities_figure(tau: float = 0.25, claim: str = "pennington2017.density") -> Figure:
    """The density of Wishart + Wigner at growing energies.

    Example:
        >>> [one.name for one in densities_figure().series]
        ['ε = 0', 'ε = 0.1', 'ε = 0.5', 'ε = 1']
    """
    lines = [curve(FreeSum(PENNINGTON, energy, tau), f"ε = {energy:g}") for energy in ENERGIES]
    critical = critical_energy(PENNINGTON, tau)
    appear = "at every ε > 0" if critical is None else f"from ε_c = {critical:.4g} on"
    return Figure(
        id="wishart-wigner-densities", claim=claim, title=f"Density of Wishart + Wigner, τ = {tau:g}",
        caption=f"The spectrum turns semicircular as the energy grows; eigenvalues are negative {appear}.",
        alt="A skew bump right of zero for ε = 0 widens with ε into a half circle that reaches below zero.",
        x_label="eigenvalue λ", y_label="density",
        series=[Series(name=one.name, x=one.x, y=one.y, style="curve") for one in lines],
        lines=[Line(axis="x", at=0.0, name="zero")],
    )  # fmt: skip


def power_law_figure(model: Model = PENNINGTON, claim: str = "pennington2017.index") -> Figure:
    """The share of negative eigenvalues over α_0 at several ratios, with the power law that they begin with.

    Example:
        >>> [one.name for one in power_law_figure().series]
        ['τ = 0.25', 'τ = 0.5', 'τ = 0.75', 'power law']
    """
    relu = ", ReLU" if model.key == PENNINGTON_RELU.key else ""
    curves = [(f"τ = {tau:g}", model, tau) for tau in RATIOS]
    name = f"negative-share-{model.key.replace('_', '-')}"
    return scaling_panel(curves, name, f"Share of negative eigenvalues above ε_c{relu}", claim)
