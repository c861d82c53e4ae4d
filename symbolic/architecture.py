"""The architecture of a fully connected network: widths, bias, activation, loss (Singh et al. 2021, §2)."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from hessproof.symbolic.errors import UnusableRequest

ACTIVATIONS = ("linear", "relu", "leaky-relu", "tanh", "sigmoid", "elu", "softplus", "gelu", "silu")
"""Activations of hidden layers, by name; the outputs are always affine in the last hidden layer."""
LOSSES = ("mse", "cross-entropy", "cosh")
"""½‖F − y‖²; cross-entropy of softmax(F) with y; Σ log cosh(F_i − y_i), which Singh et al. 2021, §5.1 call cosh."""
MAX_WIDTH = 10**6
MAX_LAYERS = 1000


@dataclass(frozen=True, slots=True)
class Architecture:
    """Widths (M_0, …, M_L) of a network F = W^L ⋯ W^1 x, with bias, activation and loss.

    The weight matrix W^l has shape M_l × M_{l-1}, for l = 1, …, L. Symbols are those of Singh et al. 2021, §2:
    d = M_0, K = M_L, M = M_1 + … + M_{L-1}, p = Σ M_l M_{l-1} (+ Σ M_l with bias).

    Args:
        widths: M_0, …, M_L, at least two positive integers.
        bias: Whether every layer adds a bias vector.
        activation: Name of the elementwise activation after every hidden layer.
        loss: Name of the loss.

    Raises:
        UnusableRequest: If a width is no positive integer, or a name is unknown.

    Example:
        >>> a = Architecture.parse("64-30-20-10")
        >>> a.layers, a.inputs, a.outputs, a.hidden, a.parameters
        (3, 64, 10, (30, 20), 2720)
        >>> str(a)
        '64-30-20-10'
    """

    widths: tuple[int, ...]
    bias: bool = False
    activation: str = "linear"
    loss: str = "mse"

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", _checked_widths(self.widths))
        _check_name("activation", self.activation, ACTIVATIONS)
        _check_name("loss", self.loss, LOSSES)

    @classmethod
    def parse(cls, text: str, *, bias: bool = False, activation: str = "linear", loss: str = "mse") -> Architecture:
        """Read widths written ``64-30-20-10``.

        Raises:
            UnusableRequest: If the text is not a list of positive integers joined by ``-``.
        """
        pieces = text.strip().split("-")
        if not all(re.fullmatch(r"[0-9]{1,12}", piece) for piece in pieces):
            raise UnusableRequest(
                f"widths {_shown(text)}", "positive integers joined by '-'", "write for instance 64-30-20-10"
            )
        return cls(tuple(int(piece) for piece in pieces), bias=bias, activation=activation, loss=loss)

    @property
    def layers(self) -> int:
        """L, the number of weight layers."""
        return len(self.widths) - 1

    @property
    def inputs(self) -> int:
        """d = M_0."""
        return self.widths[0]

    @property
    def outputs(self) -> int:
        """K = M_L."""
        return self.widths[-1]

    @property
    def hidden(self) -> tuple[int, ...]:
        """(M_1, …, M_{L-1})."""
        return self.widths[1:-1]

    @property
    def hidden_total(self) -> int:
        """M = M_1 + … + M_{L-1}."""
        return sum(self.hidden)

    @property
    def weight_shapes(self) -> tuple[tuple[int, int], ...]:
        """Shapes (M_l, M_{l-1}) of W^1, …, W^L."""
        return tuple((rows, columns) for columns, rows in pairwise(self.widths))

    @property
    def parameters(self) -> int:
        """p, the number of parameters."""
        return sum(rows * (columns + self.bias) for rows, columns in self.weight_shapes)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where vec_r(W^1), …, vec_r(W^L) lie in the parameter vector (each followed by its bias, if any)."""
        ends = [0]
        for rows, columns in self.weight_shapes:
            ends.append(ends[-1] + rows * (columns + self.bias))
        return tuple(slice(start, stop) for start, stop in pairwise(ends))

    def narrowest(self, data_rank: int | None = None) -> int:
        """q = min(r, M_1, …, M_{L-1}, K), with r = ``data_rank`` (d if not given).

        Example:
            >>> Architecture((5, 3, 4)).narrowest(), Architecture((5, 3, 4)).narrowest(data_rank=2)
            (3, 2)
        """
        return min(self.inputs if data_rank is None else data_rank, *self.widths[1:])

    def check_ranks(self, data_rank: int, residual_rank: int) -> None:
        """Refuse ranks that no data can have: 0 ≤ r ≤ d and 0 ≤ s ≤ min(r, K).

        Raises:
            UnusableRequest: If r or s is out of range for these widths.
        """
        if not 0 <= data_rank <= self.inputs:
            raise UnusableRequest(
                f"data rank {data_rank}",
                f"0 to {self.inputs}, the inputs of {self}",
                f"give --data-rank {max(0, min(data_rank, self.inputs))}",
            )
        largest = min(data_rank, self.outputs)
        if not 0 <= residual_rank <= largest:
            raise UnusableRequest(
                f"residual rank {residual_rank}",
                f"0 to {largest}, the smaller of data rank {data_rank} and {self.outputs} outputs of {self}",
                f"give --residual-rank {max(0, min(residual_rank, largest))}",
            )

    def __str__(self) -> str:
        return "-".join(map(str, self.widths))


def _checked_widths(widths: Iterable[int]) -> tuple[int, ...]:
    try:
        result = tuple(operator.index(width) for width in widths)
    except TypeError:
        raise UnusableRequest(f"widths {_shown(widths)}", "integers", "give for instance (64, 30, 20, 10)") from None
    shown = "-".join(map(str, result))
    if len(result) < 2:
        raise UnusableRequest(
            f"widths {_shown(shown)}", "at least two widths, inputs and outputs", "write for instance 64-10"
        )
    if len(result) - 1 > MAX_LAYERS:
        raise UnusableRequest(f"{len(result) - 1} layers", f"at most {MAX_LAYERS}", "leave out layers")
    for position, width in enumerate(result):
        if not 1 <= width <= MAX_WIDTH:
            raise UnusableRequest(
                f"width {width} at position {position} of {_shown(shown)}",
                f"1 to {MAX_WIDTH}",
                "leave the layer out or give it at least one neuron" if width < 1 else "give it fewer neurons",
            )
    return result


def _check_name(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise UnusableRequest(f"{kind} {_shown(name)}", f"one of {', '.join(known)}", f"give --{kind} {known[0]}")


def _shown(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
