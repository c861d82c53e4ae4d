"""Pieces of the domain of statements about gates: whether a pre-activation is exactly zero."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Case, Region

KINK = "a pre-activation is zero"
"""Trait of a case: z^l_i = 0 for some hidden neuron."""
SILENT = "a hidden layer behind the first receives zero only"
"""Trait of a case: x^l = 0 for some l with 2 ≤ l ≤ L − 1."""


def off_kinks(case: Case) -> bool:
    """Whether no hidden pre-activation is zero."""
    return KINK not in case.traits


def _on_kink(case: Case, *, bias: bool, silent: bool = False) -> bool:
    without = not case.architecture.bias and (SILENT in case.traits) == silent
    return not off_kinks(case) and (case.architecture.bias if bias else without)


KINKS = (
    Region("no pre-activation is zero", off_kinks),
    Region("a pre-activation is zero, with bias", lambda case: _on_kink(case, bias=True)),
    Region("a pre-activation is zero, without bias, signals pass", lambda case: _on_kink(case, bias=False)),
    Region(f"without bias, {SILENT}", lambda case: _on_kink(case, bias=False, silent=True)),
)
"""Where D = diag([z ≥ 0]) matters, and how; no two overlap."""
