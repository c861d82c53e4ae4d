"""The tables of products and densities."""

from __future__ import annotations

from benchmarks.scale.networks import parameters
from benchmarks.scale.products import BATCH, PRECISIONS
from benchmarks.scale.records import Runs
from benchmarks.table import ratio, rows, show

PRODUCTS = """
## Products with vectors

The Hessian (H) and the Gauss–Newton matrix (GGN) of a ReLU network of the same widths with cross-entropy on the same
digits, times one vector and times {batch}. *Work* is the seconds of one product over those that its
floating-point operations take at the speed of this process's matrix product: 12 N p − 8 N p₁ of them for H and
8 N p − 4 N p₁ for the GGN, with p₁ parameters in the first layer. The last column is the largest difference between the
values of v⊤Hv that the two found.

"""
DENSITY = """
## Spectral density

Stochastic Lanczos quadrature of H for the same network in float64, with the same numbers of probes and steps.
hessproof reorthogonalises and bounds the counts; curvlinops does not, and smooths. Distances are Wasserstein's between
the estimated and the true distribution of eigenvalues, over the width of the spectrum, where p is small.

"""
SIDES = (("H", "hvp", "hvp-curvlinops"), ("GGN", "ggn", "ggn-curvlinops"))


def product_tables(runs: Runs, networks: list[str]) -> str:
    """One line for each matrix, precision and network."""
    head = ["network", "p", "matrix", "precision", "hessproof", "curvlinops", "ratio", "work"]
    head += [f"hessproof, {BATCH}", f"curvlinops, {BATCH}", "ratio", "difference"]
    lines = [head, ["---"] * len(head)]
    for network in networks:
        for matrix, own, other in SIDES:
            if runs.of(own, network) or runs.of(other, network):
                lines += [_product(runs, network, matrix, own, other, precision) for precision in PRECISIONS]
    return PRODUCTS.format(batch=BATCH) + rows(lines)


def _product(runs: Runs, network: str, matrix: str, own: str, other: str, precision: str) -> list[str]:
    def both(key: str) -> tuple[float | None, float | None]:
        return runs.middle(own, network, f"{precision}_{key}"), runs.middle(other, network, f"{precision}_{key}")

    one, batch, forms = both("one"), both("batch"), both("form")
    difference = "–"
    if forms[0] is not None and forms[1]:
        difference = f"{abs(forms[0] / forms[1] - 1):.0e}"
    return [
        *(f"`{network}`", f"{parameters(network):,}", matrix, precision),
        *(show(one[0], " s"), show(one[1], " s"), ratio(one[1], one[0])),
        show(work(runs, network, own, precision)),
        *(show(batch[0], " s"), show(batch[1], " s"), ratio(batch[1], batch[0]), difference),
    ]


def work(runs: Runs, network: str, name: str, precision: str) -> float | None:
    """Seconds of one product over those of its operations at the speed of matrix products."""
    taken = runs.middle(name, network, f"{precision}_one")
    count = runs.middle(name, network, f"{precision}_operations")
    speed = runs.middle(name, network, f"{precision}_speed")
    return None if taken is None or count is None or speed is None else taken * speed / count


def density_table(runs: Runs, networks: list[str]) -> str:
    """Seconds and distances."""
    head = ["network", "p", "hessproof", "curvlinops", "ratio", "hessproof's distance", "curvlinops' distance"]
    lines = [head, ["---"] * len(head)]
    for network in networks:
        names = ("density", "density-curvlinops")
        if any(runs.of(name, network) for name in names):
            own, other = (runs.middle(name, network) for name in names)
            away = [runs.middle(name, network, "distance") for name in names]
            first = [f"`{network}`", f"{parameters(network):,}", show(own, " s"), show(other, " s")]
            lines.append([*first, ratio(other, own), *("–" if one is None else f"{one:.1e}" for one in away)])
    return DENSITY + rows(lines)
