"""The comparison on growing networks: limits end a process in words, runs are kept, the page is made of them."""

from __future__ import annotations

import copy
import json
import sys
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
SMALL, MIDDLE, LARGE = "4-6-6-10", "16-8-8-10", "64-10-10-10"


@pytest.fixture
def scale(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    parts = ("contenders", "limits", "networks", "page", "picture", "products", "records", "schedule")
    names = ("acceptance", *(f"scale.{part}" for part in parts))
    return SimpleNamespace(**{name.split(".")[-1]: import_module(f"benchmarks.{name}") for name in names})


def run(contender: str, network: str, repeat: int = 0, **found: Any) -> dict[str, Any]:
    given = {"contender": contender, "network": network, "repeat": repeat, "seconds_limit": 60.0, "gib": 4.0}
    return {**given, "threads": 2, "wall": 1.0, "peak_mib": 100.0, **found}


def record(runs: list[dict[str, Any]], scale: Any) -> dict[str, Any]:
    versions = dict.fromkeys(import_module("benchmarks.scale.__main__").PACKAGES, "1.0")
    about = {"python": "3.11", "cores": "2", "system": "Linux", **versions}
    return {"environment": about, "repeats": 1, "threads": 2, "missing": [], "complete": True, "runs": runs}


def children(body: str) -> list[str]:
    return [sys.executable, "-c", body]


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import time; print('begin', flush=True); time.sleep(60)", "not done after 0.3 s"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal SIGSEGV"),
        ("raise ValueError('broke')", "ValueError: broke"),
        ("import sys; print('FLINT: Unable to allocate memory', file=sys.stderr); sys.exit(1)", "out of memory"),
        (
            "from benchmarks.scale.limits import Limits, restrict; restrict(Limits(1, 0.1, 1)); bytearray(2**28)",
            "out of memory: more than 0.1 GiB",
        ),
        ("raise type('UnusableRequest', (Exception,), {})('too large: take less')", "refused: too large: take less"),
    ],
)
def test_a_process_that_fails_is_described(scale: Any, body: str, words: str) -> None:
    found = scale.limits.measure(children(body), scale.limits.Limits(0.3, 0.1, 1))
    assert found["failed"].startswith(words)


def test_a_process_that_finishes_is_believed(scale: Any) -> None:
    body = "import os; print('begin'); print('{\"cores\": %d}' % len(os.sched_getaffinity(0)))"
    found = scale.limits.measure(children(body), scale.limits.Limits(10.0, 1.0, 1))
    assert found["cores"] == 1
    assert found["wall"] > 0
    assert "failed" not in found


def test_contenders_take_turns_and_small_networks_come_first(scale: Any) -> None:
    pairs = list(scale.schedule.pairs([LARGE, SMALL], 2, ["rank", "torch"]))
    assert pairs[:4] == [("rank", SMALL, 0), ("torch", SMALL, 0), ("rank", SMALL, 1), ("torch", SMALL, 1)]
    assert {network for _, network, _ in pairs[4:]} == {LARGE}
    assert list(scale.schedule.pairs([SMALL], 1, ["density"])) == []
    assert list(scale.schedule.pairs([SMALL], 1, ["density"], every=True)) == [("density", SMALL, 0)]


def test_what_failed_is_not_tried_at_larger_sizes_and_long_runs_are_not_repeated(scale: Any, tmp_path: Path) -> None:
    limits = scale.limits.Limits(60.0, 4.0, 2)
    asked: list[tuple[str, str]] = []

    def measured(command: list[str], limits: Any) -> dict[str, Any]:
        name, network = command[3], Path(command[4]).stem
        asked.append((name, network))
        if name == "torch" and network == MIDDLE:
            return {"failed": "out of memory", "wall": 1.0}
        return {"seconds": 1.0, "wall": 99.0 if name == "rank" else 1.0}

    runs = scale.records.Runs(tmp_path / "kept.jsonl")
    planned = list(scale.schedule.pairs([SMALL, MIDDLE, LARGE], 2, ["rank", "torch"]))
    assert scale.schedule.go(planned, runs, limits, float("inf"), measured)
    first = [("rank", SMALL), ("torch", SMALL), ("torch", SMALL)]
    assert asked == [*first, ("rank", MIDDLE), ("torch", MIDDLE), ("rank", LARGE)]

    asked.clear()
    again = scale.records.Runs(tmp_path / "kept.jsonl")
    assert scale.schedule.go(planned, again, limits, float("inf"), measured)
    assert asked == []
    wider = scale.limits.Limits(600.0, 4.0, 2)
    assert scale.schedule.go(planned, again, wider, float("inf"), measured)
    assert asked == [("torch", MIDDLE)]
    assert not scale.schedule.go([("torch", LARGE, 5)], scale.records.Runs(), limits, 0.0, measured)


