"""The spectra of one network: what ``hessproof spectrum`` computes, prints and writes."""

from __future__ import annotations

import csv
import itertools
import math
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hessproof.numeric.arrays import Namespace, namespace
from hessproof.numeric.memory import refuse_if_too_large
from hessproof.numeric.planning import Plan, make_plan, refuse_if_it_cannot_fit
from hessproof.numeric.training.initialisation import SCHEMES, initial_parameters
from hessproof.numeric.weights import Weights
from hessproof.proofs_check.outputs import ArchitectureRecord
from hessproof.proofs_check.resuming import Store
from hessproof.proofs_check.selection import choose_device, one_of
from hessproof.proofs_check.spectra.figures import NAMES
from hessproof.proofs_check.spectra.measured_figures import figures
from hessproof.proofs_check.spectra.methods import (
    Choice,
    Options,
    check,
    choose,
    decomposition_cost,
    parts_of,
    products_cost,
)
from hessproof.proofs_check.spectra.networks import (
    SAMPLES_PER_INPUT,
    SCHEME,
    Setting,
    data_arrays,
    predicted_rank,
)
from hessproof.proofs_check.spectra.parts import FURTHER, STEERED, Measured, Products, Tell, measure_part
from hessproof.proofs_check.spectra.records import (
    CountRecord,
    IntervalRecord,
    MatrixFree,
    PartSpectrum,
)
from hessproof.proofs_check.spectra.records import SpectrumOutput as SpectrumOutput
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

