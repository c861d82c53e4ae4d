"""The binary version of CIFAR-10 and CIFAR-100.

A record of CIFAR-10 is one byte for the class and 3 × 32 × 32 bytes for red, green and blue, row by row: 3,073 bytes.
CIFAR-100 puts a byte for one of 20 coarse classes before that of one of 100 classes: 3,074 bytes (A. Krizhevsky, The
CIFAR-10 and CIFAR-100 data sets, "Binary version"). The Python version is a pickle and is never opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hessproof.numeric.loaders.files import AGAIN, opened, read_up_to
from hessproof.numeric.loaders.images import Images, refuse_bad_labels
from hessproof.numeric.loaders.scaling import GREY, grey
from hessproof.symbolic.errors import UnusableRequest

SIDE = 32
PIXELS = 3 * SIDE**2
LABEL_BYTES = {"cifar-10": 1, "cifar-100": 2}
CLASSES = {"cifar-10": 10, "cifar-100": 100}
_CHUNK = 2000


def read_cifar(files: Sequence[Path], kind: str, most_samples: int | None = None) -> Images:
    """Grey images and classes, file after file; of CIFAR-100 the 100 fine classes.

    Args:
        files: The files of one part, in order.
        kind: ``cifar-10`` or ``cifar-100``.
        most_samples: Read no more than so many records.

    Raises:
        UnusableRequest: If a file does not consist of whole records, or a class is out of range.
    """
    record = LABEL_BYTES[kind] + PIXELS
    for path in files:
        _check_size(path, kind, record)
    pixels, labels = [], []
    left = most_samples
    for path in files:
        if left == 0:
            break
        with opened(path) as stream:
            while left != 0:
                wanted = _CHUNK if left is None else min(_CHUNK, left)
                content = read_up_to(stream, wanted * record)
                if not content:
                    break
                if len(content) % record:
                    raise _not_whole(path, kind, record)
                table = np.frombuffer(content, dtype=np.uint8).reshape(-1, record)
                classes = table[:, LABEL_BYTES[kind] - 1]
                refuse_bad_labels(classes, CLASSES[kind], path.name)
                labels.append(classes.copy())
                pixels.append(grey(table[:, LABEL_BYTES[kind] :].reshape(-1, 3, SIDE, SIDE)).astype(np.int32))
                left = None if left is None else left - len(table)
    origin = {
        "data": kind,
        "files": [path.name for path in files],
        "grey": f"({GREY[0]} R + {GREY[1]} G + {GREY[2]} B) / {sum(GREY)}",
    }
    return Images(kind, np.concatenate(pixels), np.concatenate(labels), CLASSES[kind], 255 * sum(GREY), origin)


def _check_size(path: Path, kind: str, record: int) -> None:
    """Refuse a file that does not consist of whole records."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnusableRequest(f"data file {path.name!r} ({error.strerror})", "a file that can be read", AGAIN) from None
    if size and size % record == 0:
        return
    other = next((name for name, extra in LABEL_BYTES.items() if name != kind and size % (extra + PIXELS) == 0), None)
    if size and other is not None:
        raise UnusableRequest(
            f"data file {path.name!r} with records of {other}", f"records of {kind}, {record} bytes each", AGAIN
        )
    raise _not_whole(path, kind, record)


def _not_whole(path: Path, kind: str, record: int) -> UnusableRequest:
    return UnusableRequest(
        f"data file {path.name!r} of {path.stat().st_size} bytes",
        f"whole records of {record} bytes, the binary version of {kind}; it is truncated or of another format",
        AGAIN,
    )
