"""Limit laws against the eigenvalues of drawn matrices: Wigner and Wishart, three laws of the entries.

Normal matrices are drawn in tridiagonal form, exactly in law and up to n = 12,800; matrices with entries ±1 or uniform
are dense. What is measured, and how it has to fall with n, is fixed in `criteria.random_matrices`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, partial
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.arrays import Device
from hessproof.numeric.random_matrices import matrices, tridiagonal
from hessproof.numeric.random_matrices.distribution import Distribution, distribution
from hessproof.numeric.random_matrices.finite_size import RIGID, power, rigidity
from hessproof.numeric.random_matrices.fit import (
    PLACES,
    edge_curvature,
    edge_deviation,
    kolmogorov,
    transform_error,
    wasserstein,
)
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.random_matrices.controls import compiled, densities, mutant, spread
from hessproof.proofs_check.checks.random_matrices.stated import ROOT, pastur_law, semicircle_law
from hessproof.proofs_check.criteria import random_matrices as criteria
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.laws import Law
from hessproof.symbolic.free_probability.symbols import SIGMA, Z

Floats = npt.NDArray[np.float64]
IDEA = "eigenvalues of drawn matrices against the published distribution function, transform and edges, as n grows"
CASE = Case(Architecture((1, 1)), 0, 0, traits=frozenset({"random matrices"}))
"""A statement about matrices, not about a network."""


@dataclass(frozen=True)
class Ensemble:
    """One law with numbers for its letters, and how its matrices are drawn.

    Args:
        claim: Id of the claim.
        sigma: σ of the law.
        tau: τ, or None for Wigner matrices.
    """

    claim: str
    sigma: Fraction
    tau: Fraction | None = None

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"σ = {self.sigma}" + ("" if self.tau is None else f", τ = {self.tau}")

    @property
    def kind(self) -> str:
        """Key of the criterion on transforms."""
        return self.claim.rpartition(".")[2]

    @property
    def law(self) -> Law:
        """The published law."""
        return semicircle_law() if self.tau is None else pastur_law()

    @property
    def numbers(self) -> dict[sp.Symbol, sp.Expr]:
        """The values of its letters."""
        root = {} if self.tau is None else {ROOT: sp.sqrt(sp.Rational(self.tau))}
        return {SIGMA: sp.Rational(self.sigma), **root}

    def draw(self, size: int, seed: int, entries: matrices.Entries | None = None, device: Device = "cpu") -> Floats:
        """Eigenvalues of one matrix: in tridiagonal form, or dense with the given entries."""
        sigma = float(self.sigma)
        if self.tau is None:
            if entries is None:
                return tridiagonal.goe_spectrum(size, sigma**2, seed=seed)
            return matrices.eigenvalues(matrices.wigner(size, sigma**2, entries=entries, seed=seed, device=device))
        columns = round(size / self.tau)
        if entries is None:
            return tridiagonal.wishart_spectrum(size, columns, sigma, seed=seed)
        factor = matrices.factor(size, columns, sigma, entries=entries, seed=seed, device=device)
        return matrices.eigenvalues(matrices.gram(factor))


MUTANTS = {Profile.QUICK: 5, Profile.STANDARD: 20, Profile.THOROUGH: 100}
"""Wrong densities that are tried: evenly taken from all that are generated, some twenty or forty."""
WASSERSTEIN = 1001
"""Places of the midpoint rule: an integral to a thousandth of itself is enough for a record."""
CONTROL_TERMS = 512
"""Terms of the series of a wrong density, which need not converge: a distance of 1e-3 is far above what is left out."""
ENSEMBLES = {
    "pennington2017.semicircle": tuple(Ensemble("pennington2017.semicircle", s) for s in criteria.SEMICIRCLES),
    "pennington2017.marchenko_pastur": tuple(
        Ensemble("pennington2017.marchenko_pastur", s, t) for s, t in criteria.PASTURS
    ),
}
SHORT = (
    Ensemble("pennington2017.semicircle", Fraction(2)),
    Ensemble("pennington2017.marchenko_pastur", Fraction(1), Fraction(4)),
    Ensemble("pennington2017.marchenko_pastur", Fraction(2), Fraction(1, 2)),
)
"""Those that the quick profile draws: a scale that is not 1, and an atom."""


@dataclass(frozen=True)
class Published:
    """The law as numbers: its distribution function, R-transform and right edge."""

    distribution: Distribution
    transform: Callable[[complex], complex]
    edge: float
    curvature: float
    density: Callable[[Floats], Floats] = field(repr=False)


@cache
def published(one: Ensemble) -> Published:
    """The law of an ensemble, from its published formulas."""
    law, numbers = one.law, one.numbers
    low, high = (float(end.xreplace(numbers)) for end in law.support)
    place, mass = (0.0, 0.0) if law.atom is None else (float(part.xreplace(numbers)) for part in law.atom)
    density = compiled(law.density, numbers)
    assert density is not None
    transform = sp.lambdify(Z, law.r_transform.xreplace(numbers), modules="math")
    curvature = edge_curvature(density, high, low - high)
    return Published(distribution(density, low, high, (place, mass)), transform, high, curvature, density)


def measured(one: Ensemble, eigenvalues: Floats) -> dict[str, float]:
    """What the criteria ask for, of one spectrum."""
    law, size, scale = published(one), len(eigenvalues), float(one.sigma)
    rounding = size * float(np.finfo(float).eps) * float(abs(eigenvalues).max())
    places = tuple(place * scale for place in PLACES)
    return {
        "distance": kolmogorov(eigenvalues, law.distribution, rounding) * size / math.log(size),
        "transform": transform_error(eigenvalues, law.transform, places) * size,
        "edge": abs(edge_deviation(float(eigenvalues[-1]), law.edge, law.curvature, size)),
    }


def draws(one: Ensemble, context: Context) -> Iterator[tuple[str, int, Floats]]:
    """What is drawn: entries, seed and eigenvalues."""
    for size in criteria.LAW_SIZES[context.profile]:
        for seed in criteria.LAW_SEEDS:
            yield "normal", seed, one.draw(size, seed)
    for size in criteria.DENSE_SIZES[context.profile]:
        for entries in ("sign", "uniform"):
            for seed in criteria.DENSE_SEEDS:
                device: Device = context.device  # type: ignore[assignment]
                yield entries, seed, one.draw(size, seed, entries, device)


def slopes(found: list[tuple[int, int, float]]) -> list[float]:
    """For each seed the slope of log D_n against log n, from (n, seed, n D_n/log n)."""
    result = []
    for seed in dict.fromkeys(seed for _, seed, _ in found):
        rows = [(size, value * math.log(size) / size) for size, other, value in found if other == seed]
        sizes, distances = zip(*rows, strict=True)
        result.append(power(sizes, distances).slope)
    return result


def judge(one: Ensemble, context: Context, counter: Counter) -> tuple[list[dict[str, Any]], Floats]:
    """All criteria for one ensemble; the records, and a spectrum for the controls, the largest if thorough."""
    rules: dict[str, Criterion] = {}
    values: dict[str, list[float]] = {}
    normal, chosen = list[tuple[int, int, float]](), np.zeros(0)
    for entries, seed, eigenvalues in draws(one, context):
        found = measured(one, eigenvalues)
        for measure, value in found.items():
            seeds = criteria.LAW_SEEDS if entries == "normal" else criteria.DENSE_SEEDS
            rule = criteria.each(one.claim, "limit", f"{one.words}, {entries} entries", measure, seeds, one.kind)
            counter.count(CASE, rule.met(value))
            rules[f"{entries} {measure}"] = rule
            values.setdefault(f"{entries} {measure}", []).append(value)
        if entries == "normal":
            normal.append((len(eigenvalues), seed, found["distance"]))
            if context.profile == Profile.THOROUGH or not len(chosen):
                chosen = eigenvalues
    records = [{**rules[name].record(values[name]), "largest": max(values[name])} for name in rules]
    rate = criteria.rate(one.claim, "limit", f"{one.words}, normal entries", criteria.LAW_SEEDS)
    counter.count(CASE, rate.met(slopes(normal)))
    line = rigidity([n for n, _, _ in normal], [value * math.log(n) / n for n, _, value in normal])
    fitted = f"n D_n = {line.intercept:.2f} + ({line.slope:.3f} ± {line.error:.3f}) log n; √2/π = {RIGID:.3f}"
    records.append({**rate.record(slopes(normal)), "fitted": fitted})
    edges = criteria.each(one.claim, "limit", one.words, "edges", criteria.EDGE_SEEDS)
    mean = edge_mean(one)
    counter.count(CASE, edges.met(abs(mean - criteria.TRACY_WIDOM[0])))
    law = published(one).distribution
    distance = wasserstein(chosen, law, law.low, law.high, WASSERSTEIN) * len(chosen)
    records.append({"measures": f"n W_n of one spectrum of {one.words}, n = {len(chosen)}", "values": [distance]})
    records.append({**edges.record([abs(mean - criteria.TRACY_WIDOM[0])]), "mean": mean})
    return records, chosen


@cache
def largest(one: Ensemble) -> tuple[float, ...]:
    """The largest eigenvalues of many small matrices."""
    return tuple(float(one.draw(criteria.EDGE_SIZE, seed)[-1]) for seed in criteria.EDGE_SEEDS)


def edge_mean(one: Ensemble, edge: float | None = None) -> float:
    """The mean deviation of the largest eigenvalue from the edge, or from another place."""
    law = published(one)
    place = law.edge if edge is None else edge
    return fmean(edge_deviation(each, place, law.curvature, criteria.EDGE_SIZE) for each in largest(one))


def wrong_laws(one: Ensemble, eigenvalues: Floats, most: int) -> Iterator[Mutant]:
    """Wrong densities and moved edges against one spectrum, by the criterion on distances."""
    law = published(one)
    low, high, atom = law.distribution.low, law.distribution.high, law.distribution.atom
    rule = criteria.each(one.claim, "limit", one.words, "distance", criteria.LAW_SEEDS)
    size = len(eigenvalues)
    for description, density in spread(densities(one.law.density, one.numbers), most):
        try:
            wrong = None if density is None else distribution(density, low, high, atom, most=CONTROL_TERMS)
        except UnusableRequest:
            wrong = None
        caught = wrong is None or not rule.met(kolmogorov(eigenvalues, wrong) * size / math.log(size))
        yield mutant(description, caught, "it is not real on the support" if wrong is None else "n D_n/log n")
    for factor in (0.95, 1.05):
        moved = distribution(partial(_stretched, law.density, factor), low * factor, high * factor, atom)
        caught = not rule.met(kolmogorov(eigenvalues, moved) * size / math.log(size))
        yield mutant(f"all eigenvalues times {factor}", caught, "n D_n/log n")
        shifted = edge_mean(one, law.edge * factor) - criteria.TRACY_WIDOM[0]
        yield mutant(f"right edge times {factor}", abs(shifted) > criteria.EDGE_MEAN, "the mean of largest eigenvalues")


def _stretched(density: Callable[[Floats], Floats], factor: float, points: Floats) -> Floats:
    return density(points / factor) / factor


def _work(name: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, records, controls = Counter(claim(name).part("limit")), list[dict[str, Any]](), list[Mutant]()
        chosen = [one for one in ENSEMBLES[name] if context.profile != Profile.QUICK or one in SHORT]
        for one in chosen:
            found, spectrum = judge(one, context, counter)
            records += found
            if one.sigma != 1:
                controls += wrong_laws(one, spectrum, MUTANTS[context.profile])
        top = max(criteria.LAW_SIZES[context.profile])
        return Finding(
            Strength.SAMPLE, f"{len(chosen)} laws, n ≤ {top}, three laws of the entries", counter.tally,
            counter.regions, tuple(controls), details={"criteria": records},
        )  # fmt: skip

    return work


def _statement(name: str) -> Callable[[], object]:
    return lambda: [published(one) for one in ENSEMBLES[name]]


def _demonstration(name: str) -> Callable[[], object]:
    def demonstrate() -> None:
        one = ENSEMBLES[name][-1]
        measured(one, one.draw(8, 1))
        measured(one, one.draw(8, 1, "sign"))

    return demonstrate


CHECKS = tuple(
    FunctionCheck(
        name, "limit", "drawn matrices", Engine.FLOAT, IDEA, _work(name), _demonstration(name),
        statement=_statement(name),
    )
    for name in ENSEMBLES
)  # fmt: skip
