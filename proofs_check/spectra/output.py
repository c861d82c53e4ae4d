"""The spectra of one network: what ``hessproof spectrum`` computes, prints and writes."""

from __future__ import annotations

import csv
import math
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import Field

from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.numeric.training.initialisation import SCHEMES, initial_parameters
from hessproof.proofs_check.outputs import ArchitectureRecord, Output
from hessproof.proofs_check.report.model import Figure
from hessproof.proofs_check.selection import choose_device, one_of
from hessproof.proofs_check.spectra.figures import (
    NAMES,
    counts_figure,
    density_figure,
    spectra_figure,
    words,
)
from hessproof.proofs_check.spectra.networks import PARTS, SCHEME, Setting, data_arrays
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

SHOWN_TOLERANCES = (1e-3, 1e-6, 1e-9, 1e-12)


class PartSpectrum(Output):
    """The spectrum of H_L, H_f or H_o."""

    predicted: int = Field(description="rank of the linear network with these widths, s as large as it can be")
    gap: float | None = Field(description="|λ_ρ| / |λ_{ρ+1}| at the predicted rank ρ; null if the second is zero")
    beyond: float = Field(description="|λ_{ρ+1}| / |λ_1|")
    truncation: float = Field(description="relative Frobenius error of the best approximation of rank ρ")
    counts: dict[str, int] = Field(description="numerical rank by tolerance relative to |λ_1|")
    plateaus: list[tuple[float, int]] = Field(description="repeated nonzero eigenvalues and their multiplicities")
    eigenvalues: list[float] = Field(description="all of them, by decreasing absolute value")


class SpectrumOutput(Output):
    """What ``hessproof spectrum --json`` prints."""

    schema_id: Literal["hessproof/spectrum/1"] = Field(default="hessproof/spectrum/1", alias="schema")
    architecture: ArchitectureRecord
    parameters: int
    data: str
    samples: int
    data_rank: int = Field(description="r, the numerical rank of the inputs")
    initialisation: str
    seed: int
    parts: dict[str, PartSpectrum] = Field(description="loss, functional and outer")
    figures: list[Figure] = Field(description="ordered spectra, counts against the tolerance, density")
    files: list[str] = Field(default_factory=list, description="names of the files that were written")
    seconds: float


def spectrum_of_network(
    architecture: Architecture,
    data: str = "gaussian",
    samples: int | None = None,
    *,
    scheme: str = SCHEME,
    seed: int = 0,
    device: str = "cpu",
    out: str | Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> SpectrumOutput:
    """Eigenvalues of H_L, H_f and H_o of a network at initialisation, in float64.

    Args:
        architecture: Widths, bias, activation and loss.
        data: ``gaussian``, or what `hessproof.numeric.loaders.load_data` reads.
        samples: N; for Gaussian data four times the inputs unless given, for others all, but at most 2,000.
        scheme: Initialisation, one of `hessproof.numeric.training.initialisation.SCHEMES`.
        seed: Of weights and drawn data.
        device: Where the Hessians are assembled: ``cpu``, ``cuda`` or ``auto``.
        out: Folder for ``spectrum.svg``, ``spectrum.png``, ``eigenvalues.csv`` and ``spectrum.json``; None writes
            nothing.
        progress: Told after each part.

    Raises:
        UnusableRequest: If data and widths do not fit, a name is unknown, or memory would not suffice.

    Example:
        >>> found = spectrum_of_network(Architecture((3, 4, 2)), seed=1)
        >>> found.parts["loss"].predicted, found.parts["loss"].counts["1e-09"]
        (18, 18)
        >>> [multiplicity for _, multiplicity in found.parts["functional"].plateaus]
        [4, 4, 4, 4]
    """
    start = time.perf_counter()
    one_of("initialisation", scheme, SCHEMES, f"give --init {SCHEMES[0]}")
    choose_device(device)
    inputs, targets = data_arrays(architecture, data, samples, seed)
    one = Setting(architecture, initial_parameters(architecture, scheme, seed), inputs, targets, device)
    spectra: dict[str, Spectrum] = {}
    for part in PARTS:
        spectra[part] = Spectrum.of(one.hessian(part))
        progress(f"eigenvalues of {NAMES[part]}")
    ranks = {part: one.predicted(part) for part in PARTS}
    made = SpectrumOutput(
        architecture=ArchitectureRecord(
            widths=list(architecture.widths),
            bias=architecture.bias,
            activation=architecture.activation,
            loss=architecture.loss,
        ),
        parameters=architecture.parameters,
        data=data,
        samples=len(inputs),
        data_rank=one.data_rank,
        initialisation=scheme,
        seed=seed,
        parts={part: _part(spectrum, ranks[part]) for part, spectrum in spectra.items()},
        figures=_figures(one, spectra, ranks, scheme),
        seconds=round(time.perf_counter() - start, 3),
    )
    return made if out is None else _written(made, Path(out))


def _part(spectrum: Spectrum, rank: int) -> PartSpectrum:
    gap = spectrum.gap(rank)
    return PartSpectrum(
        predicted=rank,
        gap=gap if math.isfinite(gap) else None,
        beyond=spectrum.at(rank + 1),
        truncation=spectrum.truncation(rank),
        counts={f"{tolerance:.0e}": spectrum.count(tolerance) for tolerance in SHOWN_TOLERANCES},
        plateaus=spectrum.plateaus(),
        eigenvalues=spectrum.values.tolist(),
    )


def _figures(one: Setting, spectra: dict[str, Spectrum], ranks: dict[str, int], scheme: str) -> list[Figure]:
    named = {NAMES[part]: spectrum for part, spectrum in spectra.items()}
    where = f"{words(one)}; {scheme} weights."
    return [
        spectra_figure(
            "spectrum-ordered", None, "Ordered spectra",
            f"{where} Dashed: the ranks of the linear network with these widths.", named,
            {NAMES[part]: rank for part, rank in ranks.items()},
        ),
        counts_figure(one, spectra["loss"], ranks["loss"], "spectrum-counts", scheme),
        density_figure("spectrum-density", "Density of eigenvalues", where, named),
    ]  # fmt: skip


def _written(made: SpectrumOutput, folder: Path) -> SpectrumOutput:
    """Write pictures and numbers into a folder, every file in one step."""
    from hessproof.proofs_check.reproduction.pictures import write_pictures

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            stage = Path(place)
            files = write_pictures(made.figures, stage, "spectrum")
            with (stage / "eigenvalues.csv").open("w", encoding="utf-8", newline="") as stream:
                rows = csv.writer(stream, lineterminator="\n")
                rows.writerow([f"eigenvalues of {NAMES[part]}" for part in PARTS])
                rows.writerows(zip(*(made.parts[part].eigenvalues for part in PARTS), strict=True))
            finished = made.model_copy(update={"files": [*files, "eigenvalues.csv", "spectrum.json"]})
            (stage / "spectrum.json").write_text(finished.model_dump_json(indent=2) + "\n", encoding="utf-8")
            for name in finished.files:
                os.replace(stage / name, folder / name)
    except OSError as error:
        raise UnusableRequest(
            f"folder {str(folder)!r} ({error.strerror})", "a folder that can be written", "give another --out"
        ) from None
    return finished
