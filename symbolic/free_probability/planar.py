r"""Moments of Wishart plus Wigner by planar pairings: straight from normal entries, without any transform.

E tr (H_0 + H_1)^k/n for n → ∞ is a sum over words in the two matrices. H_0 = JJ⊤ with J ∈ R^{n×p}, n/p = τ and entries
of variance σ/p, H_1 symmetric with entries of variance 2ε/n. By Wick's formula a word is a sum over pairings of its
letters, J with J and H_1 with H_1; only pairings without crossings survive. One with a pairs of J and b pairs of H_1
whose faces are u loops of length n and w of length p, u + w = a + b + 1, weighs σ^a (2ε)^b τ^{a − w}.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import sympy as sp

from hessproof.symbolic.free_probability.symbols import EPSILON, SIGMA, TAU


def pairings(word: str) -> Iterator[tuple[tuple[int, int], ...]]:
    """All pairings of equal letters without crossings, as pairs of places; ``s`` with ``s``, ``j`` with ``t``.

    Example:
        >>> len(list(pairings("ssssss"))), len(list(pairings("jtjt"))), len(list(pairings("sjst")))
        (5, 2, 0)
    """
    yield from _between(word, 0, len(word))


def _between(word: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], ...]]:
    if start == end:
        yield ()
        return
    partner = {"s": "s", "j": "t", "t": "j"}[word[start]]
    for other in range(start + 1, end, 2):
        if word[other] == partner:
            for inside in _between(word, start + 1, other):
                for after in _between(word, other + 1, end):
                    yield ((start, other), *inside, *after)


@lru_cache(maxsize=1024)
def weights(word: str) -> dict[tuple[int, int, int], int]:
    """How many pairings of a word have (pairs of J, pairs of H_1, loops of length p)."""
    found: dict[tuple[int, int, int], int] = {}
    for pairing in pairings(word):
        wishart = sum(word[first] != "s" for first, _ in pairing)
        key = wishart, len(pairing) - wishart, _loops(word, pairing)
        found[key] = found.get(key, 0) + 1
    return found


def _loops(word: str, pairing: tuple[tuple[int, int], ...]) -> int:
    """Faces of length p: orbits of the gaps behind a ``j``, where the index of J's columns runs."""
    length = len(word)
    partner = {place: other for pair in pairing for place, other in (pair, pair[::-1])}
    gaps = {place for place, letter in enumerate(word) if letter == "j"}
    loops = 0
    while gaps:
        place = start = gaps.pop()
        loops += 1
        while (place := partner[(place + 1) % length]) != start:
            gaps.discard(place)
    return loops


def moment(order: int) -> sp.Expr:
    """The limit of E tr (H_0 + H_1)^k/n, a polynomial in ε, τ, σ.

    Example:
        >>> moment(2)
        2*epsilon + sigma**2*tau + sigma**2
    """
    total = sp.S.Zero
    for letters in product(("jt", "s"), repeat=order):
        for (wishart, wigner, loops), count in weights("".join(letters)).items():
            total += count * SIGMA**wishart * (2 * EPSILON) ** wigner * TAU ** (wishart - loops)
    return sp.expand(total)


def block_moment(order: int) -> sp.Expr:
    """The limit of E tr H_1^{2k}/(2n) with ReLU: H_1 = [[0, B], [B⊤, 0]], B = (1/m) E X⊤ over m/2 samples, τ = 2n/m.

    Pairings of the entries of E and of X by themselves, of all genera, are counted; those of most loops survive.

    Example:
        >>> block_moment(1), block_moment(2)
        (epsilon*tau/2, epsilon**2*tau**3/4 + epsilon**2*tau**2/2)
    """
    total = sp.S.Zero
    for (samples, rows), count in _block_weights(order).items():
        # (2ε)^k m^{-2k} n^{rows} (m/2)^{samples} / n with m = 2n/τ
        power = rows + samples - 1 - 2 * order
        if power == 0:
            total += count * (2 * EPSILON) ** order * (TAU / 2) ** (2 * order) / TAU**samples
    return sp.expand(total)


def exact_block_moment(order: int, width: int, samples: int) -> sp.Expr:
    """E tr H_1^{2k}/(2n) at finite n and m exactly, for m/2 active samples; ``samples`` is m/2.

    Example:
        >>> exact_block_moment(1, 3, 4)
        3*epsilon/8
    """
    total = sum(count * width**rows * samples**loops for (loops, rows), count in _block_weights(order).items())
    return sp.expand((2 * EPSILON) ** order * sp.Rational(total, (2 * samples) ** (2 * order) * width))


@lru_cache
def _block_weights(order: int) -> dict[tuple[int, int], int]:
    """How many pairs of pairings have (free sample indices, free row indices of E and X)."""
    found: dict[tuple[int, int], int] = {}
    everything = list(_all_pairings(tuple(range(2 * order))))
    # tr (B B⊤)^k = Σ e_{i μ} x_{j μ} x_{j ν} e_{i' ν} …: sample 2a belongs to μ_a, 2a + 1 to ν_a;
    # rows i_a at samples 2a − 1 and 2a, rows j_a at samples 2a and 2a + 1
    length = 2 * order
    for first in everything:
        for second in everything:
            rows = _classes([(((p + 1) % length) // 2, ((q + 1) % length) // 2) for p, q in first], order)
            rows += _classes([(p // 2, q // 2) for p, q in second], order)
            key = _classes([*first, *second], length), rows
            found[key] = found.get(key, 0) + 1
    return found


def _all_pairings(places: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], ...]]:
    if not places:
        yield ()
        return
    first, *rest = places
    for position, other in enumerate(rest):
        for later in _all_pairings((*rest[:position], *rest[position + 1 :])):
            yield ((first, other), *later)


def _classes(joined: list[tuple[int, int]], count: int) -> int:
    """How many classes are left of 0, …, count − 1 when pairs are joined."""
    parent = list(range(count))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    for one, two in joined:
        first, second = root(one), root(two)
        if first != second:
            parent[first] = second
            count -= 1
    return count
