"""Generic ranks of large networks, measured on a GPU by eliminating whole Hessians modulo a prime near 2^22.

The networks are far larger than those of the surveys on the processor, and nothing of the Hessian's structure is used:
the p × p matrices are assembled on the device and eliminated there. Of every case two instances are drawn, each with a
prime of its own; the larger rank counts. Whatever is small enough is ranked a second time on the processor, by FLINT or
by the same elimination on NumPy, and both numbers have to be equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from hessproof.numeric import arrays
from hessproof.numeric.arrays import Array, Namespace, to_numpy
from hessproof.numeric.flint_modular import flint_rank
from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import PARTS, Factors, Part, Rectangle, assemble
from hessproof.numeric.memory import SHARE, matrix_bytes, memory_room
from hessproof.numeric.modular import PrimeField, blocked_rank
from hessproof.numeric.primes import primes
from hessproof.proofs_check.bias.draws import draw_case
from hessproof.proofs_check.bias.record import BiasRecord
from hessproof.proofs_check.checks.gpu import device
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.surveys.record import Draw, Record
from hessproof.symbolic.architecture import Architecture

PRIMES = primes(2)
FLINT_SIDE, NUMPY_SIDE = 1_100, 4_000
"""Up to these p every rank is found again on the processor: FLINT takes about a second at the first, and the blocked
elimination about two at the second, on one core; a GPU's own time is a fraction of either."""
COPIES = 2.5
"""Matrices that one elimination may need at once: the Hessian, the tiles that assemble it, and room to eliminate."""


def _plain(widths: str, data_rank: int, residual_rank: int) -> Case:
    return Case(Architecture.parse(widths), data_rank, residual_rank)


def _biased(widths: str, data_rank: int, residual_rank: int, *, mean: int = 1) -> Case:
    architecture = Architecture.parse(widths, bias=True)
    return Case(architecture, data_rank, residual_rank, data_rank + 1, residual_rank + mean, mean)


CASES: dict[Profile, tuple[Case, ...]] = {
    Profile.QUICK: (
        _plain("20-16-12-8", 20, 8), _plain("24-30-10", 15, 6), _plain("30-8-30-12", 30, 12),
        _biased("16-20-9", 14, 7), _biased("18-7-16-8", 18, 6, mean=0),
    ),
    Profile.STANDARD: (
        _plain("24-30-10", 15, 6), _plain("64-50-20-20-20-10", 64, 10), _plain("80-60-40-20", 50, 12),
        _plain("60-12-90-40", 60, 40), _plain("100-70-30", 100, 5), _biased("16-20-9", 14, 7),
        _biased("48-40-30-16", 40, 14), _biased("50-9-60-20", 50, 18, mean=0),
    ),
    Profile.THOROUGH: (
        _plain("24-30-10", 15, 6), _plain("64-50-20-20-20-10", 64, 10), _plain("60-12-90-40", 60, 40),
        _plain("100-150-100", 80, 60), _plain("64-200-100-20", 64, 20), _plain("128-40-200-60", 128, 50),
        _biased("16-20-9", 14, 7), _biased("48-40-30-16", 40, 14), _biased("100-120-60-20", 90, 18),
        _biased("80-30-150-40", 80, 36, mean=0),
    ),
}  # fmt: skip
"""Widths, r and s: with and without a bottleneck, r below d, s below q, and with bias also E[δ] = 0."""


@dataclass(frozen=True, slots=True)
class GpuSurvey:
    """What a GPU measured.

    Args:
        records: Of the networks without bias.
        biased: Of those with bias.
        compared: Ranks that were found on the processor as well.
        differing: Those of them that differ, in words. One is enough to trust nothing.
        left_out: Networks whose Hessian does not fit on the device.
        where: The device's name.
    """

    records: tuple[Record, ...]
    biased: tuple[BiasRecord, ...]
    compared: int
    differing: tuple[str, ...]
    left_out: tuple[str, ...]
    where: str


def survey(context: Context) -> GpuSurvey:
    """The survey of the run's profile and seed, made once.

    Raises:
        Unavailable: If CUDA cannot be used here.
    """
    xp = device.cuda()

    def make() -> GpuSurvey:
        room = SHARE * memory_room(xp)[0]
        fitting = [one for one in CASES[context.profile] if COPIES * _bytes(one) <= room]
        left_out = tuple(str(one.architecture) for one in CASES[context.profile] if one not in fitting)
        runs = []
        for number, case in enumerate(fitting):
            runs.append(measured(case, context.seed_for(f"gpu-{number}") % 2**31, xp))
            context.progress(f"{case.architecture} on the GPU, {number + 1} of {len(fitting)}")
        return gathered(fitting, runs, left_out, device.told())

    return context.shared("gpu-ranks", make)


