"""Encode images by a vision transformer, for instance ``--data mnist:DIR --out features.npz``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from hessproof.numeric.features.vit import ENCODER, encode_data
from hessproof.symbolic.errors import UnusableRequest


def main(arguments: Sequence[str] | None = None) -> int:
    """Encode and save; the exit status is 2, with one line, if that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m hessproof.numeric.features", description=__doc__)
    parser.add_argument("--data", default="digits", help="digits, or a folder such as mnist:DIR")
    parser.add_argument("--samples", type=int, help="only the first N images")
    parser.add_argument("--encoder", default=ENCODER, help="a model of timm")
    parser.add_argument("--checkpoint", help="a file with its weights; they are fetched if none is given")
    parser.add_argument("--out", default="features.npz", help="the file to write")
    given = parser.parse_args(arguments)
    try:
        found = encode_data(
            given.data, samples=given.samples, name=given.encoder, checkpoint=given.checkpoint,
            progress=lambda line: print(line, file=sys.stderr),
        )  # fmt: skip
        found.save(given.out)
    except (UnusableRequest, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{given.out}: {len(found.values):,} images, {found.values.shape[1]} features")
    return 0


if __name__ == "__main__":
    sys.exit(main())
