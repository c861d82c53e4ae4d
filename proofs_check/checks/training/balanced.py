"""Lemma 8 and what stands in its place: derivations, exact power series of the flow, and integrated trajectories.

The series are exact: at rational balanced starts of every rank, every Taylor coefficient of every weight must stay in
the range and in the row space that the start gives it. The integrator looks at singular values instead, at late times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import numpy as np

from hessproof.numeric.training.exact_balanced import rational_balanced
from hessproof.numeric.training.flow import gradient_flow
from hessproof.numeric.training.initialisation import balanced_parameters
from hessproof.numeric.training.problem import LinearProblem
from hessproof.numeric.training.series import Series, difference, flow_series, product, rational, transposed
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.enumeration import architectures_within
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.derivation import Derivation
from hessproof.symbolic.flow import centred, conservation, hidden_space, linear_solution, polar, proofs

SERIES = "exact power series of the flow from rational balanced starts, coefficient by coefficient"
FLOAT = "trajectories by an adaptive Runge-Kutta method, singular values at late times"
ORDER = {Profile.QUICK: 3, Profile.STANDARD: 5, Profile.THOROUGH: 8}
WIDTHS = {Profile.QUICK: (2, 2), Profile.STANDARD: (3, 2), Profile.THOROUGH: (3, 3)}
"""Largest L and width."""
TIMES = (0.0, 1.0, 10.0)
"""Times with centred classes. Without them directions outside of the hidden spaces may be unstable and magnify the
integrator's error, so that only the first two are looked at."""
RELATIVE_RANK = 1e-6


@dataclass(frozen=True)
class Start:
    """Rational weights and data.

    Args:
        architecture: The network.
        rank: Common rank of the weights.
        weights: W^1, …, W^L.
        sigma: Σ.
        cross: Σ_yx.
    """

    architecture: Architecture
    rank: int
    weights: list[list[list[Fraction]]]
    sigma: list[list[int]]
    cross: list[list[int]]

    @property
    def case(self) -> Case:
        """The architecture with r = d and s = min(d, K): the data are generic."""
        inputs, outputs = self.architecture.inputs, self.architecture.outputs
        return Case(self.architecture, inputs, min(inputs, outputs))


def start_of(architecture: Architecture, rank: int, *, centred: bool, seed: int = 0) -> Start:
    """A balanced start of a rank, with drawn data; with centred classes Σ_yx = 0."""
    stream = np.random.default_rng([seed, rank, *architecture.widths])
    x = stream.integers(-3, 4, (architecture.inputs, architecture.inputs + 1))
    y = stream.integers(-3, 4, (architecture.outputs, architecture.inputs + 1))
    cross = y.dot(x.T) * (not centred)
    weights = rational_balanced(architecture, rank, seed)
    return Start(architecture, rank, weights, x.dot(x.T).tolist(), cross.tolist())


def imbalance_conserved(series: Sequence[Series]) -> bool:
    """Whether W^{l+1⊤}W^{l+1} − W^lW^{l⊤} has no power of t beyond the zeroth."""
    for lower, upper in pairwise(series):
        gap = difference(product(transposed(upper), upper), product(lower, transposed(lower)))
        if any(coefficient != gap[0] * 0 for coefficient in gap[1:]):
            return False
    return True


def spaces_kept(series: Sequence[Series]) -> bool:
    """Whether ranges (below the last layer) and row spaces (above the first) stay what they are at t = 0."""
    last = len(series) - 1
    for layer, one in enumerate(series):
        if layer < last and not _inside(one):
            return False
        if layer > 0 and not _inside(transposed(one)):
            return False
    return True


def _inside(series: Series) -> bool:
    """Whether every coefficient has its range in that of the first."""
    rank = int(series[0].rank())
    return all(int(_beside(series[0], matrix).rank()) == rank for matrix in series[1:])


def _beside(one: flint.fmpq_mat, two: flint.fmpq_mat) -> flint.fmpq_mat:
    rows, left, right = one.nrows(), one.ncols(), two.ncols()
    entries = [x for i in range(rows) for x in (*(one[i, j] for j in range(left)), *(two[i, j] for j in range(right)))]
    return flint.fmpq_mat(rows, left + right, entries)


def run(start: Start, order: int) -> list[Series]:
    """The series of all weights."""
    return flow_series(start.weights, start.sigma, start.cross, order)


def starts(context: Context, *, centred: bool, keep: Callable[[Architecture], bool]) -> Iterator[Start]:
    """Balanced starts of every rank for the architectures of the profile."""
    depth, width = WIDTHS[context.profile]
    for architecture in architectures_within(depth, width):
        if keep(architecture):
            for rank in range(min(architecture.widths) + 1):
                yield start_of(architecture, rank, centred=centred)


