"""Bounds beside measured norms: what holds, what is attained, and what is noticed when a bound is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.curvature.bounds import object_bounds
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.network.losses import softmax
from hessproof.proofs_check.bounding import Network, NetworkRequest, SizeRequest, bound_network, bounds_of
from hessproof.proofs_check.bounding import ladder as ladder_module
from hessproof.proofs_check.bounding.curvature import softmax_curvature
from hessproof.proofs_check.bounding.evaluate import evaluate
from hessproof.proofs_check.bounding.ladder import rungs, sharpest
from hessproof.proofs_check.bounding.measured import PARTS, block_bounds, chosen_objects, layer_norms, measure
from hessproof.proofs_check.bounding.wording import formula
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.norms.bounds import BOUNDS

ROOT = np.sqrt(0.5)


def network(
    widths: tuple[int, ...], *, bias: bool = False, activation: str = "relu", seed: int = 0, scale: float = 1.0,
    objects: int = 3, soft: bool = False,
) -> Network:  # fmt: skip
    stream = np.random.default_rng(seed)
    one = Architecture(widths, bias=bias, activation=activation, loss="cross-entropy")
    parameters = tuple(scale * stream.standard_normal((m, n + bias)) for m, n in one.weight_shapes)
    inputs = stream.standard_normal((objects, one.inputs))
    if soft:
        targets = softmax(stream.standard_normal((objects, one.outputs)))
    else:
        targets = np.eye(one.outputs)[stream.integers(0, one.outputs, objects)]
    return Network(one, parameters, inputs, targets)


def dense_norms(one: Network, part: str) -> list[float]:
    """‖·‖ of each object's Hessian, from the whole matrix."""
    return [
        float(np.linalg.norm(network_hessian(one.architecture, one.parameters, x, y, part), 2))  # type: ignore[arg-type]
        for x, y in zip(one.inputs[:, None, :], one.targets[:, None, :], strict=True)
    ]


def test_zero_weights_attain_the_bound_and_refute_theorem_1() -> None:
    one = Network(
        Architecture((2, 2), activation="relu", loss="cross-entropy"), (np.zeros((2, 2)),), np.asarray([[3.0, 4.0]]),
        np.asarray([[0.0, 1.0]]),
    )  # fmt: skip
    found = bounds_of(one)
    rows = {(row.part, row.key): row for row in found.bounds}
    assert found.measured["loss"].largest == pytest.approx(12.5, rel=1e-12)
    for key in ("blocks", "g_term_at", "g_term", "g_term_common", "entries"):
        assert rows["outer", key].single == pytest.approx(12.5, rel=1e-12)
        assert not rows["outer", key].violated
    assert rows["loss", "thm1"].single == 0
    assert rows["loss", "thm1"].violated
    assert found.measured["functional"].largest == 0
    assert found.holds
    assert found.largest_step == pytest.approx(2 / 12.5)


def test_two_classes_attain_the_bound_of_the_g_term_at_every_depth() -> None:
    for layers in (1, 2, 4):
        widths = (2,) * (layers + 1)
        one = Architecture(widths, activation="relu", loss="cross-entropy")
        scales = [1.5, 0.25, 2.0, 3.0][:layers]
        parameters = tuple(scale * np.eye(2) for scale in scales)
        found = bounds_of(Network(one, parameters, np.ones((1, 2)), np.asarray([[1.0, 0.0]])))
        rows = {(row.part, row.key): row for row in found.bounds}
        assert rows["outer", "g_term"].single_ratio == pytest.approx(1, rel=1e-12)
        assert rows["outer", "g_term_at"].single_ratio == pytest.approx(1, rel=1e-12)


def test_a_misclassified_rank_one_chain_attains_the_bound_of_the_whole_hessian() -> None:
    one = Architecture((2, 1, 3, 2), activation="relu", loss="cross-entropy")
    first, middle, last = np.zeros((1, 2)), np.zeros((3, 1)), np.zeros((2, 3))
    first[0, 0], middle[0, 0] = 1.5, 0.5
    last[:, 0] = 1.25 * ROOT, -1.25 * ROOT
    found = bounds_of(Network(one, (first, middle, last), np.asarray([[2.0, 0.0]]), np.asarray([[0.0, 1.0]])))
    rows = {(row.part, row.key): row for row in found.bounds}
    for part, key in (("outer", "g_term_at"), ("functional", "h_term_at"), ("loss", "hessian_at"), ("loss", "blocks")):
        assert rows[part, key].single_ratio == pytest.approx(1, rel=1e-9), key


