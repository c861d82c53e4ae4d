"""From which sample size on one more object changes the loss surface within a radius by less than a tolerance."""

from __future__ import annotations

import math

import numpy as np

from hessproof.numeric.landscape.radius import answer_sample_size, measured_change
from hessproof.numeric.landscape.reach import proven_change
from hessproof.numeric.network.forward import network_forward
from hessproof.numeric.network.losses import loss_values
from hessproof.proofs_check.bounding.evaluate import evaluate
from hessproof.proofs_check.bounding.measured import LayerNorms
from hessproof.proofs_check.bounding.network import LARGEST_POWER, PIECEWISE_LINEAR, Network
from hessproof.proofs_check.bounding.record import Change, SampleSize
from hessproof.symbolic.convergence.sample_size import CHANGES, sample_size
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.norms.bounds import BOUNDS


def refuse_incomplete(radius: float | None, tolerance: float | None, k: int | None) -> None:
    """Refuse a question about sample sizes that lacks a part.

    Raises:
        UnusableRequest: If there is a tolerance or k without radius, or a radius with neither.
    """
    if radius is None and (tolerance is not None or k is not None):
        given = f"--tolerance {tolerance:g}" if tolerance is not None else f"--k {k}"
        raise UnusableRequest(f"{given} without --radius", "the radius of the loss surface meant", "give --radius 0.1")
    if radius is not None and tolerance is None and k is None:
        raise UnusableRequest(f"--radius {radius:g} alone", "--tolerance or --k with it", "give --tolerance 0.01")


def answer(
    network: Network, layers: list[LayerNorms], radius: float, tolerance: float | None, k: int | None, seed: int
) -> SampleSize:
    """The sample size by proven bounds, by Lemma 2 as published, and as measured.

    Objects are taken in the order of the data; the proven bounds hold for every order.

    Args:
        network: With at least two objects.
        layers: Norms of its layers.
        radius: R.
        tolerance: T; None if only the change at ``k`` is asked for.
        k: A sample size at which the change is asked for; None to try a dozen between 1 and N − 1.
        seed: Of the search for large changes.

    Raises:
        UnusableRequest: If there is one object only, k is not below N, or the bounds do not hold for the activation.
    """
    architecture, inputs, targets = network.architecture, network.inputs, network.targets
    if len(inputs) < 2:
        raise UnusableRequest(f"{len(inputs)} object", "at least two, one to add to the others", "give more samples")
    if k is not None and k >= len(inputs):
        raise UnusableRequest(
            f"--k {k}", f"1 to {len(inputs) - 1} for {len(inputs)} objects", f"give --k {len(inputs) - 1}"
        )
    power = sum(math.log10(max(1.0, one.norm + one.bias + radius)) for one in layers)
    if power + math.log10(max(1.0, float(np.abs(inputs).max()))) > LARGEST_POWER:
        raise UnusableRequest(
            f"--radius {radius:g}",
            f"one within which the logits stay below 1e{LARGEST_POWER:.0f}",
            "give a smaller one",
        )
    proven = proven_change(architecture, network.parameters, inputs, targets, radius)
    found, measured = [], None
    if k is not None:
        found.append(measured_change(architecture, network.parameters, inputs, targets, k, radius, seed=seed))
    if tolerance is not None:
        answered = answer_sample_size(
            architecture, network.parameters, inputs, targets, radius, tolerance, seed=seed
        )  # fmt: skip
        measured = answered.measured
        found.extend(change for change in answered.changes if change.k != k)
    published = _published(network, layers, radius)

    def size(constant: float | None) -> int | None:
        usable = tolerance is not None and constant is not None and math.isfinite(constant)
        return sample_size(constant, tolerance) if usable else None  # type: ignore[arg-type]

    return SampleSize(
        radius=radius,
        tolerance=tolerance,
        constant=proven.best,
        any_constant=proven.any_object,
        published_constant=published,
        hessian_within=_within(network, layers, radius),
        proven=size(proven.best),
        any_object=size(proven.any_object),
        published=size(published),
        measured=measured,
        changes=[
            Change(k=one.k, proven=proven.best / (one.k + 1), found=one.value, centre=one.centre)
            for one in sorted(found, key=lambda one: one.k)
        ],
    )


def _within(network: Network, layers: list[LayerNorms], radius: float) -> float | None:
    """The bound of ‖H_i‖ with ‖W^l‖ + R and ‖b^l‖ + R for ‖W^l‖ and ‖b^l‖, which no θ of the ball exceeds."""
    architecture = network.architecture
    if architecture.activation not in PIECEWISE_LINEAR:
        return None
    values = {
        "m": tuple(one.norm + radius for one in layers),
        "b": tuple(one.bias + radius for one in layers),
        "norm_x": float(np.linalg.norm(network.inputs, axis=1).max()),
    }
    bound = BOUNDS["hessian_bias" if architecture.bias else "hessian"]
    value = float(evaluate(bound.expression, values, architecture.layers))
    return value if math.isfinite(value) else None


def _published(network: Network, layers: list[LayerNorms], radius: float) -> float | None:
    """2(M_ℓ + M_H R²) of Lemma 2, with M_ℓ the largest loss at the given weights."""
    architecture = network.architecture
    if architecture.bias or architecture.activation != "relu":
        return None
    outputs = network_forward(architecture, network.parameters, network.inputs)
    losses = np.asarray(loss_values("cross-entropy", outputs, network.targets))
    try:
        value = CHANGES["published"].value(
            M_loss=float(losses.max()), M_W=max(one.norm for one in layers), L=architecture.layers, R=radius,
            M_x=float(np.linalg.norm(network.inputs, axis=1).max()),
        )  # fmt: skip
    except OverflowError:
        return None
    return value if math.isfinite(value) else None
