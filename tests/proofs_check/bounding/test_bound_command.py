"""``hessproof bound`` as a person or a script meets it."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from hessproof.proofs_check.bounding import BoundOutput
from hessproof.proofs_check.bounding import ladder as ladder_module
from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.report.schemas import schema
from hessproof.symbolic.norms.bounds import BOUNDS

X = np.arange(12.0).reshape(4, 3) / 10
SEE = "see hessproof bound --help"
STORE = "store the arrays with numpy.savez(path, **arrays) or safetensors.numpy.save_file(arrays, path)"
WHOLE = (
    "expected a whole number from 0 to 1 for 2 classes; number the classes from 0, or end the widths with the number "
    "of classes"
)

LINES = {
    # the network
    "": "no network: expected WIDTHS or --weights FILE; write for instance hessproof bound 64-30-10",
    "3": "widths '3': expected at least two widths, inputs and outputs; write for instance 64-10",
    "3-2 --loss mse": "loss mse: expected cross-entropy, the only loss with norm bounds here; leave --loss out",
    "3-2 --loss cros-entropy": "loss 'cros-entropy': expected mse, cross-entropy or cosh; did you mean cross-entropy?",
    "3-2 --activation gelu": "activation gelu: expected one with |σ(t)| ≤ |t| and slopes from 0 to 1, which the bounds "
    "need: relu, leaky-relu, linear, tanh, elu; leave --activation out",
    "3-2 --activation rleu": "activation 'rleu': expected one of 9 names; did you mean relu?",
    "3-2 --activation tanh --train 2": "training of a network with tanh and cross-entropy: expected relu and "
    "cross-entropy, the networks of the experiments; choose those",
    "3-2 --init zero": "start 'zero': expected one of 9 names; did you mean zeros?",
    "3-2 --init zeros --train 3": "--train with --init zeros: expected a start that has a gradient; choose another "
    "--init",
    "3-2 --init zeros --norm 1": "--norm 1 with W1 = 0: expected a matrix that is not zero; leave --norm out",
    "3-2 --train -1": "--train '-1': expected a whole number of at least 0; give --train 0",
    "3-2 --norm -1": "--norm '-1': expected a number of at least 0; give for instance --norm 0.1",
    "3-2 --seed -1": "--seed '-1': expected a whole number of at least 0; give --seed 0",
    "3-2 --weight good.npz": "option '--weight': expected an option of hessproof bound; did you mean --weights?",
    # weights
    "3-2 --weights good.npz": "widths 3-2 with --weights good.npz: expected 3-2-2, as in the file; leave the widths "
    "out",
    "--weights good.npz --bias": "--bias with --weights good.npz: expected weights with biases; leave --bias out",
    "--weights good.npz --train 3": "--train 3 with --weights: expected weights from a file or made here, not both; "
    "leave --train out",
    "--weights good.npz --init zeros": "--init zeros with --weights: expected weights from a file or made here, not "
    "both; leave --init out",
    "--weights absent.npz": "weights 'absent.npz': expected a file that exists; give another path",
    "--weights unmatched.npz": "'W2' of shape 2 × 3 in unmatched.npz: expected 2 columns, the rows of 'W1'; store W^l "
    "as outputs × inputs",
    "--weights nan.npz": "'W1' in nan.npz with NaN entries: expected finite numbers; see where they come from",
    "--weights inf.npz": "'W1' in inf.npz with infinite entries: expected finite numbers; see where they come from",
    "--weights pickle.pt": "weights 'pickle.pt': expected no pickle, which would run code when loaded; store it with "
    "safetensors.torch.save_file(model.state_dict(), path)",
    "--weights text.txt": f"weights 'text.txt': expected an intact .npz or .safetensors file; {STORE}",
    "--weights huge.npz --samples 3": "weights and inputs whose norms multiply to about 1e200: expected at most 1e150, "
    "so that squares are numbers that a double can hold; scale the weights down",
    # data
    "3-2 --data labels.npz": f"label 2 of sample 3 in labels.npz: {WHOLE}",
    "3-2 --data minus.npz": f"label -1 of sample 3 in minus.npz: {WHOLE}",
    "3-2 --data half.npz": f"label 0.5 of sample 2 in half.npz: {WHOLE}",
    "3-2 --data empty.npz": "inputs of shape (0, 3) in empty.npz: expected N × 3 for the widths 3-2, N ≥ 1; store one "
    "row for each sample",
    "3-2 --data nanx.npz": "inputs in nanx.npz with NaN entries: expected finite numbers; see where they come from",
    "3-2 --data rows.npz": "class probabilities in rows.npz: expected rows of numbers ≥ 0 that sum to 1; store one-hot "
    "rows, or N labels",
    "3-2 --data three.npz": "class probabilities of shape (4, 3) in three.npz: expected N × 2 for the widths 3-2; end "
    "the widths with 3",
    "3-2 --data short.npz": "labels of shape (3,) in short.npz: expected 4 of them, one for each row of the inputs; "
    "store as many labels as inputs",
    "3-2 --data nox.npz": "data 'nox.npz' with z: expected one array called x, X, features or inputs; write it with "
    "numpy.savez(path, x=x, y=y)",
    "2-2 --data data.npz": "inputs of shape (4, 3) in data.npz: expected N × 2 for the widths 2-2, N ≥ 1; store one "
    "row for each sample",
    "3-2 --data absent.npz": "data 'absent.npz': expected a file that exists; give another path",
    "3-2 --data digits": "3 inputs for the digits: expected 64 pixels, or 16 or 4 blocks of them; begin the widths "
    "with 64, 16 or 4",
    "3-2 --signed": "--signed with --data gaussian: expected images with pixels from 0 to 1; scale the data before",
    "3-2 --samples 0": "--samples '0': expected a whole number of at least 1; give --samples 1",
    "3-2 --data data.npz --samples 5": "5 samples: expected 1 to 4, the samples of data.npz; give --samples 4",
    "3-2 --data data.npz --object 5": "object 5: expected 1 to 4, the objects of the data; give --object 4",
    "3-2 --object 0": "--object '0': expected a whole number of at least 1; give --object 1",
    # sample sizes
    "3-2 --radius 1 --k 0": "--k '0': expected a whole number of at least 1; give --k 1",
    "3-2 --k 3": "--k 3 without --radius: expected the radius of the loss surface meant; give --radius 0.1",
    "3-2 --data data.npz --k 4 --radius 1": "--k 4: expected 1 to 3 for 4 objects; give --k 3",
    "3-2 --radius -1 --tolerance 1": "--radius '-1': expected a number of at least 0; give for instance --radius 0.1",
    "3-2 --radius nan --tolerance 1": "--radius 'nan': expected a number of at least 0; give for instance --radius 0.1",
    "3-2 --radius 1e200 --tolerance 1": "--radius 1e+200: expected one within which the logits stay below 1e150; give "
    "a smaller one",
    "3-2 --radius 1": "--radius 1 alone: expected --tolerance or --k with it; give --tolerance 0.01",
    "3-2 --radius 1 --tolerance 0": "--tolerance '0': expected a number above 0; give for instance --tolerance 0.1",
    "3-2 --radius 1 --tolerance -0.1": "--tolerance '-0.1': expected a number above 0; give for instance --tolerance "
    "0.1",
    "3-2 --tolerance 1": "--tolerance 1 without --radius: expected the radius of the loss surface meant; give --radius "
    "0.1",
    "3-2 --samples 1 --radius 1 --tolerance 1": "1 object: expected at least two, one to add to the others; give more "
    "samples",
    "3-2 --object 1 --radius 1 --tolerance 1": "--radius 1 with --object 1: expected all objects, of which one more is "
    "added; leave --object out",
    # places
    "3-2 --out good.npz": "folder 'good.npz': expected a folder that can be written; give for instance --out bounds",
    "3-2 --out ''": "folder '': expected a folder that can be written; give for instance --out bounds",
    "3-2 4": f"Got unexpected extra argument (4); {SEE}",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good and bad weights and data."""
    first, second = np.arange(6.0).reshape(2, 3) / 10, np.ones((2, 2))
    arrays: dict[str, dict[str, Any]] = {
        "good": {"W1": first, "W2": second},
        "unmatched": {"W1": first, "W2": np.ones((2, 3))},
        "nan": {"W1": first * np.nan},
        "inf": {"W1": np.where(first > 0.2, np.inf, first)},
        "huge": {"W1": first * 1e200, "W2": second},
        "data": {"x": X, "y": np.array([0, 1, 1, 0])},
        "labels": {"x": X, "y": np.array([0, 1, 2, 0])},
        "minus": {"x": X, "y": np.array([0, 1, -1, 0])},
        "half": {"x": X, "y": np.array([0, 0.5, 1, 0])},
        "empty": {"x": X[:0], "y": np.zeros(0)},
        "nanx": {"x": X * np.nan, "y": np.zeros(4)},
        "rows": {"x": X, "y": np.ones((4, 2))},
        "three": {"x": X, "y": np.eye(3)[[0, 1, 2, 0]]},
        "short": {"x": X, "y": np.zeros(3)},
        "nox": {"z": X},
    }
    for name, content in arrays.items():
        np.savez(tmp_path / f"{name}.npz", **content)
    (tmp_path / "pickle.pt").write_bytes(b"\x80\x02abc")
    (tmp_path / "text.txt").write_text("W1 = 1, 2, 3")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("words", "line"), LINES.items(), ids=[words or "(nothing)" for words in LINES])