@pytest.mark.parametrize("seed", range(4))
def test_two_layers_attain_the_bound_of_the_h_term_as_soon_as_a_neuron_is_active(seed: int) -> None:
    found = bounds_of(network((3, 4, 5), seed=seed, objects=5))
    for row in found.bounds:
        if row.key == "h_term_at":
            assert row.single_ratio == pytest.approx(1, rel=1e-9)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(
    widths=st.lists(st.integers(1, 4), min_size=2, max_size=5),
    bias=st.booleans(),
    activation=st.sampled_from(["relu", "leaky-relu", "linear", "tanh", "elu"]),
    scale=st.sampled_from([0.01, 0.3, 1.0, 3.0]),
    soft=st.booleans(),
    seed=st.integers(0, 10_000),
)
def test_no_bound_of_this_project_is_below_a_norm(
    widths: list[int], bias: bool, activation: str, scale: float, soft: bool, seed: int
) -> None:
    one = network(tuple(widths), bias=bias, activation=activation, seed=seed, scale=scale, soft=soft)
    layers = layer_norms(one)
    stated = rungs(one, layers)
    measured = measure(one, stated[0].values)
    found = [*stated, *sharpest(measured, len(one.inputs))]
    for part in PARTS:
        norms = np.asarray(dense_norms(one, part))
        own = [rung for rung in found if rung.part == part and not (rung.key in BOUNDS and BOUNDS[rung.key].published)]
        assert bool(own) == (activation not in ("tanh", "elu") or part == "outer")
        for rung in own:
            assert (rung.values >= norms * (1 - 1e-9) - 1e-12).all(), rung.key
        assert np.allclose(measured.objects[part], norms, rtol=1e-3, atol=1e-9)
        mean = np.linalg.norm(network_hessian(one.architecture, one.parameters, one.inputs, one.targets, part), 2)  # type: ignore[arg-type]
        assert measured.mean[part].value == pytest.approx(mean, rel=1e-6, abs=1e-9)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(widths=st.lists(st.integers(1, 5), min_size=2, max_size=5), bias=st.booleans(), seed=st.integers(0, 10_000))
def test_every_rung_is_at_least_the_one_before(widths: list[int], bias: bool, seed: int) -> None:
    one = network(tuple(widths), bias=bias, seed=seed)
    stated = rungs(one, layer_norms(one))
    found = [*sharpest(measure(one, stated[0].values), len(one.inputs)), *stated]
    for part in PARTS:
        chain = [
            rung for rung in found if rung.part == part and not (rung.key in BOUNDS and BOUNDS[rung.key].published)
        ]
        sizes = [rung.values for rung in chain if rung.key != "entries"]
        for sharper, coarser in pairwise(sizes):
            assert (sharper <= coarser * (1 + 1e-9) + 1e-12).all()


def test_bounds_of_single_objects_agree_with_those_of_the_curvature_room() -> None:
    for bias in (False, True):
        one = network((4, 5, 3, 3), bias=bias, objects=6, seed=3)
        wanted = object_bounds(one.architecture, one.parameters, one.inputs, one.targets)
        stated = {rung.key: rung.values for rung in rungs(one, layer_norms(one)) if rung.part == "loss"}
        for key, values in stated.items():
            assert np.allclose(values, wanted[key], rtol=1e-9), key
        blocks = block_bounds(one, np.arange(6))
        for part, cut in cut_block_bounds(one).items():
            assert np.allclose(blocks[part], cut, rtol=1e-9), (bias, part)
        assert np.allclose(wanted["blocks"], blocks["loss"], rtol=1e-9)


