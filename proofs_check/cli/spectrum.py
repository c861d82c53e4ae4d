"""``hessproof spectrum``."""

from __future__ import annotations

import click

from hessproof.numeric.loaders.load import DATA_HELP
from hessproof.proofs_check.cli.output import console, print_json, table, whole_number
from hessproof.proofs_check.selection import one_of
from hessproof.proofs_check.spectra.output import SHOWN_TOLERANCES, SpectrumOutput, spectrum_of_network
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture

NAMES = {"loss": "H_L", "functional": "H_f", "outer": "H_o"}


@click.command("spectrum")
@click.argument("widths", metavar="WIDTHS")
@click.option("--bias", is_flag=True, help="Add a bias to every layer.")
@click.option("--activation", default="linear", metavar="A", show_default=True, help="Activation of hidden layers.")
@click.option("--loss", default="mse", metavar="L", show_default=True, help="mse, cross-entropy or cosh.")
@click.option("--data", default="gaussian", metavar="D", show_default=True, help=f"gaussian, {DATA_HELP}.")
@click.option(
    "--samples", callback=whole_number(1), metavar="N", help="How many samples to draw, or to take from the data set."
)
@click.option(
    "--init",
    "scheme",
    default="glorot-normal",
    metavar="I",
    show_default=True,
    help="glorot-normal, glorot-uniform, he-normal, he-uniform, uniform, orthogonal or balanced.",
)
@click.option(
    "--seed", callback=whole_number(0), default="0", metavar="N", show_default=True, help="Seed of weights and data."
)
@click.option("--device", default="cpu", metavar="D", show_default=True, help="cpu, cuda or auto.")
@click.option("--out", metavar="DIR", help="Folder for pictures, eigenvalues and numbers; nothing is written without.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    widths: str,
    bias: bool,
    activation: str,
    loss: str,
    data: str,
    samples: int | None,
    scheme: str,
    seed: int,
    device: str,
    out: str | None,
    as_json: bool,
) -> int:
    """Eigenvalues of one network's Hessian and of its functional and outer parts, at initialisation.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-20-10. Beside each spectrum stands the rank of
    the linear network with these widths, and how many eigenvalues exceed several tolerances.
    """
    one_of("activation", activation, ACTIVATIONS, f"give --activation {ACTIVATIONS[0]}")
    one_of("loss", loss, LOSSES, f"give --loss {LOSSES[0]}")
    architecture = Architecture.parse(widths, bias=bias, activation=activation, loss=loss)
    found = spectrum_of_network(architecture, data, samples, scheme=scheme, seed=seed, device=device, out=out)
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found, out)
    return 0


def show(found: SpectrumOutput, out: str | None) -> None:
    """Print one line for each part and what was written."""
    screen = console()
    shape = found.architecture
    kind = f"{shape.activation}, {shape.loss}{', bias' if shape.bias else ''}"
    screen.print(f"network {'-'.join(map(str, shape.widths))} ({kind}): {found.parameters} parameters")
    screen.print(f"data    {found.data}: {found.samples} samples, rank {found.data_rank}")
    screen.print(f"weights {found.initialisation}, seed {found.seed}")
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
    for part, one in found.parts.items():
        rows.add_row(
            NAMES[part],
            f"{abs(one.eigenvalues[0]):.3g}",
            str(one.predicted),
            "∞" if one.gap is None else f"{one.gap:.3g}",
            f"{one.beyond:.1e}",
            *map(str, one.counts.values()),
            f"{one.truncation:.1e}",
        )
    screen.print(rows)
    for part, one in found.parts.items():
        if one.plateaus:
            shown = ", ".join(f"{value:.6g} ({count} times)" for value, count in one.plateaus[:6])
            rest = f" and {len(one.plateaus) - 6} more" if len(one.plateaus) > 6 else ""
            screen.print(f"plateaus of {NAMES[part]}: {shown}{rest}")
    screen.print()
    screen.print("predicted: the generic rank of the linear network with these widths on data of this rank")
    if out is not None:
        screen.print(f"written to {out}: {', '.join(found.files)}")
