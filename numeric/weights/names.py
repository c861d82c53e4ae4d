"""What the name of a stored array says: which layer it belongs to, and whether it is a weight matrix or a bias.

Read are the names that libraries give: ``0.weight``, ``layers.2.bias``, ``fc1.weight`` (PyTorch);
``params/Dense_0/kernel`` (Flax) and ``dense_1/kernel:0`` (Keras), whose kernels are inputs × outputs; ``W1``, ``b1``,
``weight_1``, ``biases[1]``; and ``arr_0``, ``arr_1``, … of ``numpy.savez(path, *matrices)``, which are told apart by
their shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["weight", "kernel", "bias", "unnamed"]

_WORDS: dict[str, Kind] = {
    "weight": "weight", "weights": "weight", "w": "weight", "kernel": "kernel", "bias": "bias", "biases": "bias",
    "b": "bias",
}  # fmt: skip
_LAST = re.compile(r"(?P<layer>.*)[./](?P<word>[A-Za-z]+)(?::0)?", re.DOTALL)
_NUMBERED = re.compile(r"(?P<before>(?:.*[./])?)(?P<word>[A-Za-z]+)[_^]?\[?(?P<number>[0-9]+)\]?", re.DOTALL)
_STACKED = re.compile(r"arr_(?P<number>[0-9]+)")
_NUMBER = re.compile(r"[0-9]+")
_PART = re.compile(r"[A-Za-z]+")
_FOREIGN = {
    "a convolution": {"conv", "convolution"},
    "a normalisation": {"bn", "norm", "batchnorm", "layernorm", "ln", "running", "tracked"},
    "attention": {"attn", "attention", "query", "key", "value", "mha"},
    "an embedding": {"embed", "embedding", "embeddings", "wte", "wpe"},
    "a recurrent layer": {"rnn", "lstm", "gru", "ih", "hh"},
    "a quantised layer": {"packed", "quantized"},
    "a parametrised layer, whose weight is computed from other numbers": {"parametrizations", "orig", "mask"},
}
"""Words in names by which libraries tell layers that are not fully connected."""


@dataclass(frozen=True, slots=True)
class Role:
    """The part that an array plays.

    Args:
        layer: The layer's name; weight and bias of one layer agree in it.
        kind: ``weight`` (outputs × inputs), ``kernel`` (inputs × outputs), ``bias``, or ``unnamed``: its shape decides.
    """

    layer: str
    kind: Kind


def role(name: str) -> Role | None:
    """What an array of this name is; None if the name says nothing.

    Example:
        >>> role("layers.2.bias"), role("W1")
        (Role(layer='layers.2', kind='bias'), Role(layer='1', kind='weight'))
        >>> role("params/Dense_0/kernel"), role("1.running_mean")
        (Role(layer='params/Dense_0', kind='kernel'), None)
    """
    stacked = _STACKED.fullmatch(name)
    if stacked:
        return Role(stacked["number"], "unnamed")
    last = _LAST.fullmatch(name)
    if last and last["word"].lower() in _WORDS:
        return Role(last["layer"], _WORDS[last["word"].lower()])
    numbered = _NUMBERED.fullmatch(name)
    if numbered and numbered["word"].lower() in _WORDS:
        return Role(numbered["before"] + numbered["number"], _WORDS[numbered["word"].lower()])
    alone = name.lower().removesuffix(":0")
    return Role("", _WORDS[alone]) if alone in _WORDS else None


def numbered_order(layers: Iterable[str]) -> list[str] | None:
    """The layers sorted by the numbers in their names; None if their names differ in more than numbers.

    Example:
        >>> numbered_order(["fc10", "fc2"]), numbered_order(["body", "head"])
        (['fc2', 'fc10'], None)
    """
    names = list(layers)
    if len({_NUMBER.sub("#", name) for name in names}) != 1:
        return None
    return sorted(names, key=lambda name: [in_order(number) for number in _NUMBER.findall(name)])


def in_order(digits: str) -> tuple[int, str]:
    """A key that sorts numbers by their values, whatever their length, for which Python's ``int`` has a limit.

    Example:
        >>> sorted(["10", "9", "08"], key=in_order)
        ['08', '9', '10']
    """
    plain = digits.lstrip("0")
    return len(plain), plain


def foreign(name: str) -> str | None:
    """The kind of layer that a name tells, where it is not a fully connected one; None if it tells nothing.

    Example:
        >>> foreign("encoder.0.attn.weight"), foreign("conv1.weight"), foreign("fc1.weight")
        ('attention', 'a convolution', None)
    """
    words = {word.lower() for word in _PART.findall(name)}
    if "proj" in words and words & {"q", "k", "v", "in"}:
        return "attention"
    return next((kind for kind, known in _FOREIGN.items() if words & known), None)
