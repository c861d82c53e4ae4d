"""``hessproof spectrum --model``: the numbers, the matrix beside them, the files, and what is refused."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.report.schemas import schema
from hessproof.proofs_check.spectra import model_figures, model_scaling
from hessproof.proofs_check.spectra.model_output import ModelSpectrumOutput, spectrum_of_model
from hessproof.proofs_check.spectra.model_report import densities_figure, power_law_figure
from hessproof.proofs_check.spectra.model_values import critical_energy, index_coefficient, power_law
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU, Model


@pytest.fixture(autouse=True)
def few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panels of few points."""
    monkeypatch.setattr(model_figures, "ENERGIES", 5)
    monkeypatch.setattr(model_scaling, "POINTS", 5)


def cubic_density(place: float, epsilon: float, tau: float) -> float:
    """ρ(λ) from the cubic for G, written out by hand: −2ετG³ + (2ε + τλ)G² + (1 − τ − λ)G + 1 = 0."""
    roots = np.roots([-2 * epsilon * tau, 2 * epsilon + tau * place, 1 - tau - place, 1.0])
    return float(max(-roots.imag.min(), 0.0)) / math.pi


def test_the_density_is_that_of_the_cubic_and_has_mass_one() -> None:
    found = spectrum_of_model(0.3, 0.5)
    line = found.figures[0].series[0]
    heights = np.asarray(line.y, dtype=float)
    assert max(abs(height - cubic_density(x, 0.3, 0.5)) for x, height in zip(line.x, heights, strict=True)) < 1e-6
    assert np.trapezoid(heights, line.x) == pytest.approx(1.0, abs=1e-4)
    below = np.asarray(line.x) <= 0
    assert np.trapezoid(heights[below], np.asarray(line.x)[below]) == pytest.approx(found.negative_fraction, abs=5e-3)
    assert (found.mean, found.variance) == (1.0, pytest.approx(0.5 + 2 * 0.3))
    assert (line.x[0], line.x[-1]) == (found.bands[0].low, found.bands[0].high)


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_eigenvalue_is_negative_up_to_the_critical_energy(relu: bool, scale: float) -> None:
    critical = critical_energy(PENNINGTON_RELU if relu else PENNINGTON, 0.25, scale)
    assert critical is not None
    below, above = (spectrum_of_model(critical * x, 0.25, relu=relu, scale=scale) for x in (0.99, 1.01))
    assert below.negative_fraction == 0.0
    assert below.bands[0].low > 0 > above.bands[0].low
    assert below.power_law is None
    assert above.power_law is not None
    assert above.negative_fraction == pytest.approx(above.power_law, rel=0.05)


def test_without_a_critical_energy_there_is_no_power_law() -> None:
    found = spectrum_of_model(1e-6, 4.0)
    assert (found.critical_energy, found.index_coefficient, found.power_law) == (None, None, None)
    assert found.negative_fraction == pytest.approx((1 - 1 / 4) / 2, abs=1e-3)
    assert critical_energy(PENNINGTON, 1.0) is None
    assert index_coefficient(PENNINGTON_RELU, 1.0) is None
    assert power_law(0.0, 0.0, 1.0) is None


@pytest.mark.parametrize(("epsilon", "tau", "relu", "mass"), [(0.0, 4.0, False, 0.75), (0.5, 4.0, True, 0.5)])
def test_atoms_are_told_and_drawn(epsilon: float, tau: float, relu: bool, mass: float) -> None:
    found = spectrum_of_model(epsilon, tau, relu=relu, monte_carlo=200, seed=1)
    assert [(atom.place, atom.mass) for atom in found.atoms] == [(0.0, mass)]
    assert found.monte_carlo is not None
    assert found.monte_carlo.zeros == pytest.approx(mass, abs=0.01)
    assert found.monte_carlo.distance < 0.03
    assert found.figures[0].lines[-1].name == f"atom of mass {mass:g} at 0"
    drawn = found.figures[0].series[1]
    total = 0.0
    for band in found.bands:
        heights = [y for x, y in zip(drawn.x, drawn.y, strict=True) if y is not None and band.low < x < band.high]
        total += float(np.mean(heights)) * (band.high - band.low)
    assert total == pytest.approx(1 - found.monte_carlo.zeros)


