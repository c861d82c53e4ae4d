"""``hessproof bound``."""

from __future__ import annotations

import click
from rich.text import Text

from hessproof.numeric.loaders.load import DATA_HELP
from hessproof.proofs_check.bounding.measured import PARTS
from hessproof.proofs_check.bounding.network import STARTS, NetworkRequest
from hessproof.proofs_check.bounding.record import BoundOutput, BoundRow, SampleSize
from hessproof.proofs_check.bounding.run import SizeRequest, bound_network
from hessproof.proofs_check.bounding.wording import LEGEND, LEGEND_BIAS, LEGEND_OBJECT
from hessproof.proofs_check.cli import options as shared
from hessproof.proofs_check.cli.device import device_option, take_device
from hessproof.proofs_check.cli.output import console, print_json, real_number, table, whole_number
from hessproof.proofs_check.cli.progress import plan_shown, stages_shown
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import ACTIVATIONS, LOSSES

SHOWN_LAYERS = 12


@click.command("bound")
@shared.widths
@shared.bias
@click.option("--activation", default="relu", metavar="A", show_default=True, help="Activation of hidden layers.")
@shared.loss("cross-entropy", "Only cross-entropy.")
@shared.weights()
@click.option("--train", "epochs", callback=whole_number(0), metavar="N", help="Train for so many epochs by Adam.")
@shared.data(f", {DATA_HELP}")
@shared.samples("objects")
@click.option("--object", "number", callback=whole_number(1), metavar="I", help="Look at one object only, from 1.")
@click.option("--init", "start", metavar="I", help=f"Where weights start: {', '.join(STARTS)}.")
@click.option("--norm", callback=real_number(0), metavar="M", help="Scale every weight matrix to this norm.")
@click.option("--signed", is_flag=True, help="Map pixels to [-1, 1] instead of [0, 1].")
@click.option("--radius", callback=real_number(0), metavar="R", help="Radius around the weights, for --tolerance, --k.")
@click.option(
    "--tolerance",
    callback=real_number(0, strictly=True),
    metavar="T",
    help="From which sample size on does one more object change the mean loss within the radius by less than this?",
)
@click.option("--k", "k", callback=whole_number(1), metavar="K", help="Show the change at this sample size.")
@shared.seed("weights and data")
@device_option("products with Hessians")
@click.option("--out", metavar="DIR", help="Folder for pictures, tables, weights and numbers.")
@shared.as_json
def command(
    widths: str | None,
    bias: bool,
    activation: str,
    loss: str,
    weights: str | None,
    epochs: int | None,
    data: str,
    samples: int | None,
    number: int | None,
    start: str | None,
    norm: float | None,
    signed: bool,
    radius: float | None,
    tolerance: float | None,
    k: int | None,
    seed: int,
    device: str,
    out: str | None,
    as_json: bool,
) -> int:
    """Norm bounds of a network's Hessian beside the measured norm, and from which sample size on little changes.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-10; they can be left out with --weights. Bounds
    are for one object's Hessian under cross-entropy, its G-term and its H-term; their means over the objects bound the
    mean Hessian. The exit status is 1 if a bound of this project is below a measured norm.
    """
    one_of("activation", activation, ACTIVATIONS, "give --activation relu")
    one_of("loss", loss, LOSSES, "give --loss cross-entropy")
    place = take_device(device)
    request = NetworkRequest(
        widths=widths, bias=bias, activation=activation, loss=loss, weights=weights, epochs=epochs, data=data,
        samples=samples, number=number, start=start, norm=norm, signed=signed, seed=seed,
    )  # fmt: skip
    with stages_shown() as progress:
        size = SizeRequest(radius, tolerance, k)
        found = bound_network(request, size, out=out, device=place, plan=plan_shown, progress=progress)
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found, out)
    return 0 if found.holds else 1


def show(found: BoundOutput, out: str | None) -> None:
    """Print the network, a table for each part, and the answer about the sample size."""
    screen = console()
    shape = found.architecture
    kind = f"{shape.activation}, {shape.loss}{', bias' if shape.bias else ''}"
    screen.print(f"network {'-'.join(map(str, shape.widths))} ({kind}): {found.parameters} parameters")
    loss = (
        "" if not found.training_loss else f", mean loss {found.training_loss[0]:.3g} → {found.training_loss[-1]:.3g}"
    )
    screen.print(f"weights {found.weights}{loss}")
    length = "=" if found.objects == 1 else "up to"
    screen.print(f"data    {found.data}: {_objects(found)}, ‖x‖ {length} {found.largest_input_norm:.4g}")
    norms = ", ".join(f"{layer.norm:.3g}" for layer in found.layers[:SHOWN_LAYERS])
    more = ", …" if len(found.layers) > SHOWN_LAYERS else ""
    screen.print(f"‖W^l‖   {norms}{more}; largest entry {found.largest_entry:.3g}")
    if shape.bias:
        biases = ", ".join(f"{layer.bias or 0.0:.3g}" for layer in found.layers[:SHOWN_LAYERS])
        screen.print(f"‖b^l‖   {biases}{more}")
    for part, name in PARTS.items():
        screen.print()
        _show_part(found, part, name)
    screen.print()
    _show_notes(found)
    if found.sample_size is not None:
        screen.print()
        _show_size(found.sample_size)
        _show_curvature(found.sample_size)
    if out is not None:
        screen.print()
        screen.print(f"written to {out}: {', '.join(found.files)}")


