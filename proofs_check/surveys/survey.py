"""Measure the generic ranks of every Hessian of a plan, modulo large primes, on all processors.

The generic rank of a case (architecture, r, s) is the largest rank over all parameters. It is measured as the largest
over several independent integer instances, each reduced modulo another prime near 2^28; every single rank is a lower
bound. One case again, as JSON::

    python -m hessproof.proofs_check.surveys.survey 2-3-2 --data-rank 1 --targets teacher --samples 4 --seed 7
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache as remembered
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from hessproof.numeric import instance as instances
from hessproof.numeric import kernels, modular
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.instance import Instance
from hessproof.numeric.integers import IntegerMatrix
from hessproof.numeric.primes import primes
from hessproof.proofs_check.surveys import block_batches
from hessproof.proofs_check.surveys import record as survey_record
from hessproof.proofs_check.surveys.block_batches import BlockBatch, quantities
from hessproof.proofs_check.surveys.draws import draw_instance
from hessproof.proofs_check.surveys.plan import Plan, plan
from hessproof.proofs_check.surveys.record import TARGETS, Draw, Record, Request, Survey, record_from_json
from hessproof.symbolic import blocks
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Progress = Callable[[int, int], None]
"""Called with (cases done, cases in all)."""

PRIMES = primes(4, below=block_batches.LARGEST_MODULUS)
_ENTRIES = 4_000_000  # matrix entries assembled at once
_CHUNK = 1_500_000  # matrix entries of one unit of work
_CHUNKS_WORTH_A_PROCESS = 6  # below this, starting another process takes longer than it saves


def measure(requests: Sequence[Request]) -> list[Record]:
    """The records of some cases, one for each request and in the same order, in this process.

    Example:
        >>> measure([Request((2, 2, 2), 2, 2)])[0].ranks["loss"]
        8
    """
    by_shape: dict[tuple[tuple[int, ...], int], list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        by_shape[request.widths, request.draws].append(place)
    found: dict[int, Record] = {}
    for (widths, draws), places in by_shape.items():
        size = max(1, _ENTRIES // (draws * Architecture(widths).parameters ** 2))
        for start in range(0, len(places), size):
            piece = places[start : start + size]
            found.update(zip(piece, _measure_alike([requests[place] for place in piece]), strict=True))
    return [found[place] for place in range(len(requests))]


def run(
    work: Plan | None = None, jobs: int | None = None, progress: Progress | None = None, cache: Path | None = None
) -> Survey:
    """Measure a whole plan (:func:`hessproof.proofs_check.surveys.plan.plan`) over processes.

    Args:
        work: The plan, the standard one if not given.
        jobs: Processes, as many as there are processors if not given; 1 stays in this process.
        progress: Told how many cases are done whenever a chunk returns.
        cache: Folder for finished chunks. After an interruption the same plan takes them from there. The name of a
            chunk's file is a digest of its requests and of the code that measures, so stale results are never read.
    """
    work = plan() if work is None else work
    started = time.perf_counter()
    records: list[Record] = []
    total = len(work.requests)
    for finished in stream(work.requests, jobs, cache):
        records += finished
        if progress is not None:
            progress(len(records), total)
    records.sort(key=lambda record: record.sort_key)
    return Survey(tuple(records), work.scope, work.exhaustive, time.perf_counter() - started)


def stream(requests: Sequence[Request], jobs: int | None = None, cache: Path | None = None) -> Iterator[list[Record]]:
    """Records as they are finished, chunk by chunk, in no fixed order; closing the iterator cancels the rest."""
    chunks = []
    for chunk in _chunks(requests):
        stored = None if cache is None else _stored(cache, chunk)
        if stored is None:
            chunks.append(chunk)
        else:
            yield stored
    jobs = min(jobs or os.cpu_count() or 1, 1 + len(chunks) // _CHUNKS_WORTH_A_PROCESS)
    if jobs <= 1:
        for chunk in chunks:
            yield _keep(cache, chunk, measure(chunk))
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            waiting = {pool.submit(measure, chunk): chunk for chunk in chunks}
            for done in as_completed(waiting):
                yield _keep(cache, waiting[done], done.result())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _measure_alike(requests: Sequence[Request]) -> list[Record]:
    """Cases of one architecture with the same number of draws, assembled together."""
    architecture, draws = Architecture(requests[0].widths), requests[0].draws
    drawn = [draw_instance(request, request.seed + i) for request in requests for i in range(draws)]
    chosen = [PRIMES[i % len(PRIMES)] for _ in requests for i in range(draws)]
    moduli = np.array(chosen, dtype=np.int64)

    def stacked(matrices: list[IntegerMatrix]) -> IntegerMatrix:
        return np.stack([np.asarray(m % prime, dtype=np.int64) for m, prime in zip(matrices, chosen, strict=True)])

    weights = [stacked([one.weights[layer] for one in drawn]) for layer in range(architecture.layers)]
    sigma, omega = stacked([one.sigma for one in drawn]), stacked([one.omega for one in drawn])
    batch = BlockBatch(architecture, weights, sigma, omega, moduli)
    names = quantities(architecture.layers)
    ranks = {
        name: [flint_rank(matrix, prime) for matrix, prime in zip(batch.assemble(name), chosen, strict=True)]
        for name in names
    }
    mine = [slice(i * draws, (i + 1) * draws) for i in range(len(requests))]
    return [
        _record(request, drawn[own], {name: ranks[name][own] for name in names})
        for request, own in zip(requests, mine, strict=True)
    ]


def _record(request: Request, drawn: Sequence[Instance], ranks: dict[str, list[int]]) -> Record:
    return Record(
        widths=request.widths,
        data_rank=request.data_rank,
        residual_rank=max(one.residual_rank for one in drawn),
        ranks={name: max(values) for name, values in ranks.items()},
        draws=tuple(Draw(request.seed + i, PRIMES[i % len(PRIMES)]) for i in range(request.draws)),
        lowest={name: min(values) for name, values in ranks.items() if min(values) < max(values)},
        targets=request.targets,
        samples=request.samples,
    )


def _chunks(requests: Sequence[Request]) -> list[list[Request]]:
    """Units of work of similar size, the largest first so that no processor is left waiting at the end."""
    chunks: list[list[Request]] = []
    filled = _CHUNK
    for request in sorted(requests, key=lambda one: one.sort_key, reverse=True):
        entries = request.draws * Architecture(request.widths).parameters ** 2
        if filled + entries > _CHUNK:
            chunks.append([])
            filled = 0
        chunks[-1].append(request)
        filled += entries + 2_000  # what a case costs however small it is
    return chunks


@remembered
def _code_digest() -> bytes:
    """A digest of the sources that decide what a record says."""
    digest = hashlib.sha256()
    files = [Path(str(m.__file__)) for m in (block_batches, instances, kernels, modular, survey_record)]
    for file in [Path(__file__), *files, *sorted(Path(str(blocks.__file__)).parent.glob("*.py"))]:
        digest.update(file.read_bytes())
    return digest.digest()


def _file(folder: Path, chunk: Sequence[Request]) -> Path:
    return folder / f"{hashlib.sha256(_code_digest() + repr(list(chunk)).encode()).hexdigest()}.json"


def _stored(folder: Path, chunk: Sequence[Request]) -> list[Record] | None:
    path = _file(folder, chunk)
    if not path.exists():
        return None
    stored: list[Record] = [record_from_json(one) for one in json.loads(path.read_text())]
    return stored


def _keep(folder: Path | None, chunk: Sequence[Request], records: list[Record]) -> list[Record]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path = _file(folder, chunk)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps([record.to_json() for record in records]))
        partial.replace(path)
    return records


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one case and print its record as JSON; 2 if the request was unusable."""
    parser = argparse.ArgumentParser(prog="python -m hessproof.proofs_check.surveys.survey", description=__doc__)
    parser.add_argument("widths", help="for instance 2-3-2")
    parser.add_argument("--data-rank", type=int, default=None)
    parser.add_argument("--residual-rank", type=int, default=None)
    parser.add_argument("--targets", choices=TARGETS, default=None, help="fix the data before the weights")
    parser.add_argument("--samples", type=int, default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--draws", type=int, default=2)
    given = parser.parse_args(arguments)
    try:
        architecture = Architecture.parse(given.widths)
        data_rank = architecture.inputs if given.data_rank is None else given.data_rank
        largest = min(data_rank, architecture.outputs)
        residual_rank = largest if given.residual_rank is None else given.residual_rank
        samples = given.samples if given.samples is not None or given.targets is None else max(1, data_rank)
        request = Request(
            architecture.widths, data_rank, residual_rank, given.seed, given.draws, given.targets, samples
        )
        print(json.dumps(measure([request])[0].to_json(), indent=2))
    except UnusableRequest as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