def test_one_line_and_status_two(words: str, line: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(here)
    assert run(["bound", *shlex.split(words)]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"hessproof: {line}\n")
    assert content(here) == before


def test_a_network_too_large_is_refused_before_anything_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", "100000-100000-10"]) == 2
    assert capsys.readouterr().err.startswith("hessproof: 100000-100000-10 with 10001000000 parameters (")


@pytest.mark.long
def test_json_fits_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    words = "4-5-3 --train 2 --samples 12 --radius 0.1 --tolerance 0.1 --k 5 --json"
    assert run(["bound", *words.split()]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("bound"))
    made = BoundOutput.model_validate(found)
    assert made.schema_id == "hessproof/bound/1"
    assert {row.part for row in made.bounds} == {"outer", "functional", "loss"}
    assert len(made.training_loss) == 3
    assert made.sample_size is not None
    assert 5 in [change.k for change in made.sample_size.changes]
    assert {figure.id for figure in made.figures} == {
        "bound-outer", "bound-functional", "bound-loss", "bound-sample-size",
    }  # fmt: skip


def test_tables_name_every_bound_and_say_which_published_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", "1-2", "--init", "zeros", "--samples", "3"]) == 0
    shown = capsys.readouterr().out
    for words in (
        "‖G-term‖",
        "‖full Hessian‖",
        "object's own blocks",
        "layer norms alone",
        "common M_W and M_x",
        "Theorem 1",
    ):
        assert words in shown
    assert "‖H-term‖ is zero: a single layer has none" in shown
    assert "below a measured norm; hessproof explain kiselev2024.thm1 tells why" in shown


def test_a_mistake_of_this_project_gives_status_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = replace(BOUNDS["g_term"], expression=BOUNDS["g_term"].expression / 1000)
    monkeypatch.setattr(ladder_module, "BOUNDS", {**BOUNDS, "g_term": small})
    assert run(["bound", "3-4-2", "--samples", "4"]) == 1
    assert "layer norms alone is below a measured norm; that is a mistake of this project" in capsys.readouterr().out


@pytest.mark.long
def test_what_is_written_can_be_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert run(["bound", "4-5-3", "--bias", "--init", "uniform", "--samples", "7", "--out", str(folder)]) == 0
    first = BoundOutput.model_validate_json((folder / "bound.json").read_text(encoding="utf-8"))
    assert set(first.files) == {path.name for path in folder.iterdir()}
    assert {"bound.svg", "bound.png", "bound-loss.csv", "weights.npz", "bound.json"} <= set(first.files)
    capsys.readouterr()
    assert run(["bound", "--weights", str(folder / "weights.npz"), "--samples", "7", "--json"]) == 0
    again = BoundOutput.model_validate_json(capsys.readouterr().out)
    assert again.measured == first.measured
    assert again.bounds == first.bounds


def test_labels_classes_and_features_mean_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    classes = np.array([0, 1, 1, 0])
    np.savez(here / "column.npz", x=X, y=classes[:, None])
    np.savez(here / "hot.npz", x=X, y=np.eye(2)[classes])
    np.savez(here / "features.npz", features=X.astype(np.float32), labels=classes)
    found = []
    for name in ("data", "column", "hot", "features"):
        assert run(["bound", "3-2", "--data", f"{name}.npz", "--json"]) == 0
        found.append(BoundOutput.model_validate_json(capsys.readouterr().out).measured["loss"].largest)
    assert np.allclose(found, found[0], rtol=1e-6)


def test_one_object_is_the_one_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", "4-5-10", "--data", "digits", "--samples", "9", "--json"]) == 0
    whole = BoundOutput.model_validate_json(capsys.readouterr().out).measured["loss"]
    assert run(["bound", "4-5-10", "--data", "digits", "--samples", "9", "--object", str(whole.at), "--json"]) == 0
    alone = BoundOutput.model_validate_json(capsys.readouterr().out)
    assert alone.objects == 1
    assert alone.measured["loss"].largest == pytest.approx(whole.largest, rel=1e-9)


def test_norms_are_scaled_and_pixels_centred(capsys: pytest.CaptureFixture[str]) -> None:
    words = "64-6-10 --data digits --samples 5 --norm 0.5 --signed --json"
    assert run(["bound", *words.split()]) == 0
    found = BoundOutput.model_validate_json(capsys.readouterr().out)
    assert [layer.norm for layer in found.layers] == pytest.approx([0.5, 0.5])
    assert found.largest_input_norm > 4
    assert any(row.violated for row in found.bounds if row.key == "thm1") == any(
        row.single_ratio is not None and row.single_ratio < 1 for row in found.bounds if row.key == "thm1"
    )


@pytest.mark.parametrize("activation", ["tanh", "elu"])
def test_an_activation_that_bends_has_bounds_of_the_g_term_only(
    activation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bound", "3-4-2", "--activation", activation, "--samples", "4"]) == 0
    shown = capsys.readouterr().out
    assert shown.count(f"is stated for the activation {activation}, which bends") == 2
    assert "Theorem 1" not in shown


def test_a_trained_network_shows_its_loss(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["bound", "16-8-10", "--data", "digits", "--samples", "100", "--train", "3", "--k", "9", "--radius", "0.1"])
        == 0
    )
    shown = capsys.readouterr().out
    assert "trained 3 epochs by Adam from pytorch-uniform, seed 0, mean loss" in shown
    assert "At k = 9, within radius 0.1 of these weights" in shown
