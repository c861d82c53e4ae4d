"""The device of the checks on a GPU, and what a check says where there is none."""

from __future__ import annotations

from hessproof.numeric import arrays
from hessproof.numeric.arrays import Namespace
from hessproof.proofs_check.model.check import Unavailable


def cuda() -> Namespace:
    """CuPy's functions.

    Raises:
        Unavailable: If CUDA cannot be used here; the check is then *not checked*.
    """
    why = arrays.missing_cuda()
    if why:
        raise Unavailable(f"{why}; {arrays.cuda_remedy(why)}")
    return arrays.namespace("cuda")


def told() -> str:
    """The device's name, for the record."""
    return arrays.cuda_name()
