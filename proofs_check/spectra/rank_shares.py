"""Rank per parameter of small linear networks, measured exactly in two ways, and the steps from network to network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

from hessproof.numeric.instance import generic_instance
from hessproof.numeric.integers import rational_rank
from hessproof.numeric.ranks import measure
from hessproof.numeric.reference import reference_hessian
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import best

DRAWS = 2
"""Instances that the second way takes the largest rank of; the first takes one, from a far larger range."""
SMALL = 50
"""Weights between −50 and 50 where the Hessian comes from its definition."""


def full_ranks(architecture: Architecture, data_rank: int | None = None) -> tuple[int, int]:
    """r (d unless given) and s = min(r, K)."""
    r = architecture.inputs if data_rank is None else data_rank
    return r, min(r, architecture.outputs)


@cache
def measured_rank(architecture: Architecture, data_rank: int | None = None) -> int:
    """The generic rank of H_L at one instance with weights up to 2^20, from the kernels' structured core.

    Example:
        >>> measured_rank(Architecture((2, 1, 2, 2)))
        7
    """
    r, s = full_ranks(architecture, data_rank)
    return measure(generic_instance(architecture, r, s), "exact", ("loss",), prime_count=1)["loss"].value


@cache
def defined_rank(architecture: Architecture, data_rank: int | None = None) -> int:
    """The same from the definition of the Hessian and elimination over Q: the largest of two draws.

    Example:
        >>> defined_rank(Architecture((1, 2, 2), bias=True))
        10
    """
    r, s = full_ranks(architecture, data_rank)
    drawn = (generic_instance(architecture, r, s, 100 + seed, SMALL) for seed in range(DRAWS))
    return max(rational_rank(reference_hessian(one, "loss")) for one in drawn)


def stated_rank(architecture: Architecture, data_rank: int | None = None) -> int:
    """The generic rank by the formula that the project stands behind, r̃ = r + 1 and E[δ] ≠ 0 with bias."""
    r, s = full_ranks(architecture, data_rank)
    if not architecture.bias:
        return best("loss").evaluate(architecture, r, s)
    both = {"augmented_data_rank": r + 1, "augmented_residual_rank": min(r + 1, architecture.outputs)}
    return best("loss", bias=True).evaluate(architecture, r, s, **both)


def share(architecture: Architecture, rank: int) -> Fraction:
    """rank / p."""
    return Fraction(rank, architecture.parameters)


def wider(architecture: Architecture) -> Iterator[Architecture]:
    """One hidden layer wider by one neuron, then all of them."""
    widths = architecture.widths
    for layer in range(1, architecture.layers):
        yield Architecture((*widths[:layer], widths[layer] + 1, *widths[layer + 1 :]))
    if architecture.layers > 2:
        yield all_wider(architecture)


def all_wider(architecture: Architecture) -> Architecture:
    """Every hidden layer wider by one neuron.

    Example:
        >>> str(all_wider(Architecture((3, 2, 2, 1))))
        '3-3-3-1'
    """
    widths = architecture.widths
    return Architecture((widths[0], *(width + 1 for width in widths[1:-1]), widths[-1]))


def deeper(architecture: Architecture) -> Iterator[Architecture]:
    """One more hidden layer at any place, of any width up to that of the widest hidden layer."""
    widths = architecture.widths
    for place in range(1, architecture.layers + 1):
        for width in range(1, max(architecture.hidden) + 1):
            yield Architecture((*widths[:place], width, *widths[place:]))


def one_more_layer(architecture: Architecture) -> Architecture:
    """One more hidden layer, as wide as the first hidden one."""
    widths = architecture.widths
    return Architecture((widths[0], widths[1], *widths[1:]))


def biased(architecture: Architecture) -> Iterator[Architecture]:
    """The same widths with a bias in every layer."""
    yield replace(architecture, bias=True)


STEPS = {"width": wider, "depth": deeper, "bias": biased}


def expected_sign(key: str, architecture: Architecture, data_rank: int) -> int:
    """The stated sign of ratio before minus ratio after, for equal hidden widths.

    Example:
        >>> expected_sign("depth", Architecture((4, 2, 1)), 4), expected_sign("depth", Architecture((4, 3, 1)), 4)
        (-1, 1)
    """
    d, k, w, layers = architecture.inputs, architecture.outputs, architecture.hidden[0], architecture.layers
    excess = w - min(d, k)
    if key == "one_hidden_layer":
        return int(data_rank != k)
    if key == "width":
        return int(layers > 2 or d != k)
    if key == "depth":
        return _sign(excess * (2 * w - d - k))
    if k > d:
        return -_sign(w - d)
    return _sign(excess * ((layers**2 - 2 * layers + 2) * w + (layers - 1) * k - d))


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
