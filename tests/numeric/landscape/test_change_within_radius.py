"""The change of the loss within a radius: measured from below, proven from above."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.landscape.radius import answer_sample_size, measured_change
from hessproof.numeric.landscape.reach import LIPSCHITZ, largest_product, logit_reach, proven_change
from hessproof.numeric.network.forward import network_forward
from hessproof.numeric.network.losses import loss_values
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def network(
    seed: int, widths: tuple[int, ...], activation: str = "relu", bias: bool = False, samples: int = 6
) -> tuple[Architecture, list[np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    architecture = Architecture(widths, bias, activation, "cross-entropy")
    matrices = [rng.standard_normal((rows, columns + bias)) for rows, columns in architecture.weight_shapes]
    inputs = rng.standard_normal((samples, widths[0]))
    return architecture, matrices, inputs, np.eye(widths[-1])[rng.integers(0, widths[-1], samples)]


@pytest.mark.slow
@given(st.integers(0, 50), st.sampled_from(LIPSCHITZ), st.booleans(), st.floats(0, 2))
def test_no_point_of_the_ball_moves_a_logit_or_a_loss_further_than_proven(
    seed: int, activation: str, bias: bool, radius: float
) -> None:
    architecture, matrices, inputs, targets = network(seed, (3, 4, 2, 3), activation, bias)
    rng = np.random.default_rng(seed)
    reach = logit_reach(architecture, matrices, inputs, targets, radius)
    proven = proven_change(architecture, matrices, inputs, targets, radius)
    before = network_forward(architecture, matrices, inputs)
    for _ in range(4):
        steps = [rng.standard_normal(matrix.shape) for matrix in matrices]
        scale = radius / math.sqrt(sum(float(np.sum(step**2)) for step in steps))
        moved = [matrix + scale * step for matrix, step in zip(matrices, steps, strict=True)]
        after = network_forward(architecture, moved, inputs)
        assert np.all(np.linalg.norm(after - before, axis=1) <= reach + 1e-12)
        losses = np.asarray(loss_values("cross-entropy", after, targets))
        assert np.max(losses) - np.min(losses) <= proven.best + 1e-9
        assert proven.any_object is None or np.max(losses) - np.min(losses) <= proven.any_object + 1e-9


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_aligned_chains_attain_the_reach(depth: int) -> None:
    inner, outer = np.ones((2, 2)), np.asarray([[1.0, 1.0], [-1.0, -1.0]])
    architecture = Architecture((2,) * (depth + 1), activation="relu", loss="cross-entropy")
    chain = [0.5 * inner] * (depth - 1) + [0.5 * outer]
    there = [0.75 * inner] * (depth - 1) + [0.75 * outer]
    x, y = np.ones((1, 2)), np.asarray([[1.0, 0.0]])
    radius = 0.5 * math.sqrt(depth)
    moved = np.linalg.norm(network_forward(architecture, there, x) - network_forward(architecture, chain, x))
    assert math.isclose(moved, logit_reach(architecture, chain, x, y, radius)[0], rel_tol=1e-8)


@pytest.mark.slow
@given(st.lists(st.floats(0, 3), min_size=1, max_size=5), st.floats(0.01, 3), st.integers(0, 100))
def test_no_other_steps_make_a_larger_product(norms: list[float], radius: float, seed: int) -> None:
    best = largest_product(norms, radius)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        steps = abs(rng.standard_normal(len(norms)))
        steps *= radius / np.linalg.norm(steps)
        assert math.prod(m + r for m, r in zip(norms, steps, strict=True)) <= best * (1 + 1e-9)
    equal = math.prod(norms[0] + radius / math.sqrt(len(norms)) for _ in norms)
    assert len(set(norms)) > 1 or math.isclose(best, equal, rel_tol=1e-9)


@pytest.mark.long
@given(st.integers(0, 30), st.floats(0, 1.5), st.integers(1, 5))
def test_what_is_measured_lies_below_what_is_proven(seed: int, radius: float, k: int) -> None:
    architecture, matrices, inputs, targets = network(seed, (2, 3, 3))
    found = measured_change(architecture, matrices, inputs, targets, k, radius, starts=1, steps=5)
    proven = proven_change(architecture, matrices, inputs, targets, radius)
    assert found.centre <= found.value <= proven.best / (k + 1) + 1e-9
    assert found.distance <= radius * (1 + 1e-9)


def test_one_layer_of_two_classes_is_climbed_to_its_maximum() -> None:
    architecture = Architecture((2, 2), loss="cross-entropy")
    inputs = np.asarray([[0.6, 0.8], [0.6, 0.8]])
    found = measured_change(architecture, [np.zeros((2, 2))], inputs, np.eye(2), 1, 2.0, seed=3)
    assert math.isclose(found.value, math.sqrt(2), rel_tol=1e-6)  # |ℓ_2 − ℓ_1|/2 = |z_1 − z_2|/2 = √2 R‖x‖/2


def test_the_measured_sample_size_does_not_exceed_the_proven_one() -> None:
    architecture, matrices, inputs, targets = network(1, (3, 4, 3), samples=60)
    small = [matrix / 4 for matrix in matrices]
    found = answer_sample_size(architecture, small, inputs, targets, 0.1, 0.05, most=6, starts=1, steps=4)
    assert found.measured is not None
    assert found.measured <= found.proven
    assert found.any_object is not None
    assert found.any_object >= found.proven
    assert [change.k for change in found.changes] == sorted({change.k for change in found.changes})
    none = answer_sample_size(architecture, small, inputs, targets, 0.1, 1e-9, most=3, starts=0, steps=1)
    assert none.measured is None


@pytest.mark.parametrize(
    "change",
    [
        {"radius": -1.0}, {"radius": math.nan}, {"k": 0}, {"k": 6}, {"activation": "gelu"}, {"loss": "mse"},
        {"targets": np.full((6, 3), 0.5)}, {"targets": np.full((6, 3), np.nan)}, {"inputs": np.full((6, 2), np.inf)},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_one_line(change: dict[str, object]) -> None:
    _, matrices, inputs, targets = network(0, (2, 3, 3))
    asked = {"radius": 0.1, "k": 2, "inputs": inputs, "targets": targets, **change}
    kind = Architecture(
        (2, 3, 3), False, str(change.get("activation", "relu")), str(change.get("loss", "cross-entropy"))
    )
    with pytest.raises(UnusableRequest) as refusal:
        measured_change(kind, matrices, asked["inputs"], asked["targets"], asked["k"], asked["radius"])  # type: ignore[arg-type]
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("samples", "tolerance"), [(6, 0.0), (6, -1.0), (1, 0.1)])
def test_a_tolerance_must_be_positive_and_there_must_be_an_object_to_add(samples: int, tolerance: float) -> None:
    architecture, matrices, inputs, targets = network(0, (2, 3, 3), samples=samples)
    with pytest.raises(UnusableRequest):
        answer_sample_size(architecture, matrices, inputs, targets, 0.1, tolerance)
