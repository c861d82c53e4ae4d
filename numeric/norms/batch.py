"""Many networks of one architecture at once, as records of floats that are taken exactly.

Every weight is an integer times 2^-q, with one q for each layer, and so is every bias and every input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.norms.enclosure import Floats
from hessproof.numeric.norms.exact_floats import ExactFloats
from hessproof.numeric.norms.instance import NormInstance, fractions
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, eq=False)
class NormBatch:
    """B networks of one architecture, each with one object.

    Args:
        widths: M_0, …, M_L.
        weights: W^l as (B, M_l, M_{l-1}).
        biases: b^l as (B, M_l), or None.
        inputs: x as (B, d).
        labels: y as (B,), from 0 to K − 1.
        shifts: For each layer the q with 2^q W^l integral, then that of the biases b^l, then that of x.
        probabilities: Prescribed p as (B, K), exact floats that add up to one, or None for those of the networks.
        kinds: For each network, how it was made.

    Example:
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> batch = batch_of([norm_instance([[[1, 0.5]]], [1, 1], 0), norm_instance([[[0, 3]]], [0.25, 1], 0)])
        >>> batch.size, batch.weights[0].tolist(), batch.instance(1).inputs.tolist()
        (2, [[[1.0, 0.5]], [[0.0, 3.0]]], [Fraction(1, 4), Fraction(1, 1)])
    """

    widths: tuple[int, ...]
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...] | None
    inputs: Floats
    labels: npt.NDArray[np.int64]
    shifts: tuple[int, ...]
    probabilities: Floats | None = None
    kinds: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """B."""
        return len(self.labels)

    @property
    def layers(self) -> int:
        """L."""
        return len(self.weights)

    @property
    def architecture(self) -> Architecture:
        """Widths and bias, with ReLU and cross-entropy."""
        return Architecture(self.widths, bias=self.biases is not None, activation="relu", loss="cross-entropy")

    def exact(self, name: str, layer: int = 0) -> ExactFloats:
        """W^l, b^l ("biases") or x with its unit, for the layer l = layer + 1."""
        if name == "weights":
            return ExactFloats(self.weights[layer], self.shifts[layer])
        if name == "biases" and self.biases is not None:
            return ExactFloats(self.biases[layer], self.shifts[self.layers + layer])
        return ExactFloats(self.inputs, self.shifts[-1])

    def instance(self, number: int) -> NormInstance:
        """One network as exact fractions."""
        return NormInstance(
            tuple(fractions(weight[number]) for weight in self.weights),
            None if self.biases is None else tuple(fractions(bias[number]) for bias in self.biases),
            fractions(self.inputs[number]),
            int(self.labels[number]),
            None if self.probabilities is None else fractions(self.probabilities[number]),
        )

    def chosen(self, rows: Any) -> NormBatch:
        """Some of the networks: a slice, a mask or indices."""
        places = np.arange(self.size)[rows]
        return NormBatch(
            self.widths,
            tuple(weight[places] for weight in self.weights),
            None if self.biases is None else tuple(bias[places] for bias in self.biases),
            self.inputs[places],
            self.labels[places],
            self.shifts,
            None if self.probabilities is None else self.probabilities[places],
            tuple(self.kinds[place] for place in places) if self.kinds else (),
        )


def batch_of(instances: Sequence[NormInstance]) -> NormBatch:
    """Instances of one architecture as a batch.

    Raises:
        UnusableRequest: If there is none, they differ in shape or in whether p is prescribed, or an entry is no
            binary fraction that a float holds exactly.
    """
    if len({(one.widths, one.biases is None, one.relaxed) for one in instances}) != 1:
        raise UnusableRequest(f"{len(instances)} instances", "some, all of one architecture", "batch them by shape")
    first = instances[0]
    layers = len(first.weights)
    weights = [_floats([one.weights[layer] for one in instances]) for layer in range(layers)]
    biases = [_floats([one.biases[layer] for one in instances if one.biases is not None]) for layer in range(layers)]
    inputs, shift = _floats([one.inputs for one in instances])
    known = [one.probabilities for one in instances if one.probabilities is not None]
    return NormBatch(
        first.widths,
        tuple(each for each, _ in weights),
        None if first.biases is None else tuple(each for each, _ in biases),
        inputs,
        np.asarray([one.label for one in instances], dtype=np.int64),
        (*(q for _, q in weights), *(q for _, q in biases), shift),
        _floats(known)[0] if known else None,
    )


def _floats(arrays: Sequence[Any]) -> tuple[Floats, int]:
    """Fractions as exact floats, and the exponent of their common unit."""
    if not arrays:
        return np.zeros(0), 0
    source = np.stack(arrays)
    result = source.astype(np.float64)
    shift = 0
    for entry, found in zip(source.flat, result.flat, strict=True):
        if Fraction(float(found)) != entry:
            raise UnusableRequest(
                f"entry {entry}", "a fraction that a float holds exactly", "compute it as a single instance"
            )
        shift = max(shift, entry.denominator.bit_length() - 1)
    return result, shift
