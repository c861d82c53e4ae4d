r"""Figure 5: ranks of weights and Hessians while a linear network with hidden layers 25, 20, 15 is trained.

The inputs are those of the data set, centred and reduced to their leading principal components, in units in which the
mean variance is one. A Gaussian linear teacher makes 10 labels. The flow starts at Glorot weights and is integrated by
an adaptive method. Numerical ranks count eigenvalues above 1e-6 of ‖H_L‖ at the start, one tolerance for all times;
beside each stands its gap, the quotient of the smallest eigenvalue counted and the largest not counted. Exact ranks
read the float64 weights as the dyadic rationals that they are: they do not fall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from hessproof.numeric.kernels import Part, hessian
from hessproof.numeric.ranks import measure
from hessproof.numeric.training.dyadic import dyadic_instance, float_rank
from hessproof.numeric.training.flow import extended_flow, gradient_flow
from hessproof.numeric.training.initialisation import Parameters, initial_parameters
from hessproof.numeric.training.problem import LinearProblem
from hessproof.numeric.training.trajectory import Trajectory
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.report.model import Figure, Line, Series, Table
from hessproof.proofs_check.reproduction.run import FigureRecipe, FigureRequest, Progress
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

HIDDEN = (25, 20, 15)
OUTPUTS = 10
COMPONENTS = 30
TIMES = {
    Profile.QUICK: (1.0, 30.0, 1000.0),
    Profile.STANDARD: (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 100.0, 200.0, 300.0, 600.0, 1000.0),
    Profile.THOROUGH: (*(10 ** (place / 6) for place in range(-6, 19)),),
}
"""Times after the start, with η = 1."""
EXACT_AT = {Profile.QUICK: (0, 3), Profile.STANDARD: (0, 5, 12), Profile.THOROUGH: (0, 6, 12, 18, 25)}
"""Places among the times, 0 for the start, at which Hessians are ranked over the rationals as well."""
TOLERANCE = 1e-6
QUANTITIES: tuple[Part, ...] = ("loss", "outer", "functional")
_RAISED = dict(enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹"))
NAMES = {"loss": "H_L", "outer": "H_o", "functional": "H_f"}


def problem_of(request: FigureRequest) -> LinearProblem:
    """The principal components of the data as inputs, and a Gaussian teacher's labels.

    Raises:
        UnusableRequest: If the data have fewer than 15 directions, the narrowest hidden width.
    """
    inputs, _ = request.dataset().floats()
    centred = inputs - inputs.mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False)
    rank = min(COMPONENTS, int((values > 1e-9 * values[0]).sum()))
    if rank < min(HIDDEN):
        raise UnusableRequest(
            f"inputs with {rank} directions",
            f"at least {min(HIDDEN)}, the narrowest hidden layer",
            "give data with more inputs, or more samples",
        )
    variances = values[:rank] ** 2
    sigma = np.diag(variances / variances.mean())
    architecture = Architecture((rank, *HIDDEN, OUTPUTS))
    teacher = np.random.default_rng(request.seed_for("teacher")).standard_normal((OUTPUTS, rank)) / math.sqrt(rank)
    return LinearProblem(architecture, sigma, teacher @ sigma)


def trajectory(request: FigureRequest, problem: LinearProblem, store: Store) -> Trajectory:
    """The run, one piece for each time, so that it can be resumed."""
    start = initial_parameters(problem.architecture, "glorot-normal", request.seed_for("weights"))
    path = gradient_flow(problem.gradient, start, [0.0], relative=1e-8, absolute=1e-11)
    for time in TIMES[request.profile]:
        piece = partial(_further, path, problem, time)
        path = Trajectory.from_json(store.piece(f"flow-to-{time:.4g}", piece))
    return path


def _further(path: Trajectory, problem: LinearProblem, time: float) -> str:
    return extended_flow(path, problem.gradient, [time]).to_json()


def weight_ranks(state: Parameters) -> list[dict[str, float]]:
    """Exact rank, σ_min/σ_max and the size of every weight."""
    found = []
    for matrix in state:
        values = np.linalg.svd(matrix, compute_uv=False)
        numerical = int((values > TOLERANCE * values[0]).sum())
        found.append({"exact": float_rank(matrix), "numerical": numerical, "ratio": float(values[-1] / values[0])})
    return found


def hessian_ranks(problem: LinearProblem, state: Parameters, limit: float | None) -> dict[str, Any]:
    """Numerical ranks of the three Hessians with their gaps; the tolerance is found at the first state."""
    omega = problem.omega(state)
    spectra = {
        quantity: np.sort(np.abs(np.linalg.eigvalsh(np.asarray(hessian(state, problem.sigma, omega, quantity)))))
        for quantity in QUANTITIES
    }  # fmt: skip
    tolerance = TOLERANCE * float(spectra["loss"][-1]) if limit is None else limit
    found: dict[str, Any] = {"tolerance": tolerance, "residual": float(np.linalg.norm(omega))}
    for quantity, values in spectra.items():
        above, below = values[values > tolerance], values[values <= tolerance]
        gap = float(above[0] / below[-1]) if len(above) and len(below) and below[-1] > 0 else None
        found[quantity] = {"rank": len(above), "gap": gap, "norm": float(values[-1])}
    return found


def exact_ranks(problem: LinearProblem, state: Parameters) -> dict[str, Any]:
    """Ranks over Q at a state, floats read as dyadic rationals."""
    instance = dyadic_instance(problem.architecture, state, problem.sigma, problem.cross)
    ranks = measure(instance, "exact", QUANTITIES)
    return {
        "s": instance.residual_rank, **{name: {"rank": rank.value, "bound": rank.bound} for name, rank in ranks.items()}
    }  # fmt: skip


def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
    """Two panels: ranks of the weights, and ranks of the Hessians with their bounds."""
    problem = problem_of(request)
    path = trajectory(request, problem, store)
    places = EXACT_AT[request.profile]
    return panels(problem, path, places, f"principal components of {request.dataset().name}", "fig5", store)


def panels(
    problem: LinearProblem, path: Trajectory, exact_at: Sequence[int], inputs: str, prefix: str, store: Store
) -> list[Figure]:
    """The two panels of a run.

    Args:
        problem: What was trained.
        path: The run; its first state is the start.
        exact_at: Places of the states whose Hessians are ranked over the rationals, too.
        inputs: The inputs, in words.
        prefix: Start of the panels' ids.
        store: Keeps what takes time.
    """
    weights = [store.piece(f"weights-{i}", partial(weight_ranks, state)) for i, state in enumerate(path.states)]
    hessians: list[dict[str, Any]] = []
    for i, state in enumerate(path.states):
        limit = hessians[0]["tolerance"] if hessians else None
        hessians.append(store.piece(f"hessians-{i}", partial(hessian_ranks, problem, state, limit)))
    exact = {i: store.piece(f"exact-{i}", partial(exact_ranks, problem, path.states[i])) for i in exact_at}
    found = [
        _weights_panel(problem.architecture, path.times, weights, inputs),
        _hessians_panel(problem.architecture, path.times, hessians, exact, inputs),
    ]
    return [panel.model_copy(update={"id": f"{prefix}-{panel.id}"}) for panel in found]


def _shown_times(times: Sequence[float]) -> list[float]:
    """The start cannot stand on a logarithmic axis: it is drawn a little before the first time."""
    return [times[1] / 3 if time == 0 else time for time in times]


def _weights_panel(
    architecture: Architecture, times: Sequence[float], weights: list[list[dict[str, float]]], inputs: str
) -> Figure:
    shown = _shown_times(times)
    layers = range(1, architecture.layers + 1)
    shapes = architecture.weight_shapes
    series = [
        Series(name=f"W{_RAISED[l]}, {shapes[l - 1][0]} × {shapes[l - 1][1]}", x=shown,
               y=[each[l - 1]["exact"] for each in weights], style="measured")
        for l in layers
    ]  # fmt: skip
    columns = ["t", *(f"{kind} of W^{l}" for l in layers for kind in ("exact rank", "numerical rank", "σ_min/σ_max"))]
    rows: list[list[Any]] = [
        [time, *(each[l - 1][kind] for l in layers for kind in ("exact", "numerical", "ratio"))]
        for time, each in zip(times, weights, strict=True)
    ]
    smallest = min(entry["ratio"] for each in weights for entry in each)
    return Figure(
        id="weights", claim="singh2021.weights_rank", title=f"Fig. 5 (left): ranks of the weights, {architecture}",
        caption=(
            f"Gradient flow towards a linear teacher on {inputs}, Glorot weights. Exact ranks of "
            f"the float64 weights; the smallest σ_min/σ_max of any weight at any time is {smallest:.1e}. The start is "
            "drawn at a third of the first time."
        ),
        alt="Four horizontal rows of circles: no weight matrix loses rank.",
        x_label="time t, η = 1", y_label="rank", x_scale="log", series=series,
        lines=[Line(axis="y", at=min(shape), name=f"min(M_{l}, M_{l - 1})") for l, shape in enumerate(shapes, start=1)],
        table=Table(columns=columns, rows=rows),
    )  # fmt: skip


def _hessians_panel(
    architecture: Architecture,
    times: Sequence[float],
    hessians: list[dict[str, Any]],
    exact: dict[int, Any],
    inputs: str,
) -> Figure:
    shown = _shown_times(times)
    rank = architecture.inputs
    largest = min(rank, architecture.outputs)
    bounds = {
        "loss": FORMULAS["fact7"], "outer": FORMULAS["cor4"], "functional": FORMULAS["cor6"], "sum": FORMULAS["overall"]
    }  # fmt: skip
    lines = [
        Line(axis="y", at=bounds["sum"].evaluate(architecture, rank, largest), name="bound of §4.4"),
        *(
            Line(axis="y", at=bounds[name].evaluate(architecture, rank, largest), name=f"bound on rk {NAMES[name]}")
            for name in QUANTITIES
        ),
    ]
    series = [
        Series(name=f"rk {NAMES[name]}, numerical", x=shown, y=[each[name]["rank"] for each in hessians], style="curve")
        for name in QUANTITIES
    ]
    places = sorted(exact)
    for name in QUANTITIES:
        ranks = [exact[i][name]["rank"] for i in places]
        series.append(Series(name=f"rk {NAMES[name]}, exact", x=[shown[i] for i in places], y=ranks, style="measured"))
    columns = ["t", "‖Ω‖_F"]
    for name in QUANTITIES:
        columns += [f"numerical rk {NAMES[name]}", f"gap of {NAMES[name]}", f"exact rk {NAMES[name]}"]
    rows: list[list[Any]] = []
    for i, (time, each) in enumerate(zip(times, hessians, strict=True)):
        row: list[Any] = [time, each["residual"]]
        for name in QUANTITIES:
            row += [each[name]["rank"], each[name]["gap"], exact[i][name]["rank"] if i in exact else None]
        rows.append(row)
    return Figure(
        id="hessians", claim="singh2021.training", title=f"Fig. 5 (right): ranks of the Hessians, {architecture}",
        caption=(
            f"The same run, on {inputs}. Curves count eigenvalues above "
            f"{hessians[0]['tolerance']:.2g} = 1e-6 ‖H_L(0)‖, one tolerance for all times; circles are ranks over the "
            "rationals at the float64 weights. As the residual decays, H_f falls below every tolerance, but its rank "
            "does not fall: it is that of any nonzero multiple of the residual."
        ),
        alt="The numerical rank of H_f falls to zero and that of H_L to that of H_o, while the exact ranks stay.",
        x_label="time t, η = 1", y_label="rank", x_scale="log", series=series, lines=lines,
        table=Table(columns=columns, rows=rows),
    )  # fmt: skip


FIGURE = FigureRecipe("5", "Ranks while training", make)
