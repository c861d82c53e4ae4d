"""A partially eliminated matrix in a file, so that a long elimination can be interrupted and resumed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from hessproof.numeric.arrays import Array, namespace_of, to_numpy
from hessproof.symbolic.errors import UnusableRequest

_VERSION = 2
_DAMAGED = (OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged archive raises; a RuntimeError if it seems to be encrypted."""
_STRIP = 1 << 24
"""Bytes that are hashed, written or read at a time: small beside any matrix worth a checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where and how often an elimination is kept.

    The file is written after about ``seconds`` and when the elimination is interrupted (Ctrl-C), replaced as a whole,
    and removed at the end. It is as large as the matrix.

    Args:
        path: The file; its folder exists.
        seconds: Time between two writings. A writing takes about 2 s a GiB, so that a minute costs a few per cent.

    Example:
        >>> Checkpoint(Path("loss-4194301.npz")).seconds
        60.0
    """

    path: Path
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What a checkpoint says beside the matrix.

    Args:
        fingerprint: Of the matrix before elimination, see ``fingerprint``.
        steps: How many steps have been done.
        pivots: Columns of the pivots found.
        singular: Where the first singular diagonal block of a symmetric matrix begins; -1 if none has been met.
    """

    fingerprint: str
    steps: int
    pivots: tuple[int, ...]
    singular: int = -1


def fingerprint(matrix: Array, prime: int, *sizes: int) -> str:
    """A hash of a matrix of residues, its shape, the prime and the sizes of blocks that fix the order of the steps.

    Example:
        >>> fingerprint(np.zeros((2, 2)), 7) == fingerprint(np.zeros((2, 2)), 7) != fingerprint(np.zeros((1, 4)), 7)
        True
    """
    found = hashlib.blake2b(repr((_VERSION, tuple(matrix.shape), prime, sizes)).encode(), digest_size=16)
    for strip in _strips(matrix):
        found.update(np.ascontiguousarray(to_numpy(matrix[strip, :]), dtype="<f8").data)
    return found.hexdigest()


def save(checkpoint: Checkpoint, matrix: Array, kept: Kept) -> None:
    """Write the file: all of it or, if something fails, nothing.

    Raises:
        UnusableRequest: If the file cannot be written.
    """
    about = asdict(kept)
    path = checkpoint.path
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as file:
            try:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                    archive.writestr("about.json", json.dumps(about))
                    with archive.open("matrix.f8", "w", force_zip64=True) as member:
                        for strip in _strips(matrix):
                            member.write(np.ascontiguousarray(to_numpy(matrix[strip, :]), dtype="<f8").data)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UnusableRequest(f"{path} ({why})", "a file that can be written", "give another folder") from error


def load(checkpoint: Checkpoint, matrix: Array, expected: str) -> Kept | None:
    """Put the kept matrix in place of ``matrix``; None, and nothing done, if there is no file.

    Args:
        checkpoint: Where the file is.
        matrix: The matrix before elimination, which is overwritten.
        expected: Its fingerprint.

    Raises:
        UnusableRequest: If the file is damaged or belongs to another matrix.
    """
    path = checkpoint.path
    if not path.exists():
        return None
    remedy = "remove the file to start anew"
    try:
        with zipfile.ZipFile(path) as archive:
            kept = _about(archive.read("about.json"))
            if kept.fingerprint != expected:
                raise UnusableRequest(f"{path}", "the checkpoint of this matrix and prime", remedy)
            with archive.open("matrix.f8") as member:
                _read(member, matrix)
    except _DAMAGED as error:
        if isinstance(error, UnusableRequest):
            raise
        raise UnusableRequest(f"{path}", "an undamaged checkpoint of an elimination", remedy) from error
    return kept


class Keeper:
    """Writes a checkpoint when its time has come."""

    def __init__(self, checkpoint: Checkpoint, mark: str) -> None:
        self.checkpoint, self.mark = checkpoint, mark
        self._last = time.monotonic()

    def due(self) -> bool:
        """Whether the last writing, or the start, is long enough ago."""
        return time.monotonic() - self._last >= self.checkpoint.seconds

    def write(self, matrix: Array, steps: int, pivots: tuple[int, ...], singular: int) -> None:
        """Write the file now."""
        save(self.checkpoint, matrix, Kept(self.mark, steps, pivots, singular))
        self._last = time.monotonic()

    def remove(self) -> None:
        """The elimination is done."""
        self.checkpoint.path.unlink(missing_ok=True)


def _about(text: bytes) -> Kept:
    found = json.loads(text)
    steps, pivots, singular, mark = (found[name] for name in ("steps", "pivots", "singular", "fingerprint"))
    if not all(type(number) is int and number >= 0 for number in (steps, *pivots, singular + 1)):
        raise ValueError("counts are natural numbers")
    return Kept(str(mark), steps, tuple(pivots), singular)


def _read(member: IO[bytes], matrix: Array) -> None:
    xp, device, columns = namespace_of(matrix), array_api_compat.device(matrix), matrix.shape[1]
    for strip in _strips(matrix):
        rows = strip.stop - strip.start
        values: npt.NDArray[Any] = np.frombuffer(member.read(rows * columns * 8), dtype="<f8").reshape(rows, columns)
        matrix[strip, :] = xp.asarray(values.astype(np.float64), device=device)
    if member.read(1):
        raise ValueError("longer than the matrix")


def _strips(matrix: Array) -> list[slice]:
    rows, columns = matrix.shape
    step = max(1, _STRIP // max(1, 8 * columns))
    return [slice(first, min(first + step, rows)) for first in range(0, rows, step)]