def cut_block_bounds(one: Network) -> dict[str, list[float]]:
    """The bounds from blocks of W^l and b^l that are cut out of each object's whole Hessian."""
    places, bias = [], one.architecture.bias
    for rows, (outputs, inputs) in zip(one.architecture.slices, one.architecture.weight_shapes, strict=True):
        layer = np.arange(rows.start, rows.stop).reshape(outputs, inputs + bias)
        places += [layer[:, :inputs].ravel(), *([layer[:, inputs]] if bias else [])]
    found: dict[str, list[float]] = {part: [] for part in PARTS}
    for x, y in zip(one.inputs[:, None, :], one.targets[:, None, :], strict=True):
        norms = [
            np.asarray([[np.linalg.norm(whole[np.ix_(k, l)], 2) for l in places] for k in places])
            for part in ("outer", "functional")
            for whole in (network_hessian(one.architecture, one.parameters, x, y, part),)
        ]
        for part, table in zip(PARTS, (*norms, sum(norms)), strict=True):
            found[part].append(float(np.linalg.eigvalsh(table)[-1]))
    return found


@pytest.mark.parametrize("key", ["g_term", "h_term", "hessian"])
def test_a_bound_that_is_too_small_is_noticed(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(BOUNDS[key], expression=BOUNDS[key].expression / 1000)
    monkeypatch.setattr(ladder_module, "BOUNDS", {**BOUNDS, key: small})
    found = bounds_of(network((3, 4, 2), seed=5))
    assert not found.holds
    assert [row.key for row in found.bounds if row.violated] == [key]


def letters(layers: int, objects: int = 4) -> Iterator[dict[str, Any]]:
    stream = np.random.default_rng(layers)
    for scale in (0.3, 2.0):
        yield {
            **{name: scale * stream.random(objects) for name in ("norm_x", "norm_A", "norm_delta")},
            **{name: tuple(scale * stream.random(layers)) for name in ("m", "b", "norm_G", "norm_layer")},
            **{name: scale * float(stream.random()) for name in ("M_W", "M_x", "M")},
            "h": 3, "d": 2, "K": 4, "widths": tuple(range(2, layers + 3)),
        }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key, bound in BOUNDS.items() if not bound.needs_layer])
def test_loops_and_written_out_formulas_agree(key: str) -> None:
    bound = BOUNDS[key]
    for layers in range(bound.least_layers, min(bound.most_layers or 4, 4) + 1):
        for values in letters(layers):
            written_out = np.asarray(bound.compiled(layers)(values), dtype=float)
            assert np.allclose(evaluate(bound.expression, values, layers), written_out, rtol=1e-12)


def test_formulas_are_printed_on_one_line_in_the_letters_of_the_legend() -> None:
    for key in BOUNDS:
        text = formula(key)
        assert not set(text) & set("[]*\\\n"), text
        assert "Sum" not in text
        assert text.count("(") == text.count(")")
    assert formula("thm1") == "√2·L·M_W^(2L)·M_x² + √2·M_W²·(M_W^(2L) - 1)/(M_W² - 1)"
    assert formula("hessian_at") == "λ_max(‖A‖·‖x‖²·a_l·a_j + ‖δ‖·‖x‖·N_lj)"


@settings(max_examples=60, deadline=None)
@given(
    classes=st.integers(1, 8), scale=st.sampled_from([0.01, 1.0, 30.0]), tied=st.booleans(), seed=st.integers(0, 999)
)
def test_the_norm_of_the_softmax_hessian_is_its_largest_eigenvalue(
    classes: int, scale: float, tied: bool, seed: int
) -> None:
    logits = scale * np.random.default_rng(seed).standard_normal((5, classes))
    if tied:
        logits[:, 0] = logits.max(axis=1)
    rows = softmax(logits)
    for p, norm in zip(rows, softmax_curvature(rows), strict=True):
        assert norm == pytest.approx(np.linalg.norm(np.diag(p) - np.outer(p, p), 2), rel=1e-12, abs=1e-15)
        assert norm <= 0.5 + 1e-15


def test_a_saturated_softmax_raises_no_false_alarm() -> None:
    for scale in (30.0, 300.0):
        found = bounds_of(network((4, 6, 3), scale=scale, objects=20, seed=2))
        assert found.holds
        assert found.measured["outer"].median < 1e-6 * found.measured["functional"].largest


def test_every_bound_names_a_claim_of_the_catalogue() -> None:
    for bias in (False, True):
        for row in bounds_of(network((3, 4, 2), bias=bias)).bounds:
            assert row.claim in CLAIMS, row.key
            assert row.claim.startswith("kiselev2024.") == row.published


