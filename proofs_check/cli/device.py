"""``--device`` of commands that compute: what it may be, and one line that says what it came to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

import click

from hessproof.numeric.arrays import Device, chosen_device
from hessproof.proofs_check.selection import choose_device


def device_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option itself; the command gets it as ``device``.

    Args:
        what: What the device does, for the help.
    """
    return click.option(
        "--device", default="cpu", metavar="D", show_default=True, help=f"cpu, cuda or auto, for {what}."
    )


def take_device(name: str) -> Device:
    """The device of that name, before anything is computed; unless it is ``cpu``, one line says what is taken.

    The line goes to standard error, so that a JSON object stays alone on standard output.

    Raises:
        UnusableRequest: If there is no such device, or CUDA is asked for and cannot be used here.

    Example:
        >>> take_device("cpu")
        'cpu'
    """
    device = cast(Device, choose_device(name))
    if device != "cpu":
        print(chosen_device(device), file=sys.stderr)
    return device
