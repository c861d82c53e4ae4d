"""Ranks and pivots modulo a prime: FLINT for small matrices, blocked elimination in float64 for large ones.

The rank modulo a prime is a lower bound of the rank over Q, never an upper one.
"""

from __future__ import annotations

from hessproof.numeric.arrays import Array, namespace_of
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.modular.checkpoint import Checkpoint, Keeper, Kept, fingerprint, load
from hessproof.numeric.modular.cost import elimination_cost
from hessproof.numeric.modular.elimination import Blocks, Elimination, blocks_for, reduced
from hessproof.numeric.modular.field import PrimeField
from hessproof.numeric.modular.journal import Journal, Progress, State
from hessproof.numeric.modular.symmetric import SymmetricElimination, extra_work, is_symmetric, mixed
from hessproof.numeric.planning.watch import current_watch

CROSSOVER = 150
"""Below this smaller side FLINT is faster on the matrices of this project. Milliseconds on one core of an AMD EPYC at
2.6 GHz, blocked / FLINT, by ``python -m benchmarks.elimination``, for generic matrices and for [[0, F], [F⊤, 0]]:
order 100, 1.9 / 2.0 and 2.6 / 1.9; order 150, 3.0 / 4.5 and 4.9 / 4.6; order 200, 4.1 / 8.5 and 7.3 / 8.7."""


def pivot_columns(matrix: Array, prime: int) -> list[int]:
    """Leftmost columns that form a basis of the column space modulo a prime.

    Args:
        matrix: Float64 array of integers below 2^53 in absolute value, m × n. It is not changed.
        prime: A prime below 2^23.

    Raises:
        ValueError: If the prime is out of range.

    Example:
        >>> import numpy as np
        >>> pivot_columns(np.asarray([[0.0, 1.0, 2.0, 0.0], [0.0, 1.0, 2.0, 5.0]]), 7)
        [1, 3]
    """
    field = PrimeField(prime, namespace_of(matrix))
    return _pivots(reduced(matrix, field), field, blocks_for(matrix))


def blocked_rank(
    matrix: Array,
    prime: int,
    *,
    overwrite: bool = False,
    symmetric: bool = False,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> int:
    """Rank modulo a prime by blocked elimination in float64, on the device of the array.

    Args:
        matrix: Float64 array of integers below 2^53 in absolute value.
        prime: A prime below 2^23.
        overwrite: Whether the matrix may be destroyed; otherwise a copy of it is made.
        symmetric: Whether the matrix is symmetric: then half the work is enough.
        progress: Called with the share of the work that is done, in [0, 1]. It jumps to 1 if the rank is not full.
        checkpoint: Where the elimination is kept, to be resumed by the next call with the same matrix and prime.

    Raises:
        ValueError: If the prime is out of range, or the matrix is said to be symmetric and is not.
        UnusableRequest: If the checkpoint belongs to another matrix, is damaged, or cannot be written.

    Example:
        >>> import numpy as np
        >>> blocked_rank(np.asarray([[1.0, 2.0], [3.0, 13.0]]), 7)
        1
    """
    field, blocks = PrimeField(prime, namespace_of(matrix)), blocks_for(matrix)
    rows, columns = matrix.shape
    residues = reduced(matrix, field, overwrite=overwrite, transposed=rows > columns)
    if symmetric:
        if rows != columns or not is_symmetric(residues, field, blocks):
            raise ValueError("the matrix is not symmetric")
        residues = mixed(residues, field)
    kind = SymmetricElimination if symmetric else Elimination
    return len(_pivots(residues, field, blocks, kind, progress, checkpoint))


def residue_rank(
    matrix: Array,
    prime: int,
    *,
    overwrite: bool = False,
    symmetric: bool = False,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> int:
    """Rank modulo a prime by the faster of the two eliminations; arguments as in ``blocked_rank``.

    FLINT takes matrices whose smaller side is below ``CROSSOVER``; they are done in milliseconds, without progress and
    checkpoints. Where neither of the two is given, those of the watch around count
    (``hessproof.numeric.planning.watched_by``).

    Example:
        >>> import numpy as np
        >>> residue_rank(np.asarray([[1.0, 2.0], [3.0, 13.0]]), 7)
        1
    """
    if min(matrix.shape) < CROSSOVER:
        rank = flint_rank(matrix, prime)
        if progress is not None:
            progress(1.0)
        return rank
    if progress is None and checkpoint is None:
        work = elimination_cost(*matrix.shape, symmetric=symmetric)[0]
        progress, checkpoint = current_watch().elimination(matrix, prime, work)
    return blocked_rank(
        matrix, prime, overwrite=overwrite, symmetric=symmetric, progress=progress, checkpoint=checkpoint
    )


def _pivots(
    residues: Array,
    field: PrimeField,
    blocks: Blocks,
    kind: type[Elimination] = Elimination,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> list[int]:
    keeper, start = None, State()
    if checkpoint is not None:
        mark = fingerprint(residues, field.prime, blocks.panel, blocks.tile, blocks.side, int(kind is Elimination))
        kept = load(checkpoint, residues, mark) or Kept(mark, 0, ())
        keeper, start = Keeper(checkpoint, mark), State(kept.steps, kept.pivots, kept.singular)
    symmetric = kind is SymmetricElimination
    work = elimination_cost(*residues.shape, symmetric=symmetric)[0]
    if symmetric:
        work += extra_work(residues.shape[0], blocks)
    journal = Journal(residues, start, work, progress, keeper)
    return kind(residues, field, journal, blocks).run()
