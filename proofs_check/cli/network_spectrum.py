"""``hessproof spectrum`` of a network: what it runs and what it prints."""

from __future__ import annotations

from hessproof.numeric.overflow import within_range
from hessproof.numeric.planning import Plan
from hessproof.numeric.weights import load_weights
from hessproof.proofs_check.cli.output import console, print_json, table
from hessproof.proofs_check.cli.progress import plan_shown, work_shown
from hessproof.proofs_check.resuming import resumable
from hessproof.proofs_check.selection import one_of
from hessproof.proofs_check.spectra.figures import NAMES
from hessproof.proofs_check.spectra.methods import Options
from hessproof.proofs_check.spectra.output import SHOWN_TOLERANCES, spectrum_of_network
from hessproof.proofs_check.spectra.parts import FURTHER, STEERED
from hessproof.proofs_check.spectra.records import IntervalRecord, MatrixFree, PartSpectrum, SpectrumOutput
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest

TOLERANCES = (*STEERED, *FURTHER)


def run_network(
    widths: str | None,
    *,
    bias: bool,
    activation: str,
    loss: str,
    weights: str | None,
    data: str,
    samples: int | None,
    scheme: str,
    seed: int,
    device: str,
    out: str | None,
    work: str | None,
    options: Options,
    as_json: bool,
) -> int:
    """Measure and print; the exit status.

    Raises:
        UnusableRequest: If the request cannot be carried out.
    """
    one_of("activation", activation, ACTIVATIONS, f"give --activation {ACTIVATIONS[0]}")
    one_of("loss", loss, LOSSES, f"give --loss {LOSSES[0]}")
    stored = None if weights is None else load_weights(weights)
    if stored is not None:
        architecture = stored.architecture(widths, bias=bias, activation=activation, loss=loss)
    elif widths is not None:
        architecture = Architecture.parse(widths, bias=bias, activation=activation, loss=loss)
    else:
        raise UnusableRequest(
            "no WIDTHS", "those of a network, such as 64-30-20-10",
            "or give --weights FILE, or --model pennington --epsilon E --tau T",
        )  # fmt: skip
    with resumable(work) as store, work_shown(quiet=as_json) as tell, within_range():
        found = spectrum_of_network(
            architecture, data, samples, scheme=scheme, seed=seed, device=device, out=out, weights=stored,
            options=options, store=store, announce=(lambda plan: None) if as_json else _announce, tell=tell,
        )  # fmt: skip
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found, out)
    return 0


def _announce(plan: Plan) -> None:
    """Say what the measurement will take, where that is more than a moment."""
    if plan.seconds is not None and plan.seconds >= 1:
        plan_shown(plan)


def show(found: SpectrumOutput, out: str | None) -> None:
    """Print one line for each part, how it was measured, and what was written."""
    screen = console()
    shape = found.architecture
    kind = f"{shape.activation}, {shape.loss}{', bias' if shape.bias else ''}"
    screen.print(f"network {'-'.join(map(str, shape.widths))} ({kind}): {found.parameters} parameters")
    screen.print(f"data    {found.data}: {found.samples} samples, rank {found.data_rank}")
    seed = "" if found.initialisation.startswith("weights of ") else f", seed {found.seed}"
    screen.print(f"weights {found.initialisation.removeprefix('weights of ')}{seed}")
    for part, one in found.parts.items():
        if one.method != "dense" or one.why == "asked for":
            screen.print(f"{NAMES[part]:7s} {one.method}: {one.why}")
    _show_eigenvalues({part: one for part, one in found.parts.items() if one.eigenvalues is not None})
    _show_products({part: one for part, one in found.parts.items() if one.matrix_free is not None})
    screen.print()
    screen.print("predicted: the generic rank of the linear network with these widths on data of this rank")
    if out is not None:
        screen.print(f"written to {out}: {', '.join(found.files)}")


def _show_eigenvalues(parts: dict[str, PartSpectrum]) -> None:
    if not parts:
        return
    screen = console()
    screen.print()
    rows = table(
        "spectrum of",
        "largest |λ|",
        "rank predicted",
        "gap there",
        "next / largest",
        *(f"> {tolerance:.0e}" for tolerance in SHOWN_TOLERANCES),
        "lost there",
    )
    for part, one in parts.items():
        values, counts = one.eigenvalues or [0.0], one.counts or {}
        rows.add_row(
            NAMES[part],
            f"{abs(values[0]):.3g}",
            str(one.predicted),
            "∞" if one.gap is None else f"{one.gap:.3g}",
            f"{one.beyond or 0.0:.1e}",
            *map(str, counts.values()),
            f"{one.truncation or 0.0:.1e}",
        )
    screen.print(rows)
    for part, one in parts.items():
        if one.plateaus:
            shown = ", ".join(f"{value:.6g} ({count} times)" for value, count in one.plateaus[:6])
            rest = f" and {len(one.plateaus) - 6} more" if len(one.plateaus) > 6 else ""
            screen.print(f"plateaus of {NAMES[part]}: {shown}{rest}")
    for part, one in parts.items():
        if one.zeros:
            screen.print(f"{NAMES[part]} has {one.zeros} further eigenvalues, all of them zero by structure")


def _show_products(parts: dict[str, PartSpectrum]) -> None:
    if not parts:
        return
    screen = console()
    screen.print()
    rows = table("spectrum of", "largest |λ|", "predicted", *(f"> {at:.0e}" for at in TOLERANCES))
    for part, one in parts.items():
        told = _told(one)
        counts = [f"{count.low} to {count.high}" for count in told.intervals] or ["0"] * len(TOLERANCES)
        rows.add_row(NAMES[part], f"{abs(told.extremes[0]):.4g} ± {told.residuals[0]:.0e}", str(one.predicted), *counts)
    screen.print(rows)
    screen.print("each count: from, to; all of a part hold together with a probability of at least 95 %")
    for part, one in parts.items():
        told = _told(one)
        screen.print()
        screen.print(f"{NAMES[part]} trace {_span(told.trace)}, Frobenius norm {_span(told.frobenius)}")
        for line in _words(told):
            screen.print(f"    {line}")
    screen.print()
    screen.print("trace and norm: about 95 %, by Student's t over the probes")


def _told(one: PartSpectrum) -> MatrixFree:
    assert one.matrix_free is not None
    return one.matrix_free


def _words(told: MatrixFree) -> list[str]:
    """What was spent, and what the counts' intervals are made of."""
    if not told.probes:
        return [f"{told.products} products: zero on a random vector, so zero"]
    spent = f"{told.products} products, {told.probes} probes of {told.steps} Lanczos steps"
    steered = f"counts above {STEERED[-1]:.0e}"
    if told.reached:
        return [f"{spent}: {steered} are known to {told.error:.3g} p"]
    few = max(count.quadrature for count in told.intervals[: len(STEERED)])
    drawn = max(count.sampling for count in told.intervals[: len(STEERED)])
    return [
        f"{spent}: {steered} are not yet known to {told.error:.3g} p",
        f"± {few:.3g} is left open by so few steps (--steps), ± {drawn:.3g} by so few probes (--probes)",
    ]


def _span(one: IntervalRecord) -> str:
    return f"{one.estimate:.4g} ± {(one.high - one.low) / 2:.2g}"