def test_a_line_that_was_cut_off_is_left_out(scale: Any, tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    runs = scale.records.Runs(path)
    runs.add(run("rank", SMALL, seconds=1.0))
    runs.add(run("rank", LARGE, seconds=2.0))
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert [one["network"] for one in scale.records.Runs(path)] == [SMALL]


@given(e=st.floats(0.5, 4.0), c=st.floats(-20.0, 0.0), cost=st.floats(0.0, 1e-3))
def test_the_exponent_of_a_power_is_found(e: float, c: float, cost: float) -> None:
    sys.path.insert(0, str(ROOT))
    try:
        fit = import_module("benchmarks.scale.fit")
    finally:
        sys.path.remove(str(ROOT))
    sizes = [float(10**k) for k in range(2, 8)]
    exact = [(p, np.exp(c) * p**e) for p in sizes]
    found = fit.exponent(exact)
    assert found is not None
    assert abs(found[0] - e) < 1e-9
    flat = [(p, max(t, exact[2][1])) for p, t in exact]
    kept = fit.exponent(flat)
    assert kept is None or abs(kept[0] - e) < 1e-9
    assert fit.exponent([(10.0, 1.0), (100.0, 1.0 + cost)]) is None
    wrong = fit.exponent([*exact[:-1], (sizes[-1], 2 * exact[-1][1])])
    assert wrong is not None
    assert abs(wrong[0] - e) > 1e-3


def test_the_handed_matrix_is_the_hessian(scale: Any, tmp_path: Path) -> None:
    from hessproof.numeric.instance import data_instance
    from hessproof.numeric.reference import reference_hessian
    from hessproof.symbolic.architecture import Architecture

    network, path = "4-2-2-10@2", tmp_path / "network.npz"
    scale.networks.write(network, path)
    weights, inputs, targets = scale.networks.read(path)
    one = data_instance(Architecture((4, 2, 2, 10)), inputs, targets, weights=weights)
    expected = reference_hessian(one)
    found = scale.networks.exact_matrix(path)
    assert found.shape == (scale.networks.parameters(network),) * 2
    assert (found == expected).all()
    arrays = dict(np.load(path))
    np.savez(path, **{**arrays, "W2": 10**6 * arrays["W2"], "W1": 10**6 * arrays["W1"]})
    with pytest.raises(OverflowError, match="float64"):
        scale.networks.exact_matrix(path)


def test_operations_are_counted_by_layer(scale: Any) -> None:
    def counted(widths: list[int], samples: int, outer: bool) -> int:
        """Each product on its own: which of the six there are, and 2 N M_l M_{l-1} for each."""
        total = 0
        for layer, (columns, rows) in enumerate(pairwise(widths)):
            names = ["ΔW a", "ġ a⊤"]
            names += ["W ȧ", "W⊤ġ"] if layer else []
            names += ["ΔW⊤g", "g ȧ⊤"] if layer and not outer else []
            total += 2 * samples * rows * columns * len(names)
        return total

    for widths in ([5, 4], [64, 400, 400, 10], [3, 1, 7, 2, 2]):
        assert scale.products.needed(widths, 11) == counted(widths, 11, False)
        assert scale.products.needed(widths, 11, "outer") == counted(widths, 11, True)


def test_the_page_says_who_failed_how_and_who_disagrees(scale: Any) -> None:
    runs = [
        run("rank", SMALL, rank=104, seconds=0.5),
        run("rank", SMALL, repeat=1, rank=104, seconds=0.7),
        run("torch", SMALL, rank=103, seconds=6.0),
        run("sympy", SMALL, failed="not done after 60 s"),
        run("jax", SMALL, failed="out of memory: more than 4 GiB"),
    ]
    page = scale.page.render(record(runs, scale))
    assert "| `4-6-6-10` | 120 | 104; PyTorch Hessian + SVD: 103 | 0.6 |" in page
    assert "10×" in page
    assert ">1e+02×" in page
    assert "- SymPy, p × p at p = 120: not done after 60 s, holding 100 MiB" in page
    assert "- JAX Hessian + SVD at p = 120: out of memory: more than 4 GiB" in page
    slower = copy.deepcopy(runs)
    slower[0]["seconds"] = 50.0
    assert scale.page.render(record(slower, scale)) != page
    assert "Measuring was stopped" in scale.page.render({**record(runs, scale), "complete": False})
    assert "Not installed: JAX." in scale.page.render({**record(runs, scale), "missing": ["JAX"]})


@pytest.mark.long
def test_the_picture_shows_every_contender(scale: Any, tmp_path: Path) -> None:
    names = [name for name, one in scale.contenders.CONTENDERS.items() if one.group != "density"]
    assert set(names) == set(scale.picture.STYLES)
    assert len(set(scale.picture.STYLES.values())) == len(
        {scale.picture.STYLES[name] for name in names if scale.contenders.CONTENDERS[name].group != "products"}
    )
    runs = [run(name, SMALL, seconds=1.0, float64_one=1.0) for name in names]
    runs += [run(name, LARGE, seconds=9.0, float64_one=9.0) for name in names if name != "torch"]
    runs.append(run("torch", LARGE, failed="not done after 60 s"))
    scale.picture.draw(record(runs, scale), tmp_path / "picture.svg")
    first = (tmp_path / "picture.svg").read_bytes()
    scale.picture.draw(record(runs[:-1], scale), tmp_path / "picture.svg")
    assert (tmp_path / "picture.svg").read_bytes() != first


def test_the_pages_are_made_of_the_stored_runs(scale: Any) -> None:
    for name, render in (("scale", scale.page.render), ("acceptance", scale.acceptance.render)):
        stored = json.loads((ROOT / "docs" / f"benchmarks-{name}.json").read_text(encoding="utf-8"))
        assert (ROOT / "docs" / f"benchmarks-{name}.md").read_text(encoding="utf-8") == render(stored)


def test_an_aim_that_is_missed_is_said_to_be_missed(scale: Any) -> None:
    acceptance = scale.acceptance
    good = [
        run("all-ranks", acceptance.LARGE, rank=16410, seconds=100.0),
        run("rank", acceptance.SMALL, rank=2410, seconds=0.1),
        run("torch", acceptance.SMALL, rank=2410, seconds=30.0),
        run("eigenvalues", acceptance.SPECTRUM, rank=7840, seconds=60.0, norm=1e-14),
    ]
    stored = {**record(good, scale), "cuda": "no CUDA device here", "bad": []}
    page = acceptance.render(stored)
    assert page.count("| yes |") == 3
    assert "300 times" in page
    assert "no CUDA device here | not measured |" in page
    for number, change in (
        (0, {"seconds": 181.0}),
        (0, {"peak_mib": 9000.0}),
        (1, {"seconds": 0.4}),
        (3, {"seconds": 121.0}),
    ):
        worse = copy.deepcopy(stored)
        worse["runs"][number] |= change
        assert acceptance.render(worse).count("| no |") == 1


@pytest.mark.autodiff
@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_the_contenders_find_the_same_rank(scale: Any, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed; `tox -e autodiff` installs it")
    path = tmp_path / "network.npz"
    scale.networks.write("4-2-2-10", path)
    found = {}
    for name, one in scale.contenders.CONTENDERS.items():
        if one.group in ("rank", "eigenvalues") and not one.missing():
            found[name] = one.prepare(path)()["rank"]
    assert len(found) >= 7
    assert set(found.values()) == {found["rank"]}


@pytest.mark.autodiff
@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_both_sides_multiply_with_the_same_matrix(scale: Any, tmp_path: Path) -> None:
    pytest.importorskip("curvlinops", reason="curvlinops is not installed; `tox -e autodiff` installs it")
    path = tmp_path / "network.npz"
    scale.networks.write("4-3-3-10", path)
    for own, other in (("hvp", "hvp-curvlinops"), ("ggn", "ggn-curvlinops")):
        mine, theirs = (scale.contenders.CONTENDERS[name].prepare(path)() for name in (own, other))
        assert abs(mine["float64_form"] / theirs["float64_form"] - 1) < 1e-12
        assert abs(mine["float32_form"] / theirs["float32_form"] - 1) < 1e-4
