"""The IDX format of MNIST and Fashion-MNIST, gzipped or not.

A file starts with two zero bytes, a byte for the type of its entries (8 for unsigned bytes), a byte for the number of
dimensions, and the dimensions as big-endian 32-bit integers; then come the entries. Images therefore start with
0x00000803 and labels with 0x00000801 (Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten
digits, "File formats").
"""

from __future__ import annotations

import struct
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hessproof.numeric.loaders.files import AGAIN, opened, read_up_to
from hessproof.numeric.loaders.images import Images, refuse_bad_labels
from hessproof.symbolic.errors import UnusableRequest

IMAGES, LABELS = 0x803, 0x801
CLASSES = 10
_NAMES = {IMAGES: "images", LABELS: "labels"}


def read_idx(path: Path, magic: int) -> npt.NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes.

    Args:
        path: The file.
        magic: ``IMAGES`` or ``LABELS``, the number that it must start with.

    Returns:
        N × h × w for images, N for labels.

    Raises:
        UnusableRequest: If the file starts otherwise, is truncated, or goes on after its last entry.
    """
    shown, wanted = f"data file {path.name!r}", f"an IDX file of {_NAMES[magic]}, which starts with 0x{magic:08x}"
    with opened(path) as stream:
        start = stream.read(4)
        if start != struct.pack(">I", magic):
            found = int.from_bytes(start, "big")
            what = f"{_NAMES[found]} in it" if found in _NAMES and len(start) == 4 else f"bytes {start.hex() or 'none'}"
            remedy = "see whether images and labels were swapped" if found in _NAMES else AGAIN
            raise UnusableRequest(f"{shown} with {what}", wanted, remedy)
        header = stream.read(4 * (magic & 0xFF))
        if len(header) < 4 * (magic & 0xFF):
            raise UnusableRequest(shown, "a whole IDX header; this one is truncated", AGAIN)
        shape = struct.unpack(f">{magic & 0xFF}I", header)
        size = prod(shape)
        entries = read_up_to(stream, size)
        more = stream.read(1)
    if size == 0:
        raise UnusableRequest(f"{shown} of shape {_times(shape)}", f"at least one of its {_NAMES[magic]}", AGAIN)
    if len(entries) < size:
        raise UnusableRequest(
            f"{shown} with {len(entries)} entries", f"{_times(shape)} = {size}, as it says; it is truncated", AGAIN
        )
    if more:
        raise UnusableRequest(f"{shown}, longer than it says", f"{_times(shape)} = {size} entries and no more", AGAIN)
    return np.frombuffer(entries, dtype=np.uint8).reshape(shape)


def read_mnist(images: Path, labels: Path, name: str) -> Images:
    """Images and labels of one part of MNIST or of a data set in the same format with ten classes.

    Raises:
        UnusableRequest: If a file is unusable, their lengths differ, or a label is above 9.
    """
    pixels, classes = read_idx(images, IMAGES), read_idx(labels, LABELS)
    if len(pixels) != len(classes):
        raise UnusableRequest(
            f"{len(pixels)} images in {images.name!r} and {len(classes)} labels in {labels.name!r}",
            "as many labels as images",
            "take both files from the same part of the same data set",
        )
    refuse_bad_labels(classes, CLASSES, labels.name)
    return Images(name, pixels, classes, CLASSES, origin={"data": name, "files": [images.name, labels.name]})


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
