r"""The largest |𝓛_{k+1}(θ) − 𝓛_k(θ)| within a radius of given parameters, as measured.

𝓛_{k+1} − 𝓛_k = (ℓ_{k+1} − 𝓛_k)/(k + 1) is climbed up and down by projected gradient steps, from θ* and from random
points of the ball. What is found is attained at some θ of the ball, so that it is a *lower* bound of the maximum; the
proven *upper* bound is in `hessproof.numeric.landscape.reach`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.numeric.landscape.reach import Floats, proven_change, refuse_unfit
from hessproof.numeric.network.forward import network_forward, network_gradient
from hessproof.numeric.network.losses import loss_values
from hessproof.numeric.network.parameters import checked, flatten, unflatten
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.convergence.sample_size import sample_size
from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """What was found for one k.

    Args:
        k: Sample size before the object that is added.
        value: Largest |𝓛_{k+1} − 𝓛_k| found, a lower bound of the maximum over the ball.
        centre: |𝓛_{k+1} − 𝓛_k| at θ*.
        distance: ‖θ − θ*‖ where the largest was found.
    """

    k: int
    value: float
    centre: float
    distance: float


@dataclass(frozen=True, slots=True)
class SampleSizeAnswer:
    """From which k on one more object changes the loss within the radius by less than the tolerance.

    Args:
        proven: By the proven bound, for the given objects in any order.
        any_object: By the proven bound for every object with an input of at most the largest norm seen; None if no
            such bound is known for the network.
        measured: The least k tried from which on all changes found are below the tolerance; None if even the last is
            not. A lower bound, for the given order of the objects and the k that were tried.
        changes: What was found, for each k that was tried.
    """

    proven: int
    any_object: int | None
    measured: int | None
    changes: tuple[MeasuredChange, ...]


def measured_change(
    architecture: Architecture,
    parameters: Sequence[Any],
    inputs: Any,
    targets: Any,
    k: int,
    radius: float,
    *,
    starts: int = 3,
    steps: int = 15,
    seed: int = 0,
) -> MeasuredChange:
    """Climb |𝓛_{k+1} − 𝓛_k| within a radius of the parameters.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L at θ*.
        inputs: x as rows, N × d, of which the first k + 1 are used.
        targets: y as rows, N × K.
        k: From 1 to N − 1.
        radius: R ≥ 0, in the Euclidean norm of all parameters.
        starts: Random points of the ball to start from, beside θ*.
        steps: Gradient steps from each start, for either sign.
        seed: Seed of the starts.

    Raises:
        UnusableRequest: If k or the radius is out of range, the loss is not cross-entropy, or a shape does not fit.

    Example:
        >>> one = Architecture((1, 2), loss="cross-entropy")
        >>> found = measured_change(one, [np.zeros((2, 1))], np.ones((2, 1)), np.eye(2), 1, 1.0)
        >>> round(found.value, 6), found.centre  # W = (−1, 1)/√2 or (1, −1)/√2: |ℓ_2 − ℓ_1| = |z_1 − z_2| = √2
        (0.707107, 0.0)
    """
    refuse_unfit(architecture, inputs, targets, radius)
    matrices, x, y = checked(architecture, parameters, np.asarray(inputs), np.asarray(targets))
    if not 1 <= k < len(x):
        raise UnusableRequest(f"k = {k}", f"1 to {len(x) - 1} for {len(x)} objects", "give more objects or a smaller k")
    change = _Change(architecture, x, y, k)
    centre = flatten(matrices)
    at_centre = change.value(centre)
    best, distance = abs(at_centre), 0.0
    stream = np.random.default_rng([seed, k])
    for number in range(starts + 1 if radius > 0 else 0):
        offset = np.zeros_like(centre) if number == 0 else _inside(stream, centre.size, radius)
        for sign in (1.0, -1.0):
            value, where = _climbed(change, centre, offset, sign, radius, steps, stream)
            if value > best:
                best, distance = value, where
    return MeasuredChange(k, best, abs(at_centre), distance)


def answer_sample_size(
    architecture: Architecture,
    parameters: Sequence[Any],
    inputs: Any,
    targets: Any,
    radius: float,
    tolerance: float,
    *,
    most: int = 12,
    starts: int = 2,
    steps: int = 10,
    seed: int = 0,
) -> SampleSizeAnswer:
    """From which sample size on one more object changes the loss within the radius by less than the tolerance.

    Args:
        architecture: Widths, bias, activation and loss.
        parameters: P^1, …, P^L at θ*.
        inputs: x as rows, N × d, at least two.
        targets: y as rows, N × K.
        radius: R ≥ 0.
        tolerance: T > 0.
        most: How many k between 1 and N − 1 to measure at.
        starts: As for `measured_change`.
        steps: As for `measured_change`.
        seed: As for `measured_change`.

    Raises:
        UnusableRequest: If the tolerance is not positive, there are fewer than two objects, or `measured_change`
            refuses.

    Example:
        >>> one = Architecture((1, 2), loss="cross-entropy")
        >>> found = answer_sample_size(one, [np.zeros((2, 1))], np.ones((4, 1)), np.eye(2)[[0, 0, 0, 1]], 1.0, 0.5)
        >>> found.proven, found.any_object, found.measured
        (2, 2, 1)
    """
    proven = proven_change(architecture, parameters, inputs, targets, radius)
    size = sample_size(proven.best, tolerance)
    free = None if proven.any_object is None else sample_size(proven.any_object, tolerance)
    count = len(inputs)
    if count < 2:
        raise UnusableRequest(f"{count} object", "at least two, one to add to the others", "give more samples")
    tried = sorted({round(float(k)) for k in np.geomspace(1, count - 1, most)})
    changes = tuple(
        measured_change(architecture, parameters, inputs, targets, k, radius, starts=starts, steps=steps, seed=seed)
        for k in tried
    )
    large = [place for place, change in enumerate(changes) if change.value >= tolerance]
    first = large[-1] + 1 if large else 0
    return SampleSizeAnswer(size, free, changes[first].k if first < len(changes) else None, changes)


@dataclass(frozen=True, slots=True)
class _Change:
    """𝓛_{k+1} − 𝓛_k as a function of θ."""

    architecture: Architecture
    inputs: Floats
    targets: Floats
    k: int

    def value(self, theta: Floats) -> float:
        outputs = network_forward(self.architecture, unflatten(self.architecture, theta), self.inputs[: self.k + 1])
        losses = np.asarray(loss_values("cross-entropy", outputs, self.targets[: self.k + 1]))
        return float((losses[self.k] - np.mean(losses[: self.k])) / (self.k + 1))

    def gradient(self, theta: Floats) -> Floats:
        matrices, k = unflatten(self.architecture, theta), self.k
        new = network_gradient(self.architecture, matrices, self.inputs[k : k + 1], self.targets[k : k + 1])
        old = network_gradient(self.architecture, matrices, self.inputs[:k], self.targets[:k])
        return np.asarray(new - old) / (k + 1)


def _climbed(
    change: _Change,
    centre: Floats,
    offset: Floats,
    sign: float,
    radius: float,
    steps: int,
    stream: np.random.Generator,
) -> tuple[float, float]:
    """The largest sign·(𝓛_{k+1} − 𝓛_k) met on the way, and how far from θ* that was."""
    best, distance = sign * change.value(centre + offset), float(np.linalg.norm(offset))
    for number in range(steps):
        slope = sign * change.gradient(centre + offset)
        length = float(np.linalg.norm(slope))
        direction = slope / length if length > 0 else _inside(stream, centre.size, 1.0)
        offset = _projected(offset + 2 * radius / (1 + number) * direction, radius)
        value = sign * change.value(centre + offset)
        if value > best:
            best, distance = value, float(np.linalg.norm(offset))
    return best, distance


def _projected(offset: Floats, radius: float) -> Floats:
    length = float(np.linalg.norm(offset))
    return offset if length <= radius else offset * (radius / length)


def _inside(stream: np.random.Generator, size: int, radius: float) -> Floats:
    """A random point of the ball, its distance from the centre uniform."""
    direction = stream.standard_normal(size)
    return np.asarray(direction * (radius * stream.random() / np.linalg.norm(direction)))


__all__ = ["MeasuredChange", "SampleSizeAnswer", "answer_sample_size", "measured_change"]
