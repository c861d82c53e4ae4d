"""Ranks of the weights while a linear network is trained (Fig. 5, left); why non-square weights keep theirs.

Experiments, by the criteria of ``criteria.training``: gradient flow and singular values, gradient descent and exact
ranks. The repair has a derivation, and trajectories from drawn starts that are watched at many times; networks of
square weights, which it does not speak about, do lose rank then.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from hessproof.numeric.training.descent import gradient_descent, sample_gradient
from hessproof.numeric.training.dyadic import float_rank
from hessproof.numeric.training.flow import gradient_flow
from hessproof.numeric.training.initialisation import Parameters, initial_parameters
from hessproof.numeric.training.problem import LinearProblem
from hessproof.numeric.training.series import flow_series
from hessproof.numeric.training.teacher import linear_teacher
from hessproof.numeric.training.trajectory import Trajectory
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.derivations import IDEA as DERIVED
from hessproof.proofs_check.checks.derivations import examine
from hessproof.proofs_check.checks.training.initial import experiment, lowered
from hessproof.proofs_check.criteria import training as criteria
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.flow import proofs

FLOW = "gradient flow by an adaptive Runge-Kutta method, singular values in floating point"
DESCENT = "gradient descent, float64 weights read as dyadic rationals, ranks over Q"
WATCHED = "trajectories from drawn starts, watched at many times by singular values and determinants"
STEPS = (0, 3, 30, 300)
RATE = 0.02


ARCHITECTURE = Architecture.parse(criteria.FIGURE_5)


def start(seed: int) -> Parameters:
    """Weights at the start of a run."""
    return initial_parameters(ARCHITECTURE, "glorot-normal", seed)


def flow(seed: int) -> Trajectory:
    """Gradient flow at the criterion's times."""
    problem = LinearProblem(ARCHITECTURE, *linear_teacher(ARCHITECTURE, seed=seed))
    return gradient_flow(problem.gradient, start(seed), criteria.WEIGHT_TIMES, relative=1e-8, absolute=1e-11)


def descent(seed: int) -> Trajectory:
    """Gradient descent on d whitened samples, x_i = √d e_i, with the teacher's labels."""
    sigma, cross = linear_teacher(ARCHITECTURE, seed=seed)
    gradient = sample_gradient(np.sqrt(len(sigma)) * sigma, np.sqrt(len(sigma)) * cross.T)
    return gradient_descent(gradient, start(seed), STEPS, rate=RATE)


def singular_ratio(seed: int) -> tuple[float, list[Mutant]]:
    """The smallest σ_min/σ_max of a weight matrix along the flow."""
    path = flow(seed)
    ratio = min(_ratio(matrix) for state in path.states for matrix in state)
    wrong = [_ratio(lowered(matrix.T, 0)) for matrix in path.states[-1]]
    return ratio, [
        Mutant(
            description=f"W^{layer} at the end, seed {seed}, with a dependent row or column",
            caught=value < criteria.WEIGHTS_FLOAT.threshold, by=f"ratio {value:.1e}",
        )
        for layer, value in enumerate(wrong, start=1)
    ]  # fmt: skip


def _ratio(matrix: Any) -> float:
    values = np.linalg.svd(matrix, compute_uv=False)
    return float(values[-1] / values[0]) if values[0] else 0.0


def exact_share(seed: int) -> tuple[float, list[Mutant]]:
    """The share of weight matrices of maximal exact rank along gradient descent."""
    path = descent(seed)
    maximal = [float_rank(matrix) == min(matrix.shape) for state in path.states for matrix in state]
    controls = []
    for layer, matrix in enumerate(path.states[-1], start=1):
        wrong = lowered(matrix.T, 0)
        caught = float_rank(wrong) < min(wrong.shape)
        controls.append(
            Mutant(description=f"W^{layer} at the end, seed {seed}, with a dependent row", caught=caught, by="its rank")
        )
    return sum(maximal) / len(maximal), controls


