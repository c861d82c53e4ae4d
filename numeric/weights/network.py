"""A fully connected network from a file of weights: its layers in order, or the reason why they make no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.weights.files import finite_floats, read_arrays
from hessproof.numeric.weights.names import Role, foreign, in_order, numbered_order, role
from hessproof.symbolic.architecture import MAX_LAYERS, Architecture
from hessproof.symbolic.errors import UnusableRequest, short, short_path

Array = npt.NDArray[np.float64]
_NAMES = "name the arrays 0.weight, 0.bias, 1.weight, … or W1, b1, W2, …"
_CHAIN_STEPS = 10_000
_PLAIN = "give the fully connected layers alone"


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of a fully connected network.

    Args:
        parameters: P^1, …, P^L in float64, with P^l = [W^l b^l] of shape M_l × (M_{l-1} + 1), or W^l without bias.
        bias: Whether the layers have biases.
        names: What W^1, …, W^L are called in the file.
        path: The file.
    """

    parameters: tuple[Array, ...]
    bias: bool
    names: tuple[str, ...]
    path: str

    @property
    def widths(self) -> tuple[int, ...]:
        """M_0, …, M_L."""
        first = self.parameters[0].shape[1] - self.bias
        return (first, *(matrix.shape[0] for matrix in self.parameters))

    def architecture(
        self, widths: str | None = None, *, bias: bool = False, activation: str = "linear", loss: str = "mse"
    ) -> Architecture:
        """The architecture of these weights; activation and loss are not in the file, so they are taken as given.

        Args:
            widths: What the person wrote, such as ``64-30-10``; None if nothing.
            bias: Whether the person asked for biases.
            activation: Of the hidden layers.
            loss: The loss.

        Raises:
            UnusableRequest: If the person asked for another network than the file holds.
        """
        found = Architecture(self.widths, bias=self.bias, activation=activation, loss=loss)
        if widths is not None and Architecture.parse(widths).widths != self.widths:
            raise UnusableRequest(
                f"widths {widths} with --weights {short_path(self.path)}",
                f"{found}, as in the file",
                "leave the widths out",
            )
        if bias and not self.bias:
            raise UnusableRequest(
                f"--bias with --weights {short_path(self.path)}", "weights with biases", "leave --bias out"
            )
        return found


def load_weights(path: str | Path) -> Weights:
    """The network whose weights an ``.npz``, ``.safetensors`` or PyTorch file holds; nothing in the file is executed.

    Layers are ordered by the numbers in their names; where names differ in more than numbers, such as ``body.weight``
    and ``head.weight``, by the only order in which the shapes fit. A ``weight`` is outputs × inputs, a ``kernel`` the
    transpose of one.

    Args:
        path: The file.

    Raises:
        UnusableRequest: If the file cannot be read; if an array is neither weight nor bias, empty, not finite or of a
            shape that does not fit; if a layer lacks its weights, only some layers have biases, or the order of the
            layers is not clear.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.savez(f"{folder}/small.npz", W2=np.ones((4, 2)), W1=np.ones((2, 3)))
        ...     found = load_weights(f"{folder}/small.npz")
        >>> found.widths, found.bias, found.names
        ((3, 2, 4), False, ('W1', 'W2'))
    """
    return network_of(read_arrays(path), str(path))


def network_of(arrays: Mapping[str, npt.NDArray[Any]], path: str) -> Weights:
    """The network that named arrays make.

    Args:
        arrays: By name.
        path: Where they come from, for messages.

    Raises:
        UnusableRequest: As `load_weights` does.
    """
    full, path = path, short_path(path)
    matrices: dict[str, tuple[str, Array]] = {}
    vectors: dict[str, tuple[str, Array]] = {}
    for name, (one, array) in _with_roles(arrays, path).items():
        shown = f"{short(name)} in {path}"
        values = finite_floats(array, shown)
        if not values.size:
            raise UnusableRequest(f"{shown} of shape {array.shape}", "at least one row and column", _PLAIN)
        kept = vectors if one.kind == "bias" else matrices
        if one.layer in kept:
            raise UnusableRequest(f"{shown}", f"one of it and {short(kept[one.layer][0])} for this layer", _NAMES)
        kept[one.layer] = name, _shaped(values, one, shown)
    for layer, (name, _) in vectors.items():
        if layer not in matrices:
            raise UnusableRequest(f"{short(name)} in {path}", "weights of the same layer beside a bias", _NAMES)
    if len(matrices) > MAX_LAYERS:
        raise UnusableRequest(f"{len(matrices)} layers in {path}", f"at most {MAX_LAYERS}", "give a smaller network")
    order = _in_order({layer: matrix for layer, (_, matrix) in matrices.items()}, path)
    if vectors and len(vectors) < len(matrices):
        bare = next(matrices[layer][0] for layer in order if layer not in vectors)
        raise UnusableRequest(
            f"{len(vectors)} biases for {len(matrices)} layers in {path}",
            "a bias in every layer or in none",
            f"store zeros as the bias beside {short(bare)}",
        )
    names = tuple(matrices[layer][0] for layer in order)
    weights = [matrices[layer][1] for layer in order]
    _refuse_misfits(names, weights, path)
    if not vectors:
        return Weights(tuple(weights), False, names, full)
    joined = []
    for layer, matrix in zip(order, weights, strict=True):
        name, vector = vectors[layer]
        if len(vector) != len(matrix):
            raise UnusableRequest(
                f"{short(name)} of {len(vector)} entries in {path}",
                f"{len(matrix)}, the rows of {short(matrices[layer][0])}",
                "give one entry for each neuron",
            )
        joined.append(np.hstack([matrix, vector[:, None]]))
    return Weights(tuple(joined), True, names, full)


