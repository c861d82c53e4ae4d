"""Products of the Hessian with vectors, by two sweeps over the layers, without forming it.

Singh et al. 2021, §3.2. With Δ̄ = Σ_l W^{L:l+1} ΔW^l W^{l-1:1}, Δ^{<k} = Σ_{l<k} W^{k-1:l+1} ΔW^l W^{l-1:1} and
Δ^{>k} = Σ_{l>k} W^{L:l+1} ΔW^l W^{l-1:k+1},

    H_o: block k is W^{k+1:L} Δ̄ Σ W^{1:k-1},
    H_f: block k is W^{k+1:L} Ω [Δ^{<k}]⊤ + [Δ^{>k}]⊤ Ω W^{1:k-1}.

Both sums obey recurrences in k, which the sweeps follow. This route shares no formula with
``hessproof.numeric.kernels``. With bias the same holds for T^l = [W^l b^l; 0 1] and x̃ = (x, 1), with changes whose
last row is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import PARTS, Part, homogeneous
from hessproof.symbolic.errors import UnusableRequest

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

WORKSPACE = 1 << 24
"""Numbers that the sweeps may hold at a time; larger batches are done in pieces."""


class HessianOperator:
    """H_L, H_o or H_f as an operator on batches of parameter vectors.

    Args:
        weights: W^1, …, W^L, arrays M_l × M_{l-1} of one library.
        sigma: Σ, d × d.
        omega: Ω, K × d.
        part: outer, functional or loss.
        bias: Whether the network has biases: then the weights are [W^l b^l], and Σ and Ω those of x̃.

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> import numpy as np
        >>> weights = [np.asarray([[2.0]]), np.asarray([[3.0]])]
        >>> operator = HessianOperator(weights, np.asarray([[1.0]]), np.asarray([[5.0]]))
        >>> operator.apply(np.asarray([1.0, 0.0])).tolist()
        [9.0, 11.0]
    """

    def __init__(
        self, weights: Sequence[Array], sigma: Array, omega: Array, part: Part = "loss", *, bias: bool = False
    ) -> None:
        if part not in PARTS:
            raise UnusableRequest(f"part {part!r}", f"one of {', '.join(PARTS)}", "give loss")
        self.shapes = [tuple(weight.shape) for weight in weights]
        self.weights = homogeneous(weights) if bias else tuple(weights)
        self.sigma, self.omega, self.part = sigma, omega, part
        self.xp = namespace_of(self.weights[0])
        self.layers = len(self.weights)
        sizes = [rows * columns for rows, columns in self.shapes]
        self._starts = [sum(sizes[:layer]) for layer in range(self.layers + 1)]
        self.shape = (self._starts[-1], self._starts[-1])
        # self._below[k] = W^{k:1} for k >= 1, self._above[k] = W^{L:k+1} for k < L; None stands for the identity.
        self._below: list[Array | None] = [None]
        for weight in self.weights:
            self._below.append(weight if self._below[-1] is None else weight @ self._below[-1])
        self._above: list[Array | None] = [None]
        for weight in reversed(self.weights):
            self._above.insert(0, weight if self._above[0] is None else self._above[0] @ weight)

    def apply(self, vectors: Array, progress: Callable[[float], None] | None = None) -> Array:
        """H times a vector (p) or the columns of a matrix (p × n).

        Args:
            vectors: p or p × n numbers.
            progress: Is told the share of the vectors that is done after each piece.

        Raises:
            UnusableRequest: If the vectors do not have p entries.
        """
        if vectors.ndim not in (1, 2) or vectors.shape[0] != self.shape[0]:
            raise UnusableRequest(
                f"vectors of shape {tuple(vectors.shape)}",
                f"{self.shape[0]} or {self.shape[0]} × n",
                "order the parameters as vec_r(W^1), …, vec_r(W^L)",
            )
        if vectors.ndim == 1:
            return self.apply(vectors[:, None], progress)[:, 0]
        inputs, outputs = self.weights[0].shape[1], self.weights[-1].shape[0]
        held = sum(weight.shape[0] for weight in self.weights) * (inputs + outputs) + 2 * self.shape[0]
        step = max(1, WORKSPACE // held)
        count = vectors.shape[1]
        pieces = []
        for start in range(0, count, step):
            stop = min(start + step, count)
            pieces.append(self._sweep(vectors[:, start:stop]))
            if progress is not None:
                progress(stop / count)
        return self.xp.concat(pieces, axis=1) if pieces else vectors

    __matmul__ = apply

    def linear_operator(self) -> LinearOperator:
        """The same operator for SciPy's iterative methods, in float64; it is symmetric.

        Example:
            >>> import numpy as np
            >>> from scipy.sparse.linalg import eigsh
            >>> weights = [np.ones((4, 3)), np.ones((3, 4))]
            >>> operator = HessianOperator(weights, np.eye(3), np.ones((3, 3)))
            >>> top = eigsh(operator.linear_operator(), k=1, return_eigenvectors=False, v0=np.ones(24))
            >>> dense = operator.apply(np.eye(24))
            >>> bool(abs(top[0] - np.linalg.eigvalsh(dense)[-1]) < 1e-9)
            True
        """
        from scipy.sparse import linalg

        return linalg.LinearOperator(
            self.shape, matvec=self.apply, matmat=self.apply, rmatvec=self.apply, dtype="float64"
        )

    def _sweep(self, vectors: Array) -> Array:
        xp, count = self.xp, vectors.shape[1]
        rows = vectors.T
        changes = [
            self._with_constant_row(xp.reshape(rows[:, start:stop], (count, *shape)), weight)
            for shape, weight, start, stop in zip(
                self.shapes, self.weights, self._starts, self._starts[1:], strict=False
            )
        ]
        before = self._before(changes)
        middle = None if self.part == "functional" else before[self.layers] @ self.sigma
        results = []
        after: Array | None = None
        for layer in range(self.layers, 0, -1):
            blocks = []
            if middle is not None:
                blocks.append(self._outside(layer, middle))
            if self.part != "outer" and layer > 1:
                blocks.append(_times(_transposed(self._above[layer]), self.omega @ _swapped(before[layer - 1])))
            if self.part != "outer" and after is not None:
                blocks.append(_times(_swapped(after) @ self.omega, _transposed(self._below[layer - 1])))
            total: Array = sum(blocks[1:], blocks[0]) if blocks else xp.zeros_like(changes[layer - 1])
            results.append(xp.reshape(total[:, : self.shapes[layer - 1][0], :], (count, -1)))
            own = _times(self._above[layer], changes[layer - 1])
            after = own if after is None else after @ self.weights[layer - 1] + own
        return xp.concat(results[::-1], axis=1).T

    def _with_constant_row(self, change: Array, weight: Array) -> Array:
        """Changes of [W^l b^l] as changes of T^l, whose last row stays (0, …, 0, 1)."""
        missing = weight.shape[0] - change.shape[1]
        if not missing:
            return change
        row = self.xp.zeros_like(change[:, :1, :])
        return self.xp.concat([change, row], axis=1)

    def _before(self, changes: Sequence[Array]) -> list[Array | None]:
        """Δ^{<1} = 0 (as None), Δ^{<2}, …, Δ^{<L+1} = Δ̄."""
        sums: list[Array | None] = [None]
        for layer, change in enumerate(changes, start=1):
            own = _times(change, self._below[layer - 1])
            last = sums[-1]
            sums.append(own if last is None else self.weights[layer - 1] @ last + own)
        return sums

    def _outside(self, layer: int, middle: Array) -> Array:
        """W^{k+1:L} · middle · W^{1:k-1}."""
        left, right = _transposed(self._above[layer]), _transposed(self._below[layer - 1])
        return _times(_times(left, middle), right)


def _times(left: Array | None, right: Array | None) -> Array:
    if left is None:
        return right
    return left if right is None else left @ right


def _transposed(matrix: Array | None) -> Array | None:
    return None if matrix is None else matrix.T


def _swapped(stack: Array) -> Array:
    return namespace_of(stack).permute_dims(stack, (0, 2, 1))
