"""Spectra at initialisation (Fig. 1, 3 and 4): float64 Hessians and their eigenvalues, judged by committed criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import spectra as criteria
from hessproof.proofs_check.criteria import spectra_quick
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.spectra import SHARE, SIZES
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.spectra.figures import counts_figure, spectrum_figure, truncation_figure
from hessproof.proofs_check.spectra.networks import Setting, setting
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS

IDEA = "Khatri–Rao assembled Hessians in float64, all eigenvalues by LAPACK"
Value = Callable[[Spectrum, int], float]


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a claim: its network, its number, and the sizes at which it is run by profile.

    Args:
        claim: Id.
        part: Key.
        activation: Of the hidden layers.
        loss: Name of the loss.
        value: The number, from the spectrum and ρ.
        sizes: Sizes by profile.
        figure: Makes a figure of the first run, or None.
    """

    claim: str
    part: str
    activation: str
    loss: str
    value: Value
    sizes: dict[Profile, tuple[str, ...]]
    figure: Callable[[Setting, Spectrum, int, str], Figure] | None = None


def gap(spectrum: Spectrum, rank: int) -> float:
    """|λ_ρ| / |λ_{ρ+1}|, at most 10^300."""
    return min(spectrum.gap(rank), 1e300)


def decades(spectrum: Spectrum, rank: int) -> float:
    """Powers of ten of the tolerance within 10 % of ρ."""
    return spectrum.decades(rank, SHARE)


def tail(spectrum: Spectrum, rank: int) -> float:
    """|λ_{ρ+1}| / |λ_1|."""
    return spectrum.at(rank + 1)


def lost(spectrum: Spectrum, rank: int) -> float:
    """‖H − H_ρ‖ / ‖H‖."""
    return spectrum.truncation(rank)


_SMALL = {
    Profile.QUICK: ("tiny",),
    Profile.STANDARD: ("small", "one"),
    Profile.THOROUGH: ("small", "paper"),
}
_PAPER = {
    Profile.QUICK: ("quick",),
    Profile.STANDARD: ("quick", "one"),
    Profile.THOROUGH: ("quick", "paper"),
}

RUNS = (
    Run("singh2021.spectrum", "linear", "linear", "mse", gap, _SMALL, spectrum_figure),
    Run("singh2021.spectrum", "relu", "relu", "mse", gap, _SMALL, spectrum_figure),
    Run("singh2021.nonlinear_numrank", "tanh", "tanh", "mse", decades, _PAPER, counts_figure),
    Run("singh2021.nonlinear_numrank", "relu", "relu", "mse", decades, _PAPER, counts_figure),
    Run("singh2021.nonlinear_numrank", "tiny", "tanh", "mse", tail, _SMALL, None),
    Run("singh2021.reconstruction", "main", "relu", "cross-entropy", lost, _SMALL, truncation_figure),
)


def case_of(one: Setting) -> Case:
    """(architecture, r, s), s as large as it can be."""
    r = one.data_rank
    return Case(one.architecture, r, min(r, one.architecture.outputs))


def shape(size: str) -> tuple[tuple[int, ...], int, str]:
    """Widths, samples and words of a size."""
    if size == "quick":
        return spectra_quick.WIDTHS, spectra_quick.SAMPLES, spectra_quick.WORDS
    return SIZES[size]


def rule_of(run: Run, size: str) -> Criterion:
    """The criterion of a run at a size."""
    if size == "quick":
        return spectra_quick.quick(run.part, "first")
    return criteria.criterion(run.claim, run.part, size)


def network(run: Run, size: str, seed: int) -> Setting:
    """The network of a run at a size."""
    widths, samples, _ = shape(size)
    return setting(Architecture(widths, activation=run.activation, loss=run.loss), "digits", samples, seed)


def mutants(rule: Criterion, one: Setting, spectrum: Spectrum, value: Value) -> Iterator[Mutant]:
    """The number at the ranks that generated variants of the formula give: the criterion must be missed."""
    formula = FORMULAS["loss_generic"]
    rank, seen = one.predicted(), set[int]()
    for mutant in formula.mutants():
        wrong = one.predicted(formula=mutant)
        if wrong == rank or wrong in seen or not 0 <= wrong < spectrum.size:
            continue
        seen.add(wrong)
        missed = not rule.met(value(spectrum, wrong))
        yield Mutant(
            description=f"ρ = {wrong} ({mutant.mutation}) for {rank}", caught=missed,
            by="the criterion is missed" if missed else "the criterion is met as well",
        )  # fmt: skip


def _work(run: Run) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(run.claim).part(run.part))
        records: list[dict[str, Any]] = []
        controls: list[Mutant] = []
        figures: list[Figure] = []
        for size in run.sizes[context.profile]:
            rule = rule_of(run, size)
            values = []
            for seed in rule.seeds:
                one = network(run, size, seed)
                found = context.shared(_key(run, size, seed), partial(_spectrum, one))
                rank = one.predicted()
                values.append(run.value(found, rank))
                counter.count(case_of(one), rule.met(values[-1]))
                if seed == rule.seeds[0]:
                    controls += mutants(rule, one, found, run.value)
                    if run.figure is not None:
                        figures.append(run.figure(one, found, rank, f"{run.claim}-{run.part}-{size}"))
            records.append(rule.record(values))
        sizes = "; ".join(shape(size)[2] for size in run.sizes[context.profile])
        return Finding(
            Strength.SAMPLE, f"Glorot-normal initialisation, {sizes}", counter.tally, counter.regions,
            tuple(controls), details={
                "criteria": records,
                "figures": [figure.model_dump(mode="json") for figure in figures],
            },
        )  # fmt: skip

    return work


def _spectrum(one: Setting) -> Spectrum:
    return Spectrum.of(one.hessian())


def _key(run: Run, size: str, seed: int) -> str:
    widths, samples, _ = shape(size)
    return f"spectrum-{'-'.join(map(str, widths))}-{samples}-{run.activation}-{run.loss}-{seed}"


def demonstrate() -> None:
    """A tiny network of every kind."""
    for run in RUNS:
        one = setting(Architecture((4, 2, 10), activation=run.activation, loss=run.loss), "digits", 10, 0)
        found = Spectrum.of(one.hessian())
        run.value(found, one.predicted())


CHECKS = tuple(
    FunctionCheck(run.claim, run.part, "eigenvalues", Engine.FLOAT, IDEA, _work(run), demonstrate) for run in RUNS
)
