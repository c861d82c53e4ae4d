"""Limit laws against the eigenvalues of random matrices that a GPU decomposes, far larger than on the processor.

The laws, what is measured and the criteria are those of the checks on the processor; the sizes and the seeds are this
check's own. One matrix of each kind is small enough to be decomposed a second time on the processor, and both spectra
have to agree within the backward error of the two decompositions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from hessproof.numeric.arrays import Device
from hessproof.numeric.parity import UNIT
from hessproof.numeric.random_matrices.matrices import ENTRIES, Entries
from hessproof.numeric.random_matrices.sums import SumSpectrum, sum_spectrum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.gpu import device
from hessproof.proofs_check.checks.random_matrices import laws_fit, sums_fit
from hessproof.proofs_check.checks.random_matrices.laws_fit import CASE, Ensemble, Floats
from hessproof.proofs_check.criteria import random_matrices as criteria
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.random_matrices import Point
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

IDEA = "eigenvalues of large dense matrices, decomposed on a GPU, against the published laws"
SIZES = {Profile.QUICK: 400, Profile.STANDARD: 4_000, Profile.THOROUGH: 10_000}
"""n of the matrices. Drawing them takes the processor longer than decomposing them takes the GPU: a Wishart matrix of
order 10,000 with τ = 1/2 comes from 2·10^8 entries."""
SECOND = 400
"""n of the matrices that are decomposed on the processor as well, in a second."""
SEEDS = (8401, 8402)
"""Not used by any other check, and fixed before the first run."""
LAWS: dict[str, tuple[Ensemble, ...]] = {
    "pennington2017.semicircle": (Ensemble("pennington2017.semicircle", Fraction(2)),),
    "pennington2017.marchenko_pastur": (
        Ensemble("pennington2017.marchenko_pastur", Fraction(2), Fraction(1, 2)),
        Ensemble("pennington2017.marchenko_pastur", Fraction(1), Fraction(4)),
    ),
}
"""A scale that is not 1, and an atom."""
POINTS: dict[tuple[str, str], tuple[Point, ...]] = {
    key: tuple(point for point in criteria.LARGE if point.relu == (key == sums_fit.RELU)) for key in sums_fit.MEASURES
}
"""Sums H_0 + H_1: those that the processor's thorough profile draws."""


def backward_error(spectrum: Floats) -> float:
    """By how much two computed spectra of one matrix may differ: 2n · 2u · ‖A‖_F, see ``hessproof.numeric.parity``."""
    return 2 * len(spectrum) * 2 * UNIT * float(np.linalg.norm(spectrum))


def agreeing(draw: Callable[[Device], Floats], place: Device = "cuda") -> tuple[bool, str]:
    """Whether a spectrum from the device is the processor's, within the backward error, and by how much it is off.

    Args:
        draw: Draws the same matrix each time and decomposes it on the device that it is given.
        place: The device.

    Example:
        >>> agreeing(lambda place: np.ones(2), "cpu")
        (True, '0.0e+00 of at most 1.3e-15')
    """
    wanted, found = draw("cpu"), draw(place)
    off, most = float(np.abs(found - wanted).max()), backward_error(wanted)
    return off <= most, f"{off:.1e} of at most {most:.1e}"


def law_measures(one: Ensemble, eigenvalues: Floats, entries: Entries) -> list[tuple[Criterion, float]]:
    """Each criterion of a law, with its value for one spectrum."""
    return [
        (criteria.each(one.claim, "limit", f"{one.words}, {entries} entries", measure, SEEDS, one.kind), value)
        for measure, value in laws_fit.measured(one, eigenvalues).items()
    ]


