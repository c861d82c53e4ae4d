"""What a survey asks for, and what it found: one record a case, shared by all rank claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from hessproof.numeric.instance import MAGNITUDE
from hessproof.proofs_check.enumeration import SortKey, order_key
from hessproof.proofs_check.model.claim import Case
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formulas import FORMULAS

Targets = Literal["zero", "one-hot", "teacher", "free"]
SurveyKey = tuple[SortKey, int, int, str, int, int]

TARGETS: tuple[Targets, ...] = ("zero", "one-hot", "teacher", "free")
"""Y = 0, one-hot rows, an exact linear teacher, or random."""


@dataclass(frozen=True, slots=True)
class Request:
    """One case to be measured.

    With moments first (no ``targets``), Σ and Ω are drawn with the ranks r and s, independently of the weights' size.
    With data first, X and Y are fixed before the weights: X has N = ``samples`` rows and rank ``data_rank``, Y is
    made as ``targets`` says, and s is whatever W^{L:1}Σ − E[yx⊤] has.

    Args:
        widths: M_0, …, M_L.
        data_rank: r.
        residual_rank: s; measured, and −1 here, if data come first.
        seed: Of the first draw; the following draws take the seeds after it.
        draws: Independent instances, each reduced modulo a prime of its own.
        targets: Kind of Y if data come first.
        samples: N if data come first.
    """

    widths: tuple[int, ...]
    data_rank: int
    residual_rank: int
    seed: int = 0
    draws: int = 2
    targets: Targets | None = None
    samples: int | None = None

    @property
    def sort_key(self) -> SurveyKey:
        """The stated order, moments before data."""
        key = order_key(Architecture(self.widths))
        return key, self.data_rank, self.residual_rank, self.targets or "", self.samples or 0, self.seed


@dataclass(frozen=True, slots=True)
class Draw:
    """One exact instance and the prime that its matrices were reduced by."""

    seed: int
    prime: int
    magnitude: int = MAGNITUDE


@dataclass(frozen=True, slots=True)
class Record:
    """The ranks of every quantity for one case: the largest over all draws, each a lower bound of the generic rank.

    Args:
        widths: M_0, …, M_L.
        data_rank: r.
        residual_rank: s, verified or measured over Q.
        ranks: Quantity -> rank; see :func:`hessproof.proofs_check.surveys.block_batches.quantities`.
        draws: What was drawn, enough to draw it again.
        lowest: Quantity -> lowest rank of a draw, where the draws did not agree.
        targets: Kind of Y if data came first.
        samples: N if data came first.
    """

    widths: tuple[int, ...]
    data_rank: int
    residual_rank: int
    ranks: Mapping[str, int]
    draws: tuple[Draw, ...]
    lowest: Mapping[str, int] = field(default_factory=dict)
    targets: Targets | None = None
    samples: int | None = None

    @property
    def sort_key(self) -> SurveyKey:
        """The stated order, moments before data."""
        key, seed = order_key(self.architecture), self.draws[0].seed
        return key, self.data_rank, self.residual_rank, self.targets or "", self.samples or 0, seed

    @property
    def architecture(self) -> Architecture:
        """The widths as an architecture."""
        return Architecture(self.widths)

    @property
    def case(self) -> Case:
        """(architecture, r, s)."""
        return Case(self.architecture, self.data_rank, self.residual_rank)

    def value(self, quantity: str, layer: int | None = None) -> int:
        """The measured value of a quantity that formulas are about.

        Args:
            quantity: A rank's name; ``column`` for that of block column ``layer``; ``overlap`` (the bound of §4.4 less
                rk H_L), ``overlap_generic`` (rk H_o + rk H_f − rk H_L), or ``deficiency`` (p − rk H_L).
            layer: For ``column``.

        Raises:
            KeyError: If the record does not hold the rank.

        Example:
            >>> record = Record((2, 2, 2), 2, 2, {"outer": 4, "functional": 8, "loss": 8}, ())
            >>> record.value("overlap_generic"), record.value("deficiency"), record.value("overlap")
            (4, 0, 4)
        """
        if quantity == "column":
            return self.ranks[f"column:{layer}"]
        if quantity == "overlap":
            bound = FORMULAS["overall"].evaluate(self.architecture, self.data_rank, self.residual_rank)
            return bound - self.ranks["loss"]
        if quantity == "overlap_generic":
            return self.ranks["outer"] + self.ranks["functional"] - self.ranks["loss"]
        if quantity == "deficiency":
            return self.architecture.parameters - self.ranks["loss"]
        return self.ranks[quantity]

    @property
    def regime(self) -> str:
        """``moments``, or ``data`` with the kind of Y."""
        return "moments" if self.targets is None else f"data, Y {self.targets}"

    @property
    def reproduce(self) -> str:
        """The one command that measures this case again, at the first draw."""
        text = "-".join(map(str, self.widths))
        if self.targets is None:
            return (
                f"hessproof rank {text} --data gaussian --data-rank {self.data_rank} "
                f"--residual-rank {self.residual_rank} --seed {self.draws[0].seed}"
            )
        return (
            f"python -m hessproof.proofs_check.surveys.survey {text} --data-rank {self.data_rank} "
            f"--targets {self.targets} --samples {self.samples} --seed {self.draws[0].seed}"
        )

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return asdict(self) | {"ranks": dict(self.ranks), "lowest": dict(self.lowest), "reproduce": self.reproduce}


def record_from_json(stored: Mapping[str, Any]) -> Record:
    """The record that ``Record.to_json`` wrote.

    Example:
        >>> one = Record((1, 1), 1, 0, {"loss": 1}, (Draw(3, 7),))
        >>> record_from_json(one.to_json()) == one
        True
    """
    values = {name: value for name, value in stored.items() if name != "reproduce"}
    values["widths"] = tuple(values["widths"])
    values["draws"] = tuple(Draw(**draw) for draw in values["draws"])
    return Record(**values)


@dataclass(frozen=True)
class Survey:
    """All records of one plan, in the stated order, with what it covers.

    Args:
        records: One for each request.
        scope: The plan in words, part by part.
        exhaustive: (layers, width) up to which every architecture, r and s is there; None if none is.
        seconds: Wall-clock time of the measurement.
    """

    records: tuple[Record, ...]
    scope: tuple[str, ...] = ()
    exhaustive: tuple[int, int] | None = None
    seconds: float = 0.0

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def architectures(self) -> int:
        """Number of different architectures."""
        return len({record.widths for record in self.records})

    @property
    def largest(self) -> int:
        """Largest number of parameters."""
        return max((record.architecture.parameters for record in self.records), default=0)

    def moments_first(self) -> tuple[Record, ...]:
        """Records whose Σ and Ω were drawn with given ranks."""
        return tuple(record for record in self.records if record.targets is None)

    def data_first(self) -> tuple[Record, ...]:
        """Records whose data were fixed before the weights."""
        return tuple(record for record in self.records if record.targets is not None)
