"""Every object's Hessian in its own coordinates, the assembled mean, and the bounds, against whole Hessians."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.curvature import chain
from hessproof.numeric.curvature.angles import overlap
from hessproof.numeric.curvature.bounds import BLOCKS, object_bounds, weight_norms
from hessproof.numeric.curvature.chain import factors, groups
from hessproof.numeric.curvature.dense import mean_parts
from hessproof.numeric.curvature.objects import compared, object_norms, object_spaces
from hessproof.numeric.network.hessians import network_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Given = tuple[Architecture, list[np.ndarray], np.ndarray, np.ndarray]


def network(widths: tuple[int, ...], bias: bool, seed: int, samples: int = 4, scale: float = 1.0) -> Given:
    architecture = Architecture(widths, bias, "relu", "cross-entropy")
    stream = np.random.default_rng(seed)
    weights = [scale * stream.standard_normal((rows, columns + bias)) for rows, columns in architecture.weight_shapes]
    inputs = stream.standard_normal((samples, widths[0]))
    return architecture, weights, inputs, np.eye(widths[-1])[stream.integers(widths[-1], size=samples)]


@st.composite
def networks(draw: st.DrawFn) -> Given:
    widths = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    seed, scale = draw(st.integers(0, 10**6)), draw(st.sampled_from([0.1, 1.0, 3.0]))
    found = network(widths, draw(st.booleans()), seed, 3, scale)
    if draw(st.booleans()):
        found[1][draw(st.integers(0, len(found[1]) - 1))][:] = 0.0
    return found


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(networks())
def test_the_mean_is_that_of_the_other_assembly(one: Given) -> None:
    outer, functional = mean_parts(*one)
    for found, part in ((outer, "outer"), (functional, "functional")):
        assert np.allclose(found, network_hessian(*one, part), atol=1e-11)  # type: ignore[arg-type]


@pytest.mark.long
@settings(max_examples=20, deadline=None)
@given(networks())
def test_norms_are_those_of_whole_hessians_and_lie_below_the_bounds(one: Given) -> None:
    architecture, weights, x, y = one
    found, bounds = object_norms(*one), object_bounds(*one)
    for i in range(len(x)):
        for part in ("loss", "outer", "functional"):
            whole = network_hessian(architecture, weights, x[i : i + 1], y[i : i + 1], part)  # type: ignore[arg-type]
            value = np.abs(np.linalg.eigvalsh(whole)).max()
            assert getattr(found, part)[i] == pytest.approx(value, rel=1e-9, abs=1e-10)
    for key, value in bounds.items():
        if key not in ("thm1", "lemma1"):
            assert (found.loss <= value * (1 + 1e-9) + 1e-10).all(), key
    layers = "hessian_bias_at" if architecture.bias else "hessian_at"
    assert (bounds[BLOCKS] <= bounds[layers] * (1 + 1e-9) + 1e-10).all()


@pytest.mark.slow
def test_the_generator_reaches_what_matters() -> None:
    seen: set[str] = set()

    @settings(max_examples=120, deadline=None, database=None, derandomize=True)
    @given(networks())
    def look(one: Given) -> None:
        architecture, weights, _, y = one
        values = factors(*one)
        seen.update(
            word
            for word, true in (
                ("bias", architecture.bias), ("one layer", architecture.layers == 1), ("K = 1", y.shape[1] == 1),
                ("width 1", 1 in architecture.hidden), ("deep", architecture.layers == 4),
                ("zero weights", any(not weight.any() for weight in weights)),
                ("dead object", architecture.layers > 1 and bool((values.inputs[-1][:, :1] == 0).all())),
                ("norm above one", weight_norms(architecture, weights)["M_W"] > 1),  # type: ignore[operator]
                ("norm below one", weight_norms(architecture, weights)["M_W"] < 1),  # type: ignore[operator]
            )
            if true
        )  # fmt: skip

    look()
    assert len(seen) == 9, seen


def test_spaces_are_those_of_whole_hessians() -> None:
    architecture, weights, x, y = network((5, 6, 7, 4), False, 11, 6, 0.5)
    found = object_spaces(architecture, weights, x, y)
    for i in range(len(x)):
        parts = [network_hessian(architecture, weights, x[i : i + 1], y[i : i + 1], part) for part in ("loss", "outer")]  # type: ignore[arg-type]
        (values, vectors), (_, others) = (np.linalg.eigh(part) for part in parts)
        lead = vectors[:, -1]
        assert found.overlap[i] == pytest.approx(overlap(vectors[:, -3:], others[:, -3:]))
        assert found.leading[i] == pytest.approx((lead @ others[:, -1]) ** 2)
        assert found.share[i] == pytest.approx(lead @ parts[1] @ lead / values[-1])
        assert found.top[i] == pytest.approx(values[-1])


def test_no_share_where_there_is_no_curvature() -> None:
    found = compared(np.zeros((1, 2, 2)), np.zeros((1, 2, 2)), 1)
    assert np.isnan(found[2][0])


def test_groups_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    given = network((4, 5, 3), True, 2, 7)
    before = object_norms(*given).loss, mean_parts(*given)[0], object_bounds(*given)[BLOCKS]
    monkeypatch.setattr(chain, "NUMBERS", 100)
    assert len(list(groups(given[0], 7))) > 1
    after = object_norms(*given).loss, mean_parts(*given)[0], object_bounds(*given)[BLOCKS]
    assert all(np.allclose(one, two) for one, two in zip(before, after, strict=True))


def test_the_bound_from_blocks_is_exact_for_one_layer() -> None:
    given = network((4, 3), True, 5)
    assert np.allclose(object_bounds(*given)[BLOCKS], object_norms(*given).loss)


def test_the_published_bound_fails_at_zero_weights() -> None:
    architecture = Architecture((1, 2), activation="relu", loss="cross-entropy")
    one = object_bounds(architecture, [np.zeros((2, 1))], np.ones((1, 1)), np.eye(2)[:1])
    norms = object_norms(architecture, [np.zeros((2, 1))], np.ones((1, 1)), np.eye(2)[:1])
    assert one["thm1"][0] == 0.0 < norms.loss[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda a, w, x, y: (Architecture((3, 2, 2), activation="tanh", loss="cross-entropy"), w, x, y), "relu"),
        (lambda a, w, x, y: (a, w[:1], x, y), "shapes"),
        (lambda a, w, x, y: (a, w, x[:, :2], y), "inputs"),
        (lambda a, w, x, y: (a, w, x, y[:2]), "targets"),
        (lambda a, w, x, y: (a, w, x[:0], y[:0]), "one row"),
        (lambda a, w, x, y: (a, [w[0] * np.inf, w[1]], x, y), "finite"),
    ],
)
def test_what_is_refused(change, word: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnusableRequest, match=word):
        factors(*change(*network((3, 2, 2), False, 0)))
