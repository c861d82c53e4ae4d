"""What an architecture certificate is about: widths, bias, a part of the Hessian, and the ranks of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from hessproof.numeric.bias.data import chosen_ranks
from hessproof.proofs_check.certificates.format import Quantity
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

MOST_LAYERS = 32
"""Kinds of indices grow with the layers, pairs of them as the square, a block's elimination as the cube: at 32 layers
of different widths a checker in pure Python needs some seconds."""


@dataclass(frozen=True)
class Case:
    """Without bias r, s are ranks of E[xx⊤], E[δx⊤] and e is 1; with bias r̃, s̃ are those of E[x̃x̃⊤], E[δx̃⊤].

    Args:
        widths: M_0, …, M_L.
        bias: Whether there are biases.
        quantity: outer, functional or loss.
        data_rank: r or r̃.
        residual_rank: s or s̃.
        residual_mean: e, 0 if E[δ] = 0 is asked (with bias), otherwise 1.
    """

    widths: tuple[int, ...]
    bias: bool
    quantity: Quantity
    data_rank: int
    residual_rank: int
    residual_mean: int = 1

    @property
    def layers(self) -> int:
        """L."""
        return len(self.widths) - 1

    @property
    def outputs(self) -> int:
        """K."""
        return self.widths[-1]

    @property
    def decoupled(self) -> bool:
        """Whether biases and weights decouple, so that a network without bias on centred inputs remains."""
        return self.bias and not self.residual_mean

    def without_bias(self) -> Case:
        """The network without bias on r̃ − 1 centred inputs, for a decoupled case."""
        inputs = self.data_rank - 1
        return Case((inputs, *self.widths[1:]), False, self.quantity, inputs, self.residual_rank)


def case_of(
    architecture: Architecture,
    quantity: str = "loss",
    data_rank: int | None = None,
    residual_rank: int | None = None,
    augmented_data_rank: int | None = None,
    augmented_residual_rank: int | None = None,
    residual_mean: int | None = None,
) -> Case:
    """The case asked for; ranks that are left out are as large as they can be.

    Args:
        architecture: A linear network with squared error.
        quantity: outer, functional or loss.
        data_rank: r = rk E[xx⊤].
        residual_rank: s = rk E[δx⊤].
        augmented_data_rank: r̃, with bias.
        augmented_residual_rank: s̃, with bias.
        residual_mean: e = rk E[δ], with bias.

    Raises:
        UnusableRequest: If the network is another, or no data have these ranks.

    Example:
        >>> case_of(Architecture((3, 2, 4)))
        Case(widths=(3, 2, 4), bias=False, quantity='loss', data_rank=3, residual_rank=3, residual_mean=1)
        >>> case_of(Architecture((3, 2, 4), bias=True), "outer", residual_mean=0)
        Case(widths=(3, 2, 4), bias=True, quantity='outer', data_rank=4, residual_rank=3, residual_mean=0)
    """
    name = check_quantity(quantity)
    _check_network(architecture)
    widths, biased = architecture.widths, (augmented_data_rank, augmented_residual_rank, residual_mean)
    if not architecture.bias:
        if biased != (None, None, None):
            raise UnusableRequest("ranks of augmented data without bias", "a network with bias", "give --bias")
        rank = architecture.inputs if data_rank is None else data_rank
        residual = min(rank, architecture.outputs) if residual_rank is None else residual_rank
        architecture.check_ranks(rank, residual)
        return Case(widths, False, name, rank, residual)
    if data_rank is None and residual_rank is None:
        return _augmented(architecture, name, *biased)
    rank = _inner(architecture, augmented_data_rank) if data_rank is None else data_rank
    if residual_rank is None:
        residual_rank = min(rank, architecture.outputs)
        if augmented_residual_rank is not None:
            residual_rank = min(residual_rank, augmented_residual_rank)
    ranks = chosen_ranks(architecture, rank, residual_rank, *biased)
    return Case(widths, True, name, ranks.augmented_data, ranks.augmented_residual, ranks.residual_mean)


def check_quantity(name: str) -> Quantity:
    """The name of a quantity.

    Raises:
        UnusableRequest: If it is none.
    """
    for known in get_args(Quantity):
        if name == known:
            return known  # type: ignore[no-any-return]
    raise UnusableRequest(f"quantity {name!r}", f"one of {', '.join(get_args(Quantity))}", "give loss")


def _check_network(architecture: Architecture) -> None:
    if (architecture.activation, architecture.loss) != ("linear", "mse"):
        raise UnusableRequest(
            f"a certificate for all parameters of a {architecture.activation} network under {architecture.loss}",
            "a linear network under mse",
            "leave the options out, or certify an instance",
        )
    if architecture.layers > MOST_LAYERS:
        raise UnusableRequest(f"{architecture.layers} layers", f"at most {MOST_LAYERS}", "leave out layers")


def _inner(architecture: Architecture, augmented_data_rank: int | None) -> int:
    """r for a given r̃."""
    return architecture.inputs if augmented_data_rank is None else min(architecture.inputs, augmented_data_rank - 1)


def _augmented(
    architecture: Architecture, name: Quantity, data_rank: int | None, residual_rank: int | None, mean: int | None
) -> Case:
    rank = architecture.inputs + 1 if data_rank is None else data_rank
    if not 1 <= rank <= architecture.inputs + 1:
        most = architecture.inputs + 1
        raise UnusableRequest(
            f"augmented data rank {rank}", f"1 to {most}, the inputs of {architecture} and one", f"give {most}"
        )
    if mean not in (None, 0, 1):
        raise UnusableRequest(f"rank {mean} of E[δ]", "0 or 1", "give 0 for a residual of mean zero")
    wanted = 1 if mean is None else mean
    largest = min(rank - 1 + wanted, architecture.outputs)
    residual = largest if residual_rank is None else residual_rank
    if mean is None:
        wanted = min(1, max(0, residual))
    if not wanted <= residual <= largest:
        raise UnusableRequest(
            f"augmented residual rank {residual}",
            f"{wanted} to {largest}, for augmented data rank {rank}, {architecture.outputs} outputs and E[δ] "
            f"{'≠' if wanted else '='} 0",
            f"give {largest}",
        )
    return Case(architecture.widths, True, name, rank, residual, wanted)
