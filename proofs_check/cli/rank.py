"""``hessproof rank``."""

from __future__ import annotations

import click
from rich.text import Text

from hessproof.numeric.overflow import within_range
from hessproof.numeric.planning import Plan
from hessproof.numeric.ranks import QUANTITIES
from hessproof.numeric.weights import load_weights
from hessproof.proofs_check.cli import options as shared
from hessproof.proofs_check.cli.device import device_option, take_device
from hessproof.proofs_check.cli.output import console, print_json, table, whole_number
from hessproof.proofs_check.cli.progress import plan_shown, work_shown
from hessproof.proofs_check.outputs import Quantity, RankOutput
from hessproof.proofs_check.ranking import DataRequest, rank_network
from hessproof.proofs_check.resuming import resumable
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES, Architecture


@click.command("rank")
@shared.widths
@shared.bias
@click.option(
    "--activation", metavar="A", help=f"Activation of hidden layers: {', '.join(ACTIVATIONS)}.  [default: linear]"
)
@shared.loss("mse", f"The loss: {', '.join(LOSSES)}.")
@shared.weights(", as they are")
@shared.data(
    "; digits (64, 16 or 4 inputs and 10 outputs); a folder with MNIST, Fashion-MNIST or CIFAR; or the path of an .npz "
    "file with arrays x and y"
)
@shared.samples()
@click.option("--data-rank", callback=whole_number(), metavar="R", help="Rank of the inputs, with --data gaussian.")
@click.option("--residual-rank", callback=whole_number(), metavar="S", help="Rank of E[δx⊤], with --data gaussian.")
@click.option(
    "--quantity", "quantities", multiple=True, metavar="Q", help="Only outer, functional or loss; may be repeated."
)
@click.option(
    "--engine", default="exact", metavar="E", show_default=True, help="exact, multiprecision or float arithmetic."
)
@click.option("--dense", is_flag=True, help="Form whole p × p matrices, to compare with the structured route.")
@click.option(
    "--primes", callback=whole_number(1), metavar="N", help="Primes to try before a smaller modular rank is believed."
)
@device_option("large eliminations and for --engine float")
@shared.work("ranks")
@shared.seed("drawn weights and drawn data")
@shared.as_json
@click.pass_context
def command(
    ctx: click.Context,
    widths: str | None,
    bias: bool,
    activation: str | None,
    loss: str,
    weights: str | None,
    data: str,
    samples: int | None,
    data_rank: int | None,
    residual_rank: int | None,
    quantities: tuple[str, ...],
    engine: str,
    dense: bool,
    primes: int | None,
    device: str,
    work: str | None,
    seed: int,
    as_json: bool,
) -> int:
    """Measure the ranks of one network's Hessian, and of its outer and functional parts.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-20-10; they can be left out with --weights.
    Without --weights, weights are drawn at random. Each rank is shown beside the one that the project predicts for
    almost all weights; the exit status is 1 if a measured rank contradicts a prediction.
    """
    chosen = one_of("activation", activation or ACTIVATIONS[0], ACTIVATIONS, f"give --activation {ACTIVATIONS[0]}")
    one_of("loss", loss, LOSSES, f"give --loss {LOSSES[0]}")
    stored = None if weights is None else load_weights(weights)
    if stored is not None:
        architecture = stored.architecture(widths, bias=bias, activation=chosen, loss=loss)
    elif widths is None:
        raise click.MissingParameter(ctx=ctx, param_hint="'WIDTHS'", param_type="argument")
    else:
        architecture = Architecture.parse(widths, bias=bias, activation=chosen, loss=loss)
    with resumable(work) as store, work_shown(quiet=as_json) as progress, within_range():
        found = rank_network(
            architecture,
            DataRequest(data, samples, data_rank, residual_rank),
            engine=engine,
            device=take_device(device),
            seed=seed,
            weights=stored,
            quantities=quantities or QUANTITIES,
            structured=not dense,
            primes=primes,
            store=store,
            plan=(lambda plan: None) if as_json else _show_plan,
            progress=progress,
        )
    if stored is not None and activation is None and architecture.layers > 1:
        found.notes.insert(0, f"the file does not say its activation: {chosen} is taken; give --activation otherwise")
    if as_json:
        print_json(found.to_json())
    else:
        show(found, data)
    return 0 if found.agrees else 1


def _show_plan(plan: Plan) -> None:
    """Say what the measurement will take, where that is more than a moment."""
    if plan.seconds is not None:
        plan_shown(plan)


def show(found: RankOutput, data: str) -> None:
    """Print the ranks as a table."""
    out = console()
    widths = "-".join(map(str, found.architecture.widths))
    made = f"drawn with seed {found.seed}" if found.weights is None else f"read from {found.weights}"
    out.print(f"network {widths}{_kind(found)}: {found.parameters} parameters, weights {made}")
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
    if found.notes:
        out.print()
        for note in found.notes:
            out.print(f"{note[0].upper()}{note[1:]}.")


def _kind(found: RankOutput) -> str:
    """What sets the network apart from a linear one without bias under the squared loss."""
    one = found.architecture
    words = [" with bias"] if one.bias else []
    words += [name for name, usual in ((one.activation, "linear"), (one.loss, "mse")) if name != usual]
    return ", ".join(words) if one.bias else "".join(f", {word}" for word in words)


def _word(quantity: Quantity) -> Text:
    if quantity.predicted is None:
        return Text("not predicted")
    if quantity.special:
        return Text("special", "yellow")
    words = {True: Text("agrees", "green"), False: Text("DISAGREES", "bold red"), None: Text("open", "yellow")}
    return words[quantity.agrees]