@pytest.mark.parametrize("relu", [False, True])
def test_a_random_matrix_follows_the_law_and_not_another(relu: bool) -> None:
    found = spectrum_of_model(0.4, 0.5, relu=relu, scale=1.5, monte_carlo=400, seed=3)
    drawn = found.monte_carlo
    assert drawn is not None
    assert (drawn.size, drawn.columns) == (400, 800)
    assert drawn.negative_fraction == pytest.approx(found.negative_fraction, abs=0.01)
    assert drawn.distance < 0.02
    other = spectrum_of_model(0.4, 0.5, relu=not relu, scale=1.5, monte_carlo=400, seed=3)
    assert abs(other.negative_fraction - drawn.negative_fraction) > 0.02


def test_steep_densities_get_a_logarithmic_axis() -> None:
    assert spectrum_of_model(0.0, 1.0).figures[0].y_scale == "log"
    assert spectrum_of_model(0.5, 0.5).figures[0].y_scale == "linear"


@pytest.mark.parametrize("model", [PENNINGTON, PENNINGTON_RELU], ids=["linear", "relu"])
def test_all_ratios_begin_on_the_power_law_and_fall_below_it(model: Model) -> None:
    panel = power_law_figure(model)
    line = panel.series[-1]
    for one in panel.series[:-1]:
        shares = [y / law for y, law in zip(one.y, line.y, strict=True) if y is not None and law]
        assert shares[0] == pytest.approx(1.0, abs=1e-3)
        assert shares == sorted(shares, reverse=True)
        assert shares[-1] < 0.2


def test_densities_turn_semicircular_as_the_energy_grows() -> None:
    skews = []
    for one in densities_figure(0.5).series:
        heights = np.asarray(one.y, dtype=float)
        middle = (one.x[0] + one.x[-1]) / 2
        left = np.asarray(one.x) <= middle
        skews.append(np.trapezoid(heights[left], np.asarray(one.x)[left]))
    assert skews == sorted(skews, reverse=True)
    assert skews[0] > 0.7
    assert skews[-1] == pytest.approx(0.5, abs=0.1)


