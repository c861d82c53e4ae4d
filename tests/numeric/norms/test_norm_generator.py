"""The generator reaches what bounds of norms depend on."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.norms.batch import NormBatch
from hessproof.numeric.norms.batch_norms import BatchNorms
from hessproof.numeric.norms.enclosure import Ball
from hessproof.numeric.norms.generator import KINDS, generate
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.norms.bounds import BOUNDS


@pytest.fixture(scope="module")
def batches() -> list[NormBatch]:
    return list(generate(0, 12000, size=60))


@pytest.fixture(scope="module")
def norms(batches: list[NormBatch]) -> list[BatchNorms]:
    return [BatchNorms(batch) for batch in batches]


def test_counts_and_kinds(batches: list[NormBatch]) -> None:
    assert sum(batch.size for batch in batches) == 12000
    assert all(set(batch.kinds) == set(KINDS) and len(batch.kinds) == batch.size for batch in batches)


def test_architectures(batches: list[NormBatch]) -> None:
    widths = [batch.widths for batch in batches]
    depths = Counter(len(each) - 1 for each in widths)
    assert all(depths[depth] >= 10 for depth in (1, 2, 3, 4, 5))
    assert {each[-1] for each in widths} == {2, 3, 4, 5}
    deep = [each for each in widths if len(each) > 2]
    assert any(each[0] < each[1] for each in deep)
    assert any(each[0] > each[1] for each in deep)
    assert any(1 in each[1:-1] for each in deep)
    assert any(each[0] == 1 for each in widths)
    assert any(len(set(each[1:-1])) == 1 and len(each) > 3 for each in deep)
    assert any(min(each[1:-1]) < min(each[0], each[-1]) for each in deep)
    assert {batch.biases is None for batch in batches} == {True, False}
    assert {batch.probabilities is None for batch in batches} == {True, False}


@pytest.mark.long
def test_weight_norms_below_at_above_one_and_zero(batches: list[NormBatch], norms: list[BatchNorms]) -> None:
    for depth in (1, 2, 3, 4, 5):
        found = [each.weight_norms for batch, each in zip(batches, norms, strict=True) if batch.layers == depth]
        largest = np.concatenate([each.mid.max(axis=-1) for each in found])
        slack = np.concatenate([each.rad.max(axis=-1) for each in found])
        assert (largest + slack < 1).mean() > 0.05
        assert (largest - slack > 1).mean() > 0.05
        assert (np.abs(largest - 1) <= slack).any()
        assert any((each.magnitude == 0).any() for each in found)
        assert any((each.magnitude == 0).all(axis=-1).any() for each in found)


def test_activation_patterns(batches: list[NormBatch], norms: list[BatchNorms]) -> None:
    active = dead = mixed = kinks = blank = 0
    for batch, each in zip(batches, norms, strict=True):
        blank += int((np.abs(batch.inputs).max(axis=-1) == 0).sum())
        if batch.layers > 1:
            on = np.concatenate([x.values > 0 for x in each.passes.inputs[1:]], axis=-1)
            open_gates = np.concatenate([gate > 0 for gate in each.passes.gates], axis=-1)
            active += int(on.all(axis=-1).sum())
            dead += int((~on).all(axis=-1).sum())
            mixed += int((on.any(axis=-1) & ~on.all(axis=-1)).sum())
            kinks += int((open_gates & ~on).any(axis=-1).sum())
    assert min(active, dead, mixed, kinks) > 200
    assert blank > 20


@pytest.mark.slow
def test_residuals_and_probabilities(batches: list[NormBatch], norms: list[BatchNorms]) -> None:
    sizes = np.concatenate([each.residual_norm.mid for each in norms])
    curvatures = np.concatenate([each.softmax_norm.mid for each in norms])
    assert (sizes > 1.38).any()
    assert (sizes < 0.05).any()
    assert ((sizes > 0.3) & (sizes < 1.2)).mean() > 0.3
    assert np.isclose(curvatures, 0.5).any()
    assert (curvatures < 0.05).any()
    relaxed = [batch.probabilities for batch in batches if batch.probabilities is not None]
    assert all((p.sum(axis=-1) == 1).all() and (p >= 0).all() for p in relaxed)
    wide = [p for p in relaxed if p.shape[-1] > 2]
    assert any(((p == 0.5).sum(axis=-1) == 2).any() for p in wide)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_the_sharp_bound_of_the_g_term_is_approached(depth: int) -> None:
    """½‖x‖² Σ_l Π_{s≠l} ‖W^s‖² is reached within rounding, and nearly off the exact structures."""
    ratios: dict[str, float] = {}
    for batch in generate(depth, 6000, size=200, layers=(depth,), bias=False, relaxed=False):
        if batch.widths[-1] == 2:
            norms = BatchNorms(batch)
            m = norms.weight_norms.mid
            others = np.stack([np.delete(m, l, axis=-1).prod(axis=-1) ** 2 for l in range(depth)], axis=-1)
            bound = 0.5 * norms.layer_input_norms.mid[:, 0] ** 2 * others.sum(axis=-1)
            share = np.where(bound > 0, norms.gauss_newton.mid / np.where(bound > 0, bound, 1), 0)
            for kind, value in zip(batch.kinds, share, strict=True):
                ratios[kind] = max(ratios.get(kind, 0.0), float(value))
    assert ratios["identity"] > 1 - 1e-9
    assert max(ratios.values()) < 1 + 1e-9
    assert ratios["nearly identity"] > 0.75


def test_the_sharp_bound_of_the_mixed_term_is_approached() -> None:
    """Two layers: ‖H-term‖ ≤ ‖δ‖‖x‖, with equality while a neuron is on."""
    best: dict[str, float] = {}
    for batch in generate(4, 4000, size=200, layers=(2,), bias=False):
        norms = BatchNorms(batch)
        bound = norms.residual_norm * norms.layer_input_norms[:, 0]
        assert not norms.functional.certainly_above(bound).any()
        for kind, share in zip(batch.kinds, norms.functional.lower / np.maximum(bound.upper, 2.0**-900), strict=True):
            best[kind] = max(best.get(kind, 0.0), float(share))
    assert best["rank one"] > 1 - 1e-9
    assert best["nearly rank one"] > 0.99


def test_the_seed_decides_everything() -> None:
    one, two, three = (list(generate(seed, 100, size=50)) for seed in (1, 1, 2))
    assert all((a.inputs == b.inputs).all() for a, b in zip(one, two, strict=True))
    assert [batch.widths for batch in one] != [batch.widths for batch in three] or any(
        (a.inputs != b.inputs).any() for a, b in zip(one, three, strict=True)
    )


def test_unusable_requests_are_refused() -> None:
    for options in ({"count": 0}, {"count": 5, "size": 0}, {"count": 5, "layers": (6,)}, {"count": 5, "layers": ()}):
        with pytest.raises(UnusableRequest):
            next(generate(0, **options))  # type: ignore[arg-type]


@pytest.mark.long
def test_every_sharp_bound_is_approached_at_every_depth() -> None:
    """The bounds of this project with ‖A‖ and ‖δ‖ of the object: reached within one in a hundred, never exceeded."""
    keys = ("g_term_at", "g_term_bias_at", "h_term_at", "h_term_bias_at", "hessian_at", "hessian_bias_at")
    best: dict[tuple[str, int], float] = {}
    for batch in generate(4, 8000, size=200):
        norms = BatchNorms(batch)

        def least(ball: Ball) -> list[Any]:
            return [np.maximum(ball.lower[:, layer], 0.0) for layer in range(ball.shape[1])]

        values = {
            "m": least(norms.weight_norms),
            "b": least(norms.bias_norms),
            "norm_x": least(norms.layer_input_norms)[0],
            "norm_A": norms.softmax_norm.lower,
            "norm_delta": norms.residual_norm.lower,
        }
        for key in keys:
            if batch.biases is None or BOUNDS[key].bias:
                bound = BOUNDS[key].compiled(batch.layers)(values) * np.ones(batch.size)
                measured = getattr(norms, BOUNDS[key].quantity).lower
                share = float(np.max(np.where(bound > 1e-100, measured / np.maximum(bound, 1e-100), 0.0)))
                best[key, batch.layers] = max(best.get((key, batch.layers), 0.0), share)
    for (key, depth), share in best.items():
        assert share < 1 + 1e-9, (key, depth)
        assert share > 0.99 or (depth == 1 and key.startswith("h_term")), (key, depth)
    assert len(best) == 5 * len(keys)
