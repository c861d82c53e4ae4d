"""One object of a ReLU network under the cross-entropy, as a record of exact numbers.

The network is z^l = W^l x^l (+ b^l), x^1 = x, x^{l+1} = relu(z^l), logits z = z^L, p = softmax(z); the loss is
−log p_y. Probabilities are those of the network, or they are prescribed: then p is what it would be if a constant were
added to each logit, which no norm of a weight or an input sees. A bound that uses p only through its being a
probability vector holds for the prescribed ones too; a counterexample with prescribed ones is none for the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Fractions = npt.NDArray[Any]
"""A NumPy array of dtype object whose entries are fractions."""


@dataclass(frozen=True, eq=False)
class NormInstance:
    """Weights, biases, an input and a label, all rational; and possibly probabilities.

    Args:
        weights: W^1, …, W^L, of shapes M_l × M_{l-1}.
        biases: b^1, …, b^L, or None for a network without bias.
        inputs: x, of length d.
        label: The class y, from 0 to K − 1.
        probabilities: p, of length K, or None for the softmax of the network's own logits.

    Raises:
        UnusableRequest: If shapes do not fit, the label is no class, or p is no probability vector.

    Example:
        >>> one = norm_instance([[[1, 1], [0, 1]]], [1, "1/2"], label=0)
        >>> str(one.architecture), one.inputs.tolist(), one.relaxed
        ('2-2', [Fraction(1, 1), Fraction(1, 2)], False)
    """

    weights: tuple[Fractions, ...]
    biases: tuple[Fractions, ...] | None
    inputs: Fractions
    label: int
    probabilities: Fractions | None = None

    def __post_init__(self) -> None:
        if not self.weights or any(weight.ndim != 2 for weight in self.weights) or self.inputs.ndim != 1:
            raise UnusableRequest("weights or input of a wrong kind", "matrices and a vector", "give W^1, …, W^L and x")
        widths = self.widths
        shapes = [weight.shape for weight in self.weights]
        if shapes != list(zip(widths[1:], widths[:-1], strict=True)) or 0 in widths:
            raise UnusableRequest(f"weights of shapes {shapes} for an input of length {widths[0]}", "a chain", "match")
        if self.biases is not None and [bias.shape for bias in self.biases] != [(width,) for width in widths[1:]]:
            raise UnusableRequest(f"{len(self.biases)} biases", f"vectors of lengths {widths[1:]}", "give b^1, …, b^L")
        if not 0 <= self.label < widths[-1]:
            raise UnusableRequest(f"label {self.label}", f"0 to {widths[-1] - 1}", "classes count from 0")
        p = self.probabilities
        if p is not None and (p.shape != (widths[-1],) or min(p) < 0 or sum(p) != 1):
            raise UnusableRequest("the probabilities", f"{widths[-1]} nonnegative numbers that add up to 1", "rescale")

    @property
    def widths(self) -> tuple[int, ...]:
        """M_0, …, M_L."""
        return (len(self.inputs), *(weight.shape[0] for weight in self.weights))

    @property
    def architecture(self) -> Architecture:
        """Widths and bias, with ReLU and cross-entropy."""
        return Architecture(self.widths, bias=self.biases is not None, activation="relu", loss="cross-entropy")

    @property
    def relaxed(self) -> bool:
        """Whether the probabilities are prescribed rather than those of the network."""
        return self.probabilities is not None

    @property
    def blocks(self) -> tuple[Fractions, ...]:
        """W^l, or [W^l b^l] with bias, as printed."""
        if self.biases is None:
            return self.weights
        return tuple(np.column_stack([weight, bias]) for weight, bias in zip(self.weights, self.biases, strict=True))


def norm_instance(
    weights: Sequence[Any],
    inputs: Any,
    label: int,
    *,
    biases: Sequence[Any] | None = None,
    probabilities: Any = None,
) -> NormInstance:
    """An instance from nested lists of numbers or of texts such as "1/2"; floats are taken exactly.

    Args:
        weights: W^1, …, W^L.
        inputs: x.
        label: The class y.
        biases: b^1, …, b^L, if any.
        probabilities: p, if prescribed.

    Raises:
        UnusableRequest: As for `NormInstance`, or if an entry is no finite number.
    """
    return NormInstance(
        tuple(fractions(weight) for weight in weights),
        None if biases is None else tuple(fractions(bias) for bias in biases),
        fractions(inputs),
        int(label),
        None if probabilities is None else fractions(probabilities),
    )


def fractions(entries: Any) -> Fractions:
    """An array of exact fractions.

    Raises:
        UnusableRequest: If an entry is no finite number.

    Example:
        >>> fractions([[0.5, "1/3"]]).tolist()
        [[Fraction(1, 2), Fraction(1, 3)]]
    """
    source = np.asarray(entries, dtype=object)
    result = np.empty(source.shape, dtype=object)
    for place, entry in np.ndenumerate(source):
        try:
            result[place] = Fraction(entry.item() if isinstance(entry, np.generic) else entry)
        except (ValueError, TypeError, OverflowError, ZeroDivisionError):
            raise UnusableRequest(f"entry {entry!r}", "a finite number", "give integers or fractions") from None
    return result
