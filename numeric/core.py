"""The core: a principal submatrix with the rank of the whole Hessian, for given numbers θ.

``hessproof.symbolic.layer_kernel`` states directions ΔW^k that the Hessian annihilates, by conditions left · ΔW^k ·
right = 0 at a cut of the chain. With p the pivot columns of a left factor and q the pivot rows of the right one, the
entries (i, j) of ΔW^k in the union of the p × q span a complement of these directions. So the principal submatrix of H
on those entries of all layers, the core, has the rank of H, and its order is a proved upper bound: if its rank modulo
a prime is as large, that is the rank over Q.

Pivots are found modulo a prime and are valid over Q where their number is the rank over Q, which is verified for every
factor. (Independent modulo the prime is independent over Q, and the number is then the codimension of the kernel.)

Data of rank r < d need no treatment of their own: a condition on W^1 has Σ or Ω⊤ as its right factor, so its pivots
are r (or s) independent inputs, and the core is the one of the network with those inputs only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from hessproof.numeric.arrays import Array, Namespace
from hessproof.numeric.bias.words import is_empty, matrices, sizes, words_of
from hessproof.numeric.complement import Condition, conditions
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import product
from hessproof.numeric.kernels import Factors, Rectangle, assemble
from hessproof.numeric.modular import PrimeField, pivot_columns, residue_rank
from hessproof.symbolic.bias.terms import Word
from hessproof.symbolic.blocks import hessian_block, jacobian_block
from hessproof.symbolic.layer_kernel import cuts
from hessproof.symbolic.terms import Moment

CorePart = Literal["functional", "loss"]


class UnluckyPrimeError(ArithmeticError):
    """A rank modulo this prime is smaller than over Q: another prime will do."""


@dataclass(frozen=True, slots=True)
class Core:
    """Where the core lies.

    Args:
        part: functional or loss.
        cut: m, the layer that the conditions use.
        rectangles: The coordinates, two rectangles a layer.
        size: Their number, a proved upper bound of the rank.
    """

    part: CorePart
    cut: int
    rectangles: tuple[Rectangle, ...]
    size: int


class WordRanks:
    """Ranks over Q of matrix words at an instance's numbers, each found once.

    A rank modulo a prime that meets a bound (a width, or the rank of a moment) is exact; otherwise the product is
    formed over the integers and ``exact_rank`` decides.

    Example:
        >>> from hessproof.numeric.instance import generic_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> from hessproof.symbolic.terms import Chain
        >>> WordRanks(generic_instance(Architecture((3, 2, 4)), 3, 2)).rank((Chain(True, 2, 1),))
        2
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.modular: Callable[[Word], int] | None = None
        """Rank of a word modulo a prime, to be tried before products over the integers are formed."""
        self._ranks: dict[Word, int] = {}

    def rank(self, word: Word, modular: int | None = None) -> int:
        """Rank over Q; ``modular`` is its rank modulo a prime, if that is known already."""
        word = self._plain(word)
        if word not in self._ranks:
            bound = self.bound(word)
            if modular is None and self.modular is not None and bound and not self._is_identity(word):
                modular = self.modular(word)
            if modular == bound or bound == 0 or self._is_identity(word):
                self._ranks[word] = bound
            else:
                matrix = product(matrices(self.instance, word))
                self._ranks[word] = exact_rank(matrix, upper=bound, most_primes=10**6).value
        return self._ranks[word]

    def bound(self, word: Word) -> int:
        """The smallest width or moment's rank that the word passes through."""
        return min(min(sizes(self.instance, letter)) for letter in word)

    def _plain(self, word: Word) -> Word:
        """The word without empty chains, unless it has nothing else."""
        return tuple(letter for letter in word if not is_empty(letter)) or word[:1]

    def _is_identity(self, word: Word) -> bool:
        return len(word) == 1 and is_empty(word[0])


class ModularView:
    """An instance modulo a prime below 2^23: factors, and the pivots of words, each found once."""

    def __init__(self, instance: Instance, prime: int, ranks: WordRanks, xp: Namespace | None = None) -> None:
        self.field, self.ranks = PrimeField(prime, xp), ranks
        self.xp = self.field.xp
        weights = [self.field.balanced(weight) for weight in instance.weights]
        sigma, omega = self.field.balanced(instance.sigma), self.field.balanced(instance.omega)
        bias = instance.architecture.bias
        self.factors = Factors(weights, sigma, omega, self.field.matmul, self.field.reduce, bias=bias)
        self._words = words_of(self.factors)
        self._pivots: dict[tuple[Word, bool], list[int]] = {}

    def rank(self, word: Word) -> int:
        """The rank of a word modulo the prime: a lower bound of the one over Q."""
        return residue_rank(self._words.word(word), self.field.prime)  # type: ignore[arg-type]

    def pivots(self, word: Word, *, rows: bool) -> list[int]:
        """Pivot rows or columns of a word, verified to be as many as its rank over Q.

        Raises:
            UnluckyPrimeError: If they are fewer.
        """
        if (word, rows) not in self._pivots:
            matrix = self._words.word(word)  # type: ignore[arg-type]
            found = pivot_columns(matrix.T if rows else matrix, self.field.prime)
            if self.ranks.rank(word, modular=len(found)) != len(found):
                raise UnluckyPrimeError(f"a rank drops modulo {self.field.prime}")
            self._pivots[word, rows] = found
        return self._pivots[word, rows]


