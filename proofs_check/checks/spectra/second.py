"""The second route to the experiments: Hessians by complex steps in the neurons, eigenvalues counted by inertia.

Sizes are smaller than the paper's where the claim allows it. Weights are drawn here, by Glorot's normal scheme.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.datasets import digits
from hessproof.numeric.spectra.inertia import magnitude
from hessproof.numeric.spectra.neuron_step import neuron_step_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.criteria import spectra as criteria
from hessproof.proofs_check.criteria import spectra_quick
from hessproof.proofs_check.criteria import spectra_third as later
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.spectra import SHARE, SIZES
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

Array = npt.NDArray[np.float64]
STEPS = "a complex step in every neuron, |λ_i| by bisection on the inertia of H − tI"
STEPS_ALL = "a complex step in every neuron, eigenvalues or singular values"
FORMULA = "loss_generic"


@dataclass(frozen=True, eq=False)
class Network:
    """A network, its data and its Hessian by complex steps."""

    architecture: Architecture
    inputs: Array
    hessian: Array

    @cached_property
    def relative(self) -> Array:
        """|λ_i| / |λ_1|, decreasing."""
        values = np.sort(np.abs(np.linalg.eigvalsh(self.hessian)))[::-1]
        return np.asarray(values / values[0])

    @property
    def data_rank(self) -> int:
        """r."""
        return int(np.linalg.matrix_rank(self.inputs))

    def predicted(self, formula: RankFormula | None = None) -> int:
        """ρ; K − 1 for K under cross-entropy."""
        widths = self.architecture.widths
        if self.architecture.loss == "cross-entropy":
            widths = (*widths[:-1], widths[-1] - 1)
        r = self.data_rank
        return (formula or FORMULAS[FORMULA]).evaluate(Architecture(widths), r, min(r, widths[-1]))

    @property
    def case(self) -> Case:
        """(architecture, r, s)."""
        return Case(self.architecture, self.data_rank, min(self.data_rank, self.architecture.outputs))


def draw(architecture: Architecture, samples: int, seed: int) -> Network:
    """Glorot-normal weights on the first digits, pixels between 0 and 1."""
    inputs, targets = (np.asarray(part) for part in digits(architecture.inputs, samples).floats())
    rng = np.random.default_rng([seed, 7])
    weights = [rng.standard_normal(shape) * math.sqrt(2 / sum(shape)) for shape in architecture.weight_shapes]
    return Network(architecture, inputs, neuron_step_hessian(architecture, weights, inputs, targets))


Value = Callable[[Network, int], float]


def gap(network: Network, rank: int) -> float:
    """|λ_ρ| / |λ_{ρ+1}| by bisection; below 10^-18 |λ_1| counts as that."""
    if not 0 < rank < len(network.hessian):
        return 1.0
    return magnitude(network.hessian, rank) / magnitude(network.hessian, rank + 1)


def tail(network: Network, rank: int) -> float:
    """|λ_{ρ+1}| / |λ_1| by bisection."""
    if not 0 <= rank < len(network.hessian):
        return 0.0
    return magnitude(network.hessian, rank + 1) / magnitude(network.hessian, 1)


def decades(network: Network, rank: int) -> float:
    """Powers of ten of the tolerance within 10 % of ρ."""
    relative = np.maximum(network.relative, 1e-16)
    low, high = math.floor(rank * (1 + SHARE)), max(math.ceil(rank * (1 - SHARE)), 1)
    below = relative[low] if low < len(relative) else 1e-16
    return float(np.log10(relative[min(high, len(relative)) - 1] / below))


def lost(network: Network, rank: int) -> float:
    """‖H − H_ρ‖ / ‖H‖ with H_ρ put together from singular vectors."""
    left, values, right = np.linalg.svd(network.hessian)
    cut = (left[:, :rank] * values[:rank]) @ right[:rank]
    return float(np.linalg.norm(network.hessian - cut) / np.linalg.norm(network.hessian))


@dataclass(frozen=True, slots=True)
class Run:
    """A part, its network and its number; ``large`` runs at the paper's widths."""

    claim: str
    part: str
    activation: str
    loss: str
    value: Value
    large: bool = False

    def rules(self, profile: Profile) -> list[tuple[Criterion, tuple[int, ...], int]]:
        """Criterion, widths and samples of every size of a profile."""
        if not self.large:
            return [(criteria.criterion(self.claim, self.part, "tiny"), *SIZES["tiny"][:2])]
        found: list[tuple[Criterion, tuple[int, ...], int]] = [
            (spectra_quick.quick(self.part, "second"), spectra_quick.WIDTHS, spectra_quick.SAMPLES)
        ]
        if profile is not Profile.QUICK:
            found.append((later.third(self.part, profile is Profile.THOROUGH), later.WIDTHS, later.SAMPLES))
        return found


RUNS = (
    Run("singh2021.spectrum", "linear", "linear", "mse", gap),
    Run("singh2021.spectrum", "relu", "relu", "mse", gap),
    Run("singh2021.nonlinear_numrank", "tanh", "tanh", "mse", decades, True),
    Run("singh2021.nonlinear_numrank", "relu", "relu", "mse", decades, True),
    Run("singh2021.nonlinear_numrank", "tiny", "tanh", "mse", tail),
    Run("singh2021.reconstruction", "main", "relu", "cross-entropy", lost),
)


def mutants(rule: Criterion, network: Network, value: Value, most: int) -> Iterator[Mutant]:
    """Ranks of generated variants of the formula, evenly chosen: the criterion must be missed."""
    rank = network.predicted()
    found = {network.predicted(mutant): mutant.mutation for mutant in FORMULAS[FORMULA].mutants()}
    wrong = sorted(one for one in found if one != rank and 0 <= one < len(network.hessian))
    for one in wrong[:: max(1, len(wrong) // most)][:most]:
        missed = not rule.met(value(network, one))
        yield Mutant(
            description=f"ρ = {one} ({found[one]}) for {rank}", caught=missed,
            by="the criterion is missed" if missed else "the criterion is met as well",
        )  # fmt: skip


def _work(run: Run) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(run.claim).part(run.part))
        records: list[dict[str, Any]] = []
        controls: list[Mutant] = []
        for rule, widths, samples in run.rules(context.profile):
            values = []
            for seed in rule.seeds:
                network = draw(Architecture(widths, activation=run.activation, loss=run.loss), samples, seed)
                values.append(run.value(network, network.predicted()))
                counter.count(network.case, rule.met(values[-1]))
                if seed == rule.seeds[0]:
                    controls += mutants(rule, network, run.value, 30 if run.large else 3)
            records.append(rule.record(values))
        details: dict[str, Any] = {"criteria": records}
        if run.large:
            details["values under an earlier criterion, badly posed"] = later.EARLIER[run.part]
        scope = "Glorot-normal initialisation, " + "; ".join(record["configuration"] for record in records)
        return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls), details=details)

    return work


def demonstrate() -> None:
    """A tiny network of every kind."""
    for run in RUNS:
        network = draw(Architecture((4, 2, 10), activation=run.activation, loss=run.loss), 10, 0)
        run.value(network, network.predicted())


CHECKS = tuple(
    FunctionCheck(
        run.claim, run.part, "complex steps", Engine.FLOAT, STEPS_ALL if run.value in (decades, lost) else STEPS,
        _work(run), demonstrate,
    )
    for run in RUNS
)  # fmt: skip
