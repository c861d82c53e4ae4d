r"""Upper bounds for all parameters from layer-local kernels: codimensions, from the narrowest place of each word.

At a cut each layer k has two conditions X·Δ·Y′ = 0 and X′·Δ·Y = 0 with row X ⊂ row X′ and col Y ⊂ col Y′ (or the other
way round in both). They have rank xc + dy − xy for x, y, d, c the ranks of X, Y, X′, Y′, which grows with each of the
four; so upper bounds of them will do. :mod:`hessproof.symbolic.layer_kernel` and its twin with bias list the words,
:mod:`hessproof.symbolic.kernel_proof` shows that the Hessian annihilates what they annihilate.

At the cut ``"residual"`` the loss Hessian keeps its outer part, on an image of dimension at most that of J less the
independent equations U⊤Zv = 0: s² of them, with bias s̃(s̃ − 1). They are independent on the image at the witness, where
it holds all entries of the first s rows and columns, if s does not exceed the narrowest layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hessproof.proofs_check.certificates.case import Case

Place = int | Literal["residual"]


def best_cut(case: Case) -> tuple[Place, int]:
    """The cut with the least bound, and that bound.

    Example:
        >>> best_cut(Case((3, 2, 4), False, "loss", 3, 3))
        (0, 14)
        >>> best_cut(Case((3, 3, 3, 3), False, "loss", 3, 1))
        ('residual', 19)
        >>> best_cut(Case((1, 1, 2), True, "loss", 2, 2))
        (0, 6)
    """
    if case.decoupled:
        cut, bound = best_cut(case.without_bias())
        return cut, bound + decoupled_biases(case)
    return min(_bounds(case), key=lambda each: each[1])


def decoupled_biases(case: Case) -> int:
    """The rank of the part in the biases where they decouple: K in H_o and H_L, nothing in H_f."""
    return 0 if case.quantity == "functional" or not case.decoupled else case.outputs


def _bounds(case: Case) -> Iterator[tuple[Place, int]]:
    layers = case.layers
    if case.quantity == "outer":
        yield from ((cut, _image(case, cut)) for cut in range(layers + 1))
        return
    if case.quantity == "loss":
        yield from ((cut, sum(_layer(case, cut, k) for k in range(1, layers + 1))) for cut in range(layers + 1))
        if layers > 1 and case.residual_rank <= min(case.widths[1:]):
            least = min(_image(case, cut) for cut in range(layers + 1))
            equations = case.residual_rank * (case.residual_rank - case.bias)
            yield "residual", _at_residual(case) + least - equations
        return
    yield from ((cut, sum(_layer(case, cut, k) for k in range(1, layers + 1))) for cut in range(1, layers))
    yield "residual", _at_residual(case)


def _image(case: Case, cut: int) -> int:
    """J(Δ) on the data has columns in the range of W^{L:m+1} (changes up to layer m) or rows in that of W^{m:1}."""
    columns, rows = _after(case, cut), _before(case, cut)
    return columns * case.data_rank + case.outputs * rows - columns * rows


def _before(case: Case, cut: int) -> int:
    """The rank of T^{m:1} on the data, W^{m:1} without bias."""
    return min([case.data_rank, *(width + case.bias for width in case.widths[1 : cut + 1])])


def _after(case: Case, cut: int) -> int:
    """The rank of W^{L:m+1}."""
    return min([*case.widths[cut + 1 :], case.outputs, *(case.widths[cut : cut + 1] if cut else ())])


def _layer(case: Case, cut: int, k: int) -> int:
    """The codimension in layer k at a layer's cut, for H_L, and for H_f at a hidden layer."""
    widths, bias, residual, functional = case.widths, case.bias, case.residual_rank, case.quantity == "functional"
    rows = widths[k]
    columns = case.data_rank if k == 1 else widths[k - 1] + bias
    if k <= cut:
        left = min(widths[k : cut + 1])
        right = min(residual, _before(case, k - 1), _after(case, cut))
        return left * (residual if functional and k == 1 else columns) + rows * right - left * right
    left = min(residual, _before(case, cut), _after(case, k))
    if functional and k == case.layers:
        right = min(widths[cut:k])
        return residual * right + left * widths[k - 1] - left * right
    if cut:
        right = min([widths[cut] + bias, *(width + bias for width in widths[cut + 1 : k])])
    else:
        right = _before(case, k - 1)
    return left * columns + rows * right - left * right


def _at_residual(case: Case) -> int:
    """The codimension of the layer-local kernel of H_f at the cut Ω."""
    widths, layers = case.widths, case.layers
    if layers == 1:
        return 0
    total = min(case.residual_rank, case.data_rank) * widths[1]
    total += min(case.residual_rank, widths[-1]) * widths[layers - 1]
    for k in range(2, layers):
        left, right = min(case.residual_rank, _after(case, k)), min(case.residual_rank, _before(case, k - 1))
        total += left * (widths[k - 1] + case.bias) + widths[k] * right - left * right
    return total
