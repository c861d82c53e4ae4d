"""Bars of a chain of weights modulo a prime, against ranks of products, which determine them."""

from __future__ import annotations

import itertools

import array_api_strict
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.numeric.barcode import Bars, bars, solved
from hessproof.numeric.modular import PrimeField, residue_rank

PRIME = 4194301
FIELD = PrimeField(PRIME)


@st.composite
def chains(draw: st.DrawFn) -> list[np.ndarray]:
    """Chains of one to four matrices with sides up to five, some of them of lower rank or zero."""
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found = []
    for columns, rows in itertools.pairwise(widths):
        rank = draw(st.integers(0, min(rows, columns)))
        left, right = rng.integers(-3, 4, (rows, rank)), rng.integers(-3, 4, (rank, columns))
        found.append((left @ right).astype(np.float64))
    return found


def lengths(found: Bars) -> dict[tuple[int, int], int]:
    """How many bars [s, e] there are, for every s and e."""
    counts = dict(found.inner)
    for end in found.ends:
        counts[0, end] = counts.get((0, end), 0) + 1
    for birth in found.births:
        if birth:
            counts[birth, found.layers] = counts.get((birth, found.layers), 0) + 1
    return counts


@given(chains())
@settings(max_examples=25, deadline=None)
def test_the_bars_over_a_stretch_of_layers_are_the_rank_of_its_product(chain: list[np.ndarray]) -> None:
    counts = lengths(bars(chain, FIELD))
    widths = [chain[0].shape[1], *(matrix.shape[0] for matrix in chain)]
    for first, last in itertools.combinations_with_replacement(range(len(widths)), 2):
        matrix = np.eye(widths[first])
        for weight in chain[first:last]:
            matrix = FIELD.matmul(weight, matrix)
        over = sum(count for (start, end), count in counts.items() if start <= first and last <= end)
        assert over == residue_rank(matrix, PRIME)


@given(chains())
@settings(max_examples=25, deadline=None)
def test_in_the_bases_the_whole_chain_has_entries_zero_and_one(chain: list[np.ndarray]) -> None:
    found = bars(chain, FIELD)
    whole = np.eye(chain[0].shape[1])
    for weight in chain:
        whole = FIELD.matmul(weight, whole)
    wanted = np.zeros((len(found.births), len(found.ends)))
    for start, stop in found.through:
        wanted[stop, start] = 1.0
    assert np.array_equal(whole, FIELD.matmul(FIELD.matmul(found.outputs, wanted), found.inverse))


def test_chains_reach_every_kind_of_bar() -> None:
    seen: set[str] = set()

    @given(chains())
    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    def look(chain: list[np.ndarray]) -> None:
        found = bars(chain, FIELD)
        seen.update(["inner"] * bool(found.inner), ["through"] * bool(found.through))
        seen.update("dies" for end in found.ends if 0 < end < found.layers)
        seen.update("born" for birth in found.births if 0 < birth < found.layers)
        seen.update(["zero"] * any(not matrix.any() for matrix in chain))

    look()
    assert seen == {"inner", "through", "dies", "born", "zero"}


def test_control_a_wrong_elder_part_is_seen() -> None:
    chain = [np.asarray([[1.0, 2.0, 3.0]])]
    found = bars(chain, FIELD)
    assert found.inverse[0].tolist() == [1.0, 2.0, 3.0]
    unit = np.asarray([[1.0, 0.0, 0.0]])
    assert not np.array_equal(chain[0], FIELD.matmul(FIELD.matmul(found.outputs, unit), np.eye(3)))


def test_bars_on_the_strict_array_api() -> None:
    rng = np.random.default_rng(0)
    chain = [rng.integers(-9, 9, shape).astype(np.float64) for shape in ((6, 4), (3, 6), (5, 3))]
    device = array_api_strict.Device("device1")
    strict = [array_api_strict.asarray(matrix, device=device) for matrix in chain]
    found, plain = bars(strict, PrimeField(PRIME, array_api_strict)), bars(chain, FIELD)
    assert lengths(found) == lengths(plain)
    assert np.array_equal(found.inverse, plain.inverse)
    assert np.array_equal(found.outputs, plain.outputs)


def test_solved_is_the_inverse_times_the_right_side() -> None:
    left, right = np.asarray([[2.0, 1.0], [1.0, 1.0]]), np.asarray([[1.0], [5.0]])
    assert np.array_equal(FIELD.matmul(left, solved(FIELD, left, right)), right)
