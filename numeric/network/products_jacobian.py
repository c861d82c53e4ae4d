"""Products of a network's Jacobian and of its transpose with vectors, without forming it.

With the words of ``hessproof.numeric.network.products``, Jv is ż^L, and block l of J⊤u is Σ_n ġ^l ã^{l-1⊤} with ġ^L = u
and ġ^l = σ′_l ⊙ W^{l+1⊤} ġ^{l+1}.
"""

from __future__ import annotations

import array_api_compat

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.network import operators
from hessproof.numeric.network.parameters import Parameters, checked
from hessproof.numeric.network.products_pieces import KEPT, Pieces, Progress, contiguous_rows
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


class JacobianOperator:
    """J = ∂F/∂θ on samples as an operator, K·N × p.

    Rows are ordered by output, then sample, as ``network_jacobian`` has them. Memory is bounded as that of
    ``NetworkOperator`` is.

    Args:
        architecture: Widths, bias and activation.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        kept: Numbers of forward passes that may be kept for the next product; 0 keeps none.

    Raises:
        UnusableRequest: If a shape does not fit or ``kept`` is negative.

    Example:
        >>> import numpy as np
        >>> tanh = Architecture((1, 1, 1), activation="tanh")
        >>> jacobian = JacobianOperator(tanh, [np.asarray([[0.0]]), np.asarray([[3.0]])], np.asarray([[5.0]]))
        >>> jacobian.apply(np.asarray([2.0, 1.0])).tolist(), jacobian.apply_transposed(np.asarray([2.0])).tolist()
        ([30.0], [30.0, 0.0])
    """

    def __init__(self, architecture: Architecture, parameters: Parameters, inputs: Array, *, kept: int = KEPT) -> None:
        self.architecture = architecture
        self.matrices, self.inputs, _ = checked(architecture, parameters, inputs)
        self._pieces = Pieces(architecture, self.matrices, self.inputs, None, "outer", kept)
        self.xp = namespace_of(self.inputs)
        self.shape = (architecture.outputs * int(self.inputs.shape[0]), architecture.parameters)

    def apply(self, vectors: Array, progress: Progress | None = None) -> Array:
        """J times a vector (p) or the columns of a matrix (p × n).

        Args:
            vectors: p or p × n numbers.
            progress: Is told the share of the work that is done after each piece.

        Raises:
            UnusableRequest: If the vectors do not have p entries.
        """
        if vectors.ndim == 1:
            return self.apply(vectors[:, None], progress)[:, 0]
        rows = self._rows(vectors, self.shape[1], "order the parameters as vec_r of each layer's matrix")
        count, outputs = int(rows.shape[0]), self.architecture.outputs
        result = self._zeros(count, outputs, int(self.inputs.shape[0]))
        for sweeps, some, batch in self._pieces.walk(count, operators.WORKSPACE, progress):
            preactivations, _ = sweeps.tangents(sweeps.changes(rows[batch, :]), sweeps.layers)
            result[batch, :, some] = self.xp.permute_dims(preactivations[-1], (0, 2, 1))
        return self.xp.reshape(result, (count, self.shape[0])).T

    def apply_transposed(self, vectors: Array, progress: Progress | None = None) -> Array:
        """J⊤ times a vector (K·N) or the columns of a matrix (K·N × n).

        Args:
            vectors: K·N or K·N × n numbers.
            progress: Is told the share of the work that is done after each piece.

        Raises:
            UnusableRequest: If the vectors do not have K·N entries.
        """
        if vectors.ndim == 1:
            return self.apply_transposed(vectors[:, None], progress)[:, 0]
        rows = self._rows(vectors, self.shape[0], "order them by output, then sample")
        count = int(rows.shape[0])
        stack = self.xp.reshape(rows, (count, self.architecture.outputs, int(self.inputs.shape[0])))
        result = self._zeros(count, self.shape[1])
        for sweeps, some, batch in self._pieces.walk(count, operators.WORKSPACE, progress):
            sweeps.add_transposed(self.xp.permute_dims(stack[batch, :, some], (0, 2, 1)), result[batch, :])
        return result.T

    def _rows(self, vectors: Array, size: int, remedy: str) -> Array:
        if vectors.ndim != 2 or vectors.shape[0] != size:
            raise UnusableRequest(f"vectors of shape {tuple(vectors.shape)}", f"{size} or {size} × n", remedy)
        return contiguous_rows(self.xp.astype(vectors, self.inputs.dtype, copy=False))

    def _zeros(self, *shape: int) -> Array:
        return self.xp.zeros(shape, dtype=self.inputs.dtype, device=array_api_compat.device(self.inputs))
