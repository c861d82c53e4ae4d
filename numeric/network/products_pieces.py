"""Samples and vectors cut into pieces, and the passes of the first pieces kept for the next product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import array_api_compat

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.kernels import Part
from hessproof.numeric.network.parameters import matrix_shapes
from hessproof.numeric.network.products import Pass, Sweeps, numbers_of_pass, numbers_of_sweep, passed
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Progress = Callable[[float], None]
"""Is told the share of the work that is done, up to 1."""

KEPT = 1 << 26
"""Numbers of forward and backward passes that may be kept between products, 512 MiB of doubles: 784-512-512-10 with
10,000 samples has 29 million."""


class Pieces:
    """Passes over pieces of some samples.

    Args:
        architecture: Widths, bias, activation and loss.
        matrices: P^1, …, P^L, checked.
        inputs: x, N × d, checked.
        targets: y, N × K, checked; None for products with the Jacobian.
        part: outer, functional or loss.
        kept: Numbers of passes that may be kept.

    Raises:
        UnusableRequest: If ``kept`` is negative.
    """

    def __init__(
        self,
        architecture: Architecture,
        matrices: Sequence[Array],
        inputs: Array,
        targets: Array | None,
        part: Part,
        kept: int,
    ) -> None:
        if kept < 0:
            raise UnusableRequest(f"{kept} numbers to be kept", "0 or more", f"give {KEPT}")
        self.architecture, self.matrices, self.part, self.kept = architecture, matrices, part, kept
        self.inputs, self.targets, self.count = inputs, targets, int(inputs.shape[0])
        self._passes: dict[tuple[int, int], Pass] = {}
        self._held = 0

    def walk(self, vectors: int, workspace: int, progress: Progress | None) -> Iterator[tuple[Sweeps, slice, slice]]:
        """Sweeps with the samples and the vectors that each takes, samples in the outer loop.

        Args:
            vectors: How many there are.
            workspace: Numbers that a sweep and its pass may hold.
            progress: Is told the share of the work that is done when the next sweep is asked for.
        """
        samples, batches = self.cut(vectors, workspace)
        for number, some in enumerate(samples if batches else []):
            sweeps = self._sweeps(some)
            for turn, batch in enumerate(batches, start=1):
                yield sweeps, some, batch
                if progress is not None:
                    progress((number + turn / len(batches)) / len(samples))

    def cut(self, vectors: int, workspace: int) -> tuple[list[slice], list[slice]]:
        """Samples and vectors for each sweep: ``workspace`` bounds it with its pass, and a block of its result.

        How the samples are cut does not depend on the number of vectors, so that kept passes serve every product.
        """
        sweep = numbers_of_sweep(self.architecture, self.part)
        # While one pass is computed, the one before it may still be there.
        state = 2 * numbers_of_pass(self.architecture, self.part)
        samples = min(self.count, max(1, workspace // (sweep + state)))
        # A block of the result is there three times while it is added: two products of matrices and a buffer.
        block = 3 * max(rows * columns for rows, columns in matrix_shapes(self.architecture))
        step = max(1, min((workspace // samples - state) // sweep, workspace // block))
        return _slices(self.count, samples), _slices(vectors, step)

    def _sweeps(self, some: slice) -> Sweeps:
        """The sweeps over some samples; their pass is kept if there is room."""
        key = (some.start, some.stop)
        found = self._passes.get(key)
        if found is None:
            targets = None if self.targets is None else self.targets[some, :]
            found = passed(self.architecture, self.matrices, self.inputs[some, :], targets, self.part, 1.0 / self.count)
            size = (some.stop - some.start) * numbers_of_pass(self.architecture, self.part)
            if self._held + size <= self.kept:
                self._held += size
                self._passes[key] = found
        return Sweeps(self.architecture, found)


def contiguous_rows(vectors: Array) -> Array:
    """The columns of p × n vectors as rows that lie one after the other, as a BLAS needs them."""
    xp = namespace_of(vectors)
    rows = xp.empty(vectors.shape[::-1], dtype=vectors.dtype, device=array_api_compat.device(vectors))
    rows[...] = vectors.T
    return rows


def _slices(count: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]
