"""Domains of statements about networks that are not linear, and the pieces that are counted apart."""

from __future__ import annotations

from hessproof.proofs_check.model.claim import Case, Region

RECTIFIED = ("relu", "leaky-relu")
"""Activations with σ(z) = σ′(z) z that are not linear."""

ACTIVATIONS = (
    Region("ReLU", lambda case: case.architecture.activation == "relu"),
    Region("leaky ReLU", lambda case: case.architecture.activation == "leaky-relu"),
    Region("other activations", lambda case: case.architecture.activation not in RECTIFIED),
)

DEPTHS = (
    Region("L = 2", lambda case: case.architecture.activation != "linear" and case.architecture.layers == 2),
    Region("L = 3", lambda case: case.architecture.activation != "linear" and case.architecture.layers == 3),
    Region("L ≥ 4", lambda case: case.architecture.activation != "linear" and case.architecture.layers >= 4),
    Region("linear or L = 1", lambda case: case.architecture.activation == "linear" or case.architecture.layers == 1),
)


def one_hidden_rectified(case: Case) -> bool:
    """L = 2, no bias, a rectified activation, the squared loss."""
    return deep_rectified(case) and case.architecture.layers == 2


def deep_rectified(case: Case) -> bool:
    """L ≥ 2, no bias, a rectified activation, the squared loss."""
    architecture = case.architecture
    plain = not architecture.bias and architecture.loss == "mse"
    return plain and architecture.layers >= 2 and architecture.activation in RECTIFIED


def any_rectified(case: Case) -> bool:
    """L ≥ 2 and a rectified activation, with any loss, with or without bias."""
    return case.architecture.layers >= 2 and case.architecture.activation in RECTIFIED


def relu_without_bias(case: Case) -> bool:
    """L ≥ 2, ReLU, no bias."""
    return case.architecture.activation == "relu" and not case.architecture.bias and case.architecture.layers >= 2


def tanh_without_bias(case: Case) -> bool:
    """L ≥ 2, tanh, no bias."""
    return case.architecture.activation == "tanh" and not case.architecture.bias and case.architecture.layers >= 2
