"""Which weights satisfy an assumption, decided exactly.

The meaning of each name stands in ``hessproof.proofs_check.catalogue.assumptions``. Only assumptions about weights and
moments of a linear network are decided here; the others are about data or about training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from hessproof.proofs_check.catalogue.assumptions import ASSUMPTIONS
from hessproof.proofs_check.searches.special_weights import chain, integer_rank
from hessproof.symbolic.errors import UnusableRequest

Array = NDArray[Any]
Predicate = Callable[[Sequence[Array], Array, Array], bool]
"""Of W^1, …, W^L (integers), Σ (d × d) and Ω (K × d)."""


def maximal_rank(weights: Sequence[Array], sigma: Array, omega: Array) -> bool:
    """A1 for the reduced data: rk W^1Σ = min(M_1, r), and rk W^l = min(M_l, M_{l-1}) for l ≥ 2 (Singh et al. 2021, A1).

    The columns of Σ span those of the data, so W^1Σ has the rank of the reduced W^1, which is M_1 × r.

    Example:
        >>> import numpy as np
        >>> one = np.eye(1, dtype=int)
        >>> maximal_rank([np.array([[1], [0]]), np.array([[0, 1]])], one, one)
        True
    """
    first = integer_rank(weights[0] @ sigma) == min(weights[0].shape[0], integer_rank(sigma))
    return first and all(integer_rank(weight) == min(weight.shape) for weight in weights[1:])


def narrow_products(weights: Sequence[Array], sigma: Array, omega: Array) -> bool:
    """At some narrowest layer m the products on both sides have rank q; with (M_0, …, M_L) = (r, M_1, …, M_{L-1}, K).

    At a hidden m the condition is rk W^{m:1}Σ = rk W^{L:m+1} = q = M_m. At the ends one product is enough:
    rk W^{L-1:1}Σ = r if r = q, and rk W^{L:2} = K if K = q.

    Example:
        >>> import numpy as np
        >>> one = np.eye(1, dtype=int)
        >>> up, down = np.array([[1], [0]]), np.array([[0, 1]])
        >>> narrow_products([up, down], one, one)
        True
        >>> narrow_products([down, up, down], np.eye(2, dtype=int), np.array([[1, 0]]))
        False
    """
    layers = len(weights)
    widths: list[int] = [integer_rank(sigma), *(weight.shape[0] for weight in weights)]
    narrowest = min(widths)

    def below(layer: int) -> bool:
        return integer_rank(chain(weights, layer, 1) @ sigma if layer else sigma) == narrowest

    def above(layer: int) -> bool:
        return integer_rank(chain(weights, layers, layer + 1)) == narrowest

    hidden = any(widths[m] == narrowest and below(m) and above(m) for m in range(1, layers))
    at_input = widths[0] == narrowest and below(layers - 1)
    at_output = widths[layers] == narrowest and (layers == 1 or above(1))
    return hidden or at_input or at_output


def maximal_cyclic_products(weights: Sequence[Array], sigma: Array, omega: Array) -> bool:
    """Every interval of the cyclic chain W^L ⋯ W^1 Ω⊤ that leaves out some W^l has the rank of its narrowest place.

    For k ≥ l that is rk W^{k:l} = min(M_k, …, M_{l-1}), with W^{k:1}Σ and r for the input; across Ω it is
    rk W^{k:1}Ω⊤W^{L:l} = min(s, M_1, …, M_k, M_{l-1}, …, M_{L-1}) for 0 ≤ k and k + 1 < l ≤ L + 1.

    Example:
        >>> import numpy as np
        >>> one = np.eye(1, dtype=int)
        >>> maximal_cyclic_products([one, one], one, one), maximal_cyclic_products([one, 0 * one], one, one)
        (True, False)
    """
    layers = len(weights)
    widths = [integer_rank(sigma), *(weight.shape[0] for weight in weights)]
    residual = integer_rank(omega)
    for last in range(1, layers + 1):
        for first in range(last, layers + 1):
            if (first, last) == (layers, 1):
                continue
            product = chain(weights, first, last)
            if integer_rank(product @ sigma if last == 1 else product) != min(widths[last - 1 : first + 1]):
                return False
    for below in range(layers):
        for above in range(below + 2, layers + 2):
            product = omega.T if above == layers + 1 else omega.T @ chain(weights, layers, above)
            product = product if below == 0 else chain(weights, below, 1) @ product
            if integer_rank(product) != min((residual, *widths[1 : below + 1], *widths[above - 1 : layers])):
                return False
    return True


PREDICATES: dict[str, Predicate] = {
    "A1": maximal_rank,
    "narrow products": narrow_products,
    "maximal cyclic products": maximal_cyclic_products,
    "minimum": lambda weights, sigma, omega: integer_rank(omega) == 0,
    "square": lambda weights, sigma, omega: all(weight.shape == weights[0].T.shape for weight in weights),
    "reduced data": lambda weights, sigma, omega: True,
}
"""The assumptions that are decided, by name. Data can always be reduced: the predicates above are stated so."""


def satisfied(names: Iterable[str], weights: Sequence[Array], sigma: Array, omega: Array) -> bool:
    """Whether exact integer weights and moments satisfy all of these assumptions.

    Args:
        names: Names of assumptions, as a part of a claim gives them.
        weights: W^1, …, W^L, integers.
        sigma: Σ, d × d, integers.
        omega: Ω, K × d, integers, rows in the row space of Σ.

    Raises:
        UnusableRequest: If an assumption is unknown, or is not about weights and moments.

    Example:
        >>> import numpy as np
        >>> one = np.eye(1, dtype=int)
        >>> satisfied(["A1", "narrow products"], [one, 0 * one], one, one)
        False
    """
    for name in names:
        if name not in PREDICATES:
            known = "one about weights and moments" if name in ASSUMPTIONS else "the name of an assumption"
            raise UnusableRequest(f"assumption {name!r}", known, f"name one of {', '.join(PREDICATES)}")
        if not PREDICATES[name](weights, sigma, omega):
            return False
    return True