def disturbed(start: Start) -> Iterator[tuple[str, Start]]:
    """The start with one entry of one weight changed: no longer balanced."""
    for layer, matrix in enumerate(start.weights):
        for i, row in enumerate(matrix):
            for j in range(len(row)):
                weights = [[list(line) for line in other] for other in start.weights]
                weights[layer][i][j] += 1
                name = f"{start.architecture}, rank {start.rank}, entry ({i + 1}, {j + 1}) of W^{layer + 1} plus one"
                yield name, Start(start.architecture, start.rank, weights, start.sigma, start.cross)


def kept(start: Start, order: int) -> bool:
    """Whether all that Lemma 8 needs stays along the series."""
    series = run(start, order)
    if start.architecture.layers == 1:
        return _inside(series[0])  # W_0 exp(−ηΣt) has the range of W_0
    return imbalance_conserved(series) and spaces_kept(series)


def series_work(name: str, key: str, *, centred: bool, keep: Callable[[Architecture], bool]) -> Any:
    """Balanced starts, coefficient by coefficient; the controls are the same starts with an entry changed."""

    def work(context: Context) -> Finding:
        counter, controls = Counter(claim(name).part(key)), list[Mutant]()
        order = ORDER[context.profile]
        for start in starts(context, centred=centred, keep=keep):
            counter.count(start.case, kept(start, order))
            if start.architecture.layers == 2 and 0 < start.rank < min(start.architecture.widths[:2]):
                for description, other in disturbed(start):
                    caught = not kept(other, order)
                    if caught or _unbalanced_matters(other):
                        reason = "a coefficient leaves the hidden space" if caught else "not noticed"
                        controls.append(Mutant(description=description, caught=caught, by=reason))
        controls += _wrong_flow(centred, order)
        depth, width = WIDTHS[context.profile]
        return Finding(
            Strength.SAMPLE,
            f"a rational balanced start of every rank for all architectures with L ≤ {depth} and widths ≤ {width} in "
            f"the domain, up to t^{order}",
            counter.tally, counter.regions, tuple(controls), details={"highest power of t": order},
        )  # fmt: skip

    return work


def _unbalanced_matters(start: Start) -> bool:
    """Whether the changed start has a weight below its maximal rank and a neighbour that reaches outside of it."""
    one, two = (rational(matrix) for matrix in start.weights)
    both = _beside(one, two.transpose())
    return int(both.rank()) > int(one.rank())


def _wrong_flow(centred: bool, order: int) -> Iterator[Mutant]:
    """Another vector field: the transposed residual in a square network, which conserves nothing."""
    start = start_of(Architecture((2, 2, 2)), 1, centred=centred)
    series = run(start, order)
    wrong = [series[0], transposed(series[1])]
    caught = not (imbalance_conserved(wrong) and spaces_kept(wrong))
    yield Mutant(description="W^2 transposed along the series of 2-2-2", caught=caught, by="imbalance or spaces")


def conservation_work(context: Context) -> Finding:
    """The imbalance of arbitrary starts, coefficient by coefficient."""
    counter, controls = Counter(claim("hessproof.balanced_flow").part("conservation")), list[Mutant]()
    order = ORDER[context.profile]
    for start in starts(context, centred=False, keep=lambda architecture: architecture.layers > 1):
        for _, other in disturbed(start):
            series = run(other, order)
            counter.count(other.case, imbalance_conserved(series))
            wrong = [[matrix * (1 + power) for power, matrix in enumerate(series[0])], *series[1:]]
            moving = any(matrix != matrix * 0 for matrix in series[0][1:])
            if moving:
                caught = not imbalance_conserved(wrong)
                controls.append(Mutant(description="W^1 at another speed", caught=caught, by="the imbalance"))
            break
    return Finding(
        Strength.SAMPLE, f"one unbalanced start for every rank and architecture, up to t^{order}", counter.tally,
        counter.regions, tuple(controls),
    )  # fmt: skip


def float_work(name: str, key: str, *, centred: bool, keep: Callable[[Architecture], bool]) -> Any:
    """Integrated trajectories from balanced starts of every rank."""

    def work(context: Context) -> Finding:
        counter, controls, gaps = Counter(claim(name).part(key)), list[Mutant](), list[float]()
        for widths in ((2, 2, 2), (3, 3, 3), (3, 3, 3, 3), (4, 3, 2), (2, 4, 3), (3, 3)):
            architecture = Architecture(widths)
            if not keep(architecture) or (architecture.layers == 1 and not centred):
                continue
            for rank in range(min(widths) + 1):
                case = Case(architecture, widths[0], min(widths[0], widths[-1]))
                ranks, gap = ranks_along(architecture, rank, centred=centred)
                gaps.append(gap)
                counter.count(case, ranks == {rank})
                if 0 < rank < min(widths) and architecture.layers > 1:
                    wrong, _ = ranks_along(architecture, rank, centred=centred, disturbance=0.3)
                    reason = f"ranks {sorted(wrong)} in place of {rank}"
                    controls.append(
                        Mutant(description=f"{architecture}, not balanced", caught=wrong != {rank}, by=reason)
                    )
        return Finding(
            Strength.SAMPLE, f"balanced starts of every rank, at t = {', '.join(map(str, TIMES))}", counter.tally,
            counter.regions, tuple(controls),
            details={"relative tolerance of ranks": RELATIVE_RANK, "largest σ_{ρ+1}/σ_ρ": max(gaps)},
        )  # fmt: skip

    return work