def find_core(view: ModularView, part: CorePart, cut: int) -> Core:
    """The coordinates of the core at a cut.

    Raises:
        UnluckyPrimeError: If the view's prime does not show the ranks over Q.
    """
    rectangles: list[Rectangle] = []
    size, layers = 0, view.factors.layers
    for layer in range(1, layers + 1):
        taken: set[int] = set()
        found = conditions(view.ranks.instance.architecture.bias, part, layers, cut, layer)
        steps = [_pivots_of(view, condition, layer) for condition in found]
        for rows, columns in sorted(steps, key=lambda step: -len(step[0])):
            fresh = [column for column in columns if column not in taken]
            taken.update(fresh)
            size += len(rows) * len(fresh)
            if rows and fresh:
                rectangles.append(Rectangle(layer, view.xp.asarray(rows), view.xp.asarray(fresh)))
    return Core(part, cut, tuple(rectangles), size)


def _pivots_of(view: ModularView, condition: Condition, layer: int) -> tuple[list[int], list[int]]:
    height, width = view.factors.heights[layer - 1], view.factors.widths[layer - 1]
    rows = list(range(height)) if condition.left is None else view.pivots(condition.left, rows=False)
    columns = list(range(width)) if condition.right is None else view.pivots(condition.right, rows=True)
    return rows, columns


def core_matrix(factors: Factors, core: Core) -> Array:
    """The principal submatrix of H on the core's coordinates, in the arithmetic of ``factors``."""
    return assemble(factors, core.part, core.rectangles, core.rectangles)


def ordered_cuts(instance: Instance, part: CorePart) -> list[int]:
    """The cuts, most promising first: the narrowest, with r or s (with bias r̃ or s̃) numbers at the input.

    Of equal ones with bias the last hidden layer comes first, for the chain from it to the output has one more column.
    """
    widths = instance.architecture.widths
    moments = instance.moments
    ends = {0: moments.whole_data_rank if part == "loss" else moments.whole_residual_rank}
    layers, bias = instance.architecture.layers, instance.architecture.bias

    def place(cut: int) -> tuple[int, bool, int]:
        hidden_last = bias and 0 < cut < layers
        return ends.get(cut, widths[cut]), hidden_last, -cut if bias else cut

    return sorted(cuts(part, layers), key=place)


def outer_rank(ranks: WordRanks, *, data: bool = True) -> int:
    """rk H_o, exactly, for any weights and data: the dimension of a sum of tensor products of two flags.

    H_o is a Gram matrix of A_o with Σ^{1/2}; its columns span Σ_l range(W^{L:l+1}) ⊗ range(Σ^{1/2} W^{1:l-1}), the
    first spaces growing with l, the second ones shrinking. So with a_l = rk W^{L:l+1} and b_l = rk ΣW^{1:l-1} the rank
    is Σ a_l b_l − Σ a_l b_{l+1}.

    Args:
        ranks: The instance's word ranks.
        data: False for A_o itself, in which Σ does not occur (Singh et al. 2021, Theorem 3 with r = d).
    """
    layers = ranks.instance.architecture.layers
    terms = [jacobian_block(layers, layer) for layer in range(1, layers + 1)]
    before: Word = (Moment("Sigma"),) if data else ()
    return _flag([(ranks.rank(term.left), ranks.rank(before + term.right)) for term in terms])


def column_rank(ranks: WordRanks, layer: int) -> int:
    """Rank of block column l of H_f, exactly, for any weights and data.

    Block (k, l) maps ΔW^l to left · ΔW^{l⊤} · right⊤. Along k = l+1, …, L, 1, …, l−1 the row spaces of the left
    factors grow and those of the right ones shrink, so that the rank is the dimension of a sum of tensor products of
    two flags.
    """
    layers = ranks.instance.architecture.layers
    order = [*range(layer + 1, layers + 1), *range(1, layer)]
    terms = [term for k in order for term in hessian_block("functional", layers, k, layer)]
    return _flag([(ranks.rank(term.left), ranks.rank(term.right)) for term in terms])


def _flag(pairs: Iterable[tuple[int, int]]) -> int:
    """dim Σ A_i ⊗ B_i for A_1 ⊂ A_2 ⊂ … and B_1 ⊃ B_2 ⊃ …, from the dimensions."""
    steps = list(pairs)
    return sum(a * b for a, b in steps) - sum(one[0] * two[1] for one, two in pairwise(steps))
