"""The checker against random certificates and random corruptions: ``python -m benchmarks.checker_attacks``.

Certificates of all kinds are drawn and checked. Then single fields are corrupted, with a new hash; what is still
accepted is judged by :mod:`hessproof.proofs_check.certificate_truth`, which knows nothing of proofs. A corruption that
the checker accepts although it is not true would be a hole in it.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from hessproof.proofs_check.certificate_truth import is_true
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.drawn import drawn_point
from hessproof.proofs_check.checker import check
from hessproof.proofs_check.corruptions import places, replaced, variants
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

QUANTITIES = ("outer", "functional", "loss")


def drawn(stream: random.Random) -> Certificate:
    """A random certificate: two of three are about architectures, the others about instances with few parameters."""
    quantity, bias = stream.choice(QUANTITIES), stream.random() < 0.5
    if stream.random() < 2 / 3:
        largest = stream.choice((4, 40, 40_000))
        widths = tuple(stream.randint(1, largest) for _ in range(stream.randint(2, 6)))
        if bias:
            mean, rank = stream.randint(0, 1), stream.randint(1, widths[0] + 1)
            residual = stream.randint(mean, min(rank - 1 + mean, widths[-1]))
            ranks = {"augmented_data_rank": rank, "augmented_residual_rank": residual, "residual_mean": mean}
        else:
            rank = stream.randint(0, widths[0])
            ranks = {"data_rank": rank, "residual_rank": stream.randint(0, min(rank, widths[-1]))}
        return certify(Architecture(widths, bias=bias), quantity, **ranks)
    widths = tuple(stream.randint(1, 3) for _ in range(stream.randint(2, 4)))
    activation = stream.choice(("linear", "linear", "relu", "leaky-relu"))
    request = DataRequest(samples=stream.randint(1, 4)) if activation != "linear" else DataRequest()
    try:
        point = drawn_point(Architecture(widths, bias=bias, activation=activation), request, stream.randrange(1000))
        return certify(point, quantity)
    except UnusableRequest:  # all draws stood at a kink
        return drawn(stream)


def main() -> None:
    """Draw, check, corrupt, check, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=1000)
    parser.add_argument("--corruptions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stream = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "certificate.json"
        made, accepted, spent = [], 0, 0.0
        for _ in range(options.certificates):
            made.append(drawn(stream))
            made[-1].write(target)
            start = time.perf_counter()
            accepted += check(target).ok
            spent += time.perf_counter() - start
        kinds = Counter(one.kind for one in made)
        print(f"{len(made)} certificates ({dict(kinds)}): {accepted} accepted, {1000 * spent / len(made):.1f} ms each")
        rejected = harmless = wrong = 0
        fields: Counter[str] = Counter()
        for _ in range(options.corruptions):
            document = stream.choice(made).document
            path, value = stream.choice(list(places(document)))
            what, other = stream.choice(list(variants(value)))
            changed = replaced(document, path, other)
            target.write_text(json.dumps(changed), "utf-8")
            if not check(target).ok:
                rejected += 1
            elif is_true(changed):
                harmless += 1
                fields[str(path[0])] += 1
            else:
                wrong += 1
                print(f"accepted though not true: {path} {what}")
        print(f"{options.corruptions} corruptions: {rejected} rejected, {harmless} still true, {wrong} wrong")
        print(f"accepted corruptions by field: {dict(fields)}")


if __name__ == "__main__":
    main()
