"""The networks on which norm bounds are attacked, with enclosures of their norms, made once for all checks of a run.

Common bounds M_W and M_x are floats that are at least the largest weight norm and the input norm: the smallest
admissible ones as far as floats reach, which are the hardest for a bound that grows with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from hessproof.numeric.norms.batch import NormBatch
from hessproof.numeric.norms.batch_norms import BatchNorms
from hessproof.numeric.norms.eigenvalues import largest_eigenvalue
from hessproof.numeric.norms.enclosure import Ball, Booleans, Floats
from hessproof.numeric.norms.generator import generate
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.norms.bounds import BOUNDS, NormBound

COUNTS: dict[Profile, dict[int, int]] = {
    Profile.QUICK: {1: 200, 2: 600, 3: 400},
    Profile.STANDARD: {1: 6_000, 2: 92_000, 3: 12_000, 4: 4_000, 5: 3_000},
    Profile.THOROUGH: {1: 20_000, 2: 200_000, 3: 80_000, 4: 50_000, 5: 40_000},
}
"""Networks of a run by depth, with bias, and as many without; most of them small."""
SINGLE = {Profile.QUICK: 500, Profile.STANDARD: 100_000, Profile.THOROUGH: 300_000}
"""Networks of a single layer besides."""
SIZE = {Profile.QUICK: 100, Profile.STANDARD: 1000, Profile.THOROUGH: 1000}
"""Networks of a batch; more architectures in a small run."""
WHOLE = {Profile.QUICK: 1, Profile.STANDARD: 5, Profile.THOROUGH: 5}
"""Of how many batches one has all its norms enclosed; elsewhere upper bounds of the Hessian's do where they can."""
LIGHT = (
    "weight_norms", "bias_norms", "layer_input_norms", "derivative_norms", "softmax_norm", "residual_norm",
    "gauss_newton",
)  # fmt: skip
"""What is kept of every batch: properties of `BatchNorms`."""
ROOM = 1 + 2.0**-10
"""How far below a bound a rough upper bound must lie."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A batch of networks of one architecture, by their norms.

    Args:
        architecture: Widths and bias.
        relaxed: Whether the probabilities are prescribed.
        norms: Enclosures by name, (B,) or (B, L).
        columns: ‖G-term‖ with columns of biases at b = 0, (B,), that of the network itself if it has biases; None in
            batches where only upper bounds of the Hessian are kept.
        stacked: ‖F‖ with these columns, (B,), or None.
        entries: The largest |w_ij| of each network, (B,), exact.
        smooth: Where no pre-activation of a hidden layer is zero.
        identical: (B, L): where G^l is the product of the weights after it without any gate in between, and there is at
            most one of them, so that both sides of its bound are the same number.
        kinds: How each network was made.
    """

    architecture: Architecture
    relaxed: bool
    norms: dict[str, Ball]
    columns: Ball | None
    stacked: Ball | None
    entries: Floats
    smooth: Booleans
    identical: Booleans
    kinds: tuple[str, ...]

    @property
    def size(self) -> int:
        """B."""
        return len(self.smooth)

    @property
    def layers(self) -> int:
        """L."""
        return self.architecture.layers

    @cached_property
    def largest_weight(self) -> Floats:
        """M_W: floats that are at least every ‖W^l‖."""
        return np.asarray(self.norms["weight_norms"].upper.max(axis=-1))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The letters of the bounds, as compiled bounds look them up."""
        norms, widths = self.norms, self.architecture.widths
        hidden = min(self.architecture.hidden, default=0)
        layered = {
            "m": "weight_norms",
            "b": "bias_norms",
            "norm_layer": "layer_input_norms",
            "norm_G": "derivative_norms",
        }
        single = {"norm_A": "softmax_norm", "norm_delta": "residual_norm"}
        return {
            **{letter: _columns(norms[name]) for letter, name in layered.items() if name in norms},
            **{letter: norms[name] for letter, name in single.items() if name in norms},
            "norm_x": norms["layer_input_norms"][:, 0],
            "M_W": Ball.exact(self.largest_weight),
            "M_x": Ball.exact(norms["layer_input_norms"].upper[:, 0]),
            "M": Ball.exact(self.entries),
            "h": hidden,
            "d": widths[0],
            "K": widths[-1],
            "widths": list(widths),
        }

    @cached_property
    def floats(self) -> dict[str, Any]:
        """The same letters as floats: the midpoints."""
        return {name: _middle(value) for name, value in self.values.items()}

    @cached_property
    def resolved(self) -> Booleans:
        """Where ‖A‖ and ‖δ‖ are no smaller than 2^-200, so that floats tell them from zero; K = 1 aside."""
        least = 2.0**-200
        return np.asarray((self.norms["softmax_norm"].lower > least) & (self.norms["residual_norm"].lower > least))

    def chosen(self, rows: Any) -> Measured:
        """Some of the networks."""
        return replace(
            self,
            norms={name: ball[rows] for name, ball in self.norms.items()},
            columns=None if self.columns is None else self.columns[rows],
            stacked=None if self.stacked is None else self.stacked[rows],
            entries=self.entries[rows],
            smooth=self.smooth[rows],
            identical=self.identical[rows],
            kinds=tuple(np.asarray(self.kinds, dtype=object)[rows]),
        )


def measured(batch: NormBatch) -> Measured:
    """A batch with everything that the bounds speak of.

    Example:
        >>> from hessproof.numeric.norms.batch import batch_of
        >>> from hessproof.numeric.norms.instance import norm_instance
        >>> found = measured(batch_of([norm_instance([[[1], [1]]], [2], 0)]))
        >>> found.norms["gauss_newton"].contains(2).item(), found.columns.contains(2.5).item()
        (True, True)
    """
    found = BatchNorms(batch)
    with_columns = found
    if batch.biases is None:
        zero = tuple(np.zeros((batch.size, width)) for width in batch.widths[1:])
        shifts = (*batch.shifts[: batch.layers], *(0 for _ in zero), batch.shifts[-1])
        with_columns = BatchNorms(replace(batch, biases=zero, shifts=shifts))
    norms = {name: getattr(found, name) for name in (*LIGHT, "functional", "hessian")}
    return replace(_recorded(found, norms), columns=with_columns.gauss_newton, stacked=with_columns.jacobian_norm)


def sieved(batch: NormBatch) -> Measured:
    """A batch whose ‖H-term‖ and ‖H‖ are enclosed only where a rough upper bound is not far below what is to be shown.

    ‖H-term‖ ≤ ‖H-term‖_F = (2 Σ_{k<l} ‖G^{l⊤}δ‖²‖P_lk‖_F²‖x^k‖²)^½ and ‖H‖ ≤ ‖G-term‖ + ‖H-term‖_F. Elsewhere the
    enclosure reaches from zero to that.
    """
    found = BatchNorms(batch)
    norms = {name: getattr(found, name) for name in LIGHT}
    zero = np.zeros(batch.size)
    if batch.layers == 1:
        norms |= {"functional": Ball.exact(zero), "hessian": norms["gauss_newton"]}
        return _recorded(found, norms)
    rough = _frobenius(found)
    upper = {"functional": rough.upper, "hessian": (norms["gauss_newton"] + rough).upper}
    norms |= {name: Ball.between(zero, bound) for name, bound in upper.items()}
    first = _recorded(found, norms)
    kind = "_bias" if batch.biases is not None else ""
    decided = np.ones(batch.size, dtype=bool)
    for name, key in (("functional", "h_term"), ("hessian", "hessian")):
        bound = BOUNDS[f"{key}{kind}_at"]
        decided &= upper[name] * ROOM <= Ball.of(roughly(bound, batch.layers)(first.values)).lower
    rest = np.flatnonzero(~decided)
    if len(rest):
        closer = BatchNorms(batch.chosen(rest))
        for name in upper:
            exact = getattr(closer, name)
            norms[name].mid[rest], norms[name].rad[rest] = exact.mid, exact.rad
    return _recorded(found, norms)


def _frobenius(found: BatchNorms) -> Ball:
    """‖H-term‖_F."""
    total = Ball.exact(np.zeros(found.batch.size))
    plus = 0 if found.batch.biases is None else 1
    residual = found.residuals[:, :, None]
    sizes = []
    for contrast in found.passes.contrasts:
        sensitivity = (Ball.exact(contrast.values.swapaxes(-1, -2)) @ residual)[..., 0]
        sizes.append((sensitivity * sensitivity).sum())
    for (l, k), chain in found.passes.chains.items():
        exact, state = Ball.exact(chain.values), Ball.exact(found.passes.inputs[k - 1].values)
        total = total + 2 * sizes[l - 1] * ((state * state).sum() + plus) * (exact * exact).sum(axis=(-1, -2))
    return total.sqrt()


def _recorded(found: BatchNorms, norms: dict[str, Ball]) -> Measured:
    batch, passes = found.batch, found.passes
    smooth = np.ones(batch.size, dtype=bool)
    for gates, values in zip(passes.gates, passes.inputs[1:], strict=True):
        smooth &= ~((gates == 1) & (values.values == 0)).any(axis=-1)
    identical = np.zeros((batch.size, batch.layers), dtype=bool)
    identical[:, -1] = True
    if batch.layers > 1:
        identical[:, -2] = (passes.gates[-1] == 1).all(axis=-1)
    entries = found.largest_entries.max(axis=-1)
    relaxed = batch.probabilities is not None
    kinds = batch.kinds or ("given",) * batch.size
    return Measured(batch.architecture, relaxed, norms, None, None, entries, smooth, identical, kinds)


def drawn(count: int, seed: int, size: int, **options: Any) -> Iterator[NormBatch]:
    """Batches of the generator."""
    yield from generate(seed % 2**63, count, size=size, **options)


def survey(context: Context, bias: bool) -> tuple[Measured, ...]:
    """The networks of a run, with bias or without, with their norms."""
    name = f"norm-survey-{'bias' if bias else 'plain'}"

    def make() -> tuple[Measured, ...]:
        result, size = list[Measured](), SIZE[context.profile]
        for layers, count in COUNTS[context.profile].items():
            if bias and layers > 2 and context.profile == Profile.QUICK:
                continue  # deep bounds with bias take their time to write out
            batches = drawn(count, context.seed_for(f"{name}-{layers}"), size, bias=bias, layers=(layers,))
            for number, batch in enumerate(batches):
                result.append(measured(batch) if number % WHOLE[context.profile] == 0 else sieved(batch))
        return tuple(result)

    return context.shared(name, make)


def singles(context: Context) -> tuple[Measured, ...]:
    """Networks of a single layer without bias, with the norms that their bound asks for."""

    def make() -> tuple[Measured, ...]:
        count, seed = SINGLE[context.profile], context.seed_for("norm-singles")
        found = [BatchNorms(batch) for batch in drawn(count, seed, 1000, bias=False, layers=(1,), relaxed=False)]
        names = ("weight_norms", "layer_input_norms", "gauss_newton")
        return tuple(_recorded(one, {name: getattr(one, name) for name in names}) for one in found)

    return context.shared("norm-singles", make)


@lru_cache(maxsize=2048)
def roughly(bound: NormBound, layers: int) -> Callable[[dict[str, Any]], Any]:
    """The bound at a depth as a function of enclosures, λ_max by Rayleigh's quotient and the row sums."""
    return bound.compiled(layers, largest=between_quotients)


