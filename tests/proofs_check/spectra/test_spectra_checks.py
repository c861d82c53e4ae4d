"""The experiments' machinery: predicted ranks, criteria, second route, ratios and their smallest counterexamples."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.spectra import coarse, experiments, orthogonal, plateaus, precise, ratio, second
from hessproof.proofs_check.criteria import coarse_bounds, spectra_quick, spectra_second, spectra_third
from hessproof.proofs_check.criteria import spectra as criteria
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.spectra.networks import predicted_rank, setting
from hessproof.proofs_check.spectra.rank_shares import defined_rank, expected_sign, measured_rank, stated_rank
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

ALL_CRITERIA = (
    *criteria.CRITERIA,
    criteria.NOT_ZERO,
    *spectra_second.CRITERIA,
    *spectra_third.CRITERIA,
    *spectra_quick.CRITERIA,
    *coarse_bounds.CRITERIA,
)


def test_every_criterion_is_about_a_part_that_exists_and_can_be_missed() -> None:
    for one in ALL_CRITERIA:
        assert claim(one.claim).part(one.part).key == one.part
        assert one.seeds
        assert one.why
        assert one.configuration
        far = -1e9 if one.relation == ">=" else 1e9
        assert not one.met(far)
        assert one.met(-far)
        assert not one.met(float("nan"))


def test_the_predicted_rank_of_cross_entropy_has_one_output_less() -> None:
    plain = Architecture((64, 30, 20, 10))
    entropy = Architecture((64, 30, 20, 10), loss="cross-entropy")
    assert predicted_rank(entropy, "loss", 41) == predicted_rank(Architecture((64, 30, 20, 9)), "loss", 41)
    assert predicted_rank(plain, "loss", 61) == 1410
    assert predicted_rank(Architecture((3, 2, 1), loss="cross-entropy"), "loss", 3) == 0


def test_a_linear_network_has_its_rank_and_a_relu_network_no_gap_there() -> None:
    linear = setting(Architecture((4, 6, 5, 10)), samples=40, seed=3)
    rank = linear.predicted()
    found = Spectrum.of(linear.hessian())
    assert found.count(1e-11) == rank
    assert experiments.gap(found, rank) > 1e4
    relu = setting(Architecture((4, 6, 5, 10), activation="relu"), samples=40, seed=3)
    assert experiments.gap(Spectrum.of(relu.hessian()), rank) < 1e3


@pytest.mark.parametrize("run", second.RUNS, ids=lambda run: f"{run.claim}-{run.part}")
def test_both_routes_give_the_same_number(run: second.Run) -> None:
    one = next(one for one in experiments.RUNS if (one.claim, one.part) == (run.claim, run.part))
    network = second.draw(Architecture((4, 6, 5, 10), activation=run.activation, loss=run.loss), 30, 5)
    rank = Spectrum.of(network.hessian).count(1e-6) // 2  # an eigenvalue well above rounding on every machine
    assert run.value(network, rank) == pytest.approx(one.value(Spectrum.of(network.hessian), rank), rel=0.1, abs=1e-9)


@pytest.mark.slow
def test_fifty_digits_tell_tiny_from_zero() -> None:
    assert precise.precise_ratio(1, "linear") < 1e-45
    assert precise.precise_ratio(1, "tanh") > 1e-8
    assert float(precise.precise_ratio(1, "tanh")) == pytest.approx(precise.float_ratio(1, "tanh"), rel=1e-6)


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("width", Architecture((2, 1, 2, 2)), Architecture((2, 2, 2, 2))),
        ("depth", Architecture((1, 2, 2)), Architecture((1, 1, 2, 2))),
        ("bias", Architecture((1, 2, 2)), Architecture((1, 2, 2), bias=True)),
    ],
)
def test_the_smallest_networks_whose_ratio_rises(key: str, before: Architecture, after: Architecture) -> None:
    for rank in (measured_rank, defined_rank, stated_rank):
        assert Fraction(rank(after), after.parameters) > Fraction(rank(before), before.parameters)
    smaller = [one for one in ratio.networks(before.parameters, 5) if one.parameters < before.parameters]
    for one in smaller:
        for other in ratio.STEPS[key](one):
            assert Fraction(stated_rank(other), other.parameters) <= Fraction(stated_rank(one), one.parameters)


@pytest.mark.parametrize("key", list(ratio.PROOFS))
def test_signs_of_a_few_families_by_the_formula(key: str) -> None:
    for widths in ((3, 2, 1), (1, 3, 3), (4, 2, 1), (2, 3, 3, 2), (5, 4, 4, 2), (7, 2, 1)):
        architecture = Architecture(widths)
        if not claim("hessproof.ratio").part(key).in_domain(ratio.case_of(architecture)):
            continue
        other = ratio.step(key, architecture)
        change = Fraction(stated_rank(architecture), architecture.parameters)
        change -= Fraction(stated_rank(other), other.parameters)
        assert (change > 0) - (change < 0) == expected_sign(key, architecture, architecture.inputs)


def test_plateaus_are_noticed_to_be_wrong() -> None:
    rng = np.random.default_rng(4)
    found = list(plateaus.shallow(6, rng))
    assert all(map(plateaus.polynomial_agrees, found))
    for wrong in plateaus.WRONG.values():
        assert not all(plateaus.polynomial_agrees(one, wrong) for one in found)


def test_orthogonal_points_have_the_stated_spectrum() -> None:
    point = orthogonal.draw(3, 3, np.random.default_rng(1))
    assert orthogonal.polynomial_agrees(point)
    assert orthogonal.vectors_agree(point)
    assert not orthogonal.polynomial_agrees(point, tau=point.tau + 1)
    assert not orthogonal.vectors_agree(point, 1)
    assert sum(count for _, count in orthogonal.stated(3, 3, 1, 2)) == 3 * 9


def test_the_bound_of_samples_times_classes() -> None:
    assert coarse.by_formula((64, 30, 20, 10), 272) == coarse.by_arrays((64, 30, 20, 10), 272) == 1.0
    assert "rk H_o = 2 = N K" in coarse.attained()


def test_data_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UnusableRequest, match="64 pixels"):
        setting(Architecture((5, 2, 10)))


def test_a_check_records_criteria_values_and_figures() -> None:
    check = next(one for one in experiments.CHECKS if (one.claim, one.part) == ("singh2021.spectrum", "linear"))
    found = check.run(Context(Profile.QUICK))
    assert found.tally.held == found.tally.tried == 3
    record = found.details["criteria"][0]
    assert len(record["values"]) == 3
    assert record["seeds"] == [1, 2, 3]
    assert record["interval"]
    assert found.details["figures"][0]["lines"][0]["name"].startswith("predicted rank")


@pytest.mark.parametrize("loss", ["mse", "cosh", "cross-entropy"])
@pytest.mark.parametrize("widths", [(2, 8, 2), (2, 3, 9, 2, 3)])
def test_plateaus_with_bias_and_under_other_losses(widths: tuple[int, ...], loss: str) -> None:
    architecture = Architecture(widths, bias=True, loss=loss)
    rng = np.random.default_rng(8)
    parameters = [rng.standard_normal((rows, columns + 1)) for rows, columns in architecture.weight_shapes]
    inputs, targets = rng.standard_normal((9, widths[0])), np.eye(widths[-1])[rng.integers(0, widths[-1], 9)]
    ones = np.ones((9, 1))
    value = seen = np.hstack([inputs, ones])
    layer = int(np.argmax(widths))
    for number, matrix in enumerate(parameters, start=1):
        seen = value if number == layer else seen
        value = np.hstack([value @ matrix.T, ones])
    outputs = value[:, :-1]
    softmax = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    residual = {"mse": outputs - targets, "cosh": np.tanh(outputs - targets), "cross-entropy": softmax - targets}[loss]
    for matrix in reversed(parameters[layer + 1 :]):
        residual = residual @ matrix[:, :-1]
    omega = residual.T @ seen / 9
    free = widths[layer] - np.linalg.matrix_rank(np.hstack([parameters[layer - 1], parameters[layer][:, :-1].T]))
    assert free > 0
    for part in ("functional", "loss"):
        values = np.linalg.eigvalsh(network_hessian(architecture, parameters, inputs, targets, part))
        for sigma in np.linalg.svd(omega, compute_uv=False):
            for signed in (sigma, -sigma):
                assert (np.abs(values - signed) < 1e-10 * np.abs(values).max()).sum() >= free
