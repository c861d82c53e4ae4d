r"""Hessian blocks of a linear network with bias, for symbolic L, k and l, from those without bias.

With T^l = [W^l b^l; 0 1], x̃ = (x, 1) and targets (y, 1) a network with bias is a network without bias of the widths
M_l + 1, whose residual is (δ, 0). Its parameters are the first M_l rows of T^l, so that block (k, l) of its Hessian is
a block of the wider network between E_k⊤ and E_l. Block (k, l) has shape M_k(M_{k-1}+1) × M_l(M_{l-1}+1):

    outer:               W^{k+1:L}W^{L:l+1} ⊗ T^{k-1:1}Σ̃T^{1:l-1},
    functional, k < l:   W^{k+1:l-1}E_{l-1}⊤ ⊗ T^{k-1:1}Ω̃⊤W^{L:l+1},   with respect to [W^l b^l]⊤,
    functional, k > l:   W^{k+1:L}Ω̃T^{1:l-1} ⊗ E_{k-1}W^{k-1:l+1},     with respect to [W^l b^l]⊤.

The last bias never occurs, and the others occur in T only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import product
from typing import Any, Literal

import numpy as np
from sympy import Expr, MatrixExpr, Transpose
from sympy.core.symbol import Str
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import gauss_newton, layer_blocks, words
from hessproof.symbolic.bias.letters import (
    Affine,
    AffineTransposed,
    AugmentedOmega,
    AugmentedSigma,
    Embed,
    Intertwine,
    Section,
    augmented_weight,
    intertwining,
    samples,
)
from hessproof.symbolic.bias.terms import AffineChain, Embedding, KroneckerTerm
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.kronecker import MixedProduct, kron
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.terms import Chain, Moment
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled
from hessproof.symbolic.words import Descending, L, M, Node, Transposed, identity, k, l, times

OUTER, FUNCTIONAL = Str("outer"), Str("functional")


class Block(Node):
    """Block (k, l) of H_o or H_f with bias, by definition; H_f with respect to [W^l b^l]⊤ on the right."""

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """M_k(M_{k-1}+1) by M_l(M_{l-1}+1)."""
        one, two = self.args[1:]
        return M(one) * (M(one - 1) + 1), M(two) * (M(two - 1) + 1)

    def _latex(self, printer: Any) -> str:
        part = {OUTER: "o", FUNCTIONAL: "f"}[self.args[0]]
        return rf"H_{part}^{{{printer._print(self.args[1])},{printer._print(self.args[2])}}}"


@evaluate.register(Block)
def _(expression: Block, valuation: Valuation) -> Array:
    part, one, two = expression.args[0], *(valuation.number(number) for number in expression.args[1:])
    rows, columns = (_entries(layer, valuation) for layer in (one, two))
    if part == FUNCTIONAL:
        columns.sort(key=lambda entry: (entry[2], entry[1]))
    result = filled(len(rows), len(columns))
    for share, x, residual in samples(valuation):
        plain = _outputs(x, valuation, ())
        moved = {entry: _outputs(x, valuation, (entry,)) - plain for entry in (*rows, *columns)}
        for (i, row), (j, column) in product(enumerate(rows), enumerate(columns)):
            if part == OUTER:
                result[i, j] += share * moved[row].T.dot(moved[column])[0, 0]
            elif one != two:
                mixed = _outputs(x, valuation, (row, column)) - plain - moved[row] - moved[column]
                result[i, j] += share * residual.T.dot(mixed)[0, 0]
    return result


Entry = tuple[int, int, int]


def _entries(layer: int, valuation: Valuation) -> list[Entry]:
    """(layer, row, column) of the parameters of a layer, in the order of vec_r."""
    return [(layer, *place) for place in np.ndindex(valuation.widths[layer], valuation.widths[layer - 1] + 1)]


def _outputs(x: Array, valuation: Valuation, changed: tuple[Entry, ...]) -> Array:
    """F(x) with 1 added to some parameters; F is affine in each layer, so that differences are derivatives."""
    state = x
    for layer in range(1, len(valuation.widths)):
        weight = augmented_weight(layer, valuation)
        for where, row, column in changed:
            if where == layer:
                weight[row, column] += 1
        state = weight.dot(state)
    return state[:-1]


def lifted(expression: MatrixExpr) -> MatrixExpr:
    """The same expression for the network of widths M_l + 1: T for W, Σ̃ for Σ, E_LΩ̃ for Ω.

    Example:
        >>> lifted(times(Transposed(k + 1, L), words.Omega()))
        AffineTransposed(k + 1, L)*Embed(L)*AugmentedOmega(L)
    """
    match expression:
        case KroneckerProduct():
            return KroneckerProduct(*map(lifted, expression.args))
        case MatMul():
            return times(*map(lifted, expression.args))
        case Descending():
            return Affine(*expression.args)
        case Transposed():
            return AffineTransposed(*expression.args)
        case words.Sigma():
            return AugmentedSigma()
        case words.Omega():
            return times(Embed(L), AugmentedOmega())
        case Transpose(arg=words.Omega()):
            return times(Transpose(AugmentedOmega()), Transpose(Embed(L)))
    raise RuleFailure(f"no augmented form of {words.shown(expression)}")


class WiderNetwork(Rule):
    """A block with bias is a block of the network of widths M_l + 1, between E_k⊤ and E_l.

    Args:
        derivation: The block without bias, which must hold.
        block: Its formula.
    """

    name = "rows of the wider network"
    statement = r"H^{kl} = (E_k^\top \otimes I)\, H^{kl}_{M+1}\, (E_l \otimes I)"

    def __init__(self, derivation: Derivation, block: KroneckerProduct) -> None:
        self.derivation, self.block = derivation, block

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """The wider block between the two embeddings."""
        if why := proved(self.derivation):
            raise RuleFailure(f"the block without bias fails: {why}")
        if not ordering.implies(self.derivation.ordering):
            raise RuleFailure(f"the block without bias is about {self.derivation.ordering}")

        def local(node: Any, inner: Ordering) -> Any:
            return self.between(node) if isinstance(node, Block) else None

        return rewrite(expression, ordering, local)

    def between(self, block: Block) -> MatrixExpr:
        """(E_k⊤ ⊗ I) · wider block · (E_l ⊗ I), or (I ⊗ E_l) for derivatives by [W^l b^l]⊤."""
        part, one, two = block.args
        front = kron(Transpose(Embed(one)), identity(M(one - 1) + 1))
        sides = (Embed(two), identity(M(two - 1) + 1))
        return times(front, lifted(self.block), kron(*(sides if part == OUTER else sides[::-1])))


def _derivation(
    title: str, part: Str, order: Ordering, block: KroneckerProduct, cited: Derivation, final: MatrixExpr
) -> Derivation:
    """Restrict, use the mixed product, move the embeddings through the chains."""
    start, wider = Block(part, k, l), WiderNetwork(cited, block)
    one = wider.between(start)
    merged = MixedProduct().apply(one, order)
    moved = Intertwine().apply(merged, order)
    return Derivation(
        f"{part}_bias", title, order, start,
        (Step(one, wider), Step(merged, MixedProduct()), Step(moved, Intertwine()), Step(final, Section())), final,
        source="this project", lemmas=(intertwining(), cited),
    )  # fmt: skip


@lru_cache(maxsize=1)
def outer() -> Derivation:
    """Block (k, l) of H_o with bias, for any k and l.

    Example:
        >>> outer().check(0, count=2).ok
        True
    """
    left = times(Transposed(k + 1, L), Descending(L, l + 1))
    final = kron(left, times(Affine(k - 1, 1), AugmentedSigma(), AffineTransposed(1, l - 1)))
    cited = gauss_newton.outer_gauss_newton()
    title = "outer-product block with bias"
    return _derivation(title, OUTER, layer_blocks.TWO_LAYERS, layer_blocks.OUTER, cited, final)


@lru_cache(maxsize=1)
def functional_before() -> Derivation:
    """Block (k, l) of H_f with bias, k < l, with respect to [W^l b^l]⊤."""
    right = times(Affine(k - 1, 1), Transpose(AugmentedOmega()), Descending(L, l + 1))
    final = kron(times(Transposed(k + 1, l - 1), Transpose(Embed(l - 1))), right)
    cited, block = gauss_newton.functional_before(), layer_blocks.FUNCTIONAL_BEFORE
    return _derivation("functional block with bias, k before l", FUNCTIONAL, layer_blocks.BEFORE, block, cited, final)


@lru_cache(maxsize=1)
def functional_after() -> Derivation:
    """Block (k, l) of H_f with bias, k > l, with respect to [W^l b^l]⊤."""
    left = times(Transposed(k + 1, L), AugmentedOmega(), AffineTransposed(1, l - 1))
    final = kron(left, times(Embed(k - 1), Descending(k - 1, l + 1)))
    cited, block = gauss_newton.functional_after(), layer_blocks.FUNCTIONAL_AFTER
    return _derivation("functional block with bias, k after l", FUNCTIONAL, layer_blocks.AFTER, block, cited, final)


@lru_cache(maxsize=65536)
def hessian_block(part: Literal["outer", "functional"], layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
    """Block (k, l) of H_o or H_f with bias as a sum of Kronecker products; () if it is zero.

    Args:
        part: "outer" or "functional". Functional terms are derivatives with respect to [W^l b^l]⊤ and are marked
            ``transposed``.
        layers: L.
        k: Row block, 1 to L.
        l: Column block, 1 to L.

    Raises:
        UnusableRequest: If a layer number is out of range or the part is unknown.

    Example:
        >>> [term] = hessian_block("functional", 3, 1, 2)
        >>> term.left, term.transposed
        ((Chain(descending=False, first=2, last=1), Embedding(layer=1, transposed=True)), True)
    """
    for number in (k, l):
        if not 1 <= number <= layers:
            raise UnusableRequest(f"layer {number}", f"1 to {layers}", "layers are numbered from 1")
    if part not in ("outer", "functional"):
        raise UnusableRequest(f"part {part!r}", "outer or functional", "add the two for the Hessian of the loss")
    if part == "functional" and k == l:
        return ()
    derivation = outer() if part == "outer" else functional_before() if k < l else functional_after()
    left, right = (tuple(make(layers, k, l) for make in side) for side in _template(derivation))
    return (KroneckerTerm(left, right, part == "functional"),)


_Make = Callable[[int, int, int], Any]


@lru_cache(maxsize=4)
def _template(derivation: Derivation) -> tuple[tuple[_Make, ...], ...]:
    if why := proved(derivation):
        raise RuleFailure(why)
    sides = (side.args if isinstance(side, MatMul) else (side,) for side in derivation.final.args)
    return tuple(tuple(map(_factor, side)) for side in sides)


def _factor(letter: Any) -> _Make:
    bare = letter.arg if isinstance(letter, Transpose) else letter
    flipped = bare is not letter
    match bare:
        case AugmentedSigma():
            return lambda *numbers: Moment("Sigma")
        case AugmentedOmega():
            return lambda *numbers: Moment("Omega", flipped)
        case Embed():
            layer = _linear(bare.args[0])
            return lambda *numbers: Embedding(layer(*numbers), flipped)
    kind = AffineChain if isinstance(bare, Affine | AffineTransposed) else Chain
    first, last, descending = _linear(bare.first), _linear(bare.last), isinstance(bare, Descending)
    return lambda *numbers: kind(descending, first(*numbers), last(*numbers))


def _linear(expression: Expr) -> Callable[[int, int, int], int]:
    """An integer-linear expression in L, k and l as a function."""
    constant = int(expression.subs({L: 0, k: 0, l: 0}))
    factors = tuple(int(expression.coeff(symbol)) for symbol in (L, k, l))
    return lambda *numbers: constant + sum(factor * number for factor, number in zip(factors, numbers, strict=True))


@lru_cache(maxsize=1)
def derivations() -> dict[str, Derivation]:
    """The derivations of the blocks with bias, by name."""
    found = {"outer": outer(), "functional_before": functional_before(), "functional_after": functional_after()}
    return {f"{name}_block_bias": derivation for name, derivation in found.items()}
