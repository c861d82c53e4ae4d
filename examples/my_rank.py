"""Guesses at the rank of a network's Hessian, from the first one to one that survives.

Attack them with ``hessproof conjecture examples/my_rank.py:NAME``; docs/conjectures.md tells their story. Run as a
script, the file attacks all of them on the smallest networks.
"""

from itertools import pairwise
from typing import Any

from hessproof.proofs_check import conjecture, examine


@conjecture(rank_of="loss")
def without_symmetries(a: Any) -> int:
    """W^{l+1}, W^l and W^{l+1}A, A⁻¹W^l are the same function: take M_l² off p for each hidden layer."""
    return a.parameters - sum(width**2 for width in a.hidden)


def narrowest(a: Any) -> int:
    """q, the smallest width, with the data's rank r for the inputs."""
    return min(a.data_rank, *a.hidden, a.outputs)


@conjecture(rank_of="loss")
def published(a: Any) -> int:
    """2qM − Lq² + q(r + K)."""
    q = narrowest(a)
    return 2 * q * sum(a.hidden) - a.layers * q**2 + q * (a.data_rank + a.outputs)


@conjecture(rank_of="loss", where=lambda a: a.residual_rank >= narrowest(a))
def large_residual(a: Any) -> int:
    """The same, where the residual's rank s is at least q."""
    return published(a)


@conjecture(rank_of="loss")
def every_residual(a: Any) -> int:
    """Every s: the part of the residual counts ŝ = min(q, s) times, the outer part q times."""
    q = narrowest(a)
    low = min(q, a.residual_rank)
    return 2 * low * sum(a.hidden) - (a.layers - 1) * low**2 + q * (a.data_rank + a.outputs - q)


@conjecture(rank_of="loss", bias=True)
def one_more_input(a: Any) -> int:
    """A bias is the weight of one more input that is always 1, so r + 1 takes the place of r, and M_l + 1 of M_l."""
    q = min(a.data_rank + 1, *a.hidden, a.outputs)
    return 2 * q * sum(a.hidden) - a.layers * q**2 + a.layers * q + q * (a.data_rank + a.outputs)


def well_behaved(a: Any) -> bool:
    """The constant is no combination of the inputs, E[δ] is not zero, and the residual's rank is at least q."""
    q = min(a.data_rank + 1, *a.hidden, a.outputs)
    return a.augmented_data_rank == a.data_rank + 1 and a.residual_mean == 1 and a.augmented_residual_rank >= q


@conjecture(rank_of="loss", bias=True, where=well_behaved)
def one_more_input_again(a: Any) -> int:
    """The same, on data that seem to be what it is about."""
    return one_more_input(a)


@conjecture(rank_of="loss", bias=True)
def every_bias(a: Any) -> int:
    """What holds with bias, for every r̃ = rk E[x̃x̃⊤], s̃ = rk E[δx̃⊤] and e = rk E[δ], x̃ = (x, 1)."""
    r, s, e = a.augmented_data_rank - 1, a.augmented_residual_rank, a.residual_mean
    least = min(a.hidden, default=a.inputs + a.outputs)
    q, low, next_one = min(r, least, a.outputs), min(s, least), min(s, least + 1)
    last = max((place for place, width in enumerate(a.hidden) if width == least), default=0)
    behind = sum(width - least for width in a.hidden[last + 1 :])
    outer = a.outputs + q * (r + a.outputs - q)
    functional = 2 * low * sum(a.hidden) - (a.layers - 1) * low**2
    return outer + functional + e * ((a.layers - 1) * low + 2 * (next_one - low) * behind)


def unknowns(a: Any) -> int:
    """Directions of all weights that active neurons see, r of them in the inputs."""
    sizes = [a.data_rank, *a.active, a.outputs]
    return sum(one * two for one, two in pairwise(sizes))


@conjecture(rank_of="outer", activation="relu")
def active_neurons(a: Any) -> int:
    """N·K equations; as many unknowns as weights of active neurons, but for the scale of each neuron."""
    return min(a.samples * a.outputs, unknowns(a) - sum(a.active))


@conjecture(rank_of="outer", relation="<=", activation="relu")
def active_neurons_at_most(a: Any) -> int:
    """The same as a bound."""
    return active_neurons(a)


@conjecture(rank_of="loss", loss="cross-entropy")
def any_loss(a: Any) -> int:
    """That the loss does not matter."""
    return every_residual(a)


@conjecture(rank_of="loss", loss="cross-entropy")
def one_output_fewer(a: Any) -> int:
    """A softmax looks at differences of outputs only: K − 1 takes the place of K."""
    q = min(narrowest(a), a.outputs - 1)
    low = min(q, a.residual_rank)
    return 2 * low * sum(a.hidden) - (a.layers - 1) * low**2 + q * (a.data_rank + a.outputs - 1 - q)


if __name__ == "__main__":
    for each in (without_symmetries, published, large_residual, every_residual, one_more_input, every_bias):
        found = examine(each, max_parameters=4)
        print(f"{each.statement.name}: {found.verdict}, {found.instances} instances compared")
