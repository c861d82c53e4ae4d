"""``hessproof spectrum``: of one network, or of the random model of one."""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.core import ParameterSource

from hessproof.numeric.loaders.load import DATA_HELP
from hessproof.proofs_check.cli.output import console, print_json, real_number, table, whole_number
from hessproof.proofs_check.selection import one_of
from hessproof.proofs_check.spectra.output import SHOWN_TOLERANCES, SpectrumOutput, spectrum_of_network
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest

NAMES = {"loss": "H_L", "functional": "H_f", "outer": "H_o"}
MODELS = ("pennington",)
OF_NETWORKS = ("bias", "activation", "loss", "data", "samples", "scheme")
OF_MODELS = ("epsilon", "tau", "relu", "scale", "monte_carlo")
"""Options that say something about networks only, or about models only."""


@click.command("spectrum")
@click.argument("widths", metavar="[WIDTHS]", required=False)
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
@click.option("--model", metavar="M", help="In place of a network: pennington, the random model Wishart + Wigner.")
@click.option("--epsilon", callback=real_number(0), metavar="E", help="The model's energy; residuals have variance 2E.")
@click.option(
    "--tau", callback=real_number(0, strictly=True), metavar="T", help="The model's parameters over data entries."
)
@click.option("--relu", is_flag=True, help="The model with ReLU.")
@click.option(
    "--scale",
    callback=real_number(0, strictly=True),
    default="1",
    metavar="S",
    show_default=True,
    help="The model's mean eigenvalue of H_0.",
)
@click.option(
    "--monte-carlo", callback=whole_number(2), metavar="N", help="Draw an N × N matrix of the model beside the law."
)
@click.option(
    "--seed", callback=whole_number(0), default="0", metavar="N", show_default=True, help="Seed of all draws."
)
@click.option("--device", default="cpu", metavar="D", show_default=True, help="cpu, cuda or auto.")
@click.option("--out", metavar="DIR", help="Folder for pictures, eigenvalues and numbers; nothing is written without.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context,
    widths: str | None,
    bias: bool,
    activation: str,
    loss: str,
    data: str,
    samples: int | None,
    scheme: str,
    model: str | None,
    epsilon: float | None,
    tau: float | None,
    relu: bool,
    scale: float,
    monte_carlo: int | None,
    seed: int,
    device: str,
    out: str | None,
    as_json: bool,
) -> int:
    """Eigenvalues of one network's Hessian and of its functional and outer parts, at initialisation; or of a model.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-20-10. Beside each spectrum stands the rank of
    the linear network with these widths, and how many eigenvalues exceed several tolerances.

    With --model pennington, --epsilon and --tau in place of WIDTHS: density, edges, share of negative eigenvalues and
    critical energy of the free sum H_0 + H_1 after Pennington & Bahri 2017.
    """
    if model is not None:
        _of_a_model(ctx, model, widths)
        if epsilon is None or tau is None:
            missing = " and ".join(name for name, value in (("--epsilon", epsilon), ("--tau", tau)) if value is None)
            raise UnusableRequest(
                f"--model {model} without {missing}", "both numbers of the model", "give for instance --epsilon 0.1 "
                "--tau 0.5",
            )  # fmt: skip
        from hessproof.proofs_check.cli.model_spectrum import run_model

        return run_model(epsilon, tau, relu, scale, monte_carlo, seed=seed, device=device, out=out, as_json=as_json)
    for name in _given(ctx, OF_MODELS):
        raise UnusableRequest(f"{name} without --model", "a model that it belongs to", "give --model pennington")
    if widths is None:
        raise UnusableRequest(
            "no WIDTHS", "those of a network, such as 64-30-20-10", "or give --model pennington --epsilon E --tau T"
        )
    one_of("activation", activation, ACTIVATIONS, f"give --activation {ACTIVATIONS[0]}")
    one_of("loss", loss, LOSSES, f"give --loss {LOSSES[0]}")
    architecture = Architecture.parse(widths, bias=bias, activation=activation, loss=loss)
    found = spectrum_of_network(architecture, data, samples, scheme=scheme, seed=seed, device=device, out=out)
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found, out)
    return 0


def _of_a_model(ctx: click.Context, model: str, widths: str | None) -> None:
    """Refuse an unknown model, and what belongs to networks."""
    one_of("model", model, MODELS, f"give --model {MODELS[0]}")
    if widths is not None:
        shown = widths if len(widths) <= 40 else f"{widths[:39]}…"
        raise UnusableRequest(
            f"widths {shown!r} with --model {model}", "one of the two", "leave WIDTHS out, or --model"
        )  # fmt: skip
    for name in _given(ctx, OF_NETWORKS):
        raise UnusableRequest(
            f"{name} with --model {model}", "an option of the model, which has no network", f"leave {name} out"
        )  # fmt: skip


def _given(ctx: click.Context, names: Sequence[str]) -> list[str]:
    """Those of the options that the person gave, as written on the command line."""
    chosen = [name for name in names if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    return [each.opts[-1] for each in ctx.command.params if each.name in chosen]


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
