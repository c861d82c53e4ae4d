r"""Exact expected traces of products of random matrices, for every size: loop equations (Stein's lemma).

Letters are independent symmetric n × n matrices: GOE (``"m"``; entries of variance 1, on the diagonal 2) and Wishart
(``"w"``, ``"v"``: JJ⊤ with J ∈ R^{n×p}, entries N(0, 1), and p a letter of its own for each). For a normal entry,
E[x f(x)] = E[f'(x)]; applied to the first letter of tr(AU), with T any product of further traces, it gives

    E tr(MU) T = Σ_{U = U' M U''} E (tr U' tr U'' + tr U'⊤U'') T
                 + Σ_{tr(MV) in T} E (tr UV + tr UV⊤) T / tr(MV),
    E tr(WU) T = p E tr U T + Σ_{U = U' W U''} E (tr WU' tr U'' + tr WU''U'⊤) T
                 + Σ_{tr(WV) in T} E (tr WVU⊤ + tr WV⊤U⊤) T / tr(WV),

over all occurrences of the letter; U⊤ is the word read backwards. Every term has fewer letters, so that the
expectation is a polynomial in n and the numbers of columns, with integer coefficients, found by recursion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sympy import ZZ
from sympy.polys.rings import ring

from hessproof.symbolic.errors import UnusableRequest

RING, SIZE, COLUMNS, OTHER = ring("n,p,q", ZZ)
"""Polynomials in n, in p for the letter ``w`` and in q for the letter ``v``."""
GOE, WISHART, SECOND = "m", "w", "v"
LETTERS = {GOE: None, WISHART: COLUMNS, SECOND: OTHER}
LARGEST = 24
"""Most letters in a product: the number of terms grows like the number of partitions, and 24 take about a second."""

Words = tuple[str, ...]


def expected_traces(*words: str) -> Any:
    """E[tr(word) tr(word) …] as a polynomial in n, p and q.

    Args:
        words: Words in the letters ``m``, ``w`` and ``v``; the empty word is tr I = n.

    Raises:
        UnusableRequest: If a letter is unknown, or there are too many.

    Example:
        >>> expected_traces("mm"), expected_traces("ww"), expected_traces("m", "m")
        (n**2 + n, n**2*p + n*p**2 + n*p, 2*n)
        >>> expected_traces("mmmm")
        2*n**3 + 5*n**2 + 5*n
    """
    letters = "".join(words)
    if unknown := set(letters) - set(LETTERS):
        raise UnusableRequest(
            f"letter {min(unknown)!r}", f"letters among {', '.join(LETTERS)}", "write for instance mw"
        )
    if len(letters) > LARGEST:
        raise UnusableRequest(f"{len(letters)} letters", f"at most {LARGEST}", "ask for a lower moment")
    return _expected(_normal(words))


def moment(letter: str, order: int) -> Any:
    """E tr A^k for a matrix of one kind, with unit entries.

    Example:
        >>> moment("m", 2), moment("w", 1)
        (n**2 + n, n*p)
    """
    return expected_traces(letter * order)


def covariance(letter: str, one: int, other: int) -> Any:
    """Cov(tr A^j, tr A^k) with unit entries.

    Example:
        >>> covariance("m", 1, 1), covariance("w", 1, 1)
        (2*n, 2*n*p)
    """
    return expected_traces(letter * one, letter * other) - moment(letter, one) * moment(letter, other)


@cache
def _expected(words: Words) -> Any:
    """The recursion; ``words`` in normal form."""
    if not words:
        return RING.one
    first, rest = words[0], words[1:]
    if not first:
        return SIZE * _expected(rest)
    letter, tail = first[0], first[1:]
    step = _goe(tail, rest) if letter == GOE else _wishart(letter, tail, rest)
    total = RING.zero
    for factor, found in step:
        total += factor * _expected(_normal(found))
    return total


def _goe(tail: str, rest: Words) -> Iterator[tuple[Any, Sequence[str]]]:
    for before, after in _cuts(tail, GOE):
        yield RING.one, (before, after, *rest)
        yield RING.one, (before[::-1] + after, *rest)
    for other, others in _others(GOE, rest):
        yield RING.one, (tail + other, *others)
        yield RING.one, (tail + other[::-1], *others)


def _wishart(letter: str, tail: str, rest: Words) -> Iterator[tuple[Any, Sequence[str]]]:
    yield LETTERS[letter], (tail, *rest)
    for before, after in _cuts(tail, letter):
        yield RING.one, (letter + before, after, *rest)
        yield RING.one, (letter + after + before[::-1], *rest)
    for other, others in _others(letter, rest):
        yield RING.one, (letter + other + tail[::-1], *others)
        yield RING.one, (letter + other[::-1] + tail[::-1], *others)


def _cuts(word: str, letter: str) -> Iterator[tuple[str, str]]:
    """What stands before and after each occurrence of the letter."""
    return ((word[:i], word[i + 1 :]) for i, found in enumerate(word) if found == letter)


def _others(letter: str, words: Words) -> Iterator[tuple[str, Words]]:
    """For each occurrence in another trace: that trace read on from there, and the traces that are left."""
    for i, word in enumerate(words):
        for before, after in _cuts(word, letter):
            yield after + before, (*words[:i], *words[i + 1 :])


def _normal(words: Sequence[str]) -> Words:
    """Traces do not change when a word is turned or read backwards, nor when factors change places."""
    return tuple(sorted((_least(word) for word in words), key=lambda word: (len(word), word)))


@cache
def _least(word: str) -> str:
    return min((turned[i:] + turned[:i] for turned in (word, word[::-1]) for i in range(len(word))), default="")