def _with_roles(arrays: Mapping[str, npt.NDArray[Any]], path: str) -> dict[str, tuple[Role, npt.NDArray[Any]]]:
    """Each array with its role; unnamed arrays are a weight each, or a weight followed by a bias."""
    if not arrays:
        raise UnusableRequest(f"weights {path!r}", "at least one array; it holds none", _NAMES)
    if len(arrays) > 2 * MAX_LAYERS:
        raise UnusableRequest(
            f"{len(arrays)} arrays in {path}", f"at most {MAX_LAYERS} weights and as many biases", _PLAIN
        )
    found: dict[str, tuple[Role, npt.NDArray[Any]]] = {}
    last, known = "", {name: role(name) for name in arrays}
    for name in sorted(arrays, key=lambda name: _place(known[name])):
        one, array = known[name], arrays[name]
        kind = foreign(name) or ("a convolution" if array.ndim in (3, 4, 5) else None)
        if one is None or kind is not None:
            expected = "weights and biases of layers, named as such"
            if one is not None:
                expected = "a matrix, outputs × inputs" if array.ndim != 2 else "a fully connected layer"
            shape = "" if one is None or array.ndim == 2 else f" of shape {array.shape}"
            remedy = _NAMES if kind is None else f"{_PLAIN}: this looks like {kind}"
            raise UnusableRequest(f"{short(name)} in {path}{shape}", expected, remedy)
        if one.kind == "unnamed":
            last, one = (one.layer, Role(one.layer, "weight")) if array.ndim != 1 else (last, Role(last, "bias"))
        found[name] = one, array
    return found


def _place(one: Role | None) -> tuple[int, str]:
    return in_order(one.layer) if one is not None and one.kind == "unnamed" else (-1, "")


def _shaped(values: Array, one: Role, shown: str) -> Array:
    if one.kind == "bias":
        if max(values.shape, default=1) != values.size:
            raise UnusableRequest(f"{shown} of shape {values.shape}", "one number for each neuron", _PLAIN)
        return values.reshape(-1)
    if values.ndim != 2:
        raise UnusableRequest(f"{shown} of shape {values.shape}", "a matrix, outputs × inputs", _PLAIN)
    return np.ascontiguousarray(values.T if one.kind == "kernel" else values)


def _in_order(matrices: Mapping[str, Array], path: str) -> list[str]:
    if not matrices:
        raise UnusableRequest(f"weights {path!r}", "a weight matrix; it holds none", _NAMES)
    numbered = numbered_order(matrices)
    if numbered is not None:
        return numbered
    orders = _chains(matrices)
    if len(orders) != 1:
        listed = ", ".join(short(layer) for layer in list(matrices)[:4])
        fits = "no order of them" if not orders else "more than one order of them"
        raise UnusableRequest(
            f"layers {listed} in {path}", f"names that tell their order; by their shapes {fits} fits", _NAMES
        )
    return orders[0]


def _chains(matrices: Mapping[str, Array], most: int = 2) -> list[list[str]]:
    """Up to ``most`` orders in which each matrix takes what the one before it gives."""
    found: list[list[str]] = []
    steps = 0

    def extend(chain: list[str]) -> None:
        nonlocal steps
        steps += 1
        if len(chain) == len(matrices):
            found.append(list(chain))
            return
        for name, matrix in matrices.items():
            if steps > _CHAIN_STEPS:
                raise UnusableRequest("layers whose shapes fit in many orders", "names that tell their order", _NAMES)
            if len(found) == most:
                return
            if name not in chain and (not chain or matrix.shape[1] == matrices[chain[-1]].shape[0]):
                extend([*chain, name])

    extend([])
    return found


def _refuse_misfits(names: Sequence[str], weights: Sequence[Array], path: str) -> None:
    def misfit(shapes: Sequence[tuple[int, ...]]) -> int | None:
        return next((place for place, (one, other) in enumerate(pairwise(shapes), 1) if other[1] != one[0]), None)

    place = misfit([matrix.shape for matrix in weights])
    if place is None:
        return
    rows, columns = weights[place].shape
    turned = misfit([matrix.shape[::-1] for matrix in weights]) is None
    raise UnusableRequest(
        f"{short(names[place])} of shape {rows} × {columns} in {path}",
        f"{len(weights[place - 1])} columns, the rows of {short(names[place - 1])}",
        "transpose the matrices: they are stored as inputs × outputs" if turned else "store W^l as outputs × inputs",
    )
