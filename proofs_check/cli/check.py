"""``hessproof check``."""

from __future__ import annotations

import click

from hessproof.proofs_check import checker


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
def command(files: tuple[str, ...]) -> int:
    """Check certificates: one line for each FILE says what it proves, or where its proof fails.

    The checker is one file on Python's standard library alone, which shares no code with the command that writes
    certificates and also runs as a script. Exit status: 0 if all files prove what they claim, 1 if some do not, 2 if
    some cannot be read as certificates.
    """
    return checker.main(files)
