"""Writes down the formulas that a demonstration evaluates, before it is traced: stating a formula decides nothing."""

from __future__ import annotations

from typing import Literal, get_args

from hessproof.proofs_check.surveys.block_batches import derived_terms
from hessproof.symbolic.blocks import gradient_word, hessian_block, jacobian_block

_Part = Literal["outer", "functional"]


def blocks(*depths: int) -> None:
    """The blocks of H_o and H_f, of the Jacobian and of the gradient, for networks of these depths."""
    for layers in depths:
        for k in range(1, layers + 1):
            jacobian_block(layers, k)
            gradient_word(layers, k)
            for l in range(1, layers + 1):
                for part in get_args(_Part):
                    hessian_block(part, layers, k, l)
                    derived_terms(part, layers, k, l)


def shallow_blocks() -> None:
    """Those of two and three layers: what most demonstrations run on."""
    blocks(2, 3)
