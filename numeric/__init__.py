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
    from hessproof.numeric.balance import scaled as scaled
    from hessproof.numeric.bias.centred import centred as centred
    from hessproof.numeric.curvature.bounds import object_bounds as object_bounds
    from hessproof.numeric.curvature.lanczos import Norm as Norm
    from hessproof.numeric.curvature.lanczos import measured_norms as measured_norms
    from hessproof.numeric.curvature.lanczos import top_space as top_space
    from hessproof.numeric.curvature.objects import object_norms as object_norms
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
    from hessproof.numeric.landscape.adam import Trained as Trained
    from hessproof.numeric.landscape.adam import object_losses as object_losses
    from hessproof.numeric.landscape.adam import train as train
    from hessproof.numeric.loaders.load import load_data as load_data
    from hessproof.numeric.losses.instance import LossInstance as LossInstance
    from hessproof.numeric.losses.instance import labelled_instance as labelled_instance
    from hessproof.numeric.losses.instance import prescribed_instance as prescribed_instance
    from hessproof.numeric.multiprecision import precise_rank as precise_rank
    from hessproof.numeric.network.gram import outer_eigenvalues as outer_eigenvalues
    from hessproof.numeric.network.gram import outer_gram as outer_gram
    from hessproof.numeric.network.hessians import network_column_block as network_column_block
    from hessproof.numeric.network.hessians import network_forward as network_forward
    from hessproof.numeric.network.hessians import network_gradient as network_gradient
    from hessproof.numeric.network.hessians import network_hessian as network_hessian
    from hessproof.numeric.network.hessians import network_jacobian as network_jacobian
    from hessproof.numeric.network.hessians import network_loss as network_loss
    from hessproof.numeric.network.operators import NetworkOperator as NetworkOperator
    from hessproof.numeric.network.parameters import flatten as flatten
    from hessproof.numeric.network.parameters import unflatten as unflatten
    from hessproof.numeric.network.products_jacobian import JacobianOperator as JacobianOperator
    from hessproof.numeric.norms.instance import norm_instance as norm_instance
    from hessproof.numeric.operators import HessianOperator as HessianOperator
    from hessproof.numeric.ranks import measure as measure
    from hessproof.numeric.reference import reference_hessian as reference_hessian
    from hessproof.numeric.result import Rank as Rank
    from hessproof.numeric.spectra.partial import StructuredSpectrum as StructuredSpectrum
    from hessproof.numeric.spectra.structured import nonzero_eigenvalues as nonzero_eigenvalues
    from hessproof.numeric.stochastic.density import Density as Density
    from hessproof.numeric.stochastic.density import spectral_density as spectral_density
    from hessproof.numeric.stochastic.extremes import extreme_eigenvalues as extreme_eigenvalues
    from hessproof.numeric.stochastic.trace import trace_and_norm as trace_and_norm
    from hessproof.numeric.training.descent import gradient_descent as gradient_descent
    from hessproof.numeric.training.dyadic import dyadic_instance as dyadic_instance
    from hessproof.numeric.training.flow import gradient_flow as gradient_flow
    from hessproof.numeric.training.initialisation import balanced_parameters as balanced_parameters
    from hessproof.numeric.training.initialisation import initial_parameters as initial_parameters
    from hessproof.numeric.training.problem import LinearProblem as LinearProblem
    from hessproof.numeric.training.teacher import linear_teacher as linear_teacher
    from hessproof.numeric.training.trajectory import Trajectory as Trajectory
    from hessproof.numeric.weights.network import load_weights as load_weights

_HOMES = {
    "Dataset": "datasets",
    "Density": "stochastic.density",
    "HessianOperator": "operators",
    "Instance": "instance",
    "JacobianOperator": "network.products_jacobian",
    "LinearProblem": "training.problem",
    "LossInstance": "losses.instance",
    "NetworkOperator": "network.operators",
    "Norm": "curvature.lanczos",
    "Rank": "result",
    "StructuredSpectrum": "spectra.partial",
    "Trained": "landscape.adam",
    "Trajectory": "training.trajectory",
    "a_o": "kernels",
    "balanced_parameters": "training.initialisation",
    "centred": "bias.centred",
    "column_block": "kernels",
    "data_instance": "instance",
    "digits": "datasets",
    "dyadic_instance": "training.dyadic",
    "exact_rank": "exact",
    "extreme_eigenvalues": "stochastic.extremes",
    "flatten": "network.parameters",
    "from_description": "instance",
    "gaussian_instance": "datasets",
    "generic_instance": "instance",
    "gradient_descent": "training.descent",
    "gradient_flow": "training.flow",
    "hessian": "kernels",
    "initial_parameters": "training.initialisation",
    "jacobian": "kernels",
    "labelled_instance": "losses.instance",
    "linear_teacher": "training.teacher",
    "load_data": "loaders.load",
    "load_npz": "datasets",
    "load_weights": "weights.network",
    "measure": "ranks",
    "measured_norms": "curvature.lanczos",
    "namespace": "arrays",
    "network_column_block": "network.hessians",
    "network_forward": "network.hessians",
    "network_gradient": "network.hessians",
    "network_hessian": "network.hessians",
    "network_jacobian": "network.hessians",
    "network_loss": "network.hessians",
    "nonzero_eigenvalues": "spectra.structured",
    "norm_instance": "norms.instance",
    "numerical_rank": "floating",
    "object_bounds": "curvature.bounds",
    "object_losses": "landscape.adam",
    "object_norms": "curvature.objects",
    "outer_eigenvalues": "network.gram",
    "outer_gram": "network.gram",
    "precise_rank": "multiprecision",
    "prescribed_instance": "losses.instance",
    "reference_hessian": "reference",
    "scaled": "balance",
    "special_instance": "instance",
    "spectral_density": "stochastic.density",
    "top_space": "curvature.lanczos",
    "trace_and_norm": "stochastic.trace",
    "train": "landscape.adam",
    "unflatten": "network.parameters",
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
