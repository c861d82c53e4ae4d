"""Values of matrix words for networks with bias, in which augmented and plain chains stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import IntegerMatrix, integers
from hessproof.numeric.kernels import Factors
from hessproof.symbolic.bias.terms import AffineChain, Embedding, Word
from hessproof.symbolic.terms import Chain, Moment

Letter = Chain | AffineChain | Embedding | Moment


def is_empty(letter: Letter) -> bool:
    """Whether a letter is an empty chain, an identity."""
    if not isinstance(letter, (Chain, AffineChain)):
        return False
    return letter.last == letter.first + (1 if letter.descending else -1)


class AffineWords:
    """Values of words at the factors of a network with bias; every word is multiplied out once.

    ``Chain`` stands for a product of weights, ``AffineChain`` for one of T^l = [W^l b^l; 0 1].

    Args:
        factors: Made with ``bias=True``.

    Example:
        >>> import numpy as np
        >>> words = AffineWords(Factors([np.asarray([[2.0, 1.0]]), np.asarray([[3.0, 0.0]])], bias=True))
        >>> words.word((AffineChain(True, 1, 1), Embedding(0))).tolist(), words.word((Chain(True, 2, 1),)).tolist()
        ([[2.0], [0.0]], [[6.0]])
    """

    def __init__(self, factors: Factors) -> None:
        heights = (factors.widths[0] - 1, *factors.heights)
        plain = [weight[:height, :width] for weight, (width, height) in zip(factors.weights, pairwise(heights),
                                                                           strict=True)]  # fmt: skip
        self.affine, self.plain = factors, Factors(plain, matmul=factors.matmul, reduce=factors.reduce)
        self._values: dict[Word, Array] = {}

    def word(self, word: Word) -> Array:
        """The value of a word, as a matrix."""
        kept = tuple(letter for letter in word if not is_empty(letter)) or word[:1]
        if kept not in self._values:
            value = self._letter(kept[-1])
            self._values[kept] = value if len(kept) == 1 else self.affine.matmul(self.word(kept[:-1]), value)
        return self._values[kept]

    def _letter(self, letter: Letter) -> Array:
        if isinstance(letter, Chain):
            return self.plain.word((letter,))
        if isinstance(letter, AffineChain):
            return self.affine.word((Chain(letter.descending, letter.first, letter.last),))
        if isinstance(letter, Moment):
            return self.affine.word((letter,))
        like = self.affine.weights[0]
        size = self.affine.widths[letter.layer]
        unit = self.affine.xp.eye(size, size - 1, dtype=like.dtype, device=array_api_compat.device(like))
        return unit.T if letter.transposed else unit


def words_of(factors: Factors) -> Factors | AffineWords:
    """What multiplies words out: the factors themselves, or with bias :class:`AffineWords` of them."""
    return AffineWords(factors) if factors.bias else factors


def sizes(instance: Instance, letter: Letter) -> Iterator[int]:
    """The widths, or the rank of the moment, that a letter passes through."""
    if isinstance(letter, Moment):
        yield instance.moments.whole_data_rank if letter.name == "Sigma" else instance.moments.whole_residual_rank
    else:
        yield from passed_widths(instance.architecture.widths, letter)


def passed_widths(widths: Sequence[int], letter: Chain | AffineChain | Embedding) -> Iterator[int]:
    """The widths that a letter passes through, one more each for a chain of augmented weights.

    Example:
        >>> list(passed_widths((5, 4, 3), Chain(True, 2, 1))), list(passed_widths((5, 4, 3), AffineChain(True, 1, 1)))
        ([5, 4, 3], [6, 5])
    """
    if isinstance(letter, Embedding):
        yield widths[letter.layer]
    else:
        more = isinstance(letter, AffineChain)
        first, last = (letter.last - 1, letter.first) if letter.descending else (letter.first - 1, letter.last)
        yield from (width + more for width in widths[first : last + 1])


def matrices(instance: Instance, word: Iterable[Letter]) -> Iterator[IntegerMatrix]:
    """The exact matrices whose product is a word."""
    bias, widths = instance.architecture.bias, instance.architecture.widths
    plain = tuple(weight[:, : weight.shape[1] - bias] for weight in instance.weights)
    for letter in word:
        if isinstance(letter, Moment):
            matrix = instance.sigma if letter.name == "Sigma" else instance.omega
            yield matrix.T if letter.transposed else matrix
        elif isinstance(letter, Embedding):
            unit = integers(np.eye(widths[letter.layer] + 1, widths[letter.layer], dtype=np.int64))
            yield unit.T if letter.transposed else unit
        else:
            chain = instance.chain if isinstance(letter, AffineChain) else plain
            if letter.descending:
                yield from (chain[layer - 1] for layer in range(letter.first, letter.last - 1, -1))
            else:
                yield from (chain[layer - 1].T for layer in range(letter.first, letter.last + 1))
