"""Guesses at bounds on the norm of a Hessian; attack them with ``hessproof conjecture examples/my_bound.py:NAME``.

docs/conjectures.md tells their story. Run as a script, the file attacks them on the smallest networks.
"""

from math import prod
from typing import Any

from sympy import sqrt

from hessproof.proofs_check import conjecture, examine


def lipschitz(a: Any, layer: int) -> Any:
    """How much the outputs change with one layer at most: ‖x‖ and the norms of all other layers."""
    return a.input_norm * prod(norm for place, norm in enumerate(a.weight_norms) if place != layer)


@conjecture(bound_on="gauss_newton_norm")
def largest_layer(a: Any) -> Any:
    """The layer to which the outputs are most sensitive."""
    return max(lipschitz(a, layer) ** 2 for layer in range(a.layers))


@conjecture(bound_on="gauss_newton_norm")
def all_layers(a: Any) -> Any:
    """All of them."""
    return sum(lipschitz(a, layer) ** 2 for layer in range(a.layers))


@conjecture(bound_on="hessian_norm", activation="relu", loss="cross-entropy")
def theorem_1(a: Any) -> Any:
    """Theorem 1 of Kiselev and Grabovoy 2024, √2·L·M_W^(2L)·M_x² + √2·M_W²·(M_W^(2L) − 1)/(M_W² − 1), as a sum."""
    square, layers = a.weight_norm**2, a.layers
    return sqrt(2) * (
        layers * square**layers * a.input_norm**2 + square * sum(square**power for power in range(layers))
    )


if __name__ == "__main__":
    for each in (largest_layer, all_layers, theorem_1):
        found = examine(each, max_parameters=2, seconds=10)
        print(f"{each.statement.name}: {found.verdict}, {found.instances} instances compared")
