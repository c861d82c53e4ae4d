"""Data by name or place: the digits, an ``.npz`` file, or a folder with a published image data set."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path

from hessproof.numeric.datasets import Dataset, digits, load_npz
from hessproof.numeric.loaders.folders import KINDS, find
from hessproof.numeric.loaders.images import encoded
from hessproof.symbolic.errors import UnusableRequest, short_path

DATA_HELP = "digits, an .npz file, or a folder with MNIST, Fashion-MNIST or CIFAR (mnist:DIR, cifar-10-test:DIR, …)"
"""What a data set may be, for help texts."""

_ALIASES = {"fashion": "fashion-mnist", "fashionmnist": "fashion-mnist", "cifar10": "cifar-10", "cifar100": "cifar-100"}
_NAMED = re.compile(r"(?P<kind>[A-Za-z][A-Za-z0-9-]*?)(?P<part>-train|-test)?:(?P<folder>.*)", re.DOTALL)


def load_data(
    data: str | Path, inputs: int | None = None, most_samples: int | None = None, labels: str = "one-hot"
) -> Dataset:
    """The data set that ``data`` names.

    ``digits`` are the digits that come with this package. ``mnist:DIR``, ``fashion-mnist:DIR``, ``cifar-10:DIR`` and
    ``cifar-100:DIR`` are the training sets in a folder of the user's, ``mnist-test:DIR`` and so on the test sets; a
    bare folder is searched for any of them. Anything else is the path of an ``.npz`` file with arrays x and y, which
    is taken as it is, whatever ``inputs`` and ``labels`` are.

    Images become grey (luma of BT.601) and are averaged over √d × √d equal areas. All entries are kept as integers,
    so that ranks stay exact; `Dataset.floats` divides by their unit.

    Args:
        data: Name or place.
        inputs: d, a square number; all pixels if None. The digits can have 64, 16 or 4.
        most_samples: No more than so many samples, from the start.
        labels: Targets of a class c: ``one-hot`` for e_c, ``signs`` for 2 e_c − 1, with entries ±1.

    Raises:
        UnusableRequest: If the data cannot be found or read, or do not fit.

    Example:
        >>> load_data("digits", most_samples=5, labels="signs").targets[0].tolist()
        [1, -1, -1, -1, -1, -1, -1, -1, -1, -1]
    """
    text = str(data)
    if text == "digits":
        return _digits(64 if inputs is None else inputs, most_samples, labels)
    if text == "gaussian" or not text.strip():
        raise UnusableRequest(f"data {short_path(text)!r}", DATA_HELP, "give digits, or a data set of yours")
    named = _NAMED.fullmatch(text)
    if named is not None and not Path(text).exists():
        kind = _kind(named["kind"].lower(), text)
        part = named["part"] and named["part"][1:]
        return _folder(Path(named["folder"] or "."), kind, part, inputs, most_samples, labels)
    place = Path(text).expanduser()
    if place.is_dir():
        return _folder(place, None, None, inputs, most_samples, labels)
    if not place.exists() and place.suffix != ".npz":
        guesses = difflib.get_close_matches(text.lower(), ("digits", *KINDS), n=1)
        remedy = "see whether the name is spelt rightly"
        if guesses:
            remedy = f"did you mean {guesses[0] if guesses[0] == 'digits' else guesses[0] + ':DIR'}?"
        raise UnusableRequest(f"data {short_path(text)!r}", DATA_HELP, remedy)
    whole = load_npz(place)
    return whole if most_samples is None else whole.first(min(most_samples, whole.samples))


def _kind(name: str, text: str) -> str:
    kind = _ALIASES.get(name, name)
    if kind not in KINDS:
        guesses = difflib.get_close_matches(kind, KINDS, n=1)
        remedy = f"did you mean {guesses[0]}:DIR?" if guesses else "give for instance mnist:DIR, or the folder alone"
        raise UnusableRequest(f"data {short_path(text)!r}", f"{', '.join(KINDS)} before the colon", remedy)
    return kind


def _folder(
    folder: Path, kind: str | None, part: str | None, inputs: int | None, most_samples: int | None, labels: str
) -> Dataset:
    found = find(folder.expanduser(), kind, part)
    unsure = kind is None and found.kind == "mnist"
    name = ("MNIST format" if unsure else found.kind) + (" (test)" if found.part == "test" else "")
    return found.read(name, most_samples).dataset(inputs, labels)


def _digits(inputs: int, most_samples: int | None, labels: str) -> Dataset:
    whole = digits(inputs)
    chosen = whole if most_samples is None else whole.first(min(most_samples, whole.samples))
    origin = {**chosen.origin, "labels": labels}
    return replace(chosen, targets=encoded(chosen.targets, labels), origin=origin)
