"""What a survey of networks with bias measured: one record a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.record import Draw


@dataclass(frozen=True, slots=True)
class BiasRecord:
    """The largest ranks over all draws of a case with bias, each a lower bound of the generic rank.

    Args:
        case: Architecture, r, r̃, s, s̃ and e.
        ranks: Of outer, functional and loss.
        draws: What was drawn, enough to draw it again.
        seed: Of the first draw.
    """

    case: Case
    ranks: Mapping[str, int]
    draws: tuple[Draw, ...]
    seed: int = 0

    def value(self, quantity: str) -> int:
        """The measured value: a rank, ``deficiency`` p − rk H_L, or ``overlap_generic`` rk H_o + rk H_f − rk H_L.

        Raises:
            KeyError: If the record does not hold the rank.
        """
        if quantity == "deficiency":
            return self.case.architecture.parameters - self.ranks["loss"]
        if quantity == "overlap_generic":
            return self.ranks["outer"] + self.ranks["functional"] - self.ranks["loss"]
        return self.ranks["outer" if quantity == "jacobian" else quantity]

    @property
    def reproduce(self) -> str:
        """The one command that measures this case again."""
        case = self.case
        return (
            f"python -m hessproof.proofs_check.bias.survey {case.architecture} --data-rank {case.data_rank} "
            f"--augmented-data-rank {case.augmented_data_rank} --residual-rank {case.residual_rank} "
            f"--augmented-residual-rank {case.augmented_residual_rank} --residual-mean {case.residual_mean} "
            f"--seed {self.seed}"
        )


@dataclass(frozen=True)
class BiasSurvey:
    """Records in the stated order, with what they cover.

    Args:
        records: One for each case.
        scope: What was measured, in words.
    """

    records: tuple[BiasRecord, ...]
    scope: str

    def __iter__(self) -> Iterator[BiasRecord]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)