def test_json_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["spectrum", "--model", "pennington", "--epsilon", "0.2", "--tau", "0.5", "--monte-carlo", "100", "--relu"]
    assert run([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, schema("model-spectrum"))
    found = ModelSpectrumOutput.model_validate(printed)
    assert (found.epsilon, found.tau, found.relu, found.files) == (0.2, 0.5, True, [])
    assert [figure.id for figure in found.figures] == [
        "model-spectrum-density", "model-spectrum-index", "model-spectrum-scaling"
    ]  # fmt: skip


def test_what_is_printed_names_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spectrum", "--model", "pennington", "--epsilon", "0.05", "--tau", "0.25"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "R(z) = σ/(1 − στz) + 2εz" in lines[0]
    assert any(line.startswith("critical energy ε_c = 0.043509526") for line in lines)
    assert any("α_0 = 0.0748327" in line for line in lines)
    assert run(["spectrum", "--model", "pennington", "--epsilon", "0.01", "--tau", "2", "--monte-carlo", "50"]) == 0
    printed = capsys.readouterr().out
    assert "50 eigenvalues drawn" in printed
    assert "critical energy: none for τ ≥ 1" in printed


@pytest.mark.long
def test_pictures_and_numbers_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["spectrum", "--model", "pennington", "--epsilon", "0.2", "--tau", "0.5", "--out", str(tmp_path / "new")]
    assert run(words) == 0
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {
        "model-spectrum.svg", "model-spectrum.png", "model-spectrum.json", "model-spectrum-density.csv",
        "model-spectrum-index.csv", "model-spectrum-scaling.csv",
    }  # fmt: skip
    assert set(json.loads((tmp_path / "new" / "model-spectrum.json").read_text())["files"]) == names
    assert "written to" in capsys.readouterr().out


MODEL = "--model pennington"
NUMBERS = f"{MODEL} --epsilon 0.1 --tau 0.5"
LINES = {
    "": "no WIDTHS: expected those of a network, such as 64-30-20-10; or give --weights FILE, or --model pennington "
    "--epsilon E --tau T",
    MODEL: "--model pennington without --epsilon and --tau: expected both numbers of the model; give for instance "
    "--epsilon 0.1 --tau 0.5",
    f"{MODEL} --epsilon 0.1": "--model pennington without --tau: expected both numbers of the model; give for instance "
    "--epsilon 0.1 --tau 0.5",
    f"{MODEL} --tau 0.5": "--model pennington without --epsilon: expected both numbers of the model; give for instance "
    "--epsilon 0.1 --tau 0.5",
    f"{MODEL} --epsilon 0.1 --tau 0": "--tau '0': expected a number above 0; give for instance --tau 0.1",
    f"{MODEL} --epsilon 0.1 --tau -1": "--tau '-1': expected a number above 0; give for instance --tau 0.1",
    f"{MODEL} --epsilon 0.1 --tau nan": "--tau 'nan': expected a number above 0; give for instance --tau 0.1",
    f"{MODEL} --epsilon -0.1 --tau 1": "--epsilon '-0.1': expected a number of at least 0; give for instance --epsilon "
    "0.1",
    f"{MODEL} --epsilon inf --tau 1": "--epsilon 'inf': expected a finite number of at least 0; give for instance "
    "--epsilon 0.1",
    f"{NUMBERS} --scale 0": "--scale '0': expected a number above 0; give for instance --scale 0.1",
    f"{NUMBERS} --monte-carlo 0": "--monte-carlo '0': expected a whole number of at least 2; give --monte-carlo 2",
    f"{NUMBERS} --relu --monte-carlo 301": "size 301: expected an even size with ReLU; give 302",
    f"{NUMBERS} --device tpu": "device 'tpu': expected cpu, cuda or auto; did you mean cpu?",
    f"{NUMBERS} --bias": "--bias with --model pennington: expected an option of the model, which has no network; leave "
    "--bias out",
    f"{NUMBERS} --init he-normal": "--init with --model pennington: expected an option of the model, which has no "
    "network; leave --init out",
    f"3-2 {NUMBERS}": "widths '3-2' with --model pennington: expected one of the two; leave WIDTHS out, or --model",
    "--model penington --epsilon 0.1 --tau 0.5": "model 'penington': expected pennington; did you mean pennington?",
    "--model '' --epsilon 0.1 --tau 0.5": "model '': expected pennington; give --model pennington",
    "3-2 --tau 1": "--tau without --model: expected a model that it belongs to; give --model pennington",
    "3-2 --relu": "--relu without --model: expected a model that it belongs to; give --model pennington",
}


@pytest.mark.parametrize(("words", "line"), LINES.items(), ids=[words or "(nothing)" for words in LINES])
def test_one_line_and_status_two(words: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spectrum", *shlex.split(words)]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"hessproof: {line}\n")


def test_a_matrix_that_does_not_fit_is_refused_before_anything_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["spectrum", *NUMBERS.split(), "--monte-carlo", "3000000"]) == 2
    assert capsys.readouterr().err.endswith("GiB; give a smaller --monte-carlo\n")


@pytest.mark.parametrize("numbers", [(math.nan, 1.0, 1.0), (0.1, 1e-9, 1.0), (1e9, 1.0, 1.0), (0.1, 1.0, 1e3)])
def test_numbers_too_far_apart_are_refused(numbers: tuple[float, float, float]) -> None:
    epsilon, tau, scale = numbers
    with pytest.raises(UnusableRequest, match="expected a number from"):
        spectrum_of_model(epsilon, tau, scale=scale)


@pytest.mark.parametrize("tau", [2.0, 3.0, 10.0])
def test_with_relu_and_many_parameters_the_share_does_not_depend_on_the_energy(tau: float) -> None:
    for epsilon in (1e-3, 1.0, 1e3):
        assert spectrum_of_model(epsilon, tau, relu=True).negative_fraction == pytest.approx(1 / (2 * tau), rel=1e-9)


def test_a_folder_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableRequest, match="folder"):
        spectrum_of_model(0.1, 0.5, out=tmp_path / "file")
