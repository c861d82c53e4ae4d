r"""The number of negative eigenvalues of H_o + tH_f, t > 0, where t is small and where it is large.

H_o ⪰ 0, so (H_o + tH_f)/t = H_o/t + H_f loses positive parts as t grows: the number never falls. For large t it is that
of H_f on its image, and H_o ⪰ 0 on the kernel of H_f adds none. For small t it is that of H_f on ker H_o, and on the
radical N of H_f|ker H_o the second order −t²H_f H_o⁺ H_f makes all directions negative that H_f does not annihilate.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Algebra, Derivation, Step
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.signature.forms import draw_cycle, functional_form, on_kernel, output_changes, signs
from hessproof.symbolic.signature.inertia import (
    ARGUMENT,
    GENERAL,
    GENERAL_KERNEL,
    WEIGHT,
    Replace,
    count,
    i,
    same_sums,
    value_of_sums,
)
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L

SMALL, LARGE = sp.symbols(r"i_-(t\to0) i_-(t\to\infty)", integer=True)
NEGATIVE, NEGATIVE_KERNEL, RADICAL = sp.symbols(r"i_-(\mathbf{H}_f) i_-(\mathbf{H}_f|) \dim\,N", integer=True)
RANK, RANK_KERNEL, OUTER, MOST, COMMON, SIZE = sp.symbols(r"r_f r_| r_o \rho \kappa p", integer=True)
"""rk H_f, rk H_f|ker H_o, rk H_o, max_t rk(H_o + tH_f), dim(ker H_o ∩ ker H_f), p."""
SIGNATURE, SIGNATURE_KERNEL = sp.symbols(r"\sigma_f \sigma_|", integer=True)
STEP = 10**9
"""How large and how small t is in the numbers: far beyond the roots of determinants of the small integers drawn."""


def _sum(parts: Any) -> Any:
    return sp.Sum(WEIGHT(parts, ARGUMENT[i]), (i, 1, count))


@cache
def large_residual() -> Derivation:
    """i_-(H_o + tH_f) = (rk H_f + Σ ς_{L−1}(λ))/2 for large t.

    Example:
        >>> large_residual().check(0).ok
        True
    """
    final = (RANK + _sum(L - 1)) / 2
    return _derived(
        "index_large", "negative eigenvalues where the residual is large", Ordering(L >= 2), LARGE,
        [
            (NEGATIVE, Replace("H_o ⪰ 0 on ker H_f", r"i_-(\mathbf{H}_o|) = 0", LARGE, NEGATIVE)),
            ((RANK - SIGNATURE) / 2, Replace("rank and signature", r"i_- = (r - \sigma)/2", NEGATIVE,
                                             (RANK - SIGNATURE) / 2)),
            (final, Replace("signature of H_f", r"\sigma_f = -\sum \varsigma_{L-1}", SIGNATURE, -_sum(L - 1),
                            needs=L - 2)),
        ],
        GENERAL,
    )  # fmt: skip


@cache
def small_residual() -> Derivation:
    """i_-(H_o + tH_f) = ρ − rk H_o − (rk H_f|ker H_o − Σ ς_L(λ))/2 for small t > 0.

    Example:
        >>> small_residual().check(0).ok
        True
    """
    counted = (RANK_KERNEL - SIGNATURE_KERNEL) / 2 + RADICAL - COMMON
    sizes = (RANK_KERNEL - SIGNATURE_KERNEL) / 2 + SIZE - OUTER - RANK_KERNEL - COMMON
    final = MOST - OUTER - (RANK_KERNEL - _sum(L)) / 2
    return _derived(
        "index_small", "negative eigenvalues where the residual is small", Ordering(L >= 1), SMALL,
        [
            (NEGATIVE_KERNEL + RADICAL - COMMON,
             Replace("first and second order in t", r"-t^2 \mathbf{H}_f \mathbf{H}_o^+ \mathbf{H}_f", SMALL,
                     NEGATIVE_KERNEL + RADICAL - COMMON)),
            (counted, Replace("rank and signature", r"i_- = (r - \sigma)/2", NEGATIVE_KERNEL,
                              (RANK_KERNEL - SIGNATURE_KERNEL) / 2)),
            (sizes, Replace("dimension of the radical", r"\dim\ker\mathbf{H}_o - r_|", RADICAL,
                            SIZE - OUTER - RANK_KERNEL)),
            (sizes.subs(COMMON, SIZE - MOST), Replace("kernel common to both", r"\kappa = p - \rho", COMMON,
                                                      SIZE - MOST)),
            (final, Replace("signature on ker H_o", r"\sigma_| = -\sum \varsigma_L", SIGNATURE_KERNEL, -_sum(L))),
        ],
        GENERAL_KERNEL,
    )  # fmt: skip


@cache
def total_rank() -> Derivation:
    """Both signs together, for small t: rk H_o + rk H_f|ker H_o + dim N − κ = p − κ, which is ρ.

    Example:
        >>> total_rank().check(0).ok
        True
    """
    start = OUTER + RANK_KERNEL + RADICAL - COMMON
    return _derived(
        "index_rank", "the largest rank of H_o + tH_f", Ordering(L >= 1), start,
        [
            (OUTER + SIZE - OUTER - COMMON, Replace("dimension of the radical", r"\dim\ker\mathbf{H}_o - r_|", RADICAL,
                                                    SIZE - OUTER - RANK_KERNEL)),
            (SIZE - COMMON, Algebra("sum")),
        ],
    )  # fmt: skip


def _derived(name: str, title: str, order: Ordering, start: Any, steps: list[Any], *taken: str) -> Derivation:
    return Derivation(
        name, title, order, start, tuple(Step(*step) for step in steps), steps[-1][0], source="this project",
        same=same_sums, evaluate=value_of_sums, valuations=_networks, assumptions=taken,
    )  # fmt: skip


def _networks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Cycles of known structure, all numbers measured: ranks, inertia, and the index at a small and at a large t."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (2, 3):
        cycle = draw_cycle(stream, depth)
        form, moved = functional_form(cycle.weights, cycle.back), output_changes(cycle.weights)
        outer, size = moved.T.dot(moved), len(form)
        inside = on_kernel(form, moved)
        (positive, negative), (above, below) = signs(form), signs(inside) if inside.size else (0, 0)
        most = exact_rank(np.vstack([moved, form]))
        numbers: dict[Any, Any] = {
            L: depth, count: len(cycle.eigenvalues), "eigenvalues": cycle.eigenvalues, SIZE: size,
            SMALL: signs(STEP * outer + form)[1], LARGE: signs(outer + STEP * form)[1], NEGATIVE: negative,
            RANK: positive + negative, SIGNATURE: positive - negative, NEGATIVE_KERNEL: below,
            RANK_KERNEL: above + below, SIGNATURE_KERNEL: above - below, OUTER: exact_rank(moved),
            RADICAL: len(inside) - above - below, MOST: most, COMMON: size - most,
        }  # fmt: skip
        yield Valuation(numbers)
