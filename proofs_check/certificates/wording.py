"""What a certificate says, in words: made from its data alone, so that a checker can make the sentence again."""

from __future__ import annotations

from typing import Any

_RELATIONS = {"==": "exactly", ">=": "at least", "<=": "at most"}
_QUANTITIES = {
    "outer": "the outer part of the Hessian",
    "functional": "the functional part of the Hessian",
    "loss": "the Hessian of the loss",
}


def instance_statement(document: dict[str, Any]) -> str:
    """The statement of an instance certificate, from its fields ``claim``, ``architecture`` and ``data``.

    Example:
        >>> instance_statement({
        ...     "claim": {"quantity": "loss", "relation": "==", "rank": 3}, "data": {"moments": {}},
        ...     "architecture": {"widths": [1, 1, 2], "bias": False, "activation": "linear", "loss": "mse"}})
        'At the weights and moments of this file the Hessian of the loss has rank exactly 3, for the linear network \
1-1-2 without bias, squared error.'
    """
    claim, network = document["claim"], document["architecture"]
    kind = network["activation"]
    if kind == "leaky-relu":
        kind = f"leaky-relu (slope {network['slope']})"
    given = "moments" if document["data"].get("moments") is not None else "samples"
    return (
        f"At the weights and {given} of this file {_QUANTITIES[claim['quantity']]} has rank "
        f"{_RELATIONS[claim['relation']]} {claim['rank']}, for the {kind} network {_widths(network)}, squared error."
    )


def architecture_statement(document: dict[str, Any]) -> str:
    """The statement of an architecture certificate, from its fields ``claim``, ``architecture`` and ``ranks``.

    Example:
        >>> architecture_statement({
        ...     "claim": {"quantity": "loss", "rank": 4}, "architecture": {"widths": [2, 1, 2], "bias": False},
        ...     "ranks": {"data_rank": 2, "residual_rank": 1}})
        'For all weights and data with rk E[xx⊤] <= 2 and rk E[δx⊤] <= 1 the Hessian of the loss has rank at most 4, \
and for almost all weights and data of these ranks it has rank 4, for the linear network 2-1-2 without bias, squared \
error.'
    """
    claim, ranks = document["claim"], document["ranks"]
    if document["architecture"]["bias"]:
        data = (
            f"rk E[x̃x̃⊤] <= {ranks['augmented_data_rank']} and rk E[δx̃⊤] <= {ranks['augmented_residual_rank']}, "
            f"where x̃ = (x, 1),{'' if ranks['residual_mean'] else ' and with E[δ] = 0'}"
        )
        subject = "weights, biases and data"
    else:
        data = f"rk E[xx⊤] <= {ranks['data_rank']} and rk E[δx⊤] <= {ranks['residual_rank']}"
        subject = "weights and data"
    return (
        f"For all {subject} with {data} {_QUANTITIES[claim['quantity']]} has rank at most {claim['rank']}, and for "
        f"almost all {subject} of these ranks it has rank {claim['rank']}, for the linear network "
        f"{_widths(document['architecture'])}, squared error."
    )


def _widths(network: dict[str, Any]) -> str:
    return f"{'-'.join(map(str, network['widths']))} {'with' if network['bias'] else 'without'} bias"
