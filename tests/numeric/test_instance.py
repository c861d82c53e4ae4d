"""Instances: exact ranks as asked for, reproducible from their description, and refused if impossible."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numeric_examples import EXAMPLES, Example

from hessproof.numeric import draws
from hessproof.numeric.instance import (
    Instance,
    data_instance,
    from_description,
    generic_instance,
    special_instance,
)
from hessproof.numeric.integers import integers, product
from hessproof.numeric.moments import Moments
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.slow
@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(0, 2**30), st.data())
def test_generic_instances_have_the_ranks_asked_for(widths: list[int], seed: int, data: st.DataObject) -> None:
    architecture = Architecture(tuple(widths))
    r = data.draw(st.integers(0, widths[0]))
    s = data.draw(st.integers(0, min(r, widths[-1])))
    samples = data.draw(st.none() | st.integers(max(r, 1), 9))
    made = generic_instance(architecture, r, s, seed, magnitude=100, samples=samples)
    assert (made.data_rank, made.residual_rank) == (r, s)
    assert made.samples == (samples or max(r, 1))
    assert_moments_fit_the_samples(made)


def assert_moments_fit_the_samples(made: Instance) -> None:
    assert made.inputs is not None
    assert made.targets is not None
    residual = product([made.inputs, *(weight.T for weight in made.weights)]) - made.targets
    assert (product([made.inputs.T, made.inputs]) == made.sigma).all()
    assert (product([residual.T, made.inputs]) == made.omega).all()
    assert (product([made.targets.T, made.inputs]) == made.cross).all()


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_descriptions_are_json_and_make_the_same_instance(example: Example) -> None:
    made = example.make()
    description = json.loads(json.dumps(made.describe()))
    assert description["widths"] == list(made.architecture.widths)
    if description["factory"] == "data":
        with pytest.raises(UnusableRequest, match="factory 'data'"):
            from_description(description)
        return
    again = from_description(description)
    assert all((one == two).all() for one, two in zip(made.weights, again.weights, strict=True))
    assert (made.sigma == again.sigma).all()
    assert (made.omega == again.omega).all()
    assert again.describe() == made.describe()


def test_seeds_and_widths_change_what_is_drawn() -> None:
    one, two = (generic_instance(Architecture((3, 3)), 3, 3, seed) for seed in (0, 1))
    assert (one.weights[0] != two.weights[0]).any()
    assert max(abs(int(entry)) for entry in one.weights[0].flat) > 2**10


def test_q_counts_the_data_rank() -> None:
    assert generic_instance(Architecture((5, 4, 3)), 2, 1).q == 2


def test_weights_may_be_given_with_data() -> None:
    made = data_instance(Architecture((2, 1)), [[1, 2]], [[3]], weights=[[[4, 5]]])
    assert made.omega.tolist() == [[11, 22]]
    assert_moments_fit_the_samples(made)


IMPOSSIBLE: list[tuple[Any, str]] = [
    (lambda: generic_instance(Architecture((3, 2)), 4, 1), "data rank 4: expected 0 to 3"),
    (lambda: generic_instance(Architecture((3, 2)), 1, 2), "residual rank 2: expected 0 to 1"),
    (lambda: generic_instance(Architecture((3, 2)), 3, 1, samples=2), "2 samples: expected at least 3"),
    (lambda: generic_instance(Architecture((3, 2)), 3, 1, magnitude=0), "magnitude 0: expected 1 to"),
    (lambda: generic_instance(Architecture((3, 2), loss="cosh"), 3, 1), "expected a linear network under the squared"),
    (lambda: data_instance(Architecture((3, 2)), [[1, 2]], [[1, 0]]), "inputs of shape (1, 2): expected N × 3"),
    (lambda: data_instance(Architecture((2, 2)), [[1, 2]], [[1]]), "targets of shape (1, 1): expected N × 2"),
    (lambda: data_instance(Architecture((2, 1)), [[1, 2]], [[1], [2]]), "1 inputs and 2 targets"),
    (lambda: special_instance(Architecture((1, 1)), [[[1, 2]]], [[1]], [[1]]), "weights of shapes ((1, 2),)"),
    (lambda: special_instance(Architecture((1, 1)), [[[1]]], [[1]], [[1], [2]]), "moments of shapes"),
    (lambda: special_instance(Architecture((2, 1)), [[[1, 1]]], [[1, 0], [1, 1]], [[1, 0]]), "Σ: expected a symmetric"),
    (lambda: special_instance(Architecture((2, 1)), [[[1, 1]]], [[1, 0], [0, 0]], [[0, 1]]), "Ω: expected rows in"),
]


@pytest.mark.parametrize(("make", "message"), IMPOSSIBLE, ids=[message for _, message in IMPOSSIBLE])
def test_impossible_requests_are_refused_in_one_line(make: Any, message: str) -> None:
    with pytest.raises(UnusableRequest) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_control_a_deficient_draw_is_drawn_again_and_given_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "_factor", lambda rng, shape, data: np.zeros(shape, dtype=object))
    with pytest.raises(UnusableRequest, match="ranks that turn up in 20 draws"):
        generic_instance(Architecture((2, 2)), 2, 1)


def test_moments_know_their_ranks() -> None:
    moments = Moments(integers([[1, 1], [1, 1]]), integers([[0, 0]]))
    assert (moments.data_rank, moments.residual_rank) == (1, 0)
