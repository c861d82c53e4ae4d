"""How curved is the loss of a network, by proof and as measured, and how many samples fix its surface?

Weights and data are arrays here; `load_weights` reads those of a trained network from a PyTorch, .npz or .safetensors
file.
"""

from __future__ import annotations

import numpy as np

from hessproof.proofs_check.bounding import Network, SizeRequest, bounds_of
from hessproof.symbolic import Architecture

stream = np.random.default_rng(0)
architecture = Architecture((6, 8, 8, 3), activation="relu", loss="cross-entropy")
weights = tuple(stream.standard_normal(shape) / np.sqrt(shape[1]) for shape in architecture.weight_shapes)
inputs = stream.standard_normal((200, 6))
classes = np.eye(3)[stream.integers(0, 3, 200)]

found = bounds_of(Network(architecture, weights, inputs, classes), SizeRequest(radius=0.1, tolerance=0.02))

print(f"largest ‖H‖ of an object: {found.measured['loss'].largest:.3f}, at object {found.measured['loss'].at}")
for row in found.bounds:
    if row.part == "loss":
        word = "published" if row.published else "proven"
        print(f"  {row.name:22} {row.single:10.3f}, {row.single_ratio:7.2f} times as much ({word})")
print(
    f"largest step of gradient descent, quadratic model: {found.largest_step:.3f}, by proof {found.guaranteed_step:.3f}"
)

answer = found.sample_size
assert answer is not None
print(f"one more object changes the mean loss by less than {answer.tolerance} within radius {answer.radius}")
print(f"  from k = {answer.proven} on by proof, from k = {answer.measured} on as measured")
