"""The page on products is made of its runs, and its contenders find the same products."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import products
    from benchmarks.scale import timing

    monkeypatch.setattr(timing, "ENOUGH", 0.0)
    monkeypatch.setattr(products, "matmul_speed", lambda precision: 1e9)
    return products


def _record(module: Any, folder: Path, contenders: tuple[str, ...]) -> dict[str, Any]:
    runs = [
        {**found, "threads": 1, "repeat": 0} for name in contenders for found in module.one(name, folder, module.TINY)
    ]
    names = ("system", "cores", "python", "numpy", "torch", "curvlinops")
    return {"environment": dict.fromkeys(names, "x"), "repeats": 1, "runs": runs}


@pytest.mark.slow  # it imports the kernels that the page measures
def test_the_page_is_made_of_its_runs(module: Any, tmp_path: Path) -> None:
    record = _record(module, tmp_path, ("hessproof",))
    theirs = [{**run, "contender": "curvlinops", "difference": 3e-16} for run in record["runs"]]
    for run in theirs:
        run["seconds"] = 4.0
        del run["first"]
    record["runs"] += theirs
    page = module.render(record)
    assert page.count("| `3-4-2` |") == len(module.TINY) * len(module.PARTS)
    assert page.count("| 4 s |") == page.count("| 3e-16 |") == len(theirs)
    for run in record["runs"]:
        run["seconds"] *= 1000
    assert "| 4,000 s |" in module.render(record)
    record["runs"].append({"contender": "curvlinops", "failed": "broke", "threads": 2, "repeat": 0})
    assert "curvlinops: broke" in module.render(record)


def test_a_wrong_product_shows_in_the_last_column(module: Any, tmp_path: Path) -> None:
    first = list(module.one("hessproof", tmp_path, module.TINY))
    assert not any("difference" in run for run in first)
    right = module.MEASURES["hessproof"]
    module.MEASURES["hessproof"] = lambda case, part: (*right(case, part)[:2], 2 * right(case, part)[2])
    try:
        assert all(run["difference"] == pytest.approx(1.0) for run in module.one("hessproof", tmp_path, module.TINY))
    finally:
        module.MEASURES["hessproof"] = right


@pytest.mark.autodiff
@pytest.mark.filterwarnings("ignore")
def test_the_contenders_agree_on_tiny_networks(module: Any, tmp_path: Path) -> None:
    pytest.importorskip("curvlinops", reason="curvlinops is not installed")
    record = _record(module, tmp_path, module.CONTENDERS)
    differences = {run["case"]: run["difference"] for run in record["runs"] if "difference" in run}
    # a few roundings of float64 and of float32
    assert all(found < (1e-13 if "float64" in case else 1e-5) for case, found in differences.items())
    assert len(differences) == len(module.TINY)
