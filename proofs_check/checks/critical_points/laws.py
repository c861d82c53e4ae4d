"""Figure 6: points (α, ε) of critical points against the 3/2 law, and the fitted ε_c against ½(1 − φ)².

Two routes: index-following with the project's kernels, points certified by Newton–Kantorovich and sorted by
eigenvalues, the law fitted on a grid of exponents; and bent steps with formulas of its own, a library's root, the index
read off LDL⊤, the law fitted by a library. They share neither code nor seeds. Only certified points decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hessproof.numeric.critical_points.experiment import run
from hessproof.numeric.critical_points.fits import fit_law
from hessproof.numeric.critical_points.library import Array, curve, library_run
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.critical_points.runs import (
    DIGITS_RATIO,
    Record,
    by_library,
    followed,
    needed,
    prepare_followed,
    prepare_library,
)
from hessproof.proofs_check.criteria import critical_points as criteria
from hessproof.proofs_check.criteria.critical_points import Interval
from hessproof.proofs_check.criteria.critical_points_third import FEWEST, LIBRARY_RATIOS, descent, outcome
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

INDEX, ENERGY = "pennington2017.exp_index", "pennington2017.exp_minimisers"
FOLLOWED = "critical points by following an index, certified by Newton–Kantorovich; the law on a grid of exponents"
LIBRARY = "bent steps and a library's root of the gradient, inertia by LDL⊤; the law fitted by a search for p"
WRONG = (0.75, 1.0, 2.0, 3.0)
"""Exponents of laws from which points are made that a criterion has to refuse."""
SHIFTS = (-0.12, 0.12)
"""Shifts of all energies that the criterion on ε_c has to refuse: more than twice its limit, so none fits by chance."""
ENDS = "ends of long descents"
RESAMPLES = 2000
"""Of the mean over ten seeds: its quantiles are known to a twentieth of the interval."""


@dataclass(frozen=True)
class Estimate:
    """ε_c or the exponent, and its 95 % bootstrap interval; None where there were too few points."""

    value: float | None
    interval: tuple[float, float] | None


def points(records: Sequence[Record], ratio: float, most: float = criteria.SMALL) -> tuple[Array, Array]:
    """α and ε per mean square of the targets, of the certified points with 0 < α ≤ ``most``.

    Example:
        >>> one = {"ratio": 0.5, "kind": "certified", "index": 8, "parameters": 512, "energy": 0.2, "scale": 0.8}
        >>> [each.tolist() for each in points([one, {**one, "kind": "nearby"}], 0.5)]
        [[0.015625], [0.25]]
    """
    chosen = [
        (each["index"] / each["parameters"], each["energy"] / each["scale"])
        for each in of(records, ratio)
        if each["kind"] == "certified" and 0 < each["index"] <= most * each["parameters"]
    ]
    found = np.asarray(chosen, dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def of(records: Sequence[Record], ratio: float) -> list[Record]:
    """The records of one φ."""
    return [each for each in records if abs(each["ratio"] - ratio) < 1e-6]


def by_grid(shares: Array, energies: Array, exponent: float | None) -> Estimate:
    """The estimate of the first route: of the exponent if it is free, otherwise of ε_c."""
    if len(shares) < FEWEST:
        return Estimate(None, None)
    found = fit_law(shares, energies, exponent)
    return (
        Estimate(found.exponent, found.exponent_interval)
        if exponent is None
        else Estimate(found.critical, found.critical_interval)
    )


def by_curve(shares: Array, energies: Array, exponent: float | None) -> Estimate:
    """The estimate of the second route."""
    if len(shares) < FEWEST:
        return Estimate(None, None)
    found, drawn = curve(shares, energies, exponent)
    place = 2 if exponent is None else 0
    low, high = np.quantile(drawn[:, place], [0.025, 0.975])
    return Estimate(float(found[place]), (float(low), float(high)))


def case(trait: str) -> Case:
    """A network of the experiment, with the name of its φ or of what is judged."""
    return Case(Architecture((16, 16, 16), activation="tanh"), 16, 16, traits=frozenset({trait}))


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
        counter.count(case(named(ratio)), outcome(criterion, found.interval))
        shown[named(ratio)] = {
            **criterion.record(found.value, found.interval), "outcome": outcome(criterion, found.interval),
            "points": len(shares), "runs": counted(records, ratio), "at other thresholds": unsteady(records, ratio),
            "all indices": described(*points(records, ratio, 1.0), estimate, exponent),
        }  # fmt: skip
        if len(shares) >= FEWEST:
            controls += _controls(criterion, shares, energies, exponent, estimate, named(ratio))
    scope = f"n = 16, φ = {', '.join(named(ratio)[4:] for ratio in ratios)}, {len(records)} runs"
    return Finding(
        Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls), details={"criteria": shown}
    )  # fmt: skip


def counted(records: Sequence[Record], ratio: float) -> dict[str, int]:
    """How many runs ended in which kind of point."""
    names = [each["kind"] for each in of(records, ratio)]
    return {name: names.count(name) for name in ("certified", "unclear", "nearby", "flat", "discarded")}


def unsteady(records: Sequence[Record], ratio: float) -> int:
    """Certified points whose index would change if eigenvalues up to 1e-6 of the largest were zero modes."""
    return sum(each["kind"] == "certified" and len(set(each["indices"])) > 1 for each in of(records, ratio))


def described(shares: Array, energies: Array, estimate: Any, exponent: float | None) -> dict[str, Any]:
    """The same estimate from the certified points of every index, which decides nothing."""
    found = estimate(shares, energies, exponent)
    return {"points": len(shares), "estimate": found.value, "interval": found.interval}


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
    return Mutant(description=description, caught=outcome(criterion, found.interval) is False, by=shown)


def _followed(claim: str, part: str) -> Any:
    def work(context: Context) -> Finding:
        needed(context)
        records = followed(context)
        found = judge(claim, part, records["descent"], criteria.RATIOS, by_grid)
        if claim == INDEX:
            found.details["digits"] = digits(records["digits"])
        else:
            found = judge_ends(found, records["minimiser"])
        return found

    return work


def digits(records: Sequence[Record]) -> dict[str, Any]:
    """The certified points of the runs on digits: (α, ε), and the kinds of all runs."""
    certified = [each for each in records if each["kind"] == "certified"]
    return {
        "runs": counted(records, DIGITS_RATIO),
        "points": sorted((each["index"] / each["parameters"], each["energy"] / each["scale"]) for each in certified),
    }  # fmt: skip


def judge_ends(found: Finding, records: Sequence[Record]) -> Finding:
    """A finding with the ends of long descents counted too, φ by φ, by their own criterion."""
    counter, shown, controls = Counter(CLAIMS[ENERGY].part("tanh")), least(records), list[Mutant]()
    for ratio in (*criteria.RATIOS, 1.0):
        energies = np.asarray([each["energy"] / each["scale"] for each in of(records, ratio)])
        if not len(energies):
            continue
        drawn = np.random.default_rng(0).choice(energies, (RESAMPLES, len(energies))).mean(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        counter.count(case(ENDS), outcome(descent(ratio), (float(low), float(high))))
        shown[f"φ = {ratio:.3g}"] |= descent(ratio).record(float(energies.mean()), (float(low), float(high)))
        for shift in SHIFTS:
            moved = (float(low + shift), float(high + shift))
            name, missed = f"φ = {ratio:.3g}: ends moved by {shift:+g}", outcome(descent(ratio), moved) is False
            controls.append(Mutant(description=name, caught=missed, by=f"interval ({moved[0]:.3f}, {moved[1]:.3f})"))
    return replace(
        found, tally=found.tally + counter.tally, regions={**found.regions, **counter.regions},
        controls=(*found.controls, *controls), details={**found.details, "minimisers": shown},
    )  # fmt: skip


def _library(claim: str, part: str) -> Any:
    def work(context: Context) -> Finding:
        needed(context)
        return judge(claim, part, by_library(context), LIBRARY_RATIOS, by_curve)

    return work


def least(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """The long descents of each φ beside the curves: how many ended in a minimiser, how long rows of W¹ became."""
    shown = dict[str, dict[str, Any]]()
    for ratio in sorted({each["ratio"] for each in records}):
        some = of(records, ratio)
        shown[f"φ = {ratio:.3g}"] = {
            "½(1 − φ)²": 0.5 * (1 - ratio) ** 2, "½(1 − φ)": 0.5 * (1 - ratio), "½(1 − φ/2)": 0.5 * (1 - ratio / 2),
            "median longest row of W¹": float(np.median([each["largest_row"] for each in some])),
            "descents": len(some), "certified minimisers": sum(map(minimal, some)),
        }  # fmt: skip
    return shown


def minimal(record: Record) -> bool:
    """Whether a point is certified as critical and no eigenvalue is negative."""
    return bool(record["kind"] == "certified" and record["index"] == 0)


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
            claim, part, "root of a library", Engine.FLOAT, LIBRARY, _library(claim, part),
            demonstrate_library, prepare_library,
        ),
    )
)  # fmt: skip
