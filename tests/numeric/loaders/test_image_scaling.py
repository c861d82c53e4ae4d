"""Down-scaling against areas computed pixel by pixel in fractions; grey values; targets."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from hessproof.numeric.datasets import digits
from hessproof.numeric.integers import rational_rank
from hessproof.numeric.loaders import load_data
from hessproof.numeric.loaders.images import Images, refuse_bad_labels
from hessproof.numeric.loaders.scaling import area_weights, down_scaled, grey, side_of
from hessproof.symbolic.errors import UnusableRequest


def overlap(low: Fraction, high: Fraction, pixel: int) -> Fraction:
    """Length of the part of [low, high] in [pixel, pixel + 1]."""
    return max(Fraction(0), min(high, Fraction(pixel + 1)) - max(low, Fraction(pixel)))


def average(image: Any, side: int, row: int, column: int) -> Fraction:
    """The mean over one of side × side equal rectangles, from its definition."""
    height, width = image.shape
    tall, wide = Fraction(height, side), Fraction(width, side)
    total = sum(
        int(image[i, j]) * overlap(row * tall, (row + 1) * tall, i) * overlap(column * wide, (column + 1) * wide, j)
        for i in range(height)
        for j in range(width)
    )
    return total / (tall * wide)


@pytest.mark.parametrize(("shape", "side"), [((14, 14), 4), ((5, 7), 3), ((4, 4), 4), ((6, 6), 1), ((3, 5), 2)])
def test_averages_are_those_of_the_definition(shape: tuple[int, int], side: int) -> None:
    image = np.random.default_rng(3).integers(0, 256, shape)
    scaled, factor = down_scaled(image[None], side)
    assert [Fraction(int(value), factor) for value in scaled[0]] == [
        average(image, side, row, column) for row in range(side) for column in range(side)
    ]


@pytest.mark.parametrize(("pixels", "blocks"), [(28, 8), (32, 8), (7, 5), (1, 1), (9, 9)])
def test_every_pixel_counts_as_much_as_every_other(pixels: int, blocks: int) -> None:
    weights = area_weights(pixels, blocks)
    assert len({*weights.sum(axis=0).tolist()}) == len({*weights.sum(axis=1).tolist()}) == 1
    assert np.gcd.reduce(weights.ravel()) == 1


def test_digits_scaled_here_are_those_of_the_package() -> None:
    pixels = np.asarray(digits().inputs[:20], dtype=np.int64).reshape(-1, 8, 8)
    scaled, factor = down_scaled(pixels, 4)
    assert (scaled == digits(16, 20).inputs).all()
    assert factor == 4


def test_scaling_leaves_the_original_exactly_of_its_rank() -> None:
    """Images made of 64 blocks, seen as 64 averages, have the rank of the blocks."""
    blocks = np.random.default_rng(0).integers(0, 9, (5, 3)) @ np.random.default_rng(1).integers(0, 9, (3, 64))
    large = np.kron(blocks.reshape(5, 8, 8), np.ones((3, 3), dtype=np.int64))
    images = Images("blocks", large, np.zeros(5, dtype=np.uint8), 2, int(large.max()))
    made = images.dataset(64)
    assert rational_rank(made.inputs) == rational_rank(blocks.astype(object)) == 3
    assert made.floats()[0] * int(large.max()) == pytest.approx(blocks.astype(float))


def test_grey_is_the_weighted_sum() -> None:
    colours = np.asarray([[255, 255, 255], [255, 0, 0], [0, 1, 0], [0, 0, 2]], dtype=np.uint8)
    assert grey(colours.reshape(4, 3, 1, 1)).ravel().tolist() == [255_000, 299 * 255, 587, 228]


@pytest.mark.parametrize("inputs", [60, 0, -4, 900])
def test_sizes_that_are_no_squares_are_refused(inputs: int) -> None:
    with pytest.raises(UnusableRequest, match=r"a square number from 1 to 784, since they have 28 × 30 pixels"):
        side_of(inputs, 28, 30, "mnist")
    assert side_of(64, 28, 30, "mnist") == 8


def test_targets_are_units_or_signs() -> None:
    images = Images("two", np.zeros((2, 2, 2), dtype=np.uint8), np.asarray([2, 0], dtype=np.uint8), 3)
    assert images.dataset(4).targets.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert images.dataset(None, "signs").targets.tolist() == [[-1, -1, 1], [1, -1, -1]]
    assert load_data("digits", 16, 3, "signs").targets.sum() == 3 * (1 - 9)
    for make in (lambda: images.dataset(4, "plus-minus"), lambda: load_data("digits", labels="plus-minus")):
        with pytest.raises(UnusableRequest, match="labels 'plus-minus': expected one-hot or signs"):
            make()


def test_labels_out_of_range_are_named() -> None:
    with pytest.raises(UnusableRequest, match="label 10 of sample 1 in 'labels': expected 0 to 9"):
        refuse_bad_labels(np.asarray([9, 10, 11], dtype=np.uint8), 10, "labels")
