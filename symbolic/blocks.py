r"""The derived Hessian blocks at numbers, for kernels, and all block derivations by claim.

The terms are the published formulas of the derivations with numbers put in for L, k and l; the derivations are checked
symbolically before their first use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from sympy import Expr, Transpose
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matmul import MatMul

from hessproof.symbolic import gauss_newton, layer_blocks
from hessproof.symbolic import range as layer_range
from hessproof.symbolic.citation import proved
from hessproof.symbolic.derivation import Derivation, RuleFailure
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.terms import Chain, KroneckerTerm, Moment, Word
from hessproof.symbolic.words import Descending, L, Omega, Sigma, Transposed, k, l, shown

_Numbers = tuple[int, int, int]
_Factor = Callable[[_Numbers], Chain | Moment]


@lru_cache(maxsize=1)
def derivations() -> dict[str, Derivation]:
    """The derivations of this room's block claims, by the last part of the claim's id.

    Example:
        >>> list(derivations())
        ['eq1', 'vec', 'eq2', 'diag', 'eq3', 'eq4', 'eq5', 'split', 'prop2', 'range_o', 'range_f']
        >>> derivations()["eq4"].check(numbers=False).ok
        True
    """
    return {
        "eq1": layer_blocks.eq1(),
        "vec": layer_blocks.vec(),
        "eq2": layer_blocks.eq2(),
        "diag": layer_blocks.diag(),
        "eq3": layer_blocks.eq3(),
        "eq4": layer_blocks.eq4(),
        "eq5": layer_blocks.eq5(),
        "split": gauss_newton.split(),
        "prop2": gauss_newton.prop2(),
        "range_o": layer_range.range_o(),
        "range_f": layer_range.range_f(),
    }


@lru_cache(maxsize=65536)
def hessian_block(part: Literal["outer", "functional"], layers: int, k: int, l: int) -> tuple[KroneckerTerm, ...]:
    """Block (k, l) of H_o or H_f as a sum of Kronecker products; () if it is zero.

    Args:
        part: "outer" (diagonal block and Eq. (3)) or "functional" (Eqs. (4) and (5), zero for k = l). Functional terms
            are derivatives with respect to W^{l⊤} and are marked ``transposed``.
        layers: L.
        k: Row block, 1 to L.
        l: Column block, 1 to L.

    Raises:
        UnusableRequest: If a layer number is out of range or the part is unknown.

    Example:
        >>> [term] = hessian_block("functional", 3, 1, 2)
        >>> term.left, term.transposed
        ((Chain(descending=False, first=2, last=1),), True)
        >>> hessian_block("functional", 3, 2, 2)
        ()
    """
    _check_layers(layers, k, l)
    if part == "outer":
        return (_term(_outer_diagonal() if k == l else _outer(), (layers, k, l)),)
    if part == "functional":
        if k == l:
            return ()
        return (_term(_functional_before() if k < l else _functional_after(), (layers, k, l), transposed=True),)
    raise UnusableRequest(f"part {part!r}", "outer or functional", "add the two for the Hessian of the loss")


@lru_cache(maxsize=65536)
def jacobian_block(layers: int, k: int) -> KroneckerTerm:
    """Block k of A_o⊤, W^{L:k+1} ⊗ W^{1:k-1}, of shape Kd × M_k M_{k-1} (Singh et al. 2021, Prop. 2).

    Raises:
        UnusableRequest: If the layer number is out of range.

    Example:
        >>> jacobian_block(2, 1).left, jacobian_block(2, 1).right
        ((Chain(descending=True, first=2, last=2),), (Chain(descending=False, first=1, last=0),))
    """
    _check_layers(layers, k, k)
    return _term(_jacobian(), (layers, 1, k))


@lru_cache(maxsize=65536)
def gradient_word(layers: int, k: int) -> Word:
    """The gradient of the loss for W^k, W^{k+1:L} Ω W^{1:k-1}, of shape M_k × M_{k-1} (Singh et al. 2021, Eq. (2)).

    Raises:
        UnusableRequest: If the layer number is out of range.

    Example:
        >>> [type(factor).__name__ for factor in gradient_word(3, 2)]
        ['Chain', 'Moment', 'Chain']
    """
    _check_layers(layers, k)
    return tuple(factor((layers, k, k)) for factor in _gradient())


def _check_layers(layers: int, *numbers: int) -> None:
    for number in numbers:
        if not 1 <= number <= layers:
            raise UnusableRequest(f"layer {number}", f"1 to {layers}", "layers are numbered from 1")


@lru_cache(maxsize=1)
def _outer() -> tuple[tuple[_Factor, ...], ...]:
    return _template(_final(layer_blocks.eq3()))


@lru_cache(maxsize=1)
def _outer_diagonal() -> tuple[tuple[_Factor, ...], ...]:
    return _template(_final(layer_blocks.diag()))


@lru_cache(maxsize=1)
def _functional_before() -> tuple[tuple[_Factor, ...], ...]:
    return _template(_final(layer_blocks.eq4()))


@lru_cache(maxsize=1)
def _functional_after() -> tuple[tuple[_Factor, ...], ...]:
    return _template(_final(layer_blocks.eq5()))


@lru_cache(maxsize=1)
def _jacobian() -> tuple[tuple[_Factor, ...], ...]:
    return _template(_final(gauss_newton.prop2()).args[-1])


@lru_cache(maxsize=1)
def _gradient() -> tuple[_Factor, ...]:
    return tuple(map(_factor, _final(layer_blocks.population_gradient()).args))


def _final(derivation: Derivation) -> Any:
    if why := proved(derivation):
        raise RuleFailure(why)
    return derivation.final


def _template(product: KroneckerProduct) -> tuple[tuple[_Factor, ...], ...]:
    """Both factors of A ⊗ B as functions of (L, k, l)."""
    words = (side.args if isinstance(side, MatMul) else (side,) for side in product.args)
    return tuple(tuple(map(_factor, word)) for word in words)


def _term(template: tuple[tuple[_Factor, ...], ...], numbers: _Numbers, transposed: bool = False) -> KroneckerTerm:
    left, right = (tuple(factor(numbers) for factor in word) for word in template)
    return KroneckerTerm(left, right, transposed)


def _factor(letter: Any) -> _Factor:
    moment = _moment(letter)
    if moment is not None:
        return lambda numbers: moment
    if not isinstance(letter, Descending | Transposed):
        raise RuleFailure(f"no kernel knows the factor {shown(letter)}")
    first, last, descending = _linear(letter.first), _linear(letter.last), isinstance(letter, Descending)
    return lambda numbers: Chain(descending, first(numbers), last(numbers))


def _moment(letter: Any) -> Moment | None:
    match letter:
        case Sigma():
            return Moment("Sigma")
        case Omega():
            return Moment("Omega")
        case Transpose(arg=Omega()):
            return Moment("Omega", transposed=True)
    return None


def _linear(expression: Expr) -> Callable[[_Numbers], int]:
    """An integer-linear expression in L, k and l as a function."""
    constant = int(expression.subs({L: 0, k: 0, l: 0}))
    factors = tuple(int(expression.coeff(symbol)) for symbol in (L, k, l))
    return lambda numbers: constant + sum(factor * number for factor, number in zip(factors, numbers, strict=True))
