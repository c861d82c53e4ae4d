"""One part of a network's Hessian measured by one method, in pieces that a work folder keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.numeric.arrays import namespace
from hessproof.numeric.curvature.lanczos import missed_share
from hessproof.numeric.network.gram import outer_eigenvalues
from hessproof.numeric.network.operators import NetworkOperator
from hessproof.numeric.planning import Watch, make_plan
from hessproof.numeric.spectra.partial import StructuredSpectrum, by_modulus, rounding
from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.numeric.spectra.structured import nonzero_eigenvalues
from hessproof.numeric.stochastic.density import Density, spectral_density
from hessproof.numeric.stochastic.extremes import FEWEST_VECTORS, extreme_eigenvalues
from hessproof.numeric.stochastic.intervals import Interval
from hessproof.numeric.stochastic.lanczos import Recurrence
from hessproof.numeric.stochastic.symmetric import Symmetric
from hessproof.numeric.stochastic.trace import Traces, trace_and_norm
from hessproof.proofs_check.resuming import Store, digest
from hessproof.proofs_check.spectra.methods import Choice, Options
from hessproof.proofs_check.spectra.networks import Setting

STEERED, FURTHER = (1e-1, 1e-2), (1e-3, 1e-6)
"""Tolerances, relative to |λ_1|, at which the error is controlled, and further ones that get an interval.

m Lanczos steps tell eigenvalues apart that are about |λ_1|/m from each other where they lie densely, so that hundreds
of steps say little about 10⁻³ of a spectrum without a gap there."""
FAILURE = 0.05
"""Probability with which one of a part's intervals may fail."""
MISSED = 1e-6
"""Probability with which the upper bound of the norm may fail, on which the sure intervals rest."""
Tell = Callable[[str, float], None]
"""Told the name of a piece and the share of it that is done."""


@dataclass(frozen=True, eq=False)
class Products:
    """What products with vectors told.

    Args:
        extremes: Eigenvalues of largest modulus, outermost first.
        residuals: ‖Hv − θv‖ of each.
        together: See `hessproof.numeric.stochastic.extremes.Extremes`.
        traces: Trace and Frobenius norm.
        density: Counts and density; None if the part vanishes.
        products: Products that were formed, those of earlier runs included.
    """

    extremes: np.ndarray[Any, np.dtype[np.float64]]
    residuals: np.ndarray[Any, np.dtype[np.float64]]
    together: float
    traces: Traces
    density: Density | None
    products: int

    @property
    def scale(self) -> float:
        """|λ_1|."""
        return float(abs(self.extremes[0]))


@dataclass(frozen=True, eq=False)
class Measured:
    """One part: how it was measured, and either its eigenvalues or what products told.

    Args:
        choice: The method.
        found: The eigenvalues, those that are zero by structure only counted.
        products: What products told.
    """

    choice: Choice
    found: StructuredSpectrum | None = None
    products: Products | None = None

    @property
    def spectrum(self) -> Spectrum | None:
        """The eigenvalues; one zero stands for all that are zero by structure."""
        if self.found is None:
            return None
        return Spectrum(np.append(self.found.values, 0.0) if self.found.zeros else self.found.values)


def measure_part(
    setting: Setting, choice: Choice, options: Options, seed: int, store: Store | None, tell: Tell
) -> Measured:
    """Measure one part.

    Args:
        setting: Network, weights and data.
        choice: Part and method.
        options: What the person asked for.
        seed: Of probes and starting vectors.
        store: Where finished pieces are kept and found; None for nowhere.
        tell: Told how far the work is.

    Raises:
        UnusableRequest: If memory does not suffice, or an iteration does not converge.
    """
    key = {
        "command": "spectrum", "part": choice.part, "method": choice.method, "device": setting.device,
        "network": str(setting.architecture), "activation": setting.architecture.activation,
        "bias": setting.architecture.bias, "loss": setting.architecture.loss,
        "weights": digest(list(setting.parameters)), "data": digest(setting.inputs, setting.targets),
    }  # fmt: skip
    if choice.method == "matrix-free":
        return Measured(choice, products=_products(setting, choice, options, seed, _Pieces(store, key), tell))

    def computed() -> Mapping[str, Any]:
        # LAPACK does not say how far it is, so the predicted time does
        seconds = make_plan([choice.cost], namespace(setting.device)).seconds  # type: ignore[arg-type]
        return _as_piece(Watch(tell).wait(choice.cost.what, lambda: _decomposed(setting, choice, seed), seconds))

    tell(choice.cost.what, 0.0)
    piece = computed() if store is None else store.piece(key, computed)
    tell(choice.cost.what, 1.0)
    return Measured(choice, found=_from_piece(piece))


def _decomposed(setting: Setting, choice: Choice, seed: int) -> StructuredSpectrum:
    """All eigenvalues, by the matrix that the method forms."""
    network, weights, x, y = setting.architecture, setting.parameters, setting.inputs, setting.targets
    device: Any = setting.device
    part: Any = choice.part
    if choice.method == "structured":
        return nonzero_eigenvalues(network, weights, x, y, part, device=device, seed=seed)
    if choice.method == "gram":
        return outer_eigenvalues(network, weights, x, y, device=device)
    values = by_modulus(Spectrum.of(setting.hessian(choice.part)).values)
    size = setting.architecture.parameters
    return StructuredSpectrum(
        values, 0, size, size, None, rounding(size, float(abs(values[0]))), how="the whole matrix"
    )


