r"""All weights orthogonal, Σ = τI and Ω = ωW^{L:1}: every eigenvalue of a deep linear network's Hessian, derived.

In the coordinates ΔW^l = W^{l:1} X_l W^{1:l-1} (the last factor a product of transposes) the Hessian acts on the
matrices X_1, …, X_L of the layers as

    (H_o X)_k = τ Σ_l X_l,   (H_f X)_k = ω Σ_{l ≠ k} X_l⊤,

which the rows below derive for symbolic L, k and l. On symmetric X (sign +) and antisymmetric X (sign −) this is the
L × L matrix τJ ± ω(J − I), J all ones: eigenvalue Lτ ± (L − 1)ω at (1, …, 1), and ∓ω at everything orthogonal to it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np
from sympy import Expr, Integer, MatrixExpr, MatrixSymbol, Rational, Symbol

from hessproof.symbolic.citation import Cite
from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.gauss_newton import functional_after, functional_before, outer_gauss_newton
from hessproof.symbolic.kronecker import Commute, VecIdentity, VecR
from hessproof.symbolic.layer_blocks import (
    AFTER,
    BACK,
    BEFORE,
    FRONT,
    FUNCTIONAL_AFTER,
    FUNCTIONAL_BEFORE,
    FUNCTIONAL_DEFINITION,
    OUTER,
    OUTER_DEFINITION,
    SWAP,
    TWO_LAYERS,
)
from hessproof.symbolic.normal import Word
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import Rule
from hessproof.symbolic.spectra.letters import inside_vec
from hessproof.symbolic.valuation import Array, Valuation
from hessproof.symbolic.words import Descending, L, M, Omega, Sigma, Transposed, k, l, times

X = MatrixSymbol("X", M(0), M(0))
tau, omega = Symbol(r"\tau", integer=True), Symbol(r"\omega", integer=True)
DIRECTION = times(Descending(l, 1), X, Transposed(1, l - 1))
"""ΔW^l."""
SOURCE = "this project"


class OrthogonalWeights(Rule):
    """W^{l⊤}W^l = W^l W^{l⊤} = I, Σ = τI and Ω = ωW^{L:1}, inside vec_r, until nothing changes.

    Example:
        >>> rule, order = OrthogonalWeights(), Ordering(k >= 1, k <= L)
        >>> rule.apply(VecR(times(Transposed(k + 1, L), Descending(L, 1), X)), order)
        VecR(Descending(k, 1)*X)
    """

    name = "orthogonal weights"
    statement = r"W^{l\top} W^l = W^l W^{l\top} = I,\ \Sigma = \tau I,\ \Omega = \omega W^{L:1}"

    def apply(self, expression: MatrixExpr, ordering: Ordering) -> MatrixExpr:
        """Cancel what cancels in every word."""
        before = None
        while before != expression:
            before = expression
            expression = inside_vec(expression, ordering, lambda word: _moments(word) or _cancelled(word, ordering))
        return expression


def _moments(word: Word) -> tuple[Expr, Word] | None:
    for place, letter in enumerate(word):
        if isinstance(letter, Sigma):
            return tau, (*word[:place], *word[place + 1 :])
        if isinstance(letter, Omega):
            return omega, (*word[:place], Descending(L, 1), *word[place + 1 :])
    return None


def _cancelled(word: Word, ordering: Ordering) -> tuple[Expr, Word] | None:
    for place, (one, two) in enumerate(pairwise(word)):
        if type(one) is type(two) or not all(isinstance(each, Descending | Transposed) for each in (one, two)):
            continue
        if one.last != two.first:
            continue
        step = 1 if isinstance(one, Transposed) else -1
        left = (two.last - one.first) * step
        kind = type(one)
        if ordering.nonnegative(-left) is True:
            rest = type(two)(one.first - step, two.last)
        elif ordering.nonnegative(left) is True:
            rest = kind(one.first, two.last - step)
        else:
            continue
        return Integer(1), (*word[:place], rest, *word[place + 2 :])
    return None


@cache
def row(part: Literal["outer", "before", "after"]) -> Derivation:
    """Block (k, l) of H_o, or of H_f for k < l and k > l, times vec_r(ΔW^l).

    Example:
        >>> all(row(part).check(0).ok for part in ("outer", "before", "after"))
        True
    """
    back, front = Descending(k, 1), Transposed(1, k - 1)
    if part == "outer":
        inside = times(BACK, Descending(L, l + 1), DIRECTION, Descending(l - 1, 1), Sigma(), FRONT)
        final = VecR(times(tau, back, X, front))
        steps: tuple[Step, ...] = (
            Step(times(OUTER, VecR(DIRECTION)), Cite(outer_gauss_newton())),
            Step(VecR(inside), VecIdentity()),
            Step(final, OrthogonalWeights()),
        )
        ordering, start = TWO_LAYERS, OUTER_DEFINITION
    else:
        before = part == "before"
        block, cited = (FUNCTIONAL_BEFORE, functional_before()) if before else (FUNCTIONAL_AFTER, functional_after())
        ordering, start = (BEFORE if before else AFTER), FUNCTIONAL_DEFINITION
        sides = (
            ((Transposed(k + 1, l - 1),), (Transposed(l + 1, L), Omega(), FRONT))
            if before
            else ((BACK, Omega(), Transposed(1, l - 1)), (Transposed(l + 1, k - 1),))
        )
        final = VecR(times(omega, back, X.T, front))
        steps = (
            Step(times(block, SWAP, VecR(DIRECTION)), Cite(cited)),
            Step(times(block, VecR(DIRECTION.T)), Commute()),
            Step(VecR(times(*sides[0], DIRECTION.T, *sides[1])), VecIdentity()),
            Step(final, OrthogonalWeights()),
        )
    return Derivation(
        f"orthogonal_{part}", f"orthogonal weights, block (k, l) of {_NAMES[part]}", ordering,
        times(start, VecR(DIRECTION)), steps, final, SOURCE, valuations=_valuations,
        assumptions=("orthogonal weights", "Σ = τI", "Ω = ωW^{L:1}"),
    )  # fmt: skip


_NAMES = {"outer": "H_o", "before": "H_f, k before l", "after": "H_f, k after l"}


@cache
def count() -> Derivation:
    """Multiplicities: (1 + L − 1)(n(n + 1)/2 + n(n − 1)/2) = L n².

    Example:
        >>> count().check(0).ok
        True
    """
    n = M(Integer(0))
    symmetric, antisymmetric = Rational(1, 2) * n * (n + 1), Rational(1, 2) * n * (n - 1)
    start = symmetric + (L - 1) * symmetric + antisymmetric + (L - 1) * antisymmetric
    steps = (Step(L * symmetric + L * antisymmetric, Algebra("collect")), Step(L * n**2, Algebra("p")))
    return Derivation(
        "orthogonal_count", "eigenvalues of H_L at orthogonal weights, counted", Ordering(L >= 1), start, steps,
        L * n**2, SOURCE,
    )  # fmt: skip


@cache
def layers(sign: int) -> Derivation:
    """(τJ ± ω(J − I))(1, …, 1)⊤: each entry is Lτ ± (L − 1)ω; at e_1 − e_l the first entry is ∓ω.

    The lemma is the second statement: τ − τ ± ω(0 − 1) = ∓ω in the first entry, and the opposite in the l-th.

    Example:
        >>> layers(1).check(0).ok and layers(-1).check(0).ok
        True
    """
    others, alone = L * tau + sign * (L - 1) * omega, tau * 0 - sign * omega
    second = Derivation(
        "orthogonal_difference",
        "the matrix of the layers at e_1 − e_l",
        Ordering(L >= 2),
        tau - tau + sign * (0 * omega - omega),
        (Step(alone, Algebra("distribute")),),
        alone,
        SOURCE,
    )
    first = tau + (L - 1) * (tau + sign * omega)
    return Derivation(
        "orthogonal_layers", "the matrix of the layers at (1, …, 1)", Ordering(L >= 1), first,
        (Step(others, Algebra("distribute")),), others, SOURCE, lemmas=(second,),
    )  # fmt: skip


def spectrum() -> tuple[Derivation, ...]:
    """All derivations of this point's spectrum."""
    return row("outer"), row("before"), row("after"), layers(1), layers(-1), count()


