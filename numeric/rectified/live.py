r"""Coordinates of a rectified network on which its Hessians keep their ranks, and bounds that the ranks cannot exceed.

On given samples a neuron is *live* if a_i ≠ 0 for some sample; for ReLU that is where σ′(z_i) ≠ 0 for some sample,
for leaky ReLU where z_i ≠ 0 for some sample. With ã^{l-1} for what P^l = [W^l b^l] multiplies, g^l = ∂(δ·F)/∂z^l and
k < l, the entries of a sample's Jacobian and of its H_f are

    ∂F_c/∂P^l_{ij} = ∂F_c/∂z^l_i · ã^{l-1}_j,      ∂²(δ·F)/∂P^l_{ab}∂P^k_{ij} = g^l_a · ∂a^{l-1}_b/∂z^k_i · ã^{k-1}_j.

A ReLU neuron i of layer l that is not live has ∂a^l_i = 0 and ∂F/∂z^l_i = g^l_i = 0 on every sample, so rows and
columns of H that belong to the entries into it, or out of it, vanish, as do those of inputs that are always zero. (A
leaky-ReLU neuron always has a slope, and stays.) The inputs enter H only through W^1 x: with x = C x′ for r
independent inputs x′, H is B⊤H′B for the network on x′, B of full row rank. So H has the rank of its principal
submatrix on the entries from **entering** neurons (pivot inputs, neurons that are kept, the bias) into kept ones.

That is so for each neuron by itself too. Row i of W^1 enters H only through its values on the inputs of those samples
on which z_i has a slope, so the pivots of these inputs are enough for row i. And an entry (i, b) of a later layer, b
no bias, counts only if i and b have a slope on a common sample: H vanishes there otherwise, by the formulas above.

Bounds, for every part: the number of these entries. H_o = Σ J⊤ΛJ has rank at most NK. Where every neuron can be
scaled, incoming weights by c > 0 and outgoing ones by 1/c, without changing the outputs, the orbits' tangents are
annihilated by J; those of live neurons are independent on the kept entries, because each has an incoming entry there
that is not zero and can be eliminated layer by layer (Singh et al. 2021, §5, scaling of homogeneous units). And row i
of P^l enters J only through its values on the samples on which i has a slope, so it counts for no more than there are
such samples; on these values a live neuron's row does not vanish either. So rk H_o is at most the sum of these counts
less the number of live hidden neurons. H_f has zeros where two entries are of one layer, and where one is a bias of
the last layer, so without the rows and columns of all other layers nothing is left: rk H_f is at most twice the
number of their entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.modular import PrimeField, pivot_columns
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.forward import Forward
from hessproof.numeric.rectified.network import Rectified

Places = npt.NDArray[Any]
_PIVOT_PRIMES = 8
"""A rank drops modulo a prime near 2^22 with a chance of about 1 in 2^22; eight primes in a row never do."""


@dataclass(frozen=True, eq=False)
class Live:
    """Which entries of P^1, …, P^L are kept.

    Args:
        rows: For each layer the neurons i that are kept.
        columns: For each layer the kept places j in ã^{l-1}; with bias the last one is the constant.
        entries: Which of the entries from these columns into these rows are kept, counted layer by layer, row by row.
        scaled: Hidden neurons that are live and so give an independent tangent.
        seen: Of the entries into each neuron no more than it has samples with a slope; their sum.
        bias: Whether the network has biases.
    """

    rows: tuple[Places, ...]
    columns: tuple[Places, ...]
    entries: Places
    scaled: int
    seen: int
    bias: bool

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Rows and columns kept in each layer."""
        return tuple((len(rows), len(columns)) for rows, columns in zip(self.rows, self.columns, strict=True))

    @property
    def rectangle(self) -> int:
        """How many entries there are from kept columns into kept rows."""
        return sum(rows * columns for rows, columns in self.shapes)

    @property
    def size(self) -> int:
        """How many entries are kept: the order of the principal submatrix."""
        return len(self.entries)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each layer's entries stand among all from kept columns into kept rows."""
        ends = np.cumsum([0, *(rows * columns for rows, columns in self.shapes)]).tolist()
        return tuple(slice(start, stop) for start, stop in pairwise(ends))

    def sizes(self) -> list[int]:
        """How many entries of each layer are kept."""
        return [int(np.count_nonzero((self.entries >= one.start) & (self.entries < one.stop))) for one in self.slices]