def prepare(context: Context) -> None:
    """Measure, if there is a GPU; without one each check says so itself."""
    if not arrays.missing_cuda():
        survey(context)


def _bytes(case: Case) -> int:
    return matrix_bytes(case.architecture.parameters)


@dataclass(frozen=True, slots=True)
class Run:
    """The ranks of one case.

    Args:
        ranks: The larger of the two draws, by quantity.
        lowest: The smaller one, where they differ.
        draws: What was drawn.
        compared: Ranks that were found on the processor as well.
        differing: Those that differ, in words.
    """

    ranks: dict[str, int]
    lowest: dict[str, int]
    draws: tuple[Draw, ...]
    compared: int
    differing: tuple[str, ...]


def measured(case: Case, seed: int, xp: Namespace) -> Run:
    """The ranks of one case on the device of an array library.

    Args:
        case: Architecture and ranks of the data.
        seed: Of the first draw; the second one takes the next.
        xp: The library.
    """
    draws = tuple(Draw(seed + number, prime) for number, prime in enumerate(PRIMES))
    compared, differing = 0, list[str]()
    found: dict[str, list[int]] = {}
    for draw in draws:
        instance = draw_case(case, draw.seed, draw.magnitude)
        for quantity in _quantities(case):
            matrix = hessian_modulo(instance, quantity, draw.prime, xp)
            second = on_the_processor(matrix, draw.prime)
            rank = blocked_rank(matrix, draw.prime, overwrite=True)
            found.setdefault(quantity, []).append(rank)
            compared += second is not None
            if second not in (None, rank):
                differing.append(f"{quantity} of {case.architecture}, seed {draw.seed}: {rank}, not {second}")
    lowest = {quantity: min(ranks) for quantity, ranks in found.items() if min(ranks) < max(ranks)}
    return Run({quantity: max(ranks) for quantity, ranks in found.items()}, lowest, draws, compared, tuple(differing))


def _quantities(case: Case) -> list[str]:
    """The three parts, and without bias every block column of H_f."""
    layers = case.architecture.layers
    return [*PARTS, *(f"column:{layer}" for layer in range(1, layers + 1) if not case.architecture.bias)]


def hessian_modulo(instance: Instance, quantity: str, prime: int, xp: Namespace) -> Array:
    """A part of the Hessian, or a block column of H_f, modulo a prime, on the device of an array library."""
    field = PrimeField(prime, xp)
    weights = [field.balanced(weight) for weight in instance.weights]
    moments = field.balanced(instance.sigma), field.balanced(instance.omega)
    bias = instance.architecture.bias
    factors = Factors(weights, *moments, field.matmul, field.reduce, bias=bias)
    every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
    kind, _, layer = quantity.partition(":")
    if kind == "column":
        return assemble(factors, "functional", every, [Rectangle(int(layer))])
    part: Part = quantity  # type: ignore[assignment]
    return assemble(factors, part, every, every)


def on_the_processor(matrix: Array, prime: int) -> int | None:
    """The rank of the same matrix by FLINT or by NumPy; None if it is too large for either."""
    side = max(matrix.shape)
    if side > NUMPY_SIDE:
        return None
    copied = to_numpy(matrix)
    return flint_rank(copied, prime) if side <= FLINT_SIDE else blocked_rank(copied, prime)


def gathered(cases: list[Case], runs: list[Run], left_out: tuple[str, ...], where: str) -> GpuSurvey:
    """The runs as records."""
    plain, biased = [], []
    for case, run in zip(cases, runs, strict=True):
        if case.architecture.bias:
            biased.append(BiasRecord(case, run.ranks, run.draws, run.draws[0].seed))
        else:
            widths = case.architecture.widths
            plain.append(Record(widths, case.data_rank, case.residual_rank, run.ranks, run.draws, run.lowest))
    differing = tuple(line for run in runs for line in run.differing)
    return GpuSurvey(
        tuple(plain), tuple(biased), sum(run.compared for run in runs), differing, left_out, where
    )  # fmt: skip
