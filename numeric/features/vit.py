"""Features of images from a vision transformer of the library timm, an optional extra: ``pip install hessproof[vit]``.

The encoder of Kiselev & Grabovoy 2024, §5.2, is ViT-B/16 at 224 pixels. `load_encoder` fetches pre-trained weights, or
reads them from a file of yours (``.safetensors``, or tensors of PyTorch, of which nothing but tensors is read).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.features.files import Array, Features
from hessproof.symbolic.errors import UnusableRequest

ENCODER = "vit_base_patch16_224"
"""ViT-B/16, in the library's words."""


def load_encoder(
    name: str = ENCODER, *, pretrained: bool = True, checkpoint: str | Path | None = None, **options: Any
) -> Any:
    """A vision transformer without its classifier, ready to encode.

    Args:
        name: Of a model of timm.
        pretrained: Whether its published weights are fetched; ignored if a checkpoint is given.
        checkpoint: A file with weights.
        options: For ``timm.create_model``, such as ``img_size``.

    Returns:
        A module of PyTorch whose outputs are pooled features.

    Raises:
        UnusableRequest: If timm is not installed, knows no such model, or the weights cannot be had.
    """
    timm = _timm()
    if checkpoint is not None and not Path(checkpoint).is_file():
        raise UnusableRequest(f"weights {str(checkpoint)!r}", "a file that exists", "give the path of a checkpoint")
    if not timm.is_model(name):
        raise UnusableRequest(f"encoder {name!r}", "a model of timm", f"give for instance {ENCODER}")
    try:
        model = timm.create_model(name, pretrained=pretrained and checkpoint is None, num_classes=0, **options)
        if checkpoint is not None:
            _load_weights(model, Path(checkpoint))
    except UnusableRequest:
        raise
    except Exception as error:
        what = f"weights {str(checkpoint)!r}" if checkpoint is not None else f"pre-trained weights of {name}"
        raise UnusableRequest(
            f"{what} ({type(error).__name__})", "weights that can be had and fit the model",
            "see whether the network is reached, or give a checkpoint file of the same model",
        ) from None  # fmt: skip
    return model.eval()


def encode(
    model: Any,
    images: npt.NDArray[np.floating[Any]],
    *,
    batch: int = 32,
    progress: Callable[[str], None] = lambda line: None,
) -> Array:
    """Features of images.

    The images are resized to the size that the model takes (bicubic), and normalised as it was trained; a grey image is
    seen in all three colours.

    Args:
        model: What `load_encoder` returned.
        images: N × h × w (grey) or N × 3 × h × w, values from 0 to 1.
        batch: Images at a time.
        progress: Called with one short line for each batch.

    Returns:
        N × d.

    Raises:
        UnusableRequest: If the images have another shape, or none is given.
    """
    _timm()
    torch: Any = importlib.import_module("torch")
    data: Any = importlib.import_module("timm.data")
    if images.ndim not in (3, 4) or not images.size or (images.ndim == 4 and images.shape[1] != 3):
        raise UnusableRequest(
            f"images of shape {images.shape}", "N × h × w or N × 3 × h × w", "give at least one image"
        )
    config = data.resolve_model_data_config(model)
    size = getattr(getattr(model, "patch_embed", None), "img_size", None) or tuple(config["input_size"][1:])
    mean, std = (torch.tensor(config[key]).reshape(1, 3, 1, 1) for key in ("mean", "std"))
    found = []
    with torch.inference_mode():
        for start in range(0, len(images), batch):
            chosen = np.ascontiguousarray(images[start : start + batch], dtype=np.float32)
            tensor = torch.from_numpy(chosen)
            tensor = tensor[:, None].expand(-1, 3, -1, -1) if tensor.ndim == 3 else tensor
            tensor = torch.nn.functional.interpolate(tensor, size=size, mode="bicubic", antialias=True).clamp(0, 1)
            found.append(model((tensor - mean) / std).double().numpy())
            progress(f"{min(start + batch, len(images)):,} of {len(images):,} images")
    features: Array = np.concatenate(found)
    return features


def encode_data(
    data: str, *, samples: int | None = None, progress: Callable[[str], None] = lambda line: None, **encoder: Any
) -> Features:
    """Features of a data set of images, which are seen in grey.

    Args:
        data: ``digits``, or a folder with a published data set; see `hessproof.numeric.loaders.load_data`.
        samples: Only the first N.
        progress: Called with one short line for each batch.
        encoder: For `load_encoder`.

    Raises:
        UnusableRequest: If data or encoder cannot be had.
    """
    from hessproof.numeric.loaders import load_data

    model = load_encoder(**encoder)
    found = load_data(data, None, samples)
    pixels, targets = found.floats()
    side = round(pixels.shape[1] ** 0.5)
    if side * side != pixels.shape[1] or pixels.min() < 0 or pixels.max() > 1:
        raise UnusableRequest(f"data {data!r}", "square images with values from 0 to 1", "give a data set of images")
    values = encode(model, pixels.reshape(-1, side, side), progress=progress)
    return Features(found.name, values, targets.argmax(axis=1).astype(np.int64))


def _timm() -> Any:
    try:
        return importlib.import_module("timm")
    except ImportError:
        raise UnusableRequest(
            "features of a vision transformer", "the library timm", "install hessproof[vit], or bring features in an "
            ".npz file",
        ) from None  # fmt: skip


def _load_weights(model: Any, path: Path) -> None:
    """Tensors of a checkpoint, those of a classifier left out."""
    if path.suffix == ".safetensors":
        stored = importlib.import_module("safetensors.torch").load_file(str(path))
    else:
        stored = importlib.import_module("torch").load(str(path), map_location="cpu", weights_only=True)
    stored = stored.get("state_dict", stored)
    kept = {name: tensor for name, tensor in stored.items() if not name.startswith("head.")}
    model.load_state_dict(kept)