def _as_piece(found: StructuredSpectrum) -> dict[str, Any]:
    return {
        "values": found.values.tolist(), "zeros": found.zeros, "size": found.size, "order": found.order,
        "cut": found.cut, "error": found.error, "exact": found.exact, "how": found.how,
    }  # fmt: skip


def _from_piece(piece: Mapping[str, Any]) -> StructuredSpectrum:
    return StructuredSpectrum(
        np.asarray(piece["values"], dtype=np.float64), piece["zeros"], piece["size"], piece["order"], piece["cut"],
        piece["error"], exact=piece["exact"], how=piece["how"],
    )  # fmt: skip


class _Pieces:
    """The pieces of one part under one key; without a store nothing is found and nothing kept."""

    def __init__(self, store: Store | None, key: Mapping[str, Any]) -> None:
        self.store, self.key = store, key

    def get(self, **more: Any) -> dict[str, Any] | None:
        return None if self.store is None else self.store.get({**self.key, **more})

    def put(self, value: Mapping[str, Any], **more: Any) -> None:
        if self.store is not None:
            self.store.put({**self.key, **more}, value)

    def piece(self, compute: Callable[[], dict[str, Any]], **more: Any) -> dict[str, Any]:
        return compute() if self.store is None else self.store.piece({**self.key, **more}, compute)


def _products(setting: Setting, choice: Choice, options: Options, seed: int, pieces: _Pieces, tell: Tell) -> Products:
    """Extremes first, since tolerances are relative to the largest; then traces and probes."""
    operator = Symmetric.of(operator_of(setting, choice.part))
    count = min(options.extremes, operator.size)
    expected = max(choice.cost.products, 1)

    def progress(more: int = 0) -> None:
        tell(choice.cost.what, min(1.0, (operator.products + more) / expected))

    progress()
    ends = pieces.piece(lambda: _ends(operator, count, seed), piece="extremes", count=count, seed=seed)
    values = np.asarray(ends["values"], dtype=np.float64)
    scale = float(abs(values[0]))
    basis = max(FEWEST_VECTORS, 3 * count)
    norm = scale / (1.0 - 2.0 * missed_share(operator.size, basis, MISSED))
    told = pieces.piece(
        lambda: _traces(operator, norm, seed, lambda made: progress()), piece="traces", count=count, seed=seed
    )
    density, formed = None, ends["products"] + told["products"]
    if scale > 0:
        density = _density(operator, scale, options, seed, pieces, progress)
        formed += sum(one.steps for one in density.probes)
    tell(choice.cost.what, 1.0)
    return Products(
        values, np.asarray(ends["residuals"], dtype=np.float64), ends["together"], _traces_of(told), density, formed
    )


def _density(
    operator: Symmetric, scale: float, options: Options, seed: int, pieces: _Pieces, progress: Callable[[], None]
) -> Density:
    """The probes, of which those that are kept are not drawn again."""
    own = {"piece": "probe", "seed": seed, "steps": options.steps, "error": options.error, "scale": scale}
    known: dict[int, Recurrence] = {}
    while (kept := pieces.get(number=len(known), **own)) is not None:
        known[len(known)] = Recurrence(
            kept["mass"], np.asarray(kept["diagonal"]), np.asarray(kept["beside"]), kept["rounding"]
        )

    def keep(number: int, one: Recurrence) -> None:
        value = {
            "mass": one.mass, "diagonal": one.diagonal.tolist(), "beside": one.beside.tolist(), "rounding": one.rounding
        }  # fmt: skip
        pieces.put(value, number=number, **own)

    return spectral_density(
        operator, [tolerance * scale for tolerance in STEERED], also=[tolerance * scale for tolerance in FURTHER],
        error=options.error, probes=options.probes, steps=options.steps, failure=FAILURE, seed=seed, known=known,
        keep=keep, progress=lambda made: progress(),
    )  # fmt: skip


def _ends(operator: Symmetric, count: int, seed: int) -> dict[str, Any]:
    found = extreme_eigenvalues(operator, count, seed=seed)
    return {
        "values": found.values.tolist(), "residuals": found.residuals.tolist(), "together": found.together,
        "products": found.products,
    }  # fmt: skip


def _traces(operator: Symmetric, norm: float, seed: int, progress: Callable[[int], None]) -> dict[str, Any]:
    found = trace_and_norm(operator, norm=norm, seed=seed, failure=FAILURE, progress=progress)
    made: dict[str, Any] = {"exact": found.exact, "products": found.products}
    for name in INTERVALS:
        one = getattr(found, name)
        made[name] = None if one is None else [one.estimate, one.low, one.high, one.confidence, one.how]
    return made


INTERVALS = ("trace", "frobenius", "sure_trace", "sure_frobenius")


def _traces_of(piece: Mapping[str, Any]) -> Traces:
    made = {name: None if piece[name] is None else Interval(*piece[name]) for name in INTERVALS}
    return Traces(**made, exact=piece["exact"], products=piece["products"])  # type: ignore[arg-type]


def operator_of(setting: Setting, part: str) -> NetworkOperator:
    """The part as an operator, on the setting's device."""
    xp = namespace(setting.device)  # type: ignore[arg-type]
    parameters = [xp.asarray(matrix) for matrix in setting.parameters]
    inputs, targets = xp.asarray(setting.inputs), xp.asarray(setting.targets)
    return NetworkOperator(setting.architecture, parameters, inputs, targets, part)  # type: ignore[arg-type]
