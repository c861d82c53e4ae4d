"""How many eigenvalues of a network's Hessian are negative, and what does the random model say?

Networks with one hidden layer at random weights, on Gaussian inputs, with random residuals of variance 2ε: the
situation that the model is made for, except that nobody makes the gradient vanish.
"""

from __future__ import annotations

import numpy as np

from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.two_layer.parts import hessian_parts
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU

n, m = 12, 48
tau = 2 * n / m
ZERO = 1e-9  # the Hessian of a linear network has eigenvalues that are zero in exact arithmetic; rounding gives 1e-15
outputs = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}

stream = np.random.default_rng(0)
inputs = stream.standard_normal((m, n))
first, second = (stream.standard_normal((n, n)) / np.sqrt(n) for _ in range(2))
residuals = stream.standard_normal((m, n))
residuals *= np.sqrt(2 / np.mean(residuals**2))  # energy 1

print(f"n = {n}, m = {m}, τ = {tau}: {2 * n * n} parameters. Share of negative eigenvalues:")
print(f"{'ε':>6} {'linear':>8} {'relu':>8} {'tanh':>8} {'model':>8} {'model, ReLU':>12}")
for energy in (0.01, 0.05, 0.2, 1.0):
    shares = []
    for activation, function in outputs.items():
        targets = function(inputs @ first.T) @ second.T - np.sqrt(energy) * residuals
        outer, functional = hessian_parts(first, second, inputs, targets, activation)
        values = np.linalg.eigvalsh(outer + functional)
        shares.append(float((values < -ZERO * values[-1]).mean()))
    models = [FreeSum(model, energy, tau).negative_fraction() for model in (PENNINGTON, PENNINGTON_RELU)]
    print(f"{energy:6g} " + " ".join(f"{share:8.3f}" for share in [*shares, models[0]]) + f" {models[1]:12.3f}")
