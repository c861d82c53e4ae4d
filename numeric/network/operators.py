"""Products of a network's Hessian, of its Gauss–Newton part and of its functional part with vectors.

How one set of samples multiplies is in ``hessproof.numeric.network.products``. Here samples and vectors are cut into
pieces, so that no more than ``WORKSPACE`` numbers are held at a time, and the passes of the first samples are kept, as
far as ``KEPT`` numbers go, for the next product. Nothing of size p × p is formed, and no block of
``hessproof.numeric.network.accumulate`` is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import PARTS, Part
from hessproof.numeric.network.parameters import Parameters, checked
from hessproof.numeric.network.products_pieces import KEPT, Pieces, Progress, contiguous_rows
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

WORKSPACE = 1 << 22
"""Numbers that one sweep may hold; more samples and more vectors are done in pieces.

32 MiB of doubles. On one core, one product with 784-512-512-10 or 64-400-400-10 and 1,797 samples takes 1.15 to 1.4
times as long as its operations in a matrix product of order 1,536 for every power of two from 2^21 to 2^24, 1.4 to 1.6
times at 2^19 and 2.4 to 4.7 times at 2^16 (seconds of the processor, `python -m benchmarks.products --workspaces`).
"""


class NetworkOperator:
    """H_L, H_o (the Gauss–Newton matrix) or H_f of the mean loss as an operator on parameter vectors.

    ``product_operations`` counts the work. Besides the vectors, a copy of them and their products it holds at most
    ``WORKSPACE`` numbers, or what one sample and one vector need if that is more, and ``kept`` numbers between the
    products. Parameters and data must not be changed in place afterwards.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        part: outer, functional or loss.
        kept: Numbers of forward and backward passes that may be kept for the next product; 0 keeps none.

    Raises:
        UnusableRequest: If a shape does not fit, the part is unknown or ``kept`` is negative.

    Example:
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> one = np.asarray([[1.0]])
        >>> NetworkOperator(Architecture((1, 1, 1)), weights, one, one).apply(np.asarray([1.0, 0.0])).tolist()
        [9.0, 11.0]
    """

    def __init__(
        self,
        architecture: Architecture,
        parameters: Parameters,
        inputs: Array,
        targets: Array,
        part: Part = "loss",
        *,
        kept: int = KEPT,
    ) -> None:
        if part not in PARTS:
            raise UnusableRequest(f"part {part!r}", f"one of {', '.join(PARTS)}", "give loss")
        self.architecture, self.part = architecture, part
        self.matrices, self.inputs, self.targets = checked(architecture, parameters, inputs, targets)
        self._pieces = Pieces(architecture, self.matrices, self.inputs, self.targets, part, kept)
        self.xp = namespace_of(self.inputs)
        self.shape = (architecture.parameters, architecture.parameters)

    def apply(self, vectors: Array, progress: Progress | None = None) -> Array:
        """H times a vector (p) or the columns of a matrix (p × n).

        Args:
            vectors: p or p × n numbers.
            progress: Is told the share of the work that is done after each piece.

        Raises:
            UnusableRequest: If the vectors do not have p entries.
        """
        if vectors.ndim not in (1, 2) or vectors.shape[0] != self.shape[0]:
            raise UnusableRequest(
                f"vectors of shape {tuple(vectors.shape)}",
                f"{self.shape[0]} or {self.shape[0]} × n",
                "order the parameters as vec_r of each layer's matrix, bias in the last column",
            )
        if vectors.ndim == 1:
            return self.apply(vectors[:, None], progress)[:, 0]
        xp, count, like = self.xp, int(vectors.shape[1]), self.inputs
        result = xp.zeros((count, self.shape[0]), dtype=like.dtype, device=array_api_compat.device(like))
        rows = contiguous_rows(xp.astype(vectors, like.dtype, copy=False))
        for sweeps, _, batch in self._pieces.walk(count, WORKSPACE, progress):
            sweeps.add(rows[batch, :], result[batch, :])
        return result.T

    __matmul__ = apply

    def columns(self, numbers: Sequence[int]) -> Array:
        """Some columns of H, p × n, as products with unit vectors.

        Raises:
            UnusableRequest: If there is no such column.

        Example:
            >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
            >>> one = np.asarray([[1.0]])
            >>> NetworkOperator(Architecture((1, 1, 1)), weights, one, one).columns([1]).tolist()
            [[11.0], [4.0]]
        """
        outside = [number for number in numbers if not 0 <= number < self.shape[0]]
        if outside:
            raise UnusableRequest(f"column {outside[0]}", f"0 to {self.shape[0] - 1}", "count the parameters from 0")
        units = np.zeros((self.shape[0], len(numbers)))
        units[list(numbers), np.arange(len(numbers))] = 1.0
        like = self.inputs
        return self.apply(self.xp.asarray(units, dtype=like.dtype, device=array_api_compat.device(like)))

    def linear_operator(self) -> LinearOperator:
        """The same operator for SciPy's iterative methods, in float64; it is symmetric.

        Example:
            >>> from scipy.sparse.linalg import eigsh
            >>> weights = [np.ones((4, 3)), np.ones((3, 4))]
            >>> operator = NetworkOperator(Architecture((3, 4, 3)), weights, np.eye(3), np.zeros((3, 3)))
            >>> top = eigsh(operator.linear_operator(), k=1, return_eigenvectors=False, v0=np.ones(24))
            >>> bool(abs(top[0] - np.linalg.eigvalsh(operator.apply(np.eye(24)))[-1]) < 1e-9)
            True
        """
        from scipy.sparse import linalg

        return linalg.LinearOperator(
            self.shape, matvec=self.apply, matmat=self.apply, rmatvec=self.apply, dtype="float64"
        )