def test_objects_with_the_largest_bounds_are_measured() -> None:
    ranking = np.random.default_rng(0).random(500)
    chosen = chosen_objects(ranking, 40)
    assert len(chosen) <= 40
    assert set(np.argsort(-ranking)[:4]) <= set(chosen.tolist())
    assert chosen_objects(ranking, 500).tolist() == list(range(500))


def test_few_objects_stand_for_many_without_a_claim_about_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    from hessproof.proofs_check.bounding import measured as measured_module

    monkeypatch.setattr(measured_module, "WORK", 1.0)
    found = bounds_of(network((3, 4, 2), objects=30))
    assert found.measured_objects <= measured_module.FEWEST
    for row in found.bounds:
        assert (row.mean is None) == (row.key == "blocks")


@pytest.mark.slow
@pytest.mark.parametrize("bias", [False, True])
def test_no_change_that_is_found_exceeds_the_proven_one(bias: bool) -> None:
    found = bounds_of(network((3, 5, 3), bias=bias, objects=12), SizeRequest(0.3, 0.05)).sample_size
    assert found is not None
    assert [one.k for one in found.changes] == sorted({one.k for one in found.changes})
    for one in found.changes:
        assert one.centre <= one.found <= one.proven
    assert found.proven is not None
    assert found.proven <= (found.any_object or found.proven)
    assert found.measured is None or found.measured <= max(found.proven, found.changes[0].k)
    assert (found.published is None) == bias


@pytest.mark.slow
def test_a_larger_radius_asks_for_more_objects() -> None:
    sizes = []
    for radius in (0.0, 0.1, 1.0):
        found = bounds_of(network((3, 5, 3), objects=8), SizeRequest(radius, 0.01)).sample_size
        assert found is not None
        assert found.proven is not None
        sizes.append(found.proven)
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize("bias", [False, True])
def test_no_hessian_within_the_radius_exceeds_its_bound(bias: bool) -> None:
    one, radius = network((3, 4, 2), bias=bias, objects=2), 0.5
    found = bounds_of(one, SizeRequest(radius, None, 1)).sample_size
    assert found is not None
    assert found.hessian_within is not None
    stream = np.random.default_rng(1)
    for _ in range(20):
        steps = [stream.standard_normal(matrix.shape) for matrix in one.parameters]
        length = np.sqrt(sum(float((step**2).sum()) for step in steps))
        moved = tuple(w + radius * step / length for w, step in zip(one.parameters, steps, strict=True))
        assert max(dense_norms(replace(one, parameters=moved), "loss")) <= found.hessian_within


def test_the_change_at_one_sample_size_needs_no_tolerance() -> None:
    found = bounds_of(network((3, 2), objects=6), SizeRequest(0.1, None, 4)).sample_size
    assert found is not None
    assert (found.proven, found.measured, [one.k for one in found.changes]) == (None, None, [4])


def test_arrays_that_do_not_fit_are_refused() -> None:
    one = network((3, 2))
    for wrong, line in (
        (replace(one, inputs=one.inputs[:, :2]), "inputs of shape"),
        (replace(one, parameters=(one.parameters[0].T,)), "parameters of shapes"),
        (replace(one, inputs=one.inputs * np.nan), "inputs with NaN"),
        (replace(one, parameters=(one.parameters[0] * np.nan,)), "parameters with NaN"),
        (replace(one, targets=one.targets - 1), "targets"),
    ):
        with pytest.raises(UnusableRequest, match=line):
            bounds_of(wrong)


@pytest.mark.long
def test_weights_far_out_of_range_are_refused_and_large_ones_are_not() -> None:
    one = network((3, 4, 2))
    with pytest.raises(UnusableRequest, match="at most 1e150"):
        bounds_of(replace(one, parameters=tuple(matrix * 1e90 for matrix in one.parameters)))
    large = bounds_of(replace(one, parameters=tuple(matrix * 1e60 for matrix in one.parameters)))
    assert large.holds
    deep = bound_network(NetworkRequest(f"4-{'20-' * 19}2", norm=1e7, samples=1))
    assert {row.key for row in deep.bounds if row.single is None} == {"lemma1"}
    assert deep.holds
