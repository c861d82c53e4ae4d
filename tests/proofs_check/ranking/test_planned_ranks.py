"""What a rank costs is known before anything exact is computed: plans, refusals with the size that would fit."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from hessproof.numeric import memory
from hessproof.numeric.losses.assembly import modular_chains
from hessproof.numeric.losses.core import core
from hessproof.numeric.losses.cost import core_order
from hessproof.numeric.losses.instance import prescribed_instance
from hessproof.numeric.losses.ranks import loss_primes
from hessproof.numeric.modular import PrimeField
from hessproof.numeric.planning import Plan
from hessproof.numeric.rectified.expected import expected_order
from hessproof.numeric.rectified.forward import forward
from hessproof.numeric.rectified.live import live
from hessproof.numeric.rectified.network import squared
from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.ranking import DataRequest, activated, rank_network
from hessproof.proofs_check.ranking import under_loss as loss_route
from hessproof.proofs_check.ranking.request import drawn, stored
from hessproof.symbolic.architecture import Architecture

PRIME = next(loss_primes())
GIB = 2**30


@pytest.fixture
def four_gib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 5 * GIB)


def refusal(capsys: pytest.CaptureFixture[str], words: str) -> str:
    """The one line, and what it says would fit."""
    start = time.perf_counter()
    assert run(["rank", *words.split()]) == 2
    assert time.perf_counter() - start < 10  # about 1 s where nothing else runs
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    return err


@pytest.mark.long
@pytest.mark.usefixtures("four_gib")
@pytest.mark.parametrize("more", ["", "--dense", "--quantity outer --activation leaky-relu"])
def test_a_rectified_network_is_refused_before_its_exact_forward_pass(
    more: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(activated, "RectifiedRanks", None)
    monkeypatch.setattr(activated, "squared", None)
    line = refusal(capsys, f"400-4000-10 --activation relu {more}")
    assert re.search(r"; order \d+,\d{3} would fit: choose narrower layers", line), line


@pytest.mark.usefixtures("four_gib")
def test_too_many_samples_are_refused_before_they_are_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(activated, "drawn", None)
    line = refusal(capsys, "64-60-50-10 --activation relu --samples 3000000")
    found = re.search(r"--samples (\d+) would fit", line)
    assert found, line
    monkeypatch.undo()
    assert 0 < int(found[1]) < 3_000_000


@pytest.mark.parametrize("widths", [(16, 20, 10, 10), (4, 10), (5, 7, 6, 4, 3)])
@pytest.mark.parametrize("kind", ["relu", "leaky-relu"])
@pytest.mark.parametrize("bias", [False, True])
def test_the_order_is_known_from_signs_in_double_precision(widths: tuple[int, ...], kind: str, bias: bool) -> None:
    one = Architecture(widths, bias=bias, activation=kind)
    weights = activated._drawn_weights(one, 0)
    for request in (DataRequest(), DataRequest(samples=3), DataRequest(data_rank=1, samples=7)):
        data = drawn(request, one, 0)
        network = squared(one, weights, data.inputs, data.targets)
        assert expected_order(one, weights, data.inputs) == live(network, forward(network)).size


def test_the_order_on_images_is_nearly_right() -> None:
    one = Architecture((64, 30, 10), activation="relu")
    weights = activated._drawn_weights(one, 0)
    data = stored(DataRequest("digits", samples=150), one)
    network = squared(one, weights, data.inputs, data.targets)
    true = live(network, forward(network)).size
    assert abs(expected_order(one, weights, data.inputs) - true) <= 0.02 * true


def test_the_order_of_a_network_whose_numbers_overflow() -> None:
    one = Architecture((3, 4, 4, 2), bias=True, activation="relu")
    weights: list[Any] = [matrix * 1e300 for matrix in activated._drawn_weights(one, 0)]
    data = drawn(DataRequest(), one, 0)
    assert 0 < expected_order(one, weights, data.inputs) <= one.parameters


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [(5, 4, 3), (6, 3, 5, 4), (3, 7, 2, 6, 4), (9, 4), (2, 8, 8, 3)])
def test_the_order_of_a_core_under_a_loss_is_known_from_the_widths(widths: tuple[int, ...], bias: bool) -> None:
    one = Architecture(widths, bias=bias, loss="cross-entropy")
    for data_rank, residual_rank in ((2, 1), (widths[0], 2), (1, 0)):
        if residual_rank > data_rank:
            continue
        made = prescribed_instance(one, data_rank, residual_rank, samples=data_rank + 3)
        kept = core(modular_chains(made, PrimeField(PRIME), 2), PRIME)
        augmented = made.augmented_data_rank, made.augmented_residual_rank or 0
        ranks = augmented if bias else (data_rank, residual_rank)
        assert core_order(one, *ranks) == sum(len(part.rows) * len(part.columns) for part in kept)


@pytest.mark.long
@pytest.mark.parametrize("loss", ["cross-entropy", "cosh"])
def test_a_rank_under_a_loss_is_planned_and_reports(loss: str) -> None:
    plans: list[Plan] = []
    told: list[str] = []
    one = Architecture((32, 30, 20, 10), loss=loss)
    found = rank_network(one, plan=plans.append, progress=lambda what, share: told.append(what))
    assert found.agrees
    assert [cost.what.split(" for ")[1] for cost in plans[0].costs] == ["H_o", "H_f", "H_L"]
    order = plans[0].costs[0].what.split(" for ")[0]
    assert any(what.startswith(f"{order} modulo ") for what in told)


@pytest.mark.usefixtures("four_gib")
@pytest.mark.parametrize(("words", "size"), [
    ("64-4000-4000-10 --loss cosh --data digits", "a core of order "),
    ("784-400-1000 --loss cross-entropy", "--samples "),
    ("3-4-3000 --loss cosh --samples 20000", "--samples "),
])  # fmt: skip
def test_a_network_under_a_loss_that_cannot_fit_is_refused_before_it_is_drawn(
    words: str, size: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loss_route, "prescribed_instance", None)
    monkeypatch.setattr(loss_route, "labelled_instance", None)
    assert re.search(f"; {size}[0-9,]+ would fit: choose ", refusal(capsys, words))
