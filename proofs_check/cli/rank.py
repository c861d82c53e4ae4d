"""``hessproof rank``."""

from __future__ import annotations

import click
from rich.text import Text

from hessproof.proofs_check.cli.output import console, print_json, table, whole_number
from hessproof.proofs_check.outputs import Quantity, RankOutput
from hessproof.proofs_check.ranking import DataRequest, rank_network
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture


@click.command("rank")
@click.argument("widths", metavar="WIDTHS")
@click.option("--bias", is_flag=True, help="Add a bias to every layer.")
@click.option(
    "--activation",
    default="linear",
    metavar="A",
    show_default=True,
    help=f"Activation of hidden layers: {', '.join(ACTIVATIONS)}.",
)
@click.option("--loss", default="mse", metavar="L", show_default=True, help=f"The loss: {', '.join(LOSSES)}.")
@click.option(
    "--data",
    default="gaussian",
    metavar="D",
    show_default=True,
    help="gaussian; digits (64, 16 or 4 inputs and 10 outputs); a folder with MNIST, Fashion-MNIST or CIFAR; or the "
    "path of an .npz file with arrays x and y.",
)
@click.option(
    "--samples", callback=whole_number(1), metavar="N", help="How many samples to draw, or to take from the data set."
)
@click.option("--data-rank", callback=whole_number(), metavar="R", help="Rank of the inputs, with --data gaussian.")
@click.option("--residual-rank", callback=whole_number(), metavar="S", help="Rank of E[δx⊤], with --data gaussian.")
@click.option(
    "--engine", default="exact", metavar="E", show_default=True, help="exact, multiprecision or float arithmetic."
)
@click.option("--device", default="cpu", metavar="D", show_default=True, help="cpu, cuda or auto.")
@click.option(
    "--seed",
    callback=whole_number(0),
    default="0",
    metavar="N",
    show_default=True,
    help="Seed of weights and drawn data.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    widths: str,
    bias: bool,
    activation: str,
    loss: str,
    data: str,
    samples: int | None,
    data_rank: int | None,
    residual_rank: int | None,
    engine: str,
    device: str,
    seed: int,
    as_json: bool,
) -> int:
    """Measure the ranks of one network's Hessian, and of its outer and functional parts.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-20-10. Weights are drawn at random. Each rank is
    shown beside the one that the project predicts; the exit status is 1 if a measured rank contradicts a prediction.
    """
    one_of("activation", activation, ACTIVATIONS, f"give --activation {ACTIVATIONS[0]}")
    one_of("loss", loss, LOSSES, f"give --loss {LOSSES[0]}")
    architecture = Architecture.parse(widths, bias=bias, activation=activation, loss=loss)
    found = rank_network(
        architecture,
        DataRequest(data, samples, data_rank, residual_rank),
        engine=engine,
        device=device,
        seed=seed,
    )
    if as_json:
        print_json(found.to_json())
    else:
        show(found, data)
    return 0 if found.agrees else 1


def show(found: RankOutput, data: str) -> None:
    """Print the ranks as a table."""
    out = console()
    widths = "-".join(map(str, found.architecture.widths))
    out.print(f"network {widths}{_kind(found)}: {found.parameters} parameters, weights drawn with seed {found.seed}")
    rank, residual = f"rank {found.data_rank}", f"residual rank {found.residual_rank}"
    if found.architecture.bias:
        rank += f" ({found.augmented_data_rank} with the constant)"
        residual += f" ({found.augmented_residual_rank} with the constant)"
    out.print(f"data    {data}: {found.drawn['samples']} samples, {rank}, {residual}")
    out.print()
    rows = table("rank of", "predicted", "measured", "of parameters", "", "how it is known", wrap=("how it is known",))
    for name, quantity in found.quantities.items():
        share = f"{100 * quantity.measured / found.parameters:.1f} %"
        known = f"{quantity.bound}: {quantity.why}"
        if quantity.tolerance is not None:
            gap = "none" if quantity.gap is None else f"{quantity.gap:.1e}"
            known += f" (tolerance {quantity.tolerance:.1e}, gap {gap})"
        predicted = "—" if quantity.predicted is None else str(quantity.predicted)
        if quantity.published is not None:
            word = "published" if quantity.predicted is not None else "linear network"
            predicted += f" ({word}: {quantity.published})"
        rows.add_row(name, predicted, str(quantity.measured), share, _word(quantity), known)
    out.print(rows)


def _kind(found: RankOutput) -> str:
    """What sets the network apart from a linear one without bias under the squared loss."""
    one = found.architecture
    words = [" with bias"] if one.bias else []
    words += [name for name, usual in ((one.activation, "linear"), (one.loss, "mse")) if name != usual]
    return ", ".join(words) if one.bias else "".join(f", {word}" for word in words)


def _word(quantity: Quantity) -> Text:
    if quantity.predicted is None:
        return Text("not predicted")
    words = {True: Text("agrees", "green"), False: Text("DISAGREES", "bold red"), None: Text("open", "yellow")}
    return words[quantity.agrees]
