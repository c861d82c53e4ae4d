"""Dimensions of the ranges of matrix words for generic weights, and bounds of them for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hessproof.numeric.bias.words import Letter, passed_widths
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.terms import Word
from hessproof.symbolic.terms import Moment


class GenericDimensions:
    """The smallest number that a word passes through: widths, and the ranks of the moments.

    Args:
        architecture: Widths and bias.
        data_rank: The rank of Σ, with bias of Σ̃.
        residual_rank: The rank of Ω, with bias of Ω̃.

    Example:
        >>> from hessproof.symbolic.terms import Chain
        >>> one = GenericDimensions(Architecture((5, 4, 3)), data_rank=2, residual_rank=1)
        >>> one.rank((Chain(True, 2, 1),)), one.rank((Chain(True, 2, 1), Moment("Sigma")))
        (3, 2)
    """

    def __init__(self, architecture: Architecture, data_rank: int, residual_rank: int) -> None:
        self.widths = architecture.widths
        self.moments = {"Sigma": data_rank, "Omega": residual_rank}

    def rank(self, word: Word) -> int:
        """Generic rank of a word."""
        return smallest(word, self.widths, lambda letter: self.moments[letter.name])


def smallest(word: Word, widths: Sequence[int], moment: Callable[[Moment], int]) -> int:
    """The smallest width, or rank of a moment, that a word passes through: an upper bound of its rank."""
    return min(_passed(letter, widths, moment) for letter in word)


def _passed(letter: Letter, widths: Sequence[int], moment: Callable[[Moment], int]) -> int:
    return moment(letter) if isinstance(letter, Moment) else min(passed_widths(widths, letter))
