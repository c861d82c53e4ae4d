"""A formula of your own on trial: ``hessproof conjecture examples/my_conjecture.py:first_guess``.

Three steps from a guess to a formula that survives, each one answering the counterexample of the one before.
"""

from hessproof.proofs_check import conjecture
from hessproof.proofs_check.conjectures.description import Description


@conjecture(rank_of="loss")
def first_guess(a: Description) -> int:
    """As many as there are parameters, unless a layer is too narrow: false at 1-1-1 with a residual of rank 0."""
    q = min(a.data_rank, *a.hidden, a.outputs)
    return 2 * q * sum(a.hidden) - a.layers * q**2 + q * (a.data_rank + a.outputs)


@conjecture(rank_of="loss", where=lambda a: a.residual_rank >= min(a.data_rank, *a.hidden, a.outputs))
def second_guess(a: Description) -> int:
    """The same where the residual has rank q at least: it survives, but says nothing about the other residuals."""
    return first_guess(a)


@conjecture(rank_of="loss")
def third_guess(a: Description) -> int:
    """The functional part sees only min(q, s) of the q; the outer part has the rest."""
    q = min(a.data_rank, *a.hidden, a.outputs)
    seen = min(q, a.residual_rank)
    functional = 2 * seen * sum(a.hidden) - a.layers * seen**2 + seen * (a.data_rank + a.outputs)
    return functional + (q - seen) * (a.data_rank + a.outputs - q - seen)


@conjecture(rank_of="loss", relation="<=", bias=None)
def with_and_without_bias(a: Description) -> int:
    """An upper bound that forgets the biases: false as soon as there is one."""
    return third_guess(a)
