"""Figure 6: points (α, ε) of critical points against the 3/2 law, and the fitted ε_c against ½(1 − φ)².

Two routes: index-following with the project's kernels, points judged by eigenvalues, the law fitted on a grid of
exponents; and least squares of a library on the gradient, formulas of its own, the index read off LDL⊤, the law fitted
by a library. They share neither code nor seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.numeric.critical_points.experiment import run
from hessproof.numeric.critical_points.fits import fit_law
from hessproof.numeric.critical_points.library import Array, curve, library_run
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.critical_points.runs import (
    KEPT,
    Record,
    by_library,
    followed,
    needed,
    prepare_followed,
    prepare_library,
)
from hessproof.proofs_check.criteria import critical_points as criteria
from hessproof.proofs_check.criteria.critical_points import Interval
from hessproof.proofs_check.criteria.critical_points_second import LIBRARY_RATIOS
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

INDEX, ENERGY = "pennington2017.exp_index", "pennington2017.exp_minimisers"
FOLLOWED = "critical points by following an index, judged by their spectra; the law fitted on a grid of exponents"
LIBRARY = "least squares of a library on the gradient, inertia by LDL⊤; the law fitted by a search for p"
WRONG = (0.75, 1.0, 2.0, 3.0)
"""Exponents of laws from which points are made that a criterion has to refuse."""
SHIFTS = (-0.12, 0.12)
"""Shifts of all energies that the criterion on ε_c has to refuse: more than twice its limit, so none fits by chance."""


@dataclass(frozen=True)
class Estimate:
    """ε_c or the exponent, and its 95 % bootstrap interval; None where there were too few points."""

    value: float | None
    interval: tuple[float, float] | None


def points(records: Sequence[Record], ratio: float) -> tuple[Array, Array]:
    """α and ε per mean square of the targets, of the points with 0 < α ≤ 0.1 that were kept.

    Example:
        >>> one = {"ratio": 0.5, "index": 8, "parameters": 512, "energy": 0.2, "scale": 0.8, "distance": 0.05}
        >>> [each.tolist() for each in points([one], 0.5)]
        [[0.015625], [0.25]]
    """
    chosen = [
        (each["index"] / each["parameters"], each["energy"] / each["scale"])
        for each in records
        if abs(each["ratio"] - ratio) < 1e-6 and kept(each) and 0 < each["index"] <= criteria.SMALL * each["parameters"]
    ]
    found = np.asarray(chosen, dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def kept(record: Record) -> bool:
    """Whether a point is certified, or critical for targets within a tenth of the drawn ones."""
    if "kind" in record:
        return record["kind"] in KEPT
    return bool(record["distance"] <= 0.1)


def by_grid(shares: Array, energies: Array, exponent: float | None) -> Estimate:
    """The estimate of the first route: of the exponent if it is free, otherwise of ε_c."""
    if len(shares) < 12:
        return Estimate(None, None)
    found = fit_law(shares, energies, exponent)
    return (
        Estimate(found.exponent, found.exponent_interval)
        if exponent is None
        else Estimate(found.critical, found.critical_interval)
    )


def by_curve(shares: Array, energies: Array, exponent: float | None) -> Estimate:
    """The estimate of the second route."""
    if len(shares) < 12:
        return Estimate(None, None)
    found, drawn = curve(shares, energies, exponent)
    place = 2 if exponent is None else 0
    low, high = np.quantile(drawn[:, place], [0.025, 0.975])
    return Estimate(float(found[place]), (float(low), float(high)))


def case(ratio: float) -> Case:
    """A network of the experiment, with the name of its φ."""
    return Case(Architecture((16, 16, 16), activation="tanh"), 16, 16, traits=frozenset({named(ratio)}))


def named(ratio: float) -> str:
    """φ as in the regions of the catalogue.

    Example:
        >>> named(0.125), named(2 / 3)
        ('φ = 1/8', 'φ = 2/3')
    """
    return {0.125: "φ = 1/8", 0.25: "φ = 1/4", 0.5: "φ = 1/2"}.get(ratio, "φ = 2/3")


def judge(claim: str, part: str, records: Sequence[Record], ratios: Sequence[float], estimate: Any) -> Finding:
    """Judge every φ by the criterion of the part, and made-up points by the same."""
    exponent = None if claim == INDEX else 1.5
    counter, controls, shown = Counter(CLAIMS[claim].part(part)), list[Mutant](), dict[str, Any]()
    for ratio in ratios:
        criterion = criteria.exponent() if exponent is None else criteria.critical(ratio)
        shares, energies = points(records, ratio)
        found = estimate(shares, energies, exponent)
        counter.count(case(ratio), criterion.met(found.interval))
        shown[named(ratio)] = {
            **criterion.record(found.value, found.interval), "points": len(shares), "runs": counted(records, ratio),
        }  # fmt: skip
        if len(shares) >= 12:
            controls += _controls(criterion, shares, energies, exponent, estimate, named(ratio))
    scope = f"n = 16, φ = {', '.join(named(ratio)[4:] for ratio in ratios)}, {len(records)} runs"
    return Finding(
        Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls), details={"criteria": shown}
    )  # fmt: skip


def counted(records: Sequence[Record], ratio: float) -> dict[str, int]:
    """How many runs ended in which kind of point."""
    some = [each for each in records if abs(each["ratio"] - ratio) < 1e-6]
    names = [each.get("kind", "nearby" if kept(each) else "discarded") for each in some]
    return {name: names.count(name) for name in ("certified", "nearby", "flat", "discarded") if name in names}


def _controls(
    criterion: Interval, shares: Array, energies: Array, exponent: float | None, estimate: Any, place: str
) -> list[Mutant]:
    """Points of wrong laws with as much spread as was found; and, for ε_c, all energies moved."""
    if exponent is not None:
        moved = ((shift, estimate(shares, energies + shift, exponent)) for shift in SHIFTS)
        return [_mutant(f"{place}: energies moved by {shift:+g}", criterion, found) for shift, found in moved]
    bent = shares ** (2 / 3)
    slope, lowest = np.polyfit(bent, energies, 1)
    spread = float(np.std(energies - lowest - slope * bent))
    noise = spread * np.random.default_rng(0).standard_normal(len(shares))
    height = float(slope * criteria.SMALL ** (2 / 3))
    made = []
    for wrong in WRONG:
        law = lowest + height * (shares / criteria.SMALL) ** (1 / wrong) + noise
        made.append(
            _mutant(f"{place}: points of a law with exponent {wrong:g}", criterion, estimate(shares, law, None))
        )
    return made


def _mutant(description: str, criterion: Interval, found: Estimate) -> Mutant:
    shown = "no interval" if found.interval is None else f"interval ({found.interval[0]:.3f}, {found.interval[1]:.3f})"
    return Mutant(description=description, caught=not criterion.met(found.interval), by=shown)


def _followed(claim: str, part: str) -> Any:
    def work(context: Context) -> Finding:
        needed(context)
        records = followed(context)
        found = judge(claim, part, records["descent"], criteria.RATIOS, by_grid)
        if claim == ENERGY:
            found.details["minimisers"] = least(records["minimiser"])
        return found

    return work


def _library(claim: str, part: str) -> Any:
    def work(context: Context) -> Finding:
        needed(context)
        return judge(claim, part, by_library(context), LIBRARY_RATIOS, by_curve)

    return work


def least(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Mean energy of the long descents of each φ beside both published curves, and how far their weights went."""
    shown = {}
    for ratio in sorted({each["ratio"] for each in records}):
        some = [each for each in records if each["ratio"] == ratio]
        shown[f"φ = {ratio:.3g}"] = {
            "mean": float(np.mean([each["energy"] / each["scale"] for each in some])),
            "½(1 − φ)²": 0.5 * (1 - ratio) ** 2, "½(1 − φ)": 0.5 * (1 - ratio), "½(1 − φ/2)": 0.5 * (1 - ratio / 2),
            "median longest row of W¹": float(np.median([each["largest_row"] for each in some])),
            "certified": sum(each["kind"] == "certified" for each in some),
        }  # fmt: skip
    return shown


def demonstrate_followed() -> None:
    """A small run, its points and a fit."""
    one = run(0.5, 1, width=3, iterations=3)
    points([one], 0.5)
    by_grid(np.linspace(0.01, 0.1, 12), np.linspace(0.1, 0.2, 12), 1.5)


def demonstrate_library() -> None:
    """The same for the second route."""
    one = library_run(0.5, 1, width=2)
    points([one], 0.5)
    curve(np.linspace(0.01, 0.1, 12), np.linspace(0.1, 0.2, 12), 1.5, resamples=1)


CHECKS = tuple(
    check
    for claim, part in ((INDEX, "main"), (ENERGY, "tanh"))
    for check in (
        FunctionCheck(
            claim, part, "index followed", Engine.FLOAT, FOLLOWED, _followed(claim, part), demonstrate_followed,
            prepare_followed,
        ),
        FunctionCheck(
            claim, part, "least squares of a library", Engine.FLOAT, LIBRARY, _library(claim, part),
            demonstrate_library, prepare_library,
        ),
    )
)  # fmt: skip
