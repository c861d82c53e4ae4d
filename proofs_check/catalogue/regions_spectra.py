"""Domains of the claims about spectra, and pieces of them."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import equal_hidden, full_data
from hessproof.proofs_check.model.claim import Case, Region

PAPER_WIDTHS = (64, 30, 20, 10)
"""The network of Fig. 3 and 4."""


def two_layers(case: Case) -> bool:
    """L = 2."""
    return case.architecture.layers == 2


def full_rank_deep(case: Case) -> bool:
    """L ≥ 2, r = d and s = min(d, K)."""
    largest = min(case.architecture.inputs, case.architecture.outputs)
    return case.architecture.layers >= 2 and full_data(case) and case.residual_rank == largest


def paper_widths(case: Case) -> bool:
    """64-30-20-10."""
    return case.architecture.widths == PAPER_WIDTHS


def paper_hidden(case: Case) -> bool:
    """Hidden widths 30 and 20, ten outputs."""
    return case.architecture.widths[1:] == PAPER_WIDTHS[1:]


SIZES = (
    Region("64-30-20-10", paper_widths),
    Region("hidden widths 30 and 20, other inputs", lambda case: paper_hidden(case) and not paper_widths(case)),
    Region("other networks", lambda case: not paper_hidden(case)),
)


def all_samples(case: Case) -> bool:
    """At least as many independent samples as inputs: r = d, as a whole data set has it."""
    return full_data(case)


SAMPLES = (
    Region("all samples", all_samples),
    Region("fewer independent samples than inputs", lambda case: not all_samples(case)),
)


def equal_widths(case: Case) -> bool:
    """Equal hidden widths w ≥ min(d, K), r = d, s = min(d, K)."""
    narrow = min(case.architecture.inputs, case.architecture.outputs)
    return full_rank_deep(case) and equal_hidden(case) and case.architecture.hidden[0] >= narrow


def equal_widths_for_bias(case: Case) -> bool:
    """Equal hidden widths w ≥ min(d + 1, K), r = d, s = min(d, K)."""
    narrow = min(case.architecture.inputs + 1, case.architecture.outputs)
    return equal_widths(case) and case.architecture.hidden[0] >= narrow


def one_hidden_layer(case: Case) -> bool:
    """L = 2, w ≥ q ≥ 1 with q = min(r, K), s = min(r, K)."""
    narrow = min(case.data_rank, case.architecture.outputs)
    wide = two_layers(case) and case.architecture.hidden[0] >= narrow
    return wide and narrow >= 1 and case.residual_rank == narrow


def square_orthogonal(case: Case) -> bool:
    """All widths equal: the networks whose weights can all be orthogonal matrices."""
    return case.architecture.layers >= 2 and len(set(case.architecture.widths)) == 1 and full_data(case)
