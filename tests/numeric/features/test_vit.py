"""A vision transformer as encoder: the real loading code, on a tiny model with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.features import vit
from hessproof.numeric.features.vit import encode, encode_data, load_encoder
from hessproof.symbolic.errors import UnusableRequest

pytestmark = pytest.mark.autodiff
torch = pytest.importorskip("torch", reason="PyTorch is not installed; `tox -e autodiff` installs it")
timm = pytest.importorskip("timm", reason="timm is not installed; `tox -e autodiff` installs it")
TINY: dict[str, Any] = {"name": "vit_tiny_patch16_224", "img_size": 32, "depth": 1, "embed_dim": 12, "num_heads": 2}


def tiny(seed: int = 0, **options: Any) -> Any:
    torch.manual_seed(seed)
    return load_encoder(**{**TINY, "pretrained": False, **options})


def test_features_are_those_of_the_library() -> None:
    model = tiny()
    images = np.random.default_rng(0).random((5, 3, 32, 32))
    found = encode(model, images, batch=2)
    with torch.inference_mode():
        expected = model((torch.tensor(images, dtype=torch.float32) - 0.5) / 0.5).numpy()
    assert found.shape == (5, 12)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_grey_images_of_any_size_are_seen_in_three_colours() -> None:
    model = tiny()
    grey = np.random.default_rng(1).random((3, 8, 8))
    np.testing.assert_allclose(encode(model, grey), encode(model, np.stack([grey] * 3, axis=1)), rtol=1e-5)


@pytest.mark.parametrize("end", ["safetensors", "pt"])
def test_weights_come_from_a_file(tmp_path: Path, end: str) -> None:
    source, path = tiny(1), tmp_path / f"weights.{end}"
    stored = {**source.state_dict(), "head.weight": torch.zeros(2, 12), "head.bias": torch.zeros(2)}
    if end == "safetensors":
        from safetensors.torch import save_file

        save_file(stored, str(path))
    else:
        torch.save({"state_dict": stored}, path)
    images = np.random.default_rng(2).random((2, 32, 32))
    other = tiny(2)
    assert not np.allclose(encode(source, images), encode(other, images))
    found = load_encoder(**TINY, checkpoint=path)
    np.testing.assert_allclose(encode(found, images), encode(source, images), rtol=1e-6)


def test_a_data_set_is_encoded_and_saved(tmp_path: Path) -> None:
    lines: list[str] = []
    found = encode_data("digits", samples=40, progress=lines.append, pretrained=False, **TINY)
    assert found.values.shape == (40, 12)
    assert found.labels[:5].tolist() == [0, 1, 2, 3, 4]
    assert lines[-1] == "40 of 40 images"
    found.save(tmp_path / "features.npz")


def test_what_cannot_be_had_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no.safetensors").write_bytes(b"nothing")
    wrong = tiny(0, embed_dim=8)
    torch.save(wrong.state_dict(), tmp_path / "other.pt")
    for options in (
        {"checkpoint": tmp_path / "none.pt"},
        {"checkpoint": tmp_path / "no.safetensors"},
        {"checkpoint": tmp_path / "other.pt"},
        {"name": "vit_of_no_one"},
    ):
        with pytest.raises(UnusableRequest) as caught:
            load_encoder(**{**TINY, **options})
        assert "\n" not in str(caught.value)

    def offline(*args: object, **options: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(timm, "create_model", offline)
    with pytest.raises(UnusableRequest, match="checkpoint file"):
        load_encoder(**TINY)
    with pytest.raises(UnusableRequest, match="at least one image"):
        encode(wrong, np.zeros((2, 1, 8, 8)))


def test_without_the_library_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(vit.importlib, "import_module", absent)
    with pytest.raises(UnusableRequest, match=r"hessproof\[vit\]"):
        load_encoder()
