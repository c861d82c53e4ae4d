"""All bounds of one network beside what is measured: what ``hessproof bound`` computes and writes."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hessproof.numeric.arrays import Device, namespace
from hessproof.numeric.landscape.reach import refuse_unfit
from hessproof.numeric.network.parameters import checked
from hessproof.numeric.planning import Plan
from hessproof.proofs_check.bounding.figures import figures
from hessproof.proofs_check.bounding.ladder import ladder, rungs, sharpest
from hessproof.proofs_check.bounding.measured import (
    PARTS,
    LayerNorms,
    Measured,
    layer_norms,
    measure,
    most_objects,
    reduced_order,
)
from hessproof.proofs_check.bounding.network import (
    Network,
    NetworkRequest,
    refuse_overflow,
    refuse_unbounded,
    resolve,
)
from hessproof.proofs_check.bounding.planning import measuring_plan, refuse_too_large
from hessproof.proofs_check.bounding.record import BoundOutput, BoundRow, LayerRecord, MeasuredPart
from hessproof.proofs_check.bounding.sizes import answer, refuse_incomplete
from hessproof.proofs_check.outputs import ArchitectureRecord
from hessproof.symbolic.errors import UnusableRequest, short_path


@dataclass(frozen=True, slots=True)
class SizeRequest:
    """The question from which sample size on one more object changes little.

    Args:
        radius: R, around the weights.
        tolerance: T.
        k: A sample size to look at.
    """

    radius: float | None = None
    tolerance: float | None = None
    k: int | None = None


def bound_network(
    request: NetworkRequest,
    size: SizeRequest | None = None,
    *,
    out: str | Path | None = None,
    device: Device = "cpu",
    plan: Callable[[Plan], None] = lambda plan: None,
    progress: Callable[[str], None] = lambda line: None,
) -> BoundOutput:
    """Every bound of a network's Hessian beside the measured norms.

    Args:
        request: The network and its data.
        size: The question about the sample size; None asks none.
        out: Folder for ``bound.svg``, ``bound.png``, one table a panel, ``weights.npz`` and ``bound.json``; None writes
            nothing.
        device: Where products with Hessians are formed: ``cpu``, ``cuda`` or ``auto``.
        plan: Told what the long stages will cost, before they are begun.
        progress: Told after each stage.

    Raises:
        UnusableRequest: If something asked for does not fit or has no bound.

    Example:
        >>> found = bound_network(NetworkRequest("1-2", start="zeros", samples=3))
        >>> rows = {(row.part, row.key): row for row in found.bounds}
        >>> rows["loss", "thm1"].single, rows["loss", "thm1"].violated, found.measured["loss"].largest > 0
        (0.0, True, True)
        >>> round(rows["outer", "g_term"].single_ratio, 9)
        1.0
    """
    asked = SizeRequest() if size is None else size
    namespace(device)
    refuse_incomplete(asked.radius, asked.tolerance, asked.k)
    if request.number is not None and asked.radius is not None:
        raise UnusableRequest(
            f"--radius {asked.radius:g} with --object {request.number}", "all objects, of which one more is added",
            "leave --object out",
        )  # fmt: skip
    if out is not None and (not str(out) or (Path(out).exists() and not Path(out).is_dir())):
        raise UnusableRequest(
            f"folder {short_path(out)!r}", "a folder that can be written", "give for instance --out bounds"
        )
    network = resolve(request, plan)
    progress("network and data")
    made = bounds_of(network, asked, data=request.data, seed=request.seed, device=device, plan=plan, progress=progress)
    made = made.model_copy(update={"object": request.number})
    return made if out is None else written(made, network, Path(out))


def bounds_of(
    network: Network,
    size: SizeRequest | None = None,
    *,
    data: str = "given",
    seed: int = 0,
    device: Device = "cpu",
    plan: Callable[[Plan], None] = lambda plan: None,
    progress: Callable[[str], None] = lambda line: None,
) -> BoundOutput:
    """The same for parameters and data that are at hand as arrays; nothing is written.

    Args:
        network: Architecture, parameters P^l = [W^l b^l] or W^l, inputs and class probabilities.
        size: The question about the sample size; None asks none.
        data: What the data are called.
        seed: Of the search for large changes.
        device: Where products with Hessians are formed.
        plan: Told what the long stages will cost, before they are begun.
        progress: Told after each stage.

    Raises:
        UnusableRequest: If a shape does not fit, a number is not finite, or no bound is stated for the network.

    Example:
        >>> import numpy as np
        >>> from hessproof.symbolic.architecture import Architecture
        >>> relu = Architecture((2, 2), activation="relu", loss="cross-entropy")
        >>> found = bounds_of(Network(relu, (np.zeros((2, 2)),), np.asarray([[3.0, 4.0]]), np.asarray([[1.0, 0.0]])))
        >>> round(found.measured["loss"].largest, 9)  # ½‖x‖²
        12.5
    """
    start = time.perf_counter()
    asked = SizeRequest() if size is None else size
    refuse_incomplete(asked.radius, asked.tolerance, asked.k)
    refuse_unbounded(network.architecture.activation, network.architecture.loss)
    checked(network.architecture, network.parameters, network.inputs, network.targets)
    if not all(np.isfinite(matrix).all() for matrix in network.parameters):
        raise UnusableRequest("parameters with NaN or infinite entries", "finite numbers", "see where they come from")
    refuse_unfit(network.architecture, network.inputs, network.targets, asked.radius or 0.0)
    refuse_overflow(network)
    xp, count = namespace(device), len(network.inputs)
    chosen = min(count, most_objects(network))
    planned = measuring_plan(network.architecture, count, chosen, reduced_order(network), xp)
    refuse_too_large(network.architecture, planned, xp)
    plan(planned)
    layers = layer_norms(network)
    stated = rungs(network, layers)
    progress("bounds")
    whole = [one for one in stated if one.part == "loss" and one.key.endswith("_at")]
    ranking = (whole or stated)[0].values
    measured = measure(network, ranking, progress, device)
    found = [*sharpest(measured, len(network.inputs)), *stated]
    rows = ladder(found, measured)
    sizes = None
    if asked.radius is not None:
        sizes = answer(network, layers, asked.radius, asked.tolerance, asked.k, seed)
        progress("sample size")
    architecture = network.architecture
    made = BoundOutput(
        architecture=ArchitectureRecord(
            widths=list(architecture.widths), bias=architecture.bias, activation=architecture.activation,
            loss=architecture.loss,
        ),
        parameters=architecture.parameters,
        weights=network.origin,
        training_loss=list(network.training),
        data=data,
        objects=len(network.inputs),
        object=None,
        measured_objects=len(measured.chosen),
        seed=seed,
        layers=_layer_records(network, layers),
        largest_weight_norm=max(one.norm for one in layers),
        largest_input_norm=float(np.linalg.norm(network.inputs, axis=1).max()),
        largest_entry=max(one.entry for one in layers),
        measured={part: _measured(part, measured) for part in PARTS},  # type: ignore[misc]
        bounds=rows,
        largest_step=2 / measured.top if measured.top > 0 else None,
        guaranteed_step=_guaranteed(rows),
        sample_size=sizes,
        figures=[],
        seconds=round(time.perf_counter() - start, 3),
    )  # fmt: skip
    return made.model_copy(update={"figures": figures(made, found, measured)})


def _layer_records(network: Network, layers: list[LayerNorms]) -> list[LayerRecord]:
    shapes, bias = network.architecture.weight_shapes, network.architecture.bias
    return [
        LayerRecord(
            name=name, shape=shape, norm=one.norm, frobenius=one.frobenius, entry=one.entry,
            bias=one.bias if bias else None,
        )
        for name, shape, one in zip(network.names, shapes, layers, strict=True)
    ]  # fmt: skip


def _measured(part: str, measured: Measured) -> MeasuredPart:
    norms, mean = measured.objects[part], measured.mean[part]
    return MeasuredPart(
        largest=float(norms.max()),
        at=int(measured.chosen[int(np.argmax(norms))]) + 1,
        median=float(np.median(norms)),
        mean=float(np.mean(norms)),
        mean_hessian=mean.value,
        mean_above=mean.upper if np.isfinite(mean.upper) else None,
        residual=mean.residual,
    )


def _guaranteed(rows: list[BoundRow]) -> float | None:
    """2 over the smallest proven bound of the mean Hessian."""
    proven = [row.mean for row in rows if row.part == "loss" and not row.published and row.mean]
    return 2 / min(proven) if proven else None


def written(made: BoundOutput, network: Network, folder: Path) -> BoundOutput:
    """Write pictures, tables, weights and the record into a folder, every file in one step.

    Raises:
        UnusableRequest: If the folder cannot be written.
    """
    from hessproof.proofs_check.reproduction.pictures import write_pictures, write_tables

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            stage = Path(place)
            files = write_pictures(made.figures, stage, "bound") if made.figures else []
            files += write_tables(made.figures, stage)
            np.savez(stage / "weights.npz", **_named(network))  # type: ignore[arg-type]
            finished = made.model_copy(update={"files": [*files, "weights.npz", "bound.json"]})
            (stage / "bound.json").write_text(finished.model_dump_json(indent=2) + "\n", encoding="utf-8")
            for name in finished.files:
                os.replace(stage / name, folder / name)
    except OSError as error:
        raise UnusableRequest(
            f"folder {str(folder)!r} ({error.strerror})", "a folder that can be written", "give another --out"
        ) from None
    return finished


def _named(network: Network) -> dict[str, object]:
    """The weights under names that ``--weights`` reads."""
    arrays: dict[str, object] = {}
    for layer, matrix in enumerate(network.parameters, start=1):
        width = network.architecture.widths[layer - 1]
        arrays[f"W{layer}"] = matrix[:, :width]
        if network.architecture.bias:
            arrays[f"b{layer}"] = matrix[:, width]
    return arrays