def ranks_along(
    architecture: Architecture, rank: int, *, centred: bool, disturbance: float = 0.0
) -> tuple[set[int], float]:
    """Numerical ranks of all weights at all times, and the largest quotient of σ_{ρ+1} and σ_ρ.

    A disturbance adds a multiple of a random matrix to the rows of W^2: the weights are no longer balanced.
    """
    stream = np.random.default_rng([rank, *architecture.widths])
    start = list(balanced_parameters(architecture, seed=rank, rank=rank))
    if disturbance:
        start[1] = start[1] + disturbance * stream.standard_normal(start[1].shape)
    mixed = stream.standard_normal((architecture.inputs, architecture.inputs)) / 2
    sigma = mixed @ mixed.T + np.eye(architecture.inputs) / 2
    cross = stream.standard_normal((architecture.outputs, architecture.inputs)) * (not centred)
    problem = LinearProblem(architecture, sigma, cross)
    path = gradient_flow(problem.gradient, start, TIMES if not centred else TIMES[:2], relative=1e-9)
    found, gap = set[int](), 0.0
    for state in path.states:
        for matrix in state:
            values = np.linalg.svd(matrix, compute_uv=False)
            found.add(int((values > RELATIVE_RANK * max(values[0], 1e-3)).sum()))
            if 0 < rank < len(values):
                gap = max(gap, float(values[rank] / values[rank - 1]))
    return found, gap


def _derived(made: Callable[[], tuple[Derivation, ...]]) -> Callable[[Context], Finding]:
    return lambda context: examine(made(), context)


def demonstrate_derivations() -> None:
    """One derivation of each of the three arguments, checked."""
    hidden_space.rank_constant().check(0, numbers=False)
    polar.determinant().check(0, numbers=False)
    linear_solution.centred_rank_constant().check(0, numbers=False)
    for derivation in (conservation.conservation(), hidden_space.balance_projects(), centred.gram_power()):
        derivation.check(0, count=1)


def demonstrate_series() -> None:
    """A balanced start of 2-1-2 and what stays."""
    kept(start_of(Architecture((2, 1, 2)), 1, centred=False), 2)


def demonstrate_float() -> None:
    """A trajectory of 2-2-2."""
    ranks_along(Architecture((2, 2, 2)), 1, centred=False)


def _square(architecture: Architecture) -> bool:
    return len(set(architecture.widths)) == 1


def _deep(architecture: Architecture) -> bool:
    return architecture.layers > 1


def _any(architecture: Architecture) -> bool:
    return True


_ROWS: tuple[tuple[str, str, Callable[[], tuple[Derivation, ...]], bool, Callable[[Architecture], bool]], ...] = (
    ("singh2021.lemma8", "main", proofs.lemma8, True, _square),
    ("hessproof.balanced_flow", "ranks", proofs.balanced_ranks, False, _deep),
    ("hessproof.balanced_flow", "centred", proofs.centred_ranks, True, _any),
)
CHECKS = (
    *(
        FunctionCheck(
            name, key, "derivation", Engine.SYMBOLIC, DERIVED, _derived(made), demonstrate_derivations, derivations=made
        )
        for name, key, made, _, _ in _ROWS
    ),
    *(
        FunctionCheck(
            name, key, "power series", Engine.EXACT, SERIES, series_work(name, key, centred=centred, keep=keep),
            demonstrate_series,
        )
        for name, key, _, centred, keep in _ROWS
    ),
    *(
        FunctionCheck(
            name, key, "integrated trajectories", Engine.FLOAT, FLOAT,
            float_work(name, key, centred=centred, keep=keep), demonstrate_float,
        )
        for name, key, _, centred, keep in _ROWS
    ),
    FunctionCheck(
        "hessproof.balanced_flow", "conservation", "derivation", Engine.SYMBOLIC, DERIVED, _derived(proofs.conserved),
        demonstrate_derivations, derivations=proofs.conserved,
    ),
    FunctionCheck(
        "hessproof.balanced_flow", "conservation", "power series", Engine.EXACT, SERIES, conservation_work,
        demonstrate_series,
    ),
)  # fmt: skip
