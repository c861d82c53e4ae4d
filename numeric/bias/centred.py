"""A network with bias seen from the mean of its data: the network without bias that shares its ranks.

Let F̄ = E[F(x)], a function of the parameters with ∂F̄/∂b^L = I. With F̄ in place of b^L the outputs are F(x) − F̄ =
W^{L:1}(x − E[x]), so in these parameters H_o is the one without bias at Cov(x), and an identity of order K beside it:

    rk H_o(Σ̃) = K + rk H_o(Cov x)        for all parameters.

The change of parameters is not linear, but the Hessian of a function at a point changes by congruence where the
gradient vanishes, and the gradient for b^L is E[δ]. Where E[δ] = 0 the residual does not see the biases at all, and

    rk H_L(Σ̃, Ω̃) = K + rk H_L(Cov x, Ω),    rk H_f(Ω̃) = rk H_f(Ω)        for all parameters with E[δ] = 0.
"""

from __future__ import annotations

import numpy as np

from hessproof.numeric.instance import Instance
from hessproof.numeric.moments import Moments
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def centred(instance: Instance) -> Instance:
    """The same weights without biases on centred data: Cov(x) and E[δ(x − E[x])⊤], both times N².

    Raises:
        UnusableRequest: If the instance has no bias.

    Example:
        >>> from hessproof.numeric.instance import data_instance
        >>> one = data_instance(Architecture((1, 1), bias=True), [[1], [3]], [[0], [0]], weights=[[[2, 5]]])
        >>> moved = centred(one)
        >>> moved.sigma.tolist(), moved.omega.tolist(), moved.weights[0].tolist()
        ([[4]], [[8]], [[2]])
    """
    architecture = instance.architecture
    if not architecture.bias:
        raise UnusableRequest(f"{architecture} without bias", "a network with bias", "give --bias")
    sigma, omega = instance.sigma, instance.omega
    total, count = sigma[:-1, -1], sigma[-1, -1]
    moments = Moments(
        np.asarray(count * sigma[:-1, :-1] - np.outer(total, total)),
        np.asarray(count * omega[:, :-1] - np.outer(omega[:, -1], total)),
    )
    origin = {"factory": "centred", "of": dict(instance.origin)}
    return Instance(
        Architecture(architecture.widths), tuple(weight[:, :-1] for weight in instance.weights), moments, origin=origin
    )
