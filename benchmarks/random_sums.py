"""Drawn sums of the model at n = 4000 against its law: ``python -m benchmarks.random_sums FOLDER``.

The whole grid of `hessproof.proofs_check.criteria.random_matrices`, twelve points with three seeds each. One core needs
about fifteen minutes; the spectra are kept in the folder, and a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from hessproof.numeric.random_matrices.campaign import Draw, spectra
from hessproof.proofs_check.checks.random_matrices.stated import sum_table
from hessproof.proofs_check.checks.random_matrices.sums_fit import exact_ratio, measured
from hessproof.proofs_check.criteria.random_matrices import CAMPAIGN, COUNT, DISTANCE, EDGE, TRANSFORM, Point
from hessproof.symbolic.errors import UnusableRequest


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; the exit status is 1 if a criterion is missed, 2 if the folder cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.random_sums", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the spectra are kept")
    parser.add_argument("--size", type=int, default=CAMPAIGN[0], help="n")
    given = parser.parse_args(arguments)
    _, grid, seeds = CAMPAIGN
    draws = [Draw(given.size, p.epsilon, p.tau, p.relu, seed) for p, seed in product(grid, seeds)]
    missed = 0
    print("point; seed; n D_n/log n; n × error of the transform; edges; negative eigenvalues; nα")
    try:
        for draw, spectrum in spectra(given.folder, draws):
            point = Point(draw.epsilon, draw.tau, draw.relu)
            job = (draw.size, point, draw.seed)
            found = measured(job, spectrum)
            limits = {"distance": DISTANCE, "transform": TRANSFORM[point.kind], "edge": EDGE, "count": COUNT}
            missed += any(not found[name] <= limit for name, limit in limits.items())
            alpha = sum_table(point.epsilon, exact_ratio(job), point.relu).negative
            print(
                f"{point.words}; {draw.seed}; {found['distance']:.2f}; {found['transform']:.1f}; {found['edge']:.1f}; "
                f"{round(spectrum.negative_fraction * draw.size)}; {alpha * draw.size:.2f}"
            )
    except UnusableRequest as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{missed} of {len(draws)} spectra miss a criterion")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
