"""What measuring a rank costs, before it is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hessproof.numeric import memory
from hessproof.numeric.memory import SHARE, matrix_bytes, refuse_if_too_large
from hessproof.numeric.modular.cost import elimination_cost, elimination_share
from hessproof.numeric.planning import Cost, largest_that_fits
from hessproof.symbolic.architecture import Architecture

EIGENVALUE_FLOPS = 4 / 3
"""Times n³: the reduction of a symmetric matrix to tridiagonal form, which dominates when no vectors are wanted."""
EIGENVALUE_SHARE = 0.3
"""Half of that reduction is matrix-vector products, bound by memory: about 30 % of a matrix product's speed."""
ASSEMBLY_SHARE = 0.5
"""A rectified Hessian's matrix products have the samples as their inner side, and every block is reduced after them."""
SYMBOLS = {"outer": "H_o", "functional": "H_f", "loss": "H_L"}
INTEGER_BYTES = 60
"""A Python integer of more than 30 bits, and the pointer to it."""
INTEGER_ARRAYS = 3
"""Held for each neuron and sample: the pre-activation, the slope, and what the next layer multiplies."""
INTEGER_FLOPS = 2e4
"""Floating-point operations in the time that a few operations on a Python integer take, half a microsecond."""
COPIES = 3
"""The matrix, its working copy, and what is held while it is assembled."""


def exact_forward(architecture: Architecture, samples: int) -> Cost:
    """The forward pass of a rectified network over Python integers."""
    neurons = float(samples) * sum(architecture.widths)
    products = 2.0 * samples * architecture.parameters
    room = INTEGER_BYTES * (architecture.parameters + INTEGER_ARRAYS * samples * sum(architecture.widths))
    return Cost(
        f"{samples:,} samples through {architecture} over the integers", neurons * INTEGER_FLOPS + products, room
    )


def refuse_samples(architecture: Architecture, samples: int) -> None:
    """Refuse more samples than fit into memory as integers, before they are drawn.

    Raises:
        UnusableRequest: If they would not fit.
    """
    cost = exact_forward(architecture, samples)
    refuse_cost(
        cost, cost.what, [("--samples {size}", lambda count: exact_forward(architecture, count), "fewer samples")]
    )


def rectified(name: str, order: int, samples: int, outputs: int, primes: int) -> Cost:
    """Assembly and elimination of a rectified network's Hessian modulo primes.

    Args:
        name: The quantity.
        order: Of the matrix.
        samples: N; every sample adds about 2 · order² operations to H_o and half of that to H_f.
        outputs: K; for H_o the NK × p Jacobian is eliminated where that is smaller.
        primes: How many.
    """
    flops, room = elimination_cost(order, order)
    effort = {"outer": 2.0, "functional": 1.0, "loss": 3.0}[name] * samples * float(order) ** 2 / ASSEMBLY_SHARE
    room = max(room, matrix_bytes(order, copies=COPIES))
    if name == "outer" and samples * outputs < order:
        (flops, room), effort = elimination_cost(samples * outputs, order), 0.0
    several = f" modulo {primes} primes" if primes > 1 else ""
    whole = primes * (flops / elimination_share(order) + effort)
    return Cost(f"{SYMBOLS[name]} of order {order:,}{several}", whole, room)


def eigenvalues(what: str, order: int) -> Cost:
    """All eigenvalues of a symmetric matrix of some order in double precision."""
    flops = EIGENVALUE_FLOPS * float(order) ** 3
    return Cost(f"{what} of order {order:,}", flops, matrix_bytes(order, copies=COPIES), share=EIGENVALUE_SHARE)


def refuse_bytes(needed: int, what: str, remedy: str) -> None:
    """Refuse work that would not fit into memory, with the order of the square matrix that would.

    Args:
        needed: Bytes.
        what: It takes, for the message.
        remedy: What would work instead.

    Raises:
        UnusableRequest: If it would not fit.
    """
    limit = int(SHARE * memory.available_bytes())
    fits = largest_that_fits(lambda size: elimination_cost(size, size)[1], limit)
    refuse_if_too_large(needed, what, f"a core of order {fits:,} would fit: {remedy}" if fits else remedy)


def refuse_order(order: int, what: str, remedy: str) -> None:
    """Refuse the eigenvalues of a square matrix that would not fit into memory, with the order that would.

    Raises:
        UnusableRequest: If they would not fit.
    """
    limit = int(SHARE * memory.available_bytes())
    fits = largest_that_fits(lambda size: matrix_bytes(size, copies=COPIES), limit)
    refuse_if_too_large(
        matrix_bytes(order, copies=COPIES), what, f"order {fits:,} would fit: {remedy}" if fits else remedy
    )


def refuse_cost(cost: Cost, what: str, sizes: Sequence[tuple[str, Callable[[int], Cost], str]]) -> None:
    """Refuse work that would not fit into memory, with the first of some sizes of which any would.

    Args:
        cost: Of the work.
        what: It is, for the message.
        sizes: How each size is named, what it costs, and what makes it smaller.

    Raises:
        UnusableRequest: If it would not fit.

    Example:
        >>> refuse_cost(Cost("a core of order 10", 700.0, 800), "a core of order 10", [])
    """
    limit = int(SHARE * memory.available_bytes())
    if cost.bytes <= limit:
        return
    for words, cost_of, smaller in sizes:
        size = largest_that_fits(cost_of, limit)
        if size:
            refuse_if_too_large(cost.bytes, what, f"{words.format(size=size)} would fit: choose {smaller}", limit)
    refuse_if_too_large(cost.bytes, what, "choose narrower layers and fewer samples", limit)
