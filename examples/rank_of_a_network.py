"""How many directions of a network's loss surface are curved? Exactly, from Python.

The rank of the Hessian of a deep linear network and of its two parts, measured over the rationals at integer weights,
beside the formula that hessproof stands behind.

Run it as ``python examples/rank_of_a_network.py [WIDTHS]``.
"""

import sys

from hessproof.numeric import generic_instance, measure
from hessproof.symbolic import Architecture, best

architecture = Architecture.parse(sys.argv[1] if len(sys.argv) > 1 else "8-6-4-6-5")
instance = generic_instance(architecture, data_rank=architecture.inputs, residual_rank=architecture.outputs, seed=1)

print(f"{architecture}: {architecture.parameters} parameters, r = {instance.data_rank}, s = {instance.residual_rank}")
for quantity, rank in measure(instance).items():
    predicted = best(quantity).evaluate(architecture, instance.data_rank, instance.residual_rank)
    print(f"{quantity:10}  measured {rank.value} ({rank.bound}), predicted {predicted}")
