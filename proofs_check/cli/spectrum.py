"""``hessproof spectrum``: of one network, or of the random model of one."""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.core import ParameterSource

from hessproof.numeric.loaders.load import DATA_HELP
from hessproof.proofs_check.cli import options as shared
from hessproof.proofs_check.cli.device import device_option, take_device
from hessproof.proofs_check.cli.output import real_number, whole_number
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.errors import UnusableRequest

MODELS = ("pennington",)
OF_NETWORKS = (
    "bias", "activation", "loss", "weights", "data", "samples", "scheme", "part", "method", "dense", "error", "probes",
    "steps", "extremes", "work",
)  # fmt: skip
OF_MODELS = ("epsilon", "tau", "relu", "scale", "monte_carlo")
"""Options that say something about networks only, or about models only."""


@click.command("spectrum")
@shared.widths
@shared.bias
@click.option("--activation", default="linear", metavar="A", show_default=True, help="Activation of hidden layers.")
@shared.loss("mse", "mse, cross-entropy or cosh.")
@shared.weights(", as they are")
@shared.data(f", {DATA_HELP}")
@shared.samples()
@click.option(
    "--init",
    "scheme",
    default="glorot-normal",
    metavar="I",
    show_default=True,
    help="glorot-normal, glorot-uniform, he-normal, he-uniform, uniform, orthogonal or balanced.",
)
@click.option("--part", metavar="P", help="Only loss, functional or outer; all unless given.")
@click.option(
    "--method",
    default="auto",
    metavar="M",
    show_default=True,
    help="dense, structured, gram, matrix-free, or auto: by size, and said with its reason.",
)
@click.option("--dense", is_flag=True, help="The same as --method dense, to compare with the structured route.")
@click.option(
    "--error",
    callback=real_number(0, strictly=True),
    default="0.01",
    metavar="E",
    show_default=True,
    help="Matrix-free: share of the parameters that counts of eigenvalues may be off by.",
)
@click.option(
    "--probes",
    callback=whole_number(2),
    metavar="N",
    help="Matrix-free: random vectors; chosen for --error if not given.",
)
@click.option(
    "--steps",
    callback=whole_number(1),
    default="128",
    metavar="N",
    show_default=True,
    help="Matrix-free: Lanczos steps of each vector at most.",
)
@click.option(
    "--extremes",
    callback=whole_number(1),
    default="10",
    metavar="N",
    show_default=True,
    help="Matrix-free: eigenvalues of largest modulus to find.",
)
@shared.work("pieces")
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
@shared.seed("all draws")
@device_option("matrices and products")
@click.option("--out", metavar="DIR", help="Folder for pictures, eigenvalues and numbers; nothing is written without.")
@shared.as_json
@click.pass_context
def command(
    ctx: click.Context,
    widths: str | None,
    bias: bool,
    activation: str,
    loss: str,
    weights: str | None,
    data: str,
    samples: int | None,
    scheme: str,
    part: str | None,
    method: str,
    dense: bool,
    error: float,
    probes: int | None,
    steps: int,
    extremes: int,
    work: str | None,
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
    """Eigenvalues of one network's Hessian and of its functional and outer parts; or of a model.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-20-10; they can be left out with --weights.
    Beside each spectrum stands the rank of the linear network with these widths, and how many eigenvalues exceed
    several tolerances.

    Small networks are decomposed whole, linear ones through a core, the outer part through a Gram matrix where that is
    small; larger ones are met by products with random vectors, with intervals for all that is estimated.

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
    if dense and _given(ctx, ("method",)) and method != "dense":
        raise UnusableRequest(f"--dense with --method {method}", "one of the two", "leave one of them out")
    if weights is not None and _given(ctx, ("scheme",)):
        raise UnusableRequest(f"--init {scheme} with --weights", "one of the two", "leave --init out")
    from hessproof.proofs_check.cli.network_spectrum import run_network
    from hessproof.proofs_check.spectra.methods import Options

    parts = None if part in (None, "all") else (part,)
    options = Options("dense" if dense else method, error, probes, steps, extremes, parts)
    return run_network(
        widths, bias=bias, activation=activation, loss=loss, weights=weights, data=data, samples=samples,
        scheme=scheme, seed=seed, device=take_device(device), out=out, work=work, options=options, as_json=as_json,
    )  # fmt: skip


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