def _objects(found: BoundOutput) -> str:
    if found.object is not None:
        return f"object {found.object}"
    text = f"{found.objects} object{'' if found.objects == 1 else 's'}"
    few = found.measured_objects < found.objects
    return f"{text}, {found.measured_objects} measured one by one" if few else text


def _show_part(found: BoundOutput, part: str, name: str) -> None:
    one = found.measured[part]  # type: ignore[index]
    own = [row for row in found.bounds if row.part == part]
    if not one.largest and not any(row.single for row in own):
        why = "a single layer has none" if len(found.layers) == 1 and part == "functional" else "so are all its bounds"
        console().print(f"‖{name}‖ is zero: {why}")
        return
    averaged = found.objects > 1
    rows = table(f"‖{name}‖", "bound", "object", "ratio", *(("mean", "ratio") if averaged else ()), wrap=("bound",))
    where = f"largest at object {one.at}; median {one.median:.3g}, mean {one.mean:.3g}" if averaged else ""
    rows.add_row("measured", where, f"{one.largest:.4g}", "1", *((f"{one.mean_hessian:.4g}", "1") if averaged else ()))
    for row in own:
        cells: list[str | Text] = [row.name, row.formula, _value(row.single), _ratio(row.single_ratio)]
        if averaged:
            cells += [_value(row.mean, "—"), _ratio(row.mean_ratio)]
        rows.add_row(*cells)
    if not own:
        rows.add_row("no bound", f"is stated for the activation {found.architecture.activation}, which bends", "", "")
    console().print(rows)


def _value(value: float | None, missing: str = "> 1e308") -> str:
    return missing if value is None else f"{value:.4g}"


def _ratio(ratio: float | None) -> Text:
    if ratio is None:
        return Text("—")
    return Text(f"{ratio:.3g}", "bold red" if ratio < 1 - 1e-6 else "")


def _show_notes(found: BoundOutput) -> None:
    screen = console()
    every = "this object's norm" if found.objects == 1 else "every object's norm, mean: that of the mean Hessian"
    screen.print(f"object: {every}; ratio: over the measured one")
    screen.print(LEGEND_BIAS if found.architecture.bias else LEGEND)
    screen.print(LEGEND_OBJECT)
    for claim, rows in _violations(found).items():
        names = " and ".join(dict.fromkeys(row.name for row in rows))
        verb = "is" if len({row.name for row in rows}) == 1 else "are"
        why = f"hessproof explain {claim} tells why" if claim else "that is a mistake of this project"
        screen.print(Text(f"{names} {verb} below a measured norm; {why}", "bold red"))
    if found.largest_step is not None:
        step = f"gradient descent on the quadratic model diverges for steps above {found.largest_step:.3g}"
        if found.guaranteed_step is not None:
            step += f"; below {found.guaranteed_step:.3g} it cannot, by the proven bounds"
        screen.print(step)


def _show_curvature(found: SampleSize) -> None:
    if found.hessian_within is not None:
        console().print(
            f"Wherever it exists within radius {found.radius:g}, no object's Hessian has a norm above "
            f"{found.hessian_within:.4g}"
        )


def _from(k: int | None) -> str:
    """From which k on; numbers of more than fifteen digits as powers of ten."""
    digits = str(k)
    shown = digits if len(digits) <= 15 else f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}"
    return f"from k = {shown} on"


def _violations(found: BoundOutput) -> dict[str, list[BoundRow]]:
    """The bounds that a measured norm exceeds, by the claim that they are; this project's under an empty name."""
    claims: dict[str, list[BoundRow]] = {}
    for row in found.bounds:
        if row.violated:
            claims.setdefault(row.claim if row.published else "", []).append(row)
    return claims


def _show_size(found: SampleSize) -> None:
    screen = console()
    if found.tolerance is not None:
        screen.print(
            f"Within radius {found.radius:g} of these weights, one more object changes the mean loss by less than "
            f"{found.tolerance:g}"
        )
        rows = table("", "")
        rows.show_header = False
        rows.add_row("  by the proven bound, these objects in any order", _from(found.proven))
        if found.any_object is not None:
            rows.add_row("  by the proven bound, any objects with ‖x‖ ≤ M_x", _from(found.any_object))
        if found.published is not None:
            rows.add_row("  by Lemma 2 as published", _from(found.published))
        known = f"not up to k = {found.changes[-1].k}" if found.measured is None else _from(found.measured)
        rows.add_row("  as measured, objects in the order of the data", known)
        screen.print(rows)
        tried = ", ".join(str(change.k) for change in found.changes)
        screen.print(f"measured: the largest change that a search found, so at least that; k tried: {tried}")
    if found.tolerance is None:
        for change in found.changes:
            screen.print(
                f"At k = {change.k}, within radius {found.radius:g} of these weights, one more object changes the mean "
                f"loss by at most {change.proven:.4g} (proven); {change.found:.4g} was found, {change.centre:.4g} at "
                "the weights themselves"
            )
