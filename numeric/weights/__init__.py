"""Weights of a user's network, read from an ``.npz``, ``.safetensors`` or PyTorch file; nothing in it is executed.

Example:
    >>> from hessproof.numeric.weights import load_weights
    >>> load_weights("absent.npz")
    Traceback (most recent call last):
    ...
    hessproof.symbolic.errors.UnusableRequest: weights 'absent.npz': expected a file that exists; give another path
"""

from __future__ import annotations

from hessproof.numeric.weights.network import Weights, load_weights, network_of

__all__ = ["Weights", "load_weights", "network_of"]
