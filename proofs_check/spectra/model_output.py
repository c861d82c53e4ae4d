"""The spectrum of Pennington and Bahri's random model: what ``hessproof spectrum --model`` computes and writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import Field

from hessproof.numeric.arrays import Device
from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.random_matrices.matrices import COPIES
from hessproof.numeric.random_matrices.sums import SumSpectrum, sum_spectrum
from hessproof.proofs_check.outputs import Output
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.selection import choose_device
from hessproof.proofs_check.spectra.model_figures import density_panel, index_panel
from hessproof.proofs_check.spectra.model_scaling import scaling_panel
from hessproof.proofs_check.spectra.model_values import (
    bands,
    critical_energy,
    index_coefficient,
    largest_distance,
    negative_fraction,
    power_law,
    share_below,
    zeros,
)
from hessproof.proofs_check.staging import staged
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU

NAME = "pennington"
"""What ``--model`` takes."""
STEM = "model-spectrum"
"""Name of the files without their ends."""
RANGES = {"ε": (0.0, 1e5), "τ": (1e-5, 1e5), "σ": (0.01, 100.0)}
"""What may be asked for: up to here floats tell bands, gaps and the poles of R apart."""
TINY = 1e-20
"""The least energy other than 0: smaller ones are refused by `FreeSum`, whose powers of them would leave the floats."""


class Band(Output):
    """An interval on which the density is positive."""

    low: float
    high: float


class PointMass(Output):
    """An eigenvalue that a share of all eigenvalues have."""

    place: float
    mass: float


class MonteCarlo(Output):
    """One random matrix of the model, beside the limit law."""

    size: int = Field(description="number of eigenvalues, N")
    columns: int = Field(
        description="p = N/τ rounded, columns of J; with ReLU also samples of H_1, half of them active"
    )
    seed: int
    negative_fraction: float = Field(description="share of eigenvalues below zero")
    zeros: float = Field(description="share of eigenvalues that are zero up to rounding")
    mean: float
    variance: float
    smallest: float
    largest: float
    distance: float = Field(description="largest distance between its distribution function and that of the limit law")


class ModelSpectrumOutput(Output):
    """What ``hessproof spectrum --model pennington --json`` prints."""

    schema_id: Literal["hessproof/model-spectrum/1"] = Field(default="hessproof/model-spectrum/1", alias="schema")
    model: str
    relu: bool
    epsilon: float = Field(description="energy ε; residuals have the variance 2ε")
    tau: float = Field(description="τ = 2n/m, parameters over data entries")
    scale: float = Field(description="σ, the mean eigenvalue of H_0")
    r_transforms: dict[str, str] = Field(description="of H_0 and H_1")
    bands: list[Band] = Field(description="where the density is positive, from left to right")
    atoms: list[PointMass]
    mean: float
    variance: float
    negative_fraction: float = Field(description="α(ε, τ), the share of negative eigenvalues")
    critical_energy: float | None = Field(description="ε_c: α = 0 up to it, α > 0 above; null for τ ≥ 1")
    index_coefficient: float | None = Field(description="α_0(τ) of the power law; null for τ ≥ 1")
    power_law: float | None = Field(description="α_0 ((ε − ε_c)/ε_c)^{3/2}; null for ε < ε_c and for τ ≥ 1")
    monte_carlo: MonteCarlo | None = None
    figures: list[Figure] = Field(
        description="density; share of negative eigenvalues against the energy; the same near ε_c, for τ < 1"
    )
    files: list[str] = Field(default_factory=list, description="names of the files that were written")
    seconds: float


def spectrum_of_model(
    epsilon: float,
    tau: float,
    *,
    relu: bool = False,
    scale: float = 1.0,
    monte_carlo: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    out: str | Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> ModelSpectrumOutput:
    """Density, edges, atoms, share of negative eigenvalues and critical energy of H_0 + H_1 in the random model.

    Args:
        epsilon: ε ≥ 0.
        tau: τ > 0.
        relu: Whether H_1 is that of the model with ReLU.
        scale: σ > 0, the mean of the Marchenko–Pastur law of H_0.
        monte_carlo: Size of a random matrix to put beside the law; None draws nothing.
        seed: Of that matrix.
        device: Where the matrix lives: ``cpu``, ``cuda`` or ``auto``.
        out: Folder for ``model-spectrum.svg``, ``.png``, ``.json`` and a table for each panel; None writes nothing.
        progress: Told after each stage.

    Raises:
        UnusableRequest: If a number is outside its range, or the folder cannot be written.

    Example:
        >>> found = spectrum_of_model(0.1, 0.25)
        >>> found.critical_energy < 0.1, 0 < found.negative_fraction < 0.1, len(found.bands)
        (True, True, 1)
    """
    _in_range(epsilon, tau, scale)
    place: Device = choose_device(device)  # type: ignore[assignment]
    if out is None:
        return _made(epsilon, tau, relu, scale, monte_carlo, seed, place, progress)
    with staged(out) as folder:
        made = _made(epsilon, tau, relu, scale, monte_carlo, seed, place, progress)
        return _written(made, folder)


def _in_range(epsilon: float, tau: float, scale: float) -> None:
    """Refuse NaN, and numbers so far apart that floats do not tell what they make."""
    for (name, (least, most)), value in zip(RANGES.items(), (epsilon, tau, scale), strict=True):
        if not least <= value <= most or 0 < value < TINY:
            wanted = f"a number from {least or TINY:g} to {most:g}{'' if least else ', or 0'}"
            raise UnusableRequest(f"{name} = {value:g}", wanted, f"give for instance {name} = 0.5")


def _made(
    epsilon: float,
    tau: float,
    relu: bool,
    scale: float,
    size: int | None,
    seed: int,
    device: Device,
    progress: Callable[[str], None],
) -> ModelSpectrumOutput:
    start = time.perf_counter()
    model = PENNINGTON_RELU if relu else PENNINGTON
    law = FreeSum(model, epsilon, tau, scale)
    drawn = None
    if size is not None:
        need = matrix_bytes(size, size, copies=COPIES)
        refuse_if_too_large(need, f"a random matrix of {size} × {size}", "give a smaller --monte-carlo")
        drawn = sum_spectrum(size, epsilon, tau, relu=relu, scale=scale, seed=seed, device=device)
        progress(f"eigenvalues of a {size} × {size} matrix")
    values = None if drawn is None else drawn.eigenvalues
    critical, coefficient = critical_energy(model, tau, scale), index_coefficient(model, tau)
    _, mean, second = law.moments(2)
    panels = [density_panel(law, values), index_panel(model, law, values)]
    if critical is not None:
        title = f"Above the critical energy, τ = {tau:g}"
        panels.append(scaling_panel([("limit law", model, tau)], f"{STEM}-scaling", title, scale=scale))
    progress("density and share of negative eigenvalues")
    return ModelSpectrumOutput(
        model=NAME,
        relu=relu,
        epsilon=epsilon,
        tau=tau,
        scale=scale,
        r_transforms={"H_0": "σ/(1 − στz)", "H_1": "ετz/(2 − ετ²z²)" if relu else "2εz"},
        bands=[Band(low=low, high=high) for low, high in bands(law)],
        atoms=[PointMass(place=place, mass=mass) for place, mass in law.atoms()],
        mean=mean,
        variance=second - mean**2,
        negative_fraction=negative_fraction(law),
        critical_energy=critical,
        index_coefficient=coefficient,
        power_law=power_law(epsilon, critical, coefficient),
        monte_carlo=None if drawn is None else _beside(law, drawn),
        figures=panels,
        seconds=round(time.perf_counter() - start, 3),
    )


def _beside(law: FreeSum, drawn: SumSpectrum) -> MonteCarlo:
    """The drawn eigenvalues in numbers; their law is that of the ratio N/p, which rounding moves a little."""
    values = drawn.eigenvalues
    exact = law if drawn.ratio == law.tau else FreeSum(law.model, law.epsilon, drawn.ratio, law.scale)
    return MonteCarlo(
        size=len(values),
        columns=drawn.columns,
        seed=drawn.seed,
        negative_fraction=share_below(values),
        zeros=zeros(values),
        mean=float(values.mean()),
        variance=float(values.var()),
        smallest=float(values[0]),
        largest=float(values[-1]),
        distance=largest_distance(values, exact),
    )


def _written(made: ModelSpectrumOutput, folder: Path) -> ModelSpectrumOutput:
    """Write pictures and numbers."""
    from hessproof.proofs_check.reproduction.pictures import write_pictures, write_tables

    files = [*write_pictures(made.figures, folder, STEM), *write_tables(made.figures, folder), f"{STEM}.json"]
    finished = made.model_copy(update={"files": files})
    (folder / f"{STEM}.json").write_text(finished.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    return finished
