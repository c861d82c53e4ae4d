r"""The layer-local kernel of a Hessian: directions that change one W^k only and that the Hessian annihilates.

A cut is a place of the cyclic chain W^L ⋯ W^1 Ω⊤ at which few numbers pass: a layer m (0 for the input, L for the
output) or, for the functional part, the residual Ω itself. For a change Δ of W^k the conditions at a cut have the form
left · Δ · right = 0, and with them the Hessian annihilates Δ for *every* weights and data. This module holds the
conditions, once; :mod:`~hessproof.symbolic.kernel_proof` derives that they suffice and counts their rank.

The complement of the kernel is spanned by coordinates of Δ. The conditions of one layer form a flag: the row spaces of
their left factors grow, the column spaces of their right factors shrink. So if p_i are the pivot columns of left_i and
q_i those of right_i⊤ (column echelon form from the first index on, so that nested spaces have nested pivots), the
entries (a, b) of Δ in the union of the p_i × q_i are such coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.terms import Chain, Moment, Word

Part = Literal["outer", "functional", "loss"]
RESIDUAL = 0
"""Number of the cut at Ω, for the functional part."""


@dataclass(frozen=True, slots=True)
class Condition:
    """left · Δ · right = 0; ``None`` stands for an identity."""

    left: Word | None
    right: Word | None


def cuts(part: Part, layers: int) -> tuple[int, ...]:
    """The cuts at which :func:`kernel_conditions` has conditions.

    Any cut gives directions of the kernel. The largest kernel comes from the narrowest one: for ``loss`` the layer m
    with M_m = q (M_0 counted as r), for ``functional`` a hidden layer with M_m = q̂ or, if s = q̂, the residual.

    Raises:
        UnusableRequest: If the part is unknown or there is no layer.

    Example:
        >>> cuts("loss", 3), cuts("functional", 3), cuts("outer", 3)
        ((0, 1, 2, 3), (0, 1, 2), (0,))
    """
    if layers < 1:
        raise UnusableRequest(f"{layers} layers", "at least one", "name the number of weight layers")
    if part == "loss":
        return tuple(range(layers + 1))
    if part == "functional":
        return (RESIDUAL, *range(1, layers))
    if part == "outer":
        return (0,)
    raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "name one of them")


def kernel_conditions(part: Part, layers: int, cut: int, k: int) -> tuple[Condition, ...]:
    r"""What a change Δ of W^k must satisfy to lie in the layer-local kernel at a cut (none: every Δ lies in it).

    For ``loss`` and a cut m: W^{m:k+1}Δ = 0 and ΔW^{k-1:1}Ω⊤W^{L:m+1} = 0 if k ≤ m; ΔW^{k-1:m+1} = 0 and
    W^{m:1}Ω⊤W^{L:k+1}Δ = 0 if k > m. What touches the input counts on the data only, hence Σ in place of an identity
    of size d. For ``functional`` the same with Ω in place of Σ, at the output too, or the cut at Ω:
    ΔW^{k-1:1}Ω⊤ = 0 and Ω⊤W^{L:k+1}Δ = 0. For ``outer``: W^{L:k+1}ΔW^{k-1:1}Σ = 0.

    Args:
        part: Which Hessian.
        layers: L.
        cut: One of :func:`cuts`.
        k: The layer that changes, 1 to L.

    Raises:
        UnusableRequest: If there is no such part, cut or layer.

    Example:
        >>> before, after = kernel_conditions("loss", layers=3, cut=2, k=1)
        >>> before.left, before.right
        ((Chain(descending=True, first=2, last=2),), (Moment(name='Sigma', transposed=False),))
        >>> after.left is None, len(after.right)
        (True, 3)
    """
    if cut not in cuts(part, layers):
        raise UnusableRequest(f"cut {cut}", f"one of {cuts(part, layers)}", "name the narrowest layer")
    if not 1 <= k <= layers:
        raise UnusableRequest(f"layer {k}", f"1 to {layers}", "name a layer of the network")
    if part == "outer":
        return (Condition(_chain(layers, k + 1), _data(k)),)
    if part == "loss":
        return _loss(layers, cut, k)
    return _at_residual(layers, k) if cut == RESIDUAL else _functional(layers, cut, k)


def _loss(layers: int, m: int, k: int) -> tuple[Condition, ...]:
    if k <= m:
        right = Condition(None, _from_residual(k, layers, m))
        return Condition(_chain(m, k + 1), (Moment("Sigma"),) if k == 1 else None), right
    if m:
        return Condition(None, _chain(k - 1, m + 1)), Condition(_to_residual(m, layers, k), None)
    on_data = Condition(None, _data(k))
    return (on_data,) if k == 1 else (on_data, Condition(_to_residual(0, layers, k), None))


def _functional(layers: int, m: int, k: int) -> tuple[Condition, ...]:
    omega = (Moment("Omega", transposed=True),)
    if k <= m:
        right = Condition(None, _from_residual(k, layers, m))
        return Condition(_chain(m, k + 1), omega if k == 1 else None), right
    left = Condition(_to_residual(m, layers, k), None)
    return Condition(omega if k == layers else None, _chain(k - 1, m + 1)), left


def _at_residual(layers: int, k: int) -> tuple[Condition, ...]:
    if layers == 1:
        return ()
    before = Condition(None, _from_residual(k, layers, layers))
    after = Condition(_to_residual(0, layers, k), None)
    if k == 1:
        return (before,)
    return (after,) if k == layers else (before, after)


def _chain(first: int, last: int) -> Word:
    return (Chain(True, first, last),)


def _data(k: int) -> Word:
    """W^{k-1:1}Σ."""
    return (Chain(True, k - 1, 1), Moment("Sigma"))


def _from_residual(k: int, layers: int, m: int) -> Word:
    """W^{k-1:1}Ω⊤W^{L:m+1}."""
    return (Chain(True, k - 1, 1), Moment("Omega", transposed=True), Chain(True, layers, m + 1))


def _to_residual(m: int, layers: int, k: int) -> Word:
    """W^{m:1}Ω⊤W^{L:k+1}."""
    return (Chain(True, m, 1), Moment("Omega", transposed=True), Chain(True, layers, k + 1))
