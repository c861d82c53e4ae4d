"""Options that several commands share; each command says in its own words what they mean to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from hessproof.proofs_check.cli.output import whole_number

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

widths: Decorator = click.argument("widths", metavar="[WIDTHS]", required=False)
bias: Decorator = click.option("--bias", is_flag=True, help="Add a bias to every layer.")
as_json: Decorator = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def loss(default: str, what: str) -> Decorator:
    """``--loss``, with its help."""
    return click.option("--loss", default=default, metavar="L", show_default=True, help=what)


def weights(end: str = "") -> Decorator:
    """``--weights``; its help may end in one more thing to say."""
    return click.option(
        "--weights", metavar="FILE", help=f"Take the weights from an .npz, .safetensors or PyTorch file{end}."
    )


def data(what: str) -> Decorator:
    """``--data``, with what else than ``gaussian`` it takes."""
    return click.option("--data", default="gaussian", metavar="D", show_default=True, help=f"gaussian{what}.")


def samples(what: str = "samples") -> Decorator:
    """``--samples``, with what a sample is called."""
    words = f"How many {what} to draw, or to take from the data set."
    return click.option("--samples", callback=whole_number(1), metavar="N", help=words)


def seed(what: str) -> Decorator:
    """``--seed``, with what is drawn."""
    number = whole_number(0)
    return click.option("--seed", callback=number, default="0", metavar="N", show_default=True, help=f"Seed of {what}.")


def work(what: str) -> Decorator:
    """``--work``, with what is kept."""
    words = f"Keep finished {what} in a folder, so that an interrupted run can go on."
    return click.option("--work", metavar="DIR", help=words)