def _law_work(name: str) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        device.cuda()
        counter, records, controls = Counter(claim(name).part("limit")), list[dict[str, Any]](), list[Mutant]()
        size = SIZES[context.profile]
        for one in LAWS[name]:
            same, apart = agreeing(lambda place, one=one: one.draw(SECOND, SEEDS[0], "sign", place))  # type: ignore[misc]
            spectrum = np.zeros(0)
            for entries in ENTRIES:
                for seed in SEEDS:
                    spectrum = one.draw(size, seed, entries, "cuda")
                    for rule, value in law_measures(one, spectrum, entries):
                        counter.count(CASE, rule.met(value) if same else None)
                        records.append(rule.record([value]))
                context.progress(f"{one.words}, {entries} entries, n = {size} on the GPU")
            records.append({"measures": f"off the processor's spectrum, {one.words}", "values": [apart]})
            controls += laws_fit.wrong_laws(one, spectrum, laws_fit.MUTANTS[context.profile])
        return _finding(f"{len(LAWS[name])} laws, three laws of the entries, n = {size:,}", counter, records, controls)

    return work


def _sum_work(key: tuple[str, str]) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        device.cuda()
        counter, records, controls = Counter(claim(key[0]).part(key[1])), list[dict[str, Any]](), list[Mutant]()
        size = SIZES[context.profile]
        for point in POINTS[key]:
            same, apart = agreeing(lambda place, point=point: _spectrum(SECOND, point, SEEDS[0], place))  # type: ignore[misc]
            for seed in SEEDS:
                job = (size, point, seed)
                drawn = _sum(size, point, seed, "cuda")
                found = sums_fit.measured(job, drawn)
                for measure in sums_fit.MEASURES[key]:
                    rule = criteria.each(*key, f"{point.words}, n = {size}", measure, SEEDS, point.kind)
                    counter.count(CASE, rule.met(found[measure]) if same else None)
                    records.append(rule.record([found[measure]]))
                if point == sums_fit.CONTROLS[key] and seed == SEEDS[-1]:
                    controls += sums_fit.wrong_laws(job, drawn, key)
            context.progress(f"{point.words}, n = {size} on the GPU")
            records.append({"measures": f"off the processor's spectrum, {point.words}", "values": [apart]})
        return _finding(f"{len(POINTS[key])} sums, n = {size:,}", counter, records, controls)

    return work


def _finding(scope: str, counter: Counter, records: list[dict[str, Any]], controls: list[Mutant]) -> Finding:
    return Finding(
        Strength.SAMPLE,
        f"{scope}, {len(SEEDS)} seeds",
        counter.tally,
        counter.regions,
        tuple(controls),
        details={"device": device.told(), "criteria": records},
    )


def _sum(size: int, point: Point, seed: int, place: Device) -> SumSpectrum:
    return sum_spectrum(
        size, float(point.epsilon), float(point.tau), relu=point.relu, entries="sign", seed=seed, device=place
    )


def _spectrum(size: int, point: Point, seed: int, place: Device) -> Floats:
    return _sum(size, point, seed, place).eigenvalues


def _law_statement(name: str) -> Callable[[], object]:
    return lambda: [laws_fit.published(one) for one in LAWS[name]]


def _law_demonstration(name: str) -> Callable[[], object]:
    def demonstrate() -> None:
        one = LAWS[name][0]
        agreeing(lambda place: one.draw(8, 1, "sign", place), "cpu")
        law_measures(one, one.draw(8, 1, "sign"), "sign")

    return demonstrate


_SMALL = 8


def _sum_statement(key: tuple[str, str]) -> Callable[[], object]:
    def state() -> None:
        point = POINTS[key][-1]
        sums_fit.measured((_SMALL, point, 1), _sum(_SMALL, point, 1, "cpu"))

    return state


def _sum_demonstration(key: tuple[str, str]) -> Callable[[], object]:
    def demonstrate() -> None:
        point = POINTS[key][-1]
        agreeing(lambda place: _spectrum(_SMALL, point, 1, place), "cpu")
        sums_fit.measured((_SMALL, point, 1), _sum(_SMALL, point, 1, "cpu"))

    return demonstrate


CHECKS = tuple(
    FunctionCheck(
        name, "limit", "gpu", Engine.GPU, IDEA, _law_work(name), _law_demonstration(name),
        statement=_law_statement(name),
    )
    for name in LAWS
) + tuple(
    FunctionCheck(*key, "gpu", Engine.GPU, IDEA, _sum_work(key), _sum_demonstration(key), statement=_sum_statement(key))
    for key in POINTS
)  # fmt: skip
