"""The page on nonlinear Hessians is made of the stored runs, and its contenders differentiate the same loss."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import nonlinear

    return nonlinear


def test_the_page_is_made_of_the_stored_runs(module: Any) -> None:
    record = json.loads((ROOT / "docs" / "benchmarks-nonlinear.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "benchmarks-nonlinear.md").read_text(encoding="utf-8")
    assert page == module.render(record)
    slower = copy.deepcopy(record)
    for run in slower["runs"]:
        run["seconds"] *= 1000
    assert page != module.render(slower)
    failed = copy.deepcopy(record)
    failed["runs"][0] = {key: failed["runs"][0][key] for key in ("case", "contender", "repeat")} | {"failed": "broke"}
    assert "broke" in module.render(failed)


def test_every_case_was_measured_as_often(module: Any) -> None:
    record = json.loads((ROOT / "docs" / "benchmarks-nonlinear.json").read_text(encoding="utf-8"))
    measured = [(run["case"], run["contender"]) for run in record["runs"]]
    expected = {(f"{activation}, {loss}", name) for activation, loss in module.CASES for name in module.CONTENDERS}
    assert set(measured) == expected
    assert all(measured.count(pair) == record["repeats"] for pair in expected)
    assert all(run["difference"] < 1e-12 for run in record["runs"] if "difference" in run)


@pytest.mark.autodiff
@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_the_contenders_agree_on_a_tiny_network(module: Any) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed; `tox -e autodiff` installs it")
    generator = np.random.default_rng(0)
    weights = [generator.normal(size=shape) for shape in ((3, 2), (2, 3))]
    inputs, targets = generator.normal(size=(4, 2)), np.eye(2)[[0, 1, 1, 0]]
    for activation, loss in module.CASES:
        found = [contender(activation, loss)(weights, inputs, targets) for contender in module.CONTENDERS.values()]
        np.testing.assert_allclose(found[1], found[0], atol=1e-12)
        np.testing.assert_allclose(found[2], found[0], atol=1e-12)
