"""Certificates for all parameters of an architecture, and for almost all: a kernel above, a witness below."""

from __future__ import annotations

from typing import Any

from hessproof.proofs_check.certificates.bounds import best_cut, decoupled_biases
from hessproof.proofs_check.certificates.case import Case
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.diagonal import blocks, diagonal_rank, index_kinds, ranges
from hessproof.proofs_check.certificates.format import ARCHITECTURE, PRIME
from hessproof.proofs_check.certificates.shift import Form, Shift, outer_rank
from hessproof.proofs_check.certificates.wording import architecture_statement
from hessproof.proofs_check.certificates.writing import number


class NotCertified(ArithmeticError):
    """Kernel and witness do not meet, so that nothing is proved."""


def architecture_certificate(case: Case) -> Certificate:
    """The certificate of a case.

    Raises:
        NotCertified: If the bound and the witness differ.

    Example:
        >>> architecture_certificate(Case((2, 2), False, "loss", 2, 2)).document["upper"]
        {'cut': 0}
    """
    cut, bound = best_cut(case)
    witness, attained = _witness(case)
    names = ("data_rank", "residual_rank")
    ranks = dict(zip(names, (case.data_rank, case.residual_rank), strict=True))
    if case.bias:
        ranks = {f"augmented_{name}": value for name, value in ranks.items()} | {"residual_mean": case.residual_mean}
    document: dict[str, Any] = {
        "schema": ARCHITECTURE,
        "statement": "",
        "claim": {"quantity": case.quantity, "rank": number(_meet(case, bound, attained))},
        "architecture": {"widths": list(case.widths), "bias": case.bias},
        "ranks": ranks,
        "prime": number(PRIME),
        "upper": {"cut": cut},
        "witness": witness,
    }
    return Certificate.sealed({**document, "statement": architecture_statement(document)})


def witness_ranks(case: Case) -> tuple[int, int]:
    """What the outer or whole Hessian has at the witness, and what the rest adds: their sum is the rank there.

    For the diagonal point the rank of the blocks and that of the biases; for the shift point the rank of H_o, and of
    H_f as far as it comes on top.

    Example:
        >>> witness_ranks(Case((1, 1, 2), True, "loss", 2, 2))
        (4, 2)
    """
    if not case.bias:
        return diagonal_rank(case), 0
    if case.decoupled:
        return diagonal_rank(case.without_bias()), decoupled_biases(case)
    widths = (case.data_rank - 1, *case.widths[1:])
    outer = 0 if case.quantity == "functional" else outer_rank(widths)
    if case.quantity == "outer":
        return outer, 0
    form: Form = "functional" if case.quantity == "functional" else "on_kernel"
    return outer, Shift(widths, case.residual_rank, form).rank()


def _witness(case: Case) -> tuple[dict[str, Any], int]:
    """The witness as it stands in the file, and its rank."""
    first, second = witness_ranks(case)
    if case.bias and not case.decoupled:
        return {"point": "shift", "outer": number(first), "functional": number(second)}, first + second
    plain = case.without_bias() if case.bias else case
    listed = [
        {
            "kinds": list(block.kinds),
            "same": block.same,
            "count": number(block.count),
            "size": block.size,
            "rank": block.rank,
        }
        for block in blocks(plain)
    ]
    named = [{"from": low, "to": high, "omega": omega} for low, high, omega in ranges(index_kinds(plain))]
    return {"point": "diagonal", "kinds": named, "blocks": listed, "biases": second}, first + second


def _meet(case: Case, bound: int, attained: int) -> int:
    if bound != attained:
        raise NotCertified(f"{case}: at most {bound} for all parameters, {attained} at the witness")
    return attained
