"""The law of H_0 + H_1, without and with ReLU, against the eigenvalues of drawn matrices.

The transform of a spectrum is put into R(G) + 1/G = z without solving for a density; distribution function, edges and
the number of negative eigenvalues are compared with the law besides. Criteria: `criteria.random_matrices`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from hessproof.numeric.arrays import Device
from hessproof.numeric.random_matrices.fit import edge_deviation, kolmogorov, transform_error
from hessproof.numeric.random_matrices.sums import SumSpectrum, block_spectrum, columns_for, sum_spectrum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.random_matrices.controls import mutant, spread
from hessproof.proofs_check.checks.random_matrices.laws_fit import CASE, slopes
from hessproof.proofs_check.checks.random_matrices.stated import (
    block_transform,
    function_of,
    sum_table,
    sum_transform,
)
from hessproof.proofs_check.criteria import random_matrices as criteria
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.random_matrices import Point
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU
from hessproof.symbolic.mutation import mutations

Floats = npt.NDArray[np.float64]
Job = tuple[int, Point, int]
"""n, point and seed of a spectrum."""
IDEA = "eigenvalues of drawn sums against R(G) + 1/G = z, and against the law that solves it, as n grows"
DENSITY, NEGATIVE = ("pennington2017.density", "density"), ("pennington2017.density", "negative")
RELU = ("pennington2017.relu_r", "transform")
MEASURES = {
    DENSITY: ("distance", "transform", "edge"),
    NEGATIVE: ("count",),
    RELU: ("distance", "transform", "edge", "count"),
}
"""Which criteria belong to which part."""
MUTANTS = {Profile.QUICK: 8, Profile.STANDARD: 40, Profile.THOROUGH: 40}
"""Wrong transforms that are tried on one spectrum: evenly taken from all that are generated."""


def _drawn(job: Job, device: Device = "cpu") -> SumSpectrum:
    size, point, seed = job
    return sum_spectrum(size, float(point.epsilon), float(point.tau), relu=point.relu, seed=seed, device=device)


def jobs_of(profile: Profile) -> list[Job]:
    """Every spectrum that a profile needs: those of the grid, and those whose D_n is followed over n."""
    size, points, seeds = criteria.SUMS[profile]
    found = [(size, point, seed) for point in points for seed in seeds]
    if profile != Profile.QUICK:
        found += [
            (n, p, seed) for p in criteria.RATE_POINTS for n in criteria.RATE_SIZES for seed in criteria.RATE_SEEDS
        ]
    return found


def _all(profile: Profile, processes: int, device: Device) -> dict[Job, SumSpectrum]:
    wanted = jobs_of(profile)
    if processes == 1:
        return {job: _drawn(job, device) for job in wanted}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return dict(zip(wanted, pool.map(partial(_drawn, device=device), wanted), strict=True))


def spectra(context: Context) -> dict[Job, SumSpectrum]:
    """All spectra of a profile, drawn once for all checks of a run."""
    device: Device = context.device  # type: ignore[assignment]
    return context.shared("random-sums", lambda: _all(context.profile, context.jobs, device))


def prepare(context: Context) -> None:
    """Draw them."""
    spectra(context)


def exact_ratio(job: Job) -> Fraction:
    """N/p after p = N/τ has been rounded."""
    size, point, _ = job
    return Fraction(size, columns_for(size, float(point.tau), even=point.relu))


def measured(job: Job, found: SumSpectrum) -> dict[str, float]:
    """What the criteria ask for, of one spectrum."""
    size, point, _ = job
    tau = exact_ratio(job)
    table = sum_table(point.epsilon, tau, point.relu)
    transform = function_of(sum_transform(point.relu), point.epsilon, tau)
    ends = [
        edge_deviation(float(found.eigenvalues[0]), table.bands[0][0], table.curvatures[0], size, left=True),
        edge_deviation(float(found.eigenvalues[-1]), table.bands[-1][1], table.curvatures[1], size),
    ]
    return {
        "distance": kolmogorov(found.eigenvalues, table, found.rounding) * size / math.log(size),
        "transform": transform_error(found.eigenvalues, transform) * size,
        "edge": max(map(abs, ends)),
        "count": abs(found.negative_fraction - table.negative) * size,
    }


def wrong_transforms(job: Job, found: SumSpectrum, profile: Profile) -> Iterator[Mutant]:
    """Generated changes of R against one spectrum."""
    point = job[1]
    limit = criteria.TRANSFORM[point.kind]
    right, numbers = sum_transform(point.relu), {EPSILON: sp.Rational(point.epsilon)}
    for description, wrong in spread(mutations(right), MUTANTS[profile]):
        if wrong.xreplace(numbers) == right.xreplace(numbers):
            continue  # at ε = 1 a lost ε is no change
        yield _transform_control(description, wrong, point.epsilon, exact_ratio(job), found.eigenvalues, limit)


def _transform_control(
    description: str, wrong: sp.Expr, epsilon: Fraction, tau: Fraction, eigenvalues: Floats, limit: float
) -> Mutant:
    wrong = sp.sympify(wrong).xreplace({EPSILON: sp.Rational(epsilon), TAU: sp.Rational(tau)})
    if wrong.has(sp.zoo, sp.nan):
        return mutant(f"R: {description}", True, "it is not defined")
    try:
        error = transform_error(eigenvalues, function_of(wrong, epsilon, tau)) * len(eigenvalues)
    except ZeroDivisionError:
        return mutant(f"R: {description}", True, "it has a pole at G")
    return mutant(f"R: {description}", not error <= limit, "n |R(g) + 1/g − z|")


def wrong_laws(job: Job, found: SumSpectrum, key: tuple[str, str]) -> Iterator[Mutant]:
    """Laws at other numbers against one spectrum: by D_n, or by the number of negative eigenvalues."""
    size, point, _ = job
    tau = exact_ratio(job)
    for name, factor in (("ε", Fraction(4, 5)), ("ε", Fraction(5, 4)), ("τ", Fraction(4, 5)), ("τ", Fraction(5, 4)),
                         ("H_0", Fraction(9, 10)), ("H_0", Fraction(10, 9))):  # fmt: skip
        energy = point.epsilon * (factor if name == "ε" else 1)
        scale = factor if name == "H_0" else Fraction(1)
        table = sum_table(energy, tau * (factor if name == "τ" else 1), point.relu, scale)
        if key == NEGATIVE:
            caught = abs(found.negative_fraction - table.negative) * size > criteria.COUNT
        else:
            distance = kolmogorov(found.eigenvalues, table, found.rounding) * size / math.log(size)
            caught = distance > criteria.DISTANCE
        by = "the number of negative eigenvalues" if key == NEGATIVE else "n D_n/log n"
        yield mutant(f"{name} times {factor}, {point.words}", caught, by)


def judge(key: tuple[str, str], context: Context, counter: Counter) -> list[dict[str, Any]]:
    """The criteria of a part on the spectra of the grid."""
    size, points, seeds = criteria.SUMS[context.profile]
    records = []
    for point in (point for point in points if point.relu == (key == RELU)):
        found = [measured((size, point, seed), spectra(context)[size, point, seed]) for seed in seeds]
        for measure in MEASURES[key]:
            rule = criteria.each(*key, f"{point.words}, n = {size}", measure, seeds, point.kind)
            values = [one[measure] for one in found]
            for value in values:
                counter.count(CASE, rule.met(value))
            records.append(rule.record(values))
    return records


def rates(key: tuple[str, str], context: Context, counter: Counter) -> list[dict[str, Any]]:
    """How D_n falls with n, for one point of each kind."""
    records = []
    for point in (point for point in criteria.RATE_POINTS if point.relu == (key == RELU)):
        rows = [
            (n, seed, measured((n, point, seed), spectra(context)[n, point, seed])["distance"])
            for n in criteria.RATE_SIZES
            for seed in criteria.RATE_SEEDS
        ]
        rule = criteria.rate(
            *key, f"{point.words}, n = {', '.join(map(str, criteria.RATE_SIZES))}", criteria.RATE_SEEDS
        )
        counter.count(CASE, rule.met(slopes(rows)))
        records.append(rule.record(slopes(rows)))
    return records


def blocks(context: Context, counter: Counter) -> tuple[list[dict[str, Any]], list[Mutant]]:
    """The block matrix of ReLU alone: its transform; a wrong one is caught if one of the spectra tells."""
    records, kept = [], list[tuple[Fraction, Fraction, Floats]]()
    limit = criteria.TRANSFORM["block"]
    for epsilon, tau in criteria.BLOCKS:
        for size in criteria.BLOCK_SIZES[context.profile]:
            samples = columns_for(size, float(tau), even=True)
            ratio = Fraction(size, samples)
            what = f"[[0, B], [B⊤, 0]], ε = {epsilon}, τ = {tau}, n = {size}"
            rule: Criterion = criteria.each(*RELU, what, "transform", criteria.BLOCK_SEEDS, "block")
            drawn = [block_spectrum(size, float(epsilon), samples, seed=seed) for seed in criteria.BLOCK_SEEDS]
            transform = function_of(block_transform(), epsilon, ratio)
            values = [transform_error(each, transform) * size for each in drawn]
            for value in values:
                counter.count(CASE, rule.met(value))
            records.append(rule.record(values))
        kept.append((epsilon, ratio, drawn[0]))
    controls = []
    for description, wrong in spread(mutations(block_transform()), MUTANTS[context.profile]):
        found = (_transform_control(f"H_1: {description}", wrong, *one, limit) for one in kept)
        controls.append(next((one for one in found if one.caught), mutant(f"R of H_1: {description}", False, "")))
    return records, controls


def _work(key: tuple[str, str]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter, controls = Counter(claim(key[0]).part(key[1])), list[Mutant]()
        records = judge(key, context, counter)
        if key != NEGATIVE and context.profile != Profile.QUICK:
            records += rates(key, context, counter)
        if key == RELU:
            found, wrong = blocks(context, counter)
            records, controls = records + found, controls + wrong
        size, _, seeds = criteria.SUMS[context.profile]
        job = (size, CONTROLS[key], seeds[0])
        spectrum = spectra(context)[job]
        controls += wrong_laws(job, spectrum, key)
        if key != NEGATIVE:
            controls += wrong_transforms(job, spectrum, context.profile)
        return Finding(
            Strength.SAMPLE, f"n = {size}, {len(seeds)} seed{'s' * (len(seeds) > 1)} a point", counter.tally,
            counter.regions, tuple(controls), details={"criteria": records},
        )  # fmt: skip

    return work


CONTROLS = {
    DENSITY: Point(Fraction(1, 5), Fraction(1, 2)),
    NEGATIVE: Point(Fraction(1, 5), Fraction(1, 2)),
    RELU: Point(Fraction(1), Fraction(3), True),
}
"""Whose spectrum wrong laws are held against."""
_SMALL = 8


def _statement(key: tuple[str, str]) -> Callable[[], object]:
    """The laws and transforms that are compared with spectra, those of the controls included."""

    def state() -> None:
        job = (_SMALL, CONTROLS[key], 1)
        measured(job, _drawn(job))
        list(wrong_laws(job, _drawn(job), key))
        block_transform()

    return state


def _demonstration(key: tuple[str, str]) -> Callable[[], object]:
    def demonstrate() -> None:
        job = (_SMALL, CONTROLS[key], 1)
        measured(job, _drawn(job))
        list(wrong_laws(job, _drawn(job), key))

    return demonstrate


CHECKS = tuple(
    FunctionCheck(
        *key, "drawn matrices", Engine.FLOAT, IDEA, _work(key), _demonstration(key), prepare=prepare,
        statement=_statement(key),
    )
    for key in MEASURES
)  # fmt: skip
