"""All nonzero eigenvalues from the core, against the whole matrix."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.complement import best_cut, orthonormal_rectangles
from hessproof.numeric.dimensions import GenericDimensions
from hessproof.numeric.instance import generic_instance
from hessproof.numeric.kernels import Factors, Rectangle, assemble, hessian
from hessproof.numeric.ranks import measure
from hessproof.numeric.spectra import structured
from hessproof.numeric.spectra.closed_forms import trace_and_norm
from hessproof.numeric.spectra.curved import add_curved_outer, curvature_moment, outer_core, slopes_gram
from hessproof.numeric.spectra.magnitude import magnitude
from hessproof.numeric.spectra.structured import nonzero_eigenvalues
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS = ("outer", "functional", "loss")
Given = tuple[Architecture, list[Any], Any, Any]


def network(widths: tuple[int, ...], samples: int, seed: int = 0, **names: Any) -> Given:
    """Gaussian weights, inputs and targets that are probabilities."""
    architecture = Architecture(widths, **names)
    rng = np.random.default_rng(seed)
    bias = architecture.bias
    weights = [rng.standard_normal((rows, columns + bias)) for rows, columns in architecture.weight_shapes]
    inputs, targets = rng.standard_normal((samples, widths[0])), rng.random((samples, widths[-1]))
    return architecture, weights, inputs, targets / targets.sum(axis=1, keepdims=True)


@st.composite
def networks(draw: st.DrawFn) -> Given:
    """Networks with bottlenecks anywhere, few or many samples, and deficient weights and data."""
    widths = tuple(draw(st.lists(st.integers(1, 5), min_size=2, max_size=5)))
    loss = draw(st.sampled_from(["mse", "cross-entropy", "cosh"]))
    given_ = network(widths, draw(st.integers(1, 7)), draw(st.integers(0, 999)), bias=draw(st.booleans()), loss=loss)
    architecture, weights, inputs, targets = given_
    if draw(st.booleans()):
        layer = draw(st.integers(0, len(weights) - 1))
        weights[layer][draw(st.integers(0, len(weights[layer]) - 1))] = 0.0
    if draw(st.booleans()):
        inputs[:, 0] = inputs[:, -1]
    return architecture, weights, inputs, targets


@pytest.mark.slow
@given(networks(), st.sampled_from(PARTS))
@settings(max_examples=60, deadline=None)
def test_the_core_has_the_spectrum_of_the_whole_matrix(case: Given, part: Any) -> None:
    found = nonzero_eigenvalues(*case, part)
    whole = nonzero_eigenvalues(*case, part, structured=False)
    scale = max(1.0, float(np.abs(whole.values).max()))
    assert found.size == whole.size == found.order + found.zeros
    assert np.abs(np.sort(found.dense()) - np.sort(whole.values)).max() <= 1e-11 * scale
    assert found.trace_residual is None or found.trace_residual < 1e-12
    assert found.norm_residual is None or found.norm_residual < 1e-12


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [(5, 7, 4), (4, 6, 2, 5), (6, 3, 6, 3, 2)])
def test_with_generic_numbers_the_order_is_the_rank(widths: tuple[int, ...], bias: bool) -> None:
    case = network(widths, 12, bias=bias)
    instance = generic_instance(Architecture(widths, bias=bias), widths[0], min(widths[0], widths[-1]))
    ranks = measure(instance)
    for part in ("functional", "loss"):
        found = nonzero_eigenvalues(*case, part)
        assert found.exact
        assert found.order == ranks[part].value
        assert found.nonzero() == found.order


def test_integer_data_of_lower_rank_are_cut_at_their_exact_rank() -> None:
    architecture, weights, inputs, targets = network((5, 4, 3), 8)
    inputs = np.round(3 * inputs)
    inputs[:, 4], inputs[:, 3] = inputs[:, 0] + inputs[:, 1], 0.0
    found = nonzero_eigenvalues(architecture, weights, inputs, targets)
    full = nonzero_eigenvalues(*network((3, 4, 3), 8))
    assert found.exact
    assert found.order == full.order


def test_where_ranks_over_q_would_take_long_upper_bounds_stand_in_and_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    architecture, weights, inputs, targets = network((5, 4, 3), 8)
    inputs[:, 4] = inputs[:, 0]
    exact = nonzero_eigenvalues(architecture, weights, inputs, targets)
    monkeypatch.setattr("hessproof.numeric.spectra.dimensions.EXACT_WORK", 0)
    found = nonzero_eigenvalues(architecture, weights, inputs, targets)
    assert exact.exact
    assert not found.exact
    assert "upper bounds" in found.how
    assert found.order > exact.order
    assert np.allclose(np.sort(found.dense()), np.sort(exact.dense()), atol=1e-11)


def test_residuals_of_mean_zero_are_recognised() -> None:
    architecture = Architecture((3, 4, 2), bias=True)
    rng = np.random.default_rng(3)
    weights = [rng.integers(-3, 4, shape).astype(float) for shape in ((4, 4), (2, 5))]
    inputs = rng.integers(-3, 4, (4, 3)).astype(float)
    hidden = np.hstack([inputs, np.ones((4, 1))]) @ weights[0].T
    outputs = np.hstack([hidden, np.ones((4, 1))]) @ weights[1].T
    targets = outputs - np.asarray([[1.0, 2.0], [-1.0, 0.0], [3.0, -2.0], [-3.0, 0.0]])
    case = architecture, weights, inputs, targets
    found = nonzero_eigenvalues(*case, "functional")
    whole = nonzero_eigenvalues(*case, "functional", structured=False)
    for shift in (0.0, 2.0**-20):
        core = structured._Core(np, architecture, weights, inputs, targets + shift, "functional", 0)
        assert core.dimensions.centred == (shift == 0.0)
    assert np.allclose(np.sort(found.dense()), np.sort(whole.values), atol=1e-9)


def test_control_a_dropped_direction_is_seen_by_every_check(monkeypatch: pytest.MonkeyPatch) -> None:
    case = network((5, 6, 4), 9)
    true = nonzero_eigenvalues(*case)

    def short(*given_: Any, **names: Any) -> list[Rectangle]:
        first, *others = orthonormal_rectangles(*given_, **names)
        assert first.columns is not None
        return [Rectangle(first.layer, first.rows, first.columns[:, :-1]), *others]

    monkeypatch.setattr(structured, "orthonormal_rectangles", short)
    found = nonzero_eigenvalues(*case)
    assert true.rest is not None and true.rest < 1e-11  # noqa: PT018
    assert found.rest is not None and found.rest > 1.0  # noqa: PT018
    assert found.norm_residual is not None and found.norm_residual > 1e-4  # noqa: PT018
    assert found.trace_residual is not None and found.trace_residual > 1e-4  # noqa: PT018


def test_the_bound_of_the_rest_holds() -> None:
    """With a direction left out, ‖H(I − QQ⊤)‖ is at most the bound, for many seeds."""
    architecture, weights, inputs, targets = network((4, 5, 3), 9)
    core = structured._Core(np, architecture, weights, inputs, targets, "loss", 0)
    where = orthonormal_rectangles(core.factors, core.dimensions, "loss", 0)[:-1]
    every = [Rectangle(layer) for layer in (1, 2)]
    cross = assemble(core.factors, "loss", every, where)
    whole = assemble(core.factors, "loss", every, every)
    root = np.linalg.norm(whole, 2) ** 2 - np.linalg.norm(cross, 2) ** 2
    for seed in range(20):
        core.seed = seed
        bound = core._outside(where)
        assert bound >= math.sqrt(max(0.0, root))
        assert bound <= 100 * np.linalg.norm(whole)


def test_closed_forms_are_those_of_the_matrix() -> None:
    for bias in (False, True):
        _, weights, inputs, targets = network((4, 3, 5, 2), 6, bias=bias)
        x = np.hstack([inputs, np.ones((6, 1))]) if bias else inputs
        factors = Factors(weights, x.T @ x, targets.T @ x, bias=bias)
        every = [Rectangle(layer) for layer in (1, 2, 3)]
        for part in PARTS:
            matrix = assemble(factors, part, every, every)
            trace, norm = trace_and_norm(factors, part)
            assert trace == pytest.approx(np.trace(matrix), abs=1e-9 * norm)
            assert norm == pytest.approx(np.linalg.norm(matrix))


def test_on_the_strict_array_api() -> None:
    _, weights, inputs, targets = network((4, 5, 3), 6, bias=True)
    x = np.hstack([inputs, np.ones((6, 1))])
    curvatures = np.stack([np.diag(row) for row in targets])
    made = []
    for xp, device in ((np, "cpu"), (array_api_strict, array_api_strict.Device("device1"))):
        arrays = [xp.asarray(array, device=device) for array in (*weights, x.T @ x, targets.T @ x, x, curvatures)]
        first, second, sigma, omega, rows, curved = arrays
        factors = Factors([first, second], sigma, omega, bias=True)
        generic = GenericDimensions(Architecture((4, 5, 3), bias=True), 5, 3)
        cut, _ = best_cut([(5, 5), (3, 6)], generic, "loss", bias=True)
        where = orthonormal_rectangles(factors, generic, "loss", cut, exact=False)
        core = assemble(factors, "loss", where, where)
        moment = curvature_moment(factors, rows, curved)
        add_curved_outer(core, factors, moment, where)
        values = xp.linalg.eigvalsh(core)
        outer = xp.linalg.eigvalsh(outer_core(factors, moment, 15))
        cpu = array_api_strict.Device("CPU_DEVICE")
        shown = [np.asarray(one if xp is np else array_api_strict.asarray(one, device=cpu)) for one in (values, outer)]
        made.append([*shown, *trace_and_norm(factors, "loss"), float(xp.linalg.trace(slopes_gram(factors)))])
    for one, other in zip(*made, strict=True):
        assert np.allclose(one, other, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"activation": "relu"}, "activation relu"),
        ({"part": "inner"}, "part 'inner'"),
        ({"infinite": True}, "NaN or infinite"),
        ({"device": "tpu"}, "device 'tpu'"),
    ],
)
def test_what_cannot_be_done_is_refused(change: dict[str, Any], words: str) -> None:
    architecture, weights, inputs, targets = network((3, 2, 2), 4, activation=change.get("activation", "linear"))
    if "infinite" in change:
        weights[0][0, 0] = math.nan
    device: Any = change.get("device", "cpu")
    with pytest.raises(UnusableRequest, match=words):
        nonzero_eigenvalues(architecture, weights, inputs, targets, change.get("part", "loss"), device=device)


def test_a_core_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(needed: int, what: str, remedy: str) -> None:
        raise UnusableRequest(what, "less", remedy)

    monkeypatch.setattr(structured, "refuse_if_too_large", small)
    with pytest.raises(UnusableRequest, match="core of order 22 for 5-4-2"):
        nonzero_eigenvalues(*network((5, 4, 2), 9))


@pytest.mark.parametrize("loss", ["mse", "cross-entropy", "cosh"])
def test_inputs_that_are_zero_leave_no_core(loss: str) -> None:
    architecture, weights, inputs, targets = network((3, 2, 2), 4, loss=loss)
    for part in PARTS:
        found = nonzero_eigenvalues(architecture, weights, 0.0 * inputs, targets, part)
        assert (found.nonzero(), found.size) == (0, 10)


def cancelling(seed: int) -> Given:
    """W^2 W^1 vanishes, and targets that the network meets: what floating point shows of both is rounding."""
    rng = np.random.default_rng(seed)
    one, two = rng.integers(1, 2**26, 2).astype(float)
    weights = [np.outer([two, -one], rng.integers(1, 9, 3)), np.outer([3.0, 1.0], [one, two / 2]) / 2**20]
    weights = [weights[0] + rng.standard_normal((2, 3)) * (seed % 2), weights[1] * [1.0, 2.0], rng.random((2, 2))]
    inputs = rng.standard_normal((4, 3))
    outputs = inputs @ weights[0].T @ weights[1].T @ weights[2].T
    return Architecture((3, 2, 2, 2)), weights, inputs, outputs + (seed % 3 == 0) * rng.random((4, 2))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("structured_", [True, False])
def test_errors_cover_what_cancels(seed: int, structured_: bool) -> None:
    architecture, weights, inputs, targets = cancelling(seed)
    exact = [np.vectorize(Fraction, otypes=[object])(array) for array in (*weights, inputs, targets)]
    *matrices, x, y = exact
    delta = x @ matrices[0].T @ matrices[1].T @ matrices[2].T - y
    for part in PARTS:
        whole = hessian(matrices, x.T @ x / Fraction(4), delta.T @ x / Fraction(4), part).astype(float)
        values = np.linalg.eigvalsh(whole)
        found = nonzero_eigenvalues(architecture, weights, inputs, targets, part, structured=structured_)
        allowed = found.error + len(values) * 2.0**-52 * np.abs(values).max()
        assert np.abs(np.sort(found.dense()) - values).max() <= allowed
        assert found.error <= 1e-9 * magnitude(architecture, weights, inputs, targets, part)


@pytest.mark.parametrize("seed", range(6))
def test_dimensions_are_called_exact_only_where_they_are(seed: int) -> None:
    core = structured._Core(np, *cancelling(seed), "loss", 0)
    assert core.spectrum().exact
    for word, dimension in core.dimensions._known.items():
        assert core.dimensions._exact.rank(word) == dimension


def test_residuals_that_vanish_in_floating_point_alone_cost_no_direction() -> None:
    """Ω is zero, and not zero over Q: a basis of its range is none of what it should lie in."""
    for seed in range(10):
        architecture, weights, inputs, _ = network((5, 4, 2), 3, seed)
        targets = structured.forward(architecture, weights, inputs)
        found = nonzero_eigenvalues(architecture, weights, inputs, targets)
        whole = nonzero_eigenvalues(architecture, weights, inputs, targets, structured=False)
        assert np.abs(np.sort(found.dense()) - np.sort(whole.values)).max() <= found.error + whole.error < 1e-11


@pytest.mark.parametrize("loss", ["mse", "cross-entropy", "cosh"])
def test_magnitudes_are_upper_bounds(loss: str) -> None:
    for bias in (False, True):
        case = network((4, 3, 3), 6, loss=loss, bias=bias)
        for part in PARTS:
            whole = nonzero_eigenvalues(*case, part, structured=False)
            assert magnitude(*case, part) >= np.linalg.norm(whole.values)


def test_one_output_under_cross_entropy_has_no_curvature() -> None:
    found = nonzero_eigenvalues(*network((3, 2, 1), 4, loss="cross-entropy"))
    assert (found.order, found.zeros) == (0, 8)