def _valuations(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Signed permutations of size 1 or 2, inputs √τ e_i, targets (1 − c)W^{L:1}x, which make Ω = cτW^{L:1}."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    found = list(derivation.ordering.solutions(1, 4))
    for numbers in stream.sample(found, min(4, len(found))):
        size, root, share = stream.randint(1, 2), stream.randint(1, 3), stream.randint(-2, 3)
        values = {**numbers, tau: root**2, omega: share * root**2}
        made = Valuation(values, (size,) * (numbers[L] + 1), seed=stream.randrange(2**32))
        made.weights = [_signed_permutation(size, stream) for _ in made.weights]
        made.weights_transposed = [matrix.T for matrix in made.weights]
        network = np.eye(size, dtype=object)
        for matrix in made.weights:
            network = matrix.dot(network)
        for index in range(3):
            x = np.array([[root * int(index == i + 1)] for i in range(size)], dtype=object)
            made._drawn["x", index] = x
            made._drawn["y", index] = (1 - share) * network.dot(x)
        yield made


def _signed_permutation(size: int, stream: random.Random) -> Array:
    order = stream.sample(range(size), size)
    signs = [stream.choice((-1, 1)) for _ in range(size)]
    return np.array([[signs[i] * int(order[i] == j) for j in range(size)] for i in range(size)], dtype=object)
