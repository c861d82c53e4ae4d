"""What it is for theorems to settle a part of a claim, and the networks at which published statements fail."""

from __future__ import annotations

from dataclasses import dataclass

from hessproof.proofs_check.formal.sources import LIBRARY


@dataclass(frozen=True, slots=True)
class Instance:
    """The network at which a refuting theorem fails the published statement, for the exact engine to try again.

    Args:
        widths: M_0, …, M_L.
        weights: W^1, …, W^L, integers; with bias [W^l b^l].
        inputs: X, one column a sample.
        targets: Y, one column a sample.
        bias: Whether the network has biases.
    """

    widths: tuple[int, ...]
    weights: tuple[tuple[tuple[int, ...], ...], ...]
    inputs: tuple[tuple[int, ...], ...]
    targets: tuple[tuple[int, ...], ...]
    bias: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A part of a claim and the theorems that settle it, all of them together.

    Args:
        claim: Id of the claim.
        part: Key of the part.
        theorems: ``file.name`` of each, below ``theories/paper``: ``theorem5.column_bound``.
        scope: For which sizes, parameters, data and fields.
        regions: The regions of the part that they cover; all if empty.
        refuted_at: The instance at which they refute the part; None if they prove it.
    """

    claim: str
    part: str
    theorems: tuple[str, ...]
    scope: str
    regions: tuple[str, ...] = ()
    refuted_at: Instance | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The theorems' full names in Coq.

        Example:
            >>> Settled("singh2021.lemma1", "main", ("lemma1.lemma1",), "any field").names
            ('Hessproof.paper.lemma1.lemma1',)
        """
        return tuple(f"{LIBRARY}.paper.{name}" for name in self.theorems)


PEAK = Instance((1, 2, 1, 2), (((1,), (0,)), ((0, 1),), ((1,), (0,))), ((1,),), ((0,), (0,)))
"""A1 holds and W^2 W^1 = 0."""
TWO_PEAKS = Instance((1, 1, 2, 1, 1), (((1,),), ((1,), (0,)), ((0, 1),), ((1,),)), ((1,),), ((0,),))
"""A1 holds and W^3 W^2 = 0."""
FIRST_COLUMN = Instance((1, 2, 1, 2), (((1,), (0,)), ((1, 0),), ((1,), (0,))), ((1,),), ((1,), (-1,)))
"""Rectangular identities; the residual is (0, 1)."""
LAST_COLUMN = Instance((2, 1, 2, 1), (((1, 0),), ((1,), (0,)), ((1, 0),)), ((1, 0), (0, 1)), ((1, -1),))
"""Rectangular identities; the residual is (0 1)."""
SINGLE_SAMPLE = Instance((1, 1), (((0, 0),),), ((1,),), ((0,),), bias=True)
"""One weight and one bias, both zero; one sample, 1 with label 0."""
HIDDEN_ONE = Instance((1, 1, 2), (((0, 0),), ((0, 0), (0, 0))), ((1, 0),), ((1, 0), (0, 1)), bias=True)
"""All weights and biases zero; inputs 1 and 0, labels the unit vectors."""
