"""What a campaign covers: a range of architectures, ranks of their data, and what is done with each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, Literal

from hessproof.proofs_check.campaigns.items import Item, Ranks, Wanted, choices
from hessproof.proofs_check.enumeration import architectures_by_parameters
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, MAX_LAYERS, Architecture
from hessproof.symbolic.errors import UnusableRequest

Kind = Literal["certify", "measure"]
Part = Literal["outer", "functional", "loss"]
QUANTITIES: tuple[Part, ...] = ("outer", "functional", "loss")
KINDS = ("certify", "measure")
MOST_ARCHITECTURES = 5_000_000
"""More than this take a day at 60 a second, and a minute to list."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A range of instances.

    Architectures come by p (that of the network without bias), then L, then widths from the input on, if p is
    limited, otherwise by L and then widths; for each the network without bias comes first, then that with bias; then
    the ranks. The range must be finite: give ``parameters``, or both ``layers`` and ``width``.

    Args:
        kind: ``certify``: kernel and witness, for all and for almost all parameters; ``measure``: exact instances.
        layers: L ≤ this.
        parameters: p ≤ this, biases counted.
        width: Every width ≤ this.
        biases: Without bias, with bias, or both.
        data_rank: ``all``, ``full`` or one r.
        residual_rank: ``all``, ``full`` or one s.
        activation: Of the hidden layers.
        loss: The loss.
        quantities: Which of H_o, H_f and H_L.
        seed: Of the first draw of each instance.

    Raises:
        UnusableRequest: If the range is infinite or the parts do not fit together.

    Example:
        >>> plan = Plan(layers=2, width=2, biases=(False, True), data_rank="all", residual_rank="all")
        >>> [item.id for item in plan.items()][:4], plan.count()
        (['1-1 r=0 s=0', '1-1 r=1 s=0', '1-1 r=1 s=1', '1-1 bias r=0,1 s=0,0 e=0'], 207)
    """

    kind: Kind = "measure"
    layers: int | None = None
    parameters: int | None = None
    width: int | None = None
    biases: tuple[bool, ...] = (False,)
    data_rank: Wanted = "full"
    residual_rank: Wanted = "full"
    activation: str = "linear"
    loss: str = "mse"
    quantities: tuple[Part, ...] = QUANTITIES
    seed: int = 0

    def __post_init__(self) -> None:
        one_of("kind", self.kind, KINDS, "give --kind measure")
        one_of("activation", self.activation, ACTIVATIONS, "give --activation linear")
        one_of("loss", self.loss, LOSSES, "give --loss mse")
        for quantity in self.quantities:
            one_of("quantity", quantity, QUANTITIES, "give --quantity loss")
        chosen = tuple(name for name in QUANTITIES if name in self.quantities)
        object.__setattr__(self, "quantities", chosen)
        if not chosen or not self.biases:
            raise UnusableRequest("a plan of nothing", "a quantity, and networks with or without bias", "name one")
        self._check_range()
        self._check_network()

    def _check_range(self) -> None:
        for name, value in (("layers", self.layers), ("parameters", self.parameters), ("width", self.width)):
            if value is not None and value < 1:
                raise UnusableRequest(f"{name} {value}", "at least 1", f"give --{name} 1 or more")
        if self.layers is not None and self.layers > MAX_LAYERS:
            raise UnusableRequest(f"layers {self.layers}", f"at most {MAX_LAYERS}", f"give --layers {MAX_LAYERS}")
        if self.parameters is None and (self.layers is None or self.width is None):
            given = " and ".join(
                f"--{name} {value}" for name, value in (("layers", self.layers), ("width", self.width)) if value
            )
            raise UnusableRequest(
                f"an unlimited range ({given or 'no limit'})",
                "a limit on p, or on both L and the widths",
                "give --parameters P, or --layers L and --width W",
            )
        if self._too_many():
            raise UnusableRequest(
                f"a range of more than {MOST_ARCHITECTURES} architectures",
                "fewer",
                "lower a limit, or give another too",
            )
        for name, rank in (("data-rank", self.data_rank), ("residual-rank", self.residual_rank)):
            if not (rank in ("all", "full") if isinstance(rank, str) else rank >= 0):
                raise UnusableRequest(f"--{name} {rank!r}", "all, full or a whole number", f"give --{name} all")

    def _too_many(self) -> bool:
        """Whether there are more architectures than ``MOST_ARCHITECTURES``, found without listing them.

        Networks are counted layer by layer, those with the same last width and the same p together.
        """
        widest = min(one for one in (self.width, self.parameters, MOST_ARCHITECTURES) if one is not None)
        # single layers with one output are that many already
        if widest >= MOST_ARCHITECTURES:
            return True
        counts = dict.fromkeys(((width, 0) for width in range(1, widest + 1)), 1)
        total = 0
        for _ in range(self.layers or MAX_LAYERS):
            longer: dict[tuple[int, int], int] = {}
            for (width, used), count in counts.items():
                left = widest if self.parameters is None else min(widest, (self.parameters - used) // width)
                total += left * count
                if total > MOST_ARCHITECTURES:
                    return True
                for following in range(1, left + 1):
                    spent = 0 if self.parameters is None else used + width * following
                    longer[following, spent] = longer.get((following, spent), 0) + count
            if not longer:
                break
            counts = longer
        return False

    def _check_network(self) -> None:
        network = f"--activation {self.activation} --loss {self.loss}"
        if self.kind == "certify" and (self.activation, self.loss) != ("linear", "mse"):
            raise UnusableRequest(
                f"--kind certify with {network}", "linear networks under mse, about which there are theorems",
                "give --kind measure",
            )  # fmt: skip
        if self.activation != "linear" and self.residual_rank != "full":
            raise UnusableRequest(
                f"--residual-rank {self.residual_rank} with {network}",
                "linear networks, whose residuals can be drawn to order", "leave --residual-rank out",
            )  # fmt: skip

    def items(self) -> Iterator[Item]:
        """The instances, lazily and in the stated order."""
        number = 0
        for architecture in self._networks():
            for ranks in self._ranks(architecture.inputs, architecture.outputs, architecture.bias):
                yield Item(number, architecture, ranks)
                number += 1

    def count(self) -> int:
        """How many instances there are."""
        return sum(len(self._ranks(one.inputs, one.outputs, one.bias)) for one in self._networks())

    def _ranks(self, inputs: int, outputs: int, bias: bool) -> tuple[Ranks, ...]:
        return choices((inputs, outputs), bias, self.activation, self.loss, self.data_rank, self.residual_rank)

    def _networks(self) -> Iterator[Architecture]:
        for plain in self._widths():
            for bias in self.biases:
                one = plain
                if (bias, self.activation, self.loss) != (False, "linear", "mse"):
                    one = replace(plain, bias=bias, activation=self.activation, loss=self.loss)
                if self.parameters is None or one.parameters <= self.parameters:
                    yield one

    def _widths(self) -> Iterator[Architecture]:
        if self.parameters is not None:
            for found in architectures_by_parameters(self.parameters, self.layers):
                if self.width is None or max(found.widths) <= self.width:
                    yield found
        else:
            sizes = range(1, (self.width or 0) + 1)
            for layers in range(1, (self.layers or 0) + 1):
                yield from map(Architecture, product(sizes, repeat=layers + 1))

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON values."""
        return {**asdict(self), "biases": list(self.biases), "quantities": list(self.quantities)}

    @property
    def digest(self) -> str:
        """SHA-256 of the plan's canonical JSON."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    @property
    def text(self) -> str:
        """The plan in words.

        Example:
            >>> PLANS["certified"].text
            'certify outer, functional, loss of linear networks without bias, L ≤ 5, p ≤ 60, r full, s full'
        """
        limits = (("L", self.layers), ("p", self.parameters), ("widths", self.width))
        bias = " and ".join("with bias" if one else "without bias" for one in self.biases)
        words = [f"{self.kind} {', '.join(self.quantities)} of {self.activation} networks {bias}"]
        words += [f"{name} ≤ {value}" for name, value in limits if value is not None]
        words += [] if self.loss == "mse" else [f"loss {self.loss}"]
        for name, rank in (("r", self.data_rank), ("s", self.residual_rank)):
            words.append(f"{name} {rank}" if isinstance(rank, str) else f"{name} = {rank}")
        return ", ".join(words) + (f", seed {self.seed}" if self.seed else "")


def plan_from_json(stored: dict[str, Any]) -> Plan:
    """The plan that ``Plan.to_json`` wrote.

    Example:
        >>> plan_from_json(PLANS["measured"].to_json()) == PLANS["measured"]
        True
    """
    return Plan(**{**stored, "biases": tuple(stored["biases"]), "quantities": tuple(stored["quantities"])})


PLANS = {
    "certified": Plan("certify", layers=5, parameters=60),
    "measured": Plan(layers=4, width=6, biases=(False, True), data_rank="all", residual_rank="all"),
}
"""Plans with names: all architectures with L ≤ 5, p ≤ 60 proved, and all instances with L ≤ 4, widths ≤ 6 measured."""
