r"""Ranks of linear, ReLU and leaky-ReLU networks under every loss, exactly.

A *generic* rank is that of an activation pattern: the largest over all weights, samples and residuals with the pattern
and the ranks. It is measured at random residues, with the slopes held fixed (`hessproof.numeric.rectified.gates`). At
special points weights and samples are those of the point.

Under cross-entropy the network's outputs are z ln 2 with integers z, so that p_c = 2^{z_c}/Σ 2^z is rational; under
log-cosh Λ = diag(1 − δ²). H_L is then H_o times a transcendental number plus H_f, up to congruence
(`hessproof.numeric.losses.instance`), and a random residue stands for that number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hessproof.numeric.losses.pointwise import powers_of_two
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.gates import LARGEST_MODULUS, Gates, Part
from hessproof.proofs_check.conjectures.api import Statement
from hessproof.proofs_check.conjectures.spaces.draws import Drawn, draw
from hessproof.proofs_check.conjectures.spaces.explicit import explicit_counterexample
from hessproof.proofs_check.conjectures.spaces.protocol import Found
from hessproof.proofs_check.conjectures.spaces.sample_space import UNDECIDED, SampleSpace
from hessproof.proofs_check.conjectures.spaces.sampled import Sampled
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.symbolic.architecture import Architecture

Residues = NDArray[np.int64]
_ENTRIES = 400_000
"""Entries of the matrices that are assembled at once; larger batches leave the cache."""
_CAREFUL = 4
"""Primes and draws of the second look; with primes near 2^28 one draw fails with a probability below p/2^28."""
_PATTERNS = 6
"""Patterns of the same generic rank that are tried until small integers reach it."""
_LIMIT = 90
"""Largest p of the random search: a rank modulo a prime then takes milliseconds."""


class GatedSpace(SampleSpace):
    """Networks whose activation is piecewise linear.

    Args:
        statement: What is conjectured.
        draws: Independent activation patterns for each kind.
    """

    def __init__(self, statement: Statement, draws: int) -> None:
        super().__init__(statement, draws, _LIMIT)
        self.part: Part = statement.quantity  # type: ignore[assignment]

    def measure(self, cases: Sequence[Sampled]) -> list[int]:
        """The largest rank of two draws, or of one if that is p already."""
        return self._measured(cases, 2)

    def recheck(self, case: Sampled) -> int:
        """The largest rank of four draws modulo four primes."""
        return self._measured([case], _CAREFUL)[0]

    def counterexample(self, found: Found[Sampled]) -> Counterexample:
        """Small integer weights with the same pattern and the measured rank, ranked again by a second route."""
        made: list[Counterexample] = []
        for seed in range(_PATTERNS):
            drawn = draw(found.case, self.activation, self.loss, seed)
            if drawn is None or (seed and self._rank(found.case, drawn) != found.measured):
                continue
            names = self.activation, self.loss, self.part, self.order, self.about
            made.append(explicit_counterexample(found, drawn, *names, self.describe(found.case)))
            if made[-1].confirmed_by is not None:
                return made[-1]
        return made[0]

    def _rank(self, case: Sampled, drawn: Drawn) -> int:
        architecture = case.architecture(self.activation, self.loss)
        return ranks_of(architecture, [drawn], np.asarray([case.active is None]), self.part, _CAREFUL)[0]

    def drawn(self) -> str:
        """How ranks were measured."""
        return (
            "ranks modulo primes near 2^28, the larger of two draws of the weights; random integer samples and "
            f"residuals with the ranks asked for{self._patterns}"
        )

    @property
    def _patterns(self) -> str:
        return f"; {self.draws} activation patterns of each kind" if self.activation != "linear" else ""

    def _measured(self, cases: Sequence[Sampled], draws: int) -> list[int]:
        alike: dict[tuple[tuple[int, ...], bool, int], list[int]] = defaultdict(list)
        for place, case in enumerate(cases):
            alike[case.widths, case.bias, case.samples].append(place)
        found = dict.fromkeys(range(len(cases)), UNDECIDED)
        for (widths, bias, _), places in alike.items():
            architecture = Architecture(widths, bias, self.activation, self.loss)
            size = max(1, _ENTRIES // architecture.parameters**2)
            for start in range(0, len(places), size):
                chosen = places[start : start + size]
                drawn = {place: self.drawn_one(cases[place]) for place in chosen}
                kept = {place: one for place, one in drawn.items() if one is not None}
                fixed = np.asarray([cases[place].active is None for place in kept])
                if kept:
                    ranks = ranks_of(architecture, list(kept.values()), fixed, self.part, draws)
                    found.update(zip(kept, ranks, strict=True))
        return [found[place] for place in range(len(cases))]


def ranks_of(
    architecture: Architecture, drawn: Sequence[Drawn], fixed: NDArray[np.bool_], part: Part, draws: int
) -> list[int]:
    """The largest rank of each instance over some draws, each modulo a prime of its own.

    Args:
        architecture: Of all of them, which have the same number of samples.
        drawn: Samples, residuals and slopes.
        fixed: Which of them keep their weights; the others get random ones.
        part: outer, functional or loss.
        draws: How many.

    Example:
        >>> from hessproof.proofs_check.conjectures.spaces.draws import draw
        >>> kind = Sampled((2, 2, 1), 2, 3, 1, 1, 1, 3, (1,))
        >>> one = draw(kind, "relu", "mse")
        >>> ranks_of(Architecture((2, 2, 1), activation="relu"), [one], np.asarray([False]), "outer", 2)
        [2]
    """
    best = np.zeros(len(drawn), dtype=int)
    for number, prime in enumerate(primes(draws, below=LARGEST_MODULUS)):
        rng = np.random.default_rng([number, len(drawn), *architecture.widths])
        net = gates_of(architecture, drawn, fixed, prime, rng)
        best = np.maximum(best, net.ranks(part))
        if bool((best == architecture.parameters).all()):
            break
    return [int(rank) for rank in best]


def gates_of(
    architecture: Architecture,
    drawn: Sequence[Drawn],
    fixed: NDArray[np.bool_],
    prime: int,
    rng: np.random.Generator,
) -> Gates:
    """The networks modulo a prime, with δ and Λ of the loss."""
    weights = []
    for layer, (rows, columns) in enumerate(architecture.weight_shapes):
        free = rng.integers(1, 2**24, size=(len(drawn), rows, columns + architecture.bias))
        given = np.stack([one.weights[layer] for one in drawn]).astype(np.int64)
        weights.append(np.where(fixed[:, None, None], given, free))
    inputs, deltas = (_stacked([one.data[place] for one in drawn], prime) for place in (0, 1))
    slopes = [_stacked([one.slopes[layer] for one in drawn], prime) for layer in range(architecture.layers - 1)]
    reduced = [weight % prime for weight in weights]
    if architecture.loss == "mse":
        return Gates(architecture, reduced, inputs, slopes, deltas, None, prime)
    deltas = deltas * int(rng.integers(1, prime)) % prime  # every small enough factor of δ has targets
    unit = int(rng.integers(1, prime))
    if architecture.loss == "cosh":
        diagonal = (1 - deltas * deltas) % prime
        curvatures = diagonal[..., None] * np.eye(architecture.outputs, dtype=np.int64)
        return Gates(architecture, reduced, inputs, slopes, deltas, curvatures, prime, unit)
    order = prime - 1  # 2^z modulo the prime hangs on z modulo this
    pieces = [_stacked([one.data[place] for one in drawn], order) for place in (0, 1)]
    turned = [_stacked([one.slopes[layer] for one in drawn], order) for layer in range(architecture.layers - 1)]
    exponents = Gates(architecture, [weight % order for weight in weights], pieces[0], turned, pieces[1], None, order)
    powers = powers_of_two(exponents.outputs, 1, prime)
    total = powers.sum(axis=-1, keepdims=True) % prime
    inverses = np.asarray([pow(int(entry), -1, prime) for entry in total.flat], dtype=np.int64).reshape(total.shape)
    p = powers * inverses % prime
    curvatures = (p[..., None] * np.eye(architecture.outputs, dtype=np.int64) - p[..., None] * p[..., None, :]) % prime
    return Gates(architecture, reduced, inputs, slopes, deltas, curvatures, prime, unit)


def _stacked(arrays: Sequence[Any], modulus: int) -> Residues:
    return np.stack([np.asarray(array % modulus, dtype=np.int64) for array in arrays])
