"""Measured numbers: kernels that assemble or apply Hessians, rank engines, instances and data sets.

The names below are loaded on first use, so that importing this package is quick.

Example:
    >>> import hessproof.numeric as hn
    >>> from hessproof.symbolic import Architecture
    >>> instance = hn.digits(4).first(20).instance(Architecture.parse("4-3-10"), seed=0)
    >>> hn.measure(instance)["loss"].value
    42
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hessproof.numeric.arrays import namespace as namespace
    from hessproof.numeric.datasets import Dataset as Dataset
    from hessproof.numeric.datasets import digits as digits
    from hessproof.numeric.datasets import gaussian_instance as gaussian_instance
    from hessproof.numeric.datasets import load_npz as load_npz
    from hessproof.numeric.exact import exact_rank as exact_rank
    from hessproof.numeric.floating import numerical_rank as numerical_rank
    from hessproof.numeric.instance import Instance as Instance
    from hessproof.numeric.instance import data_instance as data_instance
    from hessproof.numeric.instance import from_description as from_description
    from hessproof.numeric.instance import generic_instance as generic_instance
    from hessproof.numeric.instance import special_instance as special_instance
    from hessproof.numeric.kernels import a_o as a_o
    from hessproof.numeric.kernels import column_block as column_block
    from hessproof.numeric.kernels import hessian as hessian
    from hessproof.numeric.kernels import jacobian as jacobian
    from hessproof.numeric.multiprecision import precise_rank as precise_rank
    from hessproof.numeric.operators import HessianOperator as HessianOperator
    from hessproof.numeric.ranks import measure as measure
    from hessproof.numeric.reference import reference_hessian as reference_hessian
    from hessproof.numeric.result import Rank as Rank

_HOMES = {
    "Dataset": "datasets",
    "HessianOperator": "operators",
    "Instance": "instance",
    "Rank": "result",
    "a_o": "kernels",
    "column_block": "kernels",
    "data_instance": "instance",
    "digits": "datasets",
    "exact_rank": "exact",
    "from_description": "instance",
    "gaussian_instance": "datasets",
    "generic_instance": "instance",
    "hessian": "kernels",
    "jacobian": "kernels",
    "load_npz": "datasets",
    "measure": "ranks",
    "namespace": "arrays",
    "numerical_rank": "floating",
    "precise_rank": "multiprecision",
    "reference_hessian": "reference",
    "special_instance": "instance",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
