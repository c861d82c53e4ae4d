r"""The independent route for tiny networks: every weight and moment is a scalar symbol, and SymPy differentiates.

The loss of a linear network is a polynomial in the weights, in Σ and in E[yx⊤]:

    E½‖W^{L:1}x − y‖² = ½ tr(PΣP⊤) − tr(P E[yx⊤]⊤) + const,   P = W^L ⋯ W^1.

Its second derivatives, entry by entry, must be those of the derived blocks at the same symbols. Over the field of
rational functions the rank of the Hessian is the generic rank itself, with nothing drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyRing

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.blocks import hessian_block
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.terms import Chain, KroneckerTerm, Word

Array = NDArray[np.object_]
Part = Literal["outer", "functional", "loss"]
SHAPES = ("1-1", "2-1", "1-2", "1-2-1", "2-1-2", "2-2-2", "1-1-1-1", "2-1-1-2", "1-2-2-1", "1-1-1-1-1", "1-2-1-1-1")
"""The networks that the comparison is run on: one to four layers, width 1, bottlenecks at several places."""
RANK_SHAPES = (
    *("1-1", "2-1", "1-2", "1-1-1", "1-2-1", "2-1-1", "1-1-2", "1-3-1"),
    *("1-1-1-1", "1-1-2-1", "1-2-1-1", "2-1-1-1", "1-1-1-1-1"),
)
"""The networks small enough for a rank over the field of rational functions."""
MOST_PARAMETERS = 16


@dataclass(frozen=True)
class Comparison:
    """How many entries of the Hessian were compared, and the positions of those that differ."""

    widths: tuple[int, ...]
    entries: int
    differing: tuple[tuple[int, int], ...]

    @property
    def ok(self) -> bool:
        """Whether all entries agree."""
        return not self.differing


class ScalarNetwork:
    """A network whose weights, Σ and E[yx⊤] are matrices of independent symbols (Σ symmetric).

    Args:
        architecture: A linear network with at most 16 parameters.

    Raises:
        UnusableRequest: If the network is larger.

    Example:
        >>> network = ScalarNetwork(Architecture.parse("1-1-1"))
        >>> print(network.loss)
        1/2*W1_00**2*W2_00**2*S00 - W1_00*W2_00*C00
        >>> print(network.hessian("loss")[0, 1])
        2*W1_00*W2_00*S00 - C00
    """

    def __init__(self, architecture: Architecture) -> None:
        if architecture.parameters > MOST_PARAMETERS:
            raise UnusableRequest(
                f"{architecture.parameters} parameters of {architecture}",
                f"at most {MOST_PARAMETERS} for scalar symbols",
                "take fewer or narrower layers, or the exact engine",
            )
        self.architecture = architecture
        shapes = architecture.weight_shapes
        inputs, outputs = architecture.inputs, architecture.outputs
        weights = [
            [[f"W{layer}_{i}{j}" for j in range(cols)] for i in range(rows)]
            for layer, (rows, cols) in enumerate(shapes, start=1)
        ]
        sigma = [[f"S{min(i, j)}{max(i, j)}" for j in range(inputs)] for i in range(inputs)]
        cross = [[f"C{i}{j}" for j in range(inputs)] for i in range(outputs)]
        names = [name for matrix in (*weights, sigma, cross) for row in matrix for name in row]
        names = list(dict.fromkeys(names))
        self.ring: PolyRing = PolyRing(names, sp.QQ, sp.lex)
        symbol = dict(zip(names, self.ring.gens, strict=True))

        def filled(matrix: list[list[str]]) -> Array:
            return np.array([[symbol[name] for name in row] for row in matrix], dtype=object)

        self.weights = [filled(matrix) for matrix in weights]
        self.sigma, self.cross = filled(sigma), filled(cross)
        self.parameters = [entry for matrix in self.weights for entry in matrix.ravel()]

    @cached_property
    def product(self) -> Array:
        """P = W^L ⋯ W^1, of shape K × d."""
        result = self.weights[0]
        for matrix in self.weights[1:]:
            result = matrix.dot(result)
        return result

    @cached_property
    def omega(self) -> Array:
        """Ω = PΣ − E[yx⊤], of shape K × d."""
        return np.asarray(self.product.dot(self.sigma) - self.cross, dtype=object)

    @cached_property
    def loss(self) -> Any:
        """½ tr(PΣP⊤) − tr(P E[yx⊤]⊤), the loss without its constant."""
        quadratic = (self.product.dot(self.sigma) * self.product).sum()
        return quadratic * sp.QQ(1, 2) - (self.product * self.cross).sum()

    def hessian(self, part: Part) -> Array:
        """The p × p matrix of second derivatives, from the definition.

        ``outer`` is the Gauss–Newton part Σ_n (∂P/∂θ_a)Σ(∂P/∂θ_b)⊤, ``functional`` what is left of the whole.
        """
        if part == "outer":
            return self._outer
        return self._whole if part == "loss" else np.asarray(self._whole - self._outer, dtype=object)

    @cached_property
    def _whole(self) -> Array:
        gradient = [self.loss.diff(one) for one in self.parameters]
        return self._square([[entry.diff(two) for two in self.parameters] for entry in gradient])

    @cached_property
    def _outer(self) -> Array:
        slopes = [
            np.array([[entry.diff(one) for entry in row] for row in self.product], dtype=object)
            for one in self.parameters
        ]
        weighted = [slope.dot(self.sigma) for slope in slopes]
        return self._square([[(one * two).sum() for two in slopes] for one in weighted])

    def _square(self, rows: list[list[Any]]) -> Array:
        size = len(self.parameters)
        result = np.empty((size, size), dtype=object)
        for i, row in enumerate(rows):
            for j, entry in enumerate(row):
                result[i, j] = self.ring(entry)
        return result

    def assembled(self, part: Part) -> Array:
        """The same matrix from the derived blocks, at the same symbols."""
        if part == "loss":
            return np.asarray(self.assembled("outer") + self.assembled("functional"), dtype=object)
        slices, depth = self.architecture.slices, self.architecture.layers
        result = self._square([[0] * len(self.parameters) for _ in self.parameters])
        for k in range(1, depth + 1):
            for layer in range(1, depth + 1):
                for term in hessian_block(part, depth, k, layer):
                    result[slices[k - 1], slices[layer - 1]] += self._term(term, layer)
        return result

    def compare(self, part: Part, assembled: Array | None = None) -> Comparison:
        """Compare every entry of both routes.

        Example:
            >>> ScalarNetwork(Architecture.parse("2-1-1")).compare("loss").ok
            True
        """
        one, two = self.hessian(part), self.assembled(part) if assembled is None else assembled
        differing = tuple((i, j) for i in range(len(one)) for j in range(len(one)) if one[i, j] != two[i, j])
        return Comparison(self.architecture.widths, one.size, differing)

    def generic_rank(self, part: Part) -> int:
        """The rank over the field of rational functions in all symbols: r = d and s = min(d, K).

        Example:
            >>> ScalarNetwork(Architecture.parse("1-2-1")).generic_rank("loss")
            4
        """
        matrix = self.hessian(part)
        rows = [list(row) for row in matrix]
        return int(DomainMatrix(rows, matrix.shape, self.ring.to_domain()).to_field().rank())

    def _term(self, term: KroneckerTerm, layer: int) -> Array:
        left, right = self._word(term.left), self._word(term.right)
        blocks = left[:, None, :, None] * right[None, :, None, :]
        if term.transposed:
            blocks = blocks.transpose(0, 1, 3, 2)
        rows, cols = self.architecture.weight_shapes[layer - 1]
        return np.asarray(blocks.reshape(left.shape[0] * right.shape[0], rows * cols), dtype=object)

    def _word(self, word: Word) -> Array:
        result: Array | None = None
        for factor in word:
            if isinstance(factor, Chain):
                value = self._chain(factor)
            else:
                value = self.sigma if factor.name == "Sigma" else self.omega
                value = value.T if factor.transposed else value
            result = value if result is None else result.dot(value)
        if result is None:
            raise ValueError("an empty word has no size")
        return result

    def _chain(self, chain: Chain) -> Array:
        size = self.architecture.widths[chain.first if chain.descending else chain.first - 1]
        result = np.array([[self.ring(int(i == j)) for j in range(size)] for i in range(size)], dtype=object)
        layers = range(chain.first, chain.last - 1, -1) if chain.descending else range(chain.first, chain.last + 1)
        for layer in layers:
            matrix = self.weights[layer - 1]
            result = result.dot(matrix if chain.descending else matrix.T)
        return result