STARTS = {Profile.QUICK: 2, Profile.STANDARD: 6, Profile.THOROUGH: 60}
"""Drawn starts of every network."""
NETWORKS = ((2, 3, 2), (3, 2, 3), (3, 2, 1), (1, 2, 3), (2, 3, 2, 3), (4, 3, 2, 1))
"""Networks without square weights."""
SQUARES = ((1, 1, 1), (2, 2, 2), (1, 1, 1, 1))
"""Networks of square weights, which may lose rank: the controls."""
MOMENTS = (0.0, *(0.02 * 1.25**step for step in range(29)))
"""Times from 0 to 10, close to each other."""
LOST = 1e-6


def loses_rank(widths: tuple[int, ...], seed: int) -> list[bool]:
    """For each weight, whether it loses rank at some time of a flow towards a linear teacher from Glorot weights.

    A weight that is not square is watched by its smallest singular value; a square one has lost rank in between if its
    determinant has changed its sign.
    """
    architecture = Architecture(widths)
    problem = LinearProblem(architecture, *linear_teacher(architecture, seed=seed))
    begin = initial_parameters(architecture, "glorot-normal", seed)
    path = gradient_flow(problem.gradient, begin, MOMENTS, relative=1e-7, absolute=1e-10)
    found = []
    for layer, (rows, columns) in enumerate(architecture.weight_shapes):
        matrices = [state[layer] for state in path.states]
        lost = any(np.linalg.svd(matrix, compute_uv=False)[-1] < LOST for matrix in matrices)
        if rows == columns:
            signs_met = {bool(np.linalg.det(matrix) > 0) for matrix in matrices}
            lost = lost or len(signs_met) == 2
        found.append(lost)
    return found


def _watched(context: Context) -> Finding:
    counter, controls = Counter(claim("hessproof.flow_rank").part("almost_surely")), list[Mutant]()
    first, count = context.seed_for("starts") % 2**31, STARTS[context.profile]
    for widths in NETWORKS:
        case = Case(Architecture(widths), widths[0], min(widths[0], widths[-1]))
        for seed in range(first, first + count):
            counter.count(case, not any(loses_rank(widths, seed)))
    for widths in SQUARES:
        lost = sum(any(loses_rank(widths, seed)) for seed in range(first, first + 3 * count))
        controls.append(
            Mutant(
                description=f"square weights, {Architecture(widths)}", caught=lost > 0,
                by=f"{lost} of {3 * count} starts lose rank at some time",
            )
        )  # fmt: skip
    scope = f"{count} drawn starts of {len(NETWORKS)} networks without square weights, watched to t = 10"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, tuple(controls))


def crossing(numerator: int, denominator: int) -> bool:
    """1-1-1, x = 1, y = −1, w_1 = a, w_2 = 1, 0 < a < 1: whether w_1 must vanish at some time.

    w_2² − w_1² = 1 − a² > 0 is conserved, so that w_2 stays positive. The residual Ω = w_1w_2 + 1 falls at the rate
    w_1² + w_2² ≥ 1 − a², hence to 0, so that w_1w_2 tends to −1: w_1 ends negative.
    """
    a = Fraction(numerator, denominator)
    first, second = (series[:2] for series in flow_series([[[a]], [[Fraction(1)]]], [[1]], [[-1]], 1))
    imbalance_rate = 2 * second[0][0, 0] * second[1][0, 0] - 2 * first[0][0, 0] * first[1][0, 0]
    omega = first[0][0, 0] * second[0][0, 0] + 1
    omega_rate = first[0][0, 0] * second[1][0, 0] + first[1][0, 0] * second[0][0, 0]
    squares = first[0][0, 0] * first[0][0, 0] + second[0][0, 0] * second[0][0, 0]
    conserved, decays = imbalance_rate == 0, omega_rate == -squares * omega
    return bool(conserved and decays and squares >= 1 and 0 < a < 1)


