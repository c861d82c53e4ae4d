r"""The layer-local kernel with bias: directions Δ = [ΔW^k Δb^k] that the Hessian annihilates, as plain data.

The conditions have the form left · Δ · right = 0, as without bias (:mod:`hessproof.symbolic.layer_kernel`), and with
them the Hessian annihilates Δ for *every* weights, biases and data; :mod:`~hessproof.symbolic.bias.kernel_proof`
derives that. What precedes Δ in a chain is made of augmented weights T^l = [W^l b^l; 0 1], what follows it of plain
ones, so that the two sides of a cut differ: at a hidden layer of width q the chain T^{k-1:m+1} has rank q + 1.

In each layer the row spaces of the left factors are nested one way and the column spaces of the right ones the other
way, so that pivot coordinates span a complement of the kernel as they do without bias.
"""

from __future__ import annotations

from dataclasses import dataclass

from hessproof.symbolic.bias.terms import AffineChain, Embedding, Word
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.layer_kernel import RESIDUAL, Part, cuts
from hessproof.symbolic.terms import Chain, Moment

_SIGMA, _OMEGA_T = Moment("Sigma"), Moment("Omega", transposed=True)


@dataclass(frozen=True, slots=True)
class Condition:
    """left · Δ · right = 0; ``None`` stands for an identity."""

    left: Word | None
    right: Word | None


def kernel_conditions(part: Part, layers: int, cut: int, k: int, *, centred: bool = False) -> tuple[Condition, ...]:
    r"""What a change Δ of [W^k b^k] must satisfy to lie in the layer-local kernel at a cut (none: every Δ lies in it).

    For ``loss`` and a cut m: W^{m:k+1}Δ = 0 and ΔT^{k-1:1}Ω̃⊤W^{L:m+1} = 0 if k ≤ m; ΔT^{k-1:m+1} = 0 and
    T^{m:1}Ω̃⊤W^{L:k+1}Δ = 0 if k > m. What touches the input counts on the data only, hence Σ̃ in place of an identity.
    For ``functional`` the same with Ω̃ in place of Σ̃, at the output too, or the cut at Ω̃: ΔT^{k-1:1}Ω̃⊤ = 0 and
    Ω̃⊤W^{L:k+1}ΔW^k = 0. For ``outer``: W^{L:k+1}ΔT^{k-1:1}Σ̃ = 0.

    Args:
        part: Which Hessian.
        layers: L.
        cut: One of :func:`hessproof.symbolic.layer_kernel.cuts`: the input 0 (for ``functional`` the residual), a
            layer, or for ``loss`` the output L.
        k: The layer that changes, 1 to L.
        centred: Whether E[δ] = 0. Then H_f does not see Δb^k, and its conditions are on ΔW^k alone.

    Raises:
        UnusableRequest: If there is no such part, cut or layer.

    Example:
        >>> before, after = kernel_conditions("loss", layers=3, cut=1, k=2)
        >>> before.right, after.left[0]
        ((AffineChain(descending=True, first=1, last=2),), AffineChain(descending=True, first=1, last=1))
    """
    if cut not in cuts(part, layers):
        raise UnusableRequest(f"cut {cut}", f"one of {cuts(part, layers)}", "name the narrowest layer")
    if not 1 <= k <= layers:
        raise UnusableRequest(f"layer {k}", f"1 to {layers}", "name a layer of the network")
    if part == "outer":
        return (Condition(_chain(layers, k + 1), _data(k)),)
    if part == "loss":
        return _loss(layers, cut, k)
    inside = (Embedding(k - 1),) if centred or k == layers else None
    return _at_residual(layers, k, inside) if cut == RESIDUAL else _functional(layers, cut, k, inside)


def _loss(layers: int, m: int, k: int) -> tuple[Condition, ...]:
    if k <= m:
        right = Condition(None, _from_residual(k, layers, m))
        return Condition(_chain(m, k + 1), (_SIGMA,) if k == 1 else None), right
    if m:
        return Condition(None, _affine(k - 1, m + 1)), Condition(_to_residual(m, layers, k), None)
    on_data = Condition(None, _data(k))
    return (on_data,) if k == 1 else (on_data, Condition(_to_residual(0, layers, k), None))


def _functional(layers: int, m: int, k: int, inside: Word | None) -> tuple[Condition, ...]:
    if k <= m:
        right = Condition(None, _from_residual(k, layers, m))
        return Condition(_chain(m, k + 1), (_OMEGA_T,) if k == 1 else inside), right
    left = Condition(_to_residual(m, layers, k), inside)
    chain = (*inside, *_chain(k - 1, m + 1)) if inside else _affine(k - 1, m + 1)
    return Condition((_OMEGA_T,) if k == layers else None, chain), left


def _at_residual(layers: int, k: int, inside: Word | None) -> tuple[Condition, ...]:
    if layers == 1:
        return ()
    before = Condition(None, _from_residual(k, layers, layers))
    after = Condition(_to_residual(0, layers, k), inside)
    if k == 1:
        return (before,)
    return (after,) if k == layers else (before, after)


def _chain(first: int, last: int) -> Word:
    return (Chain(True, first, last),)


def _affine(first: int, last: int) -> Word:
    return (AffineChain(True, first, last),)


def _data(k: int) -> Word:
    """T^{k-1:1}Σ̃."""
    return (AffineChain(True, k - 1, 1), _SIGMA)


def _from_residual(k: int, layers: int, m: int) -> Word:
    """T^{k-1:1}Ω̃⊤W^{L:m+1}."""
    return (AffineChain(True, k - 1, 1), _OMEGA_T, Chain(True, layers, m + 1))


def _to_residual(m: int, layers: int, k: int) -> Word:
    """T^{m:1}Ω̃⊤W^{L:k+1}."""
    return (AffineChain(True, m, 1), _OMEGA_T, Chain(True, layers, k + 1))
