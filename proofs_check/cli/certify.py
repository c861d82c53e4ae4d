"""``hessproof certify``."""

from __future__ import annotations

import time
from pathlib import Path

import click

from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.drawn import DrawnRanks, drawn_point
from hessproof.proofs_check.certificates.record import CertifyOutput, record_of
from hessproof.proofs_check.cli.output import console, print_json, whole_number
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.proofs_check.selection import one_of
from hessproof.symbolic.architecture import ACTIVATIONS, Architecture
from hessproof.symbolic.errors import UnusableRequest

QUANTITIES = ("loss", "outer", "functional")


@click.command("certify")
@click.argument("widths", metavar="WIDTHS")
@click.option("-o", "--out", metavar="FILE", help="Where the certificate is written.")
@click.option("--bias", is_flag=True, help="Add a bias to every layer.")
@click.option(
    "--quantity",
    default="loss",
    metavar="Q",
    show_default=True,
    help="loss for the whole Hessian, or its parts outer and functional.",
)
@click.option("--data-rank", callback=whole_number(0), metavar="R", help="Rank of E[xx⊤]; full if not given.")
@click.option("--residual-rank", callback=whole_number(0), metavar="S", help="Rank of E[δx⊤]; full if not given.")
@click.option(
    "--augmented-data-rank", callback=whole_number(0), metavar="R", help="Rank of the second moment of (x, 1)."
)
@click.option("--augmented-residual-rank", callback=whole_number(0), metavar="S", help="Rank of E[δ(x, 1)⊤].")
@click.option("--zero-mean", is_flag=True, help="With --bias: residuals with E[δ] = 0.")
@click.option("--instance", "drawn", is_flag=True, help="Certify one network with numbers drawn at random.")
@click.option(
    "--activation",
    default="linear",
    metavar="A",
    show_default=True,
    help="With --instance: linear, relu or leaky-relu (slope 1/4).",
)
@click.option(
    "--data",
    metavar="D",
    help="With --instance: gaussian (drawn, small integers), digits, or the path of a data set.",
)
@click.option("--samples", callback=whole_number(1), metavar="N", help="With --instance: how many samples.")
@click.option(
    "--seed", callback=whole_number(0), metavar="N", help="With --instance: seed of the draws, 0 if not given."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    widths: str,
    out: str | None,
    bias: bool,
    quantity: str,
    data_rank: int | None,
    residual_rank: int | None,
    augmented_data_rank: int | None,
    augmented_residual_rank: int | None,
    zero_mean: bool,
    drawn: bool,
    activation: str,
    data: str | None,
    samples: int | None,
    seed: int | None,
    as_json: bool,
) -> int:
    """Write a small file that proves a rank, for `hessproof check` or any other checker.

    WIDTHS are the layers' widths from inputs to outputs, such as 64-30-20-10. Without --instance the certificate is
    about the architecture: no weights and data of these ranks give a larger rank, and almost all give this one. With
    --instance it is about one network with numbers, which stand in the file.
    """
    one_of("quantity", quantity, QUANTITIES, "give --quantity loss")
    one_of("activation", activation, ACTIVATIONS, f"give --activation {ACTIVATIONS[0]}")
    if out is None or not out.strip():
        raise UnusableRequest("no output file", "where to write the certificate", "give -o certificate.json")
    architecture = Architecture.parse(widths, bias=bias, activation=activation)
    mean = 0 if zero_mean else None
    start = time.perf_counter()
    if drawn:
        request = DataRequest(data or "gaussian", samples, data_rank, residual_rank)
        ranks = DrawnRanks(augmented_data_rank, augmented_residual_rank, mean)
        made = certify(drawn_point(architecture, request, seed or 0, ranks), quantity)
    else:
        for option, value in (("--data", data), ("--samples", samples), ("--seed", seed)):
            if value is not None:
                raise UnusableRequest(f"{option} {value}", "it to go with --instance", "add --instance or leave it out")
        made = certify(
            architecture,
            quantity,
            data_rank=data_rank,
            residual_rank=residual_rank,
            augmented_data_rank=augmented_data_rank,
            augmented_residual_rank=augmented_residual_rank,
            residual_mean=mean,
        )
    made.write(out)
    found = record_of(made, out, Path(out).stat().st_size, time.perf_counter() - start)
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found)
    return 0


def show(found: CertifyOutput) -> None:
    """Print what was proved, and where it is written."""
    printed = console()
    printed.print(found.statement, soft_wrap=True)
    printed.print(f"{found.file}: {found.size} bytes", soft_wrap=True)