def between_quotients(rows: list[list[Any]]) -> Ball:
    """λ_max of a symmetric matrix with entries ≥ 0, between a Rayleigh quotient and the largest row sum.

    Example:
        >>> one = Ball.exact(np.asarray([1.0, 2.0]))
        >>> between_quotients([[0, one], [one, 0]]).contains([1, 2]).tolist()
        [True, True]
    """
    matrices = _matrices(rows)
    size = np.linalg.norm(matrices.mid, axis=(-1, -2), keepdims=True)
    power = matrices.mid / np.where(size > 0, size, 1.0) + np.eye(matrices.shape[-1]) / 4
    for _ in range(5):
        power = power @ power
        power = power / np.abs(power).max(axis=(-1, -2), keepdims=True)
    vector = Ball.exact(power.sum(axis=-1))
    image = (matrices @ Ball.exact(vector.mid[..., None]))[..., 0]
    return Ball.between(((image * vector).sum() / (vector * vector).sum()).lower, matrices.sum().maximum().upper)


def largest(rows: list[list[Any]]) -> Ball:
    """λ_max of a symmetric matrix of enclosures with entries of equal shape, for compiled bounds.

    Example:
        >>> one = Ball.exact(np.asarray([1.0, 2.0]))
        >>> largest([[0, one], [one, 0]]).contains([1, 2]).tolist()
        [True, True]
    """
    return largest_eigenvalue(_matrices(rows))


def _matrices(rows: list[list[Any]]) -> Ball:
    shape = next((entry.shape for row in rows for entry in row if isinstance(entry, Ball)), ())
    balls = [[_spread(Ball.of(entry), shape) for entry in row] for row in rows]
    mid = np.stack([np.stack([entry.mid for entry in row], axis=-1) for row in balls], axis=-2)
    rad = np.stack([np.stack([entry.rad for entry in row], axis=-1) for row in balls], axis=-2)
    return Ball(mid, rad)


def _spread(ball: Ball, shape: tuple[int, ...]) -> Ball:
    return Ball(np.broadcast_to(ball.mid, shape), np.broadcast_to(ball.rad, shape))


def _middle(value: Any) -> Any:
    if isinstance(value, list):
        return [_middle(one) for one in value]
    return value.mid if isinstance(value, Ball) else value


def _columns(ball: Ball) -> list[Ball]:
    return [ball[:, number] for number in range(ball.shape[-1])]
