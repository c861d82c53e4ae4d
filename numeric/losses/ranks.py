r"""Ranks of H_o, H_f and H_L of a linear network under its loss: exactly, or in float64 through the real softmax.

Exact: the rank modulo a prime of the core, at a random value of u, is a lower bound of the rank of the actual network's
Hessian; the rank formula is an upper bound for every network (``hessproof.symbolic.losses.rank_rule``). Where they
meet, the rank is proved.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from hessproof.numeric.floating import numerical_rank
from hessproof.numeric.losses.assembly import Chains, Part, assemble, every_entry, floating_chains, modular_chains
from hessproof.numeric.losses.core import core
from hessproof.numeric.losses.instance import LossInstance
from hessproof.numeric.losses.pointwise import UnluckyPrimeError
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.modular import PrimeField, residue_rank
from hessproof.numeric.planning import current_watch
from hessproof.numeric.primes import primes
from hessproof.numeric.result import Rank
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.losses.rank_rule import upper_bound

PARTS: tuple[Part, ...] = ("outer", "functional", "loss")
_TRIES = 3


def loss_primes() -> Iterator[int]:
    """Primes P with P ≡ 2 mod 3 below 2^22, falling: roots of order 3^k are unique modulo these.

    Example:
        >>> next(loss_primes())
        4194287
    """
    count = 0
    while True:
        count += 1
        prime = primes(count)[-1]
        if prime % 3 == 2:
            yield prime


def unit_modulo(prime: int, loss: str) -> int:
    """A value of u modulo a prime: random, the same for the same prime; 1 for the squared loss."""
    return 1 if loss == "mse" else random.Random(f"u|{prime}").randrange(1, prime)


def residual_ranks(chains: Chains, prime: int) -> tuple[int, int]:
    """rk Ω and rk E[δx̃⊤] modulo a prime; twice the same without bias."""
    plain = chains.residual[:, : chains.residual.shape[1] - chains.bias]
    return residue_rank(plain, prime), residue_rank(chains.residual, prime)


def measure(instance: LossInstance, quantities: Sequence[Part] = PARTS) -> dict[str, Rank]:
    """Exact ranks, each with the reason why it is exact, or ``lower`` if the bounds do not meet.

    Example:
        >>> from hessproof.numeric.losses.instance import prescribed_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> one = prescribed_instance(Architecture((3, 2, 3), loss="cross-entropy"), 3, 2)
        >>> {name: (rank.value, rank.bound) for name, rank in measure(one).items()}
        {'outer': (6, 'exact'), 'functional': (8, 'exact'), 'loss': (10, 'exact')}
    """
    start = time.perf_counter()
    best: dict[str, int] = {}
    limits = _limits(instance)
    used: list[int] = []
    tell = current_watch().progress
    for prime in loss_primes():
        tell(f"core modulo {prime}", 0.0)
        chains = _chains(instance, prime)
        if chains is None:
            continue
        used.append(prime)
        where = core(chains, prime)
        order = sum(len(one.rows) * len(one.columns) for one in where)
        for number, name in enumerate(quantities):
            if best.get(name, -1) < limits[name]:
                tell(f"core of order {order:,} modulo {prime}", number / len(quantities))
                found = residue_rank(assemble(chains, name, where), prime, overwrite=True, symmetric=True)
                best[name] = max(best.get(name, 0), found)
        if len(used) == _TRIES or all(best[name] == limits[name] for name in quantities):
            break
    seconds = time.perf_counter() - start
    return {name: _rank(name, best[name], limits[name], tuple(used), seconds) for name in quantities}


def float_rank(instance: LossInstance, part: Part = "loss", tolerance: float | None = None) -> Rank:
    """The numerical rank of the whole p × p matrix in float64, with the real softmax or tanh.

    Raises:
        UnusableRequest: If the matrix does not fit into memory.
    """
    p = instance.architecture.parameters
    refuse_if_too_large(matrix_bytes(p, p, copies=3), f"a {p} × {p} matrix", "use the exact engine")
    start = time.perf_counter()
    chains = floating_chains(instance)
    found = numerical_rank(assemble(chains, part, every_entry(chains)), tolerance, symmetric=True)
    why = "singular values in float64, through the real softmax or tanh"
    return Rank(
        part, found.value, "float", "numerical", why,
        tolerance=found.tolerance, gap=found.gap, seconds=time.perf_counter() - start,
    )  # fmt: skip


def _chains(instance: LossInstance, prime: int) -> Chains | None:
    unit = unit_modulo(prime, instance.architecture.loss)
    try:
        return modular_chains(instance, PrimeField(prime), unit)
    except UnluckyPrimeError:
        return None


def _limits(instance: LossInstance) -> dict[str, int]:
    """What the ranks cannot exceed, from the exact r and from s, or from the largest s where that is not known."""
    architecture, r = instance.architecture, instance.data_rank
    ranks: dict[str, Any] = {}
    s = min(r, effective_outputs(architecture)) if instance.residual_rank is None else instance.residual_rank
    if architecture.bias:
        r_augmented, s_augmented = instance.augmented_data_rank, instance.augmented_residual_rank
        most = min(r_augmented, effective_outputs(architecture))
        ranks = {
            "augmented_data_rank": r_augmented,
            "augmented_residual_rank": most if s_augmented is None else s_augmented,
            "residual_mean": instance.residual_mean,
        }
    return {name: upper_bound(name, architecture).evaluate(architecture, r, s, **ranks) for name in PARTS}


def _rank(name: str, value: int, limit: int, used: tuple[int, ...], seconds: float) -> Rank:
    if value == limit:
        why = "the rank modulo a prime at a random u meets the bound that holds for every network"
        return Rank(name, value, "exact", "exact", why, primes=used[-1:], seconds=seconds)
    why = f"the largest rank modulo {len(used)} primes at random u; the bound for every network is {limit}"
    return Rank(name, value, "exact", "lower", why, primes=used, seconds=seconds)
