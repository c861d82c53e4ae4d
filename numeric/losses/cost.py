"""What an exact rank under a loss costs, from the widths alone: generic weights have generic pivots."""

from __future__ import annotations

from hessproof.numeric.modular.cost import elimination_cost, elimination_share
from hessproof.numeric.network.parameters import matrix_shapes
from hessproof.numeric.planning import Cost
from hessproof.symbolic.architecture import Architecture

SYMBOLS = {"outer": "H_o", "functional": "H_f", "loss": "H_L"}
INTEGER_BYTES = 40
"""A Python integer and the pointer to it."""
SLOPE_COPIES = 4
"""A = U ⊗ V while it is assembled: its rectangles, all of them joined, its transpose, and GA."""
METRIC_COPIES = 2
"""G and a block of it while it is assembled."""
CORE_COPIES = 4
"""The core, its reduced copies, and a block of H_f or the tiles of the elimination."""


def core_order(architecture: Architecture, data_rank: int, residual_rank: int) -> int:
    """How many coordinates `hessproof.numeric.losses.core.core` keeps at generic weights.

    Args:
        architecture: Widths, bias and loss.
        data_rank: The rank of Σ, with bias of E[x̃x̃⊤].
        residual_rank: The rank of Ω, with bias of E[δx̃⊤].

    Example:
        >>> core_order(Architecture((5, 4, 3), loss="cross-entropy"), 5, 2)
        29
    """
    return min(_at_cut(architecture, data_rank, residual_rank, cut) for cut in range(architecture.layers + 1))


def _at_cut(architecture: Architecture, data_rank: int, residual_rank: int, m: int) -> int:
    widths, bias = architecture.widths, int(architecture.bias)
    found = 0
    for k, (height, width) in enumerate(matrix_shapes(architecture), start=1):
        if k <= m:
            back = min(residual_rank, *_through(widths, 1, k - 1, bias), min(widths[m:]))
            everything = data_rank if k == 1 else width
            found += height * back + min(widths[k : m + 1]) * max(0, everything - back)
        else:
            through = min(
                (data_rank, *_through(widths, 1, k - 1, bias)) if m == 0 else _through(widths, m, k - 1, bias)
            )
            arriving = min(residual_rank, *_through(widths, 1, m, bias), min(widths[k:])) if k > 1 else 0
            found += height * through + arriving * max(0, width - bias - max(0, through - bias))
    return found


def _through(widths: tuple[int, ...], first: int, last: int, bias: int) -> tuple[int, ...]:
    """The narrowest of some layers, with the constant beside it; nothing if there are none."""
    return (min(widths[first : last + 1]) + bias,) if last >= first else ()


def loss_cost(name: str, architecture: Architecture, order: int, samples: int) -> Cost:
    """Assembly and elimination of the core of one part modulo one prime.

    Args:
        name: outer, functional or loss.
        architecture: Widths, bias and loss.
        order: Of the core.
        samples: N.

    Example:
        >>> loss_cost("loss", Architecture((64, 20, 10), loss="cross-entropy"), 1300, 100).what
        'core of order 1,300 for H_L'
    """
    outputs, inputs = architecture.outputs, architecture.inputs + architecture.bias
    features, largest = outputs * min(samples, inputs), max(architecture.widths) + architecture.bias
    flops, room = elimination_cost(order, order, symmetric=True)
    flops /= elimination_share(order)
    held = samples * (outputs**2 * 3 + sum(architecture.widths)) + 2 * architecture.layers * largest * (
        inputs + outputs
    )
    flops += 2.0 * samples * inputs * outputs * largest
    if name != "functional":
        flops += 2.0 * features * order * (features + order)
        held += METRIC_COPIES * features**2 + SLOPE_COPIES * features * order
        flops += 0.0 if samples <= inputs else float(samples) * inputs**2 * outputs**2
    room = max(room, 8 * CORE_COPIES * order**2) + 8 * held + INTEGER_BYTES * integer_count(architecture, samples)
    return Cost(f"core of order {order:,} for {SYMBOLS[name]}", flops, room)


def integer_count(architecture: Architecture, samples: int) -> int:
    """Python integers of the weights, the samples and the outputs."""
    return architecture.parameters + samples * (architecture.inputs + sum(architecture.widths) + architecture.outputs)
