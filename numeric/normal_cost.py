"""What a rank in the bases of the bars costs, from the widths alone: generic weights have generic bars.

A generic W^l has the rank min(M_{l-1}, M_l), so that as many of the vectors alive live on, the eldest ones, the others
die, and M_l less that many are born.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hessproof.numeric.complement import best_cut
from hessproof.numeric.dimensions import GenericDimensions
from hessproof.numeric.kernels import Part
from hessproof.numeric.modular.cost import elimination_cost, elimination_share
from hessproof.numeric.network.parameters import matrix_shapes
from hessproof.numeric.planning import Cost
from hessproof.numeric.result import EngineName
from hessproof.symbolic.architecture import Architecture

NORMAL_SIDE = 300
"""Smallest core whose rank is found in the bases of its bars: eliminating it takes 10 ms, and so do the bars."""
LARGEST_BLOCK = 1500
"""Largest L · K for which the bars are used: FLINT finds the kernel of a block of that side in half a second."""
SHARE = 0.3
"""Share of the speed of a matrix product: much of the work is small blocks and elimination of small matrices."""
EIGENVALUE_SHARE = 0.25
"""Share that LAPACK's eigenvalues reach: those of order 4,010 took 8 s of one core that multiplies at 38 Gflop/s."""
COPIES = 5
"""Arrays of the size of what is left, or of what couples it, that are held at once."""


def generic_ends(widths: tuple[int, ...]) -> tuple[dict[int, int], dict[int, int]]:
    """How many bars from the input end in each layer, and how many bars at the output were born in each layer.

    Example:
        >>> generic_ends((64, 400, 400, 10))
        ({2: 54, 3: 10}, {0: 10})
    """
    alive = {0: widths[0]}
    ends: dict[int, int] = {}
    for layer, width in enumerate(widths[1:], start=1):
        room = min(sum(alive.values()), width)
        kept: dict[int, int] = {}
        for birth, count in sorted(alive.items()):
            kept[birth] = min(count, room)
            room -= kept[birth]
            if birth == 0 and count > kept[birth]:
                ends[layer - 1] = count - kept[birth]
        kept[layer] = width - sum(kept.values())
        alive = {birth: count for birth, count in kept.items() if count}
    if alive.get(0):
        ends[len(widths) - 1] = alive[0]
    return ends, alive


def rest_order(architecture: Architecture, residual_rank: int) -> int:
    """The order of what is left of H in the bases of the bars, for generic weights; at most a little less than true.

    Args:
        architecture: Widths, with or without bias.
        residual_rank: The rank of Ω, with bias of Ω̃.

    Example:
        >>> rest_order(Architecture((64, 400, 400, 10)), 10)
        840
    """
    widths, layers, bias = architecture.widths, architecture.layers, int(architecture.bias)
    ends, births = generic_ends(widths)
    into = [sum(count for end, count in ends.items() if end >= layer) + bias for layer in range(layers + 1)]
    out = [sum(count for birth, count in births.items() if birth <= layer) for layer in range(layers + 1)]
    through = ends.get(layers, 0)

    def reached(lower: int, upper: int) -> int:
        """The rank of a block F between layers lower, …, upper − 1 and lower + 1, …, upper, from its diagonal."""
        return sum(min(into[k - 1], out[k + 1], residual_rank) for k in range(lower, upper))

    total = layers * through * (through + bias)
    for end, count in ends.items():
        if end < layers:
            total += count * max(0, sum(out[1 : end + 2]) - reached(1, end + 1))
    for birth, count in births.items():
        if birth > 0:
            total += count * max(0, sum(into[birth - 1 : layers]) - reached(birth, layers))
    return total


def normal_cost(architecture: Architecture, residual_rank: int, what: str = "rank") -> Cost:
    """What one rank of H_L or H_f modulo one prime costs in the bases of the bars.

    Args:
        architecture: Widths, with or without bias.
        residual_rank: The rank of Ω, with bias of Ω̃.
        what: Names the piece.

    Example:
        >>> cost = normal_cost(Architecture((64, 400, 400, 10)), 10)
        >>> cost.what, cost.flops < 2e9, cost.bytes < 2**28
        ('rank from bars, 840 coordinates left', True, True)
    """
    order, widths = rest_order(architecture, residual_rank), architecture.widths
    through = min(widths)
    couplings = architecture.layers * through * architecture.outputs
    flops = elimination_cost(order, order)[0] + 2.0 * order**2 * (couplings + widths[0] + widths[-1])
    for columns, rows in pairwise(widths):
        flops += 2.0 * rows * columns**2 + 2 * elimination_cost(rows, columns)[0]
    held = COPIES * order * (order + couplings) + 4 * max(rows * rows for rows in widths) + architecture.parameters
    return Cost(f"{what} from bars, {order:,} coordinates left", flops, 8 * held, share=SHARE)


def planned(
    architecture: Architecture,
    data_rank: int,
    residual_rank: int,
    *,
    engine: EngineName = "exact",
    quantities: Sequence[Part] = ("functional", "loss"),
    structured: bool = True,
    primes: int = 3,
) -> list[Cost]:
    """What ``hessproof.numeric.ranks.measure`` will cost, one piece for each quantity that takes noticeable work.

    Args:
        architecture: Widths, with or without bias.
        data_rank: The rank of Σ, with bias of Σ̃.
        residual_rank: The rank of Ω, with bias of Ω̃.
        engine: exact, multiprecision or float; the multiprecise one takes small matrices only and has no plan.
        quantities: outer, functional, loss; the exact rank of the outer part needs ranks of chains alone.
        structured: Whether the structure is used.
        primes: How many a whole matrix is eliminated modulo.

    Example:
        >>> [cost.what for cost in planned(Architecture((64, 400, 400, 10)), 61, 10, quantities=["loss"])]
        ['rank of H_L from bars, 840 coordinates left']
        >>> [cost.what for cost in planned(Architecture((8, 6, 4)), 8, 4, quantities=["loss"], structured=False)]
        ['whole matrix of order 72 for H_L modulo 3 primes']
    """
    names = {"outer": "H_o", "functional": "H_f", "loss": "H_L"}
    if engine == "multiprecision":
        return []
    generic, shapes = GenericDimensions(architecture, data_rank, residual_rank), matrix_shapes(architecture)
    found = []
    for part in quantities:
        order, what = architecture.parameters, "whole matrix"
        if structured:
            if part == "outer" and engine == "exact":
                continue
            order, what = best_cut(shapes, generic, part, bias=architecture.bias)[1], "core"
            if engine == "exact" and uses_bars(architecture, order):
                found.append(normal_cost(architecture, residual_rank, f"rank of {names[part]}"))
                continue
        what = f"{what} of order {order:,} for {names[part]}"
        if engine == "exact":
            # a whole matrix has no full rank that one prime could show
            several, tried = ("", 1) if structured else (f" modulo {primes} primes", primes)
            flops, room = elimination_cost(order, order)
            found.append(Cost(f"{what}{several}", tried * flops, room, share=elimination_share(order)))
        else:
            found.append(Cost(what, 4 / 3 * float(order) ** 3, 24 * order**2, share=EIGENVALUE_SHARE))
    return found


def uses_bars(architecture: Architecture, core: int) -> bool:
    """Whether the rank of a core of this order is found in the bases of the bars."""
    return core >= NORMAL_SIDE and architecture.layers * architecture.outputs <= LARGEST_BLOCK
