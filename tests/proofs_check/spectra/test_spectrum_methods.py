"""The methods of ``hessproof spectrum`` against each other, on drawn and on given weights; what is kept and resumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.weights import Weights, load_weights
from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.resuming import Store
from hessproof.proofs_check.spectra import methods, output
from hessproof.proofs_check.spectra.methods import Options, choose, products_cost
from hessproof.proofs_check.spectra.output import spectrum_of_network
from hessproof.proofs_check.spectra.records import SpectrumOutput
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

SMALL = Architecture((5, 6, 4, 3), activation="tanh", loss="cross-entropy", bias=True)


def measured(architecture: Architecture, method: str, **more: Any) -> SpectrumOutput:
    parts = more.pop("parts", None)
    options = Options(method, parts=parts, **{"error": 0.2, "extremes": 3, **more.pop("options", {})})
    return spectrum_of_network(architecture, samples=12, seed=3, options=options, **more)


def padded(output: SpectrumOutput, part: str) -> np.ndarray[Any, Any]:
    one = output.parts[part]
    assert one.eigenvalues is not None
    assert one.zeros is not None
    return np.sort([*one.eigenvalues, *[0.0] * one.zeros])


@pytest.mark.parametrize("bias", [False, True])
def test_the_core_has_the_eigenvalues_of_the_whole_matrix(bias: bool) -> None:
    architecture = Architecture((5, 6, 4, 3), bias=bias)
    whole, core = measured(architecture, "dense"), measured(architecture, "structured")
    for part in whole.parts:
        assert np.allclose(padded(whole, part), padded(core, part), atol=1e-10)
        assert core.parts[part].method == "structured"
        assert core.parts[part].zeros
        for one, other in zip(whole.parts[part].plateaus or [], core.parts[part].plateaus or [], strict=True):
            assert one == (pytest.approx(other[0]), other[1])


def test_the_gram_matrix_has_the_eigenvalues_of_the_outer_part() -> None:
    whole, gram = measured(SMALL, "dense"), measured(SMALL, "gram")
    assert list(gram.parts) == ["outer"]
    assert np.allclose(padded(whole, "outer"), padded(gram, "outer"), atol=1e-12)
    assert gram.parts["outer"].order == 12 * 2


@pytest.mark.slow
def test_products_agree_with_the_whole_matrix() -> None:
    whole, free = measured(SMALL, "dense"), measured(SMALL, "matrix-free")
    for part, one in free.parts.items():
        exact = np.asarray(whole.parts[part].eigenvalues)
        told = one.matrix_free
        assert told is not None
        assert np.allclose(np.abs(told.extremes), np.abs(exact[:3]))
        for count in told.intervals:
            assert count.low <= int((np.abs(exact) > count.tolerance * abs(exact[0])).sum()) <= count.high
        assert told.sure_trace is not None
        assert told.sure_trace.low <= exact.sum() <= told.sure_trace.high
        assert told.sure_frobenius is not None
        assert told.sure_frobenius.low <= np.linalg.norm(exact) <= told.sure_frobenius.high
        assert (one.eigenvalues, one.counts, one.zeros, one.gap) == (None, None, None, None)


def test_control_other_weights_are_noticed_by_every_method() -> None:
    found = measured(SMALL, "matrix-free", parts=("outer",)).parts["outer"].matrix_free
    stream = np.random.default_rng(0)
    shapes = [(6, 6), (4, 7), (3, 5)]
    other = Weights(tuple(2.0 * stream.standard_normal(shape) for shape in shapes), True, ("a", "b", "c"), "made up")
    exact = np.asarray(measured(SMALL, "dense", parts=("outer",), weights=other).parts["outer"].eigenvalues)
    assert found is not None
    assert abs(found.extremes[0] - exact[0]) > 10 * found.residuals[0]
    assert found.sure_frobenius is not None
    assert not found.sure_frobenius.low <= np.linalg.norm(exact) <= found.sure_frobenius.high


def test_a_part_that_vanishes_is_said_to() -> None:
    found = measured(Architecture((4, 3)), "matrix-free", parts=("functional",)).parts["functional"].matrix_free
    assert found is not None
    assert (found.extremes, found.intervals, found.probes) == ([0.0] * 3, [], 0)


@pytest.mark.parametrize(
    ("architecture", "part", "samples", "core", "method"),
    [
        (Architecture((10, 10, 10)), "loss", 100, 90, "dense"),
        (Architecture((100, 100, 10)), "loss", 100, 2000, "structured"),
        (Architecture((100, 100, 10), activation="relu"), "outer", 100, 0, "gram"),
        (Architecture((100, 100, 10), activation="relu"), "outer", 5000, 0, "matrix-free"),
        (Architecture((100, 100, 10), activation="relu"), "functional", 100, 0, "matrix-free"),
        (Architecture((1000, 1000, 10)), "loss", 100, 40_000, "matrix-free"),
    ],
    ids=str,
)
def test_the_method_is_chosen_with_its_reason(
    architecture: Architecture, part: str, samples: int, core: int, method: str
) -> None:
    choice = choose(architecture, samples, part, Options(), core)
    assert choice.method == method
    assert choice.why
    assert choice.cost.flops > 0
    assert choice.cost.bytes > 0


def test_products_cost_what_they_are() -> None:
    found = measured(SMALL, "matrix-free", parts=("loss",), options={"probes": 4, "steps": 8}).parts["loss"].matrix_free
    assert found is not None
    planned = products_cost(SMALL, 12, "loss", Options(probes=4, steps=8, extremes=3)).products
    assert found.products <= planned <= 3 * found.products


def test_weights_of_a_file_in_place_of_drawn_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stream = np.random.default_rng(4)
    np.savez(tmp_path / "net.npz", W1=stream.standard_normal((4, 3)), W2=stream.standard_normal((2, 4)))
    words = ["spectrum", "--weights", str(tmp_path / "net.npz"), "--activation", "relu", "--samples", "9", "--json"]
    assert run(words) == 0
    found = SpectrumOutput.model_validate_json(capsys.readouterr().out)
    assert found.architecture.widths == [3, 4, 2]
    assert found.initialisation.endswith("net.npz")
    again = spectrum_of_network(
        Architecture((3, 4, 2), activation="relu"), samples=9, weights=load_weights(tmp_path / "net.npz")
    )
    assert again.parts["loss"].eigenvalues == found.parts["loss"].eigenvalues
    drawn = spectrum_of_network(Architecture((3, 4, 2), activation="relu"), samples=9)
    assert drawn.parts["loss"].eigenvalues != found.parts["loss"].eigenvalues


@pytest.mark.slow
@pytest.mark.parametrize("place", [4, 9, 20])
def test_a_stopped_run_goes_on_and_ends_alike(place: int, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    calls = 0

    def stop(what: str, share: float) -> None:
        nonlocal calls
        calls += 1
        if calls == place:
            raise StopError

    arguments: dict[str, Any] = {"parts": ("loss", "outer"), "options": {"probes": 6, "steps": 8, "error": 0.2}}
    with Store(tmp_path / "work") as store, pytest.raises(StopError):
        measured(SMALL, "matrix-free", store=store, tell=stop, **arguments)
    with Store(tmp_path / "work") as store:
        resumed = measured(SMALL, "matrix-free", store=store, **arguments)
        assert store.found > 0
    with Store(tmp_path / "work") as store:
        again = measured(SMALL, "matrix-free", store=store, **arguments)
        assert store.added == 0
    fresh = measured(SMALL, "matrix-free", **arguments)
    assert again.parts == resumed.parts == fresh.parts


def test_other_weights_find_nothing_of_an_earlier_run(tmp_path: Path) -> None:
    with Store(tmp_path / "work") as store:
        measured(SMALL, "dense", store=store)
        added = store.added
        spectrum_of_network(SMALL, samples=12, seed=4, options=Options("dense"), store=store)
        assert (store.found, store.added) == (0, 2 * added)


@pytest.mark.slow
def test_the_person_sees_the_method_and_the_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["spectrum", "5-6-4-3", "--activation", "relu", "--samples", "12", "--method", "matrix-free"]
    assert run([*words, "--error", "0.2", "--extremes", "2"]) == 0
    printed = capsys.readouterr().out
    assert "matrix-free: asked for" in printed
    assert " to " in printed
    assert "Student's t" in printed
    assert run(["spectrum", "5-6-4-3", "--method", "structured"]) == 0
    assert "zero by structure" in capsys.readouterr().out


@pytest.mark.long
def test_pictures_and_tables_of_what_products_told(tmp_path: Path) -> None:
    found = measured(SMALL, "matrix-free", out=tmp_path)
    assert set(found.files) == {"spectrum.svg", "spectrum.png", "quadrature.csv", "spectrum.json"}
    assert all((tmp_path / name).stat().st_size > 0 for name in found.files)
    banded = [series for figure in found.figures for series in figure.series if series.low is not None]
    assert len(banded) == 6
    for series in banded:
        assert series.high is not None
        for low, middle, high in zip(series.low or [], series.y, series.high, strict=True):
            assert low <= high
            assert middle is None or low <= middle + 1e-9
    rows = (tmp_path / "quadrature.csv").read_text().splitlines()
    assert rows[0] == "part,probe,node,weight"
    mixed = measured(SMALL, "auto", out=tmp_path / "both")
    assert "eigenvalues.csv" in mixed.files


@pytest.mark.long
def test_parts_may_be_measured_by_different_methods(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(methods, "LARGEST_DENSE", 10)
    found = measured(SMALL, "auto", out=tmp_path)
    assert {part: one.method for part, one in found.parts.items()} == {
        "loss": "matrix-free", "functional": "matrix-free", "outer": "gram",
    }  # fmt: skip
    assert {"eigenvalues.csv", "quadrature.csv"} <= set(found.files)
    assert json.loads((tmp_path / "spectrum.json").read_text())["parts"]["outer"]["zeros"] == 79 - 24


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["5-4-3", "--method", "fast"], "matrix-free"),
        (["5-4-3", "--part", "inner"], "outer"),
        (["5-4-3", "--method", "gram", "--part", "loss"], "--part outer"),
        (["5-4-3", "--method", "structured", "--activation", "relu"], "linear"),
        (["5-4-3", "--dense", "--method", "gram"], "one of the two"),
        (["5-4-3", "--error", "0"], "above 0"),
        (["5-4-3", "--error", "1.5"], "a share of at least"),
        (["5-4-3", "--probes", "1"], "at least 2"),
        (["5-4-3", "--probes", "10001"], "at most 10,000"),
        (["5-4-3", "--probes", "9" * 4000], "at most 10,000"),
        (["5-4-3", "--steps", "0"], "at least 1"),
        (["5-4-3", "--extremes", "0"], "at least 1"),
        (["--weights", "absent.npz"], "exists"),
        (["3-4-2", "--weights", "net.npz", "--init", "uniform"], "leave --init out"),
        (["3-5-2", "--weights", "net.npz"], "as in the file"),
        (["--weights", "nan.npz"], "finite"),
        (["5-4-3", "--work", "net.npz"], "a folder"),
        ([], "WIDTHS"),
        (["5-4-3", "--model", "pennington"], "one of the two"),
        (["--model", "pennington", "--epsilon", "1", "--tau", "1", "--probes", "3"], "--probes"),
        (["900-900-10", "--dense", "--samples", "2"], "would fit"),
        (["3000-3000-10", "--method", "matrix-free", "--samples", "2", "--steps", "4000000"], "steps would fit"),
        (["100000-100000-10", "--method", "matrix-free", "--samples", "2"], "memory"),
    ],
)
def test_unusable_requests_get_one_line(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("net.npz", W1=np.ones((4, 3)), W2=np.ones((2, 4)))
    np.savez("nan.npz", W1=np.full((4, 3), np.nan), W2=np.ones((2, 4)))
    assert run(["spectrum", *words]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert says in error


def test_half_a_band_is_no_band() -> None:
    from hessproof.proofs_check.report.model import Series

    with pytest.raises(ValueError, match="half a band"):
        Series(name="a", x=[1.0], y=[1.0], style="curve", low=[0.0])
    with pytest.raises(ValueError, match="another length"):
        Series(name="a", x=[1.0], y=[1.0], style="curve", low=[0.0, 1.0], high=[1.0, 2.0])


def test_options_that_make_no_sense() -> None:
    with pytest.raises(UnusableRequest, match="--error"):
        measured(SMALL, "matrix-free", options={"error": 1.0})


@pytest.mark.slow
@pytest.mark.parametrize("method", ["dense", "structured"])
def test_what_cannot_fit_is_refused_before_anything_is_drawn(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "data_arrays", lambda *words: pytest.fail("data were drawn"))
    with pytest.raises(UnusableRequest, match="would fit"):
        spectrum_of_network(Architecture((4000, 40_000, 10)), options=Options(method))


@pytest.mark.parametrize("error", [0.0, 1e-300, 1.0, float("nan"), float("inf")])
def test_an_error_that_no_number_of_probes_reaches_is_refused(error: float) -> None:
    with pytest.raises(UnusableRequest, match="a share of at least"):
        spectrum_of_network(Architecture((4, 3, 2)), options=Options("matrix-free", error))
