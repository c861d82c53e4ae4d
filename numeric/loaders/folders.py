"""Which data sets a folder holds, by the names under which their files are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hessproof.numeric.loaders.cifar import read_cifar
from hessproof.numeric.loaders.idx import read_mnist
from hessproof.numeric.loaders.images import Images
from hessproof.symbolic.errors import UnusableRequest, short_path

KINDS = ("mnist", "fashion-mnist", "cifar-10", "cifar-100")
PARTS = ("train", "test")

_SUBFOLDERS = {
    "mnist": ("", "raw", "MNIST/raw", "mnist", "MNIST"),
    "fashion-mnist": ("", "raw", "FashionMNIST/raw", "fashion-mnist", "fashion", "FashionMNIST"),
    "cifar-10": ("", "cifar-10-batches-bin"),
    "cifar-100": ("", "cifar-100-binary"),
}
"""Where the files lie below the folder that a person names, as they are usually unpacked."""

_IDX_STEMS = {"train": "train", "test": "t10k"}
_CIFAR_FILES = {
    ("cifar-10", "train"): tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
    ("cifar-10", "test"): ("test_batch.bin",),
    ("cifar-100", "train"): ("train.bin",),
    ("cifar-100", "test"): ("test.bin",),
}
_PICKLED = ("data_batch_1", "test_batch", "batches.meta", "cifar-10-batches-py", "cifar-100-python")


@dataclass(frozen=True, slots=True)
class Found:
    """The files of one part of one data set.

    Args:
        kind: One of `KINDS`.
        part: ``train`` or ``test``.
        files: Images and labels of an IDX data set, or the files of CIFAR in order.
        absent: Published names of files that are not there.
    """

    kind: str
    part: str
    files: tuple[Path, ...]
    absent: tuple[str, ...] = ()

    def read(self, name: str, most_samples: int | None = None) -> Images:
        """The images.

        Args:
            name: What to call them in reports.
            most_samples: No more than so many, from the start.

        Raises:
            UnusableRequest: If a file is not what its name says.
        """
        if self.kind in ("cifar-10", "cifar-100"):
            found = read_cifar(self.files, self.kind, most_samples)
        else:
            images, labels = self.files
            found = read_mnist(images, labels, name).first(most_samples)
        origin = {**found.origin, "data": name, "part": self.part}
        return Images(name, found.pixels, found.labels, found.classes, found.white, origin)


def find(folder: Path, kind: str | None = None, part: str | None = None) -> Found:
    """The data set in a folder.

    Args:
        folder: A folder of the user's.
        kind: One of `KINDS`; whichever is there if None. MNIST and Fashion-MNIST have the same file names; where only
            these are known, the answer is MNIST.
        part: ``train`` or ``test``; if None, the training set, or the test set where nothing of the other is there.

    Raises:
        UnusableRequest: If the folder holds none, several, or half of one.
    """
    if not folder.is_dir():
        missing = "a folder that exists" if not folder.exists() else "a folder"
        raise UnusableRequest(f"data folder {short_path(folder)!r}", missing, "give the folder in which the files lie")
    kinds = KINDS if kind is None else (kind,)
    parts = PARTS if part is None else (part,)
    places = [place for place in (_look(folder, each, parts) for each in kinds) if place is not None]
    whole = [place for place in places if not place.absent]
    if [place.kind for place in whole[:2]] == ["mnist", "fashion-mnist"] and whole[0].files == whole[1].files:
        del whole[1]
    if len(whole) > 1:
        names = " and ".join(place.kind for place in whole)
        first = f"{whole[0].kind}:{folder}"
        raise UnusableRequest(
            f"data folder {short_path(folder)!r} with {names}", "one data set", f"say which one, for instance {first}"
        )
    if whole:
        return whole[0]
    raise _half(folder, places[0]) if places else _nothing(folder, kinds, parts)


def _look(folder: Path, kind: str, parts: tuple[str, ...]) -> Found | None:
    """The first part of which any file is there."""
    for part in parts:
        for place in _SUBFOLDERS[kind]:
            files = _files(folder / place, kind, part)
            if any(files):
                absent = tuple(name for name, path in zip(_usual(kind, part), files, strict=True) if path is None)
                return Found(kind, part, tuple(path for path in files if path is not None), absent)
    return None


def _files(folder: Path, kind: str, part: str) -> tuple[Path | None, ...]:
    """The files of a part, None for each that is absent."""
    if (kind, part) in _CIFAR_FILES:
        return tuple(_first(folder, (name,)) for name in _CIFAR_FILES[kind, part])
    stem = _IDX_STEMS[part]
    return tuple(
        _first(folder, [f"{stem}-{what}{dot}idx{rank}-ubyte{end}" for end in ("", ".gz") for dot in "-."])
        for what, rank in (("images", 3), ("labels", 1))
    )


def _first(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _half(folder: Path, place: Found) -> UnusableRequest:
    """Some files of a part are there, others are not."""
    return UnusableRequest(
        f"data folder {short_path(folder)!r} without {', '.join(place.absent)}",
        f"all files of the {place.part} part of {place.kind}",
        "put the missing ones beside the others",
    )


def _nothing(folder: Path, kinds: tuple[str, ...], parts: tuple[str, ...]) -> UnusableRequest:
    """No known file is there; perhaps those of the pickled version are."""
    shown = f"data folder {short_path(folder)!r}"
    if any((folder / name).exists() for name in _PICKLED):
        return UnusableRequest(
            f"{shown} with the Python version of CIFAR",
            "the binary version, since opening a pickle can run what a stranger wrote",
            "fetch cifar-10-binary.tar.gz or cifar-100-binary.tar.gz and unpack it",
        )
    usual = ", ".join(_usual(kinds[0], parts[0])) if len(kinds) == 1 else "the files of " + ", ".join(kinds)
    return UnusableRequest(shown, usual, "give the folder in which these files lie, under their published names")


def _usual(kind: str, part: str) -> tuple[str, ...]:
    """The published names of a part's files."""
    if (kind, part) in _CIFAR_FILES:
        return _CIFAR_FILES[kind, part]
    return tuple(f"{_IDX_STEMS[part]}-{what}-ubyte[.gz]" for what in ("images-idx3", "labels-idx1"))
