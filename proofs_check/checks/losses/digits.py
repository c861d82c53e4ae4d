"""The networks 64-w-w-10, w = 4, 8, …, 36, on handwritten digits of rank 41, under all three losses (§5.1).

The targets are the digits' classes. The rank formula bounds the rank for every weights; one draw that meets it shows
that almost all weights on these data have it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from hessproof.numeric.datasets import digits
from hessproof.numeric.floating import numerical_rank
from hessproof.numeric.losses.instance import LossInstance, labelled_instance
from hessproof.numeric.losses.products import projected_rank
from hessproof.numeric.losses.ranks import measure
from hessproof.numeric.network.hessians import network_hessian
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_losses import DIGIT_RANK, DIGIT_WIDTHS
from hessproof.proofs_check.checks.losses.generic import CORE, bounded
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.report.model import Cell, Figure, Series, Table
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.losses.rank_rule import generic, loss_rank

Route = Literal["core", "products", "float"]
LOSSES = ("cross-entropy", "cosh", "mse")
PRODUCTS = (
    "ranks of R H V, R and V random modulo a prime, H V by backpropagation in dual numbers through the softmax itself"
)
FLOAT = "singular values of the Hessian in float64, differentiated through the real softmax, log cosh and squares"
SPARE = 3
"""Columns of V beyond the predicted rank."""

WIDTHS: dict[Profile, dict[str, tuple[int, ...]]] = {
    Profile.QUICK: {"core": (4, 12), "products": (4,), "float": (4,)},
    Profile.STANDARD: {"core": DIGIT_WIDTHS, "products": (4, 8, 16), "float": (4, 8)},
    Profile.THOROUGH: {"core": DIGIT_WIDTHS, "products": DIGIT_WIDTHS, "float": (4, 8, 12, 16)},
}
"""The widths that each route takes."""


@dataclass(frozen=True, slots=True)
class Point:
    """One network: its width, loss, parameters, predicted and measured rank, and the time."""

    width: int
    loss: str
    parameters: int
    predicted: int
    measured: int
    seconds: float

    @property
    def case(self) -> Case:
        """The network with r = 41 and a residual of full rank."""
        architecture = network(self.width, self.loss)
        return Case(architecture, DIGIT_RANK, min(DIGIT_RANK, effective_outputs(architecture)))


def network(width: int, loss: str) -> Architecture:
    """64-w-w-10 under a loss."""
    return Architecture((64, width, width, 10), loss=loss)


@lru_cache(maxsize=32)
def instance_of(width: int, loss: str, seed: int) -> LossInstance:
    """The first 41 digits, whose rank is 41, with their classes, and random integer weights."""
    data = digits().first(DIGIT_RANK)
    return labelled_instance(network(width, loss), data.inputs, data.targets, seed)


def predicted_rank(width: int, loss: str) -> int:
    """Fact 7 with r = 41 and K, or K − 1 for cross-entropy."""
    architecture = network(width, loss)
    return loss_rank("loss", architecture, DIGIT_RANK, min(DIGIT_RANK, effective_outputs(architecture)))


def by_core(width: int, loss: str, seed: int) -> int:
    """The rank modulo a prime of the Hessian on the complement of its kernel."""
    return measure(instance_of(width, loss, seed), ("loss",))["loss"].value


def by_products(width: int, loss: str, seed: int, columns: int) -> int:
    """The rank of the Hessian between random matrices."""
    return projected_rank(instance_of(width, loss, seed), columns, seed)


def by_float(width: int, loss: str, seed: int) -> int:
    """The numerical rank in float64, the factor (ln 2)/D spread evenly over the three layers."""
    instance = instance_of(width, loss, seed)
    unit = 1.0 if loss == "mse" else math.log(2.0) / instance.root
    scale = math.prod(float(np.abs(weight).max()) for weight in instance.weights) if loss == "mse" else 1.0 / unit
    weights = tuple(weight.astype(np.float64) * scale ** (-1 / 3) for weight in instance.weights)
    targets = instance.given.astype(np.float64)
    targets = targets if loss == "cross-entropy" else targets * (unit if loss == "cosh" else 1.0 / scale)
    matrix = network_hessian(network(width, loss), weights, instance.inputs.astype(np.float64), targets)
    return numerical_rank(matrix, symmetric=True).value


def points(context: Context, route: Route) -> tuple[Point, ...]:
    """Every width of the profile under every loss, by one route."""
    found = []
    for width in WIDTHS[context.profile][route]:
        for loss in LOSSES:
            start, predicted = time.perf_counter(), predicted_rank(width, loss)
            seed = context.seed_for(f"digits-{width}") % 2**31
            if route == "products":
                measured = by_products(width, loss, seed, predicted + SPARE)
            else:
                measured = (by_core if route == "core" else by_float)(width, loss, seed)
            seconds = time.perf_counter() - start
            found.append(Point(width, loss, network(width, loss).parameters, predicted, measured, seconds))
            context.progress(f"{network(width, loss)}, {loss}: rank {measured}")
    return tuple(found)


def _work(route: Route) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim("singh2021.losses").part("digits"))
        found = points(context, route)
        for one in found:
            counter.count(one.case, one.measured == one.predicted)
        certain = route != "float" and all(bounded("loss", loss, False) for loss in LOSSES)
        details: dict[str, object] = {"ranks": [[one.width, one.loss, one.predicted, one.measured] for one in found]}
        if route == "core":
            details["figures"] = [figure(found).model_dump()]
        return Finding(
            Strength.CERTIFICATE if certain else Strength.SAMPLE,
            f"64-w-w-10, w = {', '.join(map(str, WIDTHS[context.profile][route]))}, the first 41 digits, one draw of "
            f"weights",
            counter.tally,
            counter.regions,
            _controls(found),
            details=details,
        )

    return work


def _controls(found: Sequence[Point]) -> tuple[Mutant, ...]:
    """K exchanged with K − 1, and the formula of the next width and of data of rank 40."""
    result = []
    for loss in LOSSES:
        mine = [one for one in found if one.loss == loss]
        other = "mse" if loss == "cross-entropy" else "cross-entropy"
        wrong = {
            "K and K − 1 exchanged": [predicted_rank(one.width, other) for one in mine],
            "one neuron more in each hidden layer": [predicted_rank(one.width + 1, loss) for one in mine],
            "data of rank 40": [_with_rank(one, DIGIT_RANK - 1) for one in mine],
        }
        for text, values in wrong.items():
            caught = any(value != one.measured for value, one in zip(values, mine, strict=True))
            result.append(Mutant(description=f"{loss}: {text}", caught=caught, by="another number"))
    return tuple(result)


def _with_rank(one: Point, rank: int) -> int:
    architecture = network(one.width, one.loss)
    return generic("loss", architecture).evaluate(architecture, rank, effective_outputs(architecture))


def figure(found: Sequence[Point]) -> Figure:
    """Predicted and measured ranks against the width, for each loss, with the numbers as a table."""
    names = {"cross-entropy": "cross-entropy, K − 1 = 9", "cosh": "log-cosh", "mse": "squared loss"}
    series = []
    for loss in ("cross-entropy", "cosh"):
        mine = [one for one in found if one.loss == loss]
        for style, values in (
            ("predicted", [one.predicted for one in mine]),
            ("measured", [one.measured for one in mine]),
        ):
            series.append(
                Series.model_validate(
                    {"name": names[loss], "x": [one.width for one in mine], "y": values, "style": style}
                )
            )
    rows: list[list[Cell]] = [
        [one.width, names[one.loss], one.parameters, one.predicted, one.measured] for one in found
    ]
    return Figure(
        id="losses-digits",
        claim="singh2021.losses",
        title="Ranks under cross-entropy and log-cosh (§5.1)",
        caption="Networks 64-w-w-10 on the first 41 digits, r = 41, with their classes as labels and random integer "
        "weights. "
        "Lines are predictions, circles exact ranks of the Hessian: of the actual softmax network, with logits "
        "z (ln 2)/D for integers z. The squared loss has the ranks of log-cosh; they stand in the table.",
        alt="Two rising lines with circles on them: the rank under log-cosh lies above that under cross-entropy.",
        x_label="width w of both hidden layers",
        y_label="rank of the Hessian",
        series=series,
        table=Table(columns=["w", "loss", "p", "predicted", "measured"], rows=rows),
        seconds=round(sum(one.seconds for one in found), 2),
    )


def demonstrate_core() -> None:
    """The smallest network, by the core."""
    for loss in LOSSES:
        measure(instance_of(4, loss, 1), ("loss",))


def demonstrate_float() -> None:
    """The smallest network in float64."""
    for loss in LOSSES:
        by_float(4, loss, 1)


def demonstrate_products() -> None:
    """The smallest network, by Hessian-vector products: a few columns."""
    for loss in LOSSES:
        by_products(4, loss, 1, 5)


CHECKS = (
    FunctionCheck("singh2021.losses", "digits", "core", Engine.EXACT, CORE, _work("core"), demonstrate_core),
    FunctionCheck("singh2021.losses", "digits", "real softmax", Engine.FLOAT, FLOAT, _work("float"), demonstrate_float),
    FunctionCheck(
        "singh2021.losses", "digits", "products", Engine.EXACT, PRODUCTS, _work("products"), demonstrate_products
    ),
)
