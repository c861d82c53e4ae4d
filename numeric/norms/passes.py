"""What a forward and a backward pass of a ReLU network leave, exactly, for a stack of networks.

With D^l = diag([z^l ≥ 0]): x^l, z, the derivatives G^l = ∂z/∂z^l = W^L D^{L-1} W^{L-1} ⋯ D^l (G^L = I), and the chains
P_lk = D^{l-1} W^{l-1} ⋯ W^{k+1} D^k for k < l, of shape M_{l-1} × M_k. All of them are integers times a power of two.

Since 1⊤δ = 0 and A1 = 0, the same row can be subtracted from all rows of G^l in G^{l⊤}δ and in G^{l⊤}AG^k. The row of
the most probable class is: what is left has no cancellation, and is exactly zero where G^{l⊤}δ is for every δ.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from hessproof.numeric.norms.batch import NormBatch
from hessproof.numeric.norms.enclosure import Floats
from hessproof.numeric.norms.exact_floats import ExactFloats


class Passes:
    """Exact forward and backward passes of a batch.

    Args:
        batch: The networks.

    Raises:
        UnusableRequest: When a number appears that floats do not hold exactly.

    Example:
        >>> from hessproof.numeric.norms.batch import batch_of
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> passes = Passes(batch_of([norm_instance([[[1], [-1]], [[2, 3], [1, 1]]], [3], 0)]))
        >>> passes.logits.values.tolist(), passes.gates[0].tolist(), passes.derivatives[0].values.tolist()
        ([[6.0, 3.0]], [[1.0, 0.0]], [[[2.0, 0.0], [1.0, 0.0]]])
    """

    def __init__(self, batch: NormBatch) -> None:
        self.batch = batch
        self.inputs: list[ExactFloats] = []
        """x^1, …, x^L, each (B, M_{l-1})."""
        self.gates: list[Floats] = []
        """Diagonals of D^1, …, D^{L-1}, each (B, M_l)."""
        values = batch.exact("inputs")
        for layer in range(batch.layers):
            self.inputs.append(values)
            weight = batch.exact("weights", layer)
            column = weight @ ExactFloats(values.values[..., None], values.shift)
            values = ExactFloats(column.values[..., 0], column.shift)
            if batch.biases is not None:
                values = values + batch.exact("biases", layer)
            if layer < batch.layers - 1:
                self.gates.append((values.values >= 0).astype(np.float64))
                values = values * (values.values > 0).astype(np.float64)
        values.check_differences()
        self.logits = values
        """z, (B, K)."""

    @cached_property
    def reference(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """The most probable class of each object."""
        known = self.batch.probabilities
        return np.asarray(np.argmax(self.logits.values if known is None else known, axis=-1), dtype=np.int64)

    @cached_property
    def derivatives(self) -> list[ExactFloats]:
        """G^1, …, G^L, each (B, K, M_l)."""
        size, classes = self.batch.size, self.batch.widths[-1]
        return self._backwards(np.broadcast_to(np.eye(classes), (size, classes, classes)))

    @cached_property
    def contrasts(self) -> list[ExactFloats]:
        """G^l minus its row of the most probable class, in every row; each (B, K, M_l)."""
        eye = np.eye(self.batch.widths[-1])
        return self._backwards(eye - eye[self.reference][:, None, :])

    @cached_property
    def chains(self) -> dict[tuple[int, int], ExactFloats]:
        """P_lk as (B, M_{l-1}, M_k), for 1 ≤ k < l ≤ L."""
        found: dict[tuple[int, int], ExactFloats] = {}
        for k in range(1, self.batch.layers):
            gate = self.gates[k - 1]
            chain = ExactFloats(gate[:, :, None] * np.eye(gate.shape[-1]), 0)
            found[k + 1, k] = chain
            for l in range(k + 2, self.batch.layers + 1):
                chain = (self.batch.exact("weights", l - 2) @ chain) * self.gates[l - 2][:, :, None]
                found[l, k] = chain
        return found

    def _backwards(self, last: Floats) -> list[ExactFloats]:
        found = [ExactFloats(last, 0)]
        for layer in range(self.batch.layers - 1, 0, -1):
            found.insert(0, (found[0] @ self.batch.exact("weights", layer)) * self.gates[layer - 1][:, None, :])
        return found