def every(network: Rectified) -> Live:
    """All entries of the network."""
    rows = tuple(np.arange(weight.shape[0]) for weight in network.weights)
    columns = tuple(np.arange(weight.shape[1]) for weight in network.weights)
    entries = np.arange(network.architecture.parameters)
    return Live(rows, columns, entries, 0, len(entries), network.architecture.bias)


def live(network: Rectified, found: Forward) -> Live:
    """The entries on which the Hessians keep their ranks.

    Args:
        network: Weights and samples.
        found: Its forward pass.

    Example:
        >>> from hessproof.numeric.rectified.forward import forward
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> relu = Architecture((2, 2, 1), activation="relu")
        >>> net = squared(relu, [[[1, 5], [-1, 5]], [[1, 1]]], [[1, 0], [2, 0]], [[0], [1]])
        >>> kept = live(net, forward(net))
        >>> kept.shapes, kept.size
        (((1, 1), (1, 1)), 2)
    """
    bias, outputs = network.architecture.bias, network.architecture.outputs
    alive = sum(int(np.any(passed[:, : passed.shape[1] - bias] != 0, axis=0).sum()) for passed in found.passed[1:])
    sloped = [slope != 0 for slope in found.slopes]
    sloped.append(np.ones((network.samples, outputs), dtype=bool))
    rows = tuple(np.flatnonzero(on.any(axis=0)) for on in sloped)
    first = np.asarray(independent(found.passed[0]), dtype=np.int64)
    columns = [first]
    for places, passed in zip(rows, found.passed[1:], strict=False):
        columns.append(np.append(places, passed.shape[1] - 1) if bias else places)
    wanted = [_inputs_of_each(found.passed[0][:, first], sloped[0][:, rows[0]])]
    for layer in range(1, len(sloped)):
        above, below = sloped[layer][:, rows[layer]], sloped[layer - 1][:, rows[layer - 1]]
        together = above.T.astype(np.float64) @ below.astype(np.float64) > 0
        wanted.append(np.hstack([together, np.ones((len(together), int(bias)), dtype=bool)]))
    entries = np.flatnonzero(np.concatenate([kept.ravel() for kept in wanted]))
    seen = sum(
        int(np.minimum(kept.sum(axis=1), on[:, places].sum(axis=0)).sum())
        for kept, on, places in zip(wanted, sloped, rows, strict=True)
    )
    return Live(rows, tuple(columns), entries, alive, seen, bias)


def _inputs_of_each(inputs: IntegerMatrix, sloped: Places) -> Places:
    """For each neuron, which inputs form a basis on the samples on which it has a slope."""
    kept = np.zeros((sloped.shape[1], inputs.shape[1]), dtype=bool)
    for neuron, on in enumerate(sloped.T):
        kept[neuron, independent(inputs[on])] = True
    return kept


def independent(matrix: IntegerMatrix) -> list[int]:
    """Columns that form a basis of the column space over Q.

    Independent modulo a prime is independent over Q; as many as the smaller side are a basis, and otherwise
    `exact_rank` proves how many a basis has.

    Example:
        >>> independent(np.asarray([[0, 1, 2], [0, 3, 6]], dtype=object))
        [1]
    """
    rank = -1
    for prime in primes(_PIVOT_PRIMES):
        found = pivot_columns(PrimeField(prime).balanced(matrix), prime) if matrix.size else []
        if len(found) == min(matrix.shape):
            return found
        rank = exact_rank(matrix, most_primes=10**6).value if rank < 0 else rank
        if len(found) == rank:
            return found
    return list(range(matrix.shape[1]))


def limits(network: Rectified, kept: Live) -> dict[str, int]:
    """Bounds that rk H_o, rk H_f and rk H_L cannot exceed, proved above.

    Args:
        network: Weights and samples.
        kept: From `live`.

    Example:
        >>> from hessproof.numeric.rectified.forward import forward
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> limits(net, live(net, forward(net)))
        {'outer': 1, 'functional': 2, 'loss': 2}
    """
    sizes = kept.sizes()
    sizes[-1] -= kept.bias * network.architecture.outputs
    functional = min(sum(sizes), 2 * (sum(sizes) - max(sizes)))
    outer = min(kept.seen - kept.scaled, network.samples * network.architecture.outputs)
    return {"outer": outer, "functional": functional, "loss": kept.size}
