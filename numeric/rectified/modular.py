"""Ranks of rectified networks' Hessians modulo primes, for networks of thousands of parameters.

The samples run through the network in exact integers, so that every sign is known; from there on everything is reduced
modulo a prime (:mod:`hessproof.numeric.rectified.assembly`), on the entries on which the ranks are kept
(:mod:`hessproof.numeric.rectified.live`).
"""

from __future__ import annotations

import time

import numpy as np

from hessproof.numeric.arrays import Array, Namespace
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.modular import PrimeField, residue_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.assembly import Part, Reduced
from hessproof.numeric.rectified.forward import Forward, forward
from hessproof.numeric.rectified.live import every, limits, live
from hessproof.numeric.rectified.network import Rectified
from hessproof.numeric.result import Rank
from hessproof.symbolic.errors import UnusableRequest

_COPIES = 3
"""The matrix, its elimination, and one block of it while it is assembled."""


def modular_hessian(network: Rectified, part: Part = "loss", prime: int | None = None) -> Array:
    """The Hessian modulo a prime, summed over the samples, p × p balanced residues as float64.

    Args:
        network: Weights, samples, residuals.
        part: outer, functional or loss.
        prime: A prime below 2^23; the largest below 2^22 if not given.

    Raises:
        UnusableRequest: If the part is unknown.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> modular_hessian(net).tolist()
        [[1.0, 2.0], [2.0, 1.0]]
    """
    if part not in ("outer", "functional", "loss"):
        raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "give loss")
    field = PrimeField(primes(1)[0] if prime is None else prime)
    return Reduced(network, forward(network), every(network), field).hessian(part)


def rectified_rank(network: Rectified, part: Part = "loss", upper: int | None = None, count: int = 2) -> Rank:
    """The rank of a Hessian modulo several primes: the largest, a proved lower bound of the rank over Q.

    Args:
        network: Weights, samples, residuals.
        part: outer, functional or loss.
        upper: A proved upper bound of the rank, if one is known; if it is met, the rank is exact.
        count: Number of primes.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> net = squared(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1], [-1]], [[0], [-1]])
        >>> rectified_rank(net).value, rectified_rank(net).bound
        (2, 'exact')
    """
    return RectifiedRanks(network).rank(part, upper, count)


class RectifiedRanks:
    """Ranks of the parts of one network's Hessian, which share its forward pass.

    Only the entries on which the ranks are kept are assembled (:mod:`hessproof.numeric.rectified.live`); they bound the
    ranks too. For H_o under the squared loss the NK × p Jacobian is eliminated where NK is smaller than p.

    Args:
        network: Weights, samples, residuals.
        found: Its forward pass, if it is known already.
        structured: False assembles the whole p × p matrix, of which only zero rows and columns are left out, and uses
            no bound but its side.
        xp: The array library that eliminates, NumPy if None; the assembly is NumPy's.

    Raises:
        UnusableRequest: If the matrix would not fit into memory.

    Example:
        >>> from hessproof.numeric.rectified.network import squared
        >>> from hessproof.symbolic.architecture import Architecture
        >>> relu = Architecture((2, 2, 1), activation="relu")
        >>> net = squared(relu, [[[1, 5], [-1, 5]], [[1, 1]]], [[1, 0], [2, 0]], [[0], [1]])
        >>> ranks = RectifiedRanks(net)
        >>> ranks.order, [(ranks.rank(part).value, ranks.rank(part).bound) for part in ("outer", "functional", "loss")]
        (2, [(1, 'exact'), (2, 'exact'), (2, 'exact')])
    """

    def __init__(
        self,
        network: Rectified,
        found: Forward | None = None,
        *,
        structured: bool = True,
        xp: Namespace | None = None,
    ) -> None:
        self.network, self.structured, self.xp = network, structured, xp
        self.forward = found or forward(network)
        self.live = live(network, self.forward) if structured else every(network)
        self.order = self.live.size
        self._reduced: dict[int, Reduced] = {}

    def rank(self, part: Part = "loss", upper: int | None = None, count: int = 2) -> Rank:
        """The rank of one part: exact where it meets a proved bound, otherwise the largest modulo ``count`` primes.

        Args:
            part: outer, functional or loss.
            upper: A proved upper bound, if one more is known.
            count: Number of primes.

        Raises:
            UnusableRequest: If the part is unknown.
        """
        if part not in ("outer", "functional", "loss"):
            raise UnusableRequest(f"part {part!r}", "outer, functional or loss", "give loss")
        start, used = time.perf_counter(), primes(count)
        limit = limits(self.network, self.live)[part] if self.structured else self.order
        limit = limit if upper is None else min(limit, upper)
        value = 0
        for number, prime in enumerate(used, start=1):
            value = max(value, self._modulo(part, prime))
            if value == limit:
                used = used[:number]
                break
        side = self.network.architecture.parameters
        if value == limit:
            bound, why = (
                "exact",
                "the rank modulo a prime meets " + ("the side" if value == side else "its upper bound"),
            )
        else:
            bound, why = "lower", f"the largest rank modulo {len(used)} primes; the rank over Q is at most {limit}"
        seconds = time.perf_counter() - start
        return Rank(part, value, "exact", bound, why, primes=used, seconds=seconds)  # type: ignore[arg-type]

    def _modulo(self, part: Part, prime: int) -> int:
        if prime not in self._reduced:
            self._reduced = {prime: Reduced(self.network, self.forward, self.live, PrimeField(prime))}
        reduced, rows = self._reduced[prime], self.network.samples * self.network.architecture.outputs
        if part == "outer" and self.structured and self.network.curvatures is None and rows < self.order:
            return rank_without_zeros(reduced.jacobian(), prime, self.xp)
        refuse_if_too_large(
            matrix_bytes(self.order, copies=_COPIES),
            f"a Hessian of order {self.order} for {self.network.architecture}",
            "choose narrower layers or fewer samples",
        )
        return rank_without_zeros(reduced.hessian(part), prime, self.xp, symmetric=True)


def rank_without_zeros(matrix: Array, prime: int, xp: Namespace | None = None, *, symmetric: bool = False) -> int:
    """The rank modulo a prime, rows and columns of zeros left out: dead neurons and inputs that are always zero.

    Args:
        matrix: NumPy array of residues; it is not changed.
        prime: The prime.
        xp: The array library that eliminates; NumPy if None.
        symmetric: Whether the matrix is symmetric: then half the work is enough.

    Example:
        >>> rank_without_zeros(np.asarray([[0.0, 0.0], [0.0, 3.0]]), 7)
        1
    """
    kept = np.ascontiguousarray(matrix[np.ix_(np.any(matrix != 0, axis=1), np.any(matrix != 0, axis=0))])
    if not kept.size:
        return 0
    return residue_rank(kept if xp is None else xp.asarray(kept), prime, overwrite=True, symmetric=symmetric)
