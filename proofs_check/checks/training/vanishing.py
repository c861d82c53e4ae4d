"""The functional Hessian as the residual vanishes: bounded by it, linear in it, and numerically of rank zero.

The experiment (criteria ``criteria.training``) counts eigenvalues above a fixed tolerance: Fig. 5 (right) in miniature.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from hessproof.numeric.instance import special_instance
from hessproof.numeric.kernels import hessian
from hessproof.numeric.reference import reference_hessian
from hessproof.numeric.training.descent import sample_gradient
from hessproof.numeric.training.flow import gradient_flow
from hessproof.numeric.training.initialisation import Parameters, initial_parameters
from hessproof.numeric.training.problem import LinearProblem
from hessproof.numeric.training.runge_kutta import difference_hessian, fixed_step_flow
from hessproof.numeric.training.teacher import linear_teacher
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks import preliminaries
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.criteria import training as criteria
from hessproof.proofs_check.enumeration import architectures_within, cases
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.proofs_check.reproduction.figure_5 import panels
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic import layer_blocks
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs
from hessproof.symbolic.words import Omega, times

CLAIM = "hessproof.vanishing_residual"
SMALL = Architecture.parse(criteria.SMALL)
STEP = 0.04
RANGES = {Profile.QUICK: (2, 2), Profile.STANDARD: (3, 2), Profile.THOROUGH: (3, 3)}


def words_with_residual() -> dict[str, int]:
    """How often Ω occurs in the derived blocks of the functional Hessian, and in those of the outer one."""
    found = {"H_f, k < l": layer_blocks.eq4(), "H_f, k > l": layer_blocks.eq5(), "H_o": layer_blocks.eq3()}
    return {name: _count(derivation.final) for name, derivation in found.items()}


def _count(expression: Any) -> int:
    return int(isinstance(expression, Omega)) + sum(map(_count, getattr(expression, "args", ())))


def _linear(context: Context) -> Finding:
    counts, tally = words_with_residual(), Tally()
    tally.count(counts["H_f, k < l"] == counts["H_f, k > l"] == 1)
    controls = (
        Mutant(description="a block of H_o in place of one of H_f", caught=counts["H_o"] != 1, by="Ω does not occur"),
        Mutant(description="Ω twice", caught=_count(times(Omega().T, Omega())) != 1, by="the count"),
    )
    finding = examine((layer_blocks.eq4(), layer_blocks.eq5()), context)
    tally.failed += finding.tally.failed
    return Finding(
        Strength.PROOF, "all sizes", tally, controls=controls,
        details={**finding.details, "how often Ω occurs in a block": counts},
    )  # fmt: skip


def norms(widths: tuple[int, ...], data_rank: int, residual_rank: int) -> Iterator[tuple[int, int, int, int]]:
    """(k, l, ‖H_f^{kl}‖², the bound squared) at drawn integer weights, from the definition of the Hessian."""
    architecture = Architecture(widths)
    stream = np.random.default_rng([data_rank, residual_rank, *widths])
    weights = [stream.integers(-5, 6, shape) for shape in architecture.weight_shapes]
    sigma = np.diag([int(i < data_rank) for i in range(widths[0])])
    omega = np.zeros((widths[-1], widths[0]), dtype=np.int64)
    omega[range(residual_rank), range(residual_rank)] = stream.integers(1, 9, residual_rank)
    matrix = reference_hessian(special_instance(architecture, weights, sigma, omega), "functional")
    for k in range(1, architecture.layers + 1):
        for l in range(k + 1, architecture.layers + 1):
            block = matrix[architecture.slices[k - 1], architecture.slices[l - 1]]
            around = (_chain(weights, l - 1, k + 1, widths), _chain(weights, k - 1, 1, widths), omega,
                      _chain(weights, architecture.layers, l + 1, widths))  # fmt: skip
            bound = 1
            for factor in around:
                bound *= _square(factor)
            yield k, l, _square(block), bound


def _chain(weights: list[Any], first: int, last: int, widths: tuple[int, ...]) -> Any:
    result = np.eye(widths[last - 1], dtype=np.int64)
    for layer in range(last, first + 1):
        result = weights[layer - 1] @ result
    return result


def _square(matrix: Any) -> int:
    return sum(int(entry) ** 2 for entry in np.asarray(matrix).flat)


def _norms(context: Context) -> Finding:
    counter, controls = Counter(claim(CLAIM).part("norm")), list[Mutant]()
    depth, width = RANGES[context.profile]
    tight = 0
    for architecture in architectures_within(depth, width):
        for case in cases(architecture):
            for k, l, value, bound in norms(architecture.widths, case.data_rank, case.residual_rank):
                counter.count(case, value <= bound)
                tight += value == bound
                if value == bound > 0:
                    text = f"the bound of block ({k}, {l}) of {architecture} less one"
                    controls.append(Mutant(description=text, caught=value > bound - 1, by="the block's norm"))
    return Finding(
        Strength.SAMPLE, f"drawn integer weights for all cases with L ≤ {depth} and widths ≤ {width}", counter.tally,
        counter.regions, tuple(controls), details={"blocks at which the bound is attained": tight},
    )  # fmt: skip


Counts = tuple[int, int, int]
"""Numerical ranks of H_f, H_L and H_o."""


def tolerance(largest: float) -> float:
    """The tolerance, from ‖H_L‖ at the start."""
    return criteria.RELATIVE * largest


TIMES = (0.0, 0.1, 1.0, 3.0, 10.0, 30.0, 60.0, 100.0, 200.0, criteria.END)
"""Times of the picture."""


@cache
def pictures(seed: int) -> list[dict[str, Any]]:
    """Fig. 5 in miniature, with exact ranks at the start, in the middle and at the end."""
    problem = LinearProblem(SMALL, *linear_teacher(SMALL, seed=seed))
    start = initial_parameters(SMALL, "glorot-normal", seed)
    path = gradient_flow(problem.gradient, start, TIMES, relative=1e-8, absolute=1e-11)
    found = panels(problem, path, (0, 5, 9), "whitened Gaussian inputs", "fig5-small", Store())
    return [panel.model_dump() for panel in found]


@cache
def counted(seed: int) -> tuple[Counts, Counts]:
    """Numerical ranks at the start and at the end, eigenvalues of the assembled Hessians along an adaptive flow."""
    problem = LinearProblem(SMALL, *linear_teacher(SMALL, seed=seed))
    start = initial_parameters(SMALL, "glorot-normal", seed)
    path = gradient_flow(problem.gradient, start, [0.0, criteria.END], relative=1e-8, absolute=1e-11)
    limit = tolerance(_norm(problem, start))
    one, two = (_numbers(problem, state, limit) for state in path.states)
    return one, two


def _hessian(problem: LinearProblem, state: Parameters, part: Any) -> Any:
    return np.asarray(hessian(state, problem.sigma, problem.omega(state), part))


def _norm(problem: LinearProblem, state: Parameters) -> float:
    return float(np.abs(np.linalg.eigvalsh(_hessian(problem, state, "loss"))).max())


def _numbers(problem: LinearProblem, state: Parameters, limit: float) -> Counts:
    parts = (_hessian(problem, state, part) for part in ("functional", "loss", "outer"))
    one, two, three = (int((np.abs(np.linalg.eigvalsh(matrix)) > limit).sum()) for matrix in parts)
    return one, two, three


@cache
def differenced(seed: int) -> tuple[Counts, Counts]:
    """The same by a fixed-step integrator and differences of gradients over samples; H_o is H_L at fitted labels.

    H_f = H_L − H_o. The samples are x_i = √d e_i.
    """
    sigma, cross = linear_teacher(SMALL, seed=seed)
    inputs, targets = np.sqrt(len(sigma)) * sigma, np.sqrt(len(sigma)) * cross.T
    gradient = sample_gradient(inputs, targets)
    start = initial_parameters(SMALL, "glorot-normal", seed)
    end = fixed_step_flow(gradient, start, criteria.END, STEP)
    limit = tolerance(float(np.abs(np.linalg.eigvalsh(difference_hessian(gradient, start))).max()))
    one, two = (_difference_numbers(inputs, targets, state, limit) for state in (start, end))
    return one, two


def _difference_numbers(inputs: Any, targets: Any, state: Parameters, limit: float) -> Counts:
    outputs = inputs
    for matrix in state:
        outputs = outputs @ matrix.T
    loss = difference_hessian(sample_gradient(inputs, targets), state)
    outer = difference_hessian(sample_gradient(inputs, outputs), state)
    one, two, three = (
        int((np.abs(np.linalg.eigvalsh(matrix)) > limit).sum()) for matrix in (loss - outer, loss, outer)
    )
    return one, two, three


def _numerical(route: Any, *, drawn: bool = False) -> Any:
    def work(context: Context) -> Finding:
        tally, controls, ends, starts = Tally(), list[Mutant](), list[Counts](), list[Counts]()
        for seed in criteria.FUNCTIONAL_RANK.seeds:
            start, end = route(seed)
            starts.append(start)
            ends.append(end)
            tally.count(_met(end))
            controls.append(
                Mutant(description=f"before training, seed {seed}", caught=not _met(start), by=f"ranks {start}")
            )
        return Finding(
            Strength.SAMPLE, "the network and seeds of the criteria", tally, {}, tuple(controls),
            details={
                "criteria": [
                    criteria.FUNCTIONAL_RANK.record([float(end[0]) for end in ends]),
                    criteria.LOSS_RANK.record([float(abs(end[1] - end[2])) for end in ends]),
                ],
                "numerical ranks of H_f, H_L, H_o at the start": starts,
                "numerical ranks of H_f, H_L, H_o at the end": ends,
                **({"figures": pictures(criteria.FUNCTIONAL_RANK.seeds[0])} if drawn and _has_time(context) else {}),
            },
        )  # fmt: skip

    return work


def _has_time(context: Context) -> bool:
    return context.profile != Profile.QUICK


def _met(ranks: Counts) -> bool:
    functional, loss, outer = ranks
    return criteria.FUNCTIONAL_RANK.met(float(functional)) and criteria.LOSS_RANK.met(float(abs(loss - outer)))


def demonstrate_bound() -> None:
    """The bound, derived; and the blocks, read."""
    for derivation in proofs.vanishing():
        derivation.check(0, count=1)
    words_with_residual()


def demonstrate_norms() -> None:
    """Norms at one tiny network."""
    list(norms((1, 1, 1), 1, 1))


def state_blocks() -> None:
    """Write the blocks down."""
    preliminaries.blocks(2)
    demonstrate_assembled()


def demonstrate_assembled() -> None:
    """Ranks at the start of a tiny flow."""
    tiny = Architecture((2, 1, 1))
    problem = LinearProblem(tiny, *linear_teacher(tiny))
    path = gradient_flow(problem.gradient, initial_parameters(tiny), [0.0, 0.1])
    _numbers(problem, path.states[-1], 1e-6)


def demonstrate_differences() -> None:
    """Ranks at the end of a tiny flow, by differences."""
    tiny = Architecture((2, 1, 1))
    sigma, cross = linear_teacher(tiny)
    end = fixed_step_flow(sample_gradient(sigma, cross.T), initial_parameters(tiny), 0.1, 0.05)
    _difference_numbers(sigma, cross.T, end, 1e-6)


CHECKS = (
    FunctionCheck(
        CLAIM, "at_zero", "blocks are linear in Ω", Engine.SYMBOLIC,
        "how often Ω occurs in the derived blocks for symbolic layers", _linear, demonstrate_bound,
        derivations=lambda: (layer_blocks.eq4(), layer_blocks.eq5()),
    ),
    FunctionCheck(
        CLAIM, "norm", "derivation", Engine.SYMBOLIC, DERIVED, lambda context: examine(proofs.vanishing(), context),
        demonstrate_bound, derivations=proofs.vanishing,
    ),
    FunctionCheck(
        CLAIM, "norm", "definition", Engine.EXACT, "squared norms of blocks of the definition's Hessian, in integers",
        _norms, demonstrate_norms,
    ),
    FunctionCheck(
        CLAIM, "numerical", "eigenvalues of assembled Hessians", Engine.FLOAT,
        "adaptive gradient flow, eigenvalues of the Hessians assembled from their blocks",
        _numerical(counted, drawn=True), demonstrate_assembled, statement=state_blocks,
    ),
    FunctionCheck(
        CLAIM, "numerical", "eigenvalues of differences", Engine.FLOAT,
        "fixed-step gradient flow, eigenvalues of differences of gradients over samples", _numerical(differenced),
        demonstrate_differences,
    ),
)  # fmt: skip
