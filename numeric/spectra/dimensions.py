"""Dimensions of the ranges of matrix words at numbers in floating point, never too small."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from hessproof.numeric.arrays import Array, namespace_of, to_numpy
from hessproof.numeric.bias.words import is_empty, words_of
from hessproof.numeric.core import WordRanks
from hessproof.numeric.dimensions import smallest
from hessproof.numeric.instance import Instance, data_instance
from hessproof.numeric.kernels import Factors
from hessproof.numeric.rectified.dyadic import from_floats
from hessproof.numeric.spectra.magnitude import absolute
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.terms import Word
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.terms import Moment

EXACT_WORK = 2 * 10**8
"""Largest N · d · max(d, K) for which moments are formed over the integers: a tenth of it took 0.9 s of one core."""
ROUNDING = 1e-8
"""A mean of float64 residuals that is larger than this beside the moments is no rounding error of zero."""
EXACT_SIDE = 200
"""Largest side of a word whose rank over Q is sought where floating point shows less: half of it takes 0.12 s."""


class MeasuredDimensions:
    """Dimensions for weights and data in floating point, with proof that none is too small.

    A word's dimension is the smallest width, or rank of a moment, that it passes through. Only where the singular
    values show less is the rank over Q asked for: the floats are dyadic rationals. Where that would take too long the
    larger number stays, and ``exact`` turns false.

    Args:
        architecture: Of a linear network.
        parameters: P^1, …, P^L.
        inputs: x, N × d.
        targets: y, N × K.
        factors: Weights and moments, for the singular values.
    """

    def __init__(
        self, architecture: Architecture, parameters: Sequence[Array], inputs: Array, targets: Array, factors: Factors
    ) -> None:
        self.architecture, self.factors = architecture, factors
        self._given = parameters, inputs, targets
        self._words = words_of(factors)
        self._sizes = words_of(absolute(architecture, parameters, inputs, targets)[0])
        self._known: dict[Word, int] = {}
        self.exact = True
        self.asked = 0
        """How many words had their rank over Q taken."""

    def rank(self, word: Word) -> int:
        """An upper bound of the rank of a word, and its rank over Q as long as ``exact`` is true."""
        word = tuple(letter for letter in word if not is_empty(letter)) or word[:1]
        if word not in self._known:
            self._known[word] = self._rank(word)
        return self._known[word]

    @property
    def centred(self) -> bool:
        """Whether E[δ] = 0 exactly, for a network with bias; false where that cannot be told."""
        if not self.architecture.bias or self.architecture.loss != "mse":
            return False
        omega = self.factors.moment("Omega")
        xp = self.factors.xp
        mean, whole = float(xp.max(xp.abs(omega[:, -1]))), float(xp.max(xp.abs(omega)))
        if mean > ROUNDING * whole or not self._affordable:
            return False
        return self._instance.residual_mean == 0

    def _rank(self, word: Word) -> int:
        limit = self._bound(word)
        if limit == 0 or is_empty(word[0]) or self._numerical(word) >= limit:
            return limit
        rational = self.architecture.loss == "mse" or not any(
            isinstance(letter, Moment) and letter.name == "Omega" for letter in word
        )
        shape = self._words.word(word).shape  # type: ignore[arg-type]
        if rational and self._affordable and min(shape) <= EXACT_SIDE:
            self.asked += 1
            return self._exact.rank(word)
        self.exact = False
        return limit

    def _bound(self, word: Word) -> int:
        if len(word) == 1 and isinstance(word[0], Moment):
            _, inputs, _ = self._given
            xp = self.factors.xp
            used = xp.any(inputs != 0, axis=0)
            kept = int(xp.sum(xp.astype(used, xp.int64))) + self.architecture.bias
            limit = min(int(inputs.shape[0]), kept)
            return limit if word[0].name == "Sigma" else min(limit, effective_outputs(self.architecture))
        return smallest(word, self.architecture.widths, lambda letter: self.rank((Moment(letter.name),)))

    def _numerical(self, word: Word) -> int:
        """Singular values above rounding: that of the decomposition, and that of the product, in which much may cancel.

        The first is about the side times 2^-52 times the largest value; the second is less than 2^-50 times the norm of
        the product of absolute values, of which ``hessproof.numeric.spectra.magnitude`` tells.
        """
        matrix = self._words.word(word)  # type: ignore[arg-type]
        xp = namespace_of(matrix)
        values = to_numpy(xp.linalg.svdvals(matrix))
        sizes = self._sizes.word(word)  # type: ignore[arg-type]
        limit = max(max(matrix.shape) * float(values[0]), float(xp.sum(sizes**2)) ** 0.5)
        return int((values > 2.0**-50 * limit).sum())

    @property
    def _affordable(self) -> bool:
        _, inputs, targets = self._given
        count, width = int(inputs.shape[0]), int(inputs.shape[1])
        return count * width * max(width, int(targets.shape[1])) <= EXACT_WORK

    @cached_property
    def _instance(self) -> Instance:
        parameters, inputs, targets = self._given
        arrays = [to_numpy(matrix) for matrix in parameters]
        squared = Architecture(self.architecture.widths, bias=self.architecture.bias)
        whole = from_floats(squared, arrays, to_numpy(inputs), to_numpy(targets))
        return data_instance(squared, whole.inputs, whole.targets, weights=whole.weights)

    @cached_property
    def _exact(self) -> WordRanks:
        return WordRanks(self._instance)