SHOWN_TOLERANCES = (1e-3, 1e-6, 1e-9, 1e-12)


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
    weights: Weights | None = None,
    options: Options | None = None,
    store: Store | None = None,
    announce: Callable[[Plan], None] = lambda plan: None,
    tell: Tell = lambda what, share: None,
) -> SpectrumOutput:
    """The spectra of H_L, H_f and H_o of a network at initialisation or with given weights, in float64.

    Args:
        architecture: Widths, bias, activation and loss.
        data: ``gaussian``, or what `hessproof.numeric.loaders.load_data` reads.
        samples: N; for Gaussian data four times the inputs unless given, for others all, but at most 2,000.
        scheme: Initialisation, one of `hessproof.numeric.training.initialisation.SCHEMES`.
        seed: Of weights, drawn data, probes and starting vectors.
        device: Where the work is done: ``cpu``, ``cuda`` or ``auto``.
        out: Folder for ``spectrum.svg``, ``spectrum.png``, the numbers as CSV and ``spectrum.json``; None writes
            nothing.
        progress: Told after each part.
        weights: In place of drawn ones.
        options: Method, parts and the errors asked for.
        store: Where finished pieces are kept and found.
        announce: Told the plan before anything is computed.
        tell: Told how far each piece is.

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
    options = options or Options()
    check(options)
    parts = parts_of(options)
    one_of("initialisation", scheme, SCHEMES, f"give --init {SCHEMES[0]}")
    choose_device(device)
    _refuse_large(architecture, data, samples)
    if data == "gaussian":
        _refuse_early(architecture, samples, options, parts, namespace(device))  # type: ignore[arg-type]
    inputs, targets = data_arrays(architecture, data, samples, seed)
    parameters = initial_parameters(architecture, scheme, seed) if weights is None else weights.parameters
    one = Setting(architecture, parameters, inputs, targets, device)
    data_rank, augmented = one.data_rank, one.augmented_data_rank
    ranks = {part: predicted_rank(architecture, part, data_rank, augmented) for part in parts}
    choices = [choose(architecture, len(inputs), part, options, ranks[part]) for part in parts]
    plan = _planned(architecture, len(inputs), options, choices, namespace(one.device))  # type: ignore[arg-type]
    announce(plan)
    found: dict[str, Measured] = {}
    for choice in choices:
        found[choice.part] = measure_part(one, choice, options, seed, store, tell)
        progress(f"eigenvalues of {NAMES[choice.part]}")
    where = scheme if weights is None else f"weights of {weights.path}"
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
        data_rank=data_rank,
        initialisation=where,
        seed=seed,
        parts={part: _part(one, ranks[part], options) for part, one in found.items()},
        figures=figures(one, found, ranks, scheme if weights is None else "given"),
        seconds=round(time.perf_counter() - start, 3),
    )
    return made if out is None else _written(made, found, Path(out))


def _planned(architecture: Architecture, samples: int, options: Options, choices: list[Choice], xp: Namespace) -> Plan:
    """The plan, if it fits; otherwise the order, or the number of steps, that would is named.

    Raises:
        UnusableRequest: If it does not fit.
    """
    plan = make_plan([choice.cost for choice in choices], xp)
    largest = max(choices, key=lambda choice: choice.cost.bytes)
    if largest.order:
        remedy = "give --method matrix-free, or narrower layers"
        refuse_if_it_cannot_fit(plan, remedy, cost_of=lambda order: decomposition_cost(order, ""), xp=xp)
    else:
        refuse_if_it_cannot_fit(
            plan, "give fewer --steps or --extremes, or narrower layers",
            cost_of=lambda steps: products_cost(architecture, samples, largest.part, replace(options, steps=steps)),
            size_in_words="{size:,} steps", xp=xp,
        )  # fmt: skip
    return plan


def _refuse_large(architecture: Architecture, data: str, samples: int | None) -> None:
    """Refuse weights and drawn data that do not fit, before they are drawn."""
    refuse_if_too_large(
        16 * architecture.parameters, f"{architecture.parameters:,} parameters in memory", "give narrower layers"
    )
    if data == "gaussian":
        count = SAMPLES_PER_INPUT * architecture.inputs if samples is None else samples
        size = 16 * count * (architecture.inputs + architecture.outputs)
        refuse_if_too_large(size, f"{count:,} samples in memory", "give fewer --samples")


def _refuse_early(
    architecture: Architecture, samples: int | None, options: Options, parts: tuple[str, ...], xp: Namespace
) -> None:
    """Refuse what cannot fit before anything is drawn: the ranks of Gaussian data are known."""
    inputs = architecture.inputs
    count = SAMPLES_PER_INPUT * inputs if samples is None else samples
    rank, augmented = min(count, inputs), min(count, inputs + 1)
    cores = {part: predicted_rank(architecture, part, rank, augmented) for part in parts}
    choices = [choose(architecture, count, part, options, core) for part, core in cores.items()]
    _planned(architecture, count, options, choices, xp)


def _part(one: Measured, rank: int, options: Options) -> PartSpectrum:
    choice, spectrum = one.choice, one.spectrum
    if spectrum is None or one.found is None:
        assert one.products is not None
        return PartSpectrum(
            predicted=rank, method=choice.method, why=choice.why, gap=None, beyond=None, truncation=None, counts=None,
            plateaus=None, eigenvalues=None, zeros=None, matrix_free=_matrix_free(one.products, options),
        )  # fmt: skip
    gap = spectrum.gap(rank)
    return PartSpectrum(
        predicted=rank,
        method=choice.method,
        why=choice.why,
        gap=gap if math.isfinite(gap) else None,
        beyond=spectrum.at(rank + 1),
        truncation=spectrum.truncation(rank),
        counts={f"{tolerance:.0e}": spectrum.count(tolerance) for tolerance in SHOWN_TOLERANCES},
        plateaus=spectrum.plateaus(),
        eigenvalues=one.found.values.tolist(),
        zeros=one.found.zeros,
        order=one.found.order,
        accuracy=one.found.error,
    )


def _matrix_free(one: Products, options: Options) -> MatrixFree:
    density, traces = one.density, one.traces
    counts = () if density is None else density.counts
    trace, norm = IntervalRecord.of(traces.trace), IntervalRecord.of(traces.frobenius)
    assert trace is not None
    assert norm is not None
    return MatrixFree(
        extremes=one.extremes.tolist(),
        residuals=one.residuals.tolist(),
        together=one.together,
        intervals=[
            CountRecord.of(count, tolerance) for count, tolerance in zip(counts, (*STEERED, *FURTHER), strict=False)
        ],
        confidence=1.0 - (density.failure if density else 0.0),
        trace=trace,
        frobenius=norm,
        sure_trace=IntervalRecord.of(traces.sure_trace),
        sure_frobenius=IntervalRecord.of(traces.sure_frobenius),
        probes=len(density.probes) if density else 0,
        steps=density.steps if density else 0,
        error=options.error,
        reached=density.reached if density else True,
        products=one.products,
    )


def _written(made: SpectrumOutput, found: dict[str, Measured], folder: Path) -> SpectrumOutput:
    """Write pictures and numbers into a folder, every file in one step."""
    from hessproof.proofs_check.reproduction.pictures import write_pictures

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            stage = Path(place)
            files = write_pictures(made.figures, stage, "spectrum")
            files += _tables(made, found, stage)
            finished = made.model_copy(update={"files": [*files, "spectrum.json"]})
            (stage / "spectrum.json").write_text(finished.model_dump_json(indent=2) + "\n", encoding="utf-8")
            for name in finished.files:
                os.replace(stage / name, folder / name)
    except OSError as error:
        raise UnusableRequest(
            f"folder {str(folder)!r} ({error.strerror})", "a folder that can be written", "give another --out"
        ) from None
    return finished


def _tables(made: SpectrumOutput, found: dict[str, Measured], stage: Path) -> list[str]:
    """``eigenvalues.csv`` of the parts whose eigenvalues are known, ``quadrature.csv`` of the others."""
    files = []
    known = {part: one.eigenvalues for part, one in made.parts.items() if one.eigenvalues is not None}
    if known:
        rows = itertools.zip_longest(*known.values(), fillvalue="")
        _table(stage / "eigenvalues.csv", [f"eigenvalues of {NAMES[part]}" for part in known], rows)
        files.append("eigenvalues.csv")
    densities = {part: one.products.density for part, one in found.items() if one.products and one.products.density}
    if densities:
        nodes = (
            [NAMES[part], number, node, weight]
            for part, density in densities.items()
            for number, rule in enumerate(density.rules)
            for node, weight in zip(rule.nodes.tolist(), rule.weights.tolist(), strict=True)
        )
        _table(stage / "quadrature.csv", ["part", "probe", "node", "weight"], nodes)
        files.append("quadrature.csv")
    return files


def _table(path: Path, columns: Sequence[str], rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)  # type: ignore[arg-type]
