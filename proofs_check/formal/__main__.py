"""``python -m hessproof.proofs_check.formal``: print the table of theorems, or write it to a file."""

from __future__ import annotations

from pathlib import Path

import click

from hessproof.proofs_check.formal.table import render


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the table there.")
def main(out: Path | None) -> None:
    """Print which theorem settles which claim."""
    if out is None:
        click.echo(render(), nl=False)
    else:
        out.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
