"""Colour to grey and area-averaged down-scaling, exactly: integers in, integers and their common unit out."""

from __future__ import annotations

from math import gcd, isqrt

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Integers = npt.NDArray[np.int64]

GREY = (299, 587, 114)
"""Weights of red, green and blue in the grey value, in thousandths (luma of ITU-R Recommendation BT.601)."""

_CHUNK = 4096


def grey(images: npt.NDArray[np.uint8]) -> Integers:
    """299 R + 587 G + 114 B of colour images, a thousand times their luma.

    Args:
        images: N × 3 × h × w.

    Returns:
        N × h × w, with values from 0 to 255,000.

    Example:
        >>> grey(np.full((1, 3, 1, 1), 2, dtype=np.uint8)).tolist()
        [[[2000]]]
    """
    result: Integers = np.tensordot(np.asarray(GREY, dtype=np.int64), images.astype(np.int64), axes=(0, 1))
    return result


def side_of(inputs: int, height: int, width: int, name: str) -> int:
    """The side of the square images with so many pixels.

    Raises:
        UnusableRequest: If ``inputs`` is no square number, or the images are smaller.
    """
    largest = min(height, width)
    side = isqrt(max(inputs, 0))
    if side * side != inputs or not 1 <= side <= largest:
        near = min(max(side, 1), largest) ** 2
        raise UnusableRequest(
            f"{inputs} inputs for the images of {name}",
            f"a square number from 1 to {largest**2}, since they have {height} × {width} pixels",
            f"choose for instance {near} inputs",
        )
    return side


def area_weights(pixels: int, blocks: int) -> Integers:
    """How much of each pixel lies in each of ``blocks`` equal pieces of a line, as integers.

    Piece i covers [i n/m, (i+1) n/m) of a line of n pixels. Entry (i, j) is the length of its overlap with pixel j
    times m / gcd(n, m), which is an integer; every row sums to n / gcd(n, m).

    Returns:
        m × n.

    Example:
        >>> area_weights(3, 2).tolist(), area_weights(4, 2).tolist()
        ([[2, 1, 0], [0, 1, 2]], [[1, 1, 0, 0], [0, 0, 1, 1]])
    """
    lower = np.maximum.outer(np.arange(blocks) * pixels, np.arange(pixels) * blocks)
    upper = np.minimum.outer(np.arange(1, blocks + 1) * pixels, np.arange(1, pixels + 1) * blocks)
    overlap: Integers = np.maximum(upper - lower, 0).astype(np.int64) // gcd(pixels, blocks)
    return overlap


def down_scaled(images: npt.NDArray[np.integer], side: int) -> tuple[Integers, int]:
    """Images averaged over side × side equal rectangles, times one integer that makes all entries integers.

    Args:
        images: N × h × w.
        side: Rows and columns of the result.

    Returns:
        N × side², in reading order, and the integer: the averages are the entries divided by it.

    Example:
        >>> scaled, factor = down_scaled(np.asarray([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]), 1)
        >>> scaled.tolist(), factor
        ([[45]], 9)
    """
    rows, columns = (area_weights(length, side) for length in images.shape[1:])
    result = np.empty((len(images), side * side), dtype=np.int64)
    for start in range(0, len(images), _CHUNK):
        part = images[start : start + _CHUNK].astype(np.int64)
        result[start : start + _CHUNK] = (rows @ part @ columns.T).reshape(len(part), -1)
    return result, int(rows[0].sum() * columns[0].sum())