def _crossing(context: Context) -> Finding:
    counter = Counter(claim("hessproof.flow_rank").part("square"))
    case = Case(Architecture((1, 1, 1)), 1, 1)
    starts = [(a, b) for b in range(2, 8) for a in range(1, b)]
    for a, b in starts:
        counter.count(case, crossing(a, b))
    controls = tuple(
        Mutant(description=f"start w_1 = {a}/{b} > w_2", caught=not crossing(a, b), by="the sign of the imbalance")
        for a, b in ((3, 2), (2, 1), (5, 2))
    )
    return Finding(
        Strength.CERTIFICATE, f"{len(starts)} rational starts, each by exact conserved quantities", counter.tally,
        counter.regions, controls,
    )  # fmt: skip


def signs(ratio: float) -> tuple[float, float]:
    """w_1 at the start and at t = 20 of the flow of 1-1-1 with x = 1, y = −1 from (ratio, 1)."""
    problem = LinearProblem(Architecture((1, 1, 1)), np.eye(1), -np.eye(1))
    path = gradient_flow(problem.gradient, [np.array([[ratio]]), np.eye(1)], [0.0, 20.0], relative=1e-8)
    return ratio, float(path.states[-1][0][0, 0])


def _integrated(context: Context) -> Finding:
    counter = Counter(claim("hessproof.flow_rank").part("square"))
    ends = []
    for ratio in (0.1, 0.3, 0.5, 0.7, 0.9):
        before, after = signs(ratio)
        ends.append(after)
        counter.count(Case(Architecture((1, 1, 1)), 1, 1), before > 0 > after)
    controls = tuple(
        Mutant(description=f"start ({ratio}, 1)", caught=signs(ratio)[1] > 0, by="w_1 stays positive")
        for ratio in (1.1, 1.5, 2.0)
    )
    return Finding(
        Strength.SAMPLE, "five starts with w_1 < w_2, integrated to t = 20", counter.tally, counter.regions, controls,
        details={"w_1 at the end": ends},
    )  # fmt: skip


def demonstrate_flow() -> None:
    """A short flow of a small network."""
    signs(0.5)
    _ratio(np.eye(2))


def demonstrate_descent() -> None:
    """A step of gradient descent on a quadratic, and the exact rank of what it gives."""
    path = gradient_descent(lambda w: w, [np.eye(2)], [0, 1], rate=0.5)
    float_rank(path.states[-1][0])


def demonstrate_watched() -> None:
    """One start of two small networks."""
    loses_rank((1, 2), 0)
    loses_rank((1, 1), 0)


def demonstrate_series() -> None:
    """The series of a small network."""
    crossing(1, 2)


def demonstrate_derivation() -> None:
    """The dimension of the starts that lose rank."""
    for derivation in proofs.kept_almost_surely():
        derivation.check(0, count=1)


_SCOPE = "the networks and seeds of the criterion"
CHECKS = (
    FunctionCheck(
        "singh2021.weights_rank", "main", "singular values along gradient flow", Engine.FLOAT, FLOW,
        experiment(criteria.WEIGHTS_FLOAT, singular_ratio, _SCOPE), demonstrate_flow,
    ),
    FunctionCheck(
        "singh2021.weights_rank", "main", "exact ranks along gradient descent", Engine.EXACT, DESCENT,
        experiment(criteria.WEIGHTS_EXACT, exact_share, _SCOPE), demonstrate_descent,
    ),
    FunctionCheck(
        "hessproof.flow_rank", "almost_surely", "dimension of the starts", Engine.SYMBOLIC, DERIVED,
        lambda context: examine(proofs.kept_almost_surely(), context), demonstrate_derivation,
        derivations=proofs.kept_almost_surely,
    ),
    FunctionCheck(
        "hessproof.flow_rank", "almost_surely", "watched trajectories", Engine.FLOAT, WATCHED, _watched,
        demonstrate_watched,
    ),
    FunctionCheck(
        "hessproof.flow_rank", "square", "conserved quantities", Engine.EXACT,
        "a conserved imbalance and the decay of the residual, from exact power series", _crossing, demonstrate_series,
    ),
    FunctionCheck(
        "hessproof.flow_rank", "square", "signs along the flow", Engine.FLOAT,
        "the sign of a weight before and after, by an adaptive Runge-Kutta method", _integrated, demonstrate_flow,
    ),
)  # fmt: skip
