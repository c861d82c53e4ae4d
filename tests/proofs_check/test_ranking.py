"""The ranks of one network: measured on each engine, compared with the prediction, and seen to disagree."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.ranks import measure
from hessproof.numeric.result import Rank
from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.outputs import RankOutput
from hessproof.proofs_check.ranking import DataRequest, rank_network
from hessproof.proofs_check.ranking.compare import agreement
from hessproof.proofs_check.ranking.squared import make_instance, ranks_of, refuse_too_large
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formula import RankFormula


def rank_json(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> dict:  # type: ignore[type-arg]
    assert run(["rank", *words, "--json"]) == status
    out, err = capsys.readouterr()
    assert err == ""
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["exact", "multiprecision", "float"])
@pytest.mark.parametrize(
    ("widths", "ranks", "expected"),
    [
        ("4-3-2", (), (8, 12, 16)),
        ("5-2-3-4", ("--data-rank", "3", "--residual-rank", "1"), (10, 9, 18)),
        ("1-1", (), (1, 0, 1)),
        ("3-3-3-3", ("--residual-rank", "1"), (9, 11, 19)),
        ("4-3-2", ("--data-rank", "0"), (0, 0, 0)),
        ("4-3-2", ("--samples", "2"), (4, 12, 12)),
    ],
)
def test_predicted_and_measured(
    engine: str, widths: str, ranks: tuple[str, ...], expected: tuple[int, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    found = rank_json(capsys, widths, *ranks, "--engine", engine, "--seed", "5")
    quantities = found["quantities"]
    assert list(quantities) == ["outer", "functional", "loss"]
    assert tuple(each["measured"] for each in quantities.values()) == expected
    assert all(each["agrees"] is True and each["predicted"] == each["measured"] for each in quantities.values())
    assert all(each["engine"] == engine for each in quantities.values())
    assert {each["bound"] for each in quantities.values()} == {"exact" if engine == "exact" else "numerical"}
    assert found["seed"] == found["drawn"]["seed"] == 5


@pytest.mark.parametrize("engine", ["exact", "float"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("4-3-2", "--bias"), (10, 12, 20)),
        (("1-1-2", "--bias"), (4, 4, 6)),
        (("4-3-3", "--loss", "cross-entropy"), (8, 12, 16)),
        (("4-3-3", "--loss", "cosh"), (12, 18, 21)),
        (("3-2-3", "--loss", "cross-entropy", "--bias"), (8, 8, 14)),
        (("3-2-1", "--loss", "cross-entropy"), (0, 0, 0)),
    ],
)
def test_bias_and_losses_have_predictions(
    engine: str, words: tuple[str, ...], expected: tuple[int, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    found = rank_json(capsys, *words, "--engine", engine, "--seed", "3")
    assert tuple(each["measured"] for each in found["quantities"].values()) == expected
    assert all(each["agrees"] is True for each in found["quantities"].values())


def test_the_repaired_formula_with_bias_stands_beside_fact_13(capsys: pytest.CaptureFixture[str]) -> None:
    found = rank_json(capsys, "1-1-2", "--bias")["quantities"]["loss"]
    assert (found["predicted"], found["published"], found["measured"]) == (6, 5, 6)


@pytest.mark.parametrize("activation", ["relu", "leaky-relu"])
def test_rectified_networks_are_exact_and_not_predicted(activation: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = rank_json(capsys, "4-3-2", "--activation", activation, "--samples", "12", "--seed", "1")
    for each in found["quantities"].values():
        assert each["bound"] == "exact"
        assert each["predicted"] is None
        assert each["agrees"] is None
    most = 18 - 3
    assert found["quantities"]["outer"]["measured"] <= most
    assert run(["rank", "4-3-2", "--activation", activation]) == 0
    assert "not predicted" in capsys.readouterr().out


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "linear"])
@pytest.mark.parametrize("loss", LOSSES)
def test_every_activation_and_loss_in_floating_point(
    activation: str, loss: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("4-3-10", "--activation", activation, "--loss", loss, "--bias", "--data", "digits", "--samples", "40")
    found = rank_json(capsys, *words, "--engine", "float")
    assert found["architecture"] == {"widths": [4, 3, 10], "bias": True, "activation": activation, "loss": loss}
    for each in found["quantities"].values():
        assert each["bound"] == "numerical"
        assert 0 < each["measured"] <= found["parameters"]
        assert each["tolerance"] > 0


def test_a_rectified_network_measures_alike_exactly_and_in_floating_point() -> None:
    """The same integer weights in both arithmetics: the ranks over Q are those above the tolerance."""
    from hessproof.numeric.floating import numerical_rank
    from hessproof.numeric.network.hessians import network_hessian
    from hessproof.numeric.rectified.blocks import rectified_hessian
    from hessproof.numeric.rectified.network import squared

    architecture = Architecture((3, 3, 2, 2), activation="relu")
    rng = np.random.default_rng(4)
    weights = [rng.integers(-5, 6, shape).astype(object) for shape in architecture.weight_shapes]
    x, y = rng.integers(-5, 6, (9, 3)).astype(object), rng.integers(-5, 6, (9, 2)).astype(object)
    exact = rectified_hessian(squared(architecture, weights, x, y))
    floats = [weight.astype(float) for weight in weights]
    matrix = network_hessian(architecture, floats, x.astype(float), y.astype(float))
    np.testing.assert_allclose(matrix * len(x), exact.astype(float), rtol=1e-12, atol=1e-9)
    assert numerical_rank(matrix, symmetric=True).value == exact_rank(exact).value


def test_the_object_has_the_fields_that_scripts_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    found = rank_json(capsys, "3-2")
    assert found["schema"] == "hessproof/rank/1"
    assert found["architecture"] == {"widths": [3, 2], "bias": False, "activation": "linear", "loss": "mse"}
    ranks = {"data_rank": 3, "augmented_data_rank": 4, "residual_rank": 2, "augmented_residual_rank": 2}
    assert {**ranks, "parameters": 6}.items() <= found.items()
    assert {"predicted", "measured", "engine", "bound", "tolerance", "gap", "agrees"} <= set(
        found["quantities"]["loss"]
    )
    assert found["quantities"]["functional"]["published"] == 4
    assert "published" not in found["quantities"]["loss"]
    jsonschema.validate(found, RankOutput.model_json_schema(mode="serialization", by_alias=True))


def test_the_same_request_gives_the_same_object(capsys: pytest.CaptureFixture[str]) -> None:
    one, two, other = (rank_json(capsys, "4-3-2", "--seed", seed) for seed in ("1", "1", "2"))
    for found in (one, two, other):
        del found["seconds"]
    assert one == two != other


@pytest.mark.parametrize(("inputs", "data_rank"), [(64, 61), (16, 16), (4, 4)])
def test_digits(inputs: int, data_rank: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = rank_json(capsys, f"{inputs}-3-10", "--data", "digits")
    assert (found["data_rank"], found["residual_rank"], found["drawn"]["samples"]) == (data_rank, min(10, inputs), 1797)
    assert found["augmented_data_rank"] == data_rank + 1


def test_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = np.array([[0.5, 1.0, 1.5], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    np.savez(tmp_path / "some.npz", x=x, y=np.eye(4)[:, :2])
    found = rank_json(capsys, "3-3-2", "--data", str(tmp_path / "some.npz"), "--samples", "3")
    assert (found["data_rank"], found["drawn"]["samples"]) == (2, 3)


@pytest.mark.parametrize(
    ("predicted", "bound", "outcome"),
    [
        (5, "exact", True),
        (6, "exact", False),
        (4, "exact", False),
        (5, "lower", True),
        (6, "lower", None),
        (4, "lower", False),
        (6, "numerical", False),
    ],
)
def test_agreement(predicted: int, bound: str, outcome: bool | None) -> None:
    assert agreement(predicted, Rank("loss", 5, "exact", bound, "made up")) is outcome  # type: ignore[arg-type]


def test_a_wrong_prediction_is_seen_and_ends_with_status_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from hessproof.symbolic.losses.rank_rule import generic

    def wrong(quantity: str, architecture: Architecture) -> RankFormula:
        right = generic(quantity, architecture)
        return next(right.mutants()) if quantity == "loss" else right

    monkeypatch.setattr("hessproof.proofs_check.ranking.compare.generic", wrong)
    found = rank_json(capsys, "4-3-2", status=1)
    assert [each["agrees"] for each in found["quantities"].values()] == [True, True, False]
    assert run(["rank", "4-3-2"]) == 1
    assert "DISAGREES" in capsys.readouterr().out


def test_the_published_formula_stands_beside_the_repaired_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", "3-2"]) == 0
    text = capsys.readouterr().out
    assert "0 (published: 4)" in text
    assert "DISAGREES" not in text


def test_augmented_ranks_are_those_of_the_samples() -> None:
    architecture = Architecture((3, 2, 2))
    instance = make_instance(architecture, DataRequest(data_rank=2, residual_rank=1), seed=3)
    assert instance.inputs is not None
    assert instance.targets is not None
    x = instance.inputs.astype(float)
    augmented = np.hstack([x, np.ones((len(x), 1))])
    outputs = instance.inputs
    for weight in instance.weights:
        outputs = outputs.dot(weight.T)
    residual = (outputs - instance.targets).astype(float)
    residual /= np.abs(residual).max()
    expected = np.linalg.matrix_rank(augmented), np.linalg.matrix_rank(residual.T @ augmented)
    found = ranks_of(instance)
    assert (found.augmented_data, found.augmented_residual) == expected


def test_a_network_is_refused_by_the_size_of_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    architecture = Architecture((40, 30, 20))
    monkeypatch.setattr("hessproof.numeric.memory.available_bytes", lambda: 3 * 10**7)
    with pytest.raises(UnusableRequest, match="predicted rank of 1600 "):
        refuse_too_large(architecture, 40, 20, 40)
    refuse_too_large(architecture, 2, 2, 40)


def test_measuring_another_way_gives_the_same_ranks() -> None:
    architecture = Architecture((5, 3, 4, 2))
    found = rank_network(architecture, DataRequest(data_rank=4, residual_rank=1), seed=8)
    dense = measure(make_instance(architecture, DataRequest(data_rank=4, residual_rank=1), 8), structured=False)
    assert {name: each.measured for name, each in found.quantities.items()} == {
        name: rank.value for name, rank in dense.items()
    }
