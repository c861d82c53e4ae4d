"""What float64 sees of a saturated softmax: the numerical rank of H_o and H_L against the size of the outputs.

The integer weights stay, and with them the exact ranks; the outputs are scaled by powers of three. Once the largest
output leads by more than about 20, entries of Λ fall below the rounding errors; far beyond, Λ is zero in float64, H_o
with it, and H_L is H_f alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from hessproof.numeric.datasets import digits
from hessproof.numeric.losses.instance import LossInstance, labelled_instance, with_root
from hessproof.numeric.losses.ranks import float_rank
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.proofs_check.report.model import Figure, Line, Series
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.losses.outputs import effective_outputs
from hessproof.symbolic.losses.rank_rule import loss_rank

IDEA = "singular values of Σ J⊤ΛJ in float64, Λ from the real softmax and the real tanh, for outputs of several sizes"
WIDTHS, SAMPLES, SEED = (16, 6, 6, 10), 12, 3
POWERS: dict[Profile, tuple[int, ...]] = {
    Profile.QUICK: (-4, -2, 0, 4, 7),
    Profile.STANDARD: tuple(range(-6, 9)),
    Profile.THOROUGH: tuple(range(-6, 13)),
}
"""The outputs are scaled by 3 to these powers."""
MODERATE = 10.0
"""Outputs up to this size must show the exact rank."""
NAMES = {"cross-entropy": "cross-entropy", "cosh": "log-cosh"}


@dataclass(frozen=True, slots=True)
class Measured:
    """The size of the largest output F, and numerical ranks."""

    loss: str
    size: float
    outer: int
    whole: int


@cache
def base(loss: str) -> LossInstance:
    """16-6-6-10 on the first 12 digits of 4 × 4 blocks, with classes as labels and random integer weights."""
    data = digits(WIDTHS[0]).first(SAMPLES)
    return labelled_instance(Architecture(WIDTHS, loss=loss), data.inputs, data.targets, SEED)


def measured(loss: str, power: int) -> Measured:
    """The ranks with outputs scaled by 3^power."""
    one = with_root(base(loss), base(loss).root // 3**power if power >= 0 else base(loss).root * 3**-power)
    largest = max(abs(int(entry)) for entry in one.outputs.flat) * math.log(2.0) / one.root
    return Measured(loss, largest, float_rank(one, "outer").value, float_rank(one, "loss").value)


def exact(loss: str, quantity: str) -> int:
    """The rank that holds for every size of the outputs."""
    architecture = base(loss).architecture
    return loss_rank(quantity, architecture, base(loss).data_rank, effective_outputs(architecture))


def _work(context: Context) -> Finding:
    counter = Counter(claim("hessproof.losses_outer").part("main"))
    found = [measured(loss, power) for loss in NAMES for power in POWERS[context.profile]]
    for one in found:
        if one.size <= MODERATE:
            architecture = base(one.loss).architecture
            case = Case(architecture, base(one.loss).data_rank, effective_outputs(architecture))
            counter.count(case, one.outer == exact(one.loss, "outer"))
    lost = any(one.outer < exact(one.loss, "outer") for one in found if one.size > MODERATE)
    control = Mutant(description="outputs in the hundreds", caught=lost, by="the numerical rank is smaller")
    return Finding(
        Strength.SAMPLE,
        f"16-6-6-10 on 12 digits, outputs of {len(POWERS[context.profile])} sizes; those up to {MODERATE:g} are "
        f"counted",
        counter.tally,
        counter.regions,
        (control,),
        details={
            "numerical ranks": [[one.loss, float(f"{one.size:.3g}"), one.outer, one.whole] for one in found],
            "figures": [figure(found).model_dump()],
        },
    )


def figure(found: list[Measured]) -> Figure:
    """Numerical ranks of H_o and H_L against the size of the outputs; the exact ranks as dashed lines."""
    series = []
    for loss, name in NAMES.items():
        mine = [one for one in found if one.loss == loss]
        for symbol, values in (("H_L", [one.whole for one in mine]), ("H_o", [one.outer for one in mine])):
            series.append(
                Series(
                    name=f"{symbol}, {name}",
                    x=[one.size for one in mine],
                    y=[float(v) for v in values],
                    style="measured",
                )
            )
    lines = [
        Line(axis="y", at=exact(loss, quantity), name=f"exact {symbol}, {name}")
        for loss, name in NAMES.items()
        for quantity, symbol in (("loss", "H_L"), ("outer", "H_o"))
    ]
    return Figure(
        id="losses-saturation",
        claim="hessproof.losses_outer",
        title="Numerical rank of a saturated softmax",
        caption="Network 16-6-6-10 on 12 digits, the same integer weights throughout; the last layer is scaled. The "
        "exact "
        "ranks (dashed) do not depend on the scale. In float64 the curvature of a sample fades once an output leads by "
        "more than about 20, and what is left in the end is the rank of H_f.",
        alt="Four flat rows of points that fall once the outputs exceed about 20.",
        x_label="largest output",
        y_label="rank in float64",
        x_scale="log",
        series=series,
        lines=lines,
    )


def demonstrate() -> None:
    """One size of the outputs under each loss."""
    for loss in NAMES:
        measured(loss, 0)


CHECKS = (FunctionCheck("hessproof.losses_outer", "main", "real softmax", Engine.FLOAT, IDEA, _work, demonstrate),)
